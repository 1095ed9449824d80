"""The short way to mask one number gives what the rules for all numbers give."""

from __future__ import annotations

from random import Random

import pytest

from sigcheck.reporting import hostile
from sigcheck.reporting.id_numbers import masked

PARTS = (
    "CCCD:", "CMND:", "UID:", "UID=", "MST:", "HC:", "CC:", " ", ",", "CN=Nguyễn Văn Thí Điểm", "O=Sở Mẫu", "a", "_", "Đ",
    "E=x@y.example", "⟨U+200B⟩", "-", ".", "số ", " và ", ";", "\u0301", "٣", "1", "1234567", "012345678",
    "0101234567", "098765432109",
)  # fmt: skip


def test_one_plain_number_is_masked_as_all_rules_mask_it() -> None:
    chosen, plain = Random(7), 0  # noqa: S311 - texts, no secrets
    for _ in range(20_000):
        text = hostile.visible("".join(chosen.choice(PARTS) for _ in range(chosen.randint(1, 6))))
        if hostile._NUMBER_NAMED.search(text):
            plain += hostile._PLAIN_NUMBER.fullmatch(text) is not None
            assert hostile.mask_personal(text) == masked(text)
    assert plain > 50


NAMES = (
    "CCCD", "CMND", "CMTND", "CMT", "DDCN", "ĐDCN", "UID", "uıd", "Uİd", "PNOVN", "IDCVN", "căn cước công dân", "can cuoc",
    "Căn Cước", "định danh", "so dinh danh ca nhan", "chứng minh nhân dân", "chứng minh thu\u031b",
    "MST", "mſt", "HC", "CC", "CMSQ", "CMSQĐ",
)  # fmt: skip
BETWEEN = (
    "",
    "",
    ":",
    " ",
    "=",
    ": ",
    "số ",
    "sô ",
    "no ",
    "nº ",
    " số: ",
    "/",
    "-",
    "(",
    "⟨U+000A⟩",
    "⟨u+200b⟩ ",
    "số\u0301 ",
    "\u0323",
)
NUMBERS = (
    "012345678", "098765432109", "123 456 789", "012.345.678", "012 345 678 901", "0 1 2 3 4 5 6 7 8", "C1234567", "AB1234567",
    "1234567", "012⟨U+200B⟩345678", "٠١٢٣٤٥٦٧٨", "0-1-2-3-4-5-6-7-8-9-0-1",
)  # fmt: skip


def test_nothing_that_a_rule_masks_is_passed_over_by_the_first_look() -> None:
    chosen, met = Random(11), 0  # noqa: S311 - as above
    for _ in range(40_000):
        text = "".join(
            chosen.choice(kind) for kind in (("", " ", "=CCCD:", "x"), NAMES, BETWEEN, BETWEEN, NUMBERS, ("", "a", " đồng"))
        )
        text = hostile.visible(chosen.choice((str, str.upper, str.lower))(text))
        if masked(text) != text:
            met += 1
            assert hostile.mask_personal(text) == masked(text)
    assert met > 5_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UID=CCCD:098765432109,CN=Nguyễn Văn Thí Điểm", "UID=CCCD:*********109,CN=Nguyễn Văn Thí Điểm"),
        ("CMND:012345678", "CMND:******678"),
        ("ACCCD:098765432109", "ACCCD:098765432109"),
        ("UID=MST:0101234567,CN=SỞ MẪU", "UID=MST:0101234567,CN=SỞ MẪU"),
        ("UID=MST:098765432109", "UID=MST:*********109"),
        ("UID=CCCD:098765432109, CMND:012345678", "UID=CCCD:*********109, CMND:******678"),
    ],
)
def test_numbers_of_certificates(text: str, expected: str) -> None:
    assert hostile.mask_personal(text) == expected
