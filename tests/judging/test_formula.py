"""The sentence in /Reason, however it is disguised: whom it names is compared with the certificate."""

from __future__ import annotations

import time
import unicodedata

import pytest
from build import EMAIL, PERSON, certificate, codes, document, signature, signer_paths, the, verdict

from sigcheck.blocktext import signing_block
from sigcheck.facts import SigningBlock
from sigcheck.formula import MAX_TEXT, named_in_other_words, read_formula
from sigcheck.judging.blocks import name_difference
from sigcheck.skeleton import has_look_alikes, skeleton
from sigcheck.verdict import DocumentReport

SAID = "đã ký lên văn bản này!"
OTHER, OTHER_EMAIL = "Lê Văn Khác", "khaclv@vidu.gov.vn"


def written(reason: str | None, location: str | None = None) -> SigningBlock:
    return signing_block(contact_info=None, m="D:20240510100000+07'00'", location=location, reason=reason, name=None)


def report(reason: str | None, location: str | None = None) -> DocumentReport:
    return verdict(document(signature(block=written(reason, location))))


DISGUISES = {
    "no mark": (f"{OTHER}<{OTHER_EMAIL}> đã ký lên văn bản này", "wording"),
    "capitals": (f"{OTHER.upper()}<{OTHER_EMAIL.upper()}> ĐÃ KÝ LÊN VĂN BẢN NÀY!", "wording"),
    "no diacritics": (f"{OTHER}<{OTHER_EMAIL}> da ky len van ban nay!", "wording"),
    "other words": (f"{OTHER}<{OTHER_EMAIL}> đã ký số vào văn bản này!", "wording"),
    "words behind": (f"{OTHER}<{OTHER_EMAIL}> {SAID} Đồng ý.", "wording"),
    "points between": (f"{OTHER}<{OTHER_EMAIL}> đã-ký-lên-văn-bản-này!", "wording"),
    "zero-width space": (f"{OTHER}<{OTHER_EMAIL}> đã k\u200bý lên văn bản này!", "hidden-characters"),
    "soft hyphen": (f"{OTHER}<{OTHER_EMAIL}> đã ký lên văn bản n\u00adày!", "hidden-characters"),
    "bidi mark": (f"{OTHER}<{OTHER_EMAIL}> \u202dđã ký lên văn bản này!", "hidden-characters"),
    "tag characters": (f"{OTHER}<{OTHER_EMAIL}> đã ký\U000e0041 lên văn bản này!", "hidden-characters"),
    "Cyrillic": (f"{OTHER}<{OTHER_EMAIL}> đã ký lên văn bản nàу!", "look-alikes"),
    "Greek": (f"{OTHER}<{OTHER_EMAIL}> đã κý lên văn bản này!", "look-alikes"),
    "full width": (f"{OTHER}<{OTHER_EMAIL}> đã ký lên ｖăn bản này!", "look-alikes"),
    "mathematical": (f"{OTHER}<{OTHER_EMAIL}> đã 𝐤ý lên văn bản này!", "look-alikes"),
    "small capitals": (f"{OTHER}<{OTHER_EMAIL}> đã ký ʟên văn bản này!", "look-alikes"),
    "Cherokee": (f"{OTHER}<{OTHER_EMAIL}> đã ký lên văn Ᏼản này!", "look-alikes"),
    "Cherokee small": (f"{OTHER}<{OTHER_EMAIL}> đã \uabb6ý lên văn bản này!", "look-alikes"),
    "Coptic": (f"{OTHER}<{OTHER_EMAIL}> đã ký lên văn bản ⲛày!", "look-alikes"),
    "Lisu": (f"{OTHER}<{OTHER_EMAIL}> ĐÃ ꓗÝ LÊN VĂN BẢN NÀY!", "look-alikes"),
    "Canadian syllabics": (f"{OTHER}<{OTHER_EMAIL}> đã ký ᒪên văn ᗷản này!", "look-alikes"),
    "kí": (f"{OTHER}<{OTHER_EMAIL}> đã kí lên văn bản này!", "wording"),
    "capital I": (f"{OTHER}<{OTHER_EMAIL}> đã ký Iên văn bản này!", "wording"),
    "digit 1": (f"{OTHER}<{OTHER_EMAIL}> đã ký 1ên văn bản này!", "wording"),
    "approved": (f"{OTHER}<{OTHER_EMAIL}> đã ký duyệt lên văn bản này!", "wording"),
    "electronically": (f"{OTHER}<{OTHER_EMAIL}> đã ký điện tử lên văn bản này!", "wording"),
    "digitally": (f"{OTHER}<{OTHER_EMAIL}> đã ký số lên văn bản này!", "wording"),
    "passive": (f"Văn bản này đã được {OTHER}<{OTHER_EMAIL}> ký!", "wording"),
    "twice, once in other words": (f"{PERSON}<{EMAIL}> {SAID} {OTHER}<{OTHER_EMAIL}> đã ký duyệt lên văn bản này!", "several"),
    "twice": (f"{PERSON}<{EMAIL}> {SAID} {OTHER}<{OTHER_EMAIL}> {SAID}", "several"),
    "on two lines": (f"{PERSON}<{EMAIL}> {SAID}\r\n{OTHER}<{OTHER_EMAIL}> {SAID}", "several"),
    "twice, the second without a mark": (f"{PERSON}<{EMAIL}> {SAID}\n{OTHER}<{OTHER_EMAIL}> đã ký lên văn bản này", "several"),
}


@pytest.mark.parametrize("name", DISGUISES)
def test_a_disguised_sentence_that_names_another_is_an_error_and_is_told(name: str) -> None:
    reason, how = DISGUISES[name]
    said = report(reason)
    assert {"name-differs-from-certificate", "email-differs-from-certificate"} <= set(codes(said))
    assert said.state == "invalid"
    disguised = the("block-formula-disguised", said)
    assert disguised.severity == "warning"
    assert how in (disguised.facts["how"] or ())  # type: ignore[operator]  # a list, or none


@pytest.mark.parametrize("name", [one for one in DISGUISES if "twice" not in one and "lines" not in one])
def test_a_disguised_sentence_that_names_the_signer_is_only_told(name: str) -> None:
    reason = DISGUISES[name][0].replace(OTHER_EMAIL.upper(), EMAIL.upper()).replace(OTHER_EMAIL, EMAIL)
    said = report(reason.replace(OTHER.upper(), PERSON.upper()).replace(OTHER, PERSON))
    assert (said.state, codes(said)) == ("valid", ["block-formula-disguised"])


@pytest.mark.parametrize(
    "reason",
    [
        f"{PERSON}<{EMAIL}> {SAID}",
        f"{PERSON} <{EMAIL}>  {SAID}",
        f" {PERSON}<{EMAIL}>\r\n{SAID}",
        f"{PERSON} {SAID}",
        unicodedata.normalize("NFD", f"{PERSON}<{EMAIL}> {SAID}"),
        SAID,
        "",
        None,
        "Bộ Thí dụ",
        "Tôi là tác giả của tài liệu này",
        "Đã ký văn bản này",
        "Tôi đã ký số lên văn bản này",
        "Văn bản này đã được ký số",
        "Ký số văn bản điện tử",
        "Văn bản này do cơ quan có thẩm quyền ký",
        "Văn bản này được Sở Tài chính ban hành và ký số",
        "Văn bản này đã được ký duyệt bởi Lãnh đạo",
        "I am the author of this document.",
        "ПОДПИСАН ОТ",
    ],
)
def test_what_signing_software_writes_is_no_disguise(reason: str | None) -> None:
    assert codes(report(reason)) == []


def test_other_words_without_an_address_are_a_warning() -> None:
    assert codes(report(f"{OTHER} đã ký số lên văn bản này!")) == ["block-formula-disguised"]


@pytest.mark.parametrize(
    "reason",
    [
        f"Văn bản này đã được {OTHER} ký!",
        f"Văn bản này do {OTHER} đã ký số",
        f"VĂN BẢN NÀY ĐƯỢC {OTHER.upper()} KÝ DUYỆT",
        f"Văn bản nàу được {OTHER} ký",  # Cyrillic у
        "Văn bản này được Lê Văn Kỳ ký",
    ],
)
def test_the_sentence_turned_round_without_an_address_is_a_warning(reason: str) -> None:
    said = report(reason)
    assert (said.state, codes(said)) == ("valid", ["block-formula-disguised"])


def test_the_sentence_in_other_entries_is_a_warning() -> None:
    sentence = f"{OTHER}<{OTHER_EMAIL}> {SAID}"
    in_contact = signing_block(contact_info=sentence, m="D:20240510100000+07'00'", location=None, reason=None, name=None)
    for said, where in ((report(None, sentence), "location"), (verdict(document(signature(block=in_contact))), "contact-info")):
        assert (said.state, codes(said)) == ("valid", ["block-names-another"])
        assert the("block-names-another", said).facts["where"] == where
    assert codes(report(None, f"{PERSON}<{EMAIL}> {SAID}")) == []
    assert codes(report("Sở Thí dụ", "Phòng Thí dụ, Hà Nội")) == []


def test_names_that_differ_in_a_digit_are_different_names() -> None:
    assert name_difference("Trường THPT Số 2", "Trường THPT Số 1", ()) == "name"


def test_a_name_that_only_looks_equal_is_a_warning() -> None:
    """The Cyrillic `а` of Mẫu's neighbour: whoever reads it reads the certificate's name."""
    said = report(f"Trần Thị М\u200bẫu<{EMAIL}> {SAID}")
    assert said.state == "valid"
    assert the("name-differs-from-certificate", said).facts["difference"] == "look-alike"
    assert "block-formula-disguised" in codes(said)


def test_an_address_that_only_looks_equal_is_an_error() -> None:
    said = report(f"{PERSON}<mаutt@vidu.gov.vn> {SAID}")
    assert "email-differs-from-certificate" in codes(said)
    assert said.state == "invalid"


def test_a_pronoun_names_nobody() -> None:
    assert read_formula("Tôi đã ký lên văn bản này").signers[0].name is None


def test_a_mismatch_says_both_texts() -> None:
    facts = the("name-differs-from-certificate", report(f"{OTHER}<{EMAIL}> {SAID}")).facts
    assert (facts["block_name"], facts["certificate_name"]) == (OTHER, PERSON)


@pytest.mark.parametrize(
    ("reason", "named"),
    [
        (f"Ký bởi: {OTHER}", OTHER),
        (f"Được ký điện tử bởi {OTHER}, ngày 10/05/2024", OTHER),
        (f"Người ký: {OTHER}\nĐơn vị: Sở Thí dụ", OTHER),
        (f"Digitally signed by {OTHER}", OTHER),
        ("Ký nháy", None),
        (None, None),
    ],
)
def test_other_software_names_signers_in_other_words(reason: str | None, named: str | None) -> None:
    assert named_in_other_words(reason) == named
    assert ("block-names-another" in codes(report(reason))) is (named is not None)


def test_titles_beside_the_name_are_no_other_name() -> None:
    assert codes(report(f"Ký bởi: Ông {PERSON}")) == []


@pytest.mark.parametrize(
    ("location", "told"), [(PERSON, False), (OTHER, True), ("Hà Nội", False), ("Thừa Thiên Huế", False), ("  ", False)]
)
def test_the_mobile_signer_exchanges_place_and_name(location: str, told: bool) -> None:
    """/Reason is the certificate's organisation, /Location the signer."""
    said = report("Sở Thí dụ", location)
    assert ("block-names-another" in codes(said)) is told
    assert said.state == "valid"


def test_addresses_of_the_subject_count_as_much_as_those_of_the_extension() -> None:
    both = certificate(emails=(EMAIL, "khac@vidu.gov.vn"))
    said = signature(signer=both, paths=signer_paths(both), block=written(f"{PERSON}<KHAC@vidu.gov.vn> {SAID}"))
    assert codes(verdict(document(said))) == []


def test_ordinary_letters_are_no_look_alikes() -> None:
    """Every letter of Vietnamese, and what neighbours' names hold."""
    assert not has_look_alikes("ăâđêôơưáàảãạ ĂÂĐÊÔƠƯ Ñ é ü ß ø ł Ø ½ ² ª º 0123 ‘’“” … – № ﬁ")
    assert skeleton("Đặng Thị Ứớ") == "dangthiuo"


def test_long_hostile_texts_cost_little() -> None:
    begun = time.process_time()
    for text in (
        "đ" * MAX_TEXT,
        "a<" * (MAX_TEXT // 2),
        "đã ký lên văn bản nàу" * 4000,
        "<" * 50_000 + SAID,
        " " * 90_000 + "Ký bởi",
        "Văn bản này được " + "Ký " * 30_000,
        "Văn bản này được " * 5000,
    ):
        read_formula(text)
        named_in_other_words(text)
    assert time.process_time() - begun < 5
