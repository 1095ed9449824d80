"""A PDF file as revisions of indirect objects (ISO 32000-2, 7.5): cross-reference sections and lazily read objects.

Nothing is read that is not asked for. Objects are seen *as of a revision*, so that what a later revision hides stays visible.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from sigcheck.engine.bytesource import ByteSource
from sigcheck.engine.deadline import NEVER, Deadline
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.pdf.history import History
from sigcheck.engine.pdf.increments import Increment, find_header, read_increments
from sigcheck.engine.pdf.loader import ObjectLoader
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject, Reference, String
from sigcheck.engine.pdf.syntax import ObjectReader, ReadFailed
from sigcheck.engine.pdf.xref import Section, XrefEntry
from sigcheck.facts import Revision, Unreadable, UnreadableReason

if TYPE_CHECKING:
    from sigcheck.engine.pdf.pages import PageTree
    from sigcheck.engine.pdf.rebuild import Scanned

__all__ = ["PdfFile", "XrefEntry", "open_pdf"]


class PdfFile:
    """An opened PDF. Every method may raise PdfDamaged or LimitReached (objects.py), callers in the engine convert; and
    TimeSpent where the file was opened with a deadline.

    Objects are shared between callers and must not be changed.
    """

    source: ByteSource
    limits: Limits
    deadline: Deadline
    revisions: tuple[Revision, ...]
    """Oldest first, numbered from 1. A linearized file's two sections are one revision, a hybrid file's tables too."""
    header_offset: int
    """Bytes before `%PDF-`; offsets in the file's own tables are counted from there when they only fit so."""
    encrypted: bool
    rebuilt: bool
    """The cross-reference was damaged and the objects were found by scanning: one revision, nothing can be proven of order."""
    page_trees: dict[int, PageTree]
    """By revision, those that were read (pages.py)."""

    def __init__(
        self, source: ByteSource, reader: ObjectReader, increments: tuple[Increment, ...], *, header_offset: int, rebuilt: bool
    ) -> None:
        self.source = source
        self.limits = reader.limits
        self.deadline = reader.deadline
        self.revisions = tuple(increment.revision for increment in increments)
        self.header_offset = header_offset
        self.encrypted = False
        self.rebuilt = rebuilt
        self.page_trees = {}
        self._increments, self._newest = increments, len(increments)
        self._catalogs: dict[int, Mapping[str, PdfObject]] = {}
        self._history = History([increment.entries for increment in increments])
        ends = tuple(reader.size if rebuilt else revision.end for revision in self.revisions)
        self._loader = ObjectLoader(reader, self._history, ends)

    def trailer(self, revision: int) -> Mapping[str, PdfObject]:
        """The trailer dictionary in force at the end of `revision`."""
        return MappingProxyType(self._increment(revision).trailer)

    def catalog(self, revision: int) -> Mapping[str, PdfObject]:
        """The document catalog as of `revision`; empty when /Root leads nowhere."""
        known = self._catalogs.get(revision)
        if known is None:
            root = self.resolve(self._increment(revision).trailer.get("Root"), revision)
            known = self._catalogs[revision] = MappingProxyType(root if isinstance(root, dict) else {})
        return known

    def get(self, reference: Reference, revision: int) -> PdfObject:
        """The object as of `revision`; None when free, absent or of another generation (7.3.10)."""
        if not 1 <= revision <= self._newest:
            self._increment(revision)
        return self._loader.get(reference, revision)

    def resolve(self, value: PdfObject, revision: int) -> PdfObject:
        """Follow references (bounded, loops end as None) until a direct object is reached."""
        if not isinstance(value, Reference):
            return value
        if not 1 <= revision <= self._newest:
            self._increment(revision)
        return self._loader.resolve(value, revision)

    def entry(self, number: int, revision: int) -> XrefEntry | None:
        """The cross-reference entry in force as of `revision`, for tests of identity without parsing."""
        if not 1 <= revision <= self._newest:
            self._increment(revision)
        found = self._history.find(number, revision)
        return found[1] if found else None

    def plain_references(self, number: int, revision: int) -> list[tuple[str, int]] | None:
        """Key and object number of the references in a plain dictionary; None for an object that has to be read in full."""
        self._increment(revision)
        return self._loader.plain_references(number, revision)

    def ambiguity(self, number: int, revision: int) -> str | None:
        """Why readers differ about how the object in force at `revision` is written; None where they do not."""
        self._increment(revision)
        return self._loader.ambiguity(number, revision)

    def section_ambiguity(self, revision: int) -> str | None:
        """The same of the revision's cross-reference section and trailer."""
        return self._increment(revision).ambiguity

    def section(self, revision: int) -> Section:
        """The entries that `revision` itself writes: number to entry, free ones included."""
        return self._increment(revision).entries

    def _increment(self, revision: int) -> Increment:
        if not 1 <= revision <= len(self._increments):
            raise PdfDamaged(f"there is no revision {revision}")
        return self._increments[revision - 1]

    def unlock(self, password: str | None) -> tuple[UnreadableReason, str] | None:
        """Prepare to decrypt when the file is encrypted; the reason when that cannot be done. For open_pdf alone."""
        for revision in range(len(self.revisions), 0, -1):
            trailer = self._increments[revision - 1].trailer
            if trailer.get("Encrypt") is not None:
                return self._unlock(trailer, revision, password)
        return None

    def forget(self) -> None:
        """Let go of the objects: streams know who reads them, so that file and objects would stay until garbage is collected."""
        self._loader.forget()

    def numbers_within(self, number: int, revision: int) -> tuple[int, ...]:
        """The object numbers that the object stream `number` lists at its head. For open_pdf alone."""
        return self._loader.numbers_within(number, revision)

    def _unlock(
        self, trailer: Mapping[str, PdfObject], revision: int, password: str | None
    ) -> tuple[UnreadableReason, str] | None:
        from sigcheck.engine.pdf.encryption import Security, open_security  # noqa: PLC0415 - most files need no ciphers

        place = trailer["Encrypt"]
        encrypt = self._direct(place, revision, depth=4)
        if not isinstance(encrypt, dict):
            return UnreadableReason.ENCRYPTION_UNSUPPORTED, "no encryption dictionary"
        identifiers = self.resolve(trailer.get("ID"), revision)
        first = self.resolve(identifiers[0], revision) if isinstance(identifiers, list) and identifiers else None
        security = open_security(encrypt, bytes(first) if isinstance(first, String) else b"", password)
        if not isinstance(security, Security):
            return security
        self._catalogs.clear()
        self._loader.decrypt_with(security, place.number if isinstance(place, Reference) else None)
        self.encrypted = True
        return None

    def _direct(self, value: PdfObject, revision: int, depth: int) -> PdfObject:
        """The value with references followed a few levels deep: an encryption dictionary with its crypt filters."""
        value = self.resolve(value, revision)
        if isinstance(value, dict) and depth > 0:
            return {key: self._direct(item, revision, depth - 1) for key, item in value.items()}
        return value


def open_pdf(
    source: ByteSource,
    *,
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    deadline: Deadline = NEVER,
    rebuild: bool = False,
) -> PdfFile | Unreadable:
    """Find revisions and cross-references. An encrypted file opens with `password` or with the empty user password.

    With `rebuild` the cross-reference is not believed and objects are found by scanning, as viewers do with damaged files.
    Raises TimeSpent at the deadline.
    """
    try:
        return _open(source, password, ObjectReader(source, limits, deadline), rebuild=rebuild)
    except LimitReached as error:
        return Unreadable(UnreadableReason.LIMIT, str(error), limit=error.limit, size=source.size)
    except (ReadFailed, OSError) as error:
        return Unreadable(UnreadableReason.IO, str(error), size=source.size)
    except PdfDamaged as error:
        return Unreadable(UnreadableReason.DAMAGED, str(error), size=source.size)


def _open(source: ByteSource, password: str | None, reader: ObjectReader, *, rebuild: bool) -> PdfFile | Unreadable:
    if source.size == 0:
        return Unreadable(UnreadableReason.EMPTY, size=0)
    if source.size > reader.limits.file_bytes:
        raise LimitReached("file_bytes", f"{source.size} bytes")
    header_offset = find_header(reader)
    if header_offset is None:
        return Unreadable(UnreadableReason.NOT_PDF, "no %PDF- in the first 1024 bytes", size=source.size)
    try:
        if rebuild:
            raise PdfDamaged("cross-reference not believed")
        increments = read_increments(reader, header_offset)
        return _usable(PdfFile(source, reader, increments, header_offset=header_offset, rebuilt=False), password)
    except ReadFailed:
        raise
    except PdfDamaged as damage:
        return _rebuilt(source, reader, header_offset, password, damage)


def _usable(pdf: PdfFile, password: str | None) -> PdfFile | Unreadable:
    """The file, unlocked; PdfDamaged when its newest revision has no catalog."""
    locked = pdf.unlock(password)
    if locked is not None:
        return Unreadable(locked[0], locked[1], size=pdf.source.size)
    if not pdf.catalog(len(pdf.revisions)):
        raise PdfDamaged("no document catalog")
    return pdf


def _rebuilt(
    source: ByteSource, reader: ObjectReader, header_offset: int, password: str | None, damage: PdfDamaged
) -> PdfFile | Unreadable:
    """The file with its objects found by scanning, in two steps: object streams may have to be decrypted to be looked into."""
    try:
        from sigcheck.engine.pdf.rebuild import scan, with_compressed  # noqa: PLC0415 - for damaged files

        found = scan(reader)
        plain = PdfFile(source, reader, (_scanned(found, found.entries, reader.size),), header_offset=header_offset, rebuilt=True)
        locked = plain.unlock(password)
        if locked is not None:
            return Unreadable(locked[0], locked[1], size=source.size)
        entries = with_compressed(found, lambda number: plain.numbers_within(number, 1), reader.limits.objects)
        full = PdfFile(source, reader, (_scanned(found, entries, reader.size),), header_offset=header_offset, rebuilt=True)
        return _usable(full, password)
    except ReadFailed:
        raise
    except PdfDamaged as error:
        raise PdfDamaged(f"{damage}; {error}") from error


def _scanned(found: Scanned, entries: Mapping[int, XrefEntry], size: int) -> Increment:
    return Increment(Revision(1, 0, size, 0, damaged=True), Section((), entries), found.trailer, ())
