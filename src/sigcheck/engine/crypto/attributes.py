"""Signed and unsigned attributes of a signer info (RFC 5652, 5.3 and 11; RFC 5035; RFC 6211; RFC 3161, appendix A).

Where an attribute that may stand once stands twice, or holds several values, none of them is taken: the convenient one must
not be picked. Attributes that cannot be read harm nobody but themselves, and are named among the oddities.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct

from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.algorithms import hash_name
from sigcheck.engine.crypto.asn1 import Element, Malformed

CONTENT_TYPES: Final = {
    "1.2.840.113549.1.7.1": "data",
    "1.2.840.113549.1.7.2": "signed_data",
    "1.2.840.113549.1.9.16.1.4": "tst_info",
}
ATTRIBUTE_TYPES: Final = {
    "1.2.840.113549.1.9.3": "content_type",
    "1.2.840.113549.1.9.4": "message_digest",
    "1.2.840.113549.1.9.5": "signing_time",
    "1.2.840.113549.1.9.6": "counter_signature",
    "1.2.840.113549.1.9.15": "smime_capabilities",
    "1.2.840.113549.1.9.16.2.12": "signing_certificate",
    "1.2.840.113549.1.9.16.2.14": "signature_time_stamp_token",
    "1.2.840.113549.1.9.16.2.15": "signature_policy",
    "1.2.840.113549.1.9.16.2.16": "commitment_type",
    "1.2.840.113549.1.9.16.2.18": "signer_attributes",
    "1.2.840.113549.1.9.16.2.20": "content_time_stamp",
    "1.2.840.113549.1.9.16.2.23": "certificate_values",
    "1.2.840.113549.1.9.16.2.24": "revocation_values",
    "1.2.840.113549.1.9.16.2.47": "signing_certificate_v2",
    "1.2.840.113549.1.9.52": "cms_algorithm_protection",
    "1.2.840.113583.1.1.8": "adobe_revocation_info_archival",
}
"""Attributes with a name; any other stays a dotted OID."""

_OCSP_BASIC: Final = bytes.fromhex("06092b0601050507300101")
"""id-pkix-ocsp-basic as DER."""


class Attribute(Struct, frozen=True):
    """One attribute: its type, and its values unread (None when the octets inside its SET are no ASN.1)."""

    name: str
    values: tuple[Element, ...] | None


class Attributes(Struct, frozen=True):
    """The attributes in the order in which they stand."""

    entries: tuple[Attribute, ...]
    by_name: dict[str, list[Attribute]]
    malformed: bool = False
    """Something among them is no attribute at all; what follows it was not read."""

    def names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.entries)

    def values(self, name: str) -> tuple[Element, ...]:
        """All readable values of all attributes of the type."""
        entries = self.by_name.get(name)
        return () if entries is None else tuple(value for entry in entries for value in entry.values or ())

    def single(self, name: str) -> Element | None:
        """The value of an attribute that stands once with one value (RFC 5652, 11.1 to 11.3), else None."""
        found = self.by_name.get(name, ())
        if len(found) != 1 or found[0].values is None or len(found[0].values) != 1:
            return None
        return found[0].values[0]

    def oddities(self, group: str, once: tuple[str, ...] = ()) -> tuple[str, ...]:
        """What is wrong with them; `group` is `signed` or `unsigned`."""
        found = [f"{group}-attributes-malformed"] if self.malformed else []
        found += [f"{group}-attribute-not-asn1:{entry.name}" for entry in self.entries if entry.values is None]
        for name in once:
            present = self.by_name.get(name, ())
            if len(present) > 1:
                found.append(f"attribute-repeated:{name}")
            elif present and present[0].values is not None and len(present[0].values) != 1:
                found.append(f"attribute-values:{name}")
        return tuple(found)


def read_attributes(field: Element | None) -> Attributes:
    """The SET OF Attribute in the field. Raises LimitReached."""
    entries: list[Attribute] = []
    by_name: dict[str, list[Attribute]] = {}
    malformed = False
    try:
        for part in field.iterate() if field is not None else ():
            pair = part.expect(asn1.SEQUENCE).children()
            if len(pair) != 2 or pair[1].tag != asn1.SET:
                raise Malformed("attribute")
            oid = asn1.object_identifier(pair[0])
            entries.append(attribute := Attribute(ATTRIBUTE_TYPES.get(oid, oid), _values(pair[1])))
            by_name.setdefault(attribute.name, []).append(attribute)
    except Malformed:
        malformed = True
    return Attributes(tuple(entries), by_name, malformed)


def _values(values: Element) -> tuple[Element, ...] | None:
    try:
        return tuple(values.children())
    except Malformed:
        return None


def message_digest(attributes: Attributes) -> bytes | None:
    """RFC 5652, 11.2. Raises LimitReached."""
    value = attributes.single("message_digest")
    try:
        return None if value is None else asn1.string_octets(value)
    except Malformed:
        return None


def content_type(attributes: Attributes) -> str | None:
    """RFC 5652, 11.1."""
    value = attributes.single("content_type")
    try:
        oid = None if value is None else asn1.object_identifier(value)
    except Malformed:
        return None
    return None if oid is None else CONTENT_TYPES.get(oid, oid)


def signing_time(attributes: Attributes) -> datetime | None:
    """RFC 5652, 11.3: what the signer's clock said."""
    value = attributes.single("signing_time")
    try:
        return None if value is None else asn1.moment(value)
    except Malformed:
        return None


def signing_certificate_digests(attributes: Attributes) -> tuple[tuple[str, bytes], ...]:
    """(hash, certificate hash) of both kinds of attribute (RFC 5035, 3 and 4), the signer's own first. Raises LimitReached."""
    digests: list[tuple[str, bytes]] = []
    for name, default in (("signing_certificate_v2", "sha256"), ("signing_certificate", "sha1")):
        value = attributes.single(name)
        if value is None:
            continue
        try:
            identifiers = value.expect(asn1.SEQUENCE).children()[0].expect(asn1.SEQUENCE)
            digests += [_certificate_digest(identifier, default) for identifier in identifiers.iterate()]
        except (Malformed, IndexError):
            continue
    return tuple(digests)


def _certificate_digest(identifier: Element, default: str) -> tuple[str, bytes]:
    fields = identifier.expect(asn1.SEQUENCE).children()
    if fields and fields[0].tag == asn1.SEQUENCE:
        return hash_name(fields[0]), asn1.string_octets(fields[1])
    return default, asn1.string_octets(fields[0])


def algorithm_protection_holds(attributes: Attributes, digest: Element, signature: Element) -> bool:
    """The signer info's algorithms are those that the attribute protects, where there is one (RFC 6211, 2)."""
    if "cms_algorithm_protection" not in attributes.names():
        return True
    value = attributes.single("cms_algorithm_protection")
    try:
        fields = [] if value is None else value.expect(asn1.SEQUENCE).children()
        if len(fields) != 2 or fields[1].tag != 0xA1:
            return False
        return _same_algorithm(fields[0], digest) and _same_algorithm(fields[1], signature)
    except Malformed:
        return False


def _same_algorithm(one: Element, other: Element) -> bool:
    """Equal OIDs and parameters; absent parameters and NULL are the same."""
    first, second = one.children(), other.children()
    if not first or not second or asn1.object_identifier(first[0]) != asn1.object_identifier(second[0]):
        return False
    return _parameters(first) == _parameters(second)


def _parameters(fields: list[Element]) -> bytes:
    raw = b"".join(field.raw for field in fields[1:])
    return b"" if raw == b"\x05\x00" else raw


def archived_revocation(attributes: Attributes) -> tuple[list[bytes], list[bytes]]:
    """(CRLs, OCSP responses) of adobe-revocationInfoArchival (ISO 32000-2, 12.8.3.3.2) and of revocation-values (CAdES)."""
    adobe = attributes.values("adobe_revocation_info_archival")
    values = attributes.values("revocation_values")
    if not adobe and not values:
        return [], []
    crls = [crl for value in (*adobe, *values) for crl in _listed(value, 0xA0)]
    responses = [response for value in adobe for response in _listed(value, 0xA1)]
    responses += [basic_response(response) for value in values for response in _listed(value, 0xA1)]
    return crls, responses


def _listed(value: Element, tag: int) -> list[bytes]:
    """The members of the SEQUENCE in the field with this tag; none when they cannot be read."""
    try:
        lists = (field for field in value.expect(asn1.SEQUENCE).iterate() if field.tag == tag)
        parts = (part for field in lists for inner in field.iterate() for part in inner.iterate())
        return [asn1.definite(part) if part.indefinite else part.raw for part in parts]
    except Malformed:
        return []


def basic_response(octets: bytes) -> bytes:
    """A BasicOCSPResponse as a whole OCSPResponse, successful (RFC 6960, 4.2.1)."""
    inner = asn1.wrap(asn1.SEQUENCE, _OCSP_BASIC + asn1.wrap(asn1.OCTET_STRING, octets))
    return asn1.wrap(asn1.SEQUENCE, b"\x0a\x01\x00" + asn1.wrap(0xA0, inner))
