"""Two files side by side: by their bytes, by where revisions end, and by what those behind the common ones changed."""

from __future__ import annotations

import hashlib
from typing import Final

from sigcheck.engine.bytesource import ByteSource
from sigcheck.engine.changes import changes_behind
from sigcheck.engine.deadline import Clock, Deadline, TimeSpent
from sigcheck.engine.gather import read_facts
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged
from sigcheck.engine.pdf.pdffile import open_pdf
from sigcheck.evidence import Change, ChangesUnknown
from sigcheck.facts import DocumentFacts, Revision, SignatureFacts, Unreadable, UnreadableReason
from sigcheck.lineage import FileSide, Lineage, NotCompared, Relation, SignedPart

PIECE: Final = 1 << 20
LONGEST_END_OF_LINE: Final = 2
"""A file may end at %%EOF itself, and the next revision begin behind an end-of-line marker: both ends are that revision's."""


def compare_files(
    before: tuple[str, ByteSource],
    after: tuple[str, ByteSource],
    *,
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    clock: Clock | None = None,
) -> Lineage | NotCompared:
    """What `after` is to `before`, each with the path to report. Never raises for what the files hold."""
    facts: list[DocumentFacts] = []
    for path, source in (before, after):
        read = read_facts(source, password=password, limits=limits, clock=clock)
        if isinstance(read, Unreadable):
            return NotCompared(path, read)
        facts.append(read)
    try:
        common = _common_bytes(before[1], after[1])
    except OSError as error:
        return NotCompared(after[0], Unreadable(UnreadableReason.IO, error.strerror or ""))
    shared = _common_revisions(facts[0], facts[1], common)
    relation = _relation(facts[0], facts[1], common, shared)
    backwards = relation is Relation.EARLIER
    older, newer = (facts[1], facts[0]) if backwards else (facts[0], facts[1])
    later = before if backwards else after
    changes: tuple[Change, ...] | ChangesUnknown = ()
    if relation in {Relation.LATER, Relation.EARLIER, Relation.DIVERGED, Relation.APPENDED} and shared:
        changes = _changes(later[1], shared, password, Deadline(clock, limits.seconds), limits)
    related = relation is not Relation.UNRELATED
    return Lineage(
        relation,
        _side(before[0], facts[0]),
        _side(after[0], facts[1]),
        common,
        shared,
        tuple(_signed(one) for one in newer.signatures if related and one.revision > shared),
        tuple(_signed(one) for one in older.signatures if related and _content(one) not in set(map(_content, newer.signatures))),
        changes,
    )


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
    if any("cross-reference-rebuilt" in facts.oddities for facts in (before, after)) and before.sha256 != after.sha256:
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


def _changes(
    source: ByteSource, shared: int, password: str | None, deadline: Deadline, limits: Limits
) -> tuple[Change, ...] | ChangesUnknown:
    try:
        pdf = open_pdf(source, password=password, limits=limits, deadline=deadline)
        if isinstance(pdf, Unreadable):
            return ChangesUnknown(pdf.reason.value, pdf.detail)
        return changes_behind(pdf, shared) if len(pdf.revisions) > shared else ()
    except LimitReached as reached:
        return ChangesUnknown("limit-reached", reached.limit)
    except TimeSpent:
        return ChangesUnknown("limit-reached", "seconds")
    except (PdfDamaged, OSError, RecursionError) as damage:
        return ChangesUnknown("damaged", str(damage))


def _side(path: str, facts: DocumentFacts) -> FileSide:
    return FileSide(path, facts.sha256, facts.size, len(facts.revisions), len(facts.signatures))


def _content(one: SignatureFacts) -> bytes:
    return hashlib.sha256(one.contents).digest()


def _signed(one: SignatureFacts) -> SignedPart:
    claimed = one.block.claimed_time
    name = one.block.signer_name or one.block.name
    return SignedPart(one.field, one.kind, one.revision, name, claimed.iso if claimed is not None else None)
