"""References out of plain dictionaries, without making values of them: most of what a document of 100,000 objects consists of.

A plain dictionary holds names, numbers, references, strings without escapes, constants, and arrays of these; its keys differ. It
is recognised by one expression, which takes only what parse_object (lexer.py) takes, and as what it takes it for. Anything else,
a comment even, is left to parse_object; a test holds the two against each other over every object at hand.
"""

from __future__ import annotations

import re
from functools import cache

from sigcheck.engine.pdf.lexer import REGULAR, WHITE, read_name

_GAP = WHITE + rb"*+"
_END = rb"(?!" + REGULAR + rb")"
_NAME = rb"/" + REGULAR + rb"*+"
_REFERENCE = rb"[0-9]{1,10}" + WHITE + rb"++[0-9]{1,5}" + WHITE + rb"++R" + _END
_NUMBER = rb"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})" + _END
_STRING = rb"\([^()\\\r]*+\)|<[0-9A-Fa-f]*+>"
_ITEM = rb"(?:" + rb"|".join((_NAME, _REFERENCE, _NUMBER, _STRING, rb"(?:true|false|null)" + _END)) + rb")"
_ARRAY = rb"\[(?:" + _GAP + _ITEM + rb")*+" + _GAP + rb"\]"
_ENTRY = _GAP + _NAME + _GAP + rb"(?:" + _ITEM + rb"|" + _ARRAY + rb")"

_DICTIONARY = _GAP + rb"<<(?:" + _ENTRY + rb")*+" + _GAP + rb">>"
_NUMBERS = rb"([0-9]{1,10})" + WHITE + rb"++[0-9]{1,5}" + WHITE + rb"++R" + _END
_KEYS = _GAP + rb"(" + _NAME + rb")" + _GAP + rb"(?:" + _NUMBERS + rb"|(" + _ARRAY + rb")|" + _ITEM + rb")"


@cache
def _expressions() -> tuple[re.Pattern[bytes], re.Pattern[bytes], re.Pattern[bytes]]:
    """Compiled when they are first needed: a document that did not change after signing needs none."""
    return re.compile(_DICTIONARY), re.compile(_KEYS), re.compile(_NUMBERS)


def plain_references(buffer: bytes, position: int) -> tuple[list[tuple[str, int]], int] | None:
    """Key and object number of every reference in the plain dictionary at `position`, and the position behind it; None for what
    is not plain.
    """
    dictionary, entries_of, numbers = _expressions()
    whole = dictionary.match(buffer, position)
    if whole is None:
        return None
    found: list[tuple[str, int]] = []
    keys: set[bytes] = set()
    entries = 0
    for entry in entries_of.finditer(buffer, buffer.index(b"<<", position) + 2, whole.end() - 2):
        key, number, array = entry.groups()
        keys.add(key)
        entries += 1
        if number is not None:
            found.append((read_name(key[1:]), int(number)))
        elif array is not None and b"R" in array:
            if b"(" in array:
                return None
            name = read_name(key[1:])
            found.extend((name, int(each)) for each in numbers.findall(array))
    names = b"".join(keys)
    # Names that are spelled in two ways may be one name, of which the last entry counts.
    return (found, whole.end()) if len(keys) == entries and b"#" not in names and names.isascii() else None
