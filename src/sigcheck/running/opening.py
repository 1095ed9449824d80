"""From a place to its bytes, for a worker on any machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sigcheck.engine.bytesource import ByteSource, FileSource, MemorySource
from sigcheck.running.places import FilePlace, MemberPlace, MemoryPlace, Place, RemotePlace
from sigcheck.running.reading import RefusedSource


class TooLargeSource:
    """A packed document that is larger than anybody wants to read: it tells its size, and is not unpacked."""

    def __init__(self, size: int) -> None:
        self.size = size

    def read(self, start: int, length: int) -> bytes:  # noqa: ARG002 - the interface's names
        raise OSError("larger than the limit")


@contextmanager
def opened_place(place: Place, most: int) -> Iterator[ByteSource]:
    """The document's bytes, closed afterwards; what cannot be opened is a source that raises OSError.

    What would have to be held in memory, and is larger than `most`, the engine's limit, only tells its size.
    """
    with ExitStack() as closing:
        source: ByteSource
        try:
            source = _opened(place, most, closing)
        except OSError as error:
            source = RefusedSource(error)
        except ValueError as error:  # a name that no system can hold
            source = RefusedSource(OSError(str(error)))
        yield source


def _opened(place: Place, most: int, closing: ExitStack) -> ByteSource:
    match place:
        case FilePlace(path=path):
            return closing.enter_context(FileSource(Path(path)))
        case MemoryPlace(content=content):
            return MemorySource(content)
        case RemotePlace():
            from sigcheck.running.remote.source import open_remote  # noqa: PLC0415 - the extra `remote`, where it is used

            return closing.enter_context(open_remote(place))
        case MemberPlace():
            return _member(place, most, closing)


def _member(place: MemberPlace, most: int, closing: ExitStack) -> ByteSource:
    from sigcheck.running.archives.limits import NESTED_OCTETS  # noqa: PLC0415 - only where there are archives
    from sigcheck.running.archives.opening import LOCAL_HEADER_OCTETS, member  # noqa: PLC0415 - as above

    if place.packing and place.size > most:
        return TooLargeSource(place.size)
    container = _opened(place.container, max(most, NESTED_OCTETS), closing)
    expect = getattr(container, "expect", None)
    if expect is not None and place.kind == "zip":  # over the network: header and content in one request
        expect(place.offset, LOCAL_HEADER_OCTETS + len(place.name.encode("utf-8", "replace")) + 64 + place.packed_size)
    return member(container, place)
