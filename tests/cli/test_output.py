"""Where a report goes and how a run ends early: devices, pipes, links, full disks, Ctrl-C; the program in its own process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sigcheck.cli_output import ReaderLeftError, write_out
from sigcheck.cli_streams import CannotRunError
from sigcheck.reporting.catalogue import load_catalogue

EN = load_catalogue("en")
FULL = Path("/dev/full")
"""A device on which every writing fails as on a full disk."""
NEEDS_FULL = pytest.mark.skipif(not FULL.is_char_device(), reason="needs the device /dev/full")
POSIX = pytest.mark.skipif(os.name != "posix", reason="devices, named pipes and shells of POSIX systems")


def command(samples: Path, *arguments: object) -> list[str]:
    fixed = ["verify", "--offline", "--trust", str(samples / "trust"), "--policy", "archive", "--at", "2026-11-20T00:00:00Z"]
    return [sys.executable, "-m", "sigcheck", *fixed, "--lang", "en", *map(str, arguments)]


def run(samples: Path, *arguments: object, **options: Any) -> subprocess.CompletedProcess[bytes]:
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | options
    ended: subprocess.CompletedProcess[bytes] = subprocess.run(command(samples, *arguments), check=False, timeout=60, **streams)
    return ended


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    for name in ("there", "not-there-yet"):
        link, target = tmp_path / name, tmp_path / "real" / name
        link.symlink_to(target)
        if name == "there":
            target.write_text("before", "utf-8")
        write_out(["x"], link, EN)
        assert link.is_symlink()
        assert target.read_text("utf-8") == "x"


@POSIX
def test_permissions_of_a_file_that_was_there_stay(tmp_path: Path) -> None:
    target = tmp_path / "x"
    target.touch()
    target.chmod(0o600)
    write_out(["x"], target, EN)
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_folder_is_no_output_file(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="cannot be written"):
        write_out(["x"], tmp_path, EN)


@POSIX
def test_a_pipe_is_written_through(tmp_path: Path) -> None:
    fifo, read = tmp_path / "fifo", []
    os.mkfifo(fifo)
    reader = threading.Thread(target=lambda: read.append(fifo.read_text("utf-8")))
    reader.start()
    write_out(["một\n", "hai\n"], fifo, EN)
    reader.join()
    assert read == ["một\nhai\n"]
    assert fifo.is_fifo()


@POSIX
def test_a_pipe_whose_reader_leaves_is_no_fault(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)

    def pieces() -> Iterator[str]:
        yield "x"
        reader.join()
        yield "y"

    def look() -> None:
        with fifo.open("rb") as file:
            file.read(1)

    reader = threading.Thread(target=look)
    reader.start()
    with pytest.raises(ReaderLeftError):
        write_out(pieces(), fifo, EN)


@NEEDS_FULL
def test_a_device_is_written_through(samples: Path) -> None:
    full = run(samples, samples / "generation-1.pdf", "-o", FULL)
    assert (full.returncode, full.stdout) == (2, b"")
    assert b"cannot be written: " in full.stderr
    assert FULL.is_char_device()


@POSIX
def test_another_name_of_standard_output_is_not_replaced(samples: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n", "utf-8")
    with log.open("ab") as file:
        assert run(samples, samples / "generation-1.pdf", "-o", "/dev/stdout", stdout=file).returncode == 0
    assert log.read_text("utf-8").startswith("before\n✔")


@NEEDS_FULL
@pytest.mark.parametrize(
    "arguments",
    [["verify", "x.pdf", "--format", "json"], ["schema"], ["--version"], ["--help"], ["trust", "list"]],
)
def test_a_full_disk_behind_standard_output_is_exit_2(arguments: list[str]) -> None:
    with FULL.open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "sigcheck", *arguments], stdout=full, stderr=subprocess.PIPE, check=False, timeout=60
        )
    assert ended.returncode == 2
    assert b"Traceback" not in ended.stderr
    assert b"ignored" not in ended.stderr
    assert b"[Errno 28]" in ended.stderr or b"No space" in ended.stderr


@POSIX
@pytest.mark.parametrize(("closed", "said"), [("<&-", b"standard input (-) is closed"), (">&-", b"standard output is closed")])
def test_a_closed_stream_is_exit_2(samples: Path, closed: str, said: bytes) -> None:
    name = "-" if closed == "<&-" else str(samples / "generation-1.pdf")
    ended = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *command(samples, name)], capture_output=True, check=False, timeout=60
    )
    assert ended.returncode == 2
    assert said in ended.stderr


@pytest.mark.parametrize("way", ["itself", "in a folder", "by a link", "policy"])
def test_what_is_read_is_never_written_over(samples: Path, tmp_path: Path, way: str) -> None:
    document = tmp_path / "a.pdf"
    shutil.copy(samples / "generation-1.pdf", document)
    before, output = document.read_bytes(), document
    paths: list[object] = [document]
    if way == "in a folder":
        paths = [tmp_path]
    elif way == "by a link":
        output = tmp_path / "out"
        output.hardlink_to(document)
    elif way == "policy":
        paths = [samples / "generation-1.pdf", "--policy", document]
    ended = run(samples, *paths, "-o", output)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"nothing was checked" in ended.stderr
    assert document.read_bytes() == before


@POSIX
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("option", ["-o", "--evidence"])
def test_the_store_of_revocation_data_is_never_written_over(samples: Path, tmp_path: Path, named: bool, option: str) -> None:
    """Also the one that is used when none is named."""
    home = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    program = [sys.executable, "-c", "from sigcheck.cli_store import default_store_file; print(default_store_file())"]
    store = Path(subprocess.run(program, capture_output=True, check=True, env=home).stdout.decode("utf-8").strip())
    assert tmp_path in store.parents
    store.parent.mkdir(parents=True, exist_ok=True)
    store.write_bytes(b"what was kept")
    more = ["--revocation-store", store] if named else []
    ended = run(samples, samples / "generation-1.pdf", *more, option, store, env=home)
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert b"nothing was checked" in ended.stderr
    assert store.read_bytes() == b"what was kept"


@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
def test_a_run_that_checks_nothing_leaves_the_file_alone(samples: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / "report"
    target.write_text("before", "utf-8")
    (tmp_path / "empty").mkdir()
    for nothing in ([tmp_path / "gone"], [tmp_path / "gone", tmp_path / "gone.pdf"], [tmp_path / "empty"]):
        assert run(samples, *nothing, "--format", form, "-o", target).returncode == 2
        assert target.read_text("utf-8") == "before"
    assert run(samples, tmp_path / "gone", samples / "generation-1.pdf", "--format", form, "-o", target).returncode == 2
    assert target.read_text("utf-8") != "before"


def test_no_report_is_an_empty_array_for_one_path_as_for_two(samples: Path, tmp_path: Path) -> None:
    one = run(samples, tmp_path / "gone", "--format", "json")
    two = run(samples, tmp_path / "gone", tmp_path / "gone", "--format", "json")
    assert one.stdout == two.stdout == b"[]\n"


@POSIX
def test_a_reader_that_leaves_ends_the_run_quietly_with_what_was_found(samples: Path) -> None:
    with subprocess.Popen(
        command(samples, samples / "tampered-page.pdf", samples, "--format", "jsonl"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stderr is not None
        assert json.loads(running.stdout.readline())["state"] == "invalid"
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 1


@POSIX
def test_ctrl_c_cuts_no_line_however_slow_the_reader(samples: Path, tmp_path: Path) -> None:
    for number in range(40):  # more than a pipe holds
        shutil.copy(samples / "five-blocks.pdf", tmp_path / f"{number}.pdf")
    with subprocess.Popen(
        command(samples, tmp_path, "--format", "jsonl"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        first = running.stdout.readline()
        time.sleep(1)  # now it waits for the reader
        for _ in range(3):
            running.send_signal(signal.SIGINT)
            time.sleep(0.05)
        rest = running.stdout.read().splitlines(keepends=True)
        assert running.stderr is not None
        assert b"interrupted" in running.stderr.read()
    assert running.returncode in {130, -signal.SIGINT}  # the last one may come when Python has ended its own part
    assert 0 < len(rest) < 39
    for line in (first, *rest):
        assert line.endswith(b"\n")
        assert json.loads(line)["state"] == "valid"


@POSIX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_leaves_no_half_of_a_file(samples: Path, tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        command(samples, "-", "-o", tmp_path / "out"), stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        for _ in range(200):
            if list(tmp_path.iterdir()):
                break
            time.sleep(0.02)
        assert [one.suffix for one in tmp_path.iterdir()] == [".part"]
        time.sleep(0.1)  # it waits for its document
        running.send_signal(number)
        assert running.stderr is not None
        assert b"Traceback" not in running.stderr.read()
    assert running.returncode == 128 + number
    assert list(tmp_path.iterdir()) == []


@POSIX
@pytest.mark.parametrize("after", [0.05, 0.08, 0.11, 0.15, 0.25])
def test_ctrl_c_at_the_start_is_quiet(samples: Path, after: float) -> None:
    """Before Python itself has begun, the system ends it (-2, which a shell writes as 130)."""
    with subprocess.Popen(command(samples, "-"), stdin=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        time.sleep(after)
        running.send_signal(signal.SIGINT)
        try:
            _, said = running.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            running.kill()
            raise
    if b"sigcheck" in said or not said:  # else Python was still loading itself, of which the program knows nothing
        assert b"Traceback" not in said
        assert running.returncode in {130, -signal.SIGINT}
