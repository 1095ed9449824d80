"""Rules for the interactive form: signature fields added and signed, fields filled (ISO 32000-2, 12.7)."""

from __future__ import annotations

from collections.abc import Mapping

from sigcheck.engine.comparison import Comparison, same, table
from sigcheck.engine.objects import PdfObject, Reference
from sigcheck.engine.pages import page_number
from sigcheck.engine.textstrings import text_string
from sigcheck.evidence import ChangeLevel

_FORM_ENTRIES_FREE = frozenset({"SigFlags", "DA", "Q"})
"""Entries of the form that signing programs write: flags, and the default look of fields still to be filled."""

_VALUE_ENTRIES = frozenset({"V", "AS", "I", "RV", "AP", "MK", "M", "DV"})
"""Entries of a field or widget that filling it changes; an appearance only together with its value."""

_SIGNING_ENTRIES = frozenset(
    {"V", "AP", "AS", "MK", "F", "M", "DA", "Border", "BS", "Lock", "SV", "Type", "Subtype", "P", "Rect"}
)
"""Entries that signing an empty signature field may write."""


def form_rule(step: Comparison) -> None:
    """The form dictionary: fields may be added when they are signatures, resources may be added, nothing may be taken away."""
    one, other = (step.pdf.catalog(step.revision - back).get("AcroForm") for back in (1, 0))
    before, after = step.before(one), step.after(other)
    if other is None or not isinstance(after, dict):
        if one is not None:
            step.note(0, "form-removed", ChangeLevel.OTHER, "catalog: /AcroForm removed", visible=True)
        return
    if isinstance(other, Reference) and other.number in step.differences and (one == other or step.before(other) is None):
        step.explained.add(other.number)
    _fields(step, table(before), after)
    for key in sorted(table(before).keys() | after.keys()):
        if key != "Fields":
            _form_entry(step, key, table(before).get(key), after.get(key))


def _form_entry(step: Comparison, key: str, old: PdfObject, new: PdfObject) -> None:
    before, after = step.before(old), step.after(new)
    if key == "DR":
        _resources(step, old, new)
    elif same(before, after) or key in _FORM_ENTRIES_FREE or (key == "NeedAppearances" and after is not True):
        step.claim_new([new])
    elif key == "NeedAppearances":
        step.note(0, "need-appearances", ChangeLevel.OTHER, "form: viewers are told to draw all fields anew", visible=True)
    else:
        step.note(0, "form-entry", ChangeLevel.OTHER, f"form: /{key} changed", visible=True)


def _resources(step: Comparison, old: PdfObject, new: PdfObject, depth: int = 0) -> None:
    """Default resources may gain names (7.8.3); a name that exists keeps its object."""
    before, after = step.before(old), step.after(new)
    if same(before, after) and not step.differs(new):
        step.claim_new([new])
        return
    if before is not None and not (isinstance(before, dict) and isinstance(after, dict)):
        step.note(0, "form-resources", ChangeLevel.OTHER, "form: default resources changed", visible=True)
        return
    grown = table(after)
    for key, value in table(before).items():
        if same(value, grown.get(key)) and not step.differs(value):
            continue
        if depth == 0 and isinstance(step.before(value), dict) and isinstance(step.after(grown.get(key)), dict):
            _resources(step, value, grown.get(key), 1)
        elif not same(value, grown.get(key)):
            step.note(0, "form-resources", ChangeLevel.OTHER, f"form: default resource /{key} changed", visible=True)
    if isinstance(new, Reference) and new.number in step.differences and (old == new or step.before(new) is None):
        step.explained.add(new.number)
    for key in grown.keys() - table(before).keys():
        step.claim_new([grown[key]])


def _fields(step: Comparison, before: Mapping[str, PdfObject], after: Mapping[str, PdfObject]) -> None:
    """Compare the list of fields; its array may be an object of its own."""
    old, new = step.before(before.get("Fields")), step.after(after.get("Fields"))
    old_list, new_list = (value if isinstance(value, list) else [] for value in (old, new))
    listed = after.get("Fields")
    if isinstance(listed, Reference) and listed.number in step.differences and isinstance(old, list | None):
        if before.get("Fields") == listed or step.before(listed) is None:
            step.explained.add(listed.number)
    known = {value for value in old_list if isinstance(value, Reference)}
    present = {value for value in new_list if isinstance(value, Reference)}
    for gone in sorted(known - present):
        name = _name(step, gone, step.revision - 1)
        step.note(gone, "field-removed", ChangeLevel.OTHER, f"field {name!r} removed from the form", name=name, visible=True)
    for added in [value for value in new_list if isinstance(value, Reference) and value not in known]:
        _field_added(step, added)
    direct_old, direct_new = ([v for v in values if not isinstance(v, Reference)] for values in (old_list, new_list))
    for value in direct_new:
        if not any(same(value, other) for other in direct_old):
            _direct_field(step, value)


def _direct_field(step: Comparison, value: PdfObject) -> None:
    if table(value).get("FT") == "Sig" and step.after(table(value).get("V")) is not None:
        _signed(step, 0, table(value), "signature field added")
    else:
        step.note(0, "field-added", ChangeLevel.OTHER, "a field was added to the form", visible=True)


def _field_added(step: Comparison, reference: Reference, *, parent: bool = False) -> None:
    """A new entry of /Fields (or /Kids): a signed signature field; a tree of them; anything else is `other`."""
    field = step.after(reference)
    existed = step.before(reference) is not None
    if not isinstance(field, dict):
        step.note(reference, "field-added", ChangeLevel.OTHER, "the form lists a field that does not exist")
        return
    kids = step.after(field.get("Kids"))
    if field.get("FT") == "Sig" and step.after(field.get("V")) is not None:
        _signed(step, reference, field, "signature field added")
        return
    if isinstance(kids, list) and not existed and "V" not in field and _all_signed(step, kids) and not parent:
        if reference.number in step.differences and reference.number not in step.undefined:
            step.explained.add(reference.number)
        for kid in kids:
            if isinstance(kid, Reference):
                _field_added(step, kid, parent=True)
        return
    name = _name(step, reference, step.revision)
    if existed and not step.differs(reference):
        step.note(
            reference, "field-added", ChangeLevel.OTHER, f"existing field {name!r} put into the form", name=name, visible=True
        )
        return
    if field.get("FT") == "Sig" and not existed:
        step.claim_new([reference])
        step.note(
            reference,
            "signature-field-added",
            ChangeLevel.ANNOTATIONS,
            f"unsigned signature field {name!r} added",
            name=name,
            visible=False,
        )
        return
    step.note(reference, "field-added", ChangeLevel.OTHER, f"field {name!r} added to the form", name=name, visible=True)


def _all_signed(step: Comparison, kids: list[PdfObject]) -> bool:
    return bool(kids) and all(
        table(step.after(kid)).get("FT") == "Sig" and step.after(table(step.after(kid)).get("V")) for kid in kids
    )


def _signed(step: Comparison, where: Reference | int, field: Mapping[str, PdfObject], what: str) -> None:
    """A signature or document time-stamp that this revision adds."""
    value = field.get("V")
    signature = table(step.after(value))
    stamp = signature.get("Type") == "DocTimeStamp" or signature.get("SubFilter") == "ETSI.RFC3161"
    name = _name(step, where, step.revision) if isinstance(where, Reference) else None
    page = _page_of(step, field)
    if isinstance(value, Reference) and step.before(value) is not None and not step.differs(value):
        step.note(
            where, "signature-reused", ChangeLevel.OTHER, f"field {name!r} shows a signature that existed before", name=name
        )
        return
    if isinstance(where, Reference):
        step.claim_new([where])
    step.claim_new([*field.values()])
    level = ChangeLevel.LTA_UPDATE if stamp else ChangeLevel.FORM_FILLING
    step.note(where, "document-timestamp-added" if stamp else "signature-added", level, f"{what}: {name!r}", page=page, name=name)


def _page_of(step: Comparison, field: Mapping[str, PdfObject]) -> int | None:
    page = field.get("P")
    return page_number(step.pdf, page.number, step.revision) if isinstance(page, Reference) else None


def _name(step: Comparison, reference: Reference, revision: int) -> str:
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


def fields_rule(step: Comparison) -> None:
    """Fields that existed: an empty signature field signed now, or values filled in."""
    for number, difference in sorted(step.differences.items()):
        before, after = difference.before, difference.after
        if number in step.explained or not isinstance(before, dict) or not isinstance(after, dict):
            continue
        kind = _inherited(step, before, "FT", step.revision - 1)
        is_widget = before.get("Subtype") == "Widget"
        if kind is None or not ("T" in before or "FT" in before or is_widget):
            continue
        if not same(_inherited(step, after, "FT", step.revision), kind):
            continue
        reference = Reference(number, 0)
        name = _name(step, reference, step.revision)
        changed = {key for key in before.keys() | after.keys() if not same(before.get(key), after.get(key))}
        if kind == "Sig":
            _signature_field(step, reference, before, after, changed, name)
        else:
            _filled_field(step, reference, before, after, changed, name)


def _inherited(step: Comparison, field: Mapping[str, PdfObject], key: str, revision: int) -> PdfObject:
    for _ in range(step.pdf.limits.object_depth):
        if key in field:
            return step.pdf.resolve(field[key], revision)
        field = table(step.pdf.resolve(field.get("Parent"), revision))
        if not field:
            return None
    return None


def _signature_field(
    step: Comparison,
    reference: Reference,
    before: Mapping[str, PdfObject],
    after: Mapping[str, PdfObject],
    changed: set[str],
    name: str,
) -> None:
    """An empty signature field may be signed; a signed one stays as it is."""
    page = _page_of(step, after)
    kids_grow = "Kids" in changed and _kids_added(step, before, after)
    signed_before = _inherited(step, before, "V", step.revision - 1)
    if changed <= {"Kids"} and kids_grow:
        step.explained.add(reference.number)
    elif (
        signed_before is None
        and step.after(after.get("V")) is not None
        and changed <= _SIGNING_ENTRIES
        and _same_box(step, before, after)
    ):
        step.explained.add(reference.number)
        _signed(step, reference, after, "signature field signed")
    elif signed_before is None and changed <= {"AP", "AS", "MK", "F", "DA", "V", "M"} and "V" not in changed:
        step.explained.add(reference.number)
        step.claim_new([after.get(key) for key in sorted(changed)])
        step.note(
            reference,
            "field-appearance",
            ChangeLevel.ANNOTATIONS,
            f"look of {name!r} changed",
            page=page,
            name=name,
            visible=True,
        )
    else:
        rule = "signature-rewritten" if "V" in changed else "signature-field-changed"
        what = f"signed field {name!r}: {', '.join('/' + key for key in sorted(changed))} changed"
        step.explained.add(reference.number)
        step.note(reference, rule, ChangeLevel.OTHER, what, page=page, name=name, visible=True)


def _same_box(step: Comparison, before: Mapping[str, PdfObject], after: Mapping[str, PdfObject]) -> bool:
    """The rectangle stays, unless there was none or an empty one."""
    old, new = step.before(before.get("Rect")), step.after(after.get("Rect"))
    empty = not isinstance(old, list) or not any(isinstance(v, int | float) and v for v in old)
    return empty or same(old, new)


def _kids_added(step: Comparison, before: Mapping[str, PdfObject], after: Mapping[str, PdfObject]) -> bool:
    """New kids of an existing field node are signed signature fields, and no kid is gone."""
    old, new = step.before(before.get("Kids")), step.after(after.get("Kids"))
    if not isinstance(new, list) or not isinstance(old, list | None):
        return False
    known = old or []
    if any(not any(same(kid, other) for other in new) for kid in known):
        return False
    for kid in new:
        if not any(same(kid, other) for other in known) and isinstance(kid, Reference):
            _field_added(step, kid, parent=True)
    return True


def _filled_field(
    step: Comparison,
    reference: Reference,
    before: Mapping[str, PdfObject],
    after: Mapping[str, PdfObject],
    changed: set[str],
    name: str,
) -> None:
    """A field filled in: its value changed, and its appearance with it. An appearance alone is the replace attack."""
    page = _page_of(step, after)
    step.explained.add(reference.number)
    if "Kids" in changed and changed <= {"Kids"} and _kids_added(step, before, after):
        return
    if not changed <= _VALUE_ENTRIES or ("MK" in changed and not _only_caption(step, before, after)):
        what = f"field {name!r}: {', '.join('/' + key for key in sorted(changed - {'V', 'AP', 'AS'}))} changed"
        step.note(reference, "field-changed", ChangeLevel.OTHER, what, page=page, name=name, visible=True)
        return
    if "AP" in changed and not _value_changed(step, before, after):
        what = f"field {name!r}: look replaced without a change of its value"
        step.note(reference, "appearance-swapped", ChangeLevel.OTHER, what, page=page, name=name, visible=True)
        return
    step.claim_new([after.get(key) for key in sorted(changed)])
    _claim_appearance(step, reference, after)
    step.note(reference, "field-filled", ChangeLevel.FORM_FILLING, f"field {name!r} filled", page=page, name=name, visible=True)


def _only_caption(step: Comparison, before: Mapping[str, PdfObject], after: Mapping[str, PdfObject]) -> bool:
    return same(step.before(before.get("MK")), step.after(after.get("MK")))


def _value_changed(step: Comparison, before: Mapping[str, PdfObject], after: Mapping[str, PdfObject]) -> bool:
    """/V or /AS of the widget, or /V of the field above it, is another one now."""
    if not same(step.before(before.get("AS")), step.after(after.get("AS"))):
        return True
    old, new = _inherited(step, before, "V", step.revision - 1), _inherited(step, after, "V", step.revision)
    return not same(old, new)


def _claim_appearance(step: Comparison, field: Reference, after: Mapping[str, PdfObject]) -> None:
    """Appearance streams of a filled field overwritten in place, when nothing but this field used them."""
    holders = [field.number]
    pending: list[tuple[PdfObject, int]] = [(after.get("AP"), 0), (after.get("V"), 3)]
    while pending:
        value, depth = pending.pop()
        if step.differs(value):
            step.claim_overwritten(value, holders)
        if isinstance(value, Reference):
            holders.append(value.number)
        resolved = step.after(value)
        if isinstance(resolved, dict) and depth < 3:
            pending += [(item, depth + 1) for key, item in sorted(resolved.items())]
