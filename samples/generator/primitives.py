"""Signature values, always the same for the same input: fixed PSS salts, deterministic ECDSA (RFC 6979)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

DIGEST_OIDS = {"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1", "sha512": "2.16.840.1.101.3.4.2.3"}


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a signature value is made and how its algorithm is stated in the signer info."""

    name: str = "pkcs1"
    """pkcs1, pkcs1-without-null, pss, ecdsa or ed25519."""
    stated: str | None = None
    """The signatureAlgorithm written instead of the usual one, as asn1crypto names it."""


def der(tag: int, *parts: bytes) -> bytes:
    """One DER element of definite, minimal length."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def sign(key: Any, scheme: Scheme, digest_name: str, message: bytes) -> bytes:
    """The signature value over `message`."""
    digest = hashlib.new(digest_name, message).digest()
    match scheme.name:
        case "pkcs1":
            plain: bytes = key.sign(message, padding.PKCS1v15(), getattr(hashes, digest_name.upper())())
            return plain
        case "pkcs1-without-null":
            return _private(key, _pkcs1_without_null(key, digest_name, digest))
        case "pss":
            return _private(key, _pss(key, digest_name, digest))
        case "ecdsa":
            algorithm = getattr(hashes, digest_name.upper())()
            made: bytes = key.sign(message, ec.ECDSA(algorithm, deterministic_signing=True))
            return made
        case "ed25519":
            signed: bytes = key.sign(message)
            return signed
        case _:
            raise ValueError(scheme.name)


def raw_pkcs1(key: Any, digest_name: str, digest: bytes) -> bytes:
    """RSASSA-PKCS1-v1_5 over a digest that was computed elsewhere (adbe.x509.rsa_sha1)."""
    made: bytes = key.sign(digest, padding.PKCS1v15(), Prehashed(getattr(hashes, digest_name.upper())()))
    return made


def stated_algorithm(scheme: Scheme, digest_name: str) -> algos.SignedDigestAlgorithm:
    """The signatureAlgorithm of the signer info."""
    if scheme.stated is not None:
        return algos.SignedDigestAlgorithm({"algorithm": scheme.stated})
    match scheme.name:
        case "pss":
            digest = {"algorithm": digest_name}
            parameters = {
                "hash_algorithm": digest,
                "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": digest},
                "salt_length": 32,
            }
            return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
        case "ecdsa":
            return algos.SignedDigestAlgorithm({"algorithm": f"{digest_name}_ecdsa"})
        case "ed25519":
            return algos.SignedDigestAlgorithm({"algorithm": "ed25519"})
        case _:
            pass
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15", "parameters": core.Null()})


def _length(key: Any) -> int:
    bits: int = key.key_size
    return (bits + 7) // 8


def _private(key: Any, block: bytes) -> bytes:
    numbers = key.private_numbers()
    value: int = pow(int.from_bytes(block, "big"), numbers.d, numbers.public_numbers.n)
    return value.to_bytes(_length(key), "big")


def _pkcs1_without_null(key: Any, digest_name: str, digest: bytes) -> bytes:
    """EMSA-PKCS1-v1_5 (RFC 8017, 9.2), but for the NULL in the AlgorithmIdentifier, as one genuine signature was seen."""
    information = der(0x30, der(0x30, core.ObjectIdentifier(DIGEST_OIDS[digest_name]).dump()), der(0x04, digest))
    return b"\x00\x01" + b"\xff" * (_length(key) - 3 - len(information)) + b"\x00" + information


def _pss(key: Any, digest_name: str, digest: bytes) -> bytes:
    """EMSA-PSS (RFC 8017, 9.1.1) with a salt of 32 octets derived from the digest, so that the samples never change."""
    salt = hashlib.sha256(b"salt" + digest).digest()
    length = _length(key)
    hashed = hashlib.new(digest_name, bytes(8) + digest + salt).digest()
    block = bytes(length - len(salt) - len(hashed) - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, _mgf1(digest_name, hashed, len(block)), strict=True))
    masked[0] &= 0x7F
    return bytes(masked) + hashed + b"\xbc"


def _mgf1(digest_name: str, seed: bytes, length: int) -> bytes:
    out = b""
    counter = 0
    while len(out) < length:
        out += hashlib.new(digest_name, seed + counter.to_bytes(4, "big")).digest()
        counter += 1
    return out[:length]
