"""What a command costs: processor time of the process and its children, time on the wall, and the largest resident memory.

POSIX only, as the system's own account of an ended process (wait4) is. Nothing large may be imported here: a child counts the
memory of the process that it was forked from as its own.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

KIBIBYTES = 1024 if sys.platform == "darwin" else 1
"""By which ru_maxrss is divided to give KiB: macOS counts bytes."""


@dataclass(frozen=True, slots=True)
class Usage:
    """One run. `code` is the exit code."""

    cpu: float
    """Seconds, user and system."""
    wall: float
    peak_kib: int
    code: int
    output: bytes = b""


@dataclass(frozen=True, slots=True)
class Job:
    """A command that is run once in every round; a code that is not among `codes` is an error."""

    name: str
    command: tuple[str, ...]
    codes: frozenset[int] = frozenset({0})
    rounds: int | None = None
    """Rounds that it takes part in; None: in all."""
    keeps_output: bool = False


ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Python keeps its compiled modules, as it does wherever it is installed; the first round writes them."""

Round = Mapping[str, Usage]
"""The usages of one round by the job's name."""


class Unexpected(Exception):
    """A program ended as it should not."""


def run(job: Job) -> Usage:
    """Run the command, its streams going nowhere. Raises Unexpected."""
    reading, writing = os.pipe()
    null = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    out = [(os.POSIX_SPAWN_DUP2, writing, 1)] if job.keeps_output else [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    begun = time.perf_counter()
    process = os.posix_spawnp(job.command[0], job.command, ENVIRONMENT, file_actions=[*null, *out])
    os.close(writing)
    with open(reading, "rb") as pipe:  # noqa: PTH123 - a descriptor
        output = pipe.read()
    _, ended, spent = os.wait4(process, 0)
    wall = time.perf_counter() - begun
    code = os.waitstatus_to_exitcode(ended)
    if code not in job.codes:
        raise Unexpected(f"{job.name}: exit code {code}: {' '.join(job.command)}")
    return Usage(spent.ru_utime + spent.ru_stime, wall, spent.ru_maxrss // KIBIBYTES, code, output)


def run_rounds(jobs: Sequence[Job], rounds: int, told: Callable[[str], None]) -> list[Round]:
    """All jobs once a round, one behind the other, so that whatever slows the machine slows all. The first round warms up."""
    measured: list[Round] = []
    for number in range(rounds + 1):
        told(f"round {number} of {rounds}" if number else "warming up")
        measured.append({job.name: run(job) for job in jobs if job.rounds is None or number <= job.rounds})
    return measured[1:]


def medians(rounds: Sequence[Round], name: str) -> Usage:
    """The medians of one job; its peak is the largest."""
    of = [one[name] for one in rounds if name in one]
    cpu, wall = statistics.median(u.cpu for u in of), statistics.median(u.wall for u in of)
    return Usage(cpu, wall, max(u.peak_kib for u in of), of[0].code)


def median_of(rounds: Sequence[Round], value: Callable[[Round], float]) -> float | None:
    """The median of what each round says; None when no round had all that is asked for."""
    found = []
    for one in rounds:
        try:
            found.append(value(one))
        except KeyError:
            continue
    return statistics.median(found) if found else None
