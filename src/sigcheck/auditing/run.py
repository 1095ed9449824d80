"""One run of an audit: every located document gets a record, in the order of the sources, whatever happens to the workers."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sigcheck.auditing.errand import Answer, Errand, lost, start
from sigcheck.facts import Unreadable, UnreadableReason
from sigcheck.running.places import Located, NotLocated
from sigcheck.running.pool import Done, Loss, Lost, Passed, PoolLimits, run_in_order
from sigcheck.store.results import Record
from sigcheck.store.writing import Run

CHANGED: Final = "changed-while-read"
"""The problem of a document whose content changed under the check."""
FAULT: Final = "fault-in-document"
"""The problem of a document at which sigcheck itself failed."""
DISTANCE: Final = 256
COMMIT_SECONDS: Final = 5.0
"""Records, and time, between two commits: what a killed run may have to do again."""

Task = Located | NotLocated
Outcome = Done[Task, Answer] | Lost[Task]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is held of an outcome until its turn: the report is in the store."""

    task: Task
    sha256: str | None = None
    size: int | None = None
    report: int | None = None
    problem: str | None = None
    detail: str | None = None


Workers = Callable[..., Iterator[Arrival | Passed[Task]]]
"""`run_in_order`, or the same over a cluster."""


@dataclass(slots=True)
class Progress:
    """What a run has done so far."""

    documents: int = 0
    checked: int = 0
    """Contents that were checked, not taken over."""
    states: Counter[str] = field(default_factory=Counter)
    problems: int = 0
    faults: list[str] = field(default_factory=list)
    """Tracebacks of our own faults, the first few."""

    def note(self, record: Record) -> None:
        self.documents += 1
        if record.problem is not None:
            self.problems += 1
        elif record.state is not None:
            self.states[record.state] += 1


MOST_FAULTS: Final = 10
"""Tracebacks that are kept: the same fault at a million documents needs to be told once."""


def audit(
    found: Iterable[Task],
    run: Run,
    errand: Errand,
    limits: PoolLimits,
    *,
    workers: Workers = run_in_order,
    progress: Progress | None = None,
    waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Generator[Record, None, None]:
    """Give every document its record, in order; each is written before it is given. Whoever leaves early finds it unfinished.

    `waiting` surrounds the moments in which a signal may raise. Raises NoWorkersError and ResultStoreError.
    """
    audited = _Audit(run, errand, progress or Progress())
    outcomes = workers(
        (one for one in found if not run.has(one.path)),
        partial(start, errand),
        limits,
        needs_work=audited.needs_work,
        is_new=audited.is_new,
        arrived=audited.arrived,
        waiting=waiting,
    )
    committed = time.monotonic()
    try:
        for outcome in outcomes:
            record = audited.record(outcome)
            if run.count % DISTANCE == 0 or time.monotonic() - committed > COMMIT_SECONDS:
                run.commit()
                committed = time.monotonic()
            yield record
    except BaseException:
        if not run.failed:
            run.commit()
        raise
    finally:
        close = getattr(outcomes, "close", None)
        if close is not None:
            close()
    run.finish()


class _Audit:
    """The run that is going on: what is known, what arrived, what is recorded."""

    def __init__(self, run: Run, errand: Errand, progress: Progress) -> None:
        self.run, self.errand, self.progress = run, errand, progress

    def needs_work(self, task: Task) -> bool:
        """Not where a place and the question have not changed since an earlier run, or where there is nothing to open."""
        if isinstance(task, NotLocated):
            return False
        content = self.run.content_of(task.path, task.version)
        return content is None or self._report_of(content[0]) is None

    def is_new(self, told: str) -> bool:
        sha256, _, received = told.partition(" ")
        return self.run.report_of(sha256, received) is None

    def _report_of(self, sha256: str) -> int | None:
        return self.run.report_of(sha256, self.errand.receipt(sha256))

    def arrived(self, outcome: Outcome) -> Arrival:
        """A report is kept as soon as it is there: others may be waiting for it."""
        if isinstance(outcome, Lost):
            return self._lost(outcome)
        answer = outcome.value
        if answer.changed:
            return Arrival(outcome.task, problem=CHANGED)
        number = None
        if answer.report is not None:
            self.progress.checked += 1
            number = None if answer.sha256 is None else self._report_of(answer.sha256)  # a cluster cannot ask what is known
            number = self.run.keep(answer.report) if number is None else number
        return Arrival(outcome.task, answer.sha256, answer.size, number)

    def _lost(self, outcome: Lost[Task]) -> Arrival:
        if outcome.loss is Loss.FAULT:
            if len(self.progress.faults) < MOST_FAULTS:
                self.progress.faults.append(outcome.traceback)
            return Arrival(outcome.task, problem=FAULT, detail=outcome.traceback.strip().rpartition("\n")[2])
        sha256 = (outcome.told or "").partition(" ")[0] or None
        size = outcome.task.size if isinstance(outcome.task, Located) else None
        self.progress.checked += 1
        number = None if sha256 is None else self._report_of(sha256)
        if number is not None:
            return Arrival(outcome.task, sha256, size, number)
        number = self.run.keep(lost(self.errand, sha256, _why(outcome.loss, sha256, size)))
        return Arrival(outcome.task, sha256, size, number)

    def record(self, arrival: Arrival | Passed[Task]) -> Record:
        record = self._record(arrival)
        self.progress.note(record)
        return record

    def _record(self, arrival: Arrival | Passed[Task]) -> Record:
        task = arrival.task
        if isinstance(task, NotLocated):
            return self.run.append(task.path, "", problem=task.problem, detail=task.detail or None)
        if isinstance(arrival, Passed):
            sha256, size = self.run.content_of(task.path, task.version) or (None, None)
            arrival = Arrival(task, sha256, size)
        if arrival.problem is not None:
            return self.run.append(task.path, "", problem=arrival.problem, detail=arrival.detail)
        report = arrival.report
        if report is None and arrival.sha256 is not None:
            report = self._report_of(arrival.sha256)
        assert report is not None  # noqa: S101 - it was kept when it arrived, or asked for before
        version = task.version if arrival.sha256 is not None else ""
        return self.run.append(task.path, version, sha256=arrival.sha256, size=arrival.size, report=report)


_LIMITS: Final = {Loss.TIME: "worker_seconds", Loss.MEMORY: "worker_memory"}


def _why(loss: Loss, sha256: str | None, size: int | None) -> Unreadable:
    if loss is Loss.CRASHED:
        return Unreadable(UnreadableReason.CRASHED, sha256=sha256, size=size)
    return Unreadable(UnreadableReason.LIMIT, limit=_LIMITS[loss], sha256=sha256, size=size)
