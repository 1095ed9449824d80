"""Lines of text for a terminal or a file: wrapped to a width, styled only where colour is wanted, nothing parsed as markup."""

from __future__ import annotations

from io import StringIO
from typing import Final

from rich.console import Console
from rich.text import Text

from sigcheck.reporting.options import ReportOptions

NARROW: Final = 60
"""Below this width a value stands under its label instead of beside it."""
LABEL_COLUMN: Final = 24


class Page:
    """Collects wrapped lines. Values are plain text; they are never read as markup."""

    def __init__(self, options: ReportOptions) -> None:
        self.width = max(options.width, 20)
        self._out = StringIO()
        self._console = Console(
            file=self._out,
            width=self.width,
            force_terminal=options.colour,
            color_system="standard" if options.colour else None,
            legacy_windows=False,
            markup=False,
            highlight=False,
            emoji=False,
            _environ={},
        )

    def blank(self) -> None:
        self._console.print()

    def line(self, text: str, *, style: str = "", indent: int = 0) -> None:
        """One paragraph, all its lines at one indent."""
        self._hung(Text(" " * indent), Text(text, style=style))

    def marked(self, mark: str, mark_style: str, text: str, *, indent: int = 0, style: str = "") -> None:
        """A paragraph behind a mark, its further lines aligned with its first."""
        self._hung(Text.assemble(" " * indent, (mark, mark_style), " "), Text(text, style=style))

    def field(self, label: str, value: str, *, indent: int = 2, style: str = "") -> None:
        """A label and its value, side by side, or one below the other where the page or the column is too narrow.

        Without a label the value goes on below the one before.
        """
        if not label:
            self.line(value, style=style, indent=indent + (2 if self.width < NARROW else LABEL_COLUMN))
        elif self.width < NARROW or len(label) + 2 > LABEL_COLUMN:
            self.line(f"{label}:", style="bold", indent=indent)
            self.line(value, style=style, indent=indent + 2)
        else:
            self._hung(Text.assemble(" " * indent, (f"{label}:".ljust(LABEL_COLUMN), "bold")), Text(value, style=style))

    def digest(self, label: str, value: str) -> None:
        """A digest below its label, in one piece where the page is wide enough, so that it can be copied and searched."""
        self.line(f"{label}:", style="bold", indent=2)
        self.line(value, indent=0 if len(value) <= self.width < len(value) + 4 else 4)

    def text(self) -> str:
        return self._out.getvalue()

    def _hung(self, before: Text, body: Text) -> None:
        column = before.cell_len
        for number, line in enumerate(body.wrap(self._console, max(self.width - column, 8), overflow="fold")):
            line.rstrip()
            whole = Text.assemble(before if number == 0 else " " * column, line)
            whole.rstrip()
            self._console.print(whole, no_wrap=True, crop=False, overflow="ignore")
