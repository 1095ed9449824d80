"""The page on which a signature stands: what of it is shown, and how it is turned (ISO 32000-2, 7.7.3.3, 7.7.3.4, 14.11.2)."""

from __future__ import annotations

import pytest
from small_pdf import PAGES, SmallPdf, catalog, field_of, signature

from sigcheck.facts import SignatureBox

Box = tuple[float, float, float, float]
A4 = (0.0, 0.0, 595.0, 842.0)
RECTANGLE = (10.0, 20.0, 110.0, 60.0)


def box_on(page: bytes, tree: bytes = PAGES, more: dict[int, bytes] | None = None) -> SignatureBox:
    """The box of a signature on a page with these entries, in a page tree with this root."""
    objects = {
        1: catalog(4),
        2: tree,
        3: b"<</Type /Page /Parent 2 0 R /Annots [4 0 R] %s>>" % page,
        4: field_of(b"5 0 R"),
        5: signature(),
        **(more or {}),
    }
    (found,) = SmallPdf().revision(objects).sign().read().signatures
    assert found.box is not None
    assert found.box.page == 1
    assert found.box.rectangle == RECTANGLE
    return found.box


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        (b"/MediaBox [0 0 595 842]", A4),
        (b"/MediaBox [0 0 595.276 841.89]", (0.0, 0.0, 595.276, 841.89)),
        (b"/MediaBox [595 842 0 0]", A4),  # any two opposite corners (7.9.5)
        (b"/MediaBox [0 0 595 842] /CropBox [50 -20 400 300]", (50.0, 0.0, 400.0, 300.0)),  # within the media box (14.11.2.1)
        (b"/MediaBox [-100 -100 495 742] /CropBox [-90 -80 0 0]", (-90.0, -80.0, 0.0, 0.0)),
        (b"/MediaBox [0 0 595 842] /CropBox [900 900 950 950]", A4),  # beside the page: nothing of it would be shown
        (b"/MediaBox [0 0 595 842] /CropBox [1 1 1 1]", A4),
        (b"/MediaBox [0 0 595 842] /CropBox (all)", A4),
        (b"/MediaBox [0 0 595 842] /CropBox null", A4),
        (b"/MediaBox 8 0 R /CropBox [0 0 9 0 R 300]", (0.0, 0.0, 400.0, 300.0)),
    ],
)
def test_the_crop_box_within_the_media_box_is_shown(page: bytes, shown: Box) -> None:
    assert box_on(page, more={8: b"[0 0 595 842]", 9: b"400"}).shown == shown


def test_boxes_and_rotation_come_from_the_nearest_node_above() -> None:
    """7.7.3.4: inheritable; what a nearer node says counts."""
    tree = b"<</Type /Pages /Kids [3 0 R] /Count 1 /Parent 8 0 R /MediaBox [0 0 300 200] /Rotate 270>>"
    above = b"<</Type /Pages /Kids [2 0 R] /Count 1 /MediaBox [0 0 9 9] /CropBox [0 0 100 100] /Rotate 90>>"
    more = {8: above, 1: b"<</Type /Catalog /Pages 8 0 R /AcroForm <</Fields [4 0 R] /SigFlags 3>>>>"}
    assert box_on(b"", tree, more) == SignatureBox(1, RECTANGLE, (0.0, 0.0, 100.0, 100.0), 270)
    assert box_on(b"/Rotate 0 /CropBox [1 2 3 4]", tree, more) == SignatureBox(1, RECTANGLE, (1.0, 2.0, 3.0, 4.0), 0)


@pytest.mark.parametrize(
    ("rotate", "degrees"),
    [
        (b"0", 0), (b"90", 90), (b"180", 180), (b"270", 270), (b"360", 0), (b"-90", 270), (b"450", 90), (b"8 0 R", 90),
        (b"45", 0), (b"90.5", 0), (b"true", 0), (b"(90)", 0), (b"[90]", 0), (b"9" * 20, 0), (b"null", 0),
    ],
)  # fmt: skip
def test_a_page_is_turned_by_quarters(rotate: bytes, degrees: int) -> None:
    """7.7.3.3, Table 31: a multiple of 90, clockwise; what is none turns nothing."""
    assert box_on(b"/MediaBox [0 0 595 842] /Rotate " + rotate, more={8: b"90"}).rotation == degrees


@pytest.mark.parametrize(
    "media",
    [
        b"",
        b"null",
        b"(A4)",
        b"[0 0 595]",
        b"[0 0 595 842 1]",
        b"[0 0 (595) 842]",
        b"[0 0 true true]",
        b"[0 0 /NaN 842]",
        b"[0 0 0 842]",
        b"[0 0 20000 842]",  # ISO 32000-1, Annex C, Table C.1: 14,400
        b"[0 0 " + b"9" * 20 + b" 842]",
        b"[0 0 " + b"9" * 20 + b".5 842]",
        b"[900000000 0 900000595 842]",
        b"8 0 R",
        b"[0 0 8 0 R 842]",
        b"77 0 R",
    ],
)
def test_what_no_page_can_be_is_unknown(media: bytes) -> None:
    box = box_on(b"/MediaBox " + media if media else b"", more={8: b"8 0 R"})
    assert box == SignatureBox(1, RECTANGLE)


def test_a_page_that_is_damaged_is_no_page() -> None:
    media = b"[0 0 " + b"9" * 400 + b" 842]"
    page = b"<</Type /Page /Parent 2 0 R /Annots [4 0 R] /MediaBox %s>>" % media
    (found,) = (
        SmallPdf().revision({1: catalog(4), 2: PAGES, 3: page, 4: field_of(b"5 0 R"), 5: signature()}).sign().read().signatures
    )
    assert found.box == SignatureBox(None, RECTANGLE)


def test_a_tree_in_a_circle_ends() -> None:
    tree = b"<</Type /Pages /Kids [3 0 R] /Count 1 /Parent 2 0 R>>"
    objects = {1: catalog(4), 2: tree, 3: b"<</Type /Page /Parent 2 0 R /Annots [4 0 R]>>", 4: field_of(b"5 0 R"), 5: signature()}
    (found,) = SmallPdf().revision(objects).sign().read().signatures
    assert found.box is not None
    assert (found.box.rectangle, found.box.shown, found.box.rotation) == (RECTANGLE, None, 0)


def test_the_page_as_it_was_when_the_signature_came() -> None:
    first = {
        1: catalog(4),
        2: PAGES,
        3: b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Annots [4 0 R]>>",
        4: field_of(b"5 0 R"),
        5: signature(),
    }
    document = SmallPdf().revision(first).sign()
    document.revision({3: b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Annots [4 0 R]>>"})
    (found,) = document.read().signatures
    assert found.box is not None
    assert found.box.shown == (0.0, 0.0, 100.0, 100.0)
