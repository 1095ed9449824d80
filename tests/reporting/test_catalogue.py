"""Codes, messages and both languages hold together; messages never fail on odd facts."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from sigcheck import engine
from sigcheck.evidence import ChangeLevel, PathFlaw
from sigcheck.facts import ByteRangeFlaw, UnreadableReason
from sigcheck.judging.codes import CODES
from sigcheck.policy import LIMITS
from sigcheck.reporting import catalogue
from sigcheck.reporting.catalogue import LANGUAGES, load_catalogue
from sigcheck.running.paths import PathProblem
from sigcheck.verdict import FactValue

VI, EN = load_catalogue("vi"), load_catalogue("en")


def rules_of_the_engine() -> set[str]:
    """The names under which the engine notes changes, read off its source."""
    modules = Path(engine.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in (*modules.glob("*_rules.py"), *modules.glob("unexplained.py"))]
    return {name for text in texts for name in re.findall(r'(?:note|refuse)\(\s*[\w.\[\]]+, "([a-z]+(?:-[a-z]+)+)"', text)}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words_and_every_entry_a_code(language: str) -> None:
    assert set(load_catalogue(language).findings) == set(CODES)


@pytest.mark.parametrize("code", sorted(CODES))
def test_messages_use_only_facts_that_the_code_carries_and_the_same_in_both_languages(code: str) -> None:
    vi, en = VI.findings[code], EN.findings[code]
    assert places(vi.message) == places(en.message) <= set(CODES[code].facts)
    for entry in (vi, en):
        assert entry.message
        assert entry.meaning
    assert bool(vi.action) == bool(en.action)
    assert vi.variants.keys() == en.variants.keys()
    for conditions in vi.variants:
        told = {condition.partition("=")[0] for condition in conditions.split(",")}
        assert places(vi.variants[conditions]) == places(en.variants[conditions])
        assert told | places(vi.variants[conditions]) <= set(CODES[code].facts)


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    assert VI.words.keys() == EN.words.keys()
    assert {key: places(text) for key, text in VI.words.items()} == {key: places(text) for key, text in EN.words.items()}


def test_vietnamese_is_written_with_its_diacritics_and_in_composed_form() -> None:
    text = Path(catalogue.__file__).with_name("messages").joinpath("vi.toml").read_text(encoding="utf-8")
    plain = [
        code
        for code, entry in VI.findings.items()
        for words in (entry.message, entry.meaning, entry.action or "có", *entry.variants.values())
        if words.isascii()
    ]
    assert plain == []
    assert not any(0x300 <= ord(character) <= 0x36F for character in text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_machine_values_have_words(language: str) -> None:
    words = load_catalogue(language).words
    needed = [f"values-flaw.{flaw}" for flaw in (*ByteRangeFlaw, *PathFlaw)]
    needed += [f"values-reason.{reason}" for reason in UnreadableReason]
    needed += [f"values-level.{level}" for level in ChangeLevel]
    needed += [f"error.{problem}" for problem in PathProblem]
    needed += [f"values-limit.{limit}" for limit in LIMITS]
    needed += [f"values-rule.{rule}" for rule in rules_of_the_engine()]
    assert [key for key in needed if key not in words] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(CODES))
def test_a_message_without_its_facts_still_reads(language: str, code: str) -> None:
    message = load_catalogue(language).message(code, {})
    assert message
    assert "{" not in message


def test_facts_are_put_into_words() -> None:
    facts = {"certificate": "Văn thư", "not_after": "2026-01-02T17:00:00Z", "moment": "2026-11-20T00:00:00Z", "basis": "claimed"}
    assert VI.message("certificate-expired", facts) == (
        "Chứng thư Văn thư đã hết hạn lúc 03/01/2026 00:00:00 +07:00, "
        "trước thời điểm được xét 20/11/2026 07:00:00 +07:00 (theo lời khai)."
    )
    assert "2026-01-03 00:00:00 +07:00" in EN.message("certificate-expired", facts)


def test_a_claimed_time_without_zone_is_not_completed() -> None:
    assert "25/05/2023 15:30:57 (không ghi múi giờ)" in VI.message(
        "claimed-time-without-offset", {"claimed": "2023-05-25T15:30:57"}
    )


def test_a_certificate_is_named_by_its_common_name() -> None:
    facts = {"certificates": ["CN=Mẫu\\, Phạm,OU=Xã,C=VN", "C=VN,CN=CA", "O=không tên"], "reason": "no-statement"}
    expected = "Mẫu, Phạm, CA, O=không tên (không có CRL hay phản hồi OCSP nào)"
    assert expected in VI.message("revocation-not-checked", facts)  # type: ignore[arg-type]  # a list of text is a fact


def test_a_reason_may_be_a_path_flaw() -> None:
    assert "không có chứng thư của cơ quan cấp" in VI.message("untrusted-timestamp", {"reason": "issuer-is-not-at-hand"})


def test_hostile_facts_cannot_act_in_a_message() -> None:
    message = VI.message("trial-software", {"phrase": "\x1b[31m{0.__class__}\u202e CCCD:012345678901"})
    assert "⟨U+001B⟩[31m{0.__class__}⟨U+202E⟩ CCCD:*********901" in message


def test_a_code_or_word_that_is_not_listed_gives_itself() -> None:
    assert VI.message("code-of-tomorrow", {}) == "code-of-tomorrow"
    assert VI.word("table.word-of-tomorrow") == "word-of-tomorrow"


def test_another_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        load_catalogue("fr")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"accepted": True, "until": "2031-01-01T00:00:00Z"}, "chính sách chấp nhận đến 01/01/2031 07:00:00 +07:00 ("),
        ({"accepted": False, "until": "2021-01-01T00:00:00Z"}, "chỉ chấp nhận đến 01/01/2021 07:00:00 +07:00, KHÔNG"),
        ({"accepted": False, "until": None}, "chính sách KHÔNG chấp nhận ("),
        ({"accepted": True, "until": None}, "chính sách vẫn chấp nhận ("),
    ],
)
def test_a_variant_is_chosen_by_the_facts(facts: dict[str, FactValue], said: str) -> None:
    assert said in VI.message("weak-digest", {"algorithm": "sha1", "use": "signature", "moment": "2026-01-01T00:00:00Z"} | facts)


def test_changes_are_said_by_rule_and_page_in_the_readers_language() -> None:
    facts: dict[str, FactValue] = {
        "revision": 3,
        "count": 4,
        "changes": ["page 1: /Contents changed", "page 1: /Resources changed", "form: /Fields is no array"],
        "rules": ["page-content", "page-content", "form-entry"],
        "pages": ["1", "1", ""],
    }
    said = "trang 1: nội dung trang bị thay đổi (2 lần); sửa thiết lập của biểu mẫu; …"
    assert VI.message("modified-after-signing", facts).endswith(f"{said}.")
    assert "page 1: content of the page changed (2 times); " in EN.message("modified-after-signing", facts)


def test_what_the_engine_says_in_english_is_translated_or_called_english() -> None:
    assert VI.message("not-a-pdf", {"detail": "no %PDF- in the first 1024 bytes"}) == (
        "Tệp không phải là PDF. Chi tiết: không có %PDF- trong 1024 byte đầu."
    )
    assert VI.message("damaged", {"detail": "/Prev leads forward"}).endswith("Chi tiết (tiếng Anh): /Prev leads forward.")
    assert VI.message("limit-reached", {"limit": "seconds", "detail": "seconds"}) == (
        "Văn bản vượt giới hạn an toàn thời gian kiểm tra (giây) (seconds) của chương trình."
    )


@pytest.mark.parametrize("code", sorted(CODES))
def test_no_english_word_joins_a_vietnamese_clause(code: str) -> None:
    assert not re.search(r"\b(and|steps?|note|rule|Annex|where)\b", VI.clause(CODES[code].clause))


def test_a_rule_of_ours_says_where_it_stands() -> None:
    assert VI.clause("sigcheck, rule 7; ISO 32000-2, 12.8.2.2") == "quy tắc 7 của sigcheck (docs/rules.md); ISO 32000-2, 12.8.2.2"
    assert EN.clause("sigcheck, rule 7") == "rule 7 of sigcheck (docs/rules.md)"


def test_sources_of_trust_are_named_by_kind() -> None:
    assert (
        VI.sources(["shipped: a.toml", "shipped: b.toml", "user: /c"])
        == "đi kèm chương trình (a.toml, b.toml); người dùng thêm (/c)"
    )


def test_an_oddity_with_a_name_is_in_words() -> None:
    assert "thuộc tính không ký không phải là ASN.1 (1.2.3)" in VI.message(
        "cms-oddity", {"oddity": "unsigned-attribute-not-asn1:1.2.3"}
    )


def test_one_thing_has_one_word_in_vietnamese() -> None:
    """Readers take two words for two things."""
    entries = load_catalogue("vi")
    findings = [
        text for one in entries.findings.values() for text in (one.message, one.meaning, one.action, *one.variants.values())
    ]
    written = [text.casefold() for text in (*entries.words.values(), *findings)]
    others = ("khóa", "chuỗi chứng thư", "bao phủ", "trả lời ocsp", "tổ chức cấp", "máy chủ {tsa}", "cấp trên", "như tại")
    assert [text for text in written for other in others if other in text] == []
