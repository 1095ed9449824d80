"""Findings for people: the worst first, equal ones once, and what to do about each kind the first time it appears."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sigcheck.reporting.page import Page
from sigcheck.reporting.phrases import Phrases
from sigcheck.verdict import Finding, Severity

_MARKS: Final = {
    Severity.ERROR: ("✘", "x", "bold red"),
    Severity.WARNING: ("!", "!", "bold yellow"),
    Severity.INFO: ("·", "-", "dim"),
}
_NUMBERS: Final = re.compile(r"\d+(?:\.\d+)*")
_RANKS: Final = {Severity.ERROR: 1, Severity.WARNING: 2, Severity.INFO: 3}


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Deciding findings before the others, then by severity; otherwise in the order given."""
    return sorted(findings, key=lambda finding: (finding.decides is None, _RANKS[finding.severity]))


def message(phrases: Phrases, finding: Finding) -> str:
    return phrases.catalogue.message(finding.code, finding.facts, personal=phrases.personal)


def finding_lines(page: Page, phrases: Phrases, findings: Iterable[Finding], explained: set[str]) -> None:
    """Print findings. `explained` remembers the codes whose remedy has been said in this report."""
    alike: dict[tuple[str, Severity, str], list[Finding]] = {}
    for finding in worst_first(findings):
        alike.setdefault((finding.code, finding.severity, _kind(finding, message(phrases, finding))), []).append(finding)
    for (code, severity, _), same in alike.items():
        mark, plain, style = _MARKS[severity]
        said = f"{phrases.word(f'severity.{severity}')}: {message(phrases, same[0])}{_repeated(phrases, same)}"
        page.marked(plain if phrases.ascii_marks else mark, style, said, indent=2)
        page.line(_origin(phrases, same), indent=4, style="dim")
        entry = phrases.catalogue.findings.get(code)
        if entry is not None and entry.action and severity is not Severity.INFO and code not in explained:
            explained.add(code)
            page.line(f"{phrases.word('label.action')}: {entry.action}", indent=4)


def _kind(finding: Finding, words: str) -> str:
    """What makes two findings of one code the same line: the words, apart from their numbers where nothing hangs on them."""
    return words if finding.decides is not None else _NUMBERS.sub("#", words)


def _repeated(phrases: Phrases, same: list[Finding]) -> str:
    if len(same) == 1:
        return ""
    exactly = len({message(phrases, finding) for finding in same}) == 1
    return f" ({phrases.word('label.times' if exactly else 'label.times-alike', count=len(same))})"


def _origin(phrases: Phrases, same: list[Finding]) -> str:
    """The code, its clause, and where it is when that is one place."""
    finding, parts = same[0], [same[0].code]
    if finding.clause:
        parts.append(finding.clause)
    if len(same) == 1:
        about = finding.about
        parts += [phrases.word("label.revision", revision=about.revision)] if about.revision is not None else []
        parts += [phrases.word("label.page", page=about.page)] if about.page is not None else []
        parts += [phrases.word("label.object", object=phrases.safe(about.object))] if about.object is not None else []
    return " · ".join(parts)
