"""From the chain of cross-reference sections to revisions: which sections belong together, and where each revision ends.

ISO 32000-2, 7.5.5 and 7.5.6 (trailer, incremental updates), 7.5.8.4 (hybrid files) and Annex F (linearized files).
"""

from __future__ import annotations

import re

from msgspec import Struct

from sigcheck.engine.pdf.lexer import SKIP
from sigcheck.engine.pdf.objects import PdfDamaged, PdfObject
from sigcheck.engine.pdf.syntax import ObjectReader
from sigcheck.engine.pdf.xref import Link, Section, XrefReader
from sigcheck.facts import Revision

HEADER_WITHIN = 1024
"""Bytes in which `%PDF-` must begin: what viewers accept."""
LINEARIZED_WITHIN = 1024
"""Bytes behind the header in which the linearization dictionary must stand (Annex F.3.3)."""
LAST_WINDOW = 2048
"""Bytes at the end in which the last startxref is looked for first."""
FARTHEST = 4 * 1024**2
"""How much may stand behind the last startxref before a file counts as one without."""
BROKEN_ENDING = 256
"""Bytes behind a section in which its own `startxref` must begin."""

_STARTXREF = re.compile(rb"startxref" + SKIP + rb"([0-9]{1,20})")
_LINEARIZED = re.compile(rb"/Linearized(?![A-Za-z0-9])")
_LINE_END = re.compile(rb"\r\n|\r|\n|")


class Increment(Struct, frozen=True):
    """One revision with what its own sections say."""

    revision: Revision
    entries: Section
    trailer: dict[str, PdfObject]
    sections: tuple[int, ...]
    """Offsets of its cross-reference sections."""
    ambiguity: str | None = None
    """Why readers differ about how its newest section is written."""


def find_header(reader: ObjectReader) -> int | None:
    """Bytes before `%PDF-`; None when it does not begin early enough."""
    found = reader.read(0, HEADER_WITHIN + 4).find(b"%PDF-")
    return found if found >= 0 else None


def read_increments(reader: ObjectReader, header_offset: int) -> tuple[Increment, ...]:
    """All revisions, oldest first. Raises PdfDamaged or LimitReached."""
    chain = XrefReader(reader, header_offset).chain(_last_startxref(reader))
    groups = _group(chain, reader, header_offset)
    increments: list[Increment] = []
    start = 0
    for position, group in enumerate(groups):
        last = group[-1]
        following = groups[position + 1][0].offset if position + 1 < len(groups) else reader.size
        if following <= last.offset:
            raise PdfDamaged("/Prev leads forward")
        end = _revision_end(reader, last.end, following)
        newest = group[0]
        entries = newest.entries if len(group) == 1 else newest.entries.over(last.entries)
        revision = Revision(len(increments) + 1, start, max(end or last.end, start), newest.offset, damaged=end is None)
        offsets = tuple(link.offset for link in group)
        increments.append(Increment(revision, entries, newest.trailer, offsets, newest.ambiguity))
        start = revision.end
    return tuple(increments)


def _last_startxref(reader: ObjectReader) -> int:
    """The offset behind the last `startxref`. Raises PdfDamaged without one."""
    window = LAST_WINDOW
    while True:
        tail = reader.read(max(reader.size - window, 0), window)
        at = tail.rfind(b"startxref")
        if at >= 0:
            stated = _STARTXREF.match(tail, at)
            if stated is None:
                raise PdfDamaged("startxref without an offset")
            return int(stated[1])
        if window >= min(reader.size, FARTHEST):
            raise PdfDamaged("no startxref")
        window *= 8


def _group(chain: list[Link], reader: ObjectReader, header_offset: int) -> list[tuple[Link, ...]]:
    """Sections by revision, oldest first; a linearized file's first-page section comes with its main one."""
    ordered = chain[::-1]
    if len(ordered) < 2 or ordered[0].offset < ordered[1].offset:
        return [(link,) for link in ordered]
    if not _LINEARIZED.search(reader.read(header_offset, LINEARIZED_WITHIN)):
        raise PdfDamaged("/Prev leads forward")
    return [(ordered[1], ordered[0]), *((link,) for link in ordered[2:])]


def _revision_end(reader: ObjectReader, start: int, before: int) -> int | None:
    """First byte behind the `%%EOF` that follows a section, and its end-of-line marker; None without one."""
    found = reader.find(b"%%EOF", start, before)
    if found < 0:
        return None
    behind = found + len(b"%%EOF")
    marker = _LINE_END.match(reader.read(behind, 2))
    return behind + (marker.end() if marker else 0)
