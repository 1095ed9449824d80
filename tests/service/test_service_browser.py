"""The page in a real browser: files chosen and dropped, too large and hostile ones, no script, nothing asked elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from running_service import ROOT, Running, serving

SAMPLES = ROOT / "samples"


def reasons(page: Any) -> list[str | None]:
    """In the order of the answers."""
    rows = page.locator("#answers > li")
    return list(rows.evaluate_all("all => all.map(one => one.querySelector('.why')?.textContent ?? null)"))


@pytest.fixture(scope="module")
def service() -> Iterator[Running]:
    with serving("--workers", "1", "--max-size", "1") as running:
        yield running


@pytest.fixture
def page(browser: Any, service: Running) -> Iterator[Any]:
    """The English page; whatever it asks elsewhere, or logs, is a failure."""
    context = browser.new_context()
    opened = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.goto(f"http://127.0.0.1:{service.port}/?lang=en")
    yield opened
    ours = (f"http://127.0.0.1:{service.port}/", "blob:", "data:", "about:")
    assert [url for url in asked if not url.startswith(ours)] == []
    blocked = "frame is sandboxed"  # what the driver itself tries in the report's frame
    assert [text for text in said if "413" not in text and blocked not in text] == []
    assert context.cookies() == []
    context.close()


def test_files_that_are_chosen(page: Any) -> None:
    page.set_input_files("#file", [str(SAMPLES / "five-blocks-stamped.pdf"), str(SAMPLES / "tampered-page.pdf")])
    page.wait_for_selector("li.valid")
    page.wait_for_selector("li.invalid")
    assert page.locator("li").count() == 2
    with page.expect_download() as download:
        page.locator("li.valid a", has_text="JSON").click()
    assert download.value.suggested_filename == "five-blocks-stamped.json"


def test_each_answer_has_its_reason_and_the_refused_are_counted(page: Any) -> None:
    """Two documents that are not valid are told apart without opening a report; what was never checked is no silence."""
    names = ("five-blocks-stamped", "tampered-page", "saved-again", "unsigned-plan")
    files = [{"name": f"{name}.pdf", "mimeType": "", "buffer": (SAMPLES / f"{name}.pdf").read_bytes()} for name in names]
    files.append({"name": "con dấu.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"})
    files.append({"name": "large.pdf", "mimeType": "application/pdf", "buffer": bytes(1024 * 1024 + 1)})
    page.set_input_files("#file", files)
    page.wait_for_selector("#answers:has(li):not(:has(li.waits))")
    why = dict(zip(page.locator("li h3").all_inner_texts(), reasons(page), strict=True))
    assert why["five-blocks-stamped.pdf"] is None
    assert why["large.pdf"] is None
    said = [why[name] for name in ("tampered-page.pdf", "saved-again.pdf", "unsigned-plan.pdf", "con dấu.jpg")]
    assert all(said)
    assert len(set(said)) == 4
    assert "digest" in str(why["tampered-page.pdf"])
    assert "not a PDF" in str(why["con dấu.jpg"])
    tally = page.locator("#tally").inner_text()
    assert "not checked: 1" in tally
    assert sum(int(part.rpartition(": ")[2]) for part in tally.split(" · ")) == 6


def test_files_that_are_dropped_hostile_and_too_large_ones_too(page: Any) -> None:
    page.evaluate(
        """() => {
            const files = new DataTransfer();
            files.items.add(new File(["%PDF-1.7"], "<img src=x onerror=alert(1)>.pdf"));
            files.items.add(new File([new Uint8Array(1024 * 1024 + 1)], "large.pdf"));
            document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
        }"""
    )
    page.wait_for_selector("li.unreadable")
    assert "larger than the limit of 1 MB" in page.locator("li.failed").inner_text()
    assert page.locator("main img").count() == 0
    assert page.locator("li.unreadable h3").inner_text() == "<img src=x onerror=alert(1)>.pdf"


def test_the_report_in_its_frame(page: Any) -> None:
    page.set_input_files("#file", str(SAMPLES / "five-blocks-stamped.pdf"))
    page.wait_for_selector("li.valid details")
    frames = page.locator("li iframe")
    if frames.count() == 0:
        assert "Signed" in page.locator("li pre").inner_text()
        return
    assert frames.get_attribute("sandbox") == ""
    inner = page.frame_locator("li iframe")
    inner.locator("h1, h2").first.wait_for()
    colours = inner.locator("body").evaluate("body => getComputedStyle(body).fontFamily")
    assert "Times" not in colours  # the report's own style holds
    link = inner.locator(".pages a[aria-label]").first
    link.locator(".badge").click()
    inner.locator(link.get_attribute("href").removeprefix("about:srcdoc") + ":target").wait_for()  # a card of the same page
    picture = inner.locator(".pages image").first
    assert picture.get_attribute("href").startswith("data:image/webp;base64,")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out(page: Any, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe, which looks for obstacles")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    page.set_input_files("#file", [str(SAMPLES / "five-blocks-stamped.pdf"), str(SAMPLES / "tampered-page.pdf")])
    page.wait_for_selector("li.invalid a")
    page.wait_for_selector("li.valid a")
    found = axe.Axe().run(page, options={"iframes": False}).response["violations"]
    assert [one["id"] for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_form_without_a_script(browser: Any, service: Running) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{service.port}/")
    page.set_input_files("#file", [str(SAMPLES / "five-blocks-stamped.pdf"), str(SAMPLES / "unsigned-plan.pdf")])
    page.click("button")
    page.wait_for_selector("li.unsigned")
    assert page.locator("li.valid").count() == 1
    assert page.locator("li.valid .why").count() == 0
    assert page.locator("li.unsigned .why").inner_text() == "Văn bản không có chữ ký số nào."
    assert page.locator("li.unsigned .why").is_visible()
    assert page.locator("html").get_attribute("lang") == "vi"
    context.close()
