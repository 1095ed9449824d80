"""Work for the pool's tests, by the letters of the task; imported in the workers too."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

Ask = Callable[[str], bool]


def start() -> Callable[[str, Ask], str]:
    return _work


def start_never() -> Callable[[str, Ask], str]:
    """What a broken installation does."""
    os._exit(1)


def start_with(folder: Path) -> Callable[[], Callable[[str, Ask], str]]:
    return partial(_counting, folder)


def _counting(folder: Path) -> Callable[[str, Ask], str]:
    """Each process leaves a mark when it begins and when it does a task."""
    (folder / f"worker-{os.getpid()}").touch()

    def work(task: str, ask: Ask) -> str:
        if not ask(task.partition(":")[2] or task):
            return f"known {task}"
        handle, name = os.open(folder / f"done-{task.replace(':', '-')}-{os.getpid()}", os.O_CREAT | os.O_RDWR), task
        os.close(handle)
        return f"done {name}"

    return work


def start_asking() -> Callable[[str, Ask], str]:
    """Tells the same at every attempt; the first ends the process."""

    def work(task: str, ask: Ask) -> str:
        if not ask("the content"):
            return f"known {task}"
        mark = Path(task.partition(":")[2])
        if not mark.exists():
            mark.touch()
            os._exit(1)
        return f"done {task}"

    return work


def _work(task: str, ask: Ask) -> str:
    match task.partition(":")[0]:
        case "slow":
            time.sleep(0.3)
        case "endless":
            while True:
                time.sleep(0.01)
        case "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(3)
        case "memory":
            return str(len([bytearray(1 << 20) for _ in range(1 << 20)]))
        case "fault":
            raise ValueError(task)
        case "once":  # dies the first time only
            mark = Path(task.partition(":")[2])
            if not mark.exists():
                mark.touch()
                os._exit(1)
        case _:
            pass
    return f"done {task}"
