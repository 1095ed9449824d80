"""Certificates of an invented authority: a root, a CA below it, a person; the same octets in every run."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

START, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


def key(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())


def certificate(subject: str, issuer: str, *, ca: bool, signed_with: str | None = None, path_length: int | None = None) -> bytes:
    """DER of a certificate; the keys hang on the names, `signed_with` signs with the key of another name."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key(subject).public_key())
        .serial_number(int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], "big") | 1)
        .not_valid_before(START)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca, path_length), critical=True)
    )
    return builder.sign(key(signed_with or issuer), None).public_bytes(Encoding.DER)


def pem(*ders: bytes) -> bytes:
    return b"".join(b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n" for der in ders)


def sha256(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()


ROOT = certificate("Gốc Thử Nghiệm", "Gốc Thử Nghiệm", ca=True)
SUB_CA = certificate("CA Thử Nghiệm", "Gốc Thử Nghiệm", ca=True, path_length=0)
FALSE_SUB_CA = certificate("CA Thử Nghiệm", "Gốc Thử Nghiệm", ca=True, signed_with="Kẻ Mạo Danh")
PERSON = certificate("Trần Thị Bình", "CA Thử Nghiệm", ca=False)
OTHER_ROOT = certificate("Gốc Khác", "Gốc Khác", ca=True)
HOSTILE_ROOT = certificate("Gốc \x1b[31m\u202eđảo", "Gốc \x1b[31m\u202eđảo", ca=True)
