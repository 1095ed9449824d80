"""Warm worker processes: a limit of time and memory for each task, results in the order of the tasks, nothing lost but the task.

A worker can ask the caller one question in the middle of a task (`ask`), so that it need not do what is already known. A crash, a
task without end and one that needs too much memory are outcomes like any other; the process is replaced. Tasks are taken as
workers become free, and never more than a window ahead of the oldest one that is unfinished.
"""

from __future__ import annotations

import multiprocessing
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Final, Generic, TypeVar

TaskT = TypeVar("TaskT")
ValueT = TypeVar("ValueT")
OutcomeT = TypeVar("OutcomeT")

Ask = Callable[[str], bool]
"""Tells the caller what the task is about; True: go on, False: it is known, end the task."""
Work = Callable[[TaskT, Ask], ValueT]

ATTEMPTS: Final = 2
"""A worker that dies may have been ended from outside; only a task that ends two is to blame."""
GRACE_SECONDS: Final = 5.0
"""What an ended process is given before it is killed."""


class Loss(StrEnum):
    """Why a task has no value."""

    CRASHED = "crashed"
    TIME = "time"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Done(Generic[TaskT, ValueT]):
    task: TaskT
    value: ValueT


@dataclass(frozen=True, slots=True)
class Lost(Generic[TaskT]):
    """A task that ended its worker, or had to be ended with it."""

    task: TaskT
    loss: Loss
    told: str | None
    """What the task had told through `ask`."""


@dataclass(frozen=True, slots=True)
class Passed(Generic[TaskT]):
    """A task that no worker was needed for."""

    task: TaskT


class WorkFaultError(Exception):
    """The work function raised: a fault of ours, with its traceback as text."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    processes: int
    seconds: float
    """Of the wall clock, for one task."""
    memory_bytes: int | None
    """Of address space, for one worker; None: not limited. Systems without such limits ignore it."""
    window: int = 64
    """Tasks begun or finished beyond the oldest unfinished one."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    connection: Connection
    position: int | None = None
    started: float = 0.0
    told: str | None = None


def run_in_order(
    tasks: Iterable[TaskT],
    start: Callable[[], Work[TaskT, ValueT]],
    limits: PoolLimits,
    *,
    needs_work: Callable[[TaskT], bool] = lambda _: True,
    is_new: Callable[[str], bool] = lambda _: True,
    arrived: Callable[[Done[TaskT, ValueT] | Lost[TaskT]], None] = lambda _: None,
) -> Iterator[Done[TaskT, ValueT] | Lost[TaskT] | Passed[TaskT]]:
    """The outcome of every task, in the order of `tasks`. `start` is called once in each worker and gives the work function.

    Tasks that `needs_work` denies are passed on in their turn. `is_new` answers what workers ask; what one worker is at is not
    new to another, whose outcome then waits for the first one's. `arrived` hears of every outcome as soon as it is there, before
    its turn in the order. Raises WorkFaultError. However the caller leaves, the workers are ended.
    """
    pool = _Pool(iter(tasks), start, limits, needs_work, is_new)
    try:
        while not pool.finished:
            pool.feed()
            for outcome in pool.wait():
                arrived(outcome)
            yield from pool.ready()
    finally:
        pool.end()


class _Pool(Generic[TaskT, ValueT]):
    def __init__(
        self,
        tasks: Iterator[TaskT],
        start: Callable[[], Work[TaskT, ValueT]],
        limits: PoolLimits,
        needs_work: Callable[[TaskT], bool],
        is_new: Callable[[str], bool],
    ) -> None:
        self._tasks, self._start, self._limits = tasks, start, limits
        self._needs_work, self._is_new = needs_work, is_new
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._again: deque[int] = deque()
        self._attempts: dict[int, int] = {}
        self._begun: dict[int, TaskT] = {}
        self._outcomes: dict[int, Done[TaskT, ValueT] | Lost[TaskT] | Passed[TaskT]] = {}
        self._claims: dict[str, int] = {}
        self._waits_for: dict[int, int] = {}
        self._next_in, self._next_out, self._drained = 0, 0, False

    @property
    def finished(self) -> bool:
        return self._drained and not self._begun and not self._outcomes

    def feed(self) -> None:
        """Give every free worker a task."""
        while (position := self._next_position()) is not None:
            free = next((worker for worker in self._workers if worker.position is None), None)
            if free is None:
                free = self._hire()
            free.position, free.started, free.told = position, time.monotonic(), None
            self._attempts[position] = self._attempts.get(position, 0) + 1
            try:
                free.connection.send(("task", self._begun[position]))
            except OSError:  # it died while it was idle: no fault of the task's
                self._attempts[position] -= 1
                self._again.append(position)
                self._dismiss(free)

    def _next_position(self) -> int | None:
        """A task to begin, if a worker is free or can be had for it."""
        busy = sum(worker.position is not None for worker in self._workers)
        if busy >= self._limits.processes:
            return None
        if self._again:
            return self._again.popleft()
        while not self._drained and self._next_in - self._next_out < self._limits.window:
            task = next(self._tasks, _NOTHING)
            if isinstance(task, _Nothing):
                self._drained = True
                break
            position, self._next_in = self._next_in, self._next_in + 1
            if self._needs_work(task):
                self._begun[position] = task
                return position
            self._outcomes[position] = Passed(task)
        return None

    def _hire(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_serve, args=(theirs, self._start, self._limits.memory_bytes), daemon=True)
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def wait(self) -> list[Done[TaskT, ValueT] | Lost[TaskT]]:
        """What workers say, until the first time limit is reached."""
        busy = {worker.connection: worker for worker in self._workers if worker.position is not None}
        if not busy:
            return []
        end = min(worker.started for worker in busy.values()) + self._limits.seconds
        found = []
        for connection in wait(list(busy), max(0.0, end - time.monotonic())):
            outcome = self._heard(busy[connection])  # type: ignore[index]  # wait gives back what it was given
            if outcome is not None:
                found.append(outcome)
        now = time.monotonic()
        late = [w for w in self._workers if w.position is not None and now - w.started > self._limits.seconds]
        return [*found, *(self._lose(worker, Loss.TIME) for worker in late)]

    def _heard(self, worker: _Worker) -> Done[TaskT, ValueT] | Lost[TaskT] | None:
        try:
            kind, said = worker.connection.recv()
            if kind == "ask":
                worker.told = said
                worker.connection.send(self._claim(said, self._position(worker)))
                return None
        except (EOFError, OSError):
            return self._died(worker)
        if kind == "memory":
            return self._lose(worker, Loss.MEMORY)
        if kind == "fault":
            raise WorkFaultError(said)
        return self._outcome(worker, Done(self._begun[self._position(worker)], said))

    def _claim(self, told: str, position: int) -> bool:
        """Whether the task goes on: it is the first to tell this, or has told it before it was begun again."""
        if told not in self._claims and self._is_new(told):
            self._claims[told] = position
        owner = self._claims.get(told, position)
        if owner != position:
            self._waits_for[position] = owner
        return self._claims.get(told) == position

    def _died(self, worker: _Worker) -> Lost[TaskT] | None:
        position = self._position(worker)
        if self._attempts[position] >= ATTEMPTS:
            return self._lose(worker, Loss.CRASHED)
        self._dismiss(worker)
        self._again.append(position)
        return None

    def _lose(self, worker: _Worker, loss: Loss) -> Lost[TaskT]:
        lost = Lost(self._begun[self._position(worker)], loss, worker.told)
        self._outcome(worker, lost)
        self._dismiss(worker)
        return lost

    def _outcome(self, worker: _Worker, outcome: OutcomeT) -> OutcomeT:
        position = self._position(worker)
        worker.position = None
        del self._begun[position], self._attempts[position]
        self._outcomes[position] = outcome  # type: ignore[assignment]  # one of the two, given back as it came
        return outcome

    @staticmethod
    def _position(worker: _Worker) -> int:
        assert worker.position is not None  # noqa: S101 - only busy workers are asked
        return worker.position

    def ready(self) -> Iterator[Done[TaskT, ValueT] | Lost[TaskT] | Passed[TaskT]]:
        while self._next_out in self._outcomes and self._waits_for.get(self._next_out) not in self._begun:
            self._waits_for.pop(self._next_out, None)
            outcome = self._outcomes.pop(self._next_out)
            self._claims = {told: position for told, position in self._claims.items() if position != self._next_out}
            self._next_out += 1
            yield outcome

    def _dismiss(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.join(GRACE_SECONDS)
        worker.connection.close()

    def end(self) -> None:
        for worker in self._workers:
            with suppress(OSError):
                worker.connection.send(("end", None))
        for worker in list(self._workers):
            if worker.position is None:
                worker.process.join(GRACE_SECONDS)
            self._dismiss(worker)


class _Nothing:
    """No task is left."""


_NOTHING: Final = _Nothing()


def _serve(connection: Connection, start: Callable[[], Work[Any, Any]], memory_bytes: int | None) -> None:
    """A worker's life. Ctrl-C is the caller's business."""
    import signal  # noqa: PLC0415 - only here

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work = start()
    _limit_memory(memory_bytes)

    def ask(told: str) -> bool:
        connection.send(("ask", told))
        return bool(connection.recv())

    while True:
        kind, task = connection.recv()
        if kind == "end":
            return
        try:
            said = ("done", work(task, ask))
        except MemoryError:
            said = ("memory", None)
        except Exception:  # noqa: BLE001 - handed to the caller, who raises it
            said = ("fault", traceback.format_exc())
        connection.send(said)


def _limit_memory(memory_bytes: int | None) -> None:
    """Address space, where the system can limit it; elsewhere the engine's own limits hold alone."""
    try:
        import resource  # noqa: PLC0415 - only some systems have it
    except ImportError:
        return
    if memory_bytes is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
