"""What a signature shows on its page (ISO 32000-2, 12.5.5): the text of its own appearance, or that it is a picture.

Read as of the revision in which it was signed. Nothing here stops a check: what is damaged or over a limit makes the answer
incomplete.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sigcheck.engine.appearances.allowance import Allowance
from sigcheck.engine.pdf.lexer import Incomplete
from sigcheck.engine.pdf.objects import LimitReached, Name, PdfDamaged, PdfObject, Stream
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.engine.reading.fields import MOST_WIDGETS, Table
from sigcheck.facts import NOTHING_SHOWN, Appearance, AppearanceKind

if TYPE_CHECKING:
    from sigcheck.engine.appearances.painting import Painter

__all__ = ["Allowance", "read_appearances"]

_HIDDEN = 1 << 1 | 1 << 5
"""Flags of an annotation that is not shown: Hidden and NoView (12.5.3, Table 167)."""


def read_appearances(pdf: PdfFile, widgets: Sequence[Table], revision: int, allowance: Allowance) -> Appearance:
    """What all widgets of a field show together: readers paint each of them (12.7.4.1). Raises TimeSpent only."""
    first, *others = [_read(pdf, widget, revision, allowance) for widget in widgets[:MOST_WIDGETS]]
    for other in others:
        first = Appearance(
            _both(first.kind, other.kind),
            first.lines + other.lines,
            first.unmapped + other.unmapped,
            first.complete and other.complete,
        )
    return first if len(widgets) <= MOST_WIDGETS else replace(first, complete=False)


def _both(one: AppearanceKind, other: AppearanceKind) -> AppearanceKind:
    kinds = {one, other}
    pictured = not kinds.isdisjoint((AppearanceKind.PICTURE, AppearanceKind.MIXED))
    written = not kinds.isdisjoint((AppearanceKind.TEXT, AppearanceKind.MIXED))
    if pictured:
        return AppearanceKind.MIXED if written else AppearanceKind.PICTURE
    if written:
        return AppearanceKind.TEXT
    return AppearanceKind.DRAWING if AppearanceKind.DRAWING in kinds else AppearanceKind.NONE


def _read(pdf: PdfFile, widget: Table, revision: int, allowance: Allowance) -> Appearance:
    """What the widget shows. Raises TimeSpent only."""
    try:
        form = _normal_appearance(pdf, widget, revision)
    except (LimitReached, PdfDamaged):
        return Appearance(complete=False)
    return NOTHING_SHOWN if form is None else _followed(pdf, form, revision, allowance)


def _followed(pdf: PdfFile, form: Stream, revision: int, allowance: Allowance) -> Appearance:
    from sigcheck.engine.appearances.lines import lines_of  # noqa: PLC0415 - as the next: many documents show nothing
    from sigcheck.engine.appearances.painting import Painter  # noqa: PLC0415

    painter = Painter(pdf, revision, allowance)
    complete = True
    try:
        painter.form(form, {})
    except (Incomplete, LimitReached, PdfDamaged, OverflowError, RecursionError):
        complete = False
    written = any(run.text.strip() for run in painter.runs)
    return Appearance(_kind(painter, written), lines_of(painter.runs), painter.unmapped, complete and not painter.unfollowed)


def _kind(painter: Painter, written: bool) -> AppearanceKind:
    if painter.picture:
        return AppearanceKind.MIXED if written else AppearanceKind.PICTURE
    if written:
        return AppearanceKind.TEXT
    return AppearanceKind.DRAWING if painter.drawing else AppearanceKind.NONE


def _normal_appearance(pdf: PdfFile, widget: Table, revision: int) -> Stream | None:
    """The /N stream, in the state that /AS names where there are several; None when nothing is shown.

    Raises PdfDamaged, LimitReached.
    """
    flags = pdf.resolve(widget.get("F"), revision)
    if (isinstance(flags, int) and flags & _HIDDEN) or _has_no_area(pdf, widget, revision):
        return None
    appearances = pdf.resolve(widget.get("AP"), revision)
    normal = pdf.resolve(appearances.get("N"), revision) if isinstance(appearances, dict) else None
    if isinstance(normal, dict):
        state = pdf.resolve(widget.get("AS"), revision)
        normal = pdf.resolve(normal.get(state), revision) if isinstance(state, Name) else None
    return normal if isinstance(normal, Stream) else None


def _has_no_area(pdf: PdfFile, widget: Table, revision: int) -> bool:
    """Whether the rectangle is a point or a line, as that of an invisible signature is (12.7.5.5)."""
    found = pdf.resolve(widget.get("Rect"), revision)
    corners: list[PdfObject] = [pdf.resolve(item, revision) for item in found[:4]] if isinstance(found, list) else []
    left, bottom, right, top = corners if len(corners) == 4 else (0, 0, 0, 0)
    return left == right or bottom == top
