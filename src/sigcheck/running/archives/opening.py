"""A member of an archive as random access to its bytes: a window where it lies there as it is, memory where it was packed."""

from __future__ import annotations

import struct
import zlib
from typing import Final

from sigcheck.engine.bytesource import ByteSource, MemorySource
from sigcheck.running.archives.limits import ArchiveRefusedError
from sigcheck.running.archives.streams import PlainStream, UnpackedStream
from sigcheck.running.archives.windows import WindowSource
from sigcheck.running.archives.zip_directory import LOCAL_HEADER
from sigcheck.running.places import MemberPlace

LOCAL_HEADER_OCTETS: Final = 30


def member(container: ByteSource, place: MemberPlace) -> ByteSource:
    """The member's bytes. Raises OSError for whatever is wrong with it."""
    try:
        if place.kind == "zip":
            return _zip_member(container, place)
        if not place.packing:
            return WindowSource(container, place.offset, place.size)
        stream = UnpackedStream(PlainStream(container), place.packing, _free)
        stream.skip_to(place.offset)
        content = stream.read(place.size)
    except ArchiveRefusedError as error:
        raise OSError(f"{error.problem}: {error.detail}") from error
    if len(content) < place.size:
        raise OSError("the archive ends before the member does")
    return MemorySource(content)


def _zip_member(container: ByteSource, place: MemberPlace) -> ByteSource:
    header = container.read(place.offset, LOCAL_HEADER_OCTETS)
    if len(header) < LOCAL_HEADER_OCTETS or header[:4] != LOCAL_HEADER:
        raise OSError("no member begins where the central directory says")
    flags, name, extra = struct.unpack("<6xH18xHH", header)
    if flags & 0x2041:
        raise OSError("the member is encrypted, although the central directory says otherwise")
    start = place.offset + LOCAL_HEADER_OCTETS + name + extra
    if not place.packing:
        return WindowSource(container, start, place.size)
    return MemorySource(unpacked(WindowSource(container, start, place.packed_size), place))


def unpacked(packed: ByteSource, place: MemberPlace) -> bytes:
    """The content, not one octet more than stated, with the stated CRC. Raises OSError and ArchiveRefusedError."""
    stream = UnpackedStream(PlainStream(packed), place.packing, _free)
    content = stream.read(place.size + 1)
    if len(content) != place.size:
        raise OSError("the member is not as long as the archive says")
    if place.crc is not None and zlib.crc32(content) != place.crc:
        raise OSError("the member's CRC does not match")
    return content


def _free(octets: int) -> None:
    """Nothing to count: what is read is bounded by the size that was checked before."""
