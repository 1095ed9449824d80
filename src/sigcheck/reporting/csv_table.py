"""A table for spreadsheets: a row for every signature with the document's columns beside it, one row for a document without any.

UTF-8 with a byte order mark, which Excel needs to show Vietnamese; cells that a spreadsheet would take for a formula begin with
an apostrophe. The columns are described in docs/ci.md.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from io import StringIO
from typing import Final

from sigcheck.baseline import decides, state_left
from sigcheck.checked import Checked
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.hostile import shown
from sigcheck.reporting.options import ReportOptions
from sigcheck.verdict import Finding, SignatureReport

Cell = str | int | None
MARK: Final = "\ufeff"
FORMULA_STARTS: Final = frozenset("=+-@\t\r\n＝＋－＠")
"""The last four are full-width signs, which some spreadsheets read as the first four."""
LONGEST_CELL: Final = 32_000
"""Characters; Excel cuts at 32,767."""


def csv_table(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    """The table, a document at a time (RFC 4180)."""
    yield MARK + _rows([[*DOCUMENT_COLUMNS, *SIGNATURE_COLUMNS]])
    empty: list[Cell] = [None] * len(SIGNATURE_COLUMNS)
    for document in documents:
        about = [column(document, options) for column in DOCUMENT_COLUMNS.values()]
        signatures = [
            [column(document, index, one) for column in SIGNATURE_COLUMNS.values()]
            for index, one in enumerate(document.report.signatures)
        ]
        rows = [[*about, *columns] for columns in signatures or [empty]]
        yield _rows([[cell(value, personal=options.personal) for value in row] for row in rows])


def cell(value: Cell, *, personal: bool = False) -> str:
    """One cell: safe to print, and never a formula."""
    if value is None:
        return ""
    text = shown(str(value), personal=personal)
    if len(text) > LONGEST_CELL:
        text = text[:LONGEST_CELL] + "…"
    return f"'{text}" if text.lstrip()[:1] in FORMULA_STARTS and text.strip() else text


def _rows(rows: Iterable[Iterable[str]]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _time(moment: datetime | None) -> str | None:
    """As JSON has it: UTC is `Z`."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _reasons(document: Checked, language: str, options: ReportOptions) -> str:
    """What the state rests on, in words, each once."""
    report, catalogue = document.report, load_catalogue(language)
    found = [*report.findings, *(one for signature in report.signatures for one in signature.findings)]
    said = [catalogue.message(one.code, one.facts, personal=options.personal) for one in found if decides(report, one)]
    return " | ".join(dict.fromkeys(said))


def _codes(findings: Iterable[Finding]) -> str:
    return " ".join(dict.fromkeys(found.code for found in findings))


def _accepted(document: Checked, index: int | None) -> str:
    return " ".join(sorted(code for place, code in document.accepted if place == index))


def _trusted(signature: SignatureReport) -> int:
    return sum(stamp.trusted is True for stamp in signature.times.timestamps)


DOCUMENT_COLUMNS: Final[dict[str, Callable[[Checked, ReportOptions], Cell]]] = {
    "path": lambda d, _: d.report.document.path,
    "sha256": lambda d, _: d.report.document.sha256,
    "size": lambda d, _: d.report.document.size,
    "state": lambda d, _: d.report.state.value,
    "state_left": lambda d, _: state_left(d.report, d.accepted).value,
    "indication": lambda d, _: d.report.indication,
    "sub_indication": lambda d, _: d.report.sub_indication,
    "answer": lambda d, o: load_catalogue(o.language).word(f"answer.{d.report.state.value}"),
    "reasons_vi": lambda d, o: _reasons(d, "vi", o),
    "reasons_en": lambda d, o: _reasons(d, "en", o),
    "document_codes": lambda d, _: _codes(d.report.findings),
    "document_accepted": lambda d, _: _accepted(d, None),
    "policy": lambda d, _: d.report.policy.name,
    "profile": lambda d, _: d.report.profile,
    "validation_time": lambda d, _: _time(d.report.validation_time),
    "received": lambda d, _: _time(d.report.received),
    "revisions": lambda d, _: d.report.document.revisions,
    "signatures": lambda d, _: len(d.report.signatures),
}
"""The columns of a document, in their order."""

SIGNATURE_COLUMNS: Final[dict[str, Callable[[Checked, int, SignatureReport], Cell]]] = {
    "signature": lambda _, __, s: s.field,
    "signature_kind": lambda _, __, s: s.kind,
    "revision": lambda _, __, s: s.revision,
    "signer": lambda _, __, s: s.signer.common_name,
    "signer_kind": lambda _, __, s: s.signer.kind,
    "organisation": lambda _, __, s: s.signer.organisation,
    "email": lambda _, __, s: s.signer.email,
    "issuer": lambda _, __, s: s.signer.issuer,
    "certificate_sha256": lambda _, __, s: s.signer.sha256,
    "claimed_time": lambda _, __, s: s.times.claimed,
    "best_signature_time": lambda _, __, s: _time(s.times.best_signature_time),
    "time_basis": lambda _, __, s: s.times.basis,
    "trusted_timestamps": lambda _, __, s: _trusted(s),
    "signature_indication": lambda _, __, s: s.indication,
    "signature_sub_indication": lambda _, __, s: s.sub_indication,
    "signature_codes": lambda _, __, s: _codes(s.findings),
    "signature_accepted": lambda d, index, _: _accepted(d, index),
}
"""The columns of a signature, behind those of its document; empty for a document without one."""
