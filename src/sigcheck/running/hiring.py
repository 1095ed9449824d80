"""A new worker process of the pool. Spawned, never forked: the same on every system, with nothing of ours in its memory."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from sigcheck.running.worker import serve


def hired(start: Callable[[], Any], memory_bytes: int | None) -> tuple[SpawnProcess, Connection]:
    """A process on its way to be ready, and the way to talk to it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, start, memory_bytes), daemon=True)
    with _deaf_to_interruptions():
        process.start()
    theirs.close()
    return process, ours


@contextmanager
def _deaf_to_interruptions() -> Iterator[None]:
    """What is ignored here stays ignored in a process that is started: Ctrl-C reaches the whole group, and is our business.

    An interruption in these few milliseconds is lost, if nobody listens to it but the default handler.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
