"""Single parsers under any octets: they answer or say why not, within the engine's own exceptions.

guided.py searches for such octets guided by coverage.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from sources import RANGE, ROOT

from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.certificates import certificate_extensions, parse_certificate, signature_parts
from sigcheck.engine.cms import read_cms
from sigcheck.engine.crypto import asn1
from sigcheck.engine.gather import read_facts
from sigcheck.engine.limits import DEFAULT_LIMITS
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf
from sigcheck.engine.pdf.syntax import ObjectReader

EXPECTED = (PdfDamaged, LimitReached, asn1.Malformed)
"""What parsers inside the engine may raise; nothing of it leaves."""


def lexer(octets: bytes) -> None:
    """One object at the start, then every indirect object."""
    reader = ObjectReader(MemorySource(octets), DEFAULT_LIMITS)
    for at in (0, *(m.start() for m in re.finditer(rb"\d+ \d+ obj", octets[:4096]))):
        try:
            reader.indirect_at(at)
        except EXPECTED:
            continue


def cross_reference(octets: bytes) -> None:
    """A file's sections, trailers and catalog."""
    pdf = open_pdf(MemorySource(octets))
    if isinstance(pdf, PdfFile):
        for revision in range(1, len(pdf.revisions) + 1):
            try:
                pdf.catalog(revision)
            except EXPECTED:
                continue


def whole(octets: bytes) -> None:
    """Everything that a document says: nothing is raised."""
    read_facts(MemorySource(octets))


def cms(octets: bytes) -> None:
    """A CMS object: nothing is raised."""
    read_cms(octets)


def certificate(octets: bytes) -> None:
    """A certificate: nothing is raised."""
    found = parse_certificate(octets)
    if found is not None:
        certificate_extensions(found)
        signature_parts(octets)


PARSERS: dict[str, Callable[[bytes], None]] = {
    "lexer": lexer,
    "cross_reference": cross_reference,
    "whole": whole,
    "cms": cms,
    "certificate": certificate,
}


def seeds(name: str) -> list[bytes]:
    """Small, good octets for a parser to begin with, from our samples."""
    files = sorted((ROOT / "samples").glob("*.pdf"), key=lambda path: path.stat().st_size)[:25]
    contents = [file.read_bytes() for file in files]
    if name in ("lexer", "cross_reference", "whole"):
        return contents
    signed = [(content, match) for content in contents for match in RANGE.finditer(content)]
    found = []
    for content, match in signed:
        a, b, c, _ = (int(number) for number in match.groups())
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", content[a + b : c])
        found.append(bytes.fromhex(digits[: len(digits) // 2 * 2].decode()).rstrip(b"\x00"))
    if name == "cms":
        return found
    read = (read_cms(octets) for octets in found)
    return [one.der for cms_facts in read for one in getattr(cms_facts, "certificates", ())]


def mutated(good: bytes, chance: Random) -> bytes:
    """A few octets otherwise, a piece left out or doubled."""
    octets = bytearray(good)
    for _ in range(chance.choice((1, 2, 4, 8))):
        at = chance.randrange(len(octets))
        match chance.randrange(4):
            case 0:
                octets[at] = chance.choice((0, 0xFF, 0x80, 0x30, 0x31, chance.randrange(256)))
            case 1:
                octets[at] ^= 1 << chance.randrange(8)
            case 2:
                del octets[at : at + chance.randrange(1, 40)]
            case _:
                octets[at:at] = octets[at : at + chance.randrange(1, 40)]
        if not octets:
            return b"\x00"
    return bytes(octets)
