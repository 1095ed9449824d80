"""Rules for single annotations: which may be added, and what an overlay is (ISO 32000-2, 12.5.6)."""

from __future__ import annotations

from collections.abc import Mapping

from sigcheck.engine.actions import acts
from sigcheck.engine.comparison import Comparison, array, same, table
from sigcheck.engine.objects import PdfObject, Reference
from sigcheck.engine.pages import area, page_area, page_number
from sigcheck.evidence import ChangeLevel

KINDS: Mapping[str, bool] = {
    **dict.fromkeys(("Link", "Popup"), False),
    **dict.fromkeys(("Highlight", "Underline", "Squiggly", "StrikeOut"), True),
    **dict.fromkeys(("Text", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine"), True),
    **dict.fromkeys(("Caret", "Stamp", "Ink", "FileAttachment", "Projection"), True),
}
"""Annotations by which a reader comments (Table 171), and whether they paint anything over the page. Left out, and so `other`:
widgets, which have a rule of their own; /Watermark, /PrinterMark and /TrapNet, which are page content by another name;
/Redact, which takes content away; /Screen, /Movie, /Sound, /3D and /RichMedia, which play something else."""

_BESIDE_TEXT = frozenset({"Link", "Popup", "Highlight", "Underline", "Squiggly", "StrikeOut"})
"""Kinds that mark text and let it be read, wherever they lie."""

LARGEST_COVER = 0.25
"""Part of a page that one revision's annotations may cover before they are an overlay and no comment."""

_ANNOTATION_HOLDERS = frozenset({"Annots", "Popup", "IRT", "Parent", "K", "Nums", "Names"})
"""Keys under which an annotation is referred to: its page, its companions, the structure tree."""


def word(kind: PdfObject) -> str:
    """The subtype for a message."""
    return kind if isinstance(kind, str) else "unknown"


def annotation_added(
    step: Comparison, page: Reference, position: int | None, reference: Reference | None, annotation: PdfObject
) -> None:
    """An annotation that a page lists now and did not before."""
    kind, where, entries = word(table(annotation).get("Subtype")), reference or page, table(annotation)
    if kind not in KINDS or not isinstance(annotation, dict):
        what = f"page {position}: {kind} annotation added"
        step.refuse(where, "annotation-unknown", what, page=position, below=annotation)
        return
    step.claim_new([reference if reference is not None else annotation, *entries.values()])
    if _allowed(step, page, position, where, entries):
        what = f"page {position}: {kind} annotation added"
        step.note(where, "annotation-added", ChangeLevel.ANNOTATIONS, what, page=position, visible=KINDS[kind])


def annotation_changed(step: Comparison, number: int, before: PdfObject, after: PdfObject) -> None:
    """An annotation written anew in place. Its appearance may be a new object; a stream overwritten in place is not explained."""
    kind = word(table(before).get("Subtype"))
    if not isinstance(before, dict) or not isinstance(after, dict) or kind not in KINDS or "Rect" not in before:
        return
    if kind != after.get("Subtype") or not step.held_only_as(number, _ANNOTATION_HOLDERS):
        return
    step.explained.add(number)
    step.claim_new([*after.values()])
    if number in step.removed:
        return  # it is reported as removed
    page = after.get("P", before.get("P"))
    position = page_number(step.pdf, page.number, step.revision) if isinstance(page, Reference) else None
    moved = not all(same(before.get(key), after.get(key)) for key in ("Rect", "AP", "A", "AA", "IC", "BS"))
    if not moved or _allowed(step, page if isinstance(page, Reference) else None, position, Reference(number, 0), after):
        what = f"page {position}: {kind} annotation changed"
        step.note(number, "annotation-changed", ChangeLevel.ANNOTATIONS, what, page=position, visible=KINDS[kind])


def _allowed(
    step: Comparison, page: Reference | None, position: int | None, where: Reference, annotation: Mapping[str, PdfObject]
) -> bool:
    """No action but one that leads somewhere, and with the revision's others no cover of the page."""
    kind = word(annotation.get("Subtype"))
    if acts(step, annotation):
        step.refuse(where, "action", f"page {position}: {kind} annotation with an action added", page=position)
        return False
    if page is None or kind in _BESIDE_TEXT or not (annotation.get("AP") or annotation.get("IC")):
        return True
    corners = [step.after(corner) for corner in array(step.after(annotation.get("Rect")))]
    covered = step.painted.get(page.number, 0.0) + area(corners)
    step.painted[page.number] = covered
    whole = page_area(step.pdf, page, step.revision)
    if whole and covered > LARGEST_COVER * whole:
        step.refuse(where, "overlay", f"page {position}: {kind} annotation over the page", page=position)
        return False
    return True
