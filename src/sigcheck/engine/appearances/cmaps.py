"""CMaps as far as they say which text a code stands for, or how many octets a code has (ISO 32000-2, 9.7.5 and 9.10.3)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

from msgspec import Struct, field

from sigcheck.engine.pdf.content import Budget, operations
from sigcheck.engine.pdf.lexer import Incomplete
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject, String
from sigcheck.remembering import remembered

MOST_MAPPED = 70_000
"""Codes of one table, those said twice counted twice: more than two octets can tell apart."""

MOST_REMEMBERED = 512
"""Codes of a table that is remembered: the letters of a stamp and some more."""

MOST_SPACES = 64
"""Code space ranges of one CMap; the richest predefined ones have a dozen."""

LONGEST_TEXT = 16
"""Octets of the text that one code may stand for: ligatures have three letters, phrases are no letters."""

MAPPED_AT_COST = 4
"""Codes of a range that cost as much as an operator."""

_SURROGATES = 0xD800
"""Below here every code point but U+0000 is a character that means something."""
_FIRST_PRIVATE = "\ue000"
_MEANINGLESS = (("\0", "\0"), (_FIRST_PRIVATE, "\uf8ff"), ("\ufffd", "\uffff"), ("\U000f0000", "\U0010ffff"))
"""First and last of U+0000, characters for private use, U+FFFD and other non-characters."""

Code = tuple[int, int]
"""Octets and value."""


class CodeTable(Struct):
    """What a CMap says."""

    letters: dict[Code, str] = field(default_factory=dict)
    spaces: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Code space ranges: first and last code, of equal length."""
    left: int = MOST_MAPPED
    """Codes that may still be taken."""


def read_cmap(octets: bytes, budget: Budget) -> CodeTable:
    """The code spaces and the text of codes; what is damaged ends it, and what stood before counts.

    Stamps of one program often bring the same table: small ones are remembered per process. The table must not be changed.
    """
    known = _remembered(octets) if len(octets) <= budget.left else None
    if known is None or known[1] > budget.left:
        return _read(octets, budget, MOST_MAPPED)
    budget.left -= known[1]
    return known[0]


@remembered(entries=128, longest=16 * 1024)
def _remembered(octets: bytes) -> tuple[CodeTable, int] | None:
    """A table and what reading it costs; None for one of many codes, which would fill the memory of a long-lived worker."""
    budget = Budget(len(octets) + MOST_MAPPED)
    table = _read(octets, budget, MOST_REMEMBERED)
    return None if table.left <= 0 else (table, len(octets) + MOST_MAPPED - budget.left)


def _read(octets: bytes, budget: Budget, most: int) -> CodeTable:
    """The table with at most so many codes."""
    table = CodeTable(left=most)
    try:
        for operator, operands in operations(octets, budget):
            if operator == b"endcodespacerange":
                table.spaces += [(first, last) for first, last in _pairs(operands) if 1 <= len(first) == len(last) <= 4]
                del table.spaces[MOST_SPACES:]
            elif operator == b"endbfchar":
                for code, letters in _pairs(operands):
                    _map(table, code, 0, letters)
            elif operator == b"endbfrange":
                _ranges(table, operands)
    except (Incomplete, PdfDamaged, LimitReached):
        pass
    budget.left -= (most - max(table.left, 0)) // MAPPED_AT_COST
    return table


def _pairs(operands: Sequence[PdfObject]) -> list[tuple[bytes, bytes]]:
    strings = [operand for operand in operands if isinstance(operand, String)]
    return list(zip(strings[::2], strings[1::2], strict=False))


def _ranges(table: CodeTable, operands: Sequence[PdfObject]) -> None:
    """Triples of first code, last code, and either the text of the first, counted upwards, or an array with the text of each."""
    triples = [operand for operand in operands if isinstance(operand, (String, list))]
    for first, last, target in zip(triples[::3], triples[1::3], triples[2::3], strict=False):
        if not isinstance(first, String) or not isinstance(last, String) or not 1 <= len(first) <= 4:
            continue
        start = int.from_bytes(first, "big")
        count = min(int.from_bytes(last[-4:], "big") - start + 1, table.left)
        if isinstance(target, list):
            for position, letters in enumerate(target[: max(count, 0)]):
                if isinstance(letters, String):
                    _map(table, first, position, letters)
        elif isinstance(target, String):
            _count_up(table, first, count, target)


def _count_up(table: CodeTable, first: bytes, count: int, letters: bytes) -> None:
    """The codes of a range, their text counted up from that of the first."""
    start, code = int.from_bytes(letters, "big"), int.from_bytes(first, "big")
    if len(letters) == 2 and start > 0 and start + count <= _SURROGATES:  # the usual range, all at once
        table.left -= max(count, 0)
        keys = zip(repeat(len(first)), range(code, code + count), strict=False)
        table.letters.update(zip(keys, map(chr, range(start, start + count)), strict=True))
        return
    for position in range(count):
        _map(table, first, position, _raised(letters, position))


def _raised(letters: bytes, by: int) -> bytes:
    """The text with its last UTF-16 unit raised; nothing where it leaves that unit."""
    last = int.from_bytes(letters[-2:], "big") + by
    return letters[:-2] + last.to_bytes(2, "big") if last <= 0xFFFF else b""


def _map(table: CodeTable, code: bytes, by: int, letters: bytes) -> None:
    """Remember the text of a code unless it is none: no text, no UTF-16, a replacement, or for private use."""
    table.left -= 1
    if table.left < 0 or not 1 <= len(code) <= 4 or not 1 <= len(letters) <= LONGEST_TEXT:
        return
    try:
        text = letters.rjust(2, b"\0").decode("utf-16-be")
    except UnicodeDecodeError:
        return
    if means_something(text):
        table.letters[len(code), int.from_bytes(code, "big") + by] = text


def means_something(text: str) -> bool:
    """Whether text says what is shown: characters for private use, U+FFFD, U+0000 and other non-characters do not."""
    if text and min(text) > "\0" and max(text) < _FIRST_PRIVATE:
        return True
    return bool(text) and not any(first <= letter <= last for letter in text for first, last in _MEANINGLESS)


def code_at(octets: bytes, position: int, spaces: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The code at a position after the code space ranges (9.7.6.3); the shortest where none fits, two octets without any."""
    for first, last in spaces:
        code = octets[position : position + len(first)]
        if len(code) == len(first) and all(low <= octet <= high for low, octet, high in zip(first, code, last, strict=True)):
            return code
    return octets[position : position + min((len(first) for first, _ in spaces), default=2)]
