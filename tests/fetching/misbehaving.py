"""Servers on loopback that do what a test is about, over real sockets."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[socket.socket, bytes], None]
"""What a server does with a connection, after it has read the request's header."""


@dataclass
class Server:
    """Where a server listens, and what it was asked."""

    host: str
    port: int
    requests: list[bytes] = field(default_factory=list)

    def address(self, path: str = "/list.crl", host: str | None = None) -> str:
        name = host or self.host
        return f"http://{f'[{name}]' if ':' in name else name}:{self.port}{path}"

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"


@contextmanager
def serving(answer: Answer, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server in a thread for each connection, until the block ends."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listening:
        server = Server(host, listening.getsockname()[1])
        over = threading.Event()
        accepting = threading.Thread(target=_accept, args=(listening, answer, server, tls, over), daemon=True)
        accepting.start()
        try:
            yield server
        finally:
            over.set()
            accepting.join()


def _accept(listening: socket.socket, answer: Answer, server: Server, tls: ssl.SSLContext | None, over: threading.Event) -> None:
    listening.settimeout(0.02)
    while not over.is_set():
        with suppress(TimeoutError):
            connection, _ = listening.accept()
            connection.settimeout(None)
            threading.Thread(target=_serve, args=(connection, answer, server, tls), daemon=True).start()


def _serve(plain: socket.socket, answer: Answer, server: Server, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError), closing(plain):
        connection = plain if tls is None else tls.wrap_socket(plain, server_side=True)
        with closing(connection):
            header = _request(connection)
            server.requests.append(header)
            answer(connection, header)


def _request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return received
        received += piece
    return received


def response(body: bytes, *fields: str, code: str = "200 OK", length: int | None = None) -> bytes:
    """A plain response; `length` is what Content-Length says when it lies."""
    lines = [f"HTTP/1.1 {code}", f"Content-Length: {len(body) if length is None else length}", *fields, "", ""]
    return "\r\n".join(lines).encode() + body


def sending(octets: bytes) -> Answer:
    return lambda connection, _: connection.sendall(octets)


def redirecting(location: str, code: str = "302 Found") -> Answer:
    return sending(response(b"", f"Location: {location}", code=code))


def dripping(octets: bytes, pause: float) -> Answer:
    """One octet at a time: no single read takes long, all together take forever."""

    def drip(connection: socket.socket, _: bytes) -> None:
        for octet in octets:
            connection.sendall(bytes((octet,)))
            time.sleep(pause)

    return drip


def endless(start: bytes, piece: bytes) -> Answer:
    def pour(connection: socket.socket, _: bytes) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(piece)

    return pour


def silent(seconds: float) -> Answer:
    return lambda _, __: time.sleep(seconds)
