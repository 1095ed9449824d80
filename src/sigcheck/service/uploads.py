"""Uploads, read into memory within limits of size, time and number, and never onto a disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import ClientDisconnect, Request

from sigcheck.service.limits import RETRY_SECONDS, ServiceLimits
from sigcheck.service.problems import Problem

_DISCARDED: Final = 4
"""Times the limit of size: what is sent beyond that is not read at all."""


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
        try:
            self._admit(request, most)
        except Problem:
            await self._discard(request, most)
            raise
        self.count += 1
        held = _Held(self)
        try:
            yield await self._read(request, most, held)
        except _Refused as refused:
            held.release()
            await self._discard(request, most)
            raise refused.problem from refused
        finally:
            self.count -= 1
            held.release()

    def _admit(self, request: Request, most: int) -> None:
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared[:20]) > most:
            raise _too_large(most)
        if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
            raise Problem("media-type", given=request.headers["content-encoding"])
        if self.count >= self.limits.waiting:
            raise busy()

    async def _discard(self, request: Request, most: int) -> None:
        """Read on without keeping anything: a browser that is still sending would not hear the answer."""
        if "expect" in request.headers:  # it asked first, and has sent nothing (RFC 9110, 10.1.1)
            return
        read = 0
        with suppress(TimeoutError, ClientDisconnect):
            async with asyncio.timeout(self.limits.upload_seconds):
                async for piece in request.stream():
                    read += len(piece)
                    if read > _DISCARDED * most:
                        return

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
                    too_large = len(content) + len(piece) > most
                    if too_large or not held.take(len(piece)):
                        content.clear()  # the exception holds on to this frame
                        raise _Refused(_too_large(most) if too_large else busy())
                    content += piece
        except TimeoutError as error:
            raise Problem("too-slow", headers={"Connection": "close"}) from error
        except ClientDisconnect as error:
            raise Problem("cut-off") from error


class _Refused(Exception):
    """An upload that is still coming in, and the problem to answer with."""

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.problem = problem


@dataclass(slots=True)
class _Held:
    """One upload's part of what is held."""

    intake: Intake
    octets: int = 0

    def take(self, octets: int) -> bool:
        """Whether there was room."""
        if self.intake.octets + octets > self.intake.limits.held_octets:
            return False
        self.octets += octets
        self.intake.octets += octets
        return True

    def release(self) -> None:
        self.intake.octets -= self.octets
        self.octets = 0


def _too_large(most: int) -> Problem:
    return Problem("too-large", headers={"Connection": "close"}, megabytes=f"{most / 1024 / 1024:.0f}")
