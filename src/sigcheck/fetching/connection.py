"""A connection that ends at a moment and after a number of octets, whatever the server does.

A socket's own time-out starts anew with every octet: a server that drips would never reach it.
"""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from sigcheck.fetching.addresses import Address, Place
from sigcheck.fetching.limits import FetchLimits

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Clock = Callable[[], float]
"""Seconds since any moment, never running backwards, such as `time.monotonic`."""


class TooManyOctets(Exception):
    """The server sent more than may be read. Never leaves the package."""


class Patience:
    """The time that is left until a moment."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Seconds, above zero. Raises TimeoutError when there are none."""
        left = self._end - self._clock()
        if left <= 0:
            raise TimeoutError
        return left

    @property
    def over(self) -> bool:
        return self._end <= self._clock()


class _Incoming(io.RawIOBase):
    """What the server sends, as far as it is allowed to."""

    def __init__(self, connection: socket.socket, patience: Patience, octets: int) -> None:
        self._connection = connection
        self._patience = patience
        self.allowed = octets

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Raises TimeoutError, OSError, TooManyOctets."""
        view = memoryview(buffer)
        if self.allowed <= 0:
            raise TooManyOctets
        self._connection.settimeout(self._patience.left())
        count = self._connection.recv_into(view, min(len(view), self.allowed))
        self.allowed -= count
        return count


class Connection:
    """What `http.client` needs of a socket: to send, to read through a file, and to be closed by whoever opened it."""

    def __init__(self, connection: socket.socket, patience: Patience, header_bytes: int) -> None:
        self._connection = connection
        self._patience = patience
        self._incoming = _Incoming(connection, patience, header_bytes)

    def sendall(self, octets: bytes) -> None:
        """Raises TimeoutError, OSError."""
        self._connection.settimeout(self._patience.left())
        self._connection.sendall(octets)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._incoming)

    def allow(self, octets: int) -> None:
        """Let this many more octets in."""
        self._incoming.allowed += octets

    def close(self) -> None:
        """Nothing: a response is read after `http.client` closes what it sent the request with."""


def connect(address: Address, places: Sequence[Place], limits: FetchLimits, patience: Patience) -> socket.socket:
    """A connection to the first of these places that answers, with TLS for https. Raises OSError; ssl.SSLError is one."""
    refused: OSError = OSError("no place")
    for place in places[: limits.places]:
        try:
            plain = _reached(place, min(limits.connect_seconds, patience.left()))
        except OSError as error:
            refused = error
            continue
        return plain if address.scheme == "http" else _with_tls(plain, address.host, patience)
    raise refused


def _reached(place: Place, seconds: float) -> socket.socket:
    family, where = place
    reached = socket.socket(family, socket.SOCK_STREAM)
    try:
        reached.settimeout(seconds)
        reached.connect(where)
    except BaseException:
        reached.close()
        raise
    return reached


def _with_tls(plain: socket.socket, host: str, patience: Patience) -> socket.socket:
    """TLS as browsers speak it, against the roots of the operating system.

    What is fetched proves itself by its own signature or fingerprint, so that TLS adds privacy only; but a server that cannot
    show who it is, is not spoken to. `ssl.create_default_context` is not used: it would write keys where SSLKEYLOGFILE says.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    try:
        plain.settimeout(patience.left())
        return context.wrap_socket(plain, server_hostname=host)
    except BaseException:
        with suppress(OSError):
            plain.close()
        raise
