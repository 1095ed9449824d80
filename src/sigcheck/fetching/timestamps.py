"""fetch_timestamp: a time-stamp over a digest from the server that the caller names (RFC 3161, 3.4)."""

from __future__ import annotations

import time
from typing import Final

from sigcheck.engine.crypto.stamp_requests import NotStamped, timestamp_request, token_of
from sigcheck.fetching.addresses import servers_of
from sigcheck.fetching.connection import Clock
from sigcheck.fetching.fetch import Question, fetch
from sigcheck.fetching.limits import COLLECTING, FetchLimits
from sigcheck.fetching.outcome import NotFetched

LONGEST: Final = 256 * 1024
"""Octets of a response: a token with its certificates has 3 to 8 KB."""


def fetch_timestamp(
    address: str, sha256: bytes, nonce: int, *, limits: FetchLimits = COLLECTING, clock: Clock = time.monotonic
) -> bytes | NotStamped | NotFetched:
    """The token over a SHA-256 value. The server was named by whoever runs the program, so it may stand in their own network."""
    question = Question(LONGEST, timestamp_request(sha256, nonce), "application/timestamp-query", "application/timestamp-reply")
    answer = fetch(address, question, servers=servers_of([address]), allow_private=True, limits=limits, clock=clock)
    return answer if isinstance(answer, NotFetched) else token_of(answer.octets, sha256, nonce)
