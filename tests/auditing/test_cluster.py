"""An audit by a cluster over loopback: the records of one machine, whatever becomes of the cluster's workers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

distributed = pytest.importorskip("distributed")

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from archive_poison import OF_A_CLUSTER  # noqa: E402 - the path comes first

from sigcheck.store.results import ResultStore  # noqa: E402 - the extra comes first

ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'benchmarks'}"}
KINDS = ("person-and-office", "unsigned-plan", "tampered-page", "weak-key", "office-alone", "generation-3")
DOCUMENTS = 40
MARKS = {5: b"%poison crash", 17: b"%poison hang", 23: b"%poison memory"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents of which some have the same content, and three end whatever checks them."""
    folder = tmp_path_factory.mktemp("kho") / "công văn"
    folder.mkdir()
    for number in range(DOCUMENTS):
        content = (ROOT / "samples" / f"{KINDS[number % len(KINDS)]}.pdf").read_bytes()
        (folder / f"văn bản {number:02}.pdf").write_bytes(content + b"\n" * (number // 12) + MARKS.get(number, b""))
    return folder


class Cluster:
    """A scheduler, and workers that come and go: processes of their own, as on machines of their own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.environment = ENVIRONMENT | environment
        self.file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        address = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        self.scheduler = self._start("scheduler", *address, "--scheduler-file", str(self.file))
        until(self.file.exists)

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        program = [sys.executable, "-m", "dask", *arguments]
        return subprocess.Popen(program, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def hire(self) -> None:
        kind = ("worker", "--scheduler-file", str(self.file), "--no-nanny", "--nthreads", "1", "--no-dashboard")
        self.workers.append(self._start(*kind, "--host", "127.0.0.1", "--local-directory", str(self.file.parent)))

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    alive = Cluster(tmp_path)
    try:
        for _ in range(2):
            alive.hire()
        yield alive
    finally:
        alive.end()


def until(found: Callable[[], Any]) -> None:
    end = time.monotonic() + 60
    while not found():
        assert time.monotonic() < end
        time.sleep(0.1)


def command(archive: Path, store: Path, *more: object) -> list[str]:
    program = [sys.executable, str(ROOT / "benchmarks" / "archive_poison.py"), "audit", str(archive), "--store", str(store)]
    asked = ["--policy", "archive", "--trust", ROOT / "samples" / "trust", "--at", "2026-11-20T00:00:00Z", "--lang", "en"]
    limits = ["--timeout", 10, "--memory", 600, "--format", "jsonl", "--no-revocation-store"]
    return [*program, *map(str, [*asked, *limits, *more])]


def run(archive: Path, store: Path, *more: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(archive, store, *more), capture_output=True, check=False, env=ENVIRONMENT)


def contents(store: Path) -> list[object]:
    with ResultStore(store) as results:
        return [results.runs(), *results.reports(1)]


@pytest.fixture(scope="module")
def local(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same on one machine."""
    store = tmp_path_factory.mktemp("local") / "s"
    assert run(archive, store).returncode == 1
    return store


def test_the_records_are_those_of_one_machine(archive: Path, local: Path, cluster: Cluster, tmp_path: Path) -> None:
    ended = run(archive, tmp_path / "s", "--cluster", cluster.file)
    assert ended.returncode == 1, ended.stderr.decode()
    assert contents(tmp_path / "s") == contents(local)
    poisoned = [
        json.loads(line)["findings"][0]["code"] for number, line in enumerate(ended.stdout.splitlines()) if number in MARKS
    ]
    assert poisoned == ["checker-crashed", "limit-reached", "limit-reached"]
    assert all(worker.poll() is None for worker in cluster.workers), "no document ends a worker of the cluster"


def test_a_worker_that_is_lost_loses_nothing(archive: Path, local: Path, cluster: Cluster, tmp_path: Path) -> None:
    process = subprocess.Popen(
        command(archive, tmp_path / "s", "--cluster", cluster.file),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    )
    assert process.stdout is not None
    process.stdout.readline()
    cluster.workers[0].kill()
    cluster.hire()
    process.communicate()
    assert process.returncode == 1
    assert contents(tmp_path / "s") == contents(local)


def test_a_cluster_that_is_lost_leaves_a_run_to_go_on_with(archive: Path, local: Path, cluster: Cluster, tmp_path: Path) -> None:
    process = subprocess.Popen(
        command(archive, tmp_path / "s", "--cluster", cluster.file),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    )
    assert process.stdout is not None
    process.stdout.readline()
    cluster.scheduler.kill()
    _, said = process.communicate(timeout=120)
    assert process.returncode == 2, said.decode()
    assert b"Traceback (most recent" not in said or b"sigcheck: the cluster" in said
    run(archive, tmp_path / "s")
    assert contents(tmp_path / "s") == contents(local)


def test_a_document_that_ends_workers_is_named_after_one_more_try_alone(archive: Path, local: Path, tmp_path: Path) -> None:
    """A scheduler that forgives nothing gives up whatever was at a lost worker; only what ends another one is to blame."""
    shutil.copytree(archive, tmp_path / "kho")
    for number in MARKS:
        (tmp_path / "kho" / f"văn bản {number:02}.pdf").unlink()
    with (tmp_path / "kho" / "văn bản 03.pdf").open("ab") as file:
        file.write(OF_A_CLUSTER)
    alive = Cluster(tmp_path, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    try:
        for _ in range(4):
            alive.hire()
        ended = run(tmp_path / "kho", tmp_path / "s", "--cluster", alive.file)
    finally:
        alive.end()
    assert ended.returncode == 1, ended.stderr.decode()
    found = {Path(one["document"]["path"]).name: one for one in map(json.loads, ended.stdout.splitlines())}
    with ResultStore(local) as results:
        sound = {Path(record.path).name: record.state for record in results.records(1)}
    named = found.pop("văn bản 03.pdf")
    assert (named["state"], named["findings"][0]["code"]) == ("unreadable", "checker-crashed")
    assert {name: one["state"] for name, one in found.items()} == {name: sound[name] for name in found}
    assert len(found) == DOCUMENTS - len(MARKS) - 1


def test_a_cluster_that_is_not_there(archive: Path, tmp_path: Path) -> None:
    shutil.copytree(archive, tmp_path / "a")
    ended = run(tmp_path / "a", tmp_path / "s", "--cluster", "nonsense://nowhere")
    assert ended.returncode == 2
    assert b"cannot be reached" in ended.stderr
