"""Exit codes, streams and terminals: the table's order, UTF-8 everywhere, files whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from report_builder import report

from sigcheck.cli_streams import CannotRunError, Outcome, report_options, write_out
from sigcheck.cli_verify import VerifyOptions, _reports, tell_fault
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.running.paths import Found
from sigcheck.verdict import DocumentReport, State

VI, EN = load_catalogue("vi"), load_catalogue("en")


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome(), 0),
        (Outcome({State.VALID}), 0),
        (Outcome({State.VALID, State.INSUFFICIENT}), 3),
        (Outcome({State.UNSIGNED, State.INSUFFICIENT}), 4),
        (Outcome({State.UNSIGNED, State.UNREADABLE, State.INSUFFICIENT}), 5),
        (Outcome(set(State)), 1),
        (Outcome(set(State), could_not_run=True), 2),
        (Outcome(set(State), could_not_run=True, interrupted=True), 130),
        (Outcome(set(State), could_not_run=True, interrupted=True, fault=True), 70),
    ],
)
def test_the_first_row_that_holds_gives_the_code(outcome: Outcome, code: int) -> None:
    assert outcome.exit_code() == code


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "báo cáo.json"
    target.write_text("before", "utf-8")

    def failing() -> Iterator[str]:
        yield "half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_out(failing(), target, VI)
    assert target.read_text("utf-8") == "before"
    write_out(["một\n", "hai\n"], target, VI)
    assert target.read_bytes() == "một\nhai\n".encode()
    assert list(tmp_path.iterdir()) == [target]


def test_a_file_that_cannot_be_written_is_said_before_anything_is_checked(tmp_path: Path) -> None:
    asked: list[str] = []

    def pieces() -> Iterator[str]:
        asked.append("x")
        yield "x"

    with pytest.raises(CannotRunError, match="không ghi được"):
        write_out(pieces(), tmp_path / "none" / "x.json", VI)
    assert asked == []


def checked(paths: list[str], outcome: Outcome, check: object) -> list[DocumentReport]:
    return list(_reports(VerifyOptions(tuple(paths)), check, outcome, EN))  # type: ignore[arg-type]  # any callable serves


def test_a_fault_at_one_document_leaves_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [tmp_path / name for name in ("a.pdf", "b\x1b[31m.pdf", "c.pdf")]
    for path in paths:
        path.write_bytes(b"x")

    def check(found: Found) -> DocumentReport:
        if "b" in Path(found.path).name:
            raise KeyError("broken\x1b")
        return report()

    outcome = Outcome()
    assert len(checked([str(path) for path in paths], outcome, check)) == 2
    assert outcome.exit_code() == 70
    said = capsys.readouterr().err
    assert "fault of sigcheck itself" in said
    assert "Please tell the maintainers" in said
    assert "Traceback" not in said
    assert "\x1b" not in said


def test_an_interruption_keeps_what_was_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        (tmp_path / name).write_bytes(b"x")

    def check(found: Found) -> DocumentReport:
        if found.path.endswith("b.pdf"):
            raise KeyboardInterrupt
        return report()

    outcome = Outcome()
    assert len(checked([str(tmp_path)], outcome, check)) == 1
    assert outcome.exit_code() == 130
    assert "interrupted" in capsys.readouterr().err


def test_the_traceback_is_shown_only_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("x")
    except ValueError as error:
        tell_fault("a.pdf", error, EN, debug=False)
        assert "Traceback" not in capsys.readouterr().err
        tell_fault("a.pdf", error, EN, debug=True)
        assert "Traceback" in capsys.readouterr().err


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The real program, in another process, under another locale or colour setting."""
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"}}
    return subprocess.run(
        [sys.executable, "-m", "sigcheck", *arguments],
        capture_output=True,
        env=kept | environment,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "cp1258"}]
)
def test_vietnamese_reaches_a_pipe_under_any_locale(tmp_path: Path, locale: dict[str, str]) -> None:
    ended = run("verify", "--no-user-trust", str(tmp_path), **locale)
    assert ended.returncode == 2
    assert "thư mục không có văn bản nào" in ended.stderr.decode("utf-8")
    assert "Kiểm tra văn bản" in run("--help", **locale).stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({"NO_COLOR": "1"}, False)],
)
def test_colour_only_when_forced_into_a_pipe_and_never_with_no_color(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    form = report_options(language="vi", personal=False, single=True, to_file=False, for_people=True)
    assert form.colour is coloured
    assert form.width == 80
    assert not report_options(language="vi", personal=False, single=True, to_file=True, for_people=True).colour


@pytest.mark.parametrize(("columns", "width"), [("50", 50), ("1000", 110), ("x", 80), ("0", 80)])
def test_columns_are_honoured(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert report_options(language="vi", personal=False, single=True, to_file=False, for_people=True).width == width


HEAVY = ("pyhanko", "cryptography", "asn1crypto", "lxml", "msgspec", "certomancer")


@pytest.mark.parametrize("arguments", [["--help"], ["verify", "--help"], ["blocks", "--help"], ["verify"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys, sigcheck.cli as c\n"
        f"sys.argv = ['sigcheck', *{arguments!r}]\n"
        "try: c.main()\n"
        "except SystemExit: pass\n"
        f"print([m for m in {HEAVY!r} + ('sigcheck.verdict', 'sigcheck.facts', 'rich') if m in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60)
    assert ended.stderr.decode().splitlines()[-1] == "[]"


def test_the_version_names_what_decides() -> None:
    first, second = run("--version"), run("--version", PYTHONHASHSEED="7")
    assert first.returncode == 0
    assert first.stdout == second.stdout
    lines = first.stdout.decode().splitlines()
    assert [line.split()[0] for line in lines] == ["sigcheck", "pyhanko", "cryptography", "trust"]
    assert "sha256:" in lines[-1]
