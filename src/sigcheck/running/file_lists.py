"""Lists of sources in a file or on standard input: one a line, or separated by null bytes as `find -print0` writes them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from sigcheck.running.paths import STANDARD_INPUT
from sigcheck.running.places import NotLocated

LONGEST_NAME: Final = 64 * 1024
"""Octets of one entry; PATH_MAX is 4096, a path on Windows has at most 32,767 characters, a key in S3 1024 octets."""
_PIECE: Final = 64 * 1024
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def listed(name: str, *, null_separated: bool) -> Iterator[str | NotLocated]:
    """Every entry as a source, read piece by piece. A list that cannot be read, or no further, is a NotLocated."""
    try:
        if name == STANDARD_INPUT:
            if sys.stdin is None or sys.stdin.closed:
                yield NotLocated(name, "standard-input-closed")
                return
            yield from _entries(sys.stdin.buffer, name, null_separated)
        else:
            with Path(name).open("rb") as file:
                yield from _entries(file, name, null_separated)
    except (OSError, ValueError) as error:
        yield NotLocated(name, "list-cannot-be-read", getattr(error, "strerror", None) or str(error))


def _entries(file: BinaryIO, name: str, null_separated: bool) -> Iterator[str | NotLocated]:
    for entry in _split(file, b"\0" if null_separated else b"\n"):
        if len(entry) > LONGEST_NAME:
            yield NotLocated(name, "list-entry-too-long", str(LONGEST_NAME))
            return
        kept = entry if null_separated else entry.removesuffix(b"\r")
        if kept:
            yield os.fsdecode(kept)


def _split(file: BinaryIO, separator: bytes) -> Iterator[bytes]:
    held, begun = b"", False
    while piece := file.read(_PIECE):
        *whole, held = (held + piece).split(separator)
        for entry in whole:
            yield entry if begun else _without_mark(entry)
            begun = True
        if len(held) > LONGEST_NAME + len(_BYTE_ORDER_MARK):
            yield held
            return
    yield held if begun else _without_mark(held)


def _without_mark(entry: bytes) -> bytes:
    """Windows' editors write a byte order mark in front."""
    return entry.removeprefix(_BYTE_ORDER_MARK)
