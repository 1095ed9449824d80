"""docs/contributing-checks.md speaks of files, tables and tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "contributing-checks.md").read_text("utf-8")
QUOTED = re.findall(r"`([^`\n]+)`", TEXT)


def test_every_path_is_there() -> None:
    paths = [one for one in QUOTED if re.fullmatch(r"[\w./-]+(?:\.\w+|/)", one) or one.startswith("src/")]
    assert len(paths) > 20
    assert [one for one in paths if not (ROOT / one).exists()] == []


def test_every_table_and_type_stands_in_the_file_that_the_page_names_behind_or_before_it() -> None:
    names = {one for one in QUOTED if re.fullmatch(r"[A-Z][A-Z_]{3,}|[A-Z][a-z]+[A-Z]\w+", one)}
    files = {one for one in QUOTED if one.endswith(".py")}
    written = "\n".join((ROOT / one).read_text("utf-8") for one in files)
    severities = {"ERROR", "WARNING", "INFO"}
    assert {"ROWS", "CHECKS", "VARIANTS", "LEFT_TO_ASK"} <= names
    assert {one for one in names - severities if not re.search(rf"^(?:class )?{one}\b", written, re.MULTILINE)} == set()


def test_every_command_is_a_script_of_the_project() -> None:
    commands = re.findall(r"^python (\S+)$", TEXT, re.MULTILINE)
    assert commands == ["tools/prepare_tables.py", "docs/generate_findings.py"]
    assert all((ROOT / one).is_file() for one in commands)
