"""A small PKI of invented names, made on the spot: certificates say only what a test is about, all else is sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from sigcheck.anchors import ListedCertificate, Sureness, TrustList
from sigcheck.engine.certificates import parse_certificate
from sigcheck.facts import Certificate

START = datetime(2020, 1, 1, tzinfo=UTC)
END = datetime(2030, 1, 1, tzinfo=UTC)
WITHIN = datetime(2025, 1, 1, tzinfo=UTC)
SIGNS_CERTIFICATES = ("keyCertSign", "cRLSign")
USAGES = {
    "digitalSignature": "digital_signature",
    "nonRepudiation": "content_commitment",
    "keyEncipherment": "key_encipherment",
    "keyCertSign": "key_cert_sign",
    "cRLSign": "crl_sign",
}
OIDS = {
    "serverAuth": "1.3.6.1.5.5.7.3.1",
    "clientAuth": "1.3.6.1.5.5.7.3.2",
    "codeSigning": "1.3.6.1.5.5.7.3.3",
    "emailProtection": "1.3.6.1.5.5.7.3.4",
    "timeStamping": "1.3.6.1.5.5.7.3.8",
    "OCSPSigning": "1.3.6.1.5.5.7.3.9",
    "smartCardLogon": "1.3.6.1.4.1.311.20.2.2",
    "documentSigning": "1.3.6.1.5.5.7.3.36",
}
_serial_numbers = count(1001)
Extra = tuple[x509.ExtensionType, bool]


@dataclass(frozen=True)
class Issued:
    """A certificate with its private key."""

    key: ec.EllipticCurvePrivateKey
    x509: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.x509.public_bytes(Encoding.DER)

    @property
    def facts(self) -> Certificate:
        certificate = parse_certificate(self.der)
        assert certificate is not None
        return certificate


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def name_of(text: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Sao Mai"), x509.NameAttribute(x509.NameOID.COMMON_NAME, text)]
    )


def issue(
    name: str,
    issuer: Issued | None = None,
    *,
    ca: bool = False,
    key: ec.EllipticCurvePrivateKey | None = None,
    start: datetime = START,
    end: datetime = END,
    path_length: int | None = None,
    usage: Sequence[str] | None = None,
    purposes: Sequence[str] | None = None,
    purposes_critical: bool = False,
    key_ids: bool = True,
    extra: Sequence[Extra] = (),
    basic_constraints: bool = True,
    serial_number: int | None = None,
) -> Issued:
    """A certificate of `name`; self-signed without an issuer. A CA has the key usage of one unless told otherwise."""
    key = key or new_key()
    signer = issuer.key if issuer is not None else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name_of(name))
        .issuer_name(issuer.x509.subject if issuer is not None else name_of(name))
        .public_key(key.public_key())
        .serial_number(serial_number or next(_serial_numbers))
        .not_valid_before(start)
        .not_valid_after(end)
    )
    if basic_constraints:
        builder = builder.add_extension(x509.BasicConstraints(ca, path_length if ca else None), critical=True)
    stated = usage if usage is not None else (SIGNS_CERTIFICATES if ca else ("digitalSignature", "nonRepudiation"))
    if stated:
        flags = dict.fromkeys((*USAGES.values(), "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
        builder = builder.add_extension(x509.KeyUsage(**(flags | {USAGES[word]: True for word in stated})), critical=True)
    if purposes is not None:
        oids = [x509.ObjectIdentifier(OIDS[word]) for word in purposes]
        builder = builder.add_extension(x509.ExtendedKeyUsage(oids), critical=purposes_critical)
    if key_ids:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(authority, critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    return Issued(key, builder.sign(signer, hashes.SHA256()))


def listed(
    issued: Issued | Certificate,
    name: str,
    issuer: str | None = None,
    *,
    purposes: Sequence[str] = ("signer", "timestamp"),
    sureness: Sureness = Sureness.HIGH,
    whole: bool = False,
) -> ListedCertificate:
    """What a trust list would state about the certificate; with the certificate itself if `whole`."""
    facts = issued.facts if isinstance(issued, Issued) else issued
    return ListedCertificate(
        name=name,
        subject=facts.subject,
        subject_der=facts.subject_der,
        common_name=facts.common_name,
        public_key=facts.public_key,
        serial_number=facts.serial_number,
        not_before=facts.not_before,
        not_after=facts.not_after,
        sha256=facts.sha256,
        issuer=issuer,
        authority="government",
        purposes=frozenset(purposes),
        is_ca=facts.is_ca,
        path_length=facts.path_length,
        key_usage=facts.key_usage,
        extended_key_usage=facts.extended_key_usage,
        subject_key_identifier=facts.subject_key_identifier,
        crl_urls=facts.crl_urls,
        ocsp_urls=facts.ocsp_urls,
        signature_hash=facts.signature_hash,
        publisher=None,
        confirmed=None,
        sureness=sureness,
        source="test.toml",
        certificate=facts.der if whole else None,
    )


def trusting(*entries: ListedCertificate) -> TrustList:
    return TrustList(entries, ("test.toml",), "0" * 64)
