"""Findings for people: the worst first, alike ones once, and what to do about each kind the first time it appears."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sigcheck.reporting.advice import remedy
from sigcheck.reporting.phrases import Phrases
from sigcheck.reporting.reasons import alike, counted, worst_first
from sigcheck.reporting.sheet import Sheet
from sigcheck.verdict import DocumentReport, Finding, Severity

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
            page.line(f"{phrases.word('label.action')}: {said_remedy}", indent=4, commands=True)


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
