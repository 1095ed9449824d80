"""The page in a browser: nothing asked of any address, nothing wider than a phone, contrast and names as WCAG asks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright and a Chromium to look at pages with")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium to look at pages with")

DOCUMENTS = ("twenty-stamps", "five-blocks-stamped", "tampered-page", "unsigned-plan", "saved-again", "hostile-names")

AXE = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
SHOWN = "element => element.checkVisibility() && element.getBoundingClientRect().height > 0"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def axe_core() -> str:
    package = pytest.importorskip("axe_playwright_python", reason="needs axe-core, which axe-playwright-python brings")
    return (Path(package.__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> dict[tuple[str, str], Path]:
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for name in DOCUMENTS:
        for language in ("vi", "en"):
            made[name, language] = folder / f"{name}-{language}.html"
            command = [sys.executable, "-m", "sigcheck", "verify", str(samples / f"{name}.pdf"), "--format", "html"]
            command += ["--trust", str(samples / "trust"), "--offline", "--at", "2026-11-01T00:00:00+07:00"]
            subprocess.run([*command, "--lang", language, "-o", str(made[name, language])], check=False)
    return made


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_is_quiet_narrow_and_readable(
    browser: Any, axe_core: str, pages: dict[tuple[str, str], Path], name: str, language: str
) -> None:
    for width, scheme in ((360, "dark"), (1280, "light")):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, complaints=complaints: complaints.append(message.text))
        page.goto(pages[name, language].as_uri())
        assert asked == [pages[name, language].as_uri()]
        assert complaints == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        page.evaluate(axe_core)
        assert [found["id"] for found in page.evaluate(AXE)["violations"]] == []
        context.close()


def test_printing_opens_every_card(browser: Any, pages: dict[tuple[str, str], Path]) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(pages["twenty-stamps", "vi"].as_uri())
    assert complaints == []  # the page's own Content-Security-Policy is in force and lets its style sheet be
    assert page.evaluate("getComputedStyle(document.body).maxWidth") == "1024px"
    closed = page.locator("details:not([open]) > *:not(summary)").first
    assert closed.evaluate(SHOWN) is False
    page.emulate_media(media="print")
    assert closed.evaluate(SHOWN) is True
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
    page.close()
