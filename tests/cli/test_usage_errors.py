"""A command line that cannot be read is told in Vietnamese and in English, since `--lang` may be what could not be read."""

from __future__ import annotations

import re
import shlex

import pytest
import typer
from click import Context, Group
from typer.testing import CliRunner

from sigcheck.cli import app

MISTAKES = {
    "verify --lagn vi a.pdf": ("không có tuỳ chọn --lagn", "no option --lagn", "--lang"),
    "verify -Q a.pdf": ("không có tuỳ chọn -Q", "no option -Q", "verify --help"),
    "verify": ("thiếu PATH...", "PATH... is missing", "sigcheck verify [OPTIONS] PATH..."),
    "verify --lang": ("tuỳ chọn --lang cần có giá trị", "option --lang needs a value", "verify --help"),
    "verify --offline=3 a.pdf": ("--offline không nhận giá trị", "--offline takes no value", "verify --help"),
    "verify --lang fr a.pdf": ("--lang: chọn một trong: vi, en", "--lang: choose one of: vi, en", "verify --help"),
    "verify --format doc a.pdf": ("--format: chọn một trong: text, json", "--format: choose one of: text, json", "gitlab"),
    "verify --min-signatures two a.pdf": ("phải là số nguyên, từ 0 trở lên", "whole number, at least 0", "--min-signatures"),
    "judge a.zip b.zip": ("thừa tham số: b.zip", "arguments too many: b.zip", "sigcheck judge [OPTIONS] EVIDENCE"),
    "blocks --nope": ("không có tuỳ chọn --nope", "no option --nope", "sigcheck blocks --help"),
    "compare a.pdf": ("thiếu AFTER", "AFTER is missing", "sigcheck compare --help"),
    "schema extra": ("thừa tham số: extra", "arguments too many: extra", "sigcheck schema --help"),
    "audit --nope": ("không có tuỳ chọn --nope", "no option --nope", "sigcheck audit --help"),
    "serve --port 70000": ("số nguyên từ 0 đến 65535", "whole number from 0 to 65535", "sigcheck serve --help"),
    "results diff --nope": ("không có tuỳ chọn --nope", "no option --nope", "sigcheck results diff --help"),
    "results exprot": ("không có lệnh exprot", "no command exprot", "export"),
    "revocation list --nope": ("không có tuỳ chọn --nope", "no option --nope", "sigcheck revocation list --help"),
    "trust show": ("thiếu NAME", "NAME is missing", "sigcheck trust show --help"),
    "trust list --no-user-trust=3": ("--no-user-trust không nhận giá trị", "--no-user-trust takes no value", "trust --help"),
    "verfy a.pdf": ("không có lệnh verfy", "no command verfy", "verify?"),
    "--nope": ("không có tuỳ chọn --nope", "no option --nope", "sigcheck --help"),
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_told_in_both_languages_vietnamese_first(line: str) -> None:
    shown = CliRunner().invoke(app, shlex.split(line), prog_name="sigcheck")
    assert (shown.exit_code, shown.stdout) == (2, "")
    vietnamese, english, also = MISTAKES[line]
    first, second, *_ = shown.stderr.splitlines()
    assert vietnamese in first
    assert english in second
    assert also in shown.stderr
    assert "Error:" not in shown.stderr
    assert "Did you mean" not in shown.stderr


def test_hostile_arguments_cannot_act() -> None:
    for arguments in (
        ["verify", "--\x1b[2J\u202e"],
        ["\x1b[2J"],
        ["schema", "\x1b[2J"],
        ["verify", "--lang", "\x1b[2J", "a.pdf"],
    ):
        shown = CliRunner().invoke(app, arguments, prog_name="sigcheck")
        assert shown.exit_code == 2
        assert "\x1b" not in shown.stderr
        assert "\u202e" not in shown.stderr


@pytest.mark.parametrize("arguments", [[], ["trust"], ["results"], ["revocation"]])
def test_without_a_command_the_help_is_shown(arguments: list[str]) -> None:
    shown = CliRunner().invoke(app, arguments, prog_name="sigcheck")
    assert shown.exit_code == 2
    assert "Usage: sigcheck" in shown.output


def _commands() -> list[list[str]]:
    """Every command of the program, by walking its groups."""
    top = typer.main.get_group(app)
    found: list[list[str]] = []
    for name in top.list_commands(Context(top)):
        _, command, _ = top.resolve_command(Context(top), [name])
        found.append([name])
        if isinstance(command, Group):
            found += ([name, below] for below in command.commands)
    return found


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_the_help_of_every_command_is_of_one_manner(command: list[str]) -> None:
    """Vietnamese first, its words from the second line on; no boxes."""
    shown = CliRunner().invoke(app, [*command, "--help"], prog_name="sigcheck", env={"COLUMNS": "100", "FORCE_COLOR": ""})
    assert shown.exit_code == 0
    assert not set("╭│╰") & set(shown.stdout)
    usage, described = shown.stdout.split("\n\n")[:2]
    assert usage.startswith(f"Usage: sigcheck {' '.join(command)} ")
    vietnamese, between, english = described.partition(" · ")
    assert between, described
    assert not vietnamese.isascii()
    assert english.isascii()
    options = shown.stdout.partition("\nOptions:\n")[2].partition("\nCommands:\n")[0]
    for option in re.split(r"\n  (?=-)", "\n" + options)[1:]:
        assert "·" in option or "Show this message and exit." in option, option
