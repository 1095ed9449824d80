"""fetch_certificate: one certificate from its publisher's address, taken only with the fingerprint that is listed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sigcheck.engine.x509.certificate_bundles import certificates_in
from sigcheck.fetching.addresses import servers_of
from sigcheck.fetching.connection import Clock
from sigcheck.fetching.fetch import Question, fetch
from sigcheck.fetching.limits import COLLECTING, FetchLimits
from sigcheck.fetching.outcome import NotFetched
from sigcheck.pem import BUNDLES, pem_blocks


@dataclass(frozen=True, slots=True)
class OtherCertificate:
    """The server sent something, and no certificate of the fingerprint is in it."""

    fingerprints: tuple[str, ...]
    """SHA-256 of the certificates that were in it; none when it holds no certificate at all."""


def fetch_certificate(
    address: str,
    sha256: str,
    *,
    allow_private: bool = False,
    limits: FetchLimits = COLLECTING,
    clock: Clock = time.monotonic,
) -> bytes | OtherCertificate | NotFetched:
    """The DER of the certificate with this SHA-256 (lower-case hex), sent as DER, as PEM or in a PKCS #7 bundle."""
    answer = fetch(
        address,
        Question(limits.certificate_bytes),
        servers=servers_of([address]),
        allow_private=allow_private,
        limits=limits,
        clock=clock,
    )
    if isinstance(answer, NotFetched):
        return answer
    found = {certificate.sha256: certificate.der for part in _parts(answer.octets) for certificate in certificates_in(part)}
    return found.get(sha256) or OtherCertificate(tuple(found))


def _parts(octets: bytes) -> list[bytes]:
    """The DER inside each PEM block; octets without any, as they are."""
    blocks = [block.octets for block in pem_blocks(octets) if block.label in BUNDLES]
    return [part for part in blocks if part is not None] if blocks else [octets]
