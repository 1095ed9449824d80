"""What the lines of a report are written on: a terminal's page, or a page of HTML. Values are plain text."""

from __future__ import annotations

from typing import Protocol


class Sheet(Protocol):
    """Lines, labelled values and marked lines; `indent` says what belongs below what."""

    def blank(self) -> None: ...
    def line(self, text: str, *, style: str = "", indent: int = 0, commands: bool = False) -> None:
        """One paragraph; a bold one is a heading over what follows. With `commands`, those between backticks are kept whole."""

    def marked(self, mark: str, mark_style: str, text: str, *, indent: int = 0, style: str = "") -> None:
        """A paragraph behind a mark."""

    def field(self, label: str, value: str, *, indent: int = 2, style: str = "", commands: bool = False) -> None:
        """A label and its value; without a label the value goes on below the one before."""

    def digest(self, label: str, value: str) -> None:
        """A digest, in one piece."""
