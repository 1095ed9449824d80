"""Many at once, hostile ones among them, and requests made from the description: all answered, the memory flat, no fault."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from running_service import AT, ROOT, Reply, Running, serving

STAMPED = (ROOT / "samples/five-blocks-stamped.pdf").read_bytes()
HOSTILE = (
    b"",
    b"%PDF-1.7",
    b"%PDF-1.7\n" + b"[" * 200_000,
    b"%PDF-1.7\n1 0 obj<</Length 99999999999/Filter[/FlateDecode/FlateDecode]>>stream\n" + bytes(100_000),
    STAMPED[: len(STAMPED) // 2],
    STAMPED.replace(b"/ByteRange", b"/ByteRangf"),
    STAMPED + bytes(500_000),
)
UPLOADS = 160
ROOM = 64
"""More at once than the service takes are told to come again."""
GROWTH = 120
"""MB: the uploads that are held, and what the allocator keeps; 160 uploads that stayed would be more."""


@pytest.fixture(scope="module")
def service() -> Iterator[Running]:
    with serving("--workers", "2", "--max-uploads", str(ROOM)) as running:
        yield running


def patient(running: Running, content: bytes) -> tuple[Reply, int]:
    """As a caller does who was told to wait."""
    for refused in range(60):
        reply = running.verify(content, f"at={AT}")
        if reply.status != 503:
            return reply, refused
        time.sleep(0.1)
    return reply, 60


def memory(process: int) -> float:
    """MB that the process has in memory."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        pytest.skip("needs /proc, which tells the memory of a process")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def test_many_at_once_are_all_answered_and_memory_stays(service: Running) -> None:
    padded = STAMPED + b"\n" * 1_000_000
    contents = [HOSTILE[number % len(HOSTILE)] if number % 3 == 0 else (padded, STAMPED)[number % 2] for number in range(UPLOADS)]
    expected = {content: service.verify(content, f"at={AT}").body for content in set(contents)}
    before = memory(service.process.pid)
    with ThreadPoolExecutor(UPLOADS) as callers:
        replies = list(callers.map(lambda content: patient(service, content), contents))
    assert Counter(reply.status for reply, _ in replies) == {200: UPLOADS}
    assert all(reply.body == expected[content] for (reply, _), content in zip(replies, contents, strict=True))
    assert memory(service.process.pid) - before < GROWTH
    assert service.metric("sigcheck_uploads") == 0
    assert service.metric("sigcheck_upload_octets") == 0


def test_the_description_holds_for_made_requests(service: Running) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis, which makes requests from a description")
    from hypothesis import HealthCheck, Phase, given, settings  # noqa: PLC0415 - behind the skip
    from hypothesis import strategies as st  # noqa: PLC0415 - as above
    from schemathesis import GenerationMode  # noqa: PLC0415 - as above
    from schemathesis.checks import not_a_server_error  # noqa: PLC0415 - as above
    from schemathesis.specs.openapi.checks import (  # noqa: PLC0415 - as above
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{service.port}/v1/openapi.json")
    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    asked = 0
    for operation in schema.get_all_operations():

        @settings(
            max_examples=60,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=st.one_of(*(operation.ok().as_strategy(generation_mode=mode) for mode in GenerationMode)))
        def ask(case) -> None:  # type: ignore[no-untyped-def]  # schemathesis' own kind
            nonlocal asked
            asked += 1
            case.call_and_validate(checks=checks)

        ask()
    assert asked >= 25
