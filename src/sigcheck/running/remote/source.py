"""An object or a file elsewhere as random access to its bytes: whole when it is small, otherwise by ranges, some of them kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from sigcheck.running.places import RemotePlace
from sigcheck.running.remote.stores import Address, StoredFile, store_at

WHOLE: Final = 8 * 1024**2
"""A smaller one comes in one request."""
BLOCK: Final = 128 * 1024
AHEAD: Final = 16
"""Blocks that are asked for beyond the wanted ones while a source is read in its order: 2 MiB."""
KEPT: Final = 256
"""Blocks of one source that are kept: 32 MiB. A PDF is read from its end, and then here and there."""


class RemoteSource:
    """Raises OSError wherever the store does not answer."""

    def __init__(self, size: int, fetch: Callable[[int, int], bytes]) -> None:
        self.size = size
        self._fetch = fetch
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._in_parts = size > WHOLE
        self._next = -1

    def expect(self, start: int, length: int) -> None:
        """Only this part will be read: one request for it."""
        self._in_parts = True
        last = min(start + min(length, BLOCK * (KEPT - 2)), self.size) - 1
        if 0 <= start <= last:
            self._load(start // BLOCK, last // BLOCK)

    def read(self, start: int, length: int) -> bytes:
        start = max(start, 0)
        end = min(start + max(length, 0), self.size)
        pieces = []
        while start < end:
            block = start // BLOCK
            if block not in self._blocks:
                self._load_for(block, (end - 1) // BLOCK)
            self._blocks.move_to_end(block)
            piece = self._blocks[block][start - block * BLOCK : end - block * BLOCK]
            pieces.append(piece)
            start += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _load_for(self, block: int, last: int) -> None:
        if not self._in_parts:
            self._load(0, (self.size - 1) // BLOCK)
            return
        if block == self._next:
            last += AHEAD
        last = min(last, block + KEPT // 2, (self.size - 1) // BLOCK)
        missing = next((at for at in range(block, last + 1) if at in self._blocks), last + 1)
        self._load(block, missing - 1)

    def _load(self, first: int, last: int) -> None:
        start, end = first * BLOCK, min((last + 1) * BLOCK, self.size)
        content = self._fetch(start, end)
        if len(content) != end - start:
            raise OSError("the store gave another number of octets than asked for")
        for block in range(first, last + 1):
            self._blocks[block] = content[block * BLOCK - start : (block + 1) * BLOCK - start]
        self._next = last + 1
        while len(self._blocks) > KEPT:
            self._blocks.popitem(last=False)


@contextmanager
def open_remote(place: RemotePlace) -> Iterator[RemoteSource]:
    """The bytes of a place; nothing is asked for before they are read. Raises OSError without the extra `remote`."""
    address = Address.of(place.url)
    file = StoredFile(address.name, place.size, "", place.entity_tag)
    try:
        store = store_at(address.scheme, address.authority)
    except ImportError as error:
        raise OSError(f"sigcheck[remote]: {error}") from error
    yield RemoteSource(place.size, lambda start, end: store.read(file, start, end))
