"""The usual command lines of `verify`, read without typer: loading that costs more than checking a document.

Only what has one meaning is read here. Anything else, be it a request for help, an error or an unusual spelling, is left to
the command line proper, which says what it has to say.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sigcheck.reporting.formats import FORMATS

SWITCHES: Final = frozenset(
    {
        "--no-pictures",
        "--no-user-trust",
        "--allow-private-addresses",
        "--offline",
        "--online",
        "--no-revocation-store",
        "--require-timestamp",
        "--show-personal-data",
        "--redact",
        "--debug",
    }
)
TEXTS: Final = frozenset({"--fail-on", "--policy", "--profile", "--at", "--received-at", "--evidence-sha256"})
FILES: Final = frozenset(
    {
        "--output",
        "--baseline",
        "--received-from",
        "--revocation-store",
        "--evidence",
        "--from-evidence",
        "--password-file",
        "--redact-key",
    }
)
REPEATED: Final = frozenset({"--trust", "--expect-signer"})
CHOICES: Final = {"--format": frozenset(FORMATS), "--lang": frozenset({"vi", "en"})}
_SHORT: Final = {"-o": "--output"}
_FIELDS: Final = {
    "lang": "language",
    "show_personal_data": "personal",
    "expect_signer": "expect_signers",
    "allow_private_addresses": "allow_private",
}
"""Fields of VerifyOptions that have another name than their parameter."""


def read_verify(arguments: Sequence[str]) -> dict[str, Any] | None:
    """The fields of VerifyOptions that the arguments behind `verify` give; None for what is left to the command line proper."""
    if os.name == "nt" and any(set(argument) & set("*?[]~$%") for argument in arguments):
        return None  # patterns and variables are expanded there, since no shell does it
    paths: list[str] = []
    given: dict[str, Any] = {}
    waiting = list(reversed(arguments))
    while waiting:
        argument = waiting.pop()
        if argument == "-" or not argument.startswith("-"):
            paths.append(argument)
            continue
        option, equals, value = argument.partition("=") if argument.startswith("--") else (_SHORT.get(argument, ""), "", "")
        if option in SWITCHES and not equals:
            given[_parameter(option)] = True
            continue
        if not equals:
            value = waiting.pop() if waiting else ""
        if not value or value.startswith("-") or not _take(option, value, given):
            return None
    return _fields(paths, given) if paths else None


def _take(option: str, value: str, given: dict[str, Any]) -> bool:
    """Whether the option with its value could be read."""
    name = _parameter(option)
    if option in REPEATED:
        given[name] = (*given.get(name, ()), value)
        return True
    if name in given:
        return False
    if option in TEXTS or value in CHOICES.get(option, ()):
        given[name] = value
    elif option in FILES:
        given[name] = Path(value)
    elif option == "--min-signatures" and value.isascii() and value.isdecimal():
        given[name] = int(value)
    return name in given


def _parameter(option: str) -> str:
    """The name of the command's parameter."""
    return "form" if option == "--format" else option.removeprefix("--").replace("-", "_")


def _fields(paths: list[str], given: dict[str, Any]) -> dict[str, Any]:
    fields = {_FIELDS.get(name, name): value for name, value in given.items()}
    fields["user_trust"] = not fields.pop("no_user_trust", False)
    fields["pictures"] = not fields.pop("no_pictures", False)
    return fields | {"paths": tuple(paths), "given": frozenset({"paths", *given})}
