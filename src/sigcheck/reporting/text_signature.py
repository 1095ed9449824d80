"""One signature, or one group of stamps, for people: the minimum display of TT 15/2025/TT-BKHCN, Điều 6 k.4, and the chain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sigcheck.reporting.grouping import Group
from sigcheck.reporting.phrases import PROVEN_BASES, Phrases, indicated_state, not_read, signature_state
from sigcheck.reporting.sheet import Sheet
from sigcheck.reporting.text_appearance import appearances
from sigcheck.verdict import ChainEntryReport, SignatureReport, TimestampReport

MOST_LISTED: Final = 30
"""Stamps and time-stamps listed one by one; a machine format has them all."""

_UNIT = re.compile(r"(?:^|,)OU=((?:[^,\\]|\\.)+)")


def signature_card(page: Sheet, phrases: Phrases, group: Group, count: int, *, tail: bool = False) -> None:
    """The card of a group; `count` is the number of all signatures, `tail` says that bytes behind all are covered by none."""
    first = group.first
    _title(page, phrases, group, count)
    page.field(phrases.word("label.issuing-ca"), _issuing_ca(phrases, first))
    label = "label.tsa" if first.kind == "document-timestamp" else "label.signer"
    email = f" <{phrases.safe(first.signer.email)}>" if first.signer.email else ""
    page.field(phrases.word(label), phrases.signer(first) + email)
    page.field(phrases.word("label.unit"), phrases.safe(_unit(first)))
    when = "label.stamp-time" if first.kind == "document-timestamp" else "label.signing-time"
    page.field(phrases.word(when), phrases.group_when(group))
    _timestamps(page, phrases, group)
    good = first.integrity.digest_matches is True and first.integrity.signature_verifies is True and first.coverage.sound
    page.field(phrases.word("label.integrity"), integrity(phrases, first), style="" if good else "bold")
    page.field(phrases.word("label.validity-at-signing"), validity_at_signing(phrases, group))
    page.field(phrases.word("label.validity-period"), _period(phrases, first))
    if first.signer.kind is not None and first.signer.sha256 is not None and first.signer.kind_reason:
        page.field(phrases.word("label.kind-reason"), kind_reason(phrases, first.signer.kind_reason))
    clock = clock_difference(phrases, [member.times.claimed_minus_timestamp_seconds for member in group.members])
    if clock is not None:
        page.field(phrases.word("label.clock"), clock)
    page.field(phrases.word("label.coverage"), _group_coverage(phrases, group, tail))
    page.field(phrases.word("label.changes"), _group_changes(phrases, group, tail))
    page.field(phrases.word("label.revocation"), revocation(phrases, first))
    appearances(page, phrases, group)
    _chain(page, phrases, first.chain, "label.not-read" if not_read(first) else "label.none")
    _block(page, phrases, group)
    page.field(phrases.word("label.conclusion"), conclusion(phrases, first))


def conclusion(phrases: Phrases, signature: SignatureReport) -> str:
    """The state, and EN 319 102-1's indication; where a finding of our own decides, that it is not the standard's answer."""
    state = signature_state(signature)
    indication = f"{signature.indication} / {signature.sub_indication}" if signature.sub_indication else signature.indication
    if state is indicated_state(signature):
        return f"{phrases.word(f'state.{state}')} ({indication})"
    return phrases.word("label.conclusion-ours", state=phrases.word(f"state.{state}"), indication=indication)


def _title(page: Sheet, phrases: Phrases, group: Group, count: int) -> None:
    first, last = group.first, group.last
    mark, style = phrases.mark(signature_state(first))
    if len(group.members) == 1:
        key = "label.document-timestamp" if first.kind == "document-timestamp" else "label.signature"
        where = phrases.word("label.revision", revision=first.revision)
        page.marked(
            mark,
            style,
            f"{phrases.word(key, number=group.number, count=count)} · {phrases.safe(first.field)} · {where}",
            style="bold",
        )
        return
    numbers = phrases.word("label.group-title", number=group.number, last=group.number + len(group.members) - 1, count=count)
    title = phrases.word(
        "label.group",
        count=len(group.members),
        signer=phrases.safe(first.signer.common_name),
        first=phrases.safe(first.field),
        last=phrases.safe(last.field),
    )
    where = phrases.word("label.revisions", first=first.revision, last=last.revision)
    page.marked(mark, style, f"{numbers} · {title} · {where}", style="bold")


def kind_reason(phrases: Phrases, reason: str) -> str:
    """The rules that say whether a person or an organisation signed, in words."""
    return "; ".join(phrases.catalogue.fact("kind", code) for code in reason.split(", "))


def _unit(signature: SignatureReport) -> str | None:
    """The organisation that the certificate names, else its first unit."""
    unit = _UNIT.search(signature.signer.subject or "")
    return signature.signer.organisation or (unit[1].replace("\\", "") if unit else None)


def _issuing_ca(phrases: Phrases, signature: SignatureReport) -> str:
    if len(signature.chain) > 1:
        issuer = signature.chain[1]
        return phrases.safe(issuer.common_name or issuer.subject)
    return phrases.safe(signature.signer.issuer)


def _timestamps(page: Sheet, phrases: Phrases, group: Group) -> None:
    """Every time-stamp; those of a group in order, each with its field."""
    label = phrases.word("label.timestamp")
    stamps = [(signature, stamp) for signature in group.members for stamp in signature.times.timestamps]
    if not stamps:
        page.field(label, phrases.word("label.not-read" if not_read(group.first) else "label.no-timestamp"))
        return
    if len(group.members) == 1:
        for _, stamp in stamps:
            page.field(label, phrases.timestamp(stamp))
            label = ""
        return
    by_source: dict[str, list[tuple[str, TimestampReport]]] = {}
    for signature, stamp in stamps:
        by_source.setdefault(phrases.timestamp_source(stamp), []).append((signature.field, stamp))
    for source, of_source in by_source.items():
        times = f" ({phrases.word('label.times', count=len(of_source))})" if len(of_source) > 1 else ""
        page.field(label, f"{source}{times}")
        label = ""
        for field, stamp in of_source[:MOST_LISTED]:
            page.field("", f"{phrases.safe(field)}: {phrases.moment(stamp.gen_time)}", indent=4)
        if len(of_source) > MOST_LISTED:
            page.field("", phrases.word("label.more", count=len(of_source) - MOST_LISTED))


def clock_difference(phrases: Phrases, differences: Sequence[int | None]) -> str | None:
    """How far the signer's clock was from the time-stamps: one figure, or the two furthest apart."""
    known = [seconds for seconds in differences if seconds is not None]
    if not known:
        return None
    return phrases.span(_difference(phrases, min(known)), _difference(phrases, max(known)))


def _difference(phrases: Phrases, seconds: int) -> str:
    key = "clock.equal" if not seconds else "clock.ahead" if seconds > 0 else "clock.behind"
    return phrases.word(key, duration=phrases.catalogue.duration(abs(seconds)))


def integrity(phrases: Phrases, signature: SignatureReport) -> str:
    """What is known of the signed bytes; the worst first, and null never counts as true."""
    proof = signature.integrity
    if not signature.coverage.sound:
        return phrases.word("integrity.range")
    of_stamp = "stamp-" if signature.kind == "document-timestamp" else ""
    if proof.digest_matches is False:
        return phrases.word(f"integrity.{of_stamp}digest")
    if proof.signature_verifies is False:
        return phrases.word(f"integrity.{of_stamp}signature")
    if proof.digest_matches and proof.signature_verifies:
        said = phrases.word("integrity.intact-then-changed" if signature.modifications.allowed is False else "integrity.intact")
        named = (
            phrases.catalogue.fact("algorithm", name) for name in (proof.digest_algorithm, proof.signature_algorithm) if name
        )
        algorithms = ", ".join(named)
        return f"{said} ({algorithms})" if algorithms else said
    if any(found.code == "sub-filter-unsupported" for found in signature.findings):
        return phrases.word("integrity.unsupported")
    reason = f" ({phrases.catalogue.fact('reason', proof.unknown, personal=phrases.personal)})" if proof.unknown else ""
    return phrases.word("integrity.unknown") + reason


def validity_at_signing(phrases: Phrases, group: Group) -> str:
    """Whether the certificate was within its period and not revoked at the time that stands for signing."""
    signature = group.first
    signer, at = signature.signer, signature.times.best_signature_time
    if at is None or signer.not_before is None or signer.not_after is None:
        return phrases.word("validity.unknown")
    latest = max(member.times.best_signature_time or at for member in group.members)
    key = "before" if at < signer.not_before else "after" if latest > signer.not_after else "within"
    answer, when = phrases.word(f"validity.{key}"), phrases.moment(at)
    if signature.times.basis in PROVEN_BASES:
        within = f"{answer} {phrases.word('validity.at', at=when)}"
    else:
        asked = "validity.at-claim" if signature.times.basis == "claimed" else "validity.at-check"
        within = phrases.word(asked, at=when, answer=answer)
    return f"{within}; {_revoked(phrases, signature)}"


def _revoked(phrases: Phrases, signature: SignatureReport) -> str:
    usable = [statement for statement in signature.revocation.statements if statement.usable]
    revoked = [statement.revoked_at for statement in usable if statement.revoked_at is not None]
    if revoked:
        return phrases.word("validity.revoked", at=phrases.moment(min(revoked)))
    return phrases.word("validity.not-revoked" if signature.revocation.checked else "validity.revocation-unknown")


def _period(phrases: Phrases, signature: SignatureReport) -> str:
    signer = signature.signer
    if signer.not_before is None or signer.not_after is None:
        return phrases.word("label.unknown")
    return phrases.word("label.period", start=phrases.moment(signer.not_before), end=phrases.moment(signer.not_after))


def _coverage(phrases: Phrases, signature: SignatureReport, tail: bool) -> str:
    if not signature.coverage.sound:
        return phrases.word("integrity.range")
    if signature.coverage.whole_document:
        return phrases.word("coverage.whole")
    return phrases.word("coverage.part-and-tail" if tail else "coverage.part", revision=signature.revision)


def _group_coverage(phrases: Phrases, group: Group, tail: bool) -> str:
    last = _coverage(phrases, group.last, tail)
    return last if len(group.members) == 1 else phrases.word("coverage.group", last=last)


def _group_changes(phrases: Phrases, group: Group, tail: bool) -> str:
    """The first signature of a group has seen the most changes; the last one's are said beside it."""
    first, last = modifications(phrases, group.first, tail), modifications(phrases, group.last, tail)
    return first if first == last else phrases.word("changes.group", first=first, last=last)


def modifications(phrases: Phrases, signature: SignatureReport, tail: bool = False) -> str:
    changes = signature.modifications
    level = phrases.word(f"changes.{changes.level or 'unknown'}")
    if changes.level == "none":
        return phrases.word("changes.none-but-tail") if tail else level
    allowed = {True: "allowed", False: "forbidden", None: "undecided"}[changes.allowed]
    return f"{level} ({phrases.word(f'changes.{allowed}')})"


def revocation(phrases: Phrases, signature: SignatureReport) -> str:
    if not signature.revocation.checked:
        return phrases.word("revocation.not-checked")
    sources = dict.fromkeys(f"{statement.kind.upper()}" for statement in signature.revocation.statements if statement.usable)
    return phrases.word("revocation.checked", sources=", ".join(sources) or phrases.word("label.none"))


def _chain(page: Sheet, phrases: Phrases, chain: Sequence[ChainEntryReport], otherwise: str) -> None:
    """From the signer to the root, and under each entry how it hangs on the next."""
    page.line(f"{phrases.word('label.chain')}:", style="bold", indent=2)
    if not chain:
        page.line(phrases.word(otherwise), indent=4)
    for depth, entry in enumerate(chain):
        years = f"{entry.not_before.year}–{entry.not_after.year}"
        page.marked(
            "^" if depth and phrases.ascii_marks else "↑" if depth else phrases.bullet,
            "",
            f"{phrases.safe(entry.common_name or entry.subject)} ({years})",
            indent=4,
        )
        key = "anchor" if entry.role == "anchor" else entry.link or "missing"
        page.line(phrases.word(f"link.{key}"), indent=6, style="dim")
    if chain and chain[-1].role != "anchor" and chain[-1].link is not None:
        page.line(phrases.word("link.missing"), indent=6)


def _block(page: Sheet, phrases: Phrases, group: Group) -> None:
    """What the signing program wrote: always shown, never trusted. A group shows its first block, and the times of all."""
    block = group.first.block
    claimed = [signature.block.claimed_time for signature in group.members if signature.block.claimed_time]
    span = phrases.span(phrases.written(claimed[0]), phrases.written(claimed[-1])) if claimed else None
    rows = (
        ("label.block-contact", block.contact_info),
        ("label.block-location", block.location),
        ("label.block-reason", block.reason),
        ("label.block-name", block.name),
    )
    if span is None and not any(value and value.strip() for _, value in rows):
        return
    page.line(f"{phrases.word('label.block')}:", style="bold", indent=2)
    if span is not None:
        page.field(phrases.word("label.block-time"), span, indent=4)
    for key, value in rows:
        if value and value.strip():
            page.field(phrases.word(key), phrases.safe(value.strip()), indent=4)  # the bare edges tell people nothing
