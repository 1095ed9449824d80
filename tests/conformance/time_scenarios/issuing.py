"""CRLs and OCSP responses of the declared PKI, sound or with one named flaw; signatures are RSA, so the same bytes every time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from asn1crypto import algos, core, crl, ocsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from generator import pki

HERE = Path(__file__).resolve().parent
pki.DECLARATIONS["times"] = HERE / "pki.yml"

PERIOD = timedelta(days=30)
"""From thisUpdate to nextUpdate where nothing else is declared."""
SIGNED_WITH = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One CRL or OCSP response."""

    kind: str
    """`crl` or `ocsp`."""
    der: bytes


def moment(declared: date | str) -> datetime:
    """A day (its first second, UTC) or a time as YAML reads it: without a zone, UTC."""
    if isinstance(declared, str):
        declared = datetime.fromisoformat(declared)
    if not isinstance(declared, datetime):
        return datetime(declared.year, declared.month, declared.day, tzinfo=UTC)
    return declared.replace(tzinfo=UTC) if declared.tzinfo is None else declared.astimezone(UTC)


def certificate(label: str) -> x509.Certificate:
    return pki.certificate(f"times/{label}")


@cache
def declared_material() -> dict[str, dict[str, Any]]:
    """material.yml: what `issuer@day` cannot say."""
    table: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "material.yml").read_text(encoding="utf-8"))
    return table


@cache
def piece(name: str) -> Piece:
    """`issuer@day` is the CRL that this issuer published on that day; any other name is declared in material.yml."""
    issuer, at, day = name.partition("@")
    if at:
        return Piece("crl", _crl({"issuer": issuer, "this": day}))
    declared = declared_material()[name]
    return Piece("ocsp", _response(declared)) if "about" in declared else Piece("crl", _crl(declared))


def issued_by(label: str) -> Iterator[tuple[x509.Certificate, Any]]:
    """Every certificate that is declared below this one's name and key, with its revocation if any."""
    issuer = certificate(label)
    for below, specification in pki.architecture("times")._cert_specs.items():
        one = certificate(str(below))
        if one.issuer == issuer.subject and one.serial_number != issuer.serial_number:
            yield one, specification.revocation


def _regular_entries(label: str, this: datetime) -> Iterator[crl.RevokedCertificate]:
    for one, revocation in issued_by(label):
        if revocation is not None and revocation.revoked_since <= this <= one.not_valid_after:
            reason = None if revocation.reason is None else str(revocation.reason.native)
            yield _entry(one, revocation.revoked_since.astimezone(UTC), reason)


def _declared_entries(rows: list[dict[str, Any]]) -> Iterator[crl.RevokedCertificate]:
    for row in rows:
        one = certificate(row["certificate"])
        names = certificate(row["of"]).subject if "of" in row else None
        yield _entry(one, moment(row["since"]), row.get("reason"), names)


def _entry(one: x509.Certificate, since: datetime, reason: str | None, issuer: x509.Name | None = None) -> crl.RevokedCertificate:
    extensions = []
    if reason is not None:
        extensions.append({"extn_id": "crl_reason", "extn_value": crl.CRLReason(reason)})
    if issuer is not None:
        names = x509.GeneralNames([x509.GeneralName("directory_name", issuer)])
        extensions.append({"extn_id": "certificate_issuer", "critical": True, "extn_value": names})
    entry: dict[str, Any] = {"user_certificate": one.serial_number, "revocation_date": x509.Time({"utc_time": since})}
    return crl.RevokedCertificate(entry | ({"crl_entry_extensions": extensions} if extensions else {}))


def _crl(declared: dict[str, Any]) -> bytes:
    """Keys: issuer, this, next (`never`: left out), key (of another certificate), entries (instead of what the PKI says),
    expired-since (expiredCertsOnCRL), delta-of (the day of its base), indirect."""
    issuer, this = certificate(declared["issuer"]), moment(declared["this"])
    rows = declared.get("entries")
    entries = list(_regular_entries(declared["issuer"], this) if rows is None else _declared_entries(rows))
    signed = {
        "version": "v2",
        "signature": SIGNED_WITH,
        "issuer": issuer.subject,
        "this_update": x509.Time({"utc_time": this}),
        "crl_extensions": _crl_extensions(declared, issuer, this),
    }
    if declared.get("next") != "never":
        ends = moment(declared["next"]) if "next" in declared else this + PERIOD
        signed["next_update"] = x509.Time({"utc_time": ends})
    if entries:
        signed["revoked_certificates"] = entries
    tbs = crl.TbsCertList(signed)
    signature = _sign(declared.get("key", declared["issuer"]), tbs.dump())
    made: bytes = crl.CertificateList({"tbs_cert_list": tbs, "signature_algorithm": SIGNED_WITH, "signature": signature}).dump()
    return made


def _crl_extensions(declared: dict[str, Any], issuer: x509.Certificate, this: datetime) -> list[dict[str, Any]]:
    extensions: list[dict[str, Any]] = [
        {"extn_id": "crl_number", "extn_value": core.Integer(_number(this))},
        {
            "extn_id": "authority_key_identifier",
            "extn_value": x509.AuthorityKeyIdentifier({"key_identifier": issuer.key_identifier}),
        },
    ]
    if "delta-of" in declared:
        base = core.Integer(_number(moment(declared["delta-of"])))
        extensions.append({"extn_id": "delta_crl_indicator", "critical": True, "extn_value": base})
    if declared.get("indirect"):
        point = crl.IssuingDistributionPoint({"indirect_crl": True})
        value = core.ParsableOctetString(point.dump())
        extensions.append({"extn_id": "issuing_distribution_point", "critical": True, "extn_value": value})
    if "expired-since" in declared:
        since = core.GeneralizedTime(moment(declared["expired-since"]))
        extensions.append({"extn_id": "2.5.29.60", "extn_value": core.ParsableOctetString(since.dump())})
    return extensions


def _number(this: datetime) -> int:
    """CRL numbers grow with time (RFC 5280, 5.2.3)."""
    return int(this.timestamp()) // 60


def _sign(label: str, signed: bytes) -> bytes:
    made: bytes = pki.private_key(f"times/{label}").sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return made


def _response(declared: dict[str, Any]) -> bytes:
    """Keys: about, responder, this, next, produced (= this), says (good, unknown, or revoked: since, reason), cutoff, by-ca."""
    responder, this = certificate(declared["responder"]), moment(declared["this"])
    single: dict[str, Any] = {
        "cert_id": _certificate_id(declared["about"]),
        "cert_status": _said(declared.get("says", "good")),
        "this_update": this,
    }
    if declared.get("next") != "never":
        single["next_update"] = moment(declared["next"]) if "next" in declared else this + PERIOD
    if "cutoff" in declared:
        single["single_extensions"] = [
            {"extn_id": "archive_cutoff", "extn_value": core.GeneralizedTime(moment(declared["cutoff"]))}
        ]
    signed = ocsp.ResponseData(
        {
            "responder_id": ocsp.ResponderId("by_key", responder.public_key.sha1),
            "produced_at": moment(declared.get("produced", declared["this"])),
            "responses": [single],
        }
    )
    basic: dict[str, Any] = {
        "tbs_response_data": signed,
        "signature_algorithm": SIGNED_WITH,
        "signature": _sign(declared["responder"], signed.dump()),
    }
    if not responder.ca:
        basic["certs"] = [responder]
    body = {"response_type": "basic_ocsp_response", "response": ocsp.BasicOCSPResponse(basic)}
    made: bytes = ocsp.OCSPResponse({"response_status": "successful", "response_bytes": body}).dump()
    return made


def _certificate_id(label: str) -> dict[str, Any]:
    one = certificate(label)
    issuer = next(certificate(str(other)) for other in pki.architecture("times")._cert_specs if _names(str(other), one))
    return {
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": hashlib.sha1(issuer.subject.dump(), usedforsecurity=False).digest(),
        "issuer_key_hash": issuer.public_key.sha1,
        "serial_number": one.serial_number,
    }


def _names(label: str, below: x509.Certificate) -> bool:
    return bool(certificate(label).subject == below.issuer)


def _said(said: Any) -> ocsp.CertStatus:
    if isinstance(said, str):
        return ocsp.CertStatus(said, core.Null() if said == "good" else None)
    revoked: dict[str, Any] = {"revocation_time": moment(said["since"])}
    if "reason" in said:
        revoked["revocation_reason"] = crl.CRLReason(said["reason"])
    return ocsp.CertStatus("revoked", revoked)
