"""Uploads, read into memory within limits of size, time and number, and never onto a disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request

from sigcheck.service.limits import RETRY_SECONDS, ServiceLimits
from sigcheck.service.problems import Problem


def busy() -> Problem:
    return Problem("busy", headers={"Retry-After": str(RETRY_SECONDS)}, seconds=RETRY_SECONDS)


@dataclass(slots=True)
class Intake:
    """All uploads of a running service. The event loop's thread alone touches it."""

    limits: ServiceLimits
    count: int = field(default=0, init=False)
    octets: int = field(default=0, init=False)
    """Held in memory now, for all uploads together."""

    @asynccontextmanager
    async def received(self, request: Request, most: int) -> AsyncIterator[bytes]:
        """The body of a request, held until the block ends. Raises Problem."""
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared[:20]) > most:
            raise _too_large(most)
        if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
            raise Problem("media-type", given=request.headers["content-encoding"])
        if self.count >= self.limits.waiting:
            raise busy()
        self.count += 1
        before = _Held(self)
        try:
            yield await self._read(request, most, before)
        finally:
            self.count -= 1
            self.octets -= before.octets

    async def _read(self, request: Request, most: int, held: _Held) -> bytes:
        content = bytearray()
        pieces = request.stream().__aiter__()
        try:
            async with asyncio.timeout(self.limits.upload_seconds):
                while True:
                    async with asyncio.timeout(self.limits.idle_seconds):
                        piece = await anext(pieces, None)
                    if piece is None:
                        return bytes(content)
                    if len(content) + len(piece) > most:
                        raise _too_large(most)
                    held.take(len(piece))
                    content += piece
        except TimeoutError as error:
            raise Problem("too-slow", headers={"Connection": "close"}) from error
        except ClientDisconnect as error:
            raise Problem("cut-off") from error


@dataclass(slots=True)
class _Held:
    """One upload's part of what is held."""

    intake: Intake
    octets: int = 0

    def take(self, octets: int) -> None:
        if self.intake.octets + octets > self.intake.limits.held_octets:
            raise busy()
        self.octets += octets
        self.intake.octets += octets


def _too_large(most: int) -> Problem:
    return Problem("too-large", headers={"Connection": "close"}, megabytes=f"{most / 1024 / 1024:.0f}")
