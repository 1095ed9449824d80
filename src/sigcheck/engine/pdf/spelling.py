"""Objects spelled so that readers understand them differently: against ISO 32000-2, 7.3, and yet read, each reader in its way.

What parse_object makes of such a spelling is one reading among several: equal to the signed value in one, another in the next.
"""

from __future__ import annotations

import re

from msgspec import Struct, field

from sigcheck.engine.pdf.lexer import (
    ARRAY,
    ARRAY_END,
    CONSTANTS,
    DICT,
    DICT_END,
    HEX,
    KEYWORD,
    LITERAL,
    MOST_VALUES,
    NAME,
    TOKEN,
    WHITE,
    Incomplete,
    literal_end,
    read_name,
)
from sigcheck.engine.pdf.objects import LimitReached

_HEX = re.compile(rb"[0-9A-Fa-f\x00\t\n\x0c\r ]*+>")
_ESCAPES = re.compile(rb"(?:[^#]|#(?!00)[0-9A-Fa-f]{2})*+\Z")
_HEADING = re.compile(WHITE + rb"*+[0-9]{1,10}" + WHITE + rb"++[0-9]{1,10}" + WHITE + rb"++obj")
_BEHIND = re.compile(WHITE + rb"*+(?:endobj|(stream)(?:\r\n|\n))")
_EMPTY = re.compile(WHITE + rb"*+endobj")

_NEITHER_SEEN = {b"/DocTimeStamp", b"/Sig"}
"""Types of a signature dictionary, which nobody draws. A program in use for years writes both into its document time-stamps."""


class _Open(Struct):
    """A dictionary or array whose end was not reached yet."""

    closer: int
    keys: dict[str, bytes] = field(default_factory=dict)
    """Keys so far with the octets of their values."""
    key: str | None = None
    since: int = 0
    """Where the value of `key` begins."""

    @property
    def needs_key(self) -> bool:
        return self.closer == DICT_END and self.key is None


def ambiguity(octets: bytes, position: int = 0) -> tuple[str | None, int]:
    """Why readers differ about the direct object at `position`, None where they do not; and the position behind it, or where
    the ambiguity is. Raises LimitReached for an object of too many values."""
    opened: list[_Open] = []
    for _ in range(MOST_VALUES):
        token = TOKEN.match(octets, position)
        if token is None:
            return "unfinished", position
        kind, position = token.lastindex, token.end()
        if opened and opened[-1].needs_key and kind != DICT_END:
            if kind != NAME or not _ESCAPES.match(token[1]):
                return "no name where a key must stand", position
            opened[-1].key, opened[-1].since = read_name(token[1]), position
        elif kind in (DICT, ARRAY):
            opened.append(_Open(kind + 1))
        else:
            flaw, position = _ends(opened, token, octets)
            if flaw is not None or not opened:
                return flaw, position
            if not _kept(opened[-1], octets, position):
                return "key twice", position
    raise LimitReached("object_bytes", f"more than {MOST_VALUES} values in one object")


def _ends(opened: list[_Open], token: re.Match[bytes], octets: bytes) -> tuple[str | None, int]:
    """Where the value ends whose last or only token this is, or why readers differ about it."""
    kind, position = token.lastindex, token.end()
    if kind in (DICT_END, ARRAY_END):
        closed = opened.pop() if opened else None
        if closed is None or closed.closer != kind:
            return "unbalanced", position
        return (None if closed.key is None else "key without value"), position
    if kind == HEX:
        digits = _HEX.match(octets, position)
        return ("no hexadecimal digit", position) if digits is None else (None, digits.end())
    if kind == LITERAL:
        try:
            return None, literal_end(octets, position) + 1
        except Incomplete:
            return "unfinished", position
    return _flaw(token), position


def _kept(holder: _Open, octets: bytes, position: int) -> bool:
    """Note the value that ends here with its key; False when the key has another value already."""
    if holder.closer != DICT_END or holder.key is None:
        return True
    value = octets[holder.since : position].strip()
    before = holder.keys.setdefault(holder.key, value)
    holder.key = None
    return before == value or {before, value} == _NEITHER_SEEN


def _flaw(token: re.Match[bytes]) -> str | None:
    """Why a value of one token is none that all readers understand."""
    if token.lastindex == NAME:
        return None if _ESCAPES.match(token[1]) else "name with a broken escape"
    if token.lastindex == KEYWORD:
        return None if token[11] in CONSTANTS else "no value"
    return "stray delimiter" if token.lastindex > KEYWORD else None  # type: ignore[operator] # a match has a group


def indirect_ambiguity(octets: bytes, plain_end: int | None = None) -> str | None:
    """The same of an indirect object, `n g obj` to the `endobj` or `stream` behind its value. A value that parse_spelled found
    spelled plainly ends at `plain_end` and need not be looked at again."""
    heading = _HEADING.match(octets)
    if heading is None:
        return "no heading where the object must begin"
    if _EMPTY.match(octets, heading.end()):
        return None
    flaw, position = ambiguity(octets, heading.end()) if plain_end is None else (None, plain_end)
    if flaw is not None:
        return flaw
    return None if _BEHIND.match(octets, position) else "no end"
