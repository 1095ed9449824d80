"""Rules for what hangs directly below the trailer and the catalog (ISO 32000-2, 7.5.5 and 7.7.2)."""

from __future__ import annotations

from collections.abc import Callable

from sigcheck.engine.change_rules.comparison import Comparison, same, table
from sigcheck.engine.change_rules.references import TRAILER, WRITERS_MARKS, Holder
from sigcheck.engine.pdf.objects import PdfObject, Reference, Stream
from sigcheck.evidence import ChangeLevel

_BOOKKEEPING = frozenset(
    {"Size", "Prev", "XRefStm", "ID", "Root", "Info", "Type", "W", "Index", "Length", "Filter", "DecodeParms", "DL"}
)
"""Trailer entries that every update writes anew; the last seven belong to cross-reference streams."""

_NAMING_THE_CATALOG = frozenset({"Root", "Reference", "Data"})
"""Keys under which the catalog is referred to: the trailer's, and a signature reference dictionary's (12.8.1, Table 256)."""


def trailer_rule(step: Comparison) -> None:
    """Nothing but /Root, /Info, /ID and bookkeeping may change in the trailer (7.5.5). /Encrypt stays, and with it the first
    part of /ID, which belongs to the key (7.6.3)."""
    before, after = step.pdf.trailer(step.revision - 1), step.pdf.trailer(step.revision)
    for key in sorted((before.keys() | after.keys()) - _BOOKKEEPING - WRITERS_MARKS):
        gone = key not in after and key != "Encrypt"
        if not gone and not same(before.get(key), after.get(key)):
            step.refuse(0, "trailer-entry", f"trailer: /{key} changed", visible=key == "Encrypt")
    if "Encrypt" in before:
        first, now = (_first(step, trailer.get("ID"), back) for trailer, back in ((before, 1), (after, 0)))
        if not same(first, now):
            step.refuse(0, "trailer-entry", "trailer: /ID changed, on which the key of the encryption depends")


def _first(step: Comparison, identifiers: PdfObject, back: int) -> PdfObject:
    found = step.pdf.resolve(identifiers, step.revision - back)
    return step.pdf.resolve(found[0], step.revision - back) if isinstance(found, list) and found else None


def catalog_rule(step: Comparison) -> None:
    """Compare the catalog entry by entry. It may move to a new object, never to one that meant something else before."""
    root = step.root(0)
    before, after = step.pdf.catalog(step.revision - 1), step.pdf.catalog(step.revision)
    if root in step.differences:
        if all(key in _NAMING_THE_CATALOG for _, key in step.holders(root)):
            step.explained.add(root)
        else:
            step.refuse(root, "catalog-entry", "catalog: changed, although something else refers to it")
            step.explained.add(root)
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if key in _CATALOG_ENTRIES:
            _CATALOG_ENTRIES[key](step, one, other)
        elif same(one, other):
            continue
        elif step.equal(one, other):
            step.claim_new([other])
        else:
            what = "added" if one is None else "removed" if other is None else "changed"
            step.refuse(root, REFUSED_ENTRIES.get(key, "catalog-entry"), f"catalog: /{key} {what}", below=other)


REFUSED_ENTRIES = {
    "Pages": "page-tree",
    "Outlines": "outlines",
    "Dests": "names",
    "OpenAction": "action",
    "AA": "action",
    "OCProperties": "optional-content",
    "PageLabels": "page-labels",
}
"""Catalog entries that no rule lets change, by the name under which that is reported."""


def _elsewhere(step: Comparison, one: PdfObject, other: PdfObject) -> None:
    """Entries with a rule of their own."""


def _version(step: Comparison, one: PdfObject, other: PdfObject) -> None:
    """/Version may rise (7.5.2), never fall."""
    if not same(one, other) and (not isinstance(other, str) or (isinstance(one, str) and other < one)):
        step.refuse(0, "version-lowered", "catalog: /Version lowered or removed", visible=False)


def _metadata(step: Comparison, one: PdfObject, other: PdfObject) -> None:
    """XMP metadata tells about the document and shows nothing of it (14.3.2)."""
    if same(one, other) and not step.differs(other):
        return
    if isinstance(step.after(other), Stream) and step.claim_overwritten(other, {(step.root(1), "Metadata")}):
        step.note(other, "metadata-update", ChangeLevel.LTA_UPDATE, "metadata updated")
    elif not same(one, other):
        step.refuse(_place(other), "catalog-entry", "catalog: /Metadata removed or pointed elsewhere", visible=False)


def _permissions(step: Comparison, one: PdfObject, other: PdfObject) -> None:
    """/Perms gains /DocMDP with a certification signature (12.8.6); what it holds already stays."""
    before, after = table(step.before(one)), table(step.after(other))
    kept = all(same(value, after.get(key)) for key, value in before.items())
    if not kept or set(after) - set(before) - {"DocMDP", "UR3"}:
        step.refuse(_place(other), "permissions-changed", "catalog: /Perms changed or removed", visible=False, below=other)
        return
    if not same(before, after):
        what = "catalog: /Perms names a certification signature"
        step.note(_place(other), "certification-added", ChangeLevel.FORM_FILLING, what)
    if not step.claim_overwritten(other, {(step.root(1), "Perms")}):
        step.claim_new([other])


def _extensions(step: Comparison, one: PdfObject, other: PdfObject) -> None:
    """Developer extensions may be added or raised (7.12), never removed or lowered."""
    before, after = table(step.before(one)), table(step.after(other))
    parts = [value for value in after.values() if step.differs(value)]
    if same(before, after) and not parts:
        step.claim_new([other])
        return
    raised = all(_extension_kept(step, value, after.get(key)) for key, value in before.items())
    outer = {(step.root(1), "Extensions")}
    inner: set[Holder] = {(one.number, key) for key in before} if isinstance(one, Reference) else outer
    owned = all(step.claim_overwritten(value, inner) for value in parts)
    owned = owned and (not step.differs(other) or step.claim_overwritten(other, outer))
    if raised and owned:
        step.claim_new([other])
        step.note(_place(other), "extensions-update", ChangeLevel.LTA_UPDATE, "developer extensions added")
    else:
        what = "catalog: /Extensions lowered, removed, or used elsewhere"
        step.explained |= {value.number for value in (other, *parts) if isinstance(value, Reference) and step.differs(value)}
        step.refuse(_place(other), "extensions-changed", what, visible=False, below=other)


def _extension_kept(step: Comparison, one: PdfObject, other: PdfObject) -> bool:
    before, after = step.before(one), step.after(other)
    if same(before, after):
        return True
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    old, new = before.get("ExtensionLevel"), after.get("ExtensionLevel")
    if not isinstance(old, int) or not isinstance(new, int) or new < old:
        return False
    return str(after.get("BaseVersion", "")) >= str(before.get("BaseVersion", ""))


def _place(reference: PdfObject) -> PdfObject:
    return reference if isinstance(reference, Reference) else 0


_CATALOG_ENTRIES: dict[str, Callable[[Comparison, PdfObject, PdfObject], None]] = {
    "AcroForm": _elsewhere,  # form_rule
    "DSS": _elsewhere,  # security_store_rule
    "StructTreeRoot": _elsewhere,  # structure_rule
    "MarkInfo": _elsewhere,  # structure_rule
    "Names": _elsewhere,  # names_rule
    "Version": _version,
    "Metadata": _metadata,
    "Perms": _permissions,
    "Extensions": _extensions,
}


def document_information_rule(step: Comparison) -> None:
    """The document information dictionary holds texts about the document (14.3.3); a viewer shows them beside it, not in it."""
    one, other = (step.pdf.trailer(step.revision - back).get("Info") for back in (1, 0))
    before, after = table(step.before(one)), table(step.after(other))
    if isinstance(other, Reference) and step.differs(other) and step.after(other) is None:
        # Viewers that miss an object read the file anew, and then show another page (see changes.py).
        step.refuse(other, "dangling-reference", "document information freed, although the trailer refers to it")
        step.explained.add(other.number)
    elif step.differs(other) and not step.claim_overwritten(other, {(TRAILER, "Info")}):
        step.refuse(_place(other), "document-information", "document information changed, although something else refers to it")
        step.explained |= {other.number} if isinstance(other, Reference) else set()
    elif not same(before, after):
        step.note(_place(other), "document-information", ChangeLevel.LTA_UPDATE, "document information updated")
