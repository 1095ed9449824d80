"""The output formats: a row each. A format turns a stream of checked documents into pieces of text, as documents end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from sigcheck.reporting.options import ReportOptions

if TYPE_CHECKING:
    from sigcheck.checked import Checked

Format = Callable[["Iterable[Checked]", ReportOptions], Iterator[str]]


def _text(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    from sigcheck.reporting.text import text_reports  # noqa: PLC0415 - rich is loaded only for people

    yield from text_reports((document.report for document in documents), options)


def _json(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    """One object when `options.single` and there is a report, otherwise always an array, empty too."""
    from sigcheck.reporting.json_report import as_text, report_object  # noqa: PLC0415 - both catalogues are loaded for it

    separator = "[\n"
    if options.single:
        for document in documents:
            yield as_text(report_object(document.report, personal=options.personal)) + "\n"
            return
    for document in documents:
        yield separator + _indented(as_text(report_object(document.report, personal=options.personal)))
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _jsonl(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    from sigcheck.reporting.json_report import as_line, report_object  # noqa: PLC0415 - both catalogues are loaded for it

    for document in documents:
        yield as_line(report_object(document.report, personal=options.personal)) + "\n"


def _indented(text: str) -> str:
    return "  " + text.replace("\n", "\n  ")


FORMATS: Final[dict[str, Format]] = {
    "text": _text,
    "json": _json,
    "jsonl": _jsonl,
}
