"""A trust file's TOML text to entries of the trust list, and an entry's own certificate held against its facts.

    [[anchor]]        a name and a key that paths may end at (RFC 5280, 6.1.1 (d))
    [[sub_ca]]        a CA below an entry, for signatures that leave it out; never an anchor
    [[service]]       an end-entity certificate below an entry (time-stamp server, OCSP responder)
    [[certificate]]   a whole certificate, by `sha256` and `der`, that completes an entry listed elsewhere
    [[trusted-list]]  a signed trusted list (ETSI TS 119 612) beside this file, and the fingerprint of who signs it

Nothing is verified here but fingerprints: `sigcheck trust check` and a test do the rest. A file that cannot be used in full
is a TrustError; nothing in it is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sigcheck.anchors import ListedCertificate, Sureness
from sigcheck.digests import sha256_hex
from sigcheck.facts import Certificate
from sigcheck.tables import tables
from sigcheck.trust import readers
from sigcheck.trust.readers import PURPOSES
from sigcheck.trust.words import TrustError, fault

ENTRY_TABLES = ("anchor", "sub_ca", "service")


class WholeCertificate(Struct, frozen=True):
    """A certificate that completes the entry of the same SHA-256; `source` is the file it came from."""

    sha256: str
    der: bytes
    source: str


class ListReference(Struct, frozen=True):
    """A trusted list's file, as a trust file names it, and the SHA-256 of the certificates that may sign it."""

    file: str
    signers: tuple[str, ...]
    authority: str
    source: str


class TrustFile(Struct, frozen=True):
    """What one trust file states."""

    entries: tuple[ListedCertificate, ...]
    certificates: tuple[WholeCertificate, ...]
    lists: tuple[ListReference, ...]


def parse_trust_toml(text: str, *, source: str) -> TrustFile:
    """Entries, whole certificates and trusted lists of one TOML file; `source` names it in errors and in the entries.

    Raises TrustError on bad TOML, unknown or missing keys, values of the wrong kind, and a certificate unlike its facts.
    """
    try:
        document = tables(text)
    except (ValueError, RecursionError) as error:
        raise fault("not-toml", path=source, reason=error) from error
    entries: list[ListedCertificate] = []
    certificates: list[WholeCertificate] = []
    lists: list[ListReference] = []
    for table, rows in document.items():
        if table not in (*ENTRY_TABLES, "certificate", "trusted-list"):
            raise fault("unknown-table", path=source, key=table)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise fault("not-tables", path=source, key=table)
        if table == "certificate":
            certificates.extend(_whole_certificate(row, source) for row in rows)
        elif table == "trusted-list":
            lists.extend(_list_reference(row, source) for row in rows)
        else:
            entries.extend(_entry(row, table, source) for row in rows)
    return TrustFile(tuple(entries), tuple(certificates), tuple(lists))


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


READERS: dict[str, Callable[[Any], Any]] = {
    "name": readers.text,
    "issuer": readers.text,
    "authority": readers.authority,
    "purposes": readers.purposes,
    "sureness": readers.sureness,
    "publisher": readers.text,
    "confirmed": readers.text,
    "subject": readers.text,
    "subject_der": readers.base64_octets,
    "common_name": readers.text,
    "public_key": readers.base64_octets,
    "serial_number": readers.serial,
    "not_before": readers.moment,
    "not_after": readers.moment,
    "sha256": readers.fingerprint,
    "is_ca": readers.flag,
    "path_length": readers.count,
    "key_usage": readers.texts,
    "extended_key_usage": readers.texts,
    "subject_key_identifier": readers.hex_octets,
    "crl_urls": readers.texts,
    "ocsp_urls": readers.texts,
    "certificate_urls": readers.texts,
    "signature_hash": readers.text,
    "certificate": readers.base64_octets,
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
    actual = sha256_hex(values["certificate"])
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
    keys = {"sha256": readers.fingerprint, "der": readers.base64_octets}
    values = _row(row, keys, tuple(keys), "[[certificate]]", source)
    actual = sha256_hex(values["der"])
    if actual != values["sha256"]:
        raise fault("fingerprint-differs", path=source, name="[[certificate]]", stated=values["sha256"], actual=actual)
    return WholeCertificate(values["sha256"], values["der"], source)


def _list_reference(row: Mapping[str, Any], source: str) -> ListReference:
    keys = {"file": readers.file_name, "signers": readers.fingerprints, "authority": readers.authority}
    values = _row(row, keys, ("file", "signers"), "[[trusted-list]]", source)
    return ListReference(values["file"], values["signers"], values.get("authority", "user"), source)


def _row(
    row: Mapping[str, Any], keys: Mapping[str, Callable[[Any], Any]], needed: Sequence[str], name: str, source: str
) -> dict[str, Any]:
    """A row whose keys are these and no others. Raises TrustError."""
    for key in needed:
        if key not in row:
            raise fault("missing-key", path=source, name=name, key=key)
    for key in row:
        if key not in keys:
            raise fault("unknown-key", path=source, name=name, key=key)
    return {key: _read(keys[key], name, key, value, source) for key, value in row.items()}


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
