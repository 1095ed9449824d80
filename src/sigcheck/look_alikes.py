"""Certificates that bear the name of a listed one and are another: found among what is offered, added, or in a document.

Names are compared as a hasty reader does: letter case, spaces, marks, hidden characters, letters of other scripts and digits
drawn like letters aside. Other digits stay: generations of a CA (G1, G2) differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from sigcheck.anchors import ListedCertificate
from sigcheck.evidence import PathEntry
from sigcheck.facts import Certificate
from sigcheck.skeleton import folded

_DRAWN_ALIKE: Final = str.maketrans("01i", "oll")
"""A capital I and a digit 1 are drawn like a small l; case folding made the capital small."""

Namesakes = Mapping[str, ListedCertificate]
"""Listed certificates by what their name looks like, the first of several."""


def namesakes(listed: Iterable[ListedCertificate]) -> Namesakes:
    found: dict[str, ListedCertificate] = {}
    for entry in listed:
        if looks := _look(entry.common_name):
            found.setdefault(looks, entry)
    return found


def namesake(certificate: Certificate, among: Namesakes) -> ListedCertificate | None:
    """The listed certificate whose common name this one's looks like, whatever the fingerprints."""
    looks = _look(certificate.common_name)
    return among.get(looks) if looks else None


def imitated(unfinished: Sequence[PathEntry], listed: Sequence[ListedCertificate]) -> ListedCertificate | None:
    """The listed CA whose name a CA of an unfinished path bears with another key, where no renewal explains it.

    A renewed CA has a new key under its old name as well. It is issued by the listed issuer (then there is a path), or by
    another one: so only a certificate counts that says of itself that it is the root, or that the listed issuer issued it.
    """
    doubtful = [one.certificate for one in unfinished[1:] if one.certificate is not None and not one.in_trust_list]
    by_name = {entry.name: entry for entry in listed}
    for certificate in doubtful:
        looks = _look(certificate.common_name) if certificate.is_ca else ""
        alike = [entry for entry in listed if looks and entry.is_ca and _look(entry.common_name) == looks]
        if any(entry.public_key == certificate.public_key for entry in alike):
            continue
        for entry in alike:
            above = by_name.get(entry.issuer) if entry.issuer is not None else None
            issuers = {_look(certificate.subject)} | ({_look(above.subject)} if above is not None else set())
            if _look(certificate.issuer) in issuers:
                return entry
    return None


@lru_cache(maxsize=1024)
def _look(name: str | None) -> str:
    return "".join(letter for letter in folded(name or "").translate(_DRAWN_ALIKE) if letter.isalnum())
