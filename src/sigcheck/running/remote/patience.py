"""Requests that fail are sent again, after a pause that grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from sigcheck.running.remote.stores import StoreRefusedError

AnswerT = TypeVar("AnswerT")

PAUSES: Final = (0.2, 0.5, 1.25, 3.0, 7.5)
"""Seconds between six requests. Where one in twenty fails by chance, all six do once in 64 million."""
REQUEST_SECONDS: Final = 60.0
"""For one request and its answer."""
CONNECT_SECONDS: Final = 10.0


def patiently(
    request: Callable[[], AnswerT],
    *,
    before_again: Callable[[], None] = lambda: None,
    pause: Callable[[float], None] = time.sleep,
) -> AnswerT:
    """The answer. Raises StoreRefusedError at once, and OSError when the last request failed too."""
    for seconds in (*PAUSES, None):
        try:
            return request()
        except (StoreRefusedError, MemoryError):
            raise
        except Exception as error:
            if seconds is None:
                raise OSError(f"{type(error).__name__}: {error}") from error
            pause(seconds)
            before_again()
    raise AssertionError("the last request answers or raises")
