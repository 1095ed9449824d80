"""What starts the service hardened: the container file by a linter's word, the unit by systemd's own."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ci_files import ROOT
from typer.main import get_command

from sigcheck.cli_serve_command import serve_app

UNIT = ROOT / "deploy/sigcheck-serve.service"
CONTAINER = ROOT / "deploy/Containerfile.serve"


def options_given(text: str) -> list[str]:
    return re.findall(r"--[a-z-]+", text)


def known_options() -> set[str]:
    return {option for parameter in get_command(serve_app).params for option in parameter.opts}


def test_the_linter_finds_nothing_in_the_container_file() -> None:
    hadolint = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("needs hadolint, which has a package for Linux on x86-64 alone")
    done = subprocess.run([hadolint, "--no-color", str(CONTAINER)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_container_runs_as_nobody_in_particular_with_options_that_there_are() -> None:
    text = CONTAINER.read_text("utf-8")
    assert re.findall(r"^USER (.+)$", text, re.MULTILINE)[-1] == "65532:65532"
    entry = next(line for line in text.splitlines() if line.startswith("ENTRYPOINT"))
    assert set(options_given(entry)) <= known_options()


def test_the_unit_starts_the_command_with_options_that_there_are() -> None:
    start = next(line for line in UNIT.read_text("utf-8").splitlines() if line.startswith("ExecStart="))
    words = shlex.split(start.partition("=")[2])
    assert words[:2] == ["/opt/sigcheck/bin/sigcheck", "serve"]
    assert set(options_given(start)) <= known_options()


def test_systemd_understands_the_unit_and_finds_it_closed(tmp_path: Path) -> None:
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        pytest.skip("needs systemd-analyze")
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text("utf-8").replace("/opt/sigcheck/bin/sigcheck", "/bin/true"), "utf-8")
    verified = subprocess.run([analyse, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert [line for line in verified.stderr.splitlines() if UNIT.name in line] == []
    rated = subprocess.run([analyse, "security", "--offline=true", str(unit)], capture_output=True, text=True, check=False)
    exposure = re.search(r"exposure level for \S+: ([\d.]+)", rated.stdout)
    if exposure is None:
        pytest.skip(f"systemd-analyze rates no unit offline here: {rated.stderr.strip()[:100]}")
    assert float(exposure[1]) < 2.0  # "OK" is below 5; 10 is wide open
