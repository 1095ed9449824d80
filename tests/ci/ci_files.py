"""What the tests of the CI files share: a folder of documents under git, and a command that is called sigcheck."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
NAMES = {
    "van-ban/hợp lệ.pdf": "person-and-office",
    "van-ban/sửa.pdf": "tampered-page",
    "van-ban/nháp ::error::x.pdf": "unsigned-plan",
    "khác/yếu.pdf": "weak-key",
}
"""Of each state one, under names that a careless script would misread."""
POSIX = pytest.mark.skipif(os.name != "posix" or shutil.which("bash") is None, reason="needs a POSIX shell")
GIT = pytest.mark.skipif(shutil.which("git") is None, reason="needs the program git")


def repository(folder: Path, names: dict[str, str] | None = None) -> Path:
    """Committed documents."""
    for name, sample in (NAMES if names is None else names).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLES / f"{sample}.pdf", folder / name)
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=Mẫu", "-c", "user.email=mau@example.invalid", "commit", "--quiet", "--allow-empty", "-m", "x")


def git(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def path_with_sigcheck(folder: Path) -> str:
    """A PATH whose first folder has the command, run by this very Python from this very source."""
    command = folder / "sigcheck"
    source = shlex.quote(str(ROOT / "src"))
    command.write_text(f'#!/bin/sh\nPYTHONPATH={source} exec {shlex.quote(sys.executable)} -m sigcheck "$@"\n', "utf-8")
    command.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def checked_by_vendor(schema: str, file: Path) -> None:
    """The vendor's own schema, as check-jsonschema carries it."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
