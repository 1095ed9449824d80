"""Forms with files (multipart/form-data, RFC 7578) out of octets that are in memory already."""

from __future__ import annotations

from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from sigcheck.service.limits import MULTIPART_OCTETS, MULTIPART_PARTS
from sigcheck.service.problems import Problem


@dataclass(slots=True)
class Part:
    """One field: a document when it has a file name. Names are what the browser wrote, octet for octet."""

    name: str = ""
    filename: str | None = None
    content: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class _Reading:
    parts: list[Part] = field(default_factory=list)
    header: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    headers: dict[bytes, bytes] = field(default_factory=dict)
    octets: int = 0
    ended: bool = False

    def part_begins(self) -> None:
        if len(self.parts) >= MULTIPART_PARTS:
            raise Problem("bad-form")
        self.parts.append(Part())
        self.headers.clear()

    def header_field(self, piece: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self.header += piece[start:end]

    def header_value(self, piece: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self.value += piece[start:end]

    def _count(self, octets: int) -> None:
        self.octets += octets
        if self.octets > MULTIPART_OCTETS:
            raise Problem("bad-form")

    def header_ends(self) -> None:
        self.headers[bytes(self.header).lower()] = bytes(self.value)
        self.header.clear()
        self.value.clear()

    def headers_end(self) -> None:
        kind, options = parse_options_header(self.headers.get(b"content-disposition", b""))
        if kind != b"form-data":
            raise Problem("bad-form")
        part = self.parts[-1]
        part.name = options.get(b"name", b"").decode("utf-8", "surrogateescape")
        if b"filename" in options:
            part.filename = options[b"filename"].decode("utf-8", "surrogateescape")

    def part_data(self, piece: bytes, start: int, end: int) -> None:
        self.parts[-1].content += memoryview(piece)[start:end]

    def end(self) -> None:
        self.ended = True


def read_form(content: bytes, content_type: str) -> list[Part]:
    """The fields of a form, in their order. Raises Problem."""
    kind, options = parse_options_header(content_type.encode("utf-8", "surrogateescape"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 70:  # RFC 2046, 5.1.1
        raise Problem("bad-form")
    reading = _Reading()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": reading.part_begins,
                "on_header_field": reading.header_field,
                "on_header_value": reading.header_value,
                "on_header_end": reading.header_ends,
                "on_headers_finished": reading.headers_end,
                "on_part_data": reading.part_data,
                "on_end": reading.end,
            },
        )
        parser.write(content)
        parser.finalize()
    except (FormParserError, ValueError) as error:
        raise Problem("bad-form") from error
    if not reading.ended:
        raise Problem("bad-form")
    return reading.parts
