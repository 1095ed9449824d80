"""Text from documents can neither act nor hide, and ID numbers are masked."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigcheck.reporting import hostile
from sigcheck.reporting.hostile import mask_personal, shown, visible


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
]


@given(st.lists(st.sampled_from(_PIECES + _JOINTS), max_size=12).map("".join))
def test_text_that_is_not_looked_at_closely_holds_nothing_that_a_rule_masks(text: str) -> None:
    masked = text
    for rule in (hostile._ID_NUMBER, hostile._TAX_CODE, hostile._OTHER_PAPERS):
        masked = rule.sub(hostile._masked, masked)
    assert mask_personal(text) == masked
