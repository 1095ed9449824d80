"""One run of an audit: every located document gets a record, in the order of the sources, whatever happens to the workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from sigcheck.auditing.errand import Answer, Errand, identity, lost, start
from sigcheck.facts import Unreadable, UnreadableReason
from sigcheck.running.places import Located, NotLocated
from sigcheck.running.pool import Done, Loss, Lost, Passed, PoolLimits, run_in_order
from sigcheck.store.results import KeptReport, Record, Run

CHANGED: Final = "changed-while-read"
"""The problem of a document whose content changed under the check."""
DISTANCE: Final = 256
"""Records between two commits: what a killed run may have to do again."""

Task = Located | NotLocated
Outcome = Done[Task, Answer] | Lost[Task]
Workers = Callable[..., Iterator[Outcome | Passed[Task]]]
"""`run_in_order`, or the same over a cluster."""


@dataclass(slots=True)
class Progress:
    """What a run has done so far."""

    documents: int = 0
    checked: int = 0
    """Contents that were checked, not taken over."""
    states: Counter[str] = field(default_factory=Counter)
    problems: int = 0

    def note(self, record: Record) -> None:
        self.documents += 1
        if record.problem is not None:
            self.problems += 1
        elif record.state is not None:
            self.states[record.state] += 1


def audit(
    found: Iterable[Located | NotLocated],
    run: Run,
    errand: Errand,
    limits: PoolLimits,
    *,
    workers: Workers = run_in_order,
    progress: Progress | None = None,
) -> Generator[Record, None, None]:
    """Give every document its record, in order; each is kept before it is given. Whoever leaves early finds the run unfinished.

    Raises WorkFaultError and ResultStoreError.
    """
    audited = _Audit(run, errand, progress or Progress())
    tasks = (one for one in found if not run.has(one.path))
    outcomes = workers(
        tasks,
        partial(start, errand),
        limits,
        needs_work=audited.needs_work,
        is_new=audited.is_new,
        arrived=audited.arrived,
    )
    try:
        for outcome in outcomes:
            record = audited.record(outcome)
            if run.count % DISTANCE == 0:
                run.commit()
            yield record
    except BaseException:
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
        self._waiting: dict[str, int] = {}

    def needs_work(self, task: Task) -> bool:
        """Not where a place and the question have not changed since an earlier run, or where there is nothing to open."""
        if isinstance(task, NotLocated):
            return False
        content = self.run.content_of(task.path, task.version)
        return content is None or self.run.report_of(content[0], self.errand.receipt(content[0])) is None

    def is_new(self, told: str) -> bool:
        sha256, _, received = told.partition(" ")
        return self.run.report_of(sha256, received) is None

    def arrived(self, outcome: Outcome) -> None:
        """A report is kept as soon as it is there: others may be waiting for it."""
        report = self._report(outcome)
        if report is not None:
            self.progress.checked += 1
            number = self.run.keep(report)
            if report.sha256 is None:
                self._waiting[outcome.task.path] = number

    def _report(self, outcome: Outcome) -> KeptReport | None:
        if isinstance(outcome, Done):
            return outcome.value.report
        sha256 = (outcome.told or "").partition(" ")[0] or None
        return lost(self.errand, sha256, _why(outcome, sha256))

    def record(self, outcome: Outcome | Passed[Task]) -> Record:
        record = self._record(outcome)
        self.progress.note(record)
        return record

    def _record(self, outcome: Outcome | Passed[Task]) -> Record:
        located = outcome.task
        if isinstance(located, NotLocated):
            return self.run.append(located.path, "", problem=located.problem, detail=located.detail)
        if isinstance(outcome, Done) and outcome.value.changed:
            return self.run.append(located.path, "", problem=CHANGED)
        sha256, size = self._content(located, outcome)
        if sha256 is None:
            return self.run.append(located.path, "", report=self._waiting.pop(located.path))
        known = self.run.report_of(sha256, self.errand.receipt(sha256))
        assert known is not None  # noqa: S101 - it was kept when it arrived, or asked for before
        return self.run.append(located.path, located.version, sha256=sha256, size=size, report=known[0])

    def _content(self, located: Located, outcome: Outcome | Passed[Task]) -> tuple[str | None, int | None]:
        match outcome:
            case Done(value=answer):
                return answer.sha256, answer.size
            case Lost(told=told):
                return (told or "").partition(" ")[0] or None, located.size
            case Passed():
                return self.run.content_of(located.path, located.version) or (None, None)


_LIMITS: Final = {Loss.TIME: "worker_seconds", Loss.MEMORY: "worker_memory"}


def _why(outcome: Lost[Task], sha256: str | None) -> Unreadable:
    size = outcome.task.size if isinstance(outcome.task, Located) else None
    if outcome.loss is Loss.CRASHED:
        return Unreadable(UnreadableReason.CRASHED, sha256=sha256, size=size)
    return Unreadable(UnreadableReason.LIMIT, limit=_LIMITS[outcome.loss], sha256=sha256, size=size)


__all__ = ["CHANGED", "Progress", "audit", "identity"]
