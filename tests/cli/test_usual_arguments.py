"""The usual command lines of `verify` mean the same whoever reads them: cli_arguments, or typer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
import typer
from click import Command
from typer.testing import CliRunner

from sigcheck import cli_verify
from sigcheck.cli import app
from sigcheck.cli_arguments import CHOICES, FILES, REPEATED, SWITCHES, TEXTS, read_verify
from sigcheck.cli_verify import VerifyOptions

OWN = SWITCHES | TEXTS | FILES | REPEATED | set(CHOICES) | {"--min-signatures"}


def as_typer_reads(arguments: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> VerifyOptions | None:
    """The options that the command is run with; None when typer refuses, or shows its help."""
    seen: list[VerifyOptions] = []

    def remember(options: VerifyOptions, *_: object) -> int:
        seen.append(options)
        return 0

    monkeypatch.setattr(cli_verify, "verify", remember)
    CliRunner().invoke(app, ["verify", *arguments])
    return seen[0] if seen else None


def as_read_here(arguments: Sequence[str]) -> VerifyOptions | None:
    fields = read_verify(arguments)
    return None if fields is None else VerifyOptions(**fields)


def command() -> Command:
    commands = typer.main.get_group(app).commands
    return commands["verify"]


def test_every_option_is_known_here() -> None:
    known = {option for parameter in command().params for option in parameter.opts if option.startswith("--")}
    assert known == OWN


USUAL = (
    ["a.pdf"],
    ["-"],
    ["a.pdf", "--format", "json", "b.pdf"],
    ["--format=jsonl", "--policy", "archive", "--offline", "van ban"],
    ["-o", "out.json", "--trust", "neo", "--trust", "neo-2", "--no-user-trust", "a.pdf"],
    ["--expect-signer", "a@b.example", "--expect-signer=c@d.example", "--min-signatures", "2", "--require-timestamp", "a.pdf"],
    ["--at", "2026-11-20T00:00:00Z", "--received-at=2026-01-01T00:00:00+07:00", "--lang", "en", "--debug", "a.pdf"],
    ["--evidence", "e.zip", "--from-evidence", "f.zip", "--evidence-sha256", "00", "--redact", "--redact-key", "k", "a.pdf"],
    ["--policy", "a=b", "--profile", "issued", "--password-file", "p", "--show-personal-data", "a.pdf"],
)


@pytest.mark.parametrize("arguments", USUAL, ids=" ".join)
def test_usual_lines(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    read = as_read_here(arguments)
    assert read is not None
    assert read == as_typer_reads(arguments, monkeypatch)


UNUSUAL: tuple[list[str], ...] = (
    [],
    ["--help"],
    ["a.pdf", "-h"],
    ["--unknown", "a.pdf"],
    ["--format", "yaml", "a.pdf"],
    ["--format", "json", "--format", "text", "a.pdf"],
    ["--lang", "fr", "a.pdf"],
    ["--min-signatures", "-1", "a.pdf"],
    ["--min-signatures", "two", "a.pdf"],
    ["--offline=yes", "a.pdf"],
    ["--policy", "--offline", "a.pdf"],
    ["--policy=", "a.pdf"],
    ["--output", "-", "a.pdf"],
    ["-oout.json", "a.pdf"],
    ["--", "-a.pdf"],
    ["a.pdf", "--policy"],
    ["-x", "a.pdf"],
)


@pytest.mark.parametrize("arguments", UNUSUAL, ids=" ".join)
def test_unusual_lines_are_left_to_the_command_line_proper(arguments: list[str]) -> None:
    assert read_verify(arguments) is None


def test_whatever_is_read_here_typer_reads_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random lines out of all options and of values that fit, do not fit, or look like options."""
    chance = random.Random(7)  # noqa: S311 - command lines, no secrets
    values = ("json", "text", "vi", "en", "3", "0", "a.pdf", "-", "--offline", "", "Hà Nội", "a=b", str(Path("x") / "y"))
    read_here = 0
    for _ in range(300):
        line: list[str] = []
        for _ in range(chance.randrange(1, 6)):
            option = chance.choice([*sorted(OWN), "-o", "a.pdf", "b.pdf"])
            form = chance.randrange(4)
            line += (
                [option] if form == 0 else [f"{option}={chance.choice(values)}"] if form == 1 else [option, chance.choice(values)]
            )
        mine = as_read_here(line)
        if mine is not None:
            read_here += 1
            assert mine == as_typer_reads(line, monkeypatch), line
    assert read_here > 30
