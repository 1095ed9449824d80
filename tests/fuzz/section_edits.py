"""Cross-reference sections on which readers disagree (ISO 32000-2, 7.5.4, 7.5.7, 7.5.8): rows listed twice or leading astray."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from draft import Draft, drawing
from updates import Made, Raw, Row, last_startxref, write

from sigcheck.engine.pdf.objects import Name, Reference

_HEAD = re.compile(rb"(?<![0-9])([0-9]{1,7}) ([0-9]{1,5}) obj")


def _places(draft: Draft) -> dict[int, list[int]]:
    """Where the plain bytes say that an object begins, inside streams too."""
    found: dict[int, list[int]] = {}
    for match in _HEAD.finditer(draft.content):
        found.setdefault(int(match[1]), []).append(match.start())
    return found


def _ambiguous(draft: Draft) -> tuple[int, Row, Row]:
    """A number, where it lies, and another place: of an older or planted object of this number when there is one."""
    places, chance = _places(draft), draft.chance
    numbers = [number for number in draft.objects if number in places] or [draft.structure.root]
    several = [number for number in numbers if len(places.get(number, ())) > 1]
    number = chance.choice(several if several and chance.random() < 0.8 else numbers)
    own = places.get(number, [0])
    others = [at for at in own[:-1] if at] or [at for some in places.values() for at in some] or [0]
    other: Row = (1, chance.choice(others), 0)
    if chance.random() < 0.2:
        other = chance.choice(((0, 0, 65535), (0, 0, 0), (1, 0, 0), (1, own[-1], 1), (2, draft.one(draft.structure.streams), 0)))
    return number, (1, own[-1], 0), other


def twice(draft: Draft) -> None:
    """One number at two places of the section: in two subsections, in a short and a long one, in the table and its stream."""
    number, signed, other = _ambiguous(draft)
    rows = [(number, signed), (number, other)]
    draft.chance.shuffle(rows)
    draft.update.in_front = draft.chance.random() < 0.5
    match draft.chance.randrange(4):
        case 0:
            draft.update.again += rows
        case 1:
            draft.update.moved[number] = rows[0][1]
            draft.update.again.append(rows[1])
        case 2:
            draft.update.style = "table"
            draft.update.again.append(rows[0])
            draft.update.long = rows[1]
        case _:
            draft.update.style = "hybrid"
            draft.update.again.append(rows[0])
            draft.update.in_hybrid.append(rows[1])


def hybrid_alone(draft: Draft) -> None:
    """A row that only the hybrid's stream has, or that its table calls free."""
    number, _, other = _ambiguous(draft)
    draft.update.style = "hybrid"
    draft.update.in_hybrid.append((number, other))
    if draft.chance.random() < 0.6:
        draft.update.again.append((number, (0, 0, draft.chance.choice((0, 1, 65535)))))


def led_elsewhere(draft: Draft) -> None:
    """A row to another place, with offsets of nothing, of white space, or in the middle of a stream."""
    number, signed, other = _ambiguous(draft)
    near = signed[1] + draft.chance.choice((-9, -3, -1, 1, 2, 3))
    where = draft.chance.choice((other, other, (1, 0, 0), (1, max(0, near), 0), (1, len(draft.content), 0)))
    draft.update.moved[number] = where


def packed_twice(draft: Draft) -> None:
    """An object stream that holds a number twice, or whose rows have other indices."""
    number, chance = draft.any_object(), draft.chance
    value = draft.objects.get(number)
    if isinstance(value, Made):
        return
    draft.now(number)
    draft.update.style, draft.update.compressed = "stream", True
    other = draft.objects.get(draft.any_object())
    if isinstance(value, dict) and chance.random() < 0.6:
        other = {**value, "Contents": draft.new(drawing(draft))}
    draft.update.in_front = chance.random() < 0.5
    if chance.random() < 0.7 and not isinstance(other, Made):
        draft.update.packed.append((number if chance.random() < 0.8 else draft.any_object(), other))
    if chance.random() < 0.4:
        draft.update.indices = chance.choice((-1, 1, 1, 7, 65535))


def other_container(draft: Draft) -> None:
    """A compressed row into another object stream."""
    containers = [n for n, v in draft.objects.items() if isinstance(v, Made) and v.dictionary.get("Type") == "ObjStm"]
    container = draft.one(tuple(containers))
    draft.update.style = draft.chance.choice(("stream", "hybrid"))
    row = (2, container, draft.chance.randrange(4))
    draft.update.moved[draft.any_object()] = row
    if draft.chance.random() < 0.3:
        draft.update.in_hybrid.append((draft.any_object(), row))


def other_previous(draft: Draft) -> None:
    """/Prev, or a second one, to another section, or none."""
    found = [match.start() for match in re.finditer(rb"(?<!start)xref\b|[0-9]+ 0 obj[^a-z]{0,20}/Type\s*/XRef", draft.content)]
    at = draft.chance.choice(found or [0]) + draft.chance.choice((0, 0, 0, 0, 1, -1))
    if draft.chance.random() < 0.5:
        draft.update.trailer_text = b"/Prev %d " % at
    else:
        draft.update.trailer["Prev"] = draft.chance.choice((at, float(at), None))


def other_size(draft: Draft) -> None:
    """/Size too small or too large: readers drop, or do not drop, the numbers beyond it (7.5.5)."""
    highest = max([1, *draft.objects])
    size = highest + draft.chance.choice((-1, 0, 0, 1, 2, 100)) if draft.chance.random() < 0.7 else draft.chance.randrange(1, 20)
    draft.update.trailer["Size"] = size
    if draft.chance.random() < 0.3:
        draft.update.trailer_text = b"/Size %d " % draft.chance.choice((1, 3, highest + 5))


def other_root(draft: Draft) -> None:
    """/Root of another generation, twice, as a copy, or spelled otherwise."""
    root, chance = draft.structure.root, draft.chance
    copied: Any = draft.objects.get(root)
    page = draft.objects.get(draft.one(draft.structure.pages))
    if isinstance(copied, dict) and isinstance(page, dict):
        evil = draft.new({**page, "Contents": draft.new(drawing(draft))})
        copied = draft.new({**copied, "Pages": draft.new({"Type": Name("Pages"), "Kids": [evil], "Count": 1})})
    reference = copied if isinstance(copied, Reference) else Reference(root, 0)
    match chance.randrange(4):
        case 0:
            draft.update.trailer["Root"] = Reference(root, chance.choice((1, 65535)))
        case 1:
            draft.update.trailer_text = b"/Root " + write(reference) + b" "
        case 2:
            draft.update.trailer_text = b"/Ro#6ft " + write(reference) + b" "
        case _:
            draft.update.trailer = {"Root": Raw(b"%d %%\n0 R" % root)}


def other_head(draft: Draft) -> None:
    """`n g obj` with another number or generation than the row's."""
    number, chance = draft.any_object(), draft.chance
    draft.now(number)
    draft.update.heads[number] = chance.choice(((number, 1), (number, 65535), (draft.any_object(), 0), (number + 1, 0)))
    if chance.random() < 0.3:
        draft.update.generations[number] = 1
        draft.update.heads[number] = (number, 0)


def narrow(draft: Draft) -> None:
    """/W without a field: type 1 is meant where the first is missing, 0 where the third is (Table 17)."""
    draft.update.style = draft.chance.choice(("stream", "hybrid"))
    draft.update.compressed = False
    draft.update.widths = draft.chance.choice(((0, 5, 2), (1, 5, 0), (0, 5, 0), (2, 5, 2), (1, 8, 2), (1, 2, 2)))
    draft.now(draft.any_object())


def planted(draft: Draft) -> None:
    """Another object of a number that is in use, unlisted or inside a stream, before somebody signs all of it."""
    chance, number = draft.chance, draft.one((*draft.structure.pages, *draft.structure.streams))
    value = draft.objects.get(number)
    evil: Any = drawing(draft)
    if isinstance(value, dict):
        evil = {**value, "Contents": draft.new(drawing(draft))}
    if chance.random() < 0.5:
        held = draft.new(evil)
        draft.update.heads[held.number] = (number, 0)
        draft.update.hidden = (*draft.update.hidden, held.number)
    else:
        text = b"\n%d 0 obj\n%b\nendobj\n" % (number, write(evil))
        draft.new(Made({"Type": Name("EmbeddedFile")}, text))


def older_section(draft: Draft) -> None:
    """startxref leads to an older section."""
    draft.update.startxref = last_startxref(draft.content)


SECTION_EDITS: tuple[Callable[[Draft], None], ...] = (
    twice,
    twice,
    twice,
    hybrid_alone,
    led_elsewhere,
    led_elsewhere,
    packed_twice,
    packed_twice,
    other_container,
    other_previous,
    other_size,
    other_root,
    other_head,
    narrow,
    planted,
    planted,
    older_section,
)
