"""The samples' authority on loopback: the same names and keys, with addresses of a server that really answers over HTTP."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

from asn1crypto import ocsp
from made_crls import SAMPLES, pki

from generator.cms import Recipe
from generator.drafting import LEADER, USUAL, finished, fresh, signing, stamped
from generator.signing import sign


@dataclass
class Authority:
    """What the server holds, and what it was asked."""

    folder: Path
    answers_at: datetime
    crls: dict[str, bytes] = field(default_factory=dict)
    """By the label of the issuer; what is not there is 404."""
    responds: bool = True
    """The OCSP responder answers, always `good` unless the certificate is revoked."""
    asked: list[str] = field(default_factory=list)
    name: str = ""

    def label(self, own: str) -> str:
        return f"{self.name}/{own}"

    def trust(self) -> Path:
        """A folder with the root alone."""
        folder = self.folder / "trust"
        folder.mkdir(exist_ok=True)
        (folder / "root.der").write_bytes(pki.certificate(self.label("g2-root")).dump())
        return folder

    def document(self, seed: str = "loopback") -> bytes:
        """A leader's letter, time-stamped, with the sub-CA's certificate."""
        letter = fresh(seed)
        stamp = stamped(USUAL, tsa=self.label("g2-tsa-01"))
        recipe = Recipe(self.label("leader"), embed=(self.label("leader"), self.label("g2-sub")), stamp=stamp)
        sign(letter, signing(LEADER, recipe=recipe))
        return finished(letter)

    def answer(self, path: str, body: bytes) -> bytes | None:
        """What the server sends for a request."""
        self.asked.append(path)
        if "/ocsp/" in path:
            request = body or base64.b64decode(unquote(path.rpartition("/")[2]))
            return self._response(request) if self.responds else None
        return next((crl for issuer, crl in self.crls.items() if issuer in path), None)

    def _response(self, request: bytes) -> bytes:
        """certomancer's responder, by the serial numbers that both declarations share."""
        asked = ocsp.OCSPRequest.load(request)["tbs_request"]["request_list"][0]["req_cert"]["serial_number"].native
        label = next(one for one in ("leader", "seal") if pki.certificate(one).serial_number == asked)
        answered: bytes = pki.ocsp_response("g2-ocsp", label, self.answers_at).dump()
        return answered


@contextmanager
def authority(folder: Path, answers_at: datetime) -> Iterator[Authority]:
    """Serve on loopback what a test puts there."""
    holds = Authority(folder, answers_at)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(holds.answer(self.path, b""))

        def do_POST(self) -> None:
            self._send(holds.answer(self.path, self.rfile.read(int(self.headers["Content-Length"]))))

        def _send(self, octets: bytes | None) -> None:
            self.send_response(404 if octets is None else 200)
            self.send_header("Content-Length", str(len(octets or b"")))
            self.end_headers()
            self.wfile.write(octets or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port = server.server_address[1]
    holds.name = f"loopback-{port}"
    declared = (SAMPLES / "pki.yml").read_text("utf-8").replace("http://so-mau.gov.example", f"http://127.0.0.1:{port}")
    declared = declared.replace("keyset: samples", f"keyset: {holds.name}").replace("  samples:\n", f"  {holds.name}:\n")
    (folder / "pki.yml").write_text(declared, "utf-8")
    pki.DECLARATIONS[holds.name] = folder / "pki.yml"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield holds
    finally:
        server.shutdown()
        server.server_close()
        del pki.DECLARATIONS[holds.name]
