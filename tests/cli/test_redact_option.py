"""`--redact` on the command line: keys, refusals, the same answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sigcheck.cli import app


@pytest.fixture
def verify(samples: Path) -> Any:
    """Run the command on the samples' own trust, as of a fixed time."""
    fixed = ["verify", "--offline", "--trust", str(samples / "trust"), "--policy", "archive", "--at", "2026-11-20T00:00:00Z"]

    def run(*arguments: object) -> Any:
        return CliRunner().invoke(app, [*fixed, *map(str, arguments)], env={"COLUMNS": "80", "NO_COLOR": "1"})

    return run


def told(verify: Any, samples: Path, *arguments: object) -> Any:
    result = verify(samples / "five-blocks-stamped.pdf", "--format", "json", *arguments)
    return result.exit_code, json.loads(result.stdout)


def names(report: Any) -> list[str]:
    return [one["signer"]["common_name"] for one in report["signatures"]]


def test_the_answer_and_exit_code_are_the_same(verify: Any, samples: Path) -> None:
    plain, hidden = told(verify, samples), told(verify, samples, "--redact")
    assert plain[0] == hidden[0]
    assert [found["code"] for one in plain[1]["signatures"] for found in one["findings"]] == [
        found["code"] for one in hidden[1]["signatures"] for found in one["findings"]
    ]
    text = json.dumps(hidden[1], ensure_ascii=False)
    for name in (*names(plain[1]), "so-mau.gov.example", "five-blocks-stamped"):
        assert name not in text


def test_without_a_key_each_run_has_pseudonyms_of_its_own(verify: Any, samples: Path, tmp_path: Path) -> None:
    assert names(told(verify, samples, "--redact")[1]) != names(told(verify, samples, "--redact")[1])
    key = tmp_path / "key"
    key.write_bytes(b"0123456789abcdef0123456789abcdef\r\n")
    first, second = told(verify, samples, "--redact-key", key), told(verify, samples, "--redact", "--redact-key", key)
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--redact", "--show-personal-data"], "trái ngược"),
        (["--redact", "--format", "etsi-xml"], "chứng thư"),
        (["--redact-key", "không-có"], "không đọc được tệp khoá"),
    ],
)
def test_what_cannot_be_hidden_is_refused(verify: Any, samples: Path, arguments: list[str], said: str) -> None:
    result = verify(samples / "generation-1.pdf", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_short_key_is_refused(verify: Any, samples: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"short\n")
    result = verify(samples / "generation-1.pdf", "--redact-key", key)
    assert result.exit_code == 2
    assert "16" in result.stderr
