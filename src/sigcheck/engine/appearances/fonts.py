"""Fonts as far as reading needs them (ISO 32000-2, 9.6, 9.7 and 9.10): the text and the width of each code.

Text comes from ToUnicode, else from an encoding whose glyph names are letters. Font programs are not opened: what they alone
could say is unmapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from sigcheck.engine.appearances.allowance import Allowance
from sigcheck.engine.appearances.cmaps import Code, CodeTable, code_at, means_something, read_cmap
from sigcheck.engine.pdf.objects import LimitReached, Name, PdfDamaged, PdfObject, Reference, Stream
from sigcheck.engine.pdf.pdffile import PdfFile, XrefEntry

Places = tuple[XrefEntry | None, XrefEntry | None]
"""Where an object lies, and where the object stream that holds it does."""

TWO_OCTETS = ((b"\0\0", b"\xff\xff"),)
ONE_OCTET = ((b"\0", b"\xff"),)
SPACE = 0x20
"""The code of one octet to which word spacing applies (9.3.3)."""

USUAL_WIDTH = 0.5
"""Of a glyph whose font does not say, in ems; no answer rests on it but where a space is."""

MOST_HOPS = 32
"""References in a row that are followed to a value."""

MOST_WIDTHS = 70_000
"""Widths taken from one font."""

FONT_COST, WIDTHS_AT_COST = 100, 8
"""What reading a font costs, in operators, and widths that cost as much as one."""

_SUBSET = re.compile(r"[A-Z]{6}\+")
_LEGACY = re.compile(r"\.?Vn[A-Z3]|VNI[-A-Z]", re.ASCII)
"""Fonts of the Vietnamese code pages TCVN 3 and VNI, which draw Vietnamese letters for codes that claim to be Latin-1."""
_UNICODE_CMAP = re.compile(r"Uni(?:GB|CNS|JIS|KS|JIS2004|JISX0213)-(?:UCS2|UTF16)-(?:HW-)?[HV]")
_PICTORIAL = frozenset({"Symbol", "ZapfDingbats"})
_SYMBOLIC = 1 << 2
"""Bit 3 of the flags of a font descriptor (Table 121)."""


class Glyph(Struct, frozen=True):
    """One code that is shown: its text, or None without a mapping; its width in ems; whether word spacing applies (9.3.3)."""

    text: str | None
    width: float
    is_space: bool


class Font(Struct, frozen=True):
    """How to read strings shown in one font."""

    letters: Mapping[Code, str] = field(default_factory=dict)
    spaces: tuple[tuple[bytes, bytes], ...] = ONE_OCTET
    widths: Mapping[int, float] = field(default_factory=dict)
    usual_width: float = USUAL_WIDTH
    legacy: bool = False
    utf16: bool = False
    """The codes are UTF-16 themselves."""

    def glyphs(self, octets: bytes) -> Iterator[Glyph]:
        if self.spaces == ONE_OCTET:
            for value in octets:
                yield Glyph(self._text(1, value), self.widths.get(value, self.usual_width), value == SPACE)
            return
        position = 0
        while position < len(octets):
            code = code_at(octets, position, self.spaces)
            position += len(code)
            value = int.from_bytes(code, "big")
            yield Glyph(self._text(len(code), value), self.widths.get(value, self.usual_width), code == b" ")

    def _text(self, length: int, value: int) -> str | None:
        text = self.letters.get((length, value))
        if text is None and self.utf16 and length == 2 and not 0xD800 <= value < 0xE000 and means_something(chr(value)):
            text = chr(value)
        if text is not None and self.legacy and any("\x80" <= character <= "\xff" for character in text):
            return None
        return text


UNKNOWN_FONT = Font()
"""Of a font that the resources do not hold: nothing is known of its codes."""


class FontReader(Struct):
    """Reads the fonts of one revision; damaged parts count as absent."""

    pdf: PdfFile
    revision: int
    allowance: Allowance
    visited: set[int] = field(default_factory=set)
    """Objects that were read."""

    def read(self, written: PdfObject) -> Font:
        """The font of a resource dictionary. Raises TimeSpent only."""
        node = self._resolved(written)
        if not isinstance(node, dict):
            return UNKNOWN_FONT
        base = _SUBSET.sub("", self._name(node, "BaseFont") or "", count=1)
        font = self._composite(node) if self._name(node, "Subtype") == "Type0" else self._simple(node, base)
        self.allowance.budget.left -= FONT_COST + len(font.widths) // WIDTHS_AT_COST
        return replace(font, legacy=True) if _LEGACY.match(base) else font

    def _composite(self, node: dict[str, PdfObject]) -> Font:
        """A Type0 font (9.7.6): an encoding CMap cuts strings into codes, ToUnicode says their text."""
        unicode = self._table(node)
        encoding = self._value(node, "Encoding")
        spaces: tuple[tuple[bytes, bytes], ...] = TWO_OCTETS
        if isinstance(encoding, Stream):
            spaces = tuple(self._cmap(encoding).spaces) or spaces
        elif not str(encoding).startswith(("Identity", "Uni")) and unicode.spaces:
            spaces = tuple(unicode.spaces)
        descendants = self._value(node, "DescendantFonts")
        descendant = self._resolved(descendants[0]) if isinstance(descendants, list) and descendants else None
        widths, usual = self._composite_widths(descendant if isinstance(descendant, dict) else {})
        utf16 = isinstance(encoding, Name) and _UNICODE_CMAP.fullmatch(encoding) is not None
        return Font(unicode.letters, spaces, widths if str(encoding).startswith("Identity") else {}, usual, utf16=utf16)

    def _composite_widths(self, node: dict[str, PdfObject]) -> tuple[dict[int, float], float]:
        """/W and /DW in ems by glyph (9.7.4.3)."""
        default = self._value(node, "DW")
        listed = self._value(node, "W")
        items = [self._resolved(item) for item in listed[:MOST_WIDTHS]] if isinstance(listed, list) else []
        self.allowance.budget.left -= len(items) // WIDTHS_AT_COST  # whatever comes of them
        widths: dict[int, float] = {}
        position, left = 0, MOST_WIDTHS
        while position + 1 < len(items) and left > 0:
            first, second = items[position], items[position + 1]
            if isinstance(first, int) and isinstance(second, list):
                known = [width for width in second[:left] if isinstance(width, (int, float))]
                widths |= {first + place: float(width) / 1000 for place, width in enumerate(known)}
                position, left = position + 2, left - len(known) - 1
                continue
            third = items[position + 2] if position + 2 < len(items) else None
            if isinstance(first, int) and isinstance(second, int) and isinstance(third, (int, float)):
                count = min(second - first + 1, left)
                widths |= dict.fromkeys(range(first, first + count), float(third) / 1000)
                left -= max(count, 0)
            position += 3
        return widths, float(default) / 1000 if isinstance(default, (int, float)) else 1.0

    def _simple(self, node: dict[str, PdfObject], base: str) -> Font:
        """A simple font (9.6): one octet a code; ToUnicode first, then the encoding."""
        letters = self._encoding(node, base) | self._table(node).letters
        first, listed = self._value(node, "FirstChar"), self._value(node, "Widths")
        scale = 1000.0
        if self._name(node, "Subtype") == "Type3":  # glyph space is the font's own (9.6.4)
            matrix = self._value(node, "FontMatrix")
            wide = matrix[0] if isinstance(matrix, list) and matrix else None
            scale = 1 / wide if isinstance(wide, (int, float)) and 1e-6 < abs(wide) < 1e6 else scale
        widths: dict[int, float] = {}
        if isinstance(first, int) and isinstance(listed, list):
            for code, width in enumerate(map(self._resolved, listed[:256]), first):
                if isinstance(width, (int, float)) and width > 0:
                    widths[code] = float(width) / scale
        descriptor = self._value(node, "FontDescriptor")
        missing = self._value(descriptor, "MissingWidth") if isinstance(descriptor, dict) else None
        usual = float(missing) / scale if isinstance(missing, (int, float)) and missing > 0 else USUAL_WIDTH
        return Font(letters, ONE_OCTET, widths, usual)

    def _encoding(self, node: dict[str, PdfObject], base: str) -> dict[Code, str]:
        """The letters by code of one octet, as far as names say them: a predefined encoding, and /Differences from it (9.6.5)."""
        from sigcheck.engine.appearances.glyph_names import base_encoding, letter_of  # noqa: PLC0415 - most stamps need no names

        encoding = self._value(node, "Encoding")
        if isinstance(encoding, Name):
            return base_encoding(encoding)
        parts = encoding if isinstance(encoding, dict) else {}
        named = self._name(parts, "BaseEncoding")
        letters = dict(base_encoding(named or ("" if self._has_own_encoding(node, base) else "StandardEncoding")))
        differences = self._value(parts, "Differences")
        code = 0
        for item in map(self._resolved, differences[:512] if isinstance(differences, list) else []):
            if isinstance(item, Name):
                letter = letter_of(item)
                letters.pop((1, code), None)
                if letter is not None and means_something(letter):
                    letters[1, code] = letter
                code += 1
            elif isinstance(item, int):
                code = item
        return letters

    def _has_own_encoding(self, node: dict[str, PdfObject], base: str) -> bool:
        """Whether the font program, which is not opened, has an encoding of its own: embedded, symbolic, pictorial, Type 3."""
        descriptor = self._value(node, "FontDescriptor")
        if not isinstance(descriptor, dict):
            return base in _PICTORIAL or self._name(node, "Subtype") == "Type3"
        flags = self._value(descriptor, "Flags")
        embedded = any(key in descriptor for key in ("FontFile", "FontFile2", "FontFile3"))
        return embedded or base in _PICTORIAL or (isinstance(flags, int) and bool(flags & _SYMBOLIC))

    def _table(self, node: dict[str, PdfObject]) -> CodeTable:
        stream = self._value(node, "ToUnicode")
        return self._cmap(stream) if isinstance(stream, Stream) else CodeTable()

    def _cmap(self, stream: Stream) -> CodeTable:
        try:
            return read_cmap(self.allowance.decoded(stream), self.allowance.budget)
        except (PdfDamaged, LimitReached):
            return CodeTable()

    def _value(self, node: Mapping[str, PdfObject], key: str) -> PdfObject:
        return self._resolved(node.get(key))

    def _name(self, node: Mapping[str, PdfObject], key: str) -> str | None:
        found = self._value(node, key)
        return str(found) if isinstance(found, Name) else None

    def _resolved(self, value: PdfObject) -> PdfObject:
        try:
            for _ in range(MOST_HOPS):
                if not isinstance(value, Reference):
                    return value
                self.visited.add(value.number)
                value = self.pdf.get(value, self.revision)
        except (PdfDamaged, LimitReached):
            pass
        return None

    def places(self, number: int) -> Places:
        """Where an object lies, and where the object stream that holds it does."""
        entry = self.pdf.entry(number, self.revision)
        inside = entry is not None and entry.kind == "compressed"
        return entry, self.pdf.entry(entry.offset, self.revision) if entry is not None and inside else None


def remembered_font(written: PdfObject, reader: FontReader) -> Font:
    """The font, read again only where a part of it lies elsewhere than before: a later revision may give it other tables.

    Raises TimeSpent only.
    """
    if not isinstance(written, Reference):
        return reader.read(written)
    fonts = reader.allowance.fonts
    known = fonts.get(written)
    if known is not None and all(reader.places(number) == places for number, places in known[1].items()):
        return known[0]
    font = reader.read(written)
    fonts[written] = font, {number: reader.places(number) for number in sorted(reader.visited)}
    return font
