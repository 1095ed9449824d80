"""Tokens and objects (ISO 32000-2, 7.2 and 7.3): examples of the standard, what viewers tolerate, and hostile input."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigcheck.engine.bytesource import FileSource, MemorySource
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.pdf import lexer
from sigcheck.engine.pdf.lexer import Incomplete, parse_object
from sigcheck.engine.pdf.objects import LimitReached, Name, PdfDamaged, PdfObject, Reference, String
from sigcheck.engine.pdf.syntax import SMALL_FILE, ObjectReader, ReadFailed


def parsed(text: bytes, depth: int = 256) -> PdfObject:
    return parse_object(text, 0, base=0, complete=True, depth=depth)[0]


def reader(content: bytes, limits: Limits = DEFAULT_LIMITS) -> ObjectReader:
    return ObjectReader(MemorySource(content), limits)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"null", None),
        (b"true", True),
        (b"false", False),
        # 7.3.3, examples 1 and 2
        (b"123 ", 123),
        (b"+17 ", 17),
        (b"-98 ", -98),
        (b"34.5 ", 34.5),
        (b"4. ", 4.0),
        (b"-.002 ", -0.002),
        # 7.3.4.2, examples 1, 3, 5, 6 and 7
        (b"(balanced parentheses ()\n( * ! & } ^ %and so on) .)", b"balanced parentheses ()\n( * ! & } ^ %and so on) ."),
        (b"(These \\\ntwo strings \\\r\nare the same.)", b"These two strings are the same."),
        (b"(one\r\ntwo\rthree)", b"one\ntwo\nthree"),
        (b"(\\0053)", b"\x053"),
        (b"(\\053)", b"+"),
        (b"(\\53)", b"+"),
        (b"(\\q\\(\\)\\\\)", b"q()\\"),
        (b"()", b""),
        # 7.3.4.3
        (b"<4E6F762073686D6F7A206B6120706F702E>", b"Nov shmoz ka pop."),
        (b"<90 1f\nA3>", b"\x90\x1f\xa3"),
        (b"<901FA>", b"\x90\x1f\xa0"),
        (b"<>", b""),
        # 7.3.5
        (b"/A;Name_With-Various***Characters? ", "A;Name_With-Various***Characters?"),
        (b"/Lime#20Green ", "Lime Green"),
        (b"/A#42 ", "AB"),
        (b"/ ", ""),
        (b"/h\xc3\xa0nh ", "hành"),
        (b"/h\xe0nh ", "h\udce0nh"),
        # 7.3.6, 7.3.7, 7.3.10
        (b"[549 3.14 false (Ralph) /SomeName 12 0 R]", [549, 3.14, False, b"Ralph", "SomeName", Reference(12, 0)]),
        (b"<</A<</B[1 2]>>/C null>>", {"A": {"B": [1, 2]}, "C": None}),
        (b"% comment >>\n<< /A % another\r 1 >>", {"A": 1}),
        (b"[1 0 2 0 R 3]", [1, 0, Reference(2, 0), 3]),
        (b"[1 0 Rx]", [1, 0, None]),
    ],
)
def test_objects(text: bytes, value: PdfObject) -> None:
    found = parsed(text)
    assert found == value
    assert type(found) is type(value) or isinstance(found, (Name, String))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"[--5 1.2.3 +-7 12-34]", [-5, 1.2, -7, 12]),
        (b"<</A 1 (stray) /B 2 /C>>", {"A": 1, "B": 2}),
        (b"<</A 1 /A 2>>", {"A": 2}),
        (b"<30 zz 31>", b"01"),
        (b"[frobnicate]", [None]),
    ],
)
def test_what_viewers_tolerate(text: bytes, value: PdfObject) -> None:
    assert parsed(text) == value


@pytest.mark.parametrize("text", [b"<</A 1", b"[1 2", b"(open (", b"<30", b"", b"<</A (x)"])
def test_cut_off_objects_are_incomplete(text: bytes) -> None:
    with pytest.raises(Incomplete):
        parsed(text)


@pytest.mark.parametrize("text", [b"[1 >>", b"<</A 1]", b")", b"}", b"endobj", b"[stream]", b">>", b"9" * 65 + b" "])
def test_damaged_objects(text: bytes) -> None:
    with pytest.raises(PdfDamaged):
        parsed(text)


def test_depth_is_limited() -> None:
    assert parsed(b"[" * 256 + b"]" * 256) is not None
    with pytest.raises(LimitReached, match="object_depth"):
        parsed(b"[" * 257 + b"]" * 257)
    with pytest.raises(LimitReached, match="object_depth"):
        parsed(b"<</A" * 100_000)


def test_strings_know_where_they_stand() -> None:
    content = b"junk 7 0 obj <</A (x\\)y) /B <30 31>>> endobj"
    found = reader(content).indirect_at(5, 7)
    assert isinstance(found.value, dict)
    first, second = found.value["A"], found.value["B"]
    assert isinstance(first, String)
    assert isinstance(second, String)
    assert (content[first.start : first.end], first.is_hex) == (b"(x\\)y)", False)
    assert (content[second.start : second.end], second.is_hex) == (b"<30 31>", True)


def test_strings_outside_the_file_have_no_place() -> None:
    value, _ = parse_object(b"(x) ", 0, base=None, complete=True, depth=8)
    assert isinstance(value, String)
    assert (value.start, value.end) == (-1, -1)


@pytest.mark.parametrize("miss", range(-4, 5))
def test_headers_are_found_a_few_bytes_off(miss: int) -> None:
    content = b"%PDF-1.4" + b" " * 10 + b"12 0 obj (here) endobj"
    assert reader(content).indirect_at(18 + miss, 12).start == 18


@pytest.mark.parametrize(("offset", "number"), [(0, 13), (0, 2), (200, 12), (-1, 12), (2**70, 12), (5, 12)])
def test_another_object_at_the_offset_is_damage(offset: int, number: int) -> None:
    content = b"12 0 obj (a) endobj %" + b"-" * 100
    with pytest.raises(PdfDamaged):
        reader(content if offset != 5 else b"12 0 xobj (a) endobj").indirect_at(offset, number)


def test_an_empty_object_is_null() -> None:
    found = reader(b"3 0 obj endobj").indirect_at(0, 3)
    assert (found.value, found.stream_start) == (None, None)


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r", b" \r\n"])
def test_stream_data_begin_behind_the_line_end(line_end: bytes) -> None:
    content = b"3 0 obj <</Length 4>> stream" + line_end + b"data\nendstream endobj"
    found = reader(content).indirect_at(0, 3)
    assert found.stream_start is not None
    assert content[found.stream_start :].startswith(b"data")


@pytest.mark.parametrize("declared", [4, None, 3, 400, -5, 2**70, 4.0, True, String(b"4"), [4]])
def test_stream_length_by_statement_or_by_search(declared: PdfObject) -> None:
    content = b"stream\ndata\r\nendstream endobj"
    assert reader(content).stream_length(7, declared) == 4


def test_a_stream_without_end_is_damaged() -> None:
    with pytest.raises(PdfDamaged, match="no endstream"):
        reader(b"stream\ndata").stream_length(7, 400)


def large(tmp_path: Path, content: bytes) -> FileSource:
    """A file above the size that is read at once, with `content` behind a long beginning."""
    path = tmp_path / "large.pdf"
    path.write_bytes(b" " * SMALL_FILE + content)
    return FileSource(path)


@pytest.mark.parametrize("length", [10, 4070, 4096, 5000, 70_000])
def test_windows_grow_until_the_object_is_whole(tmp_path: Path, length: int) -> None:
    content = b"5 0 obj <</A (%b) /Length 4>>stream\ndata\nendstream endobj" % (b"x" * length)
    with large(tmp_path, content) as source:
        objects = ObjectReader(source, DEFAULT_LIMITS)
        found = objects.indirect_at(SMALL_FILE, 5)
        assert isinstance(found.value, dict)
        text = found.value["A"]
        assert isinstance(text, String)
        assert (len(text), text.start) == (length, SMALL_FILE + 13)
        assert found.stream_start == SMALL_FILE + content.index(b"data")
        assert objects.stream_length(found.stream_start, None) == 4


def test_references_are_whole_at_every_window_end(tmp_path: Path) -> None:
    for padding in range(4060, 4090):
        with large(tmp_path, b"5 0 obj" + b" " * padding + b"12345 0 R endobj") as source:
            assert ObjectReader(source, DEFAULT_LIMITS).indirect_at(SMALL_FILE, 5).value == Reference(12345, 0)


def test_object_bytes_are_limited(tmp_path: Path) -> None:
    content = b"5 0 obj (" + b"x" * 100_000 + b") endobj"
    limits = Limits(object_bytes=50_000)
    with pytest.raises(LimitReached, match="object_bytes"):
        reader(content, limits).indirect_at(0, 5)
    with large(tmp_path, content) as source, pytest.raises(LimitReached, match="object_bytes"):
        ObjectReader(source, limits).indirect_at(SMALL_FILE, 5)


def test_unclosed_objects_cannot_be_read_without_end() -> None:
    objects = reader(b"1 0 obj <" * 200_000)
    for offset in range(0, 9 * 30, 9):
        with pytest.raises(PdfDamaged):
            objects.indirect_at(offset, 1)
    with pytest.raises(LimitReached, match="object_bytes"):
        all(_refused(objects, offset) for offset in range(0, 9 * 200_000, 9))


def _refused(objects: ObjectReader, offset: int) -> bool:
    try:
        objects.indirect_at(offset, 1)
    except PdfDamaged:
        return True
    return False


def test_a_long_hexadecimal_string_takes_no_time() -> None:
    content = b"1 0 obj <" + b"0f" * 1_000_000 + b"> endobj"
    objects = reader(content)
    began = time.process_time()
    assert objects.indirect_at(0, 1).value == b"\x0f" * 1_000_000
    assert time.process_time() - began < 0.5


def test_a_failing_medium_is_damage_not_an_exception() -> None:
    class Broken(MemorySource):
        size = SMALL_FILE * 2

        def read(self, start: int, length: int) -> bytes:
            raise OSError(f"unplugged at {start}, {length}")

    with pytest.raises(ReadFailed, match="unplugged"):
        ObjectReader(Broken(b""), DEFAULT_LIMITS).indirect_at(0, 1)


_NUMBER_PIECES = [
    "0",
    "12",
    "-3",
    "+4",
    "1.5",
    "1.",
    ".5",
    "--6",
    "1.2.3",
    "007",
    "9999999999",
    "99999999999",
    "R",
    "/N",
    "(s)",
    "]",
    "[",
    "%c\n",
]


@given(
    st.lists(st.sampled_from(_NUMBER_PIECES), max_size=8), st.sampled_from([b" ", b"\n", b"\r\n ", b"\0", b"\x0c", b"\x0b", b""])
)
def test_an_array_taken_at_once_is_the_one_read_number_by_number(pieces: list[str], gap: bytes) -> None:
    for text in (
        b"[" + gap.join(map(str.encode, pieces)) + b"] ",
        b"<< /W [" + gap.join(map(str.encode, pieces)) + gap + b"] >>",
    ):
        for complete in (True, False):
            at_once = _outcome(text, complete)
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(lexer, "_NUMBERS", re.compile(rb"(?!)"))
                assert _outcome(text, complete) == at_once


def _outcome(text: bytes, complete: bool) -> str:
    """With its types: 1, 1.0 and true are equal for Python."""
    try:
        return repr(parse_object(text, 0, base=0, complete=complete, depth=3))
    except (Incomplete, PdfDamaged, LimitReached) as error:
        return repr(error)
