"""Which documents stand behind which row of an archive's tables: kept in a file while a report is written, the worst first."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from sigcheck.archive_summary import ANSWERS, NO_PAGE, ROWS, ListedDocument
from sigcheck.store.results import ResultStore, path_octets, path_of
from sigcheck.store.results_file import refusing
from sigcheck.store.summary import PLACES, CountedDocument

MOST_CODES: Final = 8
"""Of one document; its page has them all."""
LONGEST_CODE: Final = 80
_KINDS: Final = {kind: number for number, kind in enumerate(ROWS)}
_MADE: Final = (
    "PRAGMA journal_mode = off",  # a file that is thrown away needs neither
    "PRAGMA synchronous = off",
    "CREATE TABLE document (position INTEGER PRIMARY KEY, path BLOB, place INTEGER, codes TEXT, no_page INTEGER)",
    "CREATE TABLE member (kind INTEGER, name INTEGER, place INTEGER, position INTEGER)",
    "BEGIN",
)
_LISTED: Final = """
    SELECT document.path, document.place, document.codes, document.position, document.no_page
    FROM member JOIN document ON document.position = member.position
    WHERE member.kind = ? AND member.name = ? ORDER BY member.place, member.position LIMIT ?"""
_OF_RUN: Final = "SELECT path, place, codes, position, no_page FROM document ORDER BY place, position LIMIT ?"
_OF_OTHER_RUN: Final = """
    SELECT record.path, report.state, record.problem, same.position FROM record
    LEFT JOIN report ON report.id = record.report
    LEFT JOIN record AS same ON same.path = record.path AND same.run = ? AND same.report = record.report
    WHERE record.run = ? AND report.state IS NOT 'valid'
    ORDER BY CASE report.state {} ELSE {} END, record.position LIMIT ?"""


class Listing:
    """A file of its own at `path`, which must not be there. Raises ResultStoreError where it cannot be written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with refusing(path):
            self._connection = sqlite3.connect(path, isolation_level=None)
            for statement in _MADE:
                self._connection.execute(statement)

    def close(self) -> None:
        self._connection.close()

    def note(self, document: CountedDocument, rows: Iterable[tuple[str, int]], no_page: str) -> None:
        """A document, the rows in which it stands, and why it has no page (one of NO_PAGE)."""
        position, place = document.record.position, document.place
        codes = json.dumps([code[:LONGEST_CODE] for code in document.codes[:MOST_CODES]])
        about = (position, path_octets(document.record.path), place, codes, NO_PAGE.index(no_page))
        with refusing(self.path):
            self._connection.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?)", about)
            member = ((_KINDS[kind], number, place, position) for kind, number in rows)
            self._connection.executemany("INSERT INTO member VALUES (?, ?, ?, ?)", member)

    def arrange(self) -> None:
        """To be called when all documents are noted."""
        with refusing(self.path):
            self._connection.execute("CREATE INDEX members ON member (kind, name, place, position)")
            self._connection.execute("CREATE INDEX worst ON document (place, position)")

    def of(self, kind: str, number: int, most: int) -> Iterator[ListedDocument]:
        """The documents of a row; of `run` all there are."""
        query = _OF_RUN if kind == "run" else _LISTED
        values = (most,) if kind == "run" else (_KINDS[kind], number, most)
        with refusing(self.path), closing(self._connection.execute(query, values)) as rows:
            for path, place, codes, position, no_page in rows:
                yield ListedDocument(path_of(path), ANSWERS[place], tuple(json.loads(codes)), position, NO_PAGE[no_page])

    def no_page(self, position: int) -> str:
        """Why the document of a record has no page; empty: it has one."""
        return self._about(position)[0]

    def _about(self, position: int) -> tuple[str, tuple[str, ...]]:
        with refusing(self.path):
            row = self._connection.execute("SELECT no_page, codes FROM document WHERE position = ?", (position,)).fetchone()
        return ("none", ()) if row is None else (NO_PAGE[row[0]], tuple(json.loads(row[1])))

    def of_other_run(self, store: ResultStore, shown: int, other: int, most: int) -> Iterator[ListedDocument]:
        """The documents of another run that are not valid there; with the page of the shown run where that has the same report.

        Raises ResultStoreError.
        """
        order = " ".join(f"WHEN '{answer}' THEN {place}" for answer, place in PLACES.items())
        for path, state, problem, position in store.rows(_OF_OTHER_RUN.format(order, PLACES["problem"]), shown, other, most):
            with refusing(store.path):
                named = path_of(path)
            answer = state if state in PLACES else "problem"
            why, codes = ("none", ()) if position is None else self._about(position)
            if problem:
                why, codes = "problem", (str(problem)[:LONGEST_CODE],)
            yield ListedDocument(named, answer, codes, position, why)
