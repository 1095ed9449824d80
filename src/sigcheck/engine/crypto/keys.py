"""Public keys (SubjectPublicKeyInfo, RFC 5280, 4.1.2.7) as objects that can verify, or the reason why one cannot."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from msgspec import Struct

from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.algorithms import algorithm_oid, signature_algorithm
from sigcheck.engine.crypto.asn1 import Element, Malformed
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.facts import AlgorithmChoice
from sigcheck.remembering import remembered

RSA_MODULUS_BITS: Final = 16_384
"""The largest modulus verified with; the cost grows with its square, and no CA issues beyond 8,192."""
RSA_EXPONENT_BITS: Final = 64
"""The largest public exponent; the cost grows with its length, and FIPS 186-5 allows up to 256 bits where nobody goes."""

KEY_ALGORITHMS: Final = {
    "1.2.840.113549.1.1.1": "rsa",
    "1.2.840.113549.1.1.10": "rsassa-pss",
    "2.5.8.1.1": "rsa",
    "1.2.840.10045.2.1": "ec",
    "1.2.840.10040.4.1": "dsa",
    "1.3.101.112": "ed25519",
    "1.3.101.113": "ed448",
}
_CURVE_BITS: Final = {
    "1.2.840.10045.3.1.1": 192,
    "1.2.840.10045.3.1.7": 256,
    "1.3.132.0.10": 256,
    "1.3.132.0.33": 224,
    "1.3.132.0.34": 384,
    "1.3.132.0.35": 521,
    "1.3.36.3.3.2.8.1.1.1": 160,
    "1.3.36.3.3.2.8.1.1.3": 192,
    "1.3.36.3.3.2.8.1.1.5": 224,
    "1.3.36.3.3.2.8.1.1.7": 256,
    "1.3.36.3.3.2.8.1.1.9": 320,
    "1.3.36.3.3.2.8.1.1.11": 384,
    "1.3.36.3.3.2.8.1.1.13": 512,
}
_FIXED_BITS: Final = {"ed25519": 256, "ed448": 456}


class KeyUnusable(Struct, frozen=True):
    """A public key that nothing can be verified with, and why."""

    reason: str
    """`malformed`, `modulus-too-large`, `exponent-too-large`, `curve-unsupported`, `algorithm-unsupported`, …"""


class RsaNumbers(Struct, frozen=True):
    """An RSA key that `cryptography` refuses (small or even numbers); PKCS#1 v1.5 can be computed with it all the same."""

    modulus: int
    exponent: int

    @property
    def key_size(self) -> int:
        return self.modulus.bit_length()


LibraryKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | ed448.Ed448PublicKey | dsa.DSAPublicKey
PublicKey = LibraryKey | RsaNumbers


@remembered(entries=2048, longest=4096)
def load_public_key(spki_der: bytes) -> PublicKey | KeyUnusable:
    """The key of a SubjectPublicKeyInfo; remembered per process. Never raises."""
    try:
        algorithm, oid, octets = _parts(spki_der)
        if algorithm in {"rsa", "rsassa-pss"}:
            if algorithm == "rsassa-pss" and not _restriction_usable(spki_der):
                return KeyUnusable("malformed")
            return _rsa_key(*_rsa_numbers(octets))
        if algorithm == oid:
            return KeyUnusable("algorithm-unsupported")
        from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415 - few keys are not RSA

        key = load_der_public_key(spki_der)
    except (Malformed, LimitReached):
        return KeyUnusable("malformed")
    except UnsupportedAlgorithm:
        return KeyUnusable("curve-unsupported")
    except ValueError:  # a point that is not on the curve, explicit curve parameters, …
        return KeyUnusable("refused")
    if isinstance(key, LibraryKey):
        return key
    return KeyUnusable("algorithm-unsupported")


def describe_key(spki: Element) -> tuple[str, int | None]:
    """(rsa, rsassa-pss, ec, ed25519, ed448, dsa or the dotted OID; size in bits where it can be told). Raises Malformed."""
    algorithm, _, octets = _parts(spki.raw)
    try:
        if algorithm in {"rsa", "rsassa-pss"}:
            return algorithm, _rsa_numbers(octets)[0].bit_length()
        parameters = spki.children()[0].children()
        if algorithm == "ec":
            return algorithm, _CURVE_BITS.get(asn1.object_identifier(parameters[1]))
        if algorithm == "dsa":
            return algorithm, asn1.integer(parameters[1].children()[0]).bit_length()
    except (Malformed, IndexError):
        return algorithm, None
    return algorithm, _FIXED_BITS.get(algorithm)


def key_octets(spki_der: bytes) -> bytes:
    """The octets of the subjectPublicKey BIT STRING, which RFC 6960's key hashes are made over. Raises Malformed."""
    return _parts(spki_der)[2]


@remembered(entries=2048, longest=4096)
def pss_restriction(spki_der: bytes) -> AlgorithmChoice | None:
    """What a key for RSASSA-PSS alone demands of signatures (RFC 4055, 1.2 and 3.3); None for a key that demands nothing.

    Without parameters in the key, `hash` is None: any parameters will do.
    """
    try:
        choice = signature_algorithm(asn1.read(spki_der).children()[0])
    except (Malformed, LimitReached, IndexError):
        return None
    return choice if choice.name == "rsassa_pss" else None


def _restriction_usable(spki_der: bytes) -> bool:
    """The parameters are absent, or can be read."""
    restriction = pss_restriction(spki_der)
    absent = len(asn1.read(spki_der).children()[0].children()) == 1
    return restriction is not None and (absent or (restriction.hash is not None and restriction.salt_length is not None))


def _parts(spki_der: bytes) -> tuple[str, str, bytes]:
    spki = asn1.read(spki_der).expect(asn1.SEQUENCE)
    parts = spki.children()
    if len(parts) != 2 or spki.stop != len(spki_der):
        raise Malformed("subject public key")
    oid = algorithm_oid(parts[0])
    return KEY_ALGORITHMS.get(oid, oid), oid, asn1.bit_string(parts[1])


def _rsa_numbers(octets: bytes) -> tuple[int, int]:
    """(modulus, public exponent) of an RSAPublicKey (RFC 8017, A.1.1). Raises Malformed.

    Both are read without a sign: genuine Estonian ID cards left out the zero octet in front of a high bit.
    """
    key = asn1.read(octets).expect(asn1.SEQUENCE)
    numbers = key.children()
    if len(numbers) != 2 or key.stop != len(octets):
        raise Malformed("RSA key")
    modulus, exponent = (int.from_bytes(number.expect(asn1.INTEGER).value, "big") for number in numbers)
    return modulus, exponent


def _rsa_key(modulus: int, exponent: int) -> PublicKey | KeyUnusable:
    if modulus < 2 or exponent < 2:  # with an exponent of 1 anybody can sign
        return KeyUnusable("malformed")
    if modulus.bit_length() > RSA_MODULUS_BITS:
        return KeyUnusable("modulus-too-large")
    if exponent.bit_length() > RSA_EXPONENT_BITS:
        return KeyUnusable("exponent-too-large")
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return RsaNumbers(modulus, exponent)
