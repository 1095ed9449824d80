"""Who signed a CRL or an OCSP response, as far as the trust list alone can tell: for lists that explain, never for a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from sigcheck.anchors import ListedCertificate, TrustList
from sigcheck.engine.crypto.signature_values import verify_certificate_signature
from sigcheck.engine.revoking.certificate_ids import is_about
from sigcheck.engine.revoking.crl import Crl
from sigcheck.engine.revoking.ocsp import OcspResponse, SingleResponse
from sigcheck.engine.revoking.revocation_issuers import key_hash
from sigcheck.engine.x509.names import name_key
from sigcheck.engine.x509.trust_index import trust_index
from sigcheck.facts import Certificate

OCSP_SIGNING: Final = "OCSPSigning"


class Signed(StrEnum):
    """What the trust list's keys say of a signature."""

    ISSUER = "issuer"
    """The listed CA signed it with its own key."""
    RESPONDER = "responder"
    """A responder that the listed CA certified for OCSP signed it."""
    UNKNOWN = "issuer-unknown"
    """The CA is not in the trust list: nothing can be said."""
    BROKEN = "signature-does-not-verify"
    """The listed CA's keys do not verify it."""


def crl_signed(crl: Crl, trust: TrustList) -> tuple[Signed, ListedCertificate | None]:
    """Whether a listed CA of the CRL's issuer name signed it, and which."""
    named = trust_index(trust).by_subject.get(crl.issuer_key, [])
    signer = next((entry for entry in named if crl.signed_with(entry.public_key)), None)
    if signer is not None:
        return Signed.ISSUER, signer
    return (Signed.BROKEN, named[0]) if named else (Signed.UNKNOWN, None)


def listed_issuer(single: SingleResponse, trust: TrustList) -> ListedCertificate | None:
    """The listed CA whose certificate a response is about: its name and key have the stated hashes."""
    return next((entry for entry in trust.entries if _is_issuer(entry, single)), None)


def _is_issuer(entry: ListedCertificate, single: SingleResponse) -> bool:
    return entry.is_ca and is_about(single, single.serial_number, (entry.subject_der,), entry.public_key)


def ocsp_signed(response: OcspResponse, issuer: ListedCertificate | None) -> Signed:
    """Whether that CA, or a responder that it certified for OCSP (RFC 6960, 4.2.2.2), signed the response."""
    if issuer is None:
        return Signed.UNKNOWN
    if response.signed_with(issuer.public_key):
        return Signed.ISSUER
    for responder in responders(response):
        certified = verify_certificate_signature(responder, issuer.public_key).verifies is True
        if certified and OCSP_SIGNING in (responder.extended_key_usage or ()) and response.signed_with(responder.public_key):
            return Signed.RESPONDER
    return Signed.BROKEN


def responders(response: OcspResponse) -> Iterator[Certificate]:
    """The certificates in the response that are the responder's by its name or key."""
    for certificate in response.certificates:
        by_key = response.responder_key_hash is not None and key_hash(certificate.public_key) == response.responder_key_hash
        if by_key or response.responder_name == name_key(certificate.subject_der):
            yield certificate
