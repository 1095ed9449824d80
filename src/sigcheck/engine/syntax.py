"""Tokens and objects of PDF syntax (ISO 32000-2, 7.2 and 7.3), read on demand through a growing window of the file.

Reading is tolerant where viewers are: what they show must be seen here too. Nothing here follows a reference or knows of
cross-references and encryption.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from sigcheck.engine.bytesource import ByteSource
from sigcheck.engine.limits import Limits
from sigcheck.engine.objects import LimitReached, Name, PdfDamaged, PdfObject, Reference, String

WHITE = rb"[\x00\t\n\x0c\r ]"
REGULAR = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"
SKIP = rb"(?:" + WHITE + rb"++|%[^\r\n]*+)*+"
"""White space and comments; possessive, so that hostile input cannot make the expression back-track."""

SMALL_FILE = 4 * 1024**2
"""Files up to this size are read once; larger ones through windows."""
FIRST_WINDOW = 4096
"""Bytes read for an object at first; doubled until the object is complete."""
LONGEST_NUMBER = 64
"""Characters of a number; anything longer is no number that a PDF can mean (Annex C), and costly to convert."""
WORK_FACTOR = 16
WORK_FLOOR = 64 * 1024**2
"""Bytes that may be parsed in all: 16 times the file and 64 MiB. Overlapping or unclosed objects end here, not in hours."""

_TOKEN = re.compile(
    SKIP
    + rb"(?:/("
    + REGULAR
    + rb"*+)|([0-9]{1,10})"
    + WHITE
    + rb"++([0-9]{1,5})"
    + WHITE
    + rb"++R(?!"
    + REGULAR
    + rb")|([+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++))(?!"
    + REGULAR
    + rb")|(<<)|(>>)|(\[)|(\])|(\()|(<)|("
    + REGULAR
    + rb"++)|(.))",
    re.DOTALL,
)
_NAME, _REFERENCE, _NUMBER, _DICT, _DICT_END, _ARRAY, _ARRAY_END, _LITERAL, _HEX, _KEYWORD = 1, 3, 4, 5, 6, 7, 8, 9, 10, 11

_HEADER = re.compile(rb"([0-9]{1,10})" + WHITE + rb"++([0-9]{1,10})" + WHITE + rb"++obj(?!" + REGULAR + rb")")
_LEADING = re.compile(WHITE + rb"*+")
_EMPTY = re.compile(SKIP + rb"endobj(?!" + REGULAR + rb")")
_STREAM_END = re.compile(WHITE + rb"{0,4}(?:endstream|endobj)")
_LINE_END = re.compile(rb"(?:\r\n|\n|\r)\Z")
_AFTER = re.compile(SKIP + rb"(?:(stream)[ \t]*+(?:\r\n|\n|\r)?|endobj|)")
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PLAIN_LITERAL = re.compile(rb"[^()\\\r]*+\)")
_LITERAL_MARK = re.compile(rb"[()]|\\.", re.DOTALL)
_LITERAL_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))|\r\n?", re.DOTALL)
_LOOSE_NUMBER = re.compile(rb"([+-]*+)([0-9]{1,32}(?:\.[0-9]{0,32})?|\.[0-9]{1,32})[-0-9.]*\Z")
_NOT_HEX = bytes(octet for octet in range(256) if octet not in b"0123456789abcdefABCDEF")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_STRUCTURE = frozenset({b"obj", b"endobj", b"stream", b"endstream", b"xref", b"trailer", b"startxref"})
_CONSTANTS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}

LOOK_BACK, LOOK_AHEAD = 8, 64
"""White space by which an offset may miss its object header: writers that count line ends wrongly are off by a few bytes."""


class Incomplete(Exception):
    """The bytes at hand end before the object does."""


class ReadFailed(PdfDamaged):
    """The medium failed while an object was read."""


@dataclass(frozen=True, slots=True)
class Indirect:
    """An indirect object as it stands in the file; `stream_start` is the offset of its stream's data, None without stream."""

    number: int
    generation: int
    value: PdfObject
    start: int
    end: int
    stream_start: int | None


_Found = TypeVar("_Found")


@lru_cache(maxsize=4096)
def read_name(token: bytes) -> Name:
    """The name behind a slash, with #xx resolved (7.3.5)."""
    octets = _NAME_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), token) if b"#" in token else token
    try:
        return Name(octets.decode("utf-8"))
    except UnicodeDecodeError:
        return Name(octets.decode("latin-1"))


def read_number(token: bytes) -> int | float:
    """A number object (7.3.3). Raises PdfDamaged when it is absurdly long."""
    if len(token) > LONGEST_NUMBER:
        raise PdfDamaged("number with too many digits")
    return float(token) if b"." in token else int(token)


def read_hex(digits: bytes) -> bytes:
    """The octets of a hexadecimal string without its brackets (7.3.4.3); what is no digit is passed over, as viewers do."""
    bare = digits.translate(None, _NOT_HEX)
    return bytes.fromhex((bare + b"0" if len(bare) % 2 else bare).decode("ascii"))


def _literal_octets(token: bytes) -> bytes:
    """The octets of a literal string without its parentheses, escapes and line ends resolved (7.3.4.2)."""
    if b"\\" not in token and b"\r" not in token:
        return token

    def replacement(match: re.Match[bytes]) -> bytes:
        if match[1] is not None:
            return bytes([int(match[1], 8) & 0xFF])
        if match[2] is not None:
            return _ESCAPED.get(match[2], match[2])
        return b"\n"

    return _LITERAL_ESCAPE.sub(replacement, token)


def _literal_end(buffer: bytes, position: int) -> int:
    """Position of the parenthesis that closes the literal string whose content begins at `position`. Raises Incomplete."""
    if plain := _PLAIN_LITERAL.match(buffer, position):
        return plain.end() - 1
    depth = 1
    for mark in _LITERAL_MARK.finditer(buffer, position):
        character = buffer[mark.start()]
        if character == 0x28:
            depth += 1
        elif character == 0x29:
            depth -= 1
            if depth == 0:
                return mark.start()
    raise Incomplete


def _read_string(buffer: bytes, opening: int, base: int | None, *, is_hex: bool) -> tuple[String, int]:
    """The string whose opening delimiter stands at `opening`, and the position behind it. Raises Incomplete."""
    if is_hex:
        closing = buffer.find(b">", opening + 1)
        if closing < 0:
            raise Incomplete
        octets = read_hex(buffer[opening + 1 : closing])
    else:
        closing = _literal_end(buffer, opening + 1)
        octets = _literal_octets(buffer[opening + 1 : closing])
    if base is None:
        return String(octets, is_hex=is_hex), closing + 1
    return String(octets, base + opening, base + closing + 1, is_hex), closing + 1


def _keyword(token: bytes) -> PdfObject:
    """What a bare word means where a value is expected. Raises PdfDamaged for the words of the file's structure."""
    if token in _CONSTANTS:
        return _CONSTANTS[token]
    if token in _STRUCTURE:
        raise PdfDamaged(f"{token.decode()} inside an object")
    if loose := _LOOSE_NUMBER.match(token):
        return read_number(loose[1][-1:] + loose[2])
    return None


def _dictionary(items: list[PdfObject]) -> dict[str, PdfObject]:
    """Keys and values in turn; what stands where a key must stand and is no name is passed over."""
    found: dict[str, PdfObject] = {}
    position, last = 0, len(items) - 1
    while position < last:
        key = items[position]
        if isinstance(key, Name):
            found[key] = items[position + 1]
            position += 2
        else:
            position += 1
    return found


def parse_object(  # noqa: PLR0912 - one loop over the kinds of tokens is the clearest form
    buffer: bytes, position: int, *, base: int | None, complete: bool, depth: int
) -> tuple[PdfObject, int]:
    """The object at `position` of `buffer`, and the position behind it.

    `base` is the file offset of the buffer (None: not in the file), `complete` says that nothing follows the buffer.
    Raises Incomplete, PdfDamaged, or LimitReached beyond `depth` levels.
    """
    open_items: list[tuple[list[PdfObject], int]] = []
    items: list[PdfObject] = []
    closer = 0
    last = -1 if complete else len(buffer)
    value: PdfObject
    while True:
        token = _TOKEN.match(buffer, position)
        if token is None or token.end() == last:
            raise Incomplete
        kind = token.lastindex
        position = token.end()
        if kind == _NAME:
            value = read_name(token[1])
        elif kind == _REFERENCE:
            value = Reference(int(token[2]), int(token[3]))
        elif kind == _NUMBER:
            value = read_number(token[4])
        elif kind in (_DICT, _ARRAY):
            if len(open_items) >= depth:
                raise LimitReached("object_depth", f"{depth} levels")
            open_items.append((items, closer))
            items, closer = [], _DICT_END if kind == _DICT else _ARRAY_END
            continue
        elif kind in (_DICT_END, _ARRAY_END):
            if kind != closer:
                raise PdfDamaged("unbalanced brackets")
            value = _dictionary(items) if kind == _DICT_END else items
            items, closer = open_items.pop()
        elif kind in (_LITERAL, _HEX):
            value, position = _read_string(buffer, position - 1, base, is_hex=kind == _HEX)
        elif kind == _KEYWORD:
            value = _keyword(token[11])
        else:
            raise PdfDamaged("stray delimiter")
        if not open_items:
            return value, position
        items.append(value)


class ObjectReader:
    """Objects at file offsets. Its work is bounded over the life of the document."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.size = source.size
        self.limits = limits
        self._source = source
        self._work = WORK_FACTOR * self.size + WORK_FLOOR
        self._whole = self._read(0, self.size) if self.size <= SMALL_FILE else None

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
        return self._read(start, min(length, self.size - start))

    def charge(self, amount: int) -> None:
        """Count bytes looked at. Raises LimitReached when a document makes us read it over and over."""
        self._work -= max(amount, 0)
        if self._work < 0:
            raise LimitReached("object_bytes", "the document's objects overlap or do not end")

    def object_at(self, offset: int) -> tuple[PdfObject, int]:
        """The direct object at `offset` and the offset behind it. Raises PdfDamaged or LimitReached."""
        return self._grow(offset, self._direct)

    def indirect_at(self, offset: int, number: int | None = None) -> Indirect:
        """The indirect object whose header stands at `offset`, give or take a few bytes of white space.

        With `number` given it must be that object. Raises PdfDamaged or LimitReached.
        """
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

    def _grow(self, offset: int, parse: Callable[[bytes, int, int, bool], _Found]) -> _Found:
        """Parse at `offset`, with a larger window as often as the object turns out to be incomplete."""
        if not 0 <= offset < self.size:
            raise PdfDamaged(f"offset {offset} lies outside the file")
        if self._whole is not None:
            return self._attempt(self._whole, offset, 0, complete=True, parse=parse)
        window = FIRST_WINDOW
        while True:
            buffer = self._read(offset, min(window, self.size - offset))
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

    def _direct(self, buffer: bytes, position: int, base: int, complete: bool) -> tuple[PdfObject, int]:
        value, end = parse_object(buffer, position, base=base, complete=complete, depth=self.limits.object_depth)
        self._measure(end - position)
        return value, base + end

    def _indirect(self, buffer: bytes, position: int, base: int, complete: bool) -> Indirect:
        header = _HEADER.match(buffer, position)
        if header is None:
            raise PdfDamaged(f"no object header at offset {base + position}")
        number, generation = int(header[1]), int(header[2])
        if _EMPTY.match(buffer, header.end()):
            return Indirect(number, generation, None, base + position, base + header.end(), None)
        value, end = parse_object(buffer, header.end(), base=base, complete=complete, depth=self.limits.object_depth)
        after = _AFTER.match(buffer, end)
        if not complete and (after is None or after.end() + len(b"endstream") >= len(buffer)):
            raise Incomplete
        self._measure(end - position)
        stream_start = None
        if after is not None and after[1] is not None and isinstance(value, dict):
            stream_start = base + after.end()
        return Indirect(number, generation, value, base + position, base + (after.end() if after else end), stream_start)

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
