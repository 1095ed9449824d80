"""Codes, messages and both languages hold together; messages never fail on odd facts."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

from sigcheck.evidence import ChangeLevel, PathFlaw
from sigcheck.facts import ByteRangeFlaw, UnreadableReason
from sigcheck.judging.codes import CODES
from sigcheck.reporting import catalogue
from sigcheck.reporting.catalogue import LANGUAGES, load_catalogue
from sigcheck.running.paths import PathProblem

VI, EN = load_catalogue("vi"), load_catalogue("en")


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
        assert entry.action


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    assert VI.words.keys() == EN.words.keys()
    assert {key: places(text) for key, text in VI.words.items()} == {key: places(text) for key, text in EN.words.items()}


def test_vietnamese_is_written_with_its_diacritics_and_in_composed_form() -> None:
    text = Path(catalogue.__file__).with_name("messages").joinpath("vi.toml").read_text(encoding="utf-8")
    plain = [
        code
        for code, entry in VI.findings.items()
        if entry.message.isascii() or entry.meaning.isascii() or entry.action.isascii()
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
    expected = "Mẫu, Phạm, CA, O=không tên (không có CRL hay câu trả lời OCSP nào)"
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
