"""Rules for pages: annotations may come and go, everything else of a page stays (ISO 32000-2, 12.5 and 7.7.3.3)."""

from __future__ import annotations

from sigcheck.engine.change_rules.annotation_rules import KINDS, annotation_added, annotation_changed, word
from sigcheck.engine.change_rules.comparison import Comparison, array, missing, same, table
from sigcheck.engine.pdf.objects import PdfObject, Reference
from sigcheck.evidence import ChangeLevel

_TREE_MARKS = frozenset({"ITXT"})
"""A version string that iText 5 writes into the root of the page tree."""

_TREE_HOLDERS = frozenset({"Pages", "Parent", "Kids"})

MOST_ORDERED = 500
"""Annotations of a page whose order is compared pair by pair; beyond it another order counts as seen."""


def pages_rule(step: Comparison) -> None:
    """Pages that this revision writes anew: only /Annots (and /Tabs) may differ."""
    for number, difference in sorted(step.differences.items()):
        before, after = table(difference.before), table(difference.after)
        if number in step.explained:
            continue
        if before.get("Type") == "Pages" and after.get("Type") == "Pages":
            _tree_node(step, number, before, after)
        elif before.get("Type") == "Page" and after.get("Type") == "Page" and not step.is_free(number):
            step.explained.add(number)
            page = step.page_number(number)
            for key in sorted(before.keys() | after.keys()):
                if not same(before.get(key), after.get(key)):
                    _page_entry(step, Reference(number, 0), page, key, before.get(key), after.get(key))
    _annotation_arrays(step)


def _tree_node(step: Comparison, number: int, before: dict[str, PdfObject], after: dict[str, PdfObject]) -> None:
    """A node of the page tree may get a program's version mark, if it is nothing else as well."""
    changed = {key for key in before.keys() | after.keys() if not same(before.get(key), after.get(key))}
    if changed <= _TREE_MARKS and step.held_only_as(number, _TREE_HOLDERS) and isinstance(after.get("ITXT", b""), bytes):
        step.explained.add(number)
        step.note(number, "page-tree-mark", ChangeLevel.LTA_UPDATE, "page tree: version mark of a program")


def _page_entry(step: Comparison, page: Reference, position: int | None, key: str, old: PdfObject, new: PdfObject) -> None:
    """One entry of a page dictionary that is written otherwise."""
    if key == "Annots":
        _annotations(step, page, position, old, new)
    elif key == "Tabs":
        # The order of the structure is what 14.8.2.5 of a tagged document asks for anyway; any other one is chosen.
        level = ChangeLevel.LTA_UPDATE if old is None and new == "S" else ChangeLevel.ANNOTATIONS
        step.note(page, "tab-order", level, f"page {position}: tab order changed", page=position)
    elif key == "StructParents" and old is None and isinstance(new, int):
        return
    elif step.equal(old, new):
        step.claim_new([new])
    else:
        step.refuse(page, "page-content", f"page {position}: /{key} changed", page=position, below=new)


def _annotation_arrays(step: Comparison) -> None:
    """Arrays of annotations that are objects of their own; their pages need not have been written anew."""
    for number, difference in sorted(step.differences.items()):
        if number in step.explained or not isinstance(difference.before, list) or not isinstance(difference.after, list):
            continue
        holders = step.holders(number)
        pages = [(holder, step.page_number(holder)) for holder, _ in sorted(holders)]
        if len(pages) == 1 and all(key == "Annots" for _, key in holders) and pages[0][1] is not None:
            array_reference = Reference(number, 0)
            _annotations(step, Reference(pages[0][0], 0), pages[0][1], array_reference, array_reference)


def _annotations(step: Comparison, page: Reference, position: int | None, old: PdfObject, new: PdfObject) -> None:
    """Compare a page's annotations one by one, and the order in which those that stay are painted."""
    before, after = step.before(old), step.after(new)
    if not isinstance(before, list | None) or not isinstance(after, list | None):
        step.refuse(page, "page-content", f"page {position}: /Annots is no array", page=position)
        return
    step.claim_overwritten(new, {(page.number, "Annots")})
    before_set, after_set = ({value for value in array(values) if isinstance(value, Reference)} for values in (before, after))
    direct_before, direct_after = ([v for v in array(values) if not isinstance(v, Reference)] for values in (before, after))
    for added in [value for value in array(after) if isinstance(value, Reference) and value not in before_set]:
        _added(step, page, position, added, step.after(added))
    for gone in [value for value in array(before) if isinstance(value, Reference) and value not in after_set]:
        _removed(step, page, position, gone, step.before(gone))
    for value in missing(direct_after, direct_before):
        _added(step, page, position, None, value)
    for value in missing(direct_before, direct_after):
        _removed(step, page, position, None, value)
    kept = [[value for value in array(values) if isinstance(value, Reference)] for values in (before, after)]
    staying = before_set & after_set
    if _painted_otherwise(step, *([value for value in values if value in staying] for values in kept)):
        what = f"page {position}: annotations that overlap are painted in another order"
        step.note(page, "annotation-order", ChangeLevel.ANNOTATIONS, what, page=position, visible=True)


def _painted_otherwise(step: Comparison, before: list[Reference], after: list[Reference]) -> bool:
    """Annotations whose rectangles overlap changed places: what was on top may lie below now (12.5.2, /Annots)."""
    if before == after:
        return False
    if len(before) != len(after) or len(before) > MOST_ORDERED:
        return True
    place = {reference: index for index, reference in enumerate(after)}
    boxes = [_box(step, reference) for reference in before]
    for index, one in enumerate(before):
        for later in range(index + 1, len(before)):
            if place[one] > place[before[later]] and _overlap(boxes[index], boxes[later]):
                return True
    return False


def _box(step: Comparison, annotation: Reference) -> tuple[float, float, float, float] | None:
    corners = [step.after(corner) for corner in array(step.after(table(step.after(annotation)).get("Rect")))]
    numbers = [float(corner) for corner in corners if isinstance(corner, (int, float))]
    if len(numbers) != 4:
        return None
    left, right = sorted(numbers[::2])
    bottom, top = sorted(numbers[1::2])
    return left, bottom, right, top


def _overlap(one: tuple[float, float, float, float] | None, other: tuple[float, float, float, float] | None) -> bool:
    if one is None or other is None:
        return True
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _added(step: Comparison, page: Reference, position: int | None, reference: Reference | None, annotation: PdfObject) -> None:
    kind = table(annotation).get("Subtype")
    if annotation is None:
        return  # a reference to nothing; defining it later is no new object
    if kind == "Widget":
        _widget_added(step, page, position, reference, table(annotation))
    else:
        annotation_added(step, page, position, reference, annotation)


def _widget_added(
    step: Comparison, page: Reference, position: int | None, reference: Reference | None, widget: dict[str, PdfObject]
) -> None:
    """The widget of a field that this revision adds or signs, or of a new unsigned signature field. No other comes to a page."""
    parent = widget.get("Parent")
    owners = step.signed | step.offered
    if reference is not None and reference.number in owners:
        return
    existed = reference is not None and not step.is_free(reference.number)
    if reference is not None and not existed and isinstance(parent, Reference) and parent.number in owners:
        if reference in array(step.after(table(step.after(parent)).get("Kids"))):
            step.claim_new([reference])
            return
    if existed:
        step.refuse(reference, "widget-shown", f"page {position}: existing form field put on the page", page=position)
    else:
        what = f"page {position}: widget without a form field added"
        step.refuse(reference or page, "dangling-widget", what, page=position)


def _removed(step: Comparison, page: Reference, position: int | None, reference: Reference | None, annotation: PdfObject) -> None:
    kind, where = word(table(annotation).get("Subtype")), reference or page
    if annotation is None:
        return
    if kind == "Widget":
        step.refuse(where, "widget-removed", f"page {position}: widget of a form field removed", page=position)
    elif kind not in KINDS:
        step.refuse(where, "annotation-unknown", f"page {position}: {kind} annotation removed", page=position)
    else:
        what = f"page {position}: {kind} annotation removed"
        step.note(where, "annotation-removed", ChangeLevel.ANNOTATIONS, what, page=position, visible=KINDS[kind])
        if reference is not None:
            step.removed.add(reference.number)


def annotations_rule(step: Comparison) -> None:
    """Annotations that existed and were changed in place, form fields' widgets apart."""
    for number, difference in sorted(step.differences.items()):
        if number not in step.explained and not step.is_free(number):
            annotation_changed(step, number, difference.before, difference.after)
