"""Certificate revocation lists (RFC 5280, 5): what one says, and of which certificate.

The outline is read with our own reader; the entries, of which there may be 50,000, are searched by `cryptography`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm
from msgspec import Struct, field

from sigcheck.digests import sha256_hex
from sigcheck.engine.crypto import asn1
from sigcheck.engine.crypto.algorithms import signature_algorithm
from sigcheck.engine.crypto.signature_values import verify_with_key
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.engine.revoking.distribution_points import CRL_REASONS, CrlScope, IssuingDistributionPoint, read_issuing_point
from sigcheck.engine.x509.extensions import Extension, read_extensions
from sigcheck.engine.x509.general_names import general_names
from sigcheck.engine.x509.names import NameKey, name_key
from sigcheck.facts import AlgorithmChoice

if TYPE_CHECKING:
    from cryptography import x509

CRL_BYTES: Final = 64 * 1024**2
"""The longest CRL read: a million entries; the largest public ones have 10 to 30 MB."""

ISSUING_POINT: Final = "2.5.29.28"
DELTA_INDICATOR: Final = "2.5.29.27"
CRL_NUMBER: Final = "2.5.29.20"
AUTHORITY_KEY: Final = "2.5.29.35"
EXPIRED_ON_CRL: Final = "2.5.29.60"
"""expiredCertsOnCRL (ITU-T X.509, 9.5.2.8): certificates that expired after this moment stay on the list."""
UNDERSTOOD: Final = frozenset(
    {ISSUING_POINT, DELTA_INDICATOR, CRL_NUMBER, AUTHORITY_KEY, EXPIRED_ON_CRL, "2.5.29.18", "2.5.29.46"}
)
"""CRL extensions that are processed, or change nothing (issuer alternative name, freshest CRL)."""
CERTIFICATE_ISSUER: Final = "2.5.29.29"
REASON_CODE: Final = "2.5.29.21"
ENTRY_UNDERSTOOD: Final = frozenset({REASON_CODE, "2.5.29.24", CERTIFICATE_ISSUER})
"""CRL entry extensions: reason code, invalidity date, certificate issuer."""
ENTRIES_WALKED: Final = 200_000
"""Entries of an indirect CRL, or of one with critical entry extensions, which have to be read one by one: 10 µs each."""
KEYS_REMEMBERED: Final = 64
"""Public keys that one CRL was tried with; a CA of many generations has a handful."""
SEARCHES_REMEMBERED: Final = 4_096
"""Serial numbers that one CRL was searched for: the certificates of a large folder."""
CRITICAL_MARK: Final = b"\x01\x01\xff\x04"
"""BOOLEAN TRUE in front of an OCTET STRING: without these octets no entry has a critical extension."""


class CrlEntry(Struct, frozen=True):
    """What a CRL says of one certificate."""

    revoked_at: datetime
    reason: str | None


class Crl(Struct, frozen=True, eq=False, dict=True):
    """One CRL, unverified. Not slotted: entries are walked through when that is first needed."""

    digest: str
    signed: bytes
    algorithm: AlgorithmChoice
    signature: bytes
    scope: CrlScope
    this_update: datetime
    next_update: datetime | None
    number: int | None
    base_number: int | None
    """Of a delta CRL, the number of the base it starts from (RFC 5280, 5.2.4)."""
    authority_key: bytes | None
    unknown_critical: tuple[str, ...]
    revoked: asn1.Element | None
    library: x509.CertificateRevocationList
    covers_expired_since: datetime | None = None

    verified: dict[bytes, bool] = field(default_factory=dict)
    """What was found out by public key."""
    searched: dict[int, CrlEntry | None] = field(default_factory=dict)
    """What was found by serial number; 50,000 entries take a millisecond each time."""

    @property
    def issuer_key(self) -> NameKey:
        return self.scope.issuer_key

    def signed_with(self, public_key: bytes) -> bool:
        """Whether the signature verifies with the key; remembered, for the octets may be many."""
        if public_key not in self.verified:
            if len(self.verified) >= KEYS_REMEMBERED:
                self.verified.clear()
            check = verify_with_key(public_key, self.algorithm, self.signature, self.signed, None)
            self.verified[public_key] = check.verifies is True
        return self.verified[public_key]

    @cached_property
    def _walk_needed(self) -> bool:
        return self.scope.point.indirect or CRITICAL_MARK in self.signed

    @cached_property
    def _walked(self) -> Mapping[tuple[NameKey, int], CrlEntry] | None:
        try:
            return {} if self.revoked is None else walk_entries(self.revoked, self.issuer_key)
        except (asn1.Malformed, LimitReached, IndexError):
            return None

    @property
    def usable(self) -> bool:
        """No extension is critical and not understood, of the CRL or of any entry (RFC 5280, 5.2 and 5.3)."""
        return not self.unknown_critical and not (self._walk_needed and self._walked is None)

    def entry(self, serial_number: int, issuer_key: NameKey) -> CrlEntry | None:
        """The entry of a certificate, by its serial number and issuer; None when the CRL does not list it."""
        if self._walk_needed or serial_number < 0:  # the library searches for no negative numbers
            return (self._walked or {}).get((issuer_key, serial_number))
        try:
            return self.searched[serial_number]
        except KeyError:
            found = self.library.get_revoked_certificate_by_serial_number(serial_number)
            said = None if found is None else CrlEntry(found.revocation_date_utc, _reason(found))
            if len(self.searched) >= SEARCHES_REMEMBERED:
                self.searched.clear()
            self.searched[serial_number] = said
            return said


def _reason(entry: x509.RevokedCertificate) -> str | None:
    from cryptography import x509  # noqa: PLC0415 - see _parse

    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, UnsupportedAlgorithm):
        return None  # a reason that cannot be read does not unrevoke


def walk_entries(revoked: asn1.Element, issuer_key: NameKey) -> Mapping[tuple[NameKey, int], CrlEntry]:
    """Every entry by issuer and serial number: a certificate issuer holds until the next is named (RFC 5280, 5.3.3).

    Raises Malformed on a critical extension that is not understood, LimitReached.
    """
    out: dict[tuple[NameKey, int], CrlEntry] = {}
    for entry in revoked.iterate():
        serial_number, revoked_at, *rest = entry.children()
        values = {}
        for extension in read_extensions_of(rest):
            if extension.critical and extension.oid not in ENTRY_UNDERSTOOD:
                raise asn1.Malformed(f"critical extension {extension.oid} in a CRL entry")
            values[extension.oid] = extension.value
        if CERTIFICATE_ISSUER in values:
            issuer_key = _certificate_issuer(values[CERTIFICATE_ISSUER])
        code = asn1.read(values[REASON_CODE]).value if REASON_CODE in values else b""
        reason = CRL_REASONS.get(int.from_bytes(code, "big")) if code else None
        out[issuer_key, asn1.integer(serial_number)] = CrlEntry(asn1.moment(revoked_at), reason)
        if len(out) > ENTRIES_WALKED:
            raise LimitReached("crl_entries")
    return out


def read_extensions_of(rest: list[asn1.Element]) -> tuple[Extension, ...]:
    """The crlEntryExtensions, a bare SEQUENCE of extensions. Raises Malformed."""
    wrapped = asn1.wrap(0xA0, rest[0].raw) if rest else None
    return read_extensions(asn1.read(wrapped)) if wrapped is not None else ()


def _certificate_issuer(value: bytes) -> NameKey:
    names = general_names(asn1.read(value).expect(asn1.SEQUENCE).iterate())
    return name_key(next((name.value for name in names if name.form == "directory"), b""))


class _Memory:
    """CRLs read in this process, within a bound of number and octets; the oldest goes first."""

    def __init__(self, crls: int, octets: int) -> None:
        self.crls = crls
        self.octets = octets
        self.kept: dict[bytes, Crl | None] = {}
        self.lock = Lock()

    def read(self, der: bytes) -> Crl | None:
        with self.lock:  # the local service answers in threads
            if der not in self.kept:
                self._make_room(len(der))
                self.kept[der] = _parse(der)
            return self.kept[der]

    def _make_room(self, octets: int) -> None:
        while self.kept and (len(self.kept) >= self.crls or sum(map(len, self.kept)) + octets > self.octets):
            del self.kept[next(iter(self.kept))]


_memory = _Memory(crls=512, octets=256 * 1024**2)


def parse_crl(der: bytes) -> Crl | None:
    """One CRL, remembered per process; None when these octets are no CRL that can be read."""
    return _memory.read(der) if len(der) <= CRL_BYTES else None


def crl_issuer(der: bytes) -> NameKey | None:
    """The issuer's name alone, without a look at the entries: a store holds CRLs of many CAs. None when unreadable."""
    try:
        return name_key(_outline(der)[0][1].raw)
    except (LimitReached, ValueError, IndexError):
        return None


def _parse(der: bytes) -> Crl | None:
    from cryptography import x509  # noqa: PLC0415 - it takes long to load, and most documents come without a CRL

    try:
        return _crl(der, x509.load_der_x509_crl)
    except (LimitReached, UnsupportedAlgorithm, x509.InvalidVersion, ValueError, IndexError, OverflowError):
        return None


def _outline(der: bytes) -> tuple[list[asn1.Element], asn1.Element, asn1.Element, asn1.Element]:
    """(signature algorithm, issuer, thisUpdate, …), TBSCertList, signatureAlgorithm, signatureValue. Raises Malformed."""
    outer = asn1.read(der).expect(asn1.SEQUENCE).children()
    if len(outer) != 3:
        raise asn1.Malformed("CRL")
    parts = outer[0].expect(asn1.SEQUENCE).children()
    if parts and parts[0].tag == asn1.INTEGER:
        parts = parts[1:]
    if len(parts) < 3:
        raise asn1.Malformed("TBSCertList")
    return parts, outer[0], outer[1], outer[2]


def _crl(der: bytes, load: Callable[[bytes], x509.CertificateRevocationList]) -> Crl:
    (_, issuer, this_update, *rest), signed, algorithm, signature = _outline(der)
    next_update = asn1.moment(rest[0]) if rest and rest[0].tag in {0x17, 0x18} else None
    extensions = read_extensions(next((part for part in rest if part.tag == 0xA0), None))
    values = {extension.oid: extension.value for extension in extensions}
    if len(values) != len(extensions):
        raise asn1.Malformed("CRL extension twice")
    point = read_issuing_point(values[ISSUING_POINT], issuer.raw) if ISSUING_POINT in values else IssuingDistributionPoint()
    return Crl(
        digest=sha256_hex(der),
        signed=signed.raw,
        algorithm=signature_algorithm(algorithm),
        signature=asn1.bit_string(signature),
        scope=CrlScope(name_key(issuer.raw), issuer.raw, point),
        this_update=asn1.moment(this_update),
        next_update=next_update,
        number=_integer(values.get(CRL_NUMBER)),
        base_number=_integer(values.get(DELTA_INDICATOR)),
        authority_key=_key_identifier(values.get(AUTHORITY_KEY)),
        unknown_critical=_unknown(extensions),
        revoked=next((part for part in rest if part.tag == asn1.SEQUENCE), None),
        library=load(der),
        covers_expired_since=_moment(values.get(EXPIRED_ON_CRL)),
    )


def _unknown(extensions: tuple[Extension, ...]) -> tuple[str, ...]:
    return tuple(extension.oid for extension in extensions if extension.critical and extension.oid not in UNDERSTOOD)


def _integer(value: bytes | None) -> int | None:
    return None if value is None else asn1.integer(asn1.read(value))


def _moment(value: bytes | None) -> datetime | None:
    return None if value is None else asn1.moment(asn1.read(value))


def _key_identifier(value: bytes | None) -> bytes | None:
    if value is None:
        return None
    return next((part.value for part in asn1.read(value).iterate() if part.tag == 0x80), None)
