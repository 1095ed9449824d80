"""Bytes of what a path names: a file read in pieces, or standard input held in memory, within the engine's limits."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from sigcheck.engine.bytesource import ByteSource, FileSource, MemorySource, chunks
from sigcheck.engine.limits import DEFAULT_LIMITS
from sigcheck.running.paths import Found


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
def opened(found: Found) -> Iterator[ByteSource]:
    """The document's bytes, closed afterwards. What cannot be opened comes as a RefusedSource."""
    if found.file is None:
        # One byte beyond the limit is enough for the engine to say that the limit was reached.
        yield MemorySource(sys.stdin.buffer.read(DEFAULT_LIMITS.file_bytes + 1))
        return
    try:
        source = FileSource(found.file)
    except OSError as error:
        yield RefusedSource(error)
        return
    with source:
        yield source


def sha256_of(source: ByteSource) -> str | None:
    """The document's SHA-256; None when it cannot be read."""
    digest = hashlib.sha256()
    try:
        for piece in chunks(source, 0, source.size):
            digest.update(piece)
    except OSError:
        return None
    return digest.hexdigest()
