"""A document on its way from source to mutant, and the values that edits put into it."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sources import Structure
from updates import Made, Raw, Update, text

from sigcheck.engine.pdf.objects import Name, Reference

DRAWING = b"q 1 0 0 rg 60 400 300 60 re f Q BT /F1 24 Tf 80 420 Td (Approved: 900 000 000) Tj ET"


@dataclass
class Draft:
    """A document on its way from source to mutant. `objects` follows the updates, not the damage."""

    chance: Random
    content: bytes
    structure: Structure
    objects: dict[int, Any]
    trailer: dict[str, Any]
    steps: list[str] = field(default_factory=list)
    update: Update = field(default_factory=Update)

    def now(self, number: int) -> Any:
        """The object as this update has it so far, ready to be changed."""
        if number not in self.update.objects:
            self.update.objects[number] = copy.deepcopy(self.objects.get(number))
        return self.update.objects[number]

    def new(self, value: Any) -> Reference:
        """A new object."""
        number = max([0, *self.objects, *self.update.objects]) + 1
        self.update.objects[number] = value
        return Reference(number, 0)

    def table(self, number: int) -> dict[str, Any]:
        """The dictionary of an object, ready to be changed; an empty one of nobody's where there is none."""
        value = self.now(number)
        if isinstance(value, Made):
            return value.dictionary
        return value if isinstance(value, dict) else {}

    def one(self, numbers: tuple[int, ...]) -> int:
        """One of these objects, or the catalog when there is none."""
        return self.chance.choice(numbers) if numbers else self.structure.root

    def any_object(self) -> int:
        return self.one(tuple(self.objects))

    def held(self, value: Any) -> Any:
        """The object that a value refers to, without its being changed."""
        return self.objects.get(value.number) if isinstance(value, Reference) else value


def drawing(draft: Draft) -> Made:
    """A stream that paints; sometimes nothing at all."""
    content = draft.chance.choice((DRAWING, DRAWING, b"", b"Q Q Q", b"/F1 Do", b"q 0 0 600 800 re f"))
    if draft.chance.random() < 0.3:
        return Made({"Filter": Name("FlateDecode")}, zlib.compress(content))
    return Made({}, content)


def appearance(draft: Draft) -> Made:
    made = drawing(draft)
    return Made({**made.dictionary, "Type": Name("XObject"), "Subtype": Name("Form"), "BBox": [0, 0, 600, 800]}, made.stored)


def rectangle(draft: Draft) -> list[int]:
    return draft.chance.choice(([60, 400, 360, 460], [0, 0, 600, 850], [0, 0, 0, 0], [10, 10, 20, 20], [300, 300, 100, 100]))


def any_value(draft: Draft) -> Any:
    """A value that has no business to be where it will be."""
    chance = draft.chance
    action = {"S": Name("JavaScript"), "JS": text(b"app.alert(1)")}
    small: tuple[Any, ...] = (
        None,
        0,
        1,
        -1,
        2**31,
        2**63,
        1.5,
        True,
        [],
        {},
        Name("None"),
        text(b""),
        [0, 0, 600, 800],
        Raw(b"<<"),
        Raw(b"[[["),
    )
    made: tuple[Callable[[], Any], ...] = (
        lambda: chance.choice(small),
        lambda: Reference(draft.any_object(), 0),
        lambda: Reference(draft.any_object(), chance.choice((1, 65535))),
        lambda: Reference(max([0, *draft.objects]) + chance.randrange(1, 50), 0),
        lambda: draft.new(drawing(draft)),
        lambda: draft.new(action),
        lambda: copy.deepcopy(draft.objects.get(draft.any_object())) if chance.random() < 0.5 else action,
    )
    value = chance.choice(made)()
    return draft.new(value) if isinstance(value, Made) else value
