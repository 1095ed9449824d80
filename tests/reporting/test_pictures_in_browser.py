"""Pictures of pages in a browser: shown as they are, behind their outlines; every outline a link that a keyboard reaches."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Image = pytest.importorskip("PIL.Image", reason="needs the extra pictures")
pytest.importorskip("pypdfium2", reason="needs the extra pictures")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Callable[..., str]:
    """Makes the page of a sample and gives its address."""
    folder = tmp_path_factory.mktemp("pictured")

    def make(name: str, *options: str) -> str:
        file = folder / f"{name}{''.join(options)}.html"
        command = [sys.executable, "-m", "sigcheck", "verify", str(samples / f"{name}.pdf"), "--format", "html", "-o", str(file)]
        subprocess.run([*command, "--trust", str(samples / "trust"), "--offline", *options], check=False)
        return file.as_uri()

    return make


def dark_pixels(figure: Any) -> int:
    shot = Image.open(io.BytesIO(figure.screenshot())).convert("L")
    return sum(shot.histogram()[:128])


def test_the_page_is_seen_behind_its_outlines(browser: Any, made: Callable[..., str]) -> None:
    counted = []
    for options in ((), ("--no-pictures",)):
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, complaints=complaints: complaints.append(message.text))
        page.goto(made("five-blocks-stamped", *options))
        page.evaluate("document.querySelectorAll('.pages a').forEach(one => one.remove())")
        page.evaluate("document.querySelectorAll('.pages svg').forEach(one => { one.style.border = '0'; })")
        counted.append(dark_pixels(page.locator(".pages svg").first))
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert complaints == []  # the page's own policy lets its pictures be
        page.close()
    assert counted[0] > 500  # the document's own ink
    assert counted[1] == 0


@pytest.mark.parametrize(("width", "columns"), [(390, 1), (1280, 2)])
@pytest.mark.parametrize("name", ["five-blocks-stamped", "twenty-stamps"])
def test_nothing_keeps_anybody_out(
    browser: Any, obstacles: Any, made: Callable[..., str], name: str, width: int, columns: int
) -> None:
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        page.goto(made(name))
        tracks = page.locator(".pages").evaluate("one => getComputedStyle(one).gridTemplateColumns")
        assert len(tracks.split()) == columns
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert [(one["id"], one["nodes"][0]["html"]) for one in obstacles(page, ".pages")] == []
        context.close()


def test_a_keyboard_reaches_every_box_and_its_card(browser: Any, made: Callable[..., str]) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(made("five-blocks-stamped"))
    links = page.locator(".pages a[aria-label]")
    links.first.focus()
    for number in range(links.count()):
        focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert focused == links.nth(number).get_attribute("aria-label")
        page.keyboard.press("Tab")
    links.nth(1).focus()
    page.keyboard.press("Enter")
    page.locator(".card:target").wait_for()  # a browser goes there in its own time
    page.close()
