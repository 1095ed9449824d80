"""ASN.1 values by tag and length (X.690), DER and BER, read lazily: only what is asked for is looked at.

A definite length is skipped without a look inside, so that an attribute that holds no ASN.1 at all harms nobody but itself.
Indefinite lengths (X.690, 8.1.3.6) are followed within a budget of elements and of depth.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from msgspec import Struct

from sigcheck.engine.limits import DEFAULT_LIMITS
from sigcheck.engine.pdf.objects import LimitReached

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OBJECT_IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30
SET: Final = 0x31
CONSTRUCTED: Final = 0x20

INDEFINITE_DEPTH: Final = 64
"""Nesting of indefinite lengths when nobody says otherwise; recursion in Python must stay below 1,000."""


class Malformed(ValueError):
    """The octets are not the ASN.1 that was expected. Never leaves the engine."""


class Truncated(Malformed):
    """The octets end before the value does."""


class Walk:
    """What was met while one object was read, and how much may still be read."""

    __slots__ = ("depth", "elements", "irregular")

    def __init__(self, depth: int = INDEFINITE_DEPTH, elements: int = DEFAULT_LIMITS.asn1_elements) -> None:
        self.depth = depth
        self.elements = elements
        self.irregular = False
        """An indefinite or non-minimal length was met: BER, not DER."""


class Element(Struct, eq=False, gc=False):
    """One value: its octets lie from `start` to `stop`, its content from `content` to `end` in `octets`."""

    octets: bytes
    tag: int
    """The identifier octets as one number: 0x30 for a SEQUENCE, 0xa0 for a constructed [0]."""
    start: int
    content: int
    end: int
    stop: int
    walk: Walk | None

    @property
    def raw(self) -> bytes:
        """All octets of the value, header and end-of-contents included."""
        return self.octets[self.start : self.stop]

    @property
    def value(self) -> bytes:
        """The content octets."""
        return self.octets[self.content : self.end]

    @property
    def indefinite(self) -> bool:
        return self.stop != self.end

    def children(self) -> list[Element]:
        """The values inside. Raises Malformed, LimitReached."""
        found: list[Element] = []
        octets, position, end, walk = self.octets, self.content, self.end, self.walk
        while position < end:
            child = read(octets, position, end, walk)
            found.append(child)
            position = child.stop
        return found

    def iterate(self) -> Iterator[Element]:
        """The values inside, one by one. Raises Malformed, LimitReached."""
        position, end = self.content, self.end
        while position < end:
            child = read(self.octets, position, end, self.walk)
            position = child.stop
            yield child

    def expect(self, tag: int) -> Element:
        """Itself. Raises Malformed when the tag is another."""
        if self.tag != tag:
            raise Malformed(f"tag {self.tag:#x} at {self.start}, expected {tag:#x}")
        return self


def read(octets: bytes, start: int = 0, end: int | None = None, walk: Walk | None = None) -> Element:
    """The value at `start`. Without a `walk`, indefinite lengths are refused. Raises Malformed, Truncated, LimitReached."""
    limit = len(octets) if end is None else end
    if walk is not None:
        walk.elements -= 1
        if walk.elements < 0:
            raise LimitReached("asn1_elements")
    if not 0 <= start < limit:
        raise Truncated(f"no value at {start}")
    tag, position = octets[start], start + 1
    if tag & 0x1F == 0x1F:
        tag, position = _long_identifier(octets, start, limit)
    if position >= limit:
        raise Truncated(f"no length at {position}")
    first = octets[position]
    position += 1
    if first < 0x80:
        stop = position + first
    elif first == 0x80:
        if walk is None or not octets[start] & CONSTRUCTED:
            raise Malformed(f"indefinite length at {start}")
        end = _end_of_contents(octets, position, limit, walk)
        return Element(octets, tag, start, position, end, end + 2, walk)
    else:
        count = first & 0x7F
        if count > 8 or position + count > limit:
            raise Malformed(f"length of {count} octets at {position}")
        length = int.from_bytes(octets[position : position + count], "big")
        if walk is not None and (length < 0x80 or length >> (8 * (count - 1)) == 0):
            walk.irregular = True
        position += count
        stop = position + length
    if stop > limit:
        raise Truncated(f"value at {start} ends at {stop}, behind {limit}")
    return Element(octets, tag, start, position, stop, stop, walk)


def _long_identifier(octets: bytes, start: int, limit: int) -> tuple[int, int]:
    tag = octets[start]
    for position in range(start + 1, min(start + 5, limit)):
        tag = tag << 8 | octets[position]
        if not octets[position] & 0x80:
            return tag, position + 1
    raise Malformed(f"tag number too long at {start}")


def _end_of_contents(octets: bytes, position: int, limit: int, walk: Walk) -> int:
    """Where the end-of-contents octets stand that close the contents at `position`. Raises Malformed, LimitReached."""
    walk.irregular = True
    if walk.depth <= 0:
        raise LimitReached("asn1_depth")
    walk.depth -= 1
    try:
        while octets[position : min(position + 2, limit)] != b"\x00\x00":
            position = read(octets, position, limit, walk).stop
    finally:
        walk.depth += 1
    return position


def header(tag: int, length: int) -> bytes:
    """Identifier octet and minimal definite length (X.690, 10.1)."""
    if length < 0x80:
        return bytes((tag, length))
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets


def wrap(tag: int, content: bytes) -> bytes:
    """A value of a one-octet tag with a definite length."""
    return header(tag, len(content)) + content


def definite(element: Element, depth: int = INDEFINITE_DEPTH) -> bytes:
    """The value with indefinite lengths made definite and constructed strings made one; all else octet by octet as it was.

    Raises Malformed, LimitReached.
    """
    made = _made_definite(element, depth)
    return element.raw if made is None else made


def _made_definite(element: Element, depth: int) -> bytes | None:
    """None where the value stays as it is, as nearly every one does."""
    if depth <= 0:
        raise LimitReached("asn1_depth")
    first = element.octets[element.start]
    if not first & CONSTRUCTED:
        return None
    try:
        children = element.children()
        made = [_made_definite(child, depth - 1) for child in children]
    except Malformed:
        if element.indefinite:
            raise
        return None  # a definite length around something that is no ASN.1: leave it alone
    strings = element.tag == OCTET_STRING | CONSTRUCTED
    if not strings and not element.indefinite and not any(made):
        return None
    parts = [part or child.raw for child, part in zip(children, made, strict=True)]
    if strings:
        return wrap(OCTET_STRING, b"".join(read(part).value for part in parts))
    if first & 0x1F == 0x1F:
        raise Malformed(f"tag {element.tag:#x} with an indefinite length at {element.start}")
    return wrap(first, b"".join(parts))


def string_octets(element: Element, depth: int = INDEFINITE_DEPTH) -> bytes:
    """The octets of an OCTET STRING, constructed or not. Raises Malformed, LimitReached."""
    if element.tag == OCTET_STRING:
        return element.value
    if element.tag != OCTET_STRING | CONSTRUCTED:
        raise Malformed(f"tag {element.tag:#x} is no OCTET STRING")
    if depth <= 0:
        raise LimitReached("asn1_depth")
    if element.walk is not None:
        element.walk.irregular = True
    return b"".join(string_octets(child, depth - 1) for child in element.iterate())


INTEGER_OCTETS: Final = 512
"""The longest INTEGER read: Python refuses to print numbers beyond 4,300 digits, and serial numbers have 20 octets."""


def integer(element: Element) -> int:
    """Raises Malformed."""
    if element.tag != INTEGER or not 0 < element.end - element.content <= INTEGER_OCTETS:
        raise Malformed(f"no INTEGER at {element.start}")
    return int.from_bytes(element.value, "big", signed=True)


def bit_string(element: Element) -> bytes:
    """The octets of a BIT STRING without unused bits. Raises Malformed."""
    value = element.expect(BIT_STRING).value
    if not value or value[0] != 0:
        raise Malformed(f"no whole octets in the BIT STRING at {element.start}")
    return value[1:]


def object_identifier(element: Element) -> str:
    """In dotted form. Raises Malformed."""
    return dotted(element.expect(OBJECT_IDENTIFIER).value)


@lru_cache(maxsize=1024)
def dotted(content: bytes) -> str:
    """An OBJECT IDENTIFIER's content octets in dotted form (X.690, 8.19). Raises Malformed."""
    if not content or len(content) > 64 or content[-1] & 0x80:
        raise Malformed("object identifier")
    arcs: list[int] = []
    value = 0
    for octet in content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    root = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (root, arcs[0] - 40 * root, *arcs[1:]))


def encoded_oid(oid: str) -> bytes:
    """A dotted OBJECT IDENTIFIER as DER."""
    first, second, *rest = (int(arc) for arc in oid.split("."))
    content = bytearray()
    for arc in (40 * first + second, *rest):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        content += bytes(reversed(septets))
    return wrap(OBJECT_IDENTIFIER, bytes(content))


def moment(element: Element) -> datetime:
    """UTCTime or GeneralizedTime in UTC (RFC 5280, 4.1.2.5), with fractions and offsets where they stand. Raises Malformed."""
    try:
        text = element.value.decode("ascii")
        if element.tag == 0x17:
            year = int(text[:2])
            text = f"{1900 + year if year >= 50 else 2000 + year}{text[2:]}"
        elif element.tag != 0x18:
            raise Malformed(f"no time at {element.start}")
        return _moment(text)
    except (ValueError, OverflowError) as error:
        raise Malformed(f"time {element.value[:32]!r}") from error


def _moment(text: str) -> datetime:
    offset = timedelta()
    if text.endswith("Z"):
        text = text[:-1]
    elif len(text) > 5 and text[-5] in "+-":
        sign = -1 if text[-5] == "-" else 1
        offset = sign * timedelta(hours=int(text[-4:-2]), minutes=int(text[-2:]))
        text = text[:-5]
    else:
        raise Malformed("a time without Z")
    whole, _, fraction = text.replace(",", ".").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) in {12, 14}) or (fraction and not fraction.isdigit()):
        raise Malformed("a time of another form")
    parts = [int(whole[:4])] + [int(whole[at : at + 2]) for at in range(4, len(whole), 2)]
    microseconds = int(fraction[:6].ljust(6, "0")) if fraction else 0
    year, month, day, hour, minute, second = (*parts, 0)[:6]
    return datetime(year, month, day, hour, minute, second, microseconds, timezone(offset)).astimezone(UTC)
