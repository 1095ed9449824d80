"""Where a document lies, as a plain value: a worker, here or on another machine, opens it from that alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sigcheck.engine.bytesource import ByteSource, FileSource
from sigcheck.running.reading import RefusedSource


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file of this machine, or of a file system that all workers see."""

    path: str


Place = FilePlace


@dataclass(frozen=True, slots=True)
class Located:
    """A document to check. `path` is what the report calls it, never normalised."""

    path: str
    place: Place
    size: int | None
    version: str
    """Changes whenever the content may have changed; empty where the place says nothing of the kind."""


@dataclass(frozen=True, slots=True)
class NotLocated:
    """A source that gives no document, with the reason; `detail` is the system's own words."""

    path: str
    problem: str
    detail: str = ""


@contextmanager
def opened_place(place: Place, most: int) -> Iterator[ByteSource]:  # noqa: ARG001 - places that are held in memory ask for it
    """The document's bytes, closed afterwards; what cannot be opened is a source that raises OSError.

    Of a place whose bytes have to be held in memory at most `most` and one more are read.
    """
    try:
        source = FileSource(Path(place.path))
    except OSError as error:
        yield RefusedSource(error)
        return
    with source:
        yield source
