"""The members of a tar, one after the other (POSIX.1-2017 pax, ustar; GNU tar's long names; the old format).

The standard library's tarfile remembers every member, reads headers of any size into memory and follows them recursively.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sigcheck.running.archives.limits import HEADER_OCTETS, ArchiveRefusedError
from sigcheck.running.archives.streams import Stream

BLOCK: Final = 512
_REGULAR: Final = frozenset(b"0\x007")
_LINKS: Final = frozenset(b"12")
_EXTENDED: Final = frozenset(b"xgXLK")
"""Headers about the member that follows: pax, pax for all that follow, Solaris' pax, GNU's long name and long link."""
_HEADERS_AT_ONCE: Final = 16
"""Extended headers before one member; pax and GNU tar write at most three."""
_SPARSE: Final = ord("S")
_WITHOUT_CONTENT: Final = frozenset(b"123456")
"""Links, devices, folders, pipes: whatever size is stated, nothing follows."""


@dataclass(frozen=True, slots=True)
class TarEntry:
    """One member that is a file or a link. `offset` is that of its content, in the tar as it is when nothing is packed."""

    name: str
    offset: int
    size: int
    is_link: bool
    is_sparse: bool


def is_header(block: bytes) -> bool:
    """Whether this is the header of a member: its checksum holds, whatever the magic says."""
    if len(block) < BLOCK or not block[0]:
        return False
    stated = _number(block[148:156])
    return stated is not None and stated == sum(block[:148]) + 8 * ord(" ") + sum(block[156:BLOCK])


def entries(stream: Stream) -> Iterator[TarEntry]:
    """Every file and link. Whoever asks for the next may have read the content, or a part of it. Raises ArchiveRefusedError."""
    everywhere: dict[str, str] = {}
    told: dict[str, str] = {}
    extended = 0
    while True:
        block = stream.read(BLOCK)
        if not block or block == bytes(BLOCK):
            return
        if len(block) < BLOCK or not is_header(block):
            raise ArchiveRefusedError("archive-damaged", f"tar header at {stream.position - len(block)}")
        size, kind, start = _number(block[124:136]), block[156], stream.position
        if size is None or size < 0:
            raise ArchiveRefusedError("archive-damaged", f"tar header at {start - BLOCK}")
        if kind in _EXTENDED:
            extended += 1
            if size > HEADER_OCTETS or extended > _HEADERS_AT_ONCE:
                raise ArchiveRefusedError("archive-damaged", f"extended header at {start - BLOCK}")
            _take(kind, stream.read(size), told, everywhere)
        else:
            entry = _entry(block, kind, start, size, {**everywhere, **told})
            told, extended = {}, 0
            size = 0 if kind in _WITHOUT_CONTENT else entry.size
            if kind == _SPARSE:
                start = _behind_sparse_map(stream, block)
            if kind in _REGULAR or kind in _LINKS or kind == _SPARSE:
                yield entry
        stream.skip_to(start + -(-size // BLOCK) * BLOCK)


def _behind_sparse_map(stream: Stream, block: bytes) -> int:
    """GNU tar's old sparse files have the rest of their map before the content."""
    more = block[482:483]
    while more not in {b"", b"\0"}:
        more = stream.read(BLOCK)[504:505]
    return stream.position


def _entry(block: bytes, kind: int, start: int, size: int, told: Mapping[str, str]) -> TarEntry:
    name = told.get("path")
    if name is None:
        prefix = _text(block[345:500]) if block[257:263] == b"ustar\0" else ""
        name = f"{prefix}/{_text(block[:100])}" if prefix else _text(block[:100])
    stated = told.get("size", "")
    if stated.isascii() and stated.isdecimal() and len(stated) < 20:
        size = int(stated)
    sparse = kind == _SPARSE or any(key.startswith("GNU.sparse.") for key in told)
    return TarEntry(told.get("GNU.sparse.name", name), start, 0 if kind in _LINKS else size, kind in _LINKS, sparse)


def _take(kind: int, content: bytes, told: dict[str, str], everywhere: dict[str, str]) -> None:
    if kind == ord("L"):
        told["path"] = _text(content)
    elif kind in b"xX":
        told.update(_records(content))
    elif kind == ord("g"):
        everywhere.update(_records(content))


def _records(content: bytes) -> Iterator[tuple[str, str]]:
    """`length key=value\\n` (POSIX.1-2017 pax, "pax Extended Header"); what does not fit ends them."""
    at = 0
    while at < len(content):
        digits, space, _ = content[at : at + 20].partition(b" ")
        if not space or not digits.isdigit() or int(digits) <= len(digits) + 1:
            return
        record = content[at + len(digits) + 1 : at + int(digits)]
        key, _, value = record.removesuffix(b"\n").partition(b"=")
        if key in {b"path", b"size"} or key.startswith(b"GNU.sparse."):
            yield key.decode("ascii", "replace"), value.decode("utf-8", "surrogateescape")
        at += int(digits)


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


def _number(field: bytes) -> int | None:
    """Octal, or base 256 where the first bit is set (GNU tar); None where it is neither."""
    if field[0] & 0x80:
        return (
            int.from_bytes(field, "big", signed=True)
            if field[0] == 0xFF
            else int.from_bytes(bytes([field[0] & 0x7F]) + field[1:])
        )
    digits = field.split(b"\0", 1)[0].strip(b" ")
    if not digits:
        return 0
    return int(digits, 8) if all(digit in b"01234567" for digit in digits) else None
