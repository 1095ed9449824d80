"""Keeping revocation material: each CRL and OCSP response once, by its SHA-256, with the earliest moment it was received."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sigcheck.store.revocation_file import open_to_add, seconds_of
from sigcheck.store.revocation_pieces import Piece


@dataclass(frozen=True, slots=True)
class Arrival:
    """A piece that came in: when, and from where (an address, a file's name)."""

    piece: Piece
    received_at: datetime
    origin: str


def keep(path: Path, arrivals: Sequence[Arrival]) -> tuple[Arrival, ...]:
    """Keep what came in, in one transaction, and give back what is new or was received earlier than was known.

    Several processes may do so at once; each waits for the other. Raises RevocationStoreError.
    """
    if not arrivals:
        return ()
    with open_to_add(path) as connection:
        return tuple(arrival for arrival in arrivals if _keep(connection, arrival))


def _keep(connection: sqlite3.Connection, arrival: Arrival) -> bool:
    piece, sha256 = arrival.piece, bytes.fromhex(arrival.piece.sha256)
    received_at = seconds_of(arrival.received_at)
    (known,) = connection.execute("SELECT min(received_at) FROM receipt WHERE sha256 = ?", (sha256,)).fetchone()
    if isinstance(known, int) and known <= received_at:
        return False
    if known is None:
        made = seconds_of(piece.this_update)
        connection.execute("INSERT INTO piece VALUES (?, ?, ?, ?)", (sha256, piece.kind, made, piece.issuer))
        connection.execute("INSERT INTO octets VALUES (?, ?)", (sha256, piece.octets))
        answers = [(f"{number:x}", sha256) for number in piece.serial_numbers]
        connection.executemany("INSERT INTO answer VALUES (?, ?)", answers)
    connection.execute(
        "INSERT INTO receipt (sha256, received_at, origin) VALUES (?, ?, ?)",
        (sha256, received_at, arrival.origin.encode("utf-8", "backslashreplace").decode()),
    )
    return True
