"""The pool: a task can end its worker, never another task; results come in order and nothing is done twice."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pool_tasks import start, start_asking, start_never, start_with

from sigcheck.running.pool import Done, Loss, Lost, NoWorkersError, Passed, PoolLimits, Work, run_in_order

LIMITS = PoolLimits(processes=2, seconds=2.0, memory_bytes=1 << 28, window=8)


Outcome = Done[str, str] | Lost[str]


def outcomes_of(tasks: Iterable[str], start: Callable[[], Work[str, str]], **more: Any) -> Iterator[Outcome | Passed[str]]:
    return run_in_order(tasks, start, LIMITS, **{"arrived": lambda outcome: outcome, **more})


def said(outcome: Done[str, str] | Lost[str] | Passed[str]) -> str:
    match outcome:
        case Done(value=value):
            return value
        case Lost(task=task, loss=loss):
            return f"{loss} {task}"
        case Passed(task=task):
            return f"passed {task}"


def test_what_needs_no_worker_keeps_its_place(tmp_path: Path) -> None:
    tasks = ["a", "-1", "slow", "-2", *(f"-{n}" for n in range(3, 50)), "b"]
    outcomes = outcomes_of(tasks, start, needs_work=lambda task: not task.startswith("-"))
    assert [one.task for one in outcomes] == tasks
    none = outcomes_of(tasks, start_with(tmp_path), needs_work=lambda _: False)
    assert {said(one).split(" ")[0] for one in none} == {"passed"}
    assert list(tmp_path.iterdir()) == []


def test_results_come_in_the_order_of_the_tasks() -> None:
    tasks = ["slow:1", "a", "b", "slow:2", "c", "d"]
    assert [said(one) for one in outcomes_of(tasks, start)] == [f"done {task}" for task in tasks]


def test_no_task_takes_another_down() -> None:
    tasks = ["a", "endless", "b", "crash", "memory", "c", "exit", "d"]
    outcomes = {one.task: said(one) for one in outcomes_of(tasks, start)}
    assert outcomes == {
        "a": "done a", "b": "done b", "c": "done c", "d": "done d",
        "endless": f"{Loss.TIME} endless", "crash": f"{Loss.CRASHED} crash", "exit": f"{Loss.CRASHED} exit",
        "memory": f"{Loss.MEMORY} memory",
    }  # fmt: skip


def test_a_worker_that_died_once_is_no_fault_of_the_task(tmp_path: Path) -> None:
    task = f"once:{tmp_path / 'mark'}"
    assert [said(one) for one in outcomes_of([task], start)] == [f"done {task}"]


def test_a_fault_of_ours_is_told_with_its_place_and_takes_nothing_with_it() -> None:
    first, fault, last = outcomes_of(["a", "fault", "b"], start)
    assert (said(first), said(last)) == ("done a", "done b")
    assert isinstance(fault, Lost)
    assert fault.loss is Loss.FAULT
    assert "ValueError: fault" in fault.traceback


def test_workers_that_cannot_start_are_no_fault_of_the_tasks() -> None:
    with pytest.raises(NoWorkersError):
        list(outcomes_of(["a", "b"], start_never))


def test_time_in_which_nobody_listened_is_not_the_workers() -> None:
    """A reader that does not read holds everything up; what the workers did meanwhile is not lost."""
    outcomes = outcomes_of(["a", "slow", "b", "slow:2", "c"], start)
    assert said(next(outcomes)) == "done a"
    time.sleep(LIMITS.seconds + 0.5)
    assert [said(one) for one in outcomes] == ["done slow", "done b", "done slow:2", "done c"]


def test_what_is_known_is_not_done(tmp_path: Path) -> None:
    known: set[str] = {"before"}

    def arrived(outcome: Outcome) -> Outcome:
        if said(outcome).startswith("done"):
            known.add(outcome.task.partition(":")[2])
        return outcome

    tasks = ["x:same", "y:same", "z:other", "w:same", "v:before"]
    outcomes = [
        said(one) for one in outcomes_of(tasks, start_with(tmp_path), is_new=lambda told: told not in known, arrived=arrived)
    ]
    assert sorted(one.split(" ")[0] for one in outcomes) == ["done", "done", "known", "known", "known"]
    assert len(list(tmp_path.glob("done-*"))) == 2


def test_what_came_to_nothing_is_begun_again_by_the_next(tmp_path: Path) -> None:
    """Nothing is ever kept, so that each must do it itself; none waits without end."""
    tasks = ["x:same", "y:same", "z:same"]
    outcomes = [said(one) for one in outcomes_of(tasks, start_with(tmp_path))]
    assert outcomes == [f"done {task}" for task in tasks]


def test_a_task_begun_again_is_still_the_one_that_does_it(tmp_path: Path) -> None:
    task = f"once:{tmp_path / 'mark'}"
    assert [said(one) for one in outcomes_of([f"ask-{task}"], start_asking)] == [f"done ask-{task}"]


def test_workers_stay_warm_and_tasks_are_taken_as_they_are_needed(tmp_path: Path) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield f"{taken}"

    outcomes = outcomes_of(endless(), start_with(tmp_path))
    for _ in range(40):
        next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(list(tmp_path.glob("worker-*"))) == LIMITS.processes
    assert taken <= 40 + LIMITS.window + 1


def test_an_early_end_leaves_no_process(tmp_path: Path) -> None:
    outcomes = outcomes_of(iter(["a", "endless", "b"]), start)
    assert said(next(outcomes)) == "done a"
    outcomes.close()  # type: ignore[attr-defined]  # it is a generator
    assert multiprocessing.active_children() == []
