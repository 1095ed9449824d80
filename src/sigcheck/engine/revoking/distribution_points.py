"""Distribution points of certificates (RFC 5280, 4.2.1.13) and of CRLs (5.2.5), and whether they meet (6.3.3 (b))."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct, field

from sigcheck.engine.crypto import asn1
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.engine.x509.general_names import extension_value, general_names
from sigcheck.engine.x509.names import NameKey, name_key
from sigcheck.facts import Certificate

CRL_DISTRIBUTION_POINTS: Final = "2.5.29.31"
REASONS: Final = (
    "unused",
    "keyCompromise",
    "cACompromise",
    "affiliationChanged",
    "superseded",
    "cessationOfOperation",
    "certificateHold",
    "privilegeWithdrawn",
    "aACompromise",
)
"""ReasonFlags in the order of the bits (RFC 5280, 4.2.1.13)."""
CRL_REASONS: Final = {
    0: "unspecified",
    1: "keyCompromise",
    2: "cACompromise",
    3: "affiliationChanged",
    4: "superseded",
    5: "cessationOfOperation",
    6: "certificateHold",
    8: "removeFromCRL",
    9: "privilegeWithdrawn",
    10: "aACompromise",
}
"""RFC 5280, 5.3.1."""
ALL_REASONS: Final = frozenset(REASONS[1:])

Comparable = tuple[object, ...]


class DistributionPoint(Struct, frozen=True):
    """Where a certificate says that a CRL about it is found."""

    names: frozenset[Comparable]
    """Empty when the point has no name of its own; then the CRL issuer's names stand for it."""
    reasons: frozenset[str] = ALL_REASONS
    crl_issuers: frozenset[Comparable] = frozenset()
    """Names of another CRL issuer; empty when the certificate's own issuer publishes the CRL."""
    crl_issuer_keys: tuple[NameKey, ...] = ()
    crl_issuer_names: tuple[bytes, ...] = ()
    """The same names in DER."""


class IssuingDistributionPoint(Struct, frozen=True):
    """What a CRL says about its own scope; the defaults are those of a CRL for everything its issuer issued."""

    names: frozenset[Comparable] = frozenset()
    user_only: bool = False
    ca_only: bool = False
    attribute_only: bool = False
    reasons: frozenset[str] = ALL_REASONS
    indirect: bool = False


class CrlScope(Struct, frozen=True):
    """The issuer of a CRL and what the CRL covers."""

    issuer_key: NameKey
    issuer_der: bytes
    point: IssuingDistributionPoint = field(default_factory=IssuingDistributionPoint)


def certificate_points(certificate: Certificate) -> tuple[DistributionPoint, ...] | None:
    """The points that a certificate names, () without any; None when they cannot be read."""
    value = extension_value(certificate, CRL_DISTRIBUTION_POINTS)
    if value is None:
        return ()
    try:
        return tuple(_point(part, certificate.issuer_der) for part in asn1.read(value).expect(asn1.SEQUENCE).iterate())
    except (asn1.Malformed, LimitReached):
        return None


def listed_points(urls: Iterable[str]) -> tuple[DistributionPoint, ...]:
    """The points of a certificate of which the trust list states only the addresses."""
    return tuple(DistributionPoint(frozenset({("uri", url.encode())})) for url in urls)


def _point(part: asn1.Element, issuer_der: bytes) -> DistributionPoint:
    fields = {child.tag: child for child in part.expect(asn1.SEQUENCE).iterate()}
    issuers = general_names(fields[0xA2].iterate()) if 0xA2 in fields else ()
    directories = [name.value for name in issuers if name.form == "directory"]
    base = directories[0] if directories else issuer_der
    return DistributionPoint(
        names=_point_names(fields.get(0xA0), base),
        reasons=_reasons(fields.get(0x81)),
        crl_issuers=frozenset(name.comparable for name in issuers),
        crl_issuer_keys=tuple(name_key(name) for name in directories),
        crl_issuer_names=tuple(directories),
    )


def read_issuing_point(value: bytes, issuer_der: bytes) -> IssuingDistributionPoint:
    """The issuingDistributionPoint extension of a CRL. Raises Malformed."""
    fields = {child.tag: child for child in asn1.read(value).expect(asn1.SEQUENCE).iterate()}
    if not fields.keys() <= {0xA0, 0x81, 0x82, 0x83, 0x84, 0x85}:
        raise asn1.Malformed("issuing distribution point")
    stated = {tag for tag, child in fields.items() if child.value == b"\xff"}
    return IssuingDistributionPoint(
        names=_point_names(fields.get(0xA0), issuer_der),
        user_only=0x81 in stated,
        ca_only=0x82 in stated,
        attribute_only=0x85 in stated,
        reasons=_reasons(fields.get(0x83)),
        indirect=0x84 in stated,
    )


def _point_names(element: asn1.Element | None, issuer_der: bytes) -> frozenset[Comparable]:
    """A DistributionPointName: full names, or one relative to the CRL issuer's name."""
    if element is None:
        return frozenset()
    name = next(element.iterate(), element)
    if name.tag == 0xA0:
        return frozenset(full.comparable for full in general_names(name.iterate()))
    if name.tag == 0xA1:
        whole = asn1.read(issuer_der).value + asn1.wrap(asn1.SET, name.value)
        return frozenset({("directory", name_key(asn1.wrap(asn1.SEQUENCE, whole)))})
    raise asn1.Malformed("distribution point name")


def _reasons(element: asn1.Element | None) -> frozenset[str]:
    if element is None:
        return ALL_REASONS
    bits = element.value[1:]
    return frozenset(
        name for at, name in enumerate(REASONS) if at > 0 and at // 8 < len(bits) and bits[at // 8] & (0x80 >> at % 8)
    )


def covered_reasons(
    scope: CrlScope, points: Sequence[DistributionPoint], *, issuer_key: NameKey, is_ca: bool | None
) -> frozenset[str] | None:
    """The reasons for which the CRL answers for a certificate of these points and this issuer; None when it is out of scope.

    A CRL of the certificate's own issuer needs no point in the certificate (RFC 5280, 6.3.3, last paragraph).
    """
    point = scope.point
    if point.attribute_only or (point.user_only and is_ca) or (point.ca_only and is_ca is False):
        return None
    own = frozenset({("directory", issuer_key)})
    covered: frozenset[str] = frozenset()
    for asked in points:
        if asked.crl_issuers:
            fits = point.indirect and scope.issuer_key in asked.crl_issuer_keys
        else:
            fits = scope.issuer_key == issuer_key
        names = asked.names or asked.crl_issuers or own
        if fits and (not point.names or not point.names.isdisjoint(names)):
            covered |= asked.reasons & point.reasons
    if scope.issuer_key == issuer_key and (not point.names or not point.names.isdisjoint(own)):
        covered |= point.reasons
    return covered or None
