"""The report for people: the answer first, nothing claimed that is not proven, readable anywhere, nothing acts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from msgspec.structs import replace
from report_builder import OFFICE, PERSON, SIGNED, TSA, chain, checked, report, signature, stamps, timestamp
from rich.cells import cell_len
from test_json_report import EXPIRED, HOSTILE, SHOWN, full_report, with_hostile_text

from sigcheck.reporting.formats import FORMATS
from sigcheck.reporting.grouping import group_signatures
from sigcheck.reporting.options import ReportOptions
from sigcheck.verdict import (
    ClockDifferences,
    Contradiction,
    Decides,
    DocumentReport,
    FactValue,
    Finding,
    Indication,
    OrderReport,
    ProofReport,
    RevocationReport,
    Severity,
    SignatureReport,
    State,
    SubIndication,
    TimesReport,
)

VI, EN = ReportOptions(), ReportOptions(language="en")


def text(*reports: DocumentReport, options: ReportOptions = VI) -> str:
    return "".join(FORMATS["text"](map(checked, reports), options))


def flat(written: str) -> str:
    """Without the wrapping."""
    return " ".join(written.split())


@pytest.mark.parametrize(
    ("state", "vi", "en"),
    [
        (State.VALID, "✔ Chữ ký hợp lệ", "✔ Signatures valid"),
        (State.INVALID, "✘ Chữ ký không hợp lệ", "✘ Signatures not valid"),
        (State.INSUFFICIENT, "? Không đủ thông tin xác thực", "? Not enough to tell"),
        (State.UNSIGNED, "– Văn bản chưa được ký số", "– The document is not signed"),
        (State.UNREADABLE, "✘ Không đọc được văn bản", "✘ The document cannot be read"),
    ],
)
def test_the_answer_is_the_first_line(state: State, vi: str, en: str) -> None:
    assert text(report(state=state)).splitlines()[0] == vi
    assert text(report(state=state), options=EN).splitlines()[0] == en


def test_who_when_and_on_what_basis_come_next() -> None:
    head = flat(text(report(signature(), *stamps(4))).partition("CHƯA được chứng minh")[0])
    assert f"{PERSON} (cá nhân) – 25/05/2023 15:30:57 +07:00, theo dấu thời gian của chính chữ ký" in head
    assert f"{OFFICE} (tổ chức), 4 chữ ký: Signature2–Signature5 – từ 26/05/2023 09:30:57 +07:00 đến" in head


def times(basis: str, *, best: bool = True, proof: str | None = None) -> TimesReport:
    return TimesReport("2023-05-25T15:30:57+07:00", None, [], SIGNED if best else None, basis, ProofReport(proof))


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("later-signature-timestamp", "theo dấu thời gian của chữ ký sau bao trùm (Signature2)"),
        ("document-timestamp", "theo dấu thời gian của văn bản (Signature2)"),
        ("received", "theo ghi nhận tiếp nhận của lưu trữ"),
        ("claimed", "người ký khai 25/05/2023 15:30:57 +07:00; chỉ là lời khai của người ký, chưa được chứng minh"),
        (
            "validation-time",
            "khai 25/05/2023 15:30:57 +07:00; thời gian ký chưa được chứng minh nên xét tại thời điểm kiểm tra",
        ),
    ],
)
def test_each_basis_is_said_in_words(basis: str, said: str) -> None:
    written = flat(text(report(signature(times=times(basis, proof="Signature2")))))
    assert said in written
    assert ("Thời gian ký của Signature1: chỉ là lời khai" in written) == (basis in {"claimed", "validation-time"})


def test_without_any_time_that_is_said() -> None:
    nothing = TimesReport(None, None, [], None, None, None)
    assert "không ghi thời gian ký; không xác định được" in flat(text(report(signature(times=nothing))))


def test_a_portals_signature_is_not_the_issuing_agencys_approval() -> None:
    assert "nó không thay cho sự phê duyệt của cơ quan ban hành" in flat(text(report(*stamps(1))))
    assert "it is not the approval of the issuing agency" in flat(text(report(*stamps(1)), options=EN))
    assert "phê duyệt" not in flat(text(report(signature(), *stamps(1))))


def test_what_else_is_not_proven_is_said_where_it_holds() -> None:
    checked = signature(
        revocation=RevocationReport(True, []), chain=[replace(e, link="signature") for e in signature().chain[:2]]
    )
    sure, unsure = flat(text(report(checked))), flat(text(report(signature(), disabled_checks=["revocation"])))
    for words in (
        "bị thu hồi hay không: chưa kiểm tra được",
        "dựa vào danh sách tin cậy, chưa",
        "chính sách không bắt buộc điều đó",
    ):
        assert words in unsure
        assert words not in sure


def test_an_unsigned_and_a_saved_again_document_are_not_called_forged() -> None:
    assert "không có nghĩa văn bản là giả" in flat(text(report(state=State.UNSIGNED)))
    again = report(state=State.INVALID, signature_remains=full_report().signature_remains)
    written = flat(text(again))
    assert "đã từng được ký rồi được lưu lại" in written
    assert f"{PERSON}; giờ khai 25/05/2023 15:30:57 +07:00" in written


MINIMUM_DISPLAY = [
    "Cơ quan cấp chứng thư:", "Người ký:", "Đơn vị quản lý:", "Thời gian ký:", "Dấu thời gian:", "Tính toàn vẹn:",
    "Hiệu lực lúc ký:", "Thời hạn chứng thư:",
]  # fmt: skip


@pytest.mark.parametrize("width", [80, 50])
def test_each_signature_shows_what_the_circular_asks_in_its_order(width: int) -> None:
    card = text(report(signature()), options=ReportOptions(width=width)).partition("Chữ ký 1/1")[2]
    places = [card.find(label) for label in MINIMUM_DISPLAY]
    assert -1 not in places
    assert places == sorted(places)
    assert "UBND XÃ MẪU" in card
    assert "cơ quan cấp: theo danh sách tin cậy" in flat(card)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"digest_matches": False}, "NỘI DUNG ĐÃ KÝ ĐÃ BỊ THAY ĐỔI"),
        ({"signature_verifies": False}, "GIÁ TRỊ CHỮ KÝ KHÔNG ĐÚNG"),
        ({"digest_matches": None, "unknown": "no-signer-certificate"}, "không xác định được (không có chứng thư của người ký)"),
        ({"signature_verifies": None}, "Tính toàn vẹn: không xác định được"),
        ({}, "nội dung đã ký chưa bị thay đổi (SHA-256, sha256_rsa)"),
    ],
)
def test_integrity_never_takes_unknown_for_true(change: dict[str, Any], said: str) -> None:
    broken = signature(integrity=replace(signature().integrity, **change))
    assert said in flat(text(report(broken)))


def test_an_unsound_range_is_said_before_anything_else() -> None:
    broken = signature(coverage=replace(signature().coverage, sound=False))
    assert "Tính toàn vẹn: VÙNG KÝ (ByteRange) KHÔNG HỢP LỆ" in flat(text(report(broken)))


@pytest.mark.parametrize(
    ("sound", "trusted", "said"),
    [
        (True, True, "nguyên vẹn, nguồn tin cậy"),
        (True, False, "nguồn KHÔNG tin cậy"),
        (False, True, "HỎNG"),
        (None, None, "không kiểm tra được"),
        (True, None, "chưa xác định được nguồn có tin cậy hay không"),
    ],
)
def test_every_timestamp_has_its_verdict(sound: bool | None, trusted: bool | None, said: str) -> None:
    stamped = replace(signature().times, timestamps=[timestamp(), timestamp(sound=sound, trusted=trusted)])
    assert said in flat(text(report(signature(times=stamped))))


@pytest.mark.parametrize(
    ("sub", "vi", "en"),
    [
        (SubIndication.OUT_OF_BOUNDS_NO_POE, "chứng thư của máy chủ đã hết hạn", "the server's certificate has expired"),
        (SubIndication.TRY_LATER, "chưa kiểm tra được việc thu hồi", "revocation could not be checked"),
        (SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE, "chưa kiểm tra được việc thu hồi", "revocation could not be checked"),
        (SubIndication.CRYPTO_CONSTRAINTS_FAILURE, "thuật toán yếu", "weak algorithm"),
    ],
)
@pytest.mark.parametrize("trusted", [False, None])
def test_a_timestamp_of_a_known_source_that_proves_nothing_yet_says_why(
    sub: SubIndication, vi: str, en: str, trusted: bool | None
) -> None:
    stamp = replace(timestamp(trusted=trusted), chain=chain(TSA), indication=Indication.INDETERMINATE, sub_indication=sub)
    one = signature(times=replace(signature().times, timestamps=[stamp]))
    assert f"nguyên vẹn, do nguồn tin cậy cấp, nhưng chưa dùng làm bằng chứng được ({vi})" in flat(text(report(one)))
    assert f"intact, from a trusted source, but no proof yet ({en})" in flat(text(report(one), options=EN))


def test_a_revoked_server_or_one_below_no_anchor_is_no_source_that_is_trusted() -> None:
    for whole, sub in ((chain(TSA)[:2], SubIndication.OUT_OF_BOUNDS_NO_POE), (chain(TSA), SubIndication.REVOKED_NO_POE)):
        stamp = replace(timestamp(trusted=False), chain=whole, indication=Indication.INDETERMINATE, sub_indication=sub)
        one = signature(times=replace(signature().times, timestamps=[stamp]))
        assert "do nguồn tin cậy cấp" not in flat(text(report(one)))


def test_validity_when_signing_follows_the_certificates_period() -> None:
    late = replace(signature().times, best_signature_time=SIGNED.replace(year=2030))
    early = replace(signature().times, best_signature_time=SIGNED.replace(year=2019))
    assert "Hiệu lực lúc ký: trong thời hạn" in flat(text(report(signature())))
    assert "Hiệu lực lúc ký: ĐÃ HẾT hạn" in flat(text(report(signature(times=late))))
    assert "Hiệu lực lúc ký: CHƯA có hiệu lực" in flat(text(report(signature(times=early))))
    revoked = full_report().signatures[0].revocation
    assert "ĐÃ BỊ THU HỒI 03/01/2026" in flat(text(report(signature(revocation=revoked))))


def test_stamps_of_one_certificate_are_one_group() -> None:
    written = text(report(signature(), *stamps(20)))
    assert f"20 chữ ký của {OFFICE} (Signature2–Signature21)" in flat(written)
    assert written.count("Hiệu lực lúc ký:") == 2


def test_nothing_that_went_wrong_hides_in_a_group() -> None:
    several = stamps(5)
    several[2] = replace(several[2], integrity=replace(several[2].integrity, digest_matches=False))
    assert [len(group.members) for group in group_signatures(several)] == [2, 1, 2]


def test_other_certificates_and_unknown_ones_are_not_grouped() -> None:
    nameless = [replace(one, signer=replace(one.signer, sha256=None)) for one in stamps(2)]
    assert [len(group.members) for group in group_signatures([signature(), *stamps(2), *nameless])] == [1, 2, 1, 1]


def test_findings_say_what_to_do_once_and_the_worst_first() -> None:
    note = Finding("certificate-expired-since", Severity.INFO, None, None, "x")
    warning = Finding("trial-software", Severity.WARNING, None, None, "y", facts={"phrase": "PHIÊN BẢN THỬ NGHIỆM"})
    many = [replace(one, findings=[note, warning, EXPIRED]) for one in stamps(3)]
    written = flat(text(report(*many, state=State.INSUFFICIENT)))
    assert written.index("LỖI: Chứng thư") < written.index("CẢNH BÁO: Phần mềm ký") < written.index("THÔNG TIN: Chứng thư")
    assert "[certificate-expired-since]" in written
    assert "(3 lần)" in written
    assert written.count("Cần làm: Nhắc nơi ký") == 1
    assert "certificate-expired · RFC 5280, 6.1.3 (a)(2)" in written


def test_findings_that_differ_in_figures_alone_are_one_line_with_a_range() -> None:
    late = [replace(EXPIRED, facts={**EXPIRED.facts, "moment": f"2026-11-20T00:00:0{number}Z"}) for number in range(3)]
    written = flat(text(report(*[replace(one, findings=[late[i]]) for i, one in enumerate(stamps(3))])))
    assert written.count("certificate-expired ·") == 1
    assert "20/11/2026 07:00:00 +07:00 – 20/11/2026 07:00:02 +07:00" in written
    assert "(3 lần)" in written


def test_findings_that_differ_in_names_list_them_and_in_other_words_stay_apart() -> None:
    of = [broken("Máy chủ 01", "imprint"), broken("Máy chủ 02", "imprint"), broken("Máy chủ 03", "signature")]
    written = flat(text(report(*[replace(one, findings=[of[i]]) for i, one in enumerate(stamps(3))])))
    assert "của Máy chủ 01, Máy chủ 02 bị hỏng: giá trị băm" in written
    assert "của Máy chủ 03 bị hỏng: chữ ký của máy chủ" in written


def broken(tsa: str, reason: str) -> Finding:
    facts: dict[str, Any] = {"gen_time": "2025-01-01T00:00:00Z", "tsa": tsa, "reason": reason}
    return Finding("broken-timestamp", Severity.ERROR, Decides.INSUFFICIENT, None, "RFC 3161", facts=facts)


def test_every_timestamp_of_a_group_is_listed_under_its_server() -> None:
    several = stamps(4)
    other = replace(several[1].times, timestamps=[replace(several[1].times.timestamps[0], tsa="Máy chủ HL01")])
    several[1] = replace(several[1], times=other)
    written = flat(text(report(*several)))
    assert "Máy chủ cấp dấu thời gian – nguyên vẹn, nguồn tin cậy (3 lần)" in written
    assert "Máy chủ HL01 – nguyên vẹn, nguồn tin cậy Signature3: 26/05/2023 09:31:06 +07:00" in written


def test_a_damaged_form_is_not_called_unsigned() -> None:
    written = flat(text(report(state=State.INSUFFICIENT)))
    assert "không thể nói văn bản có chữ ký hay không" in written
    assert "không mang chữ ký số nào" not in written


def test_the_reason_of_the_answer_stands_at_the_top() -> None:
    assert "Lý do: Chứng thư Phạm Thị Mẫu đã hết hạn" in flat(text(full_report()).partition("CHƯA được")[0])


def test_contradictions_of_order_are_named_with_their_length() -> None:
    written = flat(text(full_report()))
    assert "Signature2 ký sau Signature1 nhưng thời gian lại sớm hơn 22 phút 48 giây (theo dấu thời gian)" in written
    within = OrderReport(True, [], full_report().order.contradictions)
    assert "trong mức cho phép" in flat(text(report(signature(), *stamps(1), order=within)))


def test_several_documents_are_counted() -> None:
    written = text(report(signature()), report(state=State.UNSIGNED), report(state=State.UNSIGNED))
    assert flat(written).endswith(
        "Tổng cộng 3 văn bản ✔ hợp lệ: 1 – chưa ký số: 2 "
        "Các văn bản chưa đạt (không ở trạng thái “hợp lệ”): – công văn.pdf – chưa ký số – công văn.pdf – chưa ký số"
    )
    assert "chưa đạt" not in text(report(signature()), report(signature()))


def long_names() -> SignatureReport:
    one = signature(name="VĂN PHÒNG " + "RẤT DÀI " * 20)
    return replace(one, signer=replace(one.signer, email="x" * 200 + "@example.gov.vn", organisation="日本" * 60))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [80, 50, 40])
def test_no_line_is_wider_than_the_page(width: int, language: str) -> None:
    options = ReportOptions(language=language, width=width)
    for one in (full_report(), report(signature(), *stamps(20)), report(long_names()), with_hostile_text(None)):
        lines = text(one, options=options).splitlines()
        assert max(map(cell_len, lines)) <= width
        assert not any(line != line.rstrip() for line in lines)


def test_plain_output_has_no_control_codes_and_colour_only_adds_them() -> None:
    plain, coloured = text(full_report()), text(full_report(), options=ReportOptions(colour=True))
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_marks_have_a_plain_form() -> None:
    written = text(full_report(), options=ReportOptions(language="en", ascii_marks=True))
    assert written.startswith("[?] Not enough to tell")
    assert not set("✔✘•↑") & set(written)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("colour", [True, False])
def test_hostile_text_cannot_act(language: str, colour: bool) -> None:
    written = text(with_hostile_text(None), options=ReportOptions(language=language, colour=colour, width=200))
    harmless = re.sub(r"\x1b\[[0-9;]*m", "", written) if colour else written
    assert not {character for character in harmless if not character.isprintable() and character != "\n"}
    assert SHOWN.replace("CCCD:*********901", "").strip() in flat(harmless)
    assert "012345678901" not in harmless
    assert "[bold]</b>" in harmless
    assert HOSTILE not in written


def test_id_numbers_are_masked_unless_asked() -> None:
    one = replace(signature(), signer=replace(signature().signer, common_name="Mẫu CCCD:012345678901"))
    assert "CCCD:*********901" in text(report(one))
    assert "CCCD:012345678901" in text(report(one), options=ReportOptions(personal=True))


def test_a_lone_document_timestamp_is_nobodys_signature() -> None:
    lone = replace(
        signature(), kind="document-timestamp", signer=replace(signature().signer, kind=None), indication=Indication.TOTAL_PASSED
    )
    written = flat(text(report(lone, state=State.UNSIGNED, indication=None)))
    assert "Dấu thời gian văn bản 1/1" in written
    assert "dấu thời gian chỉ cho biết tệp đã tồn tại lúc đó" in written


def test_clocks_are_compared_for_each_card_and_for_the_document() -> None:
    ahead = replace(signature().times, claimed_minus_timestamp_seconds=95)
    behind = replace(signature().times, claimed_minus_timestamp_seconds=-4)
    written = flat(
        text(report(signature(times=ahead), signature(2, times=behind), clock_differences=ClockDifferences(2, -4, 95)))
    )
    assert "Đồng hồ người ký: từ chậm 4 giây so với dấu thời gian đến nhanh 1 phút 35 giây so với dấu thời gian" in written
    assert "Giờ khai so với dấu thời gian, 2 chữ ký: từ chậm 4 giây" in written


def test_inversions_within_the_tolerance_are_called_so() -> None:
    small = Contradiction("Signature1", "Signature2", 159, proven=True)
    written = flat(text(report(signature(), signature(2), order=OrderReport(True, [], [small]))))
    assert (
        "Chênh lệch trong mức cho phép của đồng hồ: • Signature2 ký sau Signature1 nhưng thời gian lại sớm hơn 2 phút 39"
        in written
    )


def test_why_a_signer_is_a_person_is_said_in_words() -> None:
    signer = replace(signature().signer, kind_reason="personal-identifier, personal-name")
    written = flat(text(report(signature(signer=signer))))
    assert "Cá nhân hay tổ chức: UID mang số giấy tờ hoặc mã số thuế của cá nhân; tên có dạng họ và tên" in written


@pytest.mark.parametrize("form", ["text", "html"])
@pytest.mark.parametrize("imitates", [None, "Gốc thử nghiệm"])
def test_without_a_path_nobody_knows_who_signed_and_no_namesake_is_to_be_added(imitates: str | None, form: str) -> None:
    """A name in a certificate is worth what its issuer is worth (RFC 5280, 6.1); a namesake's must not be added by advice."""
    facts = {"flaw": "root-is-not-configured", "missing": "CN=Gốc thử nghiệm", "signer": PERSON}
    found = Finding("chain-incomplete", Severity.ERROR, Decides.INSUFFICIENT, SubIndication.NO_CERTIFICATE_CHAIN_FOUND, "")
    found = replace(found, facts={**facts, "imitates": imitates} if imitates else facts)
    one = signature(chain=chain(PERSON)[:2], findings=[found], indication=Indication.INDETERMINATE)
    written = "".join(FORMATS[form]([checked(report(one, state=State.INSUFFICIENT))], ReportOptions(width=1000)))
    bullets = written.partition("Điều CHƯA được chứng minh")[2].lstrip()
    first = bullets.partition("</li>")[0].rpartition(">")[2] if form == "html" else bullets.partition("\n")[0]
    assert first.removeprefix("• ").startswith("Người ký là ai (Signature1):")
    assert "chữ ký chỉ cho biết ai giữ khoá" not in written
    assert ("Có thể là giả mạo" in written) is bool(imitates)
    told = flat(re.sub("</?(?:code|span)[^>]*>", "", written))
    assert ("sigcheck trust add" in told) is not bool(imitates)
    anchored = "".join(FORMATS[form]([checked(report(signature()))], ReportOptions(width=1000)))
    assert "Người ký là ai (" not in anchored


def test_a_document_that_was_saved_again_is_not_called_unsigned_beside_its_old_signature() -> None:
    remains = Finding("no-signature", Severity.INFO, None, None, "", facts={"remains": 1})
    said = flat(text(report(state=State.INVALID, findings=[remains])))
    assert "Văn bản không còn chữ ký số nào kiểm tra được." in said
    assert "không có chữ ký số nào. [" not in said
    assert "Văn bản không có chữ ký số nào." in flat(text(report(state=State.UNSIGNED, findings=[replace(remains, facts={})])))


def test_the_state_of_a_certificate_today_is_not_said_of_the_day_of_signing() -> None:
    at = report().validation_time
    late = replace(signature().times, best_signature_time=at, basis="validation-time", timestamps=[], proof=None)
    said = flat(text(report(signature(times=late))))
    assert "Hiệu lực lúc ký: chưa xác định được vì thời gian ký chưa được chứng minh; tại thời điểm kiểm tra" in said


def test_what_to_do_stands_above_in_text_as_it_does_on_the_page() -> None:
    unsigned = Finding("no-signature", Severity.INFO, None, None, "")
    head = flat(text(report(state=State.UNSIGNED, findings=[unsigned])).partition("\n\n")[0])
    assert "Cần làm: Nếu văn bản phải có chữ ký số, đề nghị nơi gửi cung cấp bản đã ký." in head
    assert "Cần làm: Không cần làm gì thêm đối với văn bản này." in flat(text(report(signature())).partition("\n\n")[0])


def stranded() -> DocumentReport:
    facts: dict[str, FactValue] = {"flaw": "issuer-is-not-at-hand", "missing": "CN=CA `lạ`", "signer": PERSON}
    found = Finding("chain-incomplete", Severity.ERROR, Decides.INSUFFICIENT, None, "", facts=facts)
    return report(signature(findings=[found], indication=Indication.INDETERMINATE), state=State.INSUFFICIENT)


@pytest.mark.parametrize("width", range(44, 100, 3))
def test_a_command_can_be_copied_out_of_one_line(width: int) -> None:
    lines = text(stranded(), options=ReportOptions(width=width)).splitlines()
    wide = "sigcheck trust add TỆP --sha256 DẤU-VÂN-TAY."
    if width >= 26 + len(wide) or width in range(2 + len(wide) + 2, 60):
        assert any(wide in line for line in lines)
    assert not any(line.rstrip().endswith(("--", "-")) and "sigcheck" in line for line in lines)
    assert any("--sha256" in line for line in lines)
    assert max(map(cell_len, lines)) <= max(width, 64)


def test_commands_are_code_on_the_page_and_marks_of_the_catalogue_are_nowhere() -> None:
    for form in ("text", "html", "json", "sarif", "junit", "csv", "github", "gitlab"):
        written = "".join(FORMATS[form]([checked(stranded())], ReportOptions()))
        assert "`sigcheck" not in written
        assert "DẤU-VÂN-TAY`" not in written
        assert form not in {"text", "html", "json"} or "CA `lạ`" in written, "what a document says stays as it is"
    page = "".join(FORMATS["html"]([checked(stranded())], ReportOptions()))
    assert '<code class="command"><span>sigcheck</span> <span>trust</span> <span>add</span> <span>TỆP</span> ' in page
