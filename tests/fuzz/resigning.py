"""A further, sound signature by a trusted key over what was done before: the attacker gets an honest signer to sign last."""

from __future__ import annotations

import re
from typing import Any

from draft import Draft, appearance, rectangle
from object_edits import form
from updates import Raw, Update, append, text

from generator import cms
from generator.drafting import COMPANY, HEAD, LEADER, OFFICE, SEAL, USUAL, recipe
from sigcheck.engine.pdf.objects import Name, Reference

SIGNERS = (LEADER, SEAL, OFFICE, COMPANY, HEAD)
_ROOM = 2600
_FREE = b"[0 " + b" " * 40 + b"]"


def resign(draft: Draft) -> tuple[tuple[int, int, int, int], ...]:
    """Append a revision with a signature by one of the samples' keys; the ByteRange that it has."""
    chance = draft.chance
    draft.update = Update(style=chance.choice(("table", "stream")))
    value: dict[str, Any] = {"Type": Name("Sig"), "Filter": Name("Adobe.PPKLite"), "SubFilter": Name("adbe.pkcs7.detached")}
    value |= {"ByteRange": Raw(_FREE), "Contents": Raw(b"<" + b"0" * (2 * _ROOM) + b">")}
    page = draft.one(draft.structure.pages)
    widget: dict[str, Any] = {"Type": Name("Annot"), "Subtype": Name("Widget"), "FT": Name("Sig"), "T": text(b"Resigned")}
    widget |= {"V": draft.new(value), "Rect": rectangle(draft), "F": 132, "P": Reference(page, 0)}
    if chance.random() < 0.5:
        widget["AP"] = {"N": draft.new(appearance(draft))}
    reference = draft.new(widget)
    fields, held = form(draft), draft.table(page)
    for table, key in ((fields, "Fields"), (held, "Annots")):
        inside = draft.held(table.get(key))
        table[key] = [*(inside if isinstance(inside, list) else []), reference]
    before = len(draft.content)
    out = bytearray(append(draft.content, draft.update, draft.trailer))
    token = re.compile(rb"<0{%d}>" % (2 * _ROOM)).search(out, before)
    numbers = out.find(_FREE, before)
    if token is None or numbers < 0:
        return ()
    start, end = token.span()
    out[numbers : numbers + len(_FREE)] = (b"[0 %d %d %d" % (start, end, len(out) - end)).ljust(len(_FREE) - 1) + b"]"
    signed = cms.build(recipe(chance.choice(SIGNERS), USUAL if chance.random() < 0.5 else None), bytes(out[:start] + out[end:]))
    out[start + 1 : end - 1] = signed.hex().encode().ljust(2 * _ROOM, b"0")
    draft.content = bytes(out)
    draft.objects |= draft.update.objects
    return ((0, start, end, len(out) - end),)
