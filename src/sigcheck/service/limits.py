"""What the service takes from its callers at most, each limit with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1024 * 1024
MULTIPART_OCTETS: Final = 64 * 1024
"""Of what stands around the documents in a form: boundaries, headers, short fields."""
MULTIPART_PARTS: Final = 64
HEADER_SECONDS: Final = 15.0
"""From a connection's first octet to the end of a request's headers; also between two requests."""
CONNECTIONS: Final = 512
"""Open at once; a desk has a dozen. What comes beyond is told to come again."""
RETRY_SECONDS: Final = 2
"""What callers are asked to wait when there is no room."""


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """One running service's limits."""

    file_octets: int = 32 * MEGABYTE
    """Of one document; decrees with scanned pages have some 20 MB."""
    check_seconds: float = 30.0
    """Of the wall clock, for one document; its worker is ended then, and the report says so."""
    upload_seconds: float = 120.0
    """For one request's octets, all together: 32 MB over a line of 2 Mbit/s."""
    idle_seconds: float = 15.0
    """Between two pieces of an upload."""
    queue_seconds: float = 60.0
    """Until a worker is free; whoever waited so long is told to come again."""
    waiting: int = 64
    """Uploads at once, those that wait for a worker included."""
    workers: int = 2
    worker_memory: int | None = 2048 * MEGABYTE
    """Of address space."""

    @property
    def held_octets(self) -> int:
        """Of all uploads together, in memory: what is promised to operators."""
        return max(256 * MEGABYTE, 2 * self.file_octets)
