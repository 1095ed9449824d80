"""Certificates in the forms that publishers hand out: one as DER, or a bundle of them without any signature (`.p7b`, `.p7c`)."""

from __future__ import annotations

from typing import Final

from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.asn1 import Malformed, Walk
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.facts import Certificate

SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
BUNDLE_CERTIFICATES: Final = 500
"""A publisher's bundle has a root and a few CAs."""


def certificates_in(octets: bytes) -> tuple[Certificate, ...]:
    """The certificates of a DER certificate or of a SignedData (RFC 5652, 5.1; RFC 8551, 3.8), in their order.

    Empty when the octets are neither, or end early, or hold more than the limit. Nobody's signature is looked at.
    """
    single = parse_certificate(octets)
    if single is not None:
        return (single,)
    try:
        return _bundled(octets)
    except (Malformed, LimitReached):
        return ()


def _bundled(octets: bytes) -> tuple[Certificate, ...]:
    walk = Walk()
    outer = asn1.read(octets, walk=walk).expect(asn1.SEQUENCE).children()
    if len(outer) != 2 or asn1.object_identifier(outer[0]) != SIGNED_DATA:
        raise Malformed("ContentInfo")
    fields = outer[1].expect(0xA0).children()[0].expect(asn1.SEQUENCE).children()
    certificates: list[Certificate] = []
    for field in fields:
        if field.tag != 0xA0:
            continue
        for number, part in enumerate(field.iterate()):
            if number >= BUNDLE_CERTIFICATES:
                raise LimitReached("certificates")
            certificate = parse_certificate(asn1.definite(part) if part.indefinite else part.raw)
            if certificate is not None:
                certificates.append(certificate)
    return tuple(certificates)
