"""Pages of two files side by side: the earlier on the left, with what was added and where the drawings differ outlined."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from sigcheck.lineage import Lineage, PagePair, PageSide, Relation
from sigcheck.reporting.html.markup import Markup, tag
from sigcheck.reporting.html.sheets import A4, Rectangle, Sheet, badges, is_area
from sigcheck.reporting.phrases import Phrases

if TYPE_CHECKING:
    from sigcheck.picturing.picture import PageDifference, PagePicture, SideBySide

SAME_SIZE: Final = 1.5
"""Points by which a picture's size may differ from what the file says of the page."""
MARGIN: Final = 5.0
"""Points between what differs and its outline, which finds the eye then."""
MOST_BOXES: Final = 60
"""Of one page."""
BADGES_IN_HEIGHT: Final = 45


class _Shown(Struct, frozen=True):
    """One page of a pair, with what is drawn on it."""

    side: PageSide
    picture: PagePicture | None
    difference: PageDifference | None


def side_by_side(phrases: Phrases, found: Lineage, pictures: SideBySide | None) -> Markup:
    """The section with every pair; nothing of two files that are the same."""
    if found.relation is Relation.SAME:
        return Markup("")
    said = [phrases.word(f"compare.{_which(found)}")]
    if not found.pages_sure:
        pictures = None  # of which page a picture is, readers do not agree
    drawn = pictures is not None and bool(pictures.earlier.pages or pictures.later.pages)
    if found.pages:
        said.append(phrases.word("compare.side-legend" if drawn else "compare.side-outlines"))
    if not found.pages_sure:
        said.append(phrases.word("compare.side-unsure"))
    if found.pages_left:
        said.append(phrases.word("compare.side-left", count=found.pages_left))
    if drawn:
        said.append(phrases.word("compare.side-drawn"))
    if pictures is not None:
        reasons = dict.fromkeys(one for one in (pictures.earlier.missing, pictures.later.missing) if one is not None)
        said += [phrases.word(f"html.pictures-{reason}") for reason in reasons]
    pairs = [_pair(phrases, found, number, pictures) for number in range(len(found.pages))]
    sentences = [tag("p", sentence, class_="dim") for sentence in said]
    return tag("section", tag("h2", phrases.word("compare.side-by-side")), *sentences, *pairs)


def _which(found: Lineage) -> str:
    """The key of what is said of the pages that are shown."""
    if found.before.pages is None or found.after.pages is None:
        return "side-unknown"
    if not found.pages:
        return "side-none"
    if found.relation is Relation.UNRELATED:
        return "side-all"
    return "side-any" if found.any_page else "side-touched"


def _pair(phrases: Phrases, found: Lineage, number: int, pictures: SideBySide | None) -> Markup:
    pair = found.pages[number]
    differences = pictures.differences.pairs if pictures is not None else ()
    difference = differences[number] if number < len(differences) else None
    shown = [
        None if side is None else _Shown(side, None if drawn is None else drawn.of(side.page), difference)
        for side, drawn in (
            (pair.earlier, pictures.earlier if pictures is not None else None),
            (pair.later, pictures.later if pictures is not None else None),
        )
    ]
    identity = f"pair{number + 1}"
    words = ["after", "before"] if found.relation is Relation.EARLIER else ["before", "after"]
    names = [phrases.word(f"compare.{word}") for word in words]
    paths = [phrases.safe(side.path) for side in (found.earlier, found.later)]
    columns = [
        tag("p", phrases.word("compare.side-gone", path=path), class_="gone dim")
        if one is None
        else _figure(phrases, f"{identity}-{word}", f"{name}: {path}", one)
        for one, word, name, path in zip(shown, words, names, paths, strict=True)
    ]
    compared = _compared(phrases, shown[0], shown[1])
    return tag(
        "section",
        tag("h3", _title(phrases, names, pair)),
        tag("p", compared) if compared else None,
        tag("div", *columns, class_="beside"),
        class_="facing",
    )


def _title(phrases: Phrases, names: list[str], pair: PagePair) -> str:
    pages = [side.page if side is not None else None for side in (pair.earlier, pair.later)]
    if pages[0] == pages[1]:
        return phrases.word("compare.side-page", page=pages[0])
    told = [f"{name} – {phrases.word('label.page', page=page)}" for name, page in zip(names, pages, strict=True) if page]
    return "; ".join(told)


def _compared(phrases: Phrases, earlier: _Shown | None, later: _Shown | None) -> str | None:
    """Whether the two drawings differ; nothing without both."""
    if earlier is None or later is None or earlier.picture is None or later.picture is None:
        return None
    if earlier.difference is not None:
        count = len(earlier.difference.regions)
        return phrases.word("compare.side-differs", count=count) if count else phrases.word("compare.side-alike")
    sizes = [(one.picture.width, one.picture.height) for one in (earlier, later) if one.picture is not None]
    same = all(abs(a - b) <= SAME_SIZE for a, b in zip(*sizes, strict=True))
    return phrases.word("compare.side-not-compared" if same else "compare.side-other-size")


def _figure(phrases: Phrases, identity: str, name: str, shown: _Shown) -> Markup:
    """One page, the boxes of its signatures numbered, and what differs in dashes."""
    sheet = _sheet(shown.side)
    fits = shown.picture is None or (
        sheet.known
        and abs(shown.picture.width - sheet.width) <= SAME_SIZE
        and abs(shown.picture.height - sheet.height) <= SAME_SIZE
    )
    size = (sheet.width, sheet.height) if shown.picture is None else (shown.picture.width, shown.picture.height)
    parts = [tag("rect", x="0", y="0", width=size[0], height=size[1], class_="paper"), *_picture(shown.picture)]
    boxes = [one for one in shown.side.signatures if one.box is not None and is_area(one.box.rectangle) and not one.box.hidden]
    boxes = boxes[:MOST_BOXES]
    if fits:
        places = [(one.box.rectangle, one.box.no_rotate) for one in boxes if one.box is not None]
        parts += _boxes([sheet.placed(rectangle, upright=upright) for rectangle, upright in places], sheet)
    parts += _differing(shown)
    page = f"{name}, {phrases.word('label.page', page=shown.side.page)}"
    fields = ", ".join(f"{number}: {phrases.safe(one.field)}" for number, one in enumerate(boxes, start=1))
    boxed = phrases.word("compare.side-boxes" if fits else "compare.side-boxes-unplaced", fields=fields) if fields else ""
    parts.append(tag("rect", x="0", y="0", width=size[0], height=size[1], class_="edge"))
    return _drawing(identity, page, boxed, size, parts)


def _drawing(identity: str, title: str, boxed: str, size: tuple[float, float], parts: list[Markup]) -> Markup:
    """The page below its caption, since which file it is from has to be seen first."""
    names = [tag("title", title, id=f"{identity}-title"), tag("desc", boxed or title, id=f"{identity}-desc")]
    area = f"0 0 {size[0]:g} {size[1]:g}"
    picture = tag("svg", *names, *parts, viewBox=area, role="img", aria_labelledby=f"{identity}-title {identity}-desc")
    return tag("figure", tag("figcaption", title), picture, tag("p", boxed, class_="dim"))


def _sheet(side: PageSide) -> Sheet:
    if side.shown is not None and is_area(side.shown):
        return Sheet(side.shown, side.rotation)
    corners = [one.box.rectangle for one in side.signatures if one.box is not None and is_area(one.box.rectangle)]
    width = max([A4[0], *(max(corner[0], corner[2]) + 10 for corner in corners)])
    height = max([A4[1], *(max(corner[1], corner[3]) + 10 for corner in corners)])
    return Sheet((0.0, 0.0, width, height), known=False)


def _picture(picture: PagePicture | None) -> list[Markup]:
    if picture is None:
        return []
    octets = base64.b64encode(picture.octets).decode("ascii")
    address = f"data:{picture.media_type};base64,{octets}"
    return [tag("image", href=address, width=picture.width, height=picture.height, preserveAspectRatio="none")]


def _boxes(places: list[Rectangle], sheet: Sheet) -> list[Markup]:
    high = sheet.height / BADGES_IN_HEIGHT
    sizes = [(high * (0.55 + 0.5 * len(str(number))), high) for number in range(1, len(places) + 1)]
    parts = [_rectangle(place, "added") for place in places]
    for number, badge in enumerate(badges(places, sizes, sheet), start=1):
        middle, low = (badge[0] + badge[2]) / 2, badge[1] + high * 0.76
        parts.append(_rectangle(badge, "tag"))
        parts.append(tag("text", str(number), x=middle, y=low, text_anchor="middle", style=f"font-size:{high * 0.72:.1f}px"))
    return parts


def _differing(shown: _Shown) -> list[Markup]:
    """Regions are in the measure of the earlier page, which the later one shares but for a point."""
    if shown.difference is None or shown.picture is None:
        return []
    across, down = shown.picture.width / shown.difference.width, shown.picture.height / shown.difference.height
    return [
        _rectangle(
            (
                max(one.left * across - MARGIN, 0.0),
                max(one.top * down - MARGIN, 0.0),
                min(one.right * across + MARGIN, shown.picture.width),
                min(one.bottom * down + MARGIN, shown.picture.height),
            ),
            "differs",
        )
        for one in shown.difference.regions
    ]


def _rectangle(place: Rectangle, class_: str) -> Markup:
    left, top, right, bottom = place
    return tag("rect", x=left, y=top, width=right - left, height=bottom - top, class_=class_)
