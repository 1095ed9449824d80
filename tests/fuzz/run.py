"""Fuzzing for a count of documents or a time: `python tests/fuzz/run.py --documents 20000 --seed 1 --processes 2 --findings DIR`.

Writes each kind of finding up to five times, as a PDF and a line of JSON, and the counts at the end. `--atheris` is another way:
coverage-guided, over single parsers (guided.py), where that package is installed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "src")]

from mutator import Mutant, Pool, mutate  # noqa: E402 - after the path is set
from oracle import Checked, Oracle, Violation  # noqa: E402 - likewise
from sources import SHARED, all_sources, sample_sources  # noqa: E402 - likewise

STUCK = 60
"""Seconds after which a document is given up, and counted as a finding."""
KEPT = 5
"""Documents kept of one kind of finding."""


class Stuck(BaseException):
    """No handler on the way may take it for its own."""


@dataclass
class Counts:
    """What came out."""

    documents: int = 0
    states: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    seconds: float = 0.0
    unmade: Counter[str] = field(default_factory=Counter)
    """Mutants that the mutator itself could not make."""

    def add(self, other: Counts) -> None:
        self.documents += other.documents
        for mine, theirs in ((self.states, other.states), (self.findings, other.findings), (self.shown, other.shown)):
            mine.update(theirs)
        self.unmade.update(other.unmade)
        self.slowest = sorted([*self.slowest, *other.slowest], reverse=True)[:10]
        self.seconds += other.seconds


def _kind(violation: Violation) -> str:
    return f"{violation.kind}: {re.sub(r'[0-9a-f]{12,}|[0-9]+', '#', violation.detail)}"[:160]


def _alarm(_number: int, _frame: Any) -> None:
    raise Stuck


def examine(oracle: Oracle, mutant: Mutant, index: int, viewers_every: int) -> Checked:
    """With an end even to an endless loop, where the system has alarms."""
    asked = {
        "written": index % 8 == 0,
        "all_formats": index % 40 == 0,
        "viewers": bool(viewers_every) and index % viewers_every < 2,
    }
    if not hasattr(signal, "SIGALRM"):
        return oracle.examine(mutant, **asked)
    signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(STUCK)
    try:
        return oracle.examine(mutant, **asked)
    except Stuck:
        return Checked(None, float(STUCK), (Violation("slow", "stuck"),))
    finally:
        signal.alarm(0)


def work(number: int, options: argparse.Namespace, queue: Any) -> None:
    """One process: every `processes`-th seed."""
    sources = sample_sources() if options.samples_only else all_sources(SHARED, options.largest)
    oracle, counts = Oracle(sources), Counts()
    pool = Pool(sources, oracle.states)
    end = time.monotonic() + options.seconds if options.seconds else None
    for index in range(number, options.documents, options.processes):
        seed = f"{options.seed}/{index}"
        if end and time.monotonic() > end:
            break
        try:
            mutant = mutate(pool, seed, updates_alone=options.updates_alone)
        except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            counts.unmade[f"{type(error).__name__}: {error}"[:80]] += 1
            continue
        checked = examine(oracle, mutant, index, options.viewers_every)
        _count(counts, seed, mutant, checked)
        for violation in checked.violations:
            _keep(Path(options.findings), counts, seed, mutant, violation)
        if counts.documents % 500 == 0:
            queue.put((number, counts))
            counts = Counts(findings=Counter(dict.fromkeys(counts.findings, 0)))
    queue.put((number, counts))
    queue.put((number, None))


def _count(counts: Counts, seed: str, mutant: Mutant, checked: Checked) -> None:
    counts.documents += 1
    counts.seconds += checked.seconds
    counts.states[checked.report.state if checked.report else "none"] += 1
    if checked.shown:
        counts.shown[re.sub(r"[0-9]+", "#", checked.shown)] += 1
    counts.slowest = sorted([*counts.slowest, (round(checked.seconds, 3), f"{seed} {mutant.source.name} {mutant.steps}")])[-10:]


def _keep(folder: Path, counts: Counts, seed: str, mutant: Mutant, violation: Violation) -> None:
    kind = _kind(violation)
    counts.findings[kind] += 1
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^A-Za-z0-9]+", "-", kind)[:60]
    if len(list(folder.glob(f"{name}--*.pdf"))) >= KEPT:
        return
    path = folder / f"{name}--{seed.replace('/', '-')}.pdf"
    path.write_bytes(mutant.content)
    row = {"seed": seed, "source": mutant.source.name, "steps": mutant.steps, "kind": violation.kind, "detail": violation.detail}
    path.with_suffix(".json").write_text(json.dumps(row, ensure_ascii=False, indent=1), encoding="utf-8")


def run(options: argparse.Namespace) -> Counts:
    """All processes; counts as they come are printed on standard error."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    processes = [context.Process(target=work, args=(n, options, queue)) for n in range(options.processes)]
    for process in processes:
        process.start()
    total, running, started = Counts(), len(processes), time.monotonic()
    while running:
        try:
            _, counts = queue.get(timeout=STUCK)
        except Empty:
            if any(process.exitcode for process in processes):
                raise RuntimeError("a process ended by itself") from None
            continue
        if counts is None:
            running -= 1
            continue
        total.add(counts)
        rate = total.documents / (time.monotonic() - started)
        states, findings = dict(total.states), sum(total.findings.values())
        print(f"{total.documents} documents, {rate:.0f}/s, {states}, {findings} findings", file=sys.stderr)
    for process in processes:
        process.join()
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=0.0, help="stop then, whatever is left")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--largest", type=int, default=300_000, help="bytes of a source document")
    parser.add_argument("--findings", default="fuzz-findings")
    parser.add_argument("--samples-only", action="store_true")
    parser.add_argument("--updates-alone", action="store_true", help="only revisions behind the signed bytes")
    parser.add_argument("--viewers-every", type=int, default=2, help="ask other readers about every so many mutants; 0: never")
    parser.add_argument("--atheris", metavar="PARSER", help="coverage-guided, over one parser of parsers.py")
    options = parser.parse_args()
    if options.atheris:
        bounds = ["--seconds", str(int(options.seconds or 60)), "--findings", options.findings]
        return subprocess.call([sys.executable, str(HERE / "guided.py"), options.atheris, *bounds])
    counts = run(options)
    print(
        json.dumps(
            {k: getattr(counts, k) for k in ("documents", "states", "findings", "shown", "unmade", "slowest", "seconds")},
            indent=1,
            ensure_ascii=False,
        )
    )
    return 1 if counts.findings else 0


if __name__ == "__main__":
    sys.exit(main())
