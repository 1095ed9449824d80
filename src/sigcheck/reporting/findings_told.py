"""What the formats for machines that show findings have in common: which fail the run, which are accepted, and their words."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from sigcheck.baseline import decides, findings_of, state_left
from sigcheck.checked import Checked
from sigcheck.reporting.catalogue import LANGUAGES, load_catalogue
from sigcheck.reporting.hostile import shown
from sigcheck.reporting.options import ReportOptions
from sigcheck.verdict import Finding, Severity

UNFINISHED: Final = frozenset({2, 70, 130})
"""Exit codes of a run that did not check everything it was asked to."""


class Told(Struct, frozen=True):
    """One finding of a document, ready for a format."""

    finding: Finding
    index: int | None
    """Of the signature; None for the document itself."""
    signature: str
    """The signature's field, safe to print; empty for the document itself."""
    number: int
    """1 for the first finding of this code at this signature."""
    accepted: bool
    """By the baseline."""
    fails: bool
    """It is among the reasons why the document fails this run."""

    @property
    def level(self) -> str:
        """`error` for what fails the run; what is an error in itself and does not fail it is a warning."""
        if self.fails:
            return "error"
        return "note" if self.finding.severity is Severity.INFO else "warning"


def fails(document: Checked, options: ReportOptions) -> bool:
    """Whether the document fails the run: by what nobody accepted, and the states that were asked for."""
    return state_left(document.report, document.accepted).value in options.failing


def told(document: Checked, options: ReportOptions) -> Iterator[Told]:
    """Every finding of a document."""
    report, failing = document.report, fails(document, options)
    counts: Counter[tuple[int | None, str]] = Counter()
    for index, found in findings_of(report):
        place = (index, found.code)
        counts[place] += 1
        accepted = place in document.accepted
        field = "" if index is None else shown(report.signatures[index].field, personal=options.personal)
        decisive = failing and not accepted and decides(report, found)
        yield Told(found, index, field, counts[place], accepted, decisive)


def languages(options: ReportOptions) -> tuple[str, ...]:
    """Both languages, the reader's first."""
    return tuple(sorted(LANGUAGES, key=lambda one: one != options.language))


def messages(found: Finding, options: ReportOptions) -> dict[str, str]:
    """The finding's message by language, the reader's first."""
    return {
        language: load_catalogue(language).message(found.code, found.facts, personal=options.personal)
        for language in languages(options)
    }


def words(key: str, options: ReportOptions, **values: object) -> dict[str, str]:
    """A text of the catalogues by language, the reader's first."""
    return {language: load_catalogue(language).word(key, **values) for language in languages(options)}


def fingerprint(document: Checked, one: Told, *, with_path: bool = False) -> str:
    """SHA-256 over what a finding is known by: content, signature and code; the path where the content is not known."""
    report = document.report
    parts = [report.document.sha256 or f"path {shown(report.document.path)}", one.signature, one.finding.code]
    if with_path:
        parts += [shown(report.document.path), str(one.number)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def ended(options: ReportOptions) -> int | None:
    """The exit code of the run, where it is known."""
    return None if options.ended is None else options.ended()
