"""The page of `compare` in a browser: no address asked, nothing wider than a phone, names and contrast as WCAG asks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NAMES = ("later", "tampered", "unrelated", "hostile")


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
    browser: Any, obstacles: Any, pages: dict[tuple[str, str], Path], name: str, language: str
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
        assert [found["id"] for found in obstacles(shown)] == []
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
