"""What surrounds every request: whose name it was asked by, from which page, and the headers that every answer bears.

A name that is not ours is refused, so that no web site can reach a service on loopback by pointing its own name there (DNS
rebinding). A literal address cannot be pointed anywhere, and is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sigcheck.service.problems import Problem, problem_response

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""On every answer that does not say otherwise. Without a referrer at all a browser would hide the origin of our own form."""
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HOST: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\s:/?#@\[\]]+)(?::[0-9]{0,5})?")


def host_name(host: str) -> str:
    """The name in a Host header, without its port (RFC 9110, 7.2); empty for what is no host with a port or without."""
    found = _HOST.fullmatch(host.strip(" \t").lower())
    return found["name"] if found else ""


def is_literal(name: str) -> bool:
    try:
        if name.startswith("["):
            IPv6Address(name[1:-1])
        else:
            IPv4Address(name)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Guard:
    """Wraps the application."""

    app: ASGIApp
    names: frozenset[str]
    """Names that the service answers for, beside literal addresses."""
    answered: Callable[[int], None]
    """Hears the code of every answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                self.answered(message["status"])
            await send(message)

        problem = self._refusal(scope["method"], Headers(scope=scope))
        await (self.app if problem is None else problem_response(problem))(scope, receive, guarded)

    def _refusal(self, method: str, headers: Headers) -> Problem | None:
        hosts = headers.getlist("host")
        name = host_name(hosts[0]) if len(hosts) == 1 else ""
        if name not in self.names and not is_literal(name):
            return Problem("other-host", given=hosts[0] if hosts else "")
        if method in _SAFE:
            return None
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2].lower() != hosts[0].strip().lower():
            return Problem("other-origin")
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return Problem("other-origin")
        return None
