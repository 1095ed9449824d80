"""Pages of typewriter text. No font program is embedded: glyph names say which letter a code is, ToUnicode says it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generator.pdf import Name, Pdf, Raw, Ref, Stream, serialise

WIDTH, HEIGHT = 595, 842
LINES_A_PAGE = 60
LEADING = 12.5
TO_UNICODE = (
    b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CMapName/U def/CMapType 2 def\n"
    b"1 begincodespacerange<00><FF>endcodespacerange\n1 beginbfrange<20><7E><0020>endbfrange\n%sendcmap end end\n"
)


@dataclass(slots=True)
class Letter:
    """A document under construction, and the objects that signing must reach."""

    pdf: Pdf
    font: Ref
    codes: dict[str, int]
    """Letter to code of the font."""
    pages: list[Ref]
    contents: list[Ref]
    form: Ref | None = None
    """The AcroForm dictionary, once there is one."""


def letter(pdf: Pdf, lines: Sequence[str], also: str = "") -> Letter:
    """A document of as many pages as the lines need, committed as its first revision; `also` has letters for later texts."""
    codes = _codes("".join(lines) + also)
    font = _font(pdf, codes)
    tree = pdf.add(None)
    pages, contents = [], []
    for start in range(0, max(len(lines), 1), LINES_A_PAGE):
        content = pdf.add(Stream({}, page_content(codes, lines[start : start + LINES_A_PAGE])))
        page = {
            "Type": Name("Page"),
            "Parent": tree,
            "MediaBox": [0, 0, WIDTH, HEIGHT],
            "Resources": {"Font": {"F1": font}},
            "Contents": content,
        }
        pages.append(pdf.add(page))
        contents.append(content)
    pdf.put(tree, {"Type": Name("Pages"), "Kids": list(pages), "Count": len(pages)})
    pdf.root = pdf.add({"Type": Name("Catalog"), "Pages": tree})
    pdf.info = pdf.add({"Producer": pdf.producer})
    if pdf.encryption:
        pdf.put(Ref(pdf.encryption.number), pdf.encryption.dictionary)
    pdf.commit()
    return Letter(pdf, font, codes, pages, contents)


def page_content(codes: dict[str, int], lines: Sequence[str], size: float = 9.5) -> bytes:
    """A content stream that shows the lines from the top of the page."""
    shown = [b"BT /F1 %g Tf %g TL 56 %d Td" % (size, LEADING, HEIGHT - 56)]
    shown += [text(codes, line) + b" Tj T*" for line in lines]
    return b"\n".join([*shown, b"ET"])


def text(codes: dict[str, int], line: str) -> bytes:
    """A literal string of the font's codes."""
    return serialise(bytes(codes[letter] for letter in line))


def text_appearance(document: Letter, lines: Sequence[str], width: float, height: float) -> Ref:
    """A form XObject of text alone, as number, day and month stamps are."""
    size = min(9.0, height / max(len(lines), 1) * 0.8)
    shown = [b"BT /F1 %g Tf %g TL 1 %g Td" % (size, size * 1.2, height - size)]
    shown += [text(document.codes, line) + b" Tj T*" for line in lines]
    return document.pdf.add(form({"Font": {"F1": document.font}}, width, height, b"\n".join([*shown, b"ET"])))


def seal_appearance(pdf: Pdf, width: float, height: float) -> Ref:
    """A form XObject that shows an image: a red square of 8 × 8 dots stands in for the round seal."""
    dots = bytes([0x3C, 0x42, 0x99, 0xA5, 0xA5, 0x99, 0x42, 0x3C])
    entries: dict[str, Any] = {"Type": Name("XObject"), "Subtype": Name("Image"), "Width": 8, "Height": 8, "BitsPerComponent": 1}
    palette = [Name("Indexed"), Name("DeviceRGB"), 1, Raw(b"<ffffffcc0000>")]
    image = pdf.add(Stream(entries | {"ColorSpace": palette}, dots, compress=False))
    return pdf.add(form({"XObject": {"img0": image}}, width, height, b"q %g 0 0 %g 0 0 cm /img0 Do Q" % (width, height)))


def form(resources: dict[str, Any], width: float, height: float, content: bytes) -> Stream:
    """A form XObject with its box at the origin."""
    entries = {"Type": Name("XObject"), "Subtype": Name("Form"), "BBox": [0, 0, width, height], "Resources": resources}
    return Stream(entries, content)


def _codes(letters: str) -> dict[str, int]:
    codes = {chr(code): code for code in range(0x20, 0x7F)}
    for letter_ in sorted(set(letters) - set(codes)):
        codes[letter_] = len(codes) + 0x20
    return codes


def _font(pdf: Pdf, codes: dict[str, int]) -> Ref:
    base = Name("CourierNewPSMT")
    descriptor = {"Type": Name("FontDescriptor"), "FontName": base, "Flags": 33, "FontBBox": [-122, -680, 623, 1021]}
    descriptor |= {"ItalicAngle": 0, "Ascent": 832, "Descent": -300, "CapHeight": 571, "StemV": 82, "MissingWidth": 600}
    named = sorted((code, ord(letter_)) for letter_, code in codes.items() if code > 0x7E)
    differences = [0x7F, *(Name(f"uni{point:04X}") for _, point in named)]
    mapped = b"".join(b"<%02X><%04X>" % pair for pair in named)
    table = b"%d beginbfchar%sendbfchar\n" % (len(named), mapped) if named else b""
    font = {"Type": Name("Font"), "Subtype": Name("TrueType"), "BaseFont": base, "FirstChar": 32, "LastChar": 32, "Widths": [600]}
    font |= {"FontDescriptor": pdf.add(descriptor), "ToUnicode": pdf.add(Stream({}, TO_UNICODE % table))}
    return pdf.add(
        font | {"Encoding": {"Type": Name("Encoding"), "BaseEncoding": Name("WinAnsiEncoding"), "Differences": differences}}
    )
