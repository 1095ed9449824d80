"""DSA keys without parameters, which inherit them from the key above (RFC 3279, 2.3.2; RFC 5280, 6.1.4 (e))."""

from __future__ import annotations

from typing import Final

from sigcheck.engine.crypto import asn1
from sigcheck.engine.pdf.objects import LimitReached

DSA: Final = bytes.fromhex("06072a8648ce380401")


def lacks_parameters(public_key: bytes) -> bool:
    """A SubjectPublicKeyInfo of a DSA key whose parameters are left out."""
    return DSA in public_key[:32] and _parameters(public_key) is None


def with_parameters(public_key: bytes, issuer_public_key: bytes) -> bytes:
    """The key with the parameters of the issuer's, or the key as it is where there are none to inherit."""
    parameters = _parameters(issuer_public_key)
    if parameters is None or not lacks_parameters(public_key):
        return public_key
    try:
        key = asn1.read(public_key).children()[-1].raw
    except (asn1.Malformed, LimitReached, IndexError):
        return public_key
    return asn1.wrap(asn1.SEQUENCE, asn1.wrap(asn1.SEQUENCE, DSA + parameters) + key)


def _parameters(public_key: bytes) -> bytes | None:
    try:
        oid, *parameters = asn1.read(public_key).children()[0].children()
    except (asn1.Malformed, LimitReached, IndexError, ValueError):
        return None
    return parameters[0].raw if oid.raw == DSA and parameters and parameters[0].tag == asn1.SEQUENCE else None
