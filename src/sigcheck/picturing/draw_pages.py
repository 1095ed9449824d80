"""The process that draws: PDFium and Pillow are loaded, every right is given away, and only then is the document read. Of two
documents it says where their pages look different.

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
    from collections.abc import Iterator

    from PIL.Image import Image
    from pypdfium2 import PdfDocument

FRAME: Final = struct.Struct(">cIddI")
"""What follows, the page from 1, its width and height in points as shown, and how many octets come behind."""
PICTURE: Final = b"P"
MISSING: Final = b"M"
"""Behind it stands the reason, a value of picture.Missing. Page 0: the document as a whole."""
DIFFERENCE: Final = b"D"
"""Of two documents: the number of the pair, from 1, with the size of the first one's page; behind it REGIONs."""
REGION: Final = struct.Struct(">4d")
"""Left, top, right, bottom in points from the upper left corner of the page as shown."""
END: Final = b"E"
LENGTH: Final = struct.Struct(">I")
"""Of the order, which stands in JSON before the document."""

QUALITY: Final = 60
"""Of WebP: small print stays readable, and a page of text has 50 to 80 KB."""
MOST_PIXELS_PER_POINT: Final = 4.0
"""Small pages are not blown up further."""
LONGEST_DRAWN: Final = 1e6
"""Points as PDFium counts them: a page's own unit may make it longer than 14,400. What claims to be longer is no page."""

SAME_SHADE: Final = 40
"""Of 255: fonts that are embedded anew are smoothed a little otherwise, and nobody sees it."""
CELLS: Final = (12, 24, 48)
"""Pixels of a grid's cells: differences nearer than that are one region."""
MOST_REGIONS: Final = 12
"""Of one page; where there are more, one region holds them all."""
SAME_SIZE: Final = 1.0
"""Points by which the sizes of two pages may differ that are compared."""

Region = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


def main() -> None:
    """Draw one document."""
    sys.path += sys.argv[1:]
    try:
        import pypdfium2  # noqa: PLC0415 - the extra may be missing, or not fit this system
        from PIL import Image, ImageChops  # noqa: F401, PLC0415 - as above; the second is used where pages are compared

        Image.new("RGB", (1, 1)).save(io.BytesIO(), "WEBP")  # whatever Pillow loads late is loaded now
    except (ImportError, OSError, KeyError):
        _missing(0, "not-installed")
        return
    order = json.loads(_read(LENGTH.unpack(_read(LENGTH.size))[0]))
    _give_rights_away(order)
    try:
        documents = [_read(octets) for octets in order["octets"]]
        if [len(one) for one in documents] != order["octets"]:
            _missing(0, "unreadable")
        elif len(documents) == 1:
            _document(pypdfium2, documents[0], order)
        else:
            _differences(pypdfium2, documents, order)
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
    pdf = _opened(pypdfium2, octets, order)
    if pdf is None:
        return
    for page in order["pages"]:
        with _told_as_missing(pypdfium2, page):
            _page(pdf, page, order)


def _opened(pypdfium2: Any, octets: bytes, order: dict[str, Any]) -> PdfDocument | None:
    """The document; None, which is then said, where PDFium does not read it."""
    try:
        pdf: PdfDocument = pypdfium2.PdfDocument(octets, password=order["password"])
        if not pypdfium2.PDFIUM_INFO.flags:  # builds with V8 or XFA could run a form's scripts: without its fields there
            pdf.init_forms()
        len(pdf)
    except pypdfium2.PdfiumError as error:
        _missing(0, "password" if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD else "unreadable")
        return None
    return pdf


@contextlib.contextmanager
def _told_as_missing(pypdfium2: Any, page: int) -> Iterator[None]:
    """What cannot be drawn is said of this page, and the next one is drawn."""
    try:
        yield
    except IndexError:
        _missing(page, "no-such-page")
    except MemoryError:
        _missing(page, "memory")
    except (pypdfium2.PdfiumError, ValueError):
        _missing(page, "unreadable")


def _page(pdf: PdfDocument, page: int, order: dict[str, Any]) -> None:
    bitmap, width, height = _drawn(pdf, page, order)
    encoded = io.BytesIO()
    bitmap.save(encoded, "WEBP", quality=QUALITY)
    if encoded.tell() > order["picture_octets"]:
        _missing(page, "too-large")
    else:
        _said(PICTURE, page, encoded.getvalue(), width, height)


def _drawn(pdf: PdfDocument, page: int, order: dict[str, Any]) -> tuple[Image, float, float]:
    """The page, and its size in points. Raises IndexError beyond the last page, ValueError for what is no page."""
    if page > len(pdf):
        raise IndexError(page)
    sheet = pdf[page - 1]
    width, height = sheet.get_size()
    if not all(0 < side <= LONGEST_DRAWN for side in (width, height)):
        raise ValueError(page)
    scale = min(order["long_side"] / max(width, height), MOST_PIXELS_PER_POINT)
    bitmap = sheet.render(scale=scale, limit_image_cache=True).to_pil()
    sheet.close()
    return bitmap, width, height


def _differences(pypdfium2: Any, documents: list[bytes], order: dict[str, Any]) -> None:
    """Where the pages of each pair differ; pairs of pages of different sizes are not compared, and missing."""
    first, second = (_opened(pypdfium2, octets, order) for octets in documents)
    if first is None or second is None:
        return
    for number, (one, other) in enumerate(order["pages"], start=1):
        with _told_as_missing(pypdfium2, number):
            before, width, height = _drawn(first, one, order)
            after, *size = _drawn(second, other, order)
            if abs(size[0] - width) > SAME_SIZE or abs(size[1] - height) > SAME_SIZE:
                _missing(number, "other-size")
                continue
            regions = _regions(before, after if after.size == before.size else after.resize(before.size))
            across, down = width / before.size[0], height / before.size[1]
            scaled = [(left * across, top * down, right * across, bottom * down) for left, top, right, bottom in regions]
            _said(DIFFERENCE, number, b"".join(REGION.pack(*region) for region in scaled), width, height)


def _regions(before: Image, after: Image) -> list[Region]:
    """Rectangles in pixels around what differs, on a grid that is coarse enough to have few of them."""
    from PIL import ImageChops  # noqa: PLC0415 - loaded before the rights were given away

    red, green, blue = ImageChops.difference(before.convert("RGB"), after.convert("RGB")).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    marked = most.point([0] * SAME_SHADE + [255] * (256 - SAME_SHADE))
    whole = marked.getbbox()
    if whole is None:
        return []
    for cell in CELLS:
        found = _joined([_tight(marked, part) for part in _parts(marked, whole, cell)])
        if len(found) <= MOST_REGIONS:
            return found
    return [whole]


def _parts(marked: Image, whole: Region, cell: int) -> Iterator[Region]:
    """Cells in which anything is marked, those that touch, if only at a corner, taken together."""
    left, top, right, bottom = whole
    waiting = {
        (x, y)
        for y in range(top, bottom, cell)
        for x in range(left, right, cell)
        if marked.crop((x, y, min(x + cell, right), min(y + cell, bottom))).getbbox()
    }
    while waiting:
        part, growing = [], [waiting.pop()]
        while growing:
            x, y = growing.pop()
            part.append((x, y))
            near = {(x + i * cell, y + j * cell) for i in (-1, 0, 1) for j in (-1, 0, 1)} & waiting
            waiting -= near
            growing += near
        columns, rows = zip(*part, strict=True)
        yield min(columns), min(rows), min(max(columns) + cell, right), min(max(rows) + cell, bottom)


def _tight(marked: Image, part: Region) -> Region:
    left, top, right, bottom = marked.crop(part).getbbox() or (0, 0, part[2] - part[0], part[3] - part[1])
    return part[0] + left, part[1] + top, part[0] + right, part[1] + bottom


def _joined(regions: list[Region]) -> list[Region]:
    """Regions that overlap are one; from top to bottom."""
    apart: list[Region] = []
    for region in regions:
        one = region
        while near := next((other for other in apart if _overlap(one, other)), None):
            apart.remove(near)
            one = min(one[0], near[0]), min(one[1], near[1]), max(one[2], near[2]), max(one[3], near[3])
        apart.append(one)
    return sorted(apart, key=lambda region: (region[1], region[0]))


def _overlap(one: Region, other: Region) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _read(octets: int) -> bytes:
    return sys.stdin.buffer.read(octets)


def _missing(page: int, reason: str) -> None:
    _said(MISSING, page, reason.encode("ascii"))


def _said(kind: bytes, page: int, octets: bytes = b"", width: float = 0.0, height: float = 0.0) -> None:
    sys.stdout.buffer.write(FRAME.pack(kind, page, width, height, len(octets)) + octets)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
