"""Runs an appearance stream (ISO 32000-2, 8.10 and 9.4) as far as to say which text stands where, and what else is painted.

Colours are not followed: white text on white counts as shown. Text in an invisible rendering mode or outside the form's box does
not.
"""

from __future__ import annotations

import math

from msgspec import Struct, field
from msgspec.structs import replace

from sigcheck.engine.appearances.allowance import Allowance
from sigcheck.engine.appearances.fonts import UNKNOWN_FONT, Font, FontReader, remembered_font
from sigcheck.engine.pdf.content import INLINE_IMAGE, UNIT, Matrix, matrix_of, moved, numbers_in, operations, product
from sigcheck.engine.pdf.objects import LimitReached, Name, PdfObject, Stream, String
from sigcheck.engine.pdf.pdffile import PdfFile

MOST_GLYPHS = 20_000
"""Glyphs of one appearance; a page of text has 4,000, a stamp 200."""

MOST_FORMS = 200
"""Form XObjects run for one appearance, each as often as it is drawn: iText makes four, stamps with logos ten."""

DEEPEST_FORM = 12
"""Form XObjects inside form XObjects; iText's layers are three."""

DEEPEST_STATE = 1_000
"""Graphics states saved at once."""

_PAINTING = frozenset({b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"sh"})
CLIPPED = 7
"""Rendering mode that clips to the letters: whatever is painted next has their shape."""
_INVISIBLE = (3, CLIPPED)
"""Rendering modes that paint nothing (9.3.6, Table 104)."""

Clip = tuple[float, float, float, float]


class Run(Struct, frozen=True):
    """One string where it is shown: its start and its direction in the appearance's units."""

    text: str
    """U+FFFD stands for a code without a mapping."""
    x: float
    y: float
    right: tuple[float, float]
    """Along the baseline, of length 1."""
    width: float
    size: float
    """Height of an em."""


class _State(Struct, frozen=True):
    """The graphics and text state that q and Q keep (8.4.1, 9.3.1)."""

    matrix: Matrix = UNIT
    font: Font = UNKNOWN_FONT
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


class Painter(Struct):
    """The working place for one appearance, and what was found."""

    pdf: PdfFile
    revision: int
    allowance: Allowance
    runs: list[Run] = field(default_factory=list)
    unmapped: int = 0
    picture: bool = False
    drawing: bool = False
    unfollowed: bool = False
    """Text may be painted in a way that is not followed: a tiling pattern, a soft mask, an outline that is clipped to."""
    _state: _State = field(default_factory=_State)
    _saved: list[_State] = field(default_factory=list)
    _text: Matrix = UNIT
    _line: Matrix = UNIT
    _clip: Clip | None = None
    _glyphs: int = 0
    _forms: int = 0
    _fonts: dict[int, Font] = field(default_factory=dict)
    _written: list[dict[str, PdfObject]] = field(default_factory=list)
    """The font dictionaries that `_fonts` knows, held so that no other can take their place in memory."""

    def form(self, form: Stream, resources: dict[str, PdfObject], depth: int = 0) -> None:
        """Run a form XObject (8.10.1). Raises LimitReached, PdfDamaged, Incomplete, TimeSpent."""
        self.pdf.deadline.check()
        self._forms += 1
        if depth >= DEEPEST_FORM or self._forms > MOST_FORMS:
            raise LimitReached("object_depth", "form XObjects of an appearance")
        outside = self._state, self._saved, self._clip, self._text, self._line
        own = self._numbers(form.dictionary.get("Matrix"))
        if len(own) == 6:
            self._state = replace(self._state, matrix=product(matrix_of(own), self._state.matrix))
        self._saved = []
        self._narrow(self._numbers(form.dictionary.get("BBox")))
        inner = self.pdf.resolve(form.dictionary.get("Resources"), self.revision)
        self._run(self.allowance.decoded(form), inner if isinstance(inner, dict) else resources, depth)
        self._state, self._saved, self._clip, self._text, self._line = outside

    def _numbers(self, value: PdfObject) -> list[float]:
        found = self.pdf.resolve(value, self.revision)
        return numbers_in([self.pdf.resolve(item, self.revision) for item in found[:6]]) if isinstance(found, list) else []

    def _narrow(self, box: list[float]) -> None:
        """Clip to a form's box, as upright as its corners come to lie."""
        if len(box) != 4:
            return
        corners = [moved(x, y, self._state.matrix)[4:] for x in (box[0], box[2]) for y in (box[1], box[3])]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        bottom, top = min(y for _, y in corners), max(y for _, y in corners)
        if self._clip is not None:
            left, bottom = max(left, self._clip[0]), max(bottom, self._clip[1])
            right, top = min(right, self._clip[2]), min(top, self._clip[3])
        self._clip = left, bottom, right, top

    def _run(self, octets: bytes, resources: dict[str, PdfObject], depth: int) -> None:
        for operator, operands in operations(octets, self.allowance.budget):
            if operator == INLINE_IMAGE:
                self.picture = True
            elif operator in _PAINTING:
                self.drawing = True
            elif operator == b"Do":
                self._external(resources, operands, depth)
            elif operator == b"gs":
                self._graphics_state(resources, operands)
            elif operator in (b"scn", b"SCN"):
                self.unfollowed |= self._is_tiled(resources, operands)
            elif operator == b"Tf":
                self._set_font(resources, operands)
            elif operator in (b"Tj", b"TJ", b"'", b'"'):
                self._show_all(operator, operands)
            else:
                self._set(operator, numbers_in(operands))

    def _external(self, resources: dict[str, PdfObject], operands: list[PdfObject], depth: int) -> None:
        """An image, or a form XObject, which is run."""
        names = self.pdf.resolve(resources.get("XObject"), self.revision)
        drawn = self.pdf.resolve(names.get(str(operands[0])), self.revision) if isinstance(names, dict) and operands else None
        if isinstance(drawn, Stream) and drawn.dictionary.get("Subtype") == "Form":
            self.form(drawn, resources, depth + 1)
        elif isinstance(drawn, Stream):
            self.picture = True

    def _set_font(self, resources: dict[str, PdfObject], operands: list[PdfObject]) -> None:
        names = self.pdf.resolve(resources.get("Font"), self.revision)
        written = names.get(str(operands[0])) if isinstance(names, dict) and operands else None
        self._choose_font(written, operands)

    def _graphics_state(self, resources: dict[str, PdfObject], operands: list[PdfObject]) -> None:
        """Of a graphics state dictionary (8.4.5, Table 57): its font; what shows through a soft mask is not followed."""
        state = self._named(resources, "ExtGState", operands)
        if not isinstance(state, dict):
            return
        chosen = self.pdf.resolve(state.get("Font"), self.revision)
        if isinstance(chosen, list) and len(chosen) == 2:
            self._choose_font(chosen[0], [self.pdf.resolve(chosen[1], self.revision)])
        self.unfollowed |= isinstance(self.pdf.resolve(state.get("SMask"), self.revision), dict)

    def _is_tiled(self, resources: dict[str, PdfObject], operands: list[PdfObject]) -> bool:
        """Whether a colour is a tiling pattern, which is a content stream of its own (8.7.3)."""
        named = bool(operands) and isinstance(operands[-1], Name)
        return named and isinstance(self._named(resources, "Pattern", operands[-1:]), Stream)

    def _named(self, resources: dict[str, PdfObject], kind: str, operands: list[PdfObject]) -> PdfObject:
        names = self.pdf.resolve(resources.get(kind), self.revision)
        return self.pdf.resolve(names.get(str(operands[0])), self.revision) if isinstance(names, dict) and operands else None

    def _choose_font(self, written: PdfObject, operands: list[PdfObject]) -> None:
        font = self._fonts.get(id(written)) if isinstance(written, dict) else None
        if font is None:
            self.pdf.deadline.check()
            font = remembered_font(written, FontReader(self.pdf, self.revision, self.allowance))
            if isinstance(written, dict):  # a font that is no object of its own
                self._fonts[id(written)] = font
                self._written.append(written)
        numbers = numbers_in(operands)
        self._state = replace(self._state, font=font, size=numbers[-1] if numbers else self._state.size)

    def _set(self, operator: bytes, numbers: list[float]) -> None:
        state = self._state
        if operator == b"q" and len(self._saved) < DEEPEST_STATE:
            self._saved.append(state)
        elif operator == b"Q" and self._saved:
            self._state = self._saved.pop()
        elif operator == b"cm" and len(numbers) == 6:
            self._state = replace(state, matrix=product(matrix_of(numbers), state.matrix))
        elif operator == b"BT":
            self._text = self._line = UNIT
        elif operator == b"Tm" and len(numbers) == 6:
            self._text = self._line = matrix_of(numbers)
        elif operator in (b"Td", b"TD") and len(numbers) == 2:
            if operator == b"TD":
                self._state = replace(state, leading=-numbers[1])
            self._next_line(numbers[0], numbers[1])
        elif operator == b"T*":
            self._next_line(0.0, -state.leading)
        elif len(numbers) == 1 and operator in _TEXT_STATE:
            name, unit = _TEXT_STATE[operator]
            self._state = replace(state, **{name: numbers[0] / unit})
        elif operator == b"Tr" and len(numbers) == 1:
            self._state = replace(state, mode=int(numbers[0]))

    def _next_line(self, right: float, up: float) -> None:
        self._text = self._line = moved(right, up, self._line)

    def _show_all(self, operator: bytes, operands: list[PdfObject]) -> None:
        """The four operators that show text (9.4.3)."""
        if operator == b'"' and len(numbers := numbers_in(operands)) == 2:
            self._state = replace(self._state, word_spacing=numbers[0], spacing=numbers[1])
        if operator in (b"'", b'"'):
            self._next_line(0.0, -self._state.leading)
        shown = operands[-1] if operands else None
        for part in shown if isinstance(shown, list) else [shown]:
            if isinstance(part, String):
                self._show(part)
            elif isinstance(part, (int, float)):
                self._text = moved(-part / 1000 * self._state.size * self._state.scale, 0.0, self._text)

    def _show(self, octets: bytes) -> None:
        """One string: remember it where it is shown, and move on behind it."""
        self.allowance.budget.spend(len(octets))
        state, letters, unmapped, width = self._state, list[str](), 0, 0.0
        for glyph in state.font.glyphs(octets):
            self._glyphs += 1
            if self._glyphs > MOST_GLYPHS:
                raise LimitReached("objects", "glyphs of an appearance")
            letters.append("\ufffd" if glyph.text is None else glyph.text)
            unmapped += glyph.text is None
            width += (glyph.width * state.size + state.spacing + (state.word_spacing if glyph.is_space else 0.0)) * state.scale
        place = product(moved(0.0, state.rise, self._text), state.matrix)
        self._text = moved(width, 0.0, self._text)
        a, b, c, d, x, y = place
        along, up = math.hypot(a, b), math.hypot(c, d)
        sign = -1.0 if width < 0 else 1.0  # a negative font size in a matrix that is turned round reads forwards
        right = (sign * a / along, sign * b / along) if along else (1.0, 0.0)
        run = Run("".join(letters), x, y, right, abs(width) * along, abs(state.size) * up)
        self.unfollowed |= state.mode == CLIPPED and bool(run.text.strip())
        if run.text and state.mode not in _INVISIBLE and self._is_inside(run):
            self.runs.append(run)
            self.unmapped += unmapped

    def _is_inside(self, run: Run) -> bool:
        """Whether a part of the run lies in the form's box, give or take half an em. What is thinner than a hair is not shown."""
        if not all(map(math.isfinite, (run.x, run.y, run.width, run.size))) or run.size < 0.1 or run.width < 0.01:
            return False
        if self._clip is None:
            return True
        half = run.size / 2
        far = run.x + run.right[0] * run.width, run.y + run.right[1] * run.width
        left, bottom, right, top = self._clip
        sideways = min(run.x, far[0]) - half < right and max(run.x, far[0]) + half > left
        return sideways and min(run.y, far[1]) - half < top and max(run.y, far[1]) + run.size > bottom


_TEXT_STATE = {
    b"Tc": ("spacing", 1),
    b"Tw": ("word_spacing", 1),
    b"Tz": ("scale", 100),
    b"TL": ("leading", 1),
    b"Ts": ("rise", 1),
}
"""Operators with one number, and how it is counted (9.3.1, Table 103)."""
