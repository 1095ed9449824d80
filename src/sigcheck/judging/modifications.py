"""Which changes of later revisions are allowed (ISO 32000-2, 12.8.2.2 DocMDP, 12.8.2.4 FieldMDP, 12.7.5.5 locks).

Whether a change is allowed depends on what was in force when its revision was written, not on the signature that looks back on
it, so every change is judged once. Without a certification, form filling and annotations are permitted and reported; what no
rule explains never is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import islice

from msgspec import Struct, field

from sigcheck.evidence import Change, ChangeLevel, ChangesUnknown
from sigcheck.facts import FieldLock, SignatureFacts

LEVELS = tuple(ChangeLevel)
"""Ascending."""

MOST_EXCLUDE_LOCKS = 64
"""Different Exclude locks in one document; beyond it every field counts as locked. One or two are usual."""

SIGNING_RULES = frozenset({"signature-added", "signature-field-added", "document-timestamp-added"})
"""Signing again is no change of a field's value: a lock on *all* fields does not forbid it, a lock that names the field does."""


class Ground(StrEnum):
    """Why a change is allowed, or is not."""

    ALWAYS = "always"
    """It changes nothing that is shown, or adds what keeps signatures checkable."""
    NEVER = "never"
    """No rule of the standard explains it."""
    FIELD_LOCKED = "field-locked"
    CERTIFICATION = "certification"
    """The P in force decides."""
    NO_CERTIFICATION = "no-certification"
    """Nothing restricts the document."""


class JudgedChange(Struct, frozen=True):
    change: Change
    allowed: bool
    permissions: int | None
    """The P in force; None without a certification."""
    ground: Ground


def shows_something(change: Change) -> bool:
    """A reader could see it."""
    return change.visible and change.level is not ChangeLevel.NONE


class LaterChanges(Struct, frozen=True):
    """All changes behind one revision, summed up."""

    count: int = 0
    level: ChangeLevel = ChangeLevel.NONE
    allowed_count: int = 0
    """Allowed ones that change anything."""
    allowed_level: ChangeLevel = ChangeLevel.NONE
    forbidden_count: int = 0
    first_forbidden: int | None = None
    """Position of the first forbidden change."""


NOTHING_LATER = LaterChanges()


class JudgedChanges(Struct, frozen=True):
    """All changes of a document in revision order, with the sums over every tail of the list.

    Each signature asks for what came behind it; the sums keep a document of many signatures from costing their square.
    """

    items: tuple[JudgedChange, ...] = ()
    unknown: ChangesUnknown | None = None
    revisions: tuple[int, ...] = ()
    tails: tuple[LaterChanges, ...] = ()
    next_forbidden: tuple[int | None, ...] = ()
    """For each position the next forbidden one behind it."""

    def start(self, revision: int) -> int:
        """Position of the first change behind `revision`."""
        return bisect_right(self.revisions, revision)

    def after(self, revision: int) -> LaterChanges:
        start = self.start(revision)
        return self.tails[start] if start < len(self.tails) else NOTHING_LATER

    def forbidden_after(self, revision: int, most: int) -> tuple[int, ...]:
        """Positions of the first forbidden changes behind `revision`."""
        found: list[int] = []
        position = self.after(revision).first_forbidden
        while position is not None and len(found) < most:
            found.append(position)
            position = self.next_forbidden[position]
        return tuple(found)

    def listed_after(self, revision: int, most: int) -> Sequence[int]:
        """Positions of the changes behind `revision` in revision order; when they are too many, forbidden ones first."""
        everything = range(self.start(revision), len(self.items))
        if len(everything) <= most:
            return everything
        forbidden = self.forbidden_after(revision, most)
        others = (position for position in everything if self.items[position].allowed)
        return (*forbidden, *islice(others, most - len(forbidden)))


def summed(items: tuple[JudgedChange, ...]) -> JudgedChanges:
    """The list with its sums, made from the back."""
    tails: list[LaterChanges] = []
    links: list[int | None] = []
    tail = NOTHING_LATER
    for position in range(len(items) - 1, -1, -1):
        links.append(tail.first_forbidden)
        tail = _longer(tail, items[position], position)
        tails.append(tail)
    revisions = tuple(item.change.revision for item in items)
    return JudgedChanges(items, None, revisions, tuple(reversed(tails)), tuple(reversed(links)))


def _longer(tail: LaterChanges, item: JudgedChange, position: int) -> LaterChanges:
    level = item.change.level
    counts = item.allowed and level is not ChangeLevel.NONE
    return LaterChanges(
        count=tail.count + 1,
        level=_higher(tail.level, level),
        allowed_count=tail.allowed_count + counts,
        allowed_level=_higher(tail.allowed_level, level) if counts else tail.allowed_level,
        forbidden_count=tail.forbidden_count + (not item.allowed),
        first_forbidden=tail.first_forbidden if item.allowed else position,
    )


def _higher(one: ChangeLevel, other: ChangeLevel) -> ChangeLevel:
    return max(one, other, key=LEVELS.index)


class _InForce(Struct):
    """What restricts the next revision; grows as revisions pass."""

    permissions: int | None = None
    all_fields: bool = False
    named: set[str] = field(default_factory=set)
    exclude: dict[frozenset[str], None] = field(default_factory=dict)

    def certify(self, permissions: int) -> None:
        """The narrowest holds. P below 1 means 1, P above 3 is not defined and means the default, 2 (table 257)."""
        p = 1 if permissions < 1 else 2 if permissions > 3 else permissions
        self.permissions = p if self.permissions is None else min(self.permissions, p)

    def lock(self, lock: FieldLock) -> None:
        if lock.permissions is not None:
            self.certify(lock.permissions)
        match lock.action:
            case "Include":
                self.named |= set(lock.fields)
            case "Exclude":
                self.exclude[frozenset(lock.fields)] = None
                self.all_fields = self.all_fields or len(self.exclude) > MOST_EXCLUDE_LOCKS
            case _:  # All; an unknown action is taken for the strictest
                self.all_fields = True

    def locks(self, name: str, rule: str) -> bool:
        above = frozenset(_with_ancestors(name))
        if above & self.named:
            return True
        if rule in SIGNING_RULES:
            return False
        return self.all_fields or any(not above & excepted for excepted in self.exclude)

    def judged(self, change: Change) -> JudgedChange:
        allowed, ground = self._answer(change)
        return JudgedChange(change, allowed, self.permissions, ground)

    def _answer(self, change: Change) -> tuple[bool, Ground]:
        if change.level in (ChangeLevel.NONE, ChangeLevel.LTA_UPDATE):
            return True, Ground.ALWAYS
        if change.level is ChangeLevel.OTHER:
            return False, Ground.NEVER
        if change.field is not None and self.locks(change.field, change.rule):
            return False, Ground.FIELD_LOCKED
        if self.permissions is None:
            return True, Ground.NO_CERTIFICATION
        return self.permissions in _PERMITTING[change.level], Ground.CERTIFICATION


_PERMITTING = {ChangeLevel.FORM_FILLING: (2, 3), ChangeLevel.ANNOTATIONS: (3,)}
"""The P under which changes of a level are permitted (table 257)."""


def _with_ancestors(name: str) -> Iterable[str]:
    """`a.b.c`, `a.b` and `a`: a lock on a field holds for its descendants."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def covered_revision(facts: SignatureFacts) -> int:
    """The revision that a signature covers; its own when its ByteRange says nothing usable."""
    return facts.byte_range.revision or facts.revision


def judge_changes(changes: tuple[Change, ...] | ChangesUnknown, signatures: Sequence[SignatureFacts]) -> JudgedChanges:
    """Judge every change under what the signatures of earlier revisions set, sound or not."""
    if isinstance(changes, ChangesUnknown):
        return JudgedChanges(unknown=changes)
    setting = sorted((s for s in signatures if s.doc_mdp or s.field_mdp or s.lock), key=covered_revision)
    force = _InForce()
    items = []
    position = 0
    for change in sorted(changes, key=lambda change: change.revision):
        while position < len(setting) and covered_revision(setting[position]) < change.revision:
            _set(force, setting[position])
            position += 1
        items.append(force.judged(change))
    return summed(tuple(items))


def _set(force: _InForce, facts: SignatureFacts) -> None:
    if facts.doc_mdp is not None:
        force.certify(facts.doc_mdp.permissions)
    for lock in (facts.field_mdp, facts.lock):
        if lock is not None:
            force.lock(lock)
