"""Stream filters (ISO 32000-2, 7.4) with bounds on what they may produce. Image filters are left to those who show images."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate

from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject

SLOW_BYTES = 4 * 1024**2
"""Bytes that a filter written in Python may take in or give out; at 1 to 2 MB/s this stays within seconds."""
DEFLATE_RATIO = 1032
"""What deflated data can grow by at most."""
MOST_COLUMNS = 1024**2
"""Columns × colours of a predictor's row: a page image at 1,200 dpi has 10,000."""

IMAGE_FILTERS = frozenset({"DCTDecode", "DCT", "JPXDecode", "CCITTFaxDecode", "CCF", "JBIG2Decode"})

_ASCII85_WHITE = b"\x00\t\n\x0c\r "
_NOT_HEX = bytes(octet for octet in range(256) if octet not in b"0123456789abcdefABCDEF>")
_GROUP = re.compile(rb"[!-u]")


class NotDecoded(PdfDamaged):
    """A filter that is left to others, or that nobody knows; nothing was decoded."""


def decode_stream(
    raw: bytes, filters: Sequence[tuple[str, Mapping[str, PdfObject]]], *, most: int, limits: Limits = DEFAULT_LIMITS
) -> bytes:
    """The bytes behind `filters` (name and parameters, references resolved), in order, none of them longer than `most`.

    Raises PdfDamaged for bytes that cannot be decoded, its NotDecoded for filters, LimitReached beyond the limits.
    """
    if len(filters) > limits.filters:
        raise LimitReached("filters", str(len(filters)))
    most = min(most, limits.decoded_stream_bytes)
    for name, _ in filters:
        if name not in FILTERS:
            raise NotDecoded(f"{'filter not decoded' if name in IMAGE_FILTERS else 'unknown filter'}: {name[:40]}")
    decoded = raw
    for name, parameters in filters:
        try:
            decoded = FILTERS[name](decoded, parameters, most)
        except (PdfDamaged, LimitReached):
            raise
        except (ValueError, IndexError, OverflowError, MemoryError, zlib.error) as error:
            raise PdfDamaged(f"{name}: {error}") from error
    if len(decoded) > most:
        raise LimitReached("decoded_stream_bytes", f"more than {most} bytes")
    return decoded


class DecodeBudget:
    """What may be decoded of one document in all."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.decoded_total_bytes

    def decode(self, raw: bytes, filters: Sequence[tuple[str, Mapping[str, PdfObject]]]) -> bytes:
        """As `decode_stream`, counted. What fails is counted too, by what it can have come to: the work was done all the same."""
        most = max(self._left, 0)
        decoded = None
        try:
            decoded = decode_stream(raw, filters, most=most, limits=self._limits)
        except NotDecoded:
            decoded = b""
            raise
        except LimitReached as error:
            if error.limit == "decoded_stream_bytes" and most < self._limits.decoded_stream_bytes:
                raise LimitReached("decoded_total_bytes") from error
            raise
        finally:
            failed = min(DEFLATE_RATIO * len(raw), self._limits.decoded_stream_bytes)
            self._left -= failed if decoded is None else len(decoded)
        return decoded


def _too_long(most: int) -> LimitReached:
    return LimitReached("decoded_stream_bytes", f"more than {most} bytes")


def _slow(taken: bytes) -> bytes:
    if len(taken) > SLOW_BYTES:
        raise LimitReached("decoded_stream_bytes", f"more than {SLOW_BYTES} bytes for a slow filter")
    return taken


def _flate(taken: bytes, parameters: Mapping[str, PdfObject], most: int) -> bytes:
    """FlateDecode (7.4.4). What is there before the data break off is given; nothing at all is damage."""
    inflater = zlib.decompressobj()
    try:
        given = inflater.decompress(taken, most + 1)
    except zlib.error:
        given = _inflate_piecewise(taken, most)
    if len(given) > most:
        raise _too_long(most)
    return _unpredict(given, parameters)


def _inflate_piecewise(taken: bytes, most: int) -> bytes:
    """What can be inflated before the fault. Raises PdfDamaged when that is nothing."""
    inflater = zlib.decompressobj()
    given = bytearray()
    step = max(len(taken) // 4096, 16)
    for start in range(0, len(taken), step):
        try:
            given += inflater.decompress(taken[start : start + step], most + 1 - len(given))
        except zlib.error:
            break
        if len(given) > most:
            break
    if not given:
        raise PdfDamaged("FlateDecode: not deflated")
    return bytes(given)


def _lzw(taken: bytes, parameters: Mapping[str, PdfObject], most: int) -> bytes:
    """LZWDecode (7.4.4): codes of 9 to 12 bits, 256 clears the table, 257 ends."""
    early = 0 if parameters.get("EarlyChange") == 0 else 1
    first_table = [bytes([octet]) for octet in range(256)] + [b"", b""]
    table, width, previous = first_table.copy(), 9, b""
    given: list[bytes] = []
    total, held, bits = 0, 0, 0
    for octet in _slow(taken):
        held, bits = (held << 8) | octet, bits + 8
        if bits < width:
            continue
        bits -= width
        code, held = held >> bits, held & ((1 << bits) - 1)
        if code == 256:
            table, width, previous = first_table.copy(), 9, b""
            continue
        if code == 257 or code > len(table) or (code == len(table) and not previous):
            break
        entry = table[code] if code < len(table) else previous + previous[:1]
        if previous and len(table) < 4096:
            table.append(previous + entry[:1])
            if len(table) + early in (512, 1024, 2048):
                width += 1
        previous = entry
        given.append(entry)
        total += len(entry)
        if total > most:
            raise _too_long(most)
    return _unpredict(b"".join(given), parameters)


def _ascii_hex(taken: bytes, _parameters: Mapping[str, PdfObject], _most: int) -> bytes:
    """ASCIIHexDecode (7.4.2)."""
    digits = taken.translate(None, _NOT_HEX).partition(b">")[0]
    return bytes.fromhex((digits + b"0" if len(digits) % 2 else digits).decode("ascii"))


def _ascii85(taken: bytes, _parameters: Mapping[str, PdfObject], _most: int) -> bytes:
    """ASCII85Decode (7.4.3); the opening mark of other systems is passed over."""
    text = _slow(taken).translate(None, _ASCII85_WHITE).removeprefix(b"<~").partition(b"~")[0]
    if len(text.replace(b"z", b"")) % 5 == 1 and _GROUP.match(text[-1:]):
        text = text[:-1]
    return base64.a85decode(text)


def _run_length(taken: bytes, _parameters: Mapping[str, PdfObject], most: int) -> bytes:
    """RunLengthDecode (7.4.5)."""
    given: list[bytes] = []
    position, total = 0, 0
    while position < len(_slow(taken)):
        length = taken[position]
        if length == 128:
            break
        if length < 128:
            piece = taken[position + 1 : position + 2 + length]
            position += 2 + length
        else:
            piece = taken[position + 1 : position + 2] * (257 - length)
            position += 2
        given.append(piece)
        total += len(piece)
        if total > most:
            raise _too_long(most)
    return b"".join(given)


def _crypt(taken: bytes, parameters: Mapping[str, PdfObject], _most: int) -> bytes:
    """Crypt (7.4.10): decryption has happened before, so only its name is left to look at."""
    del parameters
    return taken


def _number(parameters: Mapping[str, PdfObject], key: str, default: int) -> int:
    value = parameters.get(key, default)
    return value if isinstance(value, int) else default


def _unpredict(given: bytes, parameters: Mapping[str, PdfObject]) -> bytes:
    """Undo /Predictor (7.4.4.4). Raises PdfDamaged for parameters that make no row."""
    predictor = _number(parameters, "Predictor", 1)
    if predictor <= 1:
        return given
    colours, bits = _number(parameters, "Colors", 1), _number(parameters, "BitsPerComponent", 8)
    columns = _number(parameters, "Columns", 1)
    if not (0 < colours <= 32 and bits in (1, 2, 4, 8, 16) and 0 < columns <= MOST_COLUMNS):
        raise PdfDamaged("predictor with impossible parameters")
    row, step = (colours * bits * columns + 7) // 8, max(colours * bits // 8, 1)
    if predictor == 2:
        return _tiff(given, row, step, bits)
    return _png(given, row, step)


def _running_sums(column: bytes | bytearray) -> bytes:
    return bytes(map((255).__and__, accumulate(column)))


def _tiff(given: bytes, row: int, step: int, bits: int) -> bytes:
    """TIFF predictor 2, horizontal differences, for components of 8 bits."""
    if bits != 8:
        raise PdfDamaged(f"TIFF predictor with {bits} bits is not decoded")
    undone = bytearray(_slow(given))
    for start in range(0, len(undone), row):
        end = min(start + row, len(undone))
        for component in range(start, min(start + step, end)):
            undone[component:end:step] = _running_sums(undone[component:end:step])
    return bytes(undone)


def _png(given: bytes, row: int, step: int) -> bytes:
    """PNG predictors (ISO/IEC 15948, 9): each row begins with the number of its own. A last row cut short is completed."""
    width = row + 1
    given += bytes(-len(given) % width) if given else b""
    kinds = set(given[::width])
    if kinds <= {0, 2}:
        return _png_up(given, width, kinds)
    undone = bytearray()
    above = bytes(row)
    for start in range(0, len(_slow(given)), width):
        kind = given[start]
        line = bytearray(given[start + 1 : start + width])
        if kind in _PNG_ROWS:
            _PNG_ROWS[kind](line, above, step)
        undone += line
        above = bytes(line)
    return bytes(undone)


def _png_up(given: bytes, width: int, kinds: set[int]) -> bytes:
    """The rows of cross-reference streams, all `none` or all `up`: whole columns at once."""
    rows = len(given) // width
    undone = bytearray(rows * (width - 1))
    if kinds == {0, 2}:
        return _png_mixed_up(given, width)
    for column in range(1, width):
        stored = given[column::width]
        undone[column - 1 :: width - 1] = _running_sums(stored) if kinds == {2} else stored
    return bytes(undone)


def _png_mixed_up(given: bytes, width: int) -> bytes:
    undone = bytearray()
    above = bytes(width - 1)
    for start in range(0, len(_slow(given)), width):
        line = bytearray(given[start + 1 : start + width])
        if given[start] == 2:
            _up(line, above, 1)
        undone += line
        above = bytes(line)
    return bytes(undone)


def _sub(line: bytearray, _above: bytes, step: int) -> None:
    for component in range(min(step, len(line))):
        line[component::step] = _running_sums(line[component::step])


def _up(line: bytearray, above: bytes, _step: int) -> None:
    line[:] = bytes((left + right) & 255 for left, right in zip(line, above, strict=True))


def _average(line: bytearray, above: bytes, step: int) -> None:
    for index, upper in enumerate(above):
        left = line[index - step] if index >= step else 0
        line[index] = (line[index] + (left + upper) // 2) & 255


def _paeth(line: bytearray, above: bytes, step: int) -> None:
    for index, upper in enumerate(above):
        left, corner = (line[index - step], above[index - step]) if index >= step else (0, 0)
        estimate = left + upper - corner
        distances = abs(estimate - left), abs(estimate - upper), abs(estimate - corner)
        nearest = (left, upper, corner)[distances.index(min(distances))]
        line[index] = (line[index] + nearest) & 255


_PNG_ROWS: dict[int, Callable[[bytearray, bytes, int], None]] = {1: _sub, 2: _up, 3: _average, 4: _paeth}

FILTERS: dict[str, Callable[[bytes, Mapping[str, PdfObject], int], bytes]] = {
    "FlateDecode": _flate,
    "Fl": _flate,
    "LZWDecode": _lzw,
    "LZW": _lzw,
    "ASCIIHexDecode": _ascii_hex,
    "AHx": _ascii_hex,
    "ASCII85Decode": _ascii85,
    "A85": _ascii85,
    "RunLengthDecode": _run_length,
    "RL": _run_length,
    "Crypt": _crypt,
}
"""Filters by name and by the short names of inline images, which some writers use for streams too."""
