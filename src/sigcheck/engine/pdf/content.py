"""Content streams (ISO 32000-2, 7.8.2): operators with their operands, and the matrices among them (8.3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from sigcheck.engine.pdf.lexer import SKIP, WHITE, Incomplete, parse_object, read_number
from sigcheck.engine.pdf.objects import LimitReached, PdfObject

Matrix = tuple[float, float, float, float, float, float]

UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

INLINE_IMAGE = b"EI"
"""The operator that an inline image is given as, its data passed over."""

_PIECE = re.compile(
    SKIP
    + rb"(?:([A-Za-z'\"][A-Za-z0-9*]*+)|(-?[0-9]{1,10}(?:\.[0-9]{1,10})?)(?="
    + WHITE
    + rb")(?!"
    + WHITE
    + rb"++[0-9]{1,5}"
    + WHITE
    + rb"++R)|(\Z))"
)
"""An operator, an ordinary number that does not begin a reference, or the end; any other operand is left to parse_object."""
_INLINE_IMAGE_END = re.compile(rb"[\x00\t\n\x0c\r ]EI(?=[\x00\t\n\x0c\r ]|\Z)")
_DEEPEST_OPERAND = 8
_VALUES = (b"true", b"false", b"null")


class Budget(Struct):
    """Operators and operands that may still be read, and what else is as dear as one."""

    left: int

    def spend(self, amount: int) -> None:
        """Raises LimitReached."""
        self.left -= amount
        if self.left < 0:
            raise LimitReached("objects", "operators of a content stream")


def operations(octets: bytes, budget: Budget) -> Iterator[tuple[bytes, list[PdfObject]]]:
    """Operators in order, each with its operands; an inline image is one INLINE_IMAGE.

    Raises LimitReached beyond the budget, Incomplete where the octets end inside an object, PdfDamaged.
    """
    octets += b"\n"
    position, operands = 0, list[PdfObject]()
    while True:
        piece = _PIECE.match(octets, position)
        if piece is not None and piece[3] is not None:
            return
        budget.spend(1)
        if piece is not None and piece[2] is not None:
            operands.append(read_number(piece[2]))
            position = piece.end()
            continue
        if piece is None or piece[1] in _VALUES:
            value, position = parse_object(octets, position, base=None, complete=True, depth=_DEEPEST_OPERAND)
            operands.append(value)
            continue
        position = piece.end()
        name = piece[1]
        if name == b"ID":
            end = _INLINE_IMAGE_END.search(octets, position)
            if end is None:
                raise Incomplete
            name, position = INLINE_IMAGE, end.end()
        yield name, operands
        operands = []


def numbers_in(operands: list[PdfObject]) -> list[float]:
    """The numbers among operands, in order."""
    return [float(value) for value in operands if isinstance(value, (int, float))]


def matrix_of(numbers: list[float]) -> Matrix:
    """Six numbers as a matrix."""
    one, two, three, four, five, six = numbers
    return one, two, three, four, five, six


def product(inner: Matrix, outer: Matrix) -> Matrix:
    """What `inner` does first and `outer` then."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def moved(right: float, up: float, matrix: Matrix) -> Matrix:
    """`matrix` behind a move by so much in its own units."""
    return product((1.0, 0.0, 0.0, 1.0, right, up), matrix)
