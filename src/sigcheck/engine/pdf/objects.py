"""The objects of a PDF file (ISO 32000-2, 7.3) as Python values.

null, booleans and numbers are None, bool, int and float; arrays are lists; dictionaries have names as keys, typed as `str`.
The rest is below. Values are read, never written back, and nothing here resolves a reference.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct


class Name(str):
    """A name object without its slash, #xx resolved. Octets that are not UTF-8 stay apart from all others, as lone surrogates:
    names are equal where their octets are (7.3.5), and only there."""

    __slots__ = ()


class Reference(Struct, frozen=True, order=True, gc=False):
    """An indirect reference, `12 0 R`."""

    number: int
    generation: int

    def __str__(self) -> str:
        return f"{self.number} {self.generation}"


class String(bytes):
    """A literal or hexadecimal string, decoded (and decrypted). `start` and `end` are the file offsets of its token,
    delimiters included, or -1 for a string inside an object stream."""

    start: int
    end: int
    is_hex: bool

    def __new__(cls, value: bytes, start: int = -1, end: int = -1, is_hex: bool = False) -> String:
        self = super().__new__(cls, value)
        self.start, self.end, self.is_hex = start, end, is_hex
        return self


class Stream(Struct, frozen=True, eq=False):
    """A stream: its dictionary, and functions for its bytes, which are read only when asked for."""

    dictionary: dict[str, PdfObject]
    raw: Callable[[], bytes]
    """The bytes as stored (decrypted, still filtered). Raises LimitReached or PdfDamaged."""
    decoded: Callable[[], bytes]
    """The bytes behind all filters. Raises LimitReached or PdfDamaged."""
    start: int = -1
    """File offset of the first byte of data."""
    length: int = -1


PdfObject = None | bool | int | float | Name | String | Reference | list["PdfObject"] | dict[str, "PdfObject"] | Stream


class PdfDamaged(ValueError):
    """The bytes are not what ISO 32000-2 says they should be. Never leaves the engine: it becomes a value with a reason."""


class LimitReached(ValueError):
    """A limit of engine/limits.py was reached; `limit` is its name. Never leaves the engine."""

    def __init__(self, limit: str, detail: str = "") -> None:
        super().__init__(f"{limit}: {detail}" if detail else limit)
        self.limit = limit
