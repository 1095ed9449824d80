"""fetch: one address to its octets, within limits. Whatever a server does becomes a value with a reason.

The only place that opens connections. No proxy, cookie or password of the environment is used, no connection is used twice,
nothing is unpacked, and a redirect is followed only to servers that were handed over as allowed.
"""

from __future__ import annotations

import errno
import ssl
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, LineTooLong, RemoteDisconnected
from typing import Final
from urllib.parse import urljoin

from sigcheck import __version__
from sigcheck.fetching.addresses import PORTS, Address, parse_address, places_of
from sigcheck.fetching.connection import Clock, Connection, Patience, TooManyOctets, connect
from sigcheck.fetching.limits import AT_A_DESK, FetchLimits
from sigcheck.fetching.outcome import Fetched, NotFetched, Reason

PIECE: Final = 64 * 1024
CHUNK_ROOM: Final = 64 * 1024
"""Octets on the line beyond twice the body: sizes of chunks and trailers (RFC 9112, 7.1)."""
AGENT: Final = f"sigcheck/{__version__}"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SAME_METHOD: Final = frozenset({307, 308})
"""After these a body is sent again; after others a POST would become a GET (RFC 9110, 15.4)."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is sent: a GET, or a POST of `body` with its media type."""

    most: int
    """Octets taken of the answer."""
    body: bytes | None = None
    media_type: str = ""
    accept: str = "*/*"


@dataclass(frozen=True, slots=True)
class _Onward:
    location: str


def fetch(
    address: str,
    question: Question,
    *,
    servers: frozenset[str],
    allow_private: bool = False,
    limits: FetchLimits = AT_A_DESK,
    seconds: float | None = None,
    clock: Clock = time.monotonic,
) -> Fetched | NotFetched:
    """Ask one address; never raises for what a server does.

    `servers` are those that certificates below a configured anchor, or the trust list, name (`servers_of`): the address and
    every redirect must lead to one of them. `seconds` shortens the limit of the same name.
    """
    patience = Patience(clock, limits.seconds if seconds is None else min(seconds, limits.seconds))
    seen: set[str] = set()
    target = parse_address(address)
    while True:
        if isinstance(target, NotFetched):
            return target
        if target.server not in servers:
            return NotFetched(Reason.SERVER_NOT_ALLOWED, target.server)
        seen.add(target.text)
        step = _guarded(target, question, allow_private, limits, patience)
        if not isinstance(step, _Onward):
            return step
        onward = _target_of(step, target)
        if isinstance(onward, Address) and _leads_astray(target, onward, seen, limits):
            return NotFetched(Reason.REDIRECTS, server=target.server)
        target = onward


def _target_of(step: _Onward, here: Address) -> Address | NotFetched:
    """Where a redirect leads, which may be said relative to where it was met (RFC 9110, 10.2.2)."""
    if not step.location:
        return NotFetched(Reason.REDIRECTS, server=here.server)
    try:
        return parse_address(urljoin(here.text, step.location))
    except ValueError:
        return NotFetched(Reason.ADDRESS, server=here.server)


def _leads_astray(here: Address, onward: Address, seen: set[str], limits: FetchLimits) -> bool:
    return len(seen) > limits.redirects or onward.text in seen or (here.scheme, onward.scheme) == ("https", "http")


def _guarded(
    address: Address, question: Question, allow_private: bool, limits: FetchLimits, patience: Patience
) -> Fetched | NotFetched | _Onward:
    """One request; every way in which it can fail, with its reason."""
    failed = Reason.NO_CONNECTION
    try:
        places = places_of(address, allow_private=allow_private, seconds=min(limits.connect_seconds, patience.left()))
        if isinstance(places, NotFetched):
            return places
        with connect(address, places, limits, patience) as opened:
            failed = Reason.BROKEN_OFF
            return _asked(address, question, Connection(opened, patience, limits.header_bytes), limits)
    except TimeoutError:
        return NotFetched(Reason.TIMED_OUT, server=address.server)
    except ssl.SSLError as error:
        return NotFetched(Reason.TLS, getattr(error, "verify_message", "") or error.reason or "", address.server)
    except OSError as error:
        return NotFetched(failed, errno.errorcode.get(error.errno or 0, ""), address.server)


def _asked(address: Address, question: Question, connection: Connection, limits: FetchLimits) -> Fetched | NotFetched | _Onward:
    """The exchange itself. Raises OSError, of which TimeoutError is one."""
    try:
        response = _header(address, question, connection)
    except (TooManyOctets, LineTooLong):
        return NotFetched(Reason.HEADER_TOO_LARGE, str(limits.header_bytes), address.server)
    except RemoteDisconnected:
        return NotFetched(Reason.BROKEN_OFF, "", address.server)
    except (HTTPException, ValueError):
        return NotFetched(Reason.NOT_HTTP, "", address.server)
    if response.status in _REDIRECTS and (question.body is None or response.status in _SAME_METHOD):
        return _Onward(response.getheader("Location") or "")
    coding = response.getheader("Content-Encoding", "identity").strip().lower()
    if response.status != HTTPStatus.OK:
        return NotFetched(Reason.HTTP_ERROR, str(response.status), address.server)
    if coding not in {"", "identity"}:
        return NotFetched(Reason.ENCODED, coding[:20], address.server)
    body = _body(response, connection, question.most)
    return Fetched(body, address.text) if isinstance(body, bytes) else NotFetched(body, _amount(body, question), address.server)


def _header(address: Address, question: Question, connection: Connection) -> HTTPResponse:
    """Send the request and read up to the end of the header. Raises OSError, HTTPException, TooManyOctets."""
    http = HTTPConnection(address.host, address.port)
    http.default_port = PORTS[address.scheme]  # of this connection alone, so that Host says no port
    http.sock = connection  # all that http.client uses of a socket
    fields = {"User-Agent": AGENT, "Accept": question.accept, "Accept-Encoding": "identity", "Connection": "close"}
    if question.body is not None:
        fields["Content-Type"] = question.media_type
    http.request("GET" if question.body is None else "POST", address.target, question.body, fields)
    return http.getresponse()


def _body(response: HTTPResponse, connection: Connection, most: int) -> bytes | Reason:
    """All octets of the body, or why not. Raises OSError."""
    if response.length is not None and response.length > most:
        return Reason.TOO_LARGE
    connection.allow(2 * most + CHUNK_ROOM)
    body = bytearray()
    try:
        while piece := response.read(min(PIECE, most + 1 - len(body))):
            body += piece
            if len(body) > most:
                return Reason.TOO_LARGE
    except TooManyOctets:
        return Reason.TOO_LARGE
    except (HTTPException, ValueError):
        return Reason.BROKEN_OFF
    return Reason.BROKEN_OFF if response.length else bytes(body)


def _amount(reason: Reason, question: Question) -> str:
    return str(question.most) if reason is Reason.TOO_LARGE else ""
