"""Pictures of the pages that bear signature boxes, for `verify --format html`: drawn from the bytes that were just checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from sigcheck.checked import Checked

if TYPE_CHECKING:
    from sigcheck.engine.bytesource import ByteSource

Illustrate = Callable[["Checked", "ByteSource"], "Checked"]

MOST_PICTURES: Final = 500
"""Of one run: a page of 30 MB is the most that browsers open without a wait."""


def illustrating(wanted: bool, password: str | None) -> Illustrate:
    """Adds pictures to what was checked, if they are wanted at all; a run's pictures are counted, and end at a limit."""
    if not wanted:
        return lambda checked, _: checked
    from sigcheck.picturing.pages import picture_pages  # noqa: PLC0415 - for one format alone
    from sigcheck.picturing.picture import Missing, Pictured  # noqa: PLC0415 - as above

    drawn = 0

    def illustrate(checked: Checked, source: ByteSource) -> Checked:
        nonlocal drawn
        pages = checked.pages_to_draw()
        pictures = Pictured(missing=Missing.PAGE_LIMIT)
        if drawn < MOST_PICTURES:
            pictures = picture_pages(source, pages, password=password)
        drawn += len(pictures.pages)
        return replace(checked, pictures=pictures)

    return illustrate
