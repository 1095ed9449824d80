"""Moments as people and programs write them to us."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

_DATE_AND_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")


def parse_moment(text: str) -> datetime | None:
    """An ISO 8601 date and time with its offset, in UTC; None for anything else."""
    if not _DATE_AND_TIME.fullmatch(text.strip()):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
