"""Text from documents can neither act nor hide, and ID numbers are masked."""

from __future__ import annotations

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigcheck.reporting.hostile import mask_personal, shown, visible
from sigcheck.reporting.id_numbers import masked


@pytest.mark.parametrize(
    "character",
    [
        "\x00", "\x07", "\x08", "\t", "\r", "\n", "\x1b", "\x7f", "\x85", "\x9b",
        "\u00ad", "\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029",
        "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2060", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff",
        "\ud800", "\U000e0041", "\U000e0100", "\u0378", "\uffff", "\u3164",
    ],
)  # fmt: skip
def test_what_acts_or_hides_is_marked_with_its_number(character: str) -> None:
    assert visible(f"a{character}b") == f"a⟨U+{ord(character):04X}⟩b"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ỦY BAN NHÂN DÂN TỈNH — Phòng Văn hoá và Thông tin <vanthu@example.gov.vn> đã ký lên văn bản này!",
        unicodedata.normalize("NFD", "Trần Thị Hồng Vân"),
        "[bold]not markup[/bold] =1+1 <b>&amp; :smile: \\ \u00a0 ✔️ № 日本",
    ],
)
def test_ordinary_text_is_unchanged(text: str) -> None:
    assert visible(text) == text


def test_line_feeds_stay_only_where_asked() -> None:
    assert visible("a\nb", keep="\n") == "a\nb"
    assert visible("a\r\nb", keep="\n") == "a⟨U+000D⟩\nb"


def test_no_character_of_unicode_that_acts_gets_through() -> None:
    acting = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert not acting & {unicodedata.category(character) for character in set(visible(every))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CCCD:012345678901", "CCCD:*********901"),
        ("CMND: 123456789", "CMND: ******789"),
        ("CN=Người Ký,UID=CCCD:012345678901,C=VN", "CN=Người Ký,UID=CCCD:*********901,C=VN"),
        ("UID=012345678901", "UID=*********901"),
        ("uid=123456789", "uid=******789"),
        ("UID=CMND 012 345 678 901", "UID=CMND *** *** *** 901"),
        ("serialNumber=PNOVN-012345678901", "serialNumber=PNOVN-*********901"),
        ("MST:012345678901", "MST:*********901"),
        ("UID=HC:C1234567,C=VN", "UID=HC:C****567,C=VN"),
        ("UID=CMSQ:12345678", "UID=CMSQ:*****678"),
    ],
)
def test_national_id_numbers_keep_their_last_three_digits(text: str, expected: str) -> None:
    assert mask_personal(text) == expected
    assert shown(text) == expected
    assert shown(text, personal=True) == text


@pytest.mark.parametrize(
    "text",
    [
        "UID=MST:0101234567", "MST:0101234567-001", "MNS:1054321", "ĐT: 0243.7738668; Fax: 0243.7738668",
        "CCCD:12345", "Số 012345678901",
        "UID=0123456789", "ACMND:123456789", "sha256 123456789012",
    ],
)  # fmt: skip
def test_other_numbers_are_not_masked(text: str) -> None:
    assert mask_personal(text) == text


_PIECES = [
    "CCCD",
    "cmnd",
    "Đ",
    "đdcn",
    "uıd",
    "UİD",
    "UID",
    "PNOVN",
    "mſt",
    "Căn cước",
    "số",
    "So dinh danh",
    "chứng minh thư",
    unicodedata.normalize("NFD", "Chứng minh thư"),
    unicodedata.normalize("NFD", "Số định danh cá nhân"),
    "No",
    "MST",
    "HC",
    "CMSQĐ",
    "cmſq",
    "CC",
    "Aſ",
    "Kk",
    "x",
    "²",
]
_JOINTS = [
    "",
    " ",
    ":",
    "=",
    " = ",
    "\\",
    "-",
    ".",
    "#",
    ": ",
    "\u00a0",
    "_",
    "٣",
    "\n",
    "12",
    "012345678",
    "123456789012",
    "1.2-3 4567",
    "001.098.765.432",
    "⟨U+000A⟩",
    "(",
    "; ",
]


@given(st.lists(st.sampled_from(_PIECES + _JOINTS), max_size=12).map("".join))
def test_text_that_is_not_looked_at_closely_holds_nothing_that_a_rule_masks(text: str) -> None:
    assert mask_personal(text) == masked(text)


ID = "001098765432"
SPELT = [unicodedata.normalize(form, words) for form in ("NFC", "NFD") for words in (
    "Căn cước công dân", "CĂN CƯỚC CÔNG DÂN", "Căn cước", "Số định danh", "Số định danh cá nhân", "Định danh cá nhân",
    "Chứng minh nhân dân", "Chứng minh thư",
)]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        f"CCCD số {ID}", f"CCCD:\n{ID}", f"CCCD:\t{ID}", f"CCCD ({ID})", f"CCCD_{ID}", f"CCCD [{ID}]", f"CCCD No. {ID}",
        f"Số CMND/CCCD: {ID}", f"CCCD gắn chip, CCCD số: {ID} cấp ngày 10/07/2021", f"CCCD {ID} 10/07/2021",
        "CCCD 001 098 765 432 10/07/2021", "CCCD: 001\u200b098\u200b765\u200b432", "CCCD: \u202e001098765432\u202c",
        "CCCD 001.098.765.432 đồng ý", f"MST:\t{ID}", f"Căn\u00a0cước công\ndân: {ID}", f"can cuoc cong dan so {ID}",
        *(f"{words}{between}{ID}" for words in SPELT for between in (": ", " số ", ":\n", " (")),
    ],
)  # fmt: skip
def test_id_numbers_are_masked_however_they_are_named(text: str) -> None:
    masked = shown(text)
    assert masked.count("*") == 9
    assert "432" in masked
    assert "765" not in masked
    assert "098" not in masked
    assert shown(text, keep="\n").count("*") == 9
    assert mask_personal(masked) == masked


@pytest.mark.parametrize("between", ["; ", ", ", " và ", " - ", "/", " ", "\n"])
def test_every_number_behind_one_name_is_masked(between: str) -> None:
    masked = shown(f"CCCD: 001098765431{between}001098765432{between}198765433")
    assert masked.count("*") == 24
    assert [end in masked for end in ("431", "432", "433")] == [True] * 3


@pytest.mark.parametrize(
    "text",
    [
        "Căn cứ Luật Căn cước số 26/2023/QH15 ngày 27 tháng 11 năm 2023;",
        "Nghị định số 137/2015/NĐ-CP; Nghị định số 05/2020/NĐ-CP ngày 03/01/2020 về căn cước công dân",
        "Căn cước công dân: 10/07/2021", "CCCD cấp ngày 01.02.2021 14:30:00", "Thẻ căn cước có giá trị đến 2031-05-19",
        "Ủy ban nhân dân tỉnh, số 1234567/UBND-VP", "Hội đồng nhân dân: 0243.7738668", "Tòa án nhân dân: 024 3773 8668",
        "Điện thoại của công dân: 0912 345 678", "CCCD: 0912345678", "Số định danh: 0101234567", "Mã số thuế: 0101234567-001",
        "MST: 0101234567", "MST 0101234567001", "Mã định danh 000.00.00.H12", "Số định danh cá nhân gồm 12 chữ số",
        "Lệ phí căn cước công dân: 125.000.000 đồng", "Thu CCCD: 125.000.000.000 VNĐ", "Kinh phí: 123456789012 đồng",
        "Chứng minh nhân dân tộc thiểu số: 123456789", "Bộ Công an: 069.2326545", "Ban hành kèm theo số 123456789012",
        "Số 012345678901/QĐ-UBND", "Cục C06, số 123456789", "Tài khoản 123456789012 tại Kho bạc",
    ],
)  # fmt: skip
def test_ordinary_sentences_of_decrees_stay(text: str) -> None:
    for form in ("NFC", "NFD"):
        whole = unicodedata.normalize(form, text)
        assert shown(whole) == whole


@pytest.mark.parametrize(
    "piece", ["CCCD ", "CCCD:\n", "001098765432; ", "1 ", "căn ", "căn cước ", "số ", "CCCD 00109876543 ", "\u202e", "D(" * 5]
)
def test_the_time_grows_with_the_length(piece: str) -> None:
    """Sixteen times the text takes no hundred times as long."""

    def took(length: int) -> float:
        text = "CCCD " + visible(piece) * (length // len(visible(piece)))
        begun = time.process_time()
        mask_personal(text)
        return time.process_time() - begun

    assert min(took(160_000) for _ in range(2)) < 100 * max(min(took(10_000) for _ in range(3)), 0.001)
