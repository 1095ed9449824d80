"""The signing block against the certificate. The block is written by anyone's program: it is compared, never believed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from sigcheck.remembering import remembered
from sigcheck.skeleton import skeleton

GOVERNMENT_CA_MARKS = ("BAN CƠ YẾU CHÍNH PHỦ", "CỤC CHỨNG THỰC SỐ VÀ BẢO MẬT THÔNG TIN", "CA@BCY.GOV.VN", "CA.GOV.VN")
"""Names and addresses of the government CA as its software writes them into ContactInfo."""

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Grave, acute, tilde, hook above, dot below: the five tone marks; the other diacritics make letters."""

_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]|[^\W\d_])*")


@remembered(entries=4096, longest=512)
def comparable(text: str) -> str:
    """NFC, case folded, spaces collapsed, and each word's tone mark behind the word, so that HOÁ equals HÓA and UỶ equals ỦY.

    A Vietnamese syllable bears one tone; on which vowel of oa, oe, uy it is written differs from one keyboard to the next.
    """
    folded = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    moved = _WORD.sub(lambda word: _tone_last(word.group()), unicodedata.normalize("NFD", folded))
    return unicodedata.normalize("NFC", moved)


def _tone_last(word: str) -> str:
    tones = [mark for mark in word if mark in TONES]
    return "".join(letter for letter in word if letter not in TONES) + "".join(tones)


def without_diacritics(text: str) -> str:
    """Letters alone: Đ and its look-alike Ð become D."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(plain.replace("đ", "d").replace("ð", "d").split())


def same_name(one: str, other: str) -> bool:
    return comparable(one) == comparable(other)


def name_difference(block_name: str, common_name: str, others: Sequence[str]) -> str | None:
    """None when equal, else `diacritics`, `look-alike` (hidden characters or letters of another script), `other-attribute` (it
    equals another part of the subject) or `name`."""
    if same_name(block_name, common_name):
        return None
    if without_diacritics(block_name) == without_diacritics(common_name):
        return "diacritics"
    if skeleton(block_name) == skeleton(common_name) != "" and _digits(block_name) == _digits(common_name):
        return "look-alike"
    if any(same_name(block_name, other) for other in others):
        return "other-attribute"
    return "name"


def _digits(text: str) -> list[str]:
    """The second school of a town does not look like the first."""
    return [one for one in unicodedata.normalize("NFKC", text) if one.isdigit()]


def email_matches(block_email: str, emails: Sequence[str]) -> bool:
    """Without regard to case: genuine certificates and blocks write the local part in either."""
    return any(block_email.strip().casefold() == email.strip().casefold() for email in emails)


def claims_government_ca(contact_info: str | None) -> bool:
    """The government CA's name or address in ContactInfo; a Reason that names nobody is no claim."""
    if contact_info is None:
        return False
    text = comparable(contact_info)
    return any(comparable(mark) in text for mark in GOVERNMENT_CA_MARKS)
