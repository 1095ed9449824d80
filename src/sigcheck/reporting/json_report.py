"""Reports as JSON: the field names of verdict.py, findings with words in both languages, every string made safe."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from sigcheck.reporting.catalogue import LANGUAGES, load_catalogue
from sigcheck.reporting.hostile import shown
from sigcheck.verdict import DocumentReport, Finding

SCHEMA_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_WRITTEN_ESCAPED: Final = "\t\n\r"
"""Tabs and line ends, which genuine blocks hold: JSON writes them as escapes, so they cannot act and nothing is lost."""
_INTERNAL: Final = ("sub_indication",)
"""Fields of a finding that serve the conclusion; the report states the conclusion itself."""


def report_object(report: DocumentReport, *, personal: bool = False) -> dict[str, Any]:
    """One report as plain JSON values, in the order of the dataclasses; ID numbers are masked unless `personal`."""
    plain: dict[str, Any] = safe(msgspec.to_builtins(report), personal=personal)
    plain["findings"] = _findings(report.findings, plain["findings"], personal)
    for signature, written in zip(report.signatures, plain["signatures"], strict=True):
        written["findings"] = _findings(signature.findings, written["findings"], personal)
    return plain


def safe(value: Any, *, personal: bool = False) -> Any:
    """A tree of JSON values with every string of it made safe to print."""
    match value:
        case str():
            return shown(value, personal=personal, keep=_WRITTEN_ESCAPED)
        case dict():
            return {key: safe(item, personal=personal) for key, item in value.items()}  # names are ours, never a document's
        case list() | tuple():
            return [safe(item, personal=personal) for item in value]
        case float() if not math.isfinite(value):
            return None  # JSON has no word for it
        case _:
            return value


def _findings(findings: Sequence[Finding], written: Sequence[dict[str, Any]], personal: bool) -> list[dict[str, Any]]:
    return [_finding(finding, fields, personal) for finding, fields in zip(findings, written, strict=True)]


def _finding(finding: Finding, written: dict[str, Any], personal: bool) -> dict[str, Any]:
    message = {
        language: load_catalogue(language).message(finding.code, finding.facts, personal=personal) for language in LANGUAGES
    }
    ordered: dict[str, Any] = {}
    for name, value in written.items():
        if name in _INTERNAL:
            continue
        ordered[name] = value
        if name == "decides":
            ordered["message"] = message
    return ordered


def as_line(value: Any) -> str:
    """JSON in one line, without its end; UTF-8 letters stay letters."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def as_text(value: Any) -> str:
    """JSON indented by two spaces, without a last line feed."""
    return msgspec.json.format(as_line(value), indent=2)  # ten times as fast as json's own indentation


def report_schema() -> dict[str, Any]:
    """The JSON Schema of one report. More fields may come; none of these is renamed."""
    (_,), definitions = msgspec.json.schema_components([DocumentReport], ref_template="#/$defs/{name}")
    for definition in definitions.values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])  # everything is always written, null included
    finding = definitions["Finding"]
    for name in _INTERNAL:
        del finding["properties"][name]
    words = {
        "type": "object",
        "properties": {language: {"type": "string"} for language in LANGUAGES},
        "required": list(LANGUAGES),
    }
    names = [name for name in finding["properties"] if name != "clause"]
    names.insert(names.index("decides") + 1, "message")
    names.insert(names.index("message") + 1, "clause")
    finding["properties"] = {name: words if name == "message" else finding["properties"][name] for name in names}
    finding["required"] = names
    return {"$schema": SCHEMA_DIALECT, "title": "sigcheck report", "$ref": "#/$defs/DocumentReport", "$defs": definitions}
