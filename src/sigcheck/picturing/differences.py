"""Where the pages of two documents look different: one process draws both and compares them, the pictures come from others.

What draws a document may be taken over by it. So each document's pictures come from a process that knows no other document, and
this one, which knows both, says no more than rectangles.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from math import isfinite
from typing import Final

from sigcheck.engine.bytesource import ByteSource
from sigcheck.picturing.draw_pages import DIFFERENCE, LONGEST_DRAWN, MOST_REGIONS, PICTURE, REGION
from sigcheck.picturing.pages import (
    DEFAULT_LIMITS,
    PictureLimits,
    answer,
    frames,
    library_folders,
    picture_pages,
    reason_of,
)
from sigcheck.picturing.picture import Differences, Missing, PageDifference, Region, SideBySide

LEAST_SIDE: Final = 1.0
"""Points of a region, so that it can be seen."""

Pair = tuple[int | None, int | None]
"""Page numbers from 1; None where a document has no such page."""


def picture_side_by_side(
    earlier: ByteSource,
    later: ByteSource,
    pairs: Sequence[Pair],
    *,
    password: str | None = None,
    limits: PictureLimits = DEFAULT_LIMITS,
) -> SideBySide:
    """The pictures of the pairs' pages and where they differ; never raises for anything in the documents."""
    old, new = ([page for page in pages if page is not None] for pages in zip(*pairs, strict=True)) if pairs else ([], [])
    return SideBySide(
        picture_pages(earlier, old, password=password, limits=limits),
        picture_pages(later, new, password=password, limits=limits),
        differing_regions(earlier, later, pairs, password=password, limits=limits),
    )


def differing_regions(
    earlier: ByteSource,
    later: ByteSource,
    pairs: Sequence[Pair],
    *,
    password: str | None = None,
    limits: PictureLimits = DEFAULT_LIMITS,
) -> Differences:
    """Where the pages of each pair differ as PDFium draws them; never raises for anything in the documents."""
    whole = [(place, pair) for place, pair in enumerate(pairs) if None not in pair][: limits.pages]
    nothing: tuple[PageDifference | None, ...] = (None,) * len(pairs)
    if not whole:
        return Differences(nothing)
    folders = library_folders()
    if folders is None:
        return Differences(nothing, Missing.NOT_INSTALLED)
    try:
        octets = [source.size for source in (earlier, later)]
    except OSError:
        return Differences(nothing, Missing.UNREADABLE)
    if sum(octets) > limits.file_octets:
        return Differences(nothing, Missing.TOO_LARGE)
    order = {"pages": [pair for _, pair in whole], "password": password, "octets": octets}
    said, ended = answer(folders, order, (earlier, later), limits)
    found, missing = _understood(said, len(whole), limits)
    places = {place: found.get(number) for number, (place, _) in enumerate(whole, start=1)}
    short = len(found) < len(whole)
    return Differences(
        tuple(places.get(place) for place in range(len(pairs))), (missing or ended or Missing.CRASHED) if short else None
    )


def _understood(said: bytes, count: int, limits: PictureLimits) -> tuple[dict[int, PageDifference], Missing | None]:
    """The differences by the number of their pair, those that have their form; the first reason why one is missing."""
    found: dict[int, PageDifference] = {}
    missing: Missing | None = None
    for kind, number, width, height, octets in frames(said, limits):
        sound = 1 <= number <= count and all(0 < side <= LONGEST_DRAWN for side in (width, height))
        if kind == DIFFERENCE and sound and len(octets) % REGION.size == 0:
            regions = [_region(corners, width, height) for corners in islice(REGION.iter_unpack(octets), MOST_REGIONS)]
            found[number] = PageDifference(width, height, tuple(one for one in regions if one is not None))
        elif kind not in {DIFFERENCE, PICTURE}:
            missing = missing or reason_of(octets)
    return found, missing


def _region(corners: tuple[float, ...], width: float, height: float) -> Region | None:
    """A rectangle on the page, wide enough to be seen; None for what is none."""
    if not all(isfinite(number) for number in corners):
        return None
    left, right = (min(max(number, 0.0), width) for number in (corners[0], corners[2]))
    top, bottom = (min(max(number, 0.0), height) for number in (corners[1], corners[3]))
    return Region(left, top, max(right, left + LEAST_SIDE), max(bottom, top + LEAST_SIDE))
