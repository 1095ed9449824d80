"""Proofs of existence: what existed when, and what each proof covers (ETSI EN 319 102-1, 5.6.2.3).

A trusted time-stamp covers its signature value and through it the bytes of the ByteRange, which reach to the end of a revision;
a document time-stamp covers its range; the archive's record covers the whole file; the store's record covers the one CRL or
response. Whatever first lies in a revision that a range reaches is proven by it: signatures, tokens, certificates, CRLs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, field

from sigcheck.evidence import RevocationStatement


class Proof(Struct, frozen=True):
    """A proof of existence."""

    time: datetime
    basis: str
    """signature-timestamp, later-signature-timestamp, document-timestamp, received or stored."""
    field: str | None
    """Whose time-stamp proves it; None for a record of the archive or of the store."""
    covers: int | None = None
    """The last revision whose bytes it covers; None: a signature value alone, the whole file, or the one stored piece."""


def earliest(proofs: Sequence[Proof]) -> Proof | None:
    """The earliest; among equals the first named."""
    return min(proofs, key=lambda proof: proof.time, default=None)


class Existence(Struct):
    """The proofs of one document, collected from its last revision to its first."""

    receipt: Proof | None
    """The archive's own record."""
    _chain: list[tuple[int, Proof]] = field(default_factory=list)
    """(last revision covered, the earliest proof so far), the revisions descending, the times too."""

    def add(self, proof: Proof) -> None:
        """A trusted time-stamp of a revision that is not later than those added before."""
        if proof.covers is None:
            return
        reach = min(proof.covers, self._chain[-1][0]) if self._chain else proof.covers
        if not self._chain or proof.time < self._chain[-1][1].time:
            self._chain.append((reach, proof))

    def proof_of(self, covered_from: int | None) -> Proof | None:
        """The earliest proof of what ranges cover from that revision on; None asks for what lies outside the document."""
        if covered_from is None:
            return None
        stamped = None
        low, high = 0, len(self._chain)
        while low < high:  # the last of those that reach so far is the earliest in time
            middle = (low + high) // 2
            if self._chain[middle][0] >= covered_from:
                low, stamped = middle + 1, self._chain[middle][1]
            else:
                high = middle
        return earliest([proof for proof in (stamped, self.receipt) if proof is not None])


class StatementProofs(Struct, frozen=True):
    """When the CRLs and OCSP responses of one signature or token are proven to have existed."""

    existence: Existence
    signature: Proof | None = None
    """Of the signature whose signed attributes may hold some of them."""

    def of(self, statement: RevocationStatement) -> Proof | None:
        proofs = [self.existence.proof_of(statement.covered_from)]
        if statement.received_at is not None:
            proofs.append(Proof(statement.received_at, "stored", None))
        if statement.signed:
            proofs.append(self.signature)
        return earliest([proof for proof in proofs if proof is not None])


NOTHING_PROVEN = StatementProofs(Existence(None))
