"""Bytes of what a path names: a file read in pieces, or standard input held in memory."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from sigcheck.digests import sha256_of_pieces
from sigcheck.engine.bytesource import CHUNK, ByteSource, FileSource, MemorySource, chunks
from sigcheck.running.paths import Found

SMALL_FILE = 16 * 1024**2
"""Bytes of a file that is held in memory while it is checked; the engine reads larger ones through windows."""


class RefusedSource:
    """A document that the system does not let us open: every question raises its OSError, and the engine reports that."""

    def __init__(self, error: OSError) -> None:
        self._error = error

    @property
    def size(self) -> NoReturn:
        raise self._error

    def read(self, start: int, length: int) -> NoReturn:  # noqa: ARG002 - the interface's names
        raise self._error


@contextmanager
def opened(found: Found, most: int) -> Iterator[ByteSource]:
    """The document's bytes, closed afterwards; of standard input at most one byte beyond `most`, the engine's limit.

    What cannot be opened comes as a RefusedSource.
    """
    if found.file is None:
        yield _standard_input(most + 1)
        return
    try:
        source = FileSource(found.file)
    except OSError as error:
        yield RefusedSource(error)
        return
    with source:
        yield _in_memory(source) if source.size <= SMALL_FILE else source


def _in_memory(source: ByteSource) -> ByteSource:
    """The bytes of a small file, read once: every step sees the same, whatever becomes of the file meanwhile."""
    try:
        return MemorySource(source.read(0, source.size))
    except OSError as error:
        return RefusedSource(error)


def _standard_input(most: int) -> ByteSource:
    """At most so many bytes, piece by piece: asked for all at once, Python takes the memory before it knows the length."""
    content = bytearray()
    try:
        while piece := sys.stdin.buffer.read(min(CHUNK, most - len(content))):
            content += piece
    except OSError as error:  # a folder, or open for writing alone
        return RefusedSource(error)
    return MemorySource(bytes(content))


def sha256_of(source: ByteSource) -> str | None:
    """The document's SHA-256; None when it cannot be read."""
    try:
        return sha256_of_pieces(chunks(source, 0, source.size))
    except OSError:
        return None
