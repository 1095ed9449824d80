"""What an appended revision may do to a document: the ways of attackers, of honest programs, and of chance."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Final

from draft import DRAWING, Draft, any_value, appearance, drawing, rectangle
from updates import Made, references, text

from sigcheck.engine.pdf.objects import Name, Reference

KINDS: Final = (
    "Text",
    "FreeText",
    "Stamp",
    "Square",
    "Link",
    "Popup",
    "Highlight",
    "Ink",
    "Redact",
    "Watermark",
    "Screen",
    "Movie",
)
ROOT_KEYS: tuple[str, ...] = (
    "OpenAction",
    "AA",
    "Names",
    "Outlines",
    "PageLabels",
    "ViewerPreferences",
    "OCProperties",
    "Lang",
    "Metadata",
)
ROOT_KEYS += ("StructTreeRoot", "MarkInfo", "Version", "Extensions", "PageMode", "Collection", "URI", "Dests", "Perms", "DSS")
FIELD_KEYS = (
    "V",
    "AP",
    "AS",
    "Rect",
    "F",
    "Ff",
    "T",
    "DA",
    "MK",
    "Kids",
    "Parent",
    "FT",
    "P",
    "A",
    "AA",
    "DV",
    "TU",
    "OC",
    "Lock",
)
SIGNATURE_KEYS = ("ByteRange", "Contents", "SubFilter", "Filter", "M", "Name", "Reason", "Reference", "Type", "Cert", "Changes")
PAGE_KEYS = ("Contents", "Resources", "MediaBox", "CropBox", "Rotate", "Group", "AA", "UserUnit", "Tabs", "Thumb", "B", "Dur")

Edit = Callable[[Draft], None]


def overwrite(number_of: Callable[[Draft], int], keys: tuple[str, ...]) -> Edit:
    """An edit that changes one entry of an object."""

    def edit(draft: Draft) -> None:
        table = draft.table(number_of(draft))
        key = draft.chance.choice((*keys, *table))
        if draft.chance.random() < 0.25:
            table.pop(key, None)
        else:
            table[key] = any_value(draft)

    return edit


def page_content(draft: Draft) -> None:
    """Other content, in place, in front, behind, or by another stream."""
    page = draft.table(draft.one(draft.structure.pages))
    old, chance = page.get("Contents"), draft.chance
    streams = list(references(old)) or [Reference(draft.one(draft.structure.streams), 0)]
    match chance.randrange(4):
        case 0:
            draft.update.objects[chance.choice(streams).number] = drawing(draft)
        case 1:
            page["Contents"] = [*streams, draft.new(drawing(draft))]
        case 2:
            page["Contents"] = [draft.new(drawing(draft)), *streams]
        case _:
            page["Contents"] = draft.new(drawing(draft))


def stream_in_place(draft: Draft) -> None:
    """A font, an image, an object stream, a cross-reference stream: its bytes are others now."""
    number = draft.one(draft.structure.streams)
    old = draft.objects.get(number)
    if isinstance(old, Made):
        stored = bytearray(old.stored)
        for _ in range(draft.chance.randrange(1, 4) if stored else 0):
            stored[draft.chance.randrange(len(stored))] ^= 1 << draft.chance.randrange(8)
        fresh = bytes(stored) if draft.chance.random() < 0.5 else drawing(draft).stored
        draft.update.objects[number] = Made({k: v for k, v in old.dictionary.items() if fresh != DRAWING or k != "Filter"}, fresh)


def annotation(draft: Draft) -> None:
    """An annotation more on a page, of any kind, direct or not, with or without an appearance and an action."""
    chance, number = draft.chance, draft.one(draft.structure.pages)
    page = draft.table(number)
    note: dict[str, Any] = {"Type": Name("Annot"), "Subtype": Name(chance.choice(KINDS)), "Rect": rectangle(draft)}
    note |= {"F": chance.choice((0, 2, 4, 32, 132)), "P": Reference(number, 0), "Contents": text(b"note")}
    if chance.random() < 0.6:
        note["AP"] = {"N": draft.new(appearance(draft))}
    if chance.random() < 0.3:
        note["A"] = {"S": Name("URI"), "URI": text(b"http://x.invalid")} if chance.random() < 0.5 else any_value(draft)
    _put(draft, page, "Annots", draft.new(note) if chance.random() < 0.8 else note)


def _put(draft: Draft, table: dict[str, Any], key: str, value: Any) -> None:
    """Into an array, wherever it lies."""
    old = table.get(key)
    if isinstance(old, Reference) and isinstance(draft.objects.get(old.number), list) and draft.chance.random() < 0.7:
        draft.now(old.number).append(value)
    else:
        inside = draft.held(old)
        table[key] = [*(inside if isinstance(inside, list) else []), value]


def fewer_annotations(draft: Draft) -> None:
    page = draft.table(draft.one(draft.structure.pages))
    inside = draft.held(page.get("Annots"))
    if isinstance(inside, list) and inside:
        left = list(inside)
        draft.chance.shuffle(left)
        page["Annots"] = left[draft.chance.randrange(2) :]


def form(draft: Draft) -> dict[str, Any]:
    """The interactive form, wherever it lies, ready to be changed."""
    root = draft.table(draft.structure.root)
    held = root.get("AcroForm")
    if isinstance(held, Reference):
        return draft.table(held.number)
    return root.setdefault("AcroForm", {"Fields": []}) if isinstance(held, dict | None) else {}


def field_added(draft: Draft) -> None:
    """A new field: empty, signed with an existing signature, a text, or a parent of others."""
    chance, page = draft.chance, draft.one(draft.structure.pages)
    entries: dict[str, Any] = {"Type": Name("Annot"), "Subtype": Name("Widget"), "T": text(b"New%d" % chance.randrange(9))}
    entries |= {
        "FT": Name(chance.choice(("Sig", "Sig", "Sig", "Tx", "Btn"))),
        "Rect": rectangle(draft),
        "P": Reference(page, 0),
        "F": 132,
    }
    if chance.random() < 0.5:
        entries["AP"] = {"N": draft.new(appearance(draft))}
    if draft.structure.signatures and chance.random() < 0.5:
        number = draft.one(draft.structure.signatures)
        old = copy.deepcopy(draft.objects.get(number))
        if isinstance(old, dict) and chance.random() < 0.3:
            entries["V"] = draft.new(old | {chance.choice(SIGNATURE_KEYS): any_value(draft)})
        else:
            entries["V"] = Reference(number, 0) if chance.random() < 0.5 else draft.new(old)
    if chance.random() < 0.2:
        entries[chance.choice(FIELD_KEYS)] = any_value(draft)
    reference = draft.new(entries)
    if chance.random() < 0.9:
        _put(draft, form(draft), "Fields", reference)
    if chance.random() < 0.8:
        _put(draft, draft.table(page), "Annots", reference)


def fewer_fields(draft: Draft) -> None:
    table = form(draft)
    inside = draft.held(table.get("Fields"))
    if isinstance(inside, list):
        table["Fields"] = [value for value in inside if draft.chance.random() < 0.6]


def form_entry(draft: Draft) -> None:
    form(draft)[draft.chance.choice(("DR", "DA", "XFA", "NeedAppearances", "SigFlags", "CO", "Fields", "Q"))] = any_value(draft)


def security_store(draft: Draft) -> None:
    """/DSS as archives add it, with good, strange and dangerous things in it."""
    chance = draft.chance
    parts = [draft.new(Made({}, b"0\x03\x02\x01\x00")), Reference(draft.any_object(), 0), draft.new(drawing(draft))]
    store: dict[str, Any] = {
        "Type": Name("DSS"),
        chance.choice(("Certs", "CRLs", "OCSPs")): chance.sample(parts, chance.randrange(3)),
    }
    if chance.random() < 0.3:
        store["VRI"] = {"A" * 40: {"Cert": [chance.choice(parts)], "TU": text(b"D:20250101000000Z")}}
    if chance.random() < 0.3:
        store[chance.choice(("Contents", "Annots", "Kids", "AA", "Certs"))] = any_value(draft)
    draft.table(draft.structure.root)["DSS"] = draft.new(store) if chance.random() < 0.7 else store


def other_catalog(draft: Draft) -> None:
    """A catalog of its own beside the signed one, its pages copies or others."""
    root = copy.deepcopy(draft.objects.get(draft.structure.root))
    if isinstance(root, dict):
        page = copy.deepcopy(draft.objects.get(draft.one(draft.structure.pages)))
        if isinstance(page, dict) and draft.chance.random() < 0.7:
            page["Contents"] = draft.new(drawing(draft))
            root["Pages"] = draft.new({"Type": Name("Pages"), "Kids": [draft.new(page)], "Count": 1})
        draft.update.trailer["Root"] = draft.new(root)


def page_tree(draft: Draft) -> None:
    """Pages doubled, left out, turned round, or one more."""
    tables = [n for n, value in draft.objects.items() if isinstance(value, dict) and value.get("Type") == "Pages"]
    table = draft.table(draft.one(tuple(tables)))
    kids = table.get("Kids")
    if isinstance(kids, list):
        page = copy.deepcopy(draft.objects.get(draft.one(draft.structure.pages)))
        more = [draft.new(page)] if isinstance(page, dict) else []
        table["Kids"] = draft.chance.choice(([*kids, *kids], kids[1:], kids[::-1], [*kids, *more], [*more, *kids[1:]], []))
        if draft.chance.random() < 0.7:
            table["Count"] = len(table["Kids"])


def row_elsewhere(draft: Draft) -> None:
    """A cross-reference row that leads to another object, another time's object, into a string, or nowhere."""
    chance, number = draft.chance, draft.any_object()
    heads = range(0, len(draft.content), max(1, len(draft.content) // 50))
    places = [draft.content.find(b" obj", at) for at in heads]
    at = chance.choice([place for place in places if place > 0] or [0])
    start = draft.content.rfind(b"\n", 0, max(at, 1)) + 1
    rows = (
        (1, start, 0),
        (1, start, chance.choice((0, 1, 65535))),
        (1, chance.randrange(len(draft.content) + 100), 0),
        (2, draft.one(draft.structure.streams), chance.randrange(9)),
        (0, 0, chance.choice((0, 1, 65535))),
    )
    draft.update.moved[number] = chance.choice(rows)


def freed(draft: Draft) -> None:
    draft.update.objects[draft.any_object()] = None


def generation(draft: Draft) -> None:
    number = draft.any_object()
    draft.now(number)
    draft.update.generations[number] = draft.chance.choice((1, 2, 65535))


def repeated(draft: Draft) -> None:
    """An object written again as it was: nothing is changed."""
    draft.now(draft.any_object())


def trailer_entry(draft: Draft) -> None:
    chance = draft.chance
    key = chance.choice(("Root", "Info", "ID", "Encrypt", "Prev", "Size", "XRefStm", "Extra", "Prev", "XRefStm"))
    offsets = [int(at) for at in (0, len(draft.content), chance.randrange(len(draft.content)))]
    value = chance.choice((None, *offsets, any_value(draft)))
    if key == "Root" and chance.random() < 0.7:
        value = Reference(draft.any_object(), 0)
    draft.update.trailer[key] = value


def at_random(draft: Draft) -> None:
    """Any place in any object."""
    value = draft.now(draft.any_object())
    for _ in range(draft.chance.randrange(1, 5)):
        inside = value.dictionary if isinstance(value, Made) else value
        if isinstance(inside, dict) and inside:
            key = draft.chance.choice(tuple(inside))
        elif isinstance(inside, list) and inside:
            key = draft.chance.randrange(len(inside))
        else:
            return
        if draft.chance.random() < 0.4 or not isinstance(inside[key], dict | list):
            if draft.chance.random() < 0.2:
                del inside[key]
            else:
                inside[key] = any_value(draft)
            return
        value = inside[key]


def swapped(draft: Draft) -> None:
    """Two objects of one kind in each other's place."""
    kinds = (
        draft.structure.streams,
        draft.structure.pages,
        draft.structure.fields,
        draft.structure.signatures,
        tuple(draft.objects),
    )
    kind = draft.chance.choice(kinds)
    one, other = draft.one(kind), draft.one(kind)
    draft.update.objects |= {one: copy.deepcopy(draft.objects.get(other)), other: copy.deepcopy(draft.objects.get(one))}


def nothing(draft: Draft) -> None:
    """A revision that changes nothing."""
    draft.steps.append("empty")


EDITS: tuple[Edit, ...] = (
    page_content,
    page_content,
    stream_in_place,
    annotation,
    annotation,
    fewer_annotations,
    field_added,
    field_added,
    fewer_fields,
    form_entry,
    security_store,
    security_store,
    other_catalog,
    page_tree,
    row_elsewhere,
    row_elsewhere,
    freed,
    generation,
    repeated,
    trailer_entry,
    at_random,
    at_random,
    at_random,
    swapped,
    nothing,
    overwrite(lambda draft: draft.structure.root, ROOT_KEYS),
    overwrite(lambda draft: draft.one(draft.structure.pages), PAGE_KEYS),
    overwrite(lambda draft: draft.one(draft.structure.fields), FIELD_KEYS),
    overwrite(lambda draft: draft.one(draft.structure.fields), FIELD_KEYS),
    overwrite(lambda draft: draft.one(draft.structure.annotations), FIELD_KEYS),
    overwrite(lambda draft: draft.one(draft.structure.signatures), SIGNATURE_KEYS),
    overwrite(
        lambda draft: draft.one(draft.structure.streams), ("Filter", "Length", "DecodeParms", "Type", "N", "First", "W", "Index")
    ),
)
