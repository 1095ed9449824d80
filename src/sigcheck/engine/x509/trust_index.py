"""A trust list made ready for search, once per list and process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sigcheck.anchors import ListedCertificate, Sureness, TrustList
from sigcheck.engine.x509.names import NameKey, name_key
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
        """Anchors that are this very certificate.

        Name and key make an anchor (RFC 5280, 6.1.1 (d)), but nothing then proves what else a certificate with that name and key
        says: its e-mail address, its usages, its period.
        """
        return [entry for entry in self.by_sha256.get(certificate.sha256, ()) if entry.is_anchor]


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
