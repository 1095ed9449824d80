"""Where a report goes: standard output, a file that appears whole or not at all, or a device or pipe that is written through."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from sigcheck.cli_streams import abandon_output, cannot

if TYPE_CHECKING:
    from sigcheck.reporting.catalogue import Catalogue

_SYSTEM_FOLDERS: Final = ("/dev", "/proc")
"""What stands directly in /dev or below /proc is a name for something that is open already."""
_MOST_LINKS: Final = 40
"""As many as Linux follows."""


class ReaderLeftError(Exception):
    """Whoever read the report has closed it: no fault, and nothing to say."""


def write_out(
    pieces: Iterable[str], output: Path | None, catalogue: Catalogue, worth_keeping: Callable[[], bool] = lambda: True
) -> None:
    """Write pieces as they come: to standard output, or where `output` leads. Raises CannotRunError and ReaderLeftError.

    A regular file is replaced at the end, and only when `worth_keeping` then says that there is something to keep.
    """
    if output is None:
        _write_to_stream(pieces, sys.stdout, catalogue)
    elif (stream := _stream_behind(output)) is not None:
        _write_to_stream(pieces, stream, catalogue)
    elif _is_written_through(output, catalogue):
        with failing_as_unwritable(output, catalogue):
            file = output.open("a", encoding="utf-8", errors="backslashreplace", newline="\n")  # never cuts what is there
        _write_pieces(pieces, file, output, catalogue)
    else:
        with failing_as_unwritable(output, catalogue):
            target = place_of(output)
        _replace(pieces, target, output, catalogue, worth_keeping)


def _write_to_stream(pieces: Iterable[str], stream: TextIO | None, catalogue: Catalogue) -> None:
    if stream is None:
        raise cannot(catalogue, "standard-output-closed")
    for piece in pieces:
        try:
            _write_whole(stream, piece)
        except OSError as error:
            abandon_output()
            if reader_left(error):
                raise ReaderLeftError from error
            raise cannot(catalogue, "standard-output-unwritable", detail=error.strerror or error) from error


def _write_whole(stream: TextIO, piece: str) -> None:
    """Write until all is written: a signal may end one writing in the middle of a character.

    A text stream that is not buffered (PYTHONUNBUFFERED) would lose the rest.
    """
    buffer = getattr(stream, "buffer", None)
    if buffer is None:  # a stream of text in memory
        stream.write(piece)
        return
    stream.flush()
    left = memoryview(piece.encode("utf-8", "backslashreplace"))
    while left:
        left = left[buffer.write(left) :]
    buffer.flush()


def _write_pieces(pieces: Iterable[str], file: TextIO, output: Path, catalogue: Catalogue) -> None:
    """Write and close `file`."""
    try:
        for piece in pieces:
            with failing_as_unwritable(output, catalogue):
                file.write(piece)
                file.flush()
    except BaseException:
        with suppress(OSError):  # what could not be flushed cannot be at the end either
            file.close()
        raise
    with failing_as_unwritable(output, catalogue):
        file.close()


def reader_left(error: OSError) -> bool:
    """Whether writing failed because nobody reads any more; Windows calls that an invalid argument."""
    return isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL)


@contextmanager
def failing_as_unwritable(output: Path, catalogue: Catalogue) -> Iterator[None]:
    """Raise CannotRunError for an OSError, and ReaderLeftError where nobody reads any more."""
    try:
        yield
    except BrokenPipeError as error:
        raise ReaderLeftError from error
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        detail = (error.strerror if isinstance(error, OSError) else None) or error
        raise cannot(catalogue, "output-unwritable", path=output, detail=detail) from error


def _stream_behind(output: Path) -> TextIO | None:
    """The standard stream that is already open on this very file or device: /dev/stdout, or `-o x > x`."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if os.path.samestat(output.stat(), os.fstat(stream.fileno())):
                return stream
        except (OSError, ValueError, AttributeError):  # no such file, no descriptor behind the stream, a closed stream
            continue
    return None


def _is_written_through(output: Path, catalogue: Catalogue) -> bool:
    """Whether `output` is a device, a pipe, or another name for something open: replacing it would destroy it."""
    with failing_as_unwritable(output, catalogue):
        try:
            mode = output.stat().st_mode
        except FileNotFoundError:
            return False
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        folder = os.path.realpath(output.parent)
        return not stat.S_ISREG(mode) or folder == _SYSTEM_FOLDERS[0] or folder.startswith(_SYSTEM_FOLDERS[1] + os.sep)


def _replace(pieces: Iterable[str], target: Path, output: Path, catalogue: Catalogue, worth_keeping: Callable[[], bool]) -> None:
    """Write a file beside `target`, made before any document is checked, that takes its place at the end."""
    import tempfile  # noqa: PLC0415 - it draws in half of the standard library

    with failing_as_unwritable(output, catalogue):
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".part")
    try:
        file = open(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n")  # noqa: PTH123, SIM115 - a descriptor
        _write_pieces(pieces, file, output, catalogue)
        if worth_keeping():
            with failing_as_unwritable(output, catalogue):
                Path(name).chmod(mode_for(target))
                Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)


def mode_for(target: Path, usual: int = 0o666) -> int:
    """The permissions that are there already, or the usual ones of what is new: mkstemp and mkdtemp make private ones."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return usual & ~mask


def place_of(output: Path) -> Path:
    """Where writing to `output` makes or replaces a file: links are followed and `..` means what it means to the system.

    Raises OSError where a folder on the way is not there: `nowhere/../x` is not `x`. A device or a pipe stays what it is.
    """
    for _ in range(_MOST_LINKS):
        if _is_there(output):
            with suppress(OSError):
                return Path(os.path.realpath(output, strict=True))
            return output  # an open file without a name of its own
        output.parent.stat()
        place = Path(os.path.realpath(output.parent, strict=True), output.name)
        if not place.is_symlink():
            return place
        output = place.parent / place.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except FileNotFoundError:
        return False
    return True
