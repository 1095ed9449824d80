"""Rules for pages: annotations may come and go, everything else of a page stays (ISO 32000-2, 12.5 and 7.7.3.3)."""

from __future__ import annotations

from sigcheck.engine.comparison import Comparison, same, table
from sigcheck.engine.objects import PdfObject, Reference
from sigcheck.engine.pages import page_number, pages
from sigcheck.evidence import ChangeLevel

UNSEEN = frozenset({"Link", "Popup", "Widget"})
"""Annotations that paint nothing over the page of themselves: a link, a window that opens, a field's widget."""

_ANNOTATION_KINDS = frozenset(
    {
        *UNSEEN,
        *("Text", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline", "Squiggly"),
        *("StrikeOut", "Caret", "Stamp", "Ink", "FileAttachment", "Redact", "Watermark", "PrinterMark", "Projection"),
    }
)


def pages_rule(step: Comparison) -> None:
    """Pages that this revision writes anew: only /Annots (and /Tabs) may differ."""
    for number, difference in sorted(step.differences.items()):
        before, after = difference.before, difference.after
        if table(before).get("Type") != "Page" or table(after).get("Type") != "Page":
            continue
        step.explained.add(number)
        page = page_number(step.pdf, number, step.revision)
        for key in sorted(table(before).keys() | table(after).keys()):
            old, new = table(before).get(key), table(after).get(key)
            if same(old, new):
                continue
            if key == "Annots":
                _annotations(step, Reference(number, 0), page, old, new)
            elif key == "Tabs":
                step.note(number, "tab-order", ChangeLevel.ANNOTATIONS, f"page {page}: tab order changed", page=page)
            elif key == "StructParents" and old is None and isinstance(new, int):
                continue
            elif same(step.before(old), step.after(new)) and not step.differs(new):
                step.claim_new([new])
            else:
                step.note(number, "page-content", ChangeLevel.OTHER, f"page {page}: /{key} changed", page=page, visible=True)
    _annotation_arrays(step)


def _annotation_arrays(step: Comparison) -> None:
    """Arrays of annotations that are objects of their own; their pages need not have been written anew."""
    arrays = {
        n
        for n, d in step.differences.items()
        if n not in step.explained and isinstance(d.before, list) and isinstance(d.after, list)
    }
    if not arrays:
        return
    for position, reference in pages(step.pdf, step.revision):
        annotations = table(step.after(reference)).get("Annots")
        if isinstance(annotations, Reference) and annotations.number in arrays:
            holders = step.holders_before().get(annotations.number, set())
            if all(key == "Annots" for _, key in holders):
                step.explained.add(annotations.number)
                arrays.discard(annotations.number)
                _annotations(step, reference, position, annotations, annotations)
        if not arrays:
            return


def _annotations(step: Comparison, where: Reference, page: int | None, old: PdfObject, new: PdfObject) -> None:
    """Compare a page's annotations one by one."""
    before, after = step.before(old), step.after(new)
    before_list, after_list = (value if isinstance(value, list) else [] for value in (before, after))
    if isinstance(new, Reference) and new.number in step.differences and (old == new or step.before(new) is None):
        step.explained.add(new.number)
    before_set = {value for value in before_list if isinstance(value, Reference)}
    after_set = {value for value in after_list if isinstance(value, Reference)}
    for added in after_list:
        if isinstance(added, Reference):
            if added not in before_set:
                _added(step, added, step.after(added), page)
        elif not any(same(added, value) for value in before_list):
            _added(step, where, added, page)
    for gone in before_list:
        if isinstance(gone, Reference):
            if gone not in after_set:
                _removed(step, gone, step.before(gone), page)
        elif not any(same(gone, value) for value in after_list):
            _removed(step, where, gone, page)


def _added(step: Comparison, where: Reference, annotation: PdfObject, page: int | None) -> None:
    kind = table(annotation).get("Subtype")
    if kind == "Widget":
        if _belongs_to_form(step, where, annotation):
            return
        step.note(
            where,
            "dangling-widget",
            ChangeLevel.OTHER,
            f"page {page}: widget without a form field added",
            page=page,
            visible=True,
        )
        return
    if not isinstance(kind, str) or kind not in _ANNOTATION_KINDS:
        what = f"page {page}: annotation of unknown kind added"
        step.note(where, "annotation-unknown", ChangeLevel.OTHER, what, page=page, visible=True)
        return
    if step.differs(where):
        step.claim_new([where])
    step.claim_new([*table(annotation).values()])
    what = f"page {page}: {kind} annotation added"
    step.note(where, "annotation-added", ChangeLevel.ANNOTATIONS, what, page=page, visible=kind not in UNSEEN)


def _belongs_to_form(step: Comparison, where: Reference, annotation: PdfObject) -> bool:
    """The widget is, or is a kid of, a field that the form rules have explained or that existed."""
    if where.number in step.explained:
        return True
    parent = table(annotation).get("Parent")
    if isinstance(parent, Reference) and (parent.number in step.explained or step.before(parent) is not None):
        kids = step.after(table(step.after(parent)).get("Kids"))
        if isinstance(kids, list) and where in kids and parent.number in step.explained:
            step.claim_new([where])
            return True
    form = table(step.after(step.pdf.catalog(step.revision).get("AcroForm")))
    fields = step.after(form.get("Fields"))
    return isinstance(fields, list) and where in fields and not step.differs(where)


def _word(kind: PdfObject) -> str:
    return kind if isinstance(kind, str) else "unknown"


def _removed(step: Comparison, where: Reference, annotation: PdfObject, page: int | None) -> None:
    kind = table(annotation).get("Subtype")
    if kind == "Widget":
        what = f"page {page}: widget of a form field removed"
        step.note(where, "widget-removed", ChangeLevel.OTHER, what, page=page, visible=True)
    else:
        what = f"page {page}: {_word(kind)} annotation removed"
        step.note(where, "annotation-removed", ChangeLevel.ANNOTATIONS, what, page=page, visible=kind not in UNSEEN)
    if where.number in step.differences and step.differences[where.number].after is None:
        step.explained.add(where.number)


def annotations_rule(step: Comparison) -> None:
    """Annotations that existed and were changed in place, form fields' widgets apart."""
    for number, difference in sorted(step.differences.items()):
        before, after = difference.before, difference.after
        if number in step.explained or not isinstance(before, dict) or not isinstance(after, dict):
            continue
        kind = before.get("Subtype")
        if kind not in _ANNOTATION_KINDS or kind == "Widget" or "Rect" not in before or not same(kind, after.get("Subtype")):
            continue
        if not all(key in ("Annots", "", "Popup", "IRT", "Parent") for _, key in step.holders_before().get(number, set())):
            continue
        step.explained.add(number)
        page_reference = after.get("P", before.get("P"))
        page = page_number(step.pdf, page_reference.number, step.revision) if isinstance(page_reference, Reference) else None
        step.claim_new([*after.values()])
        what = f"page {page}: {kind} annotation changed"
        step.note(number, "annotation-changed", ChangeLevel.ANNOTATIONS, what, page=page, visible=kind not in UNSEEN)
