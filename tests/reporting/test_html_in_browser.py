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

CONTRAST = """() => {
  const light = text => { const n = text.match(/[\\d.]+/g).map(Number); if (n.length === 4 && n[3] === 0) return null;
    const c = n.slice(0, 3).map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 });
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2] };
  const ground = e => { for (; e; e = e.parentElement) {
    const l = light(getComputedStyle(e).backgroundColor); if (l !== null) return l }
    return 1 };
  let worst = 99;
  for (const e of document.querySelectorAll('main *:not(svg *)')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const a = light(getComputedStyle(e).color), b = ground(e);
    worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)) }
  return worst }"""
"""The least contrast of any text with its ground (WCAG 2.2, 1.4.3)."""
SHOWN = "element => element.checkVisibility() && element.getBoundingClientRect().height > 0"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


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
def test_a_page_is_quiet_narrow_and_readable(browser: Any, pages: dict[tuple[str, str], Path], name: str, language: str) -> None:
    for width, scheme in ((360, "dark"), (1280, "light")):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, complaints=complaints: complaints.append(message.text))
        page.goto(pages[name, language].as_uri())
        assert asked == [pages[name, language].as_uri()]
        assert complaints == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert page.evaluate(CONTRAST) >= 4.5
        context.close()


def test_printing_opens_every_card(browser: Any, pages: dict[tuple[str, str], Path]) -> None:
    page = browser.new_page()
    page.goto(pages["twenty-stamps", "vi"].as_uri())
    closed = page.locator("details:not([open]) > *:not(summary)").first
    assert closed.evaluate(SHOWN) is False
    page.emulate_media(media="print")
    assert closed.evaluate(SHOWN) is True
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
    page.close()
