"""The results of a run as rows for spreadsheets and databases: documents, their signatures, their findings.

The names of columns are promised in docs/audit.md and never change; more may come behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from sigcheck.store.characteristics import agencies, deciding, issuing_cas, reason_codes, signing_year
from sigcheck.store.kept_reports import parsed, reading
from sigcheck.store.results import Record, ResultStore

Row = dict[str, str | int | bool | None]


def _document(record: Record, report: dict[str, Any] | None) -> Iterator[Row]:
    yield {
        "path": record.path,
        "sha256": record.sha256,
        "size": record.size,
        "state": record.state,
        "indication": report["indication"] if report else None,
        "sub_indication": report["sub_indication"] if report else None,
        "reason": " ".join(reason_codes(report)) or None if report else None,
        "signatures": sum(1 for one in (report["signatures"] if report else []) if one["kind"] == "signature"),
        "agencies": "; ".join(agencies(report)) or None if report else None,
        "validation_time": report["validation_time"] if report else None,
        "received": report["received"] if report else None,
        "policy": report["policy"]["name"] if report else None,
        "report_sha256": record.report_sha256,
        "evidence_sha256": record.evidence_sha256,
        "problem": record.problem,
        "detail": record.detail,
        "issuers": "; ".join(issuing_cas(report)) or None if report else None,
        "year": signing_year(report) if report else None,
    }


def _signatures(record: Record, report: dict[str, Any] | None) -> Iterator[Row]:
    for one in report["signatures"] if report else []:
        signer, times, anchor = one["signer"], one["times"], one["chain"][-1] if one["chain"] else {}
        yield {
            "path": record.path,
            "sha256": record.sha256,
            "field": one["field"],
            "kind": one["kind"],
            "revision": one["revision"],
            "indication": one["indication"],
            "sub_indication": one["sub_indication"],
            "reason": " ".join(deciding(one["findings"])) or None,
            "signer": signer["common_name"],
            "signer_kind": signer["kind"],
            "organisation": signer["organisation"],
            "email": signer["email"],
            "issuer": signer["issuer"],
            "anchor": anchor.get("common_name") if anchor.get("role") == "anchor" else None,
            "signer_sha256": signer["sha256"],
            "not_before": signer["not_before"],
            "not_after": signer["not_after"],
            "claimed_time": times["claimed"],
            "best_signature_time": times["best_signature_time"],
            "basis": times["basis"],
            "timestamps": len(times["timestamps"]),
            "revocation_checked": one["revocation"]["checked"],
        }


def _findings(record: Record, report: dict[str, Any] | None) -> Iterator[Row]:
    if report is None:
        return
    for field, findings in ((None, report["findings"]), *((one["field"], one["findings"]) for one in report["signatures"])):
        for found in findings:
            yield {
                "path": record.path,
                "sha256": record.sha256,
                "field": field,
                "code": found["code"],
                "severity": found["severity"],
                "decides": found["decides"],
                "message_vi": found["message"]["vi"],
                "message_en": found["message"]["en"],
                "clause": found["clause"],
            }


TABLES: Final[dict[str, Callable[[Record, dict[str, Any] | None], Iterator[Row]]]] = {
    "documents": _document,
    "signatures": _signatures,
    "findings": _findings,
}

COLUMNS: Final[dict[str, dict[str, str]]] = {
    "documents": {
        "path": "text", "sha256": "text", "size": "number", "state": "text", "indication": "text", "sub_indication": "text",
        "reason": "text", "signatures": "number", "agencies": "text", "validation_time": "text", "received": "text",
        "policy": "text", "report_sha256": "text", "evidence_sha256": "text", "problem": "text", "detail": "text",
        "issuers": "text", "year": "text",
    },
    "signatures": {
        "path": "text", "sha256": "text", "field": "text", "kind": "text", "revision": "number", "indication": "text",
        "sub_indication": "text", "reason": "text", "signer": "text", "signer_kind": "text", "organisation": "text",
        "email": "text", "issuer": "text", "anchor": "text", "signer_sha256": "text", "not_before": "text", "not_after": "text",
        "claimed_time": "text", "best_signature_time": "text", "basis": "text", "timestamps": "number",
        "revocation_checked": "truth",
    },
    "findings": {
        "path": "text", "sha256": "text", "field": "text", "code": "text", "severity": "text", "decides": "text",
        "message_vi": "text", "message_en": "text", "clause": "text",
    },
}  # fmt: skip
"""Each table's columns in their order, with what they hold."""


def rows_of(store: ResultStore, run: int, table: str) -> Iterator[Row]:
    """The rows of one table, by the records' order. Raises ResultStoreError."""
    for record, octets in store.reports(run):
        with reading(store, record):
            rows = [_typed(row) for row in TABLES[table](record, None if octets is None else parsed(octets))]
        yield from rows


def _typed(row: Row) -> Row:
    """The row itself. Raises TypeError or ValueError for a cell that no column holds."""
    for value in row.values():
        if value is not None and not isinstance(value, str | int):
            raise TypeError
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise ValueError
    return row
