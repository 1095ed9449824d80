"""A signed document of a few objects and incremental updates to it, written by hand so that a test states just its change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.changes import compare_revisions
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf
from sigcheck.engine.reader import read_document
from sigcheck.evidence import Change, ChangesUnknown
from sigcheck.facts import DocumentFacts

RANGE = b"/ByteRange [0 1111111111 2222222222 3333333333]"
FREE = None
"""In an update's objects: this number is freed."""


def signature(*, stamp: bool = False, more: bytes = b"") -> bytes:
    """A signature dictionary; its ByteRange is filled in when the revision is closed."""
    kind = b"/Type /DocTimeStamp /SubFilter /ETSI.RFC3161" if stamp else b"/Type /Sig /SubFilter /adbe.pkcs7.detached"
    return b"<<%s /Filter /Adobe.PPKLite %s /Contents <3003020105000000> %s>>" % (kind, RANGE, more)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(content), entries, content)


def form_xobject(content: bytes, entries: bytes = b"") -> bytes:
    return stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 100 20] " + entries)


def catalog(entries: bytes = b"", *, fields: bytes = b"4 0 R 9 0 R 20 0 R", form: bytes = b"") -> bytes:
    return b"<</Type /Catalog /Pages 2 0 R /AcroForm <</SigFlags 3 /Fields [%s] %s>> %s>>" % (fields, form, entries)


def page(annotations: bytes = b"4 0 R 9 0 R 11 0 R 20 0 R", entries: bytes = b"", *, resources: bytes = b"7 0 R") -> bytes:
    start = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 6 0 R /Resources %s" % resources
    return start + b" /Annots [%s] %s>>" % (annotations, entries)


def widget(name: bytes, kind: bytes = b"/Sig", *, box: bytes = b"[10 20 110 60]", more: bytes = b"") -> bytes:
    """A field merged with its widget."""
    return b"<</Type /Annot /Subtype /Widget /FT %s /T (%s) /Rect %s /P 3 0 R %s>>" % (kind, name, box, more)


def text_field(value: bytes, appearance: bytes = b"10 0 R", more: bytes = b"") -> bytes:
    return widget(
        b"Amount", b"/Tx", box=b"[10 100 110 120]", more=b"/V (%s) /DA (/F1 9 Tf) /AP <</N %s>> %s" % (value, appearance, more)
    )


def annotation(kind: bytes = b"/Text", more: bytes = b"", *, box: bytes = b"[300 300 320 320]") -> bytes:
    return b"<</Type /Annot /Subtype %s /Rect %s /P 3 0 R %s>>" % (kind, box, more)


EMPTY_FIELD = b"/AP <</N 21 0 R>> /Lock <</Type /SigFieldLock /Action /All>>"
FONT = b"<</Type /Font /Subtype /TrueType /BaseFont /Times /FontDescriptor 14 0 R>>"

BASE: Mapping[int, bytes] = {
    1: catalog(),
    2: b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
    3: page(),
    4: widget(b"Signature1", more=b"/V 5 0 R /AP <</N 12 0 R>>"),
    5: signature(),
    6: stream(b"BT /F1 12 Tf (one million) Tj ET"),
    7: b"<</Font <</F1 8 0 R>> /XObject <</Logo 12 0 R>>>>",
    8: FONT,
    9: text_field(b"100"),
    10: form_xobject(b"(100) Tj"),
    11: annotation(more=b"/Contents (note)"),
    12: form_xobject(b"0 0 100 20 re f"),
    13: b"<</Title (Decision) /ModDate (D:20240101000000Z)>>",
    14: b"<</Type /FontDescriptor /FontFile2 15 0 R>>",
    15: stream(b"glyphs"),
    20: widget(b"Signature2", box=b"[200 20 300 60]", more=EMPTY_FIELD),
    21: form_xobject(b""),
}
"""One signed revision: page 3 with a text field 9, a note 11, an empty signature field 20, a logo, a font and its file."""


@dataclass
class UpdatedPdf:
    """A PDF in the making with classic cross-reference tables, or with streams where `compressed` objects are asked for."""

    content: bytearray = field(default_factory=lambda: bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"))
    previous: int | None = None
    highest: int = 0

    def revision(
        self,
        objects: Mapping[int, bytes | None],
        *,
        trailer: bytes = b"/Info 13 0 R",
        root: bytes = b"1 0 R",
        generations: Mapping[int, int] | None = None,
        compressed: Mapping[int, tuple[int, ...]] | None = None,
        moved: Mapping[int, int] | None = None,
    ) -> UpdatedPdf:
        """Append objects, their cross-reference section and trailer; fill in the signatures' ranges up to here.

        `compressed` says for an object stream's number which of the objects lie in it; `moved` gives existing offsets to numbers.
        """
        start, rows = len(self.content), dict[int, bytes]()
        inside = {number: container for container, numbers in (compressed or {}).items() for number in numbers}
        whole = {**objects}
        for container, numbers in (compressed or {}).items():
            texts = [objects[number] or b"null" for number in numbers]
            head = b" ".join(b"%d %d" % (number, sum(len(t) + 1 for t in texts[:i])) for i, number in enumerate(numbers))
            more = b"/Type /ObjStm /N %d /First %d" % (len(numbers), len(head) + 1)
            whole[container] = stream(head + b"\n" + b"\n".join(texts), more)
        for number, text in sorted(whole.items()):
            generation = (generations or {}).get(number, 0)
            if text is FREE:
                rows[number] = self._row(0, 0, 65535)
            elif number in inside:
                rows[number] = self._row(2, inside[number], (compressed or {})[inside[number]].index(number))
            else:
                rows[number] = self._row(1, len(self.content), generation)
                self.content += b"%d %d obj\n%s\nendobj\n" % (number, generation, text)
        for number, offset in (moved or {}).items():
            rows[number] = self._row(1, offset, 0)
        self._close(rows, trailer, root, as_stream=compressed is not None)
        self._sign(start)
        return self

    def _row(self, kind: int, second: int, third: int) -> bytes:
        return bytes((kind,)) + second.to_bytes(4) + third.to_bytes(2)

    def _close(self, rows: dict[int, bytes], trailer: bytes, root: bytes, *, as_stream: bool) -> None:
        at = len(self.content)
        if self.previous is None:
            rows[0] = self._row(0, 0, 65535)
        else:
            trailer += b" /Prev %d" % self.previous
        self.highest = max(self.highest, *rows)
        if as_stream:
            self.highest += 1
            rows[self.highest] = self._row(1, at, 0)
            index = b" ".join(b"%d 1" % number for number in sorted(rows))
            entries = b"/Type /XRef /W [1 4 2] /Index [%s] /Size %d /Root %s %s" % (index, self.highest + 1, root, trailer)
            table = stream(b"".join(rows[number] for number in sorted(rows)), entries)
            self.content += b"%d 0 obj\n%s\nendobj\n" % (self.highest, table)
        else:
            self.content += b"xref\n"
            for number, row in sorted(rows.items()):
                kind, second, third = row[0], int.from_bytes(row[1:5]), int.from_bytes(row[5:])
                self.content += b"%d 1\n%010d %05d %s \n" % (number, second, third, b"n" if kind else b"f")
            self.content += b"trailer\n<</Size %d /Root %s %s>>\n" % (self.highest + 1, root, trailer)
        self.content += b"startxref\n%d\n%%%%EOF\n" % at
        self.previous = at

    def _sign(self, start: int) -> None:
        """Every ByteRange of this revision covers all but its own /Contents."""
        at = self.content.find(RANGE, start)
        while at >= 0:
            opening = self.content.index(b"/Contents <", at) + len(b"/Contents ")
            closing = self.content.index(b">", opening) + 1
            text = b"/ByteRange [0 %d %d %d]" % (opening, closing, len(self.content) - closing)
            self.content[at : at + len(RANGE)] = text.ljust(len(RANGE))
            at = self.content.find(RANGE, start)

    def compared(self) -> tuple[Change, ...] | ChangesUnknown:
        """What compare_revisions says of it."""
        pdf = open_pdf(MemorySource(bytes(self.content)))
        assert isinstance(pdf, PdfFile), pdf
        facts = read_document(pdf)
        assert isinstance(facts, DocumentFacts), facts
        return compare_revisions(pdf, facts)

    def changes(self) -> tuple[Change, ...]:
        found = self.compared()
        assert isinstance(found, tuple), found
        return found


def signed(objects: Mapping[int, bytes] | None = None, **more: object) -> UpdatedPdf:
    """The base document, with these objects instead of or beside its own, signed in its only revision."""
    return UpdatedPdf().revision({**BASE, **(objects or {})}, **more)  # type: ignore[arg-type] # passed through as they are


def changes_of(update: Mapping[int, bytes | None], base: Mapping[int, bytes] | None = None, **more: object) -> tuple[Change, ...]:
    """What one update to the base document changes."""
    return signed(base).revision(update, **more).changes()  # type: ignore[arg-type] # passed through as they are
