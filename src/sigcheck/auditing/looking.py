"""Which certificates of an archive nobody has answered for: a pass over its documents before servers are asked."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial

from sigcheck.auditing.errand import Errand, checked_once
from sigcheck.engine.revoking.wanted import Wanted
from sigcheck.running.opening import opened_place
from sigcheck.running.places import Located, NotLocated
from sigcheck.running.pool import Ask, Done, Lost, PoolLimits, run_in_order
from sigcheck.running.unanswered import unanswered

Task = Located | NotLocated


def look(errand: Errand, located: Task, ask: Ask) -> tuple[Wanted, ...]:  # noqa: ARG001 - a worker's work is given it
    """The certificates of one document whose revocation is open; none where it cannot be read."""
    assert isinstance(located, Located)  # noqa: S101 - what is not located needs no worker
    with opened_place(located.place, errand.limits.file_bytes) as source:
        return unanswered(checked_once(errand, source, None, keep=False))


def _start(errand: Errand) -> Callable[[Task, Ask], tuple[Wanted, ...]]:
    return partial(look, errand)


def wanted_in(
    found: Iterable[Task],
    errand: Errand,
    limits: PoolLimits,
    waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Generator[tuple[Wanted, ...], None, None]:
    """What each document wants; a document that ends its worker, or is refused, wants nothing. Raises NoWorkersError."""

    def arrived(outcome: Done[Task, tuple[Wanted, ...]] | Lost[Task]) -> tuple[Wanted, ...]:
        return outcome.value if isinstance(outcome, Done) else ()

    located: Iterator[Task] = (one for one in found if isinstance(one, Located))
    for wanted in run_in_order(located, partial(_start, errand), limits, arrived=arrived, waiting=waiting):
        if isinstance(wanted, tuple) and wanted:
            yield wanted
