"""A user without a home folder, as containers and services have them: nothing is read or kept there, and checks go on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

POSIX = pytest.mark.skipif(os.name != "posix", reason="users and their home folders as POSIX systems have them")
pytestmark = POSIX

NOBODY = """
import os, sys
os.getuid = lambda: 54321  # no line of the table of users is about this one
from sigcheck.__main__ import main
main()
"""
AT = ("--policy", "archive", "--at", "2026-11-20T00:00:00Z")


def run(*arguments: object, home: str | None = None, folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    kept = {name: value for name, value in os.environ.items() if name != "HOME" and not name.startswith("XDG_")}
    environment = kept if home is None else {**kept, "HOME": home}
    command = [sys.executable, "-c", NOBODY, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60, env=environment, cwd=folder)


@pytest.mark.parametrize("home", [None, "", "not/absolute"])
def test_a_check_goes_on_without_a_home(samples: Path, home: str | None) -> None:
    ended = run("verify", "--offline", "--trust", samples / "trust", *AT, samples / "person-and-office.pdf", home=home)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_run_that_would_ask_says_why_it_does_not(samples: Path) -> None:
    document, trust = samples / "unsigned-department-letter.pdf", ("--trust", samples / "trust", "--policy", "archive")
    ended = run("verify", *trust, document)
    assert ended.returncode == 4
    assert "không hỏi máy chủ nào" in ended.stderr.decode("utf-8")
    demanded = run("verify", *trust, "--online", document)
    assert (demanded.returncode, demanded.stdout) == (2, b"")


def test_an_archive_is_checked_without_a_home(samples: Path, tmp_path: Path) -> None:
    document = samples / "person-and-office.pdf"
    ended = run("audit", "--workers", "1", *AT, "--trust", samples / "trust", document, folder=tmp_path)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("arguments", [["--version"], ["trust", "list"], ["trust", "check"], ["serve", "--help"]])
def test_what_only_reads_needs_no_home(arguments: list[str]) -> None:
    ended = run(*arguments)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.parametrize(
    "arguments",
    [
        ["trust", "disable", "vgca-root-g2"],
        ["trust", "enable", "vgca-root-g2"],
        ["trust", "sync", "--from", "."],
        ["trust", "add", "x.cer", "--sha256", "0" * 64],
        ["revocation", "list"],
        ["revocation", "add", "x.crl"],
        ["revocation", "fetch", "--anchors"],
        ["audit", "--online", "--trust", "."],
    ],
)
def test_what_has_to_keep_something_says_that_there_is_no_home(arguments: list[str], tmp_path: Path) -> None:
    ended = run(*arguments, folder=tmp_path)
    assert (ended.returncode, ended.stdout) == (2, b"")
    said = ended.stderr.decode("utf-8")
    assert said.startswith("sigcheck: ")
    assert len(said.splitlines()) == 1


FAULTY = """
import sys, sigcheck.{module} as broken
def failing(*given, **named): raise {error}("x")
broken.{name} = failing
from sigcheck.__main__ import main
sys.argv[1:] = {arguments!r}
main()
"""


@pytest.mark.parametrize(
    ("module", "name", "arguments"),
    [
        ("cli_version", "version_text", ["--version"]),
        ("cli_version", "version_text", ["--version", "verify"]),
        ("cli_trust", "_load", ["trust", "list"]),
        ("cli_arguments", "read_verify", ["verify", "a.pdf"]),
        ("cli_clock", "clock", ["judge", "a.zip"]),
        ("cli_usage", "_mistake", ["verify", "--nope"]),
        ("cli", "GROUPS", ["--help"]),
    ],
)
@pytest.mark.parametrize("error", ["RuntimeError", "EOFError", "ZeroDivisionError"])
def test_no_fault_of_ours_ends_like_an_invalid_signature(module: str, name: str, arguments: list[str], error: str) -> None:
    """Exit code 1 means that a signature is invalid; a fault is 70, in words."""
    program = FAULTY.format(module=module, name=name, arguments=arguments, error=error)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
    assert ended.returncode == 70, ended.stderr
    assert ended.stderr.startswith(b"sigcheck: ")
    assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize("arguments", [["trust", "list"], ["--help"], ["trust", "--help"], ["verify", "--help"]])
def test_a_reader_that_leaves_is_no_error(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        command = [sys.executable, "-m", "sigcheck", *arguments]
        ended = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, timeout=60)
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")
