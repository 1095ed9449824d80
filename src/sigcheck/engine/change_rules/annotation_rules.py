"""Rules for single annotations: which may be added, and what an overlay is (ISO 32000-2, 12.5.6)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sigcheck.engine.change_rules.actions import acts
from sigcheck.engine.change_rules.comparison import Comparison, array, table
from sigcheck.engine.change_rules.page_text import Box, covers, shown_on
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject, Reference, Stream
from sigcheck.engine.pdf.pages import area, page_area
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

_UNSEEN = frozenset({"Link", "Popup"})
"""Kinds that lead somewhere and paint nothing, unless an appearance or a thick border makes them."""

_MARKS = frozenset({"Highlight", "Underline", "Squiggly", "StrikeOut"})
"""Kinds that mark text and let it be read, wherever they lie."""

_ICONS = frozenset({"Text", "FileAttachment", "Caret"})
ICON = 32.0
"""Points of a side up to which a comment's icon is one; Acrobat's are 18 to 24."""

LARGEST_COVER = 0.25
"""Part of a page that one revision's annotations may cover before they are an overlay and no comment."""

_FILLING = rb"(?:^|[\x00\t\n\x0c\r \])>])(?:f\*?|F|[bB]\*?|sh|Do|EI)(?=[\x00\t\n\x0c\r \[(<%]|$)"
"""Operators that paint an area: filled paths, shadings, images and whatever a form XObject draws (8.5.3.3, 8.7.4, 8.9, 8.10)."""

_ANNOTATION_HOLDERS = frozenset({"Annots", "Popup", "IRT", "Parent", "K", "Nums", "Names"})
"""Keys under which an annotation is referred to: its page, its companions, the structure tree."""


_DRAWN_BORDER = 1.0
"""Points of a border up to which it is a frame (the default of 12.5.4); a thicker one is paint."""


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
        step.note(where, "annotation-added", ChangeLevel.ANNOTATIONS, what, page=position, visible=_paints(step, kind, entries))


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
    position = step.page_number(page.number) if isinstance(page, Reference) else None
    looks_the_same = all(
        step.equal(before.get(key), after.get(key)) for key in ("Rect", "AP", "A", "AA", "IC", "C", "F", "OC", "BS", "Border")
    )
    if looks_the_same or _allowed(step, page if isinstance(page, Reference) else None, position, Reference(number, 0), after):
        what = f"page {position}: {kind} annotation changed"
        step.note(number, "annotation-changed", ChangeLevel.ANNOTATIONS, what, page=position, visible=_paints(step, kind, after))


def _allowed(
    step: Comparison, page: Reference | None, position: int | None, where: Reference, annotation: Mapping[str, PdfObject]
) -> bool:
    """No action but one that leads somewhere, and nothing painted over what the page shows."""
    kind = word(annotation.get("Subtype"))
    if acts(step, annotation):
        step.refuse(where, "action", f"page {position}: {kind} annotation with an action", page=position)
        return False
    corners = [step.after(corner) for corner in array(step.after(annotation.get("Rect")))]
    sides = sorted(float(corner) for corner in corners[::2] if isinstance(corner, (int, float)))
    heights = sorted(float(corner) for corner in corners[1::2] if isinstance(corner, (int, float)))
    beside = not _paints(step, kind, annotation) if kind in _UNSEEN else kind in _MARKS
    if page is None or beside or len(sides) != 2 or len(heights) != 2 or not _fills(step, kind, annotation):
        return True
    border = _border(step, annotation)
    box = sides[0] - border, heights[0] - border, sides[1] + border, heights[1] + border
    if kind in _ICONS and max(box[2] - box[0], box[3] - box[1]) <= ICON:
        return True
    step.painted[page.number] = step.painted.get(page.number, 0.0) + area(corners)
    whole = page_area(step.pdf, page, step.revision)
    if (whole and step.painted[page.number] > LARGEST_COVER * whole) or _covers_content(step, page, box):
        step.refuse(where, "overlay", f"page {position}: {kind} annotation over what the page shows", page=position)
        return False
    return True


def _paints(step: Comparison, kind: str, annotation: Mapping[str, PdfObject]) -> bool:
    """A reader sees it on the page: a comment always, a link or a popup with an appearance or a border thicker than a frame."""
    return KINDS[kind] or (kind in _UNSEEN and ("AP" in annotation or _border(step, annotation) > _DRAWN_BORDER))


def _border(step: Comparison, annotation: Mapping[str, PdfObject]) -> float:
    """The width of the border in points (12.5.4); what cannot be read is as wide as can be."""
    style = step.after(table(step.after(annotation.get("BS"))).get("W"))
    border = [step.after(item) for item in array(step.after(annotation.get("Border")))]
    width = style if style is not None else border[2] if len(border) > 2 else 1
    return float(width) if isinstance(width, (int, float)) and not isinstance(width, bool) else 1e6


def _fills(step: Comparison, kind: str, annotation: Mapping[str, PdfObject]) -> bool:
    """The annotation paints an area: its appearance does, or without one its kind and colours say so (12.5.6.6 to 12.5.6.12)."""
    normal = step.after(table(step.after(annotation.get("AP"))).get("N"))
    if isinstance(normal, Stream):
        try:
            return re.search(_FILLING, normal.decoded()) is not None
        except (PdfDamaged, LimitReached):
            return True
    if isinstance(normal, dict) or kind in _UNSEEN:
        return True
    if kind == "FreeText":
        return bool(array(step.after(annotation.get("C"))))
    return kind == "Stamp" or bool(array(step.after(annotation.get("IC"))))


def _covers_content(step: Comparison, page: Reference, box: Box) -> bool:
    """The box lies over text or images that the page showed before, or over a widget; so it is when that cannot be found out."""
    shown = step.shown.get(page.number)
    if page.number not in step.shown:
        shown = step.shown[page.number] = shown_on(step.pdf, page, step.revision - 1)
    return shown is None or covers(box, shown)
