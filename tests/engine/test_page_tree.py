"""Page numbers of trees that contradict themselves, and boxes that are drawn otherwise than their rectangles say.

ISO 32000-2, 7.7.3.2: /Count is the number of pages below a node. Where it is not, PDFium, poppler and mutool number pages by
/Count, and qpdf by the pages themselves.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from small_pdf import SmallPdf, catalog, signature

from sigcheck.comparing import compare_files
from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.pdf.pages import page_tree
from sigcheck.facts import SignatureBox
from sigcheck.lineage import Lineage
from sigcheck.reporting.html.sheets import Sheet

PICTURES = all(importlib.util.find_spec(name) is not None for name in ("pypdfium2", "PIL"))
drawn = pytest.mark.skipif(not PICTURES, reason="needs the extra `pictures`")


def node(kids: bytes, count: bytes, parent: bytes = b"/Parent 2 0 R") -> bytes:
    return b"<</Type /Pages /Kids [%s] /Count %s %s>>" % (kids, count, parent)


def page(entries: bytes = b"") -> bytes:
    return b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] %s>>" % entries


def document(root: bytes, more: dict[int, bytes] | None = None, *, widget: bytes = b"", signed: bytes = b"") -> SmallPdf:
    """Pages 10, 11, 12; the signature's widget lies on 11."""
    field = b"<</FT /Sig /T (S) /V 5 0 R /Type /Annot /Subtype /Widget /Rect [100 100 300 200] /P 11 0 R %s>>" % widget
    objects = {1: catalog(4), 2: root, 4: field, 5: signature(), 10: page(), 11: page(b"/Annots [4 0 R] " + signed), 12: page()}
    return SmallPdf().revision(objects | (more or {})).sign()


def box(made: SmallPdf) -> SignatureBox:
    (found,) = made.read().signatures
    assert found.box is not None
    return found.box


PLAIN = node(b"10 0 R 11 0 R 12 0 R", b"3", b"")
EMPTY = node(b"", b"1")
DOUBTFUL = {
    "a node without pages that counts one": (node(b"20 0 R 10 0 R 11 0 R 12 0 R", b"4", b""), {20: EMPTY}, 2),
    "a node without pages": (node(b"20 0 R 10 0 R 11 0 R 12 0 R", b"3", b""), {20: node(b"", b"0")}, 2),
    "a node without kids": (node(b"20 0 R 10 0 R 11 0 R 12 0 R", b"4", b""), {20: b"<</Type /Pages /Parent 2 0 R>>"}, 2),
    "the root within itself": (node(b"2 0 R 10 0 R 11 0 R 12 0 R", b"4", b""), {}, 2),
    "more kids than counted": (node(b"20 0 R 10 0 R 11 0 R", b"3", b""), {20: node(b"12 0 R 13 0 R", b"1"), 13: page()}, 4),
    "fewer kids than counted": (node(b"20 0 R 11 0 R 12 0 R", b"4", b""), {20: node(b"10 0 R", b"2")}, 2),
    "a page twice": (node(b"10 0 R 10 0 R 11 0 R 12 0 R", b"4", b""), {}, 2),
    "nothing": (node(b"null 99 0 R 10 0 R 11 0 R 12 0 R", b"5", b""), {}, 2),
    "a page in place": (node(page() + b" 10 0 R 11 0 R 12 0 R", b"4", b""), {}, 2),
    "a number in words": (node(b"10 0 R 11 0 R 12 0 R", b"(3)", b""), {}, 2),
    "a page with kids": (node(b"10 0 R 11 0 R 12 0 R", b"3", b""), {10: page(b"/Kids [12 0 R] /Count 1")}, 2),
    "a page that cannot be read": (node(b"10 0 R 11 0 R 12 0 R", b"3", b""), {10: b"<</Type /Page /MediaBox [0 endobj"}, 1),
}


@pytest.mark.parametrize(("root", "more", "number"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_pages_count_and_nodes_do_not_and_a_tree_that_contradicts_itself_is_told(
    root: bytes, more: dict[int, bytes], number: int
) -> None:
    found = box(document(root, more))
    assert (found.page, found.page_sure) == (number, False)


@pytest.mark.parametrize(
    ("root", "more"),
    [
        (PLAIN, {}),
        (node(b"20 0 R 12 0 R", b"3", b""), {20: node(b"10 0 R 11 0 R", b"2"), 11: page(b"/Annots [4 0 R]")}),
        (b"<</Type /Pages /Kids 30 0 R /Count 31 0 R>>", {30: b"[10 0 R 11 0 R 12 0 R]", 31: b"3"}),
    ],
)
def test_of_a_tree_that_counts_right_numbers_are_sure(root: bytes, more: dict[int, bytes]) -> None:
    made = document(root, more)
    assert page_tree(made.opened(), 1).sound
    assert page_tree(made.opened(), 1).numbers == {10: 1, 11: 2, 12: 3}
    assert box(document(PLAIN)) == SignatureBox(2, (100, 100, 300, 200), (0, 0, 600, 800))


def test_a_page_that_moved_behind_the_signature_is_not_where_readers_see_it() -> None:
    made = document(PLAIN).revision({2: node(b"12 0 R 10 0 R 11 0 R", b"3", b"")})
    assert (box(made).page, box(made).page_sure) == (2, False)
    made.revision({2: PLAIN})
    assert (box(made).page, box(made).page_sure) == (2, True)


def test_a_tree_is_read_anew_only_where_it_changed() -> None:
    made = document(PLAIN).revision({11: page(b"/Rotate 90")}).revision({2: node(b"11 0 R 12 0 R", b"2", b"")})
    made.revision({12: node(b"", b"1")})
    pdf = made.opened()
    assert page_tree(pdf, 2) is page_tree(pdf, 1)
    assert dict(page_tree(pdf, 3).numbers) == {11: 1, 12: 2}
    assert (dict(page_tree(pdf, 4).numbers), page_tree(pdf, 4).sound) == ({11: 1}, False)


def shown(made: SmallPdf, folder: Path, *command: str) -> str:
    """The page without its style."""
    (folder / "a.pdf").write_bytes(bytes(made.content))
    line = [sys.executable, "-m", "sigcheck", *command, "--lang", "en", "--format", "html", str(folder / "a.pdf")]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    return re.sub("(?s)<style.*?</style>", "", done.stdout)


@drawn
@pytest.mark.parametrize("case", ["a node without pages that counts one", "the root within itself", "more kids than counted"])
def test_no_picture_of_a_page_that_may_be_another(case: str, tmp_path: Path) -> None:
    assert "<image" in shown(document(PLAIN), tmp_path, "verify", "--offline")
    root, more, number = DOUBTFUL[case]
    text = shown(document(root, more), tmp_path, "verify", "--offline")
    assert "<image" not in text
    assert f"The number of page {number} is not sure" in text
    assert 'class="box' in text


@drawn
def test_pages_that_readers_count_differently_are_not_said_to_look_alike(tmp_path: Path) -> None:
    (root, more, _), note = DOUBTFUL["a node without pages that counts one"], b"<</Type /Annot /Subtype /Text /Rect [9 9 29 29]>>"
    for first, said in ((document(PLAIN), False), (document(root, more), True)):
        (tmp_path / "before.pdf").write_bytes(bytes(first.content))
        first.revision({12: page(b"/Annots [50 0 R]"), 50: note})
        text = shown(first, tmp_path, "compare", str(tmp_path / "before.pdf"))
        assert ("<image" in text, "contradicts itself" in text) == (not said, said)
        assert not (said and "draws both alike" in text)


def test_both_files_of_a_comparison_are_looked_at() -> None:
    root, more, _ = DOUBTFUL["fewer kids than counted"]
    before, after = (MemorySource(bytes(one.content)) for one in (document(PLAIN), document(PLAIN).revision({2: root, **more})))
    found = compare_files(("a", before), ("b", after))
    assert isinstance(found, Lineage)
    assert (found.pages_sure, found.any_page) == (False, True)


@pytest.mark.parametrize(
    ("flags", "hidden", "upright"),
    [
        (b"", False, False),
        (b"/F 4", False, False),
        (b"/F 132", False, False),
        (b"/F 2", True, False),
        (b"/F 32", True, False),
        (b"/F 16", False, True),
        (b"/F 50 ", True, True),
        (b"/F 7 0 R", True, False),
        (b"/F (2)", False, False),
        (b"/F true", False, False),
        (b"/F 2.0", False, False),
    ],
)
def test_flags_of_the_widget(flags: bytes, hidden: bool, upright: bool) -> None:
    """12.5.3, Table 167: bit 2 Hidden, bit 5 NoRotate, bit 6 NoView, counted from 1."""
    found = box(document(PLAIN, {7: b"134"}, widget=flags))
    assert (found.hidden, found.no_rotate) == (hidden, upright)


@pytest.mark.parametrize(
    ("rotation", "corner"), [(0, (100.0, 600.0)), (90, (200.0, 100.0)), (180, (500.0, 200.0)), (270, (600.0, 500.0))]
)
def test_what_does_not_turn_hangs_from_its_upper_left_corner(rotation: int, corner: tuple[float, float]) -> None:
    """12.5.3, Figure 79: the upper left corner stays in its place on the page, the rest is upright."""
    sheet = Sheet((0, 0, 600, 800), rotation)
    assert sheet.placed((300, 200, 100, 100), upright=True) == (*corner, corner[0] + 200, corner[1] + 100)


@drawn
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_outline_lies_where_the_box_is_drawn(rotation: int, tmp_path: Path) -> None:
    """By PDFium's own picture: what it paints of the widget fills the outline."""
    import base64  # noqa: PLC0415 - for what is skipped without pictures
    import io  # noqa: PLC0415 - as above

    from PIL import Image, ImageChops  # noqa: PLC0415 - as above

    paint = b"1 0 0 rg 0 0 200 100 re f"
    form = b"<</Type /XObject /Subtype /Form /BBox [0 0 200 100] /Length %d>>\nstream\n%s\nendstream" % (len(paint), paint)
    made = document(PLAIN, {6: form}, widget=b"/F 20 /AP <</N 6 0 R>>", signed=b"/Rotate %d" % rotation)
    text = shown(made, tmp_path, "verify", "--offline")
    (picture,) = re.findall(r'<image href="data:image/webp;base64,([^"]+)" width="([^"]+)"', text)
    (outline,) = re.findall(r'<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)" class="box', text)
    image = Image.open(io.BytesIO(base64.b64decode(picture[0]))).convert("RGB")
    painted = ImageChops.invert(image.getchannel("G")).point([0] * 128 + [255] * 128).getbbox()
    assert painted is not None
    scale = float(picture[1]) / image.width
    left, top, width, height = map(float, outline)
    right = min(left + width, float(picture[1]))  # upright, it reaches beyond the page that is turned by 180 degrees
    assert [edge * scale for edge in painted] == pytest.approx([left, top, right, top + height], abs=3)


def test_a_hidden_box_has_no_outline_and_is_said_to_be_hidden(tmp_path: Path) -> None:
    text = shown(document(PLAIN, widget=b"/F 2"), tmp_path, "verify", "--offline", "--no-pictures")
    assert 'class="box' not in text
    assert "Page 2, hidden and therefore without an outline: no. 1." in text
