"""The test PKI: certificates, OCSP responses and CRLs that certomancer makes from pki.yml, always the same bytes."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from asn1crypto import crl, ocsp, x509
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, KeyLabel, PKIArchitecture, ServiceLabel
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

FOLDER = Path(__file__).resolve().parent.parent
"""samples/, where pki.yml and keys/ lie."""


DECLARATIONS = {"samples": FOLDER / "pki.yml"}
"""Declared PKIs by name, all with the keys of this folder. Labels of another than the samples' are written `name/label`."""


@cache
def architecture(name: str = "samples") -> PKIArchitecture:
    """One declared PKI; its keyset and its architecture bear its name."""
    declared: dict[str, Any] = yaml.safe_load(DECLARATIONS[name].read_text(encoding="utf-8"))
    files = sorted((FOLDER / "keys").glob("*.pem"))
    declared["keysets"][name]["keys"] = {file.stem: {"path": file.name} for file in files}
    return CertomancerConfig(declared, key_search_dir=str(FOLDER), lazy_load_keys=True).get_pki_arch(ArchLabel(name))


def _located(label: str) -> tuple[PKIArchitecture, CertLabel]:
    name, _, own = label.rpartition("/")
    return architecture(name or "samples"), CertLabel(own)


@cache
def certificate(label: str) -> x509.Certificate:
    """The certificate that is declared under this label."""
    declared, own = _located(label)
    return x509.Certificate.load(declared.get_cert(own).dump())


@cache
def private_key(label: str) -> Any:
    """The private key of the same label (of another PKI: the certificate's), as `cryptography` loads it."""
    declared, own = _located(label)
    file = declared.get_cert_spec(own).subject_key if "/" in label else own
    pem = (FOLDER / "keys" / f"{file}.pem").read_bytes()
    return serialization.load_pem_private_key(pem, password=None)


def public_key_info(label: str) -> bytes:
    """SubjectPublicKeyInfo, DER."""
    der: bytes = architecture().key_set.get_public_key(KeyLabel(label)).dump()
    return der


def ocsp_response(responder: str, label: str, at: datetime) -> ocsp.OCSPResponse:
    """What the responder says of a certificate at a moment, without a nonce."""
    issued = certificate(label)
    issuer = certificate(architecture().get_cert_spec(CertLabel(label)).issuer.value)
    identifier = {
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": issuer.subject.sha1,
        "issuer_key_hash": issuer.public_key.sha1,
        "serial_number": issued.serial_number,
    }
    request = ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": identifier}]}})
    responding = architecture().service_registry.summon_responder(ServiceLabel(responder), at_time=at)
    made: ocsp.OCSPResponse = responding.build_ocsp_response(request)
    return made


def revocation_list(repository: str, at: datetime) -> crl.CertificateList:
    """The CRL in force at a moment: one every 30 days since the issuer's notBefore.

    Signed anew without the issuing distribution point that certomancer writes: these CRLs speak for all that the issuer issued.
    """
    made = architecture().service_registry.get_crl(ServiceLabel(repository), at_time=at)
    listed = made["tbs_cert_list"]
    kept = [one for one in listed["crl_extensions"] if one["extn_id"].native != "issuing_distribution_point"]
    listed["crl_extensions"] = crl.TBSCertListExtensions(kept)
    if not len(listed["revoked_certificates"]):
        del listed["revoked_certificates"]  # RFC 5280, 5.1.2.6: absent when there are none
    signature = private_key(repository).sign(listed.dump(force=True), padding.PKCS1v15(), hashes.SHA256())
    algorithm = made["signature_algorithm"]
    return crl.CertificateList({"tbs_cert_list": listed, "signature_algorithm": algorithm, "signature": signature})
