"""Which addresses may be asked: the form of a URL, and where its host lies.

A certificate can name any address, a name can resolve to any, and a server can redirect anywhere. Without these rules a document
could make the checker speak to machines that only the checker can reach.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final, cast
from urllib.parse import quote, urlsplit

from sigcheck.fetching.outcome import NotFetched, Reason

PORTS: Final = {"http": 80, "https": 443}
LONGEST: Final = 2048
"""Characters of an address; an OCSP request in a GET stays below 255 (RFC 5019, 5)."""
_UNQUOTED: Final = "!$%&'()*+,/:;=?@~[]"

Place = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]
"""An address family and a socket address in it."""
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

NEVER: Final[tuple[tuple[_Network, str], ...]] = tuple(
    (ipaddress.ip_network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "unspecified"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("ff00::/8", "multicast"),
    )
)
"""No server stands there, whatever is allowed."""

NOT_PUBLIC: Final[tuple[tuple[_Network, str], ...]] = tuple(
    (ipaddress.ip_network(network), kind)
    for network, kind in (
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "special"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "ipv4-mapped"),
        ("64:ff9b::/96", "nat64"),
        ("64:ff9b:1::/48", "nat64"),
        ("2001::/32", "teredo"),
        ("2001::/23", "special"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
    )
)
"""IANA's registries of special-purpose addresses (RFC 6890 and its successors), and the forms that hide an IPv4 address."""
GLOBAL_UNICAST: Final = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out to networks (RFC 4291, 2.4); whatever lies outside is refused too."""


def kind_of(ip: IpAddress, *, allow_private: bool) -> str | None:
    """What kind of address this is that may not be asked, None when it may; `allow_private` opens all that can be a host."""
    for network, kind in NEVER:
        if ip in network:
            return kind
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None and kind_of(ip.ipv4_mapped, allow_private=True):
        return "ipv4-mapped"
    if allow_private:
        return None
    for network, kind in NOT_PUBLIC:
        if ip in network:
            return kind
    return "reserved" if isinstance(ip, ipaddress.IPv6Address) and ip not in GLOBAL_UNICAST else None


@dataclass(frozen=True, slots=True)
class Address:
    """An http or https URL in the parts that a request needs."""

    scheme: str
    host: str
    """In lower case, as IDNA; an IPv6 address without its brackets."""
    port: int
    target: str
    """Path and query, percent-encoded."""

    @property
    def server(self) -> str:
        """Host and port, by which servers are told apart."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def text(self) -> str:
        """The URL, without a fragment or its scheme's port."""
        return f"{self.scheme}://{self.server.removesuffix(f':{PORTS[self.scheme]}')}{self.target}"


def parse_address(text: str) -> Address | NotFetched:
    """An address that can be asked, or why it cannot. Spaces and letters beyond ASCII, met in certificates, are encoded."""
    if len(text) > LONGEST or any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in text):
        return NotFetched(Reason.ADDRESS)
    try:
        parts = urlsplit(text.strip())
        if parts.scheme not in PORTS:
            return NotFetched(Reason.SCHEME, parts.scheme[:20])
        host = (parts.hostname or "").removesuffix(".")
        host = host if ":" in host else host.encode("idna").decode("ascii")
        port = PORTS[parts.scheme] if parts.port is None else parts.port
    except ValueError:  # UnicodeError is one too
        return NotFetched(Reason.ADDRESS)
    if not host or parts.username is not None or parts.password is not None or "%" in host or port == 0:
        return NotFetched(Reason.ADDRESS)
    target = quote(parts.path or "/", safe=_UNQUOTED) + (f"?{quote(parts.query, safe=_UNQUOTED)}" if parts.query else "")
    return Address(parts.scheme, host, port, target)


def server_of(text: str) -> str | None:
    """The server of an address that can be asked."""
    address = parse_address(text)
    return address.server if isinstance(address, Address) else None


def servers_of(texts: Iterable[str]) -> frozenset[str]:
    """The servers that these addresses name, each also at the ports of http and https: many redirect from one to the other."""
    addresses = [address for address in map(parse_address, texts) if isinstance(address, Address)]
    return frozenset(replace(each, port=port).server for each in addresses for port in (each.port, *PORTS.values()))


def places_of(address: Address, *, allow_private: bool, seconds: float) -> tuple[Place, ...] | NotFetched:
    """The socket addresses of the host that may be asked; whoever connects must use these, and not look the name up again.

    The look-up waits in a thread of its own: the system's has no limit, and neither may it hold up the end of the program.
    """
    found: SimpleQueue[tuple[Place, ...] | NotFetched] = SimpleQueue()
    Thread(target=lambda: found.put(_looked_up(address)), daemon=True).start()
    try:
        places = found.get(timeout=max(seconds, 0))
    except Empty:
        return NotFetched(Reason.NOT_RESOLVED, "timed-out", address.server)
    if isinstance(places, NotFetched):
        return places
    kinds = [(place, kind_of(_ip(place), allow_private=allow_private)) for place in places]
    allowed = tuple(place for place, kind in kinds if kind is None)
    return allowed or NotFetched(Reason.ADDRESS_FORBIDDEN, kinds[0][1] or "", address.server)


def _looked_up(address: Address) -> tuple[Place, ...] | NotFetched:
    try:
        answers = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        return NotFetched(Reason.NOT_RESOLVED, getattr(error, "strerror", None) or "", address.server)
    places = [(family, where) for family, _, _, _, where in answers]
    return tuple(dict.fromkeys(cast("list[Place]", places))) or NotFetched(Reason.NOT_RESOLVED, "", address.server)


def _ip(place: Place) -> IpAddress:
    return ipaddress.ip_address(place[1][0].partition("%")[0])
