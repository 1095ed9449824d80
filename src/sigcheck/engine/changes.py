"""What each later revision changed, from changed objects only and between adjacent revisions (ISO 32000-2, 12.8.2.2 and 12.8.6).

Every difference must be explained by a named rule of an allow-list (change_rules.py); what no rule explains is `other`. Whether a
change is *allowed* is not said here: that depends on certification, locks and policy, which judging knows.
"""

from __future__ import annotations

from sigcheck.engine.change_rules import RULES
from sigcheck.engine.comparison import Comparison, Difference, is_container, same, table
from sigcheck.engine.objects import LimitReached, PdfDamaged, PdfObject, Reference
from sigcheck.engine.pdffile import PdfFile, XrefEntry
from sigcheck.engine.references import Referrers
from sigcheck.engine.unexplained import report_unexplained
from sigcheck.evidence import Change, ChangesUnknown
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
    referrers = Referrers(pdf, first)
    for revision in range(first + 1, len(pdf.revisions) + 1):
        step = Comparison(pdf, revision, differences(pdf, revision), referrers)
        for rule in RULES:
            rule(step)
        report_unexplained(step)
        changes += step.found
        if len(changes) > pdf.limits.changes:
            raise LimitReached("changes")
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
