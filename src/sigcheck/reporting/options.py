"""How a report is to be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

NOT_VALID: Final = frozenset({"invalid", "unreadable", "unsigned", "insufficient"})
"""The states that give an exit code of their own."""


class ReportOptions(Struct, frozen=True):
    """Choices of the reader; machine formats ask for `personal` and `single` alone."""

    language: str = "vi"
    personal: bool = False
    width: int = 80
    colour: bool = False
    ascii_marks: bool = False
    single: bool = True
    """JSON gives one object instead of an array."""
    grounds: str = ""
    """What people are told before all reports, where these rest on somebody's word."""
    failing: frozenset[str] = NOT_VALID
    """The states that fail the run (`--fail-on`)."""
    ended: Callable[[], int] | None = None
    """Asked when every document is written: the exit code that the run comes to."""
