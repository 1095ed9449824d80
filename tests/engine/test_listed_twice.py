"""A cross-reference section that lists an object at two places: readers take the first or the last (7.5.4 forbids it).

The document's signed font is object 8; another font lies in the signed bytes, unused. Every update below writes no object, but
lets object 8 be both.
"""

from __future__ import annotations

import pytest
from updated_pdf import BASE, FONT, UpdatedPdf, stream

from sigcheck.evidence import ChangeLevel

OTHER_FONT = b"8 0 obj\n%s\nendobj\n" % FONT.replace(b"Times", b"Other")
TRAILER = b"trailer\n<</Size 200 /Root 1 0 R /Info 13 0 R /Prev %d%s>>\n"


def signed_document() -> UpdatedPdf:
    made = UpdatedPdf()
    made.content += OTHER_FONT
    return made.revision(BASE)


def places(made: UpdatedPdf) -> tuple[int, int]:
    """The offsets of the signed font and of the other one."""
    return made.content.index(b"8 0 obj\n" + FONT), made.content.index(OTHER_FONT)


def row(offset: int, generation: int = 0, kind: bytes = b"n") -> bytes:
    return b"%010d %05d %s \n" % (offset, generation, kind)


def ended(made: UpdatedPdf, at: int) -> UpdatedPdf:
    made.content += b"startxref\n%d\n%%%%EOF\n" % at
    return made


def with_table(made: UpdatedPdf, rows: bytes, more: bytes = b"") -> UpdatedPdf:
    at = len(made.content)
    assert made.previous is not None
    made.content += b"xref\n" + rows + TRAILER % (made.previous, more)
    return ended(made, at)


def with_stream(made: UpdatedPdf, index: bytes, rows: list[tuple[int, int, int]], *, newest: bool = True) -> int:
    """A cross-reference stream, which lists itself as object 99. Gives its offset."""
    at = len(made.content)
    listed = [*rows, (1, at, 0)]
    octets = b"".join(bytes((kind,)) + second.to_bytes(4) + third.to_bytes(2) for kind, second, third in listed)
    entries = b"/Type /XRef /W [1 4 2] /Index [%s 99 1] /Size 200 /Root 1 0 R /Info 13 0 R /Prev %d" % (index, made.previous or 0)
    made.content += b"99 0 obj\n%s\nendobj\n" % stream(octets, entries)
    if newest:
        ended(made, at)
    return at


def rules(made: UpdatedPdf) -> set[str]:
    return {change.rule for change in made.changes() if change.level is ChangeLevel.OTHER}


@pytest.mark.parametrize("signed_first", [True, False])
def test_in_two_subsections_of_a_table(signed_first: bool) -> None:
    made = signed_document()
    first, last = places(made) if signed_first else places(made)[::-1]
    assert "listed-twice" in rules(with_table(made, b"8 1\n" + row(first) + b"8 1\n" + row(last)))


def test_in_overlapping_subsections() -> None:
    made = signed_document()
    font, other = places(made)
    seven = made.content.index(b"7 0 obj")
    assert "listed-twice" in rules(with_table(made, b"7 2\n" + row(seven) + row(font) + b"8 1\n" + row(other)))


def test_in_a_long_subsection_and_a_short_one() -> None:
    made = signed_document()
    at = len(made.content)
    made.content += b"120 0 obj\nnull\nendobj\n"
    assert "listed-twice" in rules(with_table(made, b"100 70\n" + 70 * row(0, 65535, b"f") + b"120 1\n" + row(at)))


def test_with_two_generations() -> None:
    made = signed_document()
    font, _ = places(made)
    assert "listed-twice" in rules(with_table(made, b"8 1\n" + row(font) + b"8 1\n" + row(font, 1)))


def test_in_a_cross_reference_stream() -> None:
    made = signed_document()
    font, other = places(made)
    with_stream(made, b"8 1 8 1", [(1, font, 0), (1, other, 0)])
    assert "listed-twice" in rules(made)


def test_in_a_table_and_its_hybrid_stream() -> None:
    """Objects of the stream are those that the table calls free or does not know (7.5.8.4)."""
    made = signed_document()
    font, other = places(made)
    at = with_stream(made, b"8 1", [(1, other, 0)], newest=False)
    assert "listed-twice" in rules(with_table(made, b"8 1\n" + row(font), b" /XRefStm %d" % at))


def test_freed_by_a_hybrids_table_and_kept_by_its_stream() -> None:
    """mupdf shows a document without the object, others the signed one."""
    made = signed_document()
    font, _ = places(made)
    at = with_stream(made, b"8 1", [(1, font, 0)], newest=False)
    assert "listed-twice" in rules(with_table(made, b"8 1\n" + row(0, 65535, b"f"), b" /XRefStm %d" % at))


def test_freed_by_a_hybrids_stream_and_kept_by_its_table() -> None:
    """PDFium shows a document without the object."""
    made = signed_document()
    font, _ = places(made)
    at = with_stream(made, b"8 1", [(0, 0, 65535)], newest=False)
    assert "listed-twice" in rules(with_table(made, b"8 1\n" + row(font), b" /XRefStm %d" % at))


def test_a_new_object_that_only_a_hybrids_stream_has() -> None:
    """That is what hybrids are for."""
    made = signed_document()
    new = len(made.content)
    made.content += b"60 0 obj\n<</Type /Any>>\nendobj\n"
    at = with_stream(made, b"60 1", [(1, new, 0)], newest=False)
    assert "listed-twice" not in rules(with_table(made, b"60 1\n" + row(0, 65535, b"f"), b" /XRefStm %d" % at))


def test_in_an_object_stream() -> None:
    """The number stands twice at the stream's head; a reader that looks for the number takes one, by the index the other."""
    made = signed_document()
    other = FONT.replace(b"Times", b"Other")
    head = b"8 0 8 %d " % (len(FONT) + 1)
    at = len(made.content)
    made.content += b"50 0 obj\n%s\nendobj\n" % stream(head + FONT + b"\n" + other, b"/Type /ObjStm /N 2 /First %d" % len(head))
    with_stream(made, b"8 1 50 1", [(2, 50, 0), (1, at, 0)])
    assert "listed-twice" in rules(made)


def test_the_same_place_twice_is_no_contradiction() -> None:
    made = signed_document()
    font, _ = places(made)
    assert made.changes() == ()
    assert with_table(made, b"8 1\n" + row(font) + b"8 1\n" + row(font)).changes() == ()
