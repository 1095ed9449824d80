"""CRLs of the samples' made-up authorities, for any moment, with what a test is about and nothing else."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
sys.path.insert(0, str(SAMPLES))

from generator import pki  # noqa: E402 - the generator lies beside the samples, outside every package
from generator.crlfiles import MONTH, crl_of  # noqa: E402 - likewise

__all__ = ["MONTH", "SAMPLES", "certificate", "crl_of", "day", "pki"]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def certificate(label: str) -> x509.Certificate:
    """A certificate that samples/pki.yml declares."""
    return x509.load_der_x509_certificate(pki.certificate(label).dump())
