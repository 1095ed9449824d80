"""Objects found by scanning when the cross-reference is damaged, as viewers do (ISO 32000-2, Annex I.2, says they may).

What is found this way can be listed, never proven: nothing says which bytes were meant to be an object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from sigcheck.engine.pdf.lexer import REGULAR, WHITE
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject, Reference
from sigcheck.engine.pdf.syntax import ObjectReader, ReadFailed
from sigcheck.engine.pdf.xref import XrefEntry

SCAN_STEP = 1024**2
OVERLAP = 64
"""Bytes of two neighbouring pieces that are looked at twice, so that no header is cut in two."""
MOST_TRAILERS = 1_000
"""Trailer dictionaries looked at from the end of the file."""

_LANDMARK = (
    rb"(?<![0-9])([0-9]{1,10})"
    + WHITE
    + rb"{1,8}([0-9]{1,5})"
    + WHITE
    + rb"{1,8}obj(?!"
    + REGULAR
    + rb")|(?<![a-z])(trailer)(?!"
    + REGULAR
    + rb")|/(Catalog|XRef|ObjStm)(?!"
    + REGULAR
    + rb")"
)


class Scanned(Struct):
    """What a scan found, in file order; later objects of a number replace earlier ones."""

    entries: dict[int, XrefEntry]
    trailer: dict[str, PdfObject]
    object_streams: tuple[int, ...]
    """Numbers of objects that seem to be object streams, in file order."""


def scan(reader: ObjectReader) -> Scanned:
    """Walk through the whole file once. Raises PdfDamaged when there is no object or no way to a catalog, LimitReached."""
    entries: dict[int, XrefEntry] = {}
    trailers: list[int] = []
    marked: dict[bytes, list[tuple[int, int]]] = {b"Catalog": [], b"XRef": [], b"ObjStm": []}
    latest: tuple[int, int] | None = None
    for offset, landmark in _landmarks(reader):
        if landmark[1] is not None:
            latest = (int(landmark[1]), offset)
            entries[latest[0]] = XrefEntry("offset", offset, int(landmark[2]))
            if len(entries) > reader.limits.objects:
                raise LimitReached("objects", "found by scanning")
        elif landmark[3] is not None:
            trailers.append(offset + len(b"trailer"))
        elif latest is not None and (not marked[landmark[4]] or marked[landmark[4]][-1] != latest):
            marked[landmark[4]].append(latest)
    if not entries:
        raise PdfDamaged("no objects")
    current = [number for number, offset in marked[b"ObjStm"] if entries[number].offset == offset]
    return Scanned(entries, _trailer(reader, trailers, marked, entries), tuple(current))


def with_compressed(found: Scanned, numbers_within: Callable[[int], tuple[int, ...]], most: int) -> dict[int, XrefEntry]:
    """The entries, and those of objects in object streams where these stand later in the file. Raises LimitReached."""
    entries = dict(found.entries)
    for container in found.object_streams:
        place = found.entries[container].offset
        try:
            numbers = numbers_within(container)
        except ReadFailed:
            raise
        except PdfDamaged:
            continue
        for index, number in enumerate(numbers):
            if number != container and _written_at(entries.get(number), found.entries) < place:
                entries[number] = XrefEntry("compressed", container, index)
        if len(entries) > most:
            raise LimitReached("objects", "found by scanning")
    return entries


def _written_at(entry: XrefEntry | None, plain: dict[int, XrefEntry]) -> int:
    """Where in the file an object stands, by itself or within its object stream; -1 for none."""
    if entry is None:
        return -1
    return entry.offset if entry.kind == "offset" else plain[entry.offset].offset


def _landmarks(reader: ObjectReader) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Object headers, `trailer` words and telling names, with their file offsets, each once."""
    behind = 0
    for start in range(0, reader.size, SCAN_STEP):
        piece = reader.read(max(start - OVERLAP, 0), SCAN_STEP + min(start, OVERLAP))
        first = max(start - OVERLAP, 0)
        final = start + SCAN_STEP >= reader.size
        for landmark in re.finditer(_LANDMARK, piece):
            if first + landmark.start() >= behind and (final or landmark.end() < len(piece)):
                behind = first + landmark.end()
                yield first + landmark.start(), landmark


def _trailer(
    reader: ObjectReader, trailers: list[int], marked: dict[bytes, list[tuple[int, int]]], entries: dict[int, XrefEntry]
) -> dict[str, PdfObject]:
    """The last trailer or cross-reference stream with a /Root; without any, a trailer made for the last catalog."""
    for value in _trailer_dictionaries(reader, trailers, marked[b"XRef"]):
        if isinstance(value.get("Root"), Reference):
            return value
    for number, offset in reversed(marked[b"Catalog"]):
        if entries[number].offset == offset:
            return {"Root": Reference(number, entries[number].generation)}
    raise PdfDamaged("no trailer and no catalog")


def _trailer_dictionaries(
    reader: ObjectReader, trailers: list[int], streams: list[tuple[int, int]]
) -> Iterator[dict[str, PdfObject]]:
    """Trailer dictionaries from the end of the file backwards; those that cannot be read are passed over."""
    places = [(offset, False) for offset in trailers] + [(offset, True) for _, offset in streams]
    for offset, is_stream in sorted(places, reverse=True)[:MOST_TRAILERS]:
        try:
            value = reader.indirect_at(offset).value if is_stream else reader.object_at(offset)[0]
        except PdfDamaged:
            continue
        if isinstance(value, dict):
            yield value
