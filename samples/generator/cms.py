"""CMS SignedData (RFC 5652) put together by hand, so that every quirk of real signing software can be made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import cms, core

from generator import pki
from generator.primitives import Scheme, der, sign, stated_algorithm
from generator.tokens import Stamp, token

RAW_ATTRIBUTE = b"QJSAMPLELETTERSWHEREAVALUEBELONGSTHEREALONESLOOKLIKETHISTOOANDNOBODYKNOWSWHY"
"""What "VGCA.Base" writes where a value belongs: 76 capital letters, no ASN.1 (read as a tag and a length, QJ happens to fit)."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """One CMS signature: whose, how, and in which manner of which software."""

    signer: str
    digest: str = "sha256"
    scheme: Scheme = field(default_factory=Scheme)
    signing_time: datetime | None = None
    """Written as it stands and labelled Z, right or wrong."""
    signed_attributes: bool = True
    signing_certificate: bool = False
    """signing-certificate-v2 (RFC 5035), as CAdES asks."""
    embed: tuple[str, ...] | None = None
    """Certificates in the CMS; None: the signer's alone."""
    stamp: Stamp | None = None
    stamps: tuple[Stamp, ...] = ()
    """Further time-stamps of the signature."""
    content_stamp: Stamp | None = None
    """A content-time-stamp (RFC 5126, 5.11.4) over the covered bytes, among the signed attributes."""
    stamp_of: bytes | None = None
    """Bytes that are stamped instead of the signature value."""
    ocsp_responses: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    """Revocation material for adobe-revocationInfoArchival among the signed attributes."""
    raw_attribute: bool = False
    indefinite: bool = False
    encapsulate_sha1: bool = False
    """adbe.pkcs7.sha1: the SHA-1 of the covered bytes is the content."""
    key: str | None = None
    """The key that really signs, when it is not the signer's."""


def build(recipe: Recipe, covered: bytes) -> bytes:
    """The CMS object over the bytes that a ByteRange covers."""

    def outer(tag: int, *parts: bytes) -> bytes:
        if recipe.indefinite:
            return bytes([tag, 0x80]) + b"".join(parts) + b"\x00\x00"
        return der(tag, *parts)

    content = hashlib.sha1(covered, usedforsecurity=False).digest() if recipe.encapsulate_sha1 else covered
    digest = der(0x30, _oid_of_digest(recipe.digest), b"\x05\x00")
    certificates = [pki.certificate(label).dump() for label in (recipe.embed if recipe.embed is not None else (recipe.signer,))]
    encapsulated = [outer(0xA0, core.OctetString(content).dump())] if recipe.encapsulate_sha1 else []
    signed_data = outer(
        0x30,
        core.Integer(1).dump(),
        der(0x31, digest),
        outer(0x30, core.ObjectIdentifier("1.2.840.113549.1.7.1").dump(), *encapsulated),
        *([der(0xA0, *certificates)] if certificates else []),
        der(0x31, _signer_info(recipe, digest, content)),
    )
    return outer(0x30, core.ObjectIdentifier("1.2.840.113549.1.7.2").dump(), outer(0xA0, signed_data))


def _oid_of_digest(name: str) -> bytes:
    encoded: bytes = cms.DigestAlgorithm({"algorithm": name})["algorithm"].dump()
    return encoded


def _signer_info(recipe: Recipe, digest: bytes, content: bytes) -> bytes:
    signer = pki.certificate(recipe.signer)
    parts = [core.Integer(1).dump(), der(0x30, signer.issuer.dump(), core.Integer(signer.serial_number).dump()), digest]
    message = content
    if recipe.signed_attributes:
        attributes = _signed_attributes(recipe, content)
        message = der(0x31, *attributes)
        parts.append(der(0xA0, *attributes))
    signature = sign(pki.private_key(recipe.key or recipe.signer), recipe.scheme, recipe.digest, message)
    parts += [_stated(recipe), core.OctetString(signature).dump()]
    unsigned = _unsigned_attributes(recipe, signature)
    if unsigned:
        parts.append(der(0xA1, *unsigned))
    return der(0x30, *parts)


def _stated(recipe: Recipe) -> bytes:
    if recipe.scheme.stated == "ec-public-key":
        return der(0x30, core.ObjectIdentifier("1.2.840.10045.2.1").dump())
    encoded: bytes = stated_algorithm(recipe.scheme, recipe.digest).dump()
    return encoded


def _signed_attributes(recipe: Recipe, content: bytes) -> list[bytes]:
    """The attributes in the order of their encodings, as a SET OF in DER has them (X.690, 11.6)."""
    attributes = [
        cms.CMSAttribute({"type": "content_type", "values": ["data"]}).dump(),
        cms.CMSAttribute({"type": "message_digest", "values": [hashlib.new(recipe.digest, content).digest()]}).dump(),
    ]
    if recipe.signing_time is not None:
        moment = cms.Time({"utc_time": recipe.signing_time})
        attributes.append(cms.CMSAttribute({"type": "signing_time", "values": [moment]}).dump())
    if recipe.signing_certificate:
        named = core.OctetString(hashlib.sha256(pki.certificate(recipe.signer).dump()).digest()).dump()
        value = der(0x30, der(0x30, der(0x30, named)))
        attributes.append(der(0x30, core.ObjectIdentifier("1.2.840.113549.1.9.16.2.47").dump(), der(0x31, value)))
    if recipe.content_stamp is not None:
        oid = core.ObjectIdentifier("1.2.840.113549.1.9.16.2.20").dump()
        attributes.append(der(0x30, oid, der(0x31, token(recipe.content_stamp, content))))
    if recipe.ocsp_responses or recipe.crls:
        material = [
            *([der(0xA0, der(0x30, *recipe.crls))] if recipe.crls else []),
            *([der(0xA1, der(0x30, *recipe.ocsp_responses))] if recipe.ocsp_responses else []),
        ]
        attributes.append(der(0x30, core.ObjectIdentifier("1.2.840.113583.1.1.8").dump(), der(0x31, der(0x30, *material))))
    return sorted(attributes)


def _unsigned_attributes(recipe: Recipe, signature: bytes) -> list[bytes]:
    attributes = []
    if recipe.raw_attribute:
        attributes.append(der(0x30, core.ObjectIdentifier("1.2.840.113549.1.9.16.2.10").dump(), der(0x31, RAW_ATTRIBUTE)))
    stamps = (*([recipe.stamp] if recipe.stamp is not None else []), *recipe.stamps)
    if stamps:
        stamped = recipe.stamp_of if recipe.stamp_of is not None else signature
        oid = core.ObjectIdentifier("1.2.840.113549.1.9.16.2.14").dump()
        attributes += [der(0x30, oid, der(0x31, token(stamp, stamped))) for stamp in stamps]
    return attributes
