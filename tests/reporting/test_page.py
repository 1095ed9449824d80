"""Pages of text are wrapped and styled as rich's console would, which knows every terminal and every script."""

from __future__ import annotations

import random
from io import StringIO

import pytest
from rich.console import Console
from rich.text import Text

from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.page import Page

WORDS = (
    "Chữ",
    "ký",
    "hợp lệ",
    "⟨U+202E⟩",
    "漢字仮名",
    "a" * 70,
    "e\u0301",
    "—",
    "x",
    "👩‍👩‍👧",
    "lần  hai",
    "ﾠ",
    "tail ",
    "\n",
    "một\nhai",
)


def by_rich(before: list[tuple[str, str]], body: str, style: str, width: int, colour: bool) -> str:
    out = StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, color_system="standard" if colour else None, legacy_windows=False,
        markup=False, highlight=False, emoji=False, _environ={},
    )  # fmt: skip
    hung = Text.assemble(*before)
    for number, line in enumerate(Text(body, style=style).wrap(console, max(width - hung.cell_len, 8), overflow="fold")):
        line.rstrip()
        whole = Text.assemble(hung if number == 0 else " " * hung.cell_len, line)
        whole.rstrip()
        console.print(whole, no_wrap=True, crop=False, overflow="ignore")
    return out.getvalue()


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("width", [20, 37, 80, 110])
def test_paragraphs_are_those_of_rich(width: int, colour: bool) -> None:
    chance = random.Random(width)  # noqa: S311 - texts, no secrets
    for _ in range(300):
        text = " ".join(chance.choice(WORDS) for _ in range(chance.randrange(12)))
        style, mark_style = chance.choice(("", "bold", "dim", "bold yellow")), chance.choice(("bold red", "bold green", "dim"))
        page = Page(ReportOptions("vi", width=width, colour=colour))
        page.marked("✔", mark_style, text, indent=4, style=style)
        assert page.text() == by_rich([(" " * 4, ""), ("✔", mark_style), (" ", "")], text, style, width, colour), text
