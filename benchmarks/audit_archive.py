"""An archive of 20,000 made-up documents, audited: rate, memory, every document answered, and killed five times on the way.

    python benchmarks/audit_archive.py FOLDER [--documents 20000] [--kills 5] [--workers 2] [--timeout 30]

The documents are the samples of every kind, each an edition of its own; one in a hundred is damaged, and twenty end the worker
that checks them (archive_poison.py). An uninterrupted run is followed by one that is killed (SIGKILL) at random moments and
continued each time: both stores must hold the same records and reports. POSIX only. Needs the `test` extra.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "samples"), str(PROJECT / "benchmarks"), str(PROJECT / "src")]

from archive_poison import POISON  # noqa: E402 - the path comes first

from sigcheck.store.results import ResultStore  # noqa: E402 - likewise

AT: Final = "2026-11-20T00:00:00Z"
POISONED: Final = 20
DAMAGED_ONE_IN: Final = 100
FOLDERS: Final = ("Công văn đến", "Quyết định", "Tờ trình", "Báo cáo định kỳ")
QUESTION: Final = """
    SELECT organisation, reason, count(*) AS signatures FROM '{}' WHERE indication = 'INDETERMINATE'
    GROUP BY ALL ORDER BY signatures DESC, organisation, reason
"""
"""Which agencies' signatures are insufficient, and for what reason."""


def place_of(folder: Path, number: int) -> Path:
    return folder / FOLDERS[number % len(FOLDERS)] / f"{number // 1000:03}" / f"văn bản số {number:06}.pdf"


def write(folder: Path, first: int, last: int, poison: dict[int, bytes]) -> None:
    """The documents of these numbers: editions of the samples in their order, some of them damaged or poisoned."""
    from generator import catalogue  # noqa: PLC0415 - the PKI is made for it
    from generator.pdf import EDITION  # noqa: PLC0415 - likewise

    samples = [sample for sample in catalogue.SAMPLES if sample.committed]
    for number in range(first, last):
        path = place_of(folder, number)
        if path.exists():
            continue
        EDITION.set(f"edition {number} ")
        content = samples[number % len(samples)].make()
        if number in poison:
            content += poison[number]
        elif number % DAMAGED_ONE_IN == DAMAGED_ONE_IN - 1:
            content = damaged(content, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def damaged(content: bytes, number: int) -> bytes:
    """Cut off, holes of zeros, or octets changed at random."""
    chosen = random.Random(number)  # noqa: S311 - damage, no secrets
    at = chosen.randrange(len(content))
    match number // DAMAGED_ONE_IN % 3:
        case 0:
            return content[:at]
        case 1:
            return content[:at] + bytes(min(4096, len(content) - at)) + content[at + 4096 :]
        case _:
            changed = bytearray(content)
            for _ in range(20):
                changed[chosen.randrange(len(changed))] = chosen.randrange(256)
            return bytes(changed)


def make(folder: Path, documents: int, poisoned: int = POISONED) -> dict[int, bytes]:
    """Write the archive; gives which documents are poisoned, and how."""
    chosen = random.Random(documents).sample(range(documents), poisoned)  # noqa: S311 - places, no secrets
    poison = {number: list(POISON)[index % len(POISON)] for index, number in enumerate(chosen)}
    pieces = [(first, min(first + 500, documents)) for first in range(0, documents, 500)]
    with ProcessPoolExecutor(2) as pool:
        for made in [pool.submit(write, folder, first, last, poison) for first, last in pieces]:
            made.result()
    return poison


def command(archive: Path, store: Path, *more: str) -> list[str]:
    asked = ["--policy", "archive", "--trust", str(PROJECT / "samples" / "trust"), "--at", AT, "--no-revocation-store"]
    program = [sys.executable, str(PROJECT / "benchmarks" / "archive_poison.py"), "audit", str(archive)]
    return [*program, "--store", str(store), "--lang", "en", *asked, *more]


@dataclass(slots=True)
class Memory:
    """Resident memory of a process and its workers, in MiB, every second."""

    own: list[float]
    workers: list[float]

    def quarters(self, figures: Sequence[float]) -> str:
        figures = [figure for figure in figures if figure]  # the last look may come too late
        ends = [figures[max(0, len(figures) * quarter // 4 - 1)] for quarter in range(1, 5)] if figures else []
        return " ".join(f"{figure:.0f}" for figure in ends)


def watched(arguments: Sequence[str], log: Path) -> tuple[float, float, Memory]:
    """Run to the end: seconds on the wall, seconds of processors of all its processes, and memory."""
    import resource  # noqa: PLC0415 - POSIX only

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    memory = Memory([], [])
    with log.open("wb") as out:
        process = subprocess.Popen(arguments, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603 - our own program
        while process.poll() is None:
            time.sleep(1)
            memory.own.append(_resident(process.pid))
            memory.workers.append(max([_resident(child) for child in _children(process.pid)], default=0.0))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - began, spent, memory


def _resident(process: int) -> float:
    try:
        return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * 4096 / 2**20
    except (OSError, IndexError):
        return 0.0


def _children(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()]
    except OSError:
        return []


def killed(arguments: Sequence[str], store: Path, kills: int, documents: int, log: Path) -> list[int]:
    """Run again and again, killed at random numbers of records, and once more to the end; gives how far each one came."""
    chosen = random.Random(kills)  # noqa: S311 - moments, no secrets
    marks = sorted(chosen.randrange(documents // 50, documents * 9 // 10) for _ in range(kills))
    came: list[int] = []
    for mark in marks:
        with log.open("ab") as out:
            process = subprocess.Popen(arguments, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603 - our own program
            while process.poll() is None and recorded(store) < mark:
                time.sleep(0.2)
            time.sleep(chosen.random())
            process.send_signal(signal.SIGKILL)
            process.wait()
        came.append(recorded(store))
    with log.open("ab") as out:
        subprocess.run(arguments, stdout=out, stderr=subprocess.STDOUT, check=False)  # noqa: S603 - our own program
    return came


def recorded(store: Path) -> int:
    if not store.exists():
        return 0
    with ResultStore(store) as results:
        runs = results.runs()
        return runs[-1].records if runs else 0


def contents(store: Path) -> Iterator[tuple[object, bytes | None]]:
    with ResultStore(store) as results:
        assert len(results.runs()) == 1  # noqa: S101 - what this program is for
        yield results.runs(), None
        yield from results.reports(1)


def compare(one: Path, other: Path) -> int:
    """How many records and reports are the same; raises AssertionError where one is not."""
    count = 0
    for left, right in zip(contents(one), contents(other), strict=True):
        assert left == right, (left[0], right[0])  # noqa: S101 - what this program is for
        count += 1
    return count - 1


def named(store: Path, folder: Path, poison: dict[int, bytes]) -> Counter[str]:
    """Each poisoned document's finding, by the mark; raises AssertionError for one that is not named."""
    found: Counter[str] = Counter()
    places = {str(place_of(folder, number)): mark for number, mark in poison.items()}
    with ResultStore(store) as results:
        for record, report in results.reports(1):
            mark = places.get(record.path)
            if mark is not None:
                assert record.state == "unreadable" and POISON[mark].encode() in (report or b""), record  # noqa: S101, PT018 - as above
                found[mark.decode()] += 1
    assert sum(found.values()) == len(poison)  # noqa: S101 - as above
    return found


def ask(store: Path, folder: Path) -> list[tuple[object, ...]]:
    """The signatures exported and asked with DuckDB."""
    import duckdb  # noqa: PLC0415 - of the test extra

    table = folder / "signatures.parquet"
    table.unlink(missing_ok=True)
    program = [sys.executable, "-m", "sigcheck", "results", "export", str(store), "--table", "signatures"]
    subprocess.run([*program, "--format", "parquet", "--output", str(table)], check=True)  # noqa: S603 - our own program
    return duckdb.execute(QUESTION.format(table)).fetchall()


def tell(*parts: object) -> None:
    sys.stdout.write(" | ".join(map(str, parts)) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--workers", default="2")
    parser.add_argument("--timeout", default="30")
    options = parser.parse_args(arguments)
    archive = options.folder / "archive"
    began = time.monotonic()
    poison = make(archive, options.documents)  # the same each time
    size = sum(path.stat().st_size for path in archive.rglob("*.pdf"))
    tell(f"{options.documents} documents of {size / 2**20:.0f} MiB made in {time.monotonic() - began:.0f} s")

    whole, broken = options.folder / "whole.sqlite", options.folder / "broken.sqlite"
    more = ("--workers", options.workers, "--timeout", options.timeout, "--memory", "1024")
    wall, spent, memory = watched(command(archive, whole, *more), options.folder / "whole.log")
    tell(f"audited in {wall:.0f} s, {spent:.0f} s of processors: {options.documents / spent:.0f} documents a second of a core")
    tell(f"memory at each quarter, MiB: {memory.quarters(memory.own)}; the largest worker: {memory.quarters(memory.workers)}")
    tell(f"store: {whole.stat().st_size / 2**20:.0f} MiB")
    with ResultStore(whole) as results:
        tell(dict(Counter(record.state for record in results.records(1))))
    tell("poison, each named:", dict(named(whole, archive, poison)))
    came = killed(command(archive, broken, *more), broken, options.kills, options.documents, options.folder / "broken.log")
    tell(f"killed at {came} records and continued: {compare(whole, broken)} records and reports, all the same")
    for row in ask(whole, options.folder):
        tell("   ", *row)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
