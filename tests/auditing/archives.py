"""Audits for tests: the command's own question over folders of samples, checked in this process or by workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sigcheck.auditing.errand import Answer
from sigcheck.auditing.run import Arrival, Outcome, Task, audit
from sigcheck.cli_audit_question import AuditOptions, errand_of, looked_for, run_asked
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.running.pool import Done, Lost, Passed, PoolLimits, Work
from sigcheck.running.sources import find_located
from sigcheck.store.results import Record, ResultStore
from sigcheck.store.writing import begin

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LIMITS = PoolLimits(processes=2, seconds=60, memory_bytes=None, window=16)
SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def in_process(
    tasks: Iterator[Task],
    start: Callable[[], Work[Task, Answer]],
    limits: PoolLimits,
    *,
    arrived: Callable[[Outcome], Arrival],
    needs_work: Callable[[Task], bool],
    is_new: Callable[[str], bool],
    waiting: object,
) -> Iterator[Arrival | Passed[Task]]:
    """The pool's part without processes."""
    work = start()
    for task in tasks:
        yield arrived(Done(task, work(task, is_new))) if needs_work(task) else Passed(task)


def losing(lost: Callable[[Task], Lost[Task]]) -> Callable[..., Iterator[Arrival | Passed[Task]]]:
    """Workers that lose every document."""

    def workers(tasks: Iterator[Task], *_: object, arrived: Callable[[Outcome], Arrival], **__: object) -> Iterator[Arrival]:
        for task in tasks:
            yield arrived(lost(task))

    return workers


def options_for(*sources: Path | str, **more: Any) -> AuditOptions:
    usual = AuditOptions(tuple(map(str, sources)), trust=(str(SAMPLES / "trust"),), policy="archive", no_revocation_store=True)
    return replace(usual, **more)


def audited(
    store: Path, *sources: Path | str, now: datetime = NOW, workers: Callable[..., Any] = in_process, **more: Any
) -> list[Record]:
    """Audit the sources into the store as the command does, to the end."""
    options, words = options_for(*sources, **more), load_catalogue("en")
    errand = errand_of(options, now, words)
    with ResultStore(store, write=True) as results:
        run = begin(results, run_asked(options, looked_for(options, words), errand, words))
        errand = replace(errand, at=datetime.fromisoformat(run.validation_time))
        return list(audit(find_located(options.sources), run, errand, LIMITS, workers=workers))


def states(records: list[Record]) -> dict[str, str | None]:
    """The answer of each document, by its name."""
    return {Path(record.path).stem: record.state for record in records}
