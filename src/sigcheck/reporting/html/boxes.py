"""Where on the paper each signature sits: the pages, with pictures where there are any, their boxes numbered as the cards are."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from sigcheck.reporting.grouping import Group
from sigcheck.reporting.html.drawing import drawing
from sigcheck.reporting.html.markup import Markup, joined, tag
from sigcheck.reporting.html.sheets import Rectangle, Sheet, badges, is_area, overlap, sheet_of
from sigcheck.reporting.phrases import Phrases, signature_state
from sigcheck.verdict import BoxReport, DocumentReport, SignatureReport, State

if TYPE_CHECKING:
    from sigcheck.picturing.picture import PagePicture, Pictured

MOST_PAGES: Final = 24
MOST_BOXES: Final = 100
"""Of one page; 23 are the most that a genuine document has in all."""
BADGES_IN_WIDTH: Final = {True: 25.0, False: 13.0}
"""How many numbers' heights go into a page's width: figures with pictures are larger."""
SAME_SIZE: Final = 1.5
"""Points by which a picture's size may differ from the page's."""
TONES: Final = {State.VALID: "good", State.INVALID: "bad", State.UNREADABLE: "bad"}

Boxed = tuple[int, SignatureReport, BoxReport]
"""A signature with its number, and its box."""


def page_outlines(
    identity: str, phrases: Phrases, report: DocumentReport, groups: Sequence[Group], pictures: Pictured | None
) -> Markup:
    """A figure for every page that bears a box, and what is to be said of them; nothing without any."""
    pages: dict[int, list[Boxed]] = {}
    for number, signature in enumerate(report.signatures, start=1):
        box = signature.box
        if box is not None and box.page is not None and is_area(box.rectangle):
            pages.setdefault(box.page, []).append((number, signature, box))
    if not pages:
        return Markup("")
    cards = {number: group.number for group in groups for number in range(group.number, group.number + len(group.members))}
    drawn, said = [], [phrases.word("html.pages-said")]
    unknown, strange, unsure = [], [], []
    pictured = False
    for page in islice(sorted(pages), MOST_PAGES):
        sheet = sheet_of([box for _, _, box in pages[page]])
        picture = pictures.of(page) if pictures is not None else None
        if not sheet.known:
            unknown.append(page)
        if not all(box.page_sure for _, _, box in pages[page]):
            unsure.append(page)
            picture = None
        elif picture is not None and not _fits(picture, sheet):
            strange.append(page)
            picture = None
        pictured = pictured or picture is not None
        drawn.append(_Page(identity, phrases, page, sheet, picture, cards).figure(pages[page]))
    if len(pages) > MOST_PAGES:
        said.append(phrases.word("html.left-out", count=len(pages) - MOST_PAGES))
    told = {"pages-unknown": unknown, "pages-unsure": unsure, "pages-other-size": strange}
    said += [phrases.word(f"html.{key}", pages=_listed(numbers)) for key, numbers in told.items() if numbers]
    if pictured:
        said.append(phrases.word("html.pages-pictured"))
    if pictures is not None and pictures.missing is not None:
        said.append(phrases.word(f"html.pictures-{pictures.missing}"))
    class_ = "pages pictured" if pictured else "pages"
    return joined(*[tag("p", sentence, class_="dim") for sentence in said], tag("div", *drawn, class_=class_))


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _fits(picture: PagePicture, sheet: Sheet) -> bool:
    """Whether it shows the page that the file speaks of, as far as its size says: another reader may count other pages."""
    same = abs(picture.width - sheet.width) <= SAME_SIZE and abs(picture.height - sheet.height) <= SAME_SIZE
    return sheet.known and same


class _Page:
    """The figure of one page."""

    def __init__(
        self, identity: str, phrases: Phrases, page: int, sheet: Sheet, picture: PagePicture | None, cards: dict[int, int]
    ) -> None:
        self.identity, self.phrases, self.page = identity, phrases, page
        self.sheet, self.picture, self.cards = sheet, picture, cards

    def figure(self, boxes: Sequence[Boxed]) -> Markup:
        sheet, phrases = self.sheet, self.phrases
        seen = [boxed for boxed in boxes if not boxed[2].hidden]
        shown = seen[:MOST_BOXES]
        places = [sheet.placed(box.rectangle, upright=box.no_rotate) for _, _, box in shown]
        height = sheet.width / BADGES_IN_WIDTH[self.picture is not None]
        sizes = [(height * (0.55 + 0.5 * len(str(number))), height) for number, _, _ in shown]
        parts = [tag("rect", x=0, y=0, width=sheet.width, height=sheet.height, class_="paper"), *self._picture()]
        numbers = badges(places, sizes, sheet)
        shared = [sum(overlap(place, other) for other in places) > 1 for place in places]
        parts += [self._outline(*one) for one in zip(shown, places, shared, strict=True)]
        parts += [self._number(*one) for one in zip(shown, numbers, strict=True)]
        title = phrases.word("label.page", page=self.page)
        said = [phrases.word("html.boxes-on-page", page=self.page, numbers=_listed([one[0] for one in shown]))] if shown else []
        if len(seen) > MOST_BOXES:
            said.append(phrases.word("html.left-out", count=len(seen) - MOST_BOXES))
        hidden = [number for number, _, box in boxes if box.hidden]
        if hidden:
            said.append(phrases.word("html.boxes-hidden", page=self.page, numbers=_listed(hidden[:MOST_BOXES])))
        outside = [one[0] for one, place in zip(shown, places, strict=True) if not self._is_seen(place)]
        if outside:
            said.append(phrases.word("html.boxes-outside", numbers=_listed(outside)))
        name = f"{self.identity}-page-{self.page}"
        return drawing(name, title, " ".join(said), sheet.width, sheet.height, *parts, scrolls=False, role="group")

    def _is_seen(self, place: Rectangle) -> bool:
        return overlap(place, (0.0, 0.0, self.sheet.width, self.sheet.height))

    def _picture(self) -> list[Markup]:
        if self.picture is None:
            return []
        octets = base64.b64encode(self.picture.octets).decode("ascii")
        return [
            tag(
                "image",
                href=f"data:{self.picture.media_type};base64,{octets}",
                width=self.sheet.width,
                height=self.sheet.height,
                preserveAspectRatio="none",
            )
        ]

    def _outline(self, boxed: Boxed, place: Rectangle, shared: bool) -> Markup:
        """A box that leads to its card for who points at it; nothing lies over what it shows.

        Where boxes share an area, it leads to none of them, but their lines and numbers do.
        """
        left, top, right, bottom = place
        class_ = f"box {_tone(boxed)} shared" if shared else f"box {_tone(boxed)}"
        outline = tag("rect", x=left, y=top, width=right - left, height=bottom - top, class_=class_)
        return tag("a", outline, href=self._card(boxed), tabindex="-1", aria_hidden="true")

    def _number(self, boxed: Boxed, badge: Rectangle) -> Markup:
        """The number, above all outlines: the link to the card that a keyboard and a screen reader find."""
        number, signature, _ = boxed
        width, height = badge[2] - badge[0], badge[3] - badge[1]
        name = self.phrases.word("html.to-card", number=number, field=self.phrases.safe(signature.field)[:80])
        plate = tag("rect", x=badge[0], y=badge[1], width=width, height=height, rx=height / 4, class_=f"badge {_tone(boxed)}")
        figures = tag(
            "text",
            str(number),
            x=badge[0] + width / 2,
            y=badge[1] + height * 0.76,
            text_anchor="middle",
            style=f"font-size:{height * 0.72:.1f}px",
        )
        return tag("a", tag("title", name), plate, figures, href=self._card(boxed), aria_label=name)

    def _card(self, boxed: Boxed) -> str:
        return f"#{self.identity}-s{self.cards.get(boxed[0], boxed[0])}"


def _tone(boxed: Boxed) -> str:
    return TONES.get(signature_state(boxed[1]), "open")
