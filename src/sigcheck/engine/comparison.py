"""One revision against the one before it: which objects differ, and a place where rules say what explains them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sigcheck.engine.objects import PdfObject, Reference, Stream
from sigcheck.engine.pdffile import PdfFile
from sigcheck.engine.references import Holder, all_holders, references_in
from sigcheck.evidence import Change, ChangeLevel


def same(one: PdfObject, other: PdfObject) -> bool:
    """Equal as PDF objects: kinds count (1, 1.0 and true differ), references are not followed, streams by their stored bytes."""
    if isinstance(one, Stream) or isinstance(other, Stream):
        if not (isinstance(one, Stream) and isinstance(other, Stream)):
            return False
        return one is other or (same(one.dictionary, other.dictionary) and one.raw() == other.raw())
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return type(one) is type(other) and one == other


def table(value: PdfObject) -> dict[str, PdfObject]:
    """A dictionary, a stream's dictionary, or an empty one."""
    if isinstance(value, Stream):
        return value.dictionary
    return value if isinstance(value, dict) else {}


def is_container(value: PdfObject) -> bool:
    """A cross-reference or object stream: bookkeeping of the file, not of the document."""
    return isinstance(value, Stream) and value.dictionary.get("Type") in ("XRef", "ObjStm")


@dataclass(frozen=True, slots=True)
class Difference:
    """An object before and after; None: it did not exist."""

    before: PdfObject
    after: PdfObject


@dataclass(slots=True)
class Comparison:
    """The working place of the rules for one revision. Not shared, not kept."""

    pdf: PdfFile
    revision: int
    differences: dict[int, Difference]
    undefined: set[int]
    """Numbers that rendered objects of the revision before refer to without any object there."""
    explained: set[int] = field(default_factory=set)
    found: list[Change] = field(default_factory=list)
    _holders_before: dict[int, set[Holder]] | None = None
    _holders_after: dict[int, set[Holder]] | None = None

    def before(self, value: PdfObject) -> PdfObject:
        """`value` resolved as of the revision before."""
        return self.pdf.resolve(value, self.revision - 1)

    def after(self, value: PdfObject) -> PdfObject:
        """`value` resolved as of this revision."""
        return self.pdf.resolve(value, self.revision)

    def holders_before(self) -> dict[int, set[Holder]]:
        if self._holders_before is None:
            self._holders_before = all_holders(self.pdf, self.revision - 1)
        return self._holders_before

    def holders_after(self) -> dict[int, set[Holder]]:
        if self._holders_after is None:
            self._holders_after = all_holders(self.pdf, self.revision)
        return self._holders_after

    def differs(self, value: PdfObject) -> bool:
        """`value` is a reference to an object that this revision changes."""
        return isinstance(value, Reference) and value.number in self.differences

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

    def claim_new(self, value: PdfObject) -> None:
        """Explain every object that hangs below `value` and did not exist before.

        Existing objects are never explained here: an overwritten one stays suspicious until a rule of its own speaks for it. Nor
        is a number that older rendered objects already referred to: defining it changes what they show.
        """
        pending = list(references_in(value))
        seen: set[int] = set()
        while pending:
            number = pending.pop().number
            difference = self.differences.get(number)
            if difference is None or number in seen:
                continue
            seen.add(number)
            if difference.before is None and number not in self.undefined:
                self.explained.add(number)
                pending.extend(references_in(difference.after))

    def claim_overwritten(self, value: PdfObject, holders: Iterable[int]) -> bool:
        """Explain an existing object overwritten in place, if before nothing but the objects `holders` referred to it."""
        if not isinstance(value, Reference) or value.number not in self.differences:
            return False
        difference = self.differences[value.number]
        if difference.before is not None:
            allowed = set(holders)
            if any(number not in allowed for number, _ in self.holders_before().get(value.number, set())):
                return False
        elif value.number in self.undefined:
            return False
        self.explained.add(value.number)
        self.claim_new(difference.after)
        return True
