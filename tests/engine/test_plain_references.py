"""References read without values are those that reading in full finds, and nothing is taken for plain that is not."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from sigcheck.engine.bytesource import FileSource
from sigcheck.engine.change_rules.references import current, held_references
from sigcheck.engine.pdf.lexer import Incomplete, parse_object
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf
from sigcheck.engine.pdf.plain import plain_references

SAMPLES = sorted((Path(__file__).resolve().parent.parent.parent / "samples").glob("*.pdf"))


def held(value: object) -> Counter[tuple[str, int]]:
    return Counter(held_references(value))  # type: ignore[arg-type] # a PdfObject


def compare(path: Path) -> int:
    """Hold the two against each other over every object of every revision; how many were plain."""
    plain = 0
    with FileSource(path) as source:
        pdf = open_pdf(source)
        if not isinstance(pdf, PdfFile):
            return 0
        for revision in pdf.revisions:
            for number in pdf.section(revision.number):
                try:
                    found = pdf.plain_references(number, revision.number)
                except (PdfDamaged, LimitReached):
                    found = None
                if found is not None:
                    plain += 1
                    assert Counter(found) == held(current(pdf, number, revision.number)), (path.name, number, revision.number)
    return plain


def test_every_object_of_the_samples() -> None:
    assert sum(map(compare, SAMPLES)) > 400


def test_every_object_of_documents_at_hand(shared: Path) -> None:
    documents = [*sorted((shared / "vietnam").glob("*.pdf")), *sorted((shared / "corpora" / "open" / "pdf").glob("*.pdf"))]
    assert sum(map(compare, documents)) > 5_000


PLAIN = {
    b"<</Type/Page/Parent 2 0 R>>": [("Parent", 2)],
    b" << /K [ 1 0 R 2 0 R ] /P 7 0 R /A 1 /B (1 0 R) >>": [("K", 1), ("K", 2), ("P", 7)],
    b"<</A 1/B -2.5/C/D/E<0f>/F true/G null/R 3 0 R>>": [("R", 3)],
    b"<</A[/a5 7 0 R 1 2 3 0 R]>>": [("A", 7), ("A", 3)],
    b"<<>>": [],
}


@pytest.mark.parametrize("octets", PLAIN, ids=repr)
def test_plain(octets: bytes) -> None:
    assert plain_references(octets, 0) == (PLAIN[octets], len(octets))


LEFT = (
    b"<</A<</B 1 0 R>>>>",  # nested
    b"<</A 1 0 R/A 2 0 R>>",  # the last one counts
    b"<</A#42 1 0 R/AB 2 0 R>>",  # one key in two spellings
    b"<</\xc3\xa9 1 0 R/\xe9 2 0 R>>",  # likewise
    b"<</A 1 0 R % comment\n>>",
    b"<</A (a\\) 1 0 R)>>",
    b"<</A (a(1 0 R))>>",
    b"<</A [(1 0 R)]/R 1 0 R /B [(R)]>>",
    b"<</A 1 0 Rx>>",
    b"<</A 1 0 R 2 /B>>",
    b"<</A [1 0 R>>",
    b"<</A 1 0 R",
    b"[1 0 R]",
    b"<</A" + b"1" * 40 + b" 1>>" + b"<</B " + b"1" * 40 + b">>",
)


@pytest.mark.parametrize("octets", LEFT, ids=lambda octets: repr(octets[:40]))
def test_left_to_reading_in_full(octets: bytes) -> None:
    found = plain_references(octets, 0)
    if found is not None:  # plain after all: then both say the same
        value, end = parse_object(octets, 0, base=None, complete=True, depth=64)
        assert (Counter(found[0]), found[1]) == (held(value), end)
        assert octets == LEFT[-1]


TOKENS = (
    *(b"/A", b"/B", b"/A#41", b"/", b"1", b"0", b"12", b"-3", b"+.5", b"4.", b"R", b"1 0 R", b"7 00 R", b"99999999999 0 R"),
    *(b"5 123456 R", b"(x)", b"(1 0 R)", b"(\\))", b"((", b"<0a>", b"<0 a>", b"<", b">", b"[", b"]", b"<<", b">>", b"true"),
    *(b"null", b"nullx", b"R/", b"%\n"),
)
GAPS = (b"", b" ", b" ", b"\n", b"\x00", b"\r\n", b"\x0b")


def test_random_tokens_are_never_taken_for_something_else() -> None:
    chance = random.Random(11)  # noqa: S311 - tokens, no secrets
    plain = 0
    for _ in range(60_000):
        body = b"".join(chance.choice(TOKENS) + chance.choice(GAPS) for _ in range(chance.randrange(9)))
        octets = b"<<" + body + b">>"
        found = plain_references(octets, 0)
        if found is None:
            continue
        plain += 1
        try:
            value, end = parse_object(octets, 0, base=None, complete=True, depth=64)
        except (Incomplete, PdfDamaged) as error:
            pytest.fail(f"{octets!r}: {error!r}")
        assert (Counter(found[0]), found[1]) == (held(value), end), octets
    assert plain > 1_000
