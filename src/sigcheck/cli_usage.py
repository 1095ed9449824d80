"""A command line that cannot be read, told in Vietnamese and in English: `--lang` itself may be what could not be read.

The words are ours for every kind of mistake that Click tells apart; what it may tell one day that we do not know yet is added
in its own words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import IO, Any, Final

from click import BadOptionUsage, Choice, Context, Group, IntRange, MissingParameter, NoSuchOption, UsageError
from click.exceptions import BadParameter, NoArgsIsHelpError
from msgspec import Struct, field

from sigcheck.cli_streams import write_error
from sigcheck.reporting.hostile import shown

LANGUAGES: Final = ("vi", "en")


class Mistake(Struct, frozen=True):
    """What is wrong, by the word that says it, its values, and what may have been meant."""

    word: str
    values: dict[str, str] = field(default_factory=dict)
    meant: tuple[str, ...] = ()


class SaidUsageError(UsageError):
    """An error of usage in our words. Exit code 2, as every UsageError."""

    def show(self, file: IO[Any] | None = None) -> None:
        """On standard error; another `file` is never asked for."""
        del file
        write_error(self.message)


@contextmanager
def told_in_both_languages(root: Context | None = None) -> Iterator[None]:
    """Errors of usage inside it get our words. `root`: the context of the program, whose command was about to run."""
    try:
        yield
    except (NoArgsIsHelpError, SaidUsageError):
        raise
    except UsageError as error:
        raise SaidUsageError(_text(error, root), error.ctx) from None


def _text(error: UsageError, root: Context | None) -> str:
    """A line in each language, then how the command is used and how to get help."""
    from sigcheck.reporting.catalogue import load_catalogue  # noqa: PLC0415 - only a mistake needs words

    mistake = _mistake(error)
    lines = []
    for language in LANGUAGES:
        words = load_catalogue(language)
        text = words.word(f"usage.{mistake.word}", **mistake.values)
        if mistake.meant:
            text += words.word("usage.meant", names=", ".join(mistake.meant))
        lines.append(words.word("error.prefix", text=text))
    if error.ctx is not None:
        lines.append("  " + error.ctx.command.get_usage(error.ctx).removeprefix("Usage: "))
    return "\n".join((*lines, f"  {_path(error.ctx, root)} --help"))


def _path(context: Context | None, root: Context | None) -> str:
    if context is not None:
        return context.command_path
    if root is None:
        return "sigcheck"
    return " ".join(part for part in (root.command_path, root.invoked_subcommand) if part)


def _mistake(error: UsageError) -> Mistake:
    match error:
        case NoSuchOption():
            return Mistake("no-option", {"name": shown(error.option_name)}, _near(error.option_name, _options(error.ctx)))
        case BadOptionUsage():
            word = "no-value" if "does not take a value" in error.message else "needs-value"
            return Mistake(word, {"name": shown(error.option_name)})
        case MissingParameter():
            return Mistake("missing", {"name": _name(error)})
        case BadParameter():
            return _bad_value(error)
        case _:
            return _by_its_text(error)


def _by_its_text(error: UsageError) -> Mistake:
    """Mistakes that Click tells by their text alone: unknown commands, too many arguments, no command."""
    given = shown(error.message.partition("'")[2].partition("'")[0])
    if error.message.startswith("No such command"):
        commands = error.ctx.command.list_commands(error.ctx) if error.ctx and isinstance(error.ctx.command, Group) else []
        return Mistake("no-command", {"name": given}, _near(given, commands))
    if error.message.startswith("Got unexpected extra argument"):
        return Mistake("extra", {"names": shown(error.message.partition("(")[2].removesuffix(")"))})
    if error.message.startswith("Missing command"):
        return Mistake("missing-command")
    return Mistake("other", {"detail": shown(error.format_message())})


def _bad_value(error: BadParameter) -> Mistake:
    name, kind = _name(error), error.param.type if error.param is not None else None
    if isinstance(kind, Choice):
        choices = ", ".join(str(getattr(one, "value", one)) for one in kind.choices)
        return Mistake("choice", {"name": name, "choices": choices})
    if isinstance(kind, IntRange) and kind.max is None:
        return Mistake("number-from", {"name": name, "least": str(kind.min)})
    if isinstance(kind, IntRange):
        return Mistake("number-between", {"name": name, "least": str(kind.min), "most": str(kind.max)})
    return Mistake("value", {"name": name, "detail": shown(error.message)})


def _name(error: BadParameter) -> str:
    """The option as it is written, or the argument as the usage names it."""
    if error.param is None:
        return "?"
    return error.param.opts[0] if error.param.param_type_name == "option" else error.param.human_readable_name


def _options(context: Context | None) -> list[str]:
    return [] if context is None else [name for one in context.command.params for name in one.opts if name.startswith("--")]


def _near(given: str, known: list[str]) -> tuple[str, ...]:
    return tuple(get_close_matches(given, known))
