"""Certificates that bear the name of a listed one and are another: found among what is offered or added.

Names are compared as a hasty reader does: letter case, spaces, marks, hidden characters, letters of other scripts and digits
drawn like letters aside. Other digits stay: generations of a CA (G1, G2) differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sigcheck.anchors import ListedCertificate
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


def _look(name: str | None) -> str:
    return "".join(letter for letter in folded(name or "").translate(_DRAWN_ALIKE) if letter.isalnum())
