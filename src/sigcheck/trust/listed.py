"""Trusted lists joined with what other sources list.

What only a trusted list names becomes an anchor, with its periods, while the list is in force. An entry of another source
stays as it is, gains its whole certificate, and loses the times at which the list says that its service had ended, however
old the list is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from sigcheck.anchors import ListedCertificate, Sureness
from sigcheck.trust.entries import ListReference
from sigcheck.trust.list_periods import Statuses, narrowed
from sigcheck.trust.trusted_list import TrustedList, list_entries, read_trusted_list
from sigcheck.trust.words import Remark, remark


def read_lists(references: Sequence[tuple[Path, ListReference]]) -> tuple[TrustedList, ...]:
    """Every list that trust files name, verified. Raises TrustError."""
    return tuple(read_trusted_list(path, reference) for path, reference in references)


def with_lists(
    entries: Sequence[ListedCertificate], lists: Sequence[TrustedList], at: datetime | None
) -> tuple[tuple[ListedCertificate, ...], tuple[Remark, ...]]:
    """The entries of all sources, and what is said of lists that were to be replaced before `at`."""
    known = {entry.sha256: entry for entry in entries}
    expiries: list[Remark] = []
    for trusted in lists:
        statuses = Statuses(trusted.services)
        mine = {entry.sha256: entry for entry in list_entries(trusted)}
        old = at is not None and trusted.expired(at)
        for sha256, entry in known.items():
            confirmed = _confirmed(entry, mine[sha256], old) if sha256 in mine else entry
            known[sha256] = narrowed(confirmed, statuses)
        if old:
            expiries.append(_expiry(trusted))
        else:
            known = mine | known
    return tuple(known.values()), tuple(expiries)


def _confirmed(entry: ListedCertificate, mine: ListedCertificate, old: bool) -> ListedCertificate:
    """An entry that a list names by its certificate: it has it now, and is sure enough while the list is in force."""
    sure = Sureness.HIGH if entry.sureness is Sureness.MEDIUM and not old else entry.sureness
    return replace(entry, certificate=entry.certificate or mine.certificate, sureness=sure)


def _expiry(trusted: TrustedList) -> Remark:
    if trusted.next_update is None:
        return remark("list-closed", path=trusted.path, sequence=trusted.sequence)
    return remark("list-expired", path=trusted.path, sequence=trusted.sequence, until=trusted.next_update.isoformat())
