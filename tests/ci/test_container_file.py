"""The container file: a linter's word, what it copies is there and enough for a wheel, and no root at run time."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest
from ci_files import ROOT

FILE = ROOT / "Containerfile"
TEXT = re.sub(r"\\\n", " ", FILE.read_text("utf-8"))
LINES = [line.strip() for line in TEXT.splitlines() if line.strip() and not line.startswith("#")]
COPIED = [word for line in LINES if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]]


def engine() -> str | None:
    """A container engine that answers."""
    for name in ("docker", "podman"):
        if shutil.which(name) and subprocess.run([name, "info"], capture_output=True, check=False, timeout=60).returncode == 0:
            return name
    return None


def test_the_linter_finds_nothing() -> None:
    hadolint = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("needs hadolint, which has a package for Linux on x86-64 alone")
    done = subprocess.run([hadolint, "--no-color", str(FILE)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_it_runs_as_nobody_in_particular() -> None:
    users = [line.split()[1] for line in LINES if line.startswith("USER ")]
    assert users
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])
    assert LINES.index(f"USER {users[-1]}") > max(index for index, line in enumerate(LINES) if line.startswith(("FROM", "RUN")))
    assert 'ENTRYPOINT ["sigcheck"]' in LINES


def test_nothing_is_fetched_but_packages() -> None:
    assert not [line for line in LINES if line.startswith("ADD ") or re.search(r"\b(curl|wget)\b|https?://", line)]


def test_what_is_copied_is_there_and_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = [line[1:] for line in ignored if line.startswith("!")]
    assert "*" in ignored
    for name in COPIED:
        assert (ROOT / name).exists()
        assert any(fnmatch(name, one) for one in let_in), name


def test_a_wheel_can_be_made_of_what_is_copied(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="needs hatchling, which builds the wheel")
    source = tmp_path / "source"
    for name in COPIED:
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, target, ignore=ignore) if (ROOT / name).is_dir() else shutil.copy(ROOT / name, target)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path / "dist")]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").iterdir()
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(tmp_path / "installed")], check=True)
    said = subprocess.run(
        [sys.executable, "-c", "import sigcheck, sigcheck.trust.shipped as s; print(sigcheck.__file__)"],
        cwd=tmp_path / "installed",
        env={"PYTHONPATH": str(tmp_path / "installed")},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert said.startswith(str(tmp_path))


def test_the_image_can_be_built_and_used() -> None:
    name = engine()
    if name is None:
        pytest.skip("needs a container engine that answers")
    subprocess.run([name, "build", "--file", str(FILE), "--tag", "sigcheck:test", str(ROOT)], check=True, capture_output=True)
    command = [
        name,
        "run",
        "--rm",
        "--network",
        "none",
        "--read-only",
        "--volume",
        f"{ROOT / 'samples'}:/work:ro",
        "sigcheck:test",
    ]
    arguments = ["verify", "--offline", "--policy", "archive", "--trust", "trust", "person-and-office.pdf"]
    assert subprocess.run([*command, *arguments], capture_output=True, check=False).returncode == 0
