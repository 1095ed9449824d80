"""docs/revocation.md, step by step: each command is run as it stands there, and its answer is the one written below it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sample_checking import SAMPLES
from typer.testing import CliRunner

from sigcheck.cli import app

ROOT = SAMPLES.parent
PAGE = ROOT / "docs" / "revocation.md"
_ANSWER = re.compile(r"# (\w+)(?:: (.*))?")
_REASON = re.compile(r"([a-z-]+)(?: \(([a-z-]+)\))?")


def steps() -> Iterator[tuple[str, str | None]]:
    """Each command with the answer that stands below it, None for those that verify nothing."""
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        lines = [*block.splitlines(), ""]
        for line, below in pairwise(lines):
            if line.startswith("sigcheck "):
                yield line, below if below.startswith("#") else None


def run(arguments: list[str]) -> Any:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "80", "NO_COLOR": "1"})


def test_each_step_has_the_state_and_the_reasons_that_the_page_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    answers = []
    for command, answer in steps():
        arguments = [str(tmp_path / one) if one.endswith(".sqlite3") else one for one in shlex.split(command)[1:]]
        if answer is None:
            assert run(arguments).exit_code == 0, command
            continue
        report = json.loads(run([*arguments, "--format", "json"]).stdout)
        stated = _ANSWER.fullmatch(answer)
        assert stated is not None, answer
        assert report["state"] == stated[1], command
        answers.append(stated[1])
        deciding = [finding for one in (report, *report["signatures"]) for finding in one["findings"] if finding["decides"]]
        named = _REASON.findall(stated[2] or "")
        assert {finding["code"] for finding in deciding} == {code for code, _ in named}, command
        for code, reason in named:
            alike = [finding for finding in deciding if finding["code"] == code]
            assert not reason or {finding["facts"]["reason"] for finding in alike} == {reason}, command
    assert answers.count("valid") == 3
    assert answers.count("insufficient") == 6


@pytest.mark.parametrize(
    ("name", "expired_tsa"),
    [("ce7f1dc8", False), ("", True)],
    ids=["a document of today", "documents of the first generation"],
)
def test_genuine_documents_stay_insufficient(shared: Path, name: str, expired_tsa: bool) -> None:
    """Without a CRL of their time; in the first generation also with a time-stamp server that expired without later proof."""
    measured = sorted((shared / "vietnam").glob(f"{name}*.pdf"))
    fixed = ("verify", "--offline", "--no-user-trust", "--no-revocation-store", "--policy", "strict", "--format", "json")
    result = run([*fixed, "--at", "2026-11-20T00:00:00Z", *map(str, measured)])
    reports = json.loads(result.stdout)
    reports = reports if isinstance(reports, list) else [reports]
    signed = [one for one in reports if one["state"] in ("valid", "insufficient") and one["signatures"]]
    assert {one["state"] for one in signed} == {"insufficient"}
    stamps = [stamp for one in signed for each in one["signatures"] for stamp in each["times"]["timestamps"] if stamp["sound"]]
    assert not any(stamp["revocation"]["checked"] for stamp in stamps)
    unchecked = [
        finding["facts"]["reason"]
        for one in signed
        for each in one["signatures"]
        for finding in each["findings"]
        if finding["code"] == "revocation-not-checked" and finding["decides"]
    ]
    assert "no-statement" in unchecked
    if expired_tsa:
        ended = [stamp for stamp in stamps if stamp["chain"] and stamp["chain"][0]["not_after"] < "2026-11-20"]
        assert ended
        assert not any(stamp["trusted"] for stamp in ended)
