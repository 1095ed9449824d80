"""Every limit of fetching, with its reason. Reaching one is a NotFetched with the reason; nothing is taken in part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Limits of one request, and of one run of many."""

    crl_bytes: int = 32 * 1024**2
    """One CRL: national ones reach some 10 MB; a million entries take about 32."""
    ocsp_bytes: int = 256 * 1024
    """One OCSP response: 2 to 5 KB with the responder's certificate; a post-quantum one would still fit."""
    certificate_bytes: int = 1024**2
    """One certificate file, or a bundle of a root and its CAs."""
    header_bytes: int = 32 * 1024
    """Status line and header of one response; real servers send below 2 KB."""
    redirects: int = 3
    """Steps from one address to the next: http to https, to a host's other name, and one more."""
    connect_seconds: float = 4
    """Until a name is found, and until a connection stands: a round trip across the world takes 0.3 s, a lost packet adds 3."""
    places: int = 3
    """IP addresses of one host tried: both families, and one more."""
    seconds: float = 10
    """One request with all its redirects, from the name's look-up to the last octet, however slowly a server drips."""
    run_seconds: float = 20
    """All requests of a run together: who waits at a desk without network waits no longer."""
    threads: int = 4
    """Hosts asked at once; each host is asked one thing at a time."""
    requests: int = 2_000
    """Questions of one run: the documents of a large folder name a few dozen CRLs and as many certificates as signers."""


AT_A_DESK: Final = FetchLimits()
"""While somebody waits for a verdict."""
COLLECTING: Final = FetchLimits(seconds=120, run_seconds=1_800, requests=100_000)
"""For filling a store on purpose, over slow lines."""
