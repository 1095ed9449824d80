"""The output formats: a row each. A format turns a stream of reports into pieces of text, as documents end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from sigcheck.reporting.options import ReportOptions

if TYPE_CHECKING:
    from sigcheck.verdict import DocumentReport

Format = Callable[["Iterable[DocumentReport]", ReportOptions], Iterator[str]]


def _text(reports: Iterable[DocumentReport], options: ReportOptions) -> Iterator[str]:
    from sigcheck.reporting.text import text_reports  # noqa: PLC0415 - rich is loaded only for people

    yield from text_reports(reports, options)


def _json(reports: Iterable[DocumentReport], options: ReportOptions) -> Iterator[str]:
    """One object when `options.single` and there is a report, otherwise always an array, empty too."""
    from sigcheck.reporting.json_report import as_text, report_object  # noqa: PLC0415 - both catalogues are loaded for it

    separator = "[\n"
    if options.single:
        for report in reports:
            yield as_text(report_object(report, personal=options.personal)) + "\n"
            return
    for report in reports:
        yield separator + _indented(as_text(report_object(report, personal=options.personal)))
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _jsonl(reports: Iterable[DocumentReport], options: ReportOptions) -> Iterator[str]:
    from sigcheck.reporting.json_report import as_line, report_object  # noqa: PLC0415 - both catalogues are loaded for it

    for report in reports:
        yield as_line(report_object(report, personal=options.personal)) + "\n"


def _indented(text: str) -> str:
    return "  " + text.replace("\n", "\n  ")


FORMATS: Final[dict[str, Format]] = {
    "text": _text,
    "json": _json,
    "jsonl": _jsonl,
}
