"""Folders to documents: the files that the paths of a command name, in a fixed order."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

STANDARD_INPUT = "-"
PDF_ONLY = (".pdf",)


class PathProblem(StrEnum):
    """Why a path gives no document."""

    MISSING = "no-such-path"
    NOT_A_FILE = "not-a-file-or-folder"
    FOLDER_UNREADABLE = "folder-cannot-be-read"
    NO_DOCUMENT = "no-document-in-folder"
    INPUT_TWICE = "standard-input-named-twice"
    INPUT_CLOSED = "standard-input-closed"


class Found(Struct, frozen=True):
    """A document to check. `file` is None for standard input; `path` is what the report calls it, never normalised."""

    path: str
    file: Path | None


class NotFound(Struct, frozen=True):
    """A path that gives no document, with the reason; `detail` is the system's own words."""

    path: str
    problem: PathProblem
    detail: str = ""


def find_documents(paths: Sequence[str], suffixes: tuple[str, ...] = PDF_ONLY) -> Iterator[Found | NotFound]:
    """The documents that `paths` name: files as given, folders walked in the order of their names, `-` once."""
    input_named = False
    for path in paths:
        if path != STANDARD_INPUT:
            yield from _at(path, suffixes)
        elif input_named:
            yield NotFound(path, PathProblem.INPUT_TWICE)
        elif sys.stdin is None or sys.stdin.closed:
            yield NotFound(path, PathProblem.INPUT_CLOSED)
        else:
            input_named = True
            yield Found(path, None)


def is_folder(path: str) -> bool:
    """Whether `path` names a folder; what cannot be asked for is none."""
    return path != STANDARD_INPUT and os.path.isdir(path)  # noqa: PTH112 - a path with a null byte must answer, not raise


def _at(path: str, suffixes: tuple[str, ...]) -> Iterator[Found | NotFound]:
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError) as error:
        yield NotFound(path, PathProblem.MISSING, _words(error))
        return
    if stat.S_ISREG(mode):
        yield Found(path, Path(path))
    elif stat.S_ISDIR(mode):
        empty = True
        for item in walk(path, suffixes):
            empty = empty and not isinstance(item, Found)
            yield item
        if empty:
            yield NotFound(path, PathProblem.NO_DOCUMENT)
    else:
        yield NotFound(path, PathProblem.NOT_A_FILE)  # a device or a pipe could be read without end


def walk(folder: str, suffixes: tuple[str, ...]) -> Iterator[Found | NotFound]:
    """Files first, then folders below; a folder reached again through a link is not entered twice."""
    seen: set[str] = set()
    pending = [folder]
    while pending:
        current = pending.pop()
        real = os.path.realpath(current)  # resolves loops of links without raising
        if real in seen:
            continue
        seen.add(real)
        try:
            with os.scandir(current) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield NotFound(current, PathProblem.FOLDER_UNREADABLE, _words(error))
            continue
        below = []
        for entry in entries:
            if _is_folder(entry):
                below.append(entry.path)
            elif entry.name.lower().endswith(suffixes) and _is_regular(entry):
                yield Found(entry.path, Path(entry.path))
        pending.extend(reversed(below))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_regular(entry: os.DirEntry[str]) -> bool:
    """A link that leads nowhere counts: the check says that it cannot be read, instead of leaving the document out."""
    try:
        return stat.S_ISREG(entry.stat().st_mode)
    except OSError:
        return True


def _words(error: OSError | ValueError) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else str(error)
