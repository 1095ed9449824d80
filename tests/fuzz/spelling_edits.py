"""Objects written again with the value that they have, in spellings that readers do not read alike (ISO 32000-2, 7.2 and 7.3)."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable
from typing import Any

from draft import DRAWING, Draft, drawing
from object_edits import PAGE_KEYS
from updates import Made, Raw, references, write

from sigcheck.engine.pdf.objects import Name, Reference


def _likely(draft: Draft) -> int:
    """An object that decides what is seen, rather than any."""
    shown = draft.structure
    return draft.chance.choice((draft.one(shown.pages), draft.one(shown.pages), draft.one(shown.annotations), draft.any_object()))


def _parent(draft: Draft) -> int:
    tables = (n for n, value in draft.objects.items() if isinstance(value, dict) and value.get("Type") == "Pages")
    return draft.one(tuple(tables))


def _written(draft: Draft, number: int, entries: bytes) -> None:
    value = draft.objects.get(number)
    if isinstance(value, Made):
        entries += b"\nstream\n" + value.stored + b"\nendstream"
    draft.update.objects[number] = Raw(entries)


def _entries(value: Any) -> dict[str, Any]:
    if isinstance(value, Made):
        return {**value.dictionary, "Length": len(value.stored)}
    return dict(value) if isinstance(value, dict) else {}


def _other(draft: Draft, key: str, value: Any) -> Any:
    """Another value that fits the key."""
    chance = draft.chance
    match key:
        case "Contents" if isinstance(value, Reference | list):
            return draft.new(drawing(draft))
        case "Kids" | "Annots" | "Fields":
            page = copy.deepcopy(draft.objects.get(draft.one(draft.structure.pages)))
            evil = draft.new({**page, "Contents": draft.new(Made({}, DRAWING))}) if isinstance(page, dict) else None
            return chance.choice(([], [evil] if key == "Kids" else []))
        case "MediaBox" | "CropBox" | "Rect":
            return [0, 0, 100, 100]
        case "Rotate":
            return 90
        case "Filter":
            return chance.choice((Name("ASCIIHexDecode"), [], Name("Fl")))
        case _:
            return chance.choice((None, 0, [], {}, Name("X"), Reference(draft.any_object(), 0)))


def key_twice(draft: Draft) -> None:
    """A key twice, the signed value first or last, spelled alike or with #xx; in the object or in a dictionary inside it."""
    chance = draft.chance
    number = _parent(draft) if chance.random() < 0.2 else _likely(draft)
    entries = _entries(draft.objects.get(number))
    keys = [key for key in ("Contents", "Annots", "Kids", "MediaBox", "Resources", "AP", "Rect", "Rotate") if key in entries]
    key = chance.choice(keys if keys and chance.random() < 0.8 else [*entries, "Rotate", "CropBox"])
    name = b"/" + key.encode("utf-8", "replace")
    if chance.random() < 0.3:
        at = chance.randrange(1, len(name)) if len(name) > 1 else 1
        name = name[:at] + b"#%02x" % (name[at] if at < len(name) else 0x41) + name[at + 1 :]
    again = name + b" " + write(_other(draft, key, entries.get(key))) + b" "
    whole = write(entries)
    if chance.random() < 0.3:
        again *= chance.choice((2, 40))
    _written(draft, number, whole[:2] + again + whole[2:] if chance.random() < 0.6 else whole[:-2] + again + whole[-2:])


def odd_number(draft: Draft) -> None:
    """Numbers with signs inside, two points, words behind them: read up to there, or as 0, or not at all."""
    chance, number = draft.chance, draft.one(draft.structure.pages) if draft.chance.random() < 0.7 else _likely(draft)
    value = copy.deepcopy(draft.objects.get(number))
    entries = _entries(value)
    found = [
        (holder, key) for holder in (entries, *entries.values()) for key, item in _items(holder) if type(item) in (int, float)
    ]
    if not found:
        return
    holder, key = chance.choice(found)
    plain = write(holder[key])
    odd = (
        b"%b-400",
        b"%b.0.5",
        b"%b-",
        b"+%b",
        b"00%b",
        b"--%b",
        b"%b.",
        b"%b%%\n",
        b"%b.0000001",
        b"%be1",
        b"%bx",
        b"%b 0 %%\nR",
    )
    holder[key] = Raw(chance.choice(odd) % plain)
    _written(draft, number, write(entries))


def _items(holder: Any) -> list[tuple[Any, Any]]:
    if isinstance(holder, dict):
        return list(holder.items())
    return list(enumerate(holder)) if isinstance(holder, list) else []


def stray(draft: Draft) -> None:
    """Words, comments and odd white space between the entries, or behind the object."""
    chance, number = draft.chance, _likely(draft)
    entries = _entries(draft.objects.get(number))
    streams = list(references(entries.get("Contents"))) or [Reference(number, 0)]
    evil = b"%b" % write(draft.new(drawing(draft)))
    things = (
        b"%% x\n",
        b"%% >>\r",
        b"%%\x0c/Contents " + evil + b"\n",
        b"foo ",
        b"R ",
        b"0 ",
        b"() ",
        b"/ ",
        b"/X ",
        b"\x00\x0c ",
        b"\x80 ",
        b"\xff/Contents " + evil + b" ",
        b"null ",
        b"endobj ",
        b"true/Contents " + evil + b" ",
        b"/Contents %d 0%%\nR " % streams[0].number,
        b"/Contents %d 0%%\nR " % chance.choice(draft.structure.streams or (1,)),
    )
    thing, whole = chance.choice(things), write(entries)
    at = chance.choice((2, len(whole) - 2))
    written = whole[:at] + b" " + thing.replace(b"%%", b"%") + whole[at:]
    if chance.random() < 0.2:
        page = draft.objects.get(number)
        written = whole + chance.choice((b" <</Contents " + evil + b">>", b" 7", b" >>", b" %c\n", write(page)))
    _written(draft, number, written)


def names(draft: Draft) -> None:
    """Names spelled with #xx, with #00, or with a broken escape."""
    number, chance = _likely(draft), draft.chance
    whole = write(_entries(draft.objects.get(number)))
    at = [index for index in range(len(whole)) if whole[index : index + 1] == b"/"]
    for place in sorted(chance.sample(at, min(len(at), 3)), reverse=True):
        letter = whole[place + 1 : place + 2]
        new = chance.choice(
            (b"#%02X" % letter[0] if letter else b"", letter + b"#", b"#00" + letter, b"#4" + letter, b"#20" + letter)
        )
        whole = whole[: place + 1] + new + whole[place + 2 :]
    _written(draft, number, whole)


def strings(draft: Draft) -> None:
    """Hexadecimal strings with odd digits; literal ones with parentheses and escapes."""
    number, chance = _likely(draft), draft.chance
    whole = write(_entries(draft.objects.get(number)))
    odd = chance.choice((b"<4", b"<zz4", b"< 4 1", b"<41 %x\n", b"<4\x00"))
    written = whole.replace(b"<4", odd, 1) if chance.random() < 0.5 else whole
    more = (b"(\\", b"(a(b)", b"(a\\))", b"(a\r\n\\\r\nb)", b"(\\8\\400\\1)", b"<4", b"<>", b"<<4>>", b"(()")
    _written(draft, number, written[:2] + b"/NM " + chance.choice(more) + b" " + written[2:])


def stream_spelling(draft: Draft) -> None:
    """A stream of the same bytes: its /Length wrong, `endstream` inside, abbreviated, listed or doubled filters."""
    chance, number = draft.chance, draft.one(draft.structure.streams)
    pages = [r.number for p in draft.structure.pages for r in references(_entries(draft.objects.get(p)).get("Contents"))]
    number = draft.one(tuple(pages)) if chance.random() < 0.7 else number
    old = draft.objects.get(number)
    if not isinstance(old, Made):
        return
    stored, entries = old.stored, {k: v for k, v in old.dictionary.items() if k != "Length"}
    length: Any = chance.choice((len(stored), len(stored) - 1, len(stored) + 1, 0, 5, len(stored) + 300, None, Raw(b"-1")))
    compressed = entries.get("Filter") == "FlateDecode"
    evil = zlib.compress(DRAWING) if compressed else DRAWING
    match chance.randrange(7):
        case 0:
            stored += b"\nendstream\n" + evil
        case 1:
            stored = stored[:20] + b"\nendstream\nendobj\n" + stored[20:]
        case 2 if compressed:
            entries["Filter"] = chance.choice((Name("Fl"), [Name("FlateDecode")], [Name("Fl")], Raw(b"/Fl#61teDecode")))
        case 3 if not compressed:
            entries["F"] = chance.choice((Name("Fl"), b"x", [Name("AHx")]))
        case 4:
            entries["Filter"] = [entries["Filter"], Name("Crypt")] if "Filter" in entries else []
        case 5:
            entries["DecodeParms"] = chance.choice(({"Predictor": 12, "Columns": 1}, None, [None], Raw(b"<</Predictor 1>>")))
        case _:
            entries["DL"] = 3
    begin = chance.choice((b"\nstream\n", b"\nstream\r\n", b"\nstream\r", b"stream ", b"\nstream \n", b" %x\nstream\n"))
    end = chance.choice((b"\nendstream", b"endstream", b"\r\n\r\nendstream", b"\nendobj", b"\nendstrea"))
    written = write({**entries, "Length": length}) if length is not None else write(entries)
    if chance.random() < 0.3:
        written = b"<</Length %d " % chance.choice((0, 10, len(stored))) + written[2:]
    draft.update.objects[number] = Raw(written + begin + stored + end)


def untyped(draft: Draft) -> None:
    """/Type left out or another one."""
    number = draft.chance.choice((_likely(draft), _parent(draft), draft.structure.root))
    table = draft.table(number)
    if draft.chance.random() < 0.5:
        table.pop("Type", None)
    else:
        table["Type"] = draft.chance.choice((Name("Pages"), Name("Page"), Name("Template"), None))


def tree(draft: Draft) -> None:
    """The page tree's /Count wrong, a page listed twice, values inherited from a parent of one's own, /Parent elsewhere."""
    chance, number = draft.chance, _parent(draft)
    table, page = draft.table(number), draft.table(draft.one(draft.structure.pages))
    match chance.randrange(6):
        case 0:
            table["Count"] = chance.choice((0, 1, 2, -1, 99, 1.0, None))
        case 1 if isinstance(table.get("Kids"), list):
            table["Kids"] = [*table["Kids"], *table["Kids"][:1]]
        case 2:
            table[chance.choice(("Resources", "MediaBox", "CropBox", "Rotate"))] = chance.choice(([0, 0, 50, 50], 90, {}, None))
        case 3:
            parent = draft.new({"Type": Name("Pages"), "Kids": [], "Count": 0, "Rotate": 90, "Parent": Reference(number, 0)})
            page["Parent"] = parent
        case 4:
            page.pop(chance.choice(PAGE_KEYS), None)
        case _:
            table["Parent"] = Reference(chance.choice((number, draft.structure.root)), 0)


SPELLING_EDITS: tuple[Callable[[Draft], None], ...] = (
    key_twice,
    key_twice,
    key_twice,
    odd_number,
    odd_number,
    stray,
    stray,
    names,
    strings,
    stream_spelling,
    stream_spelling,
    untyped,
    tree,
)
