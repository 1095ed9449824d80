"""Where a document lies, as a plain value: a worker, here or on another machine, opens it from that alone (`opening.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file of this machine, or of a file system that all workers see."""

    path: str


@dataclass(frozen=True, slots=True)
class RemotePlace:
    """An object of a store (`s3://bucket/key`) or a file behind SFTP; names stand as they are, never percent-encoded."""

    url: str
    size: int
    entity_tag: str = ""
    """What the store calls this content; it is asked for no other where it can be asked that way."""


@dataclass(frozen=True, slots=True)
class MemberPlace:
    """A member of an archive, which is read where it lies."""

    container: Place
    kind: Literal["zip", "tar"]
    name: str
    offset: int
    """Of a zip's local header; of a tar member's content, in the tar as it is when nothing is packed."""
    size: int
    packing: str = ""
    """"deflate" of a zip's member; "gz", "bz2", "xz" or "zst" of the whole tar; empty: the octets lie there as they are."""
    packed_size: int = 0
    crc: int | None = None


@dataclass(frozen=True, slots=True, weakref_slot=True)
class MemoryPlace:
    """Octets that came past while an archive was read through, and would be dear to reach again."""

    content: bytes


Place = FilePlace | RemotePlace | MemberPlace | MemoryPlace


@dataclass(frozen=True, slots=True)
class Located:
    """A document to check. `path` is what the report calls it, never normalised."""

    path: str
    place: Place
    size: int | None
    version: str
    """Changes whenever the content may have changed; empty where the place says nothing of the kind."""


@dataclass(frozen=True, slots=True)
class NotLocated:
    """A source that gives no document, with the reason; `detail` is the system's own words."""

    path: str
    problem: str
    detail: str = ""
