"""The request to an OCSP responder, and whether what a server sent is what was asked for. Nothing is verified here.

What is taken still has to prove itself when it is used: who signed it and for whom it speaks is found out at every check.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from sigcheck.engine.crypto import asn1
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.engine.revoking.certificate_ids import certificate_id, is_about
from sigcheck.engine.revoking.crl import parse_crl
from sigcheck.engine.revoking.ocsp import ENUMERATED, parse_ocsp_response
from sigcheck.engine.revoking.wanted import Wanted
from sigcheck.engine.x509.names import name_key
from sigcheck.pem import CRLS, pem_blocks

_RESPONSE_STATES: Final = {1: "malformedRequest", 2: "internalError", 3: "tryLater", 5: "sigRequired", 6: "unauthorized"}
"""OCSPResponseStatus (RFC 6960, 4.2.1)."""


class Mismatch(StrEnum):
    """Why what a server sent was not taken."""

    NOT_A_CRL = "not-a-crl"
    OTHER_CRL_ISSUER = "crl-of-another-issuer"
    NOT_AN_OCSP_RESPONSE = "not-an-ocsp-response"
    RESPONDER_REFUSED = "responder-refused"
    OTHER_CERTIFICATE = "response-about-another-certificate"


class NotTaken(Struct, frozen=True):
    """What a server sent is not what was asked for."""

    reason: Mismatch
    detail: str = ""


def ocsp_request(wanted: Wanted) -> bytes | None:
    """An OCSPRequest for one certificate (RFC 6960, 4.1.1), unsigned; None when the issuer's key cannot be read.

    Without a nonce: responses that a responder made beforehand, or that lie in a cache, have none (RFC 5019, 2.1.1), and
    what protects against replay is that thisUpdate and nextUpdate are judged.
    """
    identifier = certificate_id(wanted.serial_number, wanted.issuer_names[0], wanted.issuer_public_key)
    if identifier is None:
        return None
    request_list = asn1.wrap(asn1.SEQUENCE, asn1.wrap(asn1.SEQUENCE, identifier))
    return asn1.wrap(asn1.SEQUENCE, asn1.wrap(asn1.SEQUENCE, request_list))


def crl_answer(octets: bytes, wanted: Sequence[Wanted]) -> bytes | NotTaken:
    """The DER of a CRL, sent as DER or PEM, when its issuer is one whose CRLs these certificates may be listed in."""
    der = _without_armour(octets)
    crl = parse_crl(der)
    if crl is None:
        return NotTaken(Mismatch.NOT_A_CRL)
    if crl.issuer_key not in {name_key(name) for each in wanted for name in (*each.issuer_names, *each.crl_issuer_names)}:
        return NotTaken(Mismatch.OTHER_CRL_ISSUER)
    return der


def _without_armour(octets: bytes) -> bytes:
    """The DER inside PEM (RFC 7468, 6); anything else as it is."""
    armoured = (block.octets for block in pem_blocks(octets) if block.label in CRLS)
    return next(armoured, None) or octets


def ocsp_answer(octets: bytes, wanted: Wanted) -> bytes | NotTaken:
    """The response itself, when it answers for this certificate."""
    response = parse_ocsp_response(octets)
    if response is None:
        refusal = _refusal(octets)
        return NotTaken(Mismatch.RESPONDER_REFUSED, refusal) if refusal else NotTaken(Mismatch.NOT_AN_OCSP_RESPONSE)
    for single in response.responses:
        if is_about(single, wanted.serial_number, wanted.issuer_names, wanted.issuer_public_key):
            return octets
    return NotTaken(Mismatch.OTHER_CERTIFICATE)


def _refusal(octets: bytes) -> str:
    """The word of a response that refuses to answer; empty for anything else."""
    try:
        outer = asn1.read(octets).expect(asn1.SEQUENCE)
        first = asn1.read(octets, outer.content, outer.end)
    except (asn1.Malformed, LimitReached):
        return ""
    return _RESPONSE_STATES.get(int.from_bytes(first.value[:4], "big"), "") if first.tag == ENUMERATED else ""
