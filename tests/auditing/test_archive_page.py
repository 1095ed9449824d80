"""`sigcheck results report`: an archive's page counts what the store holds, the worst first, and names no valid document."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from archives import audited
from lxml import html as lxml_html

from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.html.archive_rows import reason_words
from sigcheck.reporting.phrases import Phrases
from sigcheck.running.paths import PathProblem
from sigcheck.store.results import ResultStore
from sigcheck.store.summary import MOST_WORST, summarise

NAMES = ("person-and-office", "two-persons", "tampered-page", "weak-key", "unsigned-plan", "hostile-names", "saved-again")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    folder = tmp_path_factory.mktemp("archive-page")
    (folder / "Sở Mẫu").mkdir()
    for name in NAMES:
        shutil.copy(samples / f"{name}.pdf", folder / "Sở Mẫu" / f"{name}.pdf")
    shutil.copy(samples / "unsigned-plan.pdf", folder / "<script>alert(1)<_script>.pdf")
    patch = pytest.MonkeyPatch()
    patch.chdir(folder)
    audited(folder / "s", "Sở Mẫu", "<script>alert(1)<_script>.pdf", "nowhere")
    patch.undo()
    return folder / "s"


def page(store: Path, *more: str) -> str:
    command = [sys.executable, "-m", "sigcheck", "results", "report", str(store), *more]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def states(store: Path) -> Counter[str]:
    with ResultStore(store) as opened:
        return Counter(json.loads(octets)["state"] if octets else "problem" for _, octets in opened.reports(1))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_counts_what_the_store_holds(store: Path, language: str) -> None:
    root: Any = lxml_html.document_fromstring(page(store, "--lang", language))
    answers = root.xpath("//section[1]//tbody/tr")
    assert [int(row.xpath("./td")[0].text) for row in answers] == [
        states(store)[answer] for answer in ("invalid", "unreadable", "insufficient", "unsigned", "problem", "valid")
    ]
    assert root.get("lang") == language
    assert len(root.xpath("//h1")) == 1
    assert not root.xpath("//script")
    assert all(href.startswith("#") for href in root.xpath("//a/@href"))
    assert {href[1:] for href in root.xpath("//a/@href")} == set(root.xpath("//h2/@id"))


def test_the_worst_come_first_and_paths_are_text(store: Path) -> None:
    text = page(store, "--lang", "en")
    root: Any = lxml_html.document_fromstring(text)
    named = [row.xpath("string(./th)") for row in root.xpath("//section[2]//tbody/tr")]
    assert named[0].startswith("Sở Mẫu/")
    assert {"Sở Mẫu/tampered-page.pdf", "<script>alert(1)<_script>.pdf", "nowhere"} <= set(named)
    answers = [row.xpath("string(./td[1])") for row in root.xpath("//section[2]//tbody/tr")]
    order = ["✘ not valid", "✘ unreadable", "? not enough to tell", "– not signed", "no report"]
    assert [order.index(answer) for answer in answers] == sorted(order.index(answer) for answer in answers)
    assert "valid" not in answers
    assert "<script" not in text


def test_the_same_store_gives_the_same_page(store: Path) -> None:
    assert page(store) == page(store)


def test_a_large_archive_has_a_small_page(store: Path, tmp_path: Path) -> None:
    """Ten thousand records that rest on the reports there are."""
    large = tmp_path / "large"
    shutil.copy(store, large)
    with sqlite3.connect(large) as connection:
        rows = connection.execute("SELECT version, sha256, size, report, problem, detail, hash FROM record").fetchall()
        more = ((1000 + n, f"kho/{n}.pdf".encode(), *rows[n % len(rows)]) for n in range(10_000))
        connection.executemany("INSERT INTO record VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)", more)
    with ResultStore(large) as opened:
        summary = summarise(opened, opened.runs()[0])
    assert sum(summary.counts) == 10_000 + sum(states(store).values())
    assert len(summary.worst) == MOST_WORST
    assert len(page(large)) < 200_000


def test_agencies_and_issuers_are_those_of_the_certificates(store: Path) -> None:
    with ResultStore(store) as opened:
        summary = summarise(opened, opened.runs()[0])
        reports = [json.loads(octets) for _, octets in opened.reports(1) if octets]
    agencies = {
        one["signer"]["organisation"] for report in reports for one in report["signatures"] if one["kind"] == "signature"
    } - {None}
    assert {line.name for line in summary.by_agency.lines} - {None} == agencies
    assert all(line.total for line in summary.by_issuer.lines)
    assert [line.counts for line in summary.by_reason.lines] == sorted(
        (line.counts for line in summary.by_reason.lines), reverse=True
    )


def test_why_there_is_no_report_is_said_in_words(store: Path) -> None:
    root: Any = lxml_html.document_fromstring(page(store, "--lang", "en"))
    (why,) = [row.xpath("./td")[1] for row in root.xpath("//section[2]//tbody/tr") if row.xpath("string(./th)") == "nowhere"]
    assert [part.text_content() for part in why] == ["no such file or folder", "no-such-path"]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("problem", [*PathProblem, "fault-in-document", "changed-while-read", "scheme-not-supported"])
def test_words_of_a_problem_name_no_path_and_end_as_they_should(problem: str, language: str) -> None:
    words = reason_words(Phrases(load_catalogue(language)), problem)
    assert words is not None
    assert not re.search(r"[{}…]|\W(at|ở|of)$|[:;(]$", words), words


def test_a_code_without_words_stands_alone() -> None:
    assert reason_words(Phrases(load_catalogue("vi")), "of-a-newer-sigcheck") is None
