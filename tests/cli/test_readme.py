"""The README against the program: its help text, and that its two commands are there for the gate to run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sigcheck.reporting.catalogue import load_catalogue

README = Path(__file__).resolve().parents[2] / "README.md"


def test_the_help_text_is_the_programs_own() -> None:
    shown = re.search(
        r"<code>sigcheck verify --help</code></summary>\n\n```text\n(.*?)\n```", README.read_text("utf-8"), re.DOTALL
    )
    environment = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "sigcheck", "verify", "--help"]
    said = subprocess.run(command, capture_output=True, env=environment, check=True).stdout.decode("utf-8")
    assert shown is not None
    assert shown[1].split() == said.split()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_words_about_a_fault_name_a_section_that_is_there(language: str) -> None:
    said = load_catalogue(language).word("error.fault-report")
    section = re.search(r'"([^"]+)"', said)
    assert section is not None
    headings = [line for line in README.read_text("utf-8").splitlines() if line.startswith("#")]
    assert [heading for heading in headings if section[1] in heading] != []
    assert "--debug" in said


def test_two_commands_do_all_the_set_up() -> None:
    commands = [line for line in README.read_text("utf-8").splitlines() if line.startswith("python3 -m venv")]
    assert len(commands) == 2
    assert "sigcheck verify --offline --policy archive --trust samples/trust samples/" in commands[0]
    assert "pytest" in commands[1]
    sample = commands[0].split()[-1]
    assert (README.parent / sample).is_file()


def test_what_is_to_be_installed_can_be_from_the_folder_of_the_source() -> None:
    """`pip install 'sigcheck[…]'` finds the program only where it is installed already, or in a folder of its wheels."""
    root = README.parent
    calls = re.compile(r"pip (?:install|download|wheel) ([^'\"`]*)['\"]([^'\"[]*)\[([a-z0-9,]+)\]")
    extras = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named: set[str] = set()
    for file in (README, *(root / "docs").glob("*.md"), *(root / "deploy").iterdir()):
        for line in file.read_text("utf-8").splitlines():
            for options, what, extra in calls.findall(line):
                assert what == "." or "--find-links" in options, f"{file.name}: {line}"
                named |= set(extra.split(","))
    assert named == set(extras) & named
    assert {"pictures", "serve", "cluster", "remote", "tsl"} <= named


def test_the_program_is_on_the_path_before_it_is_called_by_its_name() -> None:
    text = README.read_text("utf-8")
    assert text.index(".venv/bin/activate") < text.index("\nsigcheck verify cong-van.pdf")


def test_a_baseline_is_made_before_it_is_used() -> None:
    calls = [line for line in README.read_text("utf-8").splitlines() if "--baseline accepted.json" in line]
    assert "--update-baseline" in calls[0]
