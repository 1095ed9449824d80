"""Certificate extensions (RFC 5280, 4.2) that paths, revocation and reports ask for.

One that is malformed gives the answer that grants nothing (no CA, no key usage), and a malformed or repeated critical one
counts as unknown, which RFC 5280, 6.1.4 (o) refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.asn1 import Element, Malformed


class Extension(Struct, frozen=True):
    """One extension as it stands; `value` is the DER inside its OCTET STRING."""

    oid: str
    critical: bool
    value: bytes


class Extensions(Struct, frozen=True):
    """What the extensions say that we understand; the defaults are those of a certificate without any."""

    is_ca: bool = False
    path_length: int | None = None
    key_usage: tuple[str, ...] | None = None
    extended_key_usage: tuple[str, ...] | None = None
    extended_key_usage_critical: bool = False
    subject_key_identifier: bytes | None = None
    authority_key_identifier: bytes | None = None
    emails: tuple[str, ...] = ()
    crl_urls: tuple[str, ...] = ()
    ocsp_urls: tuple[str, ...] = ()
    ca_issuer_urls: tuple[str, ...] = ()
    ocsp_no_check: bool = False
    unknown_critical: tuple[str, ...] = ()


KEY_USAGES: Final = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
"""In the order of the bits (RFC 5280, 4.2.1.3)."""

EXTENDED_KEY_USAGES: Final = {
    "2.5.29.37.0": "anyExtendedKeyUsage",
    "1.3.6.1.5.5.7.3.1": "serverAuth",
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
}
"""RFC 5280, 4.2.1.12; any other purpose stays a dotted OID."""

MOST_EXTENSIONS: Final = 128
"""Extensions of one certificate; 20 is many."""

LEFT_TO_PATHS: Final = frozenset({"2.5.29.18", "2.5.29.30", "2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.54"})
"""Issuer alternative name, name constraints and the policy extensions: read where paths are checked."""


def read_extensions(field: Element | None) -> tuple[Extension, ...]:
    """The [3] of a TBSCertificate as a tuple of extensions. Raises Malformed."""
    if field is None:
        return ()
    wrapped = field.children()
    if len(wrapped) != 1:
        raise Malformed("extensions")
    extensions = tuple(_extension(part) for part in wrapped[0].expect(asn1.SEQUENCE).iterate())
    if len(extensions) > MOST_EXTENSIONS:
        raise Malformed("more extensions than any certificate has")
    return extensions


def _extension(part: Element) -> Extension:
    fields = part.expect(asn1.SEQUENCE).children()
    if len(fields) not in {2, 3}:
        raise Malformed("extension")
    critical = len(fields) == 3 and fields[1].expect(asn1.BOOLEAN).value != b"\x00"
    return Extension(asn1.object_identifier(fields[0]), critical, fields[-1].expect(asn1.OCTET_STRING).value)


def understood(extensions: tuple[Extension, ...]) -> Extensions:
    """What the extensions say; never raises."""
    known = Extensions()
    unknown: list[str] = []
    met: set[str] = set()
    for extension in extensions:
        oid = extension.oid
        repeated = oid in met
        met.add(oid)
        reader = READERS.get(oid)
        if repeated:  # RFC 5280, 4.2: one instance of each; which one would count cannot be told
            unknown.append(oid)
        elif reader is not None:
            try:
                known = reader(known, extension)
            except Malformed:
                known = GRANTING_NOTHING.get(oid, _unchanged)(known)
                if extension.critical:
                    unknown.append(oid)
        elif extension.critical and oid not in LEFT_TO_PATHS:
            unknown.append(oid)
    return replace(known, unknown_critical=tuple(unknown))


def _unchanged(known: Extensions) -> Extensions:
    return known


def _whole(extension: Extension) -> Element:
    """The one value in the extension. Raises Malformed when octets stand behind it."""
    value = asn1.read(extension.value)
    if value.stop != len(extension.value):
        raise Malformed(f"octets behind extension {extension.oid}")
    return value


def _basic_constraints(known: Extensions, extension: Extension) -> Extensions:
    is_ca, path_length = False, None
    for field in _whole(extension).expect(asn1.SEQUENCE).iterate():
        if field.tag == asn1.BOOLEAN:
            is_ca = field.value not in {b"", b"\x00"}
        else:
            path_length = asn1.integer(field)
    if path_length is not None and path_length < 0:
        raise Malformed("path length")
    return replace(known, is_ca=is_ca, path_length=path_length)


def _key_usage(known: Extensions, extension: Extension) -> Extensions:
    value = _whole(extension).expect(asn1.BIT_STRING).value
    if not value or value[0] > 7:
        raise Malformed("key usage")
    bits = value[1:]
    usages = (name for at, name in enumerate(KEY_USAGES) if at // 8 < len(bits) and bits[at // 8] & (0x80 >> at % 8))
    return replace(known, key_usage=tuple(usages))


def _extended_key_usage(known: Extensions, extension: Extension) -> Extensions:
    oids = (asn1.object_identifier(part) for part in _whole(extension).expect(asn1.SEQUENCE).iterate())
    purposes = tuple(EXTENDED_KEY_USAGES.get(oid, oid) for oid in oids)
    return replace(known, extended_key_usage=purposes, extended_key_usage_critical=extension.critical)


def _subject_key_identifier(known: Extensions, extension: Extension) -> Extensions:
    return replace(known, subject_key_identifier=_whole(extension).expect(asn1.OCTET_STRING).value)


def _authority_key_identifier(known: Extensions, extension: Extension) -> Extensions:
    fields = _whole(extension).expect(asn1.SEQUENCE).iterate()
    return replace(known, authority_key_identifier=next((field.value for field in fields if field.tag == 0x80), None))


def _subject_alternative_name(known: Extensions, extension: Extension) -> Extensions:
    names = _whole(extension).expect(asn1.SEQUENCE).iterate()
    return replace(known, emails=tuple(_text(name) for name in names if name.tag == 0x81))


def _crl_distribution_points(known: Extensions, extension: Extension) -> Extensions:
    return replace(known, crl_urls=tuple(_distribution_urls(_whole(extension).expect(asn1.SEQUENCE))))


def _distribution_urls(points: Element) -> Iterator[str]:
    for point in points.iterate():
        for name in (inner for field in point.iterate() if field.tag == 0xA0 for inner in field.iterate()):
            if name.tag == 0xA0:
                yield from (_text(part) for part in name.iterate() if part.tag == 0x86)


def _authority_access(known: Extensions, extension: Extension) -> Extensions:
    ocsp: list[str] = []
    issuers: list[str] = []
    for access in _whole(extension).expect(asn1.SEQUENCE).iterate():
        parts = access.children()
        if len(parts) == 2 and parts[1].tag == 0x86:
            method = asn1.object_identifier(parts[0])
            if method == "1.3.6.1.5.5.7.48.1":
                ocsp.append(_text(parts[1]))
            elif method == "1.3.6.1.5.5.7.48.2":
                issuers.append(_text(parts[1]))
    return replace(known, ocsp_urls=tuple(ocsp), ca_issuer_urls=tuple(issuers))


def _ocsp_no_check(known: Extensions, _: Extension) -> Extensions:
    return replace(known, ocsp_no_check=True)


def _text(name: Element) -> str:
    """An IA5String of a general name; other octets, met in genuine certificates, as UTF-8 or Latin-1."""
    try:
        return name.value.decode("utf-8")
    except UnicodeDecodeError:
        return name.value.decode("latin-1")


READERS: Final[dict[str, Callable[[Extensions, Extension], Extensions]]] = {
    "2.5.29.14": _subject_key_identifier,
    "2.5.29.15": _key_usage,
    "2.5.29.17": _subject_alternative_name,
    "2.5.29.19": _basic_constraints,
    "2.5.29.31": _crl_distribution_points,
    "2.5.29.35": _authority_key_identifier,
    "2.5.29.37": _extended_key_usage,
    "1.3.6.1.5.5.7.1.1": _authority_access,
    "1.3.6.1.5.5.7.48.1.5": _ocsp_no_check,
}

GRANTING_NOTHING: Final[dict[str, Callable[[Extensions], Extensions]]] = {
    "2.5.29.15": lambda known: replace(known, key_usage=()),
    "2.5.29.37": lambda known: replace(known, extended_key_usage=()),
}
"""What a malformed extension of these stands for: present, and allowing nothing."""
