"""Ctrl-C keeps what is done: a check is broken off at once, the writing of a report is not."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interruption:
    """Remembers a Ctrl-C that arrives while a report is being written, and raises at once while a document is checked."""

    def __init__(self) -> None:
        self._asked = False
        self._checking = False

    @contextmanager
    def during_check(self) -> Iterator[None]:
        """While one document is checked. Raises KeyboardInterrupt, also for a Ctrl-C that came before."""
        if self._asked:
            raise KeyboardInterrupt
        self._checking = True
        try:
            yield
        finally:
            self._checking = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While documents are checked and written. Outside the main thread nothing is changed: signals do not reach it."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, self._arrived)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _arrived(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - what a signal handler is given
        if self._checking or self._asked:
            raise KeyboardInterrupt
        self._asked = True
