"""Zip and tar archives as programs write them, and as no program should."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 8
"""Not a document that anybody could check: sources only look at names."""


def made_zip(members: dict[str, bytes], *, packed: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, archive.compression)
    return out.getvalue()


def made_tar(members: dict[str, bytes], packing: str = "", form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{packing}", format=form) as archive:  # type: ignore[call-overload]  # by name
        for name, content in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return out.getvalue()


def local_member(name: bytes, content: bytes, *, flags: int = 0, method: int = 0, size: int | None = None) -> tuple[bytes, bytes]:
    """A local header with its content, and the fields that a central directory entry needs of it."""
    fields = struct.pack(
        "<HHHHHLLLHH",
        20,
        flags,
        method,
        0,
        0,
        zlib.crc32(content),
        len(content),
        len(content) if size is None else size,
        len(name),
        0,
    )
    return b"PK\x03\x04" + fields + name + content, fields


def raw_zip(
    members: Iterable[tuple[bytes, bytes]], *, flags: int = 0, extra: bytes = b"", mode: int = 0, copies: int = 1
) -> bytes:
    """A zip of stored members with names as octets; with `copies` every member stands so often in the directory."""
    body, directory, count = b"", b"", 0
    for name, content in members:
        local, fields = local_member(name, content, flags=flags)
        offset = len(body)
        body += local
        for copy in range(copies):
            entry = b"PK\x01\x02" + struct.pack("<BB", 20, 3) + fields[:-4]
            named = name if not copy else b"%d" % copy + name
            entry += struct.pack("<HHHHHLL", len(named), len(extra), 0, 0, 0, mode << 16, offset) + named + extra
            directory += entry
            count += 1
    return body + directory + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, count, count, len(directory), len(body), 0)


def written(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)
