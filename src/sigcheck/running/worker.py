"""A worker process's side of the pool: it waits for tasks, does one at a time, and ends when its caller is gone."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any


def serve(
    connection: Connection, start: Callable[[], Callable[[Any, Callable[[str], bool]], Any]], memory_bytes: int | None
) -> None:
    """A worker's life. Ctrl-C is the caller's business, and so is the end of a task that takes too long."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_the_caller()
    try:
        work = start()
        _limit_memory(memory_bytes)
        connection.send(("ready", None))
        while _serve_one(connection, work):
            pass
    except (EOFError, OSError):  # the caller is gone
        return


def _serve_one(connection: Connection, work: Callable[[Any, Callable[[str], bool]], Any]) -> bool:
    """Do one task and say what came of it; False when there is no more. Raises EOFError and OSError when nobody listens."""

    def ask(told: str) -> bool:
        try:
            connection.send(("ask", told))
            return bool(connection.recv())
        except (EOFError, OSError):
            os._exit(1)

    kind, task = connection.recv()
    if kind == "end":
        return False
    try:
        connection.send(("done", work(task, ask)))
    except MemoryError:
        connection.send(("memory", None))
    except Exception:  # noqa: BLE001 - a fault of ours at one task, told with its place
        connection.send(("fault", traceback.format_exc()))
    return True


def _end_with_the_caller() -> None:
    """A caller that was killed cannot end its workers, and one that computes without end would never notice."""
    from multiprocessing import parent_process  # noqa: PLC0415 - only here
    from threading import Thread  # noqa: PLC0415 - only here

    caller = parent_process()

    def watch() -> None:
        if caller is not None:
            caller.join()
            os._exit(1)

    Thread(target=watch, daemon=True, name="caller").start()


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
