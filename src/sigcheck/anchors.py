"""The trust list: what is configured to be trusted, as plain values.

A trust anchor is a name and a public key (RFC 5280, 6.1.1 (d)). Sub-CAs that signatures leave out are listed below their
anchor in the same form, as intermediates, never as anchors.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Sureness(StrEnum):
    """How sure the facts of an entry are; entries below HIGH are off until enabled."""

    VERY_HIGH = "very-high"
    HIGH = "high"
    MEDIUM = "medium"


class ServicePeriod(Struct, frozen=True):
    """A time for which a signed trusted list honours an entry, for one purpose (ETSI TS 119 612, 5.5.4 to 5.6.5)."""

    purpose: str
    """`signer` or `timestamp`."""
    start: datetime
    end: datetime | None
    """The first moment at which it no longer holds; None while it lasts."""

    def holds(self, purpose: str, moment: datetime) -> bool:
        """Whether the entry may be used then; what is neither signer nor time-stamp (revocation) goes with any purpose."""
        fits = purpose == self.purpose or purpose not in {"signer", "timestamp"}
        return fits and self.start <= moment and (self.end is None or moment < self.end)


class ListedCertificate(Struct, frozen=True):
    """What the trust list states about one certificate."""

    name: str
    """Unique short name in the list: `vgca-root-g1`."""
    subject: str
    """RFC 4514 text."""
    subject_der: bytes
    common_name: str | None
    public_key: bytes
    """SubjectPublicKeyInfo, DER."""
    serial_number: int | None
    not_before: datetime
    not_after: datetime
    sha256: str
    """Of the certificate, lower-case hex."""
    issuer: str | None
    """`name` of the entry above; None for an anchor."""
    authority: str
    """government, national, public, or user."""
    purposes: frozenset[str]
    """`signer`, `timestamp`: what end-entity certificates below it (or itself) may be used for."""
    is_ca: bool
    path_length: int | None
    key_usage: tuple[str, ...] | None
    extended_key_usage: tuple[str, ...] | None
    subject_key_identifier: bytes | None
    crl_urls: tuple[str, ...]
    ocsp_urls: tuple[str, ...]
    signature_hash: str | None
    """The hash its own signature was made with: sha1, sha256."""
    publisher: str | None
    """Address of the publisher's page or file."""
    confirmed: str | None
    """Where the facts were confirmed."""
    sureness: Sureness
    source: str
    """The file it was read from: `vgca.toml`, or a path of the user's."""
    certificate: bytes | None = None
    """The whole certificate, when a user added or fetched it; its SHA-256 equals `sha256`."""
    certificate_urls: tuple[str, ...] = ()
    """Addresses of this very certificate's file."""
    periods: tuple[ServicePeriod, ...] | None = None
    """When a trusted list honours it; None: always, empty: never. Its own period holds besides."""

    @property
    def is_anchor(self) -> bool:
        return self.issuer is None


class TrustList(Struct, frozen=True):
    """All enabled entries, anchors and intermediates, in a fixed order; `sha256` is the digest of what they state."""

    entries: tuple[ListedCertificate, ...]
    sources: tuple[str, ...]
    sha256: str

    @property
    def anchors(self) -> tuple[ListedCertificate, ...]:
        return tuple(entry for entry in self.entries if entry.is_anchor)
