"""What a run over an archive found, counted: answers by year, agency, issuing CA and reason, and the worst documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ANSWERS: Final = ("invalid", "unreadable", "insufficient", "unsigned", "problem", "valid")
"""The worst first; `problem`: there is no report, because the document could not be had or the checker failed."""

Counts = tuple[int, int, int, int, int, int]
"""How many documents have each of ANSWERS, in that order."""

ROWS: Final = ("answer", "reason", "agency", "issuer", "year", "run")
"""The tables whose rows lead to lists of documents."""

NO_PAGE: Final = ("", "valid", "none", "problem", "unread")
"""Why a document has no page of its own; empty: it has one. valid: such pages are not made; none: no pages are; problem: there is
no report; unread: this version cannot read its report back."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: a name and its documents by answer. None: documents that bear no such name."""

    name: str | None
    counts: Counts
    number: int = 0
    """By which the list of its documents is asked for."""

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class WorstDocument:
    path: str
    answer: str
    codes: tuple[str, ...]
    """Of the findings that decide; the problem where there is no report."""
    sha256: str | None
    position: int = 0
    """Of its record."""


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A row of a list of documents."""

    path: str
    answer: str
    codes: tuple[str, ...]
    position: int | None
    """Of the record that has its page; None: of a run whose pages are elsewhere."""
    no_page: str
    """One of NO_PAGE."""


@dataclass(frozen=True, slots=True)
class RunLine:
    number: int
    validation_time: str
    finished: bool
    counts: Counts


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The rows that are shown, and how many more there are."""

    lines: tuple[Line, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ArchiveSummary:
    """One run of a store, and the answers of every run of it."""

    run: int
    validation_time: str
    finished: bool
    counts: Counts
    by_year: Breakdown
    """By the year of the first signature, as it is proven or else claimed."""
    by_agency: Breakdown
    by_issuer: Breakdown
    by_reason: Breakdown
    worst: tuple[WorstDocument, ...]
    worst_left: int
    runs: tuple[RunLine, ...]
    head: str
    """The head of the run's chain of records."""
