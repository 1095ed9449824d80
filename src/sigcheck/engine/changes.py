"""What each later revision changed, from changed objects only and between adjacent revisions (ISO 32000-2, 12.8.2.2 and 12.8.6).

Every difference must be explained by a named rule of an allow-list (change_rules.py); what no rule explains is `other`. Whether a
change is *allowed* is not said here: that depends on certification, locks and policy, which judging knows.
"""

from __future__ import annotations

from sigcheck.engine.change_rules import RULES
from sigcheck.engine.comparison import Comparison, Difference, is_container, same, table
from sigcheck.engine.objects import LimitReached, PdfDamaged, PdfObject, Reference
from sigcheck.engine.pages import page_number
from sigcheck.engine.pdffile import PdfFile, XrefEntry
from sigcheck.engine.references import is_undefined, references_in, undefined_references
from sigcheck.evidence import Change, ChangeLevel, ChangesUnknown
from sigcheck.facts import DocumentFacts


def compare_revisions(pdf: PdfFile, facts: DocumentFacts) -> tuple[Change, ...] | ChangesUnknown:
    """Changes of every revision behind the first signed one. Empty when nothing later exists.

    A document whose cross-reference had to be rebuilt has no revisions to compare: ChangesUnknown.
    """
    signed = [s.byte_range.revision or s.revision for s in facts.signatures]
    if not signed or min(signed) >= len(pdf.revisions):
        return ()
    if pdf.rebuilt:
        return ChangesUnknown("cross-reference-rebuilt")
    try:
        return _compare(pdf, min(signed))
    except LimitReached as reached:
        return ChangesUnknown("limit-reached", reached.limit)
    except PdfDamaged as damage:
        return ChangesUnknown("damaged", str(damage))
    except RecursionError:
        return ChangesUnknown("limit-reached", "object_depth")


def _compare(pdf: PdfFile, first: int) -> tuple[Change, ...]:
    changes: list[Change] = []
    undefined = undefined_references(pdf, first)
    for revision in range(first + 1, len(pdf.revisions) + 1):
        step = Comparison(pdf, revision, differences(pdf, revision), undefined)
        for rule in RULES:
            rule(step)
        _unexplained(step)
        changes += step.found
        if len(changes) > pdf.limits.changes:
            raise LimitReached("changes")
        undefined = _still_undefined(pdf, step)
    return tuple(changes)


def differences(pdf: PdfFile, revision: int) -> dict[int, Difference]:
    """The objects that `revision` adds, overwrites or frees with another value than before; containers left out."""
    found: dict[int, Difference] = {}
    for number, entry in sorted(pdf.section(revision).items()):
        old = pdf.entry(number, revision - 1)
        if number == 0 or old == entry:
            continue
        before, after = _value(pdf, number, old, revision - 1), _value(pdf, number, entry, revision)
        if (before is None or is_container(before)) and (after is None or is_container(after)) and not _replaced(before, after):
            continue
        if _generation(old) == _generation(entry) and same(before, after):
            continue
        found[number] = Difference(before, after)
    return found


def _replaced(before: PdfObject, after: PdfObject) -> bool:
    """An object stream in use was overwritten: every object inside it may be another one now."""
    return is_container(before) and table(before).get("Type") == "ObjStm" and not (after is not None and same(before, after))


def _value(pdf: PdfFile, number: int, entry: XrefEntry | None, revision: int) -> PdfObject:
    if entry is None or entry.kind == "free":
        return None
    return pdf.get(Reference(number, entry.generation if entry.kind == "offset" else 0), revision)


def _generation(entry: XrefEntry | None) -> int:
    return entry.generation if entry is not None and entry.kind == "offset" else 0


def _still_undefined(pdf: PdfFile, step: Comparison) -> set[int]:
    """Undefined references after this step: the old ones it left so, and those of the objects it wrote."""
    new = {reference.number for d in step.differences.values() for reference in references_in(d.after)}
    return {number for number in step.undefined | new if is_undefined(pdf, number, step.revision)}


def _unexplained(step: Comparison) -> None:
    """What no rule explained: `other`, unless nothing refers to the object, before or after."""
    for number, difference in sorted(step.differences.items()):
        if number in step.explained:
            continue
        reached_before = difference.before is not None and number in step.holders_before()
        reached_after = number in step.holders_after()
        late = number in step.undefined
        if not (reached_before or reached_after or late or is_container(difference.before)):
            continue
        step.found.append(_as_other(step, number, difference))


def _as_other(step: Comparison, number: int, difference: Difference) -> Change:
    rule, what = _name_for(difference)
    page = page_number(step.pdf, number, step.revision) or _page_of_holder(step, number)
    verb = "added" if difference.before is None else "removed" if difference.after is None else "replaced"
    return Change(step.revision, f"{number} 0", page, rule, ChangeLevel.OTHER, f"{what} {verb}", None, visible=True)


_NAMES = {
    "Font": ("font", "font"),
    "FontDescriptor": ("font", "font descriptor"),
    "XObject": ("page-content", "image or form"),
    "Page": ("page-content", "page"),
    "Pages": ("page-tree", "page tree"),
    "Outlines": ("outlines", "outline"),
    "Catalog": ("catalog-entry", "catalog"),
    "OCG": ("optional-content", "optional content group"),
    "ObjStm": ("object-stream-replaced", "object stream"),
    "Action": ("action", "action"),
    "Filespec": ("embedded-file", "file specification"),
    "EmbeddedFile": ("embedded-file", "embedded file"),
}


def _name_for(difference: Difference) -> tuple[str, str]:
    for value in (difference.before, difference.after):
        kind = table(value).get("Type")
        if isinstance(kind, str) and kind in _NAMES:
            return _NAMES[kind]
    return "unexplained-object", "object"


def _page_of_holder(step: Comparison, number: int) -> int | None:
    """The page of an object that a page holds directly (its content stream, its resources)."""
    for holders in (step.holders_before(), step.holders_after()):
        for holder, _ in sorted(holders.get(number, set())):
            page = page_number(step.pdf, holder, step.revision) if holder else None
            if page is not None:
                return page
    return None
