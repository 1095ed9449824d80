"""The rule for the document security store: material for later validation may be added (ISO 32000-2, 12.8.4.3)."""

from __future__ import annotations

from sigcheck.engine.change_rules.comparison import Comparison, same, table
from sigcheck.engine.change_rules.references import Holder
from sigcheck.engine.pdf.objects import LimitReached, PdfObject, Reference
from sigcheck.evidence import ChangeLevel

_TEXTS = frozenset({"Type", "TU", "TS"})
"""Entries of the store and of VRI dictionaries that hold no lists of material."""

_DEEPEST = 4
"""Store, VRI, one entry of it, its array, a stream of material: nothing of a store lies deeper."""


def security_store_rule(step: Comparison) -> None:
    """The store may gain certificates, CRLs, OCSP responses and VRI entries.

    Its own dictionaries and arrays may be written anew, if nothing but the store referred to them: an object that was a font or
    a page before does not become harmless because the store lists it now. Its streams are never overwritten.
    """
    one, other = step.pdf.catalog(step.revision - 1).get("DSS"), step.pdf.catalog(step.revision).get("DSS")
    before, after = step.before(one), step.after(other)
    if not isinstance(before, dict | None) or not isinstance(after, dict | None):
        step.refuse(0, "catalog-entry", "catalog: /DSS is no dictionary")
        return
    if after is None:
        if before is not None:
            step.refuse(0, "security-store-removed", "catalog: /DSS removed", visible=False)
        return
    touched = _store_parts(step, one, other)
    if same(one, other) and not touched:
        return
    for number in touched:
        step.explained.add(number)
        step.claim_new(step.differences[number].after)
    step.claim_new([other])
    place = other if isinstance(other, Reference) else 0
    step.note(place, "dss-update", ChangeLevel.LTA_UPDATE, "document security store updated")


def _store_parts(step: Comparison, *stores: PdfObject) -> list[int]:
    """The changed dictionaries and arrays of the store that only the store refers to."""
    parts: dict[int, PdfObject] = {}
    for back, store in zip((1, 0), stores, strict=True):
        parts |= _listed(step, store, step.revision - back)
    owners: set[Holder] = {(step.root(1), "DSS")}
    owned: set[int] = set()
    for _ in range(_DEEPEST + 1):
        for number in parts.keys() - owned:
            if step.only_held_by(number, owners):
                owned.add(number)
        owners |= {(number, key) for number in owned for key in ("", *table(parts[number]))}
    return sorted(owned & step.differences.keys())


def _listed(step: Comparison, store: PdfObject, revision: int) -> dict[int, PdfObject]:
    """Dictionaries and arrays that the store reaches as of a revision, with their values."""
    found: dict[int, PdfObject] = {}
    pending = [(store, 0)]
    while pending:
        value, depth = pending.pop()
        resolved = step.pdf.resolve(value, revision)
        if not isinstance(resolved, dict | list) or depth > _DEEPEST:
            continue
        if isinstance(value, Reference):
            if value.number in found:
                continue
            found[value.number] = resolved
            if len(found) > step.pdf.limits.objects:
                raise LimitReached("objects", "document security store")
        inner = [item for key, item in resolved.items() if key not in _TEXTS] if isinstance(resolved, dict) else resolved
        pending += [(item, depth + 1) for item in inner]
    return found
