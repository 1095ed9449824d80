"""A trust file's TOML text to entries of the trust list, and an entry's own certificate held against its facts.

    [[anchor]]        a name and a key that paths may end at (RFC 5280, 6.1.1 (d))
    [[sub_ca]]        a CA below an entry, for signatures that leave it out; never an anchor
    [[service]]       an end-entity certificate below an entry (time-stamp server, OCSP responder)
    [[certificate]]   a whole certificate, by `sha256` and `der`, that completes an entry listed elsewhere

Nothing is verified here but fingerprints: `sigcheck trust check` and a test do the rest. A file that cannot be used in full
is a TrustError; nothing in it is skipped.
"""

from __future__ import annotations

import base64
import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sigcheck.anchors import ListedCertificate, Sureness
from sigcheck.facts import Certificate
from sigcheck.trust.words import TrustError, fault

AUTHORITIES = ("government", "national", "public", "user")
PURPOSES = ("signer", "timestamp")
ENTRY_TABLES = ("anchor", "sub_ca", "service")


@dataclass(frozen=True, slots=True)
class WholeCertificate:
    """A certificate that completes the entry of the same SHA-256; `source` is the file it came from."""

    sha256: str
    der: bytes
    source: str


def parse_trust_toml(text: str, *, source: str) -> tuple[tuple[ListedCertificate, ...], tuple[WholeCertificate, ...]]:
    """Entries and whole certificates of one TOML file; `source` names it in errors and in the entries.

    Raises TrustError on bad TOML, unknown or missing keys, values of the wrong kind, and a certificate unlike its facts.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise fault("not-toml", path=source, reason=error) from error
    entries: list[ListedCertificate] = []
    certificates: list[WholeCertificate] = []
    for table, rows in document.items():
        if table not in ENTRY_TABLES and table != "certificate":
            raise fault("unknown-table", path=source, key=table)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise fault("not-tables", path=source, key=table)
        if table == "certificate":
            certificates.extend(_whole_certificate(row, source) for row in rows)
        else:
            entries.extend(_entry(row, table, source) for row in rows)
    return tuple(entries), tuple(certificates)


def entry_of_certificate(
    certificate: Certificate, *, name: str, source: str, issuer: str | None = None, authority: str = "user",
    purposes: frozenset[str] = frozenset(PURPOSES), sureness: Sureness = Sureness.HIGH, confirmed: str | None = None,
) -> ListedCertificate:  # fmt: skip
    """What a certificate states, as an entry that keeps its own key usage, EKU, path length and period."""
    return ListedCertificate(
        name=name, issuer=issuer, authority=authority, purposes=purposes, publisher=None, confirmed=confirmed,
        sureness=sureness, source=source, certificate=certificate.der, **_facts_of(certificate),
    )  # fmt: skip


def differing_facts(entry: ListedCertificate, certificate: Certificate) -> tuple[str, ...]:
    """The fields in which an entry says something else than the certificate; names are compared as DER."""
    return tuple(
        key
        for key, found in _facts_of(certificate).items()
        if key != "subject" and _comparable(getattr(entry, key)) != _comparable(found)
    )


def _facts_of(certificate: Certificate) -> dict[str, Any]:
    """The fields of an entry that its certificate decides; `common_name` stands beside the DER of the name."""
    return {
        "subject": certificate.subject,
        "subject_der": certificate.subject_der,
        "common_name": certificate.common_name,
        "public_key": certificate.public_key,
        "serial_number": certificate.serial_number,
        "not_before": certificate.not_before,
        "not_after": certificate.not_after,
        "sha256": certificate.sha256,
        "is_ca": certificate.is_ca,
        "path_length": certificate.path_length,
        "key_usage": certificate.key_usage,
        "extended_key_usage": certificate.extended_key_usage,
        "subject_key_identifier": certificate.subject_key_identifier,
        "crl_urls": certificate.crl_urls,
        "ocsp_urls": certificate.ocsp_urls,
        "signature_hash": certificate.signature_hash,
    }


def _comparable(value: Any) -> Any:
    return tuple(sorted(value)) if isinstance(value, tuple) else value


# One reader a key: a TOML value to the field's value, or ValueError with what was expected.


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is needed")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("a list of texts is needed")
    return tuple(_text(item) for item in value)


def _base64(value: Any) -> bytes:
    try:
        return base64.b64decode("".join(_text(value).split()), validate=True)
    except ValueError:  # binascii.Error is one too
        raise ValueError("base64 is needed") from None


def _hex(value: Any) -> bytes:
    try:
        return bytes.fromhex(_text(value))
    except ValueError:
        raise ValueError("hexadecimal digits are needed") from None


def fingerprint(value: Any) -> str:
    """A SHA-256 as people write it (colons, spaces, capitals) in lower-case hex; ValueError otherwise."""
    digits = "".join(_text(value).replace(":", "").split()).lower()
    if len(digits) != 64 or not set(digits) <= set("0123456789abcdef"):
        raise ValueError("64 hexadecimal digits are needed")
    return digits


def _serial(value: Any) -> int:
    return int.from_bytes(_hex(value), "big")


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("a date and time with Z or an offset is needed")
    return value.astimezone(UTC)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is needed")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("a whole number from 0 is needed")
    return value


def _authority(value: Any) -> str:
    if value not in AUTHORITIES:
        raise ValueError("one of " + ", ".join(AUTHORITIES) + " is needed")
    return str(value)


def _purposes(value: Any) -> frozenset[str]:
    purposes = frozenset(_texts(value))
    if not purposes <= set(PURPOSES):
        raise ValueError("only " + ", ".join(PURPOSES) + " are known")
    return purposes


def _sureness(value: Any) -> Sureness:
    try:
        return Sureness(value)
    except ValueError:
        raise ValueError("one of " + ", ".join(Sureness) + " is needed") from None


READERS: dict[str, Callable[[Any], Any]] = {
    "name": _text,
    "issuer": _text,
    "authority": _authority,
    "purposes": _purposes,
    "sureness": _sureness,
    "publisher": _text,
    "confirmed": _text,
    "subject": _text,
    "subject_der": _base64,
    "common_name": _text,
    "public_key": _base64,
    "serial_number": _serial,
    "not_before": _moment,
    "not_after": _moment,
    "sha256": fingerprint,
    "is_ca": _flag,
    "path_length": _count,
    "key_usage": _texts,
    "extended_key_usage": _texts,
    "subject_key_identifier": _hex,
    "crl_urls": _texts,
    "ocsp_urls": _texts,
    "certificate_urls": _texts,
    "signature_hash": _text,
    "certificate": _base64,
}
"""Every key of an entry."""
NEEDED = ("name", "subject", "subject_der", "public_key", "not_before", "not_after", "sha256")
"""Keys that an entry without its whole certificate cannot do without."""
ABSENT: dict[str, Any] = {
    "authority": "user",
    "purposes": frozenset(PURPOSES),
    "sureness": Sureness.HIGH,
    "crl_urls": (),
    "ocsp_urls": (),
    "certificate_urls": (),
    **dict.fromkeys(("issuer", "publisher", "confirmed", "common_name", "serial_number", "path_length", "key_usage")),
    **dict.fromkeys(("extended_key_usage", "subject_key_identifier", "signature_hash")),
}
"""What an absent key means."""


def _entry(row: Mapping[str, Any], table: str, source: str) -> ListedCertificate:
    name = str(row.get("name", "?"))
    values = {key: _value(name, key, value, source) for key, value in row.items()}
    if (table == "anchor") == ("issuer" in values):
        code = "unknown-key" if table == "anchor" else "missing-key"
        raise fault(code, path=source, name=name, key="issuer")
    if "certificate" in values:
        return _completed_by_own(values, name, source)
    for key in NEEDED:
        if key not in values:
            raise fault("missing-key", path=source, name=name, key=key)
    values.setdefault("is_ca", table != "service")
    return ListedCertificate(source=source, **(ABSENT | values))


def _completed_by_own(values: dict[str, Any], name: str, source: str) -> ListedCertificate:
    """An entry that carries its certificate: what it leaves out is read there, what it states has to agree."""
    actual = hashlib.sha256(values["certificate"]).hexdigest()
    if "sha256" in values and values["sha256"] != actual:
        raise fault("fingerprint-differs", path=source, name=name, stated=values["sha256"], actual=actual)
    if "name" not in values:
        raise fault("missing-key", path=source, name=name, key="name")
    from sigcheck.engine.certificates import parse_certificate  # noqa: PLC0415 - the shipped facts need no parser

    certificate = parse_certificate(values["certificate"])
    if certificate is None:
        raise fault("not-a-certificate", path=f"{source}: {name}")
    facts = _facts_of(certificate)
    for key in set(facts) & set(values) - {"subject"}:
        if _comparable(facts[key]) != _comparable(values[key]):
            raise fault("fact-differs", path=source, name=name, key=key)
    return ListedCertificate(source=source, **(ABSENT | values | facts))


def _whole_certificate(row: Mapping[str, Any], source: str) -> WholeCertificate:
    values: dict[str, Any] = {}
    for key, reader in (("sha256", fingerprint), ("der", _base64)):
        if key not in row:
            raise fault("missing-key", path=source, name="[[certificate]]", key=key)
        values[key] = _read(reader, "[[certificate]]", key, row[key], source)
    for key in row:
        if key not in values:
            raise fault("unknown-key", path=source, name="[[certificate]]", key=key)
    actual = hashlib.sha256(values["der"]).hexdigest()
    if actual != values["sha256"]:
        raise fault("fingerprint-differs", path=source, name="[[certificate]]", stated=values["sha256"], actual=actual)
    return WholeCertificate(values["sha256"], values["der"], source)


def _value(name: str, key: str, value: Any, source: str) -> Any:
    reader = READERS.get(key)
    if reader is None:
        raise fault("unknown-key", path=source, name=name, key=key)
    return _read(reader, name, key, value, source)


def _read(reader: Callable[[Any], Any], name: str, key: str, value: Any, source: str) -> Any:
    try:
        return reader(value)
    except ValueError as error:
        raise _bad_value(name, key, source, error) from error


def _bad_value(name: str, key: str, source: str, error: ValueError) -> TrustError:
    return fault("bad-value", path=source, name=name, key=key, reason=error)


def with_certificate(entry: ListedCertificate, whole: WholeCertificate) -> ListedCertificate:
    """The entry completed; the caller has matched the two by SHA-256."""
    return replace(entry, certificate=whole.der)
