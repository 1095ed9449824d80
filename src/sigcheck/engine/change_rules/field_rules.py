"""Rules for the fields of a form: signed, or filled (ISO 32000-2, 12.7.4 and 12.7.5)."""

from __future__ import annotations

from collections.abc import Mapping

from sigcheck.engine.change_rules.actions import acts
from sigcheck.engine.change_rules.comparison import Comparison, array, same, table
from sigcheck.engine.change_rules.references import Holder
from sigcheck.engine.pdf.objects import PdfObject, Reference
from sigcheck.engine.pdf.pages import area, page_area
from sigcheck.engine.pdf.textstrings import text_string
from sigcheck.evidence import ChangeLevel

_FILLING_ENTRIES = frozenset({"V", "AS", "I", "TI", "RV", "AP", "DA", "M"})
"""Entries of a field or widget that filling it in changes, all of them only together with the value or the state: an appearance
alone is the replace attack. /DA names the font, which a viewer changes when the old one lacks a letter (12.7.4.3)."""

_SIGNING_ENTRIES = frozenset({"V", "AP", "AS", "MK", "F", "M", "DA", "Border", "BS", "Rect"})
"""Entries that signing an empty signature field may change."""

_SIGNING_ENTRIES_ADDED = frozenset({"Lock", "Type", "Subtype", "P", "Rect", "SV"})
"""Entries that it may add, never change or remove: a lock and a seed value bind the signer."""

_FIELD_HOLDERS = frozenset(
    {
        "Fields",
        "AcroForm",
        "Kids",
        "Annots",
        "Parent",
        "CO",
        "K",
        "Nums",
        "Names",
        "Popup",
        "IRT",
        "A",
        "AA",
        "Next",
        "Reference",
        "Data",
    }
)
"""Keys under which a field or its widget is referred to: the form, its parent and kids, its page, structure, actions, and
signature reference dictionaries. Referred to under another key, the same object is something else too."""

READ_ONLY = 1
"""The first bit of /Ff (Table 227)."""

LARGEST_SIGNATURE = 0.5
"""Part of its page that the box of a new signature may cover. Genuine seals cover 3 %, the largest block seen 7 %; signature
pages drawn by other programs a third. What covers more than half of a page stands in place of the page."""


def fields_rule(step: Comparison) -> None:
    """Fields that existed: an empty signature field signed now, or values filled in."""
    for number, difference in sorted(step.differences.items()):
        before, after = difference.before, difference.after
        if number in step.explained or not isinstance(before, dict) or not isinstance(after, dict) or step.is_free(number):
            continue
        if not ("T" in before or "FT" in before) and before.get("Subtype") != "Widget":
            continue
        if before.get("Subtype") not in (None, "Widget"):
            continue  # a comment that calls itself a field
        kind = _inherited(step, before, "FT", step.revision - 1)
        if kind is None or not same(_inherited(step, after, "FT", step.revision), kind):
            continue
        if not step.held_only_as(number, _FIELD_HOLDERS):
            continue
        reference = Reference(number, 0)
        changed = {key for key in before.keys() | after.keys() if not same(before.get(key), after.get(key))}
        step.explained.add(number)
        if kind == "Sig":
            _signature_field(step, reference, before, after, changed)
        else:
            _filled_field(step, reference, before, after, changed)


def field_name(step: Comparison, reference: Reference, revision: int) -> str:
    """The fully qualified field name (12.7.4.2); loops and endless chains are cut."""
    parts: list[str] = []
    node: PdfObject = reference
    for _ in range(step.pdf.limits.object_depth):
        found = table(step.pdf.resolve(node, revision))
        part = step.pdf.resolve(found.get("T"), revision)
        if isinstance(part, bytes):
            parts.append(text_string(part))
        if "Parent" not in found:
            break
        node = found.get("Parent")
    return ".".join(reversed(parts))


def _inherited(step: Comparison, field: Mapping[str, PdfObject], key: str, revision: int) -> PdfObject:
    for _ in range(step.pdf.limits.object_depth):
        if key in field:
            return step.pdf.resolve(field[key], revision)
        field = table(step.pdf.resolve(field.get("Parent"), revision))
        if not field:
            return None
    return None


def is_signature(step: Comparison, field: Mapping[str, PdfObject]) -> bool:
    """A signature field, or a widget of one, with a signature dictionary that has a value and a ByteRange (12.8.1)."""
    value = table(_inherited(step, field, "V", step.revision))
    kind = _inherited(step, field, "FT", step.revision)
    return (
        kind == "Sig" and isinstance(step.after(value.get("Contents")), bytes) and bool(array(step.after(value.get("ByteRange"))))
    )


def paints(step: Comparison, annotation: Mapping[str, PdfObject]) -> bool:
    """The annotation has an appearance and a rectangle that is not empty."""
    corners = [step.after(value) for value in array(step.after(annotation.get("Rect")))]
    return area(corners) > 0 and bool(table(step.after(annotation.get("AP"))))


def note_signed(step: Comparison, where: Reference | int, field: Mapping[str, PdfObject], what: str) -> None:
    """A signature or document time-stamp that this revision adds."""
    value = field.get("V")
    signature = table(step.after(value))
    name = field_name(step, where, step.revision) if isinstance(where, Reference) else _own_name(step, field)
    page = _page_of(step, field)
    if isinstance(value, Reference) and not step.is_free(value.number):
        step.refuse(where, "signature-reused", f"field {name!r} shows a signature that existed before", page=page, name=name)
        return
    _box(step, where, field, page, name)
    for kid in array(step.after(field.get("Kids"))):
        _box(step, where, table(step.after(kid)), page, name)
    if isinstance(where, Reference):
        step.signed.add(where.number)
        step.claim_new([where])
    step.claim_new([*field.values()])
    stamp = signature.get("Type") == "DocTimeStamp" or signature.get("SubFilter") == "ETSI.RFC3161"
    # A time-stamp that paints is no mere update for the long term: a certification that forbids all changes forbids it.
    level = ChangeLevel.LTA_UPDATE if stamp and not paints(step, field) else ChangeLevel.FORM_FILLING
    step.note(where, "document-timestamp-added" if stamp else "signature-added", level, f"{what}: {name!r}", page=page, name=name)


def _box(step: Comparison, where: Reference | int, widget: Mapping[str, PdfObject], page: int | None, name: str) -> None:
    """A new signature's widget acts on nothing and covers no page."""
    if acts(step, widget):
        step.refuse(where, "action", f"signature field {name!r} comes with an action", page=page, name=name)
    own, corners = widget.get("P"), [step.after(corner) for corner in array(step.after(widget.get("Rect")))]
    whole = page_area(step.pdf, own, step.revision) if isinstance(own, Reference) else 0.0
    if whole and area(corners) > LARGEST_SIGNATURE * whole:
        step.refuse(where, "overlay", f"signature field {name!r} covers most of its page", page=page, name=name)


def _own_name(step: Comparison, field: Mapping[str, PdfObject]) -> str:
    part = step.after(field.get("T"))
    return text_string(part) if isinstance(part, bytes) else ""


def _page_of(step: Comparison, field: Mapping[str, PdfObject]) -> int | None:
    """The page that the field's widget, or the first of its widgets, says it stands on."""
    kids = array(step.after(field.get("Kids")))
    page = field.get("P") or (table(step.after(kids[0])).get("P") if kids else None)
    return step.page_number(page.number) if isinstance(page, Reference) else None


def kids_added(step: Comparison, parent: Reference, before: Mapping[str, PdfObject], after: Mapping[str, PdfObject]) -> bool:
    """The new kids of a field are new, signed signature fields or their widgets, and no kid is gone."""
    old, new = array(step.before(before.get("Kids"))), array(step.after(after.get("Kids")))
    known, present = ({kid for kid in kids if isinstance(kid, Reference)} for kids in (old, new))
    added = sorted(present - known)
    if not added or not known <= present or len(new) != len(old) + len(added):
        return False
    fields = [(kid, step.after(kid)) for kid in added if step.is_free(kid.number)]
    signed = [(kid, field) for kid, field in fields if isinstance(field, dict) and is_signature(step, field)]
    if len(signed) != len(added) or any(field.get("Parent") != parent for _, field in signed):
        return False
    for kid, field in signed:
        note_signed(step, kid, field, "signature field added")
    return True


def _signature_field(
    step: Comparison, reference: Reference, before: Mapping[str, PdfObject], after: Mapping[str, PdfObject], changed: set[str]
) -> None:
    """An empty signature field may be signed; a signed one stays as it is, but for new kids of a mere node of the tree."""
    name, page = field_name(step, reference, step.revision), _page_of(step, after)
    below: PdfObject = [after.get(key) for key in sorted(changed)]
    if changed == {"Kids"} and kids_added(step, reference, before, after):
        return
    empty = _inherited(step, before, "V", step.revision - 1) is None
    if not empty:
        rule = "signature-rewritten" if "V" in changed else "signature-field-changed"
        what = f"signed field {name!r}: {_entries(changed)} changed"
        step.refuse(reference, rule, what, page=page, name=name, below=below)
    elif not changed or not is_signature(step, after):
        rule = "appearance-swapped" if "AP" in changed else "signature-field-changed"
        what = f"empty signature field {name!r}: {_entries(changed)} changed"
        step.refuse(reference, rule, what, page=page, name=name, below=below)
    elif not all(_may_change(step, key, before, after) for key in changed) or not _own_look(step, before):
        what = f"field {name!r}, signed now: {_entries(changed)} changed"
        step.refuse(reference, "signature-field-changed", what, page=page, name=name, below=below)
    else:
        if "V" in after:
            note_signed(step, reference, after, "signature field signed")
        else:  # a widget of its own; the field itself is noted
            step.signed.add(reference.number)
            step.claim_new([*after.values()])
            _box(step, reference, after, page, name)
        _claim_appearance(step, reference, before, after)


def _entries(changed: set[str]) -> str:
    return ", ".join(f"/{key}" for key in sorted(changed))


def _may_change(step: Comparison, key: str, before: Mapping[str, PdfObject], after: Mapping[str, PdfObject]) -> bool:
    """Signing writes its own entries; the box stays where it was, unless there was none or an empty one."""
    if step.equal(before.get(key), after.get(key)):
        return True
    if key in _SIGNING_ENTRIES_ADDED and key not in before:
        return True
    if key == "Rect":
        return area([step.before(corner) for corner in array(step.before(before.get("Rect")))]) == 0
    return key in _SIGNING_ENTRIES


def _own_look(step: Comparison, field: Mapping[str, PdfObject]) -> bool:
    """The appearance that signing replaces was the field's: nothing but appearances refers to its dictionary.

    Stricter than ISO 32000-2, which says nothing of it: an appearance dictionary that stands elsewhere too was prepared so.
    """
    look = field.get("AP")
    return not isinstance(look, Reference) or step.held_only_as(look.number, ("AP",))


def _filled_field(
    step: Comparison, reference: Reference, before: Mapping[str, PdfObject], after: Mapping[str, PdfObject], changed: set[str]
) -> None:
    """A field filled in: its value changed, and its appearance with it."""
    name, page = field_name(step, reference, step.revision), _page_of(step, after)
    below: PdfObject = [after.get(key) for key in sorted(changed)]
    if changed == {"Kids"} and kids_added(step, reference, before, after):
        return
    for key in sorted(changed):
        if key not in _FILLING_ENTRIES and step.equal(before.get(key), after.get(key)):
            step.claim_new([after.get(key)])
            changed = changed - {key}
    if not changed:
        return
    if changed <= {"Ff", "M"} and ("Ff" not in changed or _made_read_only(step, before, after)):
        what = f"field {name!r} made read-only" if "Ff" in changed else f"field {name!r}: date of its last change"
        step.note(reference, "field-locked", ChangeLevel.FORM_FILLING, what, page=page, name=name)
        return
    if not changed - {"Ff"} <= _FILLING_ENTRIES or ("Ff" in changed and not _made_read_only(step, before, after)):
        what = f"field {name!r}: {_entries(changed - _FILLING_ENTRIES)} changed"
        step.refuse(reference, "field-changed", what, page=page, name=name, below=below)
        return
    if not _value_changed(step, before, after):
        what = f"field {name!r}: {_entries(changed)} changed without a change of its value"
        step.refuse(reference, "appearance-swapped", what, page=page, name=name, below=below)
        return
    step.claim_new([after.get(key) for key in sorted(changed)])
    _claim_appearance(step, reference, before, after)
    for kid in array(step.after(after.get("Kids"))):
        if isinstance(kid, Reference) and not step.differs(kid) and step.held_only_as(kid.number, _FIELD_HOLDERS):
            widget = table(step.after(kid))
            _claim_appearance(step, kid, widget, widget)
    step.note(reference, "field-filled", ChangeLevel.FORM_FILLING, f"field {name!r} filled", page=page, name=name, visible=True)


def _made_read_only(step: Comparison, before: Mapping[str, PdfObject], after: Mapping[str, PdfObject]) -> bool:
    """Only the read-only flag was set, as programs do with fields that a signature locks."""
    old, new = _inherited(step, before, "Ff", step.revision - 1) or 0, step.after(after.get("Ff"))
    return isinstance(old, int) and isinstance(new, int) and old | READ_ONLY == new


def _value_changed(step: Comparison, before: Mapping[str, PdfObject], after: Mapping[str, PdfObject]) -> bool:
    """/V of the field, or of the field above it, is another one now. A state (/AS) alone shows what the field does not say."""
    old, new = _inherited(step, before, "V", step.revision - 1), _inherited(step, after, "V", step.revision)
    return not same(old, new)


def _claim_appearance(
    step: Comparison, field: Reference, before: Mapping[str, PdfObject], after: Mapping[str, PdfObject]
) -> None:
    """Appearance dictionaries and streams of the field overwritten in place, when nothing but this field used them."""
    owners: set[Holder] = {(field.number, "AP"), (field.number, "V")}
    for key in ("AP", "V"):
        old, new = before.get(key), after.get(key)
        step.claim_overwritten(new, owners)
        if isinstance(old, Reference) and step.only_held_by(old.number, owners):
            owners |= {(old.number, inner) for inner in table(step.before(old))}
        for item in table(step.after(new)).values():
            _claim_streams(step, item, owners)


def _claim_streams(step: Comparison, value: PdfObject, owners: set[Holder]) -> None:
    """One appearance: a stream, or a dictionary of them by state (12.5.5)."""
    step.claim_overwritten(value, owners)
    states = step.after(value)
    if isinstance(states, dict):
        inner = set(owners)
        if isinstance(value, Reference) and step.only_held_by(value.number, owners):
            inner |= {(value.number, key) for key in table(step.before(value))}
        for state in states.values():
            step.claim_overwritten(state, inner)
