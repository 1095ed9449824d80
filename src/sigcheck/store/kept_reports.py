"""Kept reports read back: whatever somebody put into the file is a report of the promised form, or the store is damaged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sigcheck.store.results import Record, ResultStore
from sigcheck.store.results_file import ResultStoreError

MOST_PARTS: Final = 4_000_000
"""Objects and arrays of one report: each takes some hundred octets of memory, and two in the file. One with 100,000 changes has
half a million."""
_TEXTS: Final = ("state", "indication", "validation_time", "received")


def parsed(octets: bytes) -> dict[str, Any]:
    """A report as JSON values. Raises ValueError for what has not a report's outline, or is too large or too deep to be one."""
    if octets.count(b"{") + octets.count(b"[") > MOST_PARTS:
        raise ValueError("too many parts")
    try:
        report = json.loads(octets)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(report, dict) or not {"state", "document"} <= report.keys():
        raise ValueError("no report")
    if not all(isinstance(report.get(name, ""), str | None) for name in _TEXTS):
        raise ValueError("no report")
    return report


@contextmanager
def reading(store: ResultStore, record: Record) -> Iterator[None]:
    """Whatever a report lacks, or has of another type, becomes a ResultStoreError."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ResultStoreError("damaged", store.path, f"the report of record {record.position}") from error
