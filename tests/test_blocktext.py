"""Blocks as text: dates of /M, the Reason pattern, and blocks in extracted text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sigcheck.blocktext import blocks_in_text, parse_pdf_date, signer_in_reason, signing_block

CONTACT = "CỤC KIỂM TRA MẪU - ĐT: 000.0000000; Fax: 000.0000001; Email: lienhe@ca-mau.example"
REASON = "Ngô Thị Thử<thu.ngo@so-mau.gov.example> đã ký lên văn bản này!"


@pytest.mark.parametrize(
    ("raw", "iso", "moment"),
    [
        ("D:20180115162146+07'00'", "2018-01-15T16:21:46+07:00", datetime(2018, 1, 15, 9, 21, 46, tzinfo=UTC)),
        ("D:20180115162146+07'00", "2018-01-15T16:21:46+07:00", datetime(2018, 1, 15, 9, 21, 46, tzinfo=UTC)),
        ("20180115162146Z", "2018-01-15T16:21:46Z", datetime(2018, 1, 15, 16, 21, 46, tzinfo=UTC)),
        ("D:20180115162146-03'30'", "2018-01-15T16:21:46-03:30", datetime(2018, 1, 15, 19, 51, 46, tzinfo=UTC)),
        ("D:20180115162146", "2018-01-15T16:21:46", None),
        ("D:20181315162146Z", None, None),
        ("D:99991231235959-23'59'", None, None),
        ("hôm qua", None, None),
    ],
)
def test_dates_keep_their_own_offset_and_are_never_completed(raw: str, iso: str | None, moment: datetime | None) -> None:
    claimed = parse_pdf_date(raw)
    assert (claimed.iso, claimed.moment, claimed.raw) == (iso, moment, raw)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (REASON, ("Ngô Thị Thử", "thu.ngo@so-mau.gov.example")),
        ("SỞ MẪU <vanthu@so-mau.gov.example> đã ký lên văn bản này!", ("SỞ MẪU", "vanthu@so-mau.gov.example")),
        ("SỞ MẪU đã ký lên văn bản này!", ("SỞ MẪU", None)),
        ("Tôi đồng ý", (None, None)),
        (None, (None, None)),
    ],
)
def test_name_and_email_come_from_the_reason_pattern_only(reason: str | None, expected: tuple[str | None, str | None]) -> None:
    assert signer_in_reason(reason) == expected


def test_trial_software_is_recognised_in_any_entry() -> None:
    block = signing_block(contact_info=None, m=None, location=" PHIÊN BẢN  THỬ NGHIỆM", reason=None, name=None)
    assert block.trial
    assert not signing_block(contact_info=None, m=None, location="Việt Nam", reason=REASON, name=None).trial


def test_a_block_is_read_line_by_line() -> None:
    (block,) = blocks_in_text(f"Nơi nhận:\n\n\t\t{CONTACT}\n\t2023-05-25T15:30:57+0700\n\tSỞ MẪU\n\t{REASON}\n\n")
    assert (block.contact_info, block.location, block.reason) == (CONTACT, "SỞ MẪU", REASON)
    assert block.claimed_time is not None
    assert block.claimed_time.iso == "2023-05-25T15:30:57+07:00"
    assert (block.signer_name, block.signer_email) == ("Ngô Thị Thử", "thu.ngo@so-mau.gov.example")


@pytest.mark.parametrize(
    "text",
    [
        f"{CONTACT}\n\n2023-05-25T15:30:57+0700\n\nSỞ MẪU\n\n{REASON}",
        f"\t{CONTACT[:40].strip()}\n{CONTACT[40:].strip()}\n\t2023-05-25T15:30:57+0700\n\tSỞ MẪU\n"
        + "\tNgô Thị\nThử<thu.ngo@\nso-mau.gov.example> đã ký\nlên văn bản này!",
        f"{CONTACT}\n2023-05-25T15:30:57+0700\nSỞ MẪU\nNgô Thị Thử<thu.ngo@\nso-mau.gov.example> đã ký lên văn\nbản này!",
        f"{CONTACT}\r\n2023-05-25T15:30:57+0700\r\nSỞ MẪU\r\nNgô Thị Thử\r\n{REASON}",
    ],
    ids=["blank-lines", "wrapped-with-tabs", "wrapped-without-tabs", "name-entry"],
)
def test_blank_and_wrapped_lines_and_a_name_are_tolerated(text: str) -> None:
    (block,) = blocks_in_text(text)
    assert (block.contact_info, block.location, block.reason) == (CONTACT, "SỞ MẪU", REASON)
    assert block.claimed_time is not None


def test_missing_entries_stay_missing() -> None:
    (block,) = blocks_in_text(f"Trưởng phòng\n\n2023-05-25T15:30:57+0700\n{REASON}")
    assert (block.contact_info, block.location) == (None, None)
    (bare,) = blocks_in_text(REASON)
    assert (bare.claimed_time, bare.signer_name) == (None, "Ngô Thị Thử")


def test_running_text_is_no_block() -> None:
    assert blocks_in_text("Ông đã ký hợp đồng. 2023-05-25T15:30:57+0700 là thời điểm gửi.\nđã ký lên văn bản này!") == ()
    assert blocks_in_text("") == ()


def test_the_seeds_hold_five_blocks_in_one_document_and_none_elsewhere(shared: Path) -> None:
    found = {path.name[:3]: blocks_in_text(path.read_text("utf-8")) for path in sorted((shared / "seeds").glob("*.txt"))}
    assert {name: len(blocks) for name, blocks in found.items()} == {"000": 0, "001": 0, "002": 0, "003": 0, "004": 5}
    lines = next((shared / "seeds").glob("004*")).read_text("utf-8").split("\n")
    for block in found["004"]:
        assert block.claimed_time is not None
        for entry in (block.contact_info, block.claimed_time.raw, block.location, block.reason):
            assert entry in {line.strip() for line in lines}
    assert [block.trial for block in found["004"]] == [True, False, False, False, False]
