"""Distinguished names (RFC 5280, 4.1.2.4): readable text (RFC 4514), and comparison (RFC 5280, 7.1)."""

from __future__ import annotations

import unicodedata
from typing import Final

from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.asn1 import Element, Malformed
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.remembering import remembered

COMMON_NAME: Final = "2.5.4.3"
ORGANISATION: Final = "2.5.4.10"
ORGANISATIONAL_UNIT: Final = "2.5.4.11"
EMAIL_ADDRESS: Final = "1.2.840.113549.1.9.1"

SHORT_NAMES: Final = {
    COMMON_NAME: "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    ORGANISATION: "O",
    ORGANISATIONAL_UNIT: "OU",
    "2.5.4.12": "title",
    "2.5.4.13": "description",
    "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode",
    "2.5.4.20": "telephoneNumber",
    "2.5.4.41": "name",
    "2.5.4.42": "GN",
    "2.5.4.43": "initials",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    EMAIL_ADDRESS: "emailAddress",
}
"""Attribute types with a short name; any other stays a dotted OID."""

_ENCODINGS: Final = {
    0x0C: "utf-8",  # UTF8String
    0x12: "utf-8",  # NumericString
    0x13: "utf-8",  # PrintableString, with Vietnamese letters in old certificates all the same
    0x14: "utf-8",  # TeletexString, in practice UTF-8 or Latin-1
    0x16: "utf-8",  # IA5String
    0x1A: "utf-8",  # VisibleString
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}

MOST_ATTRIBUTES: Final = 256
"""Attributes of one name; ten is many."""

Attribute = tuple[str, Element]
NameKey = tuple[tuple[tuple[str, str, bytes], ...], ...]


def attributes(name_der: bytes) -> tuple[tuple[Attribute, ...], ...]:
    """(OID, value) of every attribute, grouped by RDN, in the order of the name. Raises Malformed."""
    name = asn1.read(name_der).expect(asn1.SEQUENCE)
    rdns = tuple(tuple(_attribute(pair) for pair in rdn.expect(asn1.SET).iterate()) for rdn in name.iterate())
    if sum(len(rdn) for rdn in rdns) > MOST_ATTRIBUTES:
        raise Malformed("more attributes than any name has")
    return rdns


def _attribute(pair: Element) -> Attribute:
    parts = pair.expect(asn1.SEQUENCE).children()
    if len(parts) != 2:
        raise Malformed("attribute type and value")
    return asn1.object_identifier(parts[0]), parts[1]


def string(value: Element) -> str | None:
    """A character string of any type as text, octets that do not decode as Latin-1; None for other types."""
    encoding = _ENCODINGS.get(value.tag)
    if encoding is None:
        return None
    try:
        return value.value.decode(encoding)
    except UnicodeDecodeError:
        return value.value.decode("latin-1")


def attribute_text(value: Element) -> str:
    """A string as text, anything else as `#` and its DER in hexadecimal (RFC 4514, 2.4)."""
    text = string(value)
    return "#" + value.raw.hex() if text is None else text


@remembered(entries=4096, longest=2048)
def name_text(name_der: bytes) -> str:
    """The name as RFC 4514 text, last RDN first; control characters stay as they are, for a report to make visible."""
    try:
        rdns = attributes(name_der)
    except (Malformed, LimitReached):
        return "#" + name_der.hex()
    return ",".join("+".join(f"{SHORT_NAMES.get(oid, oid)}={_escaped(value)}" for oid, value in rdn) for rdn in reversed(rdns))


def _escaped(value: Element) -> str:
    text = string(value)
    if text is None:
        return "#" + value.raw.hex()
    escaped = "".join("\\" + character if character in ',+"\\<>;' else character for character in text)
    if escaped.startswith(("#", " ")):
        escaped = "\\" + escaped
    if escaped.endswith(" ") and len(text) > 1:
        escaped = escaped[:-1] + "\\ "
    return escaped


@remembered(entries=4096, longest=2048)
def name_key(name_der: bytes) -> NameKey:
    """What two names are compared by (RFC 5280, 7.1): case, spaces and string types make no difference, all else does."""
    try:
        rdns = attributes(name_der)
    except (Malformed, LimitReached):
        return ((("", "", name_der),),)
    return tuple(tuple(sorted(_compared(oid, value) for oid, value in rdn)) for rdn in rdns)


def _compared(oid: str, value: Element) -> tuple[str, str, bytes]:
    text = string(value)
    if text is None:
        return oid, "", value.raw
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return oid, " ".join(folded.split()), b""
