"""The sheet that lines of a report are written on as HTML: headings, definition lists and lists, one page's levels apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sigcheck.reporting.html.markup import Markup, joined, tag, with_commands

_TONES: Final = {"green": "good", "red": "bad", "yellow": "open"}


@dataclass(slots=True)
class _Item:
    kind: str
    text: str
    label: str = ""
    mark: str = ""
    tone: str = ""
    bold: bool = False
    indent: int = 0
    below: list[_Item] = field(default_factory=list)


class HtmlSheet:
    """Collects what is written; `level` is the level of its headings (2: h2)."""

    def __init__(self, level: int) -> None:
        self.level = level
        self._items: list[_Item] = []

    def blank(self) -> None:
        """Distances are the style sheet's affair."""

    def line(self, text: str, *, style: str = "", indent: int = 0, commands: bool = False) -> None:
        said = with_commands(text) if commands else text
        item = _Item("heading" if "bold" in style else "line", said, tone="dim" if "dim" in style else "", indent=indent)
        last = self._items[-1] if self._items else None
        if item.kind == "line" and last is not None and last.kind == "mark" and indent > last.indent:
            last.below.append(item)
        else:
            self._items.append(item)

    def marked(self, mark: str, mark_style: str, text: str, *, indent: int = 0, style: str = "") -> None:
        tone = next((tone for colour, tone in _TONES.items() if colour in mark_style), "dim")
        kind = "title" if "bold" in style and not indent else "mark"
        self._items.append(_Item(kind, text, mark=mark, tone=tone, bold="bold" in style, indent=indent))

    def field(self, label: str, value: str, *, indent: int = 2, style: str = "", commands: bool = False) -> None:
        said = with_commands(value) if commands else value
        self._items.append(_Item("field", said, label=label, bold="bold" in style, indent=indent))

    def digest(self, label: str, value: str) -> None:
        self._items.append(_Item("field", value, label=label, tone="code"))

    def title(self) -> tuple[Markup, str]:
        """The mark and the words of the title that was written first, taken away; nothing without one."""
        if not self._items or self._items[0].kind != "title":
            return Markup(""), ""
        item = self._items.pop(0)
        return _mark(item), item.text

    def drop_heading(self) -> None:
        """Take away the heading that was written first: the page has it already."""
        if self._items and self._items[0].kind == "heading":
            del self._items[0]

    def markup(self) -> Markup:
        """What was written. What stands deeper than a heading belongs to it, and ends where something less deep follows."""
        parts: list[Markup] = []
        waiting = list(self._items)
        while waiting:
            item = waiting.pop(0)
            if item.kind != "heading" or not item.indent:
                parts.append(self._run([item, *_like(item, waiting)]))
                continue
            within = [self._run([item])]
            while waiting and waiting[0].kind != "heading" and waiting[0].indent > item.indent:
                first = waiting.pop(0)
                within.append(self._run([first, *_like(first, waiting)]))
            parts.append(tag("section", *within, class_="part"))
        return joined(*parts, by="\n")

    def _run(self, run: list[_Item]) -> Markup:
        match run[0].kind:
            case "heading":
                return tag(f"h{self.level + (1 if run[0].indent else 0)}", run[0].text.removesuffix(":"))
            case "title":
                return tag(f"h{self.level}", _mark(run[0]), " ", run[0].text)
            case "field":
                return tag("dl", *_definitions(run))
            case "mark":
                return tag("ul", *[_marked_item(item) for item in run], class_="marks")
            case _:
                return tag("p", run[0].text, class_=run[0].tone or None)


def _like(first: _Item, waiting: list[_Item]) -> list[_Item]:
    """The items next in line that go into one list with `first`; they are taken away."""
    found: list[_Item] = []
    while waiting and first.kind in {"mark", "field"} and waiting[0].kind == first.kind:
        goes_on = first.kind == "field" and not waiting[0].label
        if waiting[0].indent != first.indent and not goes_on:
            break
        found.append(waiting.pop(0))
    return found


def _mark(item: _Item) -> Markup:
    return tag("span", item.mark, class_=f"mark {item.tone}")


def _definitions(run: list[_Item]) -> list[Markup]:
    """Labels and values; values that stand deeper without a label are a list within the one before."""
    parts: list[Markup] = []
    waiting = list(run)
    while waiting:
        item = waiting.pop(0)
        within = []
        while waiting and not waiting[0].label and waiting[0].indent > run[0].indent:
            within.append(tag("li", waiting.pop(0).text))
        value = tag("code", item.text) if item.tone == "code" else tag("strong", item.text) if item.bold else item.text
        parts += [
            *([tag("dt", item.label)] if item.label else []),
            tag("dd", value, *([tag("ul", *within, class_="many")] if within else [])),
        ]
    return parts


def _marked_item(item: _Item) -> Markup:
    text = tag("strong", item.text) if item.bold else item.text
    return tag("li", _mark(item), " ", text, *[tag("p", below.text, class_=below.tone or None) for below in item.below])
