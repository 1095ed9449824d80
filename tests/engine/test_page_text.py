"""Where a page shows text and images, and what covers them."""

from __future__ import annotations

import pytest
from updated_pdf import BASE, form_xobject, page, signed, stream

from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.change_rules.page_text import Shown, covers, shown_on
from sigcheck.engine.pdf.objects import Reference
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf


def shown(content: bytes, more: dict[int, bytes] | None = None, *, resources: bytes = b"7 0 R") -> Shown | None:
    pdf = open_pdf(MemorySource(bytes(signed({6: stream(content), 3: page(resources=resources), **(more or {})}).content)))
    assert isinstance(pdf, PdfFile)
    return shown_on(pdf, Reference(3, 0), 1)


@pytest.mark.parametrize(
    ("content", "left", "bottom"),
    [
        (b"BT /F1 10 Tf 100 200 Td (ab) Tj ET", 100, 200),
        (b"BT /F1 10 Tf 1 0 0 1 100 200 Tm [(a) -500 (b)] TJ ET", 100, 200),
        (b"q 2 0 0 2 10 20 cm BT /F1 5 Tf 45 90 Td (ab) Tj ET Q", 100, 200),
        (b"BT /F1 10 Tf 12 TL 100 212 Td T* (ab) Tj ET % end", 100, 200),
        (b"BT /F1 10 Tf 12 TL 100 212 Td (ab) ' ET", 100, 200),
        (b"q 1 0 0 1 500 500 cm Q BT /F1 10 Tf 100 220 TD 0 -20 TD (ab) Tj ET", 100, 200),
    ],
)
def test_text_is_where_it_is_shown(content: bytes, left: int, bottom: int) -> None:
    found = shown(content)
    assert found is not None
    assert found.texts[0][:2] == pytest.approx((left, bottom))
    assert covers((left - 1, bottom - 1, left + 12, bottom + 12), found)
    assert not covers((left - 1, bottom + 12, left + 12, bottom + 40), found)


def test_text_in_a_form_xobject_counts() -> None:
    form = form_xobject(b"BT /F1 10 Tf 10 10 Td (ab) Tj ET", b"/Matrix [1 0 0 1 90 190]")
    found = shown(b"q /Logo Do Q", {12: form})
    assert found is not None
    assert found.texts[0][:2] == pytest.approx((100, 200))


def test_two_octets_a_glyph() -> None:
    found = shown(b"BT /F1 10 Tf 0 0 Td <00410042> Tj ET", {8: b"<</Type /Font /Subtype /Type0>>"})
    assert found is not None
    assert found.texts[0] == pytest.approx((0, 0, 10, 10))


def test_an_image_is_covered_when_half_of_it_is() -> None:
    found = shown(b"q 100 0 0 50 10 20 cm /Logo Do Q", {12: stream(b"", b"/Subtype /Image")})
    assert found == Shown((), ((10, 20, 110, 70),))
    assert covers((0, 0, 80, 80), found)
    assert not covers((0, 0, 40, 80), found)


def test_inline_images_are_passed_over() -> None:
    found = shown(b"BI /W 1 /H 1 ID \x00(EIx\xff EI BT /F1 10 Tf 5 5 Td (a) Tj ET")
    assert found is not None
    assert (len(found.images), len(found.texts)) == (1, 1)


@pytest.mark.parametrize("content", [b"BT (never closed", b"/Logo Do", b"BI ID no end", b"9" * 70 + b" 0 Td"])
def test_what_cannot_be_followed_is_unknown(content: bytes) -> None:
    loop = form_xobject(b"/Logo Do", b"/Resources 7 0 R")
    assert shown(content, {12: loop}) is None


def test_nothing_is_shown_without_content() -> None:
    assert shown(b"% blank", {7: BASE[7]}) == Shown((), ())
