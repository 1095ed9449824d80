"""What no rule explained: harmless when nothing refers to it, `other` under the name of the place where it hangs."""

from __future__ import annotations

from sigcheck.engine.change_rules.catalog_rules import REFUSED_ENTRIES
from sigcheck.engine.change_rules.comparison import Comparison, Difference, table
from sigcheck.engine.change_rules.references import TRAILER, Holder, references_in
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.evidence import Change, ChangeLevel

_MOST_HOLDERS = 1_000
"""Holders looked at to find the place of an object; only its name in the report depends on it."""
_FEW_HOLDERS = 10
"""The same for an object behind the first hundred of one revision."""


def freed_rule(step: Comparison) -> None:
    """Objects freed with what referred to them: every holder was itself changed and explained, and nothing refers to them now."""
    freed = [number for number, d in step.differences.items() if d.after is None and number not in step.explained]
    if not freed:
        return
    named = {reference.number for d in step.differences.values() for reference in references_in(d.after)}
    named |= {reference.number for value in step.pdf.trailer(step.revision).values() for reference in references_in(value)}
    left = set(freed) - named
    pending = sorted(left)
    while pending:
        number = pending.pop()
        if number in step.explained:
            continue
        if all(holder in step.explained or holder == TRAILER for holder, _ in step.holders(number)):
            step.explained.add(number)
            inner = {reference.number for reference in references_in(step.differences[number].before)}
            pending += sorted(inner & left)


def report_unexplained(step: Comparison) -> None:
    """Note as `other` every difference that is left, unless nothing in the document refers to it, before or after.

    Moves the referrers on to this revision. Raises LimitReached beyond `changes`.
    """
    left = {number: step.holders(number) for number in sorted(step.differences) if number not in step.explained}
    for number, before in left.items():
        if before:
            step.claim_new(step.differences[number].after)
    step.referrers.advance(step.revision, {n: (d.before, d.after) for n, d in step.differences.items()})
    for number, before in left.items():
        difference = step.differences[number]
        now = step.holders(number)
        if before or (now and number not in step.explained):
            step.found.append(_as_other(step, number, difference, before | now))
        if len(step.found) > step.pdf.limits.changes:
            raise LimitReached("changes")


def _as_other(step: Comparison, number: int, difference: Difference, holders: frozenset[Holder]) -> Change:
    path = _places(step, number, holders)
    page = next((page for holder, _ in path if (page := _page(step, holder)) is not None), None)
    rule, what = _name_for(difference, path)
    verb = "added" if difference.before is None else "removed" if difference.after is None else "replaced"
    where = f"page {page}: " if page is not None else ""
    return Change(step.revision, f"{number} 0", page, rule, ChangeLevel.OTHER, f"{where}{what} {verb}", None, visible=True)


def _places(step: Comparison, number: int, holders: frozenset[Holder]) -> list[Holder]:
    """The object itself and its holders, theirs, and so on, nearest first, up to pages and the catalog."""
    found: list[Holder] = [(number, "")]
    pending, seen = sorted(holders), {number}
    most = _MOST_HOLDERS if len(step.found) <= 100 else _FEW_HOLDERS
    root = step.root(0)
    for holder, key in pending:
        found.append((holder, key))
        if holder in seen or holder in (TRAILER, root) or len(found) > most or _page(step, holder) is not None:
            continue
        seen.add(holder)
        pending += sorted(step.holders(holder))
    return found


def _page(step: Comparison, number: int) -> int | None:
    return step.page_number(number) if number else None


_KINDS = {
    "Font": ("font", "font"),
    "FontDescriptor": ("font", "font descriptor"),
    "XObject": ("page-content", "image or form"),
    "Page": ("page-content", "page"),
    "Pages": ("page-tree", "page tree"),
    "Outlines": ("outlines", "outline"),
    "Catalog": ("catalog-entry", "catalog"),
    "OCG": ("optional-content", "optional content group"),
    "OCMD": ("optional-content", "optional content membership"),
    "ObjStm": ("object-stream-replaced", "object stream"),
    "Action": ("action", "action"),
    "Filespec": ("embedded-file", "file specification"),
    "EmbeddedFile": ("embedded-file", "embedded file"),
    "Sig": ("signature-rewritten", "signature dictionary"),
    "DocTimeStamp": ("signature-rewritten", "document time-stamp"),
    "StructElem": ("structure-changed", "structure element"),
    "StructTreeRoot": ("structure-changed", "structure tree"),
}
"""The names of what an object calls itself."""

_KEYS = {
    "AP": ("appearance-swapped", "appearance"),
    "Contents": ("page-content", "content stream"),
    **dict.fromkeys(
        ("FontFile", "FontFile2", "FontFile3", "ToUnicode", "DescendantFonts", "CharProcs", "FontDescriptor"), ("font", "font")
    ),
    **dict.fromkeys(
        ("Resources", "XObject", "ColorSpace", "ExtGState", "SMask", "Pattern", "Shading"), ("page-content", "resource")
    ),
    "Font": ("font", "font"),
    "Kids": ("page-tree", "page tree"),
    "Names": ("names", "name tree"),
    "OC": ("optional-content", "optional content"),
    "Fields": ("form-entry", "form"),
    "AcroForm": ("form-entry", "form"),
    "DSS": ("security-store-overwritten", "security store's object"),
    "Encrypt": ("trailer-entry", "encryption dictionary"),
    "StructTreeRoot": ("structure-changed", "structure tree"),
    "ParentTree": ("structure-changed", "structure tree"),
    "EmbeddedFiles": ("embedded-file", "embedded file"),
    "JavaScript": ("action", "script"),
    "JS": ("action", "script"),
    "A": ("action", "action"),
    **{key: (rule, f"catalog: /{key}") for key, rule in REFUSED_ENTRIES.items()},
}
"""The names of the places where an object hangs, by the key of its holder."""


def _name_for(difference: Difference, path: list[Holder]) -> tuple[str, str]:
    holders = [key for _, key in path[1:]]
    if holders and holders[0] == "AP" and set(holders) <= {"AP", "Annots", "Fields", "Kids", "AcroForm", "Parent", "P"}:
        return _KEYS["AP"]
    for value in (difference.before, difference.after):
        kind = table(value).get("Type")
        if isinstance(kind, str) and kind in _KINDS:
            return _KINDS[kind]
        if table(value).get("Subtype") == "Widget" or "FT" in table(value):
            return "field-changed", "form field"
    for _, key in path:
        if key in _KEYS:
            return _KEYS[key]
    return "unexplained-object", "object"
