"""The services of a trusted list (ETSI TS 119 612, 5.5 and 5.6): whose certificates they are, what for, and granted when.

Every service is either used or named as not used, with the reason.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sigcheck.facts import Certificate
from sigcheck.trust.list_xml import LIST, moment_at, name_at, text_at
from sigcheck.trust.words import Remark, remark

if TYPE_CHECKING:
    from lxml.etree import _Element

_TYPE: Final = "http://uri.etsi.org/TrstSvc/Svctype/"
_STATUS: Final = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
_EXTENSION: Final = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"

PURPOSES_OF_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    f"{_TYPE}CA/QC": ("signer",),
    f"{_TYPE}CA/PKC": ("signer",),
    f"{_TYPE}NationalRootCA-QC": ("signer", "timestamp"),
    f"{_TYPE}TSA": ("timestamp",),
    f"{_TYPE}TSA/QTST": ("timestamp",),
    f"{_TYPE}TSA/TSS-QC": ("timestamp",),
    f"{_TYPE}TSA/TSS-AdESQCandQES": ("timestamp",),
}
"""Service types that make an anchor, and for what (5.5.1); any other is listed as not used."""
HONOURED: Final = frozenset(
    f"{_STATUS}{name}"
    for name in (
        "granted", "recognisedatnationallevel", "setbynationallaw",
        "undersupervision", "supervisionincessation", "accredited",  # before July 2016
    )
)  # fmt: skip
"""Statuses under which a service is honoured (5.5.4 and Annex D.5)."""
ENDED: Final = frozenset(
    f"{_STATUS}{name}"
    for name in (
        "withdrawn", "deprecatedatnationallevel", "deprecatedbynationallaw",
        "supervisionceased", "supervisionrevoked", "accreditationceased", "accreditationrevoked",
    )
)  # fmt: skip
_DOCUMENTS: Final = frozenset({f"{_EXTENSION}ForeSignatures", f"{_EXTENSION}ForeSeals"})
_WEB_SITES: Final = f"{_EXTENSION}ForWebSiteAuthentication"
_KNOWN_EXTENSIONS: Final = frozenset(
    {"AdditionalServiceInformation", "ExpiredCertsRevocationInfo", "Qualifications", "TakenOverBy"}
)


class ServiceStatus(Struct, frozen=True):
    """A status from its start to the start of the next one; None while it lasts."""

    purposes: tuple[str, ...]
    honoured: bool
    start: datetime
    end: datetime | None


class ListedService(Struct, frozen=True):
    """One service: its name, its certificates and other key identifiers, and its statuses, oldest first."""

    name: str
    type: str
    certificates: tuple[Certificate, ...]
    key_identifiers: tuple[bytes, ...]
    statuses: tuple[ServiceStatus, ...]


def read_services(root: _Element) -> tuple[tuple[ListedService, ...], tuple[Remark, ...]]:
    """The services of a verified list, and those that are not used."""
    used: list[ListedService] = []
    unused: list[Remark] = []
    for element in root.iterfind("/".join(LIST + name for name in _SERVICES)):
        found = _service(element)
        if isinstance(found, ListedService):
            used.append(found)
        else:
            unused.append(found)
    return tuple(used), tuple(unused)


_SERVICES: Final = ("TrustServiceProviderList", "TrustServiceProvider", "TSPServices", "TSPService")


def _service(element: _Element) -> ListedService | Remark:
    current = element.find(f"{LIST}ServiceInformation")
    name = (name_at(current, "ServiceName") if current is not None else None) or "?"
    kind = (text_at(current, "ServiceTypeIdentifier") if current is not None else None) or "?"
    if current is None or kind not in PURPOSES_OF_TYPES:
        return remark("service-type", name=name, type=kind)
    if _for_web_sites_only(current):
        return remark("service-web", name=name)
    critical = _unknown_critical(current)
    if critical is not None:
        return remark("service-critical", name=name, extension=critical)
    statuses = _statuses(current, element.findall(f"{LIST}ServiceHistory/{LIST}ServiceHistoryInstance"))
    if isinstance(statuses, str):
        return remark("service-status", name=name, found=statuses)
    certificates, key_identifiers = _identity(current)
    if not certificates and not key_identifiers:
        return remark("service-identity", name=name)
    return ListedService(name, kind, certificates, key_identifiers, statuses)


def _statuses(current: _Element, history: Sequence[_Element]) -> tuple[ServiceStatus, ...] | str:
    """The current status and the earlier ones, oldest first; what cannot be read is returned as its words.

    A status holds until the next one starts (5.6.5). Of an unknown status in the past nothing is honoured.
    """
    found: list[tuple[datetime, tuple[str, ...], bool]] = []
    for element in (*history, current):
        status, start = text_at(element, "ServiceStatus"), moment_at(element, "StatusStartingTime")
        if start is None:
            return text_at(element, "StatusStartingTime") or "?"
        if element is current and status not in HONOURED | ENDED:
            return status or "?"
        purposes = PURPOSES_OF_TYPES.get(text_at(element, "ServiceTypeIdentifier") or "", ())
        found.append((start, purposes, status in HONOURED))
    if any(start > found[-1][0] for start, _, _ in found):
        return "ServiceHistory"
    found.sort(key=lambda one: one[0])  # stable: of equal starts the current status stays last
    ends = [start for start, _, _ in found[1:]]
    return tuple(
        ServiceStatus(purposes, honoured, start, end)
        for (start, purposes, honoured), end in zip(found, (*ends, None), strict=True)
    )


def _identity(current: _Element) -> tuple[tuple[Certificate, ...], tuple[bytes, ...]]:
    """The certificates and the subject key identifiers that stand for the service's key (5.5.3)."""
    from sigcheck.engine.certificates import parse_certificate  # noqa: PLC0415 - the shipped facts need no parser

    places = f"{LIST}ServiceDigitalIdentity/{LIST}DigitalId/{LIST}"
    parsed = (parse_certificate(octets) for octets in _base64_texts(current, f"{places}X509Certificate"))
    certificates = {certificate.sha256: certificate for certificate in parsed if certificate is not None}
    return tuple(certificates.values()), tuple(dict.fromkeys(_base64_texts(current, f"{places}X509SKI")))


def _base64_texts(element: _Element, places: str) -> Iterator[bytes]:
    for found in element.iterfind(places):
        try:
            octets = base64.b64decode("".join((found.text or "").split()), validate=True)
        except ValueError:  # binascii.Error is one too
            continue
        if octets:
            yield octets


def _for_web_sites_only(current: _Element) -> bool:
    """AdditionalServiceInformation speaks of web sites and of neither signatures nor seals (5.5.9.4)."""
    places = (f"{LIST}ServiceInformationExtensions", f"{LIST}Extension", f"{LIST}AdditionalServiceInformation", f"{LIST}URI")
    said = {(found.text or "").strip() for found in current.iterfind("/".join(places))}
    return _WEB_SITES in said and said.isdisjoint(_DOCUMENTS)


def _unknown_critical(current: _Element) -> str | None:
    """The name of a critical extension that is not understood: the service must not be used then (5.5.9)."""
    for extension in current.iterfind(f"{LIST}ServiceInformationExtensions/{LIST}Extension"):
        if extension.get("Critical", "false").strip() not in ("true", "1"):
            continue
        for child in extension:
            name = str(child.tag).rpartition("}")[2]
            if name not in _KNOWN_EXTENSIONS:
                return name
    return None
