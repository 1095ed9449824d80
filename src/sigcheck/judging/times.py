"""Proofs of existence and the best signature time of every signature (ETSI EN 319 102-1, 5.6.2.3).

A proof says that a signature existed at a moment: its own time-stamp, the time-stamp of a later signature or a document
time-stamp that covers it, or the archive's own record of receipt. All are upper bounds; the earliest is the best signature time.
A claimed time is never one. Signatures are walked from the last revision to the first, so that one pass collects all proofs.

A later signature's time-stamp is taken only when that signature is sound *and* its certificate has a path to an anchor: a token
stamps a signature value, and for a key made up afterwards a value can be found to fit other bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from sigcheck.evidence import PathFlaw, PathFound, PathNotFound, SignatureEvidence
from sigcheck.facts import CmsFacts
from sigcheck.judging.existence import Existence, Proof, StatementProofs, earliest
from sigcheck.judging.lower_bounds import LowerBound, lower_bounds
from sigcheck.judging.tokens import TokenCase, TokenVerdict, judge_token
from sigcheck.judging.wording import iso
from sigcheck.question import Question


class Claim(Struct, frozen=True):
    """What the signer's own clock says: /M, without it the CMS signing-time."""

    text: str | None
    """As written, ISO 8601, without an offset where none is written."""
    moment: datetime | None
    signing_time: datetime | None


class SignatureTimes(Struct, frozen=True):
    """All times of one signature."""

    claim: Claim
    tokens: tuple[TokenVerdict, ...]
    proof: Proof | None
    best: datetime
    """The best signature time: the proof's, else the validation time, or the claimed time where the policy accepts that."""
    basis: str
    at: datetime
    lower: LowerBound | None = None
    """The latest moment that is proven to lie before the signature."""

    @property
    def judged_at(self) -> datetime:
        """The moment for algorithms and revocation: a claimed time never helps there (docs/rules.md, 3)."""
        return self.proof.time if self.proof is not None else self.at

    @property
    def own_stamp(self) -> datetime | None:
        """The earliest trusted time-stamp of the signature itself."""
        return min((token.proves for token in self.tokens if token.proves is not None), default=None)

    @property
    def stamp_in_document(self) -> datetime | None:
        """The earliest of those that lie in the document itself."""
        inside = (token.proves for token in self.tokens if token.evidence.in_document)
        return min((moment for moment in inside if moment is not None), default=None)


class DocumentTimes(Struct, frozen=True):
    """The times of every signature, in the order given, and all proofs of the document."""

    signatures: tuple[SignatureTimes, ...]
    existence: Existence


def document_times(signatures: Sequence[SignatureEvidence], question: Question) -> DocumentTimes:
    """All times, the signatures given in the order of revisions."""
    received = question.received
    believed = received is not None and received <= question.at and stamped_after_receipt(signatures, question) is None
    receipt = Proof(received, "received", None) if believed and received is not None else None
    existence = Existence(receipt)
    found: dict[int, SignatureTimes] = {}
    backwards = sorted(range(len(signatures)), key=lambda i: -signatures[i].facts.revision)
    for _, group in groupby(backwards, key=lambda i: signatures[i].facts.revision):
        members = list(group)
        for index in members:
            found[index] = _times_of(signatures[index], question, existence)
        for proof in [_given(signatures[index], found[index], question) for index in members]:
            if proof is not None:
                existence.add(proof)
    in_order = tuple(found[index] for index in range(len(signatures)))
    lower = lower_bounds(signatures, [times.tokens for times in in_order], question)
    return DocumentTimes(tuple(replace(one, lower=bound) for one, bound in zip(in_order, lower, strict=True)), existence)


def stamped_after_receipt(signatures: Sequence[SignatureEvidence], question: Question) -> datetime | None:
    """The youngest trusted time-stamp in the document, where it is younger than the archive's record of the very same bytes.

    One of them is wrong then: beyond the tolerance of the policy the record is no proof.
    """
    if question.received is None:
        return None
    stamps = (stamp for signature in signatures for stamp in signature.timestamps if stamp.in_document and stamp.sound)
    trusted = (s.gen_time for s in stamps if s.gen_time is not None and isinstance(s.paths.at(s.gen_time), PathFound))
    youngest = max(trusted, default=None)
    tolerance = timedelta(seconds=question.policy.time_tolerance_seconds)
    return youngest if youngest is not None and youngest > question.received + tolerance else None


def _times_of(signature: SignatureEvidence, question: Question, existence: Existence) -> SignatureTimes:
    """`existence` holds the proofs of later revisions; /Contents, which ranges of its own revision leave out, has no others."""
    other = existence.proof_of(signature.facts.revision + 1)
    tokens = tuple(judge_token(case) for case in _token_cases(signature, question, other, existence))
    claim = claim_of(signature)
    is_stamp = signature.facts.kind == "document-timestamp"
    basis = "document-timestamp" if is_stamp else "signature-timestamp"
    own = [Proof(token.proves, basis, signature.facts.field) for token in tokens if token.proves is not None]
    proof = earliest([*own, *([] if other is None else [other])])
    taken = claim.moment is not None and _claimed_is_taken(signature, claim, question, proof)
    if proof is not None and not taken:
        return SignatureTimes(claim, tokens, proof, proof.time, proof.basis, question.at)
    if taken and claim.moment is not None:
        return SignatureTimes(claim, tokens, None, claim.moment, "claimed", question.at)
    return SignatureTimes(claim, tokens, None, question.at, "validation-time", question.at)


def _token_cases(
    signature: SignatureEvidence, question: Question, other: Proof | None, existence: Existence
) -> Iterator[TokenCase]:
    is_stamp = signature.facts.kind == "document-timestamp"
    proofs = StatementProofs(existence)
    for index, stamp in enumerate(signature.timestamps):
        known = None if other is None or not stamp.in_document else other.time
        yield TokenCase(stamp, index, is_stamp, question.policy, question.at, known, proofs)


def _claimed_is_taken(signature: SignatureEvidence, claim: Claim, question: Question, proof: Proof | None) -> bool:
    """`expired_with_claimed_time = accept`: the path had expired by the time that is proven, or by the validation time where
    none is, and held at the claimed one. A proof that comes too late must not count for less than no proof at all."""
    policy = question.policy
    if policy.time != "claimed" or policy.expired_with_claimed_time != "accept":
        return False
    known_by = question.at if proof is None else proof.time
    if claim.moment is None or claim.moment > known_by:
        return False
    then = signature.paths.at(known_by)
    expired = isinstance(then, PathNotFound) and then.flaw is PathFlaw.EXPIRED
    return expired and isinstance(signature.paths.at(claim.moment), PathFound)


def _given(signature: SignatureEvidence, times: SignatureTimes, question: Question) -> Proof | None:
    """The proof that a signature gives to all earlier revisions."""
    facts, stamp = signature.facts, times.own_stamp
    covers = facts.byte_range.sound and facts.byte_range.revision is not None and facts.byte_range.revision >= facts.revision
    if stamp is None or not covers:
        return None
    if facts.kind == "document-timestamp":
        return Proof(stamp, "document-timestamp", facts.field, facts.byte_range.revision)
    if not question.policy.accept_later_signature_timestamp or not signature.integrity.sound:
        return None
    if not isinstance(signature.paths.at(stamp), PathFound):
        return None
    return Proof(stamp, "later-signature-timestamp", facts.field, facts.byte_range.revision)


def claim_of(signature: SignatureEvidence) -> Claim:
    """/M as written; the CMS signing-time where /M is missing. Its moment also stands in for an /M without a zone."""
    facts = signature.facts
    signing_time = facts.cms.signing_time if isinstance(facts.cms, CmsFacts) else None
    written = facts.block.claimed_time
    if written is None or written.iso is None:
        return Claim(None if signing_time is None else iso(signing_time), signing_time, signing_time)
    return Claim(written.iso, written.moment or signing_time, signing_time)
