"""Where documents stand in rows, each that is not valid has its reason: in the summary of the text, and the index of the page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

NAMES = ("person-and-office", "tampered-page", "saved-again", "unsigned-plan", "weak-key")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    folder = tmp_path_factory.mktemp("rows")
    for name in NAMES:
        (folder / f"{name}.pdf").write_bytes((samples / f"{name}.pdf").read_bytes())
    (folder / "a-picture.pdf").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00")
    return folder


def verified(folder: Path, samples: Path, form: str) -> str:
    told = ("--format", form, "--lang", "en", "--policy", "archive", "--offline", "--at", "2026-11-20T00:00:00Z")
    command = [sys.executable, "-m", "sigcheck", "verify", ".", *told, "--trust", str(samples / "trust"), "--no-revocation-store"]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", cwd=folder)
    assert done.returncode == 1, done.stderr
    return done.stdout


def by_name(rows: list[tuple[str, str]]) -> dict[str, str]:
    """The reason by the document's name; empty: none stands there."""
    return {name.removeprefix("./").removesuffix(".pdf"): why for name, why in rows}


def holds(why: dict[str, str]) -> None:
    assert why["tampered-page"] == "The signed content was changed: its SHA-256 digest does not match."
    assert "saved" in why["saved-again"] or "rewritten" in why["saved-again"]
    assert "not a PDF" in why["a-picture"]
    assert why["unsigned-plan"] == "The document bears no digital signature."
    assert len(set(why.values())) == len(why)


def test_the_index_of_a_page(folder: Path, samples: Path) -> None:
    root: Any = lxml_html.document_fromstring(verified(folder, samples, "html"))
    rows = [(row.xpath("string(./td[1])"), row.xpath("string(./td[2]/div)")) for row in root.xpath("//header/..//nav//tbody/tr")]
    assert len(rows) == len(NAMES) + 1
    why = by_name(rows)
    assert why.pop("person-and-office") == ""
    holds(why)


def test_the_summary_of_the_text(folder: Path, samples: Path) -> None:
    summary = verified(folder, samples, "text").rpartition("6 documents")[2]
    rows: list[tuple[str, str]] = []
    for line in summary.splitlines()[1:]:
        text = line.strip()
        if ".pdf – " in text:
            rows.append((text[2:].partition(" – ")[0], ""))
        elif rows:
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {text}".strip())
    why = by_name(rows)
    assert "person-and-office" not in why
    assert len(why) == len(NAMES)
    holds(why)
