"""The service on loopback: the command's own JSON, the limits, the page's form, and who may ask."""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from running_service import AT, ENVIRONMENT, JUDGING, ROOT, Running, form, serving
from worker_tasks import start, stillborn

from sigcheck.running.pool import Loss, NoWorkersError
from sigcheck.service.forms import read_form
from sigcheck.service.guard import host_name
from sigcheck.service.problems import Problem
from sigcheck.service.words import SENTENCES
from sigcheck.service.workers import Failed, Workers

STAMPED = (ROOT / "samples/five-blocks-stamped.pdf").read_bytes()


@pytest.fixture(scope="module")
def service() -> Iterator[Running]:
    with serving("--workers", "2") as running:
        yield running


@pytest.fixture(scope="module")
def narrow() -> Iterator[Running]:
    """A service with narrow limits."""
    with serving(
        "--workers", "1", "--max-size", "1", "--upload-timeout", "1", "--max-uploads", "3", "--allow-host", "ky.example"
    ) as running:
        yield running


def by_command(path: str, content: bytes | None = None, *options: str) -> bytes:
    command = [sys.executable, "-m", "sigcheck", "verify", "--format", "json", *JUDGING, *options, path]
    return subprocess.run(
        command, capture_output=True, input=content, check=False, cwd=ROOT / "samples", env={**os.environ, **ENVIRONMENT}
    ).stdout


@pytest.mark.parametrize("name", ["five-blocks-stamped.pdf", "tampered-page.pdf", "unsigned-plan.pdf", "hostile-names.pdf"])
def test_the_json_is_the_commands(service: Running, name: str) -> None:
    content = (ROOT / "samples" / name).read_bytes()
    raw = service.verify(content, f"at={AT}")
    assert raw.status == 200
    assert raw.headers["content-type"] == "application/json"
    assert raw.body == by_command("-", content, "--at", AT)
    body, kind = form((name, content))
    assert service.ask("POST", f"/v1/verify?at={AT}", body, Content_Type=kind).body == by_command(name, None, "--at", AT)


def test_a_request_may_choose_policy_profile_and_times(service: Running) -> None:
    query = f"at={AT}&policy=strict&profile=issued&received_at=2024-01-02T03:04:05%2B07:00"
    options = ("--at", AT, "--profile", "issued", "--received-at", "2024-01-02T03:04:05+07:00", "--policy", "strict")
    assert service.verify(STAMPED, query).body == by_command("-", STAMPED, *options)


@pytest.mark.parametrize(
    "query",
    [
        "policy=/etc/passwd",
        "profile=x.toml",
        "at=2026-01-01",
        "at=2999-01-01T00:00:00Z",
        "trust=/tmp",
        "lang=fr",
        "lang=vi&lang=en",
    ],
)
def test_other_options_are_refused(service: Running, query: str) -> None:
    reply = service.verify(STAMPED, query)
    assert (reply.status, reply.headers["content-type"]) == (400, "application/problem+json")
    assert reply.plain["type"] == "urn:sigcheck:problem:bad-option"
    assert reply.plain["status"] == 400  # RFC 9457, 3.1.2


@pytest.mark.parametrize("content", [b"", b"no PDF", b"%PDF-1.7\n" + b"1 0 obj\n<<" * 20_000, STAMPED[:5000]])
def test_a_hostile_file_has_a_report(service: Running, content: bytes) -> None:
    reply = service.verify(content, f"at={AT}")
    assert reply.status == 200
    assert reply.body == by_command("-", content, "--at", AT)
    assert service.ask("GET", "/health").plain["healthy"] is True


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/v1/verify", {}, 405),
        ("GET", "/nothing", {}, 404),
        ("GET", "/../etc/passwd", {}, 404),
        ("POST", "/v1/verify", {"Content_Type": "text/plain"}, 415),
        ("POST", "/v1/verify", {"Content_Type": "application/pdf", "Content_Encoding": "gzip"}, 415),
        ("POST", "/v1/verify", {"Content_Type": "multipart/form-data; boundary=x"}, 400),
        ("GET", "/", {"Host": "evil.example"}, 421),
        ("GET", "/metrics", {"Host": "127.0.0.1.evil.example:8765"}, 421),
        ("POST", "/v1/verify", {"Origin": "http://evil.example"}, 403),
        ("POST", "/", {"Origin": "null"}, 403),
        ("POST", "/check", {"Sec_Fetch_Site": "cross-site"}, 403),
        ("POST", "/check", {"Sec_Fetch_Site": "same-site"}, 403),
    ],
)
def test_refusals_are_problems(service: Running, method: str, path: str, headers: dict[str, str], status: int) -> None:
    reply = service.ask(method, path, b"x" if method == "POST" else None, **headers)
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.plain["status"] == status
    assert set(reply.plain["messages"]) == {"vi", "en"}


def test_names_that_may_be_asked_by(service: Running, narrow: Running) -> None:
    for host in ("localhost:1", "127.0.0.1", "[::1]:8765"):
        assert service.ask("GET", "/health", Host=host).status == 200
    assert narrow.ask("GET", "/health", Host="KY.example").status == 200
    for host in (
        "[::1].evil",
        "[::1]evil:80",
        "127.0.0.1:80:80",
        "127.0.0.1@evil",
        "[127.0.0.1]",
        "::1",
        "localhost:x",
        "[::1",
        "::1]",
    ):
        assert service.ask("GET", "/health", Host=host).status == 421, host
    assert host_name("[::1]:80") == "[::1]"
    origin = f"http://localhost:{service.port}"
    asked = {"Host": f"localhost:{service.port}", "Origin": origin, "Content_Type": "application/pdf"}
    assert service.ask("POST", f"/v1/verify?at={AT}", STAMPED, **asked).status == 200


def test_every_answer_has_strict_headers(service: Running) -> None:
    for path in ("/", "/health", "/metrics", "/v1/openapi.json", "/nothing"):
        headers = service.ask("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert not {"set-cookie", "server", "access-control-allow-origin"} & set(headers)


def test_the_page_works_without_a_script_and_shows_hostile_names_as_text(service: Running) -> None:
    name = "<script>alert(1)</script>{{script}}.pdf"
    body, kind = form((name, STAMPED), ("b.pdf", b"no PDF"))
    reply = service.ask("POST", "/?lang=en", body, Content_Type=kind)
    text = reply.body.decode()
    assert reply.status == 200
    assert text.count('<li class="') == 2
    assert "<script>alert" not in text
    assert html.escape(name) in text
    assert re.findall(r'(?:src|href|action)="(?!\./|data:)', text) == []  # no outside address
    nonce = re.search(r"script-src 'nonce-([\w-]+)'", reply.headers["content-security-policy"])
    assert nonce is not None
    assert re.findall(r'<script nonce="([\w-]+)"', text) == [nonce[1]]
    assert service.ask("POST", "/", *form()[:1], Content_Type=form()[1]).status in {200, 400}


def test_a_file_over_the_limit(narrow: Running) -> None:
    large = b"%PDF-" + bytes(1024 * 1024)
    assert narrow.verify(large).status == 413
    body, kind = form(("a.pdf", large))
    assert narrow.ask("POST", "/v1/verify", body, Content_Type=kind).status == 413
    page = narrow.ask("POST", "/?lang=en", body * 2, Content_Type=kind)
    assert (page.status, b"larger than the limit of 1 MB" in page.body) == (413, True)


def test_a_length_that_is_not_declared_is_counted(narrow: Running) -> None:
    with socket.create_connection(("127.0.0.1", narrow.port), 20) as connection:
        connection.sendall(
            b"POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        try:
            for _ in range(40):
                connection.sendall(b"10000\r\n" + bytes(65536) + b"\r\n")
        except OSError:
            pass  # it was answered, and closed
        assert b" 413 " in connection.recv(100)


def test_slow_uploads_end_and_take_no_room_for_ever(narrow: Running) -> None:
    head = b"POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/pdf\r\nContent-Length: 1000\r\n\r\n%PDF"
    slow = [socket.create_connection(("127.0.0.1", narrow.port), 20) for _ in range(3)]
    for connection in slow:
        connection.sendall(head)
    time.sleep(0.3)
    refused = narrow.verify(STAMPED)
    assert (refused.status, refused.headers["retry-after"]) == (503, "2")
    assert narrow.ask("GET", "/health").status == 200
    for connection in slow:
        assert b" 408 " in connection.recv(100)
        connection.close()
    assert narrow.verify(STAMPED).status == 200
    assert narrow.metric("sigcheck_upload_octets") == 0


def test_uploads_that_are_cut_off_leave_nothing(narrow: Running) -> None:
    head = b"POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/pdf\r\nContent-Length: 1000\r\n\r\n%PDF"
    for _ in range(10):
        with socket.create_connection(("127.0.0.1", narrow.port), 20) as connection:
            connection.sendall(head)
    deadline = time.monotonic() + 10
    while narrow.metric("sigcheck_uploads") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert narrow.metric("sigcheck_uploads") == 0
    assert narrow.verify(STAMPED).status == 200


def test_a_document_that_takes_too_long_has_a_report_that_says_so() -> None:
    with serving("--workers", "1", "--timeout", "0.1", "--memory", "0") as running:
        report = running.verify((ROOT / "samples/twenty-stamps.pdf").read_bytes() + b"%" * 20_000_000).plain
        assert (report["state"], report["findings"][0]["code"]) == ("unreadable", "limit-reached")
        assert report["document"]["size"] > 20_000_000
        assert running.ask("GET", "/health").plain["healthy"] is True


def test_metrics_are_in_the_form_of_prometheus(service: Running) -> None:
    before = service.metric('sigcheck_documents_total{state="valid"}')
    service.verify(STAMPED, f"at={AT}")
    assert service.metric('sigcheck_documents_total{state="valid"}') == before + 1
    lines = service.ask("GET", "/metrics").body.decode().splitlines()
    assert all(re.fullmatch(r'# (HELP|TYPE) .+|[a-z_]+(\{[a-z]+="[^"]*"\})? [0-9.e+-]+', line) for line in lines)


def test_a_store_that_is_filled_while_the_service_runs_is_read_again(tmp_path: Path) -> None:
    store = tmp_path / "revocation.sqlite3"
    with_store = [one for one in JUDGING if one != "--no-revocation-store"]
    add = [sys.executable, "-m", "sigcheck", "revocation", "add", "--revocation-store", str(store)]
    crls = sorted(map(str, (ROOT / "samples/revocation").rglob("*.crl")))
    environment = {**os.environ, **ENVIRONMENT}
    subprocess.run([*add, crls[0]], check=True, capture_output=True, env=environment)
    with serving("--workers", "1", "--revocation-store", str(store), judging=tuple(with_store)) as running:
        first = running.verify(STAMPED).plain["revocation_store"]["sha256"]
        subprocess.run([*add, *crls], check=True, capture_output=True, env=environment)
        second = running.verify(STAMPED).plain["revocation_store"]["sha256"]
    assert first is not None
    assert second not in {None, first}


def test_loopback_unless_told(service: Running) -> None:
    assert "warning" not in service.told
    with serving("--host", "0.0.0.0", "--workers", "1") as running:  # noqa: S104 - it is what the warning is about
        assert "warning" in running.told


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "sigcheck", "serve", "--port", str(taken.getsockname()[1]), *JUDGING]
        done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 2
    assert b"sigcheck: " in done.stderr


def test_workers_replace_what_ends_them() -> None:
    async def run() -> list[Any]:
        workers: Workers[str, str] = Workers(start, 1, 1.0, None)
        try:
            return [await workers.do(task) for task in ("a", "crash", "for-ever", "memory", "fault", "b")]
        finally:
            workers.end()

    first, crashed, late, large, fault, last = asyncio.run(run())
    assert (first, last) == ("A", "B")
    assert [crashed, late, large] == [Failed(Loss.CRASHED), Failed(Loss.TIME), Failed(Loss.MEMORY)]
    assert fault.loss is Loss.FAULT
    assert "ValueError: ours" in fault.traceback


def test_workers_that_cannot_start_are_an_error() -> None:
    workers: Workers[str, str] = Workers(stillborn, 1, 1.0, None)
    with pytest.raises(NoWorkersError):
        asyncio.run(workers.do("a"))
    workers.end()


@pytest.mark.parametrize(
    "content",
    [b"", b"--b0undary\r\n", b"--b0undary\r\nContent-Disposition: x\r\n\r\n\r\n--b0undary--\r\n", form(*[("a", b"")] * 65)[0]],
)
def test_forms_that_are_none(content: bytes) -> None:
    with pytest.raises(Problem):
        read_form(content, "multipart/form-data; boundary=b0undary")


def test_both_languages_have_the_same_places() -> None:
    for vi, en in SENTENCES.values():
        assert set(re.findall(r"\{(\w+)\}", vi)) == set(re.findall(r"\{(\w+)\}", en))
        assert vi != en


def test_the_extra_is_asked_for_in_words(tmp_path: Path) -> None:
    (tmp_path / "starlette.py").write_text("raise ModuleNotFoundError('starlette')", "utf-8")
    command = [sys.executable, "-m", "sigcheck", "serve", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT / 'src'}", "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert (done.returncode, b"sigcheck[serve]" in done.stderr) == (2, True)


def test_the_report_in_the_description_is_that_of_the_schema_command(service: Running) -> None:
    described = service.ask("GET", "/v1/openapi.json").plain
    command = [sys.executable, "-m", "sigcheck", "schema"]
    printed = json.loads(subprocess.run(command, capture_output=True, check=True, env={**os.environ, **ENVIRONMENT}).stdout)
    ours = json.dumps(described["components"]["schemas"]["DocumentReport"]).replace("#/components/schemas/", "#/$defs/")
    assert json.loads(ours) == printed["$defs"]["DocumentReport"]
