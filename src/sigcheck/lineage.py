"""How two files stand to each other: whether one is a later revision of the other, and what came between."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sigcheck.evidence import Change, ChangesUnknown
from sigcheck.facts import Unreadable


class Relation(StrEnum):
    """What the second file is to the first (ISO 32000-2, 7.5.6: an update is appended, nothing before it changes)."""

    SAME = "same"
    LATER = "later"
    """It holds all revisions of the first, byte for byte, and further ones behind them."""
    EARLIER = "earlier"
    """The other way round: the first file is the later revision."""
    APPENDED = "appended"
    """It begins with all bytes of the first, but the first does not end where a revision ends."""
    DIVERGED = "diverged"
    """They share their first revisions and then differ."""
    UNRELATED = "unrelated"
    """No revision in common."""


@dataclass(frozen=True, slots=True)
class SignedPart:
    """One signature of a file: what its dictionary says, which proves nothing."""

    field: str
    kind: str
    """signature or document-timestamp."""
    revision: int
    name: str | None
    claimed_time: str | None


@dataclass(frozen=True, slots=True)
class FileSide:
    """One of the two files."""

    path: str
    sha256: str
    size: int
    revisions: int
    signatures: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """The answer, seen from the second file."""

    relation: Relation
    before: FileSide
    after: FileSide
    common_bytes: int
    """How many bytes both begin with."""
    common_revisions: int
    added: tuple[SignedPart, ...]
    """Signatures of the later file in revisions that the earlier one does not have."""
    missing: tuple[SignedPart, ...]
    """Signatures of the earlier file that no field of the later one holds any more."""
    changes: tuple[Change, ...] | ChangesUnknown
    """What each further revision changed."""


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A file of the two cannot be read."""

    path: str
    why: Unreadable
