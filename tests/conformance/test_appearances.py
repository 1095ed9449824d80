"""What the stamps of genuine documents show, against what was read by eye off the rendered pages (mutool 1.21, poppler 22.12)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sigcheck.engine.bytesource import FileSource
from sigcheck.pipeline import check_document
from sigcheck.policies import shipped_policy
from sigcheck.policy import parse_policy
from sigcheck.trust.load import load_trust
from sigcheck.verdict import DocumentReport

AT = datetime(2026, 11, 20, tzinfo=UTC)
PICTURE = ("picture", None)


def text(*lines: str) -> tuple[str, str | None]:
    return "text", "\n".join(lines)


def beside_a_logo(*lines: str) -> tuple[str, str | None]:
    return "mixed", "\n".join(lines)


def portal(signed: str, time: str) -> list[tuple[str, str | None]]:
    """The government portal's stamp: its logo, and four lines."""
    unit = "Cơ quan: Văn phòng Chính phủ"
    return [
        beside_a_logo(
            f"{signed}: Cổng Thông tin điện tử Chính phủ", "Email: thongtinchinhphu@chinhphu.vn", unit, f"Thời gian ký: {time}"
        )
    ]


SHOWN = {
    # Số: 18/2021/TT-BYT … ngày 16 tháng 11: a vice-minister's signature in ink, the three stamps of page 1, the seal, and the
    # three again on each of six annexes, whose page text is blank there.
    "2bb1d76c": [PICTURE, text("18"), text("16"), text("11"), PICTURE, *[text("18"), text("16"), text("11")] * 6],
    # Số: 135/VBHN-VPQH … ngày 05 tháng 9: number, day, month, and the round seal.
    "ce7f1dc8": [text("135"), text("05"), text("9"), PICTURE],
    "651f0024": portal("Ký bởi", "15.01.2018 16:21:46 +07:00"),
    "97ebb674": portal("Ký bởi", "09.04.2020 16:53:38 +07:00"),
    "cfabef4c": portal("Ký bởi", "13.09.2018 16:07:48 +07:00"),
    "f2c62bd1": portal("Người ký", "26.08.2022 10:42:28 +07:00"),
    # Saved again: the stamps are drawn on the page itself, and no signature is left to show anything.
    "7aacd1c6": [],
    "92aebfd7": [],
}
"""By the first eight digits of the file's SHA-256, in the order of revisions."""

PAGES = {
    "2bb1d76c": [5, 1, 1, 1, 5, 6, 6, 6, 8, 8, 8, 10, 10, 10, 9, 9, 9, 11, 11, 11, 12, 12, 12],
    "ce7f1dc8": [277, 277, 277, 277],
}


def report_on(shared: Path, name: str) -> DocumentReport:
    with FileSource(shared / "vietnam" / f"{name}.pdf") as source:
        policy = parse_policy(shipped_policy("archive"), name="archive")
        return check_document(source, path=name, trust=load_trust(), policy=policy, at=AT)


@pytest.mark.parametrize("name", SHOWN)
def test_stamps_show_what_is_seen_on_the_page(shared: Path, name: str) -> None:
    report = report_on(shared, name)
    assert report.document.sha256 is not None
    assert report.document.sha256.startswith(name)
    assert [(one.appearance.kind, one.appearance.text) for one in report.signatures] == SHOWN[name]
    assert all(one.appearance.complete and not one.appearance.unmapped for one in report.signatures)


@pytest.mark.parametrize("name", PAGES)
def test_stamps_are_said_with_their_pages(shared: Path, name: str) -> None:
    assert [one.box.page if one.box else None for one in report_on(shared, name).signatures] == PAGES[name]


@pytest.mark.parametrize("name", SHOWN)
def test_no_genuine_stamp_contradicts_its_certificate_or_its_time(shared: Path, name: str) -> None:
    found = [finding.code for one in report_on(shared, name).signatures for finding in one.findings]
    assert not [code for code in found if code.startswith("appearance-")]
