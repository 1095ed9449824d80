"""Moments proven to lie before a signature: it was made after them.

The standard knows one, the content-time-stamp (ETSI EN 319 102-1, 5.3.4 step 4). A PDF gives two more, an extension of ours
(docs/rules.md, 18): the sound, trusted time-stamp of an earlier revision that the signature covers, and a CRL or an OCSP response
among its signed attributes, which must have been issued before it was signed with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from sigcheck.evidence import PathFound, SignatureEvidence
from sigcheck.judging.tokens import TokenCase, TokenVerdict, judge_token
from sigcheck.question import Question


class LowerBound(Struct, frozen=True):
    """A moment that lies before the signature."""

    time: datetime
    basis: str
    """content-timestamp, signed-revocation, earlier-signature-timestamp or earlier-document-timestamp."""
    field: str | None
    """Whose time-stamp it is."""

    def proves_after(self, moment: datetime, upper: datetime | None, tolerance_seconds: int) -> bool:
        """Whether the signature was made after `moment`, clocks being wrong by the tolerance at most.

        A bound that lies behind the proof from the other side, `upper`, shows a wrong clock and proves nothing.
        """
        tolerance = timedelta(seconds=tolerance_seconds)
        contradicted = upper is not None and self.time > upper + tolerance
        return not contradicted and self.time - tolerance > moment


def lower_bounds(
    signatures: Sequence[SignatureEvidence], tokens: Sequence[Sequence[TokenVerdict]], question: Question
) -> tuple[LowerBound | None, ...]:
    """Of every signature, in the order given (that of revisions)."""
    found: list[LowerBound | None] = []
    before: LowerBound | None = None
    waiting: list[LowerBound] = []
    revision = 0
    for signature, judged in zip(signatures, tokens, strict=True):
        if signature.facts.revision > revision:
            before, waiting, revision = _latest([before, *waiting]), [], signature.facts.revision
        covers = signature.facts.byte_range.sound
        found.append(_latest([before if covers else None, *_own(signature, question)]))
        waiting += _given(signature, judged)
    return tuple(found)


def _latest(bounds: Sequence[LowerBound | None]) -> LowerBound | None:
    return max((bound for bound in bounds if bound is not None), key=lambda bound: bound.time, default=None)


def _given(signature: SignatureEvidence, judged: Sequence[TokenVerdict]) -> Iterator[LowerBound]:
    """What a signature's trusted time-stamps say to all later revisions that cover them: of those in the document alone."""
    basis = "earlier-document-timestamp" if signature.facts.kind == "document-timestamp" else "earlier-signature-timestamp"
    for token in judged:
        if token.proves is not None and token.evidence.in_document:
            yield LowerBound(token.proves, basis, signature.facts.field)


def _own(signature: SignatureEvidence, question: Question) -> Iterator[LowerBound]:
    """What stands among the signed attributes; its issuers must hold, its freshness does not matter."""
    for index, stamp in enumerate(signature.content_timestamps):
        verdict = judge_token(TokenCase(stamp, index, False, question.policy, question.at, None))
        if verdict.proves is not None:
            yield LowerBound(verdict.proves, "content-timestamp", signature.facts.field)
    for said in signature.statements:
        made = said.produced_at or said.this_update
        held = said.issuer_paths is None or isinstance(said.issuer_paths.at(made), PathFound)
        if said.signed and said.authorised and held and made <= question.at:
            yield LowerBound(made, "signed-revocation", signature.facts.field)
