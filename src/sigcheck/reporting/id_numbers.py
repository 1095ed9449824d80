"""National ID numbers in text that `hostile.visible` has passed: what names them, and how they are masked.

Loaded only for text in which a number may stand behind a name: these patterns take longer to make than many a document to check.
"""

from __future__ import annotations

import re

from sigcheck.reporting.hostile import MARK, MAY_PART, SIGN

_VOWEL = r"[^\W\d_][\u0300-\u036f]{0,2}"
"""In any spelling of Unicode, with its marks or without; which one matters little where a number follows."""
_GAP = rf"(?:\s|{MARK}){{1,3}}"
_NAMES = "|".join(
    (
        r"CCCD|CMND|CMTND|CMT|[DĐ]DCN|UID|(?:PNO|IDC)VN",  # what public and government CAs write in UID, and people in reasons
        rf"c{_VOWEL}n{_GAP}c{_VOWEL}{_VOWEL}c(?:{_GAP}c{_VOWEL}ng{_GAP}d{_VOWEL}n|(?={SIGN}))",  # căn cước công dân
        rf"[dđ]{_VOWEL}nh{_GAP}d{_VOWEL}nh(?:{_GAP}c{_VOWEL}{_GAP}nh{_VOWEL}n)?",  # (số) định danh (cá nhân)
        rf"ch{_VOWEL}ng{_GAP}minh{_GAP}(?:nh{_VOWEL}n{_GAP}d{_VOWEL}n|th[uư]\u031b?)",  # chứng minh nhân dân, chứng minh thư
    )
)
_NUMBER_WORD = r"(?:s[oôố][\u0300-\u036f]{0,2}|n[oº°])"
_BETWEEN = rf"{SIGN}{{0,5}}(?:{_NUMBER_WORD}{SIGN}{{0,5}})?"
_PARTS = rf"(?:[\s.-]|{MARK}){{1,2}}"
_ID_NAME = re.compile(
    rf"(?<![^\W\d_])(?:{_NAMES})(?:\s*=\s*(?:CCCD|CMND|CMTND|CMT|[DĐ]DCN))?{_BETWEEN}(?=\d)",  # UID=CCCD:…
    re.IGNORECASE,
)
_ID_NUMBER = re.compile(  # of 12 or 9 digits, whatever follows one in groups of three or in one piece; no amount of money
    r"(?![1-9]\d{0,2}(?:\.\d{3})+\s?(?:đ[oồ]|đ\b|VN[DĐ]|USD))"
    rf"(?:\d(?:{MAY_PART}\d){{11}}(?!{MAY_PART}\d)|\d{{3}}(?:{_PARTS}\d{{3}}){{3}}(?!\d)|\d{{12}}(?!\d)"
    rf"|\d(?:{MAY_PART}\d){{8}}(?!{MAY_PART}\d)|\d{{3}}(?:{_PARTS}\d{{3}}){{2}}(?!\d)|\d{{9}}(?!\d))"
)
_AND = re.compile(rf"(?:[\s;,/|&+-]|{MARK}|v[aà]\u0300?|and){{1,5}}(?=\d)")
# A person's tax code is the national ID number since 2025 and has 12 digits; an organisation's has 10 or 13.
_TAX_CODE = re.compile(rf"(?P<before>(?<![^\W\d_])MST{_BETWEEN})(?P<digits>\d{{12}})(?!\d)", re.IGNORECASE)
# Documents of other kinds that stand for an ID number, written with a colon: HC:C1234567 (passport), CMSQ:… (army), CC:….
_OTHER_PAPERS = re.compile(r"(?P<before>(?<![^\W\d_])(?:HC|CMSQĐ?|CC)[:=]\s?)(?P<digits>[A-Z]{0,2}\d{7,12})(?!\d)", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_NAMED_CHARACTER = re.compile(MARK)
_DIGITS_KEPT = 3


def masked(text: str) -> str:
    """`text` with every ID number masked but for its last three digits."""
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


def _masked(found: re.Match[str]) -> str:
    return found["before"] + _all_but_three(found["digits"])


def _all_but_three(number: str) -> str:
    """A character that `visible` named is no digit."""
    hidden = len(_DIGIT.findall(_NAMED_CHARACTER.sub("", number))) - _DIGITS_KEPT
    parts = re.split(f"({MARK})", number)
    for place in range(0, len(parts), 2):
        there = len(_DIGIT.findall(parts[place]))
        if hidden > 0:
            parts[place] = _DIGIT.sub("*", parts[place], count=hidden)
        hidden -= there
    return "".join(parts)
