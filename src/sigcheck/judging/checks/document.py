"""The document as a whole: signatures that are gone, bytes that none covers, what was shown after the last one."""

from __future__ import annotations

from sigcheck.evidence import RemainsEvidence
from sigcheck.facts import CmsFacts, TailKind
from sigcheck.judging.case import DocumentCase
from sigcheck.judging.checks.changes import MOST_NAMED, named
from sigcheck.judging.codes import finding
from sigcheck.judging.modifications import shows_something
from sigcheck.judging.times import stamped_after_receipt
from sigcheck.judging.wording import certificate_name, iso
from sigcheck.verdict import About, Decides, FactValue, Finding, Severity, SubIndication

REBUILT = frozenset({"cross-reference-rebuilt", "rebuilt-cross-reference"})
DAMAGED_FIELD = "field-object-damaged:"
MOST_LISTED = 20
"""Offsets, names and the like that a finding lists."""


def bears_a_signature(case: DocumentCase) -> tuple[Finding, ...]:
    """Document time-stamps alone are nobody's signature (docs/rules.md, 6)."""
    if case.signatures:
        return ()
    if case.judged:
        return (finding("document-timestamp-only", count=len(case.judged)),)
    remains = len(case.evidence.remains)
    return (finding("no-signature", remains=remains) if remains else finding("no-signature"),)


def no_bytes_behind_the_end(case: DocumentCase) -> tuple[Finding, ...]:
    """Objects behind the last %%EOF are shown by viewers that rebuild; other junk is only covered by nothing (item 8)."""
    tail = case.evidence.facts.tail
    if tail.kind is TailKind.NOTHING or not case.judged:
        return ()
    facts: dict[str, FactValue] = {"where": "tail", "start": tail.start, "length": tail.length, "preview": tail.preview}
    if tail.kind is TailKind.OBJECTS:
        return (finding("uncovered-bytes", facts, decides=Decides.INVALID, sub_indication=SubIndication.FORMAT_FAILURE),)
    if tail.start + tail.length <= case.last_covered_end:
        return ()
    return (finding("uncovered-bytes", facts),)


def signatures_are_reachable(case: DocumentCase) -> tuple[Finding, ...]:
    """Saved again: the bytes of a signature are there and can prove nothing (item 7); never "forged". What a sound signature
    covers, its signer saw; behind it, as without any, the document fails."""
    remains = case.evidence.remains
    if not remains:
        return ()
    facts: dict[str, FactValue] = {"count": len(remains), "signers": [_signer(one) for one in remains[:MOST_LISTED]]}
    end, revision = case.last_covered_end, case.last_covered_revision
    if all(_covered(one, end, revision) for one in remains):
        return (finding("signature-remains-unreachable", facts, severity=Severity.WARNING, decides=None, covered=True),)
    return (finding("signature-remains-unreachable", facts, covered=False),)


def _signer(remains: RemainsEvidence) -> str:
    cms = remains.facts.cms
    known = certificate_name(cms.signer_certificate) if isinstance(cms, CmsFacts) else None
    return known or remains.facts.block.signer_name or remains.facts.block.name or "?"


def _covered(remains: RemainsEvidence, end: int, revision: int) -> bool:
    """The bytes lie before the end of the last sound signature's range."""
    if remains.facts.offset is not None:
        return remains.facts.offset < end
    return remains.facts.covered_by_revision is not None and remains.facts.covered_by_revision <= revision


def receipt_is_not_older_than_its_time_stamps(case: DocumentCase) -> tuple[Finding, ...]:
    """The same bytes cannot have been received before a time-stamp that they hold."""
    received = case.question.received
    stamped = stamped_after_receipt([one.case.evidence for one in case.judged], case.question)
    if received is None or stamped is None:
        return ()
    seconds = int((stamped - received).total_seconds())
    return (finding("received-before-timestamp", received=iso(received), gen_time=iso(stamped), seconds=seconds),)


def signatures_stay_in_place(case: DocumentCase) -> tuple[Finding, ...]:
    found = []
    for one in case.judged:
        facts = one.case.facts
        for how, revision in (("removed", facts.removed_in), ("rewritten", facts.rewritten_in)):
            if revision is not None:
                about, signer = About(revision, facts.object), certificate_name(one.case.evidence.signer)
                found.append(finding("signature-removed", about=about, field=facts.field, how=how, signer=signer))
    return tuple(found)


def fields_are_signed(case: DocumentCase) -> tuple[Finding, ...]:
    """A field prepared and never signed may show a seal; where a sound signature covers it, its signer saw it."""
    found = []
    last_covered = case.last_covered_revision
    for facts in case.placeholders:
        covered = facts.revision <= last_covered
        about = About(facts.revision, facts.object)
        if covered or not case.judged:
            found.append(finding("signature-placeholder", about=about, field=facts.field, covered=covered))
        else:
            found.append(
                finding(
                    "signature-placeholder",
                    severity=Severity.ERROR,
                    decides=Decides.INSUFFICIENT,
                    about=about,
                    field=facts.field,
                    covered=covered,
                )
            )
    return tuple(found)


def objects_are_in_the_cross_reference(case: DocumentCase) -> tuple[Finding, ...]:
    """Inside covered bytes such objects are the signer's own; outside, a viewer that rebuilds would show them."""
    offsets = case.evidence.facts.unexplained_objects
    if not offsets or not case.judged:
        return ()
    covered = max(offsets) < case.last_covered_end
    facts: dict[str, FactValue] = {
        "count": len(offsets),
        "offsets": [str(offset) for offset in offsets[:MOST_LISTED]],
        "covered": covered,
    }
    if covered:
        return (finding("objects-outside-cross-reference", facts),)
    return (finding("objects-outside-cross-reference", facts, severity=Severity.ERROR, decides=Decides.INSUFFICIENT),)


def cross_reference_is_intact(case: DocumentCase) -> tuple[Finding, ...]:
    """A rebuilt cross-reference proves no order of revisions, so it is never valid."""
    if not REBUILT & set(case.evidence.facts.oddities):
        return ()
    return (finding("cross-reference-rebuilt") if case.judged else finding("cross-reference-rebuilt", decides=None),)


def cross_reference_is_where_readers_look(case: DocumentCase) -> tuple[Finding, ...]:
    """Readers that do not find it scan for objects, inside streams too. What a signature covers, its signer saw."""
    facts = case.evidence.facts
    if "cross-reference-irregular" not in facts.oddities or not case.judged or case.last_covered_end >= facts.size:
        return ()
    return (finding("cross-reference-irregular"),)


def fields_can_be_read(case: DocumentCase) -> tuple[Finding, ...]:
    """Behind a form object that cannot be read a signature may be hidden."""
    objects = [odd.removeprefix(DAMAGED_FIELD) for odd in case.evidence.facts.oddities if odd.startswith(DAMAGED_FIELD)]
    return (finding("form-field-damaged", objects=objects[:MOST_LISTED], count=len(objects)),) if objects else ()


def no_usage_rights(case: DocumentCase) -> tuple[Finding, ...]:
    return (finding("usage-rights"),) if case.evidence.facts.usage_rights else ()


def no_embedded_documents(case: DocumentCase) -> tuple[Finding, ...]:
    count = case.evidence.facts.embedded_pdfs
    return (finding("embedded-pdf", count=count),) if count else ()


def nothing_visible_behind_the_last_signature(case: DocumentCase) -> tuple[Finding, ...]:
    """What ISO 32000-2 allows may still say something that no signer has seen (docs/rules.md, 9)."""
    if not case.signatures:
        return ()
    later = case.changes.items[case.changes.start(case.last_covered_revision) :]
    behind = [item.change for item in later if shows_something(item.change)]
    if not behind:
        return ()
    refused = case.policy.changes_after_last_signature == "refuse"
    return (
        finding(
            "changed-after-last-signature",
            named(behind[:MOST_NAMED]),
            severity=Severity.ERROR if refused else Severity.WARNING,
            decides=Decides.INSUFFICIENT if refused else None,
            about=About(behind[0].revision, behind[0].object, behind[0].page),
            revision=behind[0].revision,
            count=len(behind),
        ),
    )


def clocks_agree_with_revisions(case: DocumentCase) -> tuple[Finding, ...]:
    """Clocks only annotate the order that revisions prove, unless the policy refuses proven contradictions (item 5)."""
    found = []
    for one in case.order.contradictions:
        refused = one.proven and case.policy.order_contradiction == "refuse"
        found.append(
            finding(
                "timestamp-order",
                severity=Severity.ERROR if refused else Severity.WARNING,
                decides=Decides.INSUFFICIENT if refused else None,
                earlier=one.earlier,
                later=one.later,
                seconds=one.seconds,
                proven=one.proven,
                tolerance=case.policy.time_tolerance_seconds,
            )
        )
    return tuple(found)
