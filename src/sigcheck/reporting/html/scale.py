"""Moments as places on a drawing: a scale between two moments, its marks, and how far it may reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sigcheck.reporting.catalogue import VIETNAM_TIME, Catalogue

FARTHEST: Final = timedelta(days=40 * 365)
"""How far from the time of checking a drawing reaches: an end in the year 9999 would leave a dot of everything else."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR: Final = 366 * 86_400
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Scale:
    """Seconds since 1970 to units of a drawing."""

    first: float
    last: float
    left: float
    right: float

    def place(self, moment: datetime) -> float:
        """Where a moment stands; what lies beyond stands at the edge."""
        share = (moment.timestamp() - self.first) / (self.last - self.first)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def marks(self, words: Catalogue) -> list[tuple[float, str]]:
        """Places with their words: years, days, or times of day."""
        span = self.last - self.first
        if span > 3 * _YEAR:
            return self._years()
        moments = [_moment(self.first + span * step / 4) for step in range(5)]
        told = [words.time(moment).split(" ") for moment in moments]
        if span > 5 * _DAY:
            return [(self.place(moment), said[0]) for moment, said in zip(moments, told, strict=True)]
        same_day = len({said[0] for said in told}) == 1
        texts = [said[1] if same_day and told.index(said) else f"{said[0]} {said[1][:5]}" for said in told]
        return [(self.place(moment), text) for moment, text in zip(moments, texts, strict=True)]

    def _years(self) -> list[tuple[float, str]]:
        years = [_moment(seconds).year for seconds in (self.first, self.last)]
        step = (years[1] - years[0]) // 9 + 1
        starts = [datetime(year, 1, 1, tzinfo=VIETNAM_TIME) for year in range(years[0] + 1, years[1] + 1, step)]
        return [(self.place(start), str(start.year)) for start in starts]


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
