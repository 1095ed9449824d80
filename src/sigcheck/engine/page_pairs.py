"""Which page of one file stands for which of the other, and which of them are worth looking at side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from msgspec import Struct

from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, Reference
from sigcheck.engine.pdf.pages import page_rotation, page_tree, pages, shown_area
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.lineage import PagePair, PageSide, SignedPart

MOST_PAIRS = 12
"""Pairs that a reader can still look through."""


class PagedFile(Struct, frozen=True):
    """One file with its pages."""

    pdf: PdfFile
    pages: tuple[Reference, ...]
    touched: frozenset[int] = frozenset()
    """Pages (from 1) that are worth a look for what changed on them."""
    signatures: tuple[SignedPart, ...] = ()
    """Those that the other file does not have."""
    sure: bool = True
    """Readers count these pages alike."""


def pages_of(pdf: PdfFile) -> tuple[Reference, ...] | None:
    """Every page of the last revision; None where the page tree cannot be walked. Raises TimeSpent."""
    try:
        return tuple(reference for _, reference in pages(pdf, len(pdf.revisions)))
    except (PdfDamaged, LimitReached, RecursionError):
        return None


def are_sure(pdf: PdfFile) -> bool:
    """Whether readers count the last revision's pages alike. Raises TimeSpent."""
    try:
        return page_tree(pdf, len(pdf.revisions)).sound
    except (PdfDamaged, LimitReached, RecursionError):
        return False


def page_pairs(earlier: PagedFile, later: PagedFile, *, related: bool, everything: bool) -> tuple[tuple[PagePair, ...], int]:
    """The pairs worth a look in the order of the pages, and how many more there are.

    Revisions of one file keep their pages' object numbers: pages are paired from the front and from the back while these are the
    same, and what is left in the middle by its order. Files that have nothing in common are paired by page number. With
    `everything` all pages are worth a look, the touched ones first.
    """
    numbers = list(_paired([one.number for one in earlier.pages], [one.number for one in later.pages], related=related))
    touched = [
        at for at, (old, new) in enumerate(numbers) if None in (old, new) or old in earlier.touched or new in later.touched
    ]
    others = sorted(set(range(len(numbers))) - set(touched)) if everything else []
    chosen = sorted([*touched, *others][:MOST_PAIRS])
    pairs = tuple(PagePair(_side(earlier, numbers[at][0]), _side(later, numbers[at][1])) for at in chosen)
    return pairs, len(touched) + len(others) - len(pairs)


def _paired(old: Sequence[int], new: Sequence[int], *, related: bool) -> Iterator[tuple[int | None, int | None]]:
    """Pairs of page numbers from 1."""
    shorter = min(len(old), len(new)) if related else 0
    front = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    back = next((at for at in range(shorter - front) if old[-1 - at] != new[-1 - at]), shorter - front)
    middle = (range(front + 1, len(old) - back + 1), range(front + 1, len(new) - back + 1))
    yield from ((page, page) for page in range(1, front + 1))
    yield from zip_longest(*middle)
    yield from zip(range(len(old) - back + 1, len(old) + 1), range(len(new) - back + 1, len(new) + 1), strict=True)


def _side(file: PagedFile, page: int | None) -> PageSide | None:
    if page is None:
        return None
    pdf, revision = file.pdf, len(file.pdf.revisions)
    signatures = tuple(one for one in file.signatures if one.box is not None and one.box.page == page)
    try:
        reference = file.pages[page - 1]
        return PageSide(page, shown_area(pdf, reference, revision), page_rotation(pdf, reference, revision), signatures)
    except (PdfDamaged, LimitReached, RecursionError):
        return PageSide(page, signatures=signatures)
