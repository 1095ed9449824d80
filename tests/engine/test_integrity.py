"""Signed bytes and signature values: every scheme passes once, and fails for every single thing that is wrong with it."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import algos, core, pem
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from made_cms import (
    CONTENT,
    DIGESTS,
    as_ber,
    attribute,
    certificate,
    certificate_der,
    key,
    make_cms,
    make_token,
    pkcs1_block,
    raw_attribute,
    rsa_encoded,
    signed_attributes,
    signing_certificate_v2,
    wrap,
)
from msgspec.structs import replace
from raw_contents import raw_signatures

from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.cms import read_cms
from sigcheck.engine.integrity import (
    needed_hashes,
    verify_certificate_signature,
    verify_cms,
    verify_raw_rsa,
    verify_signed_der,
)
from sigcheck.evidence import Integrity
from sigcheck.facts import (
    ByteRange,
    Certificate,
    CmsFacts,
    SignatureFacts,
    SigningBlock,
)

SHA1_SUB_FILTER = "adbe.pkcs7.sha1"


def check(der: bytes, digests: dict[str, bytes] | None = None, **options: Any) -> Integrity:
    facts = read_cms(der)
    assert isinstance(facts, CmsFacts), facts
    return verify_cms(facts, DIGESTS if digests is None else digests, facts.signer_certificate, **options)


def pss(digest: str = "sha256", mask: str = "sha256", salt: int = 32, trailer: int = 1) -> dict[str, Any]:
    mask_generation = {"algorithm": "mgf1", "parameters": algos.DigestAlgorithm({"algorithm": mask})}
    parameters: dict[str, Any] = {"hash_algorithm": {"algorithm": digest}, "mask_gen_algorithm": mask_generation}
    parameters |= {"salt_length": salt, "trailer_field": trailer}
    return {"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)}


def sign_pss(digest: Any = hashes.SHA256, mask: Any = hashes.SHA256, salt: int = 32) -> Any:
    return lambda private, message: private.sign(message, padding.PSS(padding.MGF1(mask()), salt), digest())


def sign_ecdsa(private: Any, message: bytes) -> bytes:
    return bytes(private.sign(message, ec.ECDSA(hashes.SHA256())))


def sign_pure(private: Any, message: bytes) -> bytes:
    return bytes(private.sign(message))


def sign_dsa(private: Any, message: bytes) -> bytes:
    return bytes(private.sign(message, hashes.SHA256()))


EC_PUBLIC_KEY = wrap(0x30, core.ObjectIdentifier("1.2.840.10045.2.1").dump())
"""id-ecPublicKey where ecdsa-with-SHA256 belongs, as genuine signatures have it."""

SCHEMES: dict[str, dict[str, Any]] = {
    "rsa": {},
    "rsa-key-only": {"algorithm": "rsassa_pkcs1v15"},
    "pss": {"algorithm": pss(), "sign": sign_pss()},
    "pss-odd": {"algorithm": pss("sha256", "sha1", 11), "sign": sign_pss(mask=hashes.SHA1, salt=11)},
    "pss-no-salt": {"algorithm": pss(salt=0), "sign": sign_pss(salt=0)},
    "ecdsa": {"kind": "ec", "algorithm": "sha256_ecdsa", "sign": sign_ecdsa},
    "ecdsa-key-oid": {"kind": "ec", "algorithm": EC_PUBLIC_KEY, "sign": sign_ecdsa},
    "brainpool": {"kind": "brainpool", "algorithm": "sha256_ecdsa", "sign": sign_ecdsa},
    "ed25519": {"kind": "ed25519", "algorithm": "ed25519", "digest": "sha512", "sign": sign_pure},
    "ed448": {"kind": "ed448", "algorithm": "ed448", "digest": "shake256", "sign": sign_pure},
    "dsa": {"kind": "dsa", "algorithm": "sha256_dsa", "sign": sign_dsa},
}


@pytest.mark.parametrize("curve", ["ed25519", "ed448"])
def test_an_edwards_curve_goes_with_one_digest(curve: str) -> None:
    """RFC 8419, 3.1: SHA-512 with Ed25519, SHAKE256 with Ed448, where there are signed attributes."""
    found = check(make_cms(attributes=signed_attributes(), kind=curve, algorithm=curve, sign=sign_pure))
    assert (found.signature_verifies, found.unknown) == (None, "digest-not-allowed")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_over_signed_attributes(scheme: str) -> None:
    options = SCHEMES[scheme]
    der = make_cms(attributes=signed_attributes(digest=options.get("digest", "sha256")), **options)
    good = check(der)
    assert good.sound, good
    other_content = check(der, {name: bytes(len(digest)) for name, digest in DIGESTS.items()})
    assert (other_content.digest_matches, other_content.signature_verifies) == (False, True)
    facts = read_cms(der)
    assert isinstance(facts, CmsFacts)
    broken = bytes((facts.signature[0],)) + bytes((facts.signature[1] ^ 1,)) + facts.signature[2:]
    tampered = verify_cms(replace(facts, signature=broken), DIGESTS, facts.signer_certificate)
    assert (tampered.digest_matches, tampered.signature_verifies) == (True, False)


@pytest.mark.parametrize("scheme", [name for name in SCHEMES if not name.startswith("ed")])
def test_every_scheme_without_signed_attributes(scheme: str) -> None:
    der = make_cms(**SCHEMES[scheme])
    assert check(der).sound
    changed = check(
        der,
        {
            name: hashlib.new(name, b"other").digest()
            for name in DIGESTS
            if name in hashlib.algorithms_guaranteed and "shake" not in name
        },
    )
    assert not changed.sound
    if scheme.startswith("rsa"):  # PKCS#1 v1.5 gives back what was signed: the signature is real, the content another
        assert (changed.digest_matches, changed.signature_verifies) == (False, True)
    else:
        assert (changed.digest_matches, changed.signature_verifies) == (None, False)


def test_edwards_signatures_without_attributes_need_the_content_itself() -> None:
    der = make_cms(**SCHEMES["ed25519"])
    assert check(der).unknown == "content-not-at-hand"
    assert check(der, content=CONTENT).sound
    assert check(der, content=b"other").signature_verifies is False


def digest_info(octets: bytes, null: bytes = b"\x05\x00") -> bytes:
    identifier = wrap(0x30, core.ObjectIdentifier("2.16.840.1.101.3.4.2.1").dump() + null)
    return wrap(0x30, identifier + wrap(0x04, hashlib.sha256(octets).digest()))


def test_a_digest_info_without_null_verifies_and_is_told() -> None:
    der = make_cms(attributes=signed_attributes(), sign=lambda k, m: rsa_encoded(k, pkcs1_block(128, digest_info(m, b""))))
    found = check(der)
    assert found.sound
    assert found.digest_info_without_null
    assert not check(make_cms(attributes=signed_attributes())).digest_info_without_null


@pytest.mark.parametrize(
    "block",
    [
        lambda m: pkcs1_block(128, digest_info(m, b"\x05\x01\x00")),
        lambda m: pkcs1_block(128, digest_info(m, b"\x04\x08anything")),
        lambda m: (b"\x00\x01" + b"\xff" * 8 + b"\x00" + digest_info(m)).ljust(128, b"\x00"),
        lambda m: pkcs1_block(128, wrap(0x30, digest_info(m)[2:] + b"\x05\x00")),
        lambda m: b"\x00\x02" + pkcs1_block(128, digest_info(m))[2:],
        lambda m: b"\x00\x01" + b"\xff" * 40 + b"\xfe" + b"\xff" * 33 + b"\x00" + digest_info(m),
        lambda m: pkcs1_block(128, hashlib.sha256(m).digest()),
    ],
    ids=["null-with-content", "parameters", "garbage-behind", "more-fields", "block-type-2", "padding", "bare-digest"],
)
def test_no_other_encoding_is_accepted(block: Any) -> None:
    der = make_cms(attributes=signed_attributes(), sign=lambda k, m: rsa_encoded(k, block(m)))
    assert check(der).signature_verifies is False


@pytest.mark.parametrize(
    ("algorithm", "reason"),
    [
        (pss(trailer=2), "algorithm-unsupported"),
        ({"algorithm": "rsassa_pss"}, "algorithm-unsupported"),
        (wrap(0x30, core.ObjectIdentifier("1.2.3.4").dump()), "algorithm-unsupported"),
        ({"algorithm": "md2_rsa"}, "algorithm-unsupported"),
    ],
    ids=["trailer", "no-parameters", "unknown", "md2"],
)
def test_what_is_not_supported_is_unknown_and_says_so(algorithm: Any, reason: str) -> None:
    found = check(make_cms(attributes=signed_attributes(), algorithm=algorithm, sign=sign_pss()))
    assert (found.digest_matches, found.signature_verifies, found.unknown) == (True, None, reason)


@pytest.mark.parametrize(
    "algorithm",
    [pss(salt=20), pss(mask="sha1"), pss("sha512"), "sha256_rsa", "sha1_rsa", "sha256_ecdsa", "ed25519", "sha256_dsa"],
    ids=["salt", "mask", "hash", "scheme", "scheme-and-hash", "ecdsa", "ed25519", "dsa"],
)
def test_a_scheme_or_parameter_other_than_the_signers_does_not_verify(algorithm: Any) -> None:
    found = check(make_cms(attributes=signed_attributes(), algorithm=algorithm, sign=sign_pss()))
    assert found.signature_verifies is False


def test_another_key_does_not_verify() -> None:
    facts = read_cms(make_cms(attributes=signed_attributes()))
    assert isinstance(facts, CmsFacts)
    assert verify_cms(facts, DIGESTS, certificate("other-rsa")).signature_verifies is False
    assert verify_cms(facts, DIGESTS, certificate("ec")).signature_verifies is False
    missing = verify_cms(facts, DIGESTS, None)
    assert (missing.digest_matches, missing.signature_verifies) == (True, None)
    assert missing.unknown == "no-signer-certificate"


def test_a_key_that_cannot_be_used_leaves_the_signature_unknown() -> None:
    facts = read_cms(make_cms(attributes=signed_attributes()))
    assert isinstance(facts, CmsFacts)
    found = verify_cms(facts, DIGESTS, replace(certificate(), public_key=b"\x30\x00"))
    assert (found.signature_verifies, found.unknown) == (None, "key-cannot-be-used")


def with_public_key(spki: bytes) -> Certificate:
    return replace(certificate(), public_key=spki)


def test_an_rsa_key_that_the_library_refuses_is_computed_with() -> None:
    prime, other = 2**521 - 1, 2**607 - 1
    modulus, exponent = prime * other, 2**40 + 15  # an exponent that the library takes for too large
    private = pow(exponent, -1, (prime - 1) * (other - 1))
    numbers = wrap(0x30, core.Integer(modulus).dump() + core.Integer(exponent).dump())
    identifier = wrap(0x30, core.ObjectIdentifier("1.2.840.113549.1.1.1").dump() + b"\x05\x00")
    signer = with_public_key(wrap(0x30, identifier + wrap(0x03, b"\x00" + numbers)))
    length = (modulus.bit_length() + 7) // 8

    def sign(_: Any, message: bytes) -> bytes:
        return pow(int.from_bytes(pkcs1_block(length, digest_info(message)), "big"), private, modulus).to_bytes(length, "big")

    facts = read_cms(make_cms(attributes=signed_attributes(), sign=sign))
    assert isinstance(facts, CmsFacts)
    assert verify_cms(facts, DIGESTS, signer).sound
    assert verify_cms(replace(facts, signature=facts.signature[:-1] + b"\x00"), DIGESTS, signer).signature_verifies is False


def pss_spki(parameters: bytes) -> bytes:
    public = key().public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return wrap(
        0x30, wrap(0x30, core.ObjectIdentifier("1.2.840.113549.1.1.10").dump() + parameters) + wrap(0x03, b"\x00" + public)
    )


def test_a_key_for_pss_alone_verifies_only_what_it_allows() -> None:
    allowed = pss()["parameters"].dump()
    facts = read_cms(make_cms(attributes=signed_attributes(), algorithm=pss(), sign=sign_pss()))
    plain = read_cms(make_cms(attributes=signed_attributes()))
    longer = pss(salt=40)["parameters"].dump()
    assert isinstance(facts, CmsFacts)
    assert isinstance(plain, CmsFacts)
    assert verify_cms(facts, DIGESTS, with_public_key(pss_spki(b""))).sound
    assert verify_cms(facts, DIGESTS, with_public_key(pss_spki(allowed))).sound
    assert verify_cms(facts, DIGESTS, with_public_key(pss_spki(longer))).signature_verifies is False
    assert verify_cms(facts, DIGESTS, with_public_key(pss_spki(b"\x30\x02\xa0\x00"))).unknown == "key-cannot-be-used"
    assert verify_cms(plain, DIGESTS, with_public_key(pss_spki(b""))).signature_verifies is False


@pytest.mark.parametrize(
    ("attributes", "detail"),
    [
        ([attribute("message_digest", DIGESTS["sha256"])], "content-type-missing"),
        ([attribute("content_type", "signed_data"), signed_attributes()[1]], "content-type-differs"),
        ([signed_attributes()[0]], "message-digest-missing"),
        ([*signed_attributes(), attribute("message_digest", bytes(32))], "message-digest-missing"),
        ([signed_attributes()[0], attribute("message_digest", DIGESTS["sha256"], bytes(32))], "message-digest-missing"),
        ([*signed_attributes(), attribute("content_type", "signed_data")], "content-type-missing"),
        ([*signed_attributes(), b"\x30\x00"], "signed-attributes-malformed"),
    ],
    ids=["no-type", "other-type", "no-digest", "two-digests", "two-values", "two-types", "malformed"],
)
def test_signed_attributes_that_bind_nothing_are_refused(attributes: list[bytes], detail: str) -> None:
    found = check(make_cms(attributes=attributes))
    assert (found.digest_matches, found.detail) == (False, detail)
    assert not found.sound


def test_other_algorithms_than_the_protected_ones_are_refused() -> None:
    digest = wrap(0x30, core.ObjectIdentifier("2.16.840.1.101.3.4.2.1").dump())
    weaker = wrap(0xA1, core.ObjectIdentifier("1.2.840.113549.1.1.5").dump())
    found = check(
        make_cms(attributes=[*signed_attributes(), raw_attribute("1.2.840.113549.1.9.52", wrap(0x30, digest + weaker))])
    )
    assert (found.signature_verifies, found.detail) == (False, "algorithm-protection-mismatch")


@pytest.mark.parametrize(
    ("extra", "matches"),
    [
        ([signing_certificate_v2(certificate_der())], True),
        ([signing_certificate_v2(certificate_der("other-rsa"))], False),
        ([raw_attribute("1.2.840.113549.1.9.16.2.47", b"\x05\x00")], False),
        ([], None),
    ],
    ids=["signer", "other", "malformed", "absent"],
)
def test_the_signing_certificate_is_the_signers(extra: list[bytes], matches: bool | None) -> None:
    found = check(make_cms(attributes=[*signed_attributes(), *extra]))
    assert found.signing_certificate_matches is matches
    assert found.sound is (matches is not False)


def test_attributes_out_of_order_verify_as_written_and_as_der() -> None:
    attributes = sorted(signed_attributes(), reverse=True)
    as_written = make_cms(attributes=attributes, in_order=False)
    ordered = wrap(0x31, b"".join(sorted(attributes)))
    as_der = make_cms(
        attributes=attributes, in_order=False, sign=lambda k, _: k.sign(ordered, padding.PKCS1v15(), hashes.SHA256())
    )
    assert check(as_written).sound
    assert check(as_der).sound


def test_ber_verifies() -> None:
    assert check(as_ber(make_cms(attributes=signed_attributes()))).sound
    assert check(as_ber(make_cms())).sound
    token = as_ber(make_token(b"stamped"))
    facts = read_cms(token)
    assert isinstance(facts, CmsFacts)
    assert verify_cms(facts, None, facts.signer_certificate, content=facts.content).sound


def test_content_inside_a_detached_signature_must_be_the_byte_range_itself() -> None:
    same = check(make_cms(attributes=signed_attributes(), content=CONTENT))
    assert (same.sound, same.detail) == (True, "content-in-detached-signature")
    other = make_cms(attributes=signed_attributes(b"other"), content=b"other")
    assert (check(other).digest_matches, check(other).detail) == (False, "content-in-detached-signature")
    smuggled = make_cms(attributes=signed_attributes(), content=b"other")
    assert check(smuggled).digest_matches is False
    assert check(make_cms(content=b"other")).digest_matches is False
    assert check(make_cms(attributes=signed_attributes(), content=b"")).sound


def test_a_content_type_other_than_data_needs_signed_attributes() -> None:
    assert check(make_cms(content_type="signed_data")).detail == "signed-attributes-missing"


def test_an_encapsulated_sha1_digest() -> None:
    digest = DIGESTS["sha1"]
    for attributes in (signed_attributes(digest), None):
        der = make_cms(attributes=attributes, content=digest)
        found = check(der, sub_filter=SHA1_SUB_FILTER)
        assert found.sound
        assert found.digest_algorithm == "sha1"
        changed = check(der, {"sha1": bytes(20)}, sub_filter=SHA1_SUB_FILTER)
        assert (changed.digest_matches, changed.detail) == (False, "encapsulated-digest-differs")
        assert check(der, {}, sub_filter=SHA1_SUB_FILTER).digest_matches is None
        assert check(der).digest_matches is False  # the same object where a detached one is expected
    over_something_else = make_cms(attributes=signed_attributes(b"other"), content=digest)
    assert check(over_something_else, sub_filter=SHA1_SUB_FILTER).digest_matches is False
    assert check(make_cms(attributes=signed_attributes()), sub_filter=SHA1_SUB_FILTER).digest_matches is False


def test_without_digests_only_the_attributes_are_checked() -> None:
    facts = read_cms(make_cms(attributes=signed_attributes()))
    assert isinstance(facts, CmsFacts)
    found = verify_cms(facts, None, facts.signer_certificate)
    assert (found.digest_matches, found.signature_verifies, found.unknown) == (None, True, "content-not-at-hand")
    bare = read_cms(make_cms())
    assert isinstance(bare, CmsFacts)
    assert verify_cms(bare, None, bare.signer_certificate).signature_verifies is None


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_raw_rsa_signature(wrapped: bool) -> None:
    def raw(octets: bytes) -> bytes:
        return wrap(0x04, octets) + b"\x00" * 7 if wrapped else octets

    for name in ("sha1", "sha256", "sha512"):
        signature = key().sign(CONTENT, padding.PKCS1v15(), getattr(hashes, name.upper())())
        good = verify_raw_rsa(raw(signature), certificate(), DIGESTS)
        assert (good.digest_matches, good.signature_verifies, good.digest_algorithm) == (True, True, name)
        changed = verify_raw_rsa(raw(signature), certificate(), {name: bytes(len(DIGESTS[name]))})
        assert (changed.digest_matches, changed.signature_verifies) == (False, True)
        broken = verify_raw_rsa(raw(signature[:-1] + bytes((signature[-1] ^ 1,))), certificate(), DIGESTS)
        assert (broken.digest_matches, broken.signature_verifies) == (None, False)
    assert verify_raw_rsa(b"junk", None, DIGESTS).unknown == "no-signer-certificate"
    assert verify_raw_rsa(raw(signature), certificate("ec"), DIGESTS).signature_verifies is False


def signature_facts(**fields: Any) -> SignatureFacts:
    sound = ByteRange((0, 1, 2, 3), None, 5, 1, whole_file=True)
    values: dict[str, Any] = {
        "field": "Signature1", "object": "1 0", "kind": "signature", "revision": 1, "filter": None, "sub_filter": None,
        "block": SigningBlock(), "byte_range": sound, "contents": b"", "cms": None, "raw_signature": None, "certificates": (),
        "doc_mdp": None, "field_mdp": None, "lock": None, "box": None,
    }  # fmt: skip
    return SignatureFacts(**(values | fields))


def test_the_hashes_that_are_needed() -> None:
    attributes = read_cms(make_cms(attributes=signed_attributes(digest="sha512"), digest="sha512"))
    bare = read_cms(make_cms(algorithm="sha384_rsa"))
    token = read_cms(make_token(b"stamped", digest="sha1"))
    unknown = read_cms(make_cms(attributes=signed_attributes(), digest="md2"))
    assert needed_hashes(signature_facts(cms=attributes)) == {"sha512"}
    assert needed_hashes(signature_facts(cms=bare)) == {"sha256", "sha384"}
    assert needed_hashes(signature_facts(cms=token, kind="document-timestamp")) == {"sha1"}
    assert needed_hashes(signature_facts(cms=attributes, sub_filter=SHA1_SUB_FILTER)) == {"sha1"}
    assert needed_hashes(signature_facts(raw_signature=b"x")) == {"sha1", "sha256", "sha384", "sha512"}
    assert needed_hashes(signature_facts(cms=unknown)) == frozenset()
    assert needed_hashes(signature_facts()) == frozenset()


def test_certificates_verify_with_their_issuers_key_and_no_other() -> None:
    for kind in ("rsa", "ec", "ed25519"):
        own = certificate(kind)
        assert verify_certificate_signature(own, own.public_key).verifies is True
    assert verify_certificate_signature(certificate(), certificate("other-rsa").public_key).verifies is False
    changed = parse_certificate(certificate_der().replace("Mẫu".encode(), "Mậu".encode()))
    assert changed is not None
    assert verify_certificate_signature(changed, certificate().public_key).verifies is False
    assert verify_certificate_signature(certificate(), b"junk").unknown == "key-cannot-be-used"
    assert verify_signed_der(b"tbs", b"\x30\x00", b"", certificate().public_key).unknown == "malformed"


def test_genuine_certificates_verify_along_their_chains(shared: Path) -> None:
    """The 2010 root and its sub-CAs are signed with SHA-1, the 2018 root with SHA-256."""
    folder = shared / "trust/vgca"
    found = [parse_certificate(pem_octets(path)) for path in sorted(folder.glob("*.pem"))]
    by_name = {c.subject_der: c for c in found if c is not None and c.is_ca}
    linked = [(c, by_name[c.issuer_der]) for c in found if c is not None and c.issuer_der in by_name]
    assert len(linked) >= 15
    assert {c.signature_hash for c, _ in linked} == {"sha1", "sha256"}
    for child, issuer in linked:
        assert verify_certificate_signature(child, issuer.public_key).verifies is True, child.subject


def test_the_look_alike_root_does_not_verify_what_the_national_root_signed(shared: Path) -> None:
    national = parse_certificate(pem_octets(next((shared / "trust/national").glob("MIC_National_Root_CA_*.pem"))))
    look_alike = parse_certificate(pem_octets(next((shared / "trust/look-alikes").glob("*.pem"))))
    assert national is not None
    assert look_alike is not None
    assert verify_certificate_signature(national, national.public_key).verifies is True
    assert verify_certificate_signature(national, look_alike.public_key).verifies is False


def pem_octets(path: Path) -> bytes:
    return bytes(pem.unarmor(path.read_bytes())[2])


def test_every_genuine_signature_is_sound_and_no_byte_of_it_may_change(shared: Path) -> None:
    counted = 0
    for path in sorted((shared / "vietnam").glob("*.pdf")):
        for raw in raw_signatures(path):
            facts = read_cms(raw.contents)
            if not isinstance(facts, CmsFacts):
                continue
            digests = raw.digests()
            assert verify_cms(facts, digests, facts.signer_certificate).sound, path
            flipped = {name: bytes((digest[0] ^ 1,)) + digest[1:] for name, digest in digests.items()}
            assert verify_cms(facts, flipped, facts.signer_certificate).digest_matches is False
            attributes = bytearray(facts.signed_attributes or b"")
            attributes[-1] ^= 1
            changed = replace(facts, signed_attributes=bytes(attributes))
            assert verify_cms(changed, digests, facts.signer_certificate).signature_verifies is False
            counted += 1
    assert counted == 31


def test_what_other_validators_call_intact_is_sound(shared: Path) -> None:
    manifest = json.loads((shared / "corpora/open/manifest.json").read_text(encoding="utf-8"))
    intact = [case for case in manifest if case.get("crisp") and case["expected"].get("all_intact") is True]
    assert len(intact) > 50
    for case in intact:
        for raw in raw_signatures(shared / "corpora/open" / case["file"]):
            facts = read_cms(raw.contents)
            assert isinstance(facts, CmsFacts), case["id"]
            if facts.content_type == "data":
                sub_filter = SHA1_SUB_FILTER if len(facts.content or b"") == 20 else None
                found = verify_cms(facts, raw.digests(), facts.signer_certificate, sub_filter=sub_filter)
                assert found.sound, case["id"]


@pytest.mark.parametrize("scheme", ["rsa", "pss", "ecdsa", "ed25519", "dsa"])
def test_damage_of_any_kind_never_raises_and_is_never_sound_where_it_matters(scheme: str) -> None:
    options = SCHEMES[scheme]
    whole = make_cms(attributes=signed_attributes(digest=options.get("digest", "sha256")), **options)
    facts = read_cms(whole)
    assert isinstance(facts, CmsFacts)
    assert facts.signed_attributes is not None
    start = whole.index(facts.signed_attributes[2:])
    vital = range(start, start + len(facts.signed_attributes) - 2)
    chosen = random.Random(20261120)  # noqa: S311 - a fixed seed is the point
    for _ in range(600):
        octets = bytearray(whole)
        place = chosen.randrange(len(octets))
        octets[place] ^= chosen.randint(1, 255)
        damaged = read_cms(bytes(octets))
        if isinstance(damaged, CmsFacts):
            found = verify_cms(damaged, DIGESTS, damaged.signer_certificate)
            assert not (place in vital and found.sound), place


def test_keys_are_bounded() -> None:
    huge = rsa.RSAPublicNumbers(65537, (1 << 20000) + 1)
    numbers = wrap(0x30, core.Integer(huge.n).dump() + core.Integer(huge.e).dump())
    identifier = wrap(0x30, core.ObjectIdentifier("1.2.840.113549.1.1.1").dump() + b"\x05\x00")
    signer = with_public_key(wrap(0x30, identifier + wrap(0x03, b"\x00" + numbers)))
    found = verify_raw_rsa(b"\x01" * 2501, signer, DIGESTS)
    assert (found.signature_verifies, found.unknown) == (None, "key-cannot-be-used")
