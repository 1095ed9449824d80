"""Times as stamps print them: dd/MM/yyyy HH:mm:ss +07:00 and what other programs make of it. What is printed is a claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from msgspec import Struct

INDOCHINA = timezone(timedelta(hours=7))

LONGEST = 200
"""Characters behind a label that are looked at."""

_CLOCK = (
    r"(?P<hour>\d{1,2})\s?[:hg]\s?(?P<minute>\d\d)(?:\s?[:.p]\s?(?P<second>\d\d))?(?:\.\d{1,6})?(?:\s?(?P<half>AM|PM|SA|CH)\b)?"
)
_ZONE = (
    r"(?:\s?(?:(?P<utc>Z|UTC|GMT|ICT)(?![A-Za-z]))?\s?(?:(?P<sign>[+-])(?P<oh>\d{1,2})(?:[:']?(?P<om>\d\d)'?)?)?"
    r"\s?(?P<named>[A-Z]{3,5}\b)?)?"
)
_DAY = r"(?P<one>\d{1,2})\s?[./-]\s?(?P<two>\d{1,2})\s?[./-]\s?(?P<year>\d{4})"
_YEAR_FIRST = r"(?P<year>\d{4})\s?[./-]\s?(?P<two>\d{1,2})\s?[./-]\s?(?P<one>\d{1,2})"
_WORDS = r"(?:ngày\s)?(?P<one>\d{1,2})\stháng\s(?P<two>\d{1,2})\snăm\s(?P<year>\d{4})"
_BETWEEN = r"(?:\s?(?:,|T|-|lúc|vào lúc|at|à)\s?|\s)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        *(rf"{day}(?:{_BETWEEN}{_CLOCK}{_ZONE})?" for day in (_YEAR_FIRST, rf"(?<!\d){_DAY}", _WORDS)),
        *(rf"(?<!\d){_CLOCK}{_ZONE}(?:\s?[,-]\s?|\s)(?:ngày\s)?{day}" for day in (_DAY, _WORDS)),
    )
)
"""Day and clock, and clock and day; of several that fit the one that begins first counts, then the longest."""


_NUMBERED_DAY = re.compile(r"(?<!\d)\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{4}")
"""Which programs in English write with the month first."""


class PrintedTime(Struct, frozen=True):
    """One time as it was printed."""

    raw: str
    readings: tuple[datetime, ...]
    """Without offset: what the digits can mean; 9/8/2025 is two days."""
    offset: timezone | None
    has_clock: bool
    foreign_zone: bool
    """A zone is named whose offset nobody knows here: CET, MSK."""

    def moments(self, offset: timezone | None) -> Iterator[datetime]:
        """What it can mean; without a printed offset in the zone given, and in Vietnam's."""
        zones = (self.offset,) if self.offset is not None else tuple(dict.fromkeys((offset or INDOCHINA, INDOCHINA)))
        for reading in self.readings:
            for zone in zones:
                try:
                    yield reading.replace(tzinfo=zone).astimezone(UTC)
                except OverflowError:
                    continue

    def differs(self, moment: datetime, tolerance: int, offset: timezone | None = None) -> int | None:
        """Seconds by which it differs from the moment beyond the tolerance; None when it agrees or cannot be compared.

        Where no clock is printed the day alone has to agree.
        """
        if self.foreign_zone:
            return None
        if not self.has_clock:
            days = {moment.astimezone(zone).date() for zone in (offset or INDOCHINA, INDOCHINA)}
            if any(reading.date() in days for reading in self.readings):
                return None
        seconds = min((int((one - moment).total_seconds()) for one in self.moments(offset)), key=abs, default=0)
        return seconds if abs(seconds) > tolerance else None


def printed_time(text: str) -> PrintedTime | None:
    """The first time in `text`, None without any."""
    found = [match for form in _FORMS if (match := form.search(text[:LONGEST])) is not None]
    read = ((match, _read(match)) for match in sorted(found, key=lambda match: (match.start(), -match.end())))
    return next((time for _, time in read if time is not None), None)


def _read(match: re.Match[str]) -> PrintedTime | None:
    parts = match.groupdict()
    clock = _clock(parts)
    days = {(int(parts["one"]), int(parts["two"])): None}
    if _NUMBERED_DAY.search(match[0]):
        days[int(parts["two"]), int(parts["one"])] = None
    readings = tuple(made for day, month in days if (made := _made(int(parts["year"]), month, day, clock)) is not None)
    if not readings or clock is None:
        return None
    offset, foreign = _offset(parts)
    return PrintedTime(match[0].strip(), readings, offset, parts["hour"] is not None, foreign)


def _clock(parts: dict[str, str | None]) -> tuple[int, int, int] | None:
    """Hour, minute, second; midnight without a clock, None for an impossible one."""
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    half = (parts["half"] or "").upper()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half in ("PM", "CH") else 0)
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _made(year: int, month: int, day: int, clock: tuple[int, int, int] | None) -> datetime | None:
    try:
        return None if clock is None else datetime(year, month, day, *clock)  # noqa: DTZ001 - the offset is printed or not
    except ValueError:
        return None


def _offset(parts: dict[str, str | None]) -> tuple[timezone | None, bool]:
    """The printed offset, and whether a zone is named that says none."""
    named = (parts["utc"] or "").upper()
    if parts["sign"] and int(parts["oh"] or 0) < 24 and int(parts["om"] or 0) < 60:
        delta = timedelta(hours=int(parts["oh"] or 0), minutes=int(parts["om"] or 0))
        return timezone(-delta if parts["sign"] == "-" else delta), False
    if named:
        return (INDOCHINA if named == "ICT" else UTC), False
    return None, parts["named"] is not None
