"""The server under the application: a socket of our own, limits on connections, and an end that lets checks finish."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, Final

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from sigcheck.service.guard import Guard
from sigcheck.service.limits import CONNECTIONS, HEADER_SECONDS, ServiceLimits

_BACKLOG: Final = 256
_ENDING: Final = ("SIGINT", "SIGTERM", "SIGBREAK")


class PatientProtocol(H11Protocol):
    """uvicorn's, with a limit of time for the headers of each request: it waits for them for ever."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._waiting = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(HEADER_SECONDS, self._give_up)

    def _give_up(self) -> None:
        self._waiting = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes any that is free. Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        if hasattr(signal, "SIGHUP"):  # elsewhere the option would let others take the same port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def address_of(listening: socket.socket, host: str) -> str:
    """Where a browser finds it."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listening.getsockname()[1]}/"


def is_loopback(listening: socket.socket) -> bool:
    return ip_address(listening.getsockname()[0].partition("%")[0]).is_loopback


def run(application: Guard, listening: socket.socket, limits: ServiceLimits, ready: Callable[[], None]) -> None:
    """Serve until a signal asks for the end; what is being checked then is finished. `ready` is called when a signal is heard."""
    config = uvicorn.Config(
        application,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=int(HEADER_SECONDS),
        timeout_graceful_shutdown=int(limits.check_seconds) + 5,
        h11_max_incomplete_event_size=32 * 1024,
    )
    server = uvicorn.Server(config)

    def end(*_: object) -> None:
        server.should_exit = True

    for name in _ENDING:  # for what comes before uvicorn listens; it raises what it heard once more when it has ended
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, end)
    ready()
    server.run(sockets=[listening])
