"""GitLab's code quality report: an array with an entry for every finding, the reasons for a failing document first in rank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sigcheck.checked import Checked
from sigcheck.reporting.findings_told import Told, fingerprint, messages, told, words
from sigcheck.reporting.hostile import shown
from sigcheck.reporting.json_report import as_line
from sigcheck.reporting.options import ReportOptions
from sigcheck.verdict import Decides, Severity, State


def gitlab_report(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    """An entry a line; an empty array where nothing was found, as GitLab asks."""
    separator = "["
    for document in documents:
        for one in told(document, options):
            yield f"{separator}\n{as_line(_entry(document, one, options))}"
            separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def _entry(document: Checked, one: Told, options: ReportOptions) -> dict[str, Any]:
    said = " · ".join(messages(one.finding, options).values())
    if one.accepted:
        said = f"[{' · '.join(words('ci.accepted', options).values())}] {said}"
    return {
        "description": f"{one.signature}: {said}" if one.signature else said,
        "check_name": one.finding.code,
        "fingerprint": fingerprint(document, one, with_path=True),
        "severity": severity(document, one),
        "location": {"path": _path(document.report.document.path, options), "lines": {"begin": 1}},
    }


def severity(document: Checked, one: Told) -> str:
    """critical: invalid or unreadable; major: fails the run otherwise; minor: a warning; info: the rest, and what is accepted."""
    if one.accepted:
        return "info"
    if one.fails:
        return "critical" if one.finding.decides is Decides.INVALID or document.report.state is State.UNREADABLE else "major"
    return "info" if one.finding.severity is Severity.INFO else "minor"


def _path(path: str, options: ReportOptions) -> str:
    """As it was given, without the `./` that GitLab does not know."""
    return shown(path.removeprefix("./") or path, personal=options.personal)
