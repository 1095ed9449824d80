"""Which changes of later revisions are allowed (ISO 32000-2, 12.8.2.2 DocMDP, 12.8.2.4 FieldMDP, 12.7.5.5 locks).

Whether a change is allowed depends on what was in force when its revision was written, not on the signature that looks back on
it, so every change is judged once. Without a certification, form filling and annotations are permitted and reported; what no
rule explains never is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sigcheck.evidence import Change, ChangeLevel, ChangesUnknown
from sigcheck.facts import FieldLock, SignatureFacts

LEVELS = tuple(ChangeLevel)
"""Ascending."""

MOST_EXCLUDE_LOCKS = 64
"""Different Exclude locks in one document; beyond it every field counts as locked. One or two are usual."""

SIGNING_RULES = frozenset({"signature-added", "signature-field-added", "document-timestamp-added"})
"""Signing again is no change of a field's value: a lock on *all* fields does not forbid it, a lock that names the field does."""


@dataclass(frozen=True, slots=True)
class JudgedChange:
    change: Change
    allowed: bool
    permissions: int | None
    """The P in force; None without a certification."""


@dataclass(frozen=True, slots=True)
class JudgedChanges:
    """All changes of a document in revision order."""

    items: tuple[JudgedChange, ...] = ()
    unknown: ChangesUnknown | None = None
    revisions: tuple[int, ...] = ()

    def after(self, revision: int) -> tuple[JudgedChange, ...]:
        """What came behind `revision`."""
        return self.items[bisect_right(self.revisions, revision) :]


@dataclass(slots=True)
class _InForce:
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

    def allows(self, change: Change) -> bool:
        if change.level in (ChangeLevel.NONE, ChangeLevel.LTA_UPDATE):
            return True
        if change.field is not None and self.locks(change.field, change.rule):
            return False
        match change.level:
            case ChangeLevel.FORM_FILLING:
                return self.permissions in (None, 2, 3)
            case ChangeLevel.ANNOTATIONS:
                return self.permissions in (None, 3)
            case ChangeLevel.OTHER:
                return False


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
        items.append(JudgedChange(change, force.allows(change), force.permissions))
    return JudgedChanges(tuple(items), None, tuple(item.change.revision for item in items))


def _set(force: _InForce, facts: SignatureFacts) -> None:
    if facts.doc_mdp is not None:
        force.certify(facts.doc_mdp.permissions)
    for lock in (facts.field_mdp, facts.lock):
        if lock is not None:
            force.lock(lock)


def highest_level(items: Iterable[JudgedChange]) -> ChangeLevel:
    return max((item.change.level for item in items), key=LEVELS.index, default=ChangeLevel.NONE)
