"""What the commands of `sigcheck trust` share: the language, the user's folder, and how they speak."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sigcheck.cli_streams import write_error
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.trust.user_folder import default_user_folder
from sigcheck.trust.words import TrustError, fault

COULD_NOT_RUN = 2
FALSE_FOUND = 1
"""Something bore the name or address of a listed certificate and is another."""


class Language(StrEnum):
    VI = "vi"
    EN = "en"


Lang = Annotated[Language, typer.Option("--lang", help="Ngôn ngữ · language of the text.")]
UserFolder = Annotated[
    Path | None,
    typer.Option(
        "--user-folder",
        metavar="DIR",
        help="Thư mục riêng khác · another folder than the one the operating system keeps for you.",
    ),
]


@contextmanager
def sentences(lang: str) -> Iterator[None]:
    """A trust configuration that cannot be used ends in one sentence and exit code 2."""
    try:
        yield
    except TrustError as error:
        say_error(error.text(lang), lang)
        raise typer.Exit(COULD_NOT_RUN) from error


def say(text: str) -> None:
    typer.echo(text)


def say_error(text: str, lang: str) -> None:
    write_error(load_catalogue(lang).word("error.prefix", text=text))


def writable_folder(given: Path | None) -> Path:
    """Where a command keeps what it was told. Raises TrustError when none is named and the user has no home folder."""
    folder = given or default_user_folder()
    if folder is None:
        raise fault("no-user-folder")
    return folder
