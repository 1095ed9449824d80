"""What became of one request, as plain values: the octets, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Why nothing was fetched. `detail` of a NotFetched says more in the words in brackets."""

    SCHEME = "scheme"
    """Neither http nor https (the scheme)."""
    ADDRESS = "address"
    """No address that can be asked: no host, a user name in it, control characters, over-long."""
    SERVER_NOT_ALLOWED = "server-not-allowed"
    """A redirect to a server that no trusted certificate names (the server)."""
    ADDRESS_FORBIDDEN = "address-forbidden"
    """The host's IP address lies where a public server does not (what kind of address)."""
    NOT_RESOLVED = "not-resolved"
    """The host's name has no address."""
    NO_CONNECTION = "no-connection"
    """Nobody answered at the host's address (the system's error)."""
    TLS = "tls"
    """The server's own certificate was not accepted, or no TLS was spoken (the error)."""
    TIMED_OUT = "timed-out"
    """The request took longer than its limit."""
    BROKEN_OFF = "broken-off"
    """The connection ended before the response did."""
    NOT_HTTP = "not-http"
    """What came back is no HTTP response."""
    HTTP_ERROR = "http-error"
    """The server answered with another status code than 200 (the code)."""
    ENCODED = "encoded"
    """The response is compressed although that was not accepted (the coding): nothing is ever unpacked."""
    TOO_LARGE = "too-large"
    """More octets than the limit (the limit)."""
    HEADER_TOO_LARGE = "header-too-large"
    """A longer header than the limit (the limit)."""
    REDIRECTS = "redirects"
    """Too many redirects, a circle of them, one without an address, or one that leads from https to http."""
    SERVER_FAILED_BEFORE = "server-failed-before"
    """The server failed earlier in this run and was not asked again (how it failed)."""
    RUN_OVER = "run-over"
    """The time or the number of requests of the whole run was spent before."""


NO_SERVER: Final = frozenset({Reason.NOT_RESOLVED, Reason.NO_CONNECTION, Reason.TIMED_OUT, Reason.TLS})
"""Failures after which a server is not asked again in the same run."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The body of a response. Nothing about it has been checked but its length."""

    octets: bytes
    address: str
    """Where it came from in the end, after redirects."""


@dataclass(frozen=True, slots=True)
class NotFetched:
    reason: Reason
    detail: str = ""
    server: str = ""
    """Host and port of the server that failed, where one was asked."""
