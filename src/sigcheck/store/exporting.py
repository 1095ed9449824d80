"""Tables of results as JSON Lines, CSV that spreadsheets open with Vietnamese intact, and Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sigcheck.reporting.hostile import shown
from sigcheck.store.tables import COLUMNS, Row

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What makes a spreadsheet compute a cell; such cells get an apostrophe in front (OWASP, CSV injection)."""
BATCH: Final = 10_000
"""Rows of one row group of a Parquet file."""


def safe_row(row: Row) -> Row:
    """Every text made visible and masked, as in reports."""
    return {name: shown(value) if isinstance(value, str) else value for name, value in row.items()}


def as_jsonl(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(safe_row(row), ensure_ascii=False, separators=(",", ":")) + "\n"


def as_csv(rows: Iterable[Row], table: str, separator: str = ",") -> Iterator[str]:
    """With a byte order mark, by which Excel knows UTF-8, and CRLF (RFC 4180)."""
    names = list(COLUMNS[table])
    yield "\ufeff" + _line(names, separator)
    for row in rows:
        yield _line([_cell(safe_row(row)[name]) for name in names], separator)


def _cell(value: str | int | bool | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() if value.startswith(FORMULA):
            return f"'{value}"
        case _:
            return str(value)


def _line(cells: list[str], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def write_parquet(rows: Iterable[Row], table: str, file: Path) -> None:
    """One Parquet file, its columns typed by COLUMNS. Raises ImportError without the extra `parquet`, and OSError."""
    import pyarrow  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415 - as above

    kinds: dict[str, Any] = {"text": pyarrow.string(), "number": pyarrow.int64(), "truth": pyarrow.bool_()}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in COLUMNS[table].items()])
    safe = map(safe_row, rows)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while batch := list(islice(safe, BATCH)):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema))
