"""Two files side by side: by their bytes, by where revisions end, and by what those behind the common ones changed."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from sigcheck.engine.bytesource import ByteSource
from sigcheck.engine.changes import changes_behind
from sigcheck.engine.deadline import Clock, Deadline, TimeSpent
from sigcheck.engine.gather import read_facts
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf
from sigcheck.engine.reading.tail import unexplained_objects
from sigcheck.evidence import Change, ChangesUnknown
from sigcheck.facts import DocumentFacts, Revision, TailKind, Unreadable, UnreadableReason
from sigcheck.lineage import NotCompared, Relation

PIECE: Final = 1 << 20
LONGEST_END_OF_LINE: Final = 2
"""A file may end at %%EOF itself, and the next revision begin behind an end-of-line marker: both ends are that revision's."""
REBUILT: Final = "cross-reference-rebuilt"
IRREGULAR: Final = "cross-reference-irregular"
UNLISTED: Final = "objects-outside-cross-reference"


class Side(Struct, frozen=True):
    """One file: what it says, and its objects for who has to look further."""

    facts: DocumentFacts
    pdf: PdfFile
    changes: tuple[Change, ...] | ChangesUnknown = ()
    """What its revisions behind the common ones changed."""


class Succession(Struct, frozen=True):
    """The two files, as bytes and revisions say."""

    relation: Relation
    before: Side
    after: Side
    common_bytes: int
    common_revisions: int


def find_succession(
    before: tuple[str, ByteSource],
    after: tuple[str, ByteSource],
    *,
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    clock: Clock | None = None,
) -> Succession | NotCompared:
    """What `after` is to `before`, each with the path to report. Never raises for what the files hold."""
    sides: list[Side] = []
    for path, source in (before, after):
        read = _read(source, password, limits, clock)
        if isinstance(read, Unreadable):
            return NotCompared(path, read)
        sides.append(read)
    old, new = sides
    try:
        common = _common_bytes(before[1], after[1])
    except OSError as error:
        return NotCompared(after[0], Unreadable(UnreadableReason.IO, error.strerror or ""))
    shared = _common_revisions(old.facts, new.facts, common)
    relation = _relation(old.facts, new.facts, common, shared)
    if relation in {Relation.LATER, Relation.APPENDED, Relation.DIVERGED}:
        new = Side(new.facts, new.pdf, _changes(new, shared))
    if relation in {Relation.EARLIER, Relation.DIVERGED}:
        old = Side(old.facts, old.pdf, _changes(old, shared))
    return Succession(relation, old, new, common, shared)


def _read(source: ByteSource, password: str | None, limits: Limits, clock: Clock | None) -> Side | Unreadable:
    facts = read_facts(source, password=password, limits=limits, clock=clock)
    if isinstance(facts, Unreadable):
        return facts
    try:
        rebuild = REBUILT in facts.oddities
        pdf = open_pdf(source, password=password, limits=limits, deadline=Deadline(clock, limits.seconds), rebuild=rebuild)
    except TimeSpent:
        return Unreadable(UnreadableReason.LIMIT, "seconds", "seconds")
    return pdf if isinstance(pdf, Unreadable) else Side(facts, pdf)


def _common_bytes(before: ByteSource, after: ByteSource) -> int:
    """How many bytes both begin with."""
    position, end = 0, min(before.size, after.size)
    while position < end:
        left, right = (source.read(position, min(PIECE, end - position)) for source in (before, after))
        if left != right:
            return position + next(
                (at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right))
            )
        if not left:
            return position
        position += len(left)
    return position


def _common_revisions(before: DocumentFacts, after: DocumentFacts, common: int) -> int:
    """How many revisions both have, byte for byte. A file whose cross-reference was rebuilt has none to speak of."""
    if any(REBUILT in facts.oddities for facts in (before, after)) and before.sha256 != after.sha256:
        return 0
    shared = 0
    for old, new in zip(before.revisions, after.revisions, strict=False):
        if not _alike(old, new) or min(old.end, new.end) > common:
            break
        shared += 1
    return shared


def _alike(old: Revision, new: Revision) -> bool:
    return old.xref_offset == new.xref_offset and abs(old.end - new.end) <= LONGEST_END_OF_LINE


def _relation(before: DocumentFacts, after: DocumentFacts, common: int, shared: int) -> Relation:
    if before.sha256 == after.sha256:
        return Relation.SAME
    if shared and shared == len(before.revisions) < len(after.revisions):
        return Relation.LATER
    if shared and shared == len(after.revisions) < len(before.revisions):
        return Relation.EARLIER
    if common == before.size < after.size:
        return Relation.APPENDED
    return Relation.DIVERGED if shared else Relation.UNRELATED


def _changes(side: Side, shared: int) -> tuple[Change, ...] | ChangesUnknown:
    """What its revisions behind the common ones changed, looked at from where `verify` would begin to."""
    if not shared:
        return ChangesUnknown(REBUILT if REBUILT in side.facts.oddities else "no-common-revision")
    try:
        unlisted = _unlisted(side, shared)
    except TimeSpent:
        return ChangesUnknown("limit-reached", "seconds")
    except LimitReached as reached:
        return ChangesUnknown("limit-reached", reached.limit)
    except (PdfDamaged, RecursionError) as damage:
        return ChangesUnknown("damaged", str(damage))
    except OSError as error:
        return ChangesUnknown(UnreadableReason.IO.value, error.strerror or "")
    if unlisted is not None:
        return ChangesUnknown(unlisted)
    if len(side.pdf.revisions) <= shared:
        return ()
    signed = [one.byte_range.revision or one.revision for one in side.facts.signatures]
    try:
        found = changes_behind(side.pdf, min([shared, *signed]))
    except TimeSpent:
        return ChangesUnknown("limit-reached", "seconds")
    except OSError as error:
        return ChangesUnknown(UnreadableReason.IO.value, error.strerror or "")
    return found if isinstance(found, ChangesUnknown) else tuple(one for one in found if one.revision > shared)


def _unlisted(side: Side, shared: int) -> str | None:
    """Why readers may show more than cross-references list, as `verify` says it: objects behind the common revisions
    to which none points, or an ending at which readers do not find the newest one and look for objects themselves.

    What a signature covers in streams is no object, nor in a file that nobody signed.
    """
    sound = [one.byte_range.end or 0 for one in side.facts.signatures if one.byte_range.sound]
    covered = max(sound, default=0) if side.facts.signatures else side.facts.size
    if side.facts.tail.kind is TailKind.OBJECTS or unexplained_objects(side.pdf, shared, covered):
        return UNLISTED
    return IRREGULAR if IRREGULAR in side.facts.oddities and covered < side.facts.size else None
