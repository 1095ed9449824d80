"""When a trusted list honours an entry: the times of the granted statuses, less those of the ended ones.

Where several services speak of one key, an end wins over a grant. An entry that other sources list keeps what they say, but for
the times at which the trusted list says that its service had ended: silence takes nothing away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from sigcheck.anchors import ListedCertificate, ServicePeriod
from sigcheck.facts import Certificate
from sigcheck.trust.list_services import ListedService, ServiceStatus

Span = tuple[datetime, datetime | None]
"""From a moment until before another; None: without end."""


class Statuses:
    """The statuses of a list's services by their keys: a service is its key (TS 119 612, 5.5.3).

    The key is that of a certificate, or stands behind a key identifier where the service gives no certificate.
    """

    def __init__(self, services: Iterable[ListedService]) -> None:
        self._by_key: dict[bytes, list[ServiceStatus]] = {}
        self._by_identifier: dict[bytes, list[ServiceStatus]] = {}
        for service in services:
            for key in {certificate.public_key for certificate in service.certificates}:
                self._by_key.setdefault(key, []).extend(service.statuses)
            for identifier in () if service.certificates else service.key_identifiers:
                self._by_identifier.setdefault(identifier, []).extend(service.statuses)

    def about(self, public_key: bytes, key_identifier: bytes | None) -> list[ServiceStatus]:
        """What the list says of a key, of whatever purpose."""
        by_identifier = [] if key_identifier is None else self._by_identifier.get(key_identifier, [])
        return [*self._by_key.get(public_key, []), *by_identifier]

    def spoken(self, entry: ListedCertificate, purpose: str) -> list[ServiceStatus]:
        """What the list says of an entry's key for a purpose."""
        return [status for status in self.about(entry.public_key, entry.subject_key_identifier) if purpose in status.purposes]


def spoken_purposes(statuses: Statuses, certificate: Certificate) -> frozenset[str]:
    """What the services of this key are for, granted or not."""
    said = statuses.about(certificate.public_key, certificate.subject_key_identifier)
    return frozenset(purpose for status in said for purpose in status.purposes)


def honoured_periods(statuses: Statuses, entry: ListedCertificate) -> ListedCertificate:
    """The entry with the periods that the list honours it in."""
    periods = [
        ServicePeriod(purpose, start, end)
        for purpose in sorted(entry.purposes)
        for start, end in _granted(statuses.spoken(entry, purpose))
    ]
    return replace(entry, periods=tuple(periods))


def _granted(said: Sequence[ServiceStatus]) -> list[Span]:
    ended = [(status.start, status.end) for status in said if not status.honoured]
    spans: set[Span] = set()
    for status in said:
        if status.honoured:
            spans.update(_without((status.start, status.end), ended))
    return sorted(spans, key=lambda span: span[0])


def narrowed(entry: ListedCertificate, statuses: Statuses) -> ListedCertificate:
    """An entry of another source, less the times at which its service had ended; as it was when the list says nothing of that."""
    said = {purpose: statuses.spoken(entry, purpose) for purpose in entry.purposes}
    ended = {purpose: [(s.start, s.end) for s in found if not s.honoured] for purpose, found in said.items()}
    if not any(ended.values()):
        return entry
    periods = [
        ServicePeriod(purpose, start, end)
        for purpose in sorted(entry.purposes)
        for span in _spans(entry, purpose)
        for start, end in _without(span, ended[purpose])
    ]
    return replace(entry, periods=tuple(periods))


def _spans(entry: ListedCertificate, purpose: str) -> list[Span]:
    """What other lists left of it, or all its time."""
    if entry.periods is None:
        return [(entry.not_before, None)]
    return [(period.start, period.end) for period in entry.periods if period.purpose == purpose]


def _without(span: Span, cuts: Iterable[Span]) -> list[Span]:
    """What is left of a span when these are cut out of it."""
    left = [span]
    for start, end in cuts:
        parts: list[Span] = []
        for first, last in left:
            if first < start:
                parts.append((first, start if last is None or last > start else last))
            if end is not None and (last is None or last > end):
                parts.append((max(first, end), last))
        left = parts
    return left
