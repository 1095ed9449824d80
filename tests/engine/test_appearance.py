"""What a signature's appearance shows: text through fonts and operators, pictures, and streams made to stall or to mislead."""

from __future__ import annotations

import time

import pytest
from updated_pdf import catalog, form_xobject, signature, signed, stream, widget

from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf
from sigcheck.engine.reader import read_document
from sigcheck.facts import Appearance, AppearanceKind, DocumentFacts

RESOURCES = b"/Resources <</Font <</F1 30 0 R>> /XObject <</Im 40 0 R /Fm 41 0 R>>>>"
IMAGE = stream(b"", b"/Type /XObject /Subtype /Image /Width 1 /Height 1")
WIN_ANSI = b"<</Type /Font /Subtype /TrueType /BaseFont /Arial /Encoding /WinAnsiEncoding>>"
HEAD = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"


def shown(content: bytes, font: bytes = WIN_ANSI, *, field: bytes | None = None, **more: bytes) -> Appearance:
    """The appearance of a signature whose form XObject runs `content`; `more` replaces objects: `o41=…`."""
    objects = {
        4: field or widget(b"Signature1", more=b"/V 5 0 R /AP <</N 12 0 R>>"),
        5: signature(),
        12: form_xobject(content, RESOURCES),
        30: font,
        40: IMAGE,
        41: form_xobject(b""),
        **{int(name[1:]): value for name, value in more.items()},
    }
    pdf = open_pdf(MemorySource(bytes(signed(objects).content)))
    assert isinstance(pdf, PdfFile)
    facts = read_document(pdf)
    assert isinstance(facts, DocumentFacts)
    return facts.signatures[0].appearance


def composite(to_unicode: bytes | None, encoding: bytes = b"/Identity-H") -> dict[str, bytes]:
    """A Type0 font with 2-byte codes."""
    table = b"/ToUnicode 31 0 R" if to_unicode is not None else b""
    font = b"<</Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Times /Encoding %s /DescendantFonts [32 0 R] %s>>" % (
        encoding,
        table,
    )
    descendant = b"<</Type /Font /Subtype /CIDFontType2 /DW 500 /W [20 [500 500] 30 40 600]>>"
    return {"font": font, "o31": stream(HEAD + (to_unicode or b"")), "o32": descendant}


def test_two_byte_codes_through_ranges_characters_and_arrays() -> None:
    table = (
        b"2 beginbfrange <0013> <001C> <0030> <0024> <0025> [<0110> <00E31EC7>] endbfrange 1 beginbfchar <0003> <0020> endbfchar"
    )
    found = shown(b"BT /F1 13 Tf (\x00\x14\x00\x16\x00\x18\x00\x03) Tj <00240025> Tj ET", **composite(table))
    assert found == Appearance(AppearanceKind.TEXT, ("135 Đãệ",))


def test_decomposed_letters_are_composed() -> None:
    found = shown(
        b"BT /F1 9 Tf <000100020003> Tj ET", **composite(b"3 beginbfchar <0001> <0065> <0002> <0302> <0003> <0323> endbfchar")
    )
    assert found.text == "ệ"


def test_codes_without_a_mapping_are_counted_and_not_guessed() -> None:
    found = shown(b"BT /F1 9 Tf <000100410042> Tj ET", **composite(b"1 beginbfchar <0001> <0041> endbfchar"))
    assert (found.kind, found.text, found.unmapped) == (AppearanceKind.TEXT, "A\ufffd\ufffd", 2)


@pytest.mark.parametrize("target", [b"<E041>", b"<FFFD>", b"<0000>", b"<D800>"])
def test_private_characters_and_replacements_say_nothing(target: bytes) -> None:
    found = shown(b"BT /F1 9 Tf <0001> Tj ET", **composite(b"1 beginbfchar <0001> %s endbfchar" % target))
    assert (found.text, found.unmapped) == (None, 1)


def test_text_without_any_table_is_text_that_cannot_be_read() -> None:
    found = shown(b"BT /F1 9 Tf <00410042> Tj ET", **composite(None))
    assert found == Appearance(AppearanceKind.TEXT, (), 2)


def test_unicode_cmaps_are_text_already() -> None:
    assert shown(b"BT /F1 9 Tf <00531ED1> Tj ET", **composite(None, b"/UniJIS-UTF16-H")).text == "Số"


@pytest.mark.parametrize(
    ("encoding", "octets", "text"),
    [
        (b"/WinAnsiEncoding", b"\\320\\340\\200", "Ðà€"),
        (b"/MacRomanEncoding", b"\\207\\210", "áà"),
        (b"/StandardEncoding", b"'\\256\\370", "’ﬁł"),
        (
            b"<</BaseEncoding /WinAnsiEncoding /Differences [128 /Dcroat /uni1EC7 /uhornacute 65 /B]>>",
            b"\\200\\201\\202A",
            "ĐệứB",
        ),
    ],
)
def test_simple_fonts_by_encoding_and_names(encoding: bytes, octets: bytes, text: str) -> None:
    font = b"<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding %s>>" % encoding
    found = shown(b"BT /F1 9 Tf (%s) Tj ET" % octets, font)
    assert (found.text, found.unmapped) == (text, 0)


@pytest.mark.parametrize(
    "font",
    [
        b"<</Type /Font /Subtype /TrueType /BaseFont /ABCDEF+Arial /FontDescriptor <</Flags 4 /FontFile2 15 0 R>>>>",
        b"<</Type /Font /Subtype /Type3 /Encoding <</Differences [65 /a0 /g17]>>>>",
        b"<</Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats>>",
        b"null",
    ],
)
def test_fonts_that_only_their_programs_explain(font: bytes) -> None:
    assert shown(b"BT /F1 9 Tf (AB) Tj ET", font) == Appearance(AppearanceKind.TEXT, (), 2)


def test_fonts_of_the_old_vietnamese_code_pages_do_not_mean_latin_letters() -> None:
    """TCVN 3 draws `ế` for the code that claims to be `Õ`; the letters of ASCII are what they are."""
    font = b"<</Type /Font /Subtype /TrueType /BaseFont /ABCDEF+.VnTime /Encoding /WinAnsiEncoding>>"
    found = shown(b"BT /F1 9 Tf (K\\375 b\\353i) Tj ET", font)
    assert (found.text, found.unmapped) == ("K\ufffd b\ufffdi", 2)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"12 TL 0 60 Td (one) Tj T* (two) Tj", ("one", "two")),
        (b"12 TL 0 60 Td (one) ' (two) ' 0 0 (three) \"", ("one", "two", "three")),
        (b"0 60 TD (one) Tj 0 -12 TD (two) Tj T* (three) Tj", ("one", "two", "three")),
        (b"1 0 0 1 0 10 Tm (below) Tj 1 0 0 1 0 40 Tm (above) Tj", ("above", "below")),
        (b"[(wo) 5 (rd) -600 (next)] TJ", ("word next",)),
        (b"1 0 0 1 0 10 Tm (18) Tj 1 0 0 1 60 10 Tm (2021) Tj", ("18", "2021")),
        (b"5 Tc 0 Tw 80 Tz (spaced) Tj", ("spaced",)),
        (b"1 0 0 1 0 10 Tm (m) Tj 3 Ts (2) Tj", ("m2",)),
        (b"1 0 0 1 0 10 Tm (bold) Tj 1 0 0 1 0.3 10 Tm (bold) Tj", ("bold",)),
        (b"0 1 -1 0 40 0 Tm (upright) Tj 0 1 -1 0 55 0 Tm (second) Tj", ("upright", "second")),
    ],
)
def test_lines_follow_from_positions(content: bytes, lines: tuple[str, ...]) -> None:
    assert (
        shown(
            b"BT /F1 9 Tf %s ET" % content, o12=form_xobject(b"BT /F1 9 Tf %s ET" % content, b"/BBox [0 0 200 200] " + RESOURCES)
        ).lines
        == lines
    )


def test_a_name_in_large_letters_stands_beside_lines_in_small_ones() -> None:
    """As Adobe's software lays it out."""
    name = b"BT /F1 20 Tf 1 0 0 1 0 60 Tm (Lord) Tj 1 0 0 1 0 30 Tm (Tester) Tj ET "
    content = name + b"BT /F1 8 Tf 1 0 0 1 80 62 Tm (Signed by) Tj 0 -30 Td (Lord T) Tj ET"
    assert shown(b"", o12=form_xobject(content, b"/BBox [0 0 200 200] " + RESOURCES)).lines == (
        "Lord",
        "Tester",
        "Signed by",
        "Lord T",
    )


def test_nested_forms_with_their_matrices() -> None:
    """As iText lays it out: /FRM draws /n0 and /n2."""
    inner = form_xobject(b"BT /F1 9 Tf (second) Tj ET", b"/Matrix [1 0 0 1 0 5] " + RESOURCES)
    outer = b"% DSBlank\nq 1 0 0 1 0 0 cm /Fm Do Q BT /F1 9 Tf 0 15 Td (first) Tj ET"
    assert shown(outer, o41=inner).lines == ("first", "second")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"q 100 0 0 20 0 0 cm /Im Do Q", AppearanceKind.PICTURE),
        (b"BI /W 1 /H 1 ID x EI", AppearanceKind.PICTURE),
        (b"q /Im Do Q BT /F1 9 Tf (SAO Y) Tj ET", AppearanceKind.MIXED),
        (b"0 0 100 20 re S BT /F1 9 Tf (SAO Y) Tj ET", AppearanceKind.TEXT),
        (b"0 0 m 10 10 l S", AppearanceKind.DRAWING),
        (b"0 0 m 10 10 l n", AppearanceKind.NONE),
        (b"% DSBlank\n", AppearanceKind.NONE),
        (b"BT /F1 9 Tf ( ) Tj ET", AppearanceKind.NONE),
    ],
)
def test_what_is_painted_has_a_name(content: bytes, kind: AppearanceKind) -> None:
    assert shown(content).kind == kind


@pytest.mark.parametrize(
    "content",
    [
        b"BT 3 Tr /F1 9 Tf (hidden) Tj ET",
        b"BT /F1 9 Tf 500 500 Td (outside) Tj ET",
        b"BT /F1 0 Tf (nothing) Tj ET",
        b"0 0 0 0 0 0 cm BT /F1 9 Tf (nothing) Tj ET",
    ],
)
def test_text_that_is_not_shown_is_not_told(content: bytes) -> None:
    assert shown(content) == Appearance()


@pytest.mark.parametrize(
    "field",
    [
        widget(b"Signature1", more=b"/V 5 0 R /AP <</N 12 0 R>>", box=b"[0 0 0 0]"),
        widget(b"Signature1", more=b"/V 5 0 R /F 2 /AP <</N 12 0 R>>"),
        widget(b"Signature1", more=b"/V 5 0 R"),
        widget(b"Signature1", more=b"/V 5 0 R /AP <</N <</On 12 0 R>>>>"),
    ],
)
def test_widgets_that_show_nothing(field: bytes) -> None:
    assert shown(b"BT /F1 9 Tf (text) Tj ET", field=field) == Appearance()


def test_the_appearance_is_that_of_the_revision_that_was_signed() -> None:
    content = signed({12: form_xobject(b"BT /F1 9 Tf (signed) Tj ET", RESOURCES), 30: WIN_ANSI})
    content.revision({12: form_xobject(b"BT /F1 9 Tf (later) Tj ET", RESOURCES)})
    pdf = open_pdf(MemorySource(bytes(content.content)))
    assert isinstance(pdf, PdfFile)
    facts = read_document(pdf)
    assert isinstance(facts, DocumentFacts)
    assert facts.signatures[0].appearance.text == "signed"


TABLE_WITHOUT_END = b"9 beginbfrange " + b"<0000> <FFFFFFFF> <0041> " * 20_000 + b"endbfrange"
EMPTY_CODES = b"1 begincodespacerange <> <> endcodespacerange"
USELESS_FONT = b"/Subtype /Type0 /Encoding /Identity-H /DescendantFonts [<</W [%s]>>]" % (b"1 [] " * 35_000)

HOSTILE = {
    "a form that draws itself": (b"/Fm Do", {"o41": form_xobject(b"/Fm Do /Fm Do", RESOURCES)}),
    "a form that draws the appearance": (b"/Fm Do", {"o41": form_xobject(b"/Fm Do", b"/Resources <</XObject <</Fm 12 0 R>>>>")}),
    "operators without end": (b"q " * 1_100_000, {}),
    "operands without end": (b"1 " * 1_100_000, {}),
    "glyphs without end": (b"BT /F1 9 Tf " + b"(" + b"A" * 500_000 + b") Tj ET", {}),
    "an inline image without end": (b"BI ID xxxx", {}),
    "a string without end": (b"BT /F1 9 Tf (seen) Tj (", {}),
    "arrays without end": (b"[" * 5_000, {}),
    "matrices that grow": (b"1e60 0 0 1e60 0 0 cm " * 500 + b"BT /F1 9 Tf (seen) Tj ET", {}),
    "a table without end": (b"BT /F1 9 Tf <0041> Tj ET", composite(TABLE_WITHOUT_END)),
    "codes of no octets": (b"BT /F1 9 Tf <0041> Tj ET", composite(EMPTY_CODES, b"/Odd-H")),
    "a stream that is not deflated": (b"", {"o12": stream(b"xx", b"/Subtype /Form /Filter /FlateDecode")}),
    "widths without end": (b"BT /F1 9 Tf <0041> Tj ET", {**composite(b""), "o32": b"<</W [%s]>>" % (b"0 65535 500 " * 20_000)}),
    "a font of useless widths chosen again and again": (
        b"BT " + b"/F1 9 Tf " * 9_500 + b"ET",
        {"o12": form_xobject(b"BT " + b"/F1 9 Tf " * 9_500 + b"ET", b"/Resources <</Font <</F1 <<%s>>>>>>" % USELESS_FONT)},
    ),
    "such a font as an object": (
        b"BT /F1 9 Tf <0041> Tj ET",
        {**composite(b""), "o32": b"<</W [%s]>>" % (b"1 [] " * 35_000)},
    ),
    "font matrix of nothing": (
        b"BT /F1 9 Tf (A) Tj ET",
        {"font": b"<</Subtype /Type3 /FontMatrix [0 0 0 0 0 0] /FirstChar 65 /Widths [1]>>"},
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_streams_end_soon_and_are_an_answer(name: str) -> None:
    content, more = HOSTILE[name]
    begun = time.process_time()
    found = shown(content, **more)
    assert time.process_time() - begun < 5
    assert len(found.text or "") <= 20_000


@pytest.mark.parametrize(
    "name", ["a form that draws itself", "operators without end", "a string without end", "glyphs without end"]
)
def test_what_was_not_followed_to_its_end_is_said(name: str) -> None:
    content, more = HOSTILE[name]
    assert not shown(content, **more).complete


def test_many_signatures_share_what_appearances_may_cost() -> None:
    """300 signatures with one appearance of 15,000 glyphs: the first ones are read, the others say that they were not."""
    numbers = range(100, 700, 2)
    objects = {n: widget(b"S%d" % n, more=b"/V %d 0 R /AP <</N 12 0 R>>" % (n + 1)) for n in numbers}
    objects |= {n + 1: signature() for n in numbers}
    fields = b" ".join(b"%d 0 R" % n for n in numbers)
    long = form_xobject(b"BT /F1 9 Tf (" + b"A" * 15_000 + b") Tj ET", RESOURCES)
    pdf = open_pdf(MemorySource(bytes(signed({**objects, 1: catalog(fields=fields), 12: long, 30: WIN_ANSI}).content)))
    assert isinstance(pdf, PdfFile)
    begun = time.process_time()
    facts = read_document(pdf)
    assert time.process_time() - begun < 5
    assert isinstance(facts, DocumentFacts)
    complete = [one.appearance.complete for one in facts.signatures]
    assert len(complete) == 301  # the document of these tests has one already
    assert complete == sorted(complete, reverse=True)
    assert 0 < complete.count(True) < 301


def test_a_font_that_a_later_revision_changes_is_read_again() -> None:
    """The same font object with another ToUnicode table: what the later stamp shows is read through the table of its revision."""
    table = HEAD + b"1 beginbfchar <0001> %s endbfchar"
    form = form_xobject(b"BT /F1 9 Tf <0001> Tj ET", RESOURCES)
    first = composite(b"")
    document = signed({12: form, 30: first["font"], 31: stream(table % b"<0031>"), 32: first["o32"]})
    second = {50: widget(b"S2", more=b"/V 51 0 R /AP <</N 12 0 R>>"), 51: signature(), 31: stream(table % b"<0032>")}
    document.revision({1: catalog(fields=b"4 0 R 50 0 R"), **second})
    pdf = open_pdf(MemorySource(bytes(document.content)))
    assert isinstance(pdf, PdfFile)
    facts = read_document(pdf)
    assert isinstance(facts, DocumentFacts)
    assert [one.appearance.text for one in facts.signatures] == ["1", "2"]


def test_every_widget_of_a_field_is_read() -> None:
    """ISO 32000-2, 12.7.4.1: a field may have several annotations, and readers paint each; more than eight are not all read."""

    def seen(*widgets: int) -> Appearance:
        field = b"<</FT /Sig /T (Signature1) /V 5 0 R /Kids [%s]>>" % b" ".join(b"%d 0 R" % one for one in widgets)
        annotation = b"<</Type /Annot /Subtype /Widget /F 4 /Rect [0 0 200 100] /Parent 4 0 R /AP <</N %d 0 R>>>>"
        more = {f"o{one}": annotation % (12 if one == widgets[0] else 41) for one in widgets}
        second = form_xobject(b"BT /F1 9 Tf 0 5 Td (second) Tj ET", RESOURCES)
        return shown(b"BT /F1 9 Tf 0 5 Td (first) Tj ET", field=field, o41=second, **more)

    assert seen(50, 51) == Appearance(AppearanceKind.TEXT, ("first", "second"))
    many = seen(*range(50, 59))
    assert (many.lines.count("second"), many.complete) == (7, False)


def test_a_font_may_come_from_the_graphics_state() -> None:
    """ISO 32000-2, 8.4.5, Table 57, /Font."""
    form = form_xobject(b"BT /G gs 0 5 Td (shown) Tj ET", b"/Resources <</ExtGState <</G <</Font [30 0 R 9]>>>>>>")
    assert shown(b"", o12=form) == Appearance(AppearanceKind.TEXT, ("shown",))


@pytest.mark.parametrize(
    ("content", "resources"),
    [
        (b"BT 7 Tr /F1 9 Tf 0 50 Td (clipped to) Tj ET 0 0 200 50 re f", RESOURCES),
        (b"/Pattern cs /P scn 0 0 200 50 re f", b"/Resources <</Pattern <</P 42 0 R>>>>"),
        (b"/G gs 0 0 200 50 re f", b"/Resources <</ExtGState <</G <</SMask <</S /Luminosity /G 41 0 R>>>>>>>>"),
    ],
)
def test_letters_that_are_painted_by_areas_leave_the_answer_incomplete(content: bytes, resources: bytes) -> None:
    tile = stream(b"BT /F1 9 Tf (x) Tj ET", b"/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9")
    assert not shown(b"", o12=form_xobject(content, resources), o42=tile).complete
