"""SARIF 2.1.0 (OASIS): a result for every finding, written as documents end; docs/ci.md says what stands where.

PDFs have no lines: line 1 stands in the region because code scanning shows nothing without one. What narrows a finding down, the
signature and the page, are logical locations.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import quote

from sigcheck import __version__
from sigcheck.baseline import state_left
from sigcheck.checked import Checked
from sigcheck.judging.codes import ROWS, Code
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.commands import plain
from sigcheck.reporting.findings_told import UNFINISHED, Told, ended, fingerprint, languages, messages, told, words
from sigcheck.reporting.hostile import mask_personal, shown
from sigcheck.reporting.json_report import as_line
from sigcheck.reporting.options import ReportOptions
from sigcheck.verdict import About, Severity

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
SOURCE_ROOT: Final = "%SRCROOT%"
"""What relative paths are relative to: the folder that the run started in, in CI the repository."""
LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_LINK: Final = re.compile(r"\]\s*\(")
_RULE_INDEX: Final = {row.name: index for index, row in enumerate(ROWS)}


def sarif_log(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    """One log with one run; its invocation comes last, when the exit code is known."""
    tool = {"driver": _driver(options)}
    yield f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{\n"tool":{as_line(tool)},\n"results":['
    states: Counter[str] = Counter()
    separator = "\n"
    for document in documents:
        states[document.report.state.value] += 1
        for one in told(document, options):
            yield separator + as_line(_result(document, one, options))
            separator = ",\n"
    yield f'\n],\n"invocations":{as_line([_invocation(options)])},\n'
    counts = {"documents": dict(sorted(states.items()))}
    yield as_line({"columnKind": "unicodeCodePoints", "properties": counts})[1:] + "]}\n"


def _driver(options: ReportOptions) -> dict[str, Any]:
    language = {"vi": "vi-VN", "en": "en-US"}[options.language]
    return {"name": "sigcheck", "version": __version__, "language": language, "rules": [_rule(row, options) for row in ROWS]}


def _rule(row: Code, options: ReportOptions) -> dict[str, Any]:
    """A row of the table of codes, with help in both languages."""
    helps, first = [], ""
    for language in languages(options):
        entry = load_catalogue(language).findings.get(row.name)
        if entry is not None:
            first = first or entry.meaning
            helps.append("\n".join(filter(None, (entry.meaning, plain(entry.action)))))
    return {
        "id": row.name,
        "name": "".join(part.capitalize() for part in row.name.split("-")),
        "shortDescription": {"text": _plain(first or row.meaning)},
        "fullDescription": {"text": _plain(row.meaning)},
        "help": {"text": _plain("\n\n".join(helps) or row.meaning)},
        "defaultConfiguration": {"level": LEVELS[row.severity]},
        "properties": {"clause": row.clause, "decides": row.decides, "tags": ["signature"]},
    }


def _result(document: Checked, one: Told, options: ReportOptions) -> dict[str, Any]:
    said = messages(one.finding, options)
    mark = fingerprint(document, one)
    result: dict[str, Any] = {
        "ruleId": one.finding.code,
        "ruleIndex": _RULE_INDEX.get(one.finding.code, -1),
        "level": one.level,
        "message": {"text": _plain("\n\n".join(said.values()))},
        "locations": [_location(document, one, options)],
        "partialFingerprints": {
            "documentSignatureCode/v1": mark,
            "primaryLocationLineHash": f"{mark[:16]}:{one.number}",
        },
    }
    if one.accepted:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": " · ".join(words("ci.accepted", options).values())}
        ]
    report = document.report
    result["properties"] = {
        "message": dict(sorted(said.items(), reverse=True)),
        "sha256": report.document.sha256,
        "state": report.state,
        "stateLeft": state_left(report, document.accepted),
        "clause": one.finding.clause,
        "decides": one.finding.decides,
        "severity": one.finding.severity,
    }
    return result


def _location(document: Checked, one: Told, options: ReportOptions) -> dict[str, Any]:
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": artifact_location(document.report.document.path, options),
            "region": {"startLine": 1},
        }
    }
    box = None if one.index is None else document.report.signatures[one.index].box
    logical = _logical(one.signature, one.finding.about, None if box is None else box.page, options)
    return place | ({"logicalLocations": logical} if logical else {})


def _logical(signature: str, about: About, page: int | None, options: ReportOptions) -> list[dict[str, str]]:
    """The signature, the page that the finding names (otherwise the one that shows the signature), and what else is known."""
    named = (
        ("signature", signature),
        ("page", page if about.page is None else about.page),
        ("revision", about.revision),
        ("object", about.object),
        ("timestamp", about.timestamp),
    )
    return [
        {"kind": kind, "name": shown(str(value), personal=options.personal)} for kind, value in named if value not in {None, ""}
    ]


def artifact_location(path: str, options: ReportOptions) -> dict[str, str]:
    """A path as a URI with exactly its bytes, percent-encoded; masked first where it holds an ID number."""
    masked = path if options.personal else mask_personal(path)
    if _SCHEME.match(masked):
        return {"uri": quote(_octets(masked), safe="/:")}
    plain = masked.replace(os.sep, "/")
    if plain.startswith("/") or re.match(r"[A-Za-z]:/", plain):
        return {"uri": "file:///" + quote(_octets(plain.lstrip("/")), safe="/:")}
    plain = re.sub(r"\A(?:\./+)+", "", plain)
    uri = quote(_octets(plain), safe="/") or "."
    # SARIF 2.1.0, 3.4.4: a path with `..` names no folder that it is relative to.
    return {"uri": uri} if ".." in plain.split("/") else {"uri": uri, "uriBaseId": SOURCE_ROOT}


def _octets(path: str) -> bytes:
    """Bytes of names that are not UTF-8 as they are (PEP 383); other surrogates, which Windows allows, for themselves."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def _plain(text: str) -> str:
    """Text in which nothing is a placeholder or a link (SARIF 2.1.0, 3.11.5 and 3.11.6)."""
    doubled = text.replace("{", "{{").replace("}", "}}")
    if not _LINK.search(doubled):
        return doubled
    return doubled.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _invocation(options: ReportOptions) -> dict[str, Any]:
    code = ended(options)
    if code is None:
        return {"executionSuccessful": True}
    key = "ci.unfinished" if code in UNFINISHED else "ci.ended"
    said = " ".join(words(key, options, code=code).values())
    return {"executionSuccessful": code not in UNFINISHED, "exitCode": code, "exitCodeDescription": said}
