"""Who refers to whom: everything reachable from the trailer, walked once and then kept up to date from revision to revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sigcheck.engine.pdf.objects import LimitReached, PdfObject, Reference, Stream
from sigcheck.engine.pdf.pdffile import PdfFile

TRAILER = 0
"""The object number that stands for the trailer; object 0 is never in use (7.3.10)."""

Holder = tuple[int, str]
"""An object number, or TRAILER, and the key of its top-level dictionary under which a reference stands (`` in an array)."""

_BETWEEN_SECTIONS = frozenset({"Prev", "XRefStm"})

WRITERS_MARKS = frozenset({"DocChecksum", "AdditionalStreams"})
"""Private trailer entries of LibreOffice, which no other program reads. Later updates by other programs leave the numbers in them
stale, so that new objects take them up."""

_NOT_OUTGOING = _BETWEEN_SECTIONS | WRITERS_MARKS

_LEADING_ON = frozenset({Reference, dict, list, Stream})
"""Kinds of values that are a reference or hold some; the others are most of a document."""


def references_in(value: PdfObject) -> list[Reference]:
    """Every reference directly inside a value, streams' dictionaries included, without following any."""
    found: list[Reference] = []
    pending: list[PdfObject] = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, Reference):
            found.append(item)
        elif isinstance(item, dict):
            pending += [part for part in item.values() if type(part) in _LEADING_ON]
        elif isinstance(item, list):
            pending += [part for part in item if type(part) in _LEADING_ON]
        elif isinstance(item, Stream):
            pending.append(item.dictionary)
    return found


def held_references(value: PdfObject) -> list[tuple[str, int]]:
    """Object numbers of the references inside a value, with the top-level key under which each stands (`` for arrays and bare
    references)."""
    table = value.dictionary if isinstance(value, Stream) else value
    if not isinstance(table, dict):
        return [("", reference.number) for reference in references_in(value)]
    found: list[tuple[str, int]] = []
    for key, item in table.items():
        if isinstance(item, Reference):
            found.append((key, item.number))
        elif type(item) in _LEADING_ON:
            found += [(key, reference.number) for reference in references_in(item)]
    return found


class Referrers:
    """The holders of every object as of one revision, moved on by `advance`.

    An object that loses its last holder stays walked: what it refers to counts as held. That errs on the side of suspicion.
    """

    def __init__(self, pdf: PdfFile, revision: int) -> None:
        """Walk the revision. Raises LimitReached beyond `objects`, PdfDamaged when an object on the way cannot be read."""
        self._pdf = pdf
        self._holders: dict[int, set[Holder] | Holder] = {}
        self._pending: list[int] = []
        self._trailer = _outgoing(pdf, revision)
        self._note(TRAILER, held_references(self._trailer))
        self._walk(revision)

    def holders(self, number: int) -> frozenset[Holder]:
        """Everything that refers to the object; empty for one that nothing reaches."""
        found = self._holders.get(number)
        if found is None:
            return frozenset()
        return frozenset(found) if isinstance(found, set) else frozenset((found,))

    def advance(self, revision: int, changed: Mapping[int, tuple[PdfObject, PdfObject]]) -> None:
        """Move on to `revision`, which changes these objects from the first value to the second."""
        for key, referred in held_references(self._trailer):
            self._forget((TRAILER, key), referred)
        walked = [number for number in changed if number in self._holders]
        for number in walked:
            for key, referred in held_references(changed[number][0]):
                self._forget((number, key), referred)
        self._trailer = _outgoing(self._pdf, revision)
        self._note(TRAILER, held_references(self._trailer))
        for number in walked:
            self._note(number, held_references(changed[number][1]))
        self._walk(revision)

    def _forget(self, holder: Holder, number: int) -> None:
        found = self._holders.get(number)
        if isinstance(found, set):
            found.discard(holder)
        elif found == holder:
            self._holders[number] = set()

    def _note(self, number: int, held: Iterable[tuple[str, int]]) -> None:
        """Every object that object `number` refers to, under these keys, has it as its holder."""
        for key, referred in held:
            holder, found = (number, key), self._holders.get(referred)
            if found is None:
                self._holders[referred] = holder
                self._pending.append(referred)
            elif isinstance(found, set):
                found.add(holder)
            elif found != holder:
                self._holders[referred] = {found, holder}

    def _walk(self, revision: int) -> None:
        while self._pending:
            if len(self._holders) > self._pdf.limits.objects:
                raise LimitReached("objects", "reference walk")
            number = self._pending.pop()
            plain = self._pdf.plain_references(number, revision)
            self._note(number, held_references(current(self._pdf, number, revision)) if plain is None else plain)


def current(pdf: PdfFile, number: int, revision: int) -> PdfObject:
    """The object with this number as of `revision`, whatever generation a reference asks for; None when there is none."""
    value = pdf.get(Reference(number, 0), revision)
    if value is not None:
        return value
    entry = pdf.entry(number, revision)
    if entry is None or entry.kind == "free":
        return None
    return pdf.get(Reference(number, entry.generation), revision) if entry.kind == "offset" and entry.generation else None


def _outgoing(pdf: PdfFile, revision: int) -> PdfObject:
    """The trailer's entries, without those that lead from section to section and those that no viewer reads."""
    return {str(key): value for key, value in pdf.trailer(revision).items() if key not in _NOT_OUTGOING}
