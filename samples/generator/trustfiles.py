"""samples/trust: the made-up authorities as facts, in the form that src/sigcheck/trust reads."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from asn1crypto import x509

from generator import pki

HEAD = """\
# Written by generate.py: the made-up authorities of the samples. Invented, with public keys that anybody has: give this folder
# with --trust to try the samples, and never list it anywhere else.

"""


@dataclass(frozen=True, slots=True)
class Listed:
    label: str
    authority: str
    issuer: str | None = None


LISTED = (
    Listed("g1-root", "government"),
    Listed("g1-sub", "government", "g1-root"),
    Listed("g2-root", "government"),
    Listed("g2-sub", "government", "g2-root"),
    Listed("national-root", "national"),
    Listed("public-ca", "public", "national-root"),
)
USAGES = {"key_cert_sign": "keyCertSign", "crl_sign": "cRLSign"}


def files() -> dict[str, bytes]:
    """Path below samples/ to content."""
    return {"trust/samples.toml": (HEAD + "\n".join(_entry(listed) for listed in LISTED)).encode()}


def _entry(listed: Listed) -> str:
    certificate = pki.certificate(listed.label)
    der = certificate.dump()
    lines = ["[[anchor]]" if listed.issuer is None else "[[sub_ca]]", f"name = 'sample-{listed.label}'"]
    lines += [f"subject = '{_text(certificate)}'", f"common_name = '{certificate.subject.native['common_name']}'"]
    lines += [f"issuer = 'sample-{listed.issuer}'"] if listed.issuer else []
    lines += [f"authority = '{listed.authority}'", "purposes = ['signer', 'timestamp']", "sureness = 'very-high'"]
    lines += [f"not_before = {certificate.not_valid_before:%Y-%m-%dT%H:%M:%SZ}"]
    lines += [f"not_after = {certificate.not_valid_after:%Y-%m-%dT%H:%M:%SZ}"]
    lines += [f"sha256 = '{hashlib.sha256(der).hexdigest()}'"]
    lines += [f"serial_number = '{certificate.serial_number:04x}'", "is_ca = true"]
    length = certificate.basic_constraints_value["path_len_constraint"].native
    lines += [] if length is None else [f"path_length = {length}"]
    usages = sorted(USAGES[usage] for usage in certificate.key_usage_value.native)
    lines += [f"key_usage = {_list(usages[::-1])}"]
    lines += [f"subject_key_identifier = '{certificate.key_identifier.hex()}'"]
    urls = [point.url for point in certificate.crl_distribution_points]
    lines += [f"crl_urls = {_list(urls)}"] if urls else []
    lines += [f"signature_hash = '{certificate.hash_algo}'", "confirmed = 'samples/pki.yml'"]
    lines += [_bytes("subject_der", certificate.subject.dump()), _bytes("public_key", certificate.public_key.dump())]
    return "\n".join(lines) + "\n"


def _list(texts: list[str]) -> str:
    return "[" + ", ".join(f"'{text}'" for text in texts) + "]"


def _text(certificate: x509.Certificate) -> str:
    """RFC 4514: the last attribute first."""
    native = certificate.subject.native
    return f"CN={native['common_name']},O={native['organization_name']},C={native['country_name']}"


def _bytes(key: str, octets: bytes) -> str:
    text = base64.b64encode(octets).decode()
    return f"{key} = '''\n" + "\n".join(text[start : start + 76] for start in range(0, len(text), 76)) + "'''"
