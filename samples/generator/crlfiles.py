"""samples/revocation: CRLs of the made-up authorities, of the times that docs/revocation.md walks through."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from generator import pki

MONTH = timedelta(days=30)

DAYS = (
    ("g1-sub", "2018-01-10"),
    ("g1-root", "2018-01-10"),
    ("g1-root", "2022-06-10"),
    ("g1-sub", "2026-11-10"),
    ("g2-sub", "2025-09-01"),
    ("g2-root", "2025-09-01"),
)
"""Whose CRL of which day: of the signing time, of the time of a later document time-stamp, and of today."""


def files() -> dict[str, bytes]:
    """Path below samples/ to content."""
    return {f"revocation/{issuer}-{day}.crl": crl_of(issuer, day) for issuer, day in DAYS}


def crl_of(issuer: str, this_update: str, *, lasts: timedelta = MONTH, revoked: Mapping[str, str] | None = None) -> bytes:
    """A CRL of the authority `issuer` (its label), listing certificates by label with the day of their revocation."""
    made = _midnight(this_update)
    builder = x509.CertificateRevocationListBuilder(_certificate(issuer).subject, made, made + lasts)
    for label, since in (revoked or {}).items():
        entry = x509.RevokedCertificateBuilder(_certificate(label).serial_number, _midnight(since)).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(pki.private_key(issuer), hashes.SHA256()).public_bytes(Encoding.DER)


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _certificate(label: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(pki.certificate(label).dump())
