"""Page numbers (ISO 32000-2, 7.7.3), found from a page upwards so that a long document is not read through."""

from __future__ import annotations

from collections.abc import Iterator

from sigcheck.engine.pdf.objects import LimitReached, PdfObject, Reference
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.facts import FURTHEST_EDGE, LONGEST_PAGE_SIDE

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points of default user space."""


def page_number(pdf: PdfFile, number: int, revision: int) -> int | None:
    """The page (from 1) whose object has this number, or None when it is no page of the tree."""
    entry = pdf.entry(number, revision)
    if entry is None or entry.kind == "free":
        return None
    reference = Reference(number, entry.generation if entry.kind == "offset" else 0)
    node = pdf.get(reference, revision)
    if not isinstance(node, dict) or node.get("Type") not in ("Page", None) or "Parent" not in node:
        return None
    position = 1
    for _ in range(pdf.limits.object_depth):
        parent_reference = node.get("Parent")
        if not isinstance(parent_reference, Reference):
            return position if reference == pdf.catalog(revision).get("Pages") else None
        parent = pdf.get(parent_reference, revision)
        kids = pdf.resolve(parent.get("Kids"), revision) if isinstance(parent, dict) else None
        if not isinstance(parent, dict) or not isinstance(kids, list) or reference not in kids:
            return None
        position += _pages_before(pdf, parent, kids, kids.index(reference), revision)
        node, reference = parent, parent_reference
    return None


def _pages_before(pdf: PdfFile, parent: dict[str, PdfObject], kids: list[PdfObject], index: int, revision: int) -> int:
    """Pages below the first `index` kids; when the node counts as many pages as kids, all of them are pages."""
    if pdf.resolve(parent.get("Count"), revision) == len(kids):
        return index
    pages = 0
    for kid in kids[:index]:
        node = pdf.resolve(kid, revision)
        count = pdf.resolve(node.get("Count"), revision) if isinstance(node, dict) and "Kids" in node else 1
        pages += count if isinstance(count, int) else 0
    return pages


def pages(pdf: PdfFile, revision: int) -> Iterator[tuple[int, Reference]]:
    """Every page of the tree with its number from 1, loops ended. Raises LimitReached beyond `page_tree_nodes`."""
    root = pdf.catalog(revision).get("Pages")
    pending: list[PdfObject] = [root]
    seen: set[Reference] = set()
    position = 0
    while pending:
        reference = pending.pop()
        if not isinstance(reference, Reference) or reference in seen:
            continue
        if len(seen) >= pdf.limits.page_tree_nodes:
            raise LimitReached("page_tree_nodes")
        seen.add(reference)
        node = pdf.get(reference, revision)
        kids = pdf.resolve(node.get("Kids"), revision) if isinstance(node, dict) else None
        if isinstance(kids, list):
            pending.extend(reversed(kids))
        elif isinstance(node, dict):
            position += 1
            yield position, reference


def area(rectangle: PdfObject) -> float:
    """Square points of a rectangle (7.9.5); 0 for what is none."""
    if not isinstance(rectangle, list) or len(rectangle) != 4:
        return 0.0
    corners = [float(value) for value in rectangle if isinstance(value, int | float)]
    return abs(corners[2] - corners[0]) * abs(corners[3] - corners[1]) if len(corners) == 4 else 0.0


def page_area(pdf: PdfFile, page: Reference, revision: int) -> float:
    """Square points of what is shown of a page: its crop box or its media box, whichever is smaller (7.7.3.3); 0 without any."""
    sizes = [size for key in ("MediaBox", "CropBox") if (size := area(_inherited_box(pdf, page, key, revision)))]
    return min(sizes, default=0.0)


def shown_area(pdf: PdfFile, page: Reference, revision: int) -> Box | None:
    """What is shown of a page before it is turned: the crop box within the media box (14.11.2.1), as left, bottom, right, top.

    None where the file does not say, or says what no page can be. A crop box that is none, or beside the media box, is left out.
    """
    media = _box(_inherited_box(pdf, page, "MediaBox", revision))
    if media is None:
        return None
    crop = _box(_inherited_box(pdf, page, "CropBox", revision)) or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if left < right and bottom < top else media


def page_rotation(pdf: PdfFile, page: Reference, revision: int) -> int:
    """Degrees by which a page is turned clockwise when it is shown (7.7.3.3): 0, 90, 180 or 270; 0 for what is none of them."""
    degrees = _inherited(pdf, page, "Rotate", revision)
    if not isinstance(degrees, int) or isinstance(degrees, bool) or degrees % 90:
        return 0
    return degrees % 360


def _box(rectangle: list[PdfObject]) -> Box | None:
    """A rectangle (7.9.5) with its corners in order; None for what no page can have."""
    corners = [float(n) for n in rectangle if isinstance(n, int | float) and not isinstance(n, bool) and abs(n) <= FURTHEST_EDGE]
    if len(rectangle) != 4 or len(corners) != 4:
        return None
    (left, right), (bottom, top) = sorted(corners[::2]), sorted(corners[1::2])
    return (left, bottom, right, top) if 0 < right - left <= LONGEST_PAGE_SIDE and 0 < top - bottom <= LONGEST_PAGE_SIDE else None


def _inherited_box(pdf: PdfFile, page: Reference, key: str, revision: int) -> list[PdfObject]:
    """A box of the page, or of the nearest node of the tree above it (7.7.3.4)."""
    box = _inherited(pdf, page, key, revision)
    return [pdf.resolve(value, revision) for value in box[:5]] if isinstance(box, list) else []


def _inherited(pdf: PdfFile, page: Reference, key: str, revision: int) -> PdfObject:
    """An entry of the page, or of the nearest node of the tree above it (7.7.3.4); None without any."""
    node: PdfObject = page
    for _ in range(pdf.limits.object_depth):
        resolved = pdf.resolve(node, revision)
        if not isinstance(resolved, dict):
            break
        if (found := pdf.resolve(resolved.get(key), revision)) is not None:
            return found
        node = resolved.get("Parent")
    return None
