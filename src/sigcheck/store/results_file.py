"""The file of audit results: one SQLite database in WAL, opened with care. Its form and its refusals; no contents.

Rows are added and never altered, but for the head and the end of the run that is being written. A file of another form, or one
that is damaged, raises ResultStoreError. Whoever writes holds a second, empty file beside it: a lock that ends with the process.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

APPLICATION_ID: Final = 0x53696772
"""`Sigr`: says of a SQLite file whose it is."""
FORM: Final = 2
"""The number of the form, raised with every change of the tables or of what they mean; another one is refused. Form 1 had tables
of several kinds, and a chain that did not cover the answers."""
WAIT_SECONDS: Final = 30.0
"""For a reader that is just copying the write-ahead log back."""
LOCK_SECONDS: Final = 1.0
"""For another writer, who may go on for days."""
LOCK_SUFFIX: Final = "-lock"
OCTETS_LONGEST: Final = 96 * 1024**2
"""No value is longer (a report is at most 64 MB, and is kept compressed); a row that claims more is not read."""

SCHEMA: Final = (
    """CREATE TABLE run (
        number INTEGER PRIMARY KEY, asked TEXT NOT NULL, question TEXT NOT NULL, validation_time TEXT NOT NULL,
        previous TEXT NOT NULL, head TEXT NOT NULL, records INTEGER NOT NULL, finished INTEGER NOT NULL, token BLOB)""",
    """CREATE TABLE report (
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL, lasting INTEGER NOT NULL, sha256 TEXT, question TEXT NOT NULL,
        received TEXT NOT NULL, validation_time TEXT NOT NULL, state TEXT NOT NULL, report_sha256 TEXT NOT NULL,
        evidence_sha256 TEXT, octets BLOB NOT NULL)""",
    "CREATE INDEX report_of_content ON report (sha256, question, received, validation_time)",
    """CREATE TABLE record (
        run INTEGER NOT NULL, position INTEGER NOT NULL, path BLOB NOT NULL, version TEXT NOT NULL, sha256 TEXT, size INTEGER,
        report INTEGER, problem TEXT, detail TEXT, hash TEXT NOT NULL, PRIMARY KEY (run, position)) WITHOUT ROWID""",
    "CREATE UNIQUE INDEX record_of_path ON record (path, run)",
    "CREATE INDEX record_of_report ON record (report) WHERE report IS NOT NULL",
)
"""run: what was asked, and the head of its chain; report: the answer that a run found, by content, question and receipt,
compressed; record: which document had which answer. Paths are UTF-8, what is none of it kept exactly; moments ISO 8601, UTC."""


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
    except (sqlite3.Error, OverflowError, ValueError) as error:  # ValueError: a null byte in the path, text that is no UTF-8
        raise ResultStoreError("damaged", path, error) from error


def open_to_read(path: Path) -> sqlite3.Connection:
    """An existing store, read only. Raises ResultStoreError."""
    with refusing(path):
        if not path.is_file():
            raise ResultStoreError("missing", path)
        try:
            connection = _checked(_opened(path, "mode=rw"), path)  # a reader of a WAL has to write its index
        except sqlite3.OperationalError:
            if _has_log(path):
                raise
            connection = _checked(_opened(path, "mode=ro&immutable=1"), path)  # where nothing can be written: a disc, a snapshot
        connection.execute("PRAGMA query_only = on")
        return connection


def open_to_write(path: Path) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """The store, made when it is not there, and the lock of its one writer: both are open until they are closed.

    Raises ResultStoreError.
    """
    try:
        path.parent.stat()  # nowhere/../x is not x, whatever a path is shortened to
    except (OSError, ValueError) as error:
        raise ResultStoreError("unusable", path, getattr(error, "strerror", None) or error) from error
    with refusing(path):
        if path.exists() and not path.is_file():
            raise ResultStoreError("not-a-store", path)
        lock = _locked(path)
        try:
            return _made(path), lock
        except BaseException:
            lock.close()
            raise


def _locked(path: Path) -> sqlite3.Connection:
    """SQLite's own locks are the ones that every system has and that end with the process, however it ends."""
    lock = _opened(path.with_name(path.name + LOCK_SUFFIX), "mode=rwc", LOCK_SECONDS)
    try:
        lock.execute("PRAGMA journal_mode = memory")  # nothing is ever written to it
        lock.execute("BEGIN EXCLUSIVE")
    except BaseException:
        lock.close()
        raise
    return lock


def _made(path: Path) -> sqlite3.Connection:
    connection = _opened(path, "mode=rwc")
    try:
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            _check_form(connection, path)  # before anything is changed: it may be somebody else's database
        connection.execute("PRAGMA journal_mode = wal")
        connection.execute("PRAGMA synchronous = normal")
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {FORM}")
            for statement in SCHEMA:
                connection.execute(statement)
        connection.execute("COMMIT")
        return connection
    except BaseException:
        connection.close()
        raise


def _opened(path: Path, mode: str, seconds: float = WAIT_SECONDS) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=seconds, isolation_level=None)
    connection.execute("PRAGMA trusted_schema = off")
    connection.execute("PRAGMA cell_size_check = on")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, OCTETS_LONGEST)
    return connection


def _checked(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    try:
        _check_form(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_form(connection: sqlite3.Connection, path: Path) -> None:
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    if owner != APPLICATION_ID:
        raise ResultStoreError("not-a-store", path)
    if form > FORM:
        raise ResultStoreError("newer", path, form)
    if form < FORM:
        raise ResultStoreError("older", path, form)
    if {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")} != set(SCHEMA):
        raise ResultStoreError("damaged", path)


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.is_file() and log.stat().st_size > 0
