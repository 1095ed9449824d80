"""Certificates, CRLs and OCSP responses that the evidence holds, by their SHA-256."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from sigcheck.anchors import TrustList
from sigcheck.evidence import DocumentEvidence, Paths, RevocationStatement, TimestampEvidence
from sigcheck.facts import Certificate, CmsFacts
from sigcheck.reporting.etsi.case import sha256


class AtHand(Struct, frozen=True):
    """All pieces; a piece that is not among them is known by its digest alone."""

    certificates: dict[str, bytes]
    revocation: dict[str, bytes]
    statements: dict[str, RevocationStatement]
    """The first statement of each CRL or response, for what is said of its issuer."""


class _Holder(Struct, frozen=True):
    """A signature or a token: what may hold pieces."""

    cms: object
    certificates: tuple[Certificate, ...]
    paths: Paths
    statements: tuple[RevocationStatement, ...]


def pieces_at_hand(evidence: DocumentEvidence | None, trust: TrustList) -> AtHand:
    """Everything in the evidence, and the whole certificates of the trust list."""
    certificates = {entry.sha256: entry.certificate for entry in trust.entries if entry.certificate is not None}
    if evidence is None:
        return AtHand(certificates, {}, {})
    store = evidence.facts.security_store
    pieces = [*store.crls, *store.ocsp_responses]
    statements: dict[str, RevocationStatement] = {}
    certificates |= {one.sha256: one.der for one in store.certificates}
    for holder in _holders(evidence):
        certificates |= {one.sha256: one.der for one in _certificates(holder)}
        statements = {one.digest: one for one in holder.statements} | statements
        if isinstance(holder.cms, CmsFacts):
            pieces += [*holder.cms.crls, *holder.cms.ocsp_responses]
    return AtHand(certificates, {sha256(piece): piece for piece in pieces}, statements)


def _holders(evidence: DocumentEvidence) -> Iterator[_Holder]:
    for one in evidence.signatures:
        own = () if one.signer is None else (one.signer,)
        yield _Holder(one.facts.cms, (*own, *one.facts.certificates), one.paths, one.statements)
        yield from _tokens((*one.timestamps, *one.content_timestamps))
    for remains in evidence.remains:
        yield from _tokens(remains.timestamps)


def _tokens(tokens: Iterable[TimestampEvidence]) -> Iterator[_Holder]:
    for one in tokens:
        yield _Holder(one.cms, () if one.tsa is None else (one.tsa,), one.paths, one.statements)


def _certificates(holder: _Holder) -> Iterator[Certificate]:
    yield from holder.certificates
    if isinstance(holder.cms, CmsFacts):
        yield from holder.cms.certificates
    for paths in (holder.paths, *(one.issuer_paths for one in holder.statements)):
        if paths is not None:
            for path in (*paths.found, *(() if paths.failure is None else (paths.failure,))):
                yield from (entry.certificate for entry in path.entries if entry.certificate is not None)
