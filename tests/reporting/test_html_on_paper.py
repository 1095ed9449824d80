"""Signature boxes on their pages: where a reader sees them, numbered, with pictures behind them where there are any."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html
from msgspec.structs import replace
from report_builder import checked, report, signature, stamps

from sigcheck.picturing.picture import Missing, PagePicture, Pictured
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.reporting.formats import FORMATS
from sigcheck.reporting.html.sheets import Sheet, badges, overlap, sheet_of
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.redacting import redacting
from sigcheck.verdict import BoxReport, DocumentReport, SignatureReport

EN = ReportOptions(language="en")
WEBP = b"RIFF\4\0\0\0WEBP"
A4 = [0.0, 0.0, 595.0, 842.0]


def boxed(
    one: SignatureReport, *rectangle: float, page: int = 1, shown: list[float] | None = A4, rotation: int = 0
) -> SignatureReport:
    return replace(one, box=BoxReport(page, list(rectangle), shown, rotation))


def picture(page: int = 1, width: float = 595.0, height: float = 842.0) -> PagePicture:
    return PagePicture(page, width, height, "image/webp", WEBP)


def page(document: DocumentReport, pictures: Pictured | None = None, language: str = "en") -> Any:
    options = replace(EN, language=language)
    return lxml_html.document_fromstring("".join(FORMATS["html"]([replace(checked(document), pictures=pictures)], options)))


def place(root: Any, css: str = "box") -> list[tuple[float, float, float, float]]:
    """Left, top, width and height of the outlines in the order of the page."""
    found = root.xpath(f"//*[local-name()='rect'][contains(concat(' ', @class, ' '), ' {css} ')]")
    return [(float(one.get("x")), float(one.get("y")), float(one.get("width")), float(one.get("height"))) for one in found]


@pytest.mark.parametrize(
    ("rotation", "seen", "view"),
    [
        (0, (10.0, 100.0, 40.0, 20.0), "0 0 200 300"),
        (90, (180.0, 10.0, 20.0, 40.0), "0 0 300 200"),
        (180, (150.0, 180.0, 40.0, 20.0), "0 0 200 300"),
        (270, (100.0, 150.0, 20.0, 40.0), "0 0 300 200"),
    ],
)
def test_a_box_is_drawn_where_it_is_seen(rotation: int, seen: tuple[float, ...], view: str) -> None:
    """A page of 200 by 300 whose corner lies at 100, 50; the box 10 from its left, 180 from its foot, 100 from its head."""
    one = boxed(signature(1), 110, 230, 150, 250, shown=[100, 50, 300, 350], rotation=rotation)
    root = page(report(one))
    assert place(root) == [seen]
    (drawing,) = root.xpath("//div[contains(@class, 'pages')]//*[local-name()='svg']")
    assert drawing.get("viewbox") == view


def test_any_two_opposite_corners_make_the_same_box() -> None:
    sheet = Sheet((0.0, 0.0, 595.0, 842.0), 90)
    assert sheet.placed([10, 20, 30, 60]) == sheet.placed([30, 60, 10, 20]) == sheet.placed([30, 20, 10, 60])


def test_a4_is_assumed_and_said_only_where_the_file_does_not_say() -> None:
    known = page(report(boxed(signature(1), 10, 10, 50, 50, shown=[0, 0, 200, 200])))
    assert "does not say how large" not in known.text_content()
    unknown = page(report(boxed(signature(1), 10, 10, 50, 50, shown=None, page=7)))
    assert "The file does not say how large page 7 is: A4 is drawn" in unknown.text_content()
    assert sheet_of([BoxReport(1, [10, 10, 50, 50])]) == Sheet((0, 0, 595, 842), known=False)
    assert sheet_of([BoxReport(1, [700, 10, 800, 50])]).width == 810


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e300])
def test_numbers_that_no_page_has_are_not_drawn(number: float) -> None:
    assert place(page(report(boxed(signature(1), 10, 10, number, 50)))) == []
    assert place(page(report(boxed(signature(1), 10, 10, 50, 50, shown=[0, 0, number, 842])))) == [(10.0, 792.0, 40.0, 40.0)]


def test_a_box_outside_of_what_is_shown_is_said() -> None:
    root = page(report(boxed(signature(1), 10, 10, 50, 50), boxed(signature(2), 700, 700, 800, 800)))
    assert "Outside what is shown of the page: 2." in root.text_content()
    assert all(0 <= left <= 595 - width and 0 <= top <= 842 - height for left, top, width, height in place(root, "badge"))


class TestPictures:
    ONE = report(boxed(signature(1), 10, 10, 50, 50))

    def images(self, root: Any) -> list[Any]:
        found: list[Any] = root.xpath("//*[local-name()='image']")
        return found

    def test_a_picture_lies_below_the_outlines(self) -> None:
        root = page(self.ONE, Pictured((picture(),)))
        (image,) = self.images(root)
        assert image.get("href") == "data:image/webp;base64," + base64.b64encode(WEBP).decode()
        assert (image.get("width"), image.get("height")) == ("595", "842")
        below = [str(one.tag) for one in image.itersiblings()]
        assert below == ["a", "a"]
        text = root.text_content()
        assert "drawn by PDFium from the whole file as it is now, not from what a given signature covers" in text
        assert "prove nothing" in text

    def test_nothing_is_painted_over_a_stamp(self) -> None:
        """The number stands outside of its box, and outside of the other one, which overlaps it."""
        one = report(boxed(signature(1), 300, 300, 400, 400), boxed(signature(2), 350, 350, 450, 450))
        root = page(one, Pictured((picture(),)))
        numbers = [_corners(each) for each in place(root, "badge")]
        assert len(numbers) == 2
        assert not [1 for number in numbers for box in map(_corners, place(root)) if overlap(number, box)]

    @pytest.mark.parametrize(("width", "height"), [(842.0, 595.0), (600.0, 842.0)])
    def test_a_picture_of_another_size_is_of_another_page(self, width: float, height: float) -> None:
        root = page(self.ONE, Pictured((picture(1, width, height),)))
        assert self.images(root) == []
        assert "The picture of page 1 is left out" in root.text_content()
        assert len(place(root)) == 1

    def test_no_picture_without_a_size(self) -> None:
        root = page(report(boxed(signature(1), 10, 10, 50, 50, shown=None)), Pictured((picture(),)))
        assert self.images(root) == []

    @pytest.mark.parametrize("missing", list(Missing))
    @pytest.mark.parametrize("language", ["vi", "en"])
    def test_a_missing_picture_has_a_reason_in_words_and_outlines_stay(self, missing: Missing, language: str) -> None:
        root = page(self.ONE, Pictured(missing=missing), language)
        said = load_catalogue(language).word(f"html.pictures-{missing}")
        assert [one.text for one in root.xpath("//p[@class='dim']") if one.text == said] == [said]
        assert len(place(root)) == 1

    def test_nobody_asked(self) -> None:
        assert "pip install" not in page(self.ONE).text_content()
        assert "pip install 'sigcheck[pictures]'" in page(self.ONE, Pictured(missing=Missing.NOT_INSTALLED)).text_content()

    def test_redacted_documents_have_none(self) -> None:
        (hidden,) = redacting([replace(checked(self.ONE), pictures=Pictured((picture(),)))], b"k" * 32)
        assert hidden.pictures is None


class TestLinks:
    def test_each_box_leads_to_the_card_of_its_signature(self) -> None:
        many = [boxed(one, 10, 10 + 40 * at, 50, 40 + 40 * at) for at, one in enumerate([signature(1), *stamps(3)])]
        root = page(report(*many))
        links = root.xpath("//div[contains(@class, 'pages')]//*[local-name()='a'][@aria-label]")
        assert [one.get("href") for one in links] == ["#d1-s1", "#d1-s2", "#d1-s2", "#d1-s2"]
        assert {one.get("href").removeprefix("#") for one in links} <= set(root.xpath("//article/@id"))
        assert [one.get("aria-label").split(" (")[0] for one in links] == [f"Signature {number}" for number in range(1, 5)]

    def test_a_name_in_a_link_is_text(self) -> None:
        one = replace(boxed(signature(1), 10, 10, 50, 50), field='"><script>alert(1)</script>')
        root = page(report(one))
        assert not root.xpath("//script")


def _corners(placed: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, top, width, height = placed
    return left, top, left + width, top + height


@pytest.mark.parametrize(
    "boxes",
    [
        [(100.0, 100.0, 130.0, 118.0)] * 23,
        [(0.0, 0.0, 595.0, 842.0)] * 9,
        [(590.0, 838.0, 595.0, 842.0)] * 40,
        [(100.0 + 5 * at, 100.0, 130.0 + 5 * at, 118.0) for at in range(23)],
    ],
)
@pytest.mark.parametrize("height", [24.0, 46.0])
def test_numbers_of_boxes_that_overlap_can_all_be_read(boxes: Sequence[tuple[float, float, float, float]], height: float) -> None:
    sheet = Sheet((0.0, 0.0, 595.0, 842.0))
    found = badges(boxes, [(height * 1.5, height)] * len(boxes), sheet)
    assert not [1 for one, other in combinations(found, 2) if overlap(one, other)]
    assert all(one[0] >= 0 and one[1] >= 0 and one[2] <= 595 and one[3] <= 842 for one in found)


class TestTheCommand:
    @pytest.fixture
    def sample(self, samples: Path) -> Path:
        pytest.importorskip("pypdfium2", reason="needs the extra pictures")
        return samples / "five-blocks-stamped.pdf"

    def run(self, *arguments: str | Path) -> Any:
        command = [
            sys.executable,
            "-m",
            "sigcheck",
            "verify",
            *map(str, arguments),
            "--format",
            "html",
            "--lang",
            "en",
            "--offline",
        ]
        return lxml_html.document_fromstring(subprocess.run(command, check=False, capture_output=True).stdout)

    def test_pages_with_boxes_are_pictured(self, sample: Path) -> None:
        root = self.run(sample)
        pages = root.xpath("//div[contains(@class, 'pages')]/figure")
        assert pages
        assert len(root.xpath("//*[local-name()='image']")) == len(pages)

    @pytest.mark.parametrize("option", ["--no-pictures", "--redact"])
    def test_without_pictures(self, sample: Path, option: str) -> None:
        root = self.run(sample, option)
        assert not root.xpath("//*[local-name()='image']")
        assert root.xpath("//div[contains(@class, 'pages')]/figure")
        assert "PDFium" not in root.text_content()

    def test_an_encrypted_document_with_its_password(self, samples: Path, tmp_path: Path) -> None:
        pytest.importorskip("pypdfium2", reason="needs the extra pictures")
        (tmp_path / "password").write_text("sigcheck\n", "utf-8")
        root = self.run(samples / "encrypted-with-password.pdf", "--password-file", tmp_path / "password")
        assert root.xpath("//*[local-name()='image']")
