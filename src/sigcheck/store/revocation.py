"""CRLs and OCSP responses kept for offline use, as the check reads them: by issuer's name and by serial number.

A `RevocationStore` is a path and a number: it passes to other processes as it is, each opens the file when it is first asked,
and what is added after the number was read does not show. The check never writes. Octets that do not have their SHA-256 any more
raise RevocationStoreError; a row that misleads finds nothing, for the engine compares names, numbers and signatures itself.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from sigcheck.engine.revoking.received import Received
from sigcheck.engine.x509.names import NameKey, name_key
from sigcheck.store.refusal import RevocationStoreError
from sigcheck.store.revocation_file import moment_of, open_to_read, refusing, size_of

OCTETS: Final = 64 * 1024**2
"""Of the CRLs of one issuer that a check is given, newest first: thirty of 50,000 entries. A newer one answers for all that an
older one does, as long as the certificate has not expired."""
CRLS: Final = 500
"""The same in number; each costs a look at its outline."""
RESPONSES: Final = 64
"""OCSP responses about one serial number that a check is given, newest first: each costs a signature."""
REMEMBERED_OCTETS: Final = 256 * 1024**2
"""CRLs held in a process, as many as the engine remembers parsed."""
READERS: Final = 4
"""Stores open in one process; a service has one, tests a few."""

_SEEN: Final = """
    SELECT sha256, (SELECT min(received_at) FROM receipt WHERE receipt.sha256 = piece.sha256 AND number <= :until) AS first
    FROM {0} AND first IS NOT NULL ORDER BY this_update DESC, sha256 LIMIT :most
"""
_CRLS_OF_ISSUER: Final = _SEEN.format("piece WHERE kind = 'crl' AND issuer = :key")
_RESPONSES_ABOUT: Final = _SEEN.format("answer JOIN piece USING (sha256) WHERE serial_number = :key")


@dataclass(frozen=True, slots=True)
class RevocationStore:
    """What a store file holds up to a receipt."""

    path: Path
    until: int
    """The last receipt that counts."""
    sha256: str | None
    """Of the contents and when each was received; None when there is nothing."""

    def about(self, issuer_names: Sequence[bytes], serial_number: int) -> tuple[tuple[Received, ...], tuple[Received, ...]]:
        """CRLs under these names (DER), and OCSP responses about the serial number, newest first. Raises RevocationStoreError."""
        reader = _reader(self.path, self.until)
        with reader.lock, refusing(self.path):
            return reader.crls(dict.fromkeys(map(name_key, issuer_names))), reader.responses(serial_number)


def read_store(path: Path) -> RevocationStore | None:
    """The store as it is now; None when there is no such file, or an empty one. Raises RevocationStoreError when it is unusable.

    The digest is that of the lines `SHA-256 seconds`, the earliest receipt of each piece in seconds since 1970, in order.
    """
    if not size_of(path):
        return None
    with refusing(path), closing(open_to_read(path)) as connection:
        until = connection.execute("SELECT coalesce(max(number), 0) FROM receipt").fetchone()[0]
        digest = hashlib.sha256()
        for piece, received_at in connection.execute(
            "SELECT sha256, min(received_at) FROM receipt WHERE number <= ? GROUP BY sha256 ORDER BY sha256", (until,)
        ):
            if not isinstance(piece, bytes) or not isinstance(received_at, int):
                raise RevocationStoreError("damaged", path, "a receipt")
            digest.update(f"{piece.hex()} {received_at}\n".encode())
    return RevocationStore(path, until, digest.hexdigest() if until else None)


class _Reader:
    """An open store in one process, with the CRLs that were asked for."""

    def __init__(self, path: Path, until: int) -> None:
        self.path = path
        self.until = until
        self.lock = Lock()  # the local service asks from several threads
        self.connection = open_to_read(path)
        self._names: dict[NameKey, list[bytes]] | None = None
        self._kept: dict[bytes, tuple[Received, ...]] = {}
        self._octets = 0

    def crls(self, names: Iterable[NameKey]) -> tuple[Received, ...]:
        """CRLs of issuers with these names, however the names are written."""
        if self._names is None:
            self._names = {}
            for (name,) in self.connection.execute("SELECT DISTINCT issuer FROM piece WHERE issuer IS NOT NULL ORDER BY issuer"):
                if not isinstance(name, bytes):
                    raise RevocationStoreError("damaged", self.path, "a name")
                self._names.setdefault(name_key(name), []).append(name)
        known = self._names
        return tuple(crl for name in names for written in known.get(name, ()) for crl in self._of_issuer(written))

    def _of_issuer(self, name: bytes) -> tuple[Received, ...]:
        """The same objects each time: the engine remembers a parsed CRL by its octets."""
        kept = self._kept.get(name)
        if kept is None:
            kept = self._pieces(_CRLS_OF_ISSUER, name, CRLS)
            size = sum(len(crl.der) for crl in kept)
            if self._octets + size > REMEMBERED_OCTETS:
                self._kept.clear()
                self._octets = 0
            self._kept[name] = kept
            self._octets += size
        return kept

    def responses(self, serial_number: int) -> tuple[Received, ...]:
        return self._pieces(_RESPONSES_ABOUT, f"{serial_number:x}", RESPONSES)

    def _pieces(self, query: str, key: bytes | str, most: int) -> tuple[Received, ...]:
        """The newest, until they have too many octets together; the first comes in any case."""
        out: list[Received] = []
        total = 0
        for sha256, received_at in self.connection.execute(query, {"key": key, "until": self.until, "most": most}).fetchall():
            octets = octets_of(self.connection, sha256, self.path)
            total += len(octets)
            if out and total > OCTETS:
                break
            out.append(Received(octets, "store", moment_of(received_at, self.path)))
        return tuple(out)


def octets_of(connection: sqlite3.Connection, sha256: object, path: Path) -> bytes:
    """The octets of a piece. Raises RevocationStoreError when they are gone, or are others."""
    row = connection.execute("SELECT octets FROM octets WHERE sha256 = ?", (sha256,)).fetchone()
    octets = row[0] if row is not None else None
    if not isinstance(octets, bytes) or hashlib.sha256(octets).digest() != sha256:
        raise RevocationStoreError("damaged", path, sha256.hex() if isinstance(sha256, bytes) else "")
    return octets


_readers: dict[tuple[int, Path, int], _Reader] = {}
_readers_lock = Lock()


def _reader(path: Path, until: int) -> _Reader:
    """The reader of this process: a connection must not be taken along into a forked one."""
    with _readers_lock:
        key = (os.getpid(), path, until)
        known = _readers.get(key)
        if known is None:
            while len(_readers) >= READERS:
                _close(next(iter(_readers)))
            known = _readers[key] = _Reader(path, until)
        return known


def _close(key: tuple[int, Path, int]) -> None:
    reader = _readers.pop(key)
    if key[0] == os.getpid():
        with reader.lock:
            reader.connection.close()
