"""The file that keeps revocation material: one SQLite database, opened with care. Its form and its refusals; no contents.

Rows are only ever added, each receipt with the next number: whoever remembers a number sees the same contents for as long as the
file is there, whatever other processes add. A file of another form, or one that is damaged, raises RevocationStoreError.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sigcheck.store.refusal import RevocationStoreError

APPLICATION_ID: Final = 0x53696763
"""`Sigc`: says of a SQLite file whose it is."""
FORM: Final = 1
"""The number of the form, raised with every change of the tables or of what they mean; another one is refused."""
WAIT_SECONDS: Final = 30.0
"""How long one process waits for another that is writing; adding a hundred files takes less than one."""
OCTETS_LONGEST: Final = 64 * 1024**2 + 4096
"""No piece is longer (the engine reads CRLs of 64 MB at most); a row that claims more is not read."""

SCHEMA: Final = (
    "CREATE TABLE piece (sha256 BLOB PRIMARY KEY, kind TEXT NOT NULL, this_update INTEGER NOT NULL, issuer BLOB) WITHOUT ROWID",
    "CREATE INDEX crl_by_issuer ON piece (issuer, this_update) WHERE issuer IS NOT NULL",
    "CREATE TABLE octets (sha256 BLOB PRIMARY KEY, octets BLOB NOT NULL)",
    "CREATE TABLE answer (serial_number TEXT, sha256 BLOB, PRIMARY KEY (serial_number, sha256)) WITHOUT ROWID",
    "CREATE TABLE receipt (number INTEGER PRIMARY KEY, sha256 BLOB NOT NULL, received_at INTEGER NOT NULL, origin TEXT NOT NULL)",
    "CREATE INDEX receipt_of_piece ON receipt (sha256, number, received_at)",
)
"""piece: what it is; octets: the CRL or response itself; answer: the serial numbers that a response is about; receipt: when it
came, and from where. Times are seconds since 1970 in UTC."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def seconds_of(moment: datetime) -> int:
    """Whole seconds since 1970, rounded up: a receipt is never dated too early."""
    return -((_EPOCH - moment) // timedelta(seconds=1))


def moment_of(seconds: object, path: str | Path) -> datetime:
    """The moment of a stored number. Raises RevocationStoreError for what is none."""
    try:
        if isinstance(seconds, int):
            return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        pass
    raise RevocationStoreError("damaged", path, "a time")


@contextmanager
def refusing(path: str | Path) -> Iterator[None]:
    """Whatever SQLite finds wrong becomes a RevocationStoreError."""
    try:
        yield
    except sqlite3.OperationalError as error:
        busy = _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
        raise RevocationStoreError("busy" if busy else "unusable", path, error) from error
    except (sqlite3.Error, OverflowError, ValueError) as error:  # ValueError: a null byte in the path
        raise RevocationStoreError("damaged", path, error) from error


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for what Python itself found wrong, such as text that is no UTF-8."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def size_of(path: Path) -> int:
    """Octets of the file; 0 when it is not there. Raises RevocationStoreError."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        raise RevocationStoreError("unusable", path, getattr(error, "strerror", None) or error) from error


def open_to_read(path: Path) -> sqlite3.Connection:
    """The file as it is, read only. What a process that was killed left half written is taken back first, as SQLite does."""
    with refusing(path):
        try:
            return _opened(path, "ro")
        except sqlite3.OperationalError as error:
            if _code(error) not in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}:
                raise
            with closing(_opened(path, "rw")):
                return _opened(path, "ro")


@contextmanager
def open_to_add(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on the file, which is made when it is not there: all of it is kept, or nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise RevocationStoreError("unusable", path, getattr(error, "strerror", None) or error) from error
    with refusing(path), closing(_opened(path, "rwc")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            _make(connection)
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # what could not be written cannot be taken back either: nothing was kept
                connection.execute("ROLLBACK")
            raise


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    """A connection to a file of our form, or to an empty one. Raises sqlite3.Error and RevocationStoreError."""
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, OCTETS_LONGEST)
        _check(connection, path, empty_allowed=mode != "ro")
    except BaseException:
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection, path: Path, *, empty_allowed: bool) -> None:
    found = {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}
    if not found and empty_allowed:
        return
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    if application == APPLICATION_ID and form > FORM:
        raise RevocationStoreError("newer", path, form)
    if application == APPLICATION_ID and 0 < form < FORM:
        raise RevocationStoreError("older", path, form)
    if application != APPLICATION_ID or form != FORM or found != set(SCHEMA):
        raise RevocationStoreError("foreign", path)


def _make(connection: sqlite3.Connection) -> None:
    """The tables, in a file that has none yet."""
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() != (0,):
        return
    for statement in SCHEMA:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORM}")
