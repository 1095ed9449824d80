"""Keys, certificates and CMS objects made for tests, with one parameter for each flaw. All people in them are invented."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sigcheck.engine.certificates import parse_certificate
from sigcheck.facts import Certificate

CONTENT = b"%PDF-1.7 everything but the contents"
DIGESTS = {name: hashlib.new(name, CONTENT).digest() for name in ("sha1", "sha256", "sha384", "sha512")}
DIGESTS["shake256"] = hashlib.shake_256(CONTENT).digest(64)
Key = Any


def key(kind: str = "rsa") -> Key:
    """One private key of a kind, made once per run."""
    return _key(kind)


@lru_cache
def _key(kind: str) -> Key:
    makers: dict[str, Callable[[], Key]] = {
        "rsa": lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 - quick to make, and met in genuine documents
        "other-rsa": lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 - likewise
        "rsa-2048": lambda: rsa.generate_private_key(65537, 2048),
        "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
        "brainpool": lambda: ec.generate_private_key(ec.BrainpoolP384R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "ed448": ed448.Ed448PrivateKey.generate,
        "dsa": lambda: dsa.generate_private_key(1024),  # noqa: S505 - likewise
    }
    return makers[kind]()


def certificate_der(kind: str = "rsa", common_name: str = "Nguyễn Văn Mẫu", serial: int = 4711) -> bytes:
    """A self-signed certificate of an invented person, made once per run."""
    return _certificate_der(kind, common_name, serial)


@lru_cache
def _certificate_der(kind: str, common_name: str, serial: int) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    private = key(kind)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(serial)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2030, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )
    signed = builder.sign(private, None if kind.startswith("ed") else hashes.SHA256())
    return signed.public_bytes(Encoding.DER)


def certificate(kind: str = "rsa", **names: Any) -> Certificate:
    parsed = parse_certificate(certificate_der(kind, **names))
    assert parsed is not None
    return parsed


def attribute(name: str, *values: Any) -> bytes:
    attribute_type = cms.CMSAttributeType(name)
    return bytes(cms.CMSAttribute({"type": attribute_type, "values": list(values)}).dump())


def raw_attribute(oid: str, octets: bytes) -> bytes:
    """An attribute whose SET holds these octets as they are."""
    return wrap(0x30, core.ObjectIdentifier(oid).dump() + wrap(0x31, octets))


def wrap(tag: int, content: bytes) -> bytes:
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def signed_attributes(content: bytes = CONTENT, digest: str = "sha256", content_type: str = "data") -> list[bytes]:
    return [
        attribute("content_type", content_type),
        attribute("message_digest", DIGESTS[digest] if content == CONTENT else hashlib.new(digest, content).digest()),
    ]


def signing_certificate_v2(der: bytes) -> bytes:
    """RFC 5035, 3, with the default hash left out."""
    identifier = wrap(0x30, wrap(0x04, hashlib.sha256(der).digest()))
    return raw_attribute("1.2.840.113549.1.9.16.2.47", wrap(0x30, wrap(0x30, identifier)))


def rsa_pkcs1(private: Key, message: bytes, digest: str = "sha256") -> bytes:
    return bytes(private.sign(message, padding.PKCS1v15(), getattr(hashes, digest.upper())()))


def rsa_encoded(private: Key, encoded: bytes) -> bytes:
    """A raw RSA signature over whatever stands in the block."""
    numbers = private.private_numbers()
    length = (private.key_size + 7) // 8
    number = pow(int.from_bytes(encoded, "big"), numbers.d, numbers.public_numbers.n)
    return bytes(number.to_bytes(length, "big"))


def pkcs1_block(octets: int, digest_info: bytes) -> bytes:
    return b"\x00\x01" + b"\xff" * (octets - 3 - len(digest_info)) + b"\x00" + digest_info


def make_cms(
    kind: str = "rsa",
    attributes: Sequence[bytes] | None = None,
    algorithm: Any = "sha256_rsa",
    digest: str = "sha256",
    signature: bytes | None = None,
    sign: Any = None,
    content: bytes | None = None,
    content_type: str = "data",
    unsigned: Sequence[bytes] = (),
    certificates: Sequence[bytes] | None = None,
    by_key_identifier: bool = False,
    signers: int = 1,
    in_order: bool = True,
) -> bytes:
    """A SignedData over CONTENT; `sign` takes (private key, message). Not `in_order`: signed attributes as they are given."""
    own = asn1_x509.Certificate.load(certificate_der(kind))
    digest_identifier = algos.DigestAlgorithm({"algorithm": digest}).dump()
    if not isinstance(algorithm, bytes):
        parameters = {"algorithm": algorithm} if isinstance(algorithm, str) else algorithm
        algorithm = algos.SignedDigestAlgorithm(parameters).dump()
    sid = own.issuer.dump() + core.Integer(own.serial_number).dump()
    fields = core.Integer(3 if by_key_identifier else 1).dump()
    fields += wrap(0x80, own.key_identifier) if by_key_identifier else wrap(0x30, sid)
    fields += digest_identifier
    message = CONTENT if content is None else content
    if attributes is not None:
        joined = b"".join(sorted(attributes) if in_order else attributes)
        message = wrap(0x31, joined)
        fields += wrap(0xA0, joined)
    fields += algorithm + wrap(0x04, signature if signature is not None else (sign or rsa_pkcs1)(key(kind), message))
    if unsigned:
        fields += wrap(0xA1, b"".join(unsigned))
    encapsulated = cms.ContentType(content_type).dump()
    if content is not None:
        encapsulated += wrap(0xA0, wrap(0x04, content))
    own_certificates = [certificate_der(kind)] if certificates is None else certificates
    signed_data = core.Integer(1).dump() + wrap(0x31, digest_identifier) + wrap(0x30, encapsulated)
    signed_data += wrap(0xA0, b"".join(own_certificates)) + wrap(0x31, wrap(0x30, fields) * signers)
    return wrap(0x30, cms.ContentType("signed_data").dump() + wrap(0xA0, wrap(0x30, signed_data)))


def make_token(
    stamped: bytes, *, digest: str = "sha256", imprint: bytes | None = None, essential: bool = True, gen_time: bytes | None = None
) -> bytes:
    """A time-stamp token by the invented authority; `gen_time` replaces the GeneralizedTime's octets."""
    content = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": "1.3.6.1.4.1.99999.1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": digest},
                "hashed_message": hashlib.new(digest, stamped).digest() if imprint is None else imprint,
            },
            "serial_number": 77,
            "gen_time": datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
            "accuracy": {"seconds": 1, "millis": 250, "micros": 500},
        }
    ).dump()
    if gen_time is not None:
        old = wrap(0x18, b"20240506070809Z")
        content = wrap(0x30, content[2:].replace(old, wrap(0x18, gen_time)))
    attributes = [*signed_attributes(content, content_type="tst_info")]
    if essential:
        attributes.append(signing_certificate_v2(certificate_der("other-rsa")))
    return make_cms("other-rsa", attributes, content=content, content_type="tst_info")


def as_ber(der: bytes) -> bytes:
    """A CMS as old signing programs write it: indefinite lengths around everything but certificates and signed attributes."""
    content_info = split(body(der))
    fields = split(body(body(content_info[1])))
    encapsulated = split(body(fields[2]))
    if len(encapsulated) == 2:
        octets = body(body(encapsulated[1]))
        pieces = [wrap(0x04, octets[at : at + 5]) for at in range(0, len(octets), 5)]
        encapsulated[1] = _open(0xA0, [_open(0x24, pieces)])
    fields[2] = _open(0x30, encapsulated)
    fields[-1] = _open(0x31, [_open(0x30, split(body(body(fields[-1]))))])
    return _open(0x30, [content_info[0], _open(0xA0, [_open(0x30, fields)])])


def _open(tag: int, parts: list[bytes]) -> bytes:
    """A value with an indefinite length."""
    return bytes((tag, 0x80)) + b"".join(parts) + b"\x00\x00"


def split(content: bytes) -> list[bytes]:
    """The values standing one behind another."""
    parts = []
    while content:
        first = content[1]
        octets = first & 0x7F if first & 0x80 else 0
        length = int.from_bytes(content[2 : 2 + octets], "big") if octets else first
        end = 2 + octets + length
        parts.append(content[:end])
        content = content[end:]
    return parts


def body(der: bytes) -> bytes:
    return der[2 + (der[1] & 0x7F if der[1] & 0x80 else 0) :]
