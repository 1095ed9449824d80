"""Ages of results: `3y`, `6m`, `2w`, `90d`, counted back from a moment by the calendar."""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta
from typing import Final

_AGE: Final = re.compile(r"([1-9]\d{0,3})([dwmy])", re.ASCII)


def earliest(age: str, at: datetime) -> datetime | None:
    """The moment that lies `age` before `at`; None when this is no age, or lies before the first year."""
    found = _AGE.fullmatch(age)
    if found is None:
        return None
    count, unit = int(found[1]), found[2]
    try:
        if unit in "my":
            return _months_before(at, count * (12 if unit == "y" else 1))
        return at - timedelta(days=count * (7 if unit == "w" else 1))
    except (OverflowError, ValueError):
        return None


def _months_before(at: datetime, months: int) -> datetime:
    """The same day of an earlier month, or that month's last."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))
