"""A part of a source as a source of its own."""

from __future__ import annotations

from sigcheck.engine.bytesource import ByteSource


class WindowSource:
    """The octets from `start`, `size` of them. Raises OSError where the source does not have them all."""

    def __init__(self, source: ByteSource, start: int, size: int) -> None:
        if start < 0 or start + size > source.size:
            raise OSError("the archive ends before the member does")
        self._source, self._start, self._size = source, start, size

    @property
    def size(self) -> int:
        return self._size

    def read(self, start: int, length: int) -> bytes:
        start = max(start, 0)
        return self._source.read(self._start + start, max(min(length, self._size - start), 0))
