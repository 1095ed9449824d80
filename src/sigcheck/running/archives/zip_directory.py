"""The central directory of a zip (APPNOTE.TXT 6.3.10, 4.3.12 to 4.3.16), read entry by entry, in its own order.

The standard library's zipfile holds all entries in memory, knows neither overlapping members nor the Unicode name field, and
answers damage with exceptions of many kinds.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sigcheck.engine.bytesource import ByteSource
from sigcheck.running.archives.limits import ALLOWANCE, MEMBERS, RATIO, ArchiveRefusedError
from sigcheck.running.archives.streams import PlainStream

LOCAL_HEADER: Final = b"PK\x03\x04"
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x06"
_LOCATOR_64: Final = b"PK\x06\x07"
_ENTRY: Final = b"PK\x01\x02"
_ENTRY_FIELDS: Final = struct.Struct("<4s4B4H3L5H2L")
_TAIL: Final = 22 + 0xFFFF
"""The end record and the longest comment behind it."""
_BUFFER: Final = 128 * 1024
STORED: Final = 0
DEFLATED: Final = 8


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One entry of the central directory. `offset` is that of the local header in the file, `name` as nobody changed it."""

    name: str
    offset: int
    size: int
    packed_size: int
    method: int
    crc: int
    encrypted: bool
    is_link: bool

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


@dataclass(frozen=True, slots=True)
class ZipDirectory:
    """Where the central directory lies; `before` octets stand in front of the archive (a program that unpacks itself)."""

    source: ByteSource
    start: int
    size: int
    before: int

    def entries(self) -> Iterator[ZipEntry]:
        """Every entry. Raises ArchiveRefusedError where the directory is damaged."""
        reader, end = _Buffered(self.source, self.start, self.start + self.size), self.start + self.size
        while reader.position < end:
            fields = _ENTRY_FIELDS.unpack(reader.read(_ENTRY_FIELDS.size))
            if fields[0] != _ENTRY:
                raise ArchiveRefusedError("archive-damaged", "central directory")
            raw, extra, comment = (reader.read(length) for length in fields[12:15])
            del comment
            yield self._entry(fields, raw, extra)

    def _entry(self, fields: tuple[int, ...], raw: bytes, extra: bytes) -> ZipEntry:
        system, flags, method, crc = fields[2], fields[5], fields[6], fields[9]
        extras = dict(_extra_fields(extra))
        size, packed_size, offset = _wide(extras.get(1, b""), fields[11], fields[10], fields[18])
        is_link = system == 3 and (fields[17] >> 16) & 0o170000 == 0o120000  # 3: made on Unix, the mode stands above
        name = _name(raw, bool(flags & 0x800), extras.get(0x7075, b""))
        return ZipEntry(name, offset + self.before, size, packed_size, method, crc, bool(flags & 0x2041), is_link)


class _Buffered:
    """The directory in pieces: a request for each entry would be one over the network too."""

    def __init__(self, source: ByteSource, start: int, end: int) -> None:
        self._stream, self._end, self._held, self._used = PlainStream(source, start), end, b"", 0

    @property
    def position(self) -> int:
        return self._stream.position - len(self._held) + self._used

    def read(self, length: int) -> bytes:
        """Exactly so many octets. Raises ArchiveRefusedError."""
        if len(self._held) - self._used < length:
            wanted = min(max(_BUFFER, length), self._end - self._stream.position)
            self._held = self._held[self._used :] + self._stream.read(max(wanted, 0))
            self._used = 0
        piece = self._held[self._used : self._used + length]
        if len(piece) < length:
            raise ArchiveRefusedError("archive-damaged", "central directory")
        self._used += length
        return piece


def find_directory(source: ByteSource) -> ZipDirectory | None:
    """The central directory that the last end record names; None where there is none. Raises OSError."""
    start = max(source.size - _TAIL, 0)
    tail = source.read(start, _TAIL)
    at = len(tail)
    while (at := tail.rfind(_END, 0, at)) >= 0:
        if len(tail) - at >= 22 and (found := _directory_before(source, start + at, tail[at : at + 22])) is not None:
            return found
    return None


def _directory_before(source: ByteSource, end: int, record: bytes) -> ZipDirectory | None:
    count, size, offset = struct.unpack("<HLL", record[10:20])
    locator = source.read(end - 20, 20) if end >= 20 else b""
    if locator[:4] == _LOCATOR_64 and (count == 0xFFFF or 0xFFFFFFFF in {size, offset}):
        wide = _wide_directory(source, end, struct.unpack("<Q", locator[8:16])[0])
        if wide is None:
            return None
        end, size, offset = wide
    before = end - size - offset
    return None if before < 0 else ZipDirectory(source, end - size, size, before)


def _wide_directory(source: ByteSource, end: int, stated: int) -> tuple[int, int, int] | None:
    """Where the zip64 end record lies, and the size and offset that it states. With octets in front it lies later than stated."""
    for at in dict.fromkeys((stated, end - 20 - 56)):
        record = source.read(at, 56) if 0 <= at < end else b""
        if record[:4] == _END_64 and len(record) == 56:
            size, offset = struct.unpack("<QQ", record[40:56])
            return at, size, offset
    return None


def survey(directory: ZipDirectory) -> int:
    """Look through the whole directory first, and give the number of entries. Raises ArchiveRefusedError for too many entries,
    more than the size of the file can hold honestly, and members that lie over one another (a bomb without packing)."""
    starts, ends = array("Q"), array("Q")
    unpacked, most = 0, ALLOWANCE + RATIO * directory.source.size
    for entry in directory.entries():
        if len(starts) == MEMBERS:
            raise ArchiveRefusedError("archive-too-many-members", str(MEMBERS))
        end = entry.offset + 30 + entry.packed_size
        if end > directory.source.size:
            raise ArchiveRefusedError("archive-damaged", "ends too early")
        starts.append(entry.offset)
        ends.append(end)
        unpacked += entry.size
    if unpacked > most:
        raise ArchiveRefusedError("archive-bomb")
    order = range(len(starts))
    if any(starts[at] > starts[at + 1] for at in order[:-1]):
        order = sorted(order, key=starts.__getitem__)  # type: ignore[assignment]  # a range, or the same numbers in another order
    previous = 0
    for at in order:
        if starts[at] < previous:
            raise ArchiveRefusedError("archive-overlapping")
        previous = ends[at]
    return len(starts)


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _wide(extra: bytes, size: int, packed_size: int, offset: int) -> tuple[int, int, int]:
    """Sizes and offset of zip64: those that do not fit stand in the extra field, in this order (APPNOTE.TXT, 4.5.3)."""
    out, at = [], 0
    for short in (size, packed_size, offset):
        if short == 0xFFFFFFFF and at + 8 <= len(extra):
            out.append(struct.unpack_from("<Q", extra, at)[0])
            at += 8
        else:
            out.append(short)
    return out[0], out[1], out[2]


def _name(raw: bytes, is_utf8: bool, unicode_path: bytes) -> str:
    """The name as it was meant (APPNOTE.TXT, appendix D, 4.6.9), in whatever normal form it has.

    Without the flag the encoding is IBM 437; macOS writes UTF-8 there all the same, and octets that are UTF-8 are no
    Vietnamese in IBM 437.
    """
    if unicode_path[:1] == b"\x01" and unicode_path[1:5] == struct.pack("<L", zlib.crc32(raw)):
        raw, is_utf8 = unicode_path[5:], True
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "surrogateescape") if is_utf8 else raw.decode("cp437")
