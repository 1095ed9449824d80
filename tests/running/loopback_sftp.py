"""An SFTP server on loopback, in a thread of its own, that serves one folder to one user with one key."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import asyncssh

LOOPBACK: Final = "127.0.0.1"
USER: Final = "luu-tru"


class Server:
    """Its port; `drop` ends every connection, as a failing network does."""

    def __init__(self, root: Path, host_key: asyncssh.SSHKey, client_key: asyncssh.SSHKey) -> None:
        self._root, self._host_key = root, host_key
        self._authorized = asyncssh.import_authorized_keys(client_key.export_public_key().decode())
        self._loop = asyncio.new_event_loop()
        self._connections: list[asyncssh.SSHServerConnection] = []
        self.port = 0

    def start(self) -> None:
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.port = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(30)

    async def _listen(self) -> int:
        server = self

        class Accepting(asyncssh.SSHServer):
            def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
                server._connections.append(conn)

        def root(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
            return asyncssh.SFTPServer(channel, chroot=str(self._root).encode())

        acceptor = await asyncssh.listen(
            LOOPBACK, 0, server_factory=Accepting, server_host_keys=[self._host_key], sftp_factory=root,
            authorized_client_keys=self._authorized,
        )  # fmt: skip
        return acceptor.get_port()

    def drop(self) -> None:
        async def all_of_them() -> None:
            for connection in self._connections:
                connection.abort()
            self._connections.clear()

        asyncio.run_coroutine_threadsafe(all_of_them(), self._loop).result(30)

    def stop(self) -> None:
        self.drop()
        self._loop.call_soon_threadsafe(self._loop.stop)


@contextlib.contextmanager
def sftp_server(root: Path, home: Path) -> Iterator[Server]:
    """A server for `root`; `home` gets the `.ssh` folder of a user who may enter and knows the host."""
    host_key, client_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    server = Server(root, host_key, client_key)
    server.start()
    folder = home / ".ssh"
    folder.mkdir(mode=0o700)
    client_key.write_private_key(folder / "id_ed25519")
    (folder / "id_ed25519").chmod(0o600)
    public = host_key.export_public_key().decode().strip()
    (folder / "known_hosts").write_text(f"[{LOOPBACK}]:{server.port} {public}\n", "utf-8")
    try:
        yield server
    finally:
        server.stop()
