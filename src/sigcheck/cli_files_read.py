"""What a run reads or keeps, in one list for every command: no report, bundle or folder takes the place of any of it.

An option that names a file to read stands in `FILES`, `STORES` or `FOLDERS`; a test goes through the options of all commands.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

from msgspec import Struct

from sigcheck.cli_output import failing_as_unwritable, place_of
from sigcheck.cli_streams import cannot
from sigcheck.reporting.catalogue import Catalogue
from sigcheck.running.paths import PDF_ONLY, STANDARD_INPUT, Found, find_documents

FILES: Final = ("policy", "profile", "received_from", "password_file", "redact_key", "from_evidence", "files_from")
STORES: Final = ("store",)
FOLDERS: Final = ("trust",)
BESIDE_A_STORE: Final = ("", "-wal", "-shm", "-journal", "-lock")
"""Ends of the names of a SQLite file, of what SQLite lays beside it, and of our lock."""
_LONGEST_POLICY: Final = 1024 * 1024

Named: TypeAlias = Path | str | None


class FilesRead(Struct, frozen=True):
    """What one run reads or keeps."""

    documents: tuple[str, ...] = ()
    """Paths as given: files, folders with documents, standard input."""
    suffixes: tuple[str, ...] = PDF_ONLY
    files: tuple[Named, ...] = ()
    stores: tuple[Named, ...] = ()
    folders: tuple[Named, ...] = ()
    """Trust folders: whatever lies in them is read, so that nothing may be written into them either."""


def read_by(
    options: object,
    *,
    documents: tuple[str, ...] = (),
    suffixes: tuple[str, ...] = PDF_ONLY,
    files: Iterable[Named] = (),
) -> FilesRead:
    """What a run with these options reads: what the lists above name, the user's own trust folder and revocation store too."""
    own_trust = getattr(options, "user_trust", False) and not getattr(options, "trust", ())
    return FilesRead(
        documents=documents,
        suffixes=suffixes,
        files=(*(getattr(options, name, None) for name in FILES), *_profile_of_policy(options), *files),
        stores=(*(getattr(options, name, None) for name in STORES), *_revocation_store(options)),
        folders=(*chain.from_iterable(getattr(options, name, ()) for name in FOLDERS), *(_own_trust() if own_trust else ())),
    )


def _revocation_store(options: object) -> Iterator[Path]:
    if not hasattr(options, "revocation_store"):
        return
    from sigcheck.cli_store import store_files  # noqa: PLC0415 - only a run that writes a file asks

    yield from store_files(options.revocation_store, getattr(options, "no_revocation_store", False))


def _own_trust() -> Iterator[Path]:
    from sigcheck.trust.user_folder import default_user_folder  # noqa: PLC0415 - as above

    folder = default_user_folder()
    if folder is not None:
        yield folder


def _profile_of_policy(options: object) -> Iterator[str]:
    """A policy of the user's may name a profile that lies beside it. What cannot be read is said where it is needed."""
    from sigcheck.policies import SHIPPED_POLICIES  # noqa: PLC0415 - as above
    from sigcheck.tables import tables  # noqa: PLC0415 - as above

    name = getattr(options, "policy", None)
    if not name or name in SHIPPED_POLICIES:
        return
    with suppress(OSError, ValueError, RecursionError):
        with Path(name).open("rb") as file:
            profile = tables(file.read(_LONGEST_POLICY).decode("utf-8-sig").replace("\r\n", "\n")).get("profile")
        if isinstance(profile, str) and profile:
            yield os.fspath(Path(name).parent / profile)


def refuse_input_as_output(output: Path | None, read: FilesRead, words: Catalogue) -> None:
    """Raise CannotRunError when the output is a file that this run reads or keeps, or cannot be made where it is to be."""
    if output is None:
        return
    with failing_as_unwritable(output, words):
        place = place_of(output)
    kept = (_beside(store, suffix) for store in read.stores if store is not None for suffix in BESIDE_A_STORE)
    named = chain((file for file in read.files if file is not None), kept)
    if any(_same_place(place, file) for file in named) or (place.is_file() and _is_among(place, read)):
        raise cannot(words, "output-is-input", path=output)
    for folder in _folders(read):
        if os.path.realpath(folder) in map(str, place.parents):
            raise cannot(words, "output-in-trust", path=output, folder=folder)


def _is_among(place: Path, read: FilesRead) -> bool:
    """Whether a file that is there already is one of the documents, or by some link one in a trust folder."""
    return any(_same(place, file) for file in chain(_in_folders(read), _documents(read.documents, read.suffixes)))


def _beside(store: Path | str, suffix: str) -> Path:
    return Path(os.fspath(store) + suffix)


def _same_place(place: Path, read: Path | str) -> bool:
    """By its identity where both are there; else by the place. Text may name what is shipped (`strict`), and is no place then."""
    if _same(place, read) or isinstance(read, str):
        return _same(place, read)
    with suppress(OSError, ValueError):
        return os.path.normcase(place_of(read)) == os.path.normcase(place)
    return False


def _same(place: Path, read: Path | str | int) -> bool:
    try:
        return os.path.samestat(place.stat(), os.stat(read))  # noqa: PTH116 - a descriptor too
    except (OSError, ValueError):
        return False


def _folders(read: FilesRead) -> Iterator[Path | str]:
    return (folder for folder in read.folders if folder)


def _in_folders(read: FilesRead) -> Iterator[Path]:
    for folder in _folders(read):
        with suppress(OSError, ValueError):  # said where the folder is read
            yield from Path(folder).iterdir()


def _documents(paths: tuple[str, ...], suffixes: tuple[str, ...]) -> Iterator[Path | int]:
    for found in find_documents(paths, suffixes):
        if isinstance(found, Found) and found.file is not None:
            yield found.file
    if STANDARD_INPUT in paths:
        try:
            yield sys.stdin.fileno()
        except (OSError, ValueError, AttributeError):  # no descriptor behind it, or closed
            return
