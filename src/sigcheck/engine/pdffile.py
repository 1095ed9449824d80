"""A PDF file as revisions of indirect objects (ISO 32000-2, 7.5): cross-reference sections and lazily read objects.

Nothing is read that is not asked for. Objects are seen *as of a revision*, so that what a later revision hides stays visible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sigcheck.engine.bytesource import ByteSource
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.objects import PdfObject, Reference
from sigcheck.facts import Revision, Unreadable


@dataclass(frozen=True, slots=True)
class XrefEntry:
    """Where an object lies: free, at a file offset, or inside an object stream."""

    kind: str
    """`free`, `offset` or `compressed`."""
    offset: int
    """File offset, or the object stream's number."""
    generation: int
    """Generation, or the index inside the object stream."""


class PdfFile:
    """An opened PDF. Every method may raise PdfDamaged or LimitReached (engine/objects.py); callers in the engine convert."""

    source: ByteSource
    limits: Limits
    revisions: tuple[Revision, ...]
    """Oldest first, numbered from 1. A linearized file's two sections are one revision, a hybrid file's tables too."""
    header_offset: int
    """Bytes before `%PDF-`; offsets in the file's own tables are counted from there when they only fit so."""
    encrypted: bool
    rebuilt: bool
    """The cross-reference was damaged and the objects were found by scanning: one revision, nothing can be proven of order."""

    def trailer(self, revision: int) -> Mapping[str, PdfObject]:
        """The trailer dictionary in force at the end of `revision`."""
        raise NotImplementedError

    def catalog(self, revision: int) -> Mapping[str, PdfObject]:
        """The document catalog as of `revision`; empty when /Root leads nowhere."""
        raise NotImplementedError

    def get(self, reference: Reference, revision: int) -> PdfObject:
        """The object as of `revision`; None when free, absent or of another generation (7.3.10)."""
        raise NotImplementedError

    def resolve(self, value: PdfObject, revision: int) -> PdfObject:
        """Follow references (bounded, loops end as None) until a direct object is reached."""
        raise NotImplementedError

    def entry(self, number: int, revision: int) -> XrefEntry | None:
        """The cross-reference entry in force as of `revision`, for tests of identity without parsing."""
        raise NotImplementedError

    def section(self, revision: int) -> Mapping[int, XrefEntry]:
        """The entries that `revision` itself writes: number to entry, free ones included."""
        raise NotImplementedError


def open_pdf(source: ByteSource, *, password: str | None = None, limits: Limits = DEFAULT_LIMITS) -> PdfFile | Unreadable:
    """Find revisions and cross-references. An encrypted file opens with `password` or with the empty user password."""
    raise NotImplementedError
