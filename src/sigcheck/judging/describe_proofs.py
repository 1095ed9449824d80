"""Proofs of existence as the report lists them: for each object the earliest, with what it covers (EN 319 102-1, 5.6.2.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sigcheck.digests import sha256_hex
from sigcheck.evidence import RevocationStatement
from sigcheck.facts import CmsFacts
from sigcheck.judging.case import DocumentCase, SignatureCase
from sigcheck.judging.existence import Proof, StatementProofs
from sigcheck.verdict import ExistenceProofReport

_Proven = tuple[str, str, Proof | None]
"""What an object is, its SHA-256, and its proof."""


def existence_proofs(document: DocumentCase) -> list[ExistenceProofReport]:
    """The earliest proof of every signature value, token, certificate, CRL and response that has one; by kind, in order."""
    found: dict[tuple[str, str], Proof] = {}
    for judged in document.judged:
        for kind, sha256, proof in _of(judged.case):
            known = found.get((kind, sha256))
            if proof is not None and (known is None or proof.time < known.time):
                found[kind, sha256] = proof
    return [
        ExistenceProofReport(kind, sha256, proof.time, proof.basis, proof.field, proof.covers)
        for (kind, sha256), proof in sorted(found.items(), key=lambda each: KINDS.index(each[0][0]))
    ]


KINDS = ("signature", "timestamp", "certificate", "crl", "ocsp")


def _of(case: SignatureCase) -> Iterator[_Proven]:
    cms = case.facts.cms
    in_contents = case.existence.proof_of(case.facts.revision + 1)
    signature = case.times.proof or in_contents
    if not case.is_document_timestamp and isinstance(cms, CmsFacts):
        yield "signature", sha256_hex(cms.signature), signature
        yield from (("certificate", one.sha256, in_contents) for one in cms.certificates)
        if case.evidence.signer is not None:  # the signer's certificate is named among what was signed, or signed with
            yield "certificate", case.evidence.signer.sha256, signature
    yield from _of_statements(case.evidence.statements, StatementProofs(case.existence, signature), case.at)
    for token in case.evidence.timestamps:
        yield "timestamp", sha256_hex(token.token), in_contents
        if isinstance(token.cms, CmsFacts):
            yield from (("certificate", one.sha256, in_contents) for one in token.cms.certificates)
        yield from _of_statements(token.statements, StatementProofs(case.existence), case.at)


def _of_statements(statements: tuple[RevocationStatement, ...], proofs: StatementProofs, at: datetime) -> Iterator[_Proven]:
    for one in statements:
        proof = proofs.of(one)
        if one.digest and proof is not None and proof.time <= at:
            yield one.kind, one.digest, proof
