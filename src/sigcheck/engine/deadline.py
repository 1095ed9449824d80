"""The time that one document may take: a clock handed in from outside, asked at the steps that a document can make many.

The engine reads no clock of its own. Without one, nothing here ever ends a check.
"""

from __future__ import annotations

from collections.abc import Callable

Clock = Callable[[], float]
"""Seconds since any moment, never running backwards, such as `time.monotonic`."""


class TimeSpent(Exception):
    """The limit `seconds` was reached.

    No LimitReached: who goes on without a part that is too large must not go on here, where that would make half an answer.
    """


class Deadline:
    """Raises TimeSpent once `seconds` have passed since it was made; never, without a clock.

    Any two are equal: a deadline changes no answer, it only says whether there is one, so what is remembered holds under all.
    """

    def __init__(self, clock: Clock | None = None, seconds: float = 0) -> None:
        self._clock = clock
        self._end = clock() + seconds if clock is not None else 0.0

    def check(self) -> None:
        """Raises TimeSpent."""
        if self._clock is not None and self._clock() > self._end:
            raise TimeSpent

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Deadline)

    def __hash__(self) -> int:
        return hash(Deadline)


NEVER = Deadline()
