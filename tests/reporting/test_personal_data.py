"""National ID numbers are masked wherever they stand in a report, whatever the format, unless they are asked for."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace
from report_builder import checked, report, signature
from test_json_report import full_report

from sigcheck.cli_streams import say
from sigcheck.judging.codes import ROWS
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.formats import FORMATS, ONE_DOCUMENT
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.redacting import KEPT
from sigcheck.verdict import DocumentReport, Finding, Severity, State

NUMBER = "001199012345"
PAPER = f"CN=Ai đó,UID=CCCD:{NUMBER}"


def everywhere(value: Any) -> Any:
    """The report with the number in every text of it."""
    match value:
        case Enum():
            return value
        case str():
            return value if _is_time(value) else PAPER
        case list():
            return [everywhere(one) for one in value]
        case dict():
            return {name: everywhere(one) for name, one in value.items()}
        case Struct():
            return replace(
                value, **{name: everywhere(getattr(value, name)) for name in value.__struct_fields__ if _is_text(value, name)}
            )
        case _:
            return value


def _is_text(owner: Any, name: str) -> bool:
    """No machine word."""
    return f"{type(owner).__name__}.{name}" not in KEPT


def _is_time(text: str) -> bool:
    return text[:2] == "20" and "T" in text


def document() -> DocumentReport:
    """Every code, with the number in every fact."""
    findings = [Finding(row.name, Severity.WARNING, None, None, "", facts=dict.fromkeys(row.facts, PAPER)) for row in ROWS]
    made: DocumentReport = everywhere(report(signature(findings=findings), full_report().signatures[0], findings=findings))
    return replace(made, state=State.INVALID)  # some formats have no line for a valid document


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in ONE_DOCUMENT])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_text_of_a_report_is_masked(form: str, language: str) -> None:
    hidden = "".join(FORMATS[form]([checked(document())], ReportOptions(language=language, width=110)))
    assert NUMBER not in "".join(hidden.split())
    assert NUMBER[-3:] in hidden
    shown = "".join(FORMATS[form]([checked(document())], ReportOptions(language=language, width=110, personal=True)))
    assert NUMBER in "".join(shown.split())


def test_standard_error_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    say(load_catalogue("vi"), "output-unwritable", path=f"/x/{PAPER}.pdf", detail=PAPER)
    said = capsys.readouterr().err
    assert NUMBER not in said
    assert NUMBER[-3:] in said
