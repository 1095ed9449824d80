"""Page, lists, tables and comparison say the same reason, agencies, issuing CAs and year of every sample."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from archives import audited
from lxml import html as lxml_html

from sigcheck.store.characteristics import signing_year
from sigcheck.store.comparison import compare_runs
from sigcheck.store.results import ResultStore

NAMELESS = "(none)"


def sigcheck(*arguments: object) -> str:
    command = [sys.executable, "-m", "sigcheck", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    """Every sample, and the same run again under a question that changes nothing: only what differs is compared."""
    path = tmp_path_factory.mktemp("everywhere") / "s"
    audited(path, samples)
    (path.parent / "empty").mkdir()
    audited(path.parent / "none", path.parent / "empty")
    return path


@pytest.fixture(scope="module")
def exported(store: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in sigcheck("results", "export", store, "--format", "jsonl").splitlines()]
    assert len(rows) > 70
    return rows


@pytest.fixture(scope="module")
def folder(store: Path) -> Path:
    sigcheck("results", "report", store, "--folder", store.parent / "report", "--lang", "en", "--pages", "none")
    return store.parent / "report"


def table(folder: Path, name: str) -> dict[str, int]:
    """The rows of one table of the index: their names, and how many documents they count."""
    root: Any = lxml_html.parse(folder / "index.html").getroot()
    rows = root.xpath(f"//section[h2[@id='by-{name}']]//tbody/tr")
    return {row.xpath("string(./th//code | ./th[not(.//code)])").strip(): int(row.xpath("./td")[0].text) for row in rows}


def named(rows: Iterable[dict[str, Any]], column: str, separator: str) -> Counter[str]:
    return Counter(name for row in rows for name in (row[column] or NAMELESS).split(separator))


def test_reasons_of_the_page_are_those_of_the_table(folder: Path, exported: list[dict[str, Any]]) -> None:
    not_valid = [row for row in exported if row["state"] != "valid"]
    assert table(folder, "reason") == named(not_valid, "reason", " ")
    assert NAMELESS not in table(folder, "reason"), "whatever is not valid has a reason"


@pytest.mark.parametrize(("of", "column"), [("agency", "agencies"), ("issuer", "issuers"), ("year", "year")])
def test_names_of_the_page_are_those_of_the_table(folder: Path, exported: list[dict[str, Any]], of: str, column: str) -> None:
    assert table(folder, of) == named(exported, column, "; ")


def test_a_server_of_time_stamps_is_no_agency_that_signed(exported: list[dict[str, Any]]) -> None:
    agencies = named(exported, "agencies", "; ")
    assert len(agencies) > 2
    assert not [name for name in agencies if "Foreign Time" in name or "Ban Chứng thực" in name]
    assert not [row["path"] for row in exported if row["signatures"] == 0 and row["agencies"]]


def test_lists_give_each_document_the_reason_of_the_table(folder: Path, exported: list[dict[str, Any]]) -> None:
    told = {}
    for path in (folder / "lists").glob("answer-*.html"):
        root: Any = lxml_html.parse(path).getroot()
        for row in root.xpath("//tbody/tr"):
            name = row.xpath("./th")[0].text_content().partition(" (")[0].strip()
            told[name] = [code.text_content() for code in row.xpath("./td[2]//code")]
    assert told == {row["path"]: (row["reason"] or "").split()[:6] for row in exported}


def test_a_comparison_names_the_codes_of_the_table(store: Path, exported: list[dict[str, Any]]) -> None:
    """Beside a run without any of them, every document differs."""
    with ResultStore(store) as results, ResultStore(store.parent / "none") as others:
        found = list(compare_runs((others, others.runs()[0]), (results, results.runs()[0])))
    codes = {one.path: one.after.codes for one in found if one.after is not None}
    assert codes == {row["path"]: tuple(sorted((row["reason"] or "").split())) for row in exported}


@pytest.mark.parametrize(
    ("basis", "times", "year"),
    [
        ("signature-timestamp", {"best_signature_time": "2025-12-31T18:30:00Z"}, "2026"),
        ("claimed", {"claimed": "2026-01-01T01:29:00+07:00"}, "2026"),
        ("validation-time", {"claimed": "2025-12-31T18:29:00+00:00"}, "2026"),
        ("claimed", {"claimed": "2025-12-31T23:59:59"}, "2025"),
        ("claimed", {"claimed": "D:20251231", "signing_time": "2025-12-31T16:59:59Z"}, "2025"),
        ("claimed", {"claimed": "9999-12-31T23:00:00Z"}, None),
        ("claimed", {}, None),
    ],
)
def test_a_year_is_that_of_the_calendar_in_vietnam(basis: str, times: dict[str, str], year: str | None) -> None:
    """31 December, 18:30 UTC is the first of January, 01:30 at +07:00."""
    every = {"basis": basis, "best_signature_time": None, "claimed": None, "signing_time": None, **times}
    assert signing_year({"signatures": [{"kind": "document-timestamp"}, {"kind": "signature", "times": every}]}) == year
    assert year is None or re.fullmatch(r"\d{4}", year)
