"""Whether something is an archive, by its content; a name only says whether it was meant to be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sigcheck.engine.bytesource import ByteSource
from sigcheck.running.archives.limits import ArchiveRefusedError, Budget
from sigcheck.running.archives.streams import PlainStream, UnpackedStream
from sigcheck.running.archives.tar_headers import BLOCK, is_header
from sigcheck.running.archives.zip_directory import LOCAL_HEADER, find_directory

SUFFIXES: Final = (
    ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst",
)  # fmt: skip
_PACKINGS: Final = ((b"\x1f\x8b\x08", "gz"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "xz"), (b"\x28\xb5\x2f\xfd", "zst"))
_EMPTY_ZIP: Final = b"PK\x05\x06"


@dataclass(frozen=True, slots=True)
class Kind:
    """What an archive is; `packing` of the whole, for a tar."""

    name: Literal["zip", "tar"]
    packing: str = ""


def named_as_archive(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def looks_like_archive(head: bytes) -> bool:
    """Whether the first block deserves a closer look."""
    return head[:4] in {LOCAL_HEADER, _EMPTY_ZIP} or is_header(head) or any(head.startswith(magic) for magic, _ in _PACKINGS)


def recognised(source: ByteSource, name: str) -> Kind | None:
    """The kind of archive; None for anything else. Raises OSError; ArchiveRefusedError where there are no means to tell."""
    head = source.read(0, BLOCK)
    if head[:4] in {LOCAL_HEADER, _EMPTY_ZIP}:
        return Kind("zip")
    if is_header(head):
        return Kind("tar")
    packing = next((packing for magic, packing in _PACKINGS if head.startswith(magic)), None)
    if packing is not None:
        return Kind("tar", packing) if _holds_tar(source, packing, name) else None
    if name.lower().endswith(".zip") and find_directory(source) is not None:  # a program that unpacks itself, for example
        return Kind("zip")
    if name.lower().endswith(".tar") and head[:BLOCK] == bytes(BLOCK):  # the empty tar
        return Kind("tar")
    return None


def _holds_tar(source: ByteSource, packing: str, name: str) -> bool:
    try:
        return is_header(UnpackedStream(PlainStream(source), packing, Budget.of(source.size).unpack).read(BLOCK))
    except ArchiveRefusedError:
        if named_as_archive(name):
            raise
        return False
