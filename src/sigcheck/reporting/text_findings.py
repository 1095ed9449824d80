"""Findings for people: the worst first, alike ones once, and what to do about each kind the first time it appears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sigcheck.reporting.phrases import Phrases
from sigcheck.reporting.reasons import advice_is_due, alike, counted, revocation_alone_decides, told, worst_first
from sigcheck.reporting.sheet import Sheet
from sigcheck.verdict import DocumentReport, Finding, Severity, State

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
_MARKS: Final = {
    Severity.ERROR: ("✘", "x", "bold red"),
    Severity.WARNING: ("!", "!", "bold yellow"),
    Severity.INFO: ("·", "-", "dim"),
}


def finding_lines(
    page: Sheet, phrases: Phrases, report: DocumentReport, findings: Iterable[Finding], explained: set[str]
) -> None:
    """Print findings of `report`. `explained` remembers the remedies that have been said in it."""
    for same in alike(worst_first(findings)):
        severity = same[0].severity
        mark, plain, style = _MARKS[severity]
        said = f"{phrases.word(f'severity.{severity}')}: {counted(phrases, same)}"
        sign = plain if phrases.ascii_marks else mark
        if severity is Severity.INFO:
            page.marked(sign, style, f"{said} [{same[0].code}]", indent=2)
            continue
        page.marked(sign, style, said, indent=2)
        page.line(_origin(phrases, same), indent=4, style="dim")
        said_remedy = remedy(phrases, report, same[0])
        if said_remedy and said_remedy not in explained:
            explained.add(said_remedy)
            page.line(f"{phrases.word('label.action')}: {said_remedy}", indent=4)


def remedy(phrases: Phrases, report: DocumentReport, finding: Finding) -> str:
    """What to do about it; where a proof of time would help, from before when. Empty where milder advice would contradict."""
    entry = phrases.catalogue.findings.get(finding.code)
    own = finding.action.get(phrases.catalogue.language)
    if entry is None or not advice_is_due(report, finding):
        return ""
    if own:
        return phrases.safe(own)
    key = _closer_advice(finding)
    return entry.action if key is None else phrases.catalogue.filled(key, [finding.facts], personal=phrases.personal)


def advice(phrases: Phrases, report: DocumentReport, most: int = 3) -> list[str]:
    """What to do about the document, at most so much: for what decides; for a valid one, what is left to be asked."""
    if revocation_alone_decides(report):
        return [phrases.word("actions.revocation-not-checked")]
    of_document, of_signatures = told(report)
    every = worst_first([*of_document, *(found for one in of_signatures for found in one)])
    weighed = [found for found in every if found.decides is not None]
    if report.state in {State.UNREADABLE, State.UNSIGNED}:
        weighed = of_document
    elif report.state is State.VALID:
        weighed = [found for found in every if found.severity is not Severity.INFO and found.code in LEFT_TO_ASK]
    said = dict.fromkeys(filter(None, (remedy(phrases, report, found) for found in weighed)))
    return list(said)[:most]


def _closer_advice(finding: Finding) -> str | None:
    """The advice that goes by what a finding decides and by its facts, where there is such."""
    if finding.facts.get("imitates"):
        return "actions.imitation"
    if finding.facts.get("stamp_unused"):
        return "actions.stamp-unused"
    if finding.decides is None:
        return None
    match finding.code:
        case "certificate-expired" | "revocation-not-checked":
            return f"actions.{finding.code}"
        case "weak-digest" | "weak-key":
            return f"actions.{finding.code}{'' if finding.facts.get('until') else '-never'}"
        case _:
            return None


def _origin(phrases: Phrases, same: Sequence[Finding]) -> str:
    """The code, its clause, and where it is when that is one place."""
    finding, parts = same[0], [same[0].code]
    if finding.clause:
        parts.append(phrases.catalogue.clause(finding.clause))
    if len(same) == 1:
        about = finding.about
        parts += [phrases.word("label.revision", revision=about.revision)] if about.revision is not None else []
        parts += [phrases.word("label.page", page=about.page)] if about.page is not None else []
        parts += [phrases.word("label.object", object=phrases.safe(about.object))] if about.object is not None else []
    return " · ".join(parts)
