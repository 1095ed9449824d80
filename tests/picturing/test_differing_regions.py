"""Where two drawings differ: rectangles that a page paints, and no more than these."""

from __future__ import annotations

import pytest

pytest.importorskip("pypdfium2", reason="needs the extra `pictures`")
pytest.importorskip("PIL", reason="needs the extra `pictures`")

from hostile_pages import BLACK_SQUARE, one_page

from sigcheck.engine.bytesource import MemorySource
from sigcheck.picturing.differences import differing_regions, picture_side_by_side
from sigcheck.picturing.pages import PictureLimits
from sigcheck.picturing.picture import Differences, Missing


def compared(
    before: bytes, after: bytes, *pairs: tuple[int | None, int | None], limits: PictureLimits | None = None
) -> Differences:
    sources = MemorySource(before), MemorySource(after)
    return differing_regions(*sources, pairs or ((1, 1),), limits=limits or PictureLimits())


def test_pages_that_look_alike_differ_nowhere() -> None:
    found = compared(one_page(BLACK_SQUARE), one_page(BLACK_SQUARE + b" "))
    (difference,) = found.pairs
    assert difference is not None
    assert (difference.regions, found.missing) == ((), None)


def test_what_one_page_paints_alone_is_one_region() -> None:
    """A square from (100, 100) to (300, 300) of a page of 842 points: from 542 to 742 seen from above."""
    (difference,) = compared(one_page(b""), one_page(BLACK_SQUARE)).pairs
    assert difference is not None
    (region,) = difference.regions
    assert (difference.width, difference.height) == (595, 842)
    assert (region.left, region.top, region.right, region.bottom) == pytest.approx((100, 542, 300, 742), abs=1.5)


def test_what_lies_apart_is_told_apart() -> None:
    two = BLACK_SQUARE + b" 400 700 50 50 re f"
    (difference,) = compared(one_page(b""), one_page(two)).pairs
    assert difference is not None
    assert [round(one.left / 10) for one in difference.regions] == [40, 10]  # from top to bottom


def test_very_many_differences_are_few_regions() -> None:
    dots = b"0 0 0 rg " + b" ".join(b"%d %d 2 2 re f" % (x, y) for x in range(20, 580, 40) for y in range(20, 820, 40))
    (difference,) = compared(one_page(b""), one_page(dots)).pairs
    assert difference is not None
    assert len(difference.regions) == 1


def test_pages_of_other_sizes_are_not_compared() -> None:
    found = compared(one_page(BLACK_SQUARE), one_page(BLACK_SQUARE, media=b"[0 0 842 595]"))
    assert found == Differences((None,), Missing.OTHER_SIZE)


def test_only_pages_that_both_have_are_compared() -> None:
    found = compared(one_page(b""), one_page(BLACK_SQUARE), (None, 1), (1, 1), (1, None))
    assert [one is not None for one in found.pairs] == [False, True, False]
    assert found.missing is None
    assert compared(one_page(b""), one_page(b""), (1, 7)) == Differences((None,), Missing.NO_SUCH_PAGE)
    assert compared(one_page(b""), one_page(b""), (None, 1)) == Differences((None,))


def test_what_cannot_be_drawn_is_said() -> None:
    assert compared(one_page(b""), b"GIF89a") == Differences((None,), Missing.UNREADABLE)
    assert compared(one_page(b""), one_page(b""), limits=PictureLimits(file_octets=100)) == Differences(
        (None,), Missing.TOO_LARGE
    )


def test_each_documents_pictures_come_from_a_process_of_its_own() -> None:
    """A file that PDFium cannot read costs the other one nothing."""
    found = picture_side_by_side(MemorySource(one_page(BLACK_SQUARE)), MemorySource(b"%PDF-1.7 broken"), [(1, 1)])
    assert [one.page for one in found.earlier.pages] == [1]
    assert (found.later.pages, found.later.missing) == ((), Missing.UNREADABLE)
    assert found.differences == Differences((None,), Missing.UNREADABLE)
