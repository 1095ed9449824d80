"""The results of audits, written as they arrive: runs, the reports of contents, and a chained record for every document.

A report answers one content under one question; many documents, and many runs, may rest on it. Records are chained by SHA-256
over their canonical JSON (RFC 8785): whoever keeps the head of a run's chain can tell later whether any record was altered, taken
away or moved (`chain.py`). A run that was broken off is continued; nothing that it holds is written twice (`writing.py`).
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sigcheck.store.chain import canonical
from sigcheck.store.results_file import ResultStoreError, open_to_read, open_to_write, refusing

LONGEST_REPORT: Final = 64 * 1024**2
"""Octets of one report; one with 100,000 changes has some 30 MB."""
_RECORD: Final = """
    SELECT position, path, version, record.sha256, size, state, report_sha256, evidence_sha256, problem, detail,
           report.question, report.received, report.validation_time, report.lasting{more}
    FROM record LEFT JOIN report ON report.id = record.report WHERE record.run = ?"""
_FORMS: Final = (int, bytes, str, str, int, str, str, str, str, str, str, str, str, int)
"""What the columns of a record hold; SQLite itself takes anything in any column."""
_NEVER_NULL: Final = 3


@dataclass(frozen=True, slots=True)
class RunAsked:
    """What an audit was asked; a run is continued when all but the validation time is the same."""

    question: str
    """SHA-256 of all that answers depend on beside the content, its receipt and, unless it was named, the validation time."""
    described: dict[str, Any]
    """The same and the sources in words, as JSON values."""
    validation_time: str
    older_than: str | None = None
    """Reports of this age (`3y`) are not taken over; None: each is; of a `full` run none is."""
    full: bool = False

    @property
    def text(self) -> str:
        return canonical(
            {"described": self.described, "full": self.full, "older_than": self.older_than, "question": self.question}
        )


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report to be kept."""

    sha256: str | None
    received: str
    state: str
    octets: bytes
    report_sha256: str
    evidence_sha256: str | None
    lasting: bool = True
    """False: it says what happened this time (a worker was lost, a password was missing), and holds for this run alone."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a run says of one document: its report, or the problem why there is none."""

    position: int
    path: str
    version: str
    sha256: str | None
    size: int | None
    state: str | None
    report_sha256: str | None
    evidence_sha256: str | None
    problem: str | None
    detail: str | None
    question: str | None = None
    """What the report answers, the archive's record it was given, when it was asked, and whether it is one for later runs."""
    received: str | None = None
    asked_at: str | None = None
    lasting: int | None = None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as the store has it."""

    number: int
    asked: str
    described: dict[str, Any]
    question: str
    validation_time: str
    previous: str
    head: str
    records: int
    finished: bool
    token: bytes | None


def path_octets(path: str) -> bytes:
    """A path as the store has it: any string that a system gives, back again by `path_of`."""
    return path.encode("utf-8", "surrogatepass")


def path_of(octets: bytes) -> str:
    return octets.decode("utf-8", "surrogatepass")


class ResultStore:
    """An open store. Raises ResultStoreError wherever the file cannot be used."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self.path = path
        self._lock = None
        if write:
            self.connection, self._lock = open_to_write(path)
        else:
            self.connection = open_to_read(path)

    def close(self) -> None:
        self.connection.close()
        if self._lock is not None:
            self._lock.close()

    def __enter__(self) -> ResultStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def rows(self, query: str, *values: Any) -> Iterator[Any]:
        with refusing(self.path):
            for row in self.connection.execute(query, values):  # noqa: UP028 - not `yield from`: it would close the cursor of a closed store
                yield row

    def runs(self) -> tuple[RunRow, ...]:
        query = (
            "SELECT number, asked, question, validation_time, previous, head, records, finished, token FROM run ORDER BY number"
        )
        return tuple(self._run_row(row) for row in self.rows(query))

    def _run_row(self, row: tuple[Any, ...]) -> RunRow:
        number, asked, question, validation_time, previous, head, records, finished, token = row
        self._check_forms(row, (int, str, str, str, str, str, int, int, bytes), never_null=8)
        try:
            described = dict(json.loads(asked)["described"])
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ResultStoreError("damaged", self.path, f"run {number}") from error
        return RunRow(number, asked, described, question, validation_time, previous, head, records, bool(finished), token)

    def _check_forms(self, row: Sequence[Any], forms: Sequence[type], never_null: int) -> None:
        for index, (value, form) in enumerate(zip(row, forms, strict=False)):
            if not isinstance(value, form) and (value is not None or index < never_null):
                raise ResultStoreError("damaged", self.path, f"a row beginning with {row[0]!r}")

    def _record(self, row: Sequence[Any]) -> Record:
        self._check_forms(row, _FORMS, _NEVER_NULL)
        with refusing(self.path):
            return Record(row[0], path_of(row[1]), *row[2:14])

    def records(self, run: int, *, by_path: bool = False) -> Iterator[Record]:
        """The records of a run, in their order, or in that of their paths' octets."""
        order = "path" if by_path else "position"
        for row in self.rows(f"{_RECORD.format(more='')} ORDER BY {order}", run):
            yield self._record(row)

    def reports(self, run: int) -> Iterator[tuple[Record, bytes | None]]:
        """Each record of a run with its report as JSON; None where a problem stands in its place."""
        for row in self.rows(f"{_RECORD.format(more=', octets')} ORDER BY position", run):
            yield self._record(row), None if row[14] is None else self._inflated(row[14])

    def report(self, run: int, position: int) -> bytes | None:
        """The report that a record of a run rests on; None where a problem stands in its place."""
        query = """SELECT report, octets FROM record LEFT JOIN report ON report.id = record.report
                   WHERE record.run = ? AND position = ?"""
        found = next(self.rows(query, run, position), (None, None))
        if found[0] is not None and found[1] is None:
            raise ResultStoreError("damaged", self.path, "a report is missing")
        return None if found[1] is None else self._inflated(found[1])

    def _inflated(self, octets: object) -> bytes:
        try:
            inflater = zlib.decompressobj()
            content = inflater.decompress(octets, LONGEST_REPORT)  # type: ignore[arg-type]  # what it is not raises TypeError
        except (zlib.error, TypeError) as error:
            raise ResultStoreError("damaged", self.path, "a report") from error
        if inflater.unconsumed_tail or not inflater.eof:
            raise ResultStoreError("damaged", self.path, "a report")
        return content

    @contextmanager
    def as_it_is(self) -> Iterator[None]:
        """Whatever is read within is of one moment, while an audit goes on writing."""
        with refusing(self.path):
            self.connection.execute("BEGIN")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):  # closed already
                self.connection.execute("COMMIT")

    def keep_token(self, run: int, token: bytes) -> None:
        """A time-stamp over the head of a run."""
        with refusing(self.path):
            self.connection.execute("UPDATE run SET token = ? WHERE number = ?", (token, run))
