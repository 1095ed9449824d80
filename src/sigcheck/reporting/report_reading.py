"""A report back from its JSON: equal to what was written, but for what masking and the marks of hidden characters changed."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from sigcheck.verdict import DocumentReport


class ReportUnreadableError(Exception):
    """These octets are no report of this version."""


def read_report(octets: bytes, path: str) -> DocumentReport:
    """The report of a document that is called `path` now. Raises ReportUnreadableError."""
    try:
        written = json.loads(octets)
        for findings in (written["findings"], *(signature["findings"] for signature in written["signatures"])):
            for finding in findings:
                finding["sub_indication"] = None  # serves the conclusion alone, which the report states
        written["document"]["path"] = path
        return msgspec.convert(written, DocumentReport)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ReportUnreadableError(str(error)) from error


def with_path(octets: bytes, path: str) -> dict[str, Any]:
    """The report's JSON with the document's name in it, unread."""
    written: dict[str, Any] = json.loads(octets)
    written["document"]["path"] = path
    return written
