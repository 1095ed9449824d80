"""Certificates as plain facts: the same as two libraries say, on every real certificate at hand, and safe on hostile bytes."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, x25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from made_cms import certificate, certificate_der, key, wrap

from sigcheck.engine.certificates import (
    KeyUnusable,
    RsaNumbers,
    certificate_extensions,
    load_public_key,
    name_key,
    name_text,
    parse_certificate,
    signature_parts,
)
from sigcheck.engine.crypto import asn1


def all_certificates(shared: Path) -> Iterator[tuple[Path, bytes]]:
    for folder in (shared / "trust", shared / "corpora/pkits/certs", shared / "corpora/open/trust"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".pem", ".crt", ".cer", ".der"}:
                octets = path.read_bytes()
                parts = list(pem.unarmor(octets, multiple=True)) if pem.detect(octets) else [("CERTIFICATE", {}, octets)]
                yield from ((path, der) for kind, _, der in parts if kind == "CERTIFICATE")


def test_every_real_certificate_reads_as_asn1crypto_reads_it(shared: Path) -> None:
    compared = 0
    for path, der in all_certificates(shared):
        facts, other = parse_certificate(der), asn1_x509.Certificate.load(der)
        assert facts is not None, path
        usage, extended = other.key_usage_value, other.extended_key_usage_value
        constraints = other.basic_constraints_value
        assert (facts.der, facts.sha256) == (der, hashlib.sha256(der).hexdigest()), path
        assert facts.serial_number == other.serial_number, path
        assert (facts.subject_der, facts.issuer_der) == (other.subject.dump(), other.issuer.dump()), path
        assert facts.public_key == other.public_key.dump(), path
        assert (facts.not_before, facts.not_after) == (other.not_valid_before, other.not_valid_after), path
        assert facts.signature_algorithm == other["signature_algorithm"]["algorithm"].native, path
        assert facts.signature_hash == other.hash_algo or other.hash_algo is None, path
        assert facts.is_ca == bool(constraints and constraints["ca"].native), path
        assert facts.path_length == (constraints["path_len_constraint"].native if constraints else None), path
        assert (facts.key_usage is None, len(facts.key_usage or ())) == (usage is None, len(usage.native) if usage else 0), path
        assert len(facts.extended_key_usage or ()) == len(extended or ()), path
        assert facts.subject_key_identifier == other.key_identifier, path
        assert facts.authority_key_identifier == other.authority_key_identifier, path
        assert list(facts.ocsp_urls) == other.ocsp_urls, path
        compared += 1
    assert compared > 450


@pytest.mark.filterwarnings("ignore::UserWarning")  # it warns of the oddities for which there is a reader of our own
def test_every_real_certificate_reads_as_cryptography_reads_it(shared: Path) -> None:
    compared = 0
    for path, der in all_certificates(shared):
        facts = parse_certificate(der)
        try:
            other = x509.load_der_x509_certificate(der)
            names = [a.value for a in other.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
            public = other.public_key()
        except ValueError:
            continue
        assert facts is not None
        assert facts.common_name == (names[-1] if names else None), path
        assert facts.serial_number == other.serial_number
        if isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            assert facts.key_bits == public.key_size, path
        critical = {e.oid.dotted_string for e in other.extensions if e.critical}
        assert critical == {e.oid for e in certificate_extensions(facts) if e.critical}, path
        compared += 1
    assert compared > 400


def test_every_government_certificate_has_a_usable_key(shared: Path) -> None:
    for path in sorted((shared / "trust").rglob("*.pem")):
        facts = parse_certificate(pem.unarmor(path.read_bytes())[2])
        assert facts is not None
        assert not isinstance(load_public_key(facts.public_key), KeyUnusable), path


def test_names_keep_vietnamese_letters_and_control_characters() -> None:
    facts = certificate(common_name="Trần Thị Hoà\x1b[31m, Sở")
    assert facts.common_name == "Trần Thị Hoà\x1b[31m, Sở"
    assert facts.subject == "CN=Trần Thị Hoà\x1b[31m\\, Sở,C=VN"
    assert facts.subject_attributes == (("C", "VN"), ("CN", "Trần Thị Hoà\x1b[31m, Sở"))


def name(*pairs: tuple[str, int, bytes]) -> bytes:
    """A name of one RDN for each (OID's last octet, string tag, octets)."""
    rdns = [
        wrap(0x31, wrap(0x30, wrap(0x06, b"\x55\x04" + bytes((int(oid),))) + wrap(tag, octets))) for oid, tag, octets in pairs
    ]
    return wrap(0x30, b"".join(rdns))


def test_names_are_compared_without_case_spaces_and_string_types() -> None:
    plain = name(("6", 0x13, b"VN"), ("3", 0x0C, "Sở Nội vụ".encode()))
    same = name(("6", 0x0C, b"vn"), ("3", 0x1E, "  sở   NỘI VỤ ".encode("utf-16-be")))
    assert name_key(plain) == name_key(same)


@pytest.mark.parametrize(
    "other",
    [
        name(("3", 0x0C, "Sở Nội vụ".encode()), ("6", 0x13, b"VN")),
        name(("6", 0x13, b"VN"), ("3", 0x0C, "Sơ Nội vụ".encode())),
        name(("6", 0x13, b"VN"), ("10", 0x0C, "Sở Nội vụ".encode())),
        name(("6", 0x13, b"VN")),
        b"\x30\x05junk",
    ],
    ids=["order", "diacritic", "type", "shorter", "malformed"],
)
def test_names_that_differ_stay_different(other: bytes) -> None:
    assert name_key(name(("6", 0x13, b"VN"), ("3", 0x0C, "Sở Nội vụ".encode()))) != name_key(other)


def test_a_name_that_cannot_be_read_is_still_shown() -> None:
    assert name_text(b"\x30\x05junk") == "#30056a756e6b"


@pytest.mark.parametrize("flaw", ["trailing", "truncated", "empty", "pem", "zeros"])
def test_what_is_no_certificate_is_none(flaw: str) -> None:
    der = certificate_der()
    octets = {"trailing": der + b"\x00", "truncated": der[:-1], "empty": b"", "pem": b"-----BEGIN", "zeros": b"\x00" * 900}
    assert parse_certificate(der) is not None
    assert parse_certificate(octets[flaw]) is None


def test_any_flipped_byte_gives_facts_or_none_but_never_an_exception() -> None:
    der = certificate_der()
    chosen = random.Random(20261120)  # noqa: S311 - a fixed seed is the point
    for _ in range(3000):
        octets = bytearray(der)
        for _ in range(chosen.randint(1, 3)):
            octets[chosen.randrange(len(octets))] = chosen.randrange(256)
        facts = parse_certificate(bytes(octets[: chosen.choice([len(octets), chosen.randrange(len(octets))])]))
        if facts is not None:
            load_public_key(facts.public_key)
            name_key(facts.subject_der)
            facts.subject.encode()  # nothing that cannot be written again


def with_parts(der: bytes, old: bytes, new: bytes) -> bytes:
    """The certificate with one part of the same length replaced."""
    assert len(old) == len(new)
    assert der.count(old) >= 1
    return der.replace(old, new, 1)


@pytest.mark.parametrize(("octets", "serial"), [(b"\x02\x02\xff\x01", -255), (b"\x02\x02\x00\x00", 0)])
def test_serial_numbers_that_libraries_refuse_are_read(octets: bytes, serial: int) -> None:
    facts = parse_certificate(with_parts(certificate_der(), b"\x02\x02\x12\x67", octets))
    assert facts is not None
    assert facts.serial_number == serial


def built(*extensions: tuple[x509.ExtensionType, bool]) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Cơ quan Mẫu")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key().public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2055, 1, 1, tzinfo=UTC))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(key(), SHA256()).public_bytes(Encoding.DER)


def test_extensions_are_read_by_their_standard_names() -> None:
    alternative = x509.SubjectAlternativeName([x509.RFC822Name("mau@example.gov.vn"), x509.DNSName("example.gov.vn")])
    address = x509.UniformResourceIdentifier("http://crl.example.gov.vn/a.crl")
    usages = {"digital_signature": False, "content_commitment": True, "key_encipherment": False, "data_encipherment": False}
    usages |= {"key_agreement": False, "key_cert_sign": True, "crl_sign": False, "encipher_only": False, "decipher_only": False}
    facts = parse_certificate(
        built(
            (x509.BasicConstraints(ca=True, path_length=0), True),
            (x509.KeyUsage(**usages), True),
            (x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.TIME_STAMPING]), True),
            (alternative, False),
            (x509.OCSPNoCheck(), False),
            (
                x509.CRLDistributionPoints([x509.DistributionPoint([address], None, None, None)]),
                False,
            ),
        )
    )
    assert facts is not None
    assert (facts.is_ca, facts.path_length) == (True, 0)
    assert facts.key_usage == ("nonRepudiation", "keyCertSign")
    assert (facts.extended_key_usage, facts.extended_key_usage_critical) == (("timeStamping",), True)
    assert facts.emails == ("mau@example.gov.vn",)
    assert facts.crl_urls == ("http://crl.example.gov.vn/a.crl",)
    assert facts.ocsp_no_check
    assert facts.not_after.year == 2055
    assert facts.unknown_critical_extensions == ()


def test_an_unknown_critical_extension_is_named() -> None:
    oid = x509.ObjectIdentifier("1.2.3.4")
    facts = parse_certificate(built((x509.UnrecognizedExtension(oid, b"\x05\x00"), True)))
    harmless = parse_certificate(built((x509.UnrecognizedExtension(oid, b"\x05\x00"), False)))
    assert facts is not None
    assert harmless is not None
    assert (facts.unknown_critical_extensions, harmless.unknown_critical_extensions) == (("1.2.3.4",), ())


@pytest.mark.parametrize("critical", [True, False])
def test_a_malformed_extension_grants_nothing(critical: bool) -> None:
    oids = ("2.5.29.15", "2.5.29.19", "2.5.29.17")
    broken = [x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), b"\x04\x01") for oid in oids]
    facts = parse_certificate(built(*((extension, critical) for extension in broken)))
    assert facts is not None
    assert (facts.key_usage, facts.is_ca, facts.emails) == ((), False, ())
    assert facts.unknown_critical_extensions == (oids if critical else ())


def spki(private: object) -> bytes:
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]


def rsa_spki(modulus: int, exponent: int, oid: bytes = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00") -> bytes:
    def number(value: int) -> bytes:
        return wrap(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))

    return wrap(0x30, wrap(0x30, oid) + wrap(0x03, b"\x00" + wrap(0x30, number(modulus) + number(exponent))))


@pytest.mark.parametrize("kind", ["rsa", "ec", "brainpool", "ed25519", "ed448", "dsa"])
def test_keys_of_every_kind_can_be_used(kind: str) -> None:
    assert not isinstance(load_public_key(spki(key(kind))), KeyUnusable)


def test_a_key_for_pss_alone_can_be_used() -> None:
    modulus = key().public_key().public_numbers().n
    assert isinstance(
        load_public_key(rsa_spki(modulus, 65537, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")), rsa.RSAPublicKey
    )


@pytest.mark.parametrize(
    ("modulus", "exponent", "reason"),
    [
        ((1 << 16384) + 1, 65537, "modulus-too-large"),
        ((1 << 2048) - 1, (1 << 64) + 1, "exponent-too-large"),
        ((1 << 2048) - 1, 1, "malformed"),
        (0, 65537, "malformed"),
    ],
    ids=["modulus", "exponent", "exponent-one", "zero"],
)
def test_keys_whose_use_would_explode_are_refused_with_a_reason(modulus: int, exponent: int, reason: str) -> None:
    assert load_public_key(rsa_spki(modulus, exponent)) == KeyUnusable(reason)


@pytest.mark.parametrize(("modulus", "exponent"), [((1 << 2048) - 1, 4), ((1 << 2048) - 1, 2)])
def test_keys_that_the_library_refuses_stay_numbers(modulus: int, exponent: int) -> None:
    assert load_public_key(rsa_spki(modulus, exponent)) == RsaNumbers(modulus, exponent)


def test_a_modulus_without_its_zero_octet_is_the_same_key() -> None:
    numbers = key().public_key().public_numbers()
    whole = rsa_spki(numbers.n, numbers.e)
    bare = wrap(0x30, wrap(0x02, numbers.n.to_bytes(128, "big")) + b"\x02\x03\x01\x00\x01")
    card = wrap(0x30, wrap(0x30, b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00") + wrap(0x03, b"\x00" + bare))
    loaded = load_public_key(card)
    assert isinstance(loaded, rsa.RSAPublicKey)
    assert loaded.public_numbers() == load_public_key(whole).public_numbers()  # type: ignore[union-attr]
    loaded.verify(key().sign(b"x", padding.PKCS1v15(), SHA256()), b"x", padding.PKCS1v15(), SHA256())


def test_keys_for_other_purposes_and_junk_are_refused() -> None:
    assert load_public_key(spki(x25519.X25519PrivateKey.generate())) == KeyUnusable("algorithm-unsupported")
    assert load_public_key(b"junk") == KeyUnusable("malformed")
    point_off_the_curve = bytearray(spki(key("ec")))
    point_off_the_curve[-1] ^= 1
    assert load_public_key(bytes(point_off_the_curve)) == KeyUnusable("refused")


def test_the_algorithm_beside_the_signature_is_the_signed_one() -> None:
    """RFC 5280, 4.1.1.2: what no signature covers may not be written otherwise, or one certificate has many fingerprints."""
    whole = certificate_der()
    tbs, algorithm, value = asn1.read(whole).children()
    assert signature_parts(whole) == (tbs.raw, algorithm.raw, asn1.bit_string(value))
    other = wrap(0x30, algorithm.children()[0].raw + b"\x05\x00" * (2 if len(algorithm.children()) > 1 else 1))
    assert signature_parts(wrap(0x30, tbs.raw + other + value.raw)) is None
