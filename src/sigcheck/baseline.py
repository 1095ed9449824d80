"""Findings that somebody accepted: by the document's SHA-256, the signature's field and the code. Pure: files are read elsewhere.

A document whose deciding findings are all accepted no longer fails a run; its report stays what it is. A document of other
content inherits nothing, and neither does one whose content could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from sigcheck.reporting.hostile import shown
from sigcheck.verdict import Decides, DocumentReport, Finding, State

UNSIGNED_CODES: Final = frozenset({"no-signature", "document-timestamp-only"})
"""What makes a document `unsigned`: pieces of information that decide this one state all the same."""

Mark = tuple[int | None, str]
"""A finding's place in its report: the index of the signature (None: the document itself), and the code."""


class Key(Struct, frozen=True, order=True):
    """What an accepted finding is known by. `signature` is the field's name as reports show it; empty for the document."""

    sha256: str
    signature: str
    code: str


class Accepted(Struct, frozen=True):
    """One accepted finding. `path` says where the document was last seen and `reason` why it was accepted: remarks both."""

    key: Key
    path: str = ""
    reason: str = ""


class Review(Struct, frozen=True):
    """What a run came to, held against a baseline."""

    accepted: tuple[Accepted, ...]
    """Accepted before, and found again."""
    new: tuple[Accepted, ...]
    """Deciding findings that nobody had accepted."""
    gone: tuple[Accepted, ...]
    """Accepted findings of documents that were checked and no longer show them."""
    stale: tuple[Accepted, ...]
    """Accepted findings of documents that the run did not meet."""


def findings_of(report: DocumentReport) -> Iterator[tuple[int | None, Finding]]:
    """Every finding with the index of its signature, the document's own first."""
    yield from ((None, found) for found in report.findings)
    for index, signature in enumerate(report.signatures):
        yield from ((index, found) for found in signature.findings)


def decides(report: DocumentReport, found: Finding) -> bool:
    """Whether a finding is among the reasons for the document's state."""
    match report.state:
        case State.VALID:
            return False
        case State.UNREADABLE:
            return True
        case State.UNSIGNED:
            return found.decides is not None or found.code in UNSIGNED_CODES
        case _:
            return found.decides is not None


def deciding(report: DocumentReport) -> list[tuple[int | None, Finding]]:
    """The findings that the document's state rests on."""
    return [(index, found) for index, found in findings_of(report) if decides(report, found)]


def key_of(report: DocumentReport, index: int | None, code: str) -> Key | None:
    """What a finding is known by; None where the content is not known."""
    sha256 = report.document.sha256
    if sha256 is None:
        return None
    return Key(sha256, "" if index is None else shown(report.signatures[index].field), code)


def marks(report: DocumentReport, baseline: frozenset[Key] | dict[Key, Accepted]) -> frozenset[Mark]:
    """The findings of a report that the baseline accepts, whether they decide or not."""
    places = {(index, found.code) for index, found in findings_of(report)}
    return frozenset(place for place in places if key_of(report, *place) in baseline)


def state_left(report: DocumentReport, accepted: frozenset[Mark]) -> State:
    """The state that the findings which nobody accepted would give: what the exit code goes by."""
    if not accepted:
        return report.state
    left = [found for index, found in deciding(report) if (index, found.code) not in accepted]
    if not left:
        return State.VALID
    if report.state is State.UNREADABLE:
        return State.UNREADABLE
    if any(found.decides is Decides.INVALID for found in left):
        return State.INVALID
    return State.UNSIGNED if any(found.code in UNSIGNED_CODES for found in left) else State.INSUFFICIENT


class Baseline:
    """Accepted findings, and what a run shows of them as its reports come."""

    def __init__(self, accepted: Iterable[Accepted] = ()) -> None:
        self.accepted = {one.key: one for one in accepted}
        self._found: dict[Key, Accepted] = {}
        self._new: dict[Key, Accepted] = {}
        self._met: set[str] = set()
        self._contents = {key.sha256 for key in self.accepted}

    def note(self, report: DocumentReport) -> frozenset[Mark]:
        """Take in a report of the run; give the findings in it that are accepted."""
        sha256 = report.document.sha256
        for index, found in deciding(report):
            key = key_of(report, index, found.code)
            if key is not None and key not in self.accepted:
                self._new.setdefault(key, Accepted(key, shown(report.document.path)))
        if sha256 not in self._contents:
            return frozenset()
        self._met.add(sha256 or "")
        accepted = marks(report, self.accepted)
        for index, code in accepted:
            key = key_of(report, index, code)
            if key is not None:
                self._found.setdefault(key, Accepted(key, shown(report.document.path), self.accepted[key].reason))
        return accepted

    def review(self) -> Review:
        """What there was to accept, in the order of the keys."""
        missing = [one for one in self.accepted.values() if one.key not in self._found]
        return Review(
            accepted=_ordered(self._found.values()),
            new=_ordered(self._new.values()),
            gone=_ordered(one for one in missing if one.key.sha256 in self._met),
            stale=_ordered(one for one in missing if one.key.sha256 not in self._met),
        )

    def next(self, *, update: bool, prune: bool, whole: bool) -> tuple[Accepted, ...]:
        """The baseline after the run: with what is new when `update`; without what is gone when `prune`.

        What the run did not meet is left out only when it met everything there is (`whole`).
        """
        review = self.review()
        kept = [*review.accepted, *(review.new if update else ())]
        if not prune:
            kept += review.gone
        if not (prune and whole):
            kept += review.stale
        return _ordered(kept)


def _ordered(accepted: Iterable[Accepted]) -> tuple[Accepted, ...]:
    return tuple(sorted(accepted, key=lambda one: one.key))
