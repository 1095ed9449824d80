"""One revision against the one before it: which objects differ, and a place where rules say what explains them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct, field

from sigcheck.engine.change_rules.page_text import Shown
from sigcheck.engine.change_rules.references import TRAILER, Holder, Referrers, references_in
from sigcheck.engine.pdf.objects import PdfObject, Reference, Stream
from sigcheck.engine.pdf.pages import page_number, pages
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.evidence import Change, ChangeLevel

MOST_COMPARED = 20_000
"""Values looked at in one comparison by content; the resource dictionary of a page has some hundreds."""

FEW_PAGES = 64
"""Pages looked up one by one; each costs a walk up the page tree, so that more than some cost more than reading it all."""


def same(one: PdfObject, other: PdfObject) -> bool:
    """Equal as PDF objects: 612 and 612.0 are one number (7.3.3), true and 1 are not; references are not followed, streams
    are compared by their stored bytes."""
    pending = [(one, other)]
    while pending:
        left, right = pending.pop()
        if left is right:
            continue
        parts = _parts(left, right)
        if parts is None:
            return False
        pending += parts
    return True


def _parts(left: PdfObject, right: PdfObject) -> list[tuple[PdfObject, PdfObject]] | None:
    """What still has to be equal for the two to be equal; None when they differ already."""
    if isinstance(left, Stream) and isinstance(right, Stream):
        return [(left.dictionary, right.dictionary)] if left.raw() == right.raw() else None
    if isinstance(left, dict) and isinstance(right, dict):
        return [(value, right[key]) for key, value in left.items()] if left.keys() == right.keys() else None
    if isinstance(left, list) and isinstance(right, list):
        return list(zip(left, right, strict=True)) if len(left) == len(right) else None
    if _is_number(left) and _is_number(right):
        return [] if left == right else None
    return [] if type(left) is type(right) and left == right else None


def _is_number(value: PdfObject) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def missing(values: Sequence[PdfObject], others: Sequence[PdfObject]) -> list[PdfObject]:
    """Those of `values` that equal none of `others`; lists in the same order cost least, and beyond MOST_COMPARED all are."""
    found: list[PdfObject] = []
    left = MOST_COMPARED
    for position, value in enumerate(values):
        if position < len(others) and same(value, others[position]):
            continue
        left -= len(others)
        if left < 0 or not any(same(value, other) for other in others):
            found.append(value)
    return found


def table(value: PdfObject) -> dict[str, PdfObject]:
    """A dictionary, a stream's dictionary, or an empty one."""
    if isinstance(value, Stream):
        return value.dictionary
    return value if isinstance(value, dict) else {}


def array(value: PdfObject) -> list[PdfObject]:
    """An array, or an empty one."""
    return value if isinstance(value, list) else []


class Difference(Struct, frozen=True):
    """An object before and after; None: it did not exist."""

    before: PdfObject
    after: PdfObject
    renumbered: bool = False
    """It exists before and after, under another generation."""


class Comparison(Struct):
    """The working place of the rules for one revision. Not shared, not kept."""

    pdf: PdfFile
    revision: int
    differences: dict[int, Difference]
    referrers: Referrers
    """As of the revision before."""
    explained: set[int] = field(default_factory=set)
    signed: set[int] = field(default_factory=set)
    """Fields that this revision signs, and their widgets."""
    offered: set[int] = field(default_factory=set)
    """Empty signature fields that this revision adds."""
    removed: set[int] = field(default_factory=set)
    """Annotations that this revision takes off their page."""
    painted: dict[int, float] = field(default_factory=dict)
    """Area in square points that this revision's annotations may cover, by page."""
    shown: dict[int, Shown | None] = field(default_factory=dict)
    """What pages showed before, as far as it was asked for; None: it could not be followed."""
    found: list[Change] = field(default_factory=list)
    _asked: int = 0
    _pages: dict[int, int] | None = None

    def before(self, value: PdfObject) -> PdfObject:
        """`value` resolved as of the revision before."""
        return self.pdf.resolve(value, self.revision - 1)

    def after(self, value: PdfObject) -> PdfObject:
        """`value` resolved as of this revision."""
        return self.pdf.resolve(value, self.revision)

    def root(self, back: int = 1) -> int:
        """The catalog's object number, as of the revision before (`back` 1) or of this one (0); TRAILER when there is none."""
        root = self.pdf.trailer(self.revision - back).get("Root")
        return root.number if isinstance(root, Reference) else TRAILER

    def page_number(self, number: int) -> int | None:
        """The page (from 1) whose object has this number, as of this revision. Asked often, the whole tree is read once."""
        self._asked += 1
        if self._asked <= FEW_PAGES:
            return page_number(self.pdf, number, self.revision)
        if self._pages is None:
            self._pages = {page.number: position for position, page in pages(self.pdf, self.revision)}
        return self._pages.get(number)

    def holders(self, number: int) -> frozenset[Holder]:
        """What referred to the object before this revision."""
        return self.referrers.holders(number)

    def only_held_by(self, number: int, allowed: Collection[Holder]) -> bool:
        """Before this revision nothing else referred to the object."""
        return all(holder in allowed for holder in self.holders(number))

    def held_only_as(self, number: int, keys: Collection[str]) -> bool:
        """Before this revision everything that referred to the object did so under these keys, or in an array under them."""
        for holder, key in self.holders(number):
            if key in keys:
                continue
            if key or not all(outer in keys for _, outer in self.holders(holder)):
                return False
        return True

    def is_free(self, number: int) -> bool:
        """Nothing referred to this number before: an object put there is new, whatever lay there unused."""
        return not self.holders(number)

    def differs(self, value: PdfObject) -> bool:
        """`value` is a reference to an object that this revision changes."""
        return isinstance(value, Reference) and value.number in self.differences

    def equal(self, old: PdfObject, new: PdfObject) -> bool:
        """Equal by content: references are followed on both sides where the numbers differ. False beyond MOST_COMPARED."""
        pending, seen = [(old, new)], set[tuple[Reference | None, Reference | None]]()
        for _ in range(MOST_COMPARED):
            if not pending:
                return True
            left, right = pending.pop()
            if isinstance(left, Reference) or isinstance(right, Reference):
                if left == right:
                    if self.differs(right):
                        return False
                    continue
                pair = (left if isinstance(left, Reference) else None, right if isinstance(right, Reference) else None)
                if None not in pair and pair in seen:
                    continue
                seen.add(pair)
                left, right = self.before(left), self.after(right)
            parts = _parts(left, right)
            if parts is None:
                return False
            pending += parts
        return False

    def note(
        self,
        where: PdfObject | int,
        rule: str,
        level: ChangeLevel,
        what: str,
        *,
        page: int | None = None,
        name: str | None = None,
        visible: bool = False,
    ) -> None:
        """Record a change; `where` is the reference or number of the object that it is about."""
        label = str(where) if isinstance(where, Reference) else f"{where} 0" if isinstance(where, int) and where else "trailer"
        self.found.append(Change(self.revision, label, page, rule, level, what, name, visible))

    def refuse(
        self,
        where: PdfObject | int,
        rule: str,
        what: str,
        *,
        page: int | None = None,
        name: str | None = None,
        visible: bool = True,
        below: PdfObject = None,
    ) -> None:
        """Record a change that is `other`. New objects at `where` and `below` come with it and are not reported again."""
        self.claim_new([where if isinstance(where, Reference) else None, below])
        self.note(where, rule, ChangeLevel.OTHER, what, page=page, name=name, visible=visible)

    def claim_new(self, value: PdfObject) -> None:
        """Explain every object that hangs below `value` and is new.

        An existing object is never explained here: an overwritten one stays suspicious until a rule of its own speaks for it. Nor
        is a number that older objects already referred to: defining it changes what they show.
        """
        pending = references_in(value)
        seen: set[int] = set()
        while pending:
            number = pending.pop().number
            difference = self.differences.get(number)
            if difference is None or number in seen:
                continue
            seen.add(number)
            if self.is_free(number):
                self.explained.add(number)
                pending.extend(references_in(difference.after))

    def claim_overwritten(self, value: PdfObject, holders: Collection[Holder]) -> bool:
        """Explain an object written in place, or for the first time, if nothing but `holders` referred to it before."""
        if not isinstance(value, Reference) or value.number not in self.differences:
            return False
        if not self.only_held_by(value.number, holders):
            return False
        self.explained.add(value.number)
        self.claim_new(self.differences[value.number].after)
        return True
