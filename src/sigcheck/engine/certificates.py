"""X.509 certificates (RFC 5280, 4.1) to plain facts, and the keys and names in them.

Read with our own small reader: certificates with zero or negative serial numbers, odd versions and malformed extensions exist
in genuine documents, libraries refuse different ones of them, and a refused certificate explains nothing to anybody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct

from sigcheck.digests import sha256_hex
from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.algorithms import signature_algorithm
from sigcheck.engine.crypto.asn1 import Element, Malformed
from sigcheck.engine.crypto.keys import KeyUnusable, PublicKey, RsaNumbers, describe_key, key_octets, load_public_key
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.engine.x509 import names
from sigcheck.engine.x509.extensions import Extension, Extensions, read_extensions, understood
from sigcheck.engine.x509.names import name_key, name_text
from sigcheck.facts import Certificate
from sigcheck.remembering import remembered

__all__ = [
    "Extension",
    "KeyUnusable",
    "PublicKey",
    "RsaNumbers",
    "certificate_extensions",
    "key_octets",
    "load_public_key",
    "name_key",
    "name_text",
    "parse_certificate",
    "signature_parts",
]

CERTIFICATE_BYTES: Final = 256 * 1024
"""The longest certificate read; the longest seen has 4 KB."""
LONGEST_REMEMBERED: Final = 16 * 1024
"""The longest certificate remembered; 2,048 of them stay below 32 MB."""


class _Fields(Struct, frozen=True):
    """The parts of a TBSCertificate, unread."""

    serial_number: int
    signature_algorithm: Element
    issuer: Element
    validity: Element
    subject: Element
    public_key: Element
    extensions: Element | None


def parse_certificate(der: bytes) -> Certificate | None:
    """The facts of one certificate, remembered per process; None when these octets are no certificate that can be read."""
    return _parse(bytes(der)) if len(der) <= CERTIFICATE_BYTES else None


@remembered(entries=2048, longest=LONGEST_REMEMBERED)
def _parse(der: bytes) -> Certificate | None:
    try:
        return _certificate(der)
    except (Malformed, LimitReached):
        return None


def certificate_extensions(certificate: Certificate) -> tuple[Extension, ...]:
    """Every extension as it stands: OID, criticality and value."""
    return _remembered_extensions(certificate.der)


@remembered(entries=2048, longest=LONGEST_REMEMBERED)
def _remembered_extensions(der: bytes) -> tuple[Extension, ...]:
    try:
        return read_extensions(_fields(_outer(der)[0]).extensions)
    except (Malformed, LimitReached):
        return ()


def signature_parts(der: bytes) -> tuple[bytes, bytes, bytes] | None:
    """(TBSCertificate, signature AlgorithmIdentifier, signature octets) of a certificate; None when they cannot be told apart.

    None too when the algorithm that is signed is another than the one beside the signature (RFC 5280, 4.1.1.2): otherwise one
    certificate could be written with many fingerprints.
    """
    try:
        tbs, algorithm, signature = _outer(der)
        if _fields(tbs).signature_algorithm.raw != algorithm.raw:
            return None
        return tbs.raw, algorithm.raw, asn1.bit_string(signature)
    except (Malformed, LimitReached):
        return None


def _outer(der: bytes) -> tuple[Element, Element, Element]:
    certificate = asn1.read(der).expect(asn1.SEQUENCE)
    parts = certificate.children()
    if certificate.stop != len(der) or len(parts) != 3:
        raise Malformed("certificate")
    return parts[0], parts[1], parts[2].expect(asn1.BIT_STRING)


def _fields(tbs: Element) -> _Fields:
    """RFC 5280, 4.1; the version is not asked for, old certificates state it wrongly."""
    parts = tbs.expect(asn1.SEQUENCE).children()
    if parts and parts[0].tag == 0xA0:
        parts = parts[1:]
    if len(parts) < 6:
        raise Malformed("TBSCertificate")
    extensions = next((part for part in parts[6:] if part.tag == 0xA3), None)
    return _Fields(asn1.integer(parts[0]), parts[1], parts[2], parts[3], parts[4], parts[5], extensions)


def _validity(validity: Element) -> tuple[datetime, datetime]:
    moments = validity.expect(asn1.SEQUENCE).children()
    if len(moments) != 2:
        raise Malformed("validity")
    return asn1.moment(moments[0]), asn1.moment(moments[1])


def _certificate(der: bytes) -> Certificate:
    tbs, algorithm_identifier, _ = _outer(der)
    fields = _fields(tbs)
    not_before, not_after = _validity(fields.validity)
    subject_der, issuer_der = fields.subject.raw, fields.issuer.raw
    names.attributes(issuer_der)
    subject = [(oid, names.attribute_text(value)) for rdn in names.attributes(subject_der) for oid, value in rdn]
    key_algorithm, key_bits = describe_key(fields.public_key)
    algorithm = signature_algorithm(algorithm_identifier)
    known: Extensions = understood(read_extensions(fields.extensions))
    return Certificate(
        der=der,
        sha256=sha256_hex(der),
        subject=name_text(subject_der),
        subject_der=subject_der,
        issuer=name_text(issuer_der),
        issuer_der=issuer_der,
        common_name=_last(subject, names.COMMON_NAME),
        organisation=_last(subject, names.ORGANISATION),
        organisational_units=tuple(text for oid, text in subject if oid == names.ORGANISATIONAL_UNIT),
        subject_attributes=tuple((names.SHORT_NAMES.get(oid, oid), text) for oid, text in subject),
        emails=_unique((*known.emails, *(text for oid, text in subject if oid == names.EMAIL_ADDRESS))),
        serial_number=fields.serial_number,
        not_before=not_before,
        not_after=not_after,
        public_key=fields.public_key.raw,
        key_algorithm=key_algorithm,
        key_bits=key_bits,
        signature_algorithm=algorithm.stated,
        signature_hash=algorithm.hash,
        is_ca=known.is_ca,
        path_length=known.path_length,
        key_usage=known.key_usage,
        extended_key_usage=known.extended_key_usage,
        extended_key_usage_critical=known.extended_key_usage_critical,
        subject_key_identifier=known.subject_key_identifier,
        authority_key_identifier=known.authority_key_identifier,
        crl_urls=known.crl_urls,
        ocsp_urls=known.ocsp_urls,
        ca_issuer_urls=known.ca_issuer_urls,
        ocsp_no_check=known.ocsp_no_check,
        unknown_critical_extensions=known.unknown_critical,
    )


def _last(subject: list[tuple[str, str]], wanted: str) -> str | None:
    """The last attribute of the type: names run from the country down to the person."""
    return next((text for oid, text in reversed(subject) if oid == wanted), None)


def _unique(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
