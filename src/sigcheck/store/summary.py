"""A run of a result store, counted. Every report is read once and none is kept: what is held does not grow with the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from sigcheck.archive_summary import ANSWERS, ArchiveSummary, Breakdown, Counts, Line, RunLine, WorstDocument
from sigcheck.store.characteristics import agencies, issuing_cas, reason_codes, signing_year
from sigcheck.store.kept_reports import parsed, reading
from sigcheck.store.results import Record, ResultStore, RunRow

MOST_LINES: Final = 40
"""Rows of one table."""
MOST_YEARS: Final = 200
MOST_WORST: Final = 200
"""Documents that are named."""
MOST_NAMES: Final = 20_000
"""Names that are counted apart; an archive has a few thousand agencies, a hostile one a name in every document."""
LONGEST_NAME: Final = 300
PLACES: Final = {answer: place for place, answer in enumerate(ANSWERS)}
_VALID: Final = PLACES["valid"]
Key = str | None


@dataclass(frozen=True, slots=True)
class CountedDocument:
    """What one record adds to the counts."""

    record: Record
    octets: bytes | None
    """Its report as JSON; None where a problem stands in its place."""
    place: int
    """Of its answer among ANSWERS."""
    codes: tuple[str, ...]
    years: tuple[Key, ...] = ()
    agencies: tuple[Key, ...] = ()
    issuers: tuple[Key, ...] = ()


class Altered(Protocol):
    """What is to be shown instead of what is kept."""

    def path(self, path: str) -> str: ...

    def report(self, octets: bytes) -> bytes | None:
        """None: it cannot be read, and so it is not shown."""


def documents(store: ResultStore, run: int, altered: Altered | None = None) -> Iterator[CountedDocument]:
    """Every record of a run with what is counted of it, by position. Raises ResultStoreError."""
    for record, octets in store.reports(run):
        with reading(store, record):
            if record.position < 0:
                raise ValueError("a position")
            document = _counted(record, octets) if altered is None else _altered(record, octets, altered)
        yield document


def _altered(record: Record, octets: bytes | None, altered: Altered) -> CountedDocument:
    shown = None if octets is None else altered.report(octets)
    return _counted(replace(record, path=altered.path(record.path), detail=None), shown)


def _counted(record: Record, octets: bytes | None) -> CountedDocument:
    place = PLACES.get(record.state or "problem", PLACES["problem"])
    if octets is None:
        return CountedDocument(record, None, place, (record.problem,) if record.problem else ())
    report = parsed(octets)
    return CountedDocument(
        record,
        octets,
        place,
        reason_codes(report),
        _names([signing_year(report)]),
        _names(agencies(report) or [None]),
        _names(issuing_cas(report) or [None]),
    )


def _names(found: Iterable[Key]) -> tuple[Key, ...]:
    """Each name once, cut to LONGEST_NAME. Raises TypeError for what is no text."""
    return tuple(dict.fromkeys(None if name is None else name[:LONGEST_NAME] for name in found))


@dataclass(slots=True)
class _Tally:
    """Documents by name and answer; names are numbered as they come."""

    counted: dict[Key, tuple[int, list[int]]] = field(default_factory=dict)

    def add(self, names: Iterable[Key], place: int) -> list[int]:
        """Count a document under its names; gives their numbers, without those that came when there were too many."""
        numbers = []
        for name in names:
            known = self.counted.get(name)
            if known is None:
                if len(self.counted) >= MOST_NAMES:
                    continue
                known = self.counted[name] = len(self.counted), [0] * len(ANSWERS)
            known[1][place] += 1
            numbers.append(known[0])
        return numbers

    def breakdown(self, order: Callable[[Line], Any], most: int) -> Breakdown:
        every = (Line(name, _counts(counts), number) for name, (number, counts) in self.counted.items())
        lines = sorted(every, key=order)
        return Breakdown(tuple(lines[:most]), max(len(lines) - most, 0))


class Counting:
    """The counts of a run, while its documents are gone through."""

    def __init__(self) -> None:
        self.total = [0] * len(ANSWERS)
        self.tallies = {kind: _Tally() for kind in ("reason", "agency", "issuer", "year")}
        self.worst: dict[int, list[WorstDocument]] = {place: [] for place in range(_VALID)}

    def add(self, document: CountedDocument) -> list[tuple[str, int]]:
        """Count a document; gives the rows in which it stands: their table, and the number of their name."""
        record, place, codes = document.record, document.place, document.codes
        self.total[place] += 1
        names = {"year": document.years, "agency": document.agencies, "issuer": document.issuers}
        if place != _VALID:
            names["reason"] = _names(codes)
            if len(self.worst[place]) < MOST_WORST:
                self.worst[place].append(WorstDocument(record.path, ANSWERS[place], codes, record.sha256, record.position))
        rows = [(kind, number) for kind, under in names.items() for number in self.tallies[kind].add(under, place)]
        return [("answer", place), *rows]

    def summary(self, store: ResultStore, run: RunRow, most: int = MOST_LINES) -> ArchiveSummary:
        """What was counted, `most` rows of a table, and the answers of every run. Raises ResultStoreError."""
        named = [one for place in sorted(self.worst) for one in self.worst[place]][:MOST_WORST]
        return ArchiveSummary(
            run.number,
            run.validation_time,
            run.finished,
            _counts(self.total),
            self.tallies["year"].breakdown(lambda line: line.name or "9999", MOST_YEARS),
            self.tallies["agency"].breakdown(_worst_first, most),
            self.tallies["issuer"].breakdown(_worst_first, most),
            self.tallies["reason"].breakdown(_worst_first, most),
            tuple(named),
            sum(self.total) - self.total[_VALID] - len(named),
            _runs(store),
            run.head,
        )


def summarise(store: ResultStore, run: RunRow, altered: Altered | None = None) -> ArchiveSummary:
    """Count a run. Raises ResultStoreError."""
    counting = Counting()
    for document in documents(store, run.number, altered):
        counting.add(document)
    return counting.summary(store, run)


def _worst_first(line: Line) -> tuple[object, ...]:
    """The most invalid, then the most of each milder answer, then the name."""
    return (*(-count for count in line.counts), line.name or "")


def _counts(numbers: list[int]) -> Counts:
    first, second, third, fourth, fifth, sixth = numbers
    return first, second, third, fourth, fifth, sixth


def _runs(store: ResultStore) -> tuple[RunLine, ...]:
    """The answers of every run, without reading a report."""
    query = "SELECT state, count(*) FROM record LEFT JOIN report ON report.id = record.report WHERE record.run = ? GROUP BY state"
    lines = []
    for run in store.runs():
        numbers = [0] * len(ANSWERS)
        for state, count in store.rows(query, run.number):
            numbers[PLACES.get(state, PLACES["problem"])] += count
        lines.append(RunLine(run.number, run.validation_time, run.finished, _counts(numbers)))
    return tuple(lines)
