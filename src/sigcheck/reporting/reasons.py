"""Which findings people read, and which of them is the cause: the first screen names causes before what follows from them.

A machine format has every finding; here a thing is said once, where it says most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sigcheck.reporting.catalogue import is_figure
from sigcheck.reporting.phrases import PROVEN_BASES, Phrases, not_read, signature_state, unused_stamps
from sigcheck.verdict import Decides, DocumentReport, FactValue, Finding, Severity, SignatureReport, State

FROM_UNPROVEN_TIME: Final = frozenset(
    {"certificate-expired", "certificate-not-yet-valid", "anchor-not-honoured", "certificate-revoked", "weak-digest", "weak-key"}
)
"""What may be found only because the time of checking stands in for an unproven time of signing."""
WHY_UNUSED: Final = frozenset(
    {
        "revocation-not-checked",
        "untrusted-timestamp",
        "tsa-expired-since",
        "timestamp-after-validation-time",
        "weak-digest",
        "weak-key",
    }
)
"""Findings at a time-stamp that keep a sound one from being proof."""
SILENT_WHEN_NOT_READ: Final = frozenset({"signer-certificate-missing", "integrity-unknown"})
"""What was never read cannot be said to be missing."""
WHY_UNSIGNED: Final = frozenset({"no-signature", "document-timestamp-only"})
DEMANDS: Final = frozenset(
    {
        "expected-signer-missing", "too-few-signatures", "timestamp-missing", "person-signature-missing",
        "organisation-signature-missing", "organisation-before-person", "person-not-sealed", "deadline-missed",
        "signer-domain-unexpected", "signer-agency-unexpected",
    }
)  # fmt: skip
"""What somebody, or the kind of document, asks for beyond signatures that hold."""
NAMES: Final = frozenset({"tsa", "certificate", "certificates", "field", "fields", "use"})
"""Facts of which several may be listed in one message."""
_RANKS: Final = {Severity.ERROR: 1, Severity.WARNING: 2, Severity.INFO: 3}
_DECISIONS: Final = {Decides.INVALID: 0, Decides.INSUFFICIENT: 1, None: 2}


def told(report: DocumentReport) -> tuple[list[Finding], list[list[Finding]]]:
    """The findings of the document and of each signature that people read."""
    of_signatures = [_of_signature(signature) for signature in report.signatures]
    forbidden = {f.facts.get("revision") for found in of_signatures for f in found if f.code == "modified-after-signing"}
    of_document = [
        found
        for found in report.findings
        if not (found.code == "changed-after-last-signature" and found.facts.get("revision") in forbidden)
    ]
    return of_document, of_signatures


def _of_signature(signature: SignatureReport) -> list[Finding]:
    if not not_read(signature):
        return signature.findings
    return [found for found in signature.findings if found.code not in SILENT_WHEN_NOT_READ]


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """What fails before what leaves open, before the rest; then by severity; otherwise in the order given."""
    return sorted(findings, key=lambda finding: (_DECISIONS[finding.decides], _RANKS[finding.severity]))


def alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings that differ in figures and names alone, together."""
    kinds: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        facts = tuple((name, _kind(name, value)) for name, value in finding.facts.items())
        kinds.setdefault((finding.code, finding.severity, finding.decides, facts), []).append(finding)
    return list(kinds.values())


def _kind(name: str, value: FactValue) -> object:
    if is_figure(value) and name != "until":  # a limit is part of what is said
        return "a figure"
    if name in NAMES and value is not None:
        return "a name"
    return tuple(value) if isinstance(value, list) else value


def message(phrases: Phrases, same: Sequence[Finding]) -> str:
    """One message for findings that are alike."""
    return phrases.catalogue.common_message(same[0].code, [one.facts for one in same], personal=phrases.personal)


def counted(phrases: Phrases, same: Sequence[Finding]) -> str:
    """The message, and how often when more than once; names that differ are in it and count themselves."""
    of_one = len({tuple(str(value) for name, value in one.facts.items() if name in NAMES) for one in same}) == 1
    times = f" ({phrases.word('label.times', count=len(same))})" if len(same) > 1 and of_one else ""
    return message(phrases, same) + times


def reasons(phrases: Phrases, report: DocumentReport) -> list[str]:
    """Why the answer is what it is, the cause first, in sentences."""
    of_document, of_signatures = told(report)
    if report.state is State.UNREADABLE:
        return [message(phrases, same) for same in alike(of_document)]
    every = [*of_document, *(found for one in of_signatures for found in one)]
    causes, consequences, unused = _sorted_out(phrases, report, every)
    said = [(_place(same[0]), counted(phrases, same)) for same in alike(causes)]
    said += [(PLACE_OF_TIME, words) for words in unused]
    ordered = [words for _, words in sorted(said, key=lambda pair: pair[0])]
    for same in alike(consequences):
        words = counted(phrases, same)
        ordered.append(phrases.word("reasons.consequence", said=_continued(words)) if unused else words)
    return _of_demands(phrases, report, list(dict.fromkeys(ordered)))


def demands_alone_fail(report: DocumentReport) -> bool:
    """Every signature that there is holds; the document fails for what is asked of it beyond that."""
    failing = {found.code for found in report.findings if found.decides is Decides.INVALID}
    hold = all(signature_state(signature) is State.VALID for signature in report.signatures)
    return report.state is State.INVALID and hold and bool(failing) and failing <= DEMANDS


def _of_demands(phrases: Phrases, report: DocumentReport, said: list[str]) -> list[str]:
    """The answer says that signatures are not valid, in words that are fixed: here it says that they are, and what is not."""
    if not said or not report.signatures or not demands_alone_fail(report):
        return said
    key = "reasons.demands" if len(report.signatures) > 1 else "reasons.demands-one"
    return [phrases.word(key, said=_continued(said[0])), *said[1:]]


def first_reason(phrases: Phrases, report: DocumentReport) -> str | None:
    """Why a document is not valid, in a sentence, for its row among others; of one without signatures what it has instead."""
    if report.state is State.VALID:
        return None
    unsigned = (message(phrases, [found]) for found in report.findings if found.code in WHY_UNSIGNED)
    return next(iter(reasons(phrases, report)), None) or next(unsigned, None)


def _sorted_out(
    phrases: Phrases, report: DocumentReport, every: Sequence[Finding]
) -> tuple[list[Finding], list[Finding], list[str]]:
    """Deciding findings that are causes, those that follow from an unproven time, and why time-stamps are no proof."""
    deciding = [found for found in every if found.decides is not None]
    if report.state is State.INVALID:
        return [found for found in deciding if found.decides is Decides.INVALID], [], []
    unproven = [one for one in report.signatures if one.kind == "signature" and one.times.basis not in PROVEN_BASES]
    stamped = [one for one in unproven if unused_stamps(one)]
    of_unproven = {id(found) for one in unproven for found in one.findings if found.about.timestamp is None}
    consequences = [found for found in deciding if id(found) in of_unproven and _hangs_on_time(found)]
    time_decides = any(found.code == "time-claimed-only" for found in deciding)
    unused = why_unused(phrases, stamped) if stamped and (consequences or time_decides) else []
    causes = [found for found in deciding if found not in consequences]
    if unused:
        causes = [f for f in causes if not (f.code == "time-claimed-only" and f.facts.get("stamp_unused"))]
    return causes, consequences, unused


def revocation_alone_decides(report: DocumentReport) -> bool:
    """Nothing but the unknown revocation of certificates leaves the answer open: what to do about it is one thing."""
    if report.state is not State.INSUFFICIENT:
        return False
    every = [*report.findings, *(found for one in report.signatures for found in one.findings)]
    deciding = [found for found in every if found.decides is not None and not found.facts.get("stamp_unused")]
    unused = [found for one in report.signatures for found in at_unused_stamps(one)]
    return bool(deciding) and {found.code for found in (*deciding, *unused)} == {"revocation-not-checked"}


def _hangs_on_time(finding: Finding) -> bool:
    """Another moment might have made it good; a weak algorithm without a date is never accepted."""
    return finding.code in FROM_UNPROVEN_TIME and finding.facts.get("until", "") is not None


PLACE_OF_TIME: Final = 1
"""Where the proof of time stands among the causes: behind what fails, before what else is open."""


def _place(finding: Finding) -> int:
    if finding.decides is Decides.INVALID:
        return 0
    return 2 if finding.code == "revocation-not-checked" else PLACE_OF_TIME


def why_unused(phrases: Phrases, signatures: Sequence[SignatureReport]) -> list[str]:
    """For each kind of cause one sentence: sound time-stamps are there, and why they are no proof yet."""
    found = [finding for signature in signatures for finding in at_unused_stamps(signature)]
    said = []
    for same in alike(found):
        stamps = {id(one) for one in same}
        because = phrases.catalogue.filled(f"reasons.{same[0].code}", [one.facts for one in same], personal=phrases.personal)
        key = "reasons.stamp-unused" if len(stamps) > 1 else "reasons.stamp-unused-one"
        said.append(phrases.word(key, count=len(stamps), because=because))
    return said


def at_unused_stamps(signature: SignatureReport) -> Iterator[Finding]:
    """What keeps its sound time-stamps from being proof."""
    unused = unused_stamps(signature)
    for found in signature.findings:
        counts = found.code in WHY_UNUSED and found.facts.get("accepted") is not True
        if counts and found.about.timestamp is not None and found.about.timestamp in unused:
            yield found


def _continued(sentence: str) -> str:
    """A sentence that goes on behind a colon."""
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] == " " else sentence


def advice_is_due(report: DocumentReport, finding: Finding) -> bool:
    """Where something fails the document, or may be forged, only that says what to do: milder advice would contradict it."""
    if report.state is State.INVALID:
        return finding.decides is Decides.INVALID
    imitations = (one for signature in report.signatures for one in signature.findings if one.facts.get("imitates"))
    return bool(finding.facts.get("imitates")) or next(imitations, None) is None
