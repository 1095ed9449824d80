"""Stream filters (ISO 32000-2, 7.4) against examples of the standards and against data that try to do harm."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping

import pytest

from sigcheck.engine.limits import Limits
from sigcheck.engine.pdf.filters import SLOW_BYTES, decode_stream
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject

MOST = 1024**2
TEXT = b"Quyet dinh so 01/QD-UBND " * 40


def decoded(raw: bytes, *names: str, **parameters: PdfObject) -> bytes:
    given: Mapping[str, PdfObject] = parameters
    return decode_stream(raw, [(name, given) for name in names], most=MOST)


@pytest.mark.parametrize(
    ("raw", "names", "clear"),
    [
        (zlib.compress(TEXT), ["FlateDecode"], TEXT),
        (zlib.compress(zlib.compress(TEXT)), ["FlateDecode", "Fl"], TEXT),
        (b"61 62 2e6> ignored", ["ASCIIHexDecode"], b"ab.`"),
        (base64.a85encode(TEXT) + b"~>", ["ASCII85Decode"], TEXT),
        (b"<~z" + base64.a85encode(b"abc") + b"~>", ["A85"], bytes(4) + b"abc"),
        (b"\x02abc\xfed\x80 ignored", ["RunLengthDecode"], b"abcddd"),
        (base64.a85encode(zlib.compress(TEXT)) + b"~>", ["ASCII85Decode", "FlateDecode"], TEXT),
        # 7.4.4.2, example 1: the data 45 45 45 45 45 65 45 45 45 66
        (bytes.fromhex("800B6050220C0C8501"), ["LZWDecode"], bytes([45, 45, 45, 45, 45, 65, 45, 45, 45, 66])),
        (TEXT, ["Crypt"], TEXT),
        (TEXT, [], TEXT),
        (b"", ["FlateDecode"], b""),
    ],
)
def test_filters(raw: bytes, names: list[str], clear: bytes) -> None:
    assert decoded(raw, *names) == clear


def lzw(octets: bytes, *, early: int) -> bytes:
    """LZW as 7.4.4.2 describes it."""
    table = {bytes([octet]): octet for octet in range(256)}
    width, used, bits, length = 9, 258, 256, 9
    word = b""

    def put(code: int) -> None:
        nonlocal bits, length
        bits, length = (bits << width) | code, length + width

    for octet in octets:
        longer = word + bytes([octet])
        if longer in table:
            word = longer
            continue
        put(table[word])
        table[longer] = used
        used += 1
        if used + early > 1 << width and width < 12:
            width += 1
        if used >= 4094:
            put(256)
            table = {bytes([number]): number for number in range(256)}
            width, used = 9, 258
        word = bytes([octet])
    put(table[word])
    used += 1
    if used + early > 1 << width and width < 12:
        width += 1
    put(257)
    return (bits << (-length % 8)).to_bytes((length + 7) // 8, "big")


@pytest.mark.parametrize("early", [0, 1])
def test_lzw_with_codes_of_every_width(early: int) -> None:
    octets = b"".join(number.to_bytes(2, "big") * (number % 3 + 1) for number in range(6000))
    assert decoded(lzw(octets, early=early), "LZWDecode", EarlyChange=early) == octets


def png(rows: list[bytes], kinds: list[int], step: int) -> bytes:
    """Rows as a PNG encoder writes them (ISO/IEC 15948, 9.2)."""
    written = b""
    above = bytes(len(rows[0]))
    for row, kind in zip(rows, kinds, strict=True):
        line = bytearray([kind])
        for index, octet in enumerate(row):
            left = row[index - step] if index >= step else 0
            corner = above[index - step] if index >= step else 0
            upper = above[index]
            estimate = left + upper - corner
            nearest = min((left, upper, corner), key=lambda value: abs(estimate - value))
            line.append((octet - [0, left, upper, (left + upper) // 2, nearest][kind]) & 255)
        written += line
        above = row
    return written


@pytest.mark.parametrize("kinds", [[0] * 6, [2] * 6, [0, 2, 0, 2, 2, 0], [1] * 6, [3] * 6, [4] * 6, [0, 1, 2, 3, 4, 2]])
def test_png_predictors(kinds: list[int]) -> None:
    rows = [bytes((7 * row * row + 31 * column + row * column) & 255 for column in range(12)) for row in range(6)]
    raw = zlib.compress(png(rows, kinds, 3))
    assert decoded(raw, "FlateDecode", Predictor=15, Colors=3, Columns=4) == b"".join(rows)


def test_tiff_predictor() -> None:
    raw = zlib.compress(bytes([10, 20, 1, 2, 255, 255, 5, 5, 0, 1, 0, 0]))
    expected = bytes([10, 20, 11, 22, 10, 21, 5, 5, 5, 6, 5, 6])
    assert decoded(raw, "FlateDecode", Predictor=2, Colors=2, Columns=3) == expected


@pytest.mark.parametrize(
    "parameters",
    [{"Columns": 0}, {"Columns": -1}, {"Columns": 2**40}, {"Colors": 0}, {"BitsPerComponent": 3}, {"Colors": 10**9}],
)
def test_impossible_predictors_are_damage(parameters: dict[str, PdfObject]) -> None:
    with pytest.raises(PdfDamaged):
        decoded(zlib.compress(b"abc"), "FlateDecode", Predictor=12, **parameters)


def test_truncated_data_give_what_is_there() -> None:
    raw = zlib.compress(bytes(range(256)) * 40, 0)
    assert decoded(raw[:5000], "FlateDecode").startswith(bytes(range(256)))
    broken = raw[:5000] + b"\xff" * 10 + raw[5010:]
    assert decoded(broken, "FlateDecode").startswith(bytes(range(256)))


@pytest.mark.parametrize(
    ("raw", "name"), [(b"not deflated", "FlateDecode"), (b"\xff\xff", "A85"), (b"x", "Oink"), (b"\xff\xd8", "DCTDecode")]
)
def test_what_cannot_be_decoded_is_damage(raw: bytes, name: str) -> None:
    with pytest.raises(PdfDamaged):
        decoded(raw, name)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (zlib.compress(bytes(MOST + 1)), "FlateDecode"),
        (b"\x81\x00" * (MOST // 128 + 1), "RunLengthDecode"),
        (lzw(bytes(MOST + 1), early=1), "LZWDecode"),
        (bytes(SLOW_BYTES + 1), "LZWDecode"),
        (bytes(MOST + 1), "Crypt"),
    ],
)
def test_bombs_end_at_the_limit(raw: bytes, name: str) -> None:
    with pytest.raises(LimitReached, match="decoded_stream_bytes"):
        decoded(raw, name)


def test_as_much_as_the_limit_is_decoded() -> None:
    assert len(decoded(zlib.compress(bytes(MOST)), "FlateDecode")) == MOST


def test_filters_in_a_row_are_limited() -> None:
    with pytest.raises(LimitReached, match="filters"):
        decode_stream(b"", [("Crypt", {})] * 4, most=MOST, limits=Limits(filters=3))
