"""An audit for people: a line for every document that is not valid, and what the whole run came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sigcheck.reporting.catalogue import Catalogue
from sigcheck.reporting.hostile import shown
from sigcheck.verdict import DocumentReport

STATES = ("valid", "invalid", "insufficient", "unsigned", "unreadable")


def document_line(report: DocumentReport, words: Catalogue) -> str:
    """The answer, the document, and the first reason that decides."""
    answer = words.word(f"answer.{report.state.value}")
    reason = _reason(report, words)
    line = words.word("audit.document", answer=answer, path=shown(report.document.path))
    return f"{line}\n    {reason}\n" if reason else f"{line}\n"


def _reason(report: DocumentReport, words: Catalogue) -> str:
    findings = [*report.findings, *(found for signature in report.signatures for found in signature.findings)]
    decisive = [found for found in findings if found.decides is not None] or list(report.findings)
    return words.message(decisive[0].code, decisive[0].facts) if decisive else ""


def summary(states: Mapping[str, int], problems: int, checked: int, words: Catalogue) -> Iterator[str]:
    """How many documents had which answer."""
    total = sum(states.values())
    yield words.word("audit.total", count=total, checked=checked) + "\n"
    for state in STATES:
        if states.get(state):
            yield words.word("audit.count", count=states[state], answer=words.word(f"answer.{state}")) + "\n"
    if problems:
        yield words.word("audit.problems", count=problems) + "\n"
