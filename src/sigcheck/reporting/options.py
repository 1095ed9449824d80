"""How a report is to be written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportOptions:
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
