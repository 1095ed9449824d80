"""`sigcheck results report --folder`: an archive's pages in a folder, streamed: the index, a list behind each row, documents."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sigcheck.archive_summary import ANSWERS, ArchiveSummary, ListedDocument
from sigcheck.cli_report_folder import report_folder, write_mark
from sigcheck.cli_streams import say, write_error
from sigcheck.reporting.catalogue import Catalogue
from sigcheck.reporting.html.archive import archive_page, breakdowns, row_name, runs_shown
from sigcheck.reporting.html.archive_list import ListOf, document_page, list_page
from sigcheck.reporting.html.archive_rows import Leads
from sigcheck.reporting.html.places import INDEX, ROWS_OF_A_PAGE, document_place
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.phrases import Phrases
from sigcheck.reporting.report_reading import ReportUnreadableError, read_report
from sigcheck.store.listing import Listing
from sigcheck.store.results import ResultStore, RunRow
from sigcheck.store.summary import Altered, CountedDocument, Counting, documents

MOST_LISTED: Final = 10_000
"""Documents in one list: twenty pages are more than anybody turns. The lists by answer name every document that has a page."""
MOST_OF_OTHER_RUN: Final = 1_000
MOST_LINES: Final = 200
"""Rows of one table of the index: agencies, above all."""
_EVERY_SECONDS: Final = 1.0
_LISTING: Final = ".listing"
"""The lists while they are made; it is gone before the folder takes its place."""


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """What `results report --folder` was asked."""

    folder: Path
    made: str
    """Which documents get a page: `not-valid`, `all`, `none`."""
    language: str
    altered: Altered | None = None


@dataclass(slots=True)
class _Writing:
    """The report while it is written into `folder`."""

    store: ResultStore
    run: RunRow
    asked: ReportAsked
    folder: Path
    listing: Listing
    phrases: Phrases
    tolerance: int | None
    unread: int = 0
    told: float = field(default_factory=time.monotonic)
    folders: set[Path] = field(default_factory=set)

    def documents(self) -> ArchiveSummary:
        """Go through the run once: count, note who stands where, and write the pages of documents."""
        counting = Counting()
        for done, document in enumerate(documents(self.store, self.run.number, self.asked.altered)):
            no_page = self._page(document)
            self.unread += no_page == "unread"
            self.listing.note(document, counting.add(document), no_page)
            self._tell(done)
        self.listing.arrange()
        return counting.summary(self.store, self.run, MOST_LINES)

    def _page(self, document: CountedDocument) -> str:
        """Write a document's page; gives why there is none."""
        if document.octets is None:
            return "problem" if document.record.state is None else "unread"
        if self.asked.made == "none":
            return "none"
        if self.asked.made == "not-valid" and ANSWERS[document.place] == "valid":
            return "valid"
        position = document.record.position
        try:
            report = read_report(document.octets, document.record.path)
        except ReportUnreadableError:
            return "unread"
        page = document_page(self.phrases, report, position, ANSWERS[document.place], self.tolerance)
        self._write(document_place(position), page)
        return ""

    def _write(self, place: str, page: str) -> None:
        path = self.folder / place
        if path.parent not in self.folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.folders = {path.parent}  # places come in their order
        path.write_text(page, encoding="utf-8", errors="backslashreplace", newline="\n")

    def _tell(self, done: int) -> None:
        """A line a second on a terminal."""
        now = time.monotonic()
        if now - self.told > _EVERY_SECONDS and sys.stderr is not None and sys.stderr.isatty():
            self.told = now
            write_error(self.phrases.word("results.report-progress", done=done + 1, count=self.run.records))

    def lists(self, summary: ArchiveSummary) -> dict[tuple[str, int], str]:
        """Write every list; gives where each begins."""
        begin = {}
        for of in lists_of(summary, self.phrases, self.asked.made):
            rows = self._rows(of)
            for page in range(1, of.pages + 1):
                self._write(of.place(page), list_page(self.phrases, summary, of, page, next(rows, ())))
            begin[of.kind, of.number] = of.place(1)
        return begin

    def _rows(self, of: ListOf) -> Iterator[tuple[ListedDocument, ...]]:
        if of.other_run:
            found = self.listing.of_other_run(self.store, self.run.number, of.number, of.listed)
            if self.asked.altered is not None:
                found = (replace(one, path=self.asked.altered.path(one.path)) for one in found)
        else:
            found = self.listing.of(of.kind, of.number, of.listed)
        while rows := tuple(islice(found, ROWS_OF_A_PAGE)):
            yield rows


def lists_of(summary: ArchiveSummary, phrases: Phrases, made: str) -> Iterator[ListOf]:
    """The lists behind the rows of every table; none behind a row without documents."""

    def of(kind: str, number: int, name: str, total: int, most: int, *, other_run: bool = False) -> ListOf:
        table = phrases.word("archive.answers" if kind == "answer" else "archive.runs" if kind == "run" else f"archive.by-{kind}")
        title = phrases.word("archive.list-title", table=table, name=name)
        return ListOf(kind, number, title, total, min(total, most), other_run)

    for place, (answer, total) in enumerate(zip(ANSWERS, summary.counts, strict=True)):
        if total:
            has_pages = answer != "problem" and (made == "all" or (made == "not-valid" and answer != "valid"))
            yield of("answer", place, row_name(phrases, "answer", answer), total, total if has_pages else MOST_LISTED)
    for kind, breakdown in breakdowns(summary):
        for line in breakdown.lines:
            yield of(kind, line.number, row_name(phrases, kind, line.name), line.total, MOST_LISTED)
    for run in runs_shown(summary):
        name = phrases.word("archive.run", run=run.number, at=phrases.written(run.validation_time))
        if run.number == summary.run:
            yield of("run", run.number, name, sum(run.counts), MOST_LISTED)
        elif not_valid := sum(run.counts[:-1]):
            yield of("run", run.number, name, not_valid, MOST_OF_OTHER_RUN, other_run=True)


def write_archive(store: ResultStore, run: RunRow, asked: ReportAsked, words: Catalogue) -> None:
    """Write the folder. Raises CannotRunError and ResultStoreError, and nothing is there then."""
    phrases = Phrases(words)
    with report_folder(asked.folder, words) as folder, store.as_it_is():
        with closing(Listing(folder / _LISTING)) as listing:
            writing = _Writing(store, run, asked, folder, listing, phrases, tolerance_of(run))
            summary = writing.documents()
            begin = writing.lists(summary)
            no_page = {one.position: listing.no_page(one.position) for one in summary.worst}
        (folder / _LISTING).unlink()
        leads = Leads(begin, no_page, asked.made, writing.unread)
        index = archive_page(summary, ReportOptions(language=asked.language), leads)
        (folder / INDEX).write_text("".join(index), "utf-8", errors="backslashreplace", newline="\n")
        write_mark(folder, {"run": run.number, "head": run.head, "pages": asked.made, "language": asked.language})
    if writing.unread:
        say(words, "report-unread", count=writing.unread, path=store.path)


def tolerance_of(run: RunRow) -> int | None:
    """The policy's tolerance for clocks, in seconds: as the run says, else that of the shipped policy with the same digest."""
    said: Any = run.described.get("time_tolerance_seconds")
    if isinstance(said, int) and not isinstance(said, bool) and said >= 0:
        return said
    from sigcheck.policies import SHIPPED_POLICIES, shipped_policy  # noqa: PLC0415 - runs of older versions only
    from sigcheck.policy import parse_policy  # noqa: PLC0415 - as above

    named: Any = run.described.get("policy")
    shipped = (parse_policy(shipped_policy(name), name=name) for name in SHIPPED_POLICIES)
    digest = named.get("sha256") if isinstance(named, dict) else None
    return next((policy.time_tolerance_seconds for policy in shipped if policy.sha256 == digest), None)
