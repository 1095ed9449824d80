"""The request to a time-stamp server, and whether what it sent answers it (RFC 3161, 2.4). Who signed it is found out later."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sigcheck.engine.cms import read_cms
from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.tokens import read_token_content
from sigcheck.engine.limits import DEFAULT_LIMITS
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.facts import CmsUnreadable

_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_GRANTED: Final = frozenset({0, 1})
"""PKIStatus granted, and grantedWithMods (RFC 3161, 2.4.2)."""
_TRUE: Final = b"\x01\x01\xff"


class StampRefusal(StrEnum):
    """Why a server's answer is not taken."""

    NOT_A_RESPONSE = "not-a-timestamp-response"
    NOT_GRANTED = "timestamp-not-granted"
    NO_TOKEN = "not-a-timestamp-token"  # noqa: S105 - a reason, not a secret
    OTHER_IMPRINT = "timestamp-over-something-else"
    OTHER_NONCE = "timestamp-for-another-request"


@dataclass(frozen=True, slots=True)
class NotStamped:
    reason: StampRefusal
    detail: str = ""


def timestamp_request(sha256: bytes, nonce: int) -> bytes:
    """A TimeStampReq for a SHA-256 value, that asks for the authority's certificate. `nonce` is positive."""
    algorithm = asn1.wrap(asn1.SEQUENCE, asn1.encoded_oid(_SHA256) + asn1.wrap(asn1.NULL, b""))
    imprint = asn1.wrap(asn1.SEQUENCE, algorithm + asn1.wrap(asn1.OCTET_STRING, sha256))
    return asn1.wrap(asn1.SEQUENCE, _integer(1) + imprint + _integer(nonce) + _TRUE)


def _integer(value: int) -> bytes:
    return asn1.wrap(asn1.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def token_of(response: bytes, sha256: bytes, nonce: int) -> bytes | NotStamped:
    """The token of a TimeStampResp, when it answers this request."""
    try:
        outer = asn1.read(response).expect(asn1.SEQUENCE)
        fields = outer.children()
        granted = asn1.integer(fields[0].expect(asn1.SEQUENCE).children()[0])
    except (asn1.Malformed, LimitReached, IndexError):
        return NotStamped(StampRefusal.NOT_A_RESPONSE)
    if granted not in _GRANTED:
        return NotStamped(StampRefusal.NOT_GRANTED, str(granted))
    if len(fields) != 2:
        return NotStamped(StampRefusal.NO_TOKEN)
    return _checked(fields[1].raw, sha256, nonce)


def _checked(token: bytes, sha256: bytes, nonce: int) -> bytes | NotStamped:
    try:
        cms = read_cms(token, DEFAULT_LIMITS)
    except LimitReached:
        return NotStamped(StampRefusal.NO_TOKEN)
    content = None if isinstance(cms, CmsUnreadable) else read_token_content(cms.content)
    if content is None:
        return NotStamped(StampRefusal.NO_TOKEN)
    if content.imprint_algorithm != "sha256" or content.imprint != sha256:
        return NotStamped(StampRefusal.OTHER_IMPRINT)
    return token if content.nonce == nonce else NotStamped(StampRefusal.OTHER_NONCE)
