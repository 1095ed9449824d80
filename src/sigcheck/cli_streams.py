"""Streams and exit codes of the command: the report on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from sigcheck.reporting.hostile import shown
from sigcheck.reporting.options import ReportOptions

if TYPE_CHECKING:
    from sigcheck.reporting.catalogue import Catalogue

DEFAULT_WIDTH: Final = 80
WIDEST: Final = 110
"""Longer lines are hard to read, however wide the window is."""

INTERRUPTED: Final = 130
FAULT: Final = 70
COULD_NOT_RUN: Final = 2
STATE_CODES: Final = {"invalid": 1, "unreadable": 5, "unsigned": 4, "insufficient": 3, "valid": 0}
"""In the order of the table of exit codes: the first row that holds for any document counts."""


class CannotRunError(Exception):
    """What was asked cannot be done; the message is one sentence in the reader's language. Exit code 2."""


class Outcome(Struct):
    """What happened in one run, for the exit code."""

    states: set[str] = field(default_factory=set)
    could_not_run: bool = False
    fault: bool = False
    interrupted: bool = False

    def has_reports(self) -> bool:
        """Whether anything was checked at all."""
        return bool(self.states)

    def exit_code(self) -> int:
        if self.fault:
            return FAULT
        if self.interrupted:
            return INTERRUPTED
        if self.could_not_run:
            return COULD_NOT_RUN
        return next((code for state, code in STATE_CODES.items() if state in self.states), 0)


def set_streams_to_utf8() -> None:
    """Vietnamese text reaches any stream under any locale; line ends are the same everywhere."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def abandon_output() -> None:
    """Let what is still to be flushed go nowhere, so that nothing is said about it when the program ends."""
    with suppress(OSError, ValueError, AttributeError):  # closed, or no descriptor behind it: nothing will be said then
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(catalogue: Catalogue, key: str, **values: object) -> None:
    """One sentence on standard error. Values are made safe: a file name may hold anything."""
    safe = {name: shown(str(value)) for name, value in values.items()}
    write_error(catalogue.word("error.prefix", text=catalogue.word(f"error.{key}", **safe)))


def write_error(line: str) -> None:
    """A line on standard error; when nobody can read it there, the exit code says the same."""
    with suppress(OSError, ValueError, AttributeError):  # full, closed, or never open
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


def write_plainly(text: str) -> int:
    """Write to standard output where no catalogue is loaded. Gives the exit code."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has left
        abandon_output()
    except (OSError, AttributeError) as error:  # full; closed
        abandon_output()
        write_error(f"sigcheck: {error}")
        return COULD_NOT_RUN
    return 0


def cannot(catalogue: Catalogue, key: str, **values: object) -> CannotRunError:
    """A CannotRunError with the words of `error.KEY`, its values made safe."""
    return CannotRunError(catalogue.word(f"error.{key}", **{name: shown(str(value)) for name, value in values.items()}))


def report_options(*, language: str, personal: bool, single: bool, to_file: bool, for_people: bool) -> ReportOptions:
    """Width, colour and marks of the terminal; 80 columns, plain, for a file or a pipe (unless COLUMNS or FORCE_COLOR ask)."""
    if not for_people:
        return ReportOptions(language=language, personal=personal, single=single)
    terminal = not to_file and sys.stdout is not None and sys.stdout.isatty()
    # A terminal that can only show its own character set gets plain marks: the Linux console, an old Windows console.
    ascii_marks = terminal and (os.environ.get("TERM") in {"dumb", "linux"} or _old_console())
    return ReportOptions(language, personal, _width(terminal), _colour(terminal) and not to_file, ascii_marks, single)


def _width(terminal: bool) -> int:
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked) > 0:
        return min(int(asked), WIDEST)
    if not terminal:
        return DEFAULT_WIDTH
    try:
        return min(os.get_terminal_size(sys.stdout.fileno()).columns or DEFAULT_WIDTH, WIDEST)
    except OSError:
        return DEFAULT_WIDTH


def _colour(terminal: bool) -> bool:
    """NO_COLOR wins over FORCE_COLOR (no-color.org); a console that cannot show colour gets none."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    if not terminal or os.environ.get("TERM") == "dumb":
        return False
    return not _old_console()


def _old_console() -> bool:
    if os.name != "nt":
        return False
    from rich.console import detect_legacy_windows  # noqa: PLC0415 - only a terminal on Windows asks

    return detect_legacy_windows()
