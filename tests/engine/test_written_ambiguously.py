"""Updates that spell an object so that readers take it differently, its signed value among what can be read.

ISO 32000-2, 7.3, forbids each. pyHanko takes the first of two equal keys, others the last; poppler refuses a number with a sign
inside, PDFium and mupdf go on; behind `stream` without an end of line some take the space for data.
"""

from __future__ import annotations

import random

import pytest
from updated_pdf import BASE, FONT, UpdatedPdf, changes_of, page, signed, stream

from sigcheck.engine.pdf.lexer import Incomplete, parse_spelled
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged
from sigcheck.engine.pdf.spelling import ambiguity
from sigcheck.evidence import ChangeLevel

CONTENT = b"BT /F1 12 Tf (one million) Tj ET"
PAGE = page()


def rules(made: UpdatedPdf) -> set[str]:
    return {change.rule for change in made.changes() if change.level is ChangeLevel.OTHER}


def written(number: int, text: bytes) -> set[str]:
    return rules(signed().revision({number: text}))


@pytest.mark.parametrize(
    ("spelled", "instead_of"),
    [
        (b"/Contents 10 0 R /Contents 6 0 R", b"/Contents 6 0 R"),
        (b"/Contents 6 0 R /Contents 10 0 R", b"/Contents 6 0 R"),
        (b"/Cont#65nts 10 0 R /Contents 6 0 R", b"/Contents 6 0 R"),
        (b"/Annots [] /Annots [", b"/Annots ["),
        (b"600 800-400", b"600 800"),
        (b"600 800.0.5", b"600 800"),
        (b"/Contents 6 0 R 10 0 R", b"/Contents 6 0 R"),
        (b"foo /Contents 6 0 R", b"/Contents 6 0 R"),
        (b"/Contents 6 0 R [/X]", b"/Contents 6 0 R"),
        (b"/Type /Page /Type /Pages /Type /Page", b"/Type /Page"),
    ],
)
def test_a_page(spelled: bytes, instead_of: bytes) -> None:
    assert instead_of in PAGE
    assert "written-ambiguously" in written(3, PAGE.replace(instead_of, spelled, 1))


@pytest.mark.parametrize("behind", [b" <</Contents 10 0 R>>", b" 7", b" % x\n"])
def test_something_behind_the_value(behind: bytes) -> None:
    assert "written-ambiguously" in written(3, PAGE + behind)


def test_the_page_tree_with_kids_twice() -> None:
    assert "written-ambiguously" in written(2, b"<</Type /Pages /Kids [] /Count 1 /Kids [3 0 R]>>")


@pytest.mark.parametrize(
    "spelled",
    [
        b"<</Length %d >>stream %s\nendstream",
        b"<</Length %d >>\nstream\r%s\nendstream",
        b"<</Length 0%d.5 >>\nstream\n%s\nendstream",
        b"<</Length 3 /Length %d >>\nstream\n%s\nendstream",
        b"<</Length 1%d >>\nstream\n%s\nendstream",
        b"<</Length %d >>\nstream\n%s\n",
    ],
)
def test_a_stream(spelled: bytes) -> None:
    assert "written-ambiguously" in written(6, spelled % (len(CONTENT), CONTENT))


@pytest.mark.parametrize(
    "trailer", [b"/Info 13 0 R /Root 9 0 R", b"/Info 13 0 R /Prev 9", b"/Info 13 0 R /Ro#6ft 9 0 R", b"/Info 13 0 R foo"]
)
@pytest.mark.parametrize("as_stream", [False, True])
def test_a_trailer(trailer: bytes, as_stream: bool) -> None:
    made = signed().revision({30: b"null"}, trailer=trailer, compressed={} if as_stream else None)
    assert "written-ambiguously" in rules(made)


def test_inside_an_object_stream() -> None:
    made = signed().revision({3: PAGE.replace(b"800]", b"800-400]"), 31: b"null"}, compressed={40: (3, 31)})
    assert "written-ambiguously" in rules(made)


def test_rows_of_19_octets() -> None:
    """7.5.4: each exactly 20 octets long, and some readers count on it."""
    made = signed()
    at = made.content.index(b"8 0 obj\n" + FONT)
    section = len(made.content)
    made.content += b"xref\n8 1\n%010d 00000 n\ntrailer\n<</Size 30 /Root 1 0 R /Info 13 0 R /Prev %d>>\n" % (
        at,
        made.previous or 0,
    )
    made.content += b"startxref\n%d\n%%%%EOF\n" % section
    assert "written-ambiguously" in rules(made)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3, PAGE.replace(b" /", b"\n % a comment\r\n/")),
        (3, PAGE.replace(b"800]", b"800.0]")),
        (3, PAGE.replace(b"/Type /Page", b"/Type /Page /Type /Page")),
        (3, PAGE.replace(b"/Contents", b"/C#6fntents")),
        (6, stream(CONTENT)),
        (6, b"<</Length %d >>\nstream\r\n%s\r\nendstream" % (len(CONTENT), CONTENT)),
        (9, BASE[9].replace(b"(100)", b"<313030>")),
        (9, BASE[9].replace(b"(100)", b"<31 3030>")),
        (31, b"<</Type /DocTimeStamp /SubFilter /ETSI.RFC3161 /Type /Sig>>"),
    ],
)
def test_other_spellings_mean_the_same_to_all(number: int, text: bytes) -> None:
    assert "written-ambiguously" not in {change.rule for change in changes_of({number: text})}


@pytest.mark.parametrize(
    "octets",
    [b"<</A 1", b"<</A>>", b"]", b"<</A [1 2>>", b"<</A <12zz>>>", b"<</A#0 1>>", b"<<[] 1>>", b"(a", b"[}", b"12 )", b""],
)
def test_any_octets_have_an_answer(octets: bytes) -> None:
    flaw, _ = ambiguity(octets)
    assert (flaw is None) == (octets == b"12 )")


def test_an_object_of_too_many_values_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sigcheck.engine.pdf.spelling.MOST_VALUES", 10)
    with pytest.raises(LimitReached):
        ambiguity(b"[" + b"1 " * 20 + b"]")


@pytest.mark.parametrize("octets", [b"[" + b"1 " * 12 + b"]" + b"/A" * 10, b"[" + b"/A" * 10 + b"[" + b"1 " * 12 + b"]]"])
def test_what_has_too_many_values_together_is_left_to_that_limit(monkeypatch: pytest.MonkeyPatch, octets: bytes) -> None:
    """Numbers of an array are read at once, names one by one: neither alone is too many."""
    for module in ("lexer", "spelling"):
        monkeypatch.setattr(f"sigcheck.engine.pdf.{module}.MOST_VALUES", 20)
    octets = b"[" + octets + b"]"
    assert not parse_spelled(octets, 0, base=None, complete=True, depth=8)[2]
    with pytest.raises(LimitReached):
        ambiguity(octets)


PIECES = (
    b"<<|>>|<<|>>|[|]|/A|/B|/A|/C#41|/C#4|/#00|/|1|-2.5|+3|7 0 R|7 0 RX|8-4|1.2.3|--1|null|true|foo|endobj|(a)|(a(b)\\))|(#)|(|)|"
    b"<41>|<4 1\n>|<41\v42>|<4>|<4G>|<\x00 41>|% c\n|%/A#\n|[1 2 3]|[1 2-3]|[1 0 R 2]|{|\v"
).split(b"|")


def test_what_is_read_as_spelled_plainly_has_no_ambiguity() -> None:
    """Which spares the second look at it: a claim about all spellings, held over many random ones."""
    chance = random.Random(20260101)  # noqa: S311 - no secret
    plain = 0
    for _ in range(60_000):
        inner = b"".join(chance.choice(PIECES) + chance.choice((b"", b" ", b"\n")) for _ in range(chance.randrange(9)))
        octets = b"<<" + inner + b">> endobj" if chance.random() < 0.8 else inner + b" endobj"
        try:
            _, end, well = parse_spelled(octets, 0, base=None, complete=True, depth=8)
        except (Incomplete, LimitReached, PdfDamaged):
            continue
        if well:
            plain += 1
            assert ambiguity(octets) == (None, end), octets
    assert plain > 1_000
