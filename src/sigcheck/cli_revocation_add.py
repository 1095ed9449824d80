"""`sigcheck revocation add`: files of CRLs and OCSP responses, each named for what it is, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sigcheck.anchors import TrustList
from sigcheck.cli_output import write_out
from sigcheck.cli_revocation_list import account_lines, explained
from sigcheck.cli_settings import moment_given
from sigcheck.cli_store import needed_store_file, refusing_store
from sigcheck.cli_streams import COULD_NOT_RUN, CannotRunError, cannot, write_error
from sigcheck.reporting.catalogue import Catalogue
from sigcheck.reporting.hostile import shown
from sigcheck.store.revocation_keeping import Arrival, keep
from sigcheck.store.revocation_listing import account_of
from sigcheck.store.revocation_pieces import FILE_LONGEST, Piece, pieces_in

CLOCK_DIFFERENCE: Final = timedelta(seconds=60)
"""What was made may show a second that our own clock has not reached yet."""


def add(
    files: tuple[Path, ...], received_at: str | None, store: Path | None, trust: TrustList, now: datetime, words: Catalogue
) -> int:
    """Keep what the files hold and say what it is. A file that is refused is said, the others are kept; exit code 2 then."""
    moment = now if received_at is None else moment_given("--received-at", received_at, now, words)
    path = needed_store_file(store, words)
    refused = False
    told: list[tuple[Path, list[Arrival], tuple[Arrival, ...]]] = []
    for file in files:
        try:
            arrivals = [Arrival(piece, moment, file.name) for piece in _pieces(file, moment, words)]
        except CannotRunError as error:
            write_error(words.word("error.prefix", text=str(error)))
            refused = True
            continue
        with refusing_store(words):
            told.append((file, arrivals, keep(path, arrivals)))
    for file, arrivals, kept in told:  # everything is kept by now: a reader that leaves loses no piece
        write_out(_told(file, arrivals, kept, trust, now, words), None, words)
    return COULD_NOT_RUN if refused else 0


def _told(
    file: Path, arrivals: list[Arrival], kept: tuple[Arrival, ...], trust: TrustList, now: datetime, words: Catalogue
) -> Iterator[str]:
    for arrival in arrivals:
        new = arrival in kept
        yield words.word("revocation-store.added" if new else "revocation-store.known", path=shown(str(file))) + "\n"
        account = account_of(arrival.piece, arrival.received_at, arrival.origin, trust, now)
        lines = account_lines(account, now, words) if new else explained(account, words)
        yield from (f"  {line}\n" for line in lines)


def _pieces(file: Path, moment: datetime, words: Catalogue) -> Iterator[Piece]:
    """Every piece of the file. Raises CannotRunError when one part of it is refused."""
    try:
        with file.open("rb") as opened:
            content = opened.read(FILE_LONGEST + 1)
    except (OSError, ValueError) as error:
        raise cannot(words, "revocation-unreadable", path=file, detail=getattr(error, "strerror", None) or error) from error
    if len(content) > FILE_LONGEST:
        raise cannot(words, "revocation-too-large", path=file, limit=FILE_LONGEST)
    for piece in pieces_in(content):
        if piece is None:
            raise cannot(words, "revocation-neither", path=file)
        if piece.made_at > moment + CLOCK_DIFFERENCE:
            raise cannot(words, "revocation-not-yet-made", path=file, made=words.time(piece.made_at))
        yield piece
