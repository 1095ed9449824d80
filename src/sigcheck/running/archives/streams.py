"""Octets in their order: a source as it is, or unpacked on the way, never more than a piece ahead."""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable
from typing import Final, Protocol

from sigcheck.engine.bytesource import CHUNK, ByteSource
from sigcheck.running.archives.limits import XZ_MEMORY, ZSTD_WINDOW_LOG, ArchiveRefusedError

PIECE: Final = 256 * 1024


class Stream(Protocol):
    """Octets in their order; `position` counts what was read or skipped."""

    @property
    def position(self) -> int: ...

    def read(self, length: int) -> bytes:
        """So many octets, fewer only at the end. Raises OSError and ArchiveRefusedError."""
        ...

    def skip_to(self, position: int) -> None:
        """Go on to a later position; whether it lies within the stream shows with the next read."""
        ...


class Decompressor(Protocol):
    """As bz2, lzma and zstd have it."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Inflater:
    """zlib behind the same face."""

    def __init__(self, window_bits: int) -> None:
        self._zlib = zlib.decompressobj(window_bits)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail and not self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max(max_length, 0))


def _zstd() -> Decompressor:
    try:
        if sys.version_info >= (3, 14):
            from compression.zstd import DecompressionParameter, ZstdDecompressor  # noqa: PLC0415 - only for such an archive
        else:
            from backports.zstd import DecompressionParameter, ZstdDecompressor  # noqa: PLC0415 - the extra `zst`
    except ImportError as error:
        raise ArchiveRefusedError("archive-extra-missing", "sigcheck[zst]") from error
    return ZstdDecompressor(options={DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})


DECOMPRESSORS: Final[dict[str, Callable[[], Decompressor]]] = {
    "deflate": lambda: Inflater(-zlib.MAX_WBITS),
    "gz": lambda: Inflater(zlib.MAX_WBITS | 16),
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(memlimit=XZ_MEMORY),
    "zst": _zstd,
}


class PlainStream:
    """A source from its beginning, or a part of it, in order."""

    def __init__(self, source: ByteSource, start: int = 0) -> None:
        self._source = source
        self.position = start

    def read(self, length: int) -> bytes:
        piece = self._source.read(self.position, length)
        self.position += len(piece)
        return piece

    def skip_to(self, position: int) -> None:
        self.position = position


class UnpackedStream:
    """A packed source, unpacked in its order; several packed parts behind one another are one stream, as the tools have it."""

    def __init__(self, packed: Stream, packing: str, spend: Callable[[int], None]) -> None:
        self._packed, self._new, self._spend = packed, DECOMPRESSORS[packing], spend
        self._decompressor = self._new()
        self._ahead = b""
        self._begun = False
        self.position = 0

    def read(self, length: int) -> bytes:
        pieces: list[bytes] = []
        while length > 0:
            piece = self._next(min(length, CHUNK))
            if not piece:
                break
            pieces.append(piece)
            length -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def skip_to(self, position: int) -> None:
        while self.position < position and self._next(min(position - self.position, CHUNK)):
            pass

    def _next(self, most: int) -> bytes:
        """At least one octet, unless the stream is at its end."""
        while True:
            if self._decompressor.eof and not self._another():
                return b""
            given, self._ahead = self._ahead, b""
            ended = False
            if not given and self._decompressor.needs_input:
                given = self._packed.read(PIECE)
                ended = not given
            self._begun = self._begun or bool(given)
            piece = self._unpacked(given, most)  # without input too: zlib may hold octets back that did not fit before
            if piece:
                self._spend(len(piece))
                self.position += len(piece)
                return piece
            if ended:
                return self._ended()

    def _unpacked(self, given: bytes, most: int) -> bytes:
        try:
            return self._decompressor.decompress(given, most)
        except MemoryError:
            raise
        except Exception as error:  # each library has its own, and lzma says "memory limit" with an LZMAError
            raise ArchiveRefusedError("archive-damaged", str(error)) from error

    def _another(self) -> bool:
        """Whether another packed part follows; zeros behind the last are padding, other octets are damage told by the reader."""
        rest = self._decompressor.unused_data or self._packed.read(PIECE)
        if not rest.strip(b"\0"):
            return False
        self._decompressor, self._ahead = self._new(), rest
        return True

    def _ended(self) -> bytes:
        if self._begun and not self._decompressor.eof:
            raise ArchiveRefusedError("archive-damaged", "ends too early")
        return b""
