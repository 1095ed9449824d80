"""CMS SignedData (RFC 5652) in DER or BER to plain facts: of PDF signatures and of time-stamp tokens.

What stands in the CMS is not checked here; integrity.py does. Only what is asked for is read, so that an unsigned attribute
that is no ASN.1, as genuine signatures of 2016 to 2020 carry, does not keep the rest from being read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from sigcheck.digests import digest
from sigcheck.engine.certificates import name_key, name_text, parse_certificate
from sigcheck.engine.crypto import asn1, attributes
from sigcheck.engine.crypto.algorithms import hash_name, signature_algorithm
from sigcheck.engine.crypto.asn1 import Element, Malformed, Truncated, Walk
from sigcheck.engine.crypto.attributes import Attributes, read_attributes
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.facts import Certificate, CmsFacts, CmsUnreadable, Trailing
from sigcheck.remembering import remembered

SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_OCSP_RESPONSE: Final = "1.3.6.1.5.5.7.16.2"
_OCSP_BASIC: Final = "1.3.6.1.5.5.7.48.1.1"
_ONCE: Final = (
    "content_type",
    "message_digest",
    "signing_time",
    "signing_certificate",
    "signing_certificate_v2",
    "cms_algorithm_protection",
)
"""Signed attributes that stand once, with one value."""


class _NotSignedData(Exception):
    """A CMS of another kind, or with another number of signers than one."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class _SignedData(Struct, frozen=True):
    """The parts of a SignedData (RFC 5652, 5.1), unread."""

    content_type: str
    content: Element | None
    certificates: Element | None
    revocations: Element | None
    signer: Element


class _SignerInfo(Struct, frozen=True):
    """The parts of a SignerInfo (RFC 5652, 5.3), unread."""

    identifier: Element
    digest: Element
    signed: Element | None
    algorithm: Element
    signature: Element
    unsigned: Element | None


def read_cms(contents: bytes, limits: Limits = DEFAULT_LIMITS) -> CmsFacts | CmsUnreadable:
    """The octets of /Contents, padding included, or of a time-stamp token, as facts. Never raises."""
    if len(contents) > limits.contents_bytes:
        return CmsUnreadable("limit-reached", "contents_bytes")
    octets = bytes(contents)
    walk = Walk(limits.asn1_depth, limits.asn1_elements)
    if octets[:1] != b"\x30":
        return CmsUnreadable("not-asn1")
    try:
        outer = asn1.read(octets, walk=walk)
    except Truncated as error:
        return CmsUnreadable("truncated", str(error))
    except Malformed as error:
        return CmsUnreadable("not-asn1", str(error))
    except LimitReached as error:
        return CmsUnreadable("limit-reached", error.limit)
    try:
        return _facts(outer, walk, limits)
    except Malformed as error:
        return CmsUnreadable("not-signed-data", str(error))
    except LimitReached as error:
        return CmsUnreadable("limit-reached", error.limit)
    except _NotSignedData as error:
        return CmsUnreadable(error.reason, error.detail)


def _facts(outer: Element, walk: Walk, limits: Limits) -> CmsFacts:
    parts = _signed_data(outer)
    signer = _signer_info(parts.signer)
    signed, unsigned = read_attributes(signer.signed), read_attributes(signer.unsigned)
    digest_algorithm = hash_name(signer.digest)
    own = _certificates(parts.certificates, limits)
    digests = attributes.signing_certificate_digests(signed)
    match, described, mismatch = _signer_certificate(signer.identifier, own, digests)
    crls, responses = _revocations(parts.revocations)
    before = attributes.archived_revocation(signed)
    for more_crls, more_responses in (before, attributes.archived_revocation(unsigned)):
        crls += more_crls
        responses += more_responses
    content, content_oddity = _content(parts.content, limits)
    algorithm = signature_algorithm(signer.algorithm, digest_algorithm)
    protected = attributes.algorithm_protection_holds(signed, signer.digest, signer.algorithm)
    oddities = (
        *signed.oddities("signed", _ONCE),
        *unsigned.oddities("unsigned"),
        *content_oddity,
        *mismatch,
        *(() if protected else ("algorithm-protection-mismatch",)),
        *(() if algorithm.hash in {None, digest_algorithm} else ("signature-hash-differs-from-digest-algorithm",)),
    )
    tokens = _tokens(unsigned, "signature_time_stamp_token", limits)
    content_tokens = _tokens(signed, "content_time_stamp", limits)
    return CmsFacts(
        encoding="ber" if walk.irregular else "der",
        length=outer.stop,
        trailing=_trailing(outer),
        content_type=parts.content_type,
        content=content,
        digest_algorithm=digest_algorithm,
        algorithm=algorithm,
        signature=asn1.string_octets(signer.signature, limits.asn1_depth),
        signed_attributes=_as_set(signer.signed, walk, limits),
        signed_attribute_types=signed.names(),
        unsigned_attribute_types=unsigned.names(),
        message_digest=attributes.message_digest(signed),
        attribute_content_type=attributes.content_type(signed),
        signing_time=attributes.signing_time(signed),
        signing_certificate_digests=digests,
        signer_certificate=match,
        signer_identifier=described,
        certificates=(*own, *_archived_certificates(unsigned, limits)),
        timestamp_tokens=tokens,
        content_timestamp_tokens=content_tokens,
        crls=tuple(crls),
        ocsp_responses=tuple(responses),
        signed_revocation=frozenset((*before[0], *before[1])),
        oddities=oddities,
    )


def _trailing(outer: Element) -> Trailing:
    rest = outer.octets[outer.stop :]
    if not rest:
        return Trailing.NOTHING
    return Trailing.ZEROS if rest == bytes(len(rest)) else Trailing.OTHER


def _signed_data(outer: Element) -> _SignedData:
    """ContentInfo and SignedData (RFC 5652, 3 and 5.1). Raises Malformed, LimitReached, _NotSignedData."""
    parts = outer.children()
    oid = asn1.object_identifier(parts[0]) if parts else ""
    if oid != SIGNED_DATA:
        raise _NotSignedData("not-signed-data", oid)
    if len(parts) != 2 or parts[1].tag != 0xA0:
        raise Malformed("ContentInfo")
    inner = parts[1].children()
    if len(inner) != 1:
        raise Malformed("ContentInfo")
    fields = inner[0].expect(asn1.SEQUENCE).children()
    if len(fields) < 4:
        raise Malformed("SignedData")
    asn1.integer(fields[0])
    fields[1].expect(asn1.SET)
    encapsulated = fields[2].expect(asn1.SEQUENCE).children()
    if len(encapsulated) not in {1, 2} or (len(encapsulated) == 2 and encapsulated[1].tag != 0xA0):
        raise Malformed("EncapsulatedContentInfo")
    oid = asn1.object_identifier(encapsulated[0])
    optional = {field.tag: field for field in fields[3:-1]}
    if len(optional) != len(fields) - 4 or not optional.keys() <= {0xA0, 0xA1}:
        raise Malformed("fields of SignedData")
    return _SignedData(
        content_type=attributes.CONTENT_TYPES.get(oid, oid),
        content=encapsulated[1] if len(encapsulated) == 2 else None,
        certificates=optional.get(0xA0),
        revocations=optional.get(0xA1),
        signer=_only_signer(fields[-1]),
    )


def _only_signer(signers: Element) -> Element:
    found = signers.expect(asn1.SET).iterate()
    first = next(found, None)
    if first is None:
        raise _NotSignedData("no-signer-info")
    if next(found, None) is not None:
        raise _NotSignedData("several-signer-infos")
    return first


def _signer_info(element: Element) -> _SignerInfo:
    """Raises Malformed, LimitReached."""
    fields = element.expect(asn1.SEQUENCE).children()
    signed = fields.pop(3) if len(fields) > 3 and fields[3].tag == 0xA0 else None
    unsigned = fields.pop() if fields and fields[-1].tag == 0xA1 else None
    if len(fields) != 5:
        raise Malformed("SignerInfo")
    asn1.integer(fields[0])
    return _SignerInfo(fields[1], fields[2], signed, fields[3], fields[4], unsigned)


def _content(field: Element | None, limits: Limits) -> tuple[bytes | None, tuple[str, ...]]:
    """eContent (RFC 5652, 5.2); PKCS #7 allowed other types, whose content octets are what was signed (RFC 5652, 5.2.1)."""
    if field is None:
        return None, ()
    inner = field.children()
    if len(inner) != 1:
        raise Malformed("eContent")
    if inner[0].tag & ~asn1.CONSTRUCTED == asn1.OCTET_STRING:
        return asn1.string_octets(inner[0], limits.asn1_depth), ()
    return inner[0].value, ("content-is-no-octet-string",)


def _as_set(field: Element | None, walk: Walk, limits: Limits) -> bytes | None:
    """The signed attributes as they are hashed: with the tag of a SET OF (RFC 5652, 5.4)."""
    if field is None:
        return None
    octets = asn1.definite(field, limits.asn1_depth) if walk.irregular else field.raw
    return bytes((asn1.SET,)) + octets[1:]


def _certificates(field: Element | None, limits: Limits) -> tuple[Certificate, ...]:
    """The X.509 certificates of a CertificateSet, in its order; attribute certificates and unreadable ones are left out."""
    if field is None:
        return ()
    found: list[Certificate] = []
    for number, part in enumerate(field.iterate()):
        if number >= limits.certificates:
            raise LimitReached("certificates")
        certificate = _certificate(part, limits) if part.tag == asn1.SEQUENCE else None
        if certificate is not None:
            found.append(certificate)
    return tuple(found)


def _certificate(part: Element, limits: Limits) -> Certificate | None:
    certificate = None if part.indefinite else parse_certificate(part.raw)
    if certificate is not None or (part.walk is not None and not part.walk.irregular):
        return certificate
    try:
        return parse_certificate(asn1.definite(part, limits.asn1_depth))
    except Malformed:
        return None


def _archived_certificates(unsigned: Attributes, limits: Limits) -> tuple[Certificate, ...]:
    """certificate-values (CAdES): candidates for paths, never the signer's own certificate."""
    found: list[Certificate] = []
    for value in unsigned.values("certificate_values"):
        try:
            found += _certificates(value, limits)
        except Malformed:
            continue
    return tuple(found)


def _signer_certificate(
    identifier: Element, certificates: tuple[Certificate, ...], digests: tuple[tuple[str, bytes], ...]
) -> tuple[Certificate | None, str, tuple[str, ...]]:
    """(the certificate that the signer info names, its name in words, oddities). Raises Malformed.

    Where several carry the same issuer and serial number, the one that the signing-certificate attribute names is taken.
    """
    oddities: tuple[str, ...] = ()
    if identifier.tag == asn1.SEQUENCE:
        fields = identifier.children()
        if len(fields) != 2:
            raise Malformed("issuer and serial number")
        issuer, serial = _definite_name(fields[0]), asn1.integer(fields[1])
        described = f"{name_text(issuer)}, serial number {serial:x}"
        numbered = [candidate for candidate in certificates if candidate.serial_number == serial]
        found = [candidate for candidate in numbered if candidate.issuer_der == issuer]
        if not found:
            found = [candidate for candidate in numbered if name_key(candidate.issuer_der) == name_key(issuer)]
            oddities = ("signer-identifier-mismatch",) if found else ()
    elif identifier.tag in {0x80, 0xA0}:
        key = identifier.value if identifier.tag == 0x80 else asn1.string_octets(next(identifier.iterate(), identifier))
        described = f"key identifier {key.hex()}"
        found = [candidate for candidate in certificates if candidate.subject_key_identifier == key]
    else:
        raise Malformed("signer identifier")
    distinct = found if len(found) < 2 else list(dict.fromkeys(found))
    if len(distinct) > 1:
        oddities = (*oddities, "several-signer-certificates")
        distinct.sort(key=lambda candidate: not _is_named(candidate, digests[:1]))
    return distinct[0] if distinct else None, described, oddities


def _definite_name(name: Element) -> bytes:
    """The name with definite lengths. Raises Malformed, LimitReached."""
    known = _regular_elements(name.raw)
    if known is None or name.walk is None:
        return asn1.definite(name)
    name.walk.elements -= known
    return name.raw


@remembered(entries=1024, longest=2048)
def _regular_elements(name: bytes) -> int | None:
    """The elements within a name in DER, which `definite` leaves as it is; None for any other."""
    walk = Walk()
    try:
        same = asn1.definite(asn1.read(name, walk=walk)) == name
    except (Malformed, LimitReached):
        return None
    return Walk().elements - walk.elements - 1 if same and not walk.irregular else None


def _is_named(certificate: Certificate, digests: tuple[tuple[str, bytes], ...]) -> bool:
    return any(digest(name, certificate.der) == value for name, value in digests)


def _tokens(group: Attributes, name: str, limits: Limits) -> tuple[bytes, ...]:
    values = group.values(name)
    if len(values) > limits.timestamps:
        raise LimitReached("timestamps")
    return tuple(value.raw for value in values)


def _revocations(field: Element | None) -> tuple[list[bytes], list[bytes]]:
    """(CRLs, OCSP responses) of RevocationInfoChoices (RFC 5652, 10.2.1; RFC 5940)."""
    crls: list[bytes] = []
    responses: list[bytes] = []
    for part in field.iterate() if field is not None else ():
        if part.tag == asn1.SEQUENCE:
            crls.append(asn1.definite(part) if part.indefinite else part.raw)
        elif part.tag == 0xA1:
            responses += _other_revocation(part)
    return crls, responses


def _other_revocation(part: Element) -> Iterator[bytes]:
    fields = part.children()
    if len(fields) != 2:
        return
    oid = asn1.object_identifier(fields[0])
    octets = asn1.definite(fields[1]) if fields[1].indefinite else fields[1].raw
    if oid == _OCSP_RESPONSE:
        yield octets
    elif oid == _OCSP_BASIC:
        yield attributes.basic_response(octets)
