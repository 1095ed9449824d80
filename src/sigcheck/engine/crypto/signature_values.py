"""Signature values under public keys: RSA PKCS#1 v1.5 and PSS (RFC 8017), ECDSA, DSA, EdDSA (RFC 8032).

PKCS#1 v1.5 is compared with exact encodings, never parsed leniently: the one of RFC 8017, and the one that leaves the NULL
parameter out, which a genuine signer was seen to write and RFC 8017, A.2.4 lets a verifier accept.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from msgspec import Struct

from sigcheck import digests
from sigcheck.engine.certificates import LONGEST_REMEMBERED, signature_parts
from sigcheck.engine.crypto import algorithms, asn1
from sigcheck.engine.crypto.asn1 import Malformed
from sigcheck.engine.crypto.keys import KeyUnusable, PublicKey, RsaNumbers, load_public_key, pss_restriction
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.facts import AlgorithmChoice, Certificate
from sigcheck.remembering import remembered

LIBRARY_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "md5": hashes.MD5(),  # noqa: S303 - old signatures are checked with it; the policy says what it is worth
    "sha1": hashes.SHA1(),  # noqa: S303 - likewise
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha512_224": hashes.SHA512_224(),
    "sha512_256": hashes.SHA512_256(),
    "sha3_224": hashes.SHA3_224(),
    "sha3_256": hashes.SHA3_256(),
    "sha3_384": hashes.SHA3_384(),
    "sha3_512": hashes.SHA3_512(),
}
RSA_KEYS: Final = (rsa.RSAPublicKey, RsaNumbers)


class SignatureCheck(Struct, frozen=True):
    """Whether a signature value verifies; None when it could not be determined, with the reason in `unknown`."""

    verifies: bool | None
    without_null: bool = False
    """It verifies as PKCS#1 v1.5 whose DigestInfo leaves the NULL parameter out."""
    unknown: str | None = None
    """`key-cannot-be-used`, `algorithm-unsupported`, `content-not-at-hand`, `malformed`."""
    detail: str = ""


class RecoveredDigest(Struct, frozen=True):
    """What an RSA PKCS#1 v1.5 signature was made over, read out of it with the public key."""

    hash: str
    digest: bytes
    without_null: bool


def verify_with_key(
    public_key_der: bytes, algorithm: AlgorithmChoice, signature: bytes, message: bytes | None, digest: bytes | None
) -> SignatureCheck:
    """Check a signature value over a message, or over its digest where only that is at hand. Never raises."""
    key = load_public_key(public_key_der)
    if isinstance(key, KeyUnusable):
        return SignatureCheck(None, unknown="key-cannot-be-used", detail=key.reason)
    try:
        if algorithm.name in {"ed25519", "ed448"}:
            return _verify_edwards(key, algorithm.name, signature, message)
        if digest is None and message is not None and algorithm.hash is not None:
            digest = digests.digest(algorithm.hash, message)
        elif digest is None:
            return SignatureCheck(None, unknown="content-not-at-hand" if algorithm.hash else "algorithm-unsupported")
        if digest is None or algorithm.hash not in LIBRARY_HASHES:
            return SignatureCheck(None, unknown="algorithm-unsupported", detail=algorithm.hash or "")
        if algorithm.name == "rsassa_pkcs1v15":
            return _verify_pkcs1(key, public_key_der, algorithm.hash, signature, digest)
        if algorithm.name == "rsassa_pss":
            return _verify_pss(key, public_key_der, algorithm, signature, digest)
        if algorithm.name in {"ecdsa", "dsa"}:
            return _verify_dsa(key, algorithm.name, LIBRARY_HASHES[algorithm.hash], signature, digest)
    except InvalidSignature:
        return SignatureCheck(False)
    except ValueError as error:  # a digest of another length, a key too small for the encoding
        return SignatureCheck(False, detail=str(error))
    except (UnsupportedAlgorithm, InternalError) as error:
        return SignatureCheck(None, unknown="algorithm-unsupported", detail=str(error))
    return SignatureCheck(None, unknown="algorithm-unsupported", detail=algorithm.name)


def _wrong_key() -> SignatureCheck:
    return SignatureCheck(False, detail="the key is of another kind than the signature")


def _verify_edwards(key: PublicKey, name: str, signature: bytes, message: bytes | None) -> SignatureCheck:
    if name == "ed25519" and not isinstance(key, ed25519.Ed25519PublicKey):
        return _wrong_key()
    if not isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey) or (
        name == "ed448" and not isinstance(key, ed448.Ed448PublicKey)
    ):
        return _wrong_key()
    if message is None:  # PureEdDSA hashes the message twice; no digest made beforehand helps
        return SignatureCheck(None, unknown="content-not-at-hand")
    key.verify(signature, message)
    return SignatureCheck(True)


def _verify_dsa(key: PublicKey, name: str, hash_: hashes.HashAlgorithm, signature: bytes, digest: bytes) -> SignatureCheck:
    if name == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, digest, ec.ECDSA(Prehashed(hash_)))
        return SignatureCheck(True)
    if name == "dsa" and isinstance(key, dsa.DSAPublicKey):
        key.verify(signature, digest, Prehashed(hash_))
        return SignatureCheck(True)
    return _wrong_key()


def _verify_pkcs1(key: PublicKey, public_key_der: bytes, hash_: str, signature: bytes, digest: bytes) -> SignatureCheck:
    """RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2); a key for PSS alone is refused (RFC 4055, 1.2)."""
    if not isinstance(key, RSA_KEYS) or pss_restriction(public_key_der) is not None:
        return _wrong_key()
    if isinstance(key, rsa.RSAPublicKey):
        try:
            key.verify(signature, digest, padding.PKCS1v15(), Prehashed(LIBRARY_HASHES[hash_]))
            return SignatureCheck(True)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError):
            pass  # the encoding without NULL comes next
    found = _recover(key, signature)
    if found is None or (found.hash, found.digest) != (hash_, digest):
        return SignatureCheck(False)
    return SignatureCheck(True, without_null=found.without_null)


def _verify_pss(
    key: PublicKey, public_key_der: bytes, algorithm: AlgorithmChoice, signature: bytes, digest: bytes
) -> SignatureCheck:
    """RSASSA-PSS (RFC 8017, 8.1.2) with the stated parameters, within what the key allows (RFC 4055, 3.3)."""
    if not isinstance(key, RSA_KEYS):
        return _wrong_key()
    mgf = LIBRARY_HASHES.get(algorithm.mgf_hash or "")
    if algorithm.hash is None or mgf is None or algorithm.salt_length is None:
        return SignatureCheck(None, unknown="algorithm-unsupported", detail="parameters of RSASSA-PSS")
    if isinstance(key, RsaNumbers):
        return SignatureCheck(None, unknown="key-cannot-be-used", detail="refused")
    allowed = pss_restriction(public_key_der)
    if allowed is not None and allowed.hash is not None:
        same = (allowed.hash, allowed.mgf_hash) == (algorithm.hash, algorithm.mgf_hash)
        if not same or allowed.salt_length is None or allowed.salt_length > algorithm.salt_length:
            return SignatureCheck(False, detail="the key does not allow these parameters")
    scheme = padding.PSS(padding.MGF1(mgf), algorithm.salt_length)
    key.verify(signature, digest, scheme, Prehashed(LIBRARY_HASHES[algorithm.hash]))
    return SignatureCheck(True)


def recover_digest(public_key_der: bytes, signature: bytes) -> RecoveredDigest | None:
    """What a PKCS#1 v1.5 signature was made over; None when the key opens no exact encoding in it."""
    key = load_public_key(public_key_der)
    if isinstance(key, KeyUnusable) or not isinstance(key, RSA_KEYS) or pss_restriction(public_key_der) is not None:
        return None
    return _recover(key, signature)


def _recover(key: rsa.RSAPublicKey | RsaNumbers, signature: bytes) -> RecoveredDigest | None:
    """RFC 8017, 8.2.2 steps 1 and 2, and step 4 turned around: which of the exact encodings it is."""
    if isinstance(key, RsaNumbers):
        modulus, exponent = key.modulus, key.exponent
    else:
        numbers = key.public_numbers()
        modulus, exponent = numbers.n, numbers.e
    length = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != length or number >= modulus:
        return None
    encoded = pow(number, exponent, modulus).to_bytes(length, "big")
    for hash_, size, without_null, prefix in DIGEST_INFOS:
        padded = length - 3 - len(prefix) - size
        if padded >= 8 and encoded.startswith(b"\x00\x01" + b"\xff" * padded + b"\x00" + prefix):
            return RecoveredDigest(hash_, encoded[-size:], without_null)
    return None


def _digest_infos() -> tuple[tuple[str, int, bool, bytes], ...]:
    """(hash, octets of its digest, without NULL, all of DigestInfo before the digest) for every hash (RFC 8017, 9.2)."""
    found = []
    for oid, name in algorithms.HASHES.items():
        library = LIBRARY_HASHES.get(name)
        if library is None:
            continue
        size = library.digest_size
        for without_null in (False, True):
            identifier = asn1.wrap(asn1.SEQUENCE, asn1.encoded_oid(oid) + (b"" if without_null else b"\x05\x00"))
            content = identifier + asn1.header(asn1.OCTET_STRING, size)
            found.append((name, size, without_null, asn1.header(asn1.SEQUENCE, len(content) + size) + content))
    return tuple(found)


DIGEST_INFOS: Final = _digest_infos()


def verify_signed_der(tbs: bytes, algorithm_identifier_der: bytes, signature: bytes, issuer_public_key: bytes) -> SignatureCheck:
    """Check a signature over DER as certificates, CRLs and OCSP responses bear it. Never raises."""
    try:
        algorithm = algorithms.signature_algorithm(asn1.read(algorithm_identifier_der))
    except (Malformed, LimitReached):
        return SignatureCheck(None, unknown="malformed")
    return verify_with_key(issuer_public_key, algorithm, signature, tbs, None)


def verify_certificate_signature(certificate: Certificate, issuer_public_key: bytes) -> SignatureCheck:
    """Check a certificate's signature with its issuer's key (RFC 5280, 6.1.3 (a)(1)); remembered per process."""
    return _verify_certificate(certificate.der, issuer_public_key)


@remembered(entries=4096, longest=LONGEST_REMEMBERED)
def _verify_certificate(der: bytes, issuer_public_key: bytes) -> SignatureCheck:
    parts = signature_parts(der)
    if parts is None:
        return SignatureCheck(None, unknown="malformed")
    tbs, identifier, signature = parts
    return verify_signed_der(tbs, identifier, signature, issuer_public_key)
