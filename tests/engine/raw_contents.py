"""The /Contents and ByteRange of signatures, found by pattern in the raw file, so that CMS tests need no PDF reader."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


@dataclass(frozen=True)
class RawSignature:
    """One signature as its bytes stand in the file."""

    byte_range: tuple[int, ...]
    contents: bytes
    covered: bytes

    def digests(self) -> dict[str, bytes]:
        names = ("sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512")
        found = {name: hashlib.new(name, self.covered).digest() for name in names}
        return found | {"shake256": hashlib.shake_256(self.covered).digest(64)}


def raw_signatures(path: Path) -> Iterator[RawSignature]:
    """Every ByteRange whose gap is a hexadecimal string, in file order."""
    octets = path.read_bytes()
    for match in _BYTE_RANGE.finditer(octets):
        numbers = tuple(int(group) for group in match.groups())
        start, length, second, second_length = numbers
        gap = octets[start + length : second]
        if re.fullmatch(rb"<(?:[0-9A-Fa-f]{2})+>", gap):
            covered = octets[start : start + length] + octets[second : second + second_length]
            yield RawSignature(numbers, bytes.fromhex(gap[1:-1].decode("ascii")), covered)
