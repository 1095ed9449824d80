"""A small PDF writer: objects in, revisions out, with every byte under control (ISO 32000-2, 7.5)."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from generator.encryption import Encryption

EDITION: Final = ContextVar("EDITION", default="")
"""Makes another document of each seed, equal but for its /ID: archives of many documents are made with it."""


class Name(str):
    """A name object, without its slash."""

    __slots__ = ()


class Raw(bytes):
    """Bytes written as they stand."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ref:
    number: int


@dataclass(slots=True)
class Stream:
    dictionary: dict[str, Any]
    content: bytes
    compress: bool = True


Encrypt = Callable[[bytes], bytes]


def serialise(value: Any, encrypt: Encrypt | None = None) -> bytes:
    """One direct object. `str` becomes a text string (7.9.2.2): ASCII as it is, anything else as UTF-16BE."""
    match value:
        case None:
            return b"null"
        case bool():
            return b"true" if value else b"false"
        case Raw():
            return bytes(value)
        case Name():
            return b"/" + re.sub(rb"[^A-Za-z0-9._+-]", lambda m: b"#%02X" % m.group()[0], value.encode("utf-8"))
        case int() | float():
            return f"{value:g}".encode() if isinstance(value, float) else str(value).encode()
        case Ref():
            return b"%d 0 R" % value.number
        case str():
            return serialise(value.encode("ascii") if value.isascii() else b"\xfe\xff" + value.encode("utf-16-be"), encrypt)
        case bytes():
            plain = encrypt(value) if encrypt else value
            return b"(" + plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)").replace(b"\r", b"\\r") + b")"
        case list() | tuple():
            return b"[" + b" ".join(serialise(item, encrypt) for item in value) + b"]"
        case dict():
            return b"<<" + b"".join(_entry(key, item, encrypt) for key, item in value.items()) + b">>"
        case _:
            raise TypeError(type(value))


def _entry(key: str, value: Any, encrypt: Encrypt | None) -> bytes:
    written = serialise(value, encrypt)
    gap = b"" if written[:1] in b"/<[(" else b" "
    return serialise(Name(key)) + gap + written


@dataclass(slots=True)
class Pdf:
    """A document under construction. `commit` writes everything changed since the last one as a revision."""

    version: str = "1.7"
    xref_streams: bool = False
    object_streams: bool = False
    objects_a_stream: int | None = None
    """Objects that share one object stream; None: all of a revision."""
    free_own_xref_stream: bool = False
    """List each appended cross-reference stream's own number as free, as iTextSharp 5.5.9 does."""
    encryption: Encryption | None = None
    producer: str = "sample generator"
    out: bytearray = field(default_factory=bytearray)
    objects: dict[int, Any] = field(default_factory=dict)
    changed: dict[int, None] = field(default_factory=dict)
    """Numbers of the objects that the next commit writes, in order."""
    offsets: dict[int, int] = field(default_factory=dict)
    """Of the objects written by the last commit, streams' content excluded."""
    next_number: int = 1
    root: Ref = field(default_factory=lambda: Ref(0))
    info: Ref | None = None
    start_xref: int | None = None
    seed: str = ""
    """Makes /ID: the same seed, the same bytes."""
    plain: set[int] = field(default_factory=set)
    """Objects that never go into an object stream (signature dictionaries)."""

    def add(self, value: Any) -> Ref:
        reference = Ref(self.next_number)
        self.next_number += 1
        self.put(reference, value)
        return reference

    def put(self, reference: Ref, value: Any) -> None:
        self.objects[reference.number] = value
        self.changed.setdefault(reference.number)

    def get(self, reference: Ref) -> Any:
        return self.objects[reference.number]

    def touch(self, reference: Ref) -> Any:
        """The object, to be changed in place and written again by the next commit."""
        self.put(reference, self.objects[reference.number])
        return self.objects[reference.number]

    def commit(self, *, comment: bytes = b"") -> None:
        """Write a revision: the changed objects, a cross-reference section, a trailer."""
        first = self.start_xref is None
        if first:
            self.out += b"%PDF-" + self.version.encode() + b"\n%\xe2\xe3\xcf\xd3\n"
        self.offsets = {}
        packed = {n: None for n in self.changed if self._packable(n)} if self.object_streams else {}
        for number in [n for n in self.changed if n not in packed]:
            self._write_object(number, self.objects[number])
        compressed = self._write_object_streams(list(packed))
        self.out += comment
        if self.xref_streams:
            self._write_xref_stream(compressed, first=first)
        else:
            self._write_xref_table(first=first)
        self.changed = {}

    def _packable(self, number: int) -> bool:
        return not isinstance(self.objects[number], Stream) and number not in self.plain

    def _write_object(self, number: int, value: Any) -> None:
        self.offsets[number] = len(self.out)
        self.out += b"%d 0 obj\n" % number
        encrypt = self.encryption.for_object(number) if self.encryption and number != self.encryption.number else None
        if isinstance(value, Stream):
            content = zlib.compress(value.content, 9) if value.compress else value.content
            if encrypt and value.dictionary.get("Type") != "XRef":
                content = encrypt(content)
            entries = (
                dict(value.dictionary) | ({"Filter": Name("FlateDecode")} if value.compress else {}) | {"Length": len(content)}
            )
            self.out += serialise(entries, encrypt) + b"stream\n" + content + b"\nendstream"
        else:
            self.out += serialise(value, encrypt)
        self.out += b"\nendobj\n"

    def _write_object_streams(self, numbers: list[int]) -> dict[int, tuple[int, int]]:
        most = self.objects_a_stream or max(len(numbers), 1)
        compressed: dict[int, tuple[int, int]] = {}
        for start in range(0, len(numbers), most):
            compressed |= self._write_object_stream(numbers[start : start + most])
        return compressed

    def _write_object_stream(self, numbers: list[int]) -> dict[int, tuple[int, int]]:
        bodies = [serialise(self.objects[number]) for number in numbers]
        heads, position = [], 0
        for number, body in zip(numbers, bodies, strict=True):
            heads.append(f"{number} {position}")
            position += len(body) + 1
        head = " ".join(heads).encode() + b" "
        stream = Stream({"Type": Name("ObjStm"), "N": len(numbers), "First": len(head)}, head + b" ".join(bodies))
        holder = self.next_number
        self.next_number += 1
        self._write_object(holder, stream)
        return {number: (holder, index) for index, number in enumerate(numbers)}

    def _trailer(self) -> dict[str, Any]:
        seed = (EDITION.get() + self.seed).encode()
        first = hashlib.md5(seed, usedforsecurity=False).digest()
        last = hashlib.md5(seed + str(len(self.out)).encode(), usedforsecurity=False).digest()
        identifiers = [first, first if self.start_xref is None else last]
        entries: dict[str, Any] = {"Size": self.next_number, "Root": self.root}
        if self.info:
            entries["Info"] = self.info
        if self.encryption:
            entries["Encrypt"] = Ref(self.encryption.number)
        entries["ID"] = [Raw(b"<" + each.hex().encode() + b">") for each in identifiers]
        if self.start_xref is not None:
            entries["Prev"] = self.start_xref
        return entries

    def _write_xref_table(self, *, first: bool) -> None:
        position = len(self.out)
        rows = {0: b"0000000000 65535 f\r\n"} if first else {}
        rows |= {number: b"%010d 00000 n\r\n" % offset for number, offset in self.offsets.items()}
        self.out += b"xref\n"
        for start, numbers in _runs(sorted(rows)):
            self.out += b"%d %d\n" % (start, len(numbers)) + b"".join(rows[number] for number in numbers)
        self.out += b"trailer\n" + serialise(self._trailer()) + b"\nstartxref\n%d\n%%%%EOF\n" % position
        self.start_xref = position

    def _write_xref_stream(self, compressed: dict[int, tuple[int, int]], *, first: bool) -> None:
        number = self.next_number
        self.next_number += 1
        position = len(self.out)
        rows = {0: (0, 0, 65535)} if first else {}
        rows |= {key: (1, offset, 0) for key, offset in self.offsets.items()}
        rows |= {key: (2, holder, index) for key, (holder, index) in compressed.items()}
        rows[number] = (0, 0, 65535) if self.free_own_xref_stream and not first else (1, position, 0)
        runs = _runs(sorted(rows))
        packed = b"".join(
            kind.to_bytes(1, "big") + middle.to_bytes(3, "big") + last.to_bytes(2, "big")
            for key in sorted(rows)
            for kind, middle, last in [rows[key]]
        )
        index = [value for start, numbers in runs for value in (start, len(numbers))]
        entries = {"Type": Name("XRef"), "W": [1, 3, 2], "Index": index} | self._trailer()
        self._write_object(number, Stream(entries, packed))
        self.out += b"startxref\n%d\n%%%%EOF\n" % position
        self.start_xref = position


def _runs(numbers: list[int]) -> list[tuple[int, list[int]]]:
    runs: list[tuple[int, list[int]]] = []
    for number in numbers:
        if runs and runs[-1][1][-1] == number - 1:
            runs[-1][1].append(number)
        else:
            runs.append((number, [number]))
    return runs
