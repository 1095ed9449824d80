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


def _html(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    """One page; several documents have an index before them."""
    from sigcheck.reporting.html.page import html_reports  # noqa: PLC0415 - loaded only for who wants a page

    yield from html_reports(documents, options)


def _etsi_xml(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    """One document: the schema knows no more. Raises ValueError for a second, which the command refuses before."""
    from sigcheck.reporting.etsi_xml import etsi_report  # noqa: PLC0415 - lxml is loaded for it

    for number, document in enumerate(documents):
        if number:
            raise ValueError("a validation report of ETSI TS 119 102-2 speaks of one document")
        yield etsi_report(document, personal=options.personal)


def _sarif(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    from sigcheck.reporting.sarif import sarif_log  # noqa: PLC0415 - the table of codes is loaded for it

    yield from sarif_log(documents, options)


def _junit(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    from sigcheck.reporting.junit import junit_report  # noqa: PLC0415 - temporary files draw in half of the standard library

    yield from junit_report(documents, options)


def _gitlab(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    from sigcheck.reporting.gitlab import gitlab_report  # noqa: PLC0415 - both catalogues are loaded for it

    yield from gitlab_report(documents, options)


def _github(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    from sigcheck.reporting.github import workflow_commands  # noqa: PLC0415 - as above

    yield from workflow_commands(documents, options)


def _csv(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    from sigcheck.reporting.csv_table import csv_table  # noqa: PLC0415 - as above

    yield from csv_table(documents, options)


def _indented(text: str) -> str:
    return "  " + text.replace("\n", "\n  ")


FORMATS: Final[dict[str, Format]] = {
    "text": _text,
    "json": _json,
    "jsonl": _jsonl,
    "html": _html,
    "etsi-xml": _etsi_xml,
    "sarif": _sarif,
    "junit": _junit,
    "csv": _csv,
    "gitlab": _gitlab,
    "github": _github,
}

ONE_DOCUMENT: Final = frozenset({"etsi-xml"})
"""Formats that hold a single document: more than one path, or a folder, is refused."""
