"""Documents that came past in an archive which is dear to read again, held in memory until their workers are done with them."""

from __future__ import annotations

import weakref

from sigcheck.running.archives.limits import LENT_AT_ONCE, LENT_OCTETS
from sigcheck.running.places import MemoryPlace


class Lending:
    """Counts what is still held by anyone; beyond the limit nothing is lent, and workers reach the document by themselves."""

    def __init__(self, most: int = LENT_OCTETS) -> None:
        self.left = most

    def may_lend(self, size: int) -> bool:
        return size <= min(self.left, LENT_AT_ONCE)

    def lend(self, content: bytes) -> MemoryPlace:
        """A place that gives its octets back to the limit once nobody holds it any more."""
        place = MemoryPlace(content)
        self.left -= len(content)
        weakref.finalize(place, self._take_back, len(content)).atexit = False
        return place

    def _take_back(self, size: int) -> None:
        self.left += size
