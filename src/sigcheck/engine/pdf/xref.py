"""Cross-reference sections (ISO 32000-2, 7.5.4 and 7.5.8): tables, streams, hybrids, and their chain through /Prev.

Rows stay bytes until an entry is asked for, so that a table of 100,000 objects costs a comparison, not 100,000 values.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import ItemsView, Iterator, Mapping, Sequence

from msgspec import Struct

from sigcheck.engine.pdf.filters import DecodeBudget
from sigcheck.engine.pdf.lexer import SKIP, WHITE
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject
from sigcheck.engine.pdf.spelling import ambiguity, indirect_ambiguity
from sigcheck.engine.pdf.syntax import Indirect, ObjectReader

SMALL_SUBSECTION = 64
"""Subsections up to this many rows are unfolded at once; longer ones are searched."""
WIDEST_ROW = 32

_TABLE = re.compile(WHITE + rb"{0,64}xref(?=" + WHITE + rb")")
_SUBSECTION = re.compile(SKIP + rb"([0-9]{1,20})[ \t]++([0-9]{1,20})" + WHITE + rb"{0,16}")
_ROWS = re.compile(rb"(?:[0-9]{10} [0-9]{5} [nf](?: [\r\n]|\r\n))*+")
_ODD_ROW = re.compile(WHITE + rb"{0,16}([0-9]{1,20})" + WHITE + rb"{1,8}([0-9]{1,20})" + WHITE + rb"{1,8}([nf])")
_TRAILER = re.compile(SKIP + rb"trailer")


class XrefEntry(Struct, frozen=True, gc=False):
    """Where an object lies: free, at a file offset, or inside an object stream."""

    kind: str
    """`free`, `offset` or `compressed`."""
    offset: int
    """File offset, or the object stream's number."""
    generation: int
    """Generation, or the index inside the object stream."""


class Subsection(Struct, frozen=True):
    """Rows of consecutive object numbers, as bytes: 20 octets of a table (`widths` None), or the fields of a stream."""

    first: int
    count: int
    rows: bytes
    widths: tuple[int, int, int] | None
    shift: int
    """Added to file offsets: bytes before the header, where the file counts from there."""

    def entry(self, number: int) -> XrefEntry:
        index = number - self.first
        if self.widths is None:
            row = self.rows[20 * index : 20 * index + 20]
            offset, generation = int(row[:10]), int(row[11:16])
            # `n` at offset 0 is how some writers mark numbers that they never used.
            if row[17] == 0x66 or offset == 0:
                return XrefEntry("free", offset, generation)
            return XrefEntry("offset", offset + self.shift, generation)
        one, two, three = self.widths
        at = index * (one + two + three)
        kind = int.from_bytes(self.rows[at : at + one]) if one else 1
        second = int.from_bytes(self.rows[at + one : at + one + two])
        third = int.from_bytes(self.rows[at + one + two : at + one + two + three])
        if kind == 1:
            return XrefEntry("offset", second + self.shift, third)
        return XrefEntry("compressed" if kind == 2 else "free", second, third)


class _Rows(ItemsView[int, XrefEntry]):
    """The entries of a section without a search for each."""

    _mapping: Section

    def __iter__(self) -> Iterator[tuple[int, XrefEntry]]:
        return self._mapping.rows()


class Section(Mapping[int, XrefEntry]):
    """The entries of one cross-reference section, by object number. Of a number listed twice the first row counts."""

    def __init__(
        self,
        subsections: Sequence[Subsection],
        overlay: Mapping[int, XrefEntry] | None = None,
        twice: frozenset[int] = frozenset(),
        hidden: frozenset[int] = frozenset(),
    ) -> None:
        self._few: dict[int, XrefEntry] = {}
        self._many: list[Subsection] = []
        contradicted: set[int] = set()
        for part in subsections:
            if part.count <= SMALL_SUBSECTION:
                for number in range(part.first, part.first + part.count):
                    entry = part.entry(number)
                    if self._few.setdefault(number, entry) != entry:
                        contradicted.add(number)
            else:
                self._many.append(part)
        self._many.sort(key=lambda part: part.first)
        self._firsts = [part.first for part in self._many]
        for before, after in zip(self._many, self._many[1:], strict=False):
            if before.first + before.count > after.first:
                raise PdfDamaged("overlapping cross-reference subsections")
        if self._many:
            contradicted.update(
                number for number in self._few if (long := self._part(number)) and long.entry(number) != self._few[number]
            )
        self._few.update(overlay or {})
        shadowed = sum(1 for number in self._few if self._part(number) is not None) if self._many else 0
        self._length = len(self._few) + sum(part.count for part in self._many) - shadowed
        self.twice = twice | contradicted
        """Numbers that the section lists at two places (7.5.4 forbids it): readers choose the first or the last."""
        self.hidden = hidden
        """Numbers that a hybrid's table calls free and its stream does not: readers that pass over the stream see no object."""

    def _part(self, number: int) -> Subsection | None:
        index = bisect_right(self._firsts, number) - 1
        if index < 0 or number >= self._many[index].first + self._many[index].count:
            return None
        return self._many[index]

    def __getitem__(self, number: int) -> XrefEntry:
        entry = self._few.get(number)
        if entry is not None:
            return entry
        part = self._part(number)
        if part is None:
            raise KeyError(number)
        return part.entry(number)

    def __iter__(self) -> Iterator[int]:
        yield from self._few
        for part in self._many:
            for number in range(part.first, part.first + part.count):
                if number not in self._few:
                    yield number

    def __len__(self) -> int:
        return self._length

    def items(self) -> ItemsView[int, XrefEntry]:
        return _Rows(self)

    def rows(self) -> Iterator[tuple[int, XrefEntry]]:
        """Every number with its entry."""
        yield from self._few.items()
        for part in self._many:
            for number in range(part.first, part.first + part.count):
                if number not in self._few:
                    yield number, part.entry(number)

    def over(self, other: Section, *, free_gives_way: bool = False) -> Section:
        """These entries, and the other section's where these say nothing (or `free`, in hybrid files, 7.5.8.4)."""
        overlay = {
            number: entry for number, entry in self.items() if not (free_gives_way and entry.kind == "free" and number in other)
        }
        both = (number for number in overlay if number in other) if free_gives_way else ()
        contradicted = frozenset(n for n in both if other[n] != overlay[n] and {other[n].kind, overlay[n].kind} != {"free"})
        hidden = frozenset(number for number in self if number in other) - overlay.keys()
        twice, hidden = self.twice | other.twice | contradicted, self.hidden | other.hidden | hidden
        return Section(other.subsections(), other.unfolded() | overlay, twice, hidden)

    def subsections(self) -> list[Subsection]:
        return list(self._many)

    def unfolded(self) -> dict[int, XrefEntry]:
        return dict(self._few)


class Link(Struct):
    """One section of the chain, as read."""

    offset: int
    end: int
    """First byte behind the trailer dictionary, or behind the cross-reference stream's data."""
    entries: Section
    trailer: dict[str, PdfObject]
    number: int | None = None
    """Object number of a cross-reference stream."""
    ambiguity: str | None = None
    """Why readers differ about how the section is written."""


class XrefReader:
    """Reads sections and counts their rows against the limit."""

    def __init__(self, reader: ObjectReader, header_offset: int) -> None:
        self._reader = reader
        self._header_offset = header_offset
        self._rows_left = reader.limits.objects
        self._budget = DecodeBudget(reader.limits)

    def chain(self, offset: int) -> list[Link]:
        """All sections from the one at `offset` through /Prev, newest first.

        Raises PdfDamaged when the chain breaks, loops or leads forward (a linearized file's first section may, Annex F),
        LimitReached when it is too long.
        """
        links: list[Link] = []
        seen: set[int] = set()
        position: int | None = offset
        while position is not None:
            if len(links) >= self._reader.limits.revisions:
                raise LimitReached("revisions", str(len(links)))
            link = self.section(position)
            if link.offset in seen:
                raise PdfDamaged("the chain of cross-reference sections is a loop")
            seen.add(link.offset)
            links.append(link)
            position = _previous(link.trailer)
        return links

    def section(self, offset: int) -> Link:
        """The section at `offset`, counted from the file's first byte, or from its header when nothing stands there."""
        shifts = (0, self._header_offset) if self._header_offset else (0,)
        failure: PdfDamaged | None = None
        for shift in shifts:
            try:
                return self._section_at(offset + shift, shift)
            except PdfDamaged as error:
                failure = failure or error
        raise failure or PdfDamaged("no cross-reference section")

    def _section_at(self, offset: int, shift: int) -> Link:
        if not 0 <= offset < self._reader.size:
            raise PdfDamaged(f"cross-reference offset {offset} lies outside the file")
        opening = _TABLE.match(self._reader.read(offset, 128))
        if opening is None:
            return self._stream_section(self._reader.indirect_at(offset), shift)
        link = self._table_section(offset, offset + opening.end(), shift)
        hybrid = link.trailer.get("XRefStm")
        if isinstance(hybrid, int) and not isinstance(hybrid, bool):
            if not 0 <= hybrid + shift < link.end:
                raise PdfDamaged("/XRefStm leads outside its revision")
            stream = self._stream_section(self._reader.indirect_at(hybrid + shift), shift)
            link.entries = link.entries.over(stream.entries, free_gives_way=True)
            link.ambiguity = link.ambiguity or stream.ambiguity
        return link

    def _count(self, rows: int) -> int:
        if rows < 0 or rows > self._rows_left:
            raise LimitReached("objects", f"{rows} more in a cross-reference section")
        self._rows_left -= rows
        return rows

    def _table_section(self, offset: int, position: int, shift: int) -> Link:
        parts: list[Subsection] = []
        odd = False
        while True:
            head = self._reader.read(position, 256)
            if trailer := _TRAILER.match(head):
                value, end, plain = self._reader.object_at(position + trailer.end())
                if not isinstance(value, dict):
                    raise PdfDamaged("the trailer is no dictionary")
                if "Prev" not in value:
                    parts = _counted_from_zero(parts)
                begin = position + trailer.end()
                flaw = None if plain else ambiguity(self._reader.read(begin, end - begin))[0]
                return Link(offset, end, Section(parts), value, ambiguity="rows of other lengths" if odd else flaw)
            heading = _SUBSECTION.match(head)
            if heading is None:
                raise PdfDamaged(f"no subsection at offset {position}")
            first, count = int(heading[1]), self._count(int(heading[2]))
            if first + count > self._reader.size + self._reader.limits.objects:
                raise PdfDamaged(f"object numbers from {first}")
            begin = position + heading.end()
            rows, position = self._table_rows(begin, count)
            odd = odd or position - begin != 20 * count
            parts.append(Subsection(first, len(rows) // 20, rows, None, shift))

    def _table_rows(self, position: int, count: int) -> tuple[bytes, int]:
        """The rows of a subsection in their canonical 20 octets, and the position behind them."""
        block = self._reader.read(position, 20 * count)
        self._reader.charge(len(block))
        regular = _ROWS.match(block)
        if regular is not None and regular.end() == 20 * count:
            return block, position + 20 * count
        return self._odd_rows(position, count)

    def _odd_rows(self, position: int, count: int) -> tuple[bytes, int]:
        """Rows of other lengths and line ends, as many as there are."""
        block = self._reader.read(position, 32 * count + 64)
        self._reader.charge(len(block))
        rows: list[bytes] = []
        at = 0
        while len(rows) < count:
            row = _ODD_ROW.match(block, at)
            if row is None:
                break
            at = row.end()
            offset, generation = int(row[1]), min(int(row[2]), 99_999)
            # An offset that does not fit ten digits lies outside any file: the object counts as damaged, not as free.
            rows.append(b"%010d %05d %s \n" % (min(offset, 9_999_999_999), generation, row[3]))
        return b"".join(rows), position + at

    def _stream_section(self, indirect: Indirect, shift: int) -> Link:
        trailer = indirect.value
        if indirect.stream_start is None or not isinstance(trailer, dict) or trailer.get("Type") != "XRef":
            raise PdfDamaged(f"no cross-reference section at offset {indirect.start}")
        length = self._reader.stream_length(indirect.stream_start, trailer.get("Length"))
        stored = self._reader.read(indirect.stream_start, length)
        rows = self._budget.decode(stored, direct_filters(trailer))
        end = indirect.stream_start + length
        written = self._reader.read(indirect.start, indirect.stream_start - indirect.start)
        flaw = indirect_ambiguity(written, None if indirect.plain_end is None else indirect.plain_end - indirect.start)
        if length != trailer.get("Length"):
            flaw = "another length of the stream than stated"
        return Link(indirect.start, end, Section(self._stream_parts(trailer, rows, shift)), trailer, indirect.number, flaw)

    def _stream_parts(self, trailer: dict[str, PdfObject], rows: bytes, shift: int) -> list[Subsection]:
        widths = _whole_numbers(trailer.get("W"))
        if len(widths) < 3 or max(widths) > 8 or not 0 < sum(widths) <= WIDEST_ROW:
            raise PdfDamaged("/W of a cross-reference stream")
        index = _whole_numbers(trailer["Index"]) if "Index" in trailer else [0, *_whole_numbers([trailer.get("Size")])]
        width = sum(widths)
        parts: list[Subsection] = []
        at = 0
        for first, stated in zip(index[::2], index[1::2], strict=False):
            count = min(self._count(stated), (len(rows) - at) // width)
            if first + stated > self._reader.size + self._reader.limits.objects:
                raise PdfDamaged(f"object numbers from {first}")
            block = rows[at : at + count * width]
            if width > sum(widths[:3]):
                block = b"".join(block[row : row + sum(widths[:3])] for row in range(0, len(block), width))
            parts.append(Subsection(first, count, block, (widths[0], widths[1], widths[2]), shift))
            at += count * width
        return parts


def _whole_numbers(value: PdfObject) -> list[int]:
    """An array of numbers that are not negative. Raises PdfDamaged for anything else."""
    if not isinstance(value, list):
        raise PdfDamaged("a cross-reference stream without its numbers")
    numbers = [item for item in value if isinstance(item, int) and not isinstance(item, bool) and 0 <= item < 2**63]
    if len(numbers) != len(value):
        raise PdfDamaged("a cross-reference stream with impossible numbers")
    return numbers


def direct_filters(dictionary: Mapping[str, PdfObject]) -> list[tuple[str, Mapping[str, PdfObject]]]:
    """Filters and their parameters where references cannot stand (7.5.8.2) or have been resolved. Raises PdfDamaged."""
    names, parameters = dictionary.get("Filter"), dictionary.get("DecodeParms")
    listed = names if isinstance(names, list) else [] if names is None else [names]
    given = parameters if isinstance(parameters, list) else [parameters]
    chain: list[tuple[str, Mapping[str, PdfObject]]] = []
    for position, name in enumerate(listed):
        if not isinstance(name, str):
            raise PdfDamaged("/Filter is no name")
        own = given[position] if position < len(given) else None
        chain.append((name, own if isinstance(own, dict) else {}))
    return chain


def _counted_from_zero(parts: list[Subsection]) -> list[Subsection]:
    """Some writers number the first table from 1 although its first row is the head of the free list, object 0."""
    if len(parts) == 1 and parts[0].first == 1 and parts[0].rows[:18] == b"0000000000 65535 f":
        only = parts[0]
        return [Subsection(0, only.count, only.rows, None, only.shift)]
    return parts


def _previous(trailer: Mapping[str, PdfObject]) -> int | None:
    """/Prev; None without one, and for the 0 that some writers put into the first section."""
    value = trailer.get("Prev")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or value == 0:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise PdfDamaged("/Prev is no offset")
    return value
