"""A trust list made ready for search, once per list and process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sigcheck.anchors import ListedCertificate, Sureness, TrustList
from sigcheck.engine.names import NameKey, name_key
from sigcheck.facts import Certificate

SURENESS: Final[Mapping[Sureness, int]] = {sureness: rank for rank, sureness in enumerate(Sureness)}


class TrustIndex:
    """A trust list ready for search: its entries by name, subject and fingerprint. One object per list, compared by identity."""

    __slots__ = ("by_name", "by_sha256", "by_subject", "rank", "trust")

    def __init__(self, trust: TrustList) -> None:
        self.trust = trust
        self.by_name: dict[str, ListedCertificate] = {}
        self.by_sha256: dict[str, list[ListedCertificate]] = {}
        self.by_subject: dict[NameKey, list[ListedCertificate]] = {}
        self.rank: dict[str, tuple[int, int]] = {}
        for place, entry in enumerate(trust.entries):
            self.by_name.setdefault(entry.name, entry)
            self.rank.setdefault(entry.sha256, (SURENESS[entry.sureness], place))
            twins = self.by_sha256.setdefault(entry.sha256, [])
            if all(twin.is_anchor != entry.is_anchor for twin in twins):
                twins.append(entry)
                self.by_subject.setdefault(name_key(entry.subject_der), []).append(entry)

    def anchors_for(self, certificate: Certificate) -> list[ListedCertificate]:
        """Anchors that are this certificate: by fingerprint, or by name and key (RFC 5280, 6.1.1 (d))."""
        same_name = self.by_subject.get(name_key(certificate.subject_der), ())
        return [entry for entry in same_name if entry.is_anchor and entry.public_key == certificate.public_key]


INDEXES: Final = 8
"""Trust lists remembered per process: one per run, a few in a service."""
_indexes: dict[int, TrustIndex] = {}


def trust_index(trust: TrustList) -> TrustIndex:
    """The index of a trust list, remembered while the list itself is (its identity cannot be reused meanwhile)."""
    known = _indexes.get(id(trust))
    if known is None or known.trust is not trust:
        if len(_indexes) >= INDEXES:
            _indexes.clear()
        known = _indexes[id(trust)] = TrustIndex(trust)
    return known
