"""A signed trusted list (ETSI TS 119 612) as a source of anchors: its scheme, its services, and the entries they make.

Verified each time it is read: the signature, by a certificate whose fingerprint the user gave; then only what was signed is
looked at. A list of lists is refused, and pointers to other lists are not followed: whoever wants a list names it.
Nothing here knows what time it is; `expired` is asked with a moment.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sigcheck.anchors import ListedCertificate
from sigcheck.facts import Certificate
from sigcheck.trust.certificatefile import entry_name
from sigcheck.trust.entries import ListReference, entry_of_certificate
from sigcheck.trust.list_periods import Statuses, honoured_periods, spoken_purposes
from sigcheck.trust.list_services import ListedService, read_services
from sigcheck.trust.list_signature import signed_list
from sigcheck.trust.list_xml import LIST, moment_at, name_at, text_at
from sigcheck.trust.sources import read_bytes
from sigcheck.trust.words import Remark, fault

if TYPE_CHECKING:
    from lxml.etree import _Element

VERSIONS: Final = ("5", "6")
"""TSLVersionIdentifier of TS 119 612 V2.1.1 to V2.2.1, and of V2.3.1 on (5.3.1)."""
_LIST_OF_LISTS: Final = "listofthelists"
_TERRITORY: Final = re.compile("[A-Za-z]{2}")


class TrustedList(Struct, frozen=True):
    """One verified list. `services` make anchors; `unused` names the others, with why."""

    path: str
    scheme: str
    operator: str
    territory: str
    sequence: int
    issued: datetime
    next_update: datetime | None
    """None: the list is closed, there will be no other (5.3.15)."""
    signer: Certificate
    authority: str
    services: tuple[ListedService, ...]
    unused: tuple[Remark, ...]

    def expired(self, moment: datetime) -> bool:
        """There is, or should be, a newer one: nothing is newly trusted on its word."""
        return self.next_update is None or moment > self.next_update

    @property
    def source(self) -> str:
        """How the report names it."""
        return f"trusted-list: {self.path} (no. {self.sequence}, {self.scheme})"


def read_trusted_list(path: Path, reference: ListReference) -> TrustedList:
    """The list in a file, verified. Raises TrustError when it cannot be read, or its signature does not hold."""
    where = str(path)
    root, signer = signed_list(read_bytes(path), reference.signers, where)
    scheme = root.find(f"{LIST}SchemeInformation")
    if scheme is None:
        raise fault("list-field", path=where, field="SchemeInformation")
    if text_at(scheme, "TSLVersionIdentifier") not in VERSIONS:
        raise fault("list-field", path=where, field="TSLVersionIdentifier")
    if _LIST_OF_LISTS in (text_at(scheme, "TSLType") or "").lower():
        raise fault("list-of-lists", path=where)
    issued = moment_at(scheme, "ListIssueDateTime")
    if issued is None:
        raise fault("list-field", path=where, field="ListIssueDateTime")
    if not signer.not_before <= issued <= signer.not_after:
        raise fault("list-signer-period", path=where, signer=signer.subject, issued=issued.isoformat())
    services, unused = read_services(root)
    territory = text_at(scheme, "SchemeTerritory") or ""
    return TrustedList(
        path=where,
        scheme=name_at(scheme, "SchemeName") or "?",
        operator=name_at(scheme, "SchemeOperatorName") or "?",
        territory=territory if _TERRITORY.fullmatch(territory) else "",
        sequence=_sequence(scheme, where),
        issued=issued,
        next_update=_next_update(scheme, where),
        signer=signer,
        authority=reference.authority,
        services=services,
        unused=unused,
    )


def _sequence(scheme: _Element, where: str) -> int:
    text = text_at(scheme, "TSLSequenceNumber") or ""
    if not re.fullmatch("[0-9]{1,18}", text):
        raise fault("list-field", path=where, field="TSLSequenceNumber")
    return int(text)


def _next_update(scheme: _Element, where: str) -> datetime | None:
    """The date of the next list; None where the element is there and empty."""
    element = scheme.find(f"{LIST}NextUpdate")
    if element is not None and len(element) == 0 and not (element.text or "").strip():
        return None
    moment = moment_at(scheme, "NextUpdate", "dateTime")
    if moment is None:
        raise fault("list-field", path=where, field="NextUpdate")
    return moment


def list_entries(trusted: TrustedList) -> tuple[ListedCertificate, ...]:
    """An anchor for every certificate of a used service, with the periods in which it is honoured."""
    statuses = Statuses(trusted.services)
    certificates = {one.sha256: one for service in trusted.services for one in service.certificates}
    confirmed = f"{trusted.scheme}, {trusted.operator}, list no. {trusted.sequence} of {trusted.issued.date()}"
    entries: list[ListedCertificate] = []
    for certificate in certificates.values():
        made = entry_of_certificate(
            certificate,
            name=entry_name(certificate),
            source=trusted.source,
            authority=trusted.authority,
            purposes=spoken_purposes(statuses, certificate),
            confirmed=confirmed,
        )
        entries.append(honoured_periods(statuses, made))
    return tuple(entries)
