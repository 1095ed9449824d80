"""What an archive holds, member by member: where each lies, what forbids to read it, and how to look into it now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from sigcheck.engine.bytesource import ByteSource, MemorySource
from sigcheck.running.archives.limits import MEMBER_OCTETS, ArchiveRefusedError, Budget
from sigcheck.running.archives.opening import member
from sigcheck.running.archives.recognising import Kind
from sigcheck.running.archives.streams import PlainStream, Stream, UnpackedStream
from sigcheck.running.archives.tar_headers import BLOCK, TarEntry, entries
from sigcheck.running.archives.windows import WindowSource
from sigcheck.running.archives.zip_directory import DEFLATED, STORED, ZipEntry, find_directory, survey
from sigcheck.running.places import MemberPlace, Place

BETWEEN: Final = "!/"
"""Stands between an archive and its member in the path of a report."""


@dataclass(frozen=True, slots=True)
class Container:
    """An archive that is being read. `dear`: to come back to a member means unpacking the archive again."""

    path: str
    place: Place
    version: str
    source: ByteSource
    kind: Kind
    depth: int = 1
    dear: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive. `head` and `whole` have to be called before the next member is asked for."""

    path: str
    name: str
    version: str
    place: MemberPlace
    packed: bool
    """`whole` gives memory, not a window."""
    problem: str
    detail: str
    head: Callable[[], bytes]
    """The first block. Raises OSError and ArchiveRefusedError."""
    whole: Callable[[], ByteSource]
    """The content. Raises OSError and ArchiveRefusedError."""


@dataclass(slots=True)
class _Names:
    """Two members may have one name: the second is told apart by its number, or it would hide behind the first."""

    container: str
    seen: set[str] = field(default_factory=set)

    def path(self, name: str, number: int) -> str:
        while name in self.seen:
            name = f"{name}#{number}"
        self.seen.add(name)
        return f"{self.container}{BETWEEN}{name}"


def members(at: Container, budget: Budget) -> Iterator[Member]:
    """Every file in the order of the archive. Raises OSError and ArchiveRefusedError."""
    return _in_zip(at, budget) if at.kind.name == "zip" else _in_tar(at, budget)


def _version(at: Container, *own: object) -> str:
    return " ".join((at.version, *map(str, own))) if at.version else ""


def _in_zip(at: Container, budget: Budget) -> Iterator[Member]:
    directory = find_directory(at.source)
    if directory is None:
        raise ArchiveRefusedError("archive-damaged", "no central directory")
    budget.enter(survey(directory))
    names = _Names(at.path)
    for number, entry in enumerate(directory.entries(), 1):
        if not entry.is_folder:
            yield _zip_member(at, entry, names.path(entry.name, number))


def _zip_member(at: Container, entry: ZipEntry, path: str) -> Member:
    packing = "deflate" if entry.method == DEFLATED else ""
    place = MemberPlace(at.place, "zip", entry.name, entry.offset, entry.size, packing, entry.packed_size, entry.crc)

    def head() -> bytes:
        if not packing:
            return member(at.source, place).read(0, BLOCK)
        beginning = PlainStream(at.source, _content_start(at.source, entry))
        return UnpackedStream(beginning, packing, _free).read(min(BLOCK, entry.size))

    return Member(
        path,
        entry.name,
        _version(at, entry.offset, f"{entry.crc:08x}"),
        place,
        bool(packing),
        *_zip_problem(entry),
        head,
        lambda: member(at.source, place),
    )


def _content_start(source: ByteSource, entry: ZipEntry) -> int:
    header = source.read(entry.offset, 30)
    return entry.offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")


def _free(octets: int) -> None:
    """One block costs nothing."""


def _zip_problem(entry: ZipEntry) -> tuple[str, str]:
    if entry.is_link:
        return "member-is-a-link", ""
    if entry.encrypted:
        return "member-encrypted", ""
    if entry.method not in {STORED, DEFLATED}:
        return "member-not-supported", f"zip method {entry.method}"
    if entry.method == STORED and entry.size != entry.packed_size:
        return "member-damaged", "size"
    if entry.method == DEFLATED and entry.size > MEMBER_OCTETS:
        return "member-too-large", str(entry.size)
    return "", ""


def _in_tar(at: Container, budget: Budget) -> Iterator[Member]:
    stream: Stream = PlainStream(at.source)
    if at.kind.packing:
        stream = UnpackedStream(stream, at.kind.packing, budget.unpack)
    names = _Names(at.path)
    for number, entry in enumerate(entries(stream), 1):
        budget.enter()
        yield _tar_member(at, entry, names.path(entry.name, number), stream)


def _tar_member(at: Container, entry: TarEntry, path: str, stream: Stream) -> Member:
    place = MemberPlace(at.place, "tar", entry.name, entry.offset, entry.size, at.kind.packing)
    passing = _Passing(stream, entry.size)
    if not at.kind.packing and entry.offset + entry.size > at.source.size:
        raise ArchiveRefusedError("archive-damaged", "ends too early")
    return Member(
        path,
        entry.name,
        _version(at, entry.offset, entry.size),
        place,
        bool(at.kind.packing),
        *_tar_problem(entry, packed=bool(at.kind.packing)),
        passing.head if at.kind.packing else lambda: at.source.read(entry.offset, min(BLOCK, entry.size)),
        passing.whole if at.kind.packing else lambda: WindowSource(at.source, entry.offset, entry.size),
    )


def _tar_problem(entry: TarEntry, *, packed: bool) -> tuple[str, str]:
    if entry.is_link:
        return "member-is-a-link", ""
    if entry.is_sparse:
        return "member-not-supported", "sparse"
    if packed and entry.size > MEMBER_OCTETS:
        return "member-too-large", str(entry.size)
    return "", ""


@dataclass(slots=True)
class _Passing:
    """The content of a member while a packed tar runs past it."""

    stream: Stream
    size: int
    begun: bytes = b""

    def head(self) -> bytes:
        self.begun = self.stream.read(min(BLOCK, self.size))
        return self.begun

    def whole(self) -> ByteSource:
        content = self.begun + self.stream.read(self.size - len(self.begun))
        if len(content) < self.size:
            raise ArchiveRefusedError("archive-damaged", "ends too early")
        return MemorySource(content)
