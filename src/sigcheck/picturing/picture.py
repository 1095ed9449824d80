"""Pictures of pages as plain values: what formats show, whoever drew them."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Missing(StrEnum):
    """Why pages have no picture."""

    NOT_INSTALLED = "not-installed"
    """The extra `pictures` is not there."""
    UNREADABLE = "unreadable"
    """PDFium does not read the document or the page, or the bytes could not be read."""
    PASSWORD = "password"  # noqa: S105 - a reason's name
    TIME = "time"
    MEMORY = "memory"
    CRASHED = "crashed"
    """The process ended by itself, or could not be started."""
    TOO_LARGE = "too-large"
    """The document has more octets than are drawn, or a picture of it would have."""
    PAGE_LIMIT = "page-limit"
    """More pages were asked for than are drawn; the first ones are there."""
    NO_SUCH_PAGE = "no-such-page"
    """PDFium counts fewer pages."""
    OTHER_SIZE = "other-size"
    """Of two pages that were to be compared."""


class PagePicture(Struct, frozen=True):
    """One page as PDFium shows it, with its annotations and the appearances of its form fields."""

    page: int
    """From 1."""
    width: float
    """Points as shown: the crop box behind /Rotate."""
    height: float
    media_type: str
    octets: bytes


class Pictured(Struct, frozen=True):
    """The pictures of a document, in the order of its pages, each page once; and why others are missing."""

    pages: tuple[PagePicture, ...] = ()
    missing: str | None = None
    """A value of Missing: the first reason; None when every page that was asked for is there."""

    def of(self, page: int) -> PagePicture | None:
        """The picture of a page (from 1)."""
        return next((one for one in self.pages if one.page == page), None)


class Region(Struct, frozen=True):
    """Where two pages look different, in points from the upper left corner of the page as shown."""

    left: float
    top: float
    right: float
    bottom: float


class PageDifference(Struct, frozen=True):
    """Where a page of one document looks different from a page of another; nowhere where there are no regions."""

    width: float
    """Points of the first one's page as shown."""
    height: float
    regions: tuple[Region, ...] = ()


class Differences(Struct, frozen=True):
    """One for each pair that was asked for; None for those that were not compared."""

    pairs: tuple[PageDifference | None, ...] = ()
    missing: str | None = None
    """A value of Missing: the first reason."""


class SideBySide(Struct, frozen=True):
    """Two documents' pages that are looked at together: their pictures, and where they differ."""

    earlier: Pictured
    later: Pictured
    differences: Differences
