"""How two files stand to each other, in words that the text and the page share. Every value passes the sanitiser here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from sigcheck.evidence import ChangesUnknown
from sigcheck.lineage import Changes, ComparedChange, Lineage, Relation, SignedPart
from sigcheck.reporting.phrases import Phrases

MARKS: Final = {Relation.SAME: ("=", "bold green"), Relation.LATER: ("✔", "bold green")}
SAID_BY_SIGNATURES: Final = frozenset({"signature-added", "document-timestamp-added"})
"""Changes that the fields themselves stand for, unless they are forbidden."""


class Row(Struct, frozen=True):
    """Changes of one revision that are alike."""

    words: str
    """With the page, and how many there are."""
    times: int
    rule: str
    level: str
    permitted: bool | None
    permission: str
    """Whether the signatures before it permit it, and why."""
    behind_last: bool


def relation_key(found: Lineage) -> str:
    """The key of the answer. Where both files have the same revisions, what was appended belongs to none."""
    both = found.before.revisions == found.after.revisions == found.common_revisions
    return "appended-behind" if found.relation is Relation.APPENDED and both else found.relation.value


def relation_mark(phrases: Phrases, relation: Relation) -> tuple[str, str]:
    mark, style = MARKS.get(relation, ("✘", "bold yellow"))
    plain = {"✔": "[OK]", "✘": "[X]"}.get(mark, mark)
    return (plain if phrases.ascii_marks else mark), style


def meaning(phrases: Phrases, found: Lineage) -> str:
    """What the answer says, and what it does not."""
    key = "appended" if found.relation is Relation.APPENDED else found.relation.value
    return phrases.word(f"compare.{key}-meaning", revisions=found.common_revisions)


def judged(changes: Changes) -> tuple[ComparedChange, ...]:
    return () if isinstance(changes, ChangesUnknown) else changes


def summed(phrases: Phrases, found: Lineage) -> Iterator[tuple[str, str]]:
    """What the signatures say to all changes together: the tone (good, bad, open) and the words; nothing without changes."""
    for changes in (found.changes, found.own_changes):
        if isinstance(changes, ChangesUnknown):
            yield "open", phrases.word("compare.unknown", reason=phrases.catalogue.fact("reason", changes.reason))
    every = [*judged(found.changes), *judged(found.own_changes)]
    forbidden = sum(one.permitted is False for one in every)
    allowed = sum(one.permitted is True for one in every)
    behind = sum(one.behind_last_signature for one in every)
    if forbidden:
        yield "bad", phrases.word("compare.sum-forbidden", count=forbidden, all=len(every))
    if allowed:
        yield "good", phrases.word("compare.sum-allowed", count=allowed, all=len(every))
    if len(every) > forbidden + allowed:
        yield "open", phrases.word("compare.sum-unasked", count=len(every) - forbidden - allowed, all=len(every))
    if behind:
        yield "open", phrases.word("compare.sum-behind", count=behind, all=len(every))


class RevisionTold(Struct, frozen=True):
    """What one further revision added and changed."""

    number: int
    signatures: tuple[SignedPart, ...]
    changes: tuple[ComparedChange, ...]

    @property
    def forbidden(self) -> int:
        return sum(one.permitted is False for one in self.changes)


def revisions_told(signatures: Sequence[SignedPart], changes: Changes) -> list[RevisionTold]:
    """By revision, those of which there is something to tell."""
    added: dict[int, list[SignedPart]] = {}
    changed: dict[int, list[ComparedChange]] = {}
    for part in signatures:
        added.setdefault(part.revision, []).append(part)
    for change in judged(changes):
        changed.setdefault(change.change.revision, []).append(change)
    numbers = sorted(added.keys() | changed.keys())
    return [RevisionTold(number, tuple(added.get(number, ())), tuple(changed.get(number, ()))) for number in numbers]


def rows(phrases: Phrases, told: RevisionTold) -> list[Row]:
    """The changes of a revision, equal ones once, without those that its signatures stand for."""
    signed = bool(told.signatures)
    return _rows(
        phrases,
        [one for one in told.changes if not (signed and one.permitted is not False and one.change.rule in SAID_BY_SIGNATURES)],
    )


def _rows(phrases: Phrases, changes: Iterable[ComparedChange]) -> list[Row]:
    counted = Counter(
        (
            one.change.rule,
            one.change.page,
            one.change.level,
            one.permitted,
            one.because,
            one.permissions,
            one.behind_last_signature,
        )
        for one in changes
    )
    found = []
    for (rule, page, level, permitted, because, permissions, behind), times in counted.items():
        words = phrases.catalogue.words.get(f"values-rule.{rule}") or phrases.safe(rule)
        words = words if page is None else phrases.word("label.change-on-page", page=page, change=words)
        words += f" ({phrases.word('label.times', count=times)})" if times > 1 else ""
        said = permission(phrases, permitted, because, permissions)
        said += f"; {phrases.word('compare.behind-last')}" if behind else ""
        found.append(Row(words, times, rule, phrases.catalogue.fact("level", level.value), permitted, said, behind))
    return found


def permission(phrases: Phrases, permitted: bool | None, because: str, permissions: int | None) -> str:
    """Whether a change is permitted, and why."""
    if permitted is None:
        return phrases.word(f"compare.because-{because}")
    answer = phrases.word("changes.allowed" if permitted else "changes.forbidden")
    why = f"certification-{permissions}" if because == "certification" and permissions in {1, 2, 3} else because
    return f"{answer}: {phrases.word(f'compare.because-{why}')}"


def named(phrases: Phrases, key: str, one: SignedPart) -> str:
    """A signature with what its block says."""
    time = phrases.written(one.claimed_time)
    return phrases.word(f"compare.{key}", field=phrases.safe(one.field), name=phrases.safe(one.name), time=time)


def place(phrases: Phrases, one: SignedPart) -> str:
    """Where its box stands on the paper."""
    if one.box is None:
        return phrases.word("compare.no-box")
    if one.box.page is None:
        return phrases.word("compare.box-nowhere")
    left, bottom, right, top = one.box.rectangle
    if left == right or bottom == top:
        return phrases.word("compare.box-invisible", page=one.box.page)
    corners = {"left": f"{left:.0f}", "bottom": f"{bottom:.0f}", "right": f"{right:.0f}", "top": f"{top:.0f}"}
    said = phrases.word("compare.box", page=one.box.page, **corners)
    return f"{said} ({phrases.word('appearance.hidden')})" if one.box.hidden else said
