"""Sheets of paper as they are shown: from a page's own coordinates to points from its upper left corner, and where numbers go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from sigcheck.facts import FURTHEST_EDGE, LONGEST_PAGE_SIDE
from sigcheck.verdict import BoxReport

A4: Final = (595.0, 842.0)
"""Points; the size that is drawn where the file does not say another."""

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom, in points from the upper left corner of what is shown."""


class Sheet(Struct, frozen=True):
    """What is shown of a page, as left, bottom, right, top of its own coordinates, and the degrees by which it is turned."""

    shown: tuple[float, float, float, float]
    rotation: int = 0
    known: bool = True
    """The file says so."""

    @property
    def width(self) -> float:
        return self._sides[self.rotation in (90, 270)]

    @property
    def height(self) -> float:
        return self._sides[self.rotation not in (90, 270)]

    @property
    def _sides(self) -> tuple[float, float]:
        left, bottom, right, top = self.shown
        return right - left, top - bottom

    def placed(self, rectangle: Sequence[float], *, upright: bool = False) -> Rectangle:
        """A rectangle of the page's own coordinates (any two opposite corners), where it is seen.

        What stays `upright` does not turn with its page: its upper left corner is where it would be, the rest right and down
        of it (ISO 32000-2, 12.5.3, NoRotate).
        """
        if upright:
            left, top = self._point(min(rectangle[0], rectangle[2]), max(rectangle[1], rectangle[3]))
            return left, top, left + abs(rectangle[2] - rectangle[0]), top + abs(rectangle[3] - rectangle[1])
        one, other = self._point(rectangle[0], rectangle[1]), self._point(rectangle[2], rectangle[3])
        return min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1])

    def _point(self, x: float, y: float) -> tuple[float, float]:
        """The page is turned clockwise (ISO 32000-2, 7.7.3.3): by 90 degrees its upper left corner comes to the upper right."""
        left, bottom, right, top = self.shown
        match self.rotation:
            case 90:
                return y - bottom, x - left
            case 180:
                return right - x, y - bottom
            case 270:
                return top - y, right - x
            case _:
                return x - left, top - y


def sheet_of(boxes: Sequence[BoxReport]) -> Sheet:
    """The page of these boxes as the last signature on it found it; without a size A4, larger where a box lies further out."""
    for box in reversed(boxes):
        if box.shown is not None and is_area(box.shown):
            left, bottom, right, top = box.shown
            return Sheet((left, bottom, right, top), box.rotation)
    width = max(A4[0], *(max(box.rectangle[0], box.rectangle[2]) + 10 for box in boxes))
    height = max(A4[1], *(max(box.rectangle[1], box.rectangle[3]) + 10 for box in boxes))
    if width > A4[0] and height <= A4[0] + 1:
        height = A4[0]
    return Sheet((0.0, 0.0, min(width, LONGEST_PAGE_SIDE), min(height, LONGEST_PAGE_SIDE)), known=False)


def is_area(rectangle: Sequence[float]) -> bool:
    """Whether a rectangle has a height and a width that can be drawn. Its corners may lie far from the origin."""
    if len(rectangle) != 4 or not all(abs(number) <= FURTHEST_EDGE for number in rectangle):
        return False
    return all(0 < abs(rectangle[at + 2] - rectangle[at]) <= LONGEST_PAGE_SIDE for at in (0, 1))


MOST_ROWS: Final = 64
"""Of places for numbers, and as many columns."""


def overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def shared(one: Rectangle, other: Rectangle) -> float:
    """Square points that lie in both."""
    width, height = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0


def badges(boxes: Sequence[Rectangle], sizes: Sequence[tuple[float, float]], sheet: Sheet) -> list[Rectangle]:
    """Where each box's number goes: at a corner outside the box, on no other number, and where it hides least of other boxes."""
    taken: list[Rectangle] = []
    for at, (box, size) in enumerate(zip(boxes, sizes, strict=True)):
        corners = [place for place in (_within(corner, size, sheet) for corner in _corners(box, size)) if _free(place, taken)]
        others = [other for number, other in enumerate(boxes) if number != at]
        if corners:
            taken.append(min(corners, key=lambda place: sum(shared(place, other) for other in others)))
        else:
            further = (place for place in _further(box, size, sheet) if _free(place, taken))
            taken.append(next(further, (0.0, 0.0, *size)))
    return taken


def _free(place: Rectangle, taken: Sequence[Rectangle]) -> bool:
    return not any(overlap(place, other) for other in taken)


def _corners(box: Rectangle, size: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Upper left corners for a number at its box."""
    left, top, right, bottom = box
    width, height = size
    yield from ((left, top - height), (right - width, top - height), (left, bottom), (right - width, bottom))
    yield from ((left - width, top), (right, top))


def _further(box: Rectangle, size: tuple[float, float], sheet: Sheet) -> list[Rectangle]:
    """Places all over the sheet, those near the box first."""
    across, down = (max(int(side // step), 1) for side, step in zip((sheet.width, sheet.height), size, strict=True))
    places = [
        (column * size[0], row * size[1]) for row in range(min(down, MOST_ROWS)) for column in range(min(across, MOST_ROWS))
    ]
    places.sort(key=lambda place: (abs(place[0] - box[0]) + abs(place[1] - box[1]), place))
    return [_within(place, size, sheet) for place in places]


def _within(place: tuple[float, float], size: tuple[float, float], sheet: Sheet) -> Rectangle:
    """On the sheet, whatever lies beside it."""
    left = min(max(place[0], 0.0), max(sheet.width - size[0], 0.0))
    top = min(max(place[1], 0.0), max(sheet.height - size[1], 0.0))
    return left, top, left + size[0], top + size[1]
