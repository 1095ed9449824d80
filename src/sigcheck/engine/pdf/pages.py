"""Page numbers (ISO 32000-2, 7.7.3), as readers count them: the pages themselves in order, whatever a node says it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject, Reference
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.engine.pdf.syntax import ReadFailed
from sigcheck.facts import FURTHEST_EDGE, LONGEST_PAGE_SIDE

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points of default user space."""
DEEPEST = 100
"""Nodes above a page; a million pages need no more than four."""


class PageTree(Struct, frozen=True):
    """The page tree of one revision."""

    numbers: Mapping[int, int]
    """By object number, each page's own from 1: the pages in order, nodes without pages count nothing."""
    sound: bool
    """Every node counts the pages below it (7.7.3.2), and none is empty, comes twice or is anything else. Where that is not so,
    readers count differently: by /Count, by nodes, or by pages."""
    root: PdfObject
    nodes: frozenset[int]
    """The objects above the pages."""


def page_tree(pdf: PdfFile, revision: int) -> PageTree:
    """The tree as of `revision`, read once, and anew only where it changed. Raises LimitReached beyond `page_tree_nodes`."""
    known = pdf.page_trees.get(revision)
    if known is None:
        near = min(pdf.page_trees, key=lambda other: abs(other - revision), default=None)
        kept = near is not None and _lasts(pdf, pdf.page_trees[near], near, revision)
        known = pdf.page_trees[near] if near is not None and kept else _TreeWalk(pdf, revision).tree()
        pdf.page_trees[revision] = known
    return known


def _lasts(pdf: PdfFile, tree: PageTree, read_in: int, revision: int) -> bool:
    """Whether a sound tree is the same in both revisions: no node was written between them, and each page still is one."""
    if not tree.sound or tree.root != pdf.catalog(revision).get("Pages"):
        return False
    between = range(min(read_in, revision) + 1, max(read_in, revision) + 1)
    written = {number for one in between for number in pdf.section(one)}
    if not tree.nodes.isdisjoint(written):
        return False
    return all(_is_page(pdf, number, revision) for number in written & tree.numbers.keys())


def _is_page(pdf: PdfFile, number: int, revision: int) -> bool:
    entry = pdf.entry(number, revision)
    if entry is None or entry.kind == "free":
        return False
    try:
        node = pdf.get(Reference(number, entry.generation if entry.kind == "offset" else 0), revision)
    except ReadFailed:
        raise
    except PdfDamaged:
        return False
    return isinstance(node, dict) and node.get("Type") == "Page" and "Kids" not in node


class _TreeWalk:
    """One walk from the root down."""

    def __init__(self, pdf: PdfFile, revision: int) -> None:
        self.pdf, self.revision = pdf, revision
        self.numbers: dict[int, int] = {}
        self.nodes: set[int] = set()
        self.seen: set[Reference] = set()
        self.sound = True

    def tree(self) -> PageTree:
        root = self.pdf.catalog(self.revision).get("Pages")
        self._pages_below(root, 0)
        return PageTree(self.numbers, self.sound, root, frozenset(self.nodes))

    def _pages_below(self, reference: PdfObject, depth: int) -> int:
        """How many pages hang here. Whatever is no page and no node with pages makes the tree unsound."""
        if not isinstance(reference, Reference) or reference in self.seen or depth > DEEPEST:
            self.sound = False
            return 0
        if len(self.seen) >= self.pdf.limits.page_tree_nodes:
            raise LimitReached("page_tree_nodes")
        self.seen.add(reference)
        node = self._read(reference)
        if not isinstance(node, dict):
            self.sound = False
            return 0
        if "Kids" not in node and node.get("Type") != "Pages":
            self.sound = self.sound and node.get("Type") == "Page" and depth > 0
            self.numbers.setdefault(reference.number, len(self.numbers) + 1)
            return 1
        self.nodes.add(reference.number)
        kids, count = (self._entry(node, key) for key in ("Kids", "Count"))
        below = sum(self._pages_below(kid, depth + 1) for kid in kids) if isinstance(kids, list) else 0
        if not below or type(count) is not int or count != below or node.get("Type") != "Pages":
            self.sound = False
        return below

    def _entry(self, node: dict[str, PdfObject], key: str) -> PdfObject:
        value = node.get(key)
        if isinstance(value, Reference):
            self.nodes.add(value.number)
        return self._read(value)

    def _read(self, value: PdfObject) -> PdfObject:
        try:
            return self.pdf.resolve(value, self.revision)
        except ReadFailed:
            raise
        except PdfDamaged:
            return None


def page_number(pdf: PdfFile, number: int, revision: int) -> int | None:
    """The page (from 1) whose object has this number, or None when it is no page of the tree, looked at from below."""
    entry = pdf.entry(number, revision)
    if entry is None or entry.kind == "free":
        return None
    reference = Reference(number, entry.generation if entry.kind == "offset" else 0)
    node = pdf.get(reference, revision)
    if not isinstance(node, dict) or node.get("Type") not in ("Page", None) or "Parent" not in node:
        return None
    for _ in range(pdf.limits.object_depth):
        parent_reference = node.get("Parent")
        if not isinstance(parent_reference, Reference):
            hangs = reference == pdf.catalog(revision).get("Pages")
            return page_tree(pdf, revision).numbers.get(number) if hangs else None
        parent = pdf.get(parent_reference, revision)
        kids = pdf.resolve(parent.get("Kids"), revision) if isinstance(parent, dict) else None
        if not isinstance(parent, dict) or not isinstance(kids, list) or reference not in kids:
            return None
        node, reference = parent, parent_reference
    return None


def pages(pdf: PdfFile, revision: int) -> Iterator[tuple[int, Reference]]:
    """Every page of the tree with its number from 1, as `page_tree` has it. Raises LimitReached beyond `page_tree_nodes`."""
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
        elif isinstance(node, dict) and "Kids" not in node and node.get("Type") != "Pages":
            position += 1
            yield position, reference


def area(rectangle: PdfObject) -> float:
    """Square points of a rectangle (7.9.5); 0 for what is none."""
    if not isinstance(rectangle, list) or len(rectangle) != 4:
        return 0.0
    corners = [float(value) for value in rectangle if isinstance(value, (int, float))]
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
    corners = [float(n) for n in rectangle if isinstance(n, (int, float)) and not isinstance(n, bool) and abs(n) <= FURTHEST_EDGE]
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
