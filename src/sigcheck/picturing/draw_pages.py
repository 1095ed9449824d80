"""The process that draws: PDFium and Pillow are loaded, every right is given away, and only then is the document read.

It is started by its path with `python -I`, and imports nothing of sigcheck. What is asked comes in by standard input, pictures go
out by standard output (FRAME). Standard error is nobody's.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import signal
import struct
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

FRAME: Final = struct.Struct(">cIddI")
"""What follows, the page from 1, its width and height in points as shown, and how many octets come behind."""
PICTURE: Final = b"P"
MISSING: Final = b"M"
"""Behind it stands the reason, a value of picture.Missing. Page 0: the document as a whole."""
END: Final = b"E"
LENGTH: Final = struct.Struct(">I")
"""Of the order, which stands in JSON before the document."""

QUALITY: Final = 60
"""Of WebP: small print stays readable, and a page of text has 50 to 80 KB."""
MOST_PIXELS_PER_POINT: Final = 4.0
"""Small pages are not blown up further."""
LONGEST_SIDE: Final = 1e6
"""Points; what claims to be longer is no page."""


def main() -> None:
    """Draw one document."""
    sys.path += sys.argv[1:]
    try:
        import pypdfium2  # noqa: PLC0415 - the extra may be missing, or not fit this system
        from PIL import Image  # noqa: PLC0415 - as above

        Image.new("RGB", (1, 1)).save(io.BytesIO(), "WEBP")  # whatever Pillow loads late is loaded now
    except (ImportError, OSError, KeyError):
        _missing(0, "not-installed")
        return
    order = json.loads(_read(LENGTH.unpack(_read(LENGTH.size))[0]))
    _give_rights_away(order)
    try:
        octets = _read(order["octets"])
        if len(octets) == order["octets"]:
            _document(pypdfium2, octets, order)
        else:
            _missing(0, "unreadable")
    except MemoryError:
        _missing(0, "memory")
    _said(END, 0)


def _give_rights_away(order: dict[str, Any]) -> None:
    """No file or socket can be opened from here on, nothing written but to what is open, no process started.

    Systems without these limits have the caller's wall clock alone.
    """
    try:
        import resource  # noqa: PLC0415 - only some systems have it
    except ImportError:
        return
    seconds = math.ceil(order["seconds"])
    limits = {
        resource.RLIMIT_AS: order["memory_octets"],
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 0,
    }
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - only here; PDFium's library has loaded it

        system = ctypes.CDLL(None)
        system.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
        system.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: it ends with its caller
    signal.alarm(seconds + 1)
    for kind, most in limits.items():
        soft, hard = resource.getrlimit(kind)
        least = min([most, *(had for had in (soft, hard) if had != resource.RLIM_INFINITY)])
        with contextlib.suppress(ValueError, OSError):  # a limit that this system does not know
            resource.setrlimit(kind, (least, least))


def _document(pypdfium2: Any, octets: bytes, order: dict[str, Any]) -> None:
    """Every page that is asked for, or why it is missing."""
    try:
        pdf = pypdfium2.PdfDocument(octets, password=order["password"])
        if not pypdfium2.PDFIUM_INFO.flags:  # builds with V8 or XFA could run a form's scripts: without its fields there
            pdf.init_forms()
        count = len(pdf)
    except pypdfium2.PdfiumError as error:
        _missing(0, "password" if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD else "unreadable")
        return
    for page in order["pages"]:
        try:
            if page > count:
                _missing(page, "no-such-page")
            else:
                _page(pdf, page, order)
        except MemoryError:
            _missing(page, "memory")
        except (pypdfium2.PdfiumError, ValueError):
            _missing(page, "unreadable")


def _page(pdf: PdfDocument, page: int, order: dict[str, Any]) -> None:
    sheet = pdf[page - 1]
    width, height = sheet.get_size()
    if not all(0 < side <= LONGEST_SIDE for side in (width, height)):
        _missing(page, "unreadable")
        return
    scale = min(order["long_side"] / max(width, height), MOST_PIXELS_PER_POINT)
    bitmap = sheet.render(scale=scale, limit_image_cache=True)
    encoded = io.BytesIO()
    bitmap.to_pil().save(encoded, "WEBP", quality=QUALITY)
    sheet.close()
    if encoded.tell() > order["picture_octets"]:
        _missing(page, "too-large")
    else:
        _said(PICTURE, page, encoded.getvalue(), width, height)


def _read(octets: int) -> bytes:
    return sys.stdin.buffer.read(octets)


def _missing(page: int, reason: str) -> None:
    _said(MISSING, page, reason.encode("ascii"))


def _said(kind: bytes, page: int, octets: bytes = b"", width: float = 0.0, height: float = 0.0) -> None:
    sys.stdout.buffer.write(FRAME.pack(kind, page, width, height, len(octets)) + octets)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
