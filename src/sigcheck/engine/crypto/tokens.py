"""The content of a time-stamp token, TSTInfo (RFC 3161, 2.4.2), as plain facts."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.algorithms import hash_name
from sigcheck.engine.crypto.asn1 import Element, Malformed, Walk
from sigcheck.engine.pdf.objects import LimitReached


class TokenContent(Struct, frozen=True):
    """What the time-stamp authority states."""

    policy_oid: str
    imprint_algorithm: str
    """The hash by its name in `digests`, or the dotted OID."""
    imprint: bytes
    serial_number: int
    gen_time: datetime
    accuracy_seconds: float
    """0 when no accuracy is stated."""
    nonce: int | None = None


def read_token_content(tst_info: bytes | None) -> TokenContent | None:
    """The facts of a TSTInfo; None when these octets are none."""
    if tst_info is None:
        return None
    try:
        return _token_content(tst_info)
    except (Malformed, LimitReached):
        return None


def _token_content(tst_info: bytes) -> TokenContent:
    outer = asn1.read(tst_info, walk=Walk()).expect(asn1.SEQUENCE)
    fields = outer.children()
    if outer.stop != len(tst_info) or len(fields) < 5:
        raise Malformed("TSTInfo")
    asn1.integer(fields[0])
    imprint = fields[2].expect(asn1.SEQUENCE).children()
    if len(imprint) != 2:
        raise Malformed("MessageImprint")
    nonce = next((field for field in fields[5:] if field.tag == asn1.INTEGER), None)
    accuracy = next((field for field in fields[5:] if field.tag == asn1.SEQUENCE), None)
    return TokenContent(
        policy_oid=asn1.object_identifier(fields[1]),
        imprint_algorithm=hash_name(imprint[0]),
        imprint=asn1.string_octets(imprint[1]),
        serial_number=asn1.integer(fields[3]),
        gen_time=asn1.moment(fields[4].expect(0x18)),
        accuracy_seconds=_accuracy(accuracy),
        nonce=None if nonce is None else asn1.integer(nonce),
    )


def _accuracy(field: Element | None) -> float:
    """seconds, [0] millis, [1] micros, each optional (RFC 3161, 2.4.2)."""
    microseconds = 0
    for part in field.iterate() if field is not None else ():
        value = int.from_bytes(part.value, "big", signed=True)
        factor = {asn1.INTEGER: 1_000_000, 0x80: 1_000, 0x81: 1}.get(part.tag)
        if factor is None or not 0 <= value < 2**32:
            raise Malformed("Accuracy")
        microseconds += value * factor
    return microseconds / 1_000_000
