"""`sigcheck compare`: an update is appended and nothing before it changes (ISO 32000-2, 7.5.6), so bytes and revisions answer."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

END = re.compile(rb"%%EOF\r?\n?")


def run(*arguments: str | Path) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "sigcheck", "compare", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


def compared(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    code, said, _ = run(*arguments, "--format", "json")
    return code, json.loads(said)


@pytest.fixture
def whole(samples: Path) -> Path:
    """A document of six revisions: its body, and five signatures."""
    return samples / "five-blocks.pdf"


def cut(whole: Path, revisions: int, to: Path, *, short: int = 0) -> Path:
    content = whole.read_bytes()
    end = [found.end() for found in END.finditer(content)][revisions - 1]
    to.write_bytes(content[: end - short])
    return to


def test_a_later_revision_and_what_came_between(whole: Path, tmp_path: Path) -> None:
    code, found = compared(cut(whole, 3, tmp_path / "before.pdf"), whole)
    assert (code, found["relation"]) == (0, "later")
    assert found["common"] == {"bytes": (tmp_path / "before.pdf").stat().st_size, "revisions": 3}
    assert [(one["field"], one["revision"]) for one in found["added"]] == [
        ("Signature3", 4),
        ("Signature4", 5),
        ("Signature5", 6),
    ]
    assert {one["level"] for one in found["changes"]} == {"form-filling"}
    assert found["missing"] == []
    assert found["proves"] == "nothing"


def test_an_end_of_line_marker_less_is_the_same_revision(whole: Path, tmp_path: Path) -> None:
    code, found = compared(cut(whole, 3, tmp_path / "before.pdf", short=1), whole)
    assert (code, found["relation"], found["common"]["revisions"]) == (0, "later", 3)


def test_the_other_way_round_is_no_later_revision(whole: Path, tmp_path: Path) -> None:
    code, found = compared(whole, cut(whole, 3, tmp_path / "after.pdf"))
    assert (code, found["relation"]) == (1, "earlier")
    assert [one["field"] for one in found["added"]] == ["Signature3", "Signature4", "Signature5"]


def test_a_file_and_itself(whole: Path) -> None:
    code, found = compared(whole, whole)
    assert (code, found["relation"], found["added"], found["changes"]) == (0, "same", [], [])


def test_two_that_went_different_ways(whole: Path, tmp_path: Path) -> None:
    """One byte of the fourth revision changed: the first three are common, the later signatures are others."""
    content = bytearray(whole.read_bytes())
    ends = [found.end() for found in END.finditer(bytes(content))]
    place = content.index(b"3082", ends[2]) + 40
    content[place] = ord("1") if content[place] != ord("1") else ord("2")
    other = tmp_path / "other.pdf"
    other.write_bytes(content)
    code, found = compared(whole, other)
    assert (code, found["relation"], found["common"]["revisions"]) == (1, "diverged", 3)
    assert [one["field"] for one in found["missing"]] == ["Signature3"]


def test_saved_again_shares_no_revision(samples: Path) -> None:
    code, found = compared(samples / "person-and-office.pdf", samples / "saved-again.pdf")
    assert (code, found["relation"], found["common"]["revisions"]) == (1, "unrelated", 0)


@pytest.mark.parametrize(("language", "said"), [("vi", "là phiên bản sau"), ("en", "is a later revision")])
def test_in_words(whole: Path, tmp_path: Path, language: str, said: str) -> None:
    code, text, errors = run(cut(whole, 3, tmp_path / "before.pdf"), whole, "--lang", language)
    assert code == 0
    assert said in text
    assert "Signature4" in text
    assert errors == ""


def test_what_cannot_be_compared(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "text.pdf").write_text("not a PDF", "utf-8")
    assert compared(whole, tmp_path / "text.pdf")[1]["unreadable"]["reason"] == "not-a-pdf"
    assert run(whole, tmp_path / "text.pdf")[0] == 5
    assert run(whole, tmp_path / "none.pdf")[0] == 2
    assert run(whole, tmp_path)[0] == 2


def test_an_encrypted_file_needs_its_password(samples: Path) -> None:
    code, found = compared(samples / "encrypted-with-password.pdf", samples / "encrypted-with-password.pdf")
    assert (code, found["unreadable"]["reason"]) == (5, "password-needed")


def one_back(samples: Path, name: str, to: Path) -> tuple[Path, Path]:
    """A sample, and what it was before its last revision."""
    whole = samples / f"{name}.pdf"
    revisions = len(END.findall(whole.read_bytes()))
    return cut(whole, revisions - 1, to / "before.pdf"), whole


UPDATED = (
    "annotation-after-signing",
    "certified-then-annotated",
    "certified-then-archived",
    "form-filled-after-signing",
    "generation-3",
    "page-replaced-in-update",
    "rewritten-signature",
    "stripped-signature",
    "twenty-stamps",
)


@pytest.mark.parametrize("name", UPDATED)
def test_a_change_is_permitted_where_verify_says_so(samples: Path, tmp_path: Path, name: str) -> None:
    """Each change of the last revision, as the signatures' own lists in the report have it."""
    before, whole = one_back(samples, name, tmp_path)
    _, found = compared(before, whole)
    command = [sys.executable, "-m", "sigcheck", "verify", str(whole), "--trust", str(samples / "trust"), "--offline"]
    said = subprocess.run([*command, "--format", "json"], capture_output=True, encoding="utf-8", check=False).stdout
    last = found["after"]["revisions"]
    listed = [one for signature in json.loads(said)["signatures"] for one in signature["modifications"]["changes"]]
    asked = {(one["object"], one["rule"], one["what"], one["allowed"]) for one in listed if one["revision"] == last}
    assert asked
    assert {(one["object"], one["rule"], one["what"], one["permitted"]) for one in found["changes"]} == asked


def test_a_signature_that_was_taken_away_is_missing(samples: Path, tmp_path: Path) -> None:
    _, found = compared(*one_back(samples, "stripped-signature", tmp_path))
    assert [one["field"] for one in found["missing"]] == ["Signature1"]
    assert {one["permitted"] for one in found["changes"]} == {False}


def test_where_an_added_signature_stands(whole: Path, tmp_path: Path) -> None:
    _, found = compared(cut(whole, 5, tmp_path / "before.pdf"), whole)
    (added,) = found["added"]
    assert added["box"]["page"] == 1
    assert len(added["box"]["rectangle"]) == 4
    assert found["pages"] == [{"before": 1, "after": 1}]
    assert found["pages_left_out"] == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("certified-then-annotated", "NOT allowed: certified with P=1, no changes"),
        ("annotation-after-signing", "no signature covers it"),
        ("certified-then-archived", "the signatures before them allow: 1 of 1"),
    ],
)
def test_permission_in_words(samples: Path, tmp_path: Path, name: str, said: str) -> None:
    code, text, _ = run(*one_back(samples, name, tmp_path), "--lang", "en")
    assert code == 0
    assert said in " ".join(text.split())


def test_both_ways_of_two_that_went_different_ways_are_told(whole: Path, tmp_path: Path) -> None:
    content = bytearray(whole.read_bytes())
    ends = [found.end() for found in END.finditer(bytes(content))]
    place = content.index(b"3082", ends[2]) + 40
    content[place] ^= 1
    (tmp_path / "other.pdf").write_bytes(content)
    _, found = compared(whole, tmp_path / "other.pdf")
    fields = ["Signature3", "Signature4", "Signature5"]
    assert [one["field"] for one in found["added"]] == [one["field"] for one in found["added_to_before"]] == fields
    assert {one["permitted"] for one in (*found["changes"], *found["changes_of_before"])} == {True}
