"""No output takes the place of what its run reads: every option that names a file, of every command that writes one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import typer.main
from typer.testing import CliRunner

from sigcheck.cli import app
from sigcheck.cli_files_read import BESIDE_A_STORE
from sigcheck.cli_output import place_of

OUTPUTS = {"--output", "--evidence", "--folder"}
STORES = {"store", "stores", "revocation_store"}
POSIX = pytest.mark.skipif(os.name != "posix", reason="what `..` behind a folder that is not there means elsewhere")


def commands(group: Any = None, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command by its names."""
    group = typer.main.get_command(app) if group is None else group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.resolve_command(context, [name])[1]  # groups are loaded with their name
        if hasattr(command, "list_commands"):
            yield from commands(command, (*names, name))
        else:
            yield (*names, name), command


def is_output(parameter: Any) -> bool:
    return any(option in OUTPUTS for option in parameter.opts)


def names_a_file(parameter: Any) -> bool:
    if parameter.param_type_name == "argument":
        return str(parameter.name) != "server"
    return not is_output(parameter) and any(word in (parameter.metavar or "") for word in ("FILE", "DIR"))


PAIRS = [
    pytest.param(names, output, read, id=f"{' '.join(names)} {output.opts[0]} over {read.name}")
    for names, command in commands()
    for output in command.params
    if is_output(output)
    for read in command.params
    if names_a_file(read)
]


def arguments_for(names: tuple[str, ...], read: Any, named: Path, needed: Path) -> list[str]:
    """A command line that reads `named` as `read` says, and `needed` where else an argument is needed."""
    given = [str(named)] if read.param_type_name == "argument" else [read.opts[-1], str(named)]
    command = next(one for these, one in commands() if these == names)
    missing = [one for one in command.params if one.param_type_name == "argument" and one.name != read.name]
    return [*given, *(str(needed) for _ in missing)]


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [*map(str, arguments), "--lang", "en"], env={"COLUMNS": "80", "NO_COLOR": "1"})


@pytest.fixture
def other(samples: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(samples / "generation-1.pdf", tmp_path / "other.pdf"))


def test_every_command_that_writes_is_among_them() -> None:
    writing = {" ".join(pair.values[0]) for pair in PAIRS if isinstance(pair.values[0], tuple)}
    assert writing == {"verify", "audit", "judge", "blocks", "compare", "results diff", "results export", "results report"}
    assert len(PAIRS) > 35


@pytest.mark.parametrize(("names", "output", "read"), PAIRS)
def test_what_an_option_names_is_refused_as_output(
    names: tuple[str, ...], output: Any, read: Any, other: Path, tmp_path: Path
) -> None:
    named = tmp_path / "read" / "x.pdf"
    named.parent.mkdir()
    named.write_bytes(b"what somebody keeps")
    written = [named]
    if read.name in STORES:
        written += [named.with_name(named.name + end) for end in BESIDE_A_STORE[1:]]
    if read.name == "trust":
        written, named = [named, named.with_name("new.toml")], named.parent
    arguments = arguments_for(names, read, named, other)
    for place in written:
        for way in (place, tmp_path / "read" / ".." / "read" / place.name):
            done = run(*names, *arguments, output.opts[0], way)
            assert done.exit_code == 2, done.output
            assert "nothing was checked" in done.stderr
            assert place.exists() == (place.name == "x.pdf")
    assert (tmp_path / "read" / "x.pdf").read_bytes() == b"what somebody keeps"
    assert [path.name for path in (tmp_path / "read").iterdir()] == ["x.pdf"]


@POSIX
@pytest.mark.parametrize(("names", "output", "read"), PAIRS)
def test_an_output_in_a_folder_that_is_not_there_is_refused(
    names: tuple[str, ...], output: Any, read: Any, other: Path, tmp_path: Path
) -> None:
    """`nowhere/../x` is no name of `x` where there is no `nowhere`."""
    named = tmp_path / "x.pdf"
    named.write_bytes(b"what somebody keeps")
    done = run(*names, *arguments_for(names, read, named, other), output.opts[0], tmp_path / "nowhere" / ".." / "x.pdf")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr
    assert named.read_bytes() == b"what somebody keeps"
    assert not (tmp_path / "nowhere").exists()


@POSIX
@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", ".", "--store"],
        ["revocation", "add", "x.pdf", "--revocation-store"],
        ["revocation", "fetch", "x.pdf", "--revocation-store"],
        ["verify", "x.pdf", "--online", "--revocation-store"],
    ],
)
def test_a_store_that_is_named_makes_no_folder(
    arguments: list[str], samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(samples / "generation-1.pdf", tmp_path / "x.pdf")
    for store in ("nowhere/s", "nowhere/../s"):
        done = run(*arguments, store)
        assert done.exit_code == 2, done.output
        assert done.stderr.count("\n") == 1
        assert [path.name for path in tmp_path.iterdir()] == ["x.pdf"]


def test_the_users_own_trust_folder_takes_no_report(other: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setattr("sigcheck.trust.user_folder.default_user_folder", lambda: own)
    done = run("verify", "--offline", other, "-o", own / "report.html")
    assert (done.exit_code, list(own.iterdir())) == (2, [])
    assert "trust folder" in done.stderr


def test_a_profile_beside_the_policy_is_read(other: Path, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('profile = "kind.toml"\n', "utf-8")
    (tmp_path / "kind.toml").write_text("kept\n", "utf-8")
    done = run("verify", "--offline", other, "--policy", tmp_path / "policy.toml", "-o", tmp_path / "kind.toml")
    assert done.exit_code == 2
    assert "nothing was checked" in done.stderr
    assert (tmp_path / "kind.toml").read_text("utf-8") == "kept\n"


def test_two_outputs_are_two_files(other: Path, tmp_path: Path) -> None:
    done = run("verify", "--offline", other, "-o", tmp_path / "x", "--evidence", tmp_path / "x")
    assert done.exit_code == 2
    assert not (tmp_path / "x").exists()


def test_a_file_called_like_a_shipped_policy_may_be_written(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    document = samples / "generation-1.pdf"
    done = run("verify", "--offline", "--trust", samples / "trust", document, "--policy", "archive", "-o", "archive")
    assert (tmp_path / "archive").is_file(), done.output


@POSIX
def test_a_place_is_what_the_system_takes_it_for(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a" / "b")
    assert place_of(tmp_path / "link" / ".." / "x") == (tmp_path / "a" / "x").resolve()
    (tmp_path / "to-nowhere").symlink_to("nowhere/../x")
    for missing in ("nowhere/x", "nowhere/../x", "to-nowhere"):
        with pytest.raises(FileNotFoundError):
            place_of(tmp_path / missing)
    (tmp_path / "x").touch()
    with pytest.raises(NotADirectoryError):
        place_of(tmp_path / "x" / ".." / "x")
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(OSError, match="links"):
        place_of(tmp_path / "round")
