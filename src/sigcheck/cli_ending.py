"""How a command ends when something stops it: one sentence on standard error, and the exit code of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from sigcheck.cli_streams import COULD_NOT_RUN, FAULT, INTERRUPTED, CannotRunError, write_error


@contextmanager
def ending(language: str, debug: bool) -> Iterator[None]:
    """Turn what stops a command into its exit code and one sentence on standard error."""
    from sigcheck.cli_output import ReaderLeftError  # noqa: PLC0415 - loaded with the command
    from sigcheck.reporting.catalogue import load_catalogue  # noqa: PLC0415 - loaded with the command

    try:
        yield
    except CannotRunError as error:
        write_error(load_catalogue(language).word("error.prefix", text=str(error)))
        raise typer.Exit(COULD_NOT_RUN) from None
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except ReaderLeftError:
        raise typer.Exit from None
    except typer.Exit:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours ends as exit 70 with a line on how to report it
        from sigcheck.cli_verify import tell_fault  # noqa: PLC0415 - loaded with the command

        tell_fault("-", error, load_catalogue(language), debug)
        raise typer.Exit(FAULT) from None
