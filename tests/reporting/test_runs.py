"""Runs over several documents: a fault or an interruption at one leaves the others; every report fits the schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from report_builder import checked as as_checked
from report_builder import report
from schema_check import violations
from typer.testing import CliRunner

from sigcheck.checked import Checked
from sigcheck.cli import app
from sigcheck.cli_baseline import Accepting, BaselineOptions
from sigcheck.cli_interruption import Interruption
from sigcheck.cli_streams import Outcome
from sigcheck.cli_verify import VerifyOptions, _reports
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.json_report import report_schema
from sigcheck.running.paths import Found

EN = load_catalogue("en")


def checked(paths: list[str], outcome: Outcome, check: object) -> list[Checked]:
    accepting = Accepting(BaselineOptions(None), EN)
    return list(_reports(VerifyOptions(tuple(paths)), check, outcome, accepting, EN, Interruption()))  # type: ignore[arg-type]  # any callable serves


def test_a_fault_at_one_document_leaves_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [tmp_path / name for name in ("a.pdf", "b\x1b[31m.pdf", "c.pdf")]
    for path in paths:
        path.write_bytes(b"x")

    def check(found: Found) -> Checked:
        if "b" in Path(found.path).name:
            raise KeyError("broken\x1b")
        return as_checked(report())

    outcome = Outcome()
    assert len(checked([str(path) for path in paths], outcome, check)) == 2
    assert outcome.exit_code() == 70
    said = capsys.readouterr().err
    assert "fault of sigcheck itself" in said
    assert "Please tell the maintainers" in said
    assert "Traceback" not in said
    assert "\x1b" not in said


def test_an_interruption_keeps_what_was_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        (tmp_path / name).write_bytes(b"x")

    def check(found: Found) -> Checked:
        if found.path.endswith("b.pdf"):
            raise KeyboardInterrupt
        return as_checked(report())

    outcome = Outcome()
    assert len(checked([str(tmp_path)], outcome, check)) == 1
    assert outcome.exit_code() == 130
    assert "interrupted" in capsys.readouterr().err


def test_reports_of_all_samples_fit_the_schema(samples: Path) -> None:
    schema = report_schema()
    asked = ["verify", "--offline", "--trust", str(samples / "trust"), "--policy", "archive", "--at", "2026-11-20T00:00:00Z"]
    written = CliRunner().invoke(app, [*asked, "--format", "json", str(samples)])
    reports = json.loads(written.stdout)
    assert len(reports) > 20
    for one in reports:
        assert violations(one, schema, schema) == []
