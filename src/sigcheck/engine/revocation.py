"""Revocation statements: what every CRL and OCSP response at hand says about every certificate of a path.

No moment is looked at: thisUpdate, nextUpdate and the time of revocation stand in the statement, and judging compares them with
its times. A statement that may not be relied on says why in `flaw`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from sigcheck.anchors import TrustList
from sigcheck.engine.revoking.certificate_ids import is_about
from sigcheck.engine.revoking.crl_statements import CRITICAL_EXTENSION, crl_statements
from sigcheck.engine.revoking.ocsp import OcspResponse, SingleResponse, parse_ocsp_response
from sigcheck.engine.revoking.received import Received, RevocationMaterial
from sigcheck.engine.revoking.revocation_issuers import Authority, ocsp_authority
from sigcheck.engine.revoking.revocation_subjects import PIECES, Means, Subject, found_paths, subjects_of
from sigcheck.evidence import PathFound, Paths, RevocationStatement
from sigcheck.facts import Certificate

__all__ = ["Received", "RevocationMaterial", "statements_for"]

ANSWERS: Final = 4
"""Answers about one certificate taken from one response: one for each hash that names it (RFC 6960, 4.1.1)."""


def statements_for(
    paths: Paths, *, material: RevocationMaterial, candidates: Sequence[Certificate], trust: TrustList
) -> tuple[RevocationStatement, ...]:
    """Statements about each certificate of every found path but the anchor, then about delegated CRL issuers and responders.

    The latter carry the `certificate_sha256` of the certificates in `issuer_paths`. Unreadable material makes no statement.
    """
    if not paths.found or not (material.crls or material.ocsp_responses or material.lookup):
        return ()
    means = Means(tuple({certificate.sha256: certificate for certificate in candidates}.values()), trust)
    subjects = subjects_of(paths.found, trust)
    statements = list(_statements(subjects, material, means))
    known = {(subject.sha256, subject.issuer_public_key) for subject in subjects}
    delegates = subjects_of(_delegate_paths(statements), trust)
    further = [subject for subject in delegates if (subject.sha256, subject.issuer_public_key) not in known]
    return (*statements, *_statements(further, material, means))


def _together(given: Sequence[Received], kept: Sequence[Received]) -> tuple[Received, ...]:
    """The store's first; the same octets once, with the earliest that is known of each place they came from."""
    by_octets: dict[bytes, Received] = {}
    for piece in sorted((*kept, *given), key=lambda each: each.source != "store"):
        first = by_octets.get(piece.der)
        by_octets[piece.der] = piece if first is None else _joined(first, piece)
    return tuple(by_octets.values())


def _joined(first: Received, other: Received) -> Received:
    revisions = [piece.covered_from for piece in (first, other) if piece.covered_from is not None]
    times = [piece.received_at for piece in (first, other) if piece.received_at is not None]
    return replace(
        first,
        received_at=min(times, default=None),
        covered_from=min(revisions, default=None),
        signed=first.signed or other.signed,
    )


def _delegate_paths(statements: Sequence[RevocationStatement]) -> tuple[PathFound, ...]:
    """Paths of delegates whose own revocation matters: those without ocsp-nocheck (RFC 6960, 4.2.2.2.1)."""
    return found_paths([said.issuer_paths for said in statements if said.authorised and not said.issuer_no_check])


def _statements(subjects: Sequence[Subject], material: RevocationMaterial, means: Means) -> Iterator[RevocationStatement]:
    for subject in subjects:
        crls, responses = ((), ()) if material.lookup is None else material.lookup.about(_names(subject), subject.serial_number)
        yield from crl_statements(subject, _together(material.crls, crls), means)
        yield from _ocsp_statements(subject, _together(material.ocsp_responses, responses), means)


def _names(subject: Subject) -> tuple[bytes, ...]:
    """Whose CRLs may list the certificate: its issuer's, and those of the CRL issuers that it names."""
    return (*subject.issuer_names, *(name for point in subject.points for name in point.crl_issuer_names))


def _ocsp_statements(subject: Subject, responses: Sequence[Received], means: Means) -> Iterator[RevocationStatement]:
    read: set[str] = set()
    own = 0
    for received in responses:
        response = parse_ocsp_response(received.der)
        if response is None or response.digest in read:
            continue
        identified = (subject.serial_number, subject.issuer_names, subject.issuer_public_key)
        answers = [single for single in response.responses if is_about(single, *identified)]
        if not answers:
            continue
        own += received.source != "store"
        if received.source != "store" and own > PIECES:
            return
        read.add(response.digest)
        authority = ocsp_authority(response, subject, means)
        answers.sort(key=lambda single: single.state != "revoked")  # a revocation is never the one that is left out
        for single in answers[:ANSWERS]:
            yield _ocsp_statement(single, response, received, authority, subject)


def _ocsp_statement(
    single: SingleResponse, response: OcspResponse, received: Received, authority: Authority, subject: Subject
) -> RevocationStatement:
    flaw = authority.flaw
    if flaw is None and (single.unknown_critical or response.unknown_critical):
        flaw = CRITICAL_EXTENSION
    state = "on-hold" if single.state == "revoked" and single.reason == "certificateHold" else single.state
    return RevocationStatement(
        certificate_sha256=subject.sha256,
        kind="ocsp",
        state=state,
        this_update=single.this_update,
        next_update=single.next_update,
        produced_at=response.produced_at,
        revoked_at=single.revoked_at,
        reason=single.reason,
        source=received.source,
        received_at=received.received_at,
        authorised=flaw is None,
        flaw=flaw,
        issuer_paths=authority.issuer_paths,
        issuer_no_check=authority.no_check,
        digest=response.digest,
        signature_hash=response.algorithm.hash,
        covered_from=received.covered_from,
        signed=received.signed,
        covers_expired_since=single.archive_cutoff,
    )
