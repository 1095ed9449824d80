"""The lists behind the rows of an archive's page, a bounded number of documents on each page, and the pages of documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sigcheck.archive_summary import ANSWERS, ArchiveSummary, ListedDocument
from sigcheck.reporting.html.archive import answer_word, run_line
from sigcheck.reporting.html.archive_rows import answer_cell, codes_cell, document_cell, short_path
from sigcheck.reporting.html.document import DocumentPage, answer_of
from sigcheck.reporting.html.markup import Markup, joined, tag
from sigcheck.reporting.html.page import closing, opening
from sigcheck.reporting.html.places import INDEX, ROWS_OF_A_PAGE, document_place, list_place, upwards
from sigcheck.reporting.phrases import Phrases
from sigcheck.verdict import DocumentReport

_NEAR: Final = 2
"""Pages before and behind the one that is open, to which a link leads; to the first and the last one does always."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list: the row that it stands behind, and how far it goes."""

    kind: str
    number: int
    title: str
    total: int
    """Documents behind the row."""
    listed: int
    """Those that are named."""
    other_run: bool = False

    @property
    def pages(self) -> int:
        return max(-(-self.listed // ROWS_OF_A_PAGE), 1)

    def place(self, page: int) -> str:
        return list_place(self.kind, self.number, page)


def list_page(phrases: Phrases, summary: ArchiveSummary, of: ListOf, page: int, rows: Iterable[ListedDocument]) -> str:
    """One page of a list, from 1."""
    here = of.place(page)
    body = [
        tag(
            "tr",
            document_cell(phrases, one.path, here, one.position, one.no_page),
            answer_cell(phrases, one.answer),
            codes_cell(phrases, one.codes),
        )
        for one in rows
    ]
    heads = [tag("th", phrases.word(key), scope="col") for key in ("html.document", "html.answer", "archive.because")]
    first = (page - 1) * ROWS_OF_A_PAGE
    said = phrases.word("archive.list-said", first=first + 1, last=first + len(body), count=of.total)
    table = tag("table", tag("caption", said), tag("thead", tag("tr", *heads)), tag("tbody", *body), class_="listed")
    pages = _pages(phrases, of, page)
    last = page == of.pages and of.total > of.listed
    title = of.title if of.pages == 1 else f"{of.title} – {phrases.word('archive.page-number', page=page)}"
    parts = (
        _way(phrases, here, ()),
        tag("h1", of.title),
        tag("p", phrases.word("archive.other-run", run=of.number)) if of.other_run else run_line(phrases, summary),
        pages,
        table,
        tag("p", phrases.word("archive.more", count=of.total - of.listed), class_="dim") if last else None,
        pages and _pages(phrases, of, page, again=True),
    )
    return opening(phrases, title) + joined(*parts, by="\n") + "\n" + closing(phrases)


def _way(phrases: Phrases, here: str, more: Iterable[Markup]) -> Markup:
    """The way back."""
    back = tag("a", phrases.word("archive.back"), href=upwards(here, INDEX))
    steps = [tag("li", step) for step in (back, *more)]
    return tag("nav", tag("ul", *steps), class_="way", aria_label=phrases.word("archive.way"))


def _pages(phrases: Phrases, of: ListOf, page: int, *, again: bool = False) -> Markup | None:
    """Links to the pages of a list; nothing where there is but one."""
    if of.pages == 1:
        return None
    shown = sorted({1, of.pages, *range(max(page - _NEAR, 1), min(page + _NEAR, of.pages) + 1)})
    items: list[Markup] = []
    if page > 1:
        items.append(tag("li", _page_link(of, page, page - 1, phrases.word("archive.page-previous"), rel="prev")))
    for before, number in zip([0, *shown], shown, strict=False):
        if number > before + 1:
            items.append(tag("li", "…", aria_hidden="true"))
        said = phrases.word("archive.page-number", page=number)
        if number == page:
            items.append(tag("li", tag("a", said, href=f"../{of.place(page)}", aria_current="page")))
        else:
            items.append(tag("li", _page_link(of, page, number, said)))
    if page < of.pages:
        items.append(tag("li", _page_link(of, page, page + 1, phrases.word("archive.page-next"), rel="next")))
    label = phrases.word("archive.pages-below" if again else "archive.pages")
    return tag("nav", tag("ul", *items), class_="way", aria_label=label)


def _page_link(of: ListOf, page: int, to: int, said: str, rel: str | None = None) -> Markup:
    return tag("a", said, href=upwards(of.place(page), of.place(to)), rel=rel)


def document_page(phrases: Phrases, report: DocumentReport, position: int, answer: str, tolerance: int | None) -> str:
    """A document's page in the folder: what `--format html` shows, with the way back to the index and the list of this answer."""
    here = document_place(position)
    named = phrases.word("archive.back-list", answer=answer_word(phrases, answer))
    lists = (tag("a", named, href=upwards(here, list_place("answer", ANSWERS.index(answer), 1))),)
    title = f"{answer_of(phrases, report)} – {short_path(phrases, report.document.path)}"
    body = DocumentPage(report, tolerance, phrases, "d1", 1).markup()
    return opening(phrases, title) + joined(_way(phrases, here, lists), body, by="\n") + "\n" + closing(phrases)
