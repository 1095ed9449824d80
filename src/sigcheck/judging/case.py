"""What a check looks at: one signature with its evidence, times and path, or the whole document with its judged signatures."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from sigcheck.evidence import DocumentEvidence, PathFound, PathNotFound, SignatureEvidence
from sigcheck.facts import ByteRangeFlaw, SignatureFacts
from sigcheck.judging.existence import Existence
from sigcheck.judging.modifications import JudgedChanges, LaterChanges, covered_revision
from sigcheck.judging.revocation import PathRevocation
from sigcheck.judging.signer_kind import SignerKind
from sigcheck.judging.times import SignatureTimes
from sigcheck.judging.wording import iso
from sigcheck.policy import Policy
from sigcheck.question import Question
from sigcheck.verdict import FactValue, Finding, OrderReport


class SignatureCase(Struct, frozen=True):
    """One signature or document time-stamp, with all that its checks depend on."""

    evidence: SignatureEvidence
    document: DocumentEvidence
    question: Question
    times: SignatureTimes
    path: PathFound | PathNotFound
    """The signer's path at the best signature time."""
    revocation: PathRevocation | None
    """Of the path, or of one that is complete but for its dates; None without any."""
    changes: JudgedChanges
    kind: SignerKind
    existence: Existence
    """The proofs of the whole document."""

    @property
    def facts(self) -> SignatureFacts:
        return self.evidence.facts

    @property
    def policy(self) -> Policy:
        return self.question.policy

    @property
    def at(self) -> datetime:
        return self.question.at

    def made_after(self, moment: datetime) -> bool:
        """A lower bound of the time proves that the signature was made after `moment`."""
        times = self.times
        upper = None if times.proof is None else times.proof.time
        return times.lower is not None and times.lower.proves_after(moment, upper, self.policy.time_tolerance_seconds)

    @property
    def lower_facts(self) -> dict[str, FactValue]:
        """What a finding says of the lower bound."""
        lower = self.times.lower
        return {} if lower is None else {"made_after": iso(lower.time), "bound": lower.basis, "proof": lower.field}

    @property
    def is_document_timestamp(self) -> bool:
        return self.facts.kind == "document-timestamp"

    @property
    def covered(self) -> int:
        return covered_revision(self.facts)

    @property
    def later_revisions(self) -> bool:
        return len(self.document.facts.revisions) > self.covered

    @property
    def later_changes(self) -> LaterChanges:
        return self.changes.after(self.covered)

    @property
    def sound(self) -> bool:
        """A person's or organisation's signature whose bytes, value and ByteRange hold, and that is still in place."""
        in_place = self.facts.removed_in is None and self.facts.rewritten_in is None
        return not self.is_document_timestamp and self.facts.byte_range.sound and self.evidence.integrity.sound and in_place


class JudgedSignature(Struct, frozen=True):
    case: SignatureCase
    findings: tuple[Finding, ...]

    @property
    def passes(self) -> bool:
        return not any(finding.decides for finding in self.findings)


_NO_NUMBERS = frozenset({ByteRangeFlaw.MISSING, ByteRangeFlaw.NOT_NUMBERS})


def never_signed(facts: SignatureFacts) -> bool:
    """A field prepared for a signature: /Contents is empty and /ByteRange still holds what was put there to be overwritten.

    With a ByteRange of its own it was signed and emptied, or pretends to be: that is judged, and fails.
    """
    numbers = facts.byte_range.numbers
    unfilled = facts.byte_range.flaw in _NO_NUMBERS or len(set(numbers[1:])) <= 1  # [0 0 0 0], [0 9999999999 9999999999 …]
    return facts.contents_placeholder_only and unfilled


class DocumentCase(Struct, frozen=True):
    """The whole document, its signatures already judged."""

    evidence: DocumentEvidence
    question: Question
    judged: tuple[JudgedSignature, ...]
    """Signatures and document time-stamps in revision order, placeholders left out."""
    placeholders: tuple[SignatureFacts, ...]
    changes: JudgedChanges
    order: OrderReport

    @property
    def policy(self) -> Policy:
        return self.question.policy

    @property
    def signatures(self) -> tuple[JudgedSignature, ...]:
        """Without document time-stamps."""
        return tuple(one for one in self.judged if not one.case.is_document_timestamp)

    @property
    def last_covered_revision(self) -> int:
        """The last revision that a sound signature covers; 0 when none is sound."""
        return max((one.case.covered for one in self.judged if one.case.sound), default=0)

    @property
    def last_covered_end(self) -> int:
        """First byte behind the last sound signature's range."""
        return max((one.case.facts.byte_range.end or 0 for one in self.judged if one.case.sound), default=0)
