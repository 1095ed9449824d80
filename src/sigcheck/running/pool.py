"""Warm worker processes: a limit of time and memory for each task, results in the order of the tasks, nothing lost but the task.

A worker can ask the caller one question in the middle of a task (`ask`), so that it need not do what is already known. A crash, a
task without end and one that needs too much memory are outcomes like any other; the process is replaced. Tasks are taken as
workers become free, and never more than a window ahead of the oldest one that is unfinished.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Final, Generic, TypeVar

from sigcheck.running.hiring import hired

TaskT = TypeVar("TaskT")
ValueT = TypeVar("ValueT")
HeldT = TypeVar("HeldT")

Ask = Callable[[str], bool]
"""Tells the caller what the task is about; True: go on, False: it is known, end the task."""
Work = Callable[[TaskT, Ask], ValueT]

ATTEMPTS: Final = 2
"""A worker that dies may have been ended from outside; only a task that ends two is to blame."""
STILLBORN: Final = 3
"""Workers in a row that end before they take a task: none ever will."""
START_SECONDS: Final = 120.0
"""Until a worker is ready: Python and the engine from a cold disk, on a machine that is busy."""
GRACE_SECONDS: Final = 5.0
"""What an ended process is given before it is killed."""
AWAY_SECONDS: Final = 1.0
"""Longer than this nobody listened to the workers: a reader that does not read, a stopped process. That is not time of theirs."""


class Loss(StrEnum):
    """Why a task has no value."""

    CRASHED = "crashed"
    TIME = "time"
    MEMORY = "memory"
    FAULT = "fault"
    """The work function raised: a fault of ours."""


@dataclass(frozen=True, slots=True)
class Done(Generic[TaskT, ValueT]):
    task: TaskT
    value: ValueT


@dataclass(frozen=True, slots=True)
class Lost(Generic[TaskT]):
    """A task that ended its worker, had to be ended with it, or raised."""

    task: TaskT
    loss: Loss
    told: str | None
    """What the task had told through `ask`."""
    traceback: str = ""
    """Of a fault."""


@dataclass(frozen=True, slots=True)
class Passed(Generic[TaskT]):
    """A task that no worker was needed for."""

    task: TaskT


class NoWorkersError(Exception):
    """No worker process can be started here: a fault of the installation or of the machine, not of a task."""


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
    ready: bool = False
    position: int | None = None
    started: float = 0.0
    told: str | None = None


def run_in_order(
    tasks: Iterable[TaskT],
    start: Callable[[], Work[TaskT, ValueT]],
    limits: PoolLimits,
    *,
    arrived: Callable[[Done[TaskT, ValueT] | Lost[TaskT]], HeldT],
    needs_work: Callable[[TaskT], bool] = lambda _: True,
    is_new: Callable[[str], bool] = lambda _: True,
    waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Iterator[HeldT | Passed[TaskT]]:
    """What `arrived` makes of every outcome, in the order of `tasks`. `start` is called once in each worker and gives the work.

    `arrived` hears of every outcome as soon as it is there, before its turn; what it gives is held until then. Tasks that
    `needs_work` denies are passed on in their turn. `is_new` answers what workers ask; what one worker is at is not new to
    another, whose outcome then waits for the first one's, and which begins again when that came to nothing. `waiting` surrounds
    the moments in which a signal may raise. Raises NoWorkersError. However the caller leaves, the workers are ended.
    """
    pool = _Pool(iter(tasks), start, limits, needs_work, is_new, arrived, waiting)
    try:
        while not pool.finished:
            pool.feed()
            pool.listen()
            yield from pool.ready()
    finally:
        pool.end()


@dataclass(slots=True)
class _Pool(Generic[TaskT, ValueT, HeldT]):
    tasks: Iterator[TaskT]
    start: Callable[[], Work[TaskT, ValueT]]
    limits: PoolLimits
    needs_work: Callable[[TaskT], bool]
    is_new: Callable[[str], bool]
    arrived: Callable[[Done[TaskT, ValueT] | Lost[TaskT]], HeldT]
    waiting: Callable[[], AbstractContextManager[None]]
    workers: list[_Worker] = field(default_factory=list)
    again: deque[int] = field(default_factory=deque)
    attempts: dict[int, int] = field(default_factory=dict)
    begun: dict[int, TaskT] = field(default_factory=dict)
    held: dict[int, HeldT | Passed[TaskT]] = field(default_factory=dict)
    claims: dict[str, int] = field(default_factory=dict)
    """What is being worked at, by the task that told it first."""
    waits: dict[int, tuple[str, int, TaskT]] = field(default_factory=dict)
    """Tasks that ended because another one was at the same: what they told, which one, and the task."""
    next_in: int = 0
    next_out: int = 0
    drained: bool = False
    stillborn: int = 0
    listened: float = field(default_factory=time.monotonic)

    @property
    def finished(self) -> bool:
        return self.drained and not self.begun and not self.held

    def feed(self) -> None:
        """Give every free worker a task."""
        while sum(worker.position is not None for worker in self.workers) < self.limits.processes:
            position = self._next_position()
            if position is None:
                return
            free = next((worker for worker in self.workers if worker.position is None), None)
            if free is None:
                free = _Worker(*hired(self.start, self.limits.memory_bytes))
                self.workers.append(free)
            free.position, free.started = position, time.monotonic()
            if free.ready:
                self._send(free, position)

    def _next_position(self) -> int | None:
        """The next task that needs a worker, unless the window is full."""
        if self.again:
            return self.again.popleft()
        while not self.drained and self.next_in - self.next_out < self.limits.window:
            with self.waiting():
                task = next(self.tasks, _NOTHING)
            if isinstance(task, _Nothing):
                self.drained = True
                break
            position, self.next_in = self.next_in, self.next_in + 1
            if self.needs_work(task):
                self.begun[position] = task
                return position
            self.held[position] = Passed(task)
        return None

    def _send(self, worker: _Worker, position: int) -> None:
        worker.started, worker.told = time.monotonic(), None
        try:
            worker.connection.send(("task", self.begun[position]))
        except OSError:  # it died while it was idle: no fault of the task's
            self._dismiss(worker)
            self.again.append(position)
        else:
            self.attempts[position] = self.attempts.get(position, 0) + 1

    def listen(self) -> None:
        """Hear what workers say, until the first time limit is reached."""
        busy = {worker.connection: worker for worker in self.workers if worker.position is not None}
        if not busy:
            return
        self._forgive(time.monotonic() - self.listened)
        before = time.monotonic()
        patience = max(0.0, min(self._end_of(worker) for worker in busy.values()) - before)
        with self.waiting():
            heard = wait(list(busy), patience)
        self.listened = time.monotonic()
        self._forgive(self.listened - before - patience)
        for connection in heard:
            self._hear(busy[connection])  # type: ignore[index]  # wait gives back what it was given
        for worker in [one for one in self.workers if one.position is not None and self._end_of(one) < self.listened]:
            if worker.ready:
                self._lose(worker, Loss.TIME)
            else:
                self._died(worker)

    def _end_of(self, worker: _Worker) -> float:
        return worker.started + (self.limits.seconds if worker.ready else START_SECONDS)

    def _forgive(self, away: float) -> None:
        if away > AWAY_SECONDS:
            now = time.monotonic()
            for worker in self.workers:
                worker.started = min(worker.started + away, now)

    def _hear(self, worker: _Worker) -> None:
        position = _position(worker)
        try:
            kind, said = worker.connection.recv()
            if kind == "ask":
                worker.told = said
                worker.connection.send(self._claim(said, position))
                return
        except (EOFError, OSError):
            self._died(worker)
            return
        match kind:
            case "ready":
                worker.ready, self.stillborn = True, 0
                self._send(worker, position)
            case "memory":
                self._lose(worker, Loss.MEMORY)
            case "fault":
                self._outcome(worker, Lost(self.begun[position], Loss.FAULT, worker.told, said))
            case _:
                self._outcome(worker, Done(self.begun[position], said))

    def _claim(self, told: str, position: int) -> bool:
        """Whether the task goes on: it is the first to tell this, or has told it before it was begun again."""
        owner = self.claims.get(told)
        if owner is None and self.is_new(told):
            owner = self.claims[told] = position
        if owner is not None and owner != position:
            self.waits[position] = told, owner, self.begun[position]
        return owner == position

    def _died(self, worker: _Worker) -> None:
        position = _position(worker)
        self.waits.pop(position, None)
        if not worker.ready:
            self.stillborn += 1
            if self.stillborn >= STILLBORN:
                raise NoWorkersError(f"{STILLBORN} worker processes ended before they took a document")
        elif self.attempts[position] >= ATTEMPTS:
            self._lose(worker, Loss.CRASHED)
            return
        self._dismiss(worker)
        self.again.append(position)

    def _lose(self, worker: _Worker, loss: Loss) -> None:
        lost = Lost(self.begun[_position(worker)], loss, worker.told)
        self._dismiss(worker)
        self._outcome(worker, lost)

    def _outcome(self, worker: _Worker, outcome: Done[TaskT, ValueT] | Lost[TaskT]) -> None:
        """Hand it on, and what waited for it: that holds too, or has to begin again."""
        position = _position(worker)
        worker.position = None
        del self.begun[position], self.attempts[position]
        self.held[position] = self.arrived(outcome)
        self.claims = {told: owner for told, owner in self.claims.items() if owner != position}
        for waiter, (told, owner, task) in list(self.waits.items()):
            if owner == position and waiter not in self.begun:
                del self.waits[waiter]
                if self.is_new(told):
                    self._begin_again(waiter, task)
        if position in self.waits and self.waits[position][1] not in self.begun:
            told, _, task = self.waits.pop(position)
            if self.is_new(told):
                self._begin_again(position, task)

    def _begin_again(self, position: int, task: TaskT) -> None:
        self.held.pop(position, None)
        self.begun[position] = task
        self.attempts.pop(position, None)
        self.again.append(position)

    def ready(self) -> Iterator[HeldT | Passed[TaskT]]:
        while self.next_out in self.held and self.next_out not in self.waits:
            held = self.held.pop(self.next_out)
            self.next_out += 1
            yield held

    def _dismiss(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.process.kill()
        worker.process.join(GRACE_SECONDS)
        worker.connection.close()

    def end(self) -> None:
        for worker in self.workers:
            if worker.position is None:
                with suppress(OSError):
                    worker.connection.send(("end", None))
        for worker in list(self.workers):
            if worker.position is None:
                worker.process.join(GRACE_SECONDS)
            self._dismiss(worker)


def _position(worker: _Worker) -> int:
    assert worker.position is not None  # noqa: S101 - only busy workers are asked
    return worker.position


class _Nothing:
    """No task is left."""


_NOTHING: Final = _Nothing()
