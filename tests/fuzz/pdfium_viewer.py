"""What PDFium draws, in a process that may crash or hang without harm: started once, and again after an end that it made itself.

As a program it answers, for each document on its standard input, with a digest of its pages as small pictures, or `failed`.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib.util
import struct
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Timer
from typing import BinaryIO

SCALE = 0.4
"""Pixels a point: what was painted over a line of text still shows."""
MOST_PIXELS = 4_000_000
SECONDS = 20
_ORDER = struct.Struct("<IIBI")
"""Octets of the document and of the password, whether annotations are drawn, and the last page."""
_FAILED = b"failed"


def installed() -> bool:
    return importlib.util.find_spec("pypdfium2") is not None


class _Viewer:
    """The process, and the pipe to it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.end)

    def digest(self, content: bytes, password: str | None, *, annotations: bool, pages: int) -> str:
        """A digest of the pages, or `failed` where PDFium reads none, crashes, or takes too long."""
        process = self._started()
        timer = Timer(SECONDS, process.kill)
        timer.start()
        secret = (password or "").encode()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(_ORDER.pack(len(content), len(secret), annotations, pages) + secret + content)
            process.stdin.flush()
            answer = process.stdout.readline().strip().decode()
        except OSError:
            answer = ""
        finally:
            timer.cancel()
        if not answer:
            self.end()
        return answer or _FAILED.decode()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            own = [sys.executable, str(Path(__file__).resolve())]
            self._process = subprocess.Popen(own, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return self._process

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
            self._process = None


@cache
def viewer() -> _Viewer:
    """One for each process that asks."""
    return _Viewer()


def _drawn(content: bytes, password: str, *, annotations: bool, pages: int) -> bytes:
    from pypdfium2 import PdfDocument, PdfiumError  # noqa: PLC0415 - only in the process that draws

    digest = hashlib.sha256()
    try:
        with PdfDocument(content, password=password or None) as document:
            if annotations:
                document.init_forms()
            digest.update(b"%d" % len(document))
            for index in range(min(len(document), pages)):
                page = document[index]
                width, height = page.get_size()
                scale = min(SCALE, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
                picture = page.render(scale=scale, may_draw_forms=annotations, draw_annots=annotations)
                digest.update(b"%dx%d" % (picture.width, picture.height) + bytes(picture.buffer))
    except (PdfiumError, ValueError, OSError):
        return _FAILED
    return digest.hexdigest().encode()


def main(asked: BinaryIO, answers: BinaryIO) -> None:
    while len(order := asked.read(_ORDER.size)) == _ORDER.size:
        length, secret, annotations, pages = _ORDER.unpack(order)
        password = asked.read(secret).decode()
        answers.write(_drawn(asked.read(length), password, annotations=bool(annotations), pages=pages) + b"\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
