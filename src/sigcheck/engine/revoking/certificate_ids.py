"""CertID: by what an OCSP request and its response know a certificate (RFC 6960, 4.1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sigcheck.digests import digest
from sigcheck.engine.crypto import asn1
from sigcheck.engine.revoking.ocsp import SingleResponse
from sigcheck.engine.revoking.revocation_issuers import key_hash

HASHES: Final = frozenset({"sha1", "sha256", "sha384", "sha512"})
"""Hashes of certificate identifiers met in responses; RFC 5019 uses SHA-1, later profiles SHA-256."""
SHA1_IDENTIFIER: Final = asn1.wrap(asn1.SEQUENCE, asn1.encoded_oid("1.3.14.3.2.26") + asn1.wrap(asn1.NULL, b""))


def is_about(single: SingleResponse, serial_number: int, issuer_names: Sequence[bytes], issuer_public_key: bytes) -> bool:
    """The identifier is this certificate's: serial number, and the issuer's name and key by their hashes."""
    if single.serial_number != serial_number or single.hash not in HASHES:
        return False
    if single.issuer_key_hash != key_hash(issuer_public_key, single.hash):
        return False
    return any(digest(single.hash, name) == single.issuer_name_hash for name in issuer_names)


def certificate_id(serial_number: int, issuer_name: bytes, issuer_public_key: bytes) -> bytes | None:
    """The DER of a CertID in SHA-1, the one that every responder understands (RFC 5019, 2.1.1); None for a key unread.

    The hash only names the certificate: nothing is proven by it, so its weakness harms nobody.
    """
    of_key, sha1 = key_hash(issuer_public_key), digest("sha1", issuer_name)
    if of_key is None or sha1 is None:
        return None
    number = serial_number.to_bytes(serial_number.bit_length() // 8 + 1, "big", signed=True)
    octets = (asn1.wrap(asn1.OCTET_STRING, one) for one in (sha1, of_key))
    return asn1.wrap(asn1.SEQUENCE, SHA1_IDENTIFIER + b"".join(octets) + asn1.wrap(asn1.INTEGER, number))
