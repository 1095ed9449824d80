"""Algorithm identifiers (RFC 5280, 4.1.1.2; RFC 4055; RFC 5754; RFC 8419) in plain words."""

from __future__ import annotations

from typing import Final

from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.asn1 import Element, Malformed
from sigcheck.facts import AlgorithmChoice

HASHES: Final = {
    "1.2.840.113549.2.2": "md2",
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "1.3.36.3.2.1": "ripemd160",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.5": "sha512_224",
    "2.16.840.1.101.3.4.2.6": "sha512_256",
    "2.16.840.1.101.3.4.2.7": "sha3_224",
    "2.16.840.1.101.3.4.2.8": "sha3_256",
    "2.16.840.1.101.3.4.2.9": "sha3_384",
    "2.16.840.1.101.3.4.2.10": "sha3_512",
    "2.16.840.1.101.3.4.2.11": "shake128",
    "2.16.840.1.101.3.4.2.12": "shake256",
}
"""Hash algorithms by OID. MD2 and RIPEMD-160 are named and not computed: nothing genuine uses them."""

_SHAKE256_LENGTH: Final = "2.16.840.1.101.3.4.2.18"
"""id-shake256-len, with its output of 512 bits as parameter (RFC 8419, 2.3)."""

_RSA: Final = {
    "1.3.14.3.2.3": "md5",
    "1.3.14.3.2.29": "sha1",
    "1.2.840.113549.1.1.2": "md2",
    "1.2.840.113549.1.1.4": "md5",
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.14": "sha224",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.113549.1.1.15": "sha512_224",
    "1.2.840.113549.1.1.16": "sha512_256",
    "1.3.36.3.3.1.2": "ripemd160",
    "2.16.840.1.101.3.4.3.13": "sha3_224",
    "2.16.840.1.101.3.4.3.14": "sha3_256",
    "2.16.840.1.101.3.4.3.15": "sha3_384",
    "2.16.840.1.101.3.4.3.16": "sha3_512",
}
_DSA: Final = {
    "1.2.840.10040.4.3": "sha1",
    "1.3.14.3.2.13": "sha1",
    "1.3.14.3.2.27": "sha1",
    "2.16.840.1.101.3.4.3.1": "sha224",
    "2.16.840.1.101.3.4.3.2": "sha256",
    "2.16.840.1.101.3.4.3.3": "sha384",
    "2.16.840.1.101.3.4.3.4": "sha512",
}
_ECDSA: Final = {
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.1": "sha224",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
    "2.16.840.1.101.3.4.3.9": "sha3_224",
    "2.16.840.1.101.3.4.3.10": "sha3_256",
    "2.16.840.1.101.3.4.3.11": "sha3_384",
    "2.16.840.1.101.3.4.3.12": "sha3_512",
}
_KEY_ONLY: Final = {
    "1.2.840.113549.1.1.1": ("rsassa_pkcs1v15", "rsassa_pkcs1v15"),
    "1.2.840.10045.2.1": ("ecdsa", "ec"),
    "1.2.840.10045.4": ("ecdsa", "ecdsa"),
    "1.2.840.10040.4.1": ("dsa", "dsa"),
}
"""Identifiers that leave the hash to the digest algorithm; id-ecPublicKey is wrong there, and in real signatures."""
_EDWARDS: Final = {"1.3.101.112": "ed25519", "1.3.101.113": "ed448"}
_PSS: Final = "1.2.840.113549.1.1.10"
_MGF1: Final = "1.2.840.113549.1.1.8"


def hash_name(identifier: Element) -> str:
    """The hash that an AlgorithmIdentifier names, or its dotted OID. Raises Malformed."""
    oid = algorithm_oid(identifier)
    if oid == _SHAKE256_LENGTH and identifier.raw.endswith(b"\x02\x02\x02\x00"):
        return "shake256"
    return HASHES.get(oid, oid)


def algorithm_oid(identifier: Element) -> str:
    """The OID of an AlgorithmIdentifier. Raises Malformed."""
    return asn1.object_identifier(next(identifier.expect(asn1.SEQUENCE).iterate(), identifier))


def signature_algorithm(identifier: Element, hash_: str | None = None) -> AlgorithmChoice:
    """What an AlgorithmIdentifier of a signature says; `hash_` decides where it names only the key. Raises Malformed."""
    oid = algorithm_oid(identifier)
    for scheme, suffix, table in (("rsassa_pkcs1v15", "rsa", _RSA), ("ecdsa", "ecdsa", _ECDSA), ("dsa", "dsa", _DSA)):
        if oid in table:
            return AlgorithmChoice(name=scheme, hash=table[oid], stated=f"{table[oid]}_{suffix}")
    if oid in _KEY_ONLY:
        scheme, stated = _KEY_ONLY[oid]
        return AlgorithmChoice(name=scheme, hash=hash_, stated=stated)
    if oid in _EDWARDS:
        return AlgorithmChoice(name=_EDWARDS[oid], hash=None, stated=_EDWARDS[oid])
    if oid == _PSS:
        return _pss(identifier)
    return AlgorithmChoice(name=oid, hash=hash_, stated=oid)


def _pss(identifier: Element) -> AlgorithmChoice:
    """RSASSA-PSS with its parameters (RFC 4055, 3.1); parameters that cannot be used leave `hash` or `salt_length` None."""
    unusable = AlgorithmChoice(name="rsassa_pss", hash=None, stated="rsassa_pss")
    try:
        parts = identifier.children()
        if len(parts) != 2:
            return unusable
        hash_, mgf_hash, salt, trailer = "sha1", "sha1", 20, 1
        for field in parts[1].expect(asn1.SEQUENCE).iterate():
            inner = next(field.iterate(), field)
            if field.tag == 0xA0:
                hash_ = hash_name(inner)
            elif field.tag == 0xA1:
                mgf_hash = _mgf_hash(inner)
            elif field.tag == 0xA2:
                salt = asn1.integer(inner)
            elif field.tag == 0xA3:
                trailer = asn1.integer(inner)
            else:
                return unusable
    except Malformed:
        return unusable
    usable = trailer == 1 and 0 <= salt <= 2048
    return AlgorithmChoice("rsassa_pss", hash_, mgf_hash, salt if usable else None, "rsassa_pss")


def _mgf_hash(identifier: Element) -> str:
    oid = algorithm_oid(identifier)
    parts = identifier.children()
    if oid != _MGF1 or len(parts) != 2:
        return oid
    return hash_name(parts[1])
