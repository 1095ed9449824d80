"""Revisions, cross-references of every form and lazily read objects (ISO 32000-2, 7.5 and Annex F)."""

from __future__ import annotations

import pytest
from made_pdf import CATALOG, PAGES, MadePdf, linearized, simple, streamed

from sigcheck.engine.limits import Limits
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, Reference, Stream, String
from sigcheck.engine.pdf.pdffile import XrefEntry

# Revisions


@pytest.mark.parametrize("marker", [b"%%EOF\n", b"%%EOF\r\n", b"%%EOF\r", b"%%EOF"])
def test_a_revision_ends_behind_its_marker(marker: bytes) -> None:
    made = simple({3: b"(first)"}, marker)
    first = made.end
    at = made.update({3: b"(second)"}, b"/Prev %d" % made.content.index(b"xref"), marker)
    pdf = made.opened()
    assert [(revision.number, revision.start, revision.end) for revision in pdf.revisions] == [
        (1, 0, first),
        (2, first, made.end),
    ]
    assert pdf.revisions[1].xref_offset == at
    assert (pdf.get(Reference(3, 0), 1), pdf.get(Reference(3, 0), 2)) == (b"first", b"second")
    assert not pdf.rebuilt


def test_what_follows_the_marker_is_no_revision() -> None:
    made = simple()
    end = made.end
    made.put(b"\n\n<html>Error 404</html>" + b"x" * 20_000)
    assert made.opened().revisions[0].end == end


def test_a_revision_without_its_marker_is_damaged_but_read() -> None:
    pdf = simple(marker=b"").opened()
    assert [revision.damaged for revision in pdf.revisions] == [True]
    assert pdf.catalog(1)["Type"] == "Catalog"


def test_objects_deleted_and_written_again() -> None:
    made = simple({3: b"(first)"})
    first = made.content.index(b"xref")
    second = made.table({3: (0, 1, b"f")}, b"/Root 1 0 R /Prev %d" % first)
    made.ending(second)
    third = made.table({3: (made.object(3, b"(third)", 1), 1, b"n")}, b"/Root 1 0 R /Prev %d" % second)
    pdf = made.ending(third).opened()
    assert [pdf.get(Reference(3, 0), revision) for revision in (1, 2, 3)] == [b"first", None, None]
    assert pdf.get(Reference(3, 1), 3) == b"third"
    assert [pdf.entry(3, revision) for revision in (1, 2)] == [
        XrefEntry("offset", made.content.index(b"3 0 obj"), 0),
        XrefEntry("free", 0, 1),
    ]
    assert (set(pdf.section(1)), set(pdf.section(2))) == ({1, 2, 3}, {3})
    assert pdf.entry(77, 3) is None


def test_an_object_listed_before_it_was_written_is_damaged() -> None:
    """A row of a signed revision must not reach into bytes that were appended to it later."""
    made = simple({3: b"(one)"})
    first = made.content.index(b"xref")
    row = made.content.index(b"3 1\n", first) + 4
    made.content[row : row + 10] = b"%010d" % made.end
    made.update({3: b"(appended)"}, b"/Prev %d" % first)
    pdf = made.opened()
    with pytest.raises(PdfDamaged, match="behind the revision"):
        pdf.get(Reference(3, 0), 1)
    assert pdf.get(Reference(3, 0), 2) == b"appended"


def test_no_such_revision() -> None:
    pdf = simple().opened()
    for revision in (0, 2, -1):
        with pytest.raises(PdfDamaged):
            pdf.trailer(revision)


# Cross-reference streams and object streams


def test_object_streams() -> None:
    pdf = streamed().opened()
    assert pdf.catalog(1)["Pages"] == Reference(2, 0)
    text = pdf.get(Reference(3, 0), 1)
    assert isinstance(text, String)
    assert (text, text.start) == (b"within", -1)
    assert pdf.entry(3, 1) == XrefEntry("compressed", 5, 2)
    assert pdf.get(Reference(3, 1), 1) is None
    assert not pdf.rebuilt


def test_a_stream_that_lists_itself_as_free_harms_nothing() -> None:
    """iTextSharp 5.5.9 lists the number of each appended cross-reference stream as free, generation 65535."""
    made = streamed()
    first = made.offsets[6]
    second = made.xref_stream(
        7, {3: (1, made.object(3, b"(new)"), 0), 7: (0, 0, 65535)}, b"/Root 1 0 R /Prev %d" % first, own=False
    )
    pdf = made.ending(second).opened()
    assert (pdf.get(Reference(3, 0), 1), pdf.get(Reference(3, 0), 2)) == (b"within", b"new")
    assert pdf.get(Reference(7, 0), 2) is None
    assert len(pdf.revisions) == 2


def test_an_object_stream_that_holds_something_else() -> None:
    made = MadePdf()
    made.object_stream(5, {1: CATALOG, 2: PAGES, 4: b"(four)", 8: b"<</Cut"})
    rows = {1: (2, 5, 0), 2: (2, 5, 1), 3: (2, 5, 2), 4: (2, 5, 9), 5: (1, made.offsets[5], 0), 8: (2, 5, 3), 9: (2, 9, 0)}
    pdf = made.ending(made.xref_stream(6, rows, b"/Root 1 0 R")).opened()
    assert pdf.get(Reference(4, 0), 1) == b"four"
    for number in (3, 8, 9):
        with pytest.raises(PdfDamaged):
            pdf.get(Reference(number, 0), 1)


def test_object_streams_cannot_need_each_other() -> None:
    """A length that stands inside the very stream that it measures."""
    made = MadePdf()
    made.update({1: CATALOG, 2: PAGES})
    made.object(5, b"<</Type /ObjStm /N 1 /First 4 /Length 3 0 R>>\nstream\n3 0 99\nendstream")
    rows = {3: (2, 5, 0), 5: (1, made.offsets[5], 0)}
    pdf = made.ending(made.xref_stream(6, rows, b"/Root 1 0 R /Prev %d" % made.content.index(b"xref"))).opened()
    assert pdf.get(Reference(3, 0), 2) == 99


@pytest.mark.parametrize(
    "terms", [b"/W [1 2]", b"/W [1 -2 1]", b"/W [0 0 0]", b"/W [9 9 9]", b"/W 5", b"/W [1 2 2] /Index [0 -1]"]
)
def test_impossible_cross_reference_streams_are_rebuilt(terms: bytes) -> None:
    made = MadePdf()
    made.object(1, CATALOG)
    at = made.stream(6, b"\x01\x00\x09\x00\x00", b"/Type /XRef /Size 2 /Root 1 0 R " + terms)
    assert made.ending(at).opened().rebuilt


# Hybrid and linearized files


def test_hybrid_files() -> None:
    made = MadePdf()
    made.object(1, CATALOG)
    made.object(2, PAGES)
    made.object_stream(5, {3: b"(hidden)"})
    stream = made.xref_stream(6, {3: (2, 5, 0), 2: (0, 0, 7), 5: (1, made.offsets[5], 0)}, b"/Size 7")
    rows = {0: (0, 65535, b"f"), 3: (0, 65535, b"f")} | {number: (made.offsets[number], 0, b"n") for number in (1, 2)}
    pdf = made.ending(made.table(rows, b"/Root 1 0 R /XRefStm %d" % stream)).opened()
    assert len(pdf.revisions) == 1
    assert pdf.get(Reference(3, 0), 1) == b"hidden"
    assert isinstance(pdf.get(Reference(2, 0), 1), dict)
    assert set(pdf.section(1)) == {0, 1, 2, 3, 5, 6}
    assert not pdf.rebuilt


def test_a_hybrid_stream_behind_its_table_is_damage() -> None:
    made = simple()
    table = made.content.index(b"xref")
    made.content[table:] = made.content[table:].replace(b"/Size 99", b"/XRefStm 9999")
    assert made.opened().rebuilt


def test_a_linearized_file_is_one_revision() -> None:
    made = linearized()
    first = made.end
    made.update({3: b"(stamp)"}, b"/Prev %d" % made.content.index(b"xref"))
    pdf = made.opened()
    assert [(revision.start, revision.end) for revision in pdf.revisions] == [(0, first), (first, made.end)]
    assert set(pdf.section(1)) == {0, 1, 2, 9}
    assert pdf.catalog(1)["Pages"] == Reference(2, 0)
    assert isinstance(pdf.get(Reference(2, 0), 1), dict)
    assert not pdf.rebuilt


def test_prev_may_lead_forward_in_linearized_files_only() -> None:
    assert linearized(b"/Linear 1").opened().rebuilt


# Odd but usable


@pytest.mark.parametrize(
    ("regular", "odd"),
    [
        (b" n \n", b" n\n"),
        (b" n \n", b" n\r\n"),
        (b"3 1\n", b"3 1 \r\n"),
        (b"xref\n", b"xref   \r\n"),
        (b"3 1\n", b"3 5\n"),
        (b"trailer\n", b"% note\ntrailer"),
    ],
)
def test_odd_tables(regular: bytes, odd: bytes) -> None:
    made = simple({3: b"(three)"})
    at = made.content.index(b"xref")
    end = made.content.index(b"startxref")
    made.content[at:end] = made.content[at:end].replace(regular, odd)
    pdf = made.opened()
    assert pdf.get(Reference(3, 0), 1) == b"three"
    assert not pdf.rebuilt


def test_a_table_counted_from_one() -> None:
    made = MadePdf()
    made.object(1, CATALOG)
    at = made.put(b"xref\n1 2\n0000000000 65535 f \n%010d 00000 n \ntrailer\n<</Root 1 0 R>>\n" % made.offsets[1])
    pdf = made.ending(at).opened()
    assert (pdf.rebuilt, set(pdf.section(1))) == (False, {0, 1})


@pytest.mark.parametrize("counted_from_header", [False, True])
def test_bytes_before_the_header(counted_from_header: bool) -> None:
    made = MadePdf(bytearray(b"HTTP junk\n%PDF-1.7\n"), shift=10 if counted_from_header else 0)
    made.update({1: CATALOG, 2: PAGES, 3: b"(three)"})
    pdf = made.opened()
    assert (pdf.header_offset, pdf.rebuilt, pdf.get(Reference(3, 0), 1)) == (10, False, b"three")
    assert pdf.entry(3, 1) == XrefEntry("offset", made.offsets[3], 0)


def test_rows_of_objects_that_are_not_there() -> None:
    made = simple({3: b"(three)", 4: b"(four)"})
    at = made.content.index(b"xref")
    rows = {1: (made.offsets[1], 0, b"n"), 3: (made.offsets[4], 0, b"n"), 4: (made.offsets[4], 7, b"n"), 5: (0, 0, b"n")}
    del made.content[at:]
    pdf = made.ending(made.table(rows, b"/Root 1 0 R")).opened()
    for reference in (Reference(3, 0), Reference(4, 7)):
        with pytest.raises(PdfDamaged):
            pdf.get(reference, 1)
    assert (pdf.get(Reference(4, 0), 1), pdf.get(Reference(5, 0), 1)) == (None, None)


def test_references_in_a_circle_end_as_null() -> None:
    pdf = simple({3: b"4 0 R", 4: b"3 0 R", 5: b"6 0 R", 6: b"(end)"}).opened()
    assert pdf.resolve(Reference(3, 0), 1) is None
    assert pdf.resolve(Reference(5, 0), 1) == b"end"


# Streams


def test_streams_are_read_when_asked_for() -> None:
    made = MadePdf()
    made.update({1: CATALOG, 2: PAGES})
    made.stream(3, b"61 62>", b"/Filter [4 0 R] /DecodeParms null")
    rows = {3: (made.offsets[3], 0, b"n"), 4: (made.object(4, b"/ASCIIHexDecode"), 0, b"n")}
    made.ending(made.table(rows, b"/Root 1 0 R /Prev %d" % made.content.index(b"xref")))
    stream = made.opened().get(Reference(3, 0), 2)
    assert isinstance(stream, Stream)
    assert (stream.raw(), stream.decoded()) == (b"61 62>", b"ab")
    assert bytes(made.content[stream.start : stream.start + stream.length]) == b"61 62>"


@pytest.mark.parametrize("length", [b"5 0 R", b"3 0 R", b"99 0 R", b"1 0 R", b"-5", b"99999999999999999999", b"7"])
def test_stream_lengths_that_lead_nowhere_are_found_by_search(length: bytes) -> None:
    made = simple({3: b"<</Length %s>>\nstream\ndata\nendstream" % length, 5: b"4"})
    stream = made.opened().get(Reference(3, 0), 1)
    assert isinstance(stream, Stream)
    assert stream.raw() == b"data"


def test_decoded_streams_are_limited_together() -> None:
    made = MadePdf()
    made.update({1: CATALOG, 2: PAGES})
    at = made.content.index(b"xref")
    rows = {number: (made.stream(number, b"x" * 400), 0, b"n") for number in (3, 4, 5)}
    made.ending(made.table(rows, b"/Root 1 0 R /Prev %d" % at))
    pdf = made.opened(limits=Limits(decoded_total_bytes=1000))
    streams = [pdf.get(Reference(number, 0), 2) for number in (3, 4, 5)]
    assert all(isinstance(stream, Stream) and len(stream.raw()) == 400 for stream in streams)
    first, second, third = (stream for stream in streams if isinstance(stream, Stream))
    assert first.decoded() == second.decoded() == b"x" * 400
    with pytest.raises(LimitReached, match="decoded_total_bytes"):
        third.decoded()
