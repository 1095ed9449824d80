"""CRLs of the samples' made-up authorities, for any moment, with what a test is about and nothing else."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
sys.path.insert(0, str(SAMPLES))

from generator import pki  # noqa: E402 - the generator lies beside the samples, outside every package

MONTH = timedelta(days=30)

__all__ = ["MONTH", "SAMPLES", "certificate", "crl_of", "day", "pki"]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def certificate(label: str) -> x509.Certificate:
    """A certificate that samples/pki.yml declares."""
    return x509.load_der_x509_certificate(pki.certificate(label).dump())


def crl_of(issuer: str, this_update: str, *, lasts: timedelta = MONTH, revoked: Mapping[str, str] | None = None) -> bytes:
    """A CRL of the authority `issuer` (its label), listing certificates by label with the day of their revocation."""
    made = day(this_update)
    builder = x509.CertificateRevocationListBuilder(certificate(issuer).subject, made, made + lasts)
    for label, since in (revoked or {}).items():
        entry = x509.RevokedCertificateBuilder(certificate(label).serial_number, day(since)).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(pki.private_key(issuer), hashes.SHA256()).public_bytes(Encoding.DER)
