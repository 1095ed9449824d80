"""Rules for the interactive form as a whole: signature fields added, resources added (ISO 32000-2, 12.7.3)."""

from __future__ import annotations

from collections.abc import Mapping

from sigcheck.engine.change_rules.comparison import Comparison, array, missing, same, table
from sigcheck.engine.change_rules.field_rules import field_name, is_signature, kids_added, note_signed
from sigcheck.engine.change_rules.references import Holder
from sigcheck.engine.pdf.objects import LimitReached, PdfObject, Reference
from sigcheck.evidence import ChangeLevel

_FORM_ENTRIES_ADDED = frozenset({"SigFlags", "DA", "Q"})
"""Entries of the form that signing programs add: flags, and the default look of fields still to be filled."""

_FORM_ENTRIES_OF_FIELDS = frozenset({"DA", "Q"})
"""Entries that decide how a viewer draws fields that are no signatures (12.7.4.3); without such fields they decide nothing."""


def form_rule(step: Comparison) -> None:
    """The form dictionary: fields may be added when they are signatures, resources may be added, nothing may be taken away."""
    one, other = (step.pdf.catalog(step.revision - back).get("AcroForm") for back in (1, 0))
    before, after = step.before(one), step.after(other)
    if not isinstance(after, dict):
        if one is not None:
            step.refuse(0, "form-removed", "catalog: /AcroForm removed")
        return
    owner: Holder = (step.root(1), "AcroForm")
    step.claim_overwritten(other, {owner})
    for key in sorted(table(before).keys() | after.keys()):
        holder = (one.number, key) if isinstance(one, Reference) else owner
        _form_entry(step, key, table(before).get(key), after.get(key), holder)


def _form_entry(step: Comparison, key: str, old: PdfObject, new: PdfObject, holder: Holder) -> None:
    if key == "Fields":
        _fields(step, old, new, holder)
    elif key == "DR":
        _resources(step, old, new, {holder})
    elif same(old, new):
        return
    elif step.equal(old, new) or _harmless(step, key, old, new):
        step.claim_new([new])
    elif key == "NeedAppearances":
        step.refuse(0, "need-appearances", "form: viewers are told otherwise whether to draw all fields anew")
    else:
        step.refuse(0, "form-entry", f"form: /{key} changed", below=new)


def _harmless(step: Comparison, key: str, old: PdfObject, new: PdfObject) -> bool:
    """What signing programs add; and what decides nothing, /NeedAppearances false included (Table 224)."""
    if key == "SigFlags" or (key in _FORM_ENTRIES_ADDED and old is None):
        return True
    if key == "NeedAppearances" and step.before(old) in (None, False) and step.after(new) in (None, False):
        return True
    return key in _FORM_ENTRIES_OF_FIELDS and _only_signatures(step)


def _only_signatures(step: Comparison) -> bool:
    """Every field of the form, before this revision, is a signature field: the default look and resources serve none of them."""
    form = table(step.before(step.pdf.catalog(step.revision - 1).get("AcroForm")))
    pending = [(value, False) for value in array(step.before(form.get("Fields")))]
    seen: set[int] = set()
    while pending:
        value, inherited = pending.pop()
        if isinstance(value, Reference):
            if value.number in seen:
                continue
            seen.add(value.number)
            if len(seen) > step.pdf.limits.field_nodes:
                raise LimitReached("field_nodes")
        field = table(step.before(value))
        signature = inherited if "FT" not in field else field["FT"] == "Sig"
        kids = array(step.before(field.get("Kids")))
        if not kids and field and not signature:
            return False
        pending += [(kid, signature) for kid in kids]
    return True


def _resources(step: Comparison, old: PdfObject, new: PdfObject, holders: set[Holder]) -> None:
    """Default resources may gain names (7.8.3); a name that exists keeps its object while there are fields that it could serve.

    Where something else than the form uses the dictionary in place, a new name there could define what that drew as nothing.
    """
    before, after = step.before(old), step.after(new)
    if not isinstance(before, dict | None) or not isinstance(after, dict | None):
        step.refuse(0, "form-resources", "form: default resources are no dictionary")
        return
    if not same(old, new) and not step.differs(new) and old is not None and step.equal(old, new):
        return
    step.claim_overwritten(new, holders)
    for key in sorted(table(before).keys() | table(after).keys()):
        inner: set[Holder] = {(old.number, key)} if isinstance(old, Reference) else holders
        _category(step, key, table(before).get(key), table(after).get(key), inner)


def _category(step: Comparison, key: str, old: PdfObject, new: PdfObject, holders: set[Holder]) -> None:
    """One kind of resources: fonts, encodings, form XObjects."""
    if same(old, new) and not step.differs(new):
        return
    before, after = step.before(old), step.after(new)
    step.claim_overwritten(new, holders)
    if old is None or step.equal(old, new):
        step.claim_new([new])
        return
    grown = table(after)
    kept = isinstance(before, dict) and isinstance(after, dict)
    if (kept and all(step.equal(item, grown.get(name)) for name, item in table(before).items())) or _only_signatures(step):
        step.claim_new([*grown.values()] if kept else [new])
    else:
        step.refuse(0, "form-resources", f"form: default resources /{key} changed", below=new)


def _fields(step: Comparison, listed_before: PdfObject, listed: PdfObject, holder: Holder) -> None:
    """Compare the list of fields; its array may be an object of its own."""
    old, new = step.before(listed_before), step.after(listed)
    if not isinstance(old, list | None) or not isinstance(new, list):
        step.refuse(0, "form-entry", "form: /Fields is no array")
        return
    step.claim_overwritten(listed, {holder})
    known, present = ({value for value in array(values) if isinstance(value, Reference)} for values in (old, new))
    for gone in sorted(known - present):
        if step.before(gone) is not None:
            name = field_name(step, gone, step.revision - 1)
            step.refuse(gone, "field-removed", f"field {name!r} removed from the form", name=name)
    for added in [value for value in new if isinstance(value, Reference) and value not in known]:
        _field_added(step, added)
    direct_old, direct_new = ([v for v in array(values) if not isinstance(v, Reference)] for values in (old, new))
    for value in missing(direct_new, direct_old):
        _direct_field(step, value)
    if missing(direct_old, direct_new):
        step.refuse(0, "field-removed", "a field was removed from the form")


def _direct_field(step: Comparison, value: PdfObject) -> None:
    if is_signature(step, table(value)):
        note_signed(step, 0, table(value), "signature field added")
    else:
        step.refuse(0, "field-added", "a field was added to the form", below=value)


def _field_added(step: Comparison, reference: Reference) -> None:
    """A new entry of /Fields: a signed signature field; a tree of them; an empty one; anything else is `other`."""
    field = step.after(reference)
    if not isinstance(field, dict):
        return  # a reference to nothing shows nothing, and defining it later is no new object
    name = field_name(step, reference, step.revision)
    if not step.is_free(reference.number) or reference.number not in step.differences:
        step.refuse(reference, "field-added", f"existing field {name!r} put into the form", name=name)
    elif is_signature(step, field):
        note_signed(step, reference, field, "signature field added")
    elif "V" not in field and kids_added(step, reference, {}, field):
        step.explained.add(reference.number)
    elif field.get("FT") == "Sig" and step.after(field.get("V")) is None and not step.after(field.get("Kids")):
        _empty_added(step, reference, field, name)
    else:
        step.refuse(reference, "field-added", f"field {name!r} added to the form", name=name)


def _has_area(step: Comparison, field: Mapping[str, PdfObject]) -> bool:
    """The field takes room on a page: viewers draw a frame, a ground or a flag there although nothing is signed."""
    corners = [step.after(corner) for corner in array(step.after(field.get("Rect")))]
    numbers = [float(corner) for corner in corners if isinstance(corner, (int, float))]
    return len(numbers) != 4 or (numbers[0] != numbers[2] and numbers[1] != numbers[3])


def _empty_added(step: Comparison, reference: Reference, field: Mapping[str, PdfObject], name: str) -> None:
    """A signature field still to be signed: no form filling, so that a certification with P 2 forbids it."""
    step.claim_new([reference])
    step.offered.add(reference.number)
    what = f"unsigned signature field {name!r} added"
    step.note(reference, "signature-field-added", ChangeLevel.ANNOTATIONS, what, name=name, visible=_has_area(step, field))
