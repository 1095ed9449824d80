"""The first screen names the cause before what follows from it, and nothing beside it says otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from report_builder import PERSON, TSA, chain, checked, report, signature, timestamp
from test_report_text import EN, VI, flat, text

from sigcheck.blocktext import signing_block
from sigcheck.judging.codes import finding
from sigcheck.reporting.blocks_report import BLOCK_FORMATS, DocumentBlocks
from sigcheck.reporting.formats import FORMATS
from sigcheck.reporting.options import ReportOptions
from sigcheck.verdict import (
    About,
    Decides,
    DocumentReport,
    Finding,
    Indication,
    ModificationsReport,
    Severity,
    SignatureReport,
    State,
    TimesReport,
)

AT = "2026-11-20T00:00:00Z"


def insufficient(code: str, **facts: Any) -> Finding:
    return finding(code, facts, severity=Severity.ERROR, decides=Decides.INSUFFICIENT)


def time_not_proven(*, stamp_unused: bool, claimed: str | None = "2023-05-25T15:30:57+07:00") -> Finding:
    return insufficient("time-claimed-only", claimed=claimed, judged_at=AT, basis="validation-time", stamp_unused=stamp_unused)


EXPIRED = insufficient(
    "certificate-expired", certificate="CN=A", not_after="2026-01-03T00:00:00Z", moment=AT, basis="validation-time"
)
SIGNER_UNCHECKED = insufficient("revocation-not-checked", certificates=["CN=A"], reason="no-statement")


def stamp_unchecked(tsa: str, index: int = 0) -> Finding:
    return finding("revocation-not-checked", about=About(timestamp=index), certificates=[f"CN={tsa}"], reason="no-statement")


def unproven(number: int = 1, *, trusted: bool | None = None, findings: list[Finding], stamps: int = 1) -> SignatureReport:
    one = signature(number)
    times = TimesReport(
        one.times.claimed, None, [timestamp(trusted=trusted)] * stamps, report().validation_time, "validation-time", None
    )
    return signature(number, times=times, indication=Indication.INDETERMINATE, findings=findings)


def open_report(*signatures: SignatureReport) -> DocumentReport:
    return report(*signatures, state=State.INSUFFICIENT, indication=Indication.INDETERMINATE)


def head(written: str) -> str:
    return flat(written.split("\n\n", maxsplit=1)[0])


def test_a_sound_stamp_that_does_not_count_is_the_first_reason_and_expiry_follows_from_it() -> None:
    found = [EXPIRED, SIGNER_UNCHECKED, time_not_proven(stamp_unused=True), stamp_unchecked("Máy chủ 01")]
    first = head(text(open_report(unproven(findings=found))))
    cause = "Lý do: Có dấu thời gian nguyên vẹn nhưng chưa dùng làm bằng chứng được vì chưa kiểm tra được việc thu hồi"
    assert f"{cause} chứng thư: Máy chủ 01" in first
    assert first.index("Máy chủ 01") < first.index("Vì vậy, xét tại thời điểm kiểm tra: chứng thư A đã hết hạn")
    assert "lời khai" not in first


def test_stamps_of_several_signatures_are_one_reason_with_all_servers() -> None:
    found = [[time_not_proven(stamp_unused=True), stamp_unchecked(f"Máy chủ 0{number}")] for number in (1, 2, 1)]
    written = text(open_report(*(unproven(n + 1, findings=one) for n, one in enumerate(found))))
    assert "Có 3 dấu thời gian nguyên vẹn nhưng chưa dùng làm bằng chứng được vì" in head(written)
    assert "chứng thư: Máy chủ 01, Máy chủ 02 (không có CRL" in head(written)
    assert "đề nghị bản có dấu thời gian, hoặc" not in flat(written)
    english = text(open_report(*(unproven(n + 1, findings=one) for n, one in enumerate(found))), options=EN)
    assert "3 intact time-stamps cannot serve as proof yet, because the revocation of" in head(english)


def test_without_any_stamp_the_claim_is_the_first_reason() -> None:
    first = head(text(open_report(unproven(stamps=0, findings=[EXPIRED, time_not_proven(stamp_unused=False)]))))
    assert first.index("Thời gian ký chỉ là lời khai của người ký (25/05/2023") < first.index("Chứng thư A đã hết hạn")
    assert "Vì vậy" not in first


def test_no_claimed_time_is_not_called_a_claim() -> None:
    nothing = TimesReport(None, None, [], report().validation_time, "validation-time", None)
    one = signature(times=nothing, findings=[time_not_proven(stamp_unused=False, claimed=None)])
    written = flat(text(open_report(one)).partition("Dòng thời gian")[0])
    assert "Chữ ký không ghi thời gian ký và không có gì chứng minh thời gian" in written
    assert "không được ghi và cũng không có gì chứng minh" in written
    assert "lời khai" not in written


def test_the_time_of_checking_is_called_so_where_it_stands_in() -> None:
    written = flat(text(open_report(unproven(findings=[]))))
    said = "tại thời điểm kiểm tra 20/11/2026 07:00:00 +07:00 thì ĐÃ HẾT hạn"
    assert f"Hiệu lực lúc ký: chưa xác định được vì thời gian ký chưa được chứng minh; {said}" in written


def forbidden(revision: int = 2) -> tuple[Finding, Finding]:
    facts: dict[str, Any] = {
        "revision": revision,
        "count": 1,
        "changes": ["page 1: changed"],
        "rules": ["page-content"],
        "pages": ["1"],
    }
    return finding("modified-after-signing", facts), finding("changed-after-last-signature", facts)


def test_a_forbidden_change_is_told_once_and_with_one_remedy() -> None:
    modified, shown_later = forbidden()
    changes = ModificationsReport("other", False, [])
    one = signature(findings=[modified, SIGNER_UNCHECKED], modifications=changes)
    written = flat(text(report(one, state=State.INVALID, findings=[shown_later])))
    assert "modified-after-signing ·" in written
    assert "changed-after-last-signature" not in written
    assert written.count("Cần làm:") == 1
    assert "Cần làm: Không dùng văn bản này." in written
    assert "Tính toàn vẹn: nội dung đã ký số chưa bị thay đổi; phần sau đó ĐÃ bị thay đổi" in written


def test_a_visible_change_that_is_allowed_is_told_and_not_called_added() -> None:
    _, shown_later = forbidden()
    written = flat(text(report(signature(), state=State.INSUFFICIENT, findings=[shown_later])))
    assert "Sau chữ ký cuối cùng, phần nhìn thấy của văn bản có thay đổi" in written
    assert "Cần làm: Không dựa vào những phần đã thay đổi" in written


@pytest.mark.parametrize(("signed", "answer"), [(False, "✘ Văn bản chưa được ký số; yêu cầu"), (True, "✘ Chữ ký không")])
def test_an_unsigned_document_that_lacks_what_is_demanded_is_called_unsigned(signed: bool, answer: str) -> None:
    demanded = finding("too-few-signatures", required=1, found=0)
    signatures = [signature()] if signed else []
    assert text(report(*signatures, state=State.INVALID, findings=[demanded])).startswith(answer)


def test_why_a_document_cannot_be_read_is_on_the_first_screen() -> None:
    unreadable = report(state=State.UNREADABLE, findings=[finding("password-needed", detail="")])
    assert "Lý do: Văn bản được mã hoá và cần mật khẩu." in head(text(unreadable))


def test_bytes_behind_the_end_do_not_contradict_that_nothing_was_changed() -> None:
    part = signature(coverage=replace(signature().coverage, whole_document=False))
    tail = finding("uncovered-bytes", where="tail", start=10, length=5, preview="x")
    written = flat(text(report(part, state=State.INSUFFICIENT, findings=[tail])))
    assert "sau đó còn dữ liệu không chữ ký nào bao trùm" in written
    assert "không có phiên bản nào sau, nhưng cuối tệp có dữ liệu không được ký" in written
    assert "Thay đổi sau khi ký: không có Tình trạng" in flat(text(report(part)))


def test_what_was_not_read_is_not_said_to_be_missing() -> None:
    unknown = [finding("sub-filter-unsupported", sub_filter="x.y"), finding("signer-certificate-missing", signer_identifier=None)]
    one = signature(
        findings=unknown, integrity=replace(signature().integrity, digest_matches=None, unknown="no-signer-certificate")
    )
    written = flat(text(open_report(one)))
    assert "không có chứng thư của người ký" not in written
    assert "Tính toàn vẹn: chưa kiểm tra được: loại chữ ký này chưa được hỗ trợ" in written


def test_a_time_stamp_server_claims_nothing_as_a_signer() -> None:
    lone = replace(unproven(findings=[]), kind="document-timestamp", signer=replace(signature().signer, kind=None))
    written = flat(text(report(lone, state=State.UNSIGNED, indication=None)))
    assert "người ký khai" not in written
    assert "Thời gian của dấu: dấu ghi 25/05/2023 15:30:57 +07:00; chưa dùng làm bằng chứng được" in written
    assert "Chỉ có một dấu thời gian." in written


def test_a_digest_is_in_one_piece() -> None:
    assert any(line.strip() == "e" * 64 for line in text(report(signature())).splitlines())


def test_blocks_show_times_as_people_write_them_and_no_line_ends() -> None:
    block = signing_block(
        contact_info="ĐƠN VỊ MẪU\r\n", m="D:20210525153057+07'00'", location="Hà Nội\r\n", reason=None, name=None
    )
    written = "".join(BLOCK_FORMATS["text"]([DocumentBlocks("a.pdf", None, "pdf", (block,))], VI))
    assert "25/05/2021 15:30:57 +07:00" in written
    assert "⟨U+" not in written
    assert "D:2021" not in written


def test_no_blocks_are_no_claims() -> None:
    written = flat("".join(BLOCK_FORMATS["text"]([DocumentBlocks("a.pdf", None, "pdf", ())], VI)))
    assert "lời khai" not in written
    assert "không có nghĩa là văn bản không có chữ ký số" in written


def test_revocation_alone_names_both_ways_out_at_once() -> None:
    found = [SIGNER_UNCHECKED, time_not_proven(stamp_unused=True), stamp_unchecked("Máy chủ 01")]
    first = head(text(open_report(unproven(findings=found))))
    assert "Cần làm: Lấy dữ liệu thu hồi rồi kiểm tra lại: sigcheck revocation fetch TỆP." in first
    assert "--policy archive" in first
    besides = head(text(open_report(unproven(findings=[*found, insufficient("signer-certificate-missing")]))))
    assert "Đề nghị nơi gửi cung cấp lại bản gốc, hoặc chứng thư của người ký." in besides


def test_advice_is_only_what_can_help_this_document() -> None:
    """A stamp from before the end is there: no other has to be found, but what keeps it from counting has to go."""
    found = [time_not_proven(stamp_unused=True), stamp_unchecked("Máy chủ 01"), EXPIRED]
    fetch, archive = "sigcheck revocation fetch TỆP", "--policy archive"
    offline = head(text(open_report(unproven(findings=found))))
    assert "Tìm bằng chứng" not in offline
    assert offline.index(fetch) < offline.index(archive)
    asked = head(text(replace(open_report(unproven(findings=found)), online=True)))
    assert fetch not in asked
    assert "đã được hỏi nhưng không có câu trả lời dùng được" in asked
    assert archive in asked
    ended = replace(SIGNER_UNCHECKED, facts={"certificates": [chain(PERSON)[0].subject], "reason": "no-statement"})
    for online in (True, False):  # RFC 5280, 5: an issuer may drop a certificate from its list once it has expired
        late = head(text(replace(open_report(unproven(findings=[*found, ended])), online=online)))
        assert fetch not in late
        assert late.index(archive) < late.index("sigcheck revocation add TỆP")


def test_a_stamp_whose_server_has_expired_is_told_how_it_may_count() -> None:
    gone = finding("tsa-expired-since", about=About(timestamp=0), tsa=TSA, not_after="2024-06-02T18:22:39Z", accepted=False)
    said = head(text(open_report(unproven(findings=[time_not_proven(stamp_unused=True), gone, EXPIRED]))))
    assert "Cần làm: Dấu thời gian đã có, nhưng chứng thư của máy chủ cấp dấu đã hết hạn" in said
    assert "trước 03/06/2024 01:22:39 +07:00" in said
    assert "Tìm bằng chứng" not in said


def test_advice_names_the_proof_of_time_that_would_help() -> None:
    weak = {"algorithm": "sha1", "use": "signature", "accepted": False, "moment": AT, "certificate": "CN=A"}
    dated = insufficient("weak-digest", **weak, until="2020-12-31T16:59:59Z")
    never = insufficient("weak-digest", **weak, until=None)
    for found, said in (
        (EXPIRED, "bằng chứng chữ ký đã có trước 03/01/2026 07:00:00 +07:00"),
        (dated, "bằng chứng chữ ký đã có trước 31/12/2020 23:59:59 +07:00"),
        (never, "Không bằng chứng thời gian nào thay đổi được điều này"),
    ):
        assert said in flat(text(open_report(unproven(findings=[found], stamps=0))))


def test_a_signature_that_our_own_finding_fails_is_not_called_open() -> None:
    """EN 319 102-1 does not look at blocks: its indication is told beside the answer, not against it."""
    forged = finding(
        "name-differs-from-certificate", severity=Severity.ERROR, decides=Decides.INVALID, block_name="A", certificate_name="B"
    )
    one = signature(indication=Indication.INDETERMINATE, findings=[forged])
    written = flat(text(report(one, state=State.INVALID), options=EN))
    assert "? Signature 1/1" not in written
    assert "✘ Signature 1/1" in written
    assert "Conclusion: not valid, because of the findings below; by EN 319 102-1 alone: INDETERMINATE" in written


def test_a_broken_document_time_stamp_does_not_say_that_the_content_changed() -> None:
    broken = replace(signature().integrity, digest_matches=False)
    stamp = replace(signature(2), kind="document-timestamp", integrity=broken, indication=Indication.TOTAL_FAILED)
    written = flat(text(report(signature(), stamp, state=State.INVALID)))
    assert "chính dấu thời gian bị HỎNG" in written
    assert "NỘI DUNG ĐÃ KÝ ĐÃ BỊ THAY ĐỔI" not in written


@pytest.mark.parametrize("form", ["text", "html"])
def test_signatures_that_hold_are_not_blamed_for_what_else_is_asked(form: str) -> None:
    """The answer's words are fixed; what stands below says what is right and what is not."""
    unmet = finding("expected-signer-missing", email="ai@do.example")
    signed = report(signature(), signature(2), state=State.INVALID, indication=Indication.TOTAL_FAILED, findings=[unmet])
    said = "Các chữ ký đều đúng; văn bản không đáp ứng điều được yêu cầu: không có chữ ký đạt yêu cầu nào của ai@do.example"
    written = flat("".join(FORMATS[form]([checked(signed)], ReportOptions())))
    assert written.index("Chữ ký không hợp lệ") < written.index(said)
    bad = signature(2, findings=[finding("digest-mismatch", digest_algorithm="sha256")], indication=Indication.TOTAL_FAILED)
    assert "đều đúng" not in text(replace(signed, signatures=[signature(), bad]))
    undecided = signature(2, findings=[SIGNER_UNCHECKED], indication=Indication.INDETERMINATE)
    assert "đều đúng" not in text(replace(signed, signatures=[signature(), undecided]))
