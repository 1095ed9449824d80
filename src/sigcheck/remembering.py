"""Answers remembered per process by the bytes or text they were given for, within a bound of entries and of their length."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Answer = TypeVar("Answer")


def remembered(entries: int, longest: int) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
    """Remember the answers of a pure function of bytes or text; arguments longer than `longest` are answered anew each time.

    Without the second bound, hostile certificates of a quarter megabyte each would fill the memory of a long-lived worker.
    """

    def around(function: Callable[P, Answer]) -> Callable[P, Answer]:
        known = lru_cache(maxsize=entries)(function)

        @wraps(function)
        def answer(*arguments: P.args, **named: P.kwargs) -> Answer:
            for argument in arguments:
                if isinstance(argument, (bytes, str)) and len(argument) > longest:
                    return function(*arguments, **named)
            return known(*arguments, **named)  # type: ignore[arg-type] # lru_cache asks for Hashable, bytes are

        return answer

    return around
