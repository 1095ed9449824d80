"""docs/findings.md is current, and speaks of every code in both languages."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from sigcheck.judging.codes import CODES
from sigcheck.reporting.catalogue import LANGUAGES, load_catalogue

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_is_current() -> None:
    written = runpy.run_path(str(DOCS / "generate_findings.py"))["page"]()
    assert (DOCS / "findings.md").read_text("utf-8") == written, "run python docs/generate_findings.py"


@pytest.mark.parametrize("code", CODES)
def test_every_code_stands_there_and_says_what_to_do(code: str) -> None:
    entry = (DOCS / "findings.md").read_text("utf-8").partition(f"\n## {code}\n")[2].partition("\n## ")[0]
    for language in LANGUAGES:
        words = load_catalogue(language).findings[code]
        assert words.action.strip()
        assert words.meaning in entry
        assert words.action in entry
    assert CODES[code].clause in entry
