"""Warm worker processes to hand single documents to, from threads; a limit of time and memory for each document.

The processes are those of the pool of `audit`: spawned, one document at a time, replaced when they had to be ended.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from threading import Event
from typing import Generic, TypeVar

from sigcheck.running.hiring import hired
from sigcheck.running.pool import ATTEMPTS, GRACE_SECONDS, START_SECONDS, Loss, NoWorkersError, Work

TaskT = TypeVar("TaskT")
ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class Failed:
    """A task without a value, and why; the place of a fault of ours."""

    loss: Loss
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class _Worker:
    process: SpawnProcess
    connection: Connection


class _Gone(Exception):
    """The worker's process ended by itself."""


@dataclass(slots=True)
class Workers(Generic[TaskT, ValueT]):
    """`count` processes. Every thread of the executor has one of them, or the right to hire one, while it does a task."""

    start: Callable[[], Work[TaskT, ValueT]]
    count: int
    seconds: float
    memory_bytes: int | None
    _free: SimpleQueue[_Worker | None] = field(default_factory=SimpleQueue, init=False)
    _all: set[_Worker] = field(default_factory=set, init=False)
    _threads: ThreadPoolExecutor = field(init=False)
    _ended: Event = field(default_factory=Event, init=False)

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(self.count, "worker")
        for _ in range(self.count):
            self._free.put(None)

    async def warm(self) -> None:
        """Start every worker. Raises NoWorkersError."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._threads, self._warm_one) for _ in range(self.count)))

    async def do(self, task: TaskT) -> ValueT | Failed:
        """The task's value; the caller sees to it that no more than `count` come at once. Raises NoWorkersError."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._do, task)

    def end(self) -> None:
        """End every process, busy or not."""
        self._ended.set()
        for worker in list(self._all):
            self._dismiss(worker)
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _warm_one(self) -> None:
        worker = self._free.get()
        try:
            worker = worker or self._hire()
        finally:
            self._free.put(worker)

    def _do(self, task: TaskT) -> ValueT | Failed:
        """A worker that dies may have been ended from outside; only a task that ends two is to blame."""
        for _ in range(ATTEMPTS):
            worker = self._free.get()
            try:
                worker = worker or self._hire()
                outcome = self._asked(worker, task)
                if isinstance(outcome, Failed) and outcome.loss is not Loss.FAULT:
                    self._dismiss(worker)
                    worker = None
                return outcome
            except _Gone:
                self._dismiss(worker)
                worker = None
            finally:
                self._free.put(worker)
        return Failed(Loss.CRASHED)

    def _asked(self, worker: _Worker, task: TaskT) -> ValueT | Failed:
        """What the worker says, within the limit of time. Raises _Gone."""
        end = time.monotonic() + self.seconds
        try:
            worker.connection.send(("task", task))
            while worker.connection.poll(max(0.0, end - time.monotonic())):
                kind, said = worker.connection.recv()
                match kind:
                    case "ask":
                        worker.connection.send(True)
                    case "memory":
                        return Failed(Loss.MEMORY)
                    case "fault":
                        return Failed(Loss.FAULT, said)
                    case _:
                        value: ValueT = said
                        return value
        except (EOFError, OSError, ValueError) as error:
            raise _Gone from error
        return Failed(Loss.TIME)

    def _hire(self) -> _Worker:
        """A new process that is ready for a task. Raises NoWorkersError."""
        if self._ended.is_set():
            raise NoWorkersError("the service ends")
        worker = _Worker(*hired(self.start, self.memory_bytes))
        self._all.add(worker)
        try:
            if not self._ended.is_set() and worker.connection.poll(START_SECONDS) and worker.connection.recv()[0] == "ready":
                return worker
        except (EOFError, OSError):
            pass
        self._dismiss(worker)
        raise NoWorkersError("a worker process ended before it took a document")

    def _dismiss(self, worker: _Worker | None) -> None:
        if worker is None:
            return
        self._all.discard(worker)
        worker.process.kill()
        worker.process.join(GRACE_SECONDS)
        worker.connection.close()
