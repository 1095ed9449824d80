"""fetch_certificate: one certificate from its publisher's address, taken only with the fingerprint that is listed."""

from __future__ import annotations

import base64
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sigcheck.engine.x509.certificate_bundles import certificates_in
from sigcheck.fetching.addresses import servers_of
from sigcheck.fetching.connection import Clock
from sigcheck.fetching.fetch import Question, fetch
from sigcheck.fetching.limits import COLLECTING, FetchLimits
from sigcheck.fetching.outcome import NotFetched

_BEGIN: Final = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?(?:CERTIFICATE|PKCS7|CMS)-----")
_END: Final = b"-----END "


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
    """The DER inside each PEM block (RFC 7468); octets without any, as they are."""
    begin = _BEGIN.search(octets)
    if begin is None:
        return [octets]
    parts: list[bytes] = []
    while begin is not None:
        end = octets.find(_END, begin.end())
        if end < 0:
            break
        with suppress(ValueError):
            parts.append(base64.b64decode(b"".join(octets[begin.end() : end].split()), validate=True))
        begin = _BEGIN.search(octets, end)
    return parts
