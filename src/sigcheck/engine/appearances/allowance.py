"""What the appearances of one document may cost together, and the fonts that were read for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from sigcheck.engine.pdf.content import Budget
from sigcheck.engine.pdf.objects import LimitReached, Reference, Stream

if TYPE_CHECKING:
    from sigcheck.engine.appearances.fonts import Font, Places

MOST_OPERATORS = 1_000_000
"""Operators, operands and octets of text in all appearances of a document and their fonts' tables: a stamp has some hundreds."""

MOST_OCTETS = 16 * 1024**2
"""Decoded octets of them all: a stamp has some hundreds, a font's table some thousands; images are not decoded."""


class Allowance(Struct):
    """Spent by one appearance after the other; when it is gone, those that follow are not followed to their end."""

    budget: Budget = field(default_factory=lambda: Budget(MOST_OPERATORS))
    octets: int = MOST_OCTETS
    fonts: dict[Reference, tuple[Font, dict[int, Places]]] = field(default_factory=dict)
    """Fonts, with the places of the objects that were read for them."""

    def decoded(self, stream: Stream) -> bytes:
        """The stream's octets, counted. Raises LimitReached, PdfDamaged."""
        if self.octets <= 0:
            raise LimitReached("decoded_total_bytes", "appearances")
        octets = stream.decoded()
        self.octets -= len(octets)
        return octets
