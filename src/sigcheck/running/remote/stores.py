"""What is asked of a store of documents elsewhere, and which one an address names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

SCHEMES: Final = ("s3", "sftp")


class StoreRefusedError(OSError):
    """Asking again would change nothing: no right, no such name, a host key that is not known, an object that has changed."""


@dataclass(frozen=True, slots=True)
class Address:
    """`scheme://authority/name`; the name as it is, never percent-encoded."""

    scheme: str
    authority: str
    name: str

    @classmethod
    def of(cls, url: str) -> Address:
        scheme, _, rest = url.partition("://")
        authority, _, name = rest.partition("/")
        return cls(scheme.lower(), authority, name)

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}/{self.name}"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One object or file. `version` changes when the content may have; `entity_tag` is what a store can be held to."""

    name: str
    size: int
    version: str
    entity_tag: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A part that could not be listed, with the reason."""

    name: str
    problem: str
    detail: str = ""


class Store(Protocol):
    """Everything raises OSError; StoreRefusedError where asking again is no use."""

    def listed(self, name: str) -> Iterator[StoredFile | Unread]:
        """The file of this name alone, or those below it, in a fixed order, a page or a folder at a time."""
        ...

    def read(self, file: StoredFile, start: int, end: int) -> bytes:
        """Exactly these octets of the file."""
        ...


@lru_cache(maxsize=16)
def store_at(scheme: str, authority: str) -> Store:
    """The store of an address, with its connections, once in a process. Raises ImportError without the extra `remote`."""
    if scheme == "s3":
        from sigcheck.running.remote.s3 import S3Store  # noqa: PLC0415 - a heavy library, where it is used

        return S3Store(authority)
    from sigcheck.running.remote.sftp import SftpStore  # noqa: PLC0415 - as above

    return SftpStore(authority)
