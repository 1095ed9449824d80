"""Ctrl-C keeps what is done: a check is broken off at once, the writing of a report is not."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn, TypeVar

_Item = TypeVar("_Item")
ENDING: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""What asks a program to end, on the systems that know it."""
_SIGNALLED: Final = 128
"""A program that a signal ended has this code plus the signal's number, as a shell writes it: 130 for Ctrl-C."""
_asked_to_end: list[int] = []
"""Signals that `_end` answered. Its exit is lost where Python lets no exception out: in a destructor, in a callback."""


def end_quietly_when_asked() -> None:
    """From here on a signal unwinds the program, files half written being removed, and ends it without a word.

    What the caller has set to be ignored (`nohup`, a job in the background) stays ignored.
    """
    for name in ENDING:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
            signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - what a signal handler is given
    _asked_to_end.append(number)
    sys.exit(_SIGNALLED + number)


class Interruption:
    """Raises at once for a Ctrl-C while a document is looked for or checked; remembers one that comes at any other time.

    So nothing that is being written is ever cut; a reader who does not read can be left by closing it, or by SIGTERM, unless
    that too is among the `signals` that are listened to.
    """

    def __init__(self, signals: tuple[str, ...] = ("SIGINT",)) -> None:
        self._signals = signals
        self._asked = False
        self._checking = False

    @contextmanager
    def during_check(self) -> Iterator[None]:
        """While one document is checked. Raises KeyboardInterrupt, also for a Ctrl-C that came before."""
        self._checking = True
        try:
            if self._asked:
                raise KeyboardInterrupt
            yield
        finally:
            self._checking = False

    def each(self, found: Iterable[_Item]) -> Iterator[_Item]:
        """What `found` gives; looking for the next one can be broken off as a check can."""
        items = iter(found)
        while True:
            with self.during_check():
                item = next(items, None)
            if item is None:
                return
            yield item

    @contextmanager
    def listening(self, *, ending: bool = False) -> Iterator[None]:
        """While documents are checked and written. Outside the main thread nothing is changed: signals do not reach it.

        `ending`: what is done within has to be done all the same where a signal has asked to end already.
        """
        threading = sys.modules.get("threading")  # where nobody has loaded it, there is no other thread
        numbers = [getattr(signal, name) for name in self._signals if hasattr(signal, name)]
        if threading and threading.current_thread() is not threading.main_thread():
            numbers = []
        before = {number: signal.getsignal(number) for number in numbers}
        heard = [number for number, handler in before.items() if handler not in {signal.SIG_IGN, None}]
        for number in heard:
            signal.signal(number, self._arrived)
        try:
            if _asked_to_end and not ending:
                sys.exit(_SIGNALLED + _asked_to_end[0])
            yield
        finally:
            for number in heard:
                signal.signal(number, before[number])

    def _arrived(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - what a signal handler is given
        self._asked = True
        if self._checking:
            raise KeyboardInterrupt
