"""A run of a result store, counted. Every report is read once and none is kept: what is held does not grow with the archive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from sigcheck.archive_summary import ANSWERS, ArchiveSummary, Breakdown, Counts, Line, RunLine, WorstDocument
from sigcheck.store.kept_reports import parsed, reading
from sigcheck.store.results import ResultStore, RunRow

MOST_LINES: Final = 40
"""Rows of one table."""
MOST_WORST: Final = 200
"""Documents that are named."""
MOST_NAMES: Final = 20_000
"""Names that are counted apart; an archive has a few thousand agencies, a hostile one a name in every document."""
LONGEST_NAME: Final = 300
_PLACES: Final = {answer: place for place, answer in enumerate(ANSWERS)}
_VALID: Final = _PLACES["valid"]
Key = str | None


@dataclass(slots=True)
class _Tally:
    """Documents by name and answer."""

    counted: dict[Key, list[int]] = field(default_factory=dict)

    def add(self, names: Iterable[Key], place: int) -> None:
        for name in dict.fromkeys(None if name is None else name[:LONGEST_NAME] for name in names):
            if name in self.counted or len(self.counted) < MOST_NAMES:
                self.counted.setdefault(name, [0] * len(ANSWERS))[place] += 1

    def breakdown(self, order: Callable[[Line], Any], most: int = MOST_LINES) -> Breakdown:
        lines = sorted((Line(name, _counts(counts)) for name, counts in self.counted.items()), key=order)
        return Breakdown(tuple(lines[:most]), max(len(lines) - most, 0))


def summarise(store: ResultStore, run: RunRow) -> ArchiveSummary:
    """Count a run. Raises ResultStoreError."""
    total, years, agencies, issuers, reasons = [0] * len(ANSWERS), _Tally(), _Tally(), _Tally(), _Tally()
    worst: dict[int, list[WorstDocument]] = {place: [] for place in range(_VALID)}
    for record, octets in store.reports(run.number):
        place = _PLACES.get(record.state or "problem", _PLACES["problem"])
        total[place] += 1
        codes: tuple[str, ...] = (record.problem,) if record.problem else ()
        if octets is not None:
            with reading(store, record):
                report = parsed(octets)
                codes = _codes(report)
                signatures = [one for one in report["signatures"] if one["kind"] == "signature"]
                years.add([_year(signatures)], place)
                agencies.add([one["signer"]["organisation"] for one in signatures] or [None], place)
                issuers.add([_issuer(one) for one in signatures] or [None], place)
        if place != _VALID:
            reasons.add(codes, place)
            if len(worst[place]) < MOST_WORST:
                worst[place].append(WorstDocument(record.path, ANSWERS[place], codes, record.sha256))
    named = [one for place in sorted(worst) for one in worst[place]][:MOST_WORST]
    return ArchiveSummary(
        run.number,
        run.validation_time,
        run.finished,
        _counts(total),
        years.breakdown(lambda line: line.name or "9999", most=200),
        agencies.breakdown(_worst_first),
        issuers.breakdown(_worst_first),
        reasons.breakdown(_worst_first),
        tuple(named),
        sum(total) - total[_VALID] - len(named),
        _runs(store),
        run.head,
    )


def _worst_first(line: Line) -> tuple[object, ...]:
    """The most invalid, then the most of each milder answer, then the name."""
    return (*(-count for count in line.counts), line.name or "")


def _counts(numbers: list[int]) -> Counts:
    first, second, third, fourth, fifth, sixth = numbers
    return first, second, third, fourth, fifth, sixth


def _codes(report: dict[str, Any]) -> tuple[str, ...]:
    findings = [*report["findings"], *(found for one in report["signatures"] for found in one["findings"])]
    return tuple(dict.fromkeys(str(found["code"]) for found in findings if found["decides"]))


def _year(signatures: list[dict[str, Any]]) -> str | None:
    """Of the first signature: proven or else claimed."""
    if not signatures:
        return None
    times = signatures[0]["times"]
    proven = times["basis"] not in {None, "validation-time", "claimed"}
    at = times["best_signature_time"] if proven else times["claimed"] or times["signing_time"]
    return str(at)[:4] if at else None


def _issuer(signature: dict[str, Any]) -> str | None:
    chain, signer = signature["chain"], signature["signer"]
    name = chain[1]["common_name"] or chain[1]["subject"] if len(chain) > 1 else signer["issuer"]
    return None if name is None else str(name)


def _runs(store: ResultStore) -> tuple[RunLine, ...]:
    """The answers of every run, without reading a report."""
    query = "SELECT state, count(*) FROM record LEFT JOIN report ON report.id = record.report WHERE record.run = ? GROUP BY state"
    lines = []
    for run in store.runs():
        numbers = [0] * len(ANSWERS)
        for state, count in store.rows(query, run.number):
            numbers[_PLACES.get(state, _PLACES["problem"])] += count
        lines.append(RunLine(run.number, run.validation_time, run.finished, _counts(numbers)))
    return tuple(lines)
