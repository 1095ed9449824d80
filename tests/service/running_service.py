"""The service as people run it: the command itself, on a free port of loopback."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}
AT = "2026-11-20T00:00:00Z"
JUDGING = ("--policy", "archive", "--trust", str(ROOT / "samples/trust"), "--no-revocation-store")


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def plain(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[bytes]
    port: int
    told: str

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            reply = connection.getresponse()
            return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def verify(self, content: bytes, query: str = "") -> Reply:
        return self.ask("POST", f"/v1/verify?{query}", content, Content_Type="application/pdf")

    def metric(self, name: str) -> float:
        text = self.ask("GET", "/metrics").body.decode()
        return float(next(line for line in text.splitlines() if line.startswith(name + " ")).split()[-1])


@contextmanager
def serving(*options: str, judging: tuple[str, ...] = JUDGING) -> Iterator[Running]:
    """A service with these options; it has to end by itself, with 0, when it is asked to."""
    command = [sys.executable, "-m", "sigcheck", "serve", "--port", "0", "--lang", "en", *judging, *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env={**os.environ, **ENVIRONMENT})
    try:
        assert process.stderr is not None
        told = ""
        while "serving at" not in told:
            line = process.stderr.readline().decode()
            assert line, told
            told += line
        found = re.search(r":(\d+)/", told.splitlines()[-1])
        assert found is not None
        yield Running(process, int(found[1]), told)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def form(*files: tuple[str, bytes], name: str = "file") -> tuple[bytes, str]:
    """The octets of a form with these files, and their type."""
    boundary = "b0undary"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        "Content-Type: application/pdf\r\n\r\n".encode()
        + content
        + b"\r\n"
        for filename, content in files
    ]
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
