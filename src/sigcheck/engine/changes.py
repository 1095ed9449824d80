"""What each later revision changed, from changed objects only and between adjacent revisions (ISO 32000-2, 12.8.2.2 and 12.8.6).

Every difference must be explained by a named rule of an allow-list (change_rules.py); what no rule explains is `other`. Whether a
change is *allowed* is not said here: that depends on certification, locks and policy, which judging knows.
"""

from __future__ import annotations

from collections import Counter

from sigcheck.engine.change_rules.comparison import Comparison, Difference, same, table
from sigcheck.engine.change_rules.references import Referrers, current, references_in
from sigcheck.engine.change_rules.rules import RULES
from sigcheck.engine.change_rules.unexplained import report_unexplained
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject
from sigcheck.engine.pdf.pdffile import PdfFile, XrefEntry
from sigcheck.evidence import Change, ChangesUnknown
from sigcheck.facts import DocumentFacts


def compare_revisions(pdf: PdfFile, facts: DocumentFacts) -> tuple[Change, ...] | ChangesUnknown:
    """Changes of every revision behind the first signed one. Empty when nothing later exists.

    A document whose cross-reference had to be rebuilt has no revisions to compare: ChangesUnknown.
    """
    signed = [s.byte_range.revision or s.revision for s in facts.signatures]
    if not signed or min(signed) >= len(pdf.revisions):
        return ()
    return changes_behind(pdf, min(signed))


def changes_behind(pdf: PdfFile, first: int) -> tuple[Change, ...] | ChangesUnknown:
    """Changes of every revision behind `first`."""
    if pdf.rebuilt:
        return ChangesUnknown("cross-reference-rebuilt")
    try:
        return _compare(pdf, first)
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
        pdf.deadline.check()
        step = Comparison(pdf, revision, differences(pdf, revision), referrers)
        for rule in (_listed_twice, _ambiguous, _containers, _generations, _references, *RULES):
            rule(step)
        report_unexplained(step)
        changes += step.found
        if len(changes) > pdf.limits.changes:
            raise LimitReached("changes")
    return tuple(changes)


def differences(pdf: PdfFile, revision: int) -> dict[int, Difference]:
    """The objects that `revision` adds, overwrites or frees with another value, or under another generation, than before."""
    found: dict[int, Difference] = {}
    for number, entry in sorted(pdf.section(revision).items()):
        old = pdf.entry(number, revision - 1)
        if number == 0 or old == entry:
            continue
        before, after = current(pdf, number, revision - 1), current(pdf, number, revision)
        renumbered = before is not None and after is not None and _generation(old) != _generation(entry)
        if renumbered or not same(before, after):
            found[number] = Difference(before, after, renumbered)
    return found


def _generation(entry: XrefEntry | None) -> int:
    return entry.generation if entry is not None and entry.kind == "offset" else 0


def _listed_twice(step: Comparison) -> None:
    """A cross-reference section that lists an object at two places (7.5.4), or an object stream that holds it twice (7.5.7): some
    readers take the first, some the last, and what they show is the signed object or the other one. An object that was there
    before and that a hybrid's table frees is gone for readers that pass over its stream (7.5.8.4)."""
    section = step.pdf.section(step.revision)
    twice = set(section.twice)
    for number in section.hidden:
        old = step.pdf.entry(number, step.revision - 1)
        if old is not None and old.kind != "free":
            twice.add(number)
    for number, difference in sorted(step.differences.items()):
        if table(difference.after).get("Type") == "ObjStm":
            held = Counter(step.pdf.numbers_within(number, step.revision))
            twice.update(inside for inside, times in held.items() if times > 1)
    for number in sorted(twice):
        step.explained.add(number)
        step.refuse(number, "listed-twice", f"object {number} is listed at two places, of which readers choose differently")


def _ambiguous(step: Comparison) -> None:
    """What an update writes in a way that readers do not understand alike (7.2, 7.3): a key twice, a number with a sign inside, a
    stream of another length than stated. Read here it may be the signed value, and in a viewer another."""
    if (flaw := step.pdf.section_ambiguity(step.revision)) is not None:
        step.refuse(0, "written-ambiguously", f"cross-reference section that readers understand differently ({flaw})")
    for number, entry in sorted(step.pdf.section(step.revision).items()):
        if number == 0 or step.pdf.entry(number, step.revision - 1) == entry:
            continue
        if (flaw := step.pdf.ambiguity(number, step.revision)) is not None:
            what = f"object {number} is written in a way that readers understand differently ({flaw})"
            step.refuse(number, "written-ambiguously", what)


def _containers(step: Comparison) -> None:
    """An object stream that lasts while its bytes change makes all objects inside it others, though no section lists them."""
    for number, difference in sorted(step.differences.items()):
        if table(difference.before).get("Type") != "ObjStm" or not _lasts(step.pdf, number, step.revision):
            continue
        step.explained.add(number)
        step.refuse(number, "object-stream-replaced", "object stream replaced, and with it the objects inside")


def _lasts(pdf: PdfFile, container: int, revision: int) -> bool:
    """Some object is looked up in the object stream both before and as of this revision."""
    for number in pdf.numbers_within(container, revision - 1):
        old, new = pdf.entry(number, revision - 1), pdf.entry(number, revision)
        if all(entry is not None and entry.kind == "compressed" and entry.offset == container for entry in (old, new)):
            return True
    return False


def _generations(step: Comparison) -> None:
    """Under another generation an object is not found any more by those that refer to it (7.3.10): they draw nothing."""
    for number, difference in sorted(step.differences.items()):
        if difference.renumbered and not step.is_free(number):
            step.explained.add(number)
            what = f"object {number} has another generation, so that references to it find nothing"
            step.refuse(number, "generation-changed", what)


def _references(step: Comparison) -> None:
    """A reference written anew that finds no object is null (7.3.10) and changes nothing here; but some viewers pass over
    generations, and some read the file anew when an object is missing, losing what lies in object streams. What they show then
    is not what was signed. Without object streams reading anew finds the same objects, and genuine programs do write such
    references into objects that they add."""
    trailers = (step.pdf.trailer(step.revision - 1), step.pdf.trailer(step.revision))
    pairs: list[tuple[int, PdfObject, PdfObject]] = [
        (number, d.before, d.after) for number, d in sorted(step.differences.items()) if table(d.after).get("Type") != "XRef"
    ]
    before_root, after_root = ([trailer.get(key) for key in ("Root", "Info")] for trailer in trailers)
    for number, before, after in [*pairs, (0, before_root, after_root)]:
        for reference in sorted(set(references_in(after)) - set(references_in(before))):
            entry = step.pdf.entry(reference.number, step.revision)
            if entry is None and reference.number and (before is not None or _has_object_streams(step.pdf)):
                step.refuse(
                    number, "dangling-reference", f"a reference to object {reference.number}, which does not exist, was written"
                )
            elif entry is not None and entry.kind != "free" and _generation(entry) != reference.generation:
                what = f"a reference to another generation of object {reference.number} was written"
                step.refuse(number, "generation-changed", what)


def _has_object_streams(pdf: PdfFile) -> bool:
    return any(entry.kind == "compressed" for revision in pdf.revisions for entry in pdf.section(revision.number).values())
