"""Results as tables: read back by others' readers, Vietnamese intact, and nothing in them that a spreadsheet would compute."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from archives import audited

from sigcheck.store.tables import COLUMNS

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

NAMES = ("person-and-office", "two-persons", "tampered-page", "weak-key", "unsigned-plan", "hostile-names", "untrusted-timestamp")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    documents = folder / "Sở Mẫu"
    documents.mkdir()
    for name in NAMES:
        shutil.copy(samples / f"{name}.pdf", documents / f"Công văn số 12 – {name}.pdf")
    patch = pytest.MonkeyPatch()
    patch.chdir(folder)
    shutil.copy(samples / "unsigned-plan.pdf", folder / "=1+1.pdf")
    audited(folder / "s", "Sở Mẫu", "=1+1.pdf", "nowhere")
    patch.undo()
    return folder / "s"


def exported(store: Path, table: str, form: str, to: Path, *more: str) -> Path:
    program = [sys.executable, "-m", "sigcheck", "results", "export", str(store), "--table", table, "--format", form]
    subprocess.run([*program, "--output", str(to), *more], check=True)
    return to


@pytest.fixture(scope="module")
def tables(store: Path) -> dict[tuple[str, str], Path]:
    folder = store.parent
    return {
        (table, form): exported(store, table, form, folder / f"{table}.{form}")
        for table in COLUMNS
        for form in ("csv", "jsonl", "parquet")
    }


def rows(path: Path, form: str) -> list[dict[str, Any]]:
    """As DuckDB reads Parquet and JSON Lines, and Python's reader CSV."""
    if form == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    kinds = {name: {"text": "VARCHAR", "number": "BIGINT", "truth": "BOOLEAN"}[kind] for name, kind in COLUMNS[path.stem].items()}
    reader = {"parquet": f"read_parquet('{path}')", "jsonl": f"read_json('{path}', columns={kinds})"}[form]
    found = duckdb.sql(f"SELECT * FROM {reader}")  # noqa: S608 - our own file
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_columns_are_those_that_are_promised(tables: dict[tuple[str, str], Path], table: str, form: str) -> None:
    found = rows(tables[table, form], form)
    assert len(found) > 5
    assert list(found[0]) == list(COLUMNS[table])


@pytest.mark.parametrize("table", COLUMNS)
def test_all_forms_say_the_same(tables: dict[tuple[str, str], Path], table: str) -> None:
    """But for the apostrophe before a formula, and that a CSV has text alone."""

    def plain(value: Any) -> str:
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    def text(found: list[dict[str, Any]]) -> list[dict[str, str]]:
        return [{name: plain(value).removeprefix("'") for name, value in row.items()} for row in found]

    parquet = text(rows(tables[table, "parquet"], "parquet"))
    assert text(rows(tables[table, "csv"], "csv")) == parquet
    lines = tables[table, "jsonl"].read_text("utf-8").splitlines()
    assert text([json.loads(line) for line in lines]) == parquet


def test_a_spreadsheet_sees_utf_8_and_vietnamese(tables: dict[tuple[str, str], Path]) -> None:
    """Excel takes a file for UTF-8 by the mark in front; lines end as RFC 4180 has them."""
    octets = tables["documents", "csv"].read_bytes()
    assert octets.startswith(b"\xef\xbb\xbf")
    assert octets.count(b"\n") == octets.count(b"\r\n") == len(NAMES) + 3
    first = rows(tables["documents", "csv"], "csv")[0]
    assert first["path"].startswith("Sở Mẫu")
    assert "Công văn số 12 – " in first["path"]


def test_no_cell_is_computed(tables: dict[tuple[str, str], Path]) -> None:
    for table in COLUMNS:
        with tables[table, "csv"].open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    paths = [row["path"] for row in rows(tables["documents", "csv"], "csv")]
    assert "'=1+1.pdf" in paths
    assert "=1+1.pdf" in [row["path"] for row in rows(tables["documents", "parquet"], "parquet")]


def test_a_document_that_was_not_found_is_a_row(tables: dict[tuple[str, str], Path]) -> None:
    last = rows(tables["documents", "parquet"], "parquet")[-1]
    assert (last["path"], last["state"], last["problem"]) == ("nowhere", None, "no-such-path")


def test_which_agencies_signatures_are_insufficient_and_why(tables: dict[tuple[str, str], Path]) -> None:
    """The question of docs/audit.md, in one line."""
    line = "SELECT organisation, reason, count(*) FROM '{}' WHERE indication = 'INDETERMINATE' GROUP BY ALL ORDER BY ALL"
    found = duckdb.sql(line.format(tables["signatures", "parquet"])).fetchall()
    assert ("SỞ MẪU", "weak-key", 1) in found or [row for row in found if row[1] and "weak" in row[1]], found


def test_semicolons_for_spreadsheets_that_want_them(store: Path, tmp_path: Path) -> None:
    """Where the comma is the decimal sign, as in Vietnam, Excel parts columns by semicolons."""
    path = exported(store, "documents", "csv", tmp_path / "t.csv", "--separator", ";")
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file, delimiter=";"))
    assert list(found[0]) == list(COLUMNS["documents"])
    assert len(found) == len(NAMES) + 2


def test_standard_output_carries_a_table_but_no_parquet(store: Path) -> None:
    program = [sys.executable, "-m", "sigcheck", "results", "export", str(store), "--format"]
    said = subprocess.run([*program, "csv"], capture_output=True, check=True)
    assert said.stdout.startswith("\ufeffpath,sha256".encode())
    assert subprocess.run([*program, "parquet"], capture_output=True, check=False).returncode == 2
