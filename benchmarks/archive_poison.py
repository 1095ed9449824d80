"""`sigcheck` with workers that some documents end: those that hold a mark of POISON crash, never end, or take all the memory.

    python benchmarks/archive_poison.py audit ARCHIVE ...

The engine's own limits let no known document do any of this; what is shown is that one that did would take nothing with it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))  # workers import this file by its name

from sigcheck.auditing import run
from sigcheck.auditing.errand import Answer, Errand, answer
from sigcheck.running.opening import opened_place
from sigcheck.running.places import Located, NotLocated
from sigcheck.running.pool import Ask

POISON: Final = {
    b"%poison crash": "checker-crashed",
    b"%poison hang": "limit-reached",
    b"%poison memory": "limit-reached",
}
"""Marks behind the end of a document, with the code of the finding that names it."""
OF_A_CLUSTER: Final = b"%poison worker"
"""Ends the process that the checking one belongs to: a worker of a cluster. On one machine that would be the command."""
LONGEST: Final = 32


def start(errand: Errand) -> Callable[[Located | NotLocated, Ask], Answer]:
    return partial(poisoned, errand)


def poisoned(errand: Errand, located: Located | NotLocated, ask: Ask) -> Answer:
    """The audit's own work, but that a mark acts once the document is to be checked."""
    assert isinstance(located, Located)  # noqa: S101 - what is not located needs no worker
    with opened_place(located.place, errand.limits.file_bytes) as source:
        try:
            end = source.read(max(0, source.size - LONGEST), LONGEST)
        except OSError:
            end = b""
    mark = next((mark for mark in (*POISON, OF_A_CLUSTER) if mark in end), b"")

    def ask_first(told: str) -> bool:
        goes_on = ask(told)
        if goes_on and mark:
            _act(mark)
        return goes_on

    return answer(errand, located, ask_first)


def _act(mark: bytes) -> None:
    if mark.endswith(b"crash"):
        os._exit(11)
    if mark == OF_A_CLUSTER:
        os.kill(os.getppid(), signal.SIGKILL)
    taken = []
    while True:
        if mark.endswith(b"memory"):
            taken.append(bytearray(16 << 20))
        else:
            time.sleep(0.01)


def main() -> None:
    """The command line itself, with these workers."""
    import archive_poison  # noqa: PLC0415 - by the name that workers import, not as the main module

    from sigcheck.__main__ import main as command  # noqa: PLC0415 - after the path is set

    vars(run)["start"] = archive_poison.start
    command()


if __name__ == "__main__":
    main()
