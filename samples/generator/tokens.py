"""Time-stamp tokens (RFC 3161) of the test PKI's servers, sound or broken in one named way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, core, tsp, x509

from generator import pki
from generator.primitives import DIGEST_OIDS, Scheme, der, sign, stated_algorithm


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time-stamp to be had: from whom, when, over which digest, and its flaw if any."""

    at: datetime
    tsa: str = "g2-tsa-01"
    imprint: str = "sha256"
    policy: str = "2.16.704.1.1.1.2"
    digest: str = "sha256"
    flaw: str | None = None
    """`other-imprint`: over other bytes; `broken-signature`: one bit of the token's signature value differs."""


def token(stamp: Stamp, stamped: bytes) -> bytes:
    """The token over `stamped`, DER."""
    if stamp.flaw == "other-imprint":
        stamped = b"quite other bytes"
    return token_over_digest(stamp, hashlib.new(stamp.imprint, stamped).digest())


def token_over_digest(stamp: Stamp, imprint: bytes) -> bytes:
    """The token over a digest that was computed elsewhere (document time-stamps)."""
    tsa = pki.certificate(stamp.tsa)
    serial = int.from_bytes(hashlib.sha256(imprint + stamp.at.isoformat().encode()).digest()[:8], "big") >> 1
    information = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": stamp.policy,
            "message_imprint": {"hash_algorithm": {"algorithm": stamp.imprint}, "hashed_message": imprint},
            "serial_number": serial,
            "gen_time": stamp.at,
            "tsa": x509.GeneralName(name="directory_name", value=tsa.subject),
        }
    ).dump()
    attributes = _signed_attributes(stamp, tsa, information)
    signature = sign(pki.private_key(stamp.tsa), Scheme(), stamp.digest, attributes.dump())
    if stamp.flaw == "broken-signature":
        signature = signature[:-1] + bytes([signature[-1] ^ 1])
    return _token(stamp, tsa, information, attributes, signature)


def _token(stamp: Stamp, tsa: x509.Certificate, information: bytes, attributes: cms.CMSAttributes, signature: bytes) -> bytes:
    digest = der(0x30, core.ObjectIdentifier(DIGEST_OIDS[stamp.digest]).dump(), b"\x05\x00")
    kind = core.ObjectIdentifier("1.2.840.113549.1.9.16.1.4").dump()
    identifier = der(0x30, tsa.issuer.dump(), core.Integer(tsa.serial_number).dump())
    algorithm = stated_algorithm(Scheme(), stamp.digest).dump()
    attributed = der(0xA0, attributes.contents)
    signer = der(0x30, core.Integer(1).dump(), identifier, digest, attributed, algorithm, der(0x04, signature))
    content = der(0x30, kind, der(0xA0, der(0x04, information)))
    signed = der(0x30, core.Integer(3).dump(), der(0x31, digest), content, der(0xA0, tsa.dump()), der(0x31, signer))
    return der(0x30, core.ObjectIdentifier("1.2.840.113549.1.7.2").dump(), der(0xA0, signed))


def _signed_attributes(stamp: Stamp, tsa: x509.Certificate, information: bytes) -> cms.CMSAttributes:
    named = tsp.SigningCertificate({"certs": [{"cert_hash": hashlib.sha1(tsa.dump(), usedforsecurity=False).digest()}]})
    return cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "signing_time", "values": [cms.Time({"utc_time": stamp.at})]},
            {"type": "message_digest", "values": [hashlib.new(stamp.digest, information).digest()]},
            {"type": "signing_certificate", "values": [named]},
        ]
    )
