"""Work that goes wrong, for worker processes: a module, since they are spawned."""

from __future__ import annotations

import os
import time
from collections.abc import Callable


def start() -> Callable[[str, Callable[[str], bool]], str]:
    return work


def work(task: str, ask: Callable[[str], bool]) -> str:
    if task == "crash":
        os._exit(9)
    if task == "for-ever":
        time.sleep(3600)
    if task == "memory":
        raise MemoryError
    if task == "fault":
        raise ValueError("ours")
    return task.upper()


def stillborn() -> Callable[[str, Callable[[str], bool]], str]:
    os._exit(3)
