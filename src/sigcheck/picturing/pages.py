"""Pages to pictures: one process for each document, which gets its bytes and may do nothing but draw them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from sigcheck.engine.bytesource import ByteSource
from sigcheck.picturing.picture import Missing, Pictured


class PictureLimits(Struct, frozen=True):
    """What drawing one document may cost."""

    pages: int = 24
    file_octets: int = 100 * 1024**2
    long_side: int = 1_000
    """Pixels of a picture's longer side."""
    seconds: float = 20.0
    """Of the wall clock, for all pages together, the start of the process included."""
    memory_octets: int = 1024**3
    """Address space of the process, where the system can limit it."""
    picture_octets: int = 1024**2
    """Of one picture."""


DEFAULT_LIMITS = PictureLimits()


def picture_pages(
    document: bytes | ByteSource, pages: Sequence[int], *, password: str | None = None, limits: PictureLimits = DEFAULT_LIMITS
) -> Pictured:
    """Pictures of these pages (from 1), those that could be drawn; never raises for anything in the document."""
    del document, pages, password, limits
    return Pictured((), Missing.NOT_INSTALLED)
