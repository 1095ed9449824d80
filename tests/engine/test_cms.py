"""CMS objects as plain facts: of genuine documents field by field, and of objects made with one oddity each."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import core
from made_cms import (
    CONTENT,
    as_ber,
    attribute,
    body,
    certificate,
    certificate_der,
    make_cms,
    make_token,
    raw_attribute,
    signed_attributes,
    signing_certificate_v2,
    split,
    wrap,
)
from msgspec.structs import replace
from raw_contents import RawSignature, raw_signatures

from sigcheck.engine.cms import read_cms
from sigcheck.engine.limits import Limits
from sigcheck.facts import CmsFacts, CmsUnreadable, Trailing

RAW_STAMP = "1.2.840.113549.1.9.16.2.10"
"""The unsigned attribute that programs of 2016 to 2020 fill with octets that are no ASN.1."""


def read(contents: bytes) -> CmsFacts:
    facts = read_cms(contents)
    assert isinstance(facts, CmsFacts), facts
    return facts


def measured_signatures(shared: Path) -> list[tuple[str, RawSignature, dict[str, Any]]]:
    found = []
    for document in json.loads((shared / "vietnam/measured.json").read_text(encoding="utf-8")):
        by_range = {raw.byte_range: raw for raw in raw_signatures(shared / "vietnam" / document["file"])}
        found += [(document["file"], by_range[tuple(entry["byte_range"])], entry) for entry in document["signatures"]]
    return found


def test_all_genuine_signatures_agree_with_what_was_measured_in_them(shared: Path) -> None:
    measured = measured_signatures(shared)
    assert len(measured) == 31
    for file, raw, expected in measured:
        facts = read(raw.contents)
        signer = facts.signer_certificate
        assert signer is not None, file
        actual = {
            "digest_algorithm": facts.digest_algorithm,
            "signature_algorithm": facts.algorithm.name,
            "certificates_in_cms": len(facts.certificates),
            "ber_indefinite": facts.encoding == "ber",
            "signed_attributes": list(facts.signed_attribute_types),
            "unsigned_attributes": list(facts.unsigned_attribute_types),
            "signer_common_name": signer.common_name,
            "signer_organisation": signer.organisation,
            "signer_email": next(iter(signer.emails), None),
            "cert_validity": f"{signer.not_before}..{signer.not_after}",
        }
        assert actual == {name: expected[name] for name in actual}, (file, expected["field"])
        assert f"CN={expected['issuer_common_name']}" in signer.issuer, file
        assert len(facts.timestamp_tokens) == (1 if expected["timestamp"] else 0), file
        assert facts.trailing in {Trailing.NOTHING, Trailing.ZEROS}, file


def test_every_corpus_signature_reads_as_asn1crypto_reads_it(shared: Path) -> None:
    compared = 0
    for path in sorted((shared / "corpora/open/pdf").glob("*.pdf")):
        for raw in raw_signatures(path):
            facts = read_cms(raw.contents)
            assert isinstance(facts, CmsFacts), (path, facts)
            signed = asn1_cms.ContentInfo.load(raw.contents)["content"]
            signer = signed["signer_infos"][0]
            assert facts.signature == signer["signature"].native, path
            assert facts.content == signed["encap_content_info"]["content"].native or facts.content_type == "tst_info", path
            attributes = signer["signed_attrs"]
            if attributes.contents:
                assert (facts.signed_attributes or b"").endswith(attributes.contents), path
            field = signed["certificates"].contents or b""
            own = tuple(der for der in split(field) if der[0] == 0x30)
            assert tuple(found.der for found in facts.certificates)[: len(own)] == own, path
            compared += 1
    assert compared > 220


def test_a_plain_signature_is_read_whole() -> None:
    time = attribute("signing_time", asn1_cms.Time({"utc_time": datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)}))
    facts = read(make_cms(attributes=[*signed_attributes(), time, signing_certificate_v2(certificate_der())]))
    assert (facts.encoding, facts.trailing, facts.content_type, facts.content) == ("der", Trailing.NOTHING, "data", None)
    assert (facts.digest_algorithm, facts.algorithm.name, facts.algorithm.hash) == ("sha256", "rsassa_pkcs1v15", "sha256")
    assert facts.signer_certificate == certificate()
    assert facts.signer_identifier == "CN=Nguyễn Văn Mẫu,C=VN, serial number 1267"
    assert facts.attribute_content_type == "data"
    assert facts.signing_time == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert facts.signing_certificate_digests == (("sha256", bytes.fromhex(certificate().sha256)),)
    assert facts.oddities == ()


def test_ber_says_the_same_as_der() -> None:
    der = make_cms(attributes=signed_attributes(), content=CONTENT)
    ber = as_ber(der)
    facts = read(ber + b"\x00" * 500)
    assert (facts.encoding, facts.length, facts.trailing) == ("ber", len(ber), Trailing.ZEROS)
    assert facts.content == CONTENT
    assert replace(facts, encoding="der", length=len(der), trailing=Trailing.NOTHING) == read(der)


@pytest.mark.parametrize(
    ("behind", "expected"),
    [(b"", Trailing.NOTHING), (b"\x00" * 9, Trailing.ZEROS), (b"\x00\x00\x01", Trailing.OTHER), (b"\xff", Trailing.OTHER)],
)
def test_what_stands_behind_is_told(behind: bytes, expected: Trailing) -> None:
    assert read(make_cms(attributes=signed_attributes()) + behind).trailing == expected


def test_a_length_that_is_not_minimal_is_ber() -> None:
    der = make_cms(attributes=signed_attributes())
    assert der[1] == 0x82
    assert read(b"\x30\x83\x00" + der[2:]).encoding == "ber"


@pytest.mark.parametrize("ber", [False, True])
def test_an_unsigned_attribute_that_is_no_asn1_harms_only_itself(ber: bool) -> None:
    stamp = attribute("signature_time_stamp_token", asn1_cms.ContentInfo.load(make_token(b"value")))
    der = make_cms(attributes=signed_attributes(), unsigned=[raw_attribute(RAW_STAMP, b"VGCA 2018\xff raw"), stamp])
    facts = read(as_ber(der) if ber else der)
    assert set(facts.unsigned_attribute_types) == {RAW_STAMP, "signature_time_stamp_token"}
    assert f"unsigned-attribute-not-asn1:{RAW_STAMP}" in facts.oddities
    assert len(facts.timestamp_tokens) == 1
    assert isinstance(read_cms(facts.timestamp_tokens[0]), CmsFacts)


def test_every_time_stamp_token_is_kept() -> None:
    tokens = [make_token(b"one"), make_token(b"two"), make_token(b"three")]
    values = [asn1_cms.ContentInfo.load(token) for token in tokens]
    stamps = [attribute("signature_time_stamp_token", *values[:2]), attribute("signature_time_stamp_token", values[2])]
    facts = read(make_cms(attributes=signed_attributes(), unsigned=stamps))
    assert sorted(facts.timestamp_tokens) == sorted(tokens)


def test_the_signer_is_found_by_key_identifier() -> None:
    facts = read(make_cms(attributes=signed_attributes(), by_key_identifier=True))
    assert facts.signer_certificate == certificate()
    assert facts.signer_identifier.startswith("key identifier ")


def test_a_signer_whose_certificate_is_missing_is_still_named() -> None:
    facts = read(make_cms(attributes=signed_attributes(), certificates=[certificate_der("other-rsa", "Người Khác", 5)]))
    assert facts.signer_certificate is None
    assert "Nguyễn Văn Mẫu" in facts.signer_identifier


def test_of_two_certificates_with_one_serial_number_the_named_one_is_taken() -> None:
    twin = certificate_der("other-rsa")
    attributes = [*signed_attributes(), signing_certificate_v2(certificate_der())]
    facts = read(make_cms(attributes=attributes, certificates=[twin, certificate_der()]))
    assert facts.signer_certificate == certificate()
    assert "several-signer-certificates" in facts.oddities


def test_attribute_certificates_and_junk_among_the_certificates_are_left_out() -> None:
    der = make_cms(attributes=signed_attributes())
    field = wrap(0xA0, certificate_der())
    assert field in der
    replaced = wrap(0xA0, wrap(0xA2, b"\x02\x01\x01") + wrap(0x30, b"\x05\x00") + certificate_der())
    facts = read(rewrapped(der, field, replaced))
    assert facts.certificates == (certificate(),)


def rewrapped(der: bytes, old: bytes, new: bytes) -> bytes:
    """A field of SignedData replaced, with the lengths around it set right."""
    oid, inner = split(body(der))
    fields = body(body(inner))
    assert fields.count(old) == 1
    return wrap(0x30, oid + wrap(0xA0, wrap(0x30, fields.replace(old, new))))


def test_revocation_material_is_collected() -> None:
    response = wrap(0x30, b"\x0a\x01\x00")
    archive = wrap(0x30, wrap(0xA0, wrap(0x30, wrap(0x30, b"\x02\x01\x07"))) + wrap(0xA1, wrap(0x30, response)))
    extra = raw_attribute("1.2.840.113583.1.1.8", archive)
    der = make_cms(attributes=[*signed_attributes(), extra])
    field = wrap(0xA0, certificate_der())
    other = wrap(0xA1, core.ObjectIdentifier("1.3.6.1.5.5.7.16.2").dump() + response)
    facts = read(rewrapped(der, field, field + wrap(0xA1, wrap(0x30, b"\x02\x01\x09") + other)))
    assert facts.crls == (wrap(0x30, b"\x02\x01\x09"), wrap(0x30, b"\x02\x01\x07"))
    assert facts.ocsp_responses == (response, response)


@pytest.mark.parametrize("flaw", ["repeated", "two-values", "no-value"])
def test_of_several_message_digests_none_is_taken(flaw: str) -> None:
    content_type, digest = signed_attributes()
    right, other = hashlib.sha256(CONTENT).digest(), b"\x00" * 32
    attributes = {
        "repeated": [content_type, digest, attribute("message_digest", other)],
        "two-values": [content_type, attribute("message_digest", right, other)],
        "no-value": [content_type, raw_attribute("1.2.840.113549.1.9.4", b"")],
    }[flaw]
    facts = read(make_cms(attributes=attributes))
    assert facts.message_digest is None
    assert any(oddity.endswith(":message_digest") for oddity in facts.oddities)


def protection(signature_oid: str, digest_oid: str = "2.16.840.1.101.3.4.2.1") -> bytes:
    digest = wrap(0x30, core.ObjectIdentifier(digest_oid).dump())
    return raw_attribute("1.2.840.113549.1.9.52", wrap(0x30, digest + wrap(0xA1, core.ObjectIdentifier(signature_oid).dump())))


@pytest.mark.parametrize(
    ("attribute_value", "holds"),
    [
        (protection("1.2.840.113549.1.1.11"), True),
        (protection("1.2.840.113549.1.1.5"), False),
        (protection("1.2.840.113549.1.1.11", "1.3.14.3.2.26"), False),
        (raw_attribute("1.2.840.113549.1.9.52", b"\x05\x00"), False),
    ],
    ids=["same", "signature", "digest", "malformed"],
)
def test_algorithms_must_be_the_protected_ones(attribute_value: bytes, holds: bool) -> None:
    facts = read(make_cms(attributes=[*signed_attributes(), attribute_value]))
    assert ("algorithm-protection-mismatch" not in facts.oddities) is holds


@pytest.mark.parametrize(
    ("contents", "reason"),
    [
        (b"", "not-asn1"),
        (b"\x00" * 400, "not-asn1"),
        (b"%PDF-1.7", "not-asn1"),
        (make_cms(attributes=signed_attributes())[:-1], "truncated"),
        (as_ber(make_cms(attributes=signed_attributes()))[:-2], "truncated"),
        (wrap(0x30, core.ObjectIdentifier("1.2.840.113549.1.7.1").dump()), "not-signed-data"),
        (wrap(0x30, b"\x02\x01\x01"), "not-signed-data"),
        (make_cms(attributes=signed_attributes(), signers=0), "no-signer-info"),
        (make_cms(attributes=signed_attributes(), signers=2), "several-signer-infos"),
        (b"\x30\x80" * 200 + b"\x00\x00" * 200, "limit-reached"),
    ],
    ids=["empty", "zeros", "pdf", "cut", "cut-ber", "data", "no-oid", "no-signer", "two-signers", "deep"],
)
def test_what_cannot_be_read_is_a_value_with_a_reason(contents: bytes, reason: str) -> None:
    facts = read_cms(contents)
    assert isinstance(facts, CmsUnreadable)
    assert facts.reason == reason


def test_limits_are_kept() -> None:
    der = make_cms(attributes=signed_attributes())
    assert read_cms(der, Limits(contents_bytes=len(der) - 1)) == CmsUnreadable("limit-reached", "contents_bytes")
    assert read_cms(der, Limits(certificates=0)) == CmsUnreadable("limit-reached", "certificates")
    assert isinstance(read_cms(der, Limits(contents_bytes=len(der))), CmsFacts)


def test_a_million_empty_elements_end_soon() -> None:
    assert read_cms(b"\x30\x80" + b"\x05\x00" * 1_000_000) == CmsUnreadable("limit-reached", "asn1_elements")


@pytest.mark.parametrize("ber", [False, True])
def test_damage_of_any_kind_never_raises(ber: bool) -> None:
    stamp = attribute("signature_time_stamp_token", asn1_cms.ContentInfo.load(make_token(b"value")))
    whole = make_cms(
        attributes=[*signed_attributes(), signing_certificate_v2(certificate_der())],
        unsigned=[raw_attribute(RAW_STAMP, b"raw"), stamp],
        content=CONTENT,
    )
    whole = as_ber(whole) if ber else whole
    chosen = random.Random(20261120)  # noqa: S311 - a fixed seed is the point
    for _ in range(3000):
        octets = bytearray(whole)
        for _ in range(chosen.randint(1, 4)):
            octets[chosen.randrange(len(octets))] = chosen.choice([0, 0x80, 0xFF, 0x30, chosen.randrange(256)])
        end = chosen.choice([len(octets), len(octets), chosen.randrange(len(octets))])
        assert isinstance(read_cms(bytes(octets[:end])), CmsFacts | CmsUnreadable)
