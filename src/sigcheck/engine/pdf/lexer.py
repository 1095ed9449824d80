"""Tokens and direct objects of PDF syntax (ISO 32000-2, 7.2 and 7.3) in bytes at hand.

Reading is tolerant where viewers are: what they show must be seen here too. Nothing here follows a reference or knows of
cross-references and encryption.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from functools import lru_cache

from sigcheck.engine.pdf.objects import LimitReached, Name, PdfDamaged, PdfObject, Reference, String

WHITE = rb"[\x00\t\n\x0c\r ]"
REGULAR = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"
SKIP = rb"(?:" + WHITE + rb"++|%[^\r\n]*+)*+"
"""White space and comments; possessive, so that hostile input cannot make the expression back-track."""

MOST_VALUES = 2_000_000
"""Values in one object: a Python object each, so that 64 MB of `[]` would become gigabytes."""
LONGEST_NAME = 127
"""Octets of a name that is worth remembering (Annex C.2); longer ones are read all the same."""
SHORT_NUMBER = 3
"""Characters of a number that is worth remembering: there are not many of them, and most numbers are."""
LONGEST_NUMBER = 64
"""Characters of a number; anything longer is no number that a PDF can mean (Annex C), and costly to convert."""
TOKEN = re.compile(
    SKIP
    + rb"(?:/("
    + REGULAR
    + rb"*+)|<<()|>>()|\[()|\]()|\(()|<()|([0-9]{1,10})"
    + WHITE
    + rb"++([0-9]{1,5})"
    + WHITE
    + rb"++R(?!"
    + REGULAR
    + rb")|([+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++))(?!"
    + REGULAR
    + rb")|("
    + REGULAR
    + rb"++)|.())",
    re.DOTALL,
)
"""One token; the last group that takes part, empty for delimiters, says of which kind it is."""
NAME, DICT, DICT_END, ARRAY, ARRAY_END, LITERAL, HEX = range(1, 8)
REFERENCE, NUMBER, KEYWORD, OTHER = range(9, 13)
_NUMBERS = re.compile(rb"((?:[\t\n\r ]*+-?[0-9]{1,10}(?:\.[0-9]{1,10})?(?=[\t\n\r \]]))++[\t\n\r ]*+)\]")
"""An array of ordinary numbers, such as the widths of a font, and its end."""

_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PLAIN_LITERAL = re.compile(rb"[^()\\\r]*+\)")
_LITERAL_MARK = re.compile(rb"[()]|\\.", re.DOTALL)
_LITERAL_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.))|\r\n?", re.DOTALL)
_LOOSE_NUMBER = re.compile(rb"([+-]*+)([0-9]{1,32}(?:\.[0-9]{0,32})?|\.[0-9]{1,32})[-0-9.]*\Z")
_NOT_HEX = bytes(octet for octet in range(256) if octet not in b"0123456789abcdefABCDEF")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_STRUCTURE = frozenset({b"obj", b"endobj", b"stream", b"endstream", b"xref", b"trailer", b"startxref"})
CONSTANTS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}


class Incomplete(Exception):
    """The bytes at hand end before the object does."""


def read_name(token: bytes) -> Name:
    """The name behind a slash, with #xx resolved (7.3.5)."""
    return _short_name(token) if len(token) <= LONGEST_NAME else _name(token)


def _name(token: bytes) -> Name:
    octets = _NAME_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), token) if b"#" in token else token
    return Name(octets.decode("utf-8", "surrogateescape"))


_short_name = lru_cache(maxsize=4096)(_name)


def read_number(token: bytes) -> int | float:
    """A number object (7.3.3). Raises PdfDamaged when it is absurdly long."""
    if len(token) <= SHORT_NUMBER:
        return _short_number(token)
    if len(token) > LONGEST_NUMBER:
        raise PdfDamaged("number with too many digits")
    return float(token) if b"." in token else int(token)


@lru_cache(maxsize=4096)
def _short_number(token: bytes) -> int | float:
    return float(token) if b"." in token else int(token)


def read_hex(digits: bytes) -> bytes:
    """The octets of a hexadecimal string without its brackets (7.3.4.3); what is no digit is passed over, as viewers do."""
    return _hex_octets(digits)[0]


def _hex_octets(digits: bytes) -> tuple[bytes, bool]:
    """The same, and whether there are only digits, in pairs, with white space between: all readers take them alike."""
    try:
        return unhexlify(digits), True
    except ValueError:  # something between them, or a digit is missing
        pass
    try:
        octets = bytes.fromhex(digits.decode("ascii"))  # passes over white space between pairs of digits
    except ValueError:
        bare = digits.translate(None, _NOT_HEX)
        return bytes.fromhex((bare + b"0" if len(bare) % 2 else bare).decode("ascii")), False
    return octets, b"\v" not in digits  # which is white space to Python alone


def _literal_octets(token: bytes) -> bytes:
    """The octets of a literal string without its parentheses, escapes and line ends resolved (7.3.4.2)."""
    if b"\\" not in token and b"\r" not in token:
        return token

    def replacement(match: re.Match[bytes]) -> bytes:
        if match[1] is not None:
            return bytes([int(match[1], 8) & 0xFF])
        if match[2] is not None:
            return _ESCAPED.get(match[2], match[2])
        return b"\n"

    return _LITERAL_ESCAPE.sub(replacement, token)


def literal_end(buffer: bytes, position: int) -> int:
    """Position of the parenthesis that closes the literal string whose content begins at `position`. Raises Incomplete."""
    if plain := _PLAIN_LITERAL.match(buffer, position):
        return plain.end() - 1
    depth = 1
    for mark in _LITERAL_MARK.finditer(buffer, position):
        character = buffer[mark.start()]
        if character == 0x28:
            depth += 1
        elif character == 0x29:
            depth -= 1
            if depth == 0:
                return mark.start()
    raise Incomplete


def _read_string(buffer: bytes, opening: int, base: int | None, *, is_hex: bool) -> tuple[String, int, bool]:
    """The string whose opening delimiter stands at `opening`, the position behind it, and whether it is spelled plainly. Raises
    Incomplete."""
    plain = True
    if is_hex:
        closing = buffer.find(b">", opening + 1)
        if closing < 0:
            raise Incomplete
        octets, plain = _hex_octets(buffer[opening + 1 : closing])
    else:
        closing = literal_end(buffer, opening + 1)
        octets = _literal_octets(buffer[opening + 1 : closing])
    if base is None:
        return String(octets, is_hex=is_hex), closing + 1, plain
    return String(octets, base + opening, base + closing + 1, is_hex), closing + 1, plain


def _keyword(token: bytes) -> PdfObject:
    """What a bare word means where a value is expected. Raises PdfDamaged for the words of the file's structure."""
    if token in CONSTANTS:
        return CONSTANTS[token]
    if token in _STRUCTURE:
        raise PdfDamaged(f"{token.decode()} inside an object")
    if loose := _LOOSE_NUMBER.match(token):
        return read_number(loose[1][-1:] + loose[2])
    return None


def _dictionary(items: list[PdfObject]) -> tuple[dict[str, PdfObject], bool]:
    """Keys and values in turn; what stands where a key must stand and is no name is passed over. And whether nothing is, and no
    key stands there twice."""
    found: dict[str, PdfObject] = {}
    position, last = 0, len(items) - 1
    while position < last:
        key = items[position]
        if isinstance(key, Name):
            found[key] = items[position + 1]
            position += 2
        else:
            position += 1
    return found, 2 * len(found) == len(items)


def parse_object(buffer: bytes, position: int, *, base: int | None, complete: bool, depth: int) -> tuple[PdfObject, int]:
    """The object at `position` of `buffer`, and the position behind it; as `parse_spelled`."""
    value, end, _ = parse_spelled(buffer, position, base=base, complete=complete, depth=depth)
    return value, end


def parse_spelled(  # noqa: PLR0912 - one loop over the kinds of tokens is the clearest form
    buffer: bytes, position: int, *, base: int | None, complete: bool, depth: int
) -> tuple[PdfObject, int, bool]:
    """The object at `position` of `buffer`, the position behind it, and whether it is spelled plainly.

    Only what `ambiguity` (spelling.py) finds nothing in is spelled plainly; what is not, it has to look at.
    `base` is the file offset of the buffer (None: not in the file), `complete` says that nothing follows the buffer.
    Raises Incomplete, PdfDamaged, or LimitReached beyond `depth` levels.
    """
    open_items: list[tuple[list[PdfObject], int]] = []
    items: list[PdfObject] = []
    start, plain = position, True
    closer = at_once = 0
    last = -1 if complete else len(buffer)
    value: PdfObject
    for taken in range(MOST_VALUES):
        token = TOKEN.match(buffer, position)
        if token is None or (position := token.end()) == last:
            raise Incomplete
        kind = token.lastindex
        if kind == NAME:
            octets = token[1]
            value = _short_name(octets) if len(octets) <= LONGEST_NAME else _name(octets)
        elif kind == REFERENCE:
            value = Reference(int(token[8]), int(token[9]))
        elif kind == NUMBER:
            value = read_number(token[10])
        elif kind in (DICT, ARRAY):
            if len(open_items) >= depth:
                raise LimitReached("object_depth", f"{depth} levels")
            numbers = _NUMBERS.match(buffer, position) if kind == ARRAY else None
            if numbers is None or numbers.end() == last:
                open_items.append((items, closer))
                items, closer = [], kind + 1
                continue
            value = [read_number(number) for number in numbers[1].split()]
            position = numbers.end()
            at_once += len(value)
            if at_once > MOST_VALUES:
                raise LimitReached("object_bytes", f"more than {MOST_VALUES} values in arrays of one object")
        elif kind == closer:
            value, well = _dictionary(items) if kind == DICT_END else (items, True)
            plain &= well
            items, closer = open_items.pop()
        elif kind in (LITERAL, HEX):
            value, position, well = _read_string(buffer, position - 1, base, is_hex=kind == HEX)
            plain &= well
        elif kind == KEYWORD:
            value = _keyword(token[11])
            plain &= token[11] in CONSTANTS
        else:
            raise PdfDamaged("stray delimiter" if kind == OTHER else "unbalanced brackets")
        if not open_items:
            plain &= 2 * (taken + 1) + at_once <= MOST_VALUES  # `ambiguity` takes each bracket and number, and refuses too many
            return value, position, plain and buffer.find(b"#", start, position) < 0  # no name with an escape
        items.append(value)
    raise LimitReached("object_bytes", f"more than {MOST_VALUES} values in one object")
