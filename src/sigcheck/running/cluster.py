"""The pool's work on a cluster of Dask (extra `cluster`): the same outcomes in the same order, whatever becomes of its workers.

What holds for all tasks is sent once to each worker and named by its digest; a task is the place of a document, never its bytes.
Each thread of a worker has a process of its own beside it, with the same limits as a pool's, so that a document that crashes,
hangs or takes all memory ends that process and no worker of the cluster. What was on a machine that is lost is done elsewhere.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from distributed import Client, Future, WorkerPlugin, as_completed
from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from sigcheck import __version__
from sigcheck.running.pool import Done, Loss, Lost, Passed, PoolLimits, Work, run_in_order

TaskT = TypeVar("TaskT")
ValueT = TypeVar("ValueT")
HeldT = TypeVar("HeldT")

WAIT_SECONDS: Final = 15
"""Until a scheduler answers, at first and when it was lost, and until it has a worker."""
SCHEMES: Final = ("tcp://", "tls://", "ws://", "wss://", "ucx://")
"""Of a scheduler's address; one without any is tcp."""
AHEAD: Final = 4
"""Tasks in flight for each thread of the cluster: it never waits for us, and a lost machine has little to do again."""
NAME: Final = "sigcheck-errand"


class ClusterError(Exception):
    """The cluster cannot be used, or was lost; what was done is kept. `code` names the sentence that says why."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(f"{code} {detail}")
        self.code = code
        self.detail = str(detail)


def connected(address: str) -> Client:
    """A client of the scheduler at an address (`tcp://`, `tls://`), or named by a scheduler file. Raises ClusterError."""
    try:
        if "://" in address and not address.startswith(SCHEMES):
            raise ValueError(", ".join(SCHEMES))
        if Path(address).is_file():
            client = Client(scheduler_file=address, timeout=WAIT_SECONDS, set_as_default=False)
        else:
            client = Client(address, timeout=WAIT_SECONDS, set_as_default=False)
        client.wait_for_workers(1, timeout=WAIT_SECONDS)
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        raise ClusterError("not-reached", error) from error
    return client


def run_on_cluster(
    tasks: Iterable[TaskT],
    start: Callable[[], Work[TaskT, ValueT]],
    limits: PoolLimits,
    *,
    client: Client,
    arrived: Callable[[Done[TaskT, ValueT] | Lost[TaskT]], HeldT],
    needs_work: Callable[[TaskT], bool] = lambda _: True,
    is_new: Callable[[str], bool] = lambda _: True,  # noqa: ARG001 - nobody asks across machines: `arrived` finds what is known
    waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Iterator[HeldT | Passed[TaskT]]:
    """As `run_in_order`; `limits.processes` is the cluster's own. Raises ClusterError."""
    octets = pickle.dumps(start)
    errand = hashlib.sha256(octets).hexdigest()
    sent = _Errand(errand, octets, __version__, PoolLimits(1, limits.seconds, limits.memory_bytes, window=1))
    try:
        client.register_plugin(sent, name=f"{NAME}-{errand}")
        yield from _Cluster(iter(tasks), client, errand, limits, needs_work, arrived, waiting).outcomes()
    except (FutureCancelledError, OSError) as error:
        raise ClusterError("lost", error) from error


@dataclass(slots=True)
class _Cluster(Generic[TaskT, ValueT, HeldT]):
    tasks: Iterator[TaskT]
    client: Client
    errand: str
    limits: PoolLimits
    needs_work: Callable[[TaskT], bool]
    arrived: Callable[[Done[TaskT, ValueT] | Lost[TaskT]], HeldT]
    waiting: Callable[[], AbstractContextManager[None]]
    flying: dict[Future, int] = field(default_factory=dict)
    begun: dict[int, TaskT] = field(default_factory=dict)
    held: dict[int, HeldT | Passed[TaskT]] = field(default_factory=dict)
    suspects: deque[int] = field(default_factory=deque)
    """Tasks over which workers of the cluster were lost: each gets one more try, alone."""
    alone: int | None = None
    next_in: int = 0
    next_out: int = 0
    drained: bool = False

    def outcomes(self) -> Iterator[HeldT | Passed[TaskT]]:
        completed = as_completed(loop=self.client.loop)
        try:
            while not self.drained or self.begun or self.held:
                for future in self._fed():
                    completed.add(future)
                if self.flying:
                    with self.waiting():
                        future = next(completed)
                    self._ended(future)
                while self.next_out in self.held:
                    held = self.held.pop(self.next_out)
                    self.next_out += 1
                    yield held
        finally:
            self.client.cancel(list(self.flying), force=True)

    def _fed(self) -> Iterator[Future]:
        """Tasks on their way: as many as the cluster can use, or one alone where workers were lost over it."""
        if self.suspects:
            if not self.flying:
                self.alone = self.suspects.popleft()
                yield self._submitted(self.alone)
            return
        most = max(AHEAD * sum(self.client.nthreads().values()), 1)
        window = max(self.limits.window, 2 * most)
        while not self.drained and len(self.flying) < most and self.next_in - self.next_out < window:
            with self.waiting():
                task = next(self.tasks, _NOTHING)
            if isinstance(task, _Nothing):
                self.drained = True
                return
            position, self.next_in = self.next_in, self.next_in + 1
            if self.needs_work(task):
                self.begun[position] = task
                yield self._submitted(position)
            else:
                self.held[position] = Passed(task)

    def _submitted(self, position: int) -> Future:
        future = self.client.submit(_do, self.errand, __version__, self.begun[position], pure=False)
        self.flying[future] = position
        return future

    def _ended(self, future: Future) -> None:
        position = self.flying.pop(future)
        task = self.begun[position]
        try:
            outcome: Done[TaskT, ValueT] | Lost[TaskT] = future.result()
        except KilledWorker:
            if self.alone != position:
                self.suspects.append(position)
                return
            outcome = Lost(task, Loss.CRASHED, None)
        except WorkerUnfitError as error:
            raise ClusterError("unfit", error) from error
        del self.begun[position]
        self.held[position] = self.arrived(outcome)


class _Nothing:
    """No task is left."""


_NOTHING: Final = _Nothing()


class WorkerUnfitError(Exception):
    """A worker of the cluster that cannot do our work: another version, or one that may not start processes."""


_slots: dict[tuple[str, int], _Slot[Any, Any]] = {}
"""By the errand and the thread: what this worker of the cluster has beside it."""
_errands: dict[str, _Errand] = {}


class _Errand(WorkerPlugin):  # type: ignore[misc]  # half of its types are missing: pyproject.toml
    """What holds for all tasks, at every worker of the cluster, those that come later included."""

    def __init__(self, digest: str, octets: bytes, version: str, limits: PoolLimits) -> None:
        self.digest, self.octets, self.version, self.limits = digest, octets, version, limits

    def setup(self, worker: Any) -> None:  # noqa: ARG002 - the interface's name
        _errands[self.digest] = self

    def teardown(self, worker: Any) -> None:  # noqa: ARG002 - as above
        _errands.pop(self.digest, None)


class _Slot(Generic[TaskT, ValueT]):
    """A pool of one process, given one task after the other."""

    def __init__(self, errand: _Errand) -> None:
        self._given: list[TaskT] = []
        start: Callable[[], Work[TaskT, ValueT]] = pickle.loads(errand.octets)  # noqa: S301 - our own client's
        self._outcomes = run_in_order(self._tasks(), start, errand.limits, arrived=_as_it_is)

    def _tasks(self) -> Iterator[TaskT]:
        while True:
            yield self._given.pop()

    def do(self, task: TaskT) -> Any:
        self._given.append(task)
        return next(self._outcomes)


def _as_it_is(outcome: Any) -> Any:
    return outcome


def _do(digest: str, version: str, task: Any) -> Any:
    """One task, at a worker of the cluster. Raises WorkerUnfitError."""
    errand = _errands.get(digest)
    if errand is None or version != __version__:
        raise WorkerUnfitError(f"sigcheck {__version__} where {version} is asked for")
    key = (digest, threading.get_ident())
    for old in [one for one in _slots if one[0] not in _errands]:
        del _slots[old]
    try:
        slot = _slots.get(key)
        if slot is None:
            slot = _slots[key] = _Slot(errand)
        return slot.do(task)
    except (AssertionError, StopIteration) as error:
        _slots.pop(key, None)
        raise WorkerUnfitError(f"no process can be started beside it ({error}); is it run with --no-nanny?") from error
    except BaseException:
        _slots.pop(key, None)
        raise
