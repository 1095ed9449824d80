"""The run of an audit that is being written: reports and chained records, kept in pieces that are there whole or not at all."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Final

from sigcheck.store.ages import earliest
from sigcheck.store.chain import START, chained, ended, record_fields
from sigcheck.store.results import KeptReport, Record, ResultStore, RunAsked, path_octets
from sigcheck.store.results_file import ResultStoreError, refusing

COMPRESSION: Final = 6

_TAKEN_OVER: Final = """
    SELECT id FROM report WHERE sha256 = :sha256 AND question = :question AND received = :received AND (run = :run OR (
        NOT :full AND lasting AND run < :run AND validation_time BETWEEN :oldest AND :at
        AND EXISTS (SELECT 1 FROM record WHERE record.report = report.id AND record.run = report.run)))
    ORDER BY run = :run DESC, validation_time DESC, id DESC LIMIT 1
"""
"""A report of this run, else the youngest of an earlier one that its own chain speaks of: what somebody else put into the file
answers for nothing."""


def begin(store: ResultStore, asked: RunAsked) -> Run:
    """The run that was broken off, when it was asked the same; otherwise a new one behind all others. Raises ResultStoreError."""
    runs = store.runs()
    last = runs[-1] if runs else None
    if last is not None and not last.finished and last.asked == asked.text:
        return Run(store, asked, last.number, last.validation_time, last.head, last.records)
    number, previous = (1, START) if last is None else (last.number + 1, last.head)
    head = chained(previous, {"asked": asked.text, "run": number, "validation_time": asked.validation_time})
    row = (number, asked.text, asked.question, asked.validation_time, previous, head)
    with refusing(store.path):
        store.connection.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, 0, 0, NULL)", row)
    return Run(store, asked, number, asked.validation_time, head, 0)


class Run:
    """What is added counts once `commit` has returned. After an error nothing is kept of what came since the last one."""

    def __init__(self, store: ResultStore, asked: RunAsked, number: int, at: str, head: str, records: int) -> None:
        self.number, self.validation_time, self.head, self.count = number, at, head, records
        self.continued = records > 0
        self.finished = False
        self._connection, self._path, self._asked = store.connection, store.path, asked
        self._oldest = self._earliest(asked.older_than, at)
        self.failed = False

    def _earliest(self, older_than: str | None, at: str) -> str:
        if older_than is None:
            return ""
        moment = earliest(older_than, datetime.fromisoformat(at))
        if moment is None:
            raise ValueError(f"no age: {older_than}")
        return moment.isoformat()

    def has(self, path: str) -> bool:
        """Whether this run has a record of the document already."""
        return self._one("SELECT 1 FROM record WHERE path = ? AND run = ?", path_octets(path), self.number) is not None

    def content_of(self, path: str, version: str) -> tuple[str, int | None] | None:
        """SHA-256 and size of a place that has not changed since an earlier run; a `full` run reads everything again."""
        if self._asked.full or not version:
            return None
        row = self._one("SELECT version, sha256, size FROM record WHERE path = ? ORDER BY run DESC LIMIT 1", path_octets(path))
        return (row[1], row[2]) if row is not None and row[0] == version and row[1] is not None else None

    def report_of(self, sha256: str, received: str) -> int | None:
        """The number of the report that answers for a content: of this run, or of an earlier one that is not too old."""
        values = {"sha256": sha256, "question": self._asked.question, "received": received, "run": self.number}
        more = {"full": self._asked.full, "oldest": self._oldest, "at": self.validation_time}
        with refusing(self._path):
            row = self._connection.execute(_TAKEN_OVER, {**values, **more}).fetchone()
        return None if row is None else int(row[0])

    def keep(self, report: KeptReport) -> int:
        """Keep a report and give its number."""
        with self._writing():
            done = self._connection.execute(
                "INSERT INTO report VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    self.number, report.lasting, report.sha256, self._asked.question, report.received, self.validation_time,
                    report.state, report.report_sha256, report.evidence_sha256, zlib.compress(report.octets, COMPRESSION),
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
        about = self._one(
            "SELECT state, report_sha256, evidence_sha256, question, received, validation_time, lasting FROM report WHERE id = ?",
            report,
        )
        detail = None if detail is None else detail.encode("utf-8", "backslashreplace").decode()
        state, report_sha256, evidence_sha256, *answers = about or (None,) * 7
        answered = (state, report_sha256, evidence_sha256)
        record = Record(self.count, path, version, sha256, size, *answered, problem, detail, *answers)
        head = chained(self.head, record_fields(record))
        row = (self.number, self.count, path_octets(path), version, sha256, size, report, problem, detail, head)
        with self._writing():
            self._connection.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self.head, self.count = head, self.count + 1
        return record

    def commit(self) -> None:
        """All that was added since the last time is kept."""
        self._end_with("UPDATE run SET head = ?, records = ? WHERE number = ?", self.head, self.count, self.number)

    def finish(self) -> None:
        """All documents have their record; the chain ends with their number."""
        self.head = ended(self.head, self.count)
        self._end_with("UPDATE run SET head = ?, records = ?, finished = 1 WHERE number = ?", self.head, self.count, self.number)
        self.finished = True

    def _end_with(self, statement: str, *values: Any) -> None:
        with self._writing():
            self._connection.execute(statement, values)
            self._connection.execute("COMMIT")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Within a transaction; one that failed takes everything back, and nothing is written after it."""
        if self.failed:
            raise ResultStoreError("unusable", self._path, "an earlier error")
        try:
            with refusing(self._path):
                if not self._connection.in_transaction:
                    self._connection.execute("BEGIN IMMEDIATE")
                yield
        except BaseException:
            self.failed = True
            with suppress(Exception):
                self._connection.rollback()
            raise

    def _one(self, query: str, *values: Any) -> Any:
        with refusing(self._path):
            return self._connection.execute(query, values).fetchone()
