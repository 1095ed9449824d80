"""Servers that speak S3 on loopback: moto's, SeaweedFS where it is installed, and a proxy in front that fails some requests."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import logging
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

LOOPBACK: Final = "127.0.0.1"
KEY, SECRET = "AKIDEXAMPLE", "made-up-secret"
ENVIRONMENT: Final = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""With AWS_ENDPOINT_URL all that a client needs; no file of whoever runs the tests."""
_BEGIN_SECONDS: Final = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def moto_server() -> Iterator[str]:
    """The endpoint of a server in this process."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - a heavy import

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(LOOPBACK, free_port(), verbose=False)
    server.start()
    try:
        yield f"http://{LOOPBACK}:{server._port}"
    finally:
        server.stop()


def weed_program() -> str | None:
    """SeaweedFS' program, beside this interpreter or on the path."""
    return shutil.which("weed", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))


@contextlib.contextmanager
def weed_server(folder: Path) -> Iterator[str]:
    """The endpoint of SeaweedFS with its data in `folder`."""
    program = weed_program()
    assert program is not None
    ports = {name: free_port() for name in ("master.port", "volume.port", "filer.port", "s3.port")}
    ports |= {f"{name}.grpc": free_port() for name in ports}
    rights = {"identities": [{"name": "t", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}]}
    (folder / "s3.json").write_text(json.dumps(rights), "utf-8")
    (folder / "data").mkdir()
    command = [program, "server", f"-dir={folder / 'data'}", "-s3", f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}"]
    command += [f"-s3.config={folder / 's3.json'}", "-volume.max=20", *(f"-{name}={port}" for name, port in ports.items())]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    endpoint = f"http://{LOOPBACK}:{ports['s3.port']}"
    try:
        _wait_for(f"{endpoint}/healthz", process, folder / "log")
        yield endpoint
    finally:
        process.kill()  # asked to end, it takes 25 seconds, and its data are thrown away
        process.wait(30)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(_BEGIN_SECONDS * 5):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own
            return
        assert process.poll() is None, log.read_text("utf-8", "replace")[-3000:]
        time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", "replace")[-3000:])


def client(endpoint: str) -> Any:
    import boto3  # noqa: PLC0415 - a heavy import

    return boto3.client("s3", endpoint_url=endpoint, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1")


def fill(endpoint: str, bucket: str, objects: Mapping[str, bytes]) -> None:
    """A bucket with these objects. SeaweedFS may need some time until it can store anything."""
    s3 = client(endpoint)
    s3.create_bucket(Bucket=bucket)
    for number, (key, content) in enumerate(objects.items()):
        for attempt in range(20):
            try:
                s3.put_object(Bucket=bucket, Key=key, Body=content)
                break
            except Exception:
                if number or attempt == 19:
                    raise
                time.sleep(1)


class Unreliable:
    """A proxy that fails some requests, by the numbers of a fixed seed: 500, 503, no answer at all, half an answer."""

    def __init__(self, endpoint: str, share: float, seed: int = 5) -> None:
        self.target = endpoint.removeprefix("http://")
        self.share, self._random, self._lock = share, random.Random(seed), threading.Lock()  # noqa: S311 - faults, not keys
        self._kinds = itertools.cycle(("500", "503", "cut", "half"))
        self.requests: Counter[str] = Counter()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                proxy.answer(self)

            do_HEAD = do_GET  # noqa: N815 - the base class names them so

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self.endpoint = f"http://{LOOPBACK}:{self._server.server_address[1]}"

    def _fate(self) -> str:
        with self._lock:
            fails = self._random.random() < self.share
            fate = next(self._kinds) if fails else "served"
            self.requests[fate] += 1
            return fate

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        fate = self._fate()
        if fate == "cut":
            request.close_connection = True
            return
        if fate in {"500", "503"}:
            code = "SlowDown" if fate == "503" else "InternalError"
            body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>made to fail</Message></Error>".encode()
            self._send(request, int(fate), {"Content-Type": "application/xml"}, body, body)
            return
        upstream = http.client.HTTPConnection(self.target, timeout=60)
        upstream.putrequest(request.command, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.items():
            upstream.putheader(name, value)
        upstream.endheaders()
        answer = upstream.getresponse()
        body = answer.read()
        upstream.close()
        dropped = {"content-length", "transfer-encoding", "connection"}
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in dropped}
        self._send(request, answer.status, headers, body, body[: len(body) // 2] if fate == "half" else body)
        if fate == "half":
            request.close_connection = True

    @staticmethod
    def _send(request: BaseHTTPRequestHandler, code: int, headers: Mapping[str, str], whole: bytes, sent: bytes) -> None:
        request.send_response_only(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(whole)))
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(sent)

    def __enter__(self) -> Unreliable:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
