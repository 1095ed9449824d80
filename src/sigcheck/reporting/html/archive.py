"""An archive's page: how many have which answer, by year, agency, issuing CA and reason, and the worst documents by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from sigcheck.archive_summary import ANSWERS, ArchiveSummary, Breakdown, Counts
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.html.markup import Markup, Part, joined, tag
from sigcheck.reporting.html.page import closing, opening
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


def archive_page(summary: ArchiveSummary, options: ReportOptions) -> Iterator[str]:
    """One page that stays small however large the archive is."""
    phrases = Phrases(load_catalogue(options.language), options.personal)
    title = phrases.word("archive.title", count=sum(summary.counts))
    yield opening(phrases, title)
    yield tag("h1", title) + "\n"
    at = phrases.written(summary.validation_time)
    yield tag("p", phrases.word("archive.run", run=summary.run, at=at)) + "\n"
    if not summary.finished:
        yield tag("p", phrases.word("archive.unfinished"), class_="grounds") + "\n"
    yield _table(
        phrases, "archive.answers", [(answer_word(phrases, answer), _only(summary.counts, answer)) for answer in ANSWERS]
    )
    yield _worst(phrases, summary)
    yield _breakdown(phrases, "archive.by-reason", summary.by_reason, lambda code: _reason(phrases, code))
    yield _breakdown(phrases, "archive.by-agency", summary.by_agency, phrases.safe)
    yield _breakdown(phrases, "archive.by-issuer", summary.by_issuer, phrases.safe)
    yield _breakdown(phrases, "archive.by-year", summary.by_year, phrases.safe)
    yield _runs(phrases, summary)
    yield tag("p", phrases.word("archive.head"), " ", tag("code", phrases.safe(summary.head)), class_="dim") + "\n"
    yield closing(phrases)


def answer_word(phrases: Phrases, answer: str) -> str:
    return phrases.word("archive.problem" if answer == "problem" else f"state.{answer}")


def _only(counts: Counts, answer: str) -> Counts:
    """The count of one answer alone."""
    first, second, third, fourth, fifth, sixth = (
        count if one == answer else 0 for one, count in zip(ANSWERS, counts, strict=True)
    )
    return first, second, third, fourth, fifth, sixth


def _reason(phrases: Phrases, code: str) -> Part:
    words = phrases.catalogue.findings.get(code)
    return joined(tag("code", phrases.safe(code)), " ", words.meaning if words is not None else None)


def _breakdown(phrases: Phrases, key: str, of: Breakdown, told: Callable[[str], Part]) -> str:
    rows = [(phrases.word("archive.nameless") if line.name is None else told(line.name), line.counts) for line in of.lines]
    return _table(phrases, key, rows, of.more)


def _table(phrases: Phrases, key: str, rows: list[tuple[Part, Counts]], more: int = 0) -> str:
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
    return tag("section", tag("h2", phrases.word(key)), whole, left) + "\n"


def _bar(counts: Counts, most: int) -> Markup:
    """The answers as shares of the widest row; the figures beside it say the same."""
    x, parts = 0.0, []
    for answer, count in zip(ANSWERS, counts, strict=True):
        width = 100.0 * count / most
        if count:
            parts.append(tag("rect", x=x, y="0", width=max(width, 0.5), height="6", class_=FILLS[answer]))
        x += width
    return tag("svg", *parts, viewBox="0 0 100 6", class_="share", aria_hidden="true", focusable="false")


def _worst(phrases: Phrases, summary: ArchiveSummary) -> str:
    if not summary.worst:
        return ""
    rows = [
        tag(
            "tr",
            tag("th", phrases.safe(one.path), scope="row"),
            tag("td", answer_word(phrases, one.answer)),
            tag("td", phrases.safe(", ".join(one.codes)) if one.codes else "–"),
            tag("td", tag("code", phrases.safe(one.sha256)) if one.sha256 else "–"),
        )
        for one in summary.worst
    ]
    heads = [
        tag("th", phrases.word(f"{key}"), scope="col")
        for key in ("html.document", "html.answer", "archive.because", "html.sha256")
    ]
    caption = tag("caption", phrases.word("archive.worst-said"))
    table = tag("table", caption, tag("thead", tag("tr", *heads)), tag("tbody", *rows))
    left = tag("p", phrases.word("archive.more", count=summary.worst_left), class_="dim") if summary.worst_left else None
    whole = tag("div", table, class_="scroll", tabindex="0", role="group", aria_label=phrases.word("archive.worst"))
    return tag("section", tag("h2", phrases.word("archive.worst")), whole, left) + "\n"


def _runs(phrases: Phrases, summary: ArchiveSummary) -> str:
    if len(summary.runs) < 2:
        return ""
    last = summary.runs[-MOST_RUNS:]
    rows: list[tuple[Part, Counts]] = [
        (phrases.word("archive.run", run=run.number, at=phrases.written(run.validation_time)), run.counts) for run in last
    ]
    return _table(phrases, "archive.runs", rows, len(summary.runs) - len(last))
