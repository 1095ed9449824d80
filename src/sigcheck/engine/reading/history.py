"""What became of each signature from revision to revision: where it appears, where a later revision removes or rewrites it."""

from __future__ import annotations

from msgspec import Struct, field

from sigcheck.engine.change_rules.comparison import same
from sigcheck.engine.pdf.objects import LimitReached, String
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.engine.reading.fields import FieldMemory, FieldWalk, SignatureField, signature_fields

WALK_FACTOR = 20
"""Field nodes visited in all revisions together, as a multiple of those of one: 100 signatures make 5,000 visits."""


class Appearance(Struct, eq=False):
    """One signature dictionary from the revision on in which a field first reaches it."""

    field: SignatureField
    revision: int
    removed_in: int | None = None
    rewritten_in: int | None = None

    @property
    def contents(self) -> bytes:
        value = self.field.value.get("Contents")
        return value if isinstance(value, String) else b""

    @property
    def placeholder(self) -> bool:
        """Prepared but never signed: /Contents holds zeros only."""
        contents = self.field.value.get("Contents")
        return isinstance(contents, String) and contents[:1] in (b"", b"\0") and not contents.strip(b"\0")


class History(Struct, frozen=True):
    appearances: tuple[Appearance, ...]
    damaged: tuple[str, ...]


_Key = tuple[str, int | None, int]
"""A field by its name, its object, and its place among fields that share both."""


class _Ledger(Struct):
    """Signatures that the revisions so far reach, and those they no longer do."""

    every: list[Appearance] = field(default_factory=list)
    open: dict[_Key, Appearance] = field(default_factory=dict)
    removed: list[Appearance] = field(default_factory=list)
    entries: dict[int, object] = field(default_factory=dict)
    """The cross-reference entry under which each signature dictionary was last seen."""

    def take(self, pdf: PdfFile, walk: FieldWalk, revision: int) -> None:
        """Hold what `revision` reaches against what was reached before."""
        present: dict[_Key, SignatureField] = {}
        for found in walk.fields:
            place = 0
            while (found.name, found.number, place) in present:
                place += 1
            present[(found.name, found.number, place)] = found
        before, self.open = self.open, {}
        fresh: dict[_Key, SignatureField] = {}
        for key, found in present.items():
            old = before.pop(key, None)
            if old is None:
                fresh[key] = found
            elif old.field is found or self._unchanged(pdf, old.field, found, revision):
                self.open[key] = old
            else:
                self._rewrite(key, old, found, revision)
        for key, found in fresh.items():
            moved = next((k for k, old in before.items() if same_value(old.field, found)), None)
            if moved is not None:
                self.open[key] = before.pop(moved)
            elif not any(same_value(old.field, found) for old in self.removed):
                self._appear(key, found, revision)
        for old in before.values():
            self._remove(old, revision)
        self.entries |= {f.holder: pdf.entry(f.holder, revision) for f in walk.fields if f.holder is not None}

    def _unchanged(self, pdf: PdfFile, old: SignatureField, found: SignatureField, revision: int) -> bool:
        """The same object at the same place, or the same values written again."""
        if found.holder is not None and old.holder == found.holder:
            entry = pdf.entry(found.holder, revision)
            if entry is not None and entry.kind == "offset" and entry == self.entries.get(found.holder):
                return True
        return same_value(old, found)

    def _appear(self, key: _Key, found: SignatureField, revision: int) -> None:
        self.open[key] = Appearance(found, revision)
        self.every.append(self.open[key])

    def _rewrite(self, key: _Key, old: Appearance, found: SignatureField, revision: int) -> None:
        """Other values than before. Other signature bytes are one more signature; a prepared field is simply signed now."""
        if old.placeholder:
            self.every.remove(old)
            self._appear(key, found, revision)
            return
        old.rewritten_in = old.rewritten_in or revision
        if _signature_bytes(old.field) != _signature_bytes(found):
            self._appear(key, found, revision)
        else:
            self.open[key] = old

    def _remove(self, old: Appearance, revision: int) -> None:
        if old.placeholder:
            self.every.remove(old)
        else:
            old.removed_in = old.removed_in or revision
            self.removed.append(old)


def same_value(one: SignatureField, other: SignatureField) -> bool:
    """Whether two fields hold equal signature dictionaries."""
    return same(dict(one.value), dict(other.value))


def _signature_bytes(found: SignatureField) -> tuple[object, ...]:
    numbers = found.value.get("ByteRange")
    return found.value.get("Contents"), tuple(map(repr, numbers)) if isinstance(numbers, list) else repr(numbers)


def signature_history(pdf: PdfFile) -> History:
    """Every signature that a field of any revision reaches, in revision order. Raises PdfDamaged or LimitReached."""
    ledger = _Ledger()
    damaged: dict[str, None] = {}
    walk: FieldWalk | None = None
    memory = FieldMemory()
    left = pdf.limits.field_nodes * WALK_FACTOR
    for revision in (known.number for known in pdf.revisions):
        memory.forget(pdf.section(revision))
        if walk is not None and walk.holds_in(pdf, revision):
            continue
        walk = signature_fields(pdf, revision, memory)
        left -= walk.nodes
        if left < 0:
            raise LimitReached("field_nodes", "in all revisions")
        ledger.take(pdf, walk, revision)
        if len(ledger.every) > pdf.limits.signatures:
            raise LimitReached("signatures")
        damaged |= dict.fromkeys(walk.damaged)
    return History(tuple(ledger.every), tuple(damaged))
