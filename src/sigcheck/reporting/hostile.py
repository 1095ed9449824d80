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

_MARK = r"⟨U\+[^⟩]{4,6}⟩"
"""What `visible` made of a character: a line feed, a tab, a change of direction."""
_VOWEL = r"[^\W\d_][\u0300-\u036f]{0,2}"
"""In any spelling of Unicode, with its marks or without; which one matters little where a number follows."""
_GAP = rf"(?:\s|{_MARK}){{1,3}}"
_SIGN = rf"(?:[\s:=#\\./_()\[\]-]|{_MARK})"
_NAMES = "|".join(
    (
        r"CCCD|CMND|CMTND|CMT|[DĐ]DCN|UID|(?:PNO|IDC)VN",  # what public and government CAs write in UID, and people in reasons
        rf"c{_VOWEL}n{_GAP}c{_VOWEL}{_VOWEL}c(?:{_GAP}c{_VOWEL}ng{_GAP}d{_VOWEL}n|(?={_SIGN}))",  # căn cước công dân
        rf"[dđ]{_VOWEL}nh{_GAP}d{_VOWEL}nh(?:{_GAP}c{_VOWEL}{_GAP}nh{_VOWEL}n)?",  # (số) định danh (cá nhân)
        rf"ch{_VOWEL}ng{_GAP}minh{_GAP}(?:nh{_VOWEL}n{_GAP}d{_VOWEL}n|th[uư]\u031b?)",  # chứng minh nhân dân, chứng minh thư
    )
)
_NUMBER_WORD = r"(?:s[oôố][\u0300-\u036f]{0,2}|n[oº°])"
_BETWEEN = rf"{_SIGN}{{0,5}}(?:{_NUMBER_WORD}{_SIGN}{{0,5}})?"
_MAY_PART, _PARTS = rf"(?:[\s.-]|{_MARK}){{0,2}}", rf"(?:[\s.-]|{_MARK}){{1,2}}"
_ID_NAME = re.compile(
    rf"(?<![^\W\d_])(?:{_NAMES})(?:\s*=\s*(?:CCCD|CMND|CMTND|CMT|[DĐ]DCN))?{_BETWEEN}(?=\d)",  # UID=CCCD:…
    re.IGNORECASE,
)
_ID_NUMBER = re.compile(  # of 12 or 9 digits, whatever follows one in groups of three or in one piece; no amount of money
    r"(?![1-9]\d{0,2}(?:\.\d{3})+\s?(?:đ[oồ]|đ\b|VN[DĐ]|USD))"
    rf"(?:\d(?:{_MAY_PART}\d){{11}}(?!{_MAY_PART}\d)|\d{{3}}(?:{_PARTS}\d{{3}}){{3}}(?!\d)|\d{{12}}(?!\d)"
    rf"|\d(?:{_MAY_PART}\d){{8}}(?!{_MAY_PART}\d)|\d{{3}}(?:{_PARTS}\d{{3}}){{2}}(?!\d)|\d{{9}}(?!\d))"
)
_AND = re.compile(rf"(?:[\s;,/|&+-]|{_MARK}|v[aà]\u0300?|and){{1,5}}(?=\d)")
# A person's tax code is the national ID number since 2025 and has 12 digits; an organisation's has 10 or 13.
_TAX_CODE = re.compile(rf"(?P<before>(?<![^\W\d_])MST{_BETWEEN})(?P<digits>\d{{12}})(?!\d)", re.IGNORECASE)
# Documents of other kinds that stand for an ID number, written with a colon: HC:C1234567 (passport), CMSQ:… (army), CC:….
_OTHER_PAPERS = re.compile(r"(?P<before>(?<![^\W\d_])(?:HC|CMSQĐ?|CC)[:=]\s?)(?P<digits>[A-Z]{0,2}\d{7,12})(?!\d)", re.IGNORECASE)
_NUMBER_NAMED = re.compile(
    rf"(?:[DdNnTtHhOoôÔốỐUuưƯº°\u0300-\u036f]{_SIGN}{{0,5}}|[Cc]{_SIGN}{{1,5}}|[CcQqĐđ][:=]\s?[^\W\d_]{{0,2}})\d(?:{_MAY_PART}\d){{6}}"
)
"""The last letter of what a rule looks for, and the least of a number that it masks: most text, digests too, ends here."""
_DIGIT = re.compile(r"\d")
_NAMED_CHARACTER = re.compile(_MARK)
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
    return _OTHER_PAPERS.sub(_masked, _TAX_CODE.sub(_masked, _ids_masked(text)))


def _ids_masked(text: str) -> str:
    """Every number behind a name: `CCCD: …; …` are two."""
    out, done = [], 0
    for name in _ID_NAME.finditer(text):
        place = name.end()
        while place >= done and (number := _ID_NUMBER.match(text, place)):
            out += [text[done : number.start()], _all_but_three(number[0])]
            done = number.end()
            another = _AND.match(text, done)
            place = another.end() if another else -1
    return "".join((*out, text[done:])) if out else text


def shown(text: str, *, personal: bool = False, keep: str = "") -> str:
    """What a report may print of `text`: hostile characters visible, ID numbers masked unless `personal`."""
    return _shown(text, personal, keep) if len(text) > LONGEST_REMEMBERED else _remembered(text, personal, keep)


def _shown(text: str, personal: bool, keep: str) -> str:
    safe = visible(text, keep=keep)
    return safe if personal else mask_personal(safe)


_remembered = lru_cache(maxsize=4096)(_shown)


def _masked(found: re.Match[str]) -> str:
    return found["before"] + _all_but_three(found["digits"])


def _all_but_three(number: str) -> str:
    """A character that `visible` named is no digit."""
    hidden = len(_DIGIT.findall(_NAMED_CHARACTER.sub("", number))) - _DIGITS_KEPT
    parts = re.split(f"({_MARK})", number)
    for place in range(0, len(parts), 2):
        there = len(_DIGIT.findall(parts[place]))
        if hidden > 0:
            parts[place] = _DIGIT.sub("*", parts[place], count=hidden)
        hidden -= there
    return "".join(parts)
