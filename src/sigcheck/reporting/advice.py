"""What to do about a document: what can help with this one, the likeliest first.

Commands stand between backticks, as in the catalogues; each format shows them its own way (`sigcheck.reporting.commands`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sigcheck.reporting.phrases import Phrases, unused_stamps
from sigcheck.reporting.reasons import advice_is_due, alike, at_unused_stamps, revocation_alone_decides, told, worst_first
from sigcheck.verdict import ChainEntryReport, DocumentReport, Finding, Severity, SignatureReport, State

LEFT_TO_ASK: Final = frozenset(
    {
        "revocation-not-checked",
        "time-claimed-only",
        "untrusted-timestamp",
        "trial-software",
        "signature-remains-unreachable",
        "block-names-another",
    }
)
"""Warnings of a valid document whose advice says something without the warning beside it."""
MOST_ADVICE: Final = 3
UNCHECKED: Final = "revocation-not-checked"
TSA_EXPIRED: Final = "tsa-expired-since"
LIMITS: Final = {"certificate-expired": "not_after", "weak-digest": "until", "weak-key": "until"}
"""Findings that a proof of time from before a limit would settle, and the fact that says the limit."""


def what_to_do(phrases: Phrases, report: DocumentReport) -> list[str]:
    """For the first screen: the advice; of a valid document without any, that there is nothing to do."""
    return advice(phrases, report) or ([phrases.word("html.nothing-to-do")] if report.state is State.VALID else [])


def advice(phrases: Phrases, report: DocumentReport, most: int = MOST_ADVICE) -> list[str]:
    """What to do about the document, at most so much: for what decides; for a valid one, what is left to be asked."""
    if revocation_alone_decides(report):
        return [phrases.word(f"actions.{_unchecked(report, report.signatures)}")]
    of_document, of_signatures = told(report)
    every = worst_first([*of_document, *(found for one in of_signatures for found in one)])
    weighed = [found for found in every if found.decides is not None]
    if report.state in {State.UNREADABLE, State.UNSIGNED}:
        weighed = of_document
    elif report.state is State.VALID:
        weighed = [found for found in every if found.severity is not Severity.INFO and found.code in LEFT_TO_ASK]
    said = dict.fromkeys(filter(None, (remedy(phrases, report, same[0]) for same in alike(weighed))))
    return list(said)[:most]


def remedy(phrases: Phrases, report: DocumentReport, finding: Finding) -> str:
    """What to do about it; where a proof of time would help, from before when. Empty where milder advice would contradict."""
    entry = phrases.catalogue.findings.get(finding.code)
    own = finding.action.get(phrases.catalogue.language)
    if entry is None or not advice_is_due(report, finding):
        return ""
    if own:
        return phrases.safe(own)
    closer = _closer(report, finding)
    if closer is None:
        return entry.action
    key, about = closer
    return phrases.catalogue.filled(f"actions.{key}", [about.facts], personal=phrases.personal)


def _closer(report: DocumentReport, finding: Finding) -> tuple[str, Finding] | None:
    """The advice that goes by what a finding decides, by its facts and by its signature, with the finding that fills it."""
    if finding.facts.get("imitates"):
        return "imitation", finding
    if finding.code == TSA_EXPIRED:
        return None if finding.facts.get("accepted") is True else (TSA_EXPIRED, finding)
    unused = finding.facts.get("stamp_unused") is True
    if finding.decides is None and not unused:
        return None
    signature = next((one for one in report.signatures if any(found is finding for found in one.findings)), None)
    if signature is not None and (unused or _stamped_in_time(signature, finding)):
        return _for_stamps(report, signature, finding)
    match finding.code:
        case "revocation-not-checked":
            return _unchecked(report, report.signatures if signature is None else [signature]), finding
        case "certificate-expired":
            return finding.code, finding
        case "weak-digest" | "weak-key":
            return f"{finding.code}{'' if finding.facts.get('until') else '-never'}", finding
        case _:
            return ("stamp-unused", finding) if unused else None


def _stamped_in_time(signature: SignatureReport, finding: Finding) -> bool:
    """It bears a sound time-stamp from before the limit already: no other is to be looked for, but a way to count this one."""
    limit = finding.facts.get(LIMITS.get(finding.code, ""))
    if not isinstance(limit, str) or finding.about.timestamp is not None:
        return False
    sound = [signature.times.timestamps[index] for index in unused_stamps(signature)]
    return any(stamp.gen_time is not None and stamp.gen_time < datetime.fromisoformat(limit) for stamp in sound)


def _for_stamps(report: DocumentReport, signature: SignatureReport, finding: Finding) -> tuple[str, Finding]:
    """What would make its sound time-stamps count, by what keeps them from it."""
    keeping = {found.code: found for found in at_unused_stamps(signature)}
    if keeping.keys() == {TSA_EXPIRED}:
        return TSA_EXPIRED, keeping[TSA_EXPIRED]
    if keeping and keeping.keys() <= {UNCHECKED, TSA_EXPIRED}:
        return _unchecked(report, [signature]), finding
    return "stamp-unused", finding


def _unchecked(report: DocumentReport, signatures: list[SignatureReport]) -> str:
    """Who has asked in vain is not told to ask; what an issuer may have dropped since cannot be had any more (RFC 5280, 5)."""
    if any(_too_late(report, signature) for signature in signatures):
        return f"{UNCHECKED}-expired"
    return f"{UNCHECKED}-asked" if report.online else UNCHECKED


def _too_late(report: DocumentReport, signature: SignatureReport) -> bool:
    ends: dict[str, datetime] = {}
    entries: list[ChainEntryReport] = [*signature.chain, *(one for stamp in signature.times.timestamps for one in stamp.chain)]
    for entry in entries:
        ends[entry.subject] = min(entry.not_after, ends.get(entry.subject, entry.not_after))
    asked = (found.facts.get("certificates") for found in signature.findings if found.code == UNCHECKED)
    subjects = {str(name) for names in asked if isinstance(names, list) for name in names}
    return any(ends[name] < report.validation_time for name in subjects if name in ends)
