"""CRLs and OCSP responses as they came in: the material that may say whether a certificate is revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class Received(Struct, frozen=True):
    """One CRL or OCSP response as it came in: `source` is `cms`, `document`, `store` or `bundle`."""

    der: bytes
    source: str
    received_at: datetime | None
    covered_from: int | None = None
    """The first revision whose signatures and time-stamps cover it; None outside the document."""
    signed: bool = False
    """Among the signed attributes of the signature that is asked about."""


class RevocationLookup(Protocol):
    """A store of many CRLs and responses, asked for those that may speak of one certificate."""

    def about(self, issuer_names: Sequence[bytes], serial_number: int) -> tuple[tuple[Received, ...], tuple[Received, ...]]:
        """CRLs whose issuer is one of these names (DER), and OCSP responses about the serial number under one of them."""


class RevocationMaterial(Struct, frozen=True):
    """All CRLs and OCSP responses at hand, none of them verified."""

    crls: tuple[Received, ...]
    ocsp_responses: tuple[Received, ...]
    lookup: RevocationLookup | None = None
    """Where more may be found, by certificate."""
