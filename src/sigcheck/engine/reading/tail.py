"""Bytes that no cross-reference explains: behind the last revision, and objects between revisions (ISO 32000-2, 7.5.5, 7.5.6).

Viewers rebuild the cross-reference of a damaged file from whatever objects they find, so unexplained objects can be shown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from sigcheck.engine.bytesource import CHUNK, ByteSource
from sigcheck.engine.pdf.objects import Name, PdfDamaged, Reference, Stream
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.engine.revisions import WHITE_SPACE
from sigcheck.facts import Tail, TailKind

PREVIEW = 60
"""Characters of junk that are shown."""

MOST_UNEXPLAINED = 1_000
"""Offsets of unexplained objects that are listed; one is enough to decide."""

OVERLAP = 64
"""Bytes that two neighbouring pieces share, so that nothing searched for is cut."""

_WHITE = rb"[\x00\t\n\x0c\r ]"
_STRUCTURE = (
    rb"[0-9]" + _WHITE + rb"+[0-9]{1,5}" + _WHITE + rb"+obj(?![A-Za-z])"
    rb"|xref" + _WHITE + rb"+[0-9]"
    rb"|trailer" + _WHITE + rb"*<<"
    rb"|/Type" + _WHITE + rb"*/XRef"
)
_OBJECT_HEAD = re.compile(
    rb"(?:^|(?<=[\r\n])|(?<=endobj))" + _WHITE + rb"*([0-9]{1,10})" + _WHITE + rb"+[0-9]{1,5}" + _WHITE + rb"+\Z"
)

_ANY_OBJECT_HEAD = rb"(?<![0-9])([0-9]{1,10})" + _WHITE + rb"+[0-9]{1,5}" + _WHITE + rb"+\Z"


def find_tail(pdf: PdfFile) -> Tail:
    """What stands behind the last revision. White space and NULs are nothing. Raises OSError."""
    start = max((revision.end for revision in pdf.revisions), default=0)
    length = max(pdf.source.size - start, 0)
    preview = b""
    for _, piece in _pieces(pdf.source, start, pdf.source.size):
        if re.search(_STRUCTURE, piece):
            return Tail(TailKind.OBJECTS, start, length, _printable(piece.lstrip(WHITE_SPACE)))
        preview = preview or piece.strip(WHITE_SPACE)[:PREVIEW]
    return Tail(TailKind.JUNK, start, length, _printable(preview)) if preview else Tail(TailKind.NOTHING, start, length)


ENDING_WITHIN = 1024
"""Bytes at the end in which viewers look for `startxref` and `%%EOF`; what lies farther back makes them rebuild the file."""

LARGEST_NUMBER = 10_000_000
"""A /Size above it makes viewers give up the cross-reference: no genuine file comes near."""

_ENDING = re.compile(rb"startxref" + _WHITE + rb"{1,16}[0-9]{1,19}" + _WHITE + rb"{1,16}%%EOF")


def ends_regularly(pdf: PdfFile) -> bool:
    """Whether viewers find the newest cross-reference where it should be (7.5.5) and can believe it.

    Where they do not, they scan for objects, inside streams too, and may show another document than the one that was signed.
    Raises OSError.
    """
    ending = pdf.source.read(max(pdf.source.size - ENDING_WITHIN, 0), ENDING_WITHIN)
    trailer = pdf.trailer(len(pdf.revisions))
    size, previous = trailer.get("Size"), trailer.get("Prev")
    believable = isinstance(size, int) and 0 < size <= LARGEST_NUMBER and (previous is None or type(previous) is int)
    return believable and _ENDING.search(ending, ending.rfind(b"startxref")) is not None


def unexplained_objects(pdf: PdfFile, first_signed: int, covered_end: int) -> tuple[int, ...]:
    """Offsets of `n g obj` behind the revision `first_signed` to which no cross-reference of any revision points.

    What lies inside a known object (a stream's data, a string) is no object, as long as a signature covers it (up to
    `covered_end`): viewers that rebuild a file look into streams too. Raises PdfDamaged, LimitReached or OSError.
    """
    begin = pdf.revisions[first_signed - 1].end
    known = _known_offsets(pdf, first_signed)
    starts = sorted(known)
    found: list[int] = []
    for offset in _object_heads(pdf.source, begin, pdf.source.size, covered_end):
        if offset in known or any(near in known for near in range(offset - 2, offset + 3)):
            continue
        owner = bisect_right(starts, offset) - 1
        if offset >= covered_end or owner < 0 or not _inside(pdf, known[starts[owner]], offset):
            found.append(offset)
        if len(found) >= MOST_UNEXPLAINED:
            break
    return tuple(found)


def _known_offsets(pdf: PdfFile, first_signed: int) -> dict[int, tuple[int, int, int]]:
    """Every offset that a later revision's cross-reference points at, with the object's number, generation and revision."""
    known: dict[int, tuple[int, int, int]] = {}
    for revision in pdf.revisions[first_signed:]:
        known.setdefault(revision.xref_offset, (-1, 0, revision.number))
        for number, entry in pdf.section(revision.number).items():
            if entry.kind == "offset":
                known[entry.offset] = (number, entry.generation, revision.number)
        hybrid = pdf.trailer(revision.number).get(Name("XRefStm"))
        if isinstance(hybrid, int):
            known.setdefault(hybrid, (-1, 0, revision.number))
    return known


def _inside(pdf: PdfFile, owner: tuple[int, int, int], offset: int) -> bool:
    """Whether `offset` lies in the data of the stream that begins before it."""
    number, generation, revision = owner
    if number < 0:
        return False
    try:
        value = pdf.get(Reference(number, generation), revision)
    except PdfDamaged:
        return False
    return isinstance(value, Stream) and value.start <= offset < value.start + value.length


def _object_heads(source: ByteSource, start: int, end: int, covered_end: int) -> Iterator[int]:
    """Offsets of `n g obj` at the beginning of a line or right behind `endobj`, ascending; behind `covered_end` anywhere."""
    for position, piece in _pieces(source, start, end):
        at = piece.find(b"obj", 0 if position == start else OVERLAP - 2)  # what ends before was in the piece before
        while at >= 0:
            pattern = _OBJECT_HEAD if position + at < covered_end else re.compile(_ANY_OBJECT_HEAD)
            if piece[at - 1 : at] != b"d" and (head := pattern.search(piece, max(0, at - 40), at)):
                yield position + head.start(1)
            at = piece.find(b"obj", at + 3)


def _pieces(source: ByteSource, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """(offset, bytes) of overlapping pieces."""
    position = start
    while position < end:
        begin = max(start, position - OVERLAP)
        piece = source.read(begin, min(position + CHUNK, end) - begin)
        if begin + len(piece) <= position:
            return
        yield begin, piece
        position = begin + len(piece)


def _printable(octets: bytes) -> str:
    """The beginning as plain ASCII; everything else as a dot."""
    return "".join(chr(octet) if 0x20 <= octet < 0x7F else "." for octet in octets[:PREVIEW])
