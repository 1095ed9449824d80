"""The page in a browser: nothing asked of any address, nothing wider than a phone, contrast and names as WCAG asks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DOCUMENTS = (
    "twenty-stamps", "five-blocks-stamped", "tampered-page", "unsigned-plan", "expired-without-timestamp", "saved-again",
    "hostile-names",
)  # fmt: skip
GENUINE = "2bb1d76c"
"""Twenty-three signatures, twenty-two of one office."""
LOOKS = {"vi": ((390, "dark"), (1280, "light")), "en": ((390, "light"), (1280, "dark"))}
"""Widths and colours: both languages together have each width in each."""
OVERLAPS = """() => [...document.querySelectorAll('.times')].flatMap(times => {
    const words = [...times.querySelectorAll('text, .name, .when')].filter(one => one.textContent.trim());
    const boxes = words.map(one => [one.textContent, one.getBoundingClientRect()]);
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
    return boxes.flatMap(([text, box], at) =>
        boxes.slice(at + 1).filter(([, other]) => meet(box, other)).map(([other]) => [text, other]));
})"""
OUTSIDE = """() => [...document.querySelectorAll('.times text')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.left < 0 || box.right > document.documentElement.clientWidth;
}).map(one => one.textContent)"""

SHOWN = "element => element.checkVisibility() && element.getBoundingClientRect().height > 0"


Make = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, samples: Path, request: pytest.FixtureRequest) -> Make:
    """Makes the page of a document in a language, once."""
    folder = tmp_path_factory.mktemp("pages")

    def make(name: str, language: str) -> Path:
        page = folder / f"{name}-{language}.html"
        if not page.exists():
            trust = ["--trust", str(samples / "trust")]
            document = samples / f"{name}.pdf"
            if name == GENUINE:
                trust, document = ["--no-user-trust"], request.getfixturevalue("shared") / "vietnam" / f"{name}.pdf"
            command = [sys.executable, "-m", "sigcheck", "verify", str(document), "--format", "html", "--policy", "archive"]
            command += [*trust, "--offline", "--no-revocation-store", "--at", "2026-11-20T00:00:00+07:00"]
            subprocess.run([*command, "--lang", language, "-o", str(page)], check=False)
        return page

    return make


@pytest.mark.parametrize("name", [*DOCUMENTS, GENUINE])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_is_quiet_narrow_and_readable(browser: Any, obstacles: Any, made: Make, name: str, language: str) -> None:
    address = made(name, language).as_uri()
    for width, scheme in LOOKS[language]:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, complaints=complaints: complaints.append(message.text))
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert [url for url in asked if not url.startswith("data:")] == [address]
        assert complaints == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert page.evaluate(OVERLAPS) == []
        assert page.evaluate(OUTSIDE) == []
        assert [found["id"] for found in obstacles(page)] == []
        context.close()


def test_the_first_screen_of_a_desk_holds_who_signed_and_what_to_do(browser: Any, made: Make) -> None:
    """Twenty-three signatures are two lines of it, not twenty-three screens."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(made(GENUINE, "vi").as_uri())
    assert page.locator(".signers > li").count() == 2
    for part in ("h1", ".four", ".signers", ".todo", ".unproven"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] + box["height"] <= 900, part
    assert page.locator(".card").count() == 2
    page.locator(".signers a").last.click()
    page.locator(".card:last-of-type:target").wait_for()  # a browser goes there in its own time
    page.close()


def test_large_text_stays_within_a_phone_and_apart(browser: Any, made: Make) -> None:
    """WCAG 2.1, 1.4.4: text of twice the size loses nothing."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(made("twenty-stamps", "vi").as_uri())
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate(OVERLAPS) == []
    page.close()


@pytest.mark.parametrize("name", ["twenty-stamps", "five-blocks-stamped", "expired-without-timestamp"])
def test_printing_opens_all_that_opens(browser: Any, made: Make, name: str) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(made(name, "vi").as_uri())
    assert complaints == []  # the page's own Content-Security-Policy is in force and lets its style sheet be
    assert page.evaluate("getComputedStyle(document.body).maxWidth") == "1024px"
    closed = page.locator("details:not([open]) > *:not(summary):first-of-type").all()
    assert closed
    assert not [one for one in closed if one.evaluate(SHOWN)]
    page.emulate_media(media="print")
    assert all(one.evaluate(SHOWN) for one in closed)
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
    page.close()
