"""Working days in Vietnam: Monday to Friday but for public holidays, and the days that are exchanged year by year.

The library that knows Tết and its substitutes is imported when the first day is asked for. It ends in 2100; beyond it, and for
a calendar that wants none, weekends are all that is known.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from sigcheck.profile import Calendar

SATURDAY = 5


def next_working_day(day: date, calendar: Calendar, count: int = 1) -> date:
    """The `count`-th working day after `day`. No run of days off is longer than a few weeks, so the walk is short."""
    while count:
        day += timedelta(days=1)
        count -= is_worked(day, calendar)
    return day


def is_worked(day: date, calendar: Calendar) -> bool:
    if day in calendar.working_days:
        return True
    if day in calendar.days_off:
        return False
    off, worked = _public_holidays(day.year) if calendar.holidays == "vietnam" else (frozenset(), frozenset())
    return day not in off and (day.weekday() < SATURDAY or day in worked)


@cache
def _public_holidays(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Days off of a year, and weekend days worked in exchange."""
    from holidays.countries.vietnam import Vietnam  # noqa: PLC0415 - a profile has to ask for it

    known = Vietnam(years=year)  # type: ignore[no-untyped-call]  # the library states no types for it
    return frozenset(known), frozenset(known.weekend_workdays)
