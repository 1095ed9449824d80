"""Files that are damaged, hostile or beyond the limits: each ends as a reason or is rebuilt; and real ones, which are read."""

from __future__ import annotations

import json
import re
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from made_pdf import CATALOG, MadePdf, linearized, simple, streamed

from sigcheck.engine.bytesource import FileSource, MemorySource
from sigcheck.engine.gather import read_facts
from sigcheck.engine.limits import Limits
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, Reference, Stream
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf
from sigcheck.facts import Unreadable, UnreadableReason

# Refusals and limits


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", UnreadableReason.EMPTY),
        (b"PK\x03\x04 a word document", UnreadableReason.NOT_PDF),
        (b" " * 1024 + b"%PDF-1.7\n", UnreadableReason.NOT_PDF),
        (b"%PDF-1.7\nnothing else", UnreadableReason.DAMAGED),
        (b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <</Root 1 0 R>>", UnreadableReason.DAMAGED),
    ],
)
def test_unreadable_documents(content: bytes, reason: UnreadableReason) -> None:
    found = open_pdf(MemorySource(content))
    assert isinstance(found, Unreadable)
    assert (found.reason, found.size) == (reason, len(content))


def test_a_failing_medium_is_a_reason() -> None:
    class Broken(MemorySource):
        def read(self, start: int, length: int) -> bytes:
            raise OSError(f"unplugged at {start}, {length}")

    found = open_pdf(Broken(b"x" * 100))
    assert isinstance(found, Unreadable)
    assert (found.reason, found.detail) == (UnreadableReason.IO, "unplugged at 0, 100")


def chained(count: int) -> MadePdf:
    made = simple()
    at = made.content.index(b"xref")
    for _ in range(count):
        at = made.update({3: b"(x)"}, b"/Prev %d" % at)
    return made


@pytest.mark.parametrize(
    ("made", "limits", "limit"),
    [
        (simple(), Limits(file_bytes=10), "file_bytes"),
        (chained(5), Limits(revisions=5), "revisions"),
        (chained(5), Limits(objects=6), "objects"),
    ],
)
def test_limits_are_named(made: MadePdf, limits: Limits, limit: str) -> None:
    found = made.refused(limits=limits)
    assert (found.reason, found.limit) == (UnreadableReason.LIMIT, limit)
    made.opened()


@pytest.mark.parametrize("heading", [b"0 99999999999", b"0 18446744073709551616", b"99999999999999 1"])
def test_huge_subsections_end_at_once(heading: bytes) -> None:
    made = MadePdf()
    made.object(1, CATALOG)
    at = made.put(b"xref\n%s\n0000000000 65535 f \ntrailer\n<</Root 1 0 R>>\n" % heading)
    found = open_pdf(MemorySource(bytes(made.ending(at).content)))
    assert isinstance(found, Unreadable) or found.rebuilt


def test_streams_that_fail_late_are_counted() -> None:
    """Each inflates to megabytes and is refused only by its second filter."""
    bomb = zlib.compress(bytes(4 * 1024**2), 9)
    made = MadePdf()
    made.object(1, CATALOG)
    for number in range(2, 120):
        made.stream(number, bomb, b"/Filter [/FlateDecode /FlateDecode]")
    rows = {number: (offset, 0, b"n") for number, offset in made.offsets.items()}
    pdf = made.ending(made.table(rows, b"/Root 1 0 R")).opened()
    streams = [found for number in range(2, 120) if isinstance(found := pdf.get(Reference(number, 0), 1), Stream)]
    with pytest.raises(PdfDamaged):
        streams[0].decoded()
    with pytest.raises(LimitReached, match="decoded_total_bytes"):
        all(_refused(stream) for stream in streams)


def _refused(stream: Stream) -> bool:
    try:
        stream.decoded()
    except PdfDamaged:
        return True
    return False


def test_cross_reference_streams_that_inflate_are_counted() -> None:
    bomb = zlib.compress(bytes(6000), 9)
    made = MadePdf()
    made.object(1, CATALOG)
    at = 0
    for _ in range(20):
        at = made.stream(5, bomb, b"/Type /XRef /W [1 2 1] /Index [0 1] /Root 1 0 R /Filter /FlateDecode /Prev %d" % at)
        made.ending(at)
    found = made.refused(limits=Limits(decoded_total_bytes=100_000))
    assert (found.reason, found.limit) == (UnreadableReason.LIMIT, "decoded_total_bytes")
    made.opened()


def test_objects_with_endless_tails_are_counted() -> None:
    """Comments without a line end: each object seems to reach to the end of the file."""
    made = MadePdf()
    made.object(1, CATALOG)
    rows = {1: (made.offsets[1], 0, b"n")}
    for number in range(2, 60_000):
        rows[number] = (made.put(b"%d 0 obj 5 %%" % number), 0, b"n")
    made.put(b"\n")
    pdf = made.ending(made.table(rows, b"/Root 1 0 R")).opened()
    with pytest.raises(LimitReached, match="object_bytes"):
        all(pdf.get(Reference(number, 0), 1) == 5 for number in range(2, 60_000))


def test_many_revisions_are_opened_quickly() -> None:
    made = chained(2000)
    began = time.process_time()
    pdf = made.opened()
    assert len(pdf.revisions) == 2001
    assert pdf.get(Reference(3, 0), 1500) == b"x"
    assert time.process_time() - began < 2


def test_a_long_table_costs_no_more_than_its_bytes() -> None:
    made = MadePdf()
    made.object(1, CATALOG)
    rows = b"%010d 00000 n \n" % made.offsets[1] * 200_000
    at = made.put(b"xref\n0 200000\n" + rows + b"trailer\n<</Root 1 0 R>>\n")
    made.ending(at)
    began = time.process_time()
    pdf = made.opened()
    assert len(pdf.section(1)) == 200_000
    assert time.process_time() - began < 0.5


# Damaged cross-references


def damaged(change: tuple[bytes, bytes]) -> MadePdf:
    made = simple({3: b"(first)", 4: b"(four)"})
    made.update({3: b"(second)"}, b"/Prev %d" % made.content.index(b"xref"))
    assert change[0] in made.content
    made.content = bytearray(bytes(made.content).replace(*change))
    return made


@pytest.mark.parametrize(
    "change",
    [
        (b"startxref", b"startxxxx"),
        (b"startxref\n", b"startxref\n99999"),
        (b"startxref\n", b"startxref\nabc"),
        (b"xref\n1 1", b"xxxx\n1 1"),
        (b"/Prev ", b"/Prev 5"),
        (b"/Prev ", b"/Prev -"),
        (b"/Prev ", b"/Prev (x)"),
        (b"/Prev ", b"/Prev 99999999999999999999"),
        (b"%PDF-1.7\n", b"%PDF-1.7\nshifted by some words and more and more\n"),
    ],
)
def test_objects_are_found_by_scanning(change: tuple[bytes, bytes]) -> None:
    pdf = damaged(change).opened()
    assert pdf.rebuilt
    assert len(pdf.revisions) == 1
    assert pdf.revisions[0].damaged
    assert (pdf.get(Reference(3, 0), 1), pdf.get(Reference(4, 0), 1)) == (b"second", b"four")
    assert pdf.catalog(1)["Type"] == "Catalog"


def test_a_loop_of_sections_is_rebuilt() -> None:
    made = simple()
    at = made.content.index(b"xref")
    made.content = bytearray(bytes(made.content).replace(b"/Size 99", b"/Prev %d" % at))
    assert made.opened().rebuilt


def test_object_streams_are_found_by_scanning() -> None:
    made = streamed()
    made.content = bytearray(bytes(made.content).replace(b"startxref", b"startxxxx"))
    pdf = made.opened()
    assert pdf.rebuilt
    assert (pdf.get(Reference(3, 0), 1), pdf.catalog(1)["Type"]) == (b"within", "Catalog")


def test_a_catalog_is_enough_to_rebuild() -> None:
    made = MadePdf()
    made.object(1, CATALOG)
    made.object(3, b"(three)")
    pdf = made.opened()
    assert (pdf.rebuilt, pdf.get(Reference(3, 0), 1)) == (True, b"three")


def test_headers_across_two_pieces_of_a_scan() -> None:
    for padding in range(1024**2 - 80, 1024**2 - 20, 7):
        made = MadePdf()
        made.object(1, CATALOG)
        made.put(b" " * (padding - made.end))
        made.object(12345, b"(there)")
        pdf = made.opened()
        assert (pdf.get(Reference(12345, 0), 1), pdf.entry(45, 1), pdf.entry(2345, 1)) == (b"there", None, None)


# Real documents


def test_revisions_of_real_documents(shared: Path) -> None:
    measured = {path.name: path.read_bytes().count(b"%%EOF") for path in sorted((shared / "vietnam").glob("*.pdf"))}
    found = {}
    for name in measured:
        with FileSource(shared / "vietnam" / name) as source:
            pdf = open_pdf(source)
            assert isinstance(pdf, PdfFile)
            assert not pdf.rebuilt
            assert pdf.revisions[-1].end <= source.size
            assert all(one.end == two.start for one, two in zip(pdf.revisions, pdf.revisions[1:], strict=False))
            found[name] = len(pdf.revisions)
    assert found == measured


def test_every_document_of_the_corpus_opens_or_says_why(shared: Path) -> None:
    cases = json.loads((shared / "corpora" / "open" / "manifest.json").read_text("utf-8"))
    refused = 0
    for case in {case["file"]: case for case in cases}.values():
        with FileSource(shared / "corpora" / "open" / case["file"]) as source:
            pdf = open_pdf(source)
            if isinstance(pdf, Unreadable):
                refused += 1
                assert case["kind"] == "malformed" or pdf.reason is UnreadableReason.PASSWORD_NEEDED, case["id"]
                continue
            for number in pdf.section(len(pdf.revisions)):
                entry = pdf.entry(number, len(pdf.revisions))
                assert entry is not None
                try:
                    pdf.get(Reference(number, entry.generation if entry.kind == "offset" else 0), len(pdf.revisions))
                except (PdfDamaged, LimitReached):
                    continue
    assert refused < 15


# Anything at all


@settings(max_examples=150, deadline=None)
@given(some.data())
def test_altered_files_never_raise_anything_else(data: some.DataObject) -> None:
    makers: list[Callable[[], MadePdf]] = [streamed, linearized, lambda: chained(2)]
    whole = bytes(makers[data.draw(some.integers(0, 2))]().content)
    words = [b"<<", b">>", b"[", b"(", b"0 R", b"-1", b"99999999999999999999", b"obj", b"stream", b"xref", b"/Prev 9", b"\xff"]
    for _ in range(data.draw(some.integers(1, 4))):
        at = data.draw(some.integers(0, len(whole)))
        whole = whole[:at] + data.draw(some.sampled_from(words)) + whole[at + data.draw(some.integers(0, 12)) :]
    pdf = open_pdf(MemorySource(whole))
    if isinstance(pdf, Unreadable):
        return
    for revision in range(1, len(pdf.revisions) + 1):
        for number in pdf.section(revision):
            try:
                found = pdf.get(Reference(number, 0), revision)
                if isinstance(found, Stream):
                    found.decoded()
            except (PdfDamaged, LimitReached):
                continue


# Remains of damaged signature dictionaries


@pytest.mark.parametrize(
    "numbers",
    [b"/ByteRange[0\x002869\x00\x0c9951\x00865]", b"/ByteRange[" + b"1" * 5000 + b" 0 1 2]", b"/ByteRange[]", b"/ByteRange[0 1"],
    ids=["null is white space (7.2.3)", "more digits than a number has", "none", "no end"],
)
def test_remains_of_a_damaged_dictionary_are_told_whatever_stands_in_their_range(samples: Path, numbers: bytes) -> None:
    """Found by coverage-guided fuzzing: the first two raised."""
    content = (samples / "saved-again.pdf").read_bytes()
    found = re.search(rb"/ByteRange\s*\[[^\]]*\]", content)
    assert found is not None
    damaged = content[: found.start()] + numbers + content[found.end() :]
    at = damaged.rfind(b"/Filter", 0, found.start())
    damaged = damaged[:at] + b")Filter" + damaged[at + 7 :]
    facts = read_facts(MemorySource(damaged))
    assert not isinstance(facts, Unreadable)
    assert len(facts.remains) == 1
