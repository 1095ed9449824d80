"""PDFs written by hand whose cross-references can be anything: streams, hybrids, linearized files, and damaged ones."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf
from sigcheck.facts import Unreadable

CATALOG = b"<</Type /Catalog /Pages 2 0 R>>"
PAGES = b"<</Type /Pages /Kids [] /Count 0>>"


@dataclass
class MadePdf:
    """A file in the making; each method writes its part at the end and remembers where objects stand."""

    content: bytearray = field(default_factory=lambda: bytearray(b"%PDF-1.7\n"))
    offsets: dict[int, int] = field(default_factory=dict)
    shift: int = 0
    """Taken from every offset that is written: bytes before the header in a file that counts from it."""

    @property
    def end(self) -> int:
        return len(self.content)

    def put(self, text: bytes) -> int:
        """Write bytes and tell where."""
        at = self.end
        self.content += text
        return at

    def object(self, number: int, text: bytes, generation: int = 0) -> int:
        self.offsets[number] = self.put(b"%d %d obj\n%s\nendobj\n" % (number, generation, text))
        return self.offsets[number]

    def stream(self, number: int, octets: bytes, terms: bytes = b"") -> int:
        return self.object(number, b"<<%s /Length %d>>\nstream\n%s\nendstream" % (terms, len(octets), octets))

    def object_stream(self, number: int, texts: dict[int, bytes], terms: bytes = b"") -> int:
        """An object stream (7.5.7), deflated."""
        head, body = b"", b""
        for inner, text in texts.items():
            head += b"%d %d " % (inner, len(body))
            body += text + b" "
        wanted = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode %s" % (len(texts), len(head), terms)
        return self.stream(number, zlib.compress(head + body), wanted)

    def table(self, rows: dict[int, tuple[int, int, bytes]], trailer: bytes) -> int:
        """A cross-reference table with one subsection for each row (offset, generation, n or f), and a trailer."""
        at = self.put(b"xref\n")
        for number, (offset, generation, kind) in sorted(rows.items()):
            self.put(b"%d 1\n%010d %05d %s \n" % (number, offset - (self.shift if kind == b"n" else 0), generation, kind))
        self.put(b"trailer\n<<%s>>\n" % trailer)
        return at

    def xref_stream(self, number: int, rows: dict[int, tuple[int, int, int]], trailer: bytes, own: bool = True) -> int:
        """A cross-reference stream of rows (type, second, third field), with the up-predictor as writers use it."""
        at = self.end
        if own:
            rows = {**rows, number: (1, at, 0)}
        fields = [bytes([kind]) + second.to_bytes(4, "big") + third.to_bytes(2, "big") for kind, second, third in rows.values()]
        above = bytes(7)
        predicted = b""
        for row in fields:
            predicted += b"\x02" + bytes((octet - upper) & 255 for octet, upper in zip(row, above, strict=True))
            above = row
        index = b" ".join(b"%d 1" % listed for listed in rows)
        parameters = b"/Filter /FlateDecode /DecodeParms <</Predictor 12 /Columns 7>>"
        terms = b"/Type /XRef /W [1 4 2] /Index [%s] %s %s" % (index, parameters, trailer)
        self.stream(number, zlib.compress(predicted), terms)
        return at

    def ending(self, at: int, marker: bytes = b"%%EOF\n") -> MadePdf:
        self.put(b"startxref\n%d\n%s" % (at - self.shift, marker))
        return self

    def update(self, objects: dict[int, bytes], trailer: bytes = b"", marker: bytes = b"%%EOF\n") -> int:
        """One revision with a table of these objects; where the table stands."""
        rows = {number: (self.object(number, text), 0, b"n") for number, text in objects.items()}
        at = self.table(rows, b"/Size 99 /Root 1 0 R " + trailer)
        self.ending(at, marker)
        return at

    def opened(self, password: str | None = None, limits: Limits = DEFAULT_LIMITS) -> PdfFile:
        found = open_pdf(MemorySource(bytes(self.content)), password=password, limits=limits)
        assert isinstance(found, PdfFile), found
        return found

    def refused(self, password: str | None = None, limits: Limits = DEFAULT_LIMITS) -> Unreadable:
        found = open_pdf(MemorySource(bytes(self.content)), password=password, limits=limits)
        assert isinstance(found, Unreadable)
        return found


def simple(extra: dict[int, bytes] | None = None, marker: bytes = b"%%EOF\n") -> MadePdf:
    """One revision with a table: catalog 1, pages 2, and more."""
    made = MadePdf()
    made.update({1: CATALOG, 2: PAGES, **(extra or {})}, marker=marker)
    return made


def streamed() -> MadePdf:
    made = MadePdf()
    made.object_stream(5, {1: CATALOG, 2: PAGES, 3: b"(within)"})
    rows = {0: (0, 0, 65535), 1: (2, 5, 0), 2: (2, 5, 1), 3: (2, 5, 2), 5: (1, made.offsets[5], 0)}
    return made.ending(made.xref_stream(6, rows, b"/Size 7 /Root 1 0 R"))


def linearized(words: bytes = b"/Linearized 1") -> MadePdf:
    made = MadePdf()
    made.object(9, b"<<%s>>" % words)
    first = made.end
    main = first + 300
    made.table({1: (main - 100, 0, b"n"), 9: (made.offsets[9], 0, b"n")}, b"/Size 10 /Root 1 0 R /Prev %d" % main)
    made.put(b"startxref\n0\n%%EOF\n")
    made.put(b" " * (main - 100 - made.end))
    made.object(1, CATALOG)
    made.object(2, PAGES)
    made.put(b" " * (main - made.end))
    made.table({0: (0, 65535, b"f"), 2: (made.offsets[2], 0, b"n")}, b"/Size 3")
    return made.ending(first)
