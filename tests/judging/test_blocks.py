"""The block against the certificate, and who signed: person or organisation."""

from __future__ import annotations

import re
from typing import Any

import pytest
from build import (
    ARCHIVE,
    EMAIL,
    PERSON,
    SIGNER,
    block,
    certificate,
    cms,
    codes,
    document,
    no_path,
    signature,
    signer_paths,
    the,
    verdict,
)
from msgspec.structs import replace

from sigcheck.evidence import PathFlaw, Paths
from sigcheck.facts import Certificate, SigningBlock
from sigcheck.judging.blocks import claims_government_ca, comparable, name_difference, same_name
from sigcheck.judging.signer_kind import signer_kind
from sigcheck.policy import PolicyError, parse_policy
from sigcheck.reporting.catalogue import load_catalogue
from sigcheck.verdict import DocumentReport

VI, EN = load_catalogue("vi"), load_catalogue("en")


def signed(by: Certificate, said: SigningBlock) -> DocumentReport:
    return verdict(document(signature(signer=by, paths=signer_paths(by), cms=cms(by), block=said)))


# Names.


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PHÒNG VĂN HOÁ", "PHÒNG VĂN HÓA"),
        ("UỶ BAN NHÂN DÂN", "ỦY BAN NHÂN DÂN"),
        ("Khoẻ", "Khỏe"),
        ("Thuý Quỳnh", "Thúy Quỳnh"),
        ("Hoà  Bình ", " hòa bình"),
        ("Tra\u0302\u0300n", "Trần"),
        ("Đặng", "đặng"),
        ("Cử toạ", "Cử tọa"),
    ],
)
def test_the_same_name_written_otherwise(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(("one", "other"), [("Hòa", "Hóa"), ("Hoa", "Hoà"), ("Uy", "Ủy"), ("Tân", "Tấn"), ("An Bình", "Anbình")])
def test_another_name(one: str, other: str) -> None:
    assert not same_name(one, other)


def test_the_tone_is_moved_within_its_word_alone() -> None:
    assert comparable("hoà an") == comparable("hòa an") != comparable("hoa àn")


@pytest.mark.parametrize(
    ("written", "difference"),
    [
        (PERSON, None),
        ("TRẦN THỊ MẪU", None),
        ("Tran Thi Mau", "diacritics"),
        ("Trần Thị Mâu", "diacritics"),
        ("Sở Thí dụ", "other-attribute"),
        ("Trần Thị Mẫu Đơn", "name"),
        ("Trần Thị", "name"),
    ],
)
def test_differences_of_names(written: str, difference: str | None) -> None:
    assert name_difference(written, PERSON, ["Sở Thí dụ", "VN"]) == difference


def test_a_letter_that_only_looks_like_another_is_diacritics() -> None:
    assert name_difference("Ðỗ Văn Ví", "Đỗ Văn Ví", []) == "diacritics"


def test_another_name_in_the_reason_fails() -> None:
    report = signed(SIGNER, block("Nguyễn Văn Giả"))
    assert (report.state, report.sub_indication) == ("invalid", "SIG_CONSTRAINTS_FAILURE")
    assert report.signatures[0].indication == "INDETERMINATE"
    assert the("name-differs-from-certificate", report).facts == {
        "block_name": "Nguyễn Văn Giả",
        "certificate_name": PERSON,
        "difference": "name",
    }


@pytest.mark.parametrize("written", ["Tran Thi Mau", "Sở Thí dụ"])
def test_names_that_only_look_different_are_a_warning(written: str) -> None:
    report = signed(SIGNER, block(written))
    assert report.state == "valid"
    assert the("name-differs-from-certificate", report).severity == "warning"


def test_no_pattern_no_claim() -> None:
    """The mobile signer writes Reason = unit and Location = the signer's name."""
    mobile = SigningBlock(reason="Sở Thí dụ", location=PERSON)
    assert codes(signed(SIGNER, mobile)) == []


def test_a_certificate_without_a_common_name_leaves_nothing_to_compare() -> None:
    report = signed(replace(SIGNER, common_name=None), block())
    assert (report.state, codes(report)) == ("valid", ["name-not-in-certificate"])


def test_another_name_in_the_name_entry_is_a_warning_at_most() -> None:
    """One ministry writes a constant /Name."""
    report = signed(SIGNER, replace(block(), name="Bộ Thí dụ"))
    assert (report.state, codes(report)) == ("valid", ["name-entry-differs"])
    assert codes(signed(SIGNER, replace(block(), name=PERSON.upper()))) == []


# E-mails.


def test_emails_are_compared_without_regard_to_case_and_against_all_of_the_certificate() -> None:
    two = replace(SIGNER, emails=("khac@vidu.gov.vn", "Mautt@vidu.gov.vn"))
    assert codes(signed(two, block(email="MAUTT@vidu.gov.vn"))) == []


def test_another_email_fails() -> None:
    report = signed(SIGNER, block(email="mau.tt@vidu.gov.vn"))
    assert report.state == "invalid"
    assert the("email-differs-from-certificate", report).facts["certificate_emails"] == [EMAIL]


def test_no_email_on_either_side() -> None:
    assert codes(signed(SIGNER, block(email=None))) == []
    without = replace(SIGNER, emails=())
    report = signed(without, block())
    assert (report.state, codes(report)) == ("valid", ["email-not-in-certificate"])


def test_without_a_certificate_nothing_is_compared() -> None:
    unknown = signature(signer=None, cms=cms(None), block=block("Ai đó", "a@b"))
    said = set(codes(verdict(document(unknown))))
    assert {"signer-certificate-missing"} <= said
    assert not said & {"name-differs-from-certificate", "email-differs-from-certificate", "name-entry-differs"}


# Claims to the government CA.

CLAIM = replace(block(), contact_info="CỤC CHỨNG THỰC SỐ VÀ BẢO MẬT THÔNG TIN - ĐT: 0; Email: ca@bcy.gov.vn")


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("BAN CƠ YẾU CHÍNH PHỦ - ĐT: 0", True),
        ("Cục Chứng thực số và Bảo mật thông tin", True),
        ("liên hệ ca@bcy.gov.vn", True),
        ("Phòng CNTT, ĐT: 0", False),
        ("", False),
        (None, False),
    ],
)
def test_what_claims_the_government_ca(text: str | None, claims: bool) -> None:
    assert claims_government_ca(text) is claims


@pytest.mark.parametrize(
    ("authority", "state", "severity"),
    [
        ("government", "valid", None),
        ("public", "invalid", "error"),
        ("national", "invalid", "error"),
        ("user", "valid", "warning"),
        (None, "valid", "warning"),
    ],
)
def test_a_claim_against_the_anchors_authority(authority: str | None, state: str, severity: str | None) -> None:
    report = verdict(document(signature(block=CLAIM, paths=signer_paths(root={"authority": authority}))))
    assert report.state == state
    assert [one.severity for one in report.signatures[0].findings if one.code == "claims-government-ca"] == (
        [severity] if severity else []
    )


def test_with_an_incomplete_path_the_missing_issuer_is_the_thing_to_say() -> None:
    report = verdict(document(signature(block=CLAIM, paths=no_path(PathFlaw.NO_ISSUER, "CN=CA thiếu"))))
    assert "claims-government-ca" not in codes(report)
    assert the("chain-incomplete", report).facts["missing"] == "CN=CA thiếu"


def test_a_complete_path_that_expired_still_says_whose_it_is() -> None:
    foreign = signer_paths(leaf={"not_after": SIGNER.not_before}, root={"authority": "public"})
    assert "claims-government-ca" in codes(verdict(document(signature(block=CLAIM, paths=foreign))))


def test_one_path_to_the_government_is_enough() -> None:
    both = Paths((*signer_paths(root={"authority": "public"}).found, *signer_paths().found), None)
    assert codes(verdict(document(signature(block=CLAIM, paths=both)), ARCHIVE)) == []


# Person or organisation.


def subject(name: str, *, o: str = "Bộ Thí dụ", ou: tuple[str, ...] = (), uid: str | None = None) -> Any:
    attributes = (("CN", name), ("O", o), *((("UID", uid),) if uid else ()))
    return certificate(name, organisation=o, organisational_units=ou, subject_attributes=attributes)


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        (subject("Trần Thị Mẫu"), "person"),
        (subject("NGUYỄN VĂN THÍ", o="Công ty Thí dụ"), "person"),
        (subject("Lê Văn Ví", uid="CCCD:001099000001"), "person"),
        (subject("VĂN PHÒNG", uid="MST:0100000001"), "organisation"),
        (subject("Cổng Thông tin điện tử Thí dụ", o="Văn phòng Thí dụ"), "organisation"),
        (subject("BỘ THÍ DỤ", o="Bộ Thí dụ"), "organisation"),
        (subject("Sở Thí dụ và Minh hoạ"), "organisation"),
        (subject("PHÒNG VĂN HOÁ"), "organisation"),
        (subject("Nhóm Bảy", ou=("NHÓM BẢY",)), "organisation"),
        (subject("C07"), "unknown"),
        (subject("Signer One"), "unknown"),
        (subject("Văn Thí dụ"), "person"),
        (subject("Trần Thị Mẫu", uid="MST:0100000001"), "unknown"),
        (subject("VĂN PHÒNG", uid="CCCD:001099000001"), "unknown"),
        (subject("Trần Thị Mẫu", uid="X:1"), "person"),
        (subject("Trần Thị Mẫu", uid="MST:001199000001"), "person"),
        (subject("Nhóm Bảy", uid="BHXH:0100000001"), "unknown"),
        (subject("Nhóm Bảy", uid="MNS:1000001"), "organisation"),
        (subject("An", uid="ĐDCN:001199000001"), "person"),
        (replace(subject("An"), subject_attributes=(("CN", "An"), ("title", "Phó Chủ tịch"))), "person"),
        (replace(subject("N7"), subject_attributes=(("CN", "N7"), ("organizationIdentifier", "VATVN-1"))), "organisation"),
        (
            replace(subject("N7"), subject_attributes=(("CN", "N7"), ("SN", "An"), ("organizationIdentifier", "VATVN-1"))),
            "unknown",
        ),
        (replace(SIGNER, common_name=None), "unknown"),
        (None, "unknown"),
    ],
)
def test_kinds_of_signers(who: Certificate | None, kind: str) -> None:
    found = signer_kind(who)
    assert found.kind == kind
    for code in found.reason.split(", "):
        assert f"values-kind.{code}" in VI.words
        assert f"values-kind.{code}" in EN.words


ROWS = """
[[signer]]
sha256 = "%s"
kind = "organisation"

[[signer]]
email = "C07@vidu.gov.vn"
kind = "person"

[[signer]]
subject = "CN=N7,O=Sở Thí dụ,C=VN"
kind = "organisation"
"""


@pytest.mark.parametrize(
    ("who", "kind", "reason"),
    [
        (SIGNER, "organisation", "settled-by-sha256"),
        (certificate("C07", "c07@vidu.gov.vn"), "person", "settled-by-email"),
        (certificate("N7", "c07@vidu.gov.vn"), "organisation", "settled-by-subject"),  # surer than an address
        (certificate("C08", "c08@vidu.gov.vn"), "unknown", "nothing-tells"),
    ],
)
def test_a_table_of_the_policy_settles_known_certificates(who: Certificate, kind: str, reason: str) -> None:
    policy = parse_policy(ROWS % SIGNER.sha256.upper(), name="own")
    said = verdict(document(signature(signer=who, paths=signer_paths(who), cms=cms(who))), policy).signatures[0].signer
    assert (said.kind, said.kind_reason) == (kind, reason)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('kind = "person"', "exactly one of sha256, subject, email"),
        ('kind = "person"\nemail = "a@b.vn"\nsubject = "CN=A"', "exactly one of"),
        ('kind = "office"\nemail = "a@b.vn"', "kind is 'office'"),
        ('kind = "person"\nemail = 5', "wrong kind: 5"),
        ('kind = "person"\nsha256 = "12"', "not 64 hexadecimal digits"),
        ('kind = "person"\nname = "A"', "unknown key 'name'"),
        ('kind = "person"\nemail = "a@b.vn"\n[[signer]]\nkind = "person"\nemail = "A@b.vn"', "names a@b.vn twice"),
    ],
)
def test_a_row_that_settles_nothing_is_refused(row: str, said: str) -> None:
    with pytest.raises(PolicyError, match=re.escape(said)):
        parse_policy(f"[[signer]]\n{row}", name="own")
    for other in ("signer = 5", "signer = [5]"):
        with pytest.raises(PolicyError, match="wrong kind: 5"):
            parse_policy(other, name="own")


def test_both_identifiers_say_nothing() -> None:
    both = replace(subject("Nhóm Bảy"), subject_attributes=(("UID", "MST:1"), ("UID", "CCCD:2")))
    assert signer_kind(both).kind == "unknown"


def test_the_report_says_the_kind_and_why() -> None:
    report = verdict(document()).signatures[0].signer
    assert (report.kind, report.kind_reason) == ("person", "personal-name")
    assert report.serial_number == f"{certificate().serial_number:x}"
