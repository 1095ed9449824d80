"""Pages to pictures: one process for each document, which gets its bytes and may do nothing but draw them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any, Final

from msgspec import Struct

from sigcheck.engine.bytesource import ByteSource, MemorySource, chunks
from sigcheck.picturing.draw_pages import END, FRAME, LENGTH, LONGEST_DRAWN, PICTURE
from sigcheck.picturing.draw_pages import __file__ as PROGRAM  # noqa: N812 - a module's own name is no constant's
from sigcheck.picturing.picture import Missing, PagePicture, Pictured

LIBRARIES: Final = ("pypdfium2", "pypdfium2_raw", "PIL")
KEPT_VARIABLES: Final = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Of the environment: what Python itself may need to start."""
GRACE_SECONDS: Final = 5.0
"""What an ended process has to be gone."""
MEDIA_TYPE: Final = "image/webp"


class PictureLimits(Struct, frozen=True):
    """What drawing one document may cost."""

    pages: int = 24
    file_octets: int = 128 * 1024**2
    long_side: int = 1_000
    """Pixels of a picture's longer side."""
    seconds: float = 20.0
    """Of the wall clock, for all pages together, the start of the process included."""
    memory_octets: int = 512 * 1024**2
    """Address space of the process, where the system can limit it. A page of A3 scanned in colour with 600 dpi takes 350 MB."""
    picture_octets: int = 1024**2
    """Of one picture."""


DEFAULT_LIMITS: Final = PictureLimits()


def picture_pages(
    document: bytes | ByteSource, pages: Sequence[int], *, password: str | None = None, limits: PictureLimits = DEFAULT_LIMITS
) -> Pictured:
    """Pictures of these pages (from 1), those that could be drawn; never raises for anything in the document.

    It blocks for `limits.seconds` and the grace to end a process at most.
    """
    wanted = sorted({page for page in pages if page > 0})
    asked = wanted[: limits.pages]
    if not asked:
        return Pictured()
    folders = library_folders()
    if folders is None or not sys.executable:
        return Pictured(missing=Missing.NOT_INSTALLED)
    source = MemorySource(document) if isinstance(document, bytes) else document
    try:
        octets = source.size
    except OSError:
        return Pictured(missing=Missing.UNREADABLE)
    if octets > limits.file_octets:
        return Pictured(missing=Missing.TOO_LARGE)
    said, ended = answer(folders, {"pages": asked, "password": password, "octets": [octets]}, (source,), limits)
    drawn, missing = _understood(said, asked, limits)
    if len(drawn) < len(asked):
        return Pictured(drawn, missing or ended or Missing.CRASHED)
    return Pictured(drawn, Missing.PAGE_LIMIT if len(wanted) > len(asked) else None)


def library_folders() -> list[str] | None:
    """Where the libraries lie, which are not imported here; None when one is missing. `-I` leaves some of these folders out."""
    found = []
    for name in LIBRARIES:
        try:
            module = find_spec(name)
        except (ImportError, ValueError):
            return None
        if module is None or module.origin is None:
            return None
        found.append(str(Path(module.origin).parent.parent))
    return list(dict.fromkeys(found))


def answer(
    folders: list[str], order: dict[str, Any], sources: Sequence[ByteSource], limits: PictureLimits
) -> tuple[bytes, Missing | None]:
    """What the process wrote, at most as much as the pictures may have, and why it did not come to its end."""
    order |= {name: getattr(limits, name) for name in ("long_side", "seconds", "memory_octets", "picture_octets")}
    try:
        process = subprocess.Popen(  # noqa: S603 - this Python, a file of ours, and folders where Python finds its libraries
            [sys.executable, "-I", PROGRAM, *folders],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError):
        return b"", Missing.CRASHED
    said, most = bytearray(), limits.pages * (limits.picture_octets + FRAME.size) + 1024
    hearing = Thread(target=_hear, args=(process, said, most), daemon=True)
    telling = Thread(target=_tell, args=(process, json.dumps(order).encode(), sources), daemon=True)
    try:
        telling.start()
        hearing.start()
        hearing.join(limits.seconds)
        late = hearing.is_alive()
        if not late:
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_SECONDS)
    finally:
        process.kill()
        telling.join(GRACE_SECONDS)
        hearing.join(GRACE_SECONDS)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
    return bytes(said), Missing.TIME if late else _why_ended(process.returncode)


def _hear(process: subprocess.Popen[bytes], said: bytearray, most: int) -> None:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    with suppress(OSError, ValueError), process.stdout as output:
        while len(said) < most and (piece := output.read1(64 * 1024)):  # type: ignore[attr-defined]  # a BufferedReader
            said += piece


def _tell(process: subprocess.Popen[bytes], order: bytes, sources: Sequence[ByteSource]) -> None:
    """The order and the documents. What cannot be read comes short, and the process says so."""
    assert process.stdin is not None  # noqa: S101 - it was asked for
    with suppress(OSError, ValueError), process.stdin as written:
        written.write(LENGTH.pack(len(order)) + order)
        for source in sources:
            for piece in chunks(source, 0, source.size):
                written.write(piece)


_ENDS: Final = {
    "SIGXCPU": Missing.TIME,
    "SIGALRM": Missing.TIME,
    "SIGKILL": Missing.MEMORY,  # of a system or container that has none left
    "SIGABRT": Missing.MEMORY,  # PDFium's own end when it gets none
}


def _why_ended(code: int | None) -> Missing | None:
    """By its exit code; negative is a signal's number. Systems without signals tell a crash alone."""
    if code == 0:
        return None
    name = next((one.name for one in signal.Signals if one.value == -(code or 0)), "")
    return _ENDS.get(name, Missing.CRASHED)


def _understood(said: bytes, asked: Sequence[int], limits: PictureLimits) -> tuple[tuple[PagePicture, ...], Missing | None]:
    """The pictures that were asked for and have their form, each once; the first reason why one is missing."""
    found: dict[int, PagePicture] = {}
    missing: Missing | None = None
    for kind, page, width, height, octets in frames(said, limits):
        if kind != PICTURE:
            missing = missing or reason_of(octets)
        elif page in asked and _is_picture(octets) and all(0 < side <= LONGEST_DRAWN for side in (width, height)):
            found[page] = PagePicture(page, width, height, MEDIA_TYPE, octets)
    return tuple(found[page] for page in sorted(found)), missing


def frames(said: bytes, limits: PictureLimits) -> Iterator[tuple[bytes, int, float, float, bytes]]:
    """What was written whole, up to the end or to what is too long."""
    at = 0
    while at + FRAME.size <= len(said):
        kind, page, width, height, length = FRAME.unpack_from(said, at)
        at += FRAME.size
        if kind == END or length > limits.picture_octets or at + length > len(said):
            return
        yield kind, page, width, height, said[at : at + length]
        at += length


def _is_picture(octets: bytes) -> bool:
    return octets[:4] == b"RIFF" and octets[8:12] == b"WEBP"


def reason_of(octets: bytes) -> Missing:
    try:
        return Missing(octets.decode("ascii", "replace"))
    except ValueError:
        return Missing.CRASHED
