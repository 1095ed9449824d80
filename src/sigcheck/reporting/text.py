"""A report for people: the answer first, then what is not proven, then each signature, the times, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sigcheck.reporting.advice import what_to_do
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.four_lines import four_lines
from sigcheck.reporting.grouping import Group, group_signatures
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.page import Page
from sigcheck.reporting.phrases import PROVEN_BASES, Phrases, signature_state, unused_stamps
from sigcheck.reporting.reasons import demands_alone_fail, first_reason, reasons, told
from sigcheck.reporting.sheet import Sheet
from sigcheck.reporting.text_findings import finding_lines
from sigcheck.reporting.text_signature import clock_difference, signature_card
from sigcheck.verdict import Contradiction, DocumentReport, RemainsReport, SignatureReport, State, TimelineEntry

MOST_SIGNERS: Final = 12
MOST_REASONS: Final = 3
CLAIMED: Final = frozenset({"claimed", "signing-time"})
FROM_CERTIFICATE: Final = frozenset({"certificate-start", "certificate-expiry"})


def text_reports(reports: Iterable[DocumentReport], options: ReportOptions) -> Iterator[str]:
    """One text a document, as each document ends; a count of the answers behind several."""
    phrases = Phrases(load_catalogue(options.language), options.personal, options.ascii_marks)
    counts: dict[State, int] = {}
    named: list[tuple[State, str, str | None]] = []
    for report in reports:
        if options.grounds and not counts:
            yield _grounds(options)
        separator = "\n" + "─" * min(options.width, 80) + "\n\n" if counts and not options.ascii_marks else "\n" if counts else ""
        counts[report.state] = counts.get(report.state, 0) + 1
        if report.state is not State.VALID:
            named.append((report.state, phrases.safe(report.document.path), first_reason(phrases, report)))
        yield separator + text_report(report, phrases, options)
    if sum(counts.values()) > 1:
        page = Page(options)
        page.blank()
        page.line(phrases.word("label.summary", count=sum(counts.values())), style="bold")
        for state in State:
            if state in counts:
                page.marked(*phrases.mark(state), f"{phrases.word(f'state.{state}')}: {counts[state]}", indent=2)
        if named:
            page.line(phrases.word("label.summary-named"), indent=2)
        for state, path, reason in named:
            page.marked(*phrases.mark(state), f"{path} – {phrases.word(f'state.{state}')}", indent=4)
            if reason is not None:
                page.line(reason, indent=8)
        yield page.text()


def _grounds(options: ReportOptions) -> str:
    page = Page(options)
    page.marked("!", "bold yellow", options.grounds, style="bold")
    page.blank()
    return page.text()


def text_report(report: DocumentReport, phrases: Phrases, options: ReportOptions) -> str:
    """The report of one document."""
    page = Page(options)
    groups = group_signatures(report.signatures)
    answer_lines(page, phrases, report, groups)
    _not_proven(page, phrases, report)
    explained = set(what_to_do(phrases, report))
    of_document, of_signatures = told(report)
    if of_document:
        _heading(page, phrases, "label.document-findings")
        finding_lines(page, phrases, report, of_document, explained)
    tail = any(found.code == "uncovered-bytes" and found.facts.get("where") == "tail" for found in of_document)
    for group in groups:
        page.blank()
        signature_card(page, phrases, group, len(report.signatures), tail=tail)
        first = group.number - 1
        findings = [found for one in of_signatures[first : first + len(group.members)] for found in one]
        if findings:
            page.line(f"{phrases.word('label.findings')}:", style="bold", indent=2)
            finding_lines(page, phrases, report, findings, explained)
    remains_lines(page, phrases, report.signature_remains)
    timeline_lines(page, phrases, report, groups)
    order_lines(page, phrases, report)
    evidence_lines(page, phrases, report)
    return page.text()


def _heading(page: Sheet, phrases: Phrases, key: str) -> None:
    page.blank()
    page.line(phrases.word(key), style="bold")


def answer_lines(page: Sheet, phrases: Phrases, report: DocumentReport, groups: Sequence[Group]) -> None:
    """Which of the four answers (or: unreadable), who, when, and on which basis."""
    mark, style = phrases.mark(report.state)
    page.marked(mark, style, phrases.word(f"answer.{answer_word(report)}"), style=style)
    page.field(phrases.word("label.file"), phrases.safe(report.document.path))
    for label, words in four_lines(phrases, report):
        page.field(label, words)
    why = reasons(phrases, report)
    for number, reason in enumerate(why[:MOST_REASONS]):
        page.field(phrases.word("label.reason") if not number else "", reason)
    if len(why) > MOST_REASONS:
        page.field("", phrases.word("label.more-below", count=len(why) - MOST_REASONS))
    for number, words in enumerate(what_to_do(phrases, report)):
        page.field(phrases.word("label.action") if not number else "", words, commands=True)
    if groups:
        page.line(f"{phrases.word('label.signers')}:", style="bold", indent=2)
    for group in groups[:MOST_SIGNERS]:
        page.marked(*phrases.mark(signature_state(group.first)), _signer_line(phrases, group), indent=4)
    if len(groups) > MOST_SIGNERS:
        page.line(phrases.word("label.more-below", count=len(groups) - MOST_SIGNERS), indent=4)
    network = phrases.word("label.online" if report.online else "label.offline")
    at, policy = phrases.moment(report.validation_time), phrases.safe(report.policy.name)
    page.field(phrases.word("label.checked"), phrases.word("label.checked-as-of", at=at, policy=policy, network=network))
    if report.profile != "any":
        page.field(phrases.word("label.profile"), phrases.catalogue.fact("profile", report.profile, personal=phrases.personal))
    if report.received is not None:
        page.field(phrases.word("label.received"), phrases.moment(report.received))


def _signer_line(phrases: Phrases, group: Group) -> str:
    who = phrases.signer(group.first)
    if len(group.members) > 1:
        first, last = phrases.safe(group.first.field), phrases.safe(group.last.field)
        who += f", {phrases.word('label.group-short', count=len(group.members), first=first, last=last)}"
    return f"{who} – {phrases.group_when(group)}"


def answer_word(report: DocumentReport) -> str:
    """An unsigned document that fails for its demands alone is not told that a signature is wrong."""
    return "invalid-unsigned" if _lacks_what_is_demanded(report) else report.state


def _lacks_what_is_demanded(report: DocumentReport) -> bool:
    return not report.signatures and demands_alone_fail(report)


def _not_proven(page: Sheet, phrases: Phrases, report: DocumentReport) -> None:
    _heading(page, phrases, "label.not-proven")
    for words in unproven(phrases, report):
        page.marked(phrases.bullet, "", words, indent=2)


def unproven(phrases: Phrases, report: DocumentReport) -> list[str]:
    """What a reader might take for proven and is not, in sentences."""
    if report.state is State.UNREADABLE:
        return [phrases.word("unproven.unreadable")]
    signatures = [signature for signature in report.signatures if signature.kind == "signature"]
    if not signatures:
        return [phrases.word(f"unproven.{_without_signatures(report)}")]
    said = [phrases.word("unproven.invalid")] if report.state is State.INVALID else []
    nameless = [signature for signature in signatures if _unidentified(signature)]
    if nameless:
        said.append(phrases.word("unproven.identity", fields=phrases.fields(nameless)))
    kinds = {signature.signer.kind for signature in signatures}
    if kinds == {"organisation"}:
        said.append(phrases.word("unproven.organisation-only", names=_names(phrases, signatures)))
    else:
        said.append(phrases.word("unproven.authority-alone" if nameless else "unproven.authority"))
    unknown = [signature for signature in signatures if _of_unknown_kind(signature)]
    if unknown:
        said.append(phrases.word("unproven.kind-unknown", names=_names(phrases, unknown)))
    said += _unproven_times(phrases, signatures)
    unchecked = [signature for signature in signatures if not signature.revocation.checked]
    disabled = list(report.disabled_checks)
    if unchecked:
        free = "revocation" in disabled
        said.append(phrases.word(f"unproven.revocation{'-not-required' if free else ''}", fields=phrases.fields(unchecked)))
        disabled = [check for check in disabled if check != "revocation"]
    if any(entry.link == "listed" for signature in signatures for entry in signature.chain):
        said.append(phrases.word("unproven.listed"))
    if disabled:
        said.append(phrases.word("unproven.disabled", checks=phrases.catalogue.fact("check", disabled)))
    return [*said, phrases.word("unproven.block")]


def _unidentified(signature: SignatureReport) -> bool:
    """No sound path leads from the certificate to an anchor: nobody vouches for the names in it."""
    anchored = bool(signature.chain) and signature.chain[-1].role == "anchor"
    return not anchored or any(found.code == "chain-invalid" for found in signature.findings)


def _of_unknown_kind(signature: SignatureReport) -> bool:
    """There is a certificate, and it does not say."""
    return signature.signer.sha256 is not None and signature.signer.kind not in {"person", "organisation"}


def _unproven_times(phrases: Phrases, signatures: Sequence[SignatureReport]) -> list[str]:
    unproven = [signature for signature in signatures if signature.times.basis not in PROVEN_BASES]
    kinds: dict[str, list[SignatureReport]] = {}
    for one in unproven:
        key = "time-stamp-unused" if unused_stamps(one) else "time" if phrases.claim(one) is not None else "time-unstated"
        kinds.setdefault(key, []).append(one)
    return [phrases.word(f"unproven.{key}", fields=phrases.fields(ones)) for key, ones in kinds.items()]


def _without_signatures(report: DocumentReport) -> str:
    if report.signatures:
        return "document-timestamp"
    if report.signature_remains:
        return "remains"
    if _lacks_what_is_demanded(report):
        return "unsigned"
    return {State.UNSIGNED: "unsigned", State.INVALID: "invalid"}.get(report.state, "unreadable")


def _names(phrases: Phrases, signatures: Sequence[SignatureReport]) -> str:
    return "; ".join(dict.fromkeys(phrases.safe(signature.signer.common_name) for signature in signatures))


def remains_lines(page: Sheet, phrases: Phrases, remains: Sequence[RemainsReport]) -> None:
    if not remains:
        return
    _heading(page, phrases, "label.remains")
    for item in remains:
        stamps = "; ".join(phrases.timestamp(stamp) for stamp in item.timestamps) or phrases.word("label.none")
        signer = phrases.safe(item.signer.common_name)
        claimed = phrases.written(item.block.claimed_time)
        page.marked(phrases.bullet, "", phrases.word("remains.item", signer=signer, claimed=claimed, stamps=stamps), indent=2)
        if item.attributes_signature_verifies is not None:
            page.line(phrases.word("remains.holds" if item.attributes_signature_verifies else "remains.broken"), indent=4)


def timeline_lines(page: Sheet, phrases: Phrases, report: DocumentReport, groups: Sequence[Group]) -> None:
    """One line for each kind of time and group of signatures, in the report's order."""
    if not report.timeline:
        return
    _heading(page, phrases, "label.timeline")
    group_of = {signature.field: number for number, group in enumerate(groups) for signature in group.members}
    rows: dict[tuple[str, bool, object], list[TimelineEntry]] = {}
    for entry in report.timeline:
        of_certificate = entry.source if entry.what in FROM_CERTIFICATE else group_of.get(entry.signature or "", entry.signature)
        rows.setdefault((entry.what, entry.proven, of_certificate), []).append(entry)
    for (what, proven, of), entries in rows.items():
        when = phrases.span(phrases.written(entries[0].at), phrases.written(entries[-1].at))
        who = f" – {phrases.safe(str(of))}" if what in FROM_CERTIFICATE else _fields_of(phrases, entries)
        page.marked(
            phrases.bullet, "", f"{when}: {phrases.word(f'timeline.{what}')}{who}{_sureness(phrases, what, proven)}", indent=2
        )


def _fields_of(phrases: Phrases, entries: Sequence[TimelineEntry]) -> str:
    fields = list(dict.fromkeys(phrases.safe(entry.signature) for entry in entries if entry.signature is not None))
    if len(fields) > 1:
        return f" – {fields[0]} … {fields[-1]} ({len(fields)})"
    return f" – {fields[0]}" if fields else ""


def _sureness(phrases: Phrases, what: str, proven: bool) -> str:
    if what in FROM_CERTIFICATE:
        return f" [{phrases.word('label.calculated')}]"
    if what == "validation":
        return ""
    if proven:
        return f" [{phrases.word('label.proven')}]"
    return f" [{phrases.word('label.claim')}]" if what in CLAIMED else ""


def order_lines(page: Sheet, phrases: Phrases, report: DocumentReport) -> None:
    if not report.signatures:
        return
    _heading(page, phrases, "label.order")
    order = report.order
    if len(report.signatures) == 1:
        lone = "order.single" if report.signatures[0].kind == "signature" else "order.single-stamp"
        page.line(phrases.word(lone), indent=2)
        return
    page.line(phrases.word("order.consistent" if order.consistent else "order.inconsistent"), indent=2)
    for contradiction in order.contradictions:
        page.marked("!", "bold yellow", _contradiction(phrases, contradiction), indent=4)
    clocks = report.clock_differences
    span = clock_difference(phrases, [clocks.least_seconds, clocks.greatest_seconds])
    if span is not None:
        page.line(phrases.word("order.clocks", count=clocks.signatures, span=span), indent=2)
    if order.within_tolerance:
        page.line(phrases.word("order.within"), indent=2)
    for contradiction in order.within_tolerance[:MOST_SIGNERS]:
        page.marked(phrases.bullet, "", _contradiction(phrases, contradiction), indent=4)
    if len(order.within_tolerance) > MOST_SIGNERS:
        page.line(phrases.word("label.more", count=len(order.within_tolerance) - MOST_SIGNERS), indent=4)


def _contradiction(phrases: Phrases, contradiction: Contradiction) -> str:
    return phrases.word(
        "order.contradiction",
        earlier=phrases.safe(contradiction.earlier),
        later=phrases.safe(contradiction.later),
        duration=phrases.catalogue.duration(contradiction.seconds),
        proof=phrases.word("order.by-timestamps" if contradiction.proven else "order.by-claims"),
    )


def evidence_lines(page: Sheet, phrases: Phrases, report: DocumentReport) -> None:
    """What the answer rests on, so that somebody else can reach it again."""
    _heading(page, phrases, "label.evidence")
    page.digest(phrases.word("label.document-sha256"), phrases.safe(report.document.sha256))
    page.digest(phrases.word("label.policy-sha256"), phrases.safe(report.policy.sha256))
    page.digest(phrases.word("label.trust-sha256"), phrases.safe(report.trust.sha256))
    sources = phrases.catalogue.sources(report.trust.sources, personal=phrases.personal)
    page.line(phrases.word("label.anchors", count=report.trust.anchors, sources=sources), indent=4)
    if report.evidence_bundle is not None:
        page.digest(phrases.word("label.bundle-sha256"), phrases.safe(report.evidence_bundle.sha256))
        page.line(phrases.word(f"bundle.{report.evidence_bundle.used_for}"), indent=4)
    page.field(phrases.word("label.version"), report.sigcheck_version)
