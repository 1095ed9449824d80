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
            out += b"%d %d obj\n%b\nendobj\n" % (number, generation, write(value))
    size = trailer.get("Size")
    highest = max([size - 1 if isinstance(size, int) and 0 < size < 1 << 30 else 1, *update.objects, *update.moved])
    if packed:
        highest += 1
        rows |= {number: (2, highest, index) for index, number in enumerate(packed)}
        rows[highest] = (1, len(out), 0)
        out += b"%d 0 obj\n%b\nendobj\n" % (highest, write(object_stream(packed)))
    rows |= update.moved
    rows = {number: row for number, row in rows.items() if number not in update.hidden}
    if update.style == "none":
        return bytes(out)
    entries = {key: trailer[key] for key in ("Root", "Info", "ID", "Encrypt") if key in trailer}
    entries |= {"Prev": last_startxref(content), "Size": highest + 2} | update.trailer
    entries = {key: value for key, value in entries.items() if value is not None}
    at = _section(out, update.style, rows, entries, highest + 1)
    out += b"startxref\n%d\n" % (at if update.startxref is None else update.startxref)
    return bytes(out + update.end)


def _section(out: bytearray, style: str, rows: dict[int, tuple[int, int, int]], entries: dict[str, Any], free: int) -> int:
    """Write the cross-reference section; the offset that startxref should give."""
    if style == "stream":
        at = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (free, write(xref_stream({**rows, free: (1, at, 0)}, entries)))
        return at
    if style == "hybrid":
        half = dict(sorted(rows.items())[::2])
        entries |= {"XRefStm": len(out)}
        out += b"%d 0 obj\n%b\nendobj\n" % (
            free,
            write(xref_stream(half, {k: entries[k] for k in ("Size", "Root") if k in entries})),
        )
        rows = {number: row for number, row in rows.items() if number not in half}
    at = len(out)
    out += b"xref\n0 0\n" if not rows else b"xref\n"
    for number, (kind, second, third) in sorted(rows.items()):
        out += b"%d 1\n%010d %05d %b\r\n" % (number, second % 10**10, third % 10**5, b"n" if kind else b"f")
    out += b"trailer\n" + write(entries) + b"\n"
    return at


def xref_stream(rows: Mapping[int, tuple[int, int, int]], entries: Mapping[str, Any]) -> Made:
    """A cross-reference stream (ISO 32000-2, 7.5.8) with one subsection a row."""
    index = [part for number in sorted(rows) for part in (number, 1)]
    stored = b"".join(bytes([k]) + (s % 2**40).to_bytes(5) + (t % 2**16).to_bytes(2) for _, (k, s, t) in sorted(rows.items()))
    head = {"Type": Name("XRef"), "W": [1, 5, 2], "Index": index, "Filter": Name("FlateDecode")}
    return Made({**head, **entries}, zlib.compress(stored))


def object_stream(values: Mapping[int, Any], more: Mapping[str, Any] | None = None) -> Made:
    """An object stream (7.5.7)."""
    texts = [write(value) for value in values.values()]
    starts = [sum(len(text) + 1 for text in texts[:position]) for position in range(len(texts))]
    head = b" ".join(b"%d %d" % pair for pair in zip(values, starts, strict=True)) + b"\n"
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
