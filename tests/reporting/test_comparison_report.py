"""What is said of two files: masks, permissions, and pages without pictures, told from values made by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import html as lxml_html
from msgspec.structs import replace

from sigcheck.evidence import Change, ChangeLevel, ChangesUnknown
from sigcheck.facts import SignatureBox
from sigcheck.lineage import ComparedChange, FileSide, Lineage, PagePair, PageSide, Relation, SignedPart
from sigcheck.picturing.picture import Differences, Missing, PageDifference, PagePicture, Pictured, Region, SideBySide
from sigcheck.reporting.comparison_report import COMPARE_FORMATS
from sigcheck.reporting.options import ReportOptions

VI, EN = ReportOptions(), ReportOptions(language="en", width=110)
A4 = (0.0, 0.0, 595.0, 842.0)
NUMBER = "001099012345"
SIGNED = SignedPart(
    "Signature2", "signature", 2, "Nguyễn Văn Thử", "2025-09-08T10:28:55+07:00", SignatureBox(1, (100, 100, 200, 150))
)
NOTE = Change(2, "9 0", 1, "annotation-added", ChangeLevel.ANNOTATIONS, "page 1: annotation added", visible=True)
PAGES = (PagePair(PageSide(1, A4), PageSide(1, A4, 0, (SIGNED,))),)


def lineage(*changes: ComparedChange, pages: tuple[PagePair, ...] = PAGES) -> Lineage:
    before = FileSide("before.pdf", "a" * 64, 1000, 1, 1, 1)
    after = FileSide("after.pdf", "b" * 64, 2000, 2, 2, 1)
    return Lineage(Relation.LATER, before, after, 1000, 1, (SIGNED,), (), changes, pages=pages)


def written(found: Lineage, form: str, options: ReportOptions = EN, pictures: SideBySide | None = None) -> str:
    return "".join(COMPARE_FORMATS[form](found, options, pictures))


def pictured(*, width: float = 595.0, missing: Missing | None = None, difference: PageDifference | None = None) -> SideBySide:
    earlier, later = (Pictured((PagePicture(1, side, 842.0, "image/webp", b"RIFF"),), missing) for side in (595.0, width))
    return SideBySide(earlier, later, Differences((difference,)))


def parsed(text: str) -> Any:
    return lxml_html.document_fromstring(text)


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_national_id_numbers_are_masked_wherever_they_stand(form: str) -> None:
    one = replace(SIGNED, field=f"CCCD {NUMBER}", name=f"CMND {NUMBER}")
    found = lineage(ComparedChange(replace(NOTE, what=f"UID=CCCD:{NUMBER}"), True, "no-certification"))
    found = replace(found, added=(one,), missing=(one,), before=replace(found.before, path=f"CCCD-{NUMBER}.pdf"))
    found = replace(found, pages=(PagePair(PageSide(1, A4), PageSide(1, A4, 0, (one,))),))
    assert NUMBER not in written(found, form)
    assert NUMBER in written(found, form, replace(EN, personal=True))


@pytest.mark.parametrize("options", [VI, EN])
@pytest.mark.parametrize("form", ["text", "html"])
def test_a_forbidden_change_is_said_before_anything_else_but_the_answer(form: str, options: ReportOptions) -> None:
    found = lineage(ComparedChange(NOTE, False, "certification", 1, True), ComparedChange(NOTE, True, "no-certification"))
    said = parsed(written(found, form, options)).text_content() if form == "html" else written(found, form, options)
    forbidden = {"vi": "KHÔNG được các chữ ký có trước cho phép: 1 trên 2", "en": "do NOT allow: 1 of 2"}[options.language]
    said = " ".join(said.split())
    assert forbidden in said
    assert said.index(forbidden) < said.index("before.pdf", said.index("✔"))


def test_json_says_true_false_and_null_with_the_ground() -> None:
    changes = (
        ComparedChange(NOTE, True, "no-certification", None, True),
        ComparedChange(NOTE, False, "certification", 2),
        ComparedChange(NOTE, None, "no-signature"),
    )
    told = json.loads(written(lineage(*changes), "json"))["changes"]
    assert [(one["permitted"], one["because"], one["permissions"]) for one in told] == [
        (True, "no-certification", None),
        (False, "certification", 2),
        (None, "no-signature", None),
    ]
    assert [one["behind_last_signature"] for one in told] == [True, False, False]


def test_unknown_changes_are_no_absence_of_changes() -> None:
    found = replace(lineage(), changes=ChangesUnknown("limit-reached", "changes"), added=(), any_page=True)
    assert json.loads(written(found, "json"))["changes"] is None
    for form in ("text", "html"):
        said = written(found, form)
        assert "cannot be determined" in said
        assert ">nothing<" not in said
        assert "\n  nothing\n" not in said


def test_without_the_extra_the_page_says_how_to_get_pictures() -> None:
    none = Pictured((), Missing.NOT_INSTALLED)
    said = written(lineage(), "html", EN, SideBySide(none, none, Differences((None,), Missing.NOT_INSTALLED)))
    assert said.count("sigcheck[pictures]") == 1
    assert "<image" not in said
    assert "PDFium" not in said


def test_a_page_that_only_one_file_has_is_shown_alone() -> None:
    pages = (PagePair(None, PageSide(1, A4)), PagePair(PageSide(1, A4), PageSide(2, A4)), PagePair(PageSide(2, A4), None))
    root = parsed(written(lineage(pages=pages), "html"))
    sections = root.xpath("//section[@class='facing']")
    assert [len(one.xpath(".//figure")) for one in sections] == [1, 2, 1]
    assert [one.xpath(".//p[contains(@class, 'gone')]/text()") for one in sections] == [
        ["before.pdf has no such page."],
        [],
        ["after.pdf has no such page."],
    ]
    assert sections[1].xpath("./h3")[0].text_content() == "First – page 1; Second – page 2"


def test_pages_that_are_left_out_are_counted() -> None:
    assert "not shown: 7" in written(replace(lineage(), pages_left=7), "html")


def test_what_differs_is_outlined_on_both_pages() -> None:
    difference = PageDifference(595, 842, (Region(100, 200, 300, 220), Region(590, 0, 595, 5)))
    root = parsed(written(lineage(), "html", EN, pictured(difference=difference)))
    figures = root.xpath("//section[@class='facing']//figure")
    outlined = [
        [{key: float(one.get(key)) for key in ("x", "y", "width", "height")} for one in figure.xpath(".//rect[@class='differs']")]
        for figure in figures
    ]
    assert outlined[0] == outlined[1]
    assert outlined[0][0] == {"x": 95, "y": 195, "width": 210, "height": 30}
    assert outlined[0][1] == {"x": 585, "y": 0, "width": 10, "height": 10}  # within the page
    assert "the drawings differ: 2" in root.text_content()
    assert "proves nothing" in root.text_content()


@pytest.mark.parametrize(
    ("pictures", "said"),
    [
        (pictured(difference=PageDifference(595, 842)), "draws both alike"),
        (pictured(), "were not compared"),
        (pictured(width=842.0), "different sizes"),
    ],
)
def test_nothing_is_said_to_be_alike_that_was_not_compared(pictures: SideBySide, said: str) -> None:
    text = parsed(written(lineage(), "html", EN, pictures)).xpath("//section[@class='facing']")[0].text_content()
    assert said in text
    assert ("alike" in text) == (said == "draws both alike")


def test_a_box_is_not_drawn_on_a_page_of_another_size() -> None:
    """PDFium may see another page than the one that the file's own tree names."""
    root = parsed(written(lineage(), "html", EN, pictured(width=842.0)))
    assert root.xpath("//rect[@class='added']") == []
    assert "Not outlined" in root.text_content()
