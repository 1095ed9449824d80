"""Signature fields wherever they hang: the form's field tree and the widgets on pages (ISO 32000-2, 12.7.4 and 12.5.6.19)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from sigcheck.engine.change_rules.comparison import table
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject, Reference, String
from sigcheck.engine.pdf.pages import pages
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.engine.pdf.syntax import ReadFailed
from sigcheck.engine.pdf.textstrings import text_string

LONGEST_NAME = 4_096
"""Characters of a fully qualified field name that are kept, and octets of a partial name that are read."""

MOST_HOPS = 32
"""References in a row that are followed to a value."""

MOST_WIDGETS = 8
"""Annotations of one signature field whose appearance is read; signing software makes one."""

Table = Mapping[str, PdfObject]


class SignatureField(Struct, frozen=True):
    """A terminal field with a signature dictionary as its value, as of one revision."""

    name: str
    """Partial names joined by periods (12.7.4.2); a partial name may hold periods itself and is never split."""
    number: int | None
    """The field's object; None for a direct dictionary."""
    table: Table
    value_number: int | None
    """The signature dictionary's object; None when it is direct."""
    value_generation: int
    value: Table
    widget: Table
    widget_number: int | None
    other_widgets: tuple[Table, ...] = ()
    """Further annotations of the field (12.7.4.1, /Kids), at most MOST_WIDGETS and one."""

    @property
    def object(self) -> str:
        """The signature dictionary's object, or the field's when the dictionary is direct."""
        return f"{self.value_number} {self.value_generation}" if self.value_number is not None else f"{self.number or 0} 0"

    @property
    def holder(self) -> int | None:
        """The number of the object in which the signature dictionary stands."""
        return self.number if self.value_number is None else self.value_number


class FieldWalk(Struct, frozen=True):
    """The signature fields of one revision, and the objects that were read to find them."""

    fields: tuple[SignatureField, ...]
    visited: frozenset[int]
    root: PdfObject
    damaged: tuple[str, ...]
    """Objects of the tree that cannot be read, as `12 0`."""
    nodes: int
    """Nodes visited."""

    def holds_in(self, pdf: PdfFile, revision: int) -> bool:
        """Whether `revision` leaves everything that was read as it is, so that the walk need not be repeated."""
        return self.visited.isdisjoint(pdf.section(revision)) and pdf.trailer(revision).get("Root") == self.root


class _Above(Struct, frozen=True):
    """What a node of the field tree has from its ancestors (12.7.4.1, Table 226: inheritable entries)."""

    name: str = ""
    kind: PdfObject = None
    value: PdfObject = None
    depth: int = 0


_TOP = _Above()


class FieldMemory(Struct):
    """Terminal fields at the top of the tree as earlier revisions had them, so that 100 signatures are not 5,000 readings."""

    leaves: dict[int, tuple[tuple[SignatureField, ...], frozenset[int]]] = field(default_factory=dict)
    """By the field's object: what was found there, and the objects that were read for it."""
    readers: dict[int, list[int]] = field(default_factory=dict)
    """Object to the fields that it was read for."""

    def remember(self, number: int, found: tuple[SignatureField, ...], visited: set[int]) -> None:
        self.leaves[number] = (found, frozenset(visited))
        for other in visited:
            self.readers.setdefault(other, []).append(number)

    def forget(self, changed: Iterable[int]) -> None:
        """Drop what rests on an object that a revision writes or frees."""
        if self.readers:
            for number in changed:
                for leaf in self.readers.pop(number, ()):
                    self.leaves.pop(leaf, None)


class _Walk(Struct):
    """One walk over the objects of one revision; remembers what it read."""

    pdf: PdfFile
    revision: int
    memory: FieldMemory = field(default_factory=FieldMemory)
    visited: set[int] = field(default_factory=set)
    nodes: set[int] = field(default_factory=set)
    damaged: list[str] = field(default_factory=list)
    budget: int = 0

    def follow(self, value: PdfObject) -> tuple[PdfObject, Reference | None]:
        """The direct object behind `value` and the last reference on the way. What is damaged or absent is None."""
        last = None
        for _ in range(MOST_HOPS):
            if not isinstance(value, Reference):
                return value, last
            last = value
            self.visited.add(value.number)
            entry = self.pdf.entry(value.number, self.revision)
            if entry is not None and entry.kind == "compressed":
                self.visited.add(entry.offset)
            try:
                value = self.pdf.get(value, self.revision)
            except ReadFailed:
                raise
            except PdfDamaged:
                self.damaged.append(str(value))
                return None, last
        return None, last

    def array(self, value: PdfObject) -> list[PdfObject]:
        found, _ = self.follow(value)
        return found if isinstance(found, list) else []

    def partial_name(self, node: Table) -> str | None:
        name, _ = self.follow(node.get("T"))
        return text_string(name[:LONGEST_NAME]) if isinstance(name, String) else None


def signature_fields(pdf: PdfFile, revision: int, memory: FieldMemory) -> FieldWalk:
    """Every signature field of the form with a value, in the order of the tree. Raises LimitReached.

    `memory` goes from each revision to the next, none left out.
    """
    walk = _Walk(pdf, revision, memory)
    root = pdf.trailer(revision).get("Root")
    catalog, _ = walk.follow(root)
    form, _ = walk.follow(table(catalog).get("AcroForm"))
    pending = [(kid, _TOP) for kid in reversed(walk.array(table(form).get("Fields")))]
    found: list[SignatureField] = []
    while pending:
        raw, above = pending.pop()
        if above is not _TOP or not isinstance(raw, Reference):
            found += _visit(walk, raw, above, pending)
        elif raw.number in memory.leaves:
            found += _remembered(walk, raw)
        else:
            found += _visited_first(walk, raw, pending)
    return FieldWalk(tuple(found), frozenset(walk.visited), root, tuple(dict.fromkeys(walk.damaged)), walk.budget)


def _remembered(walk: _Walk, raw: Reference) -> tuple[SignatureField, ...]:
    found, visited = walk.memory.leaves[raw.number]
    walk.visited |= visited
    return found if _first_time(walk, raw) else ()


def _visited_first(walk: _Walk, raw: Reference, pending: list[tuple[PdfObject, _Above]]) -> tuple[SignatureField, ...]:
    """Visit a node at the top of the tree, and remember it when it has no child fields."""
    before, walk.visited = walk.visited, set()
    waiting, seen = len(pending), raw.number in walk.nodes
    found = tuple(_visit(walk, raw, _TOP, pending))
    if len(pending) == waiting and not seen:
        walk.memory.remember(raw.number, found, walk.visited)
    before |= walk.visited  # in this direction: the walk's whole set is not copied for each of 100,000 fields
    walk.visited = before
    return found


def _visit(walk: _Walk, raw: PdfObject, above: _Above, pending: list[tuple[PdfObject, _Above]]) -> Iterator[SignatureField]:
    """One node of the field tree: its child fields go to `pending`, a signature field comes back."""
    node, reference = walk.follow(raw)
    if not isinstance(node, dict) or not _first_time(walk, reference):
        return
    if above.depth > walk.pdf.limits.object_depth:
        raise LimitReached("object_depth", "field tree")
    partial = walk.partial_name(node)
    name = ".".join(part for part in (above.name, partial) if part)[:LONGEST_NAME]
    kind = walk.follow(node["FT"])[0] if "FT" in node else above.kind
    own = _Above(name, kind, node.get("V", above.value), above.depth + 1)
    widgets: list[tuple[Table, Reference | None]] = [(node, reference)] if "Rect" in node else []
    children = []
    kids = walk.array(node.get("Kids"))
    walk.budget += len(kids)
    for kid in kids:
        kid_node, kid_reference = walk.follow(kid)
        if isinstance(kid_node, dict) and ("T" in kid_node or "Kids" in kid_node):
            children.append((kid, own))
        elif isinstance(kid_node, dict):
            widgets.append((kid_node, kid_reference))
    pending.extend(reversed(children))
    if widgets or not children:
        yield from _signed(walk, own, (node, reference), widgets)


def _first_time(walk: _Walk, reference: Reference | None) -> bool:
    """Whether a node is new: a loop or a node hung up twice ends here. Raises LimitReached on too many nodes."""
    walk.budget += 1
    if walk.budget > walk.pdf.limits.field_nodes:
        raise LimitReached("field_nodes")
    if reference is None:
        return True
    fresh = reference.number not in walk.nodes
    walk.nodes.add(reference.number)
    return fresh


def _signed(
    walk: _Walk, own: _Above, node: tuple[Table, Reference | None], widgets: list[tuple[Table, Reference | None]]
) -> Iterator[SignatureField]:
    """The field, if its value is a signature dictionary: /FT /Sig, or without any /FT a value that looks like one."""
    raw = own.value
    if raw is None:
        raw = next((widget["V"] for widget, _ in widgets if "V" in widget), None)
    kinds = [own.kind, *(walk.follow(widget.get("FT"))[0] for widget, _ in widgets)]
    if raw is None or not ("Sig" in kinds or kinds.count(None) == len(kinds)):
        return
    value, reference = walk.follow(raw)
    if value is None and str(reference) in walk.damaged:
        value = {}  # a signature that cannot be read is a signature all the same
    if not isinstance(value, dict) or not ("Sig" in kinds or looks_signed(value)):
        return
    field_table, field_reference = node
    widget, widget_reference = widgets[0] if widgets else node
    yield SignatureField(
        own.name,
        field_reference.number if field_reference else None,
        field_table,
        reference.number if reference else None,
        reference.generation if reference else 0,
        value,
        widget,
        widget_reference.number if widget_reference else None,
        tuple(other for other, _ in widgets[1 : MOST_WIDGETS + 1]),
    )


def looks_signed(value: Table) -> bool:
    """Whether a dictionary is a signature dictionary (12.8.1, Table 255), whoever reaches it."""
    return value.get("Type") in ("Sig", "DocTimeStamp") or ("ByteRange" in value and "Contents" in value)


def widget_fields(pdf: PdfFile, revision: int, budget: int) -> tuple[list[SignatureField], int]:
    """Signature fields found as widgets on pages, whether or not the form lists them, and what is left of `budget` pages.

    Only documents with unexplained signature bytes need this walk. Raises LimitReached.
    """
    walk = _Walk(pdf, revision)
    found: list[SignatureField] = []
    for _, page in pages(pdf, revision):
        budget -= 1
        if budget < 0:
            raise LimitReached("page_tree_nodes", "widgets")
        node, _ = walk.follow(page)
        for raw in walk.array(table(node).get("Annots")):
            widget, reference = walk.follow(raw)
            if isinstance(widget, dict) and _first_time(walk, reference):
                own = _from_parents(walk, widget)
                found += _signed(walk, own, (widget, reference), [(widget, reference)])
    return found, budget


def _from_parents(walk: _Walk, widget: Table) -> _Above:
    """Name, type and value of a widget's field, gathered upwards through /Parent."""
    names: list[str] = []
    kind: PdfObject = None
    value: PdfObject = None
    node: PdfObject = dict(widget)
    for _ in range(MOST_HOPS):
        if not isinstance(node, dict):
            break
        names.append(walk.partial_name(node) or "")
        kind = kind if kind is not None else walk.follow(node.get("FT"))[0]
        value = value if value is not None else node.get("V")
        node, _ = walk.follow(node.get("Parent"))
    return _Above(".".join(name for name in reversed(names) if name)[:LONGEST_NAME], kind, value)
