"""The byte layer: what a ByteRange covers, and the digests of all ranges in one pass over the file (ISO 32000-2, 12.8.1).

Coverage is decided by positions, never by adding lengths: the gap is exactly the /Contents token of the signature dictionary as
the signed revision defines it, and the range ends where that revision ends.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from cryptography.hazmat.primitives.hashes import Hash
from msgspec import Struct

from sigcheck.digests import new_hash
from sigcheck.engine.bytesource import CHUNK, ByteSource, chunks
from sigcheck.engine.deadline import NEVER, Deadline
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.pdf.objects import PdfObject, String
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.facts import ByteRange, ByteRangeFlaw

WHITE_SPACE = b"\x00\t\n\x0c\r "
"""ISO 32000-2, 7.2.3, Table 1."""

END_TOLERANCE = 64
"""White space by which the end of a range and of its revision may differ: signers disagree about the end-of-line markers behind
`%%EOF`, and some leave them uncovered."""

OWN_COST = 64 * 1024
"""Bytes that a range counts for beside its own: states are not free."""

MOST_NUMBERS = 1_000
"""Numbers of a ByteRange that are kept; two parts are four."""

_HEXADECIMAL = b"0123456789abcdefABCDEF" + WHITE_SPACE


def content_end(source: ByteSource) -> int:
    """First byte behind the last byte that is no white space. Raises OSError."""
    end, window = source.size, END_TOLERANCE
    while end > 0:
        start = max(0, end - window)
        kept = len(source.read(start, end - start).rstrip(WHITE_SPACE))
        if kept:
            return start + kept
        end, window = start, CHUNK
    return 0


def check_byte_range(
    pdf: PdfFile, numbers: PdfObject, contents: String | None, revision: int, *, last_content: int | None = None
) -> ByteRange:
    """What /ByteRange covers, for a signature dictionary that appears in `revision` with this /Contents.

    `last_content` is `content_end` of the file, when it is known already. Raises PdfDamaged, LimitReached or OSError.
    """
    written, flaw = _written(pdf, numbers, revision)
    parts = tuple(zip(written[::2], written[1::2], strict=False))
    end = max((start + length for start, length in parts), default=None) if len(written) % 2 == 0 else None
    flaw = flaw or _shape_flaw(parts, len(written), pdf.source.size) or _gap_flaw(pdf, parts, contents)
    if end is None:
        return ByteRange(written, flaw, None, None, whole_file=False)
    behind_all = end >= (content_end(pdf.source) if last_content is None else last_content)
    reached = _revision_ending_at(pdf, end, revision, behind_all=behind_all)
    if flaw is None and reached != revision:
        flaw = ByteRangeFlaw.ENDS_ELSEWHERE
    return ByteRange(written, flaw, end, reached, whole_file=flaw is None and behind_all)


def _written(pdf: PdfFile, numbers: PdfObject, revision: int) -> tuple[tuple[int, ...], ByteRangeFlaw | None]:
    """The numbers as integers; what is no array of integers is a flaw. Booleans are no numbers, nor are 64-bit overflows."""
    array = pdf.resolve(numbers, revision)
    if array is None:
        return (), ByteRangeFlaw.MISSING
    if not isinstance(array, list):
        return (), ByteRangeFlaw.NOT_NUMBERS
    items = [pdf.resolve(item, revision) for item in array[:MOST_NUMBERS]]
    whole = [item for item in items if isinstance(item, int) and not isinstance(item, bool) and abs(item) < 2**63]
    return tuple(whole), None if len(whole) == len(items) else ByteRangeFlaw.NOT_NUMBERS


def _shape_flaw(parts: tuple[tuple[int, int], ...], count: int, size: int) -> ByteRangeFlaw | None:
    """Two parts from the first byte on, in order, inside the file."""
    if count != 4:
        return ByteRangeFlaw.NOT_TWO_PARTS
    (start, length), (second, second_length) = parts
    if start != 0:
        return ByteRangeFlaw.STARTS_LATE
    if length < 0 or second_length < 0 or second < length:
        return ByteRangeFlaw.OVERLAPS
    if max(length, second, second + second_length) > size:
        return ByteRangeFlaw.BEYOND_FILE
    return None


def _gap_flaw(pdf: PdfFile, parts: tuple[tuple[int, int], ...], contents: String | None) -> ByteRangeFlaw | None:
    """The gap is the hexadecimal string of /Contents, delimiters included, and holds nothing but digits and white space.

    Lexers pass over other characters in a hexadecimal string, so anything could hide there, uncovered.
    """
    if contents is None or not contents.is_hex or contents.start < 0:
        return ByteRangeFlaw.GAP
    opening, closing = parts[0][1], parts[1][0]
    if (contents.start, contents.end) != (opening, closing):
        return ByteRangeFlaw.GAP
    token = pdf.source.read(opening, closing - opening)
    bare = token.translate(None, _HEXADECIMAL) if token[:1] == b"<" else b""
    return None if bare == b"<>" and token[-1:] == b">" else ByteRangeFlaw.GAP


def _revision_ending_at(pdf: PdfFile, end: int, own: int, *, behind_all: bool) -> int | None:
    """The revision that ends at `end`, give or take white space: the signature's own if it does, else the first that does.

    A range behind all content of the file reaches the last revision, whatever stands between its `%%EOF` and the range's end.
    """
    if behind_all and own == len(pdf.revisions):
        return own
    if _ends_at(pdf, own, end):
        return own
    first = bisect_left(pdf.revisions, end - END_TOLERANCE, key=lambda revision: revision.end)
    for revision in pdf.revisions[first : first + END_TOLERANCE]:
        if revision.end > end + END_TOLERANCE:
            break
        if _ends_at(pdf, revision.number, end):
            return revision.number
    return None


def _ends_at(pdf: PdfFile, number: int, end: int) -> bool:
    known = pdf.revisions[number - 1].end
    if abs(known - end) > END_TOLERANCE:
        return False
    between = pdf.source.read(min(known, end), abs(known - end))
    return not between.strip(WHITE_SPACE)


_Key = tuple[int, tuple[tuple[int, int], ...]]
"""Where a range leaves the file's prefix, and the (start, end) of its parts behind."""


class Digests(Struct, frozen=True):
    """Everything one pass over the file gives."""

    file_sha256: str
    ranges: tuple[dict[str, bytes], ...]
    """For each request the digest by hash name; none for a range outside the file, out of order, or over the limit."""
    hashed_bytes: int
    """Bytes that went through hash functions, each as often as it did."""


class _Fork(Struct):
    """One distinct range on its way through the file: what it shares with the prefix, then parts of its own."""

    at: int
    """Up to here the range is the file's prefix."""
    parts: tuple[tuple[int, int], ...]
    """(start, end) of what follows."""
    names: set[str]
    states: dict[str, Hash]
    fed: int = 0

    @property
    def own_bytes(self) -> int:
        return sum(end - start for start, end in self.parts)

    def feed(self, view: memoryview, position: int) -> int:
        """Take what this range wants of the bytes at `position`; the bytes hashed."""
        hashed = 0
        for start, end in self.parts:
            piece = view[max(start - position, 0) : max(end - position, 0)]
            for state in self.states.values() if piece else ():
                state.update(piece)
            self.fed += len(piece)
            hashed += len(piece) * len(self.states)
        return hashed


class _Prefix(Struct):
    """Running hashes over the file from its first byte, forked wherever a range leaves it."""

    states: dict[str, Hash]
    needed_until: dict[str, int]
    position: int = 0
    hashed: int = 0

    def advance(self, piece: memoryview) -> None:
        for name, state in self.states.items():
            if self.position < self.needed_until[name]:
                state.update(piece)
                self.hashed += len(piece)
        self.position += len(piece)


def range_digests(
    source: ByteSource,
    requests: Sequence[tuple[tuple[int, ...], frozenset[str]]],
    *,
    limits: Limits = DEFAULT_LIMITS,
    deadline: Deadline = NEVER,
) -> Digests:
    """Digests of all ranges (`numbers`, hash names) and of the file, reading it once, in pieces. Raises OSError, TimeSpent."""
    forks = _forks(source.size, requests, limits)
    waiting = sorted(forks.values(), key=lambda fork: fork.at, reverse=True)
    prefix = _new_prefix(waiting, source.size)
    live: list[_Fork] = []
    own = 0
    for piece in chunks(source, 0, source.size):
        deadline.check()
        view, begin = memoryview(piece), prefix.position
        while waiting and waiting[-1].at < begin + len(piece):
            fork = waiting.pop()
            prefix.advance(view[prefix.position - begin : fork.at - begin])
            fork.states = {name: prefix.states[name].copy() for name in sorted(fork.names)}
            live.append(fork)
        prefix.advance(view[prefix.position - begin :])
        own += sum(fork.feed(view, begin) for fork in live)
        live = [fork for fork in live if fork.parts and fork.parts[-1][1] > begin + len(piece)]
    for fork in waiting:
        if fork.at == prefix.position:
            fork.states = {name: prefix.states[name].copy() for name in sorted(fork.names)}
    ready = {
        key: {name: state.finalize() for name, state in fork.states.items()} if fork.fed == fork.own_bytes else {}
        for key, fork in forks.items()
    }
    ranges = []
    for numbers, names in requests:
        key = _key(numbers, source.size)
        digests = {} if key is None else ready.get(key, {})
        ranges.append({name: digests[name] for name in sorted(names) if name in digests})
    return Digests(prefix.states["sha256"].finalize().hex(), tuple(ranges), prefix.hashed + own)


def _key(numbers: tuple[int, ...], size: int) -> _Key | None:
    """What tells ranges apart; None for one that is not ascending or not inside the file."""
    if not numbers or len(numbers) % 2:
        return None
    parts = [(start, start + length) for start, length in zip(numbers[::2], numbers[1::2], strict=True)]
    bounds = [0, *(bound for part in parts for bound in part), size]
    if any(low > high for low, high in pairwise(bounds)):
        return None
    return (parts[0][1], tuple(parts[1:])) if parts[0][0] == 0 else (0, tuple(parts))


def _forks(size: int, requests: Sequence[tuple[tuple[int, ...], frozenset[str]]], limits: Limits) -> dict[_Key, _Fork]:
    """The distinct ranges asked for, as many as the limit allows, in the order of the requests."""
    forks: dict[_Key, _Fork] = {}
    left = limits.hashed_bytes
    for numbers, names in requests:
        key = _key(numbers, size)
        if key is None:
            continue
        fork = forks.get(key) or _Fork(*key, names=set(), states={})
        fresh = {name for name in names if name not in fork.names and new_hash(name) is not None}
        left -= (fork.own_bytes + OWN_COST) * len(fresh)
        if left < 0:
            break
        fork.names |= fresh
        forks[key] = fork
    return forks


def _new_prefix(forks: Sequence[_Fork], size: int) -> _Prefix:
    needed = {"sha256": size}
    for fork in forks:
        for name in sorted(fork.names):
            needed[name] = max(needed.get(name, 0), fork.at)
    states = {name: state for name in needed if (state := new_hash(name)) is not None}
    return _Prefix(states, needed)
