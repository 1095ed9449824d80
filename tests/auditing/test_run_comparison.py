"""Which answers differ between two runs, and why: each thing that an answer depends on, changed alone."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from archives import NOW, audited, losing

import sigcheck
from sigcheck.cli_settings import parse_moment
from sigcheck.running.pool import Loss, Lost
from sigcheck.store.comparison import Difference, compare_runs
from sigcheck.store.results import ResultStore
from sigcheck.store.revocation_keeping import Arrival, keep
from sigcheck.store.revocation_pieces import piece_of


@pytest.fixture
def folder(tmp_path: Path, samples: Path) -> Path:
    folder = tmp_path / "kho lưu trữ"
    folder.mkdir()
    for name in ("person-and-office", "unsigned-plan"):
        shutil.copy(samples / f"{name}.pdf", folder)
    return folder


def differences(store: Path) -> list[Difference]:
    with ResultStore(store) as results:
        first, *_, last = results.runs()
        return list(compare_runs((results, first), (results, last)))


def told(store: Path) -> dict[str, tuple[str | None, str | None, tuple[str, ...]]]:
    """By the document's name: the answer before and after, and why it is another."""
    return {
        Path(one.path).stem: (one.before.state if one.before else None, one.after.state if one.after else None, one.because)
        for one in differences(store)
    }


def test_nothing_changed(tmp_path: Path, folder: Path) -> None:
    for _ in range(2):
        audited(tmp_path / "s", folder)
    assert told(tmp_path / "s") == {}


@pytest.mark.parametrize(
    ("name", "before", "after", "states", "reason"),
    [
        ("person-and-office", {}, {"policy": "strict"}, ("valid", "insufficient"), "policy"),
        ("person-and-office", {}, {"trust": (), "user_trust": False}, ("valid", "insufficient"), "trust"),
        ("office-alone", {}, {"profile": "issued"}, ("valid", "invalid"), "profile"),
        ("two-persons", {}, {"min_signatures": 5}, ("valid", "invalid"), "demands"),
        ("encrypted-with-password", {}, {"password_file": True}, ("unreadable", "valid"), "password"),
        ("expired-without-timestamp", {}, {"received_at": "2023-06-01T00:00:00Z"}, ("insufficient", "valid"), "received"),
        ("no-time-at-all", {}, {"at": "2024-01-01T00:00:00Z"}, ("valid", "insufficient"), "at"),
    ],
)
def test_each_question_changed_alone(
    tmp_path: Path,
    samples: Path,
    name: str,
    before: dict[str, Any],
    after: dict[str, Any],
    states: tuple[str, str],
    reason: str,
) -> None:
    if after.get("password_file"):
        after = {"password_file": tmp_path / "password"}
        after["password_file"].write_text("sigcheck\n", "utf-8")
    document = samples / f"{name}.pdf"
    audited(tmp_path / "s", document, **before)
    audited(tmp_path / "s", document, **after)
    because = told(tmp_path / "s")[name]
    assert because[:2] == states
    assert [one for one in because[2] if one != "validation-time"] == [reason]


def test_the_revocation_store(tmp_path: Path, samples: Path) -> None:
    pieces = [piece_of(path.read_bytes()) for path in sorted((samples / "revocation").glob("*.crl"))]
    received = parse_moment("2026-11-01T00:00:00Z")
    assert received is not None
    keep(tmp_path / "crls", [Arrival(piece, received, "") for piece in pieces if piece is not None])
    document = samples / "person-and-office.pdf"
    audited(tmp_path / "s", document, policy="strict")
    audited(tmp_path / "s", document, policy="strict", no_revocation_store=False, revocation_store=tmp_path / "crls")
    assert told(tmp_path / "s") == {"person-and-office": ("insufficient", "valid", ("revocation_store",))}


def test_a_newer_sigcheck(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version alone changes no answer here; that it is looked at again is seen with another answer beside it."""
    audited(tmp_path / "s", folder)
    monkeypatch.setattr(sigcheck, "__version__", "99")
    audited(tmp_path / "s", folder, policy="strict")
    assert told(tmp_path / "s")["person-and-office"][2] == ("sigcheck", "policy")


def test_time_alone(tmp_path: Path, samples: Path) -> None:
    """Its certificate has expired meanwhile, and nothing proves that it was signed before."""
    later = datetime(2032, 1, 1, tzinfo=UTC)
    audited(tmp_path / "s", samples / "no-time-at-all.pdf")
    audited(tmp_path / "s", samples / "no-time-at-all.pdf", now=later)
    assert told(tmp_path / "s") == {}, "a report of any age is taken over until it is asked otherwise"
    audited(tmp_path / "s", samples / "no-time-at-all.pdf", now=later, older_than="3y")
    assert told(tmp_path / "s") == {"no-time-at-all": ("valid", "insufficient", ("validation-time",))}


def test_content_and_coming_and_going(tmp_path: Path, folder: Path, samples: Path) -> None:
    audited(tmp_path / "s", folder)
    shutil.copy(samples / "tampered-page.pdf", folder / "person-and-office.pdf")
    (folder / "unsigned-plan.pdf").rename(folder / "công văn.pdf")
    audited(tmp_path / "s", folder)
    assert told(tmp_path / "s") == {
        "person-and-office": ("valid", "invalid", ("content",)),
        "unsigned-plan": ("unsigned", None, ("absent",)),
        "công văn": (None, "unsigned", ("absent",)),
    }


def test_what_has_an_answer_in_neither_run_does_not_differ(tmp_path: Path, folder: Path) -> None:
    """Named in one run alone, or with another problem in each."""
    audited(tmp_path / "s", folder, tmp_path / "2022", tmp_path / "2023")
    (tmp_path / "2022").mkdir()
    audited(tmp_path / "s", folder, tmp_path / "2022", tmp_path / "2024")
    assert told(tmp_path / "s") == {}


def test_what_could_not_be_had_once_is_told_as_that(tmp_path: Path, folder: Path, samples: Path) -> None:
    """Nobody knows whether its content is another one."""
    late = tmp_path / "đến muộn.pdf"
    audited(tmp_path / "s", folder, late)
    shutil.copy(samples / "tampered-page.pdf", late)
    audited(tmp_path / "s", folder, late)
    assert told(tmp_path / "s") == {"đến muộn": (None, "invalid", ("unanswered",))}
    command = [sys.executable, "-m", "sigcheck", "results", "diff", str(tmp_path / "s"), "--lang", "en"]
    said = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    assert "could not be had in one run" in said.stdout
    assert "content" not in said.stdout


def test_a_worker_that_was_lost_is_told_as_that(tmp_path: Path, folder: Path) -> None:
    sha256 = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    lost = losing(lambda task: Lost(task, Loss.TIME, f"{sha256[Path(task.path).name]} "))
    audited(tmp_path / "s", folder, workers=lost)
    records = audited(tmp_path / "s", folder)
    assert [record.state for record in records] == ["valid", "unsigned"], "what was lost once is tried again"
    assert told(tmp_path / "s") == {
        "person-and-office": ("unreadable", "valid", ("machine",)),
        "unsigned-plan": ("unreadable", "unsigned", ("machine",)),
    }


def test_codes_are_told_where_only_they_change(tmp_path: Path, samples: Path) -> None:
    audited(tmp_path / "s", samples / "tampered-page.pdf")
    audited(tmp_path / "s", samples / "tampered-page.pdf", min_signatures=3)
    (found,) = differences(tmp_path / "s")
    assert found.before is not None
    assert found.after is not None
    assert (found.before.state, found.after.state) == ("invalid", "invalid")
    assert set(found.before.codes) < set(found.after.codes)


def test_runs_of_two_stores(tmp_path: Path, folder: Path) -> None:
    audited(tmp_path / "one", folder)
    audited(tmp_path / "two", folder, policy="strict", now=NOW)
    with ResultStore(tmp_path / "one") as one, ResultStore(tmp_path / "two") as two:
        found = list(compare_runs((one, one.runs()[0]), (two, two.runs()[0])))
    assert [(Path(each.path).stem, each.because) for each in found] == [("person-and-office", ("policy",))]
