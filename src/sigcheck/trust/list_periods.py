"""When a trusted list honours an entry: the times of the granted statuses, less those of the ended ones.

Where several services speak of one key, an end wins over a grant. An entry that other sources list keeps what they say, but for
the times at which the trusted list says that its service had ended: silence takes nothing away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sigcheck.anchors import ListedCertificate, ServicePeriod, Sureness
from sigcheck.facts import Certificate
from sigcheck.trust.list_services import ListedService, ServiceStatus

Span = tuple[datetime, datetime | None]
"""From a moment until before another; None: without end."""


def spoken_purposes(services: Iterable[ListedService], certificate: Certificate) -> frozenset[str]:
    """What the services of this key are for, granted or not."""
    statuses = _statuses_of(services, certificate.public_key, certificate.subject_key_identifier)
    return frozenset(purpose for status in statuses for purpose in status.purposes)


def honoured_periods(services: Sequence[ListedService], entry: ListedCertificate) -> ListedCertificate:
    """The entry with the periods that the list honours it in."""
    periods = [
        ServicePeriod(purpose, start, end)
        for purpose in sorted(entry.purposes)
        for start, end in _granted(services, entry, purpose)
    ]
    return replace(entry, periods=tuple(periods))


def _granted(services: Sequence[ListedService], entry: ListedCertificate, purpose: str) -> Iterator[Span]:
    said = _spoken(services, entry, purpose)
    ended = [(status.start, status.end) for status in said if not status.honoured]
    spans: set[Span] = set()
    for status in said:
        if status.honoured:
            spans.update(_without((status.start, status.end), ended))
    yield from sorted(spans, key=lambda span: span[0])


def narrowed(entry: ListedCertificate, services: Sequence[ListedService]) -> ListedCertificate:
    """An entry of another source, less the times at which its service had ended; as it was when the list says nothing of that."""
    said = {purpose: _spoken(services, entry, purpose) for purpose in entry.purposes}
    if not any(said.values()):
        return entry
    sureness = Sureness.HIGH if entry.sureness is Sureness.MEDIUM else entry.sureness
    ended = {purpose: [(s.start, s.end) for s in statuses if not s.honoured] for purpose, statuses in said.items()}
    if not any(ended.values()):
        return replace(entry, sureness=sureness)
    periods = [
        ServicePeriod(purpose, start, end)
        for purpose in sorted(entry.purposes)
        for span in _spans(entry, purpose)
        for start, end in _without(span, ended[purpose])
    ]
    return replace(entry, sureness=sureness, periods=tuple(periods))


def _spans(entry: ListedCertificate, purpose: str) -> list[Span]:
    """What other lists left of it, or all its time."""
    if entry.periods is None:
        return [(entry.not_before, None)]
    return [(period.start, period.end) for period in entry.periods if period.purpose == purpose]


def _spoken(services: Iterable[ListedService], entry: ListedCertificate, purpose: str) -> list[ServiceStatus]:
    statuses = _statuses_of(services, entry.public_key, entry.subject_key_identifier)
    return [status for status in statuses if purpose in status.purposes]


def _statuses_of(services: Iterable[ListedService], public_key: bytes, key_identifier: bytes | None) -> list[ServiceStatus]:
    """A service is its key (TS 119 612, 5.5.3): a certificate of that key, or the key's identifier where none is given."""
    found: list[ServiceStatus] = []
    for service in services:
        same_key = any(certificate.public_key == public_key for certificate in service.certificates)
        if same_key or (not service.certificates and key_identifier in service.key_identifiers):
            found += service.statuses
    return found


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
