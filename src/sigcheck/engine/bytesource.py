"""Random access to the bytes of a document: a file or memory, read in bounded pieces, never all at once for a large file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol

CHUNK = 1024 * 1024
"""Bytes read at once when a range is walked: large enough for hashing at full speed, small enough to stay flat in memory."""

PIECE = 256 * 1024
"""Bytes of a file that are hashed at once: they fit beside the processor."""


class ByteSource(Protocol):
    """What the engine asks of a document's bytes. Offsets outside the document give short or empty reads, never errors."""

    @property
    def size(self) -> int: ...

    def read(self, start: int, length: int) -> bytes:
        """At most `length` bytes from `start`. Raises OSError when the medium fails."""
        ...


class MemorySource:
    """Bytes that are already in memory."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def size(self) -> int:
        return len(self._content)

    def read(self, start: int, length: int) -> bytes:
        return self._content[max(start, 0) : max(start, 0) + max(length, 0)]

    def pieces(self, start: int, end: int) -> Iterator[memoryview]:
        """The bytes from `start` up to `end` where they lie."""
        view = memoryview(self._content)[start:end]
        return (view[position : position + CHUNK] for position in range(0, len(view), CHUNK))


class FileSource:
    """A file on disk, read with seek and read: works the same on every system, and its pages are not ours."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("rb", buffering=0)
        self._size = self._file.seek(0, 2)

    @property
    def size(self) -> int:
        return self._size

    def read(self, start: int, length: int) -> bytes:
        wanted = min(max(length, 0), max(self._size - start, 0))
        self._file.seek(max(start, 0))
        first = self._file.read(wanted)
        return first if len(first) == wanted else b"".join((first, *self._rest(wanted - len(first))))

    def _rest(self, wanted: int) -> Iterator[bytes]:
        """What the system did not give at once."""
        while wanted > 0 and (piece := self._file.read(wanted)):
            yield piece
            wanted -= len(piece)

    def pieces(self, start: int, end: int) -> Iterator[memoryview]:
        """The bytes from `start` up to `end`, each piece in the place of the one before: hashing finds it near the processor."""
        room = memoryview(bytearray(min(PIECE, max(end - start, 0))))
        position = start
        while position < end:
            self._file.seek(position)
            got = self._file.readinto(room[: end - position])  # type: ignore[attr-defined] # an unbuffered file has it
            if not got:
                return
            yield room[:got]
            position += got

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> FileSource:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def chunks(source: ByteSource, start: int, end: int) -> Iterator[bytes | memoryview]:
    """The bytes from `start` up to `end`, piece by piece; ends early at the end of the document. A piece holds until the next."""
    if type(source) in (MemorySource, FileSource):  # no other kind that reads in its own way
        yield from source.pieces(start, end)  # type: ignore[attr-defined] # both have them
        return
    position = start
    while position < end:
        piece = source.read(position, min(CHUNK, end - position))
        if not piece:
            return
        yield piece
        position += len(piece)
