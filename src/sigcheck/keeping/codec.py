"""Our values as JSON values and back, exactly, driven by their type hints: a field that comes later needs no line here.

| value | in JSON |
|---|---|
| struct | object, a member a field |
| one of several alternatives | object with one member, named for the alternative |
| tuple, list, frozenset | array, a set in ascending order |
| moment, date | ISO 8601; a moment with its offset |
| octets | base64; longer ones once, in the table `octets` |
| number beyond 2**53 | text `0x…`, since other readers would round it; infinities as text |
| what is in REPEATED | its place in the table of its name |

A place in a table refers backwards only, so nothing can contain itself. Reading checks every kind, refuses what it does not know
and ends at limits: the text comes from outside.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import fields

from sigcheck.evidence import PathEntry, PathFound, Paths, RevocationStatement
from sigcheck.facts import Certificate, CmsFacts, SignatureFacts, SignatureRemains
from sigcheck.keeping.flaws import EvidenceFileError

REPEATED: Final[tuple[type[Struct], ...]] = (
    Certificate,
    PathEntry,
    PathFound,
    Paths,
    RevocationStatement,
    CmsFacts,
    SignatureFacts,
    SignatureRemains,
)
"""What evidence holds many times over, each after what it is made of."""
OCTETS: Final = "octets"
LONGEST_INLINE: Final = 47
"""Octets up to here stand where they belong: a digest or a key identifier is no longer as text than its place is worth."""
EXACT: Final = 2**53
MOST_VALUES: Final = 30_000_000
"""Values that a file may stand for, those of the tables counted wherever they are referred to: what judging walks through. A
document with 10,000 signatures has about 10 million."""

_HEXADECIMAL: Final = re.compile(r"-?0x[0-9a-f]+")


class Tables:
    """The tables of a file that is being written."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Any]] = {}
        self._places: dict[tuple[str, Any], int] = {}
        self._seen: dict[int, tuple[Any, int]] = {}

    def place_of(self, value: Any, table: str, write: Callable[[Any, Tables], Any]) -> int:
        """Where in its table the value stands; written there when it is new."""
        known = self._seen.get(id(value))
        if known is not None:
            return known[1]
        written = write(value, self)
        key = (table, written if isinstance(written, str) else repr(written))
        place = self._places.get(key)
        if place is None:
            row = self.rows.setdefault(table, [])
            place = self._places[key] = len(row)
            row.append(written)
        self._seen[id(value)] = (value, place)  # the value is held, so that its id stays its own
        return place


class Shelf:
    """The tables of a file that is being read, and how much has been taken from them."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[Any, int]]] = {}
        self.values = 0

    def count(self, values: int = 1) -> None:
        self.values += values
        if self.values > MOST_VALUES:
            raise EvidenceFileError("too-much", found=MOST_VALUES)

    def fill(self, tables: Any) -> None:
        """Read all tables, in the order in which they may refer to each other."""
        if not isinstance(tables, dict):
            raise _wrong(tables, "object")
        known: dict[str, Callable[[Any, Shelf], Any]] = {OCTETS: _read_octets}
        known |= {kind.__name__: _codec_of_fields(kind).read for kind in REPEATED}
        unknown = next((name for name in tables if name not in known), None)
        if unknown is not None:
            raise EvidenceFileError("unknown-field", found=unknown)
        for name, read in known.items():
            rows = self.rows.setdefault(name, [])
            for place, written in enumerate(_array(tables.get(name, []))):
                before = self.values
                value = _at(f"{name}[{place}]", read, written, self)
                rows.append((value, self.values - before))

    def take(self, table: str, place: Any) -> Any:
        rows = self.rows.get(table, [])
        if type(place) is not int or not 0 <= place < len(rows):
            raise EvidenceFileError("no-such-place", found=f"{table} {place!r}")
        value, weight = rows[place]
        self.count(weight)
        return value


class Codec(NamedTuple):
    """How values of one kind are written and read."""

    write: Callable[[Any, Tables], Any]
    read: Callable[[Any, Shelf], Any]


@cache
def codec_of(kind: Any) -> Codec:
    """The codec of a type as annotations name it. Raises TypeError for a kind that evidence has not had so far."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _codec_of_alternatives(arguments)
    if origin is tuple and arguments[-1:] != (Ellipsis,):
        return _codec_of_row(arguments)
    if origin in (tuple, list, frozenset):
        return _codec_of_several(origin, arguments[0])
    if kind in REPEATED:
        return _codec_of_repeated(kind)
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _codec_of_fields(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Codec(lambda value, _: value.value, lambda written, shelf: _enum(kind, written, shelf))
    if kind in _PLAIN:
        return _PLAIN[kind]
    raise TypeError(f"evidence has no form for {kind!r}")


@cache
def _codec_of_fields(kind: type[Struct]) -> Codec:
    hints = get_type_hints(kind)
    needed = {each.name for each in fields(kind) if each.required}
    codecs = {each.name: codec_of(hints[each.name]) for each in fields(kind)}

    def write(value: Any, tables: Tables) -> dict[str, Any]:
        return {name: codec.write(getattr(value, name), tables) for name, codec in codecs.items()}

    def read(written: Any, shelf: Shelf) -> Any:
        if not isinstance(written, dict):
            raise _wrong(written, kind.__name__)
        shelf.count()
        values = {}
        for name, one in written.items():
            codec = codecs.get(name)
            if codec is None:
                raise EvidenceFileError("unknown-field", found=name)
            values[name] = _at(name, codec.read, one, shelf)
        if not needed <= values.keys():
            raise EvidenceFileError("missing-field", found=min(needed - values.keys()))
        return kind(**values)

    return Codec(write, read)


def _codec_of_repeated(kind: type[Struct]) -> Codec:
    name = kind.__name__

    def write(value: Any, tables: Tables) -> int:
        return tables.place_of(value, name, _codec_of_fields(kind).write)

    return Codec(write, lambda written, shelf: shelf.take(name, written))


def _codec_of_alternatives(kinds: Sequence[Any]) -> Codec:
    named = {_name_of(kind): codec_of(kind) for kind in kinds if kind is not NoneType}
    classes = {(get_origin(kind) or kind): _name_of(kind) for kind in kinds if kind is not NoneType}
    empty = len(named) < len(kinds)
    only = next(iter(named.values())) if len(named) == 1 else None

    def write(value: Any, tables: Tables) -> Any:
        if value is None and empty:
            return None
        if only is not None:
            return only.write(value, tables)
        name = classes[type(value)]
        return {name: named[name].write(value, tables)}

    def read(written: Any, shelf: Shelf) -> Any:
        if written is None and empty:
            shelf.count()
            return None
        if only is not None:
            return only.read(written, shelf)
        if not isinstance(written, dict) or len(written) != 1:
            raise _wrong(written, " | ".join(named))
        ((name, one),) = written.items()
        if name not in named:
            raise EvidenceFileError("unknown-field", found=name)
        return _at(name, named[name].read, one, shelf)

    return Codec(write, read)


def _name_of(kind: Any) -> str:
    return str((get_origin(kind) or kind).__name__)


def _codec_of_several(origin: Any, item: Any) -> Codec:
    codec = codec_of(item)

    def write(value: Any, tables: Tables) -> list[Any]:
        ordered = sorted(value) if origin is frozenset else value
        return [codec.write(one, tables) for one in ordered]

    def read(written: Any, shelf: Shelf) -> Any:
        shelf.count()
        return origin([_at(f"[{place}]", codec.read, one, shelf) for place, one in enumerate(_array(written))])

    return Codec(write, read)


def _codec_of_row(kinds: Sequence[Any]) -> Codec:
    codecs = [codec_of(kind) for kind in kinds]

    def write(value: Any, tables: Tables) -> list[Any]:
        return [codec.write(one, tables) for codec, one in zip(codecs, value, strict=True)]

    def read(written: Any, shelf: Shelf) -> tuple[Any, ...]:
        shelf.count()
        if len(_array(written)) != len(codecs):
            raise _wrong(written, f"{len(codecs)} values")
        return tuple(_at(f"[{i}]", codec.read, one, shelf) for i, (codec, one) in enumerate(zip(codecs, written, strict=True)))

    return Codec(write, read)


def _at(place: str, read: Callable[[Any, Shelf], Any], written: Any, shelf: Shelf) -> Any:
    """What `read` gives; an error says where it was."""
    try:
        return read(written, shelf)
    except EvidenceFileError as error:
        raise error.within(place) from None


def _array(written: Any) -> list[Any]:
    if not isinstance(written, list):
        raise _wrong(written, "array")
    return written


def _wrong(written: Any, wanted: str) -> EvidenceFileError:
    return EvidenceFileError("wrong-kind", found=f"{type(written).__name__}, {wanted}")


def _enum(kind: type[Enum], written: Any, shelf: Shelf) -> Enum:
    shelf.count()
    try:
        return kind(written)
    except (ValueError, TypeError):
        raise _wrong(written, kind.__name__) from None


def _write_octets(value: bytes, tables: Tables) -> str | int:
    if len(value) <= LONGEST_INLINE:
        return _base64(value, tables)
    return tables.place_of(value, OCTETS, _base64)


def _base64(value: bytes, _: Tables) -> str:
    return base64.b64encode(value).decode("ascii")


def _octets(written: Any, shelf: Shelf) -> Any:
    return _read_octets(written, shelf) if isinstance(written, str) else shelf.take(OCTETS, written)


def _read_octets(written: Any, shelf: Shelf) -> bytes:
    shelf.count()
    if not isinstance(written, str):
        raise _wrong(written, "base64")
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        raise EvidenceFileError("wrong-kind", found="base64") from None


def _write_number(value: float, _: Tables) -> int | float | str:
    """A field of moments in seconds or points may hold a whole number: it stays one."""
    if isinstance(value, int):
        return hex(value) if abs(value) > EXACT else value
    return value if math.isfinite(value) else str(value)


def _whole(written: Any, shelf: Shelf) -> int:
    shelf.count()
    if type(written) is int:
        return written
    if isinstance(written, str) and _HEXADECIMAL.fullmatch(written):
        return int(written, 16)
    raise _wrong(written, "whole number")


def _number(written: Any, shelf: Shelf) -> float:
    if isinstance(written, float):
        shelf.count()
        return written
    return float(written) if written in ("inf", "-inf", "nan") else _whole(written, shelf)


def _of_type(kind: type) -> Callable[[Any, Shelf], Any]:
    def read(written: Any, shelf: Shelf) -> Any:
        shelf.count()
        if type(written) is not kind:
            raise _wrong(written, kind.__name__)
        return written

    return read


def _moment(written: Any, shelf: Shelf) -> datetime:
    shelf.count()
    try:
        moment = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        raise _wrong(written, "moment") from None
    if moment.tzinfo is None or moment.isoformat() != written:
        raise EvidenceFileError("wrong-kind", found=written)
    return moment


def _day(written: Any, shelf: Shelf) -> date:
    shelf.count()
    try:
        return date.fromisoformat(written)
    except (TypeError, ValueError):
        raise _wrong(written, "date") from None


def _as_it_is(value: Any, _: Tables) -> Any:
    return value


_PLAIN: Final[dict[Any, Codec]] = {
    str: Codec(_as_it_is, _of_type(str)),
    bool: Codec(_as_it_is, _of_type(bool)),
    int: Codec(_write_number, _whole),
    float: Codec(_write_number, _number),
    bytes: Codec(_write_octets, _octets),
    datetime: Codec(lambda value, _: value.isoformat(), _moment),
    date: Codec(lambda value, _: value.isoformat(), _day),
}
