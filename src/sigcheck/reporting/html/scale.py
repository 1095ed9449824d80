"""Moments as places on a drawing: a scale between two moments, its marks, and how far it may reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import MAXYEAR, UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from sigcheck.reporting.catalogue import VIETNAM_TIME, Catalogue

FARTHEST: Final = timedelta(days=40 * 365)
"""How far from the time of checking a drawing reaches: an end in the year 9999 would leave a dot of everything else."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = 86_400
_MONTH: Final = 31 * _DAY
_YEAR: Final = 366 * _DAY
_STEPS: Final = (
    *(1, 2, 5, 10, 15, 30),
    *(60 * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(3_600 * hours for hours in (1, 2, 3, 6, 12)),
    *(_DAY * days for days in (1, 2, 7, 14)),
)
"""Seconds between marks where the whole drawing is shorter than two months."""
_MONTHS: Final = (1, 2, 3, 6)
MOST_MARKS: Final = 4
"""Of days or times of day: as many as a phone has room for."""
MOST_YEARS: Final = 8


class Mark(Struct, frozen=True):
    """A mark of a scale: its place, what stands at it, and below that the day where a new one begins."""

    place: float
    text: str
    below: str = ""


class Scale(Struct, frozen=True):
    """Seconds since 1970 to units of a drawing."""

    first: float
    last: float
    left: float
    right: float

    def place(self, moment: datetime) -> float:
        """Where a moment stands; what lies beyond stands at the edge."""
        share = (moment.timestamp() - self.first) / (self.last - self.first)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def marks(self, words: Catalogue) -> list[Mark]:
        """Round years, months, days or times of day in Vietnam's time, none so near an edge that its words would be cut."""
        span = self.last - self.first
        if span > 3 * _YEAR:
            return [Mark(self.place(start), str(start.year)) for start in self._years() if self._has_room(start, 0.05)]
        starts = self._months() if span > 2 * _MONTH else self._steps()
        told = [(start, words.time(start).split(" ")) for start in starts if self._has_room(start, 0.1)]
        if all(said[1] == "00:00:00" for _, said in told):
            return [Mark(self.place(start), said[0]) for start, said in told]
        days = [said[0] for _, said in told]
        return [
            Mark(self.place(start), said[1].removesuffix(":00"), said[0] if said[0] not in days[:number] else "")
            for number, (start, said) in enumerate(told)
        ]

    def _has_room(self, moment: datetime, share: float) -> bool:
        edge = (self.last - self.first) * share
        return self.first + edge <= moment.timestamp() <= self.last - edge

    def _steps(self) -> Iterator[datetime]:
        """Multiples of the shortest step that gives few enough marks, counted from midnight in Vietnam."""
        span = self.last - self.first
        step = next((step for step in _STEPS if span / step <= MOST_MARKS), _STEPS[-1])
        shift = VIETNAM_TIME.utcoffset(None).total_seconds()
        start = (self.first + shift) // step * step - shift + step
        while start < self.last:
            yield _moment(start)
            start += step

    def _months(self) -> Iterator[datetime]:
        months = (self.last - self.first) / _MONTH
        step = next((step for step in _MONTHS if months / step <= MOST_MARKS), 12)
        year = _moment(self.first).year
        for number in range(0, 12 * 6, step):
            if year + number // 12 > MAXYEAR:
                return
            start = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=VIETNAM_TIME)
            if start.timestamp() < self.last:
                yield start

    def _years(self) -> list[datetime]:
        years = [_moment(seconds).year for seconds in (self.first, self.last)]
        step = (years[1] - years[0]) // MOST_YEARS + 1
        return [datetime(year, 1, 1, tzinfo=VIETNAM_TIME) for year in range(years[0] + 1, years[1] + 1, step)]


def _moment(seconds: float) -> datetime:
    """Seconds since 1970, kept within what can be told: some systems take no negative ones, and a margin may reach too far."""
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if seconds < 0 else datetime.max.replace(tzinfo=UTC)


def scale_over(moments: Iterable[datetime], at: datetime, *, left: float, right: float, margin: timedelta) -> Scale | None:
    """A scale on which all moments near enough to `at` stand, with a margin; None without any."""
    near = [moment.timestamp() for moment in moments if abs((moment - at).total_seconds()) <= FARTHEST.total_seconds()]
    if not near:
        return None
    span = max(near) - min(near)
    spare = max(span * 0.04, margin.total_seconds())
    return Scale(min(near) - spare, max(near) + spare, left, right)


def moment_of(iso: str | None) -> datetime | None:
    """A time as it was written; None for one without an offset, which nobody completes."""
    try:
        moment = datetime.fromisoformat(iso or "")
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
