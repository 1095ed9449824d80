"""Trusted lists joined with what other sources list.

What only a trusted list names becomes an anchor, with its periods, while the list is in force. An entry of another source
stays as it is, gains its whole certificate, and loses the times at which the list says that its service had ended, however
old the list is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sigcheck.anchors import ListedCertificate
from sigcheck.trust.entries import ListReference
from sigcheck.trust.list_periods import narrowed
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
        mine = {entry.sha256: entry for entry in list_entries(trusted)}
        for sha256, entry in known.items():
            completed = entry if entry.certificate or sha256 not in mine else replace(entry, certificate=mine[sha256].certificate)
            known[sha256] = narrowed(completed, trusted.services)
        if at is not None and trusted.expired(at):
            expiries.append(_expiry(trusted))
        else:
            known = mine | known
    return tuple(known.values()), tuple(expiries)


def _expiry(trusted: TrustedList) -> Remark:
    if trusted.next_update is None:
        return remark("list-closed", path=trusted.path, sequence=trusted.sequence)
    return remark("list-expired", path=trusted.path, sequence=trusted.sequence, until=trusted.next_update.isoformat())
