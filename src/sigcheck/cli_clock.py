"""The clock, read here alone."""

from __future__ import annotations

from datetime import UTC, datetime


def clock() -> datetime:
    """The moment, in whole seconds: read once in a run, and again when a server's answer came in."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the one place where the clock is read
