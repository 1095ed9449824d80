"""An authority that lives on loopback: certomancer's CA, CRL repositories, OCSP responder and time-stamp server over real HTTP.

Its certificates name addresses on the very port it listens on. It can be told to misbehave, and be turned off.

    root ─┬─ sub ── leader, revoked, responder (ocsp-nocheck)
          └─ tsa                                                other-root, other-sub: the same names, other keys
"""

from __future__ import annotations

import base64
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

import yaml
from asn1crypto import ocsp, tsp
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, ServiceLabel

KEYS = Path(__file__).resolve().parents[2] / "samples" / "keys"
"""The public test keys of the samples."""

DECLARED = """
keysets:
  live:
    path-prefix: .
    keys:
      root: {path: g2-root.pem}
      sub: {path: g2-sub.pem}
      tsa: {path: g2-tsa-01.pem}
      responder: {path: g2-ocsp.pem}
      leader: {path: leader.pem}
      revoked: {path: revoked.pem}
      other-root: {path: forger-root.pem}
      other-sub: {path: forger-sub.pem}
pki-architectures:
  live:
    keyset: live
    entity-defaults: {country-name: VN, organization-name: Ban Chứng thực Mẫu}
    entities:
      root: {common-name: RootCA Trực tuyến Mẫu}
      sub: {common-name: CA Trực tuyến Mẫu}
      tsa: {common-name: Máy chủ cấp dấu thời gian Trực tuyến Mẫu}
      responder: {common-name: Máy chủ kiểm tra trạng thái Trực tuyến Mẫu}
      leader: {organization-name: Sở Mẫu, common-name: Nguyễn Văn Thí Điểm}
      revoked: {organization-name: Sở Mẫu, common-name: Ngô Thị Thu Hồi}
      other-root: {common-name: RootCA Trực tuyến Mẫu}
      other-sub: {common-name: CA Trực tuyến Mẫu}
    certs:
      root: &ca
        subject: root
        issuer: root
        serial: 1
        validity: {valid-from: "2001-01-01T00:00:00+0000", valid-to: "2099-12-31T00:00:00+0000"}
        extensions:
          - {id: basic_constraints, critical: true, value: {ca: true}}
          - {id: key_usage, critical: true, smart-value: {schema: key-usage, params: [key_cert_sign, crl_sign]}}
      sub:
        template: root
        subject: sub
        issuer: root
        serial: 2
        extensions:
          - {id: crl_distribution_points, smart-value: {schema: crl-dist-url, params: {crl-repo-names: [root]}}}
      tsa:
        subject: tsa
        issuer: root
        serial: 3
        validity: {valid-from: "2001-01-01T00:00:00+0000", valid-to: "2099-12-31T00:00:00+0000"}
        extensions:
          - {id: key_usage, critical: true, smart-value: {schema: key-usage, params: [digital_signature]}}
          - {id: extended_key_usage, critical: true, value: [time_stamping]}
          - {id: crl_distribution_points, smart-value: {schema: crl-dist-url, params: {crl-repo-names: [root]}}}
      retired: # so that the root's CRL has an entry
        template: tsa
        serial: 4
        subject: tsa
        revocation: {revoked-since: "2002-01-01T00:00:00+0000", reason: superseded}
      responder:
        subject: responder
        issuer: sub
        validity: {valid-from: "2001-01-01T00:00:00+0000", valid-to: "2099-12-31T00:00:00+0000"}
        extensions:
          - {id: key_usage, critical: true, smart-value: {schema: key-usage, params: [digital_signature]}}
          - {id: extended_key_usage, critical: true, value: [ocsp_signing]}
          - {id: ocsp_no_check, value: null}
      leader:
        subject: leader
        issuer: sub
        validity: {valid-from: "2001-01-01T00:00:00+0000", valid-to: "2099-12-31T00:00:00+0000"}
        extensions:
          - {id: key_usage, critical: true, smart-value: {schema: key-usage, params: [non_repudiation]}}
          - {id: crl_distribution_points, smart-value: {schema: crl-dist-url, params: {crl-repo-names: [sub]}}}
          - {id: authority_information_access, smart-value: {schema: aia-urls, params: {ocsp-responder-names: [responder]}}}
      revoked:
        template: leader
        subject: revoked
        revocation: {revoked-since: "2003-01-01T00:00:00+0000", reason: key_compromise}
      other-root: {template: root, subject: other-root, issuer: other-root}
      other-sub: {template: sub, subject: other-sub, issuer: other-root}
      other-revoked: {template: revoked, subject: revoked, subject-key: revoked, issuer: other-sub}
    services:
      ocsp:
        responder: {for-issuer: sub, responder-cert: responder, signing-key: responder}
      crl-repo:
        root: {for-issuer: root, signing-key: root, issuer-cert: root, simulated-update-schedule: P1D}
        sub: {for-issuer: sub, signing-key: sub, simulated-update-schedule: P1D}
        other-sub:
          for-issuer: other-sub
          signing-key: other-sub
          simulated-update-schedule: P1D
          distribution-point-name: {extra-urls: ["@PREFIX@/live/crls/sub/latest.crl"]}
      time-stamping:
        tsa: {signing-cert: tsa, signing-key: tsa}
"""

Behaviour = Callable[["Request"], None]


@dataclass(frozen=True)
class Request:
    """One request about revocation: `kind` is `crl` or `ocsp`, `label` the repository, `body` an OCSP request."""

    kind: str
    label: str
    body: bytes
    authority: Authority
    handler: BaseHTTPRequestHandler

    def answer(self, octets: bytes, media_type: str = "application/octet-stream") -> None:
        self.handler.send_response(200)
        self.handler.send_header("Content-Type", media_type)
        self.handler.send_header("Content-Length", str(len(octets)))
        self.handler.end_headers()
        self.handler.wfile.write(octets)


@dataclass
class Authority:
    """The authority, its clock, and what it was asked."""

    moment: datetime
    port: int = 0
    misbehaves: Behaviour | None = None
    """Set: all requests about revocation are answered so."""
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._architecture: Any = None

    @property
    def architecture(self) -> Any:
        if self._architecture is None:
            prefix = f"http://127.0.0.1:{self.port}"
            declared: dict[str, Any] = yaml.safe_load(DECLARED.replace("@PREFIX@", prefix)) | {"external-url-prefix": prefix}
            config = CertomancerConfig(declared, key_search_dir=str(KEYS), lazy_load_keys=True)
            self._architecture = config.get_pki_arch(ArchLabel("live"))
        return self._architecture

    def certificate(self, label: str) -> bytes:
        der: bytes = self.architecture.get_cert(CertLabel(label)).dump()
        return der

    def revocation_list(self, repository: str, at: datetime) -> bytes:
        der: bytes = self.architecture.service_registry.get_crl(ServiceLabel(repository), at_time=at).dump()
        return der

    def ocsp_response(self, request: bytes, at: datetime, says: ocsp.CertStatus | None = None) -> bytes:
        """The responder's word; `says` in place of what it knows."""
        responder = self.architecture.service_registry.summon_responder(ServiceLabel("responder"), at_time=at)
        asked = ocsp.OCSPRequest.load(request)
        if says is None:
            der: bytes = responder.build_ocsp_response(asked).dump()
            return der
        identifier = asked["tbs_request"]["request_list"][0]["req_cert"]
        single = responder.format_single_ocsp_response(identifier, responder.revinfo_interface.get_issuer_cert())
        single["cert_status"] = says
        made: bytes = responder.assemble_simple_ocsp_responses([single]).dump()
        return made

    def ocsp_request(self, label: str) -> bytes:
        """A request about one of its certificates, as somebody else would ask."""
        issued = self.architecture.get_cert(CertLabel(label))
        issuer = self.architecture.get_cert(CertLabel("sub"))
        identifier = {
            "hash_algorithm": {"algorithm": "sha1"},
            "issuer_name_hash": issuer.subject.sha1,
            "issuer_key_hash": issuer.public_key.sha1,
            "serial_number": issued.serial_number,
        }
        der: bytes = ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": identifier}]}}).dump()
        return der

    def timestamp_response(self, request: bytes) -> bytes:
        """What the live time-stamp server answers (RFC 3161, 3.4), had over HTTP."""
        address = f"http://127.0.0.1:{self.port}/live/tsa/tsa"
        asked = urllib.request.Request(address, request, {"Content-Type": "application/timestamp-query"})
        with urllib.request.urlopen(asked, timeout=10) as got:  # noqa: S310 - http, on loopback
            answer: bytes = got.read()
        return answer


class _Handler(BaseHTTPRequestHandler):
    authority: Authority

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers["Content-Length"])))

    def _serve(self, body: bytes) -> None:
        self.authority.asked.append(f"{self.command} {self.path}")
        _, _, kind, label, *rest = self.path.split("/", 4)
        if kind == "tsa":
            server = self.authority.architecture.service_registry.summon_timestamper(ServiceLabel(label), self.authority.moment)
            Request(kind, label, body, self.authority, self).answer(
                server.request_tsa_response(tsp.TimeStampReq.load(body)).dump()
            )
            return
        if kind == "ocsp" and not body:
            body = base64.b64decode(unquote(rest[0]))
        request = Request("crl" if kind == "crls" else kind, label, body, self.authority, self)
        (self.authority.misbehaves or honestly)(request)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        pass


def honestly(request: Request) -> None:
    authority = request.authority
    if request.kind == "crl":
        request.answer(authority.revocation_list(request.label, authority.moment), "application/pkix-crl")
    else:
        request.answer(authority.ocsp_response(request.body, authority.moment), "application/ocsp-response")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Who asked hung up in the middle: that is what the tests are about."""


@contextmanager
def living(moment: datetime) -> Iterator[Authority]:
    """The authority, listening until the block ends; its clock stands at `moment`."""
    authority = Authority(moment)
    handler = type("Handler", (_Handler,), {"authority": authority})
    with _Server(("127.0.0.1", 0), handler) as server:
        authority.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()
