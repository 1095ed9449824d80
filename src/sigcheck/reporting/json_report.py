"""Reports as JSON: the field names of verdict.py, findings with words in both languages, every string made safe."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final, get_type_hints

import msgspec

from sigcheck import verdict
from sigcheck.remembering import remembered
from sigcheck.reporting.catalogue import LANGUAGES, load_catalogue
from sigcheck.reporting.hostile import LONGEST_REMEMBERED, shown
from sigcheck.verdict import DocumentReport, FactValue, Finding

SCHEMA_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_WRITTEN_ESCAPED: Final = "\t\n\r"
"""Tabs and line ends, which genuine blocks hold: JSON writes them as escapes, so they cannot act and nothing is lost."""
_HARMLESS: Final = frozenset({int, bool, type(None)})
"""What is never altered: half of a report's values."""
MOMENT: Final = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
"""A moment with its offset (RFC 3339); the pattern serves validators that do not ask the format."""
PATH_BYTES: Final = {
    "type": "string",
    "pattern": "^([0-9a-f]{2})+$",
    "description": "The exact bytes of the path, there only when it is not UTF-8.",
}
_SHORT_MASKED, _SHORT_PERSONAL = (
    lru_cache(maxsize=4096)(partial(shown, personal=personal, keep=_WRITTEN_ESCAPED)) for personal in (False, True)
)
"""What is printed of a short text, found by the text alone: reports of one run are made of the same few."""
_INTERNAL: Final = ("sub_indication",)
"""Fields of a finding that serve the conclusion; the report states the conclusion itself."""


def report_object(report: DocumentReport, *, personal: bool = False) -> dict[str, Any]:
    """One report as plain JSON values, in the order of the dataclasses; ID numbers are masked unless `personal`."""
    plain: dict[str, Any] = msgspec.to_builtins(report)
    make_safe(plain, personal=personal)
    plain["document"] = with_path_bytes(plain["document"], report.document.path)
    plain["findings"] = _findings(report.findings, plain["findings"], personal)
    for signature, written in zip(report.signatures, plain["signatures"], strict=True):
        written["findings"] = _findings(signature.findings, written["findings"], personal)
    return plain


def with_path_bytes(written: dict[str, Any], path: str) -> dict[str, Any]:
    """`written` with the exact bytes of a path that is not UTF-8, behind the path that is made readable."""
    lone = [one for one in path if "\ud800" <= one <= "\udfff"]
    if not lone:
        return written
    # Surrogates stand for single bytes (PEP 383); others, which Windows allows in names, for themselves.
    errors = "surrogateescape" if all("\udc80" <= one <= "\udcff" for one in lone) else "surrogatepass"
    return {"path": written["path"], "path_bytes": path.encode("utf-8", errors).hex()} | written


def make_safe(tree: dict[str, Any] | list[Any], *, personal: bool = False) -> None:
    """Make every string of a tree of JSON values safe to print, in place: most stay as they are, and nothing is built anew."""
    short = _SHORT_PERSONAL if personal else _SHORT_MASKED
    places: Iterable[tuple[Any, Any]] = tree.items() if isinstance(tree, dict) else enumerate(tree)  # names are ours
    for place, item in places:
        if type(item) in _HARMLESS:
            continue
        if isinstance(item, str):
            text = short(item) if len(item) <= LONGEST_REMEMBERED else shown(item, personal=personal, keep=_WRITTEN_ESCAPED)
            if text is not item:
                tree[place] = text
        elif isinstance(item, (dict, list)):
            make_safe(item, personal=personal)
        elif isinstance(item, tuple):
            tree[place] = listed = list(item)
            make_safe(listed, personal=personal)
        elif isinstance(item, float) and not math.isfinite(item):
            tree[place] = None  # JSON has no word for it


def _findings(findings: Sequence[Finding], written: Sequence[dict[str, Any]], personal: bool) -> list[dict[str, Any]]:
    return [_finding(finding, fields, personal) for finding, fields in zip(findings, written, strict=True)]


def _finding(finding: Finding, written: dict[str, Any], personal: bool) -> dict[str, Any]:
    message = _message(finding, personal)
    ordered: dict[str, Any] = {}
    for name, value in written.items():
        if name in _INTERNAL:
            continue
        ordered[name] = value
        if name == "decides":
            ordered["message"] = message
    return ordered


def _message(finding: Finding, personal: bool) -> dict[str, str]:
    """The words in both languages; remembered, as findings about one signer are the same in all documents."""
    if any(type(value) is float for value in finding.facts.values()):  # not all of them are JSON
        return _worded(finding.code, finding.facts, personal)
    try:
        return dict(_remembered_words(finding.code, msgspec.json.encode(finding.facts), personal))
    except (OverflowError, UnicodeEncodeError):  # as in as_line
        return _worded(finding.code, finding.facts, personal)


@remembered(entries=1024, longest=512)
def _remembered_words(code: str, facts: bytes, personal: bool) -> dict[str, str]:
    return _worded(code, msgspec.json.decode(facts), personal)


def _worded(code: str, facts: dict[str, FactValue], personal: bool) -> dict[str, str]:
    return {language: load_catalogue(language).message(code, facts, personal=personal) for language in LANGUAGES}


def as_line(value: Any) -> str:
    """JSON in one line, without its end; UTF-8 letters stay letters."""
    try:
        return msgspec.json.encode(value).decode("utf-8")
    except (OverflowError, UnicodeEncodeError):  # numbers beyond 64 bits; bytes of a name that nobody made visible
        import json  # noqa: PLC0415 - loaded for what msgspec does not write

        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def as_text(value: Any) -> str:
    """JSON indented by two spaces, without a last line feed."""
    return msgspec.json.format(as_line(value), indent=2)  # ten times as fast as json's own indentation


def report_schema() -> dict[str, Any]:
    """The JSON Schema of one report; `$defs/reports` is that of an array. More fields may come; none of these is renamed."""
    (_,), definitions = msgspec.json.schema_components([DocumentReport], ref_template="#/$defs/{name}")
    for definition in definitions.values():
        if "properties" in definition:
            definition["required"] = list(definition["properties"])  # everything is always written, null included
    _describe_moments(definitions)
    properties = definitions["DocumentReference"]["properties"]
    definitions["DocumentReference"]["properties"] = {"path": properties["path"], "path_bytes": PATH_BYTES} | properties
    definitions["reports"] = {"type": "array", "items": {"$ref": "#/$defs/DocumentReport"}}
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


def _describe_moments(definitions: dict[str, Any]) -> None:
    """Give every field that holds a datetime the form of one: msgspec calls it a string."""
    for name, definition in definitions.items():
        kinds = get_type_hints(getattr(verdict, name)) if hasattr(verdict, name) and "properties" in definition else {}
        for field, kind in kinds.items():
            if kind is datetime:
                definition["properties"][field] = MOMENT
            elif kind == datetime | None:
                definition["properties"][field] = {"anyOf": [MOMENT, {"type": "null"}]}
