"""Whether a store's records are what was written: every hash computed again, every report held against its digest.

Whoever can write the file can compute a whole new chain: only a head that was kept elsewhere, or a time-stamp over it, tells.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sigcheck.store.chain import START, chained, record_fields
from sigcheck.store.results import ResultStore, RunRow
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


def check_chain(store: ResultStore, heads: frozenset[str] = frozenset()) -> Iterator[FoundFlaw]:
    """Every flaw of the store's chains, in order; `heads` are those that were kept elsewhere. Raises ResultStoreError."""
    missing = set(heads)
    previous = START
    for run in store.runs():
        first = _first_head(store, run)
        if first.previous != previous or first.computed is None:
            yield FoundFlaw(ChainFlaw.RUN_ALTERED, run.number)
        yield from _check_run(store, run, first.computed or "", missing)
        previous = run.head
    for _ in sorted(missing):
        yield FoundFlaw(ChainFlaw.HEAD_UNKNOWN, None)


@dataclass(frozen=True, slots=True)
class _First:
    previous: str
    computed: str | None


def _first_head(store: ResultStore, run: RunRow) -> _First:
    """The hash that a run begins with; None where its row cannot be read."""
    asked, previous, question = next(store.rows("SELECT asked, previous, question FROM run WHERE number = ?", run.number))
    try:
        stated = json.loads(asked)["question"]
    except (ValueError, TypeError, KeyError):
        return _First(previous, None)
    if stated != question:
        return _First(previous, None)
    link = {"asked": asked, "run": run.number, "validation_time": run.validation_time}
    return _First(previous, chained(previous, link))


def _check_run(store: ResultStore, run: RunRow, head: str, missing: set[str]) -> Iterator[FoundFlaw]:
    count = 0
    hashes = store.rows("SELECT hash FROM record WHERE run = ? ORDER BY position", run.number)
    for record, (written,) in zip(store.records(run.number), hashes, strict=True):
        if record.position != count:
            yield FoundFlaw(ChainFlaw.RECORD_MISSING, run.number, count, None)
            count = record.position
        computed = chained(head, record_fields(record))
        if computed != written:
            yield FoundFlaw(ChainFlaw.RECORD_ALTERED, run.number, record.position, record.path)
        flawed = _report_flaw(store, record)
        if flawed:
            yield FoundFlaw(ChainFlaw.REPORT_ALTERED, run.number, record.position, record.path)
        missing.discard(written)
        head, count = written, count + 1  # one altered record is named once, and the rest is held against what is written
    missing.discard(run.head)
    if head != run.head or count != run.records:
        yield FoundFlaw(ChainFlaw.END_ALTERED, run.number, count)


def _report_flaw(store: ResultStore, record: Any) -> bool:
    if record.report_sha256 is None:
        return False
    try:
        octets = store.report(record)
    except ResultStoreError:
        return True
    if octets is None or hashlib.sha256(octets).hexdigest() != record.report_sha256:
        return True
    return bool(json.loads(octets).get("state") != record.state)
