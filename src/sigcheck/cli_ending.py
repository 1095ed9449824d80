"""How a command ends when something stops it: one sentence on standard error, and the exit code of the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sigcheck.cli_streams import COULD_NOT_RUN, FAULT, INTERRUPTED, CannotRunError, abandon_output, write_error
from sigcheck.reporting.hostile import shown


@contextmanager
def ending(language: str, debug: bool) -> Iterator[None]:
    """Turn what stops a typer command into its exit code and one sentence on standard error."""
    import typer  # noqa: PLC0415 - loaded already where this is used

    try:
        yield
    except typer.Exit:
        raise
    except (Exception, KeyboardInterrupt) as stopped:  # noqa: BLE001 - said and turned into a code
        raise typer.Exit(tell(stopped, language, debug)) from None


@contextmanager
def ending_anyhow(debug: bool = False) -> Iterator[None]:
    """Around the whole command line: what no command has met must not end in the exit code that means `invalid`, as it would by
    Python's and Click's own ways. Help, errors of usage and `trust` write as they go: a reader that leaves is no error."""
    import typer  # noqa: PLC0415 - loaded already where this is used
    from click import UsageError  # noqa: PLC0415 - as above

    try:
        yield
    except (typer.Exit, UsageError):
        raise
    except OSError as error:
        abandon_output()
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(0) from None
        write_error(f"sigcheck: {shown(str(error))}")
        raise typer.Exit(COULD_NOT_RUN) from None
    except (Exception, KeyboardInterrupt) as stopped:  # noqa: BLE001 - said and turned into a code
        raise typer.Exit(tell(stopped, "vi", debug)) from None


def code_of(run: Callable[[], int], language: str, debug: bool) -> int:
    """The exit code of a command that needs no typer."""
    try:
        return run()
    except (Exception, KeyboardInterrupt) as stopped:  # noqa: BLE001 - said and turned into a code
        return tell(stopped, language, debug)


def tell(stopped: BaseException, language: str, debug: bool) -> int:
    """Say what stopped the command; the exit code. A fault of ours is 70, with a line on how to report it."""
    from sigcheck.cli_output import ReaderLeftError  # noqa: PLC0415 - loaded with the command
    from sigcheck.reporting.catalogue import load_catalogue  # noqa: PLC0415 - loaded with the command

    match stopped:
        case CannotRunError():
            write_error(load_catalogue(language).word("error.prefix", text=str(stopped)))
            return COULD_NOT_RUN
        case KeyboardInterrupt():
            return INTERRUPTED
        case ReaderLeftError():
            return 0
        case _:
            from sigcheck.cli_verify import tell_fault  # noqa: PLC0415 - loaded with the command

            tell_fault("-", stopped, load_catalogue(language), debug)
            return FAULT
