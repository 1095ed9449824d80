"""The page of `compare` in a browser: no address asked, nothing wider than a phone, names and contrast as WCAG asks."""

from __future__ import annotations

import re
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

AXE = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
NAMES = ("later", "tampered", "unrelated", "hostile")


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


def before(whole: Path, revisions: int, to: Path) -> Path:
    content = whole.read_bytes()
    to.write_bytes(content[: [found.end() for found in re.finditer(rb"%%EOF\r?\n?", content)][revisions - 1]])
    return to


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> dict[tuple[str, str], Path]:
    folder = tmp_path_factory.mktemp("compared")
    tampered, blocks, hostile = (samples / f"{one}.pdf" for one in ("page-replaced-in-update", "five-blocks", "hostile-names"))
    pairs = {
        "later": (before(blocks, 3, folder / "blocks.pdf"), blocks),
        "tampered": (before(tampered, 2, folder / "tampered.pdf"), tampered),
        "unrelated": (samples / "person-and-office.pdf", samples / "saved-again.pdf"),
        "hostile": (before(hostile, 1, folder / "hostile.pdf"), hostile),
    }
    made = {}
    for name, files in pairs.items():
        for language in ("vi", "en"):
            made[name, language] = folder / f"{name}-{language}.html"
            command = [sys.executable, "-m", "sigcheck", "compare", *map(str, files), "--format", "html"]
            command += ["--no-pictures"] if name in {"later", "hostile"} else []
            subprocess.run([*command, "--lang", language, "-o", str(made[name, language])], check=False)
    return made


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_is_quiet_narrow_and_readable(
    browser: Any, axe_core: str, pages: dict[tuple[str, str], Path], name: str, language: str
) -> None:
    for width, scheme in ((360, "dark"), (1280, "light")):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
        shown = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        shown.on("request", lambda request, asked=asked: asked.append(request.url))
        shown.on("console", lambda message, complaints=complaints: complaints.append(message.text))
        shown.goto(pages[name, language].as_uri())
        assert [address for address in asked if not address.startswith("data:image/webp;")] == [pages[name, language].as_uri()]
        assert complaints == []
        assert shown.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        shown.evaluate(axe_core)
        assert [found["id"] for found in shown.evaluate(AXE)["violations"]] == []
        context.close()


def test_pairs_stay_side_by_side_on_paper(browser: Any, pages: dict[tuple[str, str], Path]) -> None:
    """The page's own Content-Security-Policy is in force: its style sheet and its pictures are let be."""
    shown = browser.new_page(viewport={"width": 700, "height": 900})
    complaints: list[str] = []
    shown.on("console", lambda message: complaints.append(message.text))
    shown.goto(pages["unrelated", "vi"].as_uri())
    shown.emulate_media(media="print")
    first, second = (shown.locator(".facing figure").nth(at).bounding_box() for at in (0, 1))
    assert (first["y"], first["width"]) == (second["y"], second["width"])
    assert first["x"] + first["width"] <= second["x"]
    assert shown.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
    assert complaints == []
    shown.close()
