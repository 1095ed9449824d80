"""Glyph names and the encodings that rest on them (ISO 32000-2, 9.6.5 and Annex D), as letters.

Letters with accents are composed from their names as the Adobe Glyph List builds them (`Ecircumflexdotbelow`), so that the list
itself is not needed; what is in neither is no letter here, and nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from sigcheck.engine.appearances.cmaps import Code, means_something

_MARKS = {
    "acute": "\u0301",
    "grave": "\u0300",
    "circumflex": "\u0302",
    "tilde": "\u0303",
    "dieresis": "\u0308",
    "ring": "\u030a",
    "cedilla": "\u0327",
    "caron": "\u030c",
    "breve": "\u0306",
    "macron": "\u0304",
    "ogonek": "\u0328",
    "hungarumlaut": "\u030b",
    "dotaccent": "\u0307",
    "dotbelow": "\u0323",
    "hookabove": "\u0309",
    "horn": "\u031b",
}
_ACCENTED = rf"([A-Za-z])((?:{'|'.join(_MARKS)})+)"
_MARK = "|".join(_MARKS)
_HEXADECIMAL = re.compile(r"uni((?:[0-9A-F]{4})+)|u([0-9A-F]{4,6})")

LONGEST_NAME = 64
"""Characters of a glyph name that is looked at; the longest of the Adobe Glyph List has 36."""

_NAMED = {
    name: letter
    for letters, names in (
        (" !\"#$%&'()*+,-./", "space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright "
         "asterisk plus comma hyphen period slash"),
        ("0123456789:;<=>?@", "zero one two three four five six seven eight nine colon semicolon less equal greater "
         "question at"),
        ("[\\]^_`{|}~", "bracketleft backslash bracketright asciicircum underscore grave braceleft bar braceright asciitilde"),
        ("¡¢£¤¥¦§¨©ª«¬®¯°±", "exclamdown cent sterling currency yen brokenbar section dieresis copyright ordfeminine "
         "guillemotleft logicalnot registered macron degree plusminus"),
        ("²³´µ¶·¸¹º»¼½¾¿×÷", "twosuperior threesuperior acute mu paragraph periodcentered cedilla onesuperior ordmasculine "
         "guillemotright onequarter onehalf threequarters questiondown multiply divide"),
        ("ÆÐØÞßæðøþĐđıŁłŒœƒ", "AE Eth Oslash Thorn germandbls ae eth oslash thorn Dcroat dcroat dotlessi Lslash lslash OE "
         "oe florin"),
        ("ˆˇ˘˙˚˛˜˝", "circumflex caron breve dotaccent ring ogonek tilde hungarumlaut"),
        ("–—‘’‚“”„†‡•…‰‹›", "endash emdash quoteleft quoteright quotesinglbase quotedblleft quotedblright quotedblbase dagger "
         "daggerdbl bullet ellipsis perthousand guilsinglleft guilsinglright"),
        ("⁄€™−₫ﬁﬂ✓", "fraction Euro trademark minus dong fi fl checkmark"),
    )
    for letter, name in zip(letters, names.split(), strict=True)
}  # fmt: skip

_STANDARD_HIGH = {
    **dict(zip(range(0xA1, 0xB0), "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ", strict=True)),
    **dict(zip((0xB1, 0xB2, 0xB3, 0xB4, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xBB, 0xBC, 0xBD, 0xBF), "–†‡·¶•‚„”»…‰¿", strict=True)),
    **dict(zip((0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF), "`´ˆ˜¯˘˙¨˚¸˝˛ˇ", strict=True)),
    **dict(zip((0xD0, 0xE1, 0xE3, 0xE8, 0xE9, 0xEA, 0xEB), "—ÆªŁØŒº", strict=True)),
    **dict(zip((0xF1, 0xF5, 0xF8, 0xF9, 0xFA, 0xFB), "æıłøœß", strict=True)),
}
"""The upper half of StandardEncoding (Annex D.2)."""


@lru_cache(maxsize=4096)
def letter_of(name: str) -> str | None:
    """The letters that a glyph name stands for; None for a name that says nothing."""
    bare = name.partition(".")[0]
    if len(bare) > LONGEST_NAME:
        return None
    if len(bare) == 1 and bare.isascii() and bare.isalpha():
        return bare
    if bare in _NAMED:
        return _NAMED[bare]
    if coded := _HEXADECIMAL.fullmatch(bare):
        digits = coded[1] or coded[2]
        points = [int(digits[at : at + 4], 16) for at in range(0, len(digits), 4)] if coded[1] else [int(digits, 16)]
        return "".join(map(chr, points)) if all(point <= 0x10FFFF and not 0xD800 <= point < 0xE000 for point in points) else None
    if accented := re.fullmatch(_ACCENTED, bare):
        composed = accented[1] + "".join(_MARKS[mark] for mark in re.findall(_MARK, accented[2]))
        letter = unicodedata.normalize("NFC", composed)
        return letter if len(letter) == 1 else None
    return None


def _plain(codec: str) -> dict[int, str]:
    letters = {}
    for code in range(0x20, 0x100):
        letter = bytes([code]).decode(codec, "ignore")
        if letter and unicodedata.category(letter) != "Cc":
            letters[code] = letter
    return letters


@lru_cache(maxsize=16)
def base_encoding(name: str) -> dict[Code, str]:
    """The letters of a predefined encoding of simple fonts by code of one octet; none for one that is not known."""
    return {(1, code): letter for code, letter in _predefined(name).items() if means_something(letter)}


def _predefined(name: str) -> dict[int, str]:
    match name:
        case "WinAnsiEncoding":
            return dict.fromkeys(range(0x7F, 0xA1), "•") | _plain("cp1252") | {0xA0: " ", 0xAD: "-"}  # Annex D.2, notes 3 to 6
        case "MacRomanEncoding":
            return _plain("mac_roman") | {0xCA: " ", 0xDB: "¤"}
        case "StandardEncoding":
            lower = {code: chr(code) for code in range(0x20, 0x7F)}
            return lower | {0x27: "’", 0x60: "‘"} | _STANDARD_HIGH
        case _:
            return {}
