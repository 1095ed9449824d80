"""Who signed a CRL or an OCSP response, and whether they may speak for a certificate (RFC 5280, 6.3.3 (f); RFC 6960, 4.2.2.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec import Struct

from sigcheck.digests import digest
from sigcheck.engine.certificates import key_octets, parse_certificate
from sigcheck.engine.crypto.asn1 import Malformed
from sigcheck.engine.crypto.signature_values import verify_certificate_signature
from sigcheck.engine.paths import find_paths
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.engine.revoking.crl import Crl
from sigcheck.engine.revoking.ocsp import OcspResponse
from sigcheck.engine.revoking.revocation_subjects import Means, Subject, facts_of
from sigcheck.engine.x509.names import name_key
from sigcheck.engine.x509.trust_index import trust_index
from sigcheck.evidence import PathFound, Paths, Purpose
from sigcheck.facts import Certificate
from sigcheck.remembering import remembered

DELEGATES: Final = 8
"""Certificates of the right name tried as the issuer of one CRL or response; a renewed CA has two or three."""

DOES_NOT_VERIFY: Final = "signature-does-not-verify"
NOT_AUTHORISED: Final = "responder-not-authorised"
NOT_FOR_CRLS: Final = "issuer-not-for-crls"
ISSUER_UNKNOWN: Final = "issuer-unknown"


class Authority(Struct, frozen=True):
    """Who signed: `flaw` None means that they may speak for the certificate."""

    flaw: str | None
    issuer_paths: Paths | None = None
    no_check: bool = False


def crl_authority(crl: Crl, subject: Subject, means: Means) -> Authority:
    """The certificate's own issuer, else another certificate of the CRL issuer's name below the same anchor."""
    same_name = crl.issuer_key == subject.issuer_key
    if same_name and crl.signed_with(subject.issuer_public_key):
        allowed = subject.issuer_key_usage is None or "cRLSign" in subject.issuer_key_usage
        return Authority(None if allowed else NOT_FOR_CRLS)
    if _anchor_signed(crl, subject, means):
        return Authority(None)
    flaw = ISSUER_UNKNOWN
    if same_name and crl.authority_key in {None, subject.issuer_key_identifier}:
        flaw = DOES_NOT_VERIFY
    best = Authority(flaw)
    for delegate in _crl_issuers(crl, means):
        if not crl.signed_with(delegate.public_key):
            continue
        found = find_paths(delegate, candidates=means.candidates, trust=means.trust, purpose=Purpose.CRL)
        paths = _only(found, lambda path: path.entries[-1].sha256 == subject.above[-1].sha256)
        if paths.found:
            return Authority(None, paths)
        best = Authority(NOT_AUTHORISED, found)
    return best


def _anchor_signed(crl: Crl, subject: Subject, means: Means) -> bool:
    """The anchor of the path signed an indirect CRL itself; only its name and key may be known."""
    anchor = facts_of(subject.above[-1], trust_index(means.trust))
    if anchor is None or name_key(anchor.subject_der) != crl.issuer_key:
        return False
    return (anchor.key_usage is None or "cRLSign" in anchor.key_usage) and crl.signed_with(anchor.public_key)


def _crl_issuers(crl: Crl, means: Means) -> Iterator[Certificate]:
    named = (other for other in _known(means) if name_key(other.subject_der) == crl.issuer_key)
    likeliest = sorted(_once(named), key=lambda other: other.subject_key_identifier != crl.authority_key)
    yield from likeliest[:DELEGATES]


def _known(means: Means) -> Iterator[Certificate]:
    yield from means.candidates
    for entry in means.trust.entries:
        certificate = parse_certificate(entry.certificate) if entry.certificate is not None else None
        if certificate is not None:
            yield certificate


def _once(certificates: Iterable[Certificate]) -> list[Certificate]:
    return list({certificate.sha256: certificate for certificate in certificates}.values())


def ocsp_authority(response: OcspResponse, subject: Subject, means: Means) -> Authority:
    """The issuing CA itself, or a responder that this very CA certified for the purpose (RFC 6960, 4.2.2.2)."""
    names = {name_key(name) for name in subject.issuer_names}
    own = response.responder_name in names or response.responder_key_hash == key_hash(subject.issuer_public_key)
    if own and response.signed_with(subject.issuer_public_key):
        return Authority(None)
    best = Authority(DOES_NOT_VERIFY if own else ISSUER_UNKNOWN)
    for responder in _responders(response, means):
        if not response.signed_with(responder.public_key):
            best = Authority(DOES_NOT_VERIFY) if best.issuer_paths is None else best
            continue
        authority = _responder_authority(responder, response, subject, means)
        if authority.flaw is None:
            return authority
        best = authority
    return best


def _responder_authority(responder: Certificate, response: OcspResponse, subject: Subject, means: Means) -> Authority:
    candidates = (*response.certificates, *means.candidates)
    found = find_paths(responder, candidates=candidates, trust=means.trust, purpose=Purpose.OCSP)
    if not verify_certificate_signature(responder, subject.issuer_public_key).verifies:
        return Authority(NOT_AUTHORISED, found)
    issuers = {subject.above[0].sha256}
    index = trust_index(means.trust)

    def through_issuer(path: PathFound) -> bool:
        if len(path.entries) < 2:
            return False
        issuer = facts_of(path.entries[1], index)
        return path.entries[1].sha256 in issuers or (issuer is not None and issuer.public_key == subject.issuer_public_key)

    paths = _only(found, through_issuer)
    return Authority(None if paths.found else NOT_AUTHORISED, paths if paths.found else found, responder.ocsp_no_check)


def _responders(response: OcspResponse, means: Means) -> list[Certificate]:
    def identified(certificate: Certificate) -> bool:
        if response.responder_key_hash is not None:
            return key_hash(certificate.public_key) == response.responder_key_hash
        return name_key(certificate.subject_der) == response.responder_name

    known = (*response.certificates, *_known(means))
    return [certificate for certificate in _once(known) if identified(certificate)][:DELEGATES]


def _only(paths: Paths, wanted: Callable[[PathFound], bool]) -> Paths:
    return Paths(tuple(path for path in paths.found if wanted(path)), paths.failure)


@remembered(entries=4096, longest=4096)
def key_hash(public_key: bytes, algorithm: str = "sha1") -> bytes | None:
    """The hash of the key's octets alone (RFC 6960, 4.1.1); None for a key that cannot be read."""
    try:
        return digest(algorithm, key_octets(public_key))
    except (Malformed, LimitReached, ValueError):
        return None
