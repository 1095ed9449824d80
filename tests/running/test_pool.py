"""The pool: a task can end its worker, never another task; results come in order and nothing is done twice."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from pool_tasks import start, start_asking, start_with

from sigcheck.running.pool import Done, Loss, Lost, Passed, PoolLimits, WorkFaultError, run_in_order

LIMITS = PoolLimits(processes=2, seconds=1.0, memory_bytes=1 << 30, window=8)


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
    outcomes = run_in_order(tasks, start, LIMITS, needs_work=lambda task: not task.startswith("-"))
    assert [one.task for one in outcomes] == tasks
    none = run_in_order(tasks, start_with(tmp_path), LIMITS, needs_work=lambda _: False)
    assert {said(one).split(" ")[0] for one in none} == {"passed"}
    assert list(tmp_path.iterdir()) == []


def test_results_come_in_the_order_of_the_tasks() -> None:
    tasks = ["slow:1", "a", "b", "slow:2", "c", "d"]
    assert [said(one) for one in run_in_order(tasks, start, LIMITS)] == [f"done {task}" for task in tasks]


def test_no_task_takes_another_down() -> None:
    tasks = ["a", "endless", "b", "crash", "memory", "c", "exit", "d"]
    outcomes = {one.task: said(one) for one in run_in_order(tasks, start, LIMITS)}
    assert outcomes == {
        "a": "done a", "b": "done b", "c": "done c", "d": "done d",
        "endless": f"{Loss.TIME} endless", "crash": f"{Loss.CRASHED} crash", "exit": f"{Loss.CRASHED} exit",
        "memory": f"{Loss.MEMORY} memory",
    }  # fmt: skip


def test_a_worker_that_died_once_is_no_fault_of_the_task(tmp_path: Path) -> None:
    task = f"once:{tmp_path / 'mark'}"
    assert [said(one) for one in run_in_order([task], start, LIMITS)] == [f"done {task}"]


def test_a_fault_of_ours_is_raised_with_its_place() -> None:
    with pytest.raises(WorkFaultError, match="ValueError: fault"):
        list(run_in_order(["a", "fault"], start, LIMITS))


def test_what_is_known_is_not_done(tmp_path: Path) -> None:
    known: set[str] = {"before"}

    def arrived(outcome: Done[str, str] | Lost[str]) -> None:
        if said(outcome).startswith("done"):
            known.add(outcome.task.partition(":")[2])

    tasks = ["x:same", "y:same", "z:other", "w:same", "v:before"]
    outcomes = [
        said(one)
        for one in run_in_order(tasks, start_with(tmp_path), LIMITS, is_new=lambda told: told not in known, arrived=arrived)
    ]
    assert sorted(one.split(" ")[0] for one in outcomes) == ["done", "done", "known", "known", "known"]
    assert len(list(tmp_path.glob("done-*"))) == 2


def test_a_task_begun_again_is_still_the_one_that_does_it(tmp_path: Path) -> None:
    task = f"once:{tmp_path / 'mark'}"
    assert [said(one) for one in run_in_order([f"ask-{task}"], start_asking, LIMITS)] == [f"done ask-{task}"]


def test_workers_stay_warm_and_tasks_are_taken_as_they_are_needed(tmp_path: Path) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield f"{taken}"

    outcomes = run_in_order(endless(), start_with(tmp_path), LIMITS)
    for _ in range(40):
        next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(list(tmp_path.glob("worker-*"))) == LIMITS.processes
    assert taken <= 40 + LIMITS.window + 1


def test_an_early_end_leaves_no_process(tmp_path: Path) -> None:
    outcomes = run_in_order(iter(["a", "endless", "b"]), start, LIMITS)
    assert said(next(outcomes)) == "done a"
    outcomes.close()  # type: ignore[attr-defined]  # it is a generator
    assert multiprocessing.active_children() == []
