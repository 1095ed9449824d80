"""Indirect objects of a file: at offsets and in object streams, decrypted, with their streams; remembered within bounds."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from sigcheck.engine.pdf.filters import DecodeBudget
from sigcheck.engine.pdf.history import History
from sigcheck.engine.pdf.lexer import SKIP, Incomplete, parse_spelled
from sigcheck.engine.pdf.objects import LimitReached, Name, PdfDamaged, PdfObject, Reference, Stream
from sigcheck.engine.pdf.plain import plain_references
from sigcheck.engine.pdf.spelling import ambiguity, indirect_ambiguity
from sigcheck.engine.pdf.syntax import Indirect, ObjectReader, ReadFailed
from sigcheck.engine.pdf.xref import XrefEntry, direct_filters

if TYPE_CHECKING:
    from sigcheck.engine.pdf.encryption import Security

REMEMBERED_OBJECTS = 16 * 1024**2
"""Bytes of object tokens kept parsed: 100,000 objects. Python needs some ten times as much for them."""
PLAIN_WINDOW, PLAIN_DEPTH = 1024, 2
"""Bytes in which a plain dictionary with its heading and its end must fit, and its levels."""
RECENT, RECENT_COST = 1024, 4096
"""Small objects found again without a look into the cross-reference, and how many bytes of tokens a small one has."""
REMEMBERED_CONTAINERS = 64 * 1024**2
"""Bytes of decoded object streams kept."""
LISTED_FACTOR = 4
"""Entries read at the heads of object streams, as a multiple of `objects`: what was forgotten is read and counted again."""
OBJECT_COST = 64
"""Bytes that an object counts for beyond its tokens."""
DEEPEST_READ = 16
"""Objects read because another one is being read (a stream's /Length, an object stream): real files need three."""
END_WORD = 64
"""Bytes behind an object's value in which its `endobj` is looked for."""
FURTHEST = 64
"""References followed from one to the next before a chain counts as a loop."""

WHITE_SPACE = b"\x00\t\n\x0c\r "
_NUMBER = re.compile(SKIP + rb"([0-9]{1,10})(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])")


class Loaded(Struct, frozen=True):
    """An object as remembered; `damage` says why there is none."""

    value: PdfObject
    damage: str | None = None
    cost: int = 0
    """Bytes of its tokens, or of its object where it has a place in the file: it ends at `start` and so much."""
    start: int = 0
    """Where they begin, in the file or in the object stream."""
    plain_end: int | None = None
    """Where a value ends that is spelled plainly (lexer.py)."""


ABSENT = Loaded(None)


class Container(Struct, frozen=True):
    """A decoded object stream (7.5.7): the numbers of its objects and where each begins."""

    content: bytes
    numbers: tuple[int, ...]
    positions: tuple[int, ...]
    index_of: dict[int, int]


class Memory:
    """What was read last, by key, up to a number of bytes; the oldest goes first."""

    def __init__(self, most: int) -> None:
        self._left = most
        # Not a dict: that walks over everything forgotten before to find its oldest key.
        self._kept: OrderedDict[tuple[int, ...], tuple[Loaded | Container, int]] = OrderedDict()

    def get(self, key: tuple[int, ...]) -> Loaded | Container | None:
        kept = self._kept.get(key)
        return kept[0] if kept else None

    def keep(self, key: tuple[int, ...], value: Loaded | Container, cost: int) -> None:
        self._left -= cost + OBJECT_COST
        self._kept[key] = value, cost + OBJECT_COST
        while self._left < 0 and len(self._kept) > 1:
            self._left += self._kept.popitem(last=False)[1][1]


class ObjectLoader:
    """Reads objects as of a revision. Every method raises PdfDamaged or LimitReached."""

    def __init__(self, reader: ObjectReader, history: History, ends: tuple[int, ...]) -> None:
        self._reader = reader
        self._limits = reader.limits
        self._history = history
        self._ends = ends
        self._objects = Memory(REMEMBERED_OBJECTS)
        self._containers = Memory(REMEMBERED_CONTAINERS)
        self._budget = DecodeBudget(reader.limits)
        self._listed_left = LISTED_FACTOR * reader.limits.objects
        self._depth = 0
        self._recent: dict[tuple[int, int, int], Loaded] = {}
        self._security: Security | None = None
        self._clear_number: int | None = None

    def decrypt_with(self, security: Security, clear_number: int | None) -> None:
        """Decrypt from now on, all but the object that holds the encryption dictionary. What was read before is forgotten."""
        self._security, self._clear_number = security, clear_number
        self.forget()

    def forget(self) -> None:
        """Drop what was read."""
        self._objects, self._containers = Memory(REMEMBERED_OBJECTS), Memory(REMEMBERED_CONTAINERS)
        self._recent.clear()

    def get(self, reference: Reference, revision: int) -> PdfObject:
        """The object as of `revision`; None when free, absent or of another generation (7.3.10)."""
        self._reader.deadline.check()
        key = (reference.number, reference.generation, revision)
        loaded = self._recent.get(key)
        if loaded is None:
            loaded = self._load(reference, revision)
            if loaded.cost <= RECENT_COST:
                if len(self._recent) >= RECENT:
                    self._recent.clear()
                self._recent[key] = loaded
        if loaded.damage is not None:
            raise PdfDamaged(loaded.damage)
        return loaded.value

    def _load(self, reference: Reference, revision: int) -> Loaded:
        found = self._history.find(reference.number, revision)
        if found is None or found[1].kind == "free":
            return ABSENT
        written_in, entry = found
        if reference.generation != (0 if entry.kind == "compressed" else entry.generation):
            return ABSENT
        self._depth += 1
        try:
            if self._depth > DEEPEST_READ:
                raise PdfDamaged("objects that need one another to be read")
            if entry.kind == "compressed":
                return self._compressed(reference.number, entry, revision)
            return self._at_offset(reference.number, entry, self._ends[written_in - 1], revision)
        finally:
            self._depth -= 1

    def resolve(self, value: PdfObject, revision: int) -> PdfObject:
        """Follow references until a direct object is reached; loops end as None."""
        for _ in range(FURTHEST):
            if not isinstance(value, Reference):
                return value
            value = self.get(value, revision)
        return None

    def _at_offset(self, number: int, entry: XrefEntry, bound: int, revision: int) -> Loaded:
        """The object at an offset, as remembered or read now. What lies behind `bound` was written later and does not count."""
        lasting = (number, entry.offset, entry.generation, bound)
        kept = self._objects.get(lasting) or self._objects.get((*lasting, revision))
        if isinstance(kept, Loaded):
            return kept
        try:
            found = self._reader.indirect_at(entry.offset, number)
            value, cost = self._checked(found, entry, bound, revision), found.end - found.start
            loaded = Loaded(value, None, cost, found.start, found.plain_end)
            length = found.value.get("Length") if isinstance(found.value, dict) else None
        except ReadFailed:
            raise
        except PdfDamaged as error:
            loaded, length = Loaded(None, str(error)), None
        # A stream whose length stands in another object may differ from one revision to the next.
        self._objects.keep((*lasting, revision) if isinstance(length, Reference) else lasting, loaded, loaded.cost)
        return loaded

    def _checked(self, found: Indirect, entry: XrefEntry, bound: int, revision: int) -> PdfObject:
        if found.generation != entry.generation:
            raise PdfDamaged(f"object {found.number} has generation {found.generation}, not {entry.generation}")
        if found.end > bound:
            raise PdfDamaged(f"object {found.number} lies behind the revision that lists it")
        if self._security is not None and found.number != self._clear_number:
            from sigcheck.engine.pdf.encryption import decrypt_strings  # noqa: PLC0415 - most files need no ciphers

            decrypt = partial(self._security.string, number=found.number, generation=found.generation)
            value = decrypt_strings(found.value, decrypt)
        else:
            value = found.value
        if found.stream_start is None or not isinstance(value, dict):
            return value
        stream = self._stream(found, found.stream_start, value, revision)
        if stream.start + stream.length > bound:
            raise PdfDamaged(f"stream {found.number} reaches behind the revision that lists it")
        return stream

    def _stream(self, found: Indirect, start: int, dictionary: dict[str, PdfObject], revision: int) -> Stream:
        declared = dictionary.get("Length")
        if isinstance(declared, Reference):
            try:
                declared = self.resolve(declared, revision)
            except ReadFailed:
                raise
            except PdfDamaged:
                declared = None
        length = self._reader.stream_length(start, declared)
        raw = partial(self._raw, found.number, found.generation, dictionary, start, length)
        return Stream(dictionary, raw, partial(self._decoded, dictionary, raw, revision), start, length)

    def _raw(self, number: int, generation: int, dictionary: dict[str, PdfObject], start: int, length: int) -> bytes:
        """A stream's bytes as stored, decrypted."""
        if length > self._limits.decoded_stream_bytes:
            raise LimitReached("decoded_stream_bytes", f"{length} bytes before decoding")
        octets = self._reader.read(start, length)
        return octets if self._security is None else self._security.stream(octets, number, generation, dictionary)

    def _decoded(self, dictionary: dict[str, PdfObject], raw: Callable[[], bytes], revision: int) -> bytes:
        """A stream's bytes behind its filters, counted against the document's total."""
        only = dictionary.get("Filter")
        if type(only) is Name and "DecodeParms" not in dictionary:  # as most streams have it
            return self._budget.decode(raw(), [(only, {})])
        direct = {key: self._direct(dictionary.get(key), revision) for key in ("Filter", "DecodeParms")}
        return self._budget.decode(raw(), direct_filters(direct))

    def _direct(self, value: PdfObject, revision: int) -> PdfObject:
        """A value of /Filter or /DecodeParms with the references in it followed: arrays, and dictionaries of numbers."""
        value = self.resolve(value, revision)
        if isinstance(value, list):
            items = [self.resolve(item, revision) for item in value[: self._limits.filters + 1]]
            return [self._direct(item, revision) if isinstance(item, dict) else item for item in items]
        if isinstance(value, dict):
            return {key: self.resolve(item, revision) for key, item in value.items()}
        return value

    def _compressed(self, number: int, entry: XrefEntry, revision: int) -> Loaded:
        """An object inside an object stream (7.5.7), which is looked up as of the same revision."""
        outer = self._history.find(entry.offset, revision)
        if outer is None or outer[1].kind != "offset":
            raise PdfDamaged(f"object {number} lies in {entry.offset}, which is no object stream")
        stream = self.get(Reference(entry.offset, outer[1].generation), revision)
        if not isinstance(stream, Stream):
            raise PdfDamaged(f"object {entry.offset} is no object stream")
        place = (entry.offset, stream.start, stream.length)
        key = (number, *place, entry.generation)
        kept = self._objects.get(key)
        if isinstance(kept, Loaded):
            return kept
        container = self._container(place, stream, revision)
        try:
            loaded = self._inside(container, number, entry.generation)
        except PdfDamaged as error:
            loaded = Loaded(None, str(error))
        self._objects.keep(key, loaded, loaded.cost)
        return loaded

    def plain_references(self, number: int, revision: int) -> list[tuple[str, int]] | None:
        """Key and object number of the references in the object with this number, whatever its generation; None where it is not
        a plain dictionary, or not just where the cross-reference says, and has to be read in full.
        """
        self._reader.deadline.check()
        found = self._history.find(number, revision)
        if found is None or self._security is not None or self._limits.object_depth < PLAIN_DEPTH:
            return None
        written_in, entry = found
        read = self._recent.get((number, 0 if entry.kind == "compressed" else entry.generation, revision))
        if read is not None and read.damage is None:
            return None  # it is at hand in full
        if entry.kind == "compressed":
            return self._plain_within(number, entry, revision)
        return self._plain_at(number, entry, self._ends[written_in - 1]) if entry.kind == "offset" else None

    def _plain_at(self, number: int, entry: XrefEntry, bound: int) -> list[tuple[str, int]] | None:
        before = max(entry.offset - 1, 0)
        octets = self._reader.read(before, min(PLAIN_WINDOW, bound - before))
        start = entry.offset - before
        heading = b"%d %d obj" % (number, entry.generation)
        if octets[:start].isdigit() or not octets.startswith(heading, start):
            return None
        found = plain_references(octets, start + len(heading))
        if found is None or not octets[found[1] :].lstrip(WHITE_SPACE).startswith(b"endobj"):
            return None
        self._reader.charge(found[1])
        return found[0]

    def _plain_within(self, number: int, entry: XrefEntry, revision: int) -> list[tuple[str, int]] | None:
        outer = self._history.find(entry.offset, revision)
        stream = self.get(Reference(entry.offset, outer[1].generation), revision) if outer and outer[1].kind == "offset" else None
        if not isinstance(stream, Stream):
            return None
        container = self._container((entry.offset, stream.start, stream.length), stream, revision)
        index = entry.generation
        if index >= len(container.positions) or container.numbers[index] != number:
            return None
        found = plain_references(container.content, container.positions[index])
        if found is None:
            return None
        self._reader.charge(found[1] - container.positions[index])
        return found[0]

    def numbers_within(self, number: int, revision: int) -> tuple[int, ...]:
        """The numbers at the head of an object stream; none when the object is something else."""
        found = self._history.find(number, revision)
        stream = self.get(Reference(number, found[1].generation), revision) if found else None
        if not isinstance(stream, Stream) or stream.dictionary.get("Type") != "ObjStm":
            return ()
        return self._container((number, stream.start, stream.length), stream, revision).numbers

    def ambiguity(self, number: int, revision: int) -> str | None:
        """Why readers differ about how the object is written, or where; None where they do not, and for a free number."""
        found = self._history.find(number, revision)
        if found is None or found[1].kind == "free":
            return None
        if found[1].kind == "compressed":
            return self._ambiguity_within(number, found[1], revision)
        entry = found[1]
        loaded = self._load(Reference(number, entry.generation), revision)
        if loaded.damage is not None:
            raise PdfDamaged(loaded.damage)
        if isinstance(value := loaded.value, Stream):
            if value.length != self.resolve(value.dictionary.get("Length"), revision):
                return "another length of the stream than stated"
            if not self._reader.endstream_at(value.start + value.length):
                return "no endstream"
        octets = self._reader.read(entry.offset, loaded.start + loaded.cost - entry.offset + END_WORD)
        if loaded.plain_end is not None and loaded.start == entry.offset:
            return indirect_ambiguity(octets, loaded.plain_end - entry.offset)
        self._reader.charge(len(octets))
        return indirect_ambiguity(octets)

    def _ambiguity_within(self, number: int, entry: XrefEntry, revision: int) -> str | None:
        outer = self._history.find(entry.offset, revision)
        stream = self.get(Reference(entry.offset, outer[1].generation), revision) if outer and outer[1].kind == "offset" else None
        if not isinstance(stream, Stream):
            return "no object stream"
        container = self._container((entry.offset, stream.start, stream.length), stream, revision)
        index = entry.generation
        if index >= len(container.positions) or container.numbers[index] != number:
            return "another index in the object stream"
        loaded = self._load(Reference(number, 0), revision)
        if loaded.plain_end is not None and loaded.start == container.positions[index]:
            return None
        flaw, end = ambiguity(container.content, container.positions[index])
        self._reader.charge(end - container.positions[index])
        return flaw

    def _container(self, place: tuple[int, int, int], stream: Stream, revision: int) -> Container:
        """The object stream decoded, its head of numbers and positions read."""
        kept = self._containers.get(place)
        if isinstance(kept, Container):
            return kept
        count, first = (self.resolve(stream.dictionary.get(key), revision) for key in ("N", "First"))
        content = stream.decoded()
        if not isinstance(count, int) or not isinstance(first, int) or count < 0 or not 0 <= first <= len(content):
            raise PdfDamaged(f"object stream {place[0]} without a sound /N and /First")
        listed: list[int] = []
        position = 0
        for _ in range(2 * min(count, first, self._listed_left + 1)):
            token = _NUMBER.match(content, position, first)
            if token is None:
                break
            listed.append(int(token[1]))
            position = token.end()
        self._listed_left -= len(listed) // 2
        if self._listed_left < 0:
            raise LimitReached("objects", "listed in object streams")
        numbers, positions = tuple(listed[: len(listed) // 2 * 2 : 2]), tuple(first + start for start in listed[1::2])
        index_of = {number: index for index, number in reversed(list(enumerate(numbers)))}
        container = Container(content, numbers, positions, index_of)
        self._containers.keep(place, container, len(content) + 128 * len(numbers))
        return container

    def _inside(self, container: Container, number: int, index: int) -> Loaded:
        """The object `number` of a container; by its index, or by its number when that is wrong."""
        if index >= len(container.positions) or container.numbers[index] != number:
            if number not in container.index_of:
                raise PdfDamaged(f"object {number} is not in its object stream")
            index = container.index_of[number]
        start, depth = container.positions[index], self._limits.object_depth
        try:
            value, end, plain = parse_spelled(container.content, start, base=None, complete=True, depth=depth)
        except Incomplete:
            self._reader.charge(len(container.content) - start)
            raise PdfDamaged(f"object {number} is cut off in its object stream") from None
        self._reader.charge(end - start)
        return Loaded(value, None, end - start, start, end if plain else None)
