"""Name constraints (RFC 5280, 4.2.1.10 and 6.1.3 (b) and (c)): directory, e-mail, DNS, URI and IP address names.

A name of a form that we cannot compare is refused as soon as any constraint speaks of its form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from sigcheck.engine.crypto import asn1
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.engine.x509.general_names import GeneralName, general_name
from sigcheck.engine.x509.names import name_key

COMPARISONS: Final = 250_000
"""Names times constraints of one path: a genuine CA lists a few dozen; the product is what a hostile one can blow up."""


class Subtrees(Struct, frozen=True):
    """One nameConstraints extension: bases a name of a form must lie in (when any is given) and must not lie in."""

    permitted: tuple[GeneralName, ...]
    excluded: tuple[GeneralName, ...]
    unsupported: frozenset[str]
    """Forms constrained with a minimum or maximum, which RFC 5280 does not use: no name of the form passes."""


def parse_name_constraints(value: bytes) -> Subtrees | None:
    """The extension's value; None when it cannot be read (then no name below may pass)."""
    permitted: list[GeneralName] = []
    excluded: list[GeneralName] = []
    unsupported: set[str] = set()
    try:
        for part in asn1.read(value).expect(asn1.SEQUENCE).iterate():
            bases = {0xA0: permitted, 0xA1: excluded}.get(part.tag)
            if bases is None:
                return None
            for subtree in part.iterate():
                base, *bounds = subtree.children()
                name = general_name(base)
                bases.append(name)
                if bounds and not (len(bounds) == 1 and bounds[0].tag == 0x80 and bounds[0].value == b"\x00"):
                    unsupported.add(name.form)
    except (asn1.Malformed, LimitReached, ValueError):
        return None
    return Subtrees(tuple(permitted), tuple(excluded), frozenset(unsupported))


def names_allowed(names: Iterable[GeneralName], constraints: Sequence[Subtrees]) -> bool:
    """Every name lies within the permitted subtrees of each extension above it, and in no excluded one."""
    count = sum(len(subtrees.permitted) + len(subtrees.excluded) for subtrees in constraints)
    listed = tuple(names)
    if count * len(listed) > COMPARISONS:
        return False
    return all(_allowed(name, subtrees) for subtrees in constraints for name in listed)


def _allowed(name: GeneralName, subtrees: Subtrees) -> bool:
    permitted = [base for base in subtrees.permitted if base.form == name.form]
    excluded = [base for base in subtrees.excluded if base.form == name.form]
    if not permitted and not excluded:
        return True
    if name.form in subtrees.unsupported:
        return False
    inside = [_within(name, base) for base in permitted]
    if permitted and True not in inside:
        return False
    return all(_within(name, base) is False for base in excluded)


def _within(name: GeneralName, base: GeneralName) -> bool | None:
    """Whether the name lies in the subtree; None when this cannot be told."""
    if name.form == "directory":
        key, prefix = name_key(name.value), name_key(base.value)
        return key[: len(prefix)] == prefix
    if name.form == "ip":
        return _ip_within(name.value, base.value)
    try:
        text, root = name.value.decode("ascii").lower(), base.value.decode("ascii").lower()
    except UnicodeDecodeError:
        return None
    match name.form:
        case "dns":
            return _dns_within(text, root)
        case "rfc822":
            return _email_within(name.value.decode("ascii"), base.value.decode("ascii"))
        case "uri":
            return _uri_within(text, root)
        case _:
            return None


def _dns_within(host: str, root: str) -> bool | None:
    """Labels may be added on the left (RFC 5280, 4.2.1.10). A leading period is taken as "below", as most programs do."""
    if not host or host.endswith("."):
        return None
    if root.startswith("."):
        return host.endswith(root)
    return not root or host == root or host.endswith("." + root)


def _email_within(address: str, root: str) -> bool | None:
    """A mailbox, all mailboxes of a host, or (with a leading period) of any host below a domain."""
    local, at, host = address.rpartition("@")
    if not at:
        return None
    root_local, root_at, root_host = root.rpartition("@")
    if root_at:  # the local part is compared exactly, the host without regard to case (RFC 5280, 7.5)
        return local == root_local and host.lower() == root_host.lower()
    return host.lower().endswith(root.lower()) if root.startswith(".") else host.lower() == root.lower()


def _uri_within(uri: str, root: str) -> bool | None:
    """The host part; a URI without one, or with an IP address as host, cannot be compared and is refused."""
    _, separator, rest = uri.partition("://")
    if not separator:
        return None
    authority = rest.partition("/")[0].partition("?")[0].partition("#")[0]
    host = authority.rpartition("@")[2]
    if host.startswith("["):
        return None
    host = host.partition(":")[0]
    if not host or host.replace(".", "").isdigit():
        return None
    return host.endswith(root) if root.startswith(".") else host == root


def _ip_within(address: bytes, base: bytes) -> bool | None:
    if len(address) not in {4, 16} or len(base) not in {8, 32}:
        return None
    if len(base) != 2 * len(address):
        return False  # the other IP version
    network, mask = base[: len(address)], base[len(address) :]
    return all(a & m == n & m for a, n, m in zip(address, network, mask, strict=True))
