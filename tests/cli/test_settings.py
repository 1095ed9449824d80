"""Times, tables of receipts and passwords as given on the command line: taken exactly, or refused in a sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sigcheck.cli_settings import load_anchors, load_policy, parse_moment, read_password, receipts, validation_time
from sigcheck.cli_streams import CannotRunError
from sigcheck.reporting.catalogue import load_catalogue

VI, EN = load_catalogue("vi"), load_catalogue("en")
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ONE, TWO = "1" * 64, "2" * 64


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T07:00:00+07:00", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T00:00:00Z", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20 07:00+0700", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T07:00:00", None),
        ("2026-11-20", None),
        ("20/11/2026", None),
        ("2026-13-40T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("", None),
    ],
)
def test_a_moment_needs_date_time_and_offset(text: str, expected: datetime | None) -> None:
    assert parse_moment(text) == expected


def test_the_validation_time_is_now_or_what_was_asked() -> None:
    assert validation_time(None, NOW, VI) == NOW
    assert validation_time("2026-11-20T12:00:00Z", NOW, VI) == NOW


@pytest.mark.parametrize(("given", "said"), [("2026-11-20T12:00:01Z", "tương lai"), ("2026-11-20T10:00:00", "múi giờ")])
def test_a_future_or_incomplete_time_is_refused(given: str, said: str) -> None:
    with pytest.raises(CannotRunError, match=said):
        validation_time(given, NOW, VI)


def table(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "tiếp nhận.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("separator", [",", ";"])
def test_the_tables_columns_decide_and_the_earliest_receipt_counts(tmp_path: Path, separator: str) -> None:
    rows = [
        ("path", "received_at", "sha256"),
        ("a.pdf", "2020-01-02T00:00:00+07:00", ONE.upper()),
        ("b.pdf", "2019-01-02T00:00:00+07:00", ONE),
        ("", "2021-01-02T00:00:00Z", TWO),
    ]
    text = "\r\n".join(separator.join(row) for row in rows)
    known = receipts(None, table(tmp_path, text, encoding="utf-8-sig"), NOW, VI)
    assert known.by_sha256 == {ONE: datetime(2019, 1, 1, 17, tzinfo=UTC), TWO: datetime(2021, 1, 2, tzinfo=UTC)}
    assert known.everywhere is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "columns"),
        ("sha256,date\n", "columns"),
        (f"sha256,received_at\n{ONE},2020-01-01\n", "row 2: received_at needs"),
        (f"sha256,received_at\n{ONE},2020-01-01T00:00:00Z\n{ONE[1:]},2020-01-01T00:00:00Z\n", "row 3: sha256"),
        (f"sha256,received_at\n{ONE},2026-11-20T12:00:01Z\n", "later than the time of checking"),
        (f"sha256,received_at\n{ONE}\n", "row 2"),
        ("\0", "table of receipts"),
    ],
)
def test_a_table_that_is_not_sound_is_refused_with_its_row(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CannotRunError, match=said):
        receipts(None, table(tmp_path, text), NOW, EN)


def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="table of receipts"):
        receipts(None, tmp_path / "none.csv", NOW, EN)
    with pytest.raises(CannotRunError, match="table of receipts"):
        receipts(None, table(tmp_path, "sha256,received_at\n", encoding="utf-16"), NOW, EN)


def test_one_receipt_for_all() -> None:
    assert receipts(None, None, NOW, VI).everywhere is None
    assert receipts("2020-01-01T00:00:00Z", None, NOW, VI).everywhere == datetime(2020, 1, 1, tzinfo=UTC)
    with pytest.raises(CannotRunError, match="muộn hơn"):
        receipts("2026-11-20T12:00:01Z", None, NOW, VI)
    with pytest.raises(CannotRunError, match="múi giờ"):
        receipts("2020-01-01", None, NOW, VI)
    with pytest.raises(CannotRunError, match="một trong hai"):
        receipts("2020-01-01T00:00:00Z", Path("x.csv"), NOW, VI)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"m\xe1\xba\xadt kh\xe1\xba\xa9u\r\nmore", "mật khẩu"), (b"\xef\xbb\xbfx", "x"), (b" x \n", " x "), (b"", "")],
)
def test_a_password_is_the_first_line(tmp_path: Path, content: bytes, expected: str) -> None:
    (tmp_path / "p").write_bytes(content)
    assert read_password(tmp_path / "p", VI) == expected
    assert read_password(None, VI) is None


def test_a_password_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "p", tmp_path / "none", tmp_path):
        with pytest.raises(CannotRunError, match="tệp mật khẩu"):
            read_password(path, VI)


def test_shipped_policies_go_by_name_and_files_by_path(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('revocation = "ignore"\n', "utf-8")
    assert load_policy("archive", VI).name == "archive"
    assert load_policy("strict", VI).revocation == "require"
    assert load_policy(str(tmp_path / "own.toml"), VI).revocation == "ignore"


@pytest.mark.parametrize(
    ("content", "said"),
    [(b'revocatoin = "ignore"\n', "revocatoin"), (b'revocation = "never"\n', "never"), (b"[[", "TOML"), (b"\xff", "policy file")],
)
def test_a_policy_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "own.toml").write_bytes(content)
    with pytest.raises(CannotRunError, match=said):
        load_policy(str(tmp_path / "own.toml"), EN)


def test_a_policy_that_is_not_there_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match="strict, archive"):
        load_policy("strikt", EN)
    with pytest.raises(CannotRunError, match="policy file"):
        load_policy(str(tmp_path), EN)


def test_trust_comes_from_the_samples_folder_alone_when_asked(samples: Path) -> None:
    trust = load_anchors(samples / "trust", use_own=False, at=NOW, words=VI)
    assert trust.anchors
    assert not any("vgca" in source for source in trust.sources)


def test_a_trust_folder_without_anchors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("x", "utf-8")
    with pytest.raises(CannotRunError, match="danh sách tin cậy"):
        load_anchors(tmp_path, use_own=False, at=NOW, words=VI)
