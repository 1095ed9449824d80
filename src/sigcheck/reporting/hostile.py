"""Text from a document is hostile: what could act or hide is made visible, and national ID numbers are masked.

Every string of every report passes through here. Nothing is removed and nothing else is changed: a reader sees that
something was there, and where.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST_REMEMBERED = 256
"""Characters of a text whose answer is remembered: hostile ones of a megabyte would fill the memory of a long-lived worker."""

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
"""Controls, format characters (bidi, zero width, soft hyphen, tags), surrogates, unassigned, line and paragraph separators."""

# Letters and marks that show nothing (Default_Ignorable_Code_Point of Unicode, and the blank Braille pattern). The variation
# selectors U+FE00-FE0F stay: ordinary symbols carry them.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0") | {
    chr(code) for code in range(0xE0100, 0xE01F0)
}

_ID_NUMBER = re.compile(
    r"""(?P<before>
            (?<![^\W\d_])(?:CCCD|CMND|CMTND|CMT|[DĐ]DCN|UID|(?:PNO|IDC)VN)   # what public and government CAs write in UID
            (?:\s*=\s*(?:CCCD|CMND|CMTND|CMT|[DĐ]DCN))?                      # UID=CCCD:…
            [\s:=#\\.-]{0,4}
        )
        (?P<digits>\d(?:[\s.-]?\d){11}|\d(?:[\s.-]?\d){8})(?![\s.-]?\d)""",
    re.VERBOSE | re.IGNORECASE,
)
# A person's tax code is the national ID number since 2025 and has 12 digits; an organisation's has 10 or 13.
_TAX_CODE = re.compile(r"(?P<before>(?<![^\W\d_])MST[\s:=-]{0,4})(?P<digits>\d{12})(?!\d)", re.IGNORECASE)
# Documents of other kinds that stand for an ID number, written with a colon: HC:C1234567 (passport), CMSQ:… (army), CC:….
_OTHER_PAPERS = re.compile(r"(?P<before>(?<![^\W\d_])(?:HC|CMSQĐ?|CC)[:=]\s?)(?P<digits>[A-Z]{0,2}\d{7,12})(?!\d)", re.IGNORECASE)
_NUMBER_NAMED = re.compile(r"[CcDdNnQqTtĐđ](?:(?<=[DdNnTt])[\s:=#\\.-]{0,4}|[:=]\s?[^\W\d_]{0,2})\d(?:[\s.-]?\d){6}")
"""The last letter of what a rule looks for, and the least of a number that it masks: most text, digests too, ends here."""
_DIGIT = re.compile(r"\d")
_DIGITS_KEPT = 3


def visible(text: str, *, keep: str = "") -> str:
    """`text` with every character that acts or hides written as ⟨U+202E⟩, those in `keep` apart."""
    if text.isprintable() and (text.isascii() or _BLANK.isdisjoint(text)):
        return text
    return "".join(character if character in keep else _mark(character) for character in text)


def _mark(character: str) -> str:
    if unicodedata.category(character) in _HIDDEN_CATEGORIES or character in _BLANK:
        return f"⟨U+{ord(character):04X}⟩"
    return character


def mask_personal(text: str) -> str:
    """`text` with national ID numbers (9 or 12 digits behind CCCD, CMND, UID …) masked but for the last three digits."""
    if not _NUMBER_NAMED.search(text):
        return text
    return _OTHER_PAPERS.sub(_masked, _TAX_CODE.sub(_masked, _ID_NUMBER.sub(_masked, text)))


def shown(text: str, *, personal: bool = False, keep: str = "") -> str:
    """What a report may print of `text`: hostile characters visible, ID numbers masked unless `personal`."""
    return _shown(text, personal, keep) if len(text) > LONGEST_REMEMBERED else _remembered(text, personal, keep)


def _shown(text: str, personal: bool, keep: str) -> str:
    safe = visible(text, keep=keep)
    return safe if personal else mask_personal(safe)


_remembered = lru_cache(maxsize=4096)(_shown)


def _masked(found: re.Match[str]) -> str:
    digits = found["digits"]
    hidden = len(_DIGIT.findall(digits)) - _DIGITS_KEPT
    return found["before"] + _DIGIT.sub("*", digits, count=hidden)
