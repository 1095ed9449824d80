"""How two files stand to each other: whether one is a later revision of the other, and what came between."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from sigcheck.evidence import Change, ChangesUnknown
from sigcheck.facts import SignatureBox, Unreadable


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


class SignedPart(Struct, frozen=True):
    """One signature of a file: what its dictionary says, which proves nothing."""

    field: str
    kind: str
    """signature or document-timestamp."""
    revision: int
    name: str | None
    claimed_time: str | None
    box: SignatureBox | None = None


class ComparedChange(Struct, frozen=True):
    """A change of a further revision, and whether the signatures before it permit it, sound or not: none was checked."""

    change: Change
    permitted: bool | None
    """None where no signature stands before the change: nobody is asked."""
    because: str
    """A Ground of judging, or `no-signature`."""
    permissions: int | None = None
    """The P in force; None without a certification."""
    behind_last_signature: bool = False
    """A reader could see it, and no signature of the file covers it: the usual policies of `verify` refuse that too."""


Changes = tuple[ComparedChange, ...] | ChangesUnknown


class FileSide(Struct, frozen=True):
    """One of the two files."""

    path: str
    sha256: str
    size: int
    revisions: int
    signatures: int
    pages: int | None = None
    """None where they cannot be counted."""
    behind_end: int = 0
    """Bytes behind the last revision, which belong to none."""


class PageSide(Struct, frozen=True):
    """A page of one file, and the boxes of the signatures on it that the other file does not have."""

    page: int
    """From 1."""
    shown: tuple[float, float, float, float] | None = None
    """As of SignatureBox."""
    rotation: int = 0
    signatures: tuple[SignedPart, ...] = ()


class PagePair(Struct, frozen=True):
    """The same page of both files, or one that only one file has."""

    earlier: PageSide | None
    later: PageSide | None


class Lineage(Struct, frozen=True):
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
    changes: Changes
    """What each further revision of the later file changed."""
    own_changes: Changes = ()
    """What the first file's own revisions changed, where both went different ways."""
    own_added: tuple[SignedPart, ...] = ()
    """The signatures of those revisions."""
    pages: tuple[PagePair, ...] = ()
    """Those worth looking at side by side: touched by changes or signatures, on one side only, or all."""
    pages_left: int = 0
    """More of them, which are not among `pages`."""
    any_page: bool = False
    """Changes may show on other pages than those that they name."""
    pages_sure: bool = True
    """Readers count the pages of both files alike; False where a page tree contradicts itself."""

    @property
    def earlier(self) -> FileSide:
        """The file that stands on the left."""
        return self.after if self.relation is Relation.EARLIER else self.before

    @property
    def later(self) -> FileSide:
        return self.before if self.relation is Relation.EARLIER else self.after


class NotCompared(Struct, frozen=True):
    """A file of the two cannot be read."""

    path: str
    why: Unreadable
