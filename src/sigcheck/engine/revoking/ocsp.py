"""OCSP responses (RFC 6960, 4.2): what one says, unverified. Read with our own reader, by tag and length."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from msgspec import Struct

from sigcheck.digests import sha256_hex
from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.algorithms import hash_name, signature_algorithm
from sigcheck.engine.crypto.signature_values import verify_with_key
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.engine.revoking.distribution_points import CRL_REASONS
from sigcheck.engine.x509.extensions import read_extensions
from sigcheck.engine.x509.names import NameKey, name_key
from sigcheck.facts import AlgorithmChoice, Certificate
from sigcheck.remembering import remembered

RESPONSE_BYTES: Final = 128 * 1024
"""The longest response read; genuine ones have 2 to 5 KB."""
ANSWERS: Final = 64
"""Answers of one response; those of authorities hold one, batches a few. One of more is not read: a megabyte of them, deflated
to a few kilobytes, would cost seconds."""
RESPONSE_CERTIFICATES: Final = 16
"""Certificates taken from one response: a responder's and its chain."""
ENUMERATED: Final = 0x0A
BASIC_RESPONSE: Final = "1.3.6.1.5.5.7.48.1.1"
UNDERSTOOD: Final = frozenset({"1.3.6.1.5.5.7.48.1.2", "1.3.6.1.5.5.7.48.1.3", "1.3.6.1.5.5.7.48.1.6", "1.3.6.1.5.5.7.48.1.9"})
"""Nonce, CRL references, archive cutoff, extended revoked: nothing in them changes an answer for the worse."""
ARCHIVE_CUTOFF: Final = "1.3.6.1.5.5.7.48.1.6"


class SingleResponse(Struct, frozen=True):
    """One certificate's line in a response."""

    hash: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial_number: int
    state: str
    """`good`, `revoked` or `unknown`."""
    revoked_at: datetime | None
    reason: str | None
    this_update: datetime
    next_update: datetime | None
    unknown_critical: bool
    archive_cutoff: datetime | None = None
    """The responder still answers for certificates that expired after this moment (RFC 6960, 4.4.4)."""


class OcspResponse(Struct, frozen=True):
    """A successful basic response, unverified."""

    digest: str
    signed: bytes
    algorithm: AlgorithmChoice
    signature: bytes
    responder_name: NameKey | None
    responder_key_hash: bytes | None
    """SHA-1 of the responder's key (RFC 6960, 4.2.1); one of the two identifies the responder."""
    produced_at: datetime
    responses: tuple[SingleResponse, ...]
    certificates: tuple[Certificate, ...]
    unknown_critical: bool

    def signed_with(self, public_key: bytes) -> bool:
        """Whether the signature verifies with the key."""
        return _verifies(public_key, self.algorithm, self.signature, self.signed)


@remembered(entries=4096, longest=16 * 1024)
def _verifies(public_key: bytes, algorithm: AlgorithmChoice, signature: bytes, signed: bytes) -> bool:
    return verify_with_key(public_key, algorithm, signature, signed, None).verifies is True


def parse_ocsp_response(der: bytes) -> OcspResponse | None:
    """A response, whole or as its bare BasicOCSPResponse; None when it is unreadable or no successful answer."""
    return _parse(der) if len(der) <= RESPONSE_BYTES else None


@remembered(entries=512, longest=RESPONSE_BYTES)
def _parse(der: bytes) -> OcspResponse | None:
    try:
        basic = _basic_response(asn1.read(der).expect(asn1.SEQUENCE))
        return None if basic is None else _response(basic, sha256_hex(der))
    except (asn1.Malformed, LimitReached, ValueError, IndexError):
        return None


def _basic_response(outer: asn1.Element) -> asn1.Element | None:
    parts = outer.children()
    if parts and parts[0].tag == asn1.SEQUENCE:
        return outer
    if len(parts) != 2 or parts[0].tag != ENUMERATED or parts[0].value != b"\x00":
        return None
    kind, response = parts[1].children()[0].children()
    if asn1.object_identifier(kind) != BASIC_RESPONSE:
        return None
    return asn1.read(response.expect(asn1.OCTET_STRING).value).expect(asn1.SEQUENCE)


def _response(basic: asn1.Element, digest: str) -> OcspResponse:
    signed, algorithm, signature, *attached = basic.children()
    parts = signed.expect(asn1.SEQUENCE).children()
    if parts[0].tag == 0xA0:
        parts = parts[1:]
    responder, produced_at, answers, *extensions = parts
    inner = responder.children()[0]
    listed = list(islice(answers.expect(asn1.SEQUENCE).iterate(), ANSWERS + 1))
    if len(listed) > ANSWERS:
        raise asn1.Malformed("too many answers")
    return OcspResponse(
        digest=digest,
        signed=signed.raw,
        algorithm=signature_algorithm(algorithm),
        signature=asn1.bit_string(signature),
        responder_name=name_key(inner.raw) if responder.tag == 0xA1 else None,
        responder_key_hash=inner.expect(asn1.OCTET_STRING).value if responder.tag == 0xA2 else None,
        produced_at=asn1.moment(produced_at),
        responses=tuple(_single(answer) for answer in listed),
        certificates=tuple(_certificates(attached)),
        unknown_critical=_unknown_critical(extensions),
    )


def _certificates(attached: list[asn1.Element]) -> Iterator[Certificate]:
    for field in attached:
        for element in field.children()[0].children()[:RESPONSE_CERTIFICATES]:
            certificate = parse_certificate(element.raw)
            if certificate is not None:
                yield certificate


def _single(answer: asn1.Element) -> SingleResponse:
    identifier, state, this_update, *rest = answer.expect(asn1.SEQUENCE).children()
    algorithm, name_hash, key_hash, serial_number = identifier.children()
    next_update = next((asn1.moment(field.children()[0]) for field in rest if field.tag == 0xA0), None)
    word, revoked_at, reason = _state(state)
    fields = [field for field in rest if field.tag == 0xA1]
    return SingleResponse(
        hash=hash_name(algorithm),
        issuer_name_hash=name_hash.expect(asn1.OCTET_STRING).value,
        issuer_key_hash=key_hash.expect(asn1.OCTET_STRING).value,
        serial_number=asn1.integer(serial_number),
        state=word,
        revoked_at=revoked_at,
        reason=reason,
        this_update=asn1.moment(this_update),
        next_update=next_update,
        unknown_critical=_unknown_critical(fields),
        archive_cutoff=_archive_cutoff(fields),
    )


def _state(element: asn1.Element) -> tuple[str, datetime | None, str | None]:
    if element.tag == 0x80:
        return "good", None, None
    if element.tag != 0xA1:
        return "unknown", None, None
    revoked_at, *reason = element.children()
    code = reason[0].children()[0].value if reason else b""
    return "revoked", asn1.moment(revoked_at), CRL_REASONS.get(int.from_bytes(code, "big")) if code else None


def _archive_cutoff(fields: list[asn1.Element]) -> datetime | None:
    values = [each.value for each in (read_extensions(fields[0]) if fields else ()) if each.oid == ARCHIVE_CUTOFF]
    return asn1.moment(asn1.read(values[0])) if values else None


def _unknown_critical(fields: list[asn1.Element]) -> bool:
    extensions = read_extensions(fields[0]) if fields else ()
    return any(extension.critical and extension.oid not in UNDERSTOOD for extension in extensions)
