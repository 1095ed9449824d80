"""What comes with sigcheck is at hand already read, and says the same as its TOML."""

from __future__ import annotations

import runpy
import tomllib
from pathlib import Path

import pytest

from sigcheck import tables
from sigcheck.tables import prepared_name

ROOT = Path(__file__).resolve().parent.parent
TOOL = runpy.run_path(str(ROOT / "tools" / "prepare_tables.py"))
SHIPPED = sorted(path for pattern in TOOL["SHIPPED"] for path in ROOT.glob(pattern))


def test_there_is_one_for_each_shipped_text() -> None:
    assert TOOL["main"](["--check"]) == 0, "run: python tools/prepare_tables.py"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_it_says_what_the_text_says(path: Path) -> None:
    """Dates and times too, which JSON has no form for."""
    text = path.read_text(encoding="utf-8")
    assert (tables.FOLDER / prepared_name(text)).is_file()
    assert tables.tables(text) == tomllib.loads(text)


def test_another_text_is_read_as_what_it_is() -> None:
    text = SHIPPED[0].read_text(encoding="utf-8") + "\nadded = 2020-12-31\n"
    assert tables.tables(text) == tomllib.loads(text)


def test_without_the_prepared_form_nothing_is_lost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    text = SHIPPED[0].read_text(encoding="utf-8")
    assert tables.tables(text) == tomllib.loads(text)


@pytest.mark.parametrize("text", ["= 1", "a = ", "\udc80 = 1"])
def test_what_is_no_toml_raises(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds, and the words are not ours
        tables.tables(text)
