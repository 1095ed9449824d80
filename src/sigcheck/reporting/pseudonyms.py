"""Stable pseudonyms: the same person, address or text has the same one, under one key.

A pseudonym is the beginning of an HMAC-SHA-256 of the text under a key that stays in the house. Without the key nobody can try
names or addresses until one fits, which an ordinary digest would allow: there are few enough of both.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from typing import Final

from msgspec import Struct, field

SHORTEST_KEY: Final = 16
"""Octets; as many as AES-128 asks for."""
_DIGITS: Final = 12
"""Hexadecimal digits of a pseudonym: 48 bits, so that two of a million names share one with a chance of 1 in 500."""


class Pseudonyms(Struct, frozen=True):
    """The pseudonyms under one key. `labels` says of names whose they are: person or organisation."""

    key: bytes
    labels: dict[str, str] = field(default_factory=dict)

    def of(self, label: str, text: str) -> str:
        """`label-3fa94c21d07b`; composition, case and spaces do not matter."""
        return f"{label}-{self._digest(label, same(text))[:_DIGITS]}"

    def name(self, text: str) -> str:
        """Of a person, an organisation, or whoever has this name: the digits are the same for all three."""
        return f"{self.labels.get(same(text), 'name')}-{self._digest('name', same(text))[:_DIGITS]}"

    def hexadecimal(self, text: str) -> str:
        """In place of a fingerprint or a number: as many digits as SHA-256 has."""
        return self._digest("hexadecimal", text)

    def _digest(self, kind: str, text: str) -> str:
        return hmac.new(self.key, f"{kind}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def same(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
