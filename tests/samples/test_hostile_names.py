"""A hostile document under a hostile file name: nothing of its text acts, whatever the format, on either stream."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sample_checking import SAMPLES

from generator.forgeries import HOSTILE_FILE_NAME  # isort: skip - found once sample_checking has set the path

ACTING = frozenset("\x1b\x07\x08\x9b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Escape, bell, backspace, the one-octet CSI, and every bidi control."""


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    path = tmp_path / HOSTILE_FILE_NAME.replace("/", "_")
    try:
        path.write_bytes((SAMPLES / "hostile-names.pdf").read_bytes())
    except OSError:
        pytest.skip("this system cannot hold such a file name")
    return path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as people run it, with a pipe for standard output."""
    source = Path(__file__).resolve().parents[2] / "src"
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONUTF8": "1", "FORCE_COLOR": ""}
    command = [sys.executable, "-m", "sigcheck", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, timeout=60, check=False)


def asked(path: Path, form: str) -> subprocess.CompletedProcess[str]:
    asking = ["--policy", "archive", "--offline", "--at", "2026-11-20T00:00:00Z", "--trust", str(SAMPLES / "trust")]
    return run("verify", *asking, "--format", form, str(path))


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "etsi-xml"])
def test_no_text_of_a_document_acts_in_a_report(hostile: Path, form: str) -> None:
    told = asked(hostile, form)
    assert told.returncode == 0, told.stderr
    for stream in (told.stdout, told.stderr):
        assert ACTING.isdisjoint(stream)
        assert not [line for line in stream.splitlines() if line.lstrip().startswith("::")]


def test_the_json_report_still_says_what_the_file_says(hostile: Path) -> None:
    """Made visible, not swallowed: somebody has to be able to see what was tried."""
    report = json.loads(asked(hostile, "json").stdout)
    assert "HYPERLINK" in report["signatures"][0]["block"]["reason"]
    assert "script" in report["signatures"][0]["signer"]["common_name"]


def test_no_text_of_a_document_acts_among_blocks(hostile: Path) -> None:
    told = run("blocks", str(hostile))
    assert told.returncode == 0, told.stderr
    assert ACTING.isdisjoint(told.stdout)
    assert ACTING.isdisjoint(told.stderr)
