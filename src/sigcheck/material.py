"""Certificates, CRLs, OCSP responses and time-stamp tokens that come from outside the document, as plain values.

Nothing here is verified. What the revocation store gave is kept with the question it answered, so that a check can be repeated
without the store.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class OfferedMaterial(Struct, frozen=True):
    """What somebody hands over beside a document, each piece in DER. Nobody vouches for it, nor for when it came."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()
    timestamp_tokens: tuple[bytes, ...] = ()


class StoredPiece(Struct, frozen=True):
    """One CRL or OCSP response of the revocation store."""

    der: bytes
    received_at: datetime | None


class StoreAnswer(Struct, frozen=True):
    """What the store gave when it was asked about one certificate."""

    issuer_names: tuple[bytes, ...]
    """The names (DER) that were asked for."""
    serial_number: int
    crls: tuple[StoredPiece, ...]
    ocsp_responses: tuple[StoredPiece, ...]


class StoreUse(Struct, frozen=True):
    """All that one check took from the store: what it was given outright, and every answer."""

    crls: tuple[StoredPiece, ...] = ()
    ocsp_responses: tuple[StoredPiece, ...] = ()
    answers: tuple[StoreAnswer, ...] = ()
