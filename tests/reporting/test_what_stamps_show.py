"""What stamps add to the page, in the report for people and for machines; the stamps of one office are told together."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace
from report_builder import checked, report, signature, stamps

from sigcheck.reporting.formats import FORMATS
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.text_appearance import MOST_STAMPS
from sigcheck.verdict import AppearanceReport, BoxReport, SignatureReport

VI, EN = ReportOptions(), ReportOptions(language="en")
PICTURE = AppearanceReport("picture", None, 0, True)


def shows(one: SignatureReport, appearance: AppearanceReport | str, page: int | None = 1) -> SignatureReport:
    made = AppearanceReport("text", appearance, 0, True) if isinstance(appearance, str) else appearance
    return replace(one, appearance=made, box=None if page is None else BoxReport(page, [0, 0, 30, 18]))


def told(*signatures: SignatureReport, options: ReportOptions = VI) -> str:
    """The text report without its wrapping."""
    return " ".join("".join(FORMATS["text"]([checked(report(*signatures))], options)).split())


def test_number_day_month_and_seal_are_told_page_by_page() -> None:
    office = stamps(5, start=1)
    given = [shows(one, text) for one, text in zip(office, ("123/QĐ-X", "26", "5"), strict=False)]
    given += [shows(office[3], PICTURE), shows(office[4], "123/QĐ-X", 2)]
    assert (
        "trang 1: “123/QĐ-X” (Signature1), “26” (Signature2), “5” (Signature3), hình ảnh không có chữ (Signature4)"
        " trang 2: “123/QĐ-X” (Signature5)"
    ) in told(*given)
    assert "page 1: “123/QĐ-X” (Signature1)" in told(*given, options=EN)


@pytest.mark.parametrize(
    ("appearance", "said"),
    [
        (AppearanceReport("text", "Ký bởi: A\nNgày ký: 1/2/2025", 0, True), "trang 1: “Ký bởi: A · Ngày ký: 1/2/2025”"),
        (AppearanceReport("mixed", "SAO Y", 0, True), "trang 1: “SAO Y” và hình ảnh"),
        (AppearanceReport("text", None, 7, True), "trang 1: chữ không đọc được (7 ký tự không đọc được)"),
        (AppearanceReport("drawing", None, 0, True), "trang 1: hình vẽ không có chữ"),
        (AppearanceReport("none", None, 0, False), "không hiện gì (không đọc được hết)"),
    ],
)
def test_one_signature_says_what_it_shows(appearance: AppearanceReport, said: str) -> None:
    assert f"Hiện trên trang: {said}" in told(shows(signature(), appearance))


def test_a_signature_that_shows_nothing_needs_no_line() -> None:
    assert "Hiện trên trang" not in told(signature())


def test_hostile_text_and_id_numbers_of_stamps_are_made_safe() -> None:
    stamp = shows(signature(), "[bold]\x1b[2J\u202eKý\nCCCD: 012345678901")
    written = told(stamp)
    assert "[bold]⟨U+001B⟩[2J⟨U+202E⟩Ký · CCCD: *********901" in written
    machine = json.loads("".join(FORMATS["jsonl"]([checked(report(stamp))], VI)))
    assert machine["signatures"][0]["appearance"]["text"] == "[bold]⟨U+001B⟩[2J⟨U+202E⟩Ký\nCCCD: *********901"


def test_a_thousand_stamps_do_not_fill_the_report() -> None:
    given = [shows(one, "26") for one in stamps(MOST_STAMPS + 5, start=1)]
    assert told(*given).count("“26”") == MOST_STAMPS


def test_the_machine_report_has_text_kind_and_what_is_unmapped() -> None:
    machine = json.loads("".join(FORMATS["jsonl"]([checked(report(shows(signature(), "135")))], VI)))
    assert machine["signatures"][0]["appearance"] == {"kind": "text", "text": "135", "unmapped": 0, "complete": True}
