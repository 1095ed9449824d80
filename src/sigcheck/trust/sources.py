"""What every source of trust hands over, and how a trust file is read from disk."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from sigcheck.anchors import ListedCertificate
from sigcheck.trust.entries import ListReference, WholeCertificate
from sigcheck.trust.words import Remark, fault

FILE_BYTES = 16 * 1024**2
"""A trust file of a thousand whole certificates stays below 5 MB."""


class Settings(Struct, frozen=True):
    """What the caller chose: one folder alone, or the shipped list with or without the user's folder."""

    folder: Path | None = None
    user_folder: Path | None = None


class Gathered(Struct, frozen=True):
    """What one source states. `enabled` and `disabled` are names that the user switched."""

    entries: tuple[ListedCertificate, ...] = ()
    certificates: tuple[WholeCertificate, ...] = ()
    lists: tuple[tuple[Path, ListReference], ...] = ()
    """Signed trusted lists that trust files name, not read yet."""
    enabled: frozenset[str] = frozenset()
    disabled: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    """Each file it read, in words for the report."""
    remarks: tuple[Remark, ...] = ()


def read_bytes(path: Path) -> bytes:
    """The file's bytes. Raises TrustError when it cannot be read or is larger than any trust file."""
    try:
        with path.open("rb") as file:
            octets = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise fault("cannot-read", path=path, reason=error.strerror or error) from error
    if len(octets) > FILE_BYTES:
        raise fault("too-large", path=path, limit=FILE_BYTES)
    return octets


def read_text(path: Path) -> str:
    """The file's text, UTF-8 with or without a byte order mark (Windows editors write one). Raises TrustError."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fault("not-toml", path=path, reason="not UTF-8") from error


def files_in(folder: Path) -> tuple[Path, ...]:
    """What lies in a folder, by name. Raises TrustError when there is no such folder or it cannot be listed."""
    if not folder.is_dir():
        raise fault("no-folder", path=folder)
    try:
        return tuple(sorted(folder.iterdir(), key=lambda path: path.name))
    except OSError as error:
        raise fault("cannot-read", path=folder, reason=error.strerror or error) from error
