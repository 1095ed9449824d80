"""Objects written back to bytes, and incremental updates with every kind of cross-reference section, sound and unsound."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sigcheck.engine.pdf.objects import LimitReached, Name, PdfDamaged, Reference, Stream, String

STARTXREF = re.compile(rb"startxref\s+(\d+)")
_DEEPEST = 60
Row = tuple[int, int, int]
"""Kind, offset or container, generation or index."""
LONG = 70
"""Rows of a subsection that is not unfolded at once."""


@dataclass(frozen=True, slots=True)
class Made:
    """A stream to be written: its dictionary without /Length, and its bytes as stored."""

    dictionary: dict[str, Any]
    stored: bytes


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes that stand in for a value."""

    text: bytes


def plain(value: Any, depth: int = 0) -> Any:
    """A value as the engine reads it, copied so that it may be changed; streams become `Made`."""
    if isinstance(value, Stream):
        try:
            stored = bytes(value.raw())
        except (LimitReached, PdfDamaged):
            stored = b""
        return Made({k: plain(v) for k, v in value.dictionary.items() if k != "Length"}, stored)
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {key: plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item, depth + 1) for item in value]
    return value


def write(value: Any) -> bytes:
    """The bytes of a value; recursion is bounded by `plain`."""
    match value:
        case Raw(text):
            return text
        case Made(dictionary, stored):
            entries = {**dictionary} if "Length" in dictionary else {**dictionary, "Length": len(stored)}
            return write(entries) + b"\nstream\n" + stored + b"\nendstream"
        case None | True | False:
            return {None: b"null", True: b"true", False: b"false"}[value]
        case Reference(number, generation):
            return b"%d %d R" % (number, generation)
        case Name():
            return _name(value)
        case bytes():
            return b"<" + bytes(value).hex().encode() + b">"
        case str():
            return b"<" + (b"\xfe\xff" + value.encode("utf-16-be")).hex().encode() + b">"
        case int():
            return b"%d" % value
        case float():
            return f"{value:.5f}".encode()
        case list():
            return b"[" + b" ".join(write(item) for item in value) + b"]"
        case dict():
            return b"<<" + b" ".join(_name(key) + b" " + write(item) for key, item in value.items()) + b">>"
        case _:
            raise TypeError(type(value))


def _name(name: str) -> bytes:
    try:
        octets = name.encode("latin-1")
    except UnicodeEncodeError:
        octets = name.encode("utf-8")
    return b"/" + b"".join(bytes([o]) if 33 <= o <= 126 and o not in b"#()<>[]{}/%" else b"#%02x" % o for o in octets)


@dataclass(slots=True)
class Update:
    """One incremental update in the making, and everything that may be wrong with it."""

    objects: dict[int, Any] = field(default_factory=dict)
    """None frees the number."""
    generations: dict[int, int] = field(default_factory=dict)
    moved: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """Rows written as they stand: kind, offset or container, generation or index."""
    trailer: dict[str, Any] = field(default_factory=dict)
    """Overrides; None leaves an entry out."""
    style: str = "table"
    """table, stream, hybrid, or none: objects without any cross-reference."""
    compressed: bool = False
    startxref: int | None = None
    end: bytes = b"%%EOF\n"
    hidden: tuple[int, ...] = ()
    """Written, but not listed."""
    heads: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Another number and generation before `obj` than the row has."""
    again: list[tuple[int, Row]] = field(default_factory=list)
    """Rows that follow the others, whatever they list: a number may stand there again."""
    in_front: bool = False
    """`again` stands before the others."""
    long: tuple[int, Row] | None = None
    """A row at the head of a subsection of more than 64."""
    in_hybrid: list[tuple[int, Row]] = field(default_factory=list)
    """Rows of a hybrid's stream, beside those that the table has."""
    widths: tuple[int, int, int] = (1, 5, 2)
    """/W of a cross-reference stream."""
    packed: list[tuple[int, Any]] = field(default_factory=list)
    """More objects inside the object stream, unlisted: a number may stand there again."""
    indices: int = 0
    """Added to the indices of compressed objects."""
    trailer_text: bytes = b""
    """Written into the trailer dictionary as it is, in front of the other entries: a key may stand there again."""


def last_startxref(content: bytes) -> int:
    """Where the newest cross-reference section says it lies; 0 when nothing says so."""
    found = STARTXREF.findall(content[-4096:]) or STARTXREF.findall(content)
    return min(int(found[-1]), 1 << 40) if found else 0


def append(content: bytes, update: Update, trailer: Mapping[str, Any]) -> bytes:
    """`content` and the update behind it. `trailer` is what is in force before."""
    out = bytearray(content if content.endswith((b"\n", b"\r")) else content + b"\n")
    rows: dict[int, tuple[int, int, int]] = {}
    packed: dict[int, Any] = {}
    for number, value in sorted(update.objects.items()):
        generation = update.generations.get(number, 0)
        if value is None:
            rows[number] = (0, 0, min(generation + 1, 65535))
        elif update.compressed and update.style == "stream" and not isinstance(value, Made) and not generation:
            packed[number] = value
        else:
            rows[number] = (1, len(out), generation)
            head = update.heads.get(number, (number, generation))
            out += b"%d %d obj\n%b\nendobj\n" % (*head, write(value))
    size = trailer.get("Size")
    highest = max([size - 1 if isinstance(size, int) and 0 < size < 1 << 30 else 1, *update.objects, *update.moved])
    if packed:
        highest += 1
        rows |= {number: (2, highest, max(0, index + update.indices)) for index, number in enumerate(packed)}
        rows[highest] = (1, len(out), 0)
        inside = [*packed.items(), *update.packed] if update.in_front else [*update.packed, *packed.items()]
        out += b"%d 0 obj\n%b\nendobj\n" % (highest, write(object_stream(inside)))
    rows |= update.moved
    rows = {number: row for number, row in rows.items() if number not in update.hidden}
    if update.style == "none":
        return bytes(out)
    entries = {key: trailer[key] for key in ("Root", "Info", "ID", "Encrypt") if key in trailer}
    entries |= {"Prev": last_startxref(content), "Size": highest + 2} | update.trailer
    entries = {key: value for key, value in entries.items() if value is not None}
    at = _section(out, update, rows, entries, highest + 1)
    out += b"startxref\n%d\n" % (at if update.startxref is None else update.startxref)
    return bytes(out + update.end)


def _section(out: bytearray, update: Update, rows: dict[int, Row], entries: dict[str, Any], free: int) -> int:
    """Write the cross-reference section; the offset that startxref should give."""
    if update.style == "stream":
        at = len(out)
        listed = _listed(update, {**rows, free: (1, at, 0)})
        out += b"%d 0 obj\n%b\nendobj\n" % (
            free,
            _with_text(write(xref_stream(listed, entries, update.widths)), update.trailer_text),
        )
        return at
    if update.style == "hybrid":
        half = dict(sorted(rows.items())[::2])
        entries |= {"XRefStm": len(out)}
        least: dict[str, Any] = {k: entries[k] for k in ("Size", "Root") if k in entries}
        rows_of_stream = [*sorted(half.items()), *update.in_hybrid]
        out += b"%d 0 obj\n%b\nendobj\n" % (free, write(xref_stream(rows_of_stream, least, update.widths)))
        rows = {number: row for number, row in rows.items() if number not in half}
    at = len(out)
    out += b"xref\n0 0\n" if not rows else b"xref\n"
    for number, row in _listed(update, rows):
        out += b"%d 1\n" % number + _line(row)
    if update.long is not None:
        number, row = update.long
        out += b"%d %d\n" % (number, LONG) + _line(row) + (LONG - 1) * _line((0, 0, 65535))
    out += b"trailer\n" + _with_text(write(entries), update.trailer_text) + b"\n"
    return at


def _listed(update: Update, rows: Mapping[int, Row]) -> list[tuple[int, Row]]:
    once = sorted(rows.items())
    return [*update.again, *once] if update.in_front else [*once, *update.again]


def _line(row: Row) -> bytes:
    """A row of a table, 20 octets."""
    kind, second, third = row
    return b"%010d %05d %b\r\n" % (second % 10**10, third % 10**5, b"n" if kind else b"f")


def _with_text(dictionary: bytes, more: bytes) -> bytes:
    """More entries, in front of the others."""
    return b"<<" + more + dictionary[2:] if dictionary.startswith(b"<<") else dictionary


def xref_stream(
    rows: Mapping[int, Row] | Sequence[tuple[int, Row]], entries: Mapping[str, Any], widths: tuple[int, int, int] = (1, 5, 2)
) -> Made:
    """A cross-reference stream (ISO 32000-2, 7.5.8) with one subsection a row, in the order given."""
    listed = sorted(rows.items()) if isinstance(rows, Mapping) else list(rows)
    index = [part for number, _ in listed for part in (number, 1)]
    stored = b"".join(
        (part % 256**width).to_bytes(width) for _, row in listed for part, width in zip(row, widths, strict=True) if width
    )
    head = {"Type": Name("XRef"), "W": list(widths), "Index": index, "Filter": Name("FlateDecode")}
    return Made({**head, **entries}, zlib.compress(stored))


def object_stream(values: Mapping[int, Any] | Sequence[tuple[int, Any]], more: Mapping[str, Any] | None = None) -> Made:
    """An object stream (7.5.7), in the order given."""
    listed = list(values.items()) if isinstance(values, Mapping) else list(values)
    texts = [write(value) for _, value in listed]
    starts = [sum(len(text) + 1 for text in texts[:position]) for position in range(len(texts))]
    head = b" ".join(b"%d %d" % (number, start) for (number, _), start in zip(listed, starts, strict=True)) + b"\n"
    entries = {"Type": Name("ObjStm"), "N": len(texts), "First": len(head), **(more or {})}
    return Made(entries, head + b"\n".join(texts))


def references(value: Any) -> Sequence[Reference]:
    """Every reference inside a value."""
    found, pending = [], [value]
    while pending:
        item = pending.pop()
        if isinstance(item, Reference):
            found.append(item)
        elif isinstance(item, Made):
            pending.append(item.dictionary)
        elif isinstance(item, dict):
            pending += item.values()
        elif isinstance(item, list):
            pending += item
    return found


def text(octets: bytes) -> String:
    """A string value."""
    return String(octets)
