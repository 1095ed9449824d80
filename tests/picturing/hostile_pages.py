"""PDF files that are hard to draw, made by hand: pages of one content stream with what it needs."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
CATALOG = b"<</Type /Catalog /Pages 2 0 R>>"


def written(objects: Mapping[int, bytes]) -> bytes:
    """A file of these objects, with a classic cross-reference table."""
    content = bytearray(HEAD)
    offsets = {}
    for number, text in sorted(objects.items()):
        offsets[number] = len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    at = len(content)
    content += b"xref\n0 1\n0000000000 65535 f \n"
    for number, offset in offsets.items():
        content += b"%d 1\n%010d 00000 n \n" % (number, offset)
    return bytes(content + b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (max(objects) + 1, at))


def stream(entries: bytes, data: bytes, *, packed: bool = False) -> bytes:
    if packed:
        data, entries = zlib.compress(data, 9), entries + b" /Filter /FlateDecode"
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def one_page(
    drawn: bytes,
    resources: bytes = b"",
    more: Mapping[int, bytes] | None = None,
    *,
    page: bytes = b"",
    media: bytes = b"[0 0 595 842]",
    catalog: bytes = CATALOG,
) -> bytes:
    """A page that shows `drawn`."""
    objects = {
        1: catalog,
        2: b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        3: b"<</Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R /Resources <<%s>> %s>>" % (media, resources, page),
        4: stream(b"", drawn),
    }
    return written(objects | dict(more or {}))


BLACK_SQUARE = b"0 0 0 rg 100 100 200 200 re f"
IMAGE = b"/Type /XObject /Subtype /Image"
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
DRAW = b"q 500 0 0 700 0 0 cm /X Do Q"


def large_image(side: int) -> bytes:
    """An image of side × side pixels in colour, of a few octets: zeros behind Flate twice."""
    row = zlib.compress(b"\0" * (1 << 20), 9)
    rows = zlib.compress(row * (3 * side * side // (1 << 20) // 64 + 1), 9)
    entries = b"%s /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8" % (IMAGE, side, side)
    packed = b"<<%s /Filter [/FlateDecode /FlateDecode] /Length %d>>\nstream\n%s\nendstream" % (entries, len(rows), rows)
    return one_page(DRAW, b"/XObject <</X 5 0 R>>", {5: packed})


def zip_bomb(megabytes: int) -> bytes:
    """A content stream of so many megabytes, every one of which draws."""
    return one_page(b"", more={4: stream(b"", b"0 0 9 9 re f\n" * (megabytes * 80_000), packed=True)})


def nested_forms(depth: int, width: int) -> bytes:
    """Each form draws the next one `width` times: width to the power of depth."""
    last = 5 + depth
    more = {
        number: stream(FORM + b" /Resources <</XObject <</X %d 0 R>>>>" % (number + 1), b"/X Do " * width)
        for number in range(5, last)
    }
    more[last] = stream(FORM, b"0 0 1 1 re f")
    return one_page(b"/X Do", b"/XObject <</X 5 0 R>>", more)


def form_in_itself() -> bytes:
    return one_page(
        b"/X Do", b"/XObject <</X 5 0 R>>", {5: stream(FORM + b" /Resources <</XObject <</X 5 0 R>>>>", b"/X Do " * 4)}
    )


def pattern_bomb() -> bytes:
    """A tile of a thousandth of a point, over the whole page, and a pattern within it."""
    tile = b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 .001 .001] /XStep .001 /YStep .001"
    inner = b" /Resources <</Pattern <</P 6 0 R>>>>"
    return one_page(
        b"/Pattern cs /P scn 0 0 595 842 re f",
        b"/Pattern <</P 5 0 R>>",
        {
            5: stream(tile + inner, b"/Pattern cs /P scn 0 0 1 1 re f"),
            6: stream(tile + b" /Resources <<>>", b"1 0 0 rg 0 0 1 1 re f"),
        },
    )


def jbig2_bomb() -> bytes:
    """A page of 2^31 × 2^31 pixels (ISO 14492, 7.4.8), and a generic region of the same size."""
    size = b"\x7f\xff\xff\xff" * 2
    page = b"\0\0\0\0\x30\0\x01\0\0\0\x13" + size + b"\0" * 8 + b"\0\0\0"
    region = (
        b"\0\0\0\x01\x26\0\x01\0\0\0\x20" + size + b"\0" * 8 + b"\0" + b"\x00" + b"\x03\xff\xfd\xff\x02\xfe\xfe\xfe" + b"\xff" * 6
    )
    entries = IMAGE + b" /Width 2147483647 /Height 2147483647 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode"
    return one_page(DRAW, b"/XObject <</X 5 0 R>>", {5: stream(entries, page + region)})


def jpx_bomb() -> bytes:
    """A code stream of JPEG 2000 that claims 2^31 × 2^31 pixels in 16,384 components (ISO 15444-1, A.5.1)."""
    size = b"\x7f\xff\xff\xff" * 2 + b"\0" * 8 + b"\x7f\xff\xff\xff" * 2 + b"\0" * 8 + b"\x40\x00" + b"\x07\x01\x01" * 16384
    siz = b"\xff\x51" + (min(len(size) + 4, 65535)).to_bytes(2, "big") + b"\0\0" + size
    code = (
        b"\xff\x4f" + siz + b"\xff\x52\0\x0c\0\0\0\x01\0\x05\x04\x04\0\x01" + b"\xff\x90\0\x0a\0\0\0\0\0\0\0\x01\xff\x93\xff\xd9"
    )
    entries = IMAGE + b" /Width 2147483647 /Height 2147483647 /Filter /JPXDecode"
    return one_page(DRAW, b"/XObject <</X 5 0 R>>", {5: stream(entries, code)})


def reaching_out(address: str, file: str) -> bytes:
    """Whatever a reader could follow: scripts on opening, links to run and to fetch, pictures that lie elsewhere."""
    where, path = address.encode(), file.encode()
    script = b"<</S /JavaScript /JS (app.launchURL('%s'); this.getField('T').value = 'ran';)>>" % where
    remote = b"<</FS /URL /F (%s)>>" % where
    actions = (
        script,
        b"<</S /URI /URI (%s)>>" % where,
        b"<</S /GoToR /F (%s) /D [0 /Fit]>>" % path,
        b"<</S /Launch /F (%s)>>" % path,
        b"<</S /SubmitForm /F %s>>" % remote,
        b"<</S /ImportData /F (%s)>>" % path,
    )
    links = b" ".join(
        b"<</Type /Annot /Subtype /Link /Rect [0 %d 500 %d] /A %s /AA <</PO %s /PV %s>>>>" % (n * 9, n * 9 + 9, one, one, one)
        for n, one in enumerate(actions)
    )
    field = (
        b"<</Type /Annot /Subtype /Widget /FT /Tx /T (T) /V (as it was) /Rect [9 700 300 730] /DA (/Helv 20 Tf) /AA <</F %s>>>>"
    )
    image = IMAGE + b" /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /F %s"
    more = {
        5: b"<<%s /Length 0>>\nstream\n\nendstream" % (image % remote),
        6: b"<<%s /Length 0>>\nstream\n\nendstream" % (image % (b"(%s)" % path)),
        7: field % script,
    }
    catalog = b"<</Type /Catalog /Pages 2 0 R /OpenAction %s /AA <</WC %s>> /AcroForm <</Fields [7 0 R] /NeedAppearances true>>>>"
    page = b"/Annots [7 0 R %s] /AA <</O %s /C %s>>" % (links, script, script)
    drawn = BLACK_SQUARE + b" " + DRAW + b" q 9 0 0 9 0 0 cm /Y Do Q"
    return one_page(drawn, b"/XObject <</X 5 0 R /Y 6 0 R>>", more, page=page, catalog=catalog % (script, script))


def slow_page() -> bytes:
    """A transparent group over the whole page, blended ten thousand times."""
    more = {
        5: stream(
            FORM + b" /Group <</S /Transparency /I true /K true>> /Resources <</ExtGState <</G 6 0 R>>>>",
            b"/G gs 0 0 595 842 re f",
        ),
        6: b"<</Type /ExtGState /ca .01 /BM /Luminosity>>",
    }
    return one_page(b"/G gs /X Do\n" * 10_000, b"/XObject <</X 5 0 R>> /ExtGState <</G 6 0 R>>", more)
