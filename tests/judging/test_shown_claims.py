"""What stamps say of their signer and their time, against the certificate and /M (docs/rules.md, 21). The people are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from build import (
    EMAIL,
    OFFICE,
    OFFICE_CERTIFICATE,
    PERSON,
    SIGNED,
    block,
    cms,
    document,
    findings,
    signature,
    signer_paths,
    verdict,
)
from msgspec.structs import replace

from sigcheck.facts import Appearance, AppearanceKind, Certificate, ClaimedTime
from sigcheck.judging.printed_times import printed_time
from sigcheck.judging.shown_claims import shown_claims
from sigcheck.verdict import Finding, Severity, State

NAME, TIME = "appearance-name-differs-from-certificate", "appearance-time-differs"
MAIL, UNIT = "appearance-email-differs-from-certificate", "appearance-organisation-differs-from-certificate"


def about(*lines: str, signer: Certificate | None = None, complete: bool = True, unmapped: int = 0) -> list[Finding]:
    """The findings on a stamp with these lines, on a signature of `PERSON` at 10:00 in Vietnam."""
    shown = Appearance(AppearanceKind.TEXT, lines, unmapped, complete)
    of_signer: dict[str, Any] = {} if signer is None else {"signer": signer, "cms": cms(signer), "paths": signer_paths(signer)}
    claimed = ClaimedTime("D:20240510100000+07'00'", "2024-05-10T10:00:00+07:00", SIGNED)
    said = replace(block() if signer is None else block(OFFICE), claimed_time=claimed)
    report = verdict(document(signature(appearance=shown, block=said, **of_signer)))
    return [one for one in findings(report) if one.code.startswith("appearance-") and one.code != "appearance-read-partly"]


@pytest.mark.parametrize(
    "lines",
    [
        (f"Ký bởi: {PERSON}", f"Email: {EMAIL}", "Cơ quan: Sở Thí dụ", "Thời gian ký: 10.05.2024 10:00:00 +07:00"),
        (f"Người ký: {PERSON.upper()}", "Ngày ký: 10/05/2024"),
        ("Ký bởi: Trần Thị", "Mẫu", "Ký ngày: 10/05/2024 10:00:00"),
        (f"Digitally signed by {PERSON} <{EMAIL}>", "Date: 2024.05.10 10:00:00 +07'00'"),
        ("Digitally signed by", PERSON, "DN: CN=Ai Khác", "Date: 2024.05.10", "03:00:00 +00'00'"),
        (f"Được ký bởi: CN={PERSON}, O=Sở Thí dụ",),
        (f"{PERSON}<{EMAIL}> đã ký lên văn bản này!",),
        ("123", "26", "05"),
        ("SAO Y; SỞ THÍ DỤ", "Thời gian ký: 10/05/2024 10:00:00 +07:00"),
        ("Văn bản này phải", "được ký bởi người có thẩm quyền"),
        ("Người ký", "Ngày 05/09/2025"),
        ("Số: 5", "Ngày: 01/01/2020"),
        ("Date: 01/01/2020",),
        ("Ký bởi: Tr\ufffdn Văn Khác",),
    ],
)
def test_stamps_that_contradict_nothing(lines: tuple[str, ...]) -> None:
    assert about(*lines) == []


@pytest.mark.parametrize(
    ("lines", "difference"),
    [
        (("Ký bởi: Ngô Văn Giả",), "name"),
        (("Người ký: Ngô Văn Giả", "Ngày ký: 10/05/2024"), "name"),
        (("NGƯỜI KÝ : Trần Thị Hoa",), "name"),
        (("Signed by: Ngo Van Gia",), "name"),
        (("Digitally signed by", "Ngô Văn Giả", "Date: 2024.05.10 10:00:00 +07'00'"), "name"),
        (("Ngô Văn Giả<gia@vidu.gov.vn> đã ký lên văn bản này!",), "name"),
    ],
)
def test_the_name_of_somebody_else_is_as_bad_as_a_block_that_contradicts(lines: tuple[str, ...], difference: str) -> None:
    found = [one for one in about(*lines) if one.code == NAME]
    assert [(one.severity, one.facts["difference"], one.facts["certificate_name"]) for one in found] == [
        (Severity.ERROR, difference, PERSON)
    ]
    assert verdict(document(signature(appearance=Appearance(AppearanceKind.TEXT, lines)))).state is State.INVALID


@pytest.mark.parametrize(
    ("line", "difference"),
    [
        ("Ký bởi: Tran Thi Mau", "diacritics"),
        ("Ký bởi: Sở Thí dụ", "other-attribute"),
        ("Ký bởi: Phó Giám đốc Trần Thị Mẫu", "part"),
        ("Ký bởi: Thị Mẫu", "part"),
    ],
)
def test_names_that_are_nearly_the_certificates_are_warnings(line: str, difference: str) -> None:
    assert [(one.severity, one.facts["difference"]) for one in about(line)] == [(Severity.WARNING, difference)]


def test_a_name_that_may_go_on_where_reading_ended_is_a_warning() -> None:
    assert [one.severity for one in about("Ký bởi: Ngô Văn Giả", complete=False)] == [Severity.WARNING]


def test_an_office_may_show_its_name_in_other_places_of_the_tone() -> None:
    office = replace(OFFICE_CERTIFICATE, common_name="PHÒNG VĂN HOÁ", subject_attributes=(("CN", "PHÒNG VĂN HOÁ"),))
    assert [one for one in about("Ký bởi: Phòng Văn Hóa", signer=office) if one.code == NAME] == []


def test_a_common_address_and_a_unit_elsewhere_are_warnings() -> None:
    found = about("Email: vanthu@vidu.gov.vn", "Cơ quan: Bộ Khác")
    assert [(one.code, one.severity) for one in found] == [(MAIL, Severity.WARNING), (UNIT, Severity.WARNING)]


@pytest.mark.parametrize("unit", ["Sở Thí dụ", "SỞ THÍ DỤ - Tỉnh", "Thí dụ"])
def test_units_are_named_in_many_ways(unit: str) -> None:
    assert about(f"Cơ quan: {unit}") == []


@pytest.mark.parametrize(
    ("printed", "seconds"),
    [
        ("13/05/2024 10:00:00 +07:00", 3 * 86400),
        ("10/05/2024 10:00:00 +00:00", 7 * 3600),
        ("09-05-2024 22:00", -12 * 3600),
        ("5/9/2024 11:30:00 PM", 13 * 3600 + 1800 - 24 * 3600),
        ("12/05/2024", 86400 + 14 * 3600),
    ],
)
def test_a_printed_time_that_is_not_the_claimed_one_is_a_warning(printed: str, seconds: int) -> None:
    assert [(one.code, one.severity, one.facts["seconds"]) for one in about(f"Ngày ký: {printed}")] == [
        (TIME, Severity.WARNING, seconds)
    ]


@pytest.mark.parametrize(
    "printed",
    [
        "10/05/2024 10:20:00 +07:00",
        "5/10/2024 10:00:00 AM",
        "2024-05-10T03:00:00Z",
        "10h00 ngày 10/05/2024",
        "10/05/2024 03:00 CET",
    ],
)
def test_what_can_mean_the_claimed_time_agrees(printed: str) -> None:
    """Within the policy's tolerance, day and month either way round, and no zone guessed."""
    assert about(f"Thời gian ký: {printed}") == []


def test_without_a_claim_the_print_is_held_against_the_proven_time() -> None:
    shown = Appearance(AppearanceKind.TEXT, ("Ngày ký: 10/05/2023 10:00:00",))
    found = findings(verdict(document(signature(appearance=shown, block=replace(block(), claimed_time=None)))))
    assert [one.facts["basis"] for one in found if one.code == TIME] == ["signature-timestamp"]


def test_a_claim_without_offset_is_held_against_the_print_as_it_is_written() -> None:
    claimed = ClaimedTime("D:20240510100000", "2024-05-10T10:00:00", None)
    shown = Appearance(AppearanceKind.TEXT, ("Ngày ký: 10/05/2024 10:00:00",))
    found = findings(verdict(document(signature(appearance=shown, block=replace(block(), claimed_time=claimed)))))
    assert [one.code for one in found if one.code == TIME] == []


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("15.01.2018 16:21:46 +07:00", datetime(2018, 1, 15, 9, 21, 46, tzinfo=UTC)),
        ("2021.01.13 19:45:37 +01'00'", datetime(2021, 1, 13, 18, 45, 37, tzinfo=UTC)),
        ("18:50:28 16-11-2021", datetime(2021, 11, 16, 11, 50, 28, tzinfo=UTC)),
        ("ngày 28 tháng 09 năm 2025", datetime(2025, 9, 27, 17, tzinfo=UTC)),
        ("28/09/2025 10:28:55 CH", datetime(2025, 9, 28, 15, 28, 55, tzinfo=UTC)),
        ("28/09/2025 10:28 (GMT+7)", datetime(2025, 9, 28, 3, 28, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_the_forms_that_stamps_print(text: str, moment: datetime) -> None:
    found = printed_time(text)
    assert found is not None
    assert next(found.moments(None)) == moment


@pytest.mark.parametrize("text", ["", "99/99/2025", "12/2025", "1" * 500, "0123/QĐ-X"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert printed_time(text) is None


def test_claims_keep_their_values_over_lines_and_labels() -> None:
    lines = ("Được ký bởi: CÔNG TY MẪU VÀ DỊCH", "VỤ THỬ", "Ký ngày: 01/02/2024", "Lý do: duyệt", "Nơi ký: Tỉnh Mẫu")
    assert [(claim.kind, claim.readings) for claim in shown_claims(lines)] == [
        ("name", ("CÔNG TY MẪU VÀ DỊCH", "CÔNG TY MẪU VÀ DỊCH VỤ THỬ")),
        ("time", ("01/02/2024",)),
    ]


def test_the_claimed_time_of_the_builder_is_ten_in_vietnam() -> None:
    assert SIGNED.astimezone(timezone(timedelta(hours=7))).hour == 10
