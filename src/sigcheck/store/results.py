"""The results of audits, written as they arrive: runs, the reports of contents, and a chained record for every document.

A report answers one content under one question; many documents, and many runs, may rest on it. Records are chained by SHA-256
over their canonical JSON (RFC 8785): whoever keeps the head of a run's chain can tell later whether any record was altered, taken
away or moved (`chain.py`). A run that was broken off is continued; nothing that it holds is written twice.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sigcheck.store.chain import START, canonical, chained, record_fields
from sigcheck.store.results_file import ResultStoreError, open_to_read, open_to_write, refusing

LONGEST_REPORT: Final = 256 * 1024**2
"""Octets of one report; one with 100,000 changes has some 30 MB."""


@dataclass(frozen=True, slots=True)
class RunAsked:
    """What an audit was asked; a run is continued when all but the validation time is the same."""

    question: str
    """SHA-256 of all that answers depend on beside the content, its receipt and the validation time."""
    described: dict[str, Any]
    """The same and the sources in words, as JSON values."""
    validation_time: str
    oldest: str | None
    """Reports of an earlier validation time are not taken over; None: each is; of a `full` run none is."""
    full: bool = False

    @property
    def text(self) -> str:
        return canonical({"described": self.described, "question": self.question, "oldest": self.oldest, "full": self.full})


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report to be kept. `only_run`: it holds for this run alone (a worker was lost over it)."""

    sha256: str | None
    received: str
    state: str
    octets: bytes
    report_sha256: str
    evidence_sha256: str | None
    only_run: bool = False


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


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as the store has it."""

    number: int
    described: dict[str, Any]
    question: str
    validation_time: str
    head: str
    records: int
    finished: bool
    token: bytes | None


def path_octets(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


class ResultStore:
    """An open store. Raises ResultStoreError wherever the file cannot be used."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        self.path = path
        self._connection = open_to_write(path) if write else open_to_read(path)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> ResultStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def rows(self, query: str, *values: Any) -> Iterator[Any]:
        with refusing(self.path):
            for row in self._connection.execute(query, values):  # noqa: UP028 - not `yield from`: it would close the cursor of a closed store
                yield row

    def runs(self) -> tuple[RunRow, ...]:
        query = "SELECT number, asked, question, validation_time, head, records, finished, token FROM run ORDER BY number"
        return tuple(self._run_row(row) for row in self.rows(query))

    def _run_row(self, row: tuple[Any, ...]) -> RunRow:
        number, asked, question, validation_time, head, records, finished, token = row
        try:
            described = json.loads(asked)["described"]
        except (ValueError, TypeError, KeyError) as error:
            raise ResultStoreError("damaged", self.path, f"run {number}") from error
        return RunRow(number, described, question, validation_time, head, records, bool(finished), token)

    def records(self, run: int) -> Iterator[Record]:
        """The records of a run, in their order."""
        query = """SELECT position, path, version, record.sha256, size, state, report_sha256, evidence_sha256, problem, detail
                   FROM record LEFT JOIN report ON report.id = record.report WHERE run = ? ORDER BY position"""
        for position, path, *rest in self.rows(query, run):
            yield Record(position, bytes(path).decode("utf-8", "surrogateescape"), *rest)

    def report(self, record: Record) -> bytes | None:
        """The report that a record rests on."""
        if record.report_sha256 is None:
            return None
        found = next(self.rows("SELECT octets FROM report WHERE report_sha256 = ? LIMIT 1", record.report_sha256), None)
        if found is None:
            raise ResultStoreError("damaged", self.path, "a report is missing")
        return self._inflated(found[0])

    def reports(self, run: int) -> Iterator[tuple[Record, bytes | None]]:
        """Each record of a run with its report as JSON; None where a problem stands in its place."""
        query = """SELECT position, path, version, record.sha256, size, state, report_sha256, evidence_sha256, problem, detail,
                   octets FROM record LEFT JOIN report ON report.id = record.report WHERE run = ? ORDER BY position"""
        for position, path, *rest, octets in self.rows(query, run):
            record = Record(position, bytes(path).decode("utf-8", "surrogateescape"), *rest)
            yield record, None if octets is None else self._inflated(octets)

    def _inflated(self, octets: bytes) -> bytes:
        try:
            inflater = zlib.decompressobj()
            content = inflater.decompress(octets, LONGEST_REPORT)
        except (zlib.error, TypeError) as error:
            raise ResultStoreError("damaged", self.path, "a report") from error
        if inflater.unconsumed_tail or not inflater.eof:
            raise ResultStoreError("damaged", self.path, "a report")
        return content

    def begin(self, asked: RunAsked) -> Run:
        """The run that was broken off, when it was asked the same; otherwise a new one, behind all others."""
        with refusing(self.path):
            last = self._connection.execute(
                "SELECT number, asked, head, records, finished, validation_time FROM run ORDER BY number DESC LIMIT 1"
            ).fetchone()
            if last is not None and not last[4] and last[1] == asked.text:
                return Run(self._connection, self.path, asked, last[0], last[5], last[2], last[3])
            number, previous = (1, START) if last is None else (last[0] + 1, last[2])
            head = chained(previous, {"asked": asked.text, "run": number, "validation_time": asked.validation_time})
            self._connection.execute(
                "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, 0, 0, NULL)",
                (number, asked.text, asked.question, asked.validation_time, previous, head),
            )
            return Run(self._connection, self.path, asked, number, asked.validation_time, head, 0)

    def keep_token(self, run: int, token: bytes) -> None:
        """A time-stamp over the head of a run."""
        with refusing(self.path):
            self._connection.execute("UPDATE run SET token = ? WHERE number = ?", (token, run))


class Run:
    """The run that is being written. What is added counts once `commit` has returned."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path, asked: RunAsked, number: int, at: str, head: str, records: int
    ) -> None:
        self.number, self.validation_time, self.head, self.count = number, at, head, records
        self.continued = records > 0
        self._connection, self._path, self._asked = connection, path, asked

    def has(self, path: str) -> bool:
        """Whether this run has a record of the document already."""
        return self._one("SELECT 1 FROM record WHERE path = ? AND run = ?", path_octets(path), self.number) is not None

    def content_of(self, path: str, version: str) -> tuple[str, int] | None:
        """SHA-256 and size of a place that has not changed since an earlier run; a `full` run reads everything again."""
        if self._asked.full or not version:
            return None
        row = self._one("SELECT version, sha256, size FROM record WHERE path = ? ORDER BY run DESC LIMIT 1", path_octets(path))
        return (row[1], row[2]) if row is not None and row[0] == version and row[1] is not None else None

    def report_of(self, sha256: str | None, received: str) -> tuple[int, str] | None:
        """The report that answers for a content: of this run, or of an earlier one that is not too old. (id, state)"""
        oldest = self.validation_time if self._asked.full else (self._asked.oldest or "")
        row = self._one(
            """SELECT id, state FROM report WHERE sha256 = ? AND question = ? AND received = ? AND validation_time >= ?
               AND (only_run IS NULL OR only_run = ?) ORDER BY validation_time DESC, id DESC LIMIT 1""",
            sha256, self._asked.question, received, oldest, self.number,
        )  # fmt: skip
        return None if row is None else (row[0], row[1])

    def keep(self, report: KeptReport) -> int:
        """Keep a report and give its number."""
        self._begin()
        with refusing(self._path):
            done = self._connection.execute(
                "INSERT INTO report VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    report.sha256, self._asked.question, report.received, self.validation_time,
                    self.number if report.only_run else None, report.state, report.report_sha256, report.evidence_sha256,
                    zlib.compress(report.octets, 6),
                ),
            )  # fmt: skip
        return int(done.lastrowid or 0)

    def append(
        self,
        path: str,
        version: str,
        *,
        sha256: str | None = None,
        size: int | None = None,
        report: int | None = None,
        problem: str | None = None,
        detail: str | None = None,
    ) -> Record:
        """The next record of the chain."""
        self._begin()
        about = self._one("SELECT state, report_sha256, evidence_sha256 FROM report WHERE id = ?", report)
        state, report_sha256, evidence_sha256 = about or (None, None, None)
        record = Record(self.count, path, version, sha256, size, state, report_sha256, evidence_sha256, problem, detail)
        self.head = chained(self.head, record_fields(record))
        with refusing(self._path):
            self._connection.execute(
                "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (self.number, self.count, path_octets(path), version, sha256, size, report, problem, detail, self.head),
            )
        self.count += 1
        return record

    def commit(self) -> None:
        self._end_with("UPDATE run SET head = ?, records = ? WHERE number = ?", self.head, self.count, self.number)

    def finish(self) -> None:
        self._end_with("UPDATE run SET head = ?, records = ?, finished = 1 WHERE number = ?", self.head, self.count, self.number)

    def _end_with(self, statement: str, *values: Any) -> None:
        self._begin()
        with refusing(self._path):
            self._connection.execute(statement, values)
            self._connection.execute("COMMIT")

    def _begin(self) -> None:
        if not self._connection.in_transaction:
            with refusing(self._path):
                self._connection.execute("BEGIN IMMEDIATE")

    def _one(self, query: str, *values: Any) -> Any:
        with refusing(self._path):
            return self._connection.execute(query, values).fetchone()
