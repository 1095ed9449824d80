"""Lines of text for a terminal or a file: wrapped to a width, styled only where colour is wanted, nothing parsed as markup.

Widths are rich's; its console, which takes longer to load than a document to check, is not needed for five styles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len, chop_cells

from sigcheck.reporting.commands import words
from sigcheck.reporting.options import ReportOptions

NARROW: Final = 60
"""Below this width a value stands under its label instead of beside it."""
LABEL_COLUMN: Final = 24
LEAST_WIDTH, LEAST_COLUMN = 20, 8
"""Columns of a page, and of a paragraph on it: below these every word would be cut."""

_CODES: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}
"""Select Graphic Rendition (ECMA-48, 8.3.117) by the words of a style."""
_WORD: Final = re.compile(r"\s*\S+\s*")

Piece = tuple[str, str]
"""Text and its style."""


class Page:
    """Collects wrapped lines. Values are plain text; they are never read as markup."""

    def __init__(self, options: ReportOptions) -> None:
        self.width = max(options.width, LEAST_WIDTH)
        self._colour = options.colour
        self._lines: list[str] = []

    def blank(self) -> None:
        self._lines.append("\n")

    def line(self, text: str, *, style: str = "", indent: int = 0, commands: bool = False) -> None:
        """One paragraph, all its lines at one indent. With `commands`, those between backticks are kept whole."""
        self._hung([(" " * indent, "")], text, style, commands)

    def marked(self, mark: str, mark_style: str, text: str, *, indent: int = 0, style: str = "") -> None:
        """A paragraph behind a mark, its further lines aligned with its first."""
        self._hung([(" " * indent, ""), (mark, mark_style), (" ", "")], text, style)

    def field(self, label: str, value: str, *, indent: int = 2, style: str = "", commands: bool = False) -> None:
        """A label and its value, side by side, or one below the other where the page or the column is too narrow.

        Without a label the value goes on below the one before.
        """
        if not label:
            self.line(value, style=style, indent=indent + (2 if self.width < NARROW else LABEL_COLUMN), commands=commands)
        elif self.width < NARROW or len(label) + 2 > LABEL_COLUMN:
            self.line(f"{label}:", style="bold", indent=indent)
            self.line(value, style=style, indent=indent + 2, commands=commands)
        else:
            self._hung([(" " * indent, ""), (f"{label}:".ljust(LABEL_COLUMN), "bold")], value, style, commands)

    def digest(self, label: str, value: str) -> None:
        """A digest below its label, in one piece where the page is wide enough, so that it can be copied and searched."""
        self.line(f"{label}:", style="bold", indent=2)
        self.line(value, indent=0 if len(value) <= self.width < len(value) + 4 else 4)

    def text(self) -> str:
        return "".join(self._lines)

    def _hung(self, before: list[Piece], body: str, style: str, commands: bool = False) -> None:
        """A paragraph whose first line stands behind `before`, the further ones below its own beginning."""
        column = sum(cell_len(text) for text, _ in before)
        width = max(self.width - column, LEAST_COLUMN)
        found = words if commands else _WORD.findall
        for line in (line for part in body.split("\n") for line in _wrapped(found(part.expandtabs()), width)):
            self._lines.append(self._styled([*before, (line.rstrip(), style)]) + "\n")
            before = [(" " * column, "")]

    def _styled(self, pieces: list[Piece]) -> str:
        """The pieces of a line in their styles, without the white space at its end."""
        while pieces and not pieces[-1][0].rstrip():
            pieces.pop()
        if not pieces:
            return ""
        pieces[-1] = (pieces[-1][0].rstrip(), pieces[-1][1])
        return "".join(self._shown(*piece) for piece in pieces)

    def _shown(self, text: str, style: str) -> str:
        if not (self._colour and style and text):
            return text
        return f"\x1b[{';'.join(_CODES[word] for word in style.split())}m{text}\x1b[0m"


def _wrapped(found: list[str], width: int) -> Iterator[str]:
    """Lines of at most `width` columns, broken between words; a wider command is broken at its spaces, a wider word is cut."""
    line, columns = "", 0
    for word in found:
        wide = cell_len(word.rstrip())
        if wide <= width - columns:
            line, columns = line + word, columns + cell_len(word)
        elif wide > width and len(word.split()) > 1:
            *full, line = filter(None, (line, *_wrapped(_WORD.findall(word), width)))
            yield from full
            columns = cell_len(line)
        elif wide > width:
            *cut, rest = chop_cells(word, width)
            yield from filter(None, (line, *cut))
            line, columns = rest, cell_len(rest)
        else:
            if line:
                yield line
            line, columns = word, cell_len(word)
    yield line
