"""The schemas that the program prints against what it prints, and names of files that are not UTF-8."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sigcheck.cli import app
from sigcheck.reporting.json_report import with_path_bytes

sys.path.append(str(Path(__file__).resolve().parents[1] / "reporting"))
from schema_check import violations


def printed(*arguments: str) -> Any:
    return json.loads(CliRunner().invoke(app, list(arguments)).stdout)


def test_blocks_fit_their_schema(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"no pdf")
    (tmp_path / "x.txt").write_text("A<a@example.vn> đã ký lên văn bản này!", "utf-8")
    schema = printed("schema", "--blocks")
    written = printed("blocks", "--format", "json", str(samples / "five-blocks.pdf"), str(tmp_path))
    assert len(written) == 3
    assert violations(written, schema, schema) == []
    assert violations(written[0], schema, schema) != []
    written[0]["proves"] = "everything"
    assert violations(written, schema, schema) == ["$[0].proves: 'everything' is not one of ['nothing']"]


def test_an_array_of_reports_fits_the_definition_of_one(samples: Path) -> None:
    schema = printed("schema")
    two = [str(samples / name) for name in ("generation-1.pdf", "unsigned-department-letter.pdf")]
    written = printed("verify", "--offline", "--no-user-trust", "--format", "json", *two)
    assert violations(written, schema["$defs"]["reports"], schema) == []
    assert violations(written, schema, schema) != []
    assert violations([{}], schema["$defs"]["reports"], schema) != []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("công văn.pdf", None),
        ("a\u202eb\x1b.pdf", None),
        (b"c\xf4ng v\xe3n.pdf".decode("utf-8", "surrogateescape"), b"c\xf4ng v\xe3n.pdf"),
        ("x\ud800.pdf", b"x\xed\xa0\x80.pdf"),
    ],
)
def test_only_a_name_that_is_not_utf_8_comes_in_bytes_too(path: str, expected: bytes | None) -> None:
    written = with_path_bytes({"path": "shown", "size": 1}, path)
    assert written.get("path_bytes") == (None if expected is None else expected.hex())
    assert list(written) == (["path", "size"] if expected is None else ["path", "path_bytes", "size"])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take UTF-8 names alone")
def test_a_report_can_be_mapped_to_its_file(samples: Path, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/c\xf4ng v\xe3n.pdf"
    Path(os.fsdecode(name)).write_bytes((samples / "five-blocks.pdf").read_bytes())
    for command in ("verify", "blocks"):
        (document,) = printed(command, "--format", "json", str(tmp_path))
        assert bytes.fromhex(document["document"]["path_bytes"]) == name
        assert "⟨U+DCF4⟩" in document["document"]["path"]
    schema = printed("schema", "--blocks")
    assert violations(printed("blocks", "--format", "json", str(tmp_path)), schema, schema) == []
