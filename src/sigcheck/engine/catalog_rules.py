"""Rules for what hangs directly below the trailer and the catalog."""

from __future__ import annotations

from sigcheck.engine.comparison import Comparison, same, table
from sigcheck.engine.objects import PdfObject, Reference
from sigcheck.engine.references import references_in
from sigcheck.evidence import ChangeLevel

_BOOKKEEPING = frozenset(
    {"Size", "Prev", "XRefStm", "ID", "Root", "Info", "Type", "W", "Index", "Length", "Filter", "DecodeParms", "DL"}
)
"""Trailer entries that every update writes anew; the last seven belong to cross-reference streams."""

_WRITERS_MARKS = frozenset({"DocChecksum", "AdditionalStreams"})
"""Private trailer entries of LibreOffice, which no other program reads."""


def trailer_rule(step: Comparison) -> None:
    """Nothing but /Root, /Info, /ID and bookkeeping may change in the trailer (7.5.5); a changed /Encrypt is never explained."""
    before, after = step.pdf.trailer(step.revision - 1), step.pdf.trailer(step.revision)
    for key in sorted((before.keys() | after.keys()) - _BOOKKEEPING - _WRITERS_MARKS):
        if not same(before.get(key), after.get(key)) and after.get(key) is not None:
            step.note(0, "trailer-entry", ChangeLevel.OTHER, f"trailer: /{key} changed")


def catalog_rule(step: Comparison) -> None:
    """Compare the catalog entry by entry (7.7.2)."""
    root_before, root_after = (step.pdf.trailer(step.revision - back).get("Root") for back in (1, 0))
    before, after = step.pdf.catalog(step.revision - 1), step.pdf.catalog(step.revision)
    if isinstance(root_after, Reference) and (root_before == root_after or step.differs(root_after)):
        step.explained.add(root_after.number)
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if key in _CATALOG_ENTRIES:
            _CATALOG_ENTRIES[key](step, one, other)
        elif not same(one, other) and not same(step.before(one), step.after(other)):
            what = "added" if one is None else "removed" if other is None else "changed"
            step.note(
                _place(root_after), _REFUSED.get(key, "catalog-entry"), ChangeLevel.OTHER, f"catalog: /{key} {what}", visible=True
            )
        elif not same(one, other):
            step.claim_new([other])


_REFUSED = {
    "Pages": "page-tree",
    "Outlines": "outlines",
    "Names": "names",
    "Dests": "names",
    "OpenAction": "action",
    "AA": "action",
    "OCProperties": "optional-content",
    "PageLabels": "page-labels",
}


def _place(reference: PdfObject) -> PdfObject:
    return reference if isinstance(reference, Reference) else 0


def _elsewhere(step: Comparison, one: PdfObject, other: PdfObject) -> None:
    """Entries with a rule of their own."""


def _version(step: Comparison, one: PdfObject, other: PdfObject) -> None:
    """/Version may rise (7.2 of ISO 32000-2, 7.5.2), never fall."""
    if not same(one, other) and (not isinstance(other, str) or (isinstance(one, str) and other < one)):
        step.note(0, "version-lowered", ChangeLevel.OTHER, "catalog: /Version lowered or removed")


def _metadata(step: Comparison, one: PdfObject, other: PdfObject) -> None:
    """XMP metadata tells about the document and shows nothing of it (14.3.2)."""
    root = step.pdf.trailer(step.revision - 1).get("Root")
    holders = [root.number] if isinstance(root, Reference) else []
    if step.differs(other):
        if step.claim_overwritten(other, holders):
            step.note(other, "metadata-update", ChangeLevel.LTA_UPDATE, "metadata updated")
    elif not same(one, other):
        if other is None or step.before(other) is not None:
            step.note(0, "catalog-entry", ChangeLevel.OTHER, "catalog: /Metadata points elsewhere")
        else:
            step.claim_new([other])


def _permissions(step: Comparison, one: PdfObject, other: PdfObject) -> None:
    """/Perms gains /DocMDP with a certification signature (12.8.6); what it holds already stays."""
    before, after = table(step.before(one)), table(step.after(other))
    kept = all(same(value, after.get(key)) for key, value in before.items())
    if not kept or set(after) - set(before) - {"DocMDP", "UR3"}:
        step.note(_place(other), "permissions-changed", ChangeLevel.OTHER, "catalog: /Perms changed or removed")
        return
    if not same(before, after):
        step.note(
            _place(other), "certification-added", ChangeLevel.FORM_FILLING, "catalog: /Perms names a certification signature"
        )
    _explain_table(step, one, other)


def _extensions(step: Comparison, one: PdfObject, other: PdfObject) -> None:
    """Developer extensions may be added or raised (7.12), never removed or lowered."""
    before, after = table(step.before(one)), table(step.after(other))
    if same(before, after):
        return
    raised = all(_extension_kept(step, value, after.get(key)) for key, value in before.items())
    root = step.pdf.trailer(step.revision - 1).get("Root")
    holders = [root.number] if isinstance(root, Reference) else []
    inner = all(step.claim_overwritten(value, _numbers(one, other)) for value in after.values() if step.differs(value))
    outer = step.claim_overwritten(other, holders) if step.differs(other) else True
    if raised and inner and outer:
        step.claim_new([other])
        step.note(_place(other), "extensions-update", ChangeLevel.LTA_UPDATE, "developer extensions added")
    else:
        step.note(
            _place(other), "extensions-changed", ChangeLevel.OTHER, "catalog: /Extensions lowered, removed, or used elsewhere"
        )


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


def _numbers(*values: PdfObject) -> list[int]:
    return [value.number for value in values if isinstance(value, Reference)]


def _explain_table(step: Comparison, one: PdfObject, other: PdfObject) -> None:
    """A dictionary compared entry by entry is explained itself, in place or newly made."""
    if isinstance(other, Reference) and (one == other or step.before(other) is None):
        if other.number in step.differences:
            step.explained.add(other.number)
        step.claim_new(other)


_CATALOG_ENTRIES = {
    "AcroForm": _elsewhere,  # form_rule
    "DSS": _elsewhere,  # security_store_rule
    "StructTreeRoot": _elsewhere,  # structure_rule
    "MarkInfo": _elsewhere,  # structure_rule
    "Version": _version,
    "Metadata": _metadata,
    "Perms": _permissions,
    "Extensions": _extensions,
}

_INFORMATION = frozenset({"Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate", "ModDate", "Trapped"})


def document_information_rule(step: Comparison) -> None:
    """The document information dictionary holds texts about the document (14.3.3); a viewer shows them beside it, not in it."""
    one, other = (step.pdf.trailer(step.revision - back).get("Info") for back in (1, 0))
    before, after = table(step.before(one)), table(step.after(other))
    if isinstance(other, Reference) and other.number in step.differences:
        changed = {key for key in before.keys() | after.keys() if not same(before.get(key), after.get(key))}
        plain = not any(True for key in changed for _ in references_in(after.get(key)))
        if step.differences[other.number].before is None:
            step.claim_new(other)
        elif (plain and changed <= _INFORMATION) or step.claim_overwritten(other, []):
            step.explained.add(other.number)
    if not same(before, after):
        step.note(_place(other), "document-information", ChangeLevel.LTA_UPDATE, "document information updated")


def security_store_rule(step: Comparison) -> None:
    """The document security store may gain certificates, CRLs, OCSP responses and VRI entries (12.8.4.3)."""
    one, other = step.pdf.catalog(step.revision - 1).get("DSS"), step.pdf.catalog(step.revision).get("DSS")
    before, after = step.before(one), step.after(other)
    if other is None:
        if one is not None:
            step.note(0, "security-store-removed", ChangeLevel.OTHER, "catalog: /DSS removed")
        return
    if one is not None and not isinstance(before, dict | None):
        return
    touched = _store_parts(step, other)
    if same(one, other) and not touched:
        return
    if not isinstance(after, dict):
        step.note(_place(other), "catalog-entry", ChangeLevel.OTHER, "catalog: /DSS is no dictionary")
        return
    for number in touched:
        step.explained.add(number)
        step.claim_new(step.differences[number].after)
    step.claim_new([other])
    step.note(_place(other), "dss-update", ChangeLevel.LTA_UPDATE, "document security store updated")


def _store_parts(step: Comparison, store: PdfObject) -> list[int]:
    """Changed dictionaries and arrays of the store itself, which hold nothing but references to its own streams."""
    touched: list[int] = []
    pending: list[PdfObject] = [store]
    for _ in range(step.pdf.limits.objects):
        if not pending:
            break
        value = pending.pop()
        resolved = step.after(value)
        if step.differs(value) and isinstance(value, Reference):
            before = step.differences[value.number].before
            kinds_match = before is None or type(before) is type(resolved)
            if isinstance(resolved, dict | list) and kinds_match and not _is_shown(before):
                touched.append(value.number)
        if isinstance(resolved, dict):
            pending += [item for key, item in resolved.items() if key not in ("Type", "TU", "TS")]
        elif isinstance(resolved, list):
            pending += resolved
    return touched


def _is_shown(value: PdfObject) -> bool:
    """The object was something else before: a font, page, annotation, action … that the update calls part of the store."""
    kind = table(value)
    return any(key in kind for key in ("Subtype", "Parent", "FT", "S", "Kids", "Font", "XObject", "Contents")) or (
        isinstance(kind.get("Type"), str) and kind.get("Type") not in ("DSS", "VRI")
    )


_STRUCTURE_LISTS = frozenset({"K", "Nums", "Names", "Kids", "Limits"})


def structure_rule(step: Comparison) -> None:
    """Tags may be added for what was added (14.7); existing structure elements keep what they say."""
    one, other = (step.pdf.catalog(step.revision - back).get("StructTreeRoot") for back in (1, 0))
    mark_before, mark_after = (step.pdf.catalog(step.revision - back).get("MarkInfo") for back in (1, 0))
    if not same(step.before(mark_before), step.after(mark_after)) and mark_before is not None:
        step.note(0, "structure-changed", ChangeLevel.OTHER, "catalog: /MarkInfo changed")
    elif mark_after is not None:
        step.claim_new([mark_after])
    if one is None and other is not None:
        step.claim_new([other])
        step.note(_place(other), "structure-tags", ChangeLevel.LTA_UPDATE, "structure tree added")
        return
    if not same(one, other):
        step.note(_place(other), "structure-changed", ChangeLevel.OTHER, "catalog: /StructTreeRoot replaced or removed")
        return
    if other is None:
        return
    explained = [number for number, d in step.differences.items() if _tags_only(step, number, d.before, d.after, other)]
    for number in explained:
        step.explained.add(number)
        step.claim_new(step.differences[number].after)
    if explained:
        step.note(explained[0], "structure-tags", ChangeLevel.LTA_UPDATE, f"{len(explained)} structure element(s) extended")


def _tags_only(step: Comparison, number: int, before: PdfObject, after: PdfObject, root: PdfObject) -> bool:
    """A structure element, the root, or a node of a parent tree to which kids were added and from which nothing was taken."""
    if number in step.explained or before is None:
        return False
    if isinstance(before, list) and isinstance(after, list):
        return _only_grows(before, after) and _held_by_structure(step, number)
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    is_root = isinstance(root, Reference) and root.number == number
    is_element = "S" in before and "P" in before and before.get("Type") in (None, "StructElem")
    is_node = not (before.keys() | after.keys()) - {"Nums", "Kids", "Limits", "Names"}
    if not (is_root or is_element or (is_node and _held_by_structure(step, number))):
        return False
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if same(old, new) or (is_root and key in ("ParentTreeNextKey", "ParentTree", "IDTree")):
            continue
        if key not in _STRUCTURE_LISTS or not _only_grows(step.before(old), step.after(new)):
            return False
    return True


def _held_by_structure(step: Comparison, number: int) -> bool:
    """Everything that refers to this array or node belongs to the structure tree."""
    holders = step.holders_before().get(number, set())
    return bool(holders) and all(key in ("ParentTree", "IDTree", "Kids", "Nums", "K", "Names", "") for _, key in holders)


def _only_grows(before: PdfObject, after: PdfObject) -> bool:
    old = before if isinstance(before, list) else [] if before is None else [before]
    new = after if isinstance(after, list) else [after]
    return sum(1 for item in old if any(same(item, other) for other in new)) == len(old)
