"""One run of many requests: its time, the servers that failed in it, and one request to a server at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock, Thread
from typing import Generic, TypeVar

from sigcheck.fetching.addresses import server_of
from sigcheck.fetching.connection import Clock, Patience
from sigcheck.fetching.fetch import Question, fetch
from sigcheck.fetching.limits import AT_A_DESK, FetchLimits
from sigcheck.fetching.outcome import NO_SERVER, Fetched, NotFetched, Reason

T = TypeVar("T")


class Run:
    """What all requests of one run share. Several threads may use it."""

    def __init__(self, *, limits: FetchLimits = AT_A_DESK, allow_private: bool = False, clock: Clock = time.monotonic) -> None:
        self.limits = limits
        self.asked: set[object] = set()
        """What was asked already, by whatever tells questions apart: nothing is asked twice in a run."""
        self._allow_private = allow_private
        self._clock = clock
        self._patience = Patience(clock, limits.run_seconds)
        self._requests = 0
        self._failed: dict[str, Reason] = {}
        self._turns: dict[str, Lock] = {}
        self._lock = Lock()

    def ask(self, address: str, question: Question, servers: frozenset[str]) -> Fetched | NotFetched:
        """Fetch within what is left of the run; a server that failed before is left alone."""
        server = server_of(address) or ""
        with self._turn(server) as has_turn:
            refused = self._refusal(server) if has_turn else NotFetched(Reason.RUN_OVER)
            if refused is not None:
                return refused
            try:
                seconds = self._patience.left()
            except TimeoutError:
                return NotFetched(Reason.RUN_OVER)
            answer = fetch(
                address,
                question,
                servers=servers,
                allow_private=self._allow_private,
                limits=self.limits,
                seconds=seconds,
                clock=self._clock,
            )
            return self._remembered(answer)

    @contextmanager
    def _turn(self, server: str) -> Iterator[bool]:
        with self._lock:
            turn = self._turns.setdefault(server, Lock())
        try:
            has_turn = turn.acquire(timeout=self._patience.left())
        except TimeoutError:
            has_turn = False
        try:
            yield has_turn
        finally:
            if has_turn:
                turn.release()

    def _refusal(self, server: str) -> NotFetched | None:
        with self._lock:
            if server in self._failed:
                return NotFetched(Reason.SERVER_FAILED_BEFORE, str(self._failed[server]), server)
            if self._requests >= self.limits.requests:
                return NotFetched(Reason.RUN_OVER)
            self._requests += 1
        return None

    def _remembered(self, answer: Fetched | NotFetched) -> Fetched | NotFetched:
        if isinstance(answer, Fetched) or answer.reason not in NO_SERVER:
            return answer
        if self._patience.over and answer.reason is Reason.TIMED_OUT:
            return replace(answer, reason=Reason.RUN_OVER)
        with self._lock:
            self._failed.setdefault(answer.server, answer.reason)
        return answer


class _Results(Generic[T]):
    """Tasks taken in order by several threads, their answers kept in that order."""

    def __init__(self, tasks: Sequence[Callable[[], T]]) -> None:
        self._left = iter(enumerate(tasks))
        self._lock = Lock()
        self.answers: dict[int, T] = {}
        self.fault: BaseException | None = None

    def work(self) -> None:
        try:
            while self.fault is None:
                with self._lock:
                    number, task = next(self._left, (-1, None))
                if task is None:
                    return
                self.answers[number] = task()
        except BaseException as fault:  # noqa: BLE001 - raised again by whoever waits
            self.fault = fault


def in_threads(tasks: Sequence[Callable[[], T]], threads: int) -> tuple[T, ...]:
    """The answers of all tasks, in their order; the first fault of one is raised.

    Daemon threads, asked for in short waits: an interruption ends the program at once, on every system.
    """
    work = _Results(tasks)
    started = [Thread(target=work.work, daemon=True) for _ in range(min(threads, len(tasks)))]
    for thread in started:
        thread.start()
    try:
        while (waiting := next((thread for thread in started if thread.is_alive()), None)) is not None:
            waiting.join(0.1)
    except BaseException as interruption:
        work.fault = interruption
        raise
    if work.fault is not None:
        raise work.fault
    return tuple(work.answers[number] for number in range(len(tasks)))
