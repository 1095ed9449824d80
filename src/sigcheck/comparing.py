"""compare_files: two files, from their bytes to what came between, and whether the signatures permit it.

Changes are found by the rules and judged by the rule that `verify` has; nothing is judged here that `verify` would not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from sigcheck.engine.bytesource import ByteSource
from sigcheck.engine.deadline import Clock, TimeSpent
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.page_pairs import PagedFile, are_sure, page_pairs, pages_of
from sigcheck.engine.succession import Side, Succession, find_succession
from sigcheck.evidence import Change, ChangeLevel, ChangesUnknown
from sigcheck.facts import DocumentFacts, SignatureFacts, TailKind
from sigcheck.judging.case import never_signed
from sigcheck.judging.modifications import covered_revision, judge_changes, shows_something
from sigcheck.lineage import Changes, ComparedChange, FileSide, Lineage, NotCompared, PagePair, Relation, SignedPart

NO_SIGNATURE: Final = "no-signature"
"""Nothing stands before the change that could permit it or not."""


def compare_files(
    before: tuple[str, ByteSource],
    after: tuple[str, ByteSource],
    *,
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    clock: Clock | None = None,
) -> Lineage | NotCompared:
    """What `after` is to `before`, each with the path to report. Never raises for what the files hold."""
    found = find_succession(before, after, password=password, limits=limits, clock=clock)
    if isinstance(found, NotCompared):
        return found
    backwards = found.relation is Relation.EARLIER
    older, newer = (found.after, found.before) if backwards else (found.before, found.after)
    related, shared = found.relation is not Relation.UNRELATED, found.common_revisions
    held = {_content(one) for one in newer.facts.signatures if one.removed_in is None}
    added = tuple(_signed(one) for one in newer.facts.signatures if related and one.revision > shared)
    there = [one for one in older.facts.signatures if one.removed_in is None]
    missing = tuple(_signed(one) for one in there if related and _content(one) not in held)
    parted = found.relation is Relation.DIVERGED
    own = tuple(_signed(one) for one in there if parted and one.revision > shared)
    old, new = _pages(older, own if parted else missing), _pages(newer, added)
    unsure = any(one is not None and not one.sure for one in (old, new))
    any_page = unsure or found.relation is Relation.APPENDED or any(map(_may_touch_any, (older, newer)))
    pairs, left = _pairs(found, old, new, any_page)
    before_pages, after_pages = (new, old) if backwards else (old, new)
    return Lineage(
        found.relation,
        _side(before[0], found.before.facts, before_pages),
        _side(after[0], found.after.facts, after_pages),
        found.common_bytes,
        shared,
        added,
        missing,
        _judged(newer),
        _judged(older) if parted else (),
        own,
        pairs,
        left,
        any_page,
        not unsure,
    )


def _judged(side: Side) -> Changes:
    """Each change under what the signatures before it set, as in the report of `verify` on this file."""
    if isinstance(side.changes, ChangesUnknown):
        return side.changes
    present = [one for one in side.facts.signatures if not never_signed(one)]
    first = min((covered_revision(one) for one in present), default=None)
    last = max((covered_revision(one) for one in present if _stands(one)), default=0)
    return tuple(
        ComparedChange(
            one.change, one.allowed, one.ground.value, one.permissions, shows_something(one.change) and one.change.revision > last
        )
        if first is not None and one.change.revision > first
        else ComparedChange(one.change, None, NO_SIGNATURE)
        for one in judge_changes(side.changes, present).items
    )


def _stands(one: SignatureFacts) -> bool:
    """It may be sound, as far as can be seen without checking it: a time-stamp is nobody's signature."""
    return one.kind == "signature" and one.byte_range.sound and one.removed_in is None and one.rewritten_in is None


def _pages(side: Side, signatures: tuple[SignedPart, ...]) -> PagedFile | None:
    """The file's pages, with those that its changes and signatures touch; None where they cannot be found."""
    try:
        references, sure = pages_of(side.pdf), are_sure(side.pdf)
    except (TimeSpent, OSError):
        return None
    return None if references is None else PagedFile(side.pdf, references, _touched(side, signatures), signatures, sure)


def _pairs(found: Succession, old: PagedFile | None, new: PagedFile | None, any_page: bool) -> tuple[tuple[PagePair, ...], int]:
    """The pages side by side; none of the same file."""
    if found.relation is Relation.SAME or old is None or new is None:
        return (), 0
    related = found.relation is not Relation.UNRELATED
    try:
        return page_pairs(old, new, related=related, everything=not related or any_page)
    except (TimeSpent, OSError):
        return (), 0


def _may_touch_any(side: Side) -> bool:
    """A change that nothing explains may show on more pages than the one it names: fonts, images and what pages inherit."""
    return isinstance(side.changes, ChangesUnknown) or any(one.level is ChangeLevel.OTHER for one in side.changes)


def _touched(side: Side, signatures: Sequence[SignedPart]) -> frozenset[int]:
    changes: Sequence[Change] = () if isinstance(side.changes, ChangesUnknown) else side.changes
    places = [one.page for one in changes] + [one.box.page for one in signatures if one.box is not None]
    return frozenset(page for page in places if page is not None)


def _side(path: str, facts: DocumentFacts, paged: PagedFile | None) -> FileSide:
    behind = 0 if facts.tail.kind is TailKind.NOTHING else facts.tail.length
    pages = None if paged is None else len(paged.pages)
    return FileSide(path, facts.sha256, facts.size, len(facts.revisions), len(facts.signatures), pages, behind)


def _content(one: SignatureFacts) -> bytes:
    return hashlib.sha256(one.contents).digest()


def _signed(one: SignatureFacts) -> SignedPart:
    claimed = one.block.claimed_time
    name = one.block.signer_name or one.block.name
    return SignedPart(one.field, one.kind, one.revision, name, claimed.iso if claimed is not None else None, one.box)
