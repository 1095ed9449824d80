"""Workflow commands of GitHub Actions: one for every document that is not valid, since a step shows ten of a kind at most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sigcheck.baseline import decides
from sigcheck.checked import Checked
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.findings_told import UNFINISHED, ended, fails, messages, told, words
from sigcheck.reporting.hostile import shown
from sigcheck.reporting.options import ReportOptions
from sigcheck.verdict import State

MOST_REASONS = 20
"""Findings in one annotation; a document can have thousands."""


def workflow_commands(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    """`error` for a document that fails the run, `notice` for one that is not valid and does not; then a notice with counts."""
    states: Counter[str] = Counter()
    failing = 0
    for document in documents:
        states[document.report.state.value] += 1
        failing += fails(document, options)
        if document.report.state is not State.VALID:
            yield _document(document, options)
    catalogue = load_catalogue(options.language)
    counts = ", ".join(f"{catalogue.word(f'state.{state}')}: {count}" for state, count in sorted(states.items()))
    said = catalogue.word("ci.summary", count=states.total(), failing=failing, counts=counts)
    yield command("notice", {"title": "sigcheck"}, said)
    code = ended(options)
    if code in UNFINISHED:
        yield command("error", {"title": "sigcheck"}, "\n".join(words("ci.unfinished", options, code=code).values()))


def _document(document: Checked, options: ReportOptions) -> str:
    report = document.report
    answers = words(f"answer.{report.state.value}", options)
    lines = []
    for one in told(document, options):
        if decides(report, one.finding):
            said = " · ".join(messages(one.finding, options).values())
            mark = f" [{next(iter(words('ci.accepted', options).values()))}]" if one.accepted else ""
            lines.append(f"{one.signature + ': ' if one.signature else ''}{said} ({one.finding.code}){mark}")
    if len(lines) > MOST_REASONS:
        lines = [*lines[:MOST_REASONS], f"… ({len(lines)})"]
    path = shown(report.document.path.removeprefix("./"), personal=options.personal)
    kind = "error" if fails(document, options) else "notice"
    title = f"sigcheck: {next(iter(answers.values()))}"
    return command(kind, {"file": path, "line": "1", "title": title}, "\n".join([" · ".join(answers.values()), *lines]))


def command(kind: str, properties: dict[str, str], message: str) -> str:
    """One line that the runner reads as one command: nothing in it ends the line, the properties or the command."""
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {written}::{_message(message)}\n"


def _message(text: str) -> str:
    """As the runner undoes it: percent signs first."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
