"""An archive's folder in a browser, opened as files: nothing asked of any address, no sideways scrolling, names and contrast."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from archives import audited

from sigcheck import cli_archive_report
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.html import archive_list
from sigcheck.store.results import ResultStore

NAMES = ("person-and-office", "tampered-page", "weak-key", "unsigned-plan", "hostile-names")
PAGES = (
    "index.html",
    "lists/answer-00-001.html",
    "lists/answer-00-002.html",
    "lists/run-01-001.html",
    "documents/000/000003.html",
)


@pytest.fixture(scope="module", params=["vi", "en"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    """Two runs, and 50 records of a tampered document in the second, one with a name of 4,000 letters; 20 rows on a page."""
    within = tmp_path_factory.mktemp("archive-in-browser")
    for name in NAMES:
        shutil.copy(samples / f"{name}.pdf", within / f"{name}.pdf")
    store = within / "s"
    audited(store, within, within / "nowhere", policy="strict")
    audited(store, within, within / "nowhere")
    with sqlite3.connect(store) as connection:
        row = connection.execute(
            "SELECT version, sha256, size, report, problem, detail, hash FROM record"
            " WHERE run = 2 AND CAST(path AS TEXT) LIKE '%tampered%'"
        ).fetchone()
        names = [b"x" * 4000, *(f"Sở Mẫu/công văn đến/{n}.pdf".encode() for n in range(50))]
        more = ((2, 1000 + n, name, *row) for n, name in enumerate(names))
        connection.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", more)
    with pytest.MonkeyPatch.context() as patch, ResultStore(store) as opened:
        for module in (archive_list, cli_archive_report):  # axe takes its time over long pages
            patch.setattr(module, "ROWS_OF_A_PAGE", 20)
        asked = cli_archive_report.ReportAsked(within / "report", "all", request.param)
        cli_archive_report.write_archive(opened, opened.runs()[-1], asked, load_catalogue(request.param))
    return within / "report"


@pytest.mark.parametrize("place", PAGES)
def test_a_page_of_the_folder_is_quiet_narrow_and_readable(browser: Any, obstacles: Any, folder: Path, place: str) -> None:
    for width, scheme in ((390, "dark"), (1280, "light")):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, complaints=complaints: complaints.append(message.text))
        page.goto((folder / place).as_uri())
        assert asked == [(folder / place).as_uri()]
        assert complaints == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        found = obstacles(page)
        assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []
        context.close()


@pytest.mark.parametrize("place", ["index.html", "lists/answer-00-001.html"])
def test_why_is_said_in_words_and_seen_on_a_phone(browser: Any, folder: Path, place: str) -> None:
    """Nothing of the column lies beyond the edge, and the code stands small behind the words that everybody reads."""
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto((folder / place).as_uri())
    cells = page.locator("table.listed .because")
    assert cells.count() > 3
    edges = cells.evaluate_all("all => all.map(one => [one.getBoundingClientRect().left, one.getBoundingClientRect().right])")
    assert all(0 <= left < right <= 390 for left, right in edges)
    assert page.locator(".listed").evaluate("one => one.scrollWidth <= one.parentElement.clientWidth")
    for cell in cells.all():
        words = cell.locator("div").first
        assert words.locator("code").count() == 0
        assert len(words.inner_text().split()) > 2
        assert cell.locator("code").count() >= 1
        sizes = [
            each.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") for each in (words, cell.locator("code").first)
        ]
        assert sizes[1] < sizes[0]
    totals = page.locator(".scroll td.number:nth-of-type(1)").evaluate_all("all => all.map(x => x.getBoundingClientRect().right)")
    assert all(right <= 390 for right in totals)
    page.close()


def test_a_reader_goes_from_the_index_to_a_document_and_back(browser: Any, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri())
    page.locator("#answers").locator("xpath=following::tbody//a").first.click()
    page.wait_for_url("**/lists/answer-00-001.html")  # a click does not wait for where it leads
    page.locator("a[rel=next]").first.click()
    page.wait_for_url("**/lists/answer-00-002.html")
    assert page.locator("a[aria-current=page]").count() == 2
    page.locator("table a").first.click()
    page.wait_for_url("**/documents/**")
    assert page.locator("article.document").count() == 1
    page.locator("nav a").first.click()
    page.wait_for_url("**/index.html")
    page.emulate_media(media="print")
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
    page.close()
