"""Markup built from the inside out: whatever is not Markup already is text and is escaped."""

from __future__ import annotations

import html
from typing import Final

from sigcheck.reporting.commands import pieces

VOID: Final = frozenset({"meta", "br", "line", "rect", "circle", "path", "image"})
"""Elements that hold nothing: void ones of HTML, and shapes of SVG, closed at once."""
SHAPES: Final = frozenset({"line", "rect", "circle", "path", "image"})


class Markup(str):
    """Text that is markup. Only this module makes it."""

    __slots__ = ()


Part = Markup | str | None


def tag(name: str, /, *parts: Part, **attributes: str | float | bool | None) -> Markup:
    """An element. Names of attributes: `class_` is class, `aria_label` is aria-label; None and False leave one out."""
    said = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None and value is not False)
    if name in SHAPES and not parts:
        return Markup(f"<{name}{said}/>")
    if name in VOID and not parts:
        return Markup(f"<{name}{said}>")
    return Markup(f"<{name}{said}>{joined(*parts)}</{name}>")


def joined(*parts: Part, by: str = "") -> Markup:
    """Parts one behind the other."""
    return Markup(by.join(part if isinstance(part, Markup) else html.escape(part) for part in parts if part is not None))


def with_commands(text: str) -> Markup:
    """A sentence, its commands as code that lines break between arguments only."""
    return joined(*[_command(piece) if is_command else piece for piece, is_command in pieces(text)])


def _command(text: str) -> Markup:
    return tag("code", joined(*[tag("span", argument) for argument in text.split()], by=" "), class_="command")


def stylesheet(text: str) -> Markup:
    """A style element; `text` is ours, never a document's."""
    return Markup(f"<style>{text}</style>")


def _attribute(key: str, value: str | float | bool) -> str:
    name = key.rstrip("_").replace("_", "-")
    if name in {"viewBox"} or value is True:
        return f' {name}="{html.escape(str(value))}"' if value is not True else f" {name}"
    text = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
    return f' {name}="{html.escape(text)}"'
