"""Small PDFs written by hand, revision by revision, so that a test states exactly which bytes it is about."""

from __future__ import annotations

from dataclasses import dataclass, field

from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf
from sigcheck.engine.reader import read_document
from sigcheck.facts import DocumentFacts

RANGE = b"/ByteRange [0 1111111111 2222222222 3333333333]"
SIGNED = b"\x30\x03\x02\x01\x05"
"""What stands for a CMS object here: DER, but no signature."""


def signature(
    contents: bytes = SIGNED, *, more: bytes = b"", sub_filter: bytes = b"/adbe.pkcs7.detached", room: int = 16
) -> bytes:
    """A signature dictionary whose ByteRange `SmallPdf.sign` fills in."""
    digits = contents.hex().encode().ljust(2 * room, b"0")
    return b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter %s %s /Contents <%s> %s>>" % (sub_filter, RANGE, digits, more)


def catalog(*fields: int) -> bytes:
    listed = b" ".join(b"%d 0 R" % number for number in fields)
    return b"<</Type /Catalog /Pages 2 0 R /AcroForm <</SigFlags 3 /Fields [%s]>>>>" % listed


def page(*annotations: int) -> bytes:
    listed = b" ".join(b"%d 0 R" % number for number in annotations)
    return b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [%s]>>" % listed


def field_of(value: bytes, *, name: bytes = b"Signature1", more: bytes = b"") -> bytes:
    """A signature field merged with its widget."""
    return b"<</FT /Sig /T (%s) /V %s /Type /Annot /Subtype /Widget /Rect [10 20 110 60] /P 3 0 R %s>>" % (name, value, more)


PAGES = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"


@dataclass
class SmallPdf:
    """A PDF in the making, with classic cross-reference tables."""

    content: bytearray = field(default_factory=lambda: bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"))
    previous: int | None = None
    highest: int = 0

    def revision(self, objects: dict[int, bytes], *, free: tuple[int, ...] = (), ending: bytes = b"%%EOF\n") -> SmallPdf:
        """Append objects, their cross-reference section and trailer."""
        offsets: dict[int, int | None] = dict.fromkeys(free)
        if self.previous is None:
            offsets[0] = None
        for number, text in sorted(objects.items()):
            offsets[number] = len(self.content)
            self.content += b"%d 0 obj\n%s\nendobj\n" % (number, text)
        at = len(self.content)
        self.content += b"xref\n"
        for number, offset in sorted(offsets.items()):
            entry = b"0000000000 65535 f \n" if offset is None else b"%010d 00000 n \n" % offset
            self.content += b"%d 1\n%s" % (number, entry)
        self.highest = max(self.highest, *offsets)
        before = b"" if self.previous is None else b" /Prev %d" % self.previous
        self.content += b"trailer\n<</Size %d /Root 1 0 R%s>>\nstartxref\n%d\n%s" % (self.highest + 1, before, at, ending)
        self.previous = at
        return self

    def sign(self, *, end: int | None = None) -> SmallPdf:
        """Fill in the last ByteRange: everything up to `end` (here: the end) but the /Contents token of its dictionary."""
        at = self.content.rindex(RANGE)
        opening = self.content.index(b"/Contents <", at) + len(b"/Contents ")
        closing = self.content.index(b">", opening) + 1
        return self.write_range(0, opening, closing, (len(self.content) if end is None else end) - closing)

    def write_range(self, *numbers: int) -> SmallPdf:
        """Put these numbers in the last ByteRange that is still open, in the same room."""
        at = self.content.rindex(RANGE)
        text = b"/ByteRange [%s]" % b" ".join(b"%d" % number for number in numbers)
        assert len(text) <= len(RANGE)
        self.content[at : at + len(RANGE)] = text.ljust(len(RANGE))
        return self

    def opened(self) -> PdfFile:
        found = open_pdf(MemorySource(bytes(self.content)))
        assert isinstance(found, PdfFile)
        return found

    def read(self) -> DocumentFacts:
        facts = read_document(self.opened())
        assert isinstance(facts, DocumentFacts), facts
        return facts


def one_signature(sig: bytes | None = None, *, ending: bytes = b"%%EOF\n") -> SmallPdf:
    """One revision: page 3, field 4, signature dictionary 5; not signed yet."""
    objects = {1: catalog(4), 2: PAGES, 3: page(4), 4: field_of(b"5 0 R"), 5: signature() if sig is None else sig}
    return SmallPdf().revision(objects, ending=ending)


def unsigned() -> SmallPdf:
    return SmallPdf().revision({1: b"<</Type /Catalog /Pages 2 0 R>>", 2: PAGES, 3: page()})
