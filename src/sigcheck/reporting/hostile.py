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

MARK = r"⟨[Uu]\+[^⟩]{4,6}⟩"
"""What `visible` made of a character: a line feed, a tab, a change of direction."""
SIGN = rf"(?:[\s:=#\\./_()\[\]-]|{MARK})"
"""What may stand between a name and its number."""
MAY_PART = rf"(?:[\s.-]|{MARK}){{0,2}}"
"""What may stand between digits."""
# Letters are told by what they are not: these, or any beyond ASCII. A class with single letters beyond Latin-1 takes as long to
# make as twenty others.
_BEFORE_D, _BEFORE_T = r"[^\x00-BD-HJ-MO-bd-hj-mo-\x7f]", r"[^\x00-LN-RT-ln-rt-\x7f]"
"""c, i, n (CCCD, UID, CMND); m, s (CMT, MST); the telephone's ĐT apart."""
_LAST, _PAPER = r"[^\x00-GI-MP-TV-gi-mp-tv-\x7f]", r"[^\x00-BD-PR-bd-pr-\x7f]"
"""h, n, o, u (định danh, công dân, no, thu), a time's `ký:` apart; c, q (HC:, CC:, CMSQ:)."""
_NUMBER_NAMED = re.compile(
    rf"(?:(?<={_BEFORE_D})[Dd]|(?<!Đ)(?<!đ)(?<={_BEFORE_T})[Tt]|{_LAST}(?<!ý)(?<!Ý)|[Cc](?!\d)){SIGN}{{0,5}}\d(?:{MAY_PART}\d){{8}}"
    rf"|{_PAPER}[:=]\s?[^\W\d_]{{0,2}}\d{{7}}"
)
"""The last letters of what a rule looks for, and the least of a number that it masks: most text, digests too, ends here."""
_PLAIN_NUMBER = re.compile(r"(?P<before>\D*(?<![^\W\d_])(?:CCCD|CMND|UID):)(?:\d{9}|\d{6})(?P<kept>\d{3})(?P<behind>\D*)")
"""What certificates write in a person's UID, and no other digit in the text: no rule can see anything else in it."""
_PLAIN_TAX_CODE = re.compile(r"\D*MST:\d{10}\D*")
"""What they write in an organisation's: no ID number has ten digits."""


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
    if _PLAIN_TAX_CODE.fullmatch(text):
        return text
    if plain := _PLAIN_NUMBER.fullmatch(text):
        hidden = plain.start("kept") - plain.end("before")
        return f"{plain['before']}{'*' * hidden}{plain['kept']}{plain['behind']}"
    from sigcheck.reporting.id_numbers import masked  # noqa: PLC0415 - most runs meet no such number

    return masked(text)


def shown(text: str, *, personal: bool = False, keep: str = "") -> str:
    """What a report may print of `text`: hostile characters visible, ID numbers masked unless `personal`."""
    return _shown(text, personal, keep) if len(text) > LONGEST_REMEMBERED else _remembered(text, personal, keep)


def _shown(text: str, personal: bool, keep: str) -> str:
    safe = visible(text, keep=keep)
    return safe if personal else mask_personal(safe)


_remembered = lru_cache(maxsize=4096)(_shown)
