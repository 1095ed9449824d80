"""Signature bytes that no field reaches: what a program leaves behind that saves a signed document again.

Every `/ByteRange` in the file is looked for; those of signatures that fields reach, of usage rights, and inside streams (embedded
files) are explained. The rest was signed once, and this copy can prove nothing of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from msgspec import Struct

from sigcheck.engine.bytesource import CHUNK, ByteSource, MemorySource
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject, Reference, Stream, String
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.engine.pdf.syntax import ObjectReader, ReadFailed, read_hex, read_name
from sigcheck.engine.reading.fields import SignatureField, Table, widget_fields
from sigcheck.engine.reading.history import Appearance
from sigcheck.engine.reading.signatures import Reading, cms_of, contents_of, read_block
from sigcheck.facts import ByteRangeFlaw, CmsUnreadable, SignatureFacts, SignatureRemains

KEY = b"/ByteRange"

DICTIONARY_TAIL = 4096
"""Bytes behind /Contents in which the rest of a signature dictionary is looked for."""

LOOK_BACK = 64 * 1024
"""Bytes before a /ByteRange in which the header of its object is looked for when no cross-reference knows it."""

SALVAGE = 1024**2
"""Bytes behind a /ByteRange in which the /Contents of a damaged dictionary is looked for: an LTV signature of 500 KB."""

LARGE_STREAM = 256 * 1024
"""Bytes up to the next object from which on it is worth while to ask whether a stream lies there."""

BYTES_AN_OBJECT = 8 * 1024
"""Bytes that are searched in the time that one object takes to be put in order."""

MOST_LOOK_BACKS = 100
"""Times that is done for one document."""

_HEADER = rb"(?<![0-9])[0-9]{1,10}[\x00\t\n\x0c\r ]+[0-9]{1,5}[\x00\t\n\x0c\r ]+obj(?![A-Za-z])"
_CONTENTS = rb"/Contents[\x00\t\n\x0c\r ]*(<[0-9A-Fa-f\x00\t\n\x0c\r ]*+>)"
_NUMBERS = rb"/ByteRange[\x00\t\n\x0c\r ]*\[((?:[\x00\t\n\x0c\r ]*[0-9]{1,18})++)"
_DIGITS = rb"[0-9]{1,18}"
_SUB_FILTER = rb"/SubFilter[\x00\t\n\x0c\r ]*/([A-Za-z0-9._#-]{1,100})"


_Place = tuple[int, int, int, int]
"""Offset, number, generation and revision of an object that a cross-reference knows."""


class Orphan(Struct, frozen=True):
    """A signature dictionary that the form does not reach."""

    number: int | None
    generation: int
    offset: int
    revision: int
    """The revision whose cross-reference knows it, or in whose bytes it lies."""
    table: Table


def find_orphans(pdf: PdfFile, reached: Iterable[Appearance], usage_rights: frozenset[int]) -> tuple[Orphan, ...]:
    """Signature dictionaries, signed and not merely prepared, that `reached` does not hold.

    `usage_rights` are the places where the /Contents of usage-rights signatures begin.
    Raises PdfDamaged, LimitReached or OSError.
    """
    appearances = tuple(reached)
    holders = {a.field.holder for a in appearances}
    found: dict[tuple[int | None, bytes], Orphan] = {}
    for orphan in _dictionaries_at(pdf, _unexplained(pdf, appearances)):
        contents = orphan.table.get("Contents")
        if not isinstance(contents, String) or not contents.strip(b"\0"):
            continue
        if orphan.number not in holders and contents.start not in usage_rights:
            found.setdefault((orphan.number, bytes(contents)), orphan)
        if len(found) > pdf.limits.signatures:
            raise LimitReached("signatures", "remains")
    return tuple(found.values())


def _occurrences(source: ByteSource, parts: Iterable[tuple[int, int]]) -> Iterator[int]:
    """File offsets in these parts at which a `/ByteRange` begins, ascending. Raises OSError."""
    for start, end in parts:
        whole = type(source) is MemorySource and (start, end) == (0, source.size)  # asked for as such it is not copied
        position, size = start, end if whole else CHUNK
        while position < end:
            piece = source.read(position, min(size, end - position) + len(KEY) - 1)
            at = piece.find(KEY)
            while at >= 0:
                yield position + at
                at = piece.find(KEY, at + 1)
            position += size


def _searched(pdf: PdfFile) -> Iterator[tuple[int, int]]:
    """The parts of the file in which signatures can stand: all of it, but for the data of large streams, as `_owned` passes over
    them. A file of many small objects is searched whole: that is done sooner than its objects are put in order.
    """
    size, position = pdf.source.size, 0
    if sum(len(pdf.section(revision.number)) for revision in pdf.revisions) * BYTES_AN_OBJECT <= size:
        places = _places(pdf)
        ends = [place[0] for place in places[1:]] + [size]
        for place, following in zip(places, ends, strict=True):
            if following - place[0] < LARGE_STREAM:
                continue
            stream = _stream_at(pdf, place)
            if stream is not None and stream.start > position:
                yield position, stream.start
                position = max(position, min(stream.start + stream.length, following))
    yield position, size


def _stream_at(pdf: PdfFile, place: _Place) -> Stream | None:
    _, number, generation, revision = place
    try:
        value = pdf.get(Reference(number, generation), revision)
    except ReadFailed:
        raise
    except (PdfDamaged, LimitReached):
        return None
    return value if isinstance(value, Stream) else None


def _unexplained(pdf: PdfFile, appearances: tuple[Appearance, ...]) -> Iterator[int]:
    """Occurrences that do not lie in the dictionary of a signature that is known already."""
    extents = sorted(extent for appearance in appearances if (extent := _extent(pdf, appearance)))
    starts = [start for start, _ in extents]
    for offset in _occurrences(pdf.source, _searched(pdf)):
        index = bisect_right(starts, offset) - 1
        if index < 0 or not _reaches(pdf, extents[index][1], offset):
            yield offset


def _reaches(pdf: PdfFile, end: int, offset: int) -> bool:
    """Whether the dictionary whose /Contents ends at `end` holds `offset`, if it begins before."""
    return offset < end or (offset - end < DICTIONARY_TAIL and b"endobj" not in pdf.source.read(end, offset - end))


def _extent(pdf: PdfFile, appearance: Appearance) -> tuple[int, int] | None:
    """From the object's header to the end of /Contents."""
    holder, contents = appearance.field.holder, appearance.field.value.get("Contents")
    entry = None if holder is None else pdf.entry(holder, appearance.revision)
    if entry is None or entry.kind != "offset" or not isinstance(contents, String) or contents.start < entry.offset:
        return None
    return entry.offset, contents.end


def _dictionaries_at(pdf: PdfFile, offsets: Iterable[int]) -> Iterator[Orphan]:
    """The signature dictionaries around these offsets; what lies in a stream's data is passed over."""
    known: list[_Place] | None = None
    reader: ObjectReader | None = None
    looks, passed, barren = 0, -1, -1
    for offset in offsets:
        if offset < passed:
            continue
        known = _places(pdf) if known is None else known
        index = bisect_right(known, (offset, 2**63, 0, 0)) - 1
        if index >= 0 and index != barren:
            owned, passed = _owned(pdf, known[index], offset)
            yield from owned
            if owned or offset < passed:
                continue
            barren = index
        if looks < MOST_LOOK_BACKS:
            looks += 1
            reader = reader or ObjectReader(pdf.source, pdf.limits)
            yield from _unlisted(pdf, reader, offset, known[index][0] if index >= 0 else 0)


def _places(pdf: PdfFile) -> list[_Place]:
    return sorted(
        (entry.offset, number, entry.generation, revision.number)
        for revision in pdf.revisions
        for number, entry in pdf.section(revision.number).items()
        if entry.kind == "offset"
    )


def _owned(pdf: PdfFile, owner: _Place, offset: int) -> tuple[list[Orphan], int]:
    """The signature dictionaries of an object that the cross-reference knows, and up to where its stream's data reaches."""
    start, number, generation, revision = owner
    try:
        value = pdf.get(Reference(number, generation), revision)
    except ReadFailed:
        raise
    except PdfDamaged:
        return [], -1
    if isinstance(value, Stream) and value.start <= offset < value.start + value.length:
        return [], value.start + value.length
    nodes = [
        node
        for node in signature_dictionaries(value)
        if isinstance(contents := node["Contents"], String) and _reaches(pdf, contents.end, offset)
    ]
    return [Orphan(number, generation, start, revision, node) for node in nodes], -1


def _unlisted(pdf: PdfFile, reader: ObjectReader, offset: int, floor: int) -> Iterator[Orphan]:
    """The signature dictionaries of an object found by its header: no cross-reference knows it, or it is damaged."""
    begin = max(floor, offset - LOOK_BACK)
    headers = [match.start() for match in re.finditer(_HEADER, pdf.source.read(begin, offset - begin))]
    start = begin + headers[-1] if headers else begin
    revision = next((r.number for r in pdf.revisions if start < r.end), len(pdf.revisions))
    found = 0
    try:
        read = reader.indirect_at(start)
        for node in signature_dictionaries(read.value):
            found += 1
            yield Orphan(read.number, read.generation, start, revision, node)
    except ReadFailed:
        raise
    except PdfDamaged:
        pass
    if found == 0 and (salvaged := _salvaged(pdf, start, offset)) is not None:
        yield Orphan(None, 0, start, revision, salvaged)


def _salvaged(pdf: PdfFile, start: int, offset: int) -> Table | None:
    """What can still be read of a signature dictionary that is damaged: a changed byte must not make a signature vanish."""
    octets = pdf.source.read(start, offset - start + SALVAGE).partition(b"endobj")[0]
    contents, numbers, sub_filter = (re.search(pattern, octets) for pattern in (_CONTENTS, _NUMBERS, _SUB_FILTER))
    if contents is None:
        return None
    place = start + contents.start(1)
    return {
        "Contents": String(read_hex(contents[1]), place, place + len(contents[1]), is_hex=True),
        "ByteRange": [int(number) for number in re.findall(_DIGITS, numbers[1])] if numbers else [],
        "SubFilter": read_name(sub_filter[1]) if sub_filter else None,
    }


def signature_dictionaries(value: PdfObject) -> Iterator[Table]:
    """Dictionaries with /ByteRange and /Contents inside an object, no reference followed."""
    pending: list[PdfObject] = [value.dictionary if isinstance(value, Stream) else value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            if "ByteRange" in item and "Contents" in item:
                yield item
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


def on_widgets(pdf: PdfFile, orphans: tuple[Orphan, ...]) -> tuple[Appearance, ...]:
    """Orphans that a widget on a page still reaches: fields that a viewer shows although the form does not list them.

    Raises PdfDamaged or LimitReached.
    """
    last = len(pdf.revisions)
    budget = pdf.limits.page_tree_nodes
    found: list[Appearance] = []
    reached_last: list[SignatureField] | None = None
    for revision in sorted({orphan.revision for orphan in orphans}):
        numbers = {orphan.number for orphan in orphans if orphan.revision == revision}
        fields, budget = widget_fields(pdf, revision, budget)
        for field in fields:
            if field.holder not in numbers:
                continue
            if reached_last is None:
                reached_last, budget = (fields, budget) if revision == last else widget_fields(pdf, last, budget)
            kept = any(other.holder == field.holder and other.value == field.value for other in reached_last)
            found.append(Appearance(field, revision, removed_in=None if kept else last))
    return tuple(found)


def remains_of(reading: Reading, orphan: Orphan) -> SignatureRemains:
    """What the bytes of an unreachable signature say. Raises PdfDamaged or LimitReached."""
    pdf, revision = reading.pdf, orphan.revision
    contents = contents_of(reading, orphan.table, revision)
    sub_filter = reading.name(orphan.table, "SubFilter", revision)
    numbers = [pdf.resolve(item, revision) for item in reading.items(orphan.table, "ByteRange", revision)[:64]]
    return SignatureRemains(
        offset=orphan.offset,
        object=None if orphan.number is None else f"{orphan.number} {orphan.generation}",
        sub_filter=sub_filter,
        byte_range=tuple(n for n in numbers if isinstance(n, int) and not isinstance(n, bool) and abs(n) < 2**63),
        block=read_block(reading, orphan.table, revision),
        contents=contents,
        cms=cms_of(pdf, contents, sub_filter),
        covered_by_revision=next((r.number for r in pdf.revisions if orphan.offset < r.end), None),
    )


def saved_again(signatures: list[SignatureFacts]) -> list[SignatureFacts]:
    """Signatures whose ByteRange points past the end of the file: copies saved again, or cut off; nothing can be proven of them.

    One that comes behind every sound signature stays a signature with a flaw: nothing sound covers it, so nothing excuses it.
    So does one without a CMS object where there must be one: saving again keeps /Contents.
    """
    sound = [s.byte_range.revision or 0 for s in signatures if s.byte_range.sound]
    beyond = [s for s in signatures if s.byte_range.flaw is ByteRangeFlaw.BEYOND_FILE and not isinstance(s.cms, CmsUnreadable)]
    return [s for s in beyond if not sound or max(sound) >= s.revision]


def as_remains(pdf: PdfFile, signature: SignatureFacts) -> SignatureRemains:
    """A signature that a field reaches, as remains."""
    number = int(signature.object.split()[0])
    entry = pdf.entry(number, signature.revision)
    return SignatureRemains(
        offset=entry.offset if entry is not None and entry.kind == "offset" else None,
        object=signature.object,
        sub_filter=signature.sub_filter,
        byte_range=signature.byte_range.numbers,
        block=signature.block,
        contents=signature.contents,
        cms=signature.cms,
        covered_by_revision=signature.revision,
    )
