"""JUnit XML: a suite for the run, a case for every document; what fails the run is a failure, what was accepted is skipped.

A suite names its counts before its cases, so cases wait in a temporary file once they are many.
"""

from __future__ import annotations

import html
import tempfile
from collections.abc import Iterable, Iterator
from typing import Final

from sigcheck.baseline import decides
from sigcheck.checked import Checked
from sigcheck.reporting.findings_told import UNFINISHED, ended, fails, messages, told, words
from sigcheck.reporting.hostile import shown
from sigcheck.reporting.options import ReportOptions
from sigcheck.verdict import State

IN_MEMORY: Final = 8 * 1024**2
"""Octets of cases that are held in memory; some 10,000 documents."""
_PIECE: Final = 64 * 1024


def junit_report(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    """All of it when the last document is done."""
    tests = failures = errors = skipped = 0
    with tempfile.SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8", newline="\n") as cases:
        for document in documents:
            outcome = _outcome(document, options)
            tests, failures, skipped = tests + 1, failures + ("<failure" in outcome), skipped + ("<skipped" in outcome)
            cases.write(_case(document, outcome, options))
        code = ended(options)
        if code in UNFINISHED:
            tests, errors = tests + 1, errors + 1
            fault = _element("error", f"exit-{code}", words("ci.unfinished", options, code=code))
            cases.write(f'    <testcase classname="sigcheck" name="sigcheck">{fault}</testcase>\n')
        counts = f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield f'<testsuites name="sigcheck" {counts}>\n  <testsuite name="sigcheck" {counts}>\n'
        cases.seek(0)
        while piece := cases.read(_PIECE):
            yield piece
    yield "  </testsuite>\n</testsuites>\n"


def _case(document: Checked, outcome: str, options: ReportOptions) -> str:
    about = document.report.document
    path = shown(about.path, personal=options.personal)
    folder, _, _ = path.replace("\\", "/").rpartition("/")
    name = html.escape(path)
    said = "\n".join(_lines(document, options))
    beside = f"\nSHA-256: {about.sha256}" if about.sha256 else ""
    said = f"      <system-out>{html.escape(said + beside)}</system-out>\n"
    attributes = f'classname="{html.escape(folder or ".")}" name="{name}" file="{name}"'
    return f"    <testcase {attributes}>\n{outcome}{said}    </testcase>\n"


def _outcome(document: Checked, options: ReportOptions) -> str:
    report = document.report
    answers = words(f"answer.{report.state.value}", options)
    if fails(document, options):
        reasons = [
            f"{one.signature + ': ' if one.signature else ''}{said} ({one.finding.code})"
            for one in told(document, options)
            if one.fails
            for said in messages(one.finding, options).values()
        ]
        return f"      {_element('failure', report.state.value, answers, reasons)}\n"
    if report.state is not State.VALID and document.accepted:
        said = {language: f"{answers[language]} – {text}" for language, text in words("ci.accepted", options).items()}
        return f"      <skipped message={_quoted(' · '.join(said.values()))}/>\n"
    return ""


def _lines(document: Checked, options: ReportOptions) -> Iterator[str]:
    """The state, and everything that is not in the failure: warnings, information, what was accepted."""
    report = document.report
    state = " · ".join(words(f"answer.{report.state.value}", options).values())
    if report.state is not State.VALID and not fails(document, options) and not document.accepted:
        state = f"{state} ({' · '.join(words('ci.not-failing', options).values())})"
    yield state
    for one in told(document, options):
        if not one.fails:
            mark = f" [{' · '.join(words('ci.accepted', options).values())}]" if one.accepted else ""
            place = f"{one.signature}: " if one.signature else ""
            decisive = "!" if decides(report, one.finding) else "-"
            said = " · ".join(messages(one.finding, options).values())
            yield f"{decisive} {place}{said} ({one.finding.code}){mark}"


def _element(name: str, kind: str, said: dict[str, str], lines: Iterable[str] = ()) -> str:
    body = html.escape("\n".join(lines))
    return f"<{name} type={_quoted(kind)} message={_quoted(' · '.join(said.values()))}>{body}</{name}>"


def _quoted(text: str) -> str:
    return f'"{html.escape(text)}"'
