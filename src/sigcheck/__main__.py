"""The program: `sigcheck`, `python -m sigcheck`. The usual `verify`, and `--version`, need no typer and are run without it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

ENDS_LATER = frozenset({"logging", "multiprocessing", "sqlite3", "subprocess", "tempfile", "threading"})
"""Modules that may have left something to be done when Python ends. Without them there is only memory to give back."""


def run() -> None:
    """The program: `main`, and an end without taking every module apart first, which takes a fortieth of a short run."""
    try:
        main()
    except SystemExit as ended:
        if not isinstance(ended.code, int) or ENDS_LATER & sys.modules.keys():
            raise
        try:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None and not stream.closed:
                    stream.flush()
        except (OSError, ValueError):
            raise ended from None  # Python's own end says it
        os._exit(ended.code)


def main() -> None:
    """Run the command. Exits with the codes of the command line."""
    try:
        _run(sys.argv[1:])
    except KeyboardInterrupt:  # before anything listened
        sys.exit(130)
    except Exception as fault:  # noqa: BLE001 - Python's own way ends with 1, which means that a signature is invalid
        sys.exit(_told(fault))


def _told(fault: Exception) -> int:
    """Say a fault of ours that no command has met; the exit code 70."""
    try:
        from sigcheck.cli_ending import tell  # noqa: PLC0415 - loaded already, unless it is what is missing

        return tell(fault, "vi", debug=False)
    except Exception:  # noqa: BLE001 - an installation that lacks what would say it
        if sys.stderr is not None:
            sys.stderr.write(f"sigcheck: {type(fault).__name__}: {fault}\n")
        return 70


def _run(arguments: Sequence[str]) -> None:
    from sigcheck.cli_interruption import end_quietly_when_asked  # noqa: PLC0415 - nothing is loaded before it is needed

    end_quietly_when_asked()
    gc.disable()  # what is made while modules load is kept, and looking for garbage in it takes a tenth of a short run
    if arguments == ["--version"]:
        _show_version()
    if arguments[:1] == ["verify"]:
        _verify(arguments[1:])
    gc.enable()
    from sigcheck.cli import main as run  # noqa: PLC0415 - the command line takes long to load

    run()


def _show_version() -> None:
    _load_msgspec_alone()
    from sigcheck.cli_streams import set_streams_to_utf8, write_plainly  # noqa: PLC0415 - as above
    from sigcheck.cli_version import version_text  # noqa: PLC0415 - as above

    set_streams_to_utf8()
    sys.exit(write_plainly(version_text()))


def _verify(arguments: Sequence[str]) -> None:
    """Run and exit, unless the arguments are unusual."""
    _load_msgspec_alone()
    from sigcheck.cli_arguments import read_verify  # noqa: PLC0415 - as above

    fields = read_verify(arguments)
    if fields is None:
        return
    from sigcheck.cli_clock import clock  # noqa: PLC0415 - as above
    from sigcheck.cli_ending import code_of  # noqa: PLC0415 - as above
    from sigcheck.cli_streams import set_streams_to_utf8  # noqa: PLC0415 - as above
    from sigcheck.cli_verify import VerifyOptions, verify  # noqa: PLC0415 - as above

    set_streams_to_utf8()
    options, now = VerifyOptions(**fields), clock()
    sys.exit(code_of(lambda: verify(options, now, clock), options.language, options.debug))


def _load_msgspec_alone() -> None:
    """Load msgspec without typing_extensions, of which it takes two names that `typing` has as well.

    typing_extensions draws in inspect, ast and dis: a tenth of a short run. Who imports it later gets it as ever.
    """
    hidden = "typing_extensions"
    if hidden in sys.modules:
        return
    sys.modules[hidden] = None  # type: ignore[assignment] # how Python marks a module that cannot be imported
    try:
        import msgspec  # noqa: F401, PLC0415 - loaded, not used here
    finally:
        del sys.modules[hidden]


if __name__ == "__main__":
    run()
