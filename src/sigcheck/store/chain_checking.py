"""Whether a store's records are what was written: every hash computed again, every report held against its digest.

Whoever can write the file can compute a whole new chain: only a head that was kept elsewhere, or a time-stamp over it, tells.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sigcheck.store.chain import START, chained, ended, record_fields
from sigcheck.store.kept_reports import parsed
from sigcheck.store.results import Record, ResultStore, RunRow
from sigcheck.store.results_file import ResultStoreError


class ChainFlaw(StrEnum):
    """What is wrong at one place of the chain."""

    RUN_ALTERED = "run-altered"
    """What a run was asked, or its number, is not what was chained; or a run before it is missing."""
    RECORD_MISSING = "record-missing"
    RECORD_ALTERED = "record-altered"
    """A record, or its place, is not what was chained."""
    REPORT_ALTERED = "report-altered"
    """A report does not have the digest, or not the answer, that its record states."""
    REPORT_UNRECORDED = "report-unrecorded"
    """A record rests on a report that the run it is ascribed to never recorded: somebody put it there."""
    END_ALTERED = "end-altered"
    """The run ends elsewhere than it says: records were taken away or added at its end."""
    HEAD_UNKNOWN = "head-unknown"
    """The head that was kept elsewhere is nowhere in the chain."""


@dataclass(frozen=True, slots=True)
class FoundFlaw:
    """One flaw, with the run and the position where the chain breaks."""

    flaw: ChainFlaw
    run: int | None
    position: int | None = None
    path: str | None = None


_UNRECORDED: Final = """
    SELECT record.run, position FROM record JOIN report ON report.id = record.report WHERE record.run = ? AND report.run <> ?
    AND NOT EXISTS (SELECT 1 FROM record AS first WHERE first.report = report.id AND first.run = report.run) ORDER BY position
"""


def check_chain(store: ResultStore, heads: frozenset[str] = frozenset()) -> Iterator[FoundFlaw]:
    """Every flaw of the store's chains, in order; `heads` are those that were kept elsewhere. Raises ResultStoreError."""
    missing = set(heads)
    previous = START
    for run in store.runs():
        first = _first_hash(run)
        if run.previous != previous or first is None:
            yield FoundFlaw(ChainFlaw.RUN_ALTERED, run.number)
        yield from _check_run(store, run, first or "", missing)
        for number, position in store.rows(_UNRECORDED, run.number, run.number):
            yield FoundFlaw(ChainFlaw.REPORT_UNRECORDED, number, position)
        previous = run.head
    for _ in sorted(missing):
        yield FoundFlaw(ChainFlaw.HEAD_UNKNOWN, None)


def _first_hash(run: RunRow) -> str | None:
    """The hash that a run begins with; None where its row contradicts itself."""
    try:
        stated = json.loads(run.asked)["question"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if stated != run.question:
        return None
    return chained(run.previous, {"asked": run.asked, "run": run.number, "validation_time": run.validation_time})


def _check_run(store: ResultStore, run: RunRow, head: str, missing: set[str]) -> Iterator[FoundFlaw]:
    count = 0
    missing.discard(head)
    hashes = store.rows("SELECT hash FROM record WHERE run = ? ORDER BY position", run.number)
    for record, (written,) in zip(store.records(run.number), hashes, strict=True):
        if record.position != count:
            yield FoundFlaw(ChainFlaw.RECORD_MISSING, run.number, count, None)
            count = record.position
        computed = chained(head, record_fields(record))
        if computed != written:
            yield FoundFlaw(ChainFlaw.RECORD_ALTERED, run.number, record.position, record.path)
        if not _report_holds(store, run.number, record):
            yield FoundFlaw(ChainFlaw.REPORT_ALTERED, run.number, record.position, record.path)
        missing.discard(computed)
        head, count = str(written), count + 1  # one altered record is named once, and the rest is held against what is written
    if run.finished:
        missing.discard(head)
        head = ended(head, count)
    missing.discard(run.head)
    if head != run.head or count != run.records:
        yield FoundFlaw(ChainFlaw.END_ALTERED, run.number, count)


def _report_holds(store: ResultStore, run: int, record: Record) -> bool:
    """Whether the report has the digest that was chained, and says the same of the same content as the record."""
    try:
        octets = store.report(run, record.position)
        if octets is None:
            return record.report_sha256 is None and record.problem is not None
        if hashlib.sha256(octets).hexdigest() != record.report_sha256:
            return False
        report = parsed(octets)
        return bool(report["state"] == record.state and report["document"]["sha256"] == record.sha256)
    except (ResultStoreError, ValueError, TypeError, KeyError, RecursionError):
        return False
