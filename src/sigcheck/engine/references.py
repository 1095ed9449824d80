"""Who refers to whom: walks over the objects of one revision, for the few changes that cannot be explained without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sigcheck.engine.objects import LimitReached, PdfObject, Reference, Stream
from sigcheck.engine.pdffile import PdfFile

RENDERED = ("Pages", "AcroForm", "OCProperties", "Outlines", "Names", "Dests", "OpenAction", "AA", "Threads", "StructTreeRoot")
"""Catalog entries through which an object can be shown or act; private keys of producers are not walked for that question."""

Holder = tuple[int, str]
"""An object number (0 for the trailer) and the key of its top-level dictionary under which a reference stands."""


def references_in(value: PdfObject) -> Iterator[Reference]:
    """Every reference directly inside a value, streams' dictionaries included, without following any."""
    pending: list[PdfObject] = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, Reference):
            yield item
        elif isinstance(item, Stream):
            pending.extend(item.dictionary.values())
        elif isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


def held_references(value: PdfObject) -> Iterator[tuple[str, Reference]]:
    """References inside a value, with the top-level key under which each stands (`` for arrays and bare references)."""
    table = value.dictionary if isinstance(value, Stream) else value
    if isinstance(table, dict):
        for key, item in table.items():
            for reference in references_in(item):
                yield str(key), reference
    else:
        for reference in references_in(value):
            yield "", reference


def walk(pdf: PdfFile, revision: int, roots: Mapping[str, PdfObject], holder: int = 0) -> dict[int, set[Holder]]:
    """Object number to its holders, for everything reachable from `roots` as of `revision`. Undefined objects are listed too.

    Raises LimitReached when more objects are reachable than the document may have.
    """
    holders: dict[int, set[Holder]] = {}
    pending: list[Reference] = []

    def note(number: int, key: str, reference: Reference) -> None:
        known = holders.get(reference.number)
        if known is None:
            known = holders[reference.number] = set()
            pending.append(reference)
        known.add((number, key))

    for key, value in roots.items():
        for reference in references_in(value):
            note(holder, str(key), reference)
    while pending:
        if len(holders) > pdf.limits.objects:
            raise LimitReached("objects", "reference walk")
        reference = pending.pop()
        for key, inner in held_references(pdf.get(reference, revision)):
            note(reference.number, key, inner)
    return holders


def all_holders(pdf: PdfFile, revision: int) -> dict[int, set[Holder]]:
    """Everything reachable from the trailer."""
    return walk(
        pdf, revision, {str(key): value for key, value in pdf.trailer(revision).items() if key not in {"Prev", "XRefStm"}}
    )


def undefined_references(pdf: PdfFile, revision: int) -> set[int]:
    """Numbers that rendered objects refer to although no such object exists as of `revision`.

    A later revision that defines one of them changes what a reader sees without touching any existing object.
    """
    catalog = pdf.catalog(revision)
    reached = walk(pdf, revision, {key: catalog[key] for key in RENDERED if key in catalog})
    return {number for number in reached if is_undefined(pdf, number, revision)}


def is_undefined(pdf: PdfFile, number: int, revision: int) -> bool:
    entry = pdf.entry(number, revision)
    return entry is None or entry.kind == "free"
