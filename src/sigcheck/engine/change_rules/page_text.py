"""Where the content of a page shows text and images (ISO 32000-2, 8 and 9): boxes enough to say what an annotation would cover.

Glyphs count as half an em wide; no font is read and nothing is clipped.
"""

from __future__ import annotations

from msgspec import Struct, field

from sigcheck.engine.pdf.content import INLINE_IMAGE, UNIT, Budget, Matrix, matrix_of, moved, numbers_in, operations, product
from sigcheck.engine.pdf.lexer import Incomplete
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject, Reference, Stream, String
from sigcheck.engine.pdf.pdffile import PdfFile

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in the page's own units."""

MOST_OPERATORS = 500_000
"""Operators of one page; a page of text has some thousands, a map some hundred thousands."""

_DEEPEST_FORM = 6
"""Form XObjects inside form XObjects that are followed; signature appearances have four levels, pages one or two."""


class Shown(Struct, frozen=True):
    """What a page's content shows."""

    texts: tuple[Box, ...]
    images: tuple[Box, ...]


class _Painter(Struct):
    """The graphics state that matters here (8.4.1 and 9.3), and what was painted."""

    pdf: PdfFile
    revision: int
    matrix: Matrix = UNIT
    saved: list[Matrix] = field(default_factory=list)
    text: Matrix = UNIT
    line: Matrix = UNIT
    size: float = 1.0
    leading: float = 0.0
    wide: bool = False
    """The font has two octets a glyph (9.7)."""
    budget: Budget = field(default_factory=lambda: Budget(MOST_OPERATORS))
    texts: list[Box] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)


def shown_on(pdf: PdfFile, page: Reference, revision: int) -> Shown | None:
    """Boxes of the texts and images that the page's content shows; None when it cannot be followed to its end."""
    node = pdf.resolve(page, revision)
    if not isinstance(node, dict):
        return None
    content = pdf.resolve(node.get("Contents"), revision)
    parts = [pdf.resolve(part, revision) for part in (content if isinstance(content, list) else [content])]
    painter = _Painter(pdf, revision)
    try:
        octets = b"\n".join(part.decoded() for part in parts if isinstance(part, Stream))
        _follow(painter, octets, _resources(pdf, node, revision), 0)
    except (Incomplete, PdfDamaged, LimitReached, OverflowError):
        return None
    return Shown(tuple(painter.texts), tuple(painter.images))


def _resources(pdf: PdfFile, node: dict[str, PdfObject], revision: int) -> dict[str, PdfObject]:
    """A page's resources, inherited if need be (7.7.3.4)."""
    for _ in range(pdf.limits.object_depth):
        resources = pdf.resolve(node.get("Resources"), revision)
        if isinstance(resources, dict):
            return resources
        parent = pdf.resolve(node.get("Parent"), revision)
        if not isinstance(parent, dict):
            break
        node = parent
    return {}


def _named(painter: _Painter, resources: dict[str, PdfObject], kind: str, operands: list[PdfObject]) -> PdfObject:
    """The resource of a kind that the first operand names."""
    names = painter.pdf.resolve(resources.get(kind), painter.revision)
    found = names.get(str(operands[0])) if isinstance(names, dict) and operands else None
    return painter.pdf.resolve(found, painter.revision)


def _follow(painter: _Painter, octets: bytes, resources: dict[str, PdfObject], depth: int) -> None:
    """Run the operators of a content stream. Raises LimitReached beyond MOST_OPERATORS; Incomplete, PdfDamaged."""
    for operator, operands in operations(octets, painter.budget):
        if operator == INLINE_IMAGE:
            painter.images.append(_box(painter.matrix, 1.0, 1.0))
        elif operator == b"Do":
            _external(painter, _named(painter, resources, "XObject", operands), resources, depth)
        elif operator == b"Tf":
            numbers = numbers_in(operands)
            font = _named(painter, resources, "Font", operands)
            painter.size = numbers[-1] if numbers else painter.size
            painter.wide = isinstance(font, dict) and font.get("Subtype") == "Type0"
        else:
            _operate(painter, operator, operands)


def _external(painter: _Painter, drawn: PdfObject, resources: dict[str, PdfObject], depth: int) -> None:
    """An image, or a form XObject, whose content is followed (8.10)."""
    if not isinstance(drawn, Stream):
        return
    if drawn.dictionary.get("Subtype") != "Form":
        painter.images.append(_box(painter.matrix, 1.0, 1.0))
        return
    if depth >= _DEEPEST_FORM:
        raise LimitReached("object_depth", "form XObjects")
    outside = painter.matrix, painter.saved
    own = painter.pdf.resolve(drawn.dictionary.get("Matrix"), painter.revision)
    numbers = numbers_in(own) if isinstance(own, list) else []
    painter.matrix = product(matrix_of(numbers), painter.matrix) if len(numbers) == 6 else painter.matrix
    painter.saved = []
    inner = painter.pdf.resolve(drawn.dictionary.get("Resources"), painter.revision)
    _follow(painter, drawn.decoded(), inner if isinstance(inner, dict) else resources, depth + 1)
    painter.matrix, painter.saved = outside


def _operate(painter: _Painter, operator: bytes, operands: list[PdfObject]) -> None:
    numbers = numbers_in(operands)
    if operator == b"q":
        painter.saved.append(painter.matrix)
    elif operator == b"Q" and painter.saved:
        painter.matrix = painter.saved.pop()
    elif operator == b"cm" and len(numbers) == 6:
        painter.matrix = product(matrix_of(numbers), painter.matrix)
    elif operator == b"BT":
        painter.text = painter.line = UNIT
    elif operator == b"TL" and numbers:
        painter.leading = numbers[0]
    elif operator in (b"Td", b"TD") and len(numbers) == 2:
        painter.leading = -numbers[1] if operator == b"TD" else painter.leading
        _next_line(painter, numbers[0], numbers[1])
    elif operator == b"Tm" and len(numbers) == 6:
        painter.text = painter.line = matrix_of(numbers)
    elif operator in (b"T*", b"'", b'"'):
        _next_line(painter, 0.0, -painter.leading)
    if operator in (b"Tj", b"TJ", b"'", b'"'):
        for value in operands:
            _show(painter, value)


def _next_line(painter: _Painter, right: float, up: float) -> None:
    painter.text = painter.line = moved(right, up, painter.line)


def _show(painter: _Painter, value: PdfObject) -> None:
    """Show a string, or an array of strings and of moves in thousandths (9.4.3)."""
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, String):
            width = 0.5 * (len(part) / 2 if painter.wide else len(part)) * painter.size
            if part.strip():
                painter.texts.append(_box(product(painter.text, painter.matrix), width, painter.size))
            painter.text = moved(width, 0.0, painter.text)
        elif isinstance(part, (int, float)) and isinstance(value, list):
            painter.text = moved(-part / 1000 * painter.size, 0.0, painter.text)


def _box(matrix: Matrix, width: float, height: float) -> Box:
    a, b, c, d, e, f = matrix
    right = [e, e + a * width, e + c * height, e + a * width + c * height]
    up = [f, f + b * width, f + d * height, f + b * width + d * height]
    return min(right), min(up), max(right), max(up)


def covers(box: Box, shown: Shown) -> bool:
    """The box lies over half the height of some text and over a letter of it, or over half of an image."""
    for left, bottom, right, top in shown.texts:
        wide, high = min(box[2], right) - max(box[0], left), min(box[3], top) - max(box[1], bottom)
        if high >= 0.5 * (top - bottom) and wide > 0 and wide >= min(0.5 * (top - bottom), 0.5 * (right - left)):
            return True
    for left, bottom, right, top in shown.images:
        wide, high = min(box[2], right) - max(box[0], left), min(box[3], top) - max(box[1], bottom)
        if wide > 0 and high > 0 and wide * high >= 0.5 * (right - left) * (top - bottom):
            return True
    return False
