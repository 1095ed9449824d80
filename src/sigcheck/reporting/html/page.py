"""The whole file: its head, an index where there are several documents, and each document below."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from sigcheck import __version__
from sigcheck.checked import Checked
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.html.answer import TONES
from sigcheck.reporting.html.document import DocumentPage, answer_of
from sigcheck.reporting.html.markup import Markup, joined, stylesheet, tag
from sigcheck.reporting.html.styles import STYLES
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.phrases import Phrases
from sigcheck.reporting.reasons import first_reason
from sigcheck.verdict import DocumentReport, State

SECURITY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Nothing is loaded from anywhere and no script runs, whatever a document got into the page."""
IN_MEMORY: Final = 8 * 1024**2
"""Octets of documents that are held in memory: the index stands before them."""
_PIECE: Final = 64 * 1024


def html_reports(documents: Iterable[Checked], options: ReportOptions) -> Iterator[str]:
    """The page when the last document is done."""
    phrases = Phrases(load_catalogue(options.language), options.personal)
    rows: list[tuple[State, Markup]] = []
    title = ""
    with tempfile.SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8", newline="\n") as bodies:
        for number, document in enumerate(documents, start=1):
            level = 1 if options.single else 2
            tolerance = document.policy.time_tolerance_seconds
            body = DocumentPage(document.report, tolerance, phrases, f"d{number}", level, document.pictures)
            bodies.write(body.markup() + "\n")
            rows.append((document.report.state, _row(phrases, document.report, number)))
            title = f"{answer_of(phrases, document.report)} – {phrases.safe(document.report.document.path)}"
        several = not options.single or not rows
        yield opening(phrases, phrases.word("html.title-several", count=len(rows)) if several else title)
        yield _grounds(options)
        if several:
            yield _index(phrases, rows)
        bodies.seek(0)
        while piece := bodies.read(_PIECE):
            yield piece
    yield closing(phrases)


def opening(phrases: Phrases, title: str, further: str = "") -> str:
    """From the document type to the beginning of what is read; `further` goes on with the style sheet."""
    head = joined(
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=SECURITY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="generator", content=f"sigcheck {__version__}"),
        tag("title", f"{title} – sigcheck"),
        stylesheet(STYLES + further),
        by="\n",
    )
    return f'<!DOCTYPE html>\n<html lang="{phrases.catalogue.language}">\n<head>\n{head}\n</head>\n<body>\n<main>\n'


def closing(phrases: Phrases) -> str:
    """The foot, and the end of the file."""
    foot = tag("footer", tag("p", phrases.word("html.foot", version=__version__)))
    return f"</main>\n{foot}\n</body>\n</html>\n"


def _grounds(options: ReportOptions) -> str:
    return tag("p", options.grounds, class_="grounds") + "\n" if options.grounds else ""


def _row(phrases: Phrases, report: DocumentReport, number: int) -> Markup:
    mark, _ = phrases.mark(report.state)
    reason = first_reason(phrases, report)
    why = None if reason is None else tag("div", reason, class_="dim")
    return tag(
        "tr",
        tag("td", tag("a", phrases.safe(report.document.path), href=f"#d{number}")),
        tag("td", tag("span", mark, class_=f"mark {TONES[report.state]}"), " ", answer_of(phrases, report), why),
    )


def _index(phrases: Phrases, rows: list[tuple[State, Markup]]) -> str:
    """How many have which answer, then every document with a link to its report, in the order of checking."""
    counts = Counter(state for state, _ in rows)
    said = [tag("li", f"{phrases.word(f'state.{state}')}: {counts[state]}") for state in State if counts[state]]
    heads = tag("tr", *[tag("th", phrases.word(f"html.{key}"), scope="col") for key in ("document", "answer")])
    caption = phrases.word("label.summary", count=len(rows))
    table = tag("table", tag("caption", caption), tag("thead", heads), tag("tbody", *[row for _, row in rows]))
    heading = tag("h1", phrases.word("html.title-several", count=len(rows)))
    return tag("header", heading, tag("ul", *said)) + tag("nav", table, aria_label=caption) + "\n"
