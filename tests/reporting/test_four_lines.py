"""The four lines below the answer: integrity, certificate, time-stamp, signature, each of one thing alone."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from report_builder import checked, report, signature, stamps, timestamp

from sigcheck.judging.codes import CODES
from sigcheck.reporting.formats import FORMATS
from sigcheck.reporting.four_lines import OF_THE_CERTIFICATE
from sigcheck.reporting.options import ReportOptions
from sigcheck.verdict import (
    Decides,
    DocumentReport,
    Finding,
    Indication,
    Severity,
    SignatureReport,
    State,
    SubIndication,
)

LABELS = {"vi": ["Tính toàn vẹn:", "Chứng thư số:", "Dấu thời gian:", "Chữ ký số:"]}
LABELS["en"] = ["Integrity:", "Certificate:", "Time-stamp:", "Signature:"]


UNPROTECTED = "không xác định được, vì giá trị chữ ký không đúng"
"""RFC 5652, 5.4: the digest of the content is a signed attribute, so whoever need not sign can rewrite it with the content."""


def lines(document: DocumentReport, language: str = "vi") -> list[str]:
    """What stands behind the four labels, joined where it wraps."""
    written = "".join(FORMATS["text"]([checked(document)], ReportOptions(language=language, width=110)))
    head = written.partition("\n\n")[0].splitlines()
    first = next(number for number, line in enumerate(head) if line.strip().startswith(LABELS[language][0]))
    found = [line.strip() for line in head[first : first + 4]]
    assert [line.startswith(label) for line, label in zip(found, LABELS[language], strict=True)] == [True] * 4
    return [line.partition(":")[2].strip() for line in found]


def flawed(one: SignatureReport, code: str, decides: Decides, indication: Indication) -> SignatureReport:
    made = Finding(code, Severity.ERROR, decides, SubIndication.CUSTOM, "")
    return replace(one, findings=[made], indication=indication)


def integrity(**changes: Any) -> SignatureReport:
    return signature(integrity=replace(signature().integrity, **changes))


def test_a_sound_document() -> None:
    assert lines(report(signature(), *stamps(2))) == [
        "Tài liệu chưa bị thay đổi",
        "hợp lệ tại thời điểm xét của từng chữ ký; CHƯA kiểm tra được việc thu hồi",
        "có, nguyên vẹn, nguồn tin cậy; chứng minh thời gian của cả 3 chữ ký",
        "cả 3 chữ ký đều hợp lệ",
    ]


def test_english_is_complete() -> None:
    assert lines(report(signature()), "en") == [
        "The document has not been changed",
        "valid at the time that each signature is judged at; revocation NOT checked",
        "present, intact, from a trusted server; proves the time of the signature",
        "valid",
    ]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (integrity(digest_matches=False), "Tài liệu ĐÃ BỊ THAY ĐỔI"),
        (integrity(digest_matches=None), "không xác định được"),
        (integrity(signature_verifies=None), "không xác định được"),
        (integrity(signature_verifies=False), UNPROTECTED),
        (integrity(signature_verifies=False, digest_matches=False), "Tài liệu ĐÃ BỊ THAY ĐỔI"),
        (signature(coverage=replace(signature().coverage, sound=False)), "Tài liệu ĐÃ BỊ THAY ĐỔI"),
        (
            signature(modifications=replace(signature().modifications, allowed=False)),
            "Nội dung đã ký số chưa bị thay đổi, nhưng sau đó tài liệu ĐÃ BỊ THAY ĐỔI",
        ),
        (signature(modifications=replace(signature().modifications, allowed=None)), "không xác định được"),
        (
            signature(coverage=replace(signature().coverage, whole_document=False)),
            "Nội dung đã ký số chưa bị thay đổi; sau chữ ký cuối chỉ có bổ sung được phép",
        ),
    ],
)
def test_integrity(one: SignatureReport, said: str) -> None:
    assert lines(report(one))[0] == said


def test_what_no_signature_covers_is_said_apart() -> None:
    tail = Finding("uncovered-bytes", Severity.ERROR, Decides.INSUFFICIENT, SubIndication.CUSTOM, "")
    said = lines(report(signature(), findings=[tail], state=State.INSUFFICIENT))[0]
    assert said == "Nội dung đã ký số chưa bị thay đổi, nhưng có phần không chữ ký nào bao trùm"


def test_a_certificate_and_a_signature_that_fail_are_named() -> None:
    bad = flawed(signature(2), "certificate-expired", Decides.INSUFFICIENT, Indication.INDETERMINATE)
    said = lines(report(signature(), bad, state=State.INSUFFICIENT))
    assert said[1] == "không đủ thông tin để xác thực (Signature2)"
    assert said[3] == "1/2 chữ ký không đủ thông tin xác thực (Signature2)"
    bad = flawed(signature(2), "name-differs-from-certificate", Decides.INVALID, Indication.TOTAL_FAILED)
    said = lines(report(signature(), bad, state=State.INVALID))
    assert said[1].startswith("hợp lệ")  # the certificate is sound; the block is not
    assert said[3] == "1/2 chữ ký KHÔNG hợp lệ (Signature2)"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"timestamps": [], "basis": "validation-time"}, "không có; thời gian ký chưa được chứng minh bằng dấu thời gian"),
        ({"timestamps": [replace(timestamp(), sound=False)], "basis": "claimed"}, "HỎNG (Signature1)"),
        ({"timestamps": [replace(timestamp(), trusted=False)], "basis": "claimed"}, "có nhưng không dùng làm bằng chứng được"),
    ],
)
def test_the_timestamp(changes: dict[str, Any], said: str) -> None:
    assert lines(report(signature(times=replace(signature().times, **changes))))[2] == said


def test_some_signatures_are_stamped() -> None:
    bare = signature(2, times=replace(signature().times, timestamps=[], basis="claimed"))
    assert lines(report(signature(), bare))[2] == "chứng minh thời gian của 1/2 chữ ký"


def test_without_a_signature_there_is_nothing_to_say_of_it() -> None:
    written = "".join(FORMATS["text"]([checked(report(state=State.UNSIGNED))], ReportOptions()))
    assert "Chứng thư số:" not in written


def test_only_codes_that_exist_speak_of_the_certificate() -> None:
    assert set(CODES) >= OF_THE_CERTIFICATE


def test_a_broken_document_timestamp_is_no_changed_document() -> None:
    """Only the time-stamp's own imprint differs; the signer's digest holds, and so do the changes since."""
    stamp = replace(integrity(digest_matches=False), kind="document-timestamp", field="DocTimeStamp1")
    said = lines(report(signature(), stamp, state=State.INVALID))[0]
    assert said == "Nội dung đã ký số chưa bị thay đổi; dấu thời gian của văn bản bị HỎNG"


def test_a_stamp_whose_own_signature_is_wrong_says_nothing_against_the_signers_content() -> None:
    stamp = replace(integrity(signature_verifies=False), kind="document-timestamp", field="DocTimeStamp1")
    said = lines(report(signature(), stamp, state=State.INVALID))[0]
    assert said == "Nội dung đã ký số chưa bị thay đổi; dấu thời gian của văn bản bị HỎNG"
    wrong = integrity(signature_verifies=False)
    assert lines(report(wrong, stamp, state=State.INVALID))[0] == UNPROTECTED


@pytest.mark.parametrize("form", ["text", "html"])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("allowed", [True, False, None])
@pytest.mark.parametrize("verifies", [False, None])
def test_content_that_no_signature_value_protects_is_called_unchanged_nowhere(
    verifies: bool | None, allowed: bool | None, language: str, form: str
) -> None:
    """A forger who changes a page rewrites the digest among the attributes too: then only the signature's value differs."""
    one = integrity(signature_verifies=verifies)
    one = replace(one, modifications=replace(one.modifications, allowed=allowed), indication=Indication.TOTAL_FAILED)
    written = "".join(FORMATS[form]([checked(report(one, state=State.INVALID))], ReportOptions(language=language, width=200)))
    assert not [words for words in ("chưa bị thay đổi", "not been changed", "is unchanged") if words in written]
    if form == "html":
        line = written.partition('<dl class="four">')[2].partition("</dd>")[0]
        assert "✔" not in line
