"""Files behind SFTP. Keys, users and known hosts are those of the user's OpenSSH configuration; unknown hosts are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import asyncssh
from sshfs import SSHFileSystem

from sigcheck.running.remote.patience import CONNECT_SECONDS, REQUEST_SECONDS, patiently
from sigcheck.running.remote.stores import StoredFile, StoreRefusedError, Unread

AnswerT = TypeVar("AnswerT")

_FINAL: Final = (
    asyncssh.HostKeyNotVerifiable,
    asyncssh.PermissionDenied,
    asyncssh.SFTPPermissionDenied,
    asyncssh.SFTPNoSuchFile,
    FileNotFoundError,
    PermissionError,
)
_KEEP_ALIVE_SECONDS: Final = 15
_LOST_AFTER: Final = 3
"""Keep-alives without an answer."""


class SftpStore:
    """One server, as one user: `user@host:port`."""

    def __init__(self, authority: str) -> None:
        user, _, server = authority.rpartition("@")
        host, _, port = server.partition(":") if not server.startswith("[") else server[1:].partition("]:")
        self._host = host.removesuffix("]")
        self._asked: dict[str, Any] = {"username": user} if user else {}
        if port:
            self._asked["port"] = int(port)
        self._connected: SSHFileSystem | None = None

    def _fs(self) -> SSHFileSystem:
        if self._connected is None:
            self._connected = SSHFileSystem(
                self._host,
                known_hosts=(),  # sshfs leaves hosts unchecked unless told; this is asyncssh's ~/.ssh/known_hosts
                connect_timeout=CONNECT_SECONDS,
                login_timeout=CONNECT_SECONDS,
                keepalive_interval=_KEEP_ALIVE_SECONDS,
                keepalive_count_max=_LOST_AFTER,
                sftp_client_kwargs={"path_errors": "surrogateescape"},
                skip_instance_cache=True,
                **self._asked,
            )
        return self._connected

    def _drop(self) -> None:
        """The next request connects again."""
        self._connected = None

    def _ask(self, request: Callable[[SSHFileSystem], AnswerT]) -> AnswerT:
        def once() -> AnswerT:
            try:
                return request(self._fs())
            except _FINAL as error:
                raise StoreRefusedError(str(error)) from error

        return patiently(once, before_again=self._drop)

    def listed(self, name: str) -> Iterator[StoredFile | Unread]:
        """Files of a folder first, then the folders below, each in the order of names. Links to folders are not followed."""
        about = self._about(name)
        if about["type"] == "file":
            yield _stored(name, about)
            return
        pending = [name.rstrip("/")]
        while pending:
            folder = pending.pop()
            below = []
            try:
                entries = self._entries(folder)
            except OSError as error:
                if folder == name.rstrip("/"):
                    raise
                yield Unread(folder, "folder-cannot-be-read", str(error))
                continue
            for file, kind, entry in entries:
                if kind == "directory":
                    below.append(file)
                elif kind == "file":
                    yield _stored(file, entry)
                elif kind == "link":
                    yield from self._linked(file)
            pending.extend(reversed(below))

    def _entries(self, folder: str) -> list[tuple[str, str, dict[str, Any]]]:
        path = f"/{folder}"
        found = self._ask(lambda fs: fs.ls(path, detail=True, timeout=REQUEST_SECONDS))
        named = ((entry["name"].rsplit("/", 1)[-1], entry) for entry in found)
        return sorted(
            (f"{folder}/{name}".lstrip("/"), str(entry["type"]), entry) for name, entry in named if name not in {"", ".", ".."}
        )

    def _about(self, name: str) -> dict[str, Any]:
        return dict(self._ask(lambda fs: fs.info(f"/{name}", timeout=REQUEST_SECONDS)))

    def _linked(self, name: str) -> Iterator[StoredFile | Unread]:
        try:
            about = self._about(name)
        except OSError as error:
            yield Unread(name, "link-cannot-be-followed", str(error))
            return
        if about["type"] == "file":
            yield _stored(name, about)
        elif about["type"] == "directory":
            yield Unread(name, "link-to-folder-not-followed")

    def read(self, file: StoredFile, start: int, end: int) -> bytes:
        def request(fs: SSHFileSystem) -> bytes:
            with fs.open(f"/{file.name}", "rb") as opened:
                opened.seek(start)
                content = bytes(opened.read(end - start))
            if len(content) < end - start:
                raise ConnectionError("the file ended too early")
            return content

        return self._ask(request)


def _stored(name: str, about: dict[str, Any]) -> StoredFile:
    size, changed = int(about["size"] or 0), about.get("mtime")
    return StoredFile(name, size, f"{size} {changed.timestamp():.0f}" if changed is not None else "")
