"""Where on the paper each signature sits: the pages as outlines, the boxes numbered as the cards are."""

from __future__ import annotations

from itertools import islice
from typing import Final

from sigcheck.reporting.html.drawing import drawing
from sigcheck.reporting.html.markup import Markup, joined, tag
from sigcheck.reporting.phrases import Phrases, signature_state
from sigcheck.verdict import DocumentReport, SignatureReport, State

A4: Final = (595.0, 842.0)
"""Points; the size that is drawn where boxes fit on it, since reports do not hold the sizes of pages."""
MOST_PAGES: Final = 24
LONGEST_SIDE: Final = 14_400.0
"""Points: the limit of ISO 32000-1, Annex C."""
TONES: Final = {State.VALID: "good", State.INVALID: "bad", State.UNREADABLE: "bad"}


def page_outlines(identity: str, phrases: Phrases, report: DocumentReport) -> Markup:
    """A figure for every page that bears a box; nothing without any."""
    pages: dict[int, list[tuple[int, SignatureReport]]] = {}
    for number, signature in enumerate(report.signatures, start=1):
        if signature.box is not None and signature.box.page is not None and _area(signature.box.rectangle):
            pages.setdefault(signature.box.page, []).append((number, signature))
    if not pages:
        return Markup("")
    drawn = [_page(identity, phrases, page, pages[page]) for page in islice(sorted(pages), MOST_PAGES)]
    said = phrases.word("html.pages-said")
    if len(pages) > MOST_PAGES:
        said += " " + phrases.word("html.left-out", count=len(pages) - MOST_PAGES)
    return joined(tag("p", said, class_="dim"), tag("div", *drawn, class_="pages"))


def _area(rectangle: list[float]) -> bool:
    if len(rectangle) != 4 or not all(abs(number) <= LONGEST_SIDE for number in rectangle):
        return False
    return rectangle[2] != rectangle[0] and rectangle[3] != rectangle[1]


def _page(identity: str, phrases: Phrases, page: int, boxes: list[tuple[int, SignatureReport]]) -> Markup:
    rectangles = [one.box.rectangle for _, one in boxes if one.box is not None]
    width = max(A4[0], *(max(r[0], r[2]) + 10 for r in rectangles))
    height = max(A4[1], *(max(r[1], r[3]) + 10 for r in rectangles))
    if width > A4[0] and height <= A4[0] + 1:
        height = A4[0]
    parts = [tag("rect", x="1", y="1", width=width - 2, height=height - 2, class_="paper")]
    for number, one in boxes:
        parts += _box(number, one, height)
    title = phrases.word("label.page", page=page)
    names = ", ".join(f"{number}: {phrases.safe(one.field)}" for number, one in boxes[:12])
    return drawing(f"{identity}-page-{page}", title, f"{title} – {names}", width, height, *parts, scrolls=False)


def _box(number: int, one: SignatureReport, height: float) -> list[Markup]:
    assert one.box is not None  # noqa: S101 - the caller has asked
    left, bottom, right, top = one.box.rectangle
    left, right, bottom, top = min(left, right), max(left, right), min(bottom, top), max(bottom, top)
    tone = TONES.get(signature_state(one), "open")
    outline = tag("rect", x=left, y=height - top, width=right - left, height=top - bottom, class_=f"box {tone}")
    size = min(max(top - bottom, 18.0), 34.0)
    middle = height - (top + bottom) / 2 + size * 0.35
    return [
        outline,
        tag("text", str(number), x=(left + right) / 2, y=middle, text_anchor="middle", style=f"font-size:{size:.0f}px"),
    ]
