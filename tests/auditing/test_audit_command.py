"""`sigcheck audit` as a person or a system meets it: signals, a reader that leaves, killed and continued, poison, exit codes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from sigcheck.auditing.run import Progress
from sigcheck.cli_audit_progress import Telling
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.store.results import ResultStore

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from archive_poison import POISON  # noqa: E402 - the path comes first

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
KINDS = ("person-and-office", "unsigned-plan", "tampered-page", "weak-key", "office-alone", "generation-3")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty documents, each of its own content: white space behind the end is nothing."""
    folder = tmp_path_factory.mktemp("kho") / "công văn"
    folder.mkdir()
    for number in range(60):
        content = (ROOT / "samples" / f"{KINDS[number % len(KINDS)]}.pdf").read_bytes()
        (folder / f"văn bản {number:02}.pdf").write_bytes(content + b"\n" * number)
    return folder


def command(*arguments: object, poisoned: bool = False) -> list[str]:
    program = [sys.executable, str(ROOT / "benchmarks" / "archive_poison.py")] if poisoned else [sys.executable, "-m", "sigcheck"]
    asked = ["--policy", "archive", "--trust", ROOT / "samples" / "trust", "--at", "2026-11-20T00:00:00Z", "--lang", "en"]
    return [*program, "audit", *map(str, [*arguments, *asked, "--no-revocation-store"])]


def run(*arguments: object, poisoned: bool = False) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command(*arguments, poisoned=poisoned), capture_output=True, check=False, env=ENVIRONMENT)


def contents(store: Path) -> list[object]:
    with ResultStore(store) as results:
        return [results.runs(), *results.reports(1)]


@pytest.fixture(scope="module")
def whole(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """An uninterrupted run, and what it wrote."""
    store = tmp_path_factory.mktemp("whole") / "s"
    ended = run(archive, "--store", store, "--format", "jsonl", "--workers", 2)
    assert ended.returncode == 1, ended.stderr.decode()
    return store, ended.stdout


def test_the_number_of_workers_changes_nothing(archive: Path, whole: tuple[Path, bytes], tmp_path: Path) -> None:
    ended = run(archive, "--store", tmp_path / "s", "--format", "jsonl", "--workers", 1)
    assert ended.stdout == whole[1]
    assert len(ended.stdout.splitlines()) == 60
    assert contents(tmp_path / "s") == contents(whole[0])


def started(*arguments: object, store: Path, records: int, poisoned: bool = False) -> subprocess.Popen[bytes]:
    """A run that has written so many reports."""
    process = subprocess.Popen(
        command(*arguments, "--store", store, poisoned=poisoned), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT,
        bufsize=0,  # what was read ahead would be lost to `communicate`
    )  # fmt: skip
    assert process.stdout is not None
    for _ in range(records):
        process.stdout.readline()
    return process


@POSIX
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_who_is_asked_to_stop_keeps_everything(archive: Path, whole: tuple[Path, bytes], tmp_path: Path, number: str) -> None:
    process = started(archive, "--format", "jsonl", store=tmp_path / "s", records=5)
    process.send_signal(getattr(signal, number))
    rest, said = process.communicate()
    assert process.returncode == 130
    assert b"run the same command again" in said
    assert b"Traceback" not in said
    for line in rest.splitlines():
        json.loads(line)
    with ResultStore(tmp_path / "s") as results:
        (kept,) = results.runs()
        assert not kept.finished
        assert kept.records >= 5
    again = run(archive, "--store", tmp_path / "s", "--format", "jsonl")
    assert again.stdout == whole[1], "the whole run is told, what came before too"
    assert contents(tmp_path / "s") == contents(whole[0])


@POSIX
def test_a_terminal_interrupts_workers_and_command_together(archive: Path, whole: tuple[Path, bytes], tmp_path: Path) -> None:
    """Ctrl-C goes to the whole group: no worker answers with a traceback."""
    process = subprocess.Popen(
        command(archive, "--store", tmp_path / "s"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in said
    run(archive, "--store", tmp_path / "s")
    assert contents(tmp_path / "s") == contents(whole[0])


@POSIX
def test_a_reader_that_leaves(archive: Path, whole: tuple[Path, bytes], tmp_path: Path) -> None:
    process = started(archive, "--format", "jsonl", store=tmp_path / "s", records=1)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() in {1, 130}  # it may have been done already
    assert b"Traceback" not in said
    run(archive, "--store", tmp_path / "s")
    assert contents(tmp_path / "s") == contents(whole[0])


@pytest.fixture(scope="module")
def poisoned(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("poison") / "kho"
    shutil.copytree(archive, folder)
    for number, mark in enumerate(POISON, 20):
        with (folder / f"văn bản {number}.pdf").open("ab") as file:
            file.write(mark)
    return folder


POISONED = ("--timeout", 8, "--memory", 600, "--format", "jsonl")


@POSIX
def test_poison_is_named_and_takes_nothing_with_it(poisoned: Path, whole: tuple[Path, bytes], tmp_path: Path) -> None:
    """And killed three times on the way, the store in the end is that of a run that nobody disturbed."""
    ended = run(poisoned, *POISONED, "--store", tmp_path / "one", poisoned=True)
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    bad = {
        Path(one["document"]["path"]).name: (one["state"], *(each["code"] for each in one["findings"])) for one in found[20:23]
    }
    assert list(bad.values()) == [("unreadable", code) for code in POISON.values()]
    limits = [one["findings"][0]["facts"]["limit"] for one in found[21:23]]
    assert limits == ["worker_seconds", "worker_memory"]
    sound = [json.loads(line)["state"] for line in whole[1].splitlines()]
    assert [one["state"] for one in (*found[:20], *found[23:])] == [*sound[:20], *sound[23:]]

    for records in (2, 24, 40):
        process = started(poisoned, *POISONED, store=tmp_path / "two", records=records, poisoned=True)
        process.kill()
        process.communicate()
    run(poisoned, *POISONED, "--store", tmp_path / "two", poisoned=True)
    assert contents(tmp_path / "two") == contents(tmp_path / "one")


@POSIX
def test_a_killed_command_leaves_no_worker(poisoned: Path, tmp_path: Path) -> None:
    """Not even one that is at a document without end."""
    only = poisoned / "văn bản 21.pdf"
    process = subprocess.Popen(command(only, "--store", tmp_path / "s", poisoned=True), env=ENVIRONMENT)
    workers = until(lambda: children(process.pid), 30)
    time.sleep(1)
    process.kill()
    process.wait()
    assert until(lambda: not [worker for worker in workers if alive(worker)], 10)


def until(found: Callable[[], object], seconds: float) -> list[int]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = found()
        if got:
            return got if isinstance(got, list) else [1]
        time.sleep(0.1)
    return []


def children(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    if not path.exists():
        pytest.skip("needs /proc with children")
    return [int(child) for child in path.read_text("ascii").split()]


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_output_is_whole_or_not_there(archive: Path, whole: tuple[Path, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("before\n", "utf-8")
    process = subprocess.Popen(
        command(archive, "--store", tmp_path / "s", "--format", "jsonl", "--output", out), stderr=subprocess.PIPE, env=ENVIRONMENT
    )
    while process.poll() is None:
        assert out.read_text("utf-8").startswith("before") or len(out.read_bytes().splitlines()) == 60
        time.sleep(0.05)
    process.communicate()
    assert out.read_bytes() == whole[1]


def test_one_writer_at_a_time(archive: Path, tmp_path: Path) -> None:
    with ResultStore(tmp_path / "s", write=True):
        ended = run(archive, "--store", tmp_path / "s")
    assert ended.returncode == 2
    assert b"busy" in ended.stderr


def other_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    connection.close()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path.write_bytes(b"no database at all, but long enough to be looked at " * 20), b"damaged"),
        (other_database, b"no result store"),
        (lambda path: path.mkdir(), b"no result store"),
    ],
)
def test_a_file_that_is_no_store_is_left_as_it_is(
    archive: Path, tmp_path: Path, make: Callable[[Path], object], says: bytes
) -> None:
    make(tmp_path / "s")
    before = (tmp_path / "s").read_bytes() if (tmp_path / "s").is_file() else b""
    ended = run(archive, "--store", tmp_path / "s")
    assert (ended.returncode, says in ended.stderr) == (2, True)
    assert not before or (tmp_path / "s").read_bytes() == before


def test_the_store_is_no_place_for_the_report(archive: Path, whole: tuple[Path, bytes]) -> None:
    before = whole[0].read_bytes()
    ended = run(archive, "--store", whole[0], "--output", whole[0])
    assert ended.returncode == 2
    assert whole[0].read_bytes() == before


def test_the_report_takes_the_place_of_no_document_and_no_kept_revocation_data(archive: Path, tmp_path: Path) -> None:
    document, home = archive / "văn bản 00.pdf", {"XDG_DATA_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    kept = Path(user_data_path_under(home)) / "revocation.sqlite3"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b"what was kept")
    for output in (document, kept):
        before = output.read_bytes()
        asked = [one for one in command(archive, "--store", tmp_path / "s", "-o", output) if one != "--no-revocation-store"]
        ended = subprocess.run(asked, capture_output=True, check=False, env={**ENVIRONMENT, **home})
        assert ended.returncode == 2
        assert b"nothing was checked" in ended.stderr
        assert output.read_bytes() == before


def user_data_path_under(home: dict[str, str]) -> str:
    program = "from platformdirs import user_data_path; print(user_data_path('sigcheck', appauthor=False))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env={**ENVIRONMENT, **home})
    return said.stdout.decode("utf-8").strip()


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    for name in ("unsigned-plan", "weak-key"):
        shutil.copy(ROOT / "samples" / f"{name}.pdf", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("fail_on", "code"), [(None, 4), ("insufficient", 3), ("invalid,unreadable", 0), ("", 0), ("valid", 2)])
def test_exit_codes(mixed: Path, fail_on: str | None, code: int) -> None:
    more = () if fail_on is None else ("--fail-on", fail_on)
    assert run(mixed, "--store", mixed / "s", *more).returncode == code


def test_progress_tells_rate_what_is_left_and_each_answer() -> None:
    done = Progress(documents=50, states=Counter(valid=40, invalid=10))
    telling = Telling(done, load_catalogue("en"), before=10, sources=None)
    assert telling.line(5.0) == "60 documents, 10 a second; not valid 10, valid 40"
    telling.total = 36_070
    assert telling.line(5.0).endswith("; about 1:00:01 left of 36070")


def test_the_documents_of_local_sources_are_counted_beside_the_run(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Telling, "_wanted", True)
    telling = Telling(Progress(), load_catalogue("en"), before=0, sources=(str(archive),))
    until(lambda: telling.total is not None, 30)
    assert telling.total == 60


def test_help_needs_neither_engine_nor_database() -> None:
    keys = ("cryptography.x509", "cryptography.hazmat.primitives.asymmetric")  # digests alone find the words (decision 15)
    heavy = ("sqlite3", "sigcheck.engine", *keys, "asn1crypto", "multiprocessing")
    program = (
        "import sys; sys.argv[1:] = ['audit', '--help']\n"
        "try:\n from sigcheck.__main__ import main; main()\nexcept SystemExit: pass\n"
        f"print([name for name in sys.modules if name in {heavy}])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=ENVIRONMENT)
    assert said.stdout.rstrip().endswith(b"[]")
