"""How far an audit is, on a terminal: rate, what is left where the number of documents is known, and the count of each answer."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sigcheck.cli_streams import write_error
from sigcheck.reporting.catalogue import Catalogue
from sigcheck.running.paths import Found, find_documents

if TYPE_CHECKING:
    from sigcheck.auditing.run import Progress

EVERY_SECONDS: Final = 1.0
"""Between two lines of progress."""


@dataclass(slots=True)
class Telling:
    """Lines on standard error, if that is a terminal. `before`: documents that an earlier session of the run recorded."""

    progress: Progress
    words: Catalogue
    before: int
    sources: Sequence[str] | None
    """Local sources whose documents can be counted beside the run; None: they cannot."""
    began: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)
    total: int | None = None
    ended: bool = False

    def __post_init__(self) -> None:
        if self.sources is not None and self._wanted:
            threading.Thread(target=self._count, daemon=True, name="count").start()

    @property
    def _wanted(self) -> bool:
        return sys.stderr is not None and sys.stderr.isatty()

    def _count(self) -> None:
        count = 0
        for found in find_documents(self.sources or ()):
            if self.ended:
                return
            count += isinstance(found, Found)
        self.total = count

    def note(self) -> None:
        """After each document; a line at most every second."""
        now = time.monotonic()
        if now - self.told > EVERY_SECONDS and self._wanted:
            self.told = now
            write_error(self.line(now - self.began))

    def line(self, seconds: float) -> str:
        done = self.progress
        rate = done.documents / seconds
        counts = ", ".join(f"{self.words.word(f'state.{state}')} {count}" for state, count in sorted(done.states.items()))
        line = self.words.word("audit.progress", done=self.before + done.documents, rate=f"{rate:.0f}", counts=counts)
        left = None if self.total is None else self.total - self.before - done.documents
        if left is None or left <= 0 or rate <= 0:
            return line
        return line + "; " + self.words.word("audit.remaining", time=_clock_face(left / rate), total=self.total)

    def end(self) -> None:
        self.ended = True


def _clock_face(seconds: float) -> str:
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}"
