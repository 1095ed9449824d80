"""What clerks, archivists and auditors are told: profiles, demands and forged blocks, on samples, with their exit codes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sample_checking import SAMPLES, codes_of, policy, report_on, trust
from typer.testing import CliRunner

from sigcheck.cli import app
from sigcheck.engine.bytesource import MemorySource
from sigcheck.pipeline import check_document
from sigcheck.reporting.grouping import group_signatures

ASKED = ["--policy", "archive", "--offline", "--trust", str(SAMPLES / "trust"), "--at", "2026-11-20T00:00:00Z"]


def verify(name: str, *arguments: str) -> tuple[int, Any]:
    """The exit code and the report."""
    told = CliRunner().invoke(app, ["verify", *ASKED, "--format", "json", *arguments, str(SAMPLES / f"{name}.pdf")])
    return told.exit_code, json.loads(told.stdout)


def codes(report: Any) -> dict[str, str]:
    """Code to severity, at whatever place."""
    found = [*report["findings"], *(one for signature in report["signatures"] for one in signature["findings"])]
    return {one["code"]: one["severity"] for one in found}


def text(name: str, *arguments: str) -> str:
    told = CliRunner().invoke(app, ["verify", *ASKED, *arguments, str(SAMPLES / f"{name}.pdf")], env={"COLUMNS": "80"})
    return " ".join(told.stdout.split())


# The real document's shape: one person by trial software, then number, day, month and seal of one office.


def test_five_stamped_blocks_are_an_issued_document() -> None:
    code, report = verify("five-blocks-stamped", "--profile", "issued")
    assert (code, report["state"]) == (0, "valid")
    assert codes(report)["trial-software"] == "warning"
    assert "error" not in codes(report).values()
    assert "issued-late" not in codes(report)  # 25/05/2023 15:30 to 26/05/2023 09:45: Thursday to Friday


def test_they_are_two_groups_in_the_report_for_people() -> None:
    groups = group_signatures(report_on((SAMPLES / "five-blocks-stamped.pdf").read_bytes(), profile="issued").signatures)
    assert [(len(group.members), group.first.signer.kind) for group in groups] == [(1, "person"), (4, "organisation")]
    said = text("five-blocks-stamped", "--profile", "issued")
    assert said.startswith("✔ Chữ ký hợp lệ")
    assert "Trần Thị Ví Dụ (cá nhân) – 25/05/2023 15:31:01 +07:00" in said
    assert "4 chữ ký: Signature2–Signature5 – từ 26/05/2023 09:45:17 +07:00 đến 26/05/2023 09:47:48 +07:00" in said
    assert "Phần mềm ký là bản thử nghiệm" in said


def test_without_time_stamps_after_expiry_there_is_not_enough_and_the_report_says_why() -> None:
    code, report = verify("five-blocks-expired", "--profile", "issued")
    assert (code, report["sub_indication"]) == (3, "OUT_OF_BOUNDS_NO_POE")
    assert codes(report)["certificate-expired"] == "error"
    said = text("five-blocks-expired", "--profile", "issued")
    assert "Không đủ thông tin xác thực" in said
    assert "Chứng thư số: không đủ thông tin để xác thực (Signature1 … Signature5 (5))" in said
    assert "Dấu thời gian: không có" in said
    assert "đã hết hạn" in said


@pytest.mark.parametrize(("name", "state"), [("five-blocks", "insufficient"), ("five-blocks-stamped", "valid")])
def test_the_very_same_blocks_when_their_certificates_have_expired(name: str, state: str) -> None:
    """Both certificates end on 9 January 2027."""
    source, at = MemorySource((SAMPLES / f"{name}.pdf").read_bytes()), datetime(2027, 6, 1, tzinfo=UTC)
    report = check_document(source, path=name, trust=trust(), policy=policy("archive"), at=at, profile="issued")
    assert report.state == state
    assert ("certificate-expired" in codes_of(report)) is (state == "insufficient")


# Each deviation.


@pytest.mark.parametrize(
    ("name", "profile", "exit_code", "found", "severity"),
    [
        ("person-and-office", "issued", 0, None, None),
        ("two-persons", "issued", 0, None, None),
        ("provincial-system", "issued", 0, None, None),
        ("issued-after-tet", "issued", 0, None, None),
        ("organisation-before-person", "issued", 1, "organisation-before-person", "error"),
        ("office-alone", "issued", 1, "person-signature-missing", "error"),
        ("forged-name", "issued", 1, "organisation-signature-missing", "error"),
        ("issued-three-days-late", "issued", 0, "issued-late", "warning"),
        ("forged-name", "any", 1, "name-differs-from-certificate", "error"),
        ("forged-name-disguised", "any", 1, "name-differs-from-certificate", "error"),
        ("forged-second-sentence", "any", 1, "email-differs-from-certificate", "error"),
        ("forged-email", "any", 1, "email-differs-from-certificate", "error"),
        ("forged-authority", "any", 1, "claims-government-ca", "error"),
        ("mobile-signer-other-name", "any", 0, "block-names-another", "warning"),
        ("copy-stamp", "copy", 0, None, None),
        ("appendix-stamp", "appendix", 0, None, None),
        ("copy-stamp", "issued", 1, "person-signature-missing", "error"),
        ("appendix-stamp", "issued", 1, "person-signature-missing", "error"),
        ("expired-with-timestamp", "copy", 1, "organisation-signature-missing", "error"),
        ("office-alone", "copy", 0, "stamp-box-elsewhere", "info"),
    ],
)
def test_profiles_and_forgeries(name: str, profile: str, exit_code: int, found: str | None, severity: str | None) -> None:
    code, report = verify(name, "--profile", profile)
    assert code == exit_code, codes(report)
    if found is not None:
        assert codes(report)[found] == severity
    else:
        assert "error" not in codes(report).values()
        assert not {"issued-late", "stamp-box-elsewhere"} & set(codes(report))


def test_a_finding_of_a_profile_says_its_clause_and_what_to_do_in_both_languages() -> None:
    _, report = verify("office-alone", "--profile", "issued")
    (found,) = [one for one in report["findings"] if one["code"] == "person-signature-missing"]
    assert found["clause"] == "NĐ 30/2020/NĐ-CP, Điều 13"
    assert "thiếu chữ ký số của người có thẩm quyền" in found["action"]["vi"]
    assert "Cần làm: Trả lại nơi gửi" in text("office-alone", "--profile", "issued")
    assert "What to do: Return it to the sender" in text("office-alone", "--profile", "issued", "--lang", "en")


def test_decomposed_letters_are_no_disguise() -> None:
    _, report = verify("sentence-in-decomposed-letters")
    assert set(codes(report)) == {"revocation-not-checked"}


# A profile of one's own.

OWN = """
[[rule]]
asks = "signed-by"
kind = "person"
least = 2
severity = "error"

[[rule]]
asks = "organisation-after-every-person"
severity = "error"

[[rule]]
asks = "email-domains"
domains = ["so-mau.gov.example"]
severity = "error"

[[rule]]
asks = "agencies"
names = ["Sở Mẫu"]
severity = "error"

[[rule]]
asks = "deadline"
until = 2025-12-31
severity = "error"
decides = "insufficient"
basis = "Quy chế, Điều 9"
"""


@pytest.mark.parametrize(
    ("name", "exit_code", "found"),
    [
        ("two-persons", 0, set()),
        ("person-and-office", 1, {"person-signature-missing"}),
        ("organisation-before-person", 1, {"person-signature-missing", "person-not-sealed"}),
        ("public-ca-with-government-timestamp", 1, {"signer-domain-unexpected", "signer-agency-unexpected"}),
        ("five-blocks-stamped", 1, {"person-signature-missing", "signer-agency-unexpected"}),
        ("issued-after-tet", 1, {"person-signature-missing", "deadline-missed"}),
    ],
)
def test_a_profile_of_ones_own(tmp_path: Path, name: str, exit_code: int, found: set[str]) -> None:
    path = tmp_path / "của tôi.toml"
    path.write_text(OWN, "utf-8")
    code, report = verify(name, "--profile", str(path))
    assert code == exit_code, codes(report)
    assert found <= set(codes(report))
    assert report["profile"] == "của tôi"
    assert code == 0 or found


def test_a_policy_settles_the_kind_of_a_signer(tmp_path: Path) -> None:
    """A row wins over what the name and the identifier say."""
    said = report_on((SAMPLES / "person-and-office.pdf").read_bytes()).signatures[0].signer
    row = f'[[signer]]\nsha256 = "{said.sha256}"\nkind = "organisation"\n'
    archive = (SAMPLES.parent / "src" / "sigcheck" / "policies" / "archive.toml").read_text("utf-8")
    (tmp_path / "own.toml").write_text(archive.replace('name = "archive"', 'name = "own"') + row, "utf-8")
    _, report = verify("person-and-office", "--policy", str(tmp_path / "own.toml"), "--profile", "issued")
    assert report["signatures"][0]["signer"]["kind_reason"] == "settled-by-sha256"
    assert "person-signature-missing" in codes(report)


# Demands.

LEADER, SEAL = "nguyenvanthidiem@so-mau.gov.example", "vanthu@so-mau.gov.example"


@pytest.mark.parametrize(
    ("name", "demands", "exit_code", "found"),
    [
        ("person-and-office", ["--expect-signer", LEADER, "--expect-signer", SEAL.upper()], 0, None),
        ("person-and-office", ["--expect-signer", "ai@so-mau.gov.example"], 1, "expected-signer-missing"),
        ("forged-email", ["--expect-signer", "nguoikhac@so-mau.gov.example"], 1, "expected-signer-missing"),
        ("five-blocks-stamped", ["--min-signatures", "2"], 0, None),
        ("five-blocks-stamped", ["--min-signatures", "3"], 1, "too-few-signatures"),
        ("twenty-stamps", ["--min-signatures", "3"], 1, "too-few-signatures"),
        ("five-blocks-stamped", ["--require-timestamp"], 0, None),
        ("five-blocks", ["--require-timestamp"], 1, "timestamp-missing"),
        ("leader-covered-by-seal", ["--require-timestamp"], 1, "timestamp-missing"),
        ("untrusted-timestamp", ["--require-timestamp"], 1, "timestamp-missing"),
        ("unsigned-plan", ["--min-signatures", "1"], 1, "too-few-signatures"),
    ],
)
def test_what_the_caller_demands(name: str, demands: list[str], exit_code: int, found: str | None) -> None:
    code, report = verify(name, *demands)
    assert code == exit_code, codes(report)
    assert found is None or codes(report)[found] == "error"


def test_a_policy_can_demand_the_same(tmp_path: Path) -> None:
    rows = f'\n[demands]\nexpect_signers = ["{LEADER}"]\nmin_signatures = 3\nrequire_timestamp = true\n'
    archive = (SAMPLES.parent / "src" / "sigcheck" / "policies" / "archive.toml").read_text("utf-8")
    (tmp_path / "own.toml").write_text(archive.replace('name = "archive"', 'name = "own"') + rows, "utf-8")
    code, report = verify("person-and-office", "--policy", str(tmp_path / "own.toml"))
    assert (code, set(codes(report)) & {"too-few-signatures", "expected-signer-missing"}) == (1, {"too-few-signatures"})
    assert report["demands"] == {"expect_signers": [LEADER], "min_signatures": 3, "require_timestamp": True}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_sample_reads_in_both_languages(language: str) -> None:
    told = CliRunner().invoke(app, ["verify", *ASKED, "--lang", language, str(SAMPLES)], env={"COLUMNS": "40"})
    assert told.exit_code == 1, told.stderr
    assert "{" not in told.stdout.replace("{0.__class__}", "")
    assert "Traceback" not in told.stderr
