"""An archive's page: how many have which answer, by year, agency, issuing CA and reason, and the worst documents by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sigcheck.archive_summary import ANSWERS, ArchiveSummary, Breakdown, Counts, Line, RunLine, WorstDocument
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.html.archive_rows import Leads, answer_cell, codes_cell, document_cell, led, reason_words, short_path
from sigcheck.reporting.html.markup import Markup, Part, joined, tag
from sigcheck.reporting.html.page import closing, opening
from sigcheck.reporting.html.places import INDEX
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.phrases import Phrases

FILLS: Final = {
    "invalid": "fbad",
    "unreadable": "fbad",
    "insufficient": "fopen",
    "unsigned": "fopen",
    "problem": "fdim",
    "valid": "fgood",
}
MOST_RUNS: Final = 60
MOST_WORST_LED: Final = 50
"""Documents on the page itself where lists name them all."""


Row = tuple[Part, Counts]


def archive_page(summary: ArchiveSummary, options: ReportOptions, leads: Leads | None = None) -> Iterator[str]:
    """One page that stays small however large the archive is; `leads`: it stands in a folder with lists and documents' pages."""
    phrases = Phrases(load_catalogue(options.language), options.personal)
    title = phrases.word("archive.title", count=sum(summary.counts))
    yield opening(phrases, title)
    yield tag("h1", title) + "\n"
    yield run_line(phrases, summary) + "\n"
    yield _made(phrases, leads)
    yield _contents(phrases, summary)
    answers: list[Row] = [
        (_led(leads, "answer", place, answer_word(phrases, answer)), _only(summary.counts, answer))
        for place, answer in enumerate(ANSWERS)
    ]
    yield _table(phrases, "archive.answers", answers)
    yield _worst(phrases, summary, leads)
    for kind, of in breakdowns(summary):
        rows = [(_name(phrases, leads, kind, line), line.counts) for line in of.lines]
        yield _table(phrases, f"archive.by-{kind}", rows, of.more)
    yield _runs(phrases, summary, leads)
    yield tag("p", phrases.word("archive.head"), " ", tag("code", phrases.safe(summary.head)), class_="dim") + "\n"
    yield closing(phrases)


def _contents(phrases: Phrases, summary: ArchiveSummary) -> str:
    """Links to the tables of the page."""
    keys = ["answers", *(["worst"] if summary.worst else [])]
    keys += [f"by-{kind}" for kind, of in breakdowns(summary) if of.lines]
    keys += ["runs"] if runs_shown(summary) else []
    links = [tag("li", tag("a", phrases.word(f"archive.{key}"), href=f"#{key}")) for key in keys]
    return tag("nav", tag("ul", *links), class_="way", aria_label=phrases.word("archive.contents")) + "\n"


def breakdowns(summary: ArchiveSummary) -> tuple[tuple[str, Breakdown], ...]:
    """The tables in their order on the page."""
    return (
        ("reason", summary.by_reason),
        ("agency", summary.by_agency),
        ("issuer", summary.by_issuer),
        ("year", summary.by_year),
    )


def run_line(phrases: Phrases, summary: ArchiveSummary) -> Markup:
    """Of which run a page speaks, and whether that is finished."""
    said = tag("p", phrases.word("archive.run", run=summary.run, at=phrases.written(summary.validation_time)))
    return joined(said, None if summary.finished else tag("p", phrases.word("archive.unfinished"), class_="grounds"), by="\n")


def runs_shown(summary: ArchiveSummary) -> tuple[RunLine, ...]:
    """The last runs, where there are several."""
    return summary.runs[-MOST_RUNS:] if len(summary.runs) > 1 else ()


def row_name(phrases: Phrases, kind: str, name: str | None) -> str:
    """The name of a row in plain text."""
    return (
        phrases.word("archive.nameless")
        if name is None
        else answer_word(phrases, name)
        if kind == "answer"
        else phrases.safe(name)
    )


def _made(phrases: Phrases, leads: Leads | None) -> str:
    """Which documents have pages of their own, and how many could not have one."""
    if leads is None:
        return ""
    said = tag("p", phrases.word(f"archive.made-{leads.made}"), class_="dim") + "\n"
    return said + (tag("p", phrases.word("archive.unread", count=leads.unread), class_="grounds") + "\n" if leads.unread else "")


def _led(leads: Leads | None, kind: str, number: int, text: str) -> Part:
    return led(_list_of(leads, kind, number), text)


def _list_of(leads: Leads | None, kind: str, number: int) -> str | None:
    return None if leads is None else leads.lists.get((kind, number))


def _name(phrases: Phrases, leads: Leads | None, kind: str, line: Line) -> Part:
    href = _list_of(leads, kind, line.number)
    if kind == "reason" and line.name is not None:
        return _reason(phrases, line.name, href)
    return led(href, row_name(phrases, kind, line.name))


def answer_word(phrases: Phrases, answer: str) -> str:
    return phrases.word("archive.problem" if answer == "problem" else f"state.{answer}")


def _only(counts: Counts, answer: str) -> Counts:
    """The count of one answer alone."""
    first, second, third, fourth, fifth, sixth = (
        count if one == answer else 0 for one, count in zip(ANSWERS, counts, strict=True)
    )
    return first, second, third, fourth, fifth, sixth


def _reason(phrases: Phrases, code: str, href: str | None) -> Part:
    """In words, and the code by which machines know it."""
    named, words = tag("code", phrases.safe(code)), reason_words(phrases, code)
    if words is None:
        return led(href, named)
    return joined(led(href, words), " ", tag("span", named, class_="dim"))


def _table(phrases: Phrases, key: str, rows: list[Row], more: int = 0) -> str:
    """A section with one row a name: all, then each answer that occurs, and a bar of their shares."""
    if not rows:
        return ""
    shown = [place for place in range(len(ANSWERS)) if any(counts[place] for _, counts in rows)]
    single = key == "archive.answers"
    most = max(sum(counts) for _, counts in rows) or 1
    heads = [
        tag("th", phrases.word("archive.name"), scope="col"),
        tag("th", phrases.word("archive.all"), scope="col", class_="number"),
    ]
    if not single:
        heads += [tag("th", answer_word(phrases, ANSWERS[place]), scope="col", class_="number") for place in shown]
    body = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            tag("td", f"{sum(counts)}", _bar(counts, most), class_="number"),
            *([] if single else [tag("td", str(counts[place]), class_="number") for place in shown]),
        )
        for name, counts in rows
    ]
    said = phrases.word(f"{key}-said")
    table = tag("table", tag("caption", said), tag("thead", tag("tr", *heads)), tag("tbody", *body))
    left = tag("p", phrases.word("archive.more", count=more), class_="dim") if more else None
    whole = tag("div", table, class_="scroll", tabindex="0", role="group", aria_label=phrases.word(key))
    return tag("section", tag("h2", phrases.word(key), id=key.removeprefix("archive.")), whole, left) + "\n"


def _bar(counts: Counts, most: int) -> Markup:
    """The answers as shares of the widest row; the figures beside it say the same."""
    x, parts = 0.0, []
    for answer, count in zip(ANSWERS, counts, strict=True):
        width = 100.0 * count / most
        if count:
            parts.append(tag("rect", x=x, y="0", width=max(width, 0.5), height="6", class_=FILLS[answer]))
        x += width
    return tag("svg", *parts, viewBox="0 0 100 6", class_="share", aria_hidden="true", focusable="false")


def _worst(phrases: Phrases, summary: ArchiveSummary, leads: Leads | None) -> str:
    if not summary.worst:
        return ""
    shown = summary.worst if leads is None else summary.worst[:MOST_WORST_LED]
    rows = [
        tag(
            "tr",
            _document(phrases, leads, one),
            answer_cell(phrases, one.answer),
            codes_cell(phrases, one.codes),
            _digest(phrases, one) if leads is None else None,
        )
        for one in shown
    ]
    keys = ("html.document", "html.answer", "archive.because", *(("html.sha256",) if leads is None else ()))
    heads = [tag("th", phrases.word(key), scope="col") for key in keys]
    caption = tag("caption", phrases.word("archive.worst-said" if leads is None else "archive.worst-led"))
    table = tag("table", caption, tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="listed")
    left = summary.worst_left + len(summary.worst) - len(shown)
    word = "archive.more" if leads is None else "archive.more-led"
    more = tag("p", phrases.word(word, count=left), class_="dim") if left else None
    whole = tag("div", table, class_="scroll", tabindex="0", role="group", aria_label=phrases.word("archive.worst"))
    return tag("section", tag("h2", phrases.word("archive.worst"), id="worst"), whole, more) + "\n"


def _document(phrases: Phrases, leads: Leads | None, one: WorstDocument) -> Markup:
    if leads is None:
        return tag("th", short_path(phrases, one.path), scope="row")
    return document_cell(phrases, one.path, INDEX, one.position, leads.no_page.get(one.position, "none"))


def _digest(phrases: Phrases, one: WorstDocument) -> Markup:
    return tag("td", tag("code", phrases.safe(one.sha256)) if one.sha256 else "–")


def _runs(phrases: Phrases, summary: ArchiveSummary, leads: Leads | None) -> str:
    last = runs_shown(summary)
    rows: list[Row] = []
    for run in last:
        said = phrases.word("archive.run", run=run.number, at=phrases.written(run.validation_time))
        rows.append((_led(leads, "run", run.number, said), run.counts))
    return _table(phrases, "archive.runs", rows, len(summary.runs) - len(last))
