"""The file of audit results: one SQLite database in WAL, opened with care. Its form and its refusals; no contents.

Rows are added and never altered, but for the head and the end of the run that is being written. A file of another form, or one
that is damaged, raises ResultStoreError.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

APPLICATION_ID: Final = 0x53696772
"""`Sigr`: says of a SQLite file whose it is."""
FORM: Final = 1
"""The number of the form; a newer one is refused."""
WAIT_SECONDS: Final = 30.0

SCHEMA: Final = (
    """CREATE TABLE run (
        number INTEGER PRIMARY KEY, asked TEXT NOT NULL, question TEXT NOT NULL, validation_time TEXT NOT NULL,
        previous TEXT NOT NULL, head TEXT NOT NULL, records INTEGER NOT NULL, finished INTEGER NOT NULL, token BLOB)""",
    """CREATE TABLE report (
        id INTEGER PRIMARY KEY, sha256 TEXT, question TEXT NOT NULL, received TEXT NOT NULL, validation_time TEXT NOT NULL,
        only_run INTEGER, state TEXT NOT NULL, report_sha256 TEXT NOT NULL, evidence_sha256 TEXT, octets BLOB NOT NULL)""",
    "CREATE INDEX report_of_content ON report (sha256, question, received, validation_time)",
    "CREATE INDEX report_by_digest ON report (report_sha256)",
    """CREATE TABLE record (
        run INTEGER NOT NULL, position INTEGER NOT NULL, path BLOB NOT NULL, version TEXT NOT NULL, sha256 TEXT, size INTEGER,
        report INTEGER, problem TEXT, detail TEXT, hash TEXT NOT NULL, PRIMARY KEY (run, position)) WITHOUT ROWID""",
    "CREATE UNIQUE INDEX record_of_path ON record (path, run)",
)
"""run: what was asked, and the head of its chain; report: an answer, by content, question and receipt, compressed; record: which
document had which answer. Paths are UTF-8 with the octets that are none kept as they are; moments are ISO 8601 in UTC."""


class ResultStoreError(Exception):
    """The store cannot be used; `code` names the sentence that says why, `values` fill it. Exit code 2."""

    def __init__(self, code: str, path: str | Path, detail: object = "") -> None:
        super().__init__(f"{path}: {code} {detail}")
        self.code = code
        self.values = {"path": str(path), "detail": str(detail)}


@contextmanager
def refusing(path: str | Path) -> Iterator[None]:
    """Whatever SQLite finds wrong becomes a ResultStoreError."""
    try:
        yield
    except sqlite3.OperationalError as error:
        busy = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
        raise ResultStoreError("busy" if busy else "unusable", path, error) from error
    except (sqlite3.Error, OverflowError, ValueError) as error:  # ValueError: a null byte in the path
        raise ResultStoreError("damaged", path, error) from error


def open_to_read(path: Path) -> sqlite3.Connection:
    """An existing store, read only. Raises ResultStoreError."""
    if not path.exists():
        raise ResultStoreError("missing", path)
    with refusing(path):
        connection = _opened(path, "rw")  # a reader of a WAL has to write its index
        connection.execute("PRAGMA query_only = on")
        _check_form(connection, path)
        return connection


def open_to_write(path: Path) -> sqlite3.Connection:
    """The store, made when it is not there; its one writer holds a lock for as long as it is open. Raises ResultStoreError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise ResultStoreError("unusable", path, getattr(error, "strerror", None) or error) from error
    with refusing(path):
        connection = _opened(path, "rwc")
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("PRAGMA synchronous = normal")
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {FORM}")
            for statement in SCHEMA:
                connection.execute(statement)
        _check_form(connection, path)
        connection.execute("COMMIT")
        return connection


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=WAIT_SECONDS, isolation_level=None)
    connection.execute("PRAGMA trusted_schema = off")
    connection.execute("PRAGMA cell_size_check = on")
    return connection


def _check_form(connection: sqlite3.Connection, path: Path) -> None:
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    if owner != APPLICATION_ID:
        raise ResultStoreError("not-a-store", path)
    if form > FORM:
        raise ResultStoreError("newer", path, form)
