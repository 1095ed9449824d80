"""Objects at file offsets (ISO 32000-2, 7.3.8 and 7.3.10), read on demand through a growing window, with bounded work."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct

from sigcheck.engine.bytesource import ByteSource
from sigcheck.engine.deadline import NEVER, Deadline
from sigcheck.engine.limits import Limits
from sigcheck.engine.pdf.lexer import REGULAR, SKIP, WHITE, Incomplete, parse_object, parse_spelled, read_hex, read_name
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject

__all__ = ["Incomplete", "Indirect", "ObjectReader", "ReadFailed", "parse_object", "read_hex", "read_name"]

SMALL_FILE = 16 * 1024**2
"""Files up to this size are read once; larger ones through windows."""
FIRST_WINDOW = 4096
"""Bytes read for an object at first; doubled until the object is complete."""
WORK_FACTOR = 16
WORK_FLOOR = 64 * 1024**2
"""Bytes that may be parsed in all: 16 times the file and 64 MiB. Overlapping or unclosed objects end here, not in hours."""

LOOK_BACK, LOOK_AHEAD = 8, 64
"""White space by which an offset may miss its object header: writers that count line ends wrongly are off by a few bytes."""
NEAR = LOOK_BACK + FIRST_WINDOW + LOOK_AHEAD
"""Bytes of a large file that are read at once around a place: an object with what stands before and behind it."""

_HEADER = re.compile(rb"([0-9]{1,10})" + WHITE + rb"++([0-9]{1,10})" + WHITE + rb"++obj(?!" + REGULAR + rb")")
_LEADING = re.compile(WHITE + rb"*+")
_EMPTY = re.compile(SKIP + rb"endobj(?!" + REGULAR + rb")")
_STREAM_END = re.compile(WHITE + rb"{0,4}(?:endstream|endobj)")
_END_OF_DATA = re.compile(WHITE + rb"{0,4}endstream(?!" + REGULAR + rb")")
_LINE_END = re.compile(rb"(?:\r\n|\n|\r)\Z")
_AFTER = re.compile(SKIP + rb"(?:(stream)[ \t]*+(?:\r\n|\n|\r)?|endobj|)")

_Found = TypeVar("_Found")


class ReadFailed(PdfDamaged):
    """The medium failed while an object was read."""


class Indirect(Struct, frozen=True):
    """An indirect object as it stands in the file; `stream_start` is the offset of its stream's data, None without stream."""

    number: int
    generation: int
    value: PdfObject
    start: int
    end: int
    stream_start: int | None
    plain_end: int | None = None
    """Offset behind a value that is spelled plainly (lexer.py)."""


class ObjectReader:
    """Objects at file offsets. Its work is bounded over the life of the document, and every step of it asks the deadline."""

    def __init__(self, source: ByteSource, limits: Limits, deadline: Deadline = NEVER) -> None:
        self.size = source.size
        self.limits = limits
        self.deadline = deadline
        self._source = source
        self._work = WORK_FACTOR * self.size + WORK_FLOOR
        self._whole = self._read(0, self.size) if self.size <= SMALL_FILE else None
        self._near, self._near_start = b"", 0

    def _read(self, start: int, length: int) -> bytes:
        try:
            return self._source.read(start, length)
        except (OSError, ValueError, OverflowError) as error:
            raise ReadFailed(str(error)) from error

    def read(self, start: int, length: int) -> bytes:
        """Bytes of the file; short or empty outside it. Raises ReadFailed."""
        if start < 0 or start >= self.size or length <= 0:
            return b""
        if self._whole is not None:
            return self._whole[start : start + length]
        length = min(length, self.size - start)
        if length > NEAR:
            return self._read(start, length)
        within = start - self._near_start
        if within < 0 or within + length > len(self._near):
            self._near, self._near_start, within = self._read(start, NEAR), start, 0
        return self._near[within : within + length]

    def charge(self, amount: int) -> None:
        """Count bytes looked at. Raises LimitReached when a document makes us read it over and over, TimeSpent."""
        self.deadline.check()
        if amount > 0:
            self._work -= amount
        if self._work < 0:
            raise LimitReached("object_bytes", "the document's objects overlap or do not end")

    def object_at(self, offset: int) -> tuple[PdfObject, int, bool]:
        """The direct object at `offset`, the offset behind it, and whether it is spelled plainly. Raises PdfDamaged or
        LimitReached."""
        return self._grow(offset, self._direct)

    def indirect_at(self, offset: int, number: int | None = None) -> Indirect:
        """The indirect object whose header stands at `offset`, give or take a few bytes of white space.

        With `number` given it must be that object. Raises PdfDamaged or LimitReached.
        """
        if self._whole is not None and self._stands_at(self._whole, offset, number):
            return self._attempt(self._whole, offset, 0, complete=True, parse=self._indirect)
        return self._grow(self._header_start(offset, number), self._indirect)

    def _header_start(self, offset: int, number: int | None) -> int:
        """Where the header `n g obj` near `offset` begins. Raises PdfDamaged when none, or another one, stands there."""
        if not 0 <= offset < self.size:
            raise PdfDamaged(f"offset {offset} lies outside the file")
        first = max(offset - LOOK_BACK, 0)
        nearby = self.read(first, LOOK_BACK + LOOK_AHEAD)
        ahead = _LEADING.match(nearby, offset - first)
        start = ahead.end() if ahead else offset - first
        while start >= 0:
            header = _HEADER.match(nearby, start)
            if header and (number is None or int(header[1]) == number) and not nearby[max(start - 1, 0) : start].isdigit():
                return first + start
            start = min(start, offset - first) - 1
        raise PdfDamaged(f"no header of object {number} at offset {offset}")

    def _stands_at(self, whole: bytes, offset: int, number: int | None) -> bool:
        """Whether the header begins just there, as it nearly always does."""
        if not 0 < offset < self.size or 0x30 <= whole[offset - 1] <= 0x39:
            return False
        header = _HEADER.match(whole, offset, max(offset, LOOK_BACK) + LOOK_AHEAD)
        return header is not None and (number is None or int(header[1]) == number)

    def _grow(self, offset: int, parse: Callable[[bytes, int, int, bool], _Found]) -> _Found:
        """Parse at `offset`, with a larger window as often as the object turns out to be incomplete."""
        if not 0 <= offset < self.size:
            raise PdfDamaged(f"offset {offset} lies outside the file")
        if self._whole is not None:
            return self._attempt(self._whole, offset, 0, complete=True, parse=parse)
        window = FIRST_WINDOW
        while True:
            buffer = self.read(offset, window)
            complete = offset + window >= self.size
            try:
                return self._attempt(buffer, 0, offset, complete=complete, parse=parse)
            except Incomplete:
                if window >= self.limits.object_bytes:
                    raise LimitReached("object_bytes", f"object at offset {offset}") from None
                window *= 2

    def _attempt(
        self, buffer: bytes, position: int, base: int, *, complete: bool, parse: Callable[[bytes, int, int, bool], _Found]
    ) -> _Found:
        """One try. The end of the file inside the object is damage, not a reason for a larger window."""
        try:
            return parse(buffer, position, base, complete)
        except Incomplete:
            self.charge(len(buffer) - position)
            if complete:
                raise PdfDamaged("the file ends inside an object") from None
            raise

    def _direct(self, buffer: bytes, position: int, base: int, complete: bool) -> tuple[PdfObject, int, bool]:
        value, end, plain = parse_spelled(buffer, position, base=base, complete=complete, depth=self.limits.object_depth)
        self._measure(end - position)
        return value, base + end, plain

    def _indirect(self, buffer: bytes, position: int, base: int, complete: bool) -> Indirect:
        header = _HEADER.match(buffer, position)
        if header is None:
            raise PdfDamaged(f"no object header at offset {base + position}")
        number, generation = int(header[1]), int(header[2])
        if _EMPTY.match(buffer, header.end()):
            return Indirect(number, generation, None, base + position, base + header.end(), None)
        value, end, plain = parse_spelled(buffer, header.end(), base=base, complete=complete, depth=self.limits.object_depth)
        after = _AFTER.match(buffer, end)
        if not complete and (after is None or after.end() + len(b"endstream") >= len(buffer)):
            raise Incomplete
        behind = after.end() if after else end
        self._measure(behind - position)
        stream_start = None
        if after is not None and after[1] is not None and isinstance(value, dict):
            stream_start = base + after.end()
        plain_end = base + end if plain else None
        return Indirect(number, generation, value, base + position, base + behind, stream_start, plain_end)

    def _measure(self, length: int) -> None:
        if length > self.limits.object_bytes:
            raise LimitReached("object_bytes", f"{length} bytes")
        self.charge(length)

    def stream_length(self, start: int, declared: PdfObject) -> int:
        """The length of the stream data at `start`: as declared when `endstream` follows there, else found by looking for it.

        Raises PdfDamaged when no `endstream` follows, LimitReached when the document makes us look too often.
        """
        if isinstance(declared, int) and not isinstance(declared, bool) and 0 <= declared <= self.size - start:
            if _STREAM_END.match(self.read(start + declared, LOOK_AHEAD)):
                return declared
        found = self.find(b"endstream", start, self.size)
        if found < 0:
            raise PdfDamaged(f"no endstream behind offset {start}")
        line_end = _LINE_END.search(self.read(max(found - 2, start), min(2, found - start)))
        return found - start - (len(line_end[0]) if line_end else 0)

    def endstream_at(self, offset: int) -> bool:
        """Whether the keyword stands there, or behind one end of line (7.3.8.1)."""
        return _END_OF_DATA.match(self.read(offset, LOOK_AHEAD)) is not None

    def find(self, word: bytes, start: int, end: int) -> int:
        """Offset of the first `word` that begins in start…end, -1 without one; reads through windows, and counts them."""
        position = max(start, 0)
        end = min(end, self.size)
        if self._whole is not None:
            found = self._whole.find(word, position, end + len(word) - 1)
            self.charge((found if found >= 0 else end) - position if end > position else 0)
            return found
        window = FIRST_WINDOW
        while position < end:
            piece = self._read(position, min(window, end - position) + len(word) - 1)
            self.charge(len(piece))
            found = piece.find(word)
            if found >= 0:
                return position + found
            position += window
            window = min(window * 4, SMALL_FILE)
        return -1
