"""Exit codes, streams and terminals: the table's order, UTF-8 everywhere, files whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sigcheck.cli_interruption import Interruption
from sigcheck.cli_output import write_out
from sigcheck.cli_streams import CannotRunError, Outcome, report_options
from sigcheck.cli_verify import tell_fault
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.verdict import State

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


def test_an_interruption_while_writing_waits_for_the_next_check() -> None:
    interruption = Interruption()
    with interruption.listening():
        signal.raise_signal(signal.SIGINT)  # while a report is written: remembered
        with pytest.raises(KeyboardInterrupt), interruption.during_check():
            pass
        signal.raise_signal(signal.SIGINT)  # the next report is being written: it is not cut either
        with pytest.raises(KeyboardInterrupt):
            next(interruption.each([1]))
    with interruption.listening(), pytest.raises(KeyboardInterrupt), Interruption().during_check():
        raise KeyboardInterrupt


def test_an_interruption_breaks_a_check_off_at_once() -> None:
    interruption = Interruption()
    with interruption.listening(), pytest.raises(KeyboardInterrupt), interruption.during_check():
        signal.raise_signal(signal.SIGINT)


def test_signals_are_left_alone_outside_the_main_thread() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen: list[object] = []

    def listen() -> None:
        with Interruption().listening():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert seen == [before]
    with Interruption().listening():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


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


LOCALES = (
    {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "cp1258"},
    {"PYTHONIOENCODING": "cp1252:strict", "PYTHONUTF8": "0"},
)


@pytest.mark.parametrize(("language", "columns"), [("vi", "80"), ("en", "80"), ("vi", "40")])
def test_a_report_is_the_same_under_any_locale_and_code_page(samples: Path, language: str, columns: str) -> None:
    """Redirected, the report is UTF-8 whatever the code page: one that lacks letters of Vietnamese would mangle them."""
    asked = ["verify", "--no-user-trust", "--at", "2026-11-20T00:00:00Z", "--lang", language, "--offline"]
    document = str(samples / "five-blocks-stamped.pdf")
    (usual, *others) = [run(*asked, document, COLUMNS=columns, **locale).stdout for locale in ({"PYTHONUTF8": "1"}, *LOCALES)]
    text = usual.decode("utf-8")
    assert "PHÒNG VĂN HOÁ VÀ THÔNG TIN" in " ".join(text.split())
    assert "\ufffd" not in text
    assert "\\x" not in text
    assert max(map(len, text.splitlines())) <= 64 if columns == "40" else 80  # digests stay in one piece where they can
    assert others == [usual] * len(others)


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


HEAVY = ("pyhanko", "cryptography.x509", "cryptography.hazmat.primitives.asymmetric", "asn1crypto", "lxml", "certomancer")
"""Of `cryptography` help loads the digests alone, by which shipped texts are found (docs/decisions/0015)."""


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
    assert [line.split()[0] for line in lines] == ["sigcheck", "cryptography", "asn1crypto", "trust"]
    assert "sha256:" in lines[-1]
