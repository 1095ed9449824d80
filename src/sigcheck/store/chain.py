"""The chain of an audit's records: each hash covers a record and the one before it; none is altered, removed or moved unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sigcheck.store.results import Record

START: Final = "0" * 64
"""Stands in front of the first run."""


def canonical(value: Any) -> str:
    """JSON after RFC 8785. Our values are strings, whole numbers within 2^53, booleans, nulls, lists and objects of these.

    RFC 8785, 3.2.3 sorts names by their UTF-16 code units; ours are ASCII, for which that is the order of code points.
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def chained(previous: str, fields: Mapping[str, Any]) -> str:
    """The SHA-256 of a link: the fields and the hash before them."""
    return hashlib.sha256(canonical({**fields, "previous": previous}).encode("utf-8", "backslashreplace")).hexdigest()


def ended(head: str, records: int) -> str:
    """The last link of a run that came to its end."""
    return chained(head, {"records": records})


def record_fields(record: Record) -> dict[str, Any]:
    """What a record's hash covers; octets of a path that are no UTF-8 are written as escapes."""
    return {
        "position": record.position,
        "path": record.path,
        "version": record.version,
        "sha256": record.sha256,
        "size": record.size,
        "state": record.state,
        "report_sha256": record.report_sha256,
        "evidence_sha256": record.evidence_sha256,
        "problem": record.problem,
        "detail": record.detail,
        "question": record.question,
        "received": record.received,
        "asked_at": record.asked_at,
        "lasting": record.lasting,
    }
