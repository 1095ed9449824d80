"""fetch_all: what is asked, where, how often, and what is taken of the answers. Servers speak real HTTP on loopback."""

from __future__ import annotations

import base64
import socket
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from misbehaving import redirecting, response, sending, serving, silent
from msgspec.structs import replace

from sigcheck.anchors import TrustList
from sigcheck.engine.paths import find_paths
from sigcheck.engine.revoking.wanted import Wanted, wanted_of, wanted_of_anchors, wanted_of_paths
from sigcheck.evidence import DocumentEvidence, Paths, Purpose, RevocationStatement, SignatureEvidence, TimestampEvidence
from sigcheck.fetching.limits import FetchLimits
from sigcheck.fetching.revocation import Attempt, fetch_all
from sigcheck.fetching.run import Run

sys.path.append(str(Path(__file__).resolve().parents[1] / "engine"))
from small_pki import WITHIN, Extra, Issued, issue, listed, trusting

QUICK = FetchLimits(seconds=1, run_seconds=5, connect_seconds=1)
DAY = timedelta(days=1)
ROOT = issue("Root", ca=True)
OTHER = issue("Other", ca=True)
NOWHERE = "http://crl.invalid/list.crl"


def points(*groups: tuple[str, ...]) -> Extra:
    """A distribution point for each group of addresses."""
    each = [x509.DistributionPoint([x509.UniformResourceIdentifier(url) for url in group], None, None, None) for group in groups]
    return x509.CRLDistributionPoints(each), False


def responders(*addresses: str) -> Extra:
    method = x509.oid.AuthorityInformationAccessOID.OCSP
    described = [x509.AccessDescription(method, x509.UniformResourceIdentifier(address)) for address in addresses]
    return x509.AuthorityInformationAccess(described), False


def wanted(*extra: Extra, name: str = "Signer", trust: TrustList | None = None) -> tuple[Wanted, ...]:
    signer = issue(name, ROOT, extra=extra)
    trust = trust or trusting(listed(ROOT, "root"))
    paths = find_paths(signer.facts, candidates=(), trust=trust, purpose=Purpose.SIGNER)
    return wanted_of_paths(paths.found, trust)


def crl(issuer: Issued = ROOT) -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.x509.subject)
    builder = builder.last_update(WITHIN).next_update(WITHIN + DAY)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def fetched(those: tuple[Wanted, ...], *, limits: FetchLimits = QUICK, run: Run | None = None) -> tuple[Attempt, ...]:
    return fetch_all(those, limits=limits, allow_private=True, run=run)


@dataclass
class Responder:
    """Answers OCSP requests about any certificate of one issuer, by the methods it knows."""

    methods: tuple[str, ...] = ("GET", "POST")
    issuer: Issued = ROOT
    serial_number: int | None = None
    """Of another certificate that it always answers about."""
    asked: list[tuple[str, ocsp.OCSPRequest]] = field(default_factory=list)

    def __call__(self, connection: socket.socket, header: bytes) -> None:
        head, _, body = header.partition(b"\r\n\r\n")
        method, target = head.decode().split()[:2]
        if method == "POST":
            length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
            while len(body) < length:
                body += connection.recv(65536)
        else:
            body = base64.b64decode(unquote(target.removeprefix("/ocsp/")))
        self.asked.append((method, ocsp.load_der_ocsp_request(body)))
        made = self._response(self.asked[-1][1]) if method in self.methods else b""
        connection.sendall(response(made) if made else response(b"no", code="405 Method Not Allowed"))

    def _response(self, request: ocsp.OCSPRequest) -> bytes:
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=request.issuer_name_hash,
            issuer_key_hash=request.issuer_key_hash,
            serial_number=self.serial_number or request.serial_number,
            algorithm=request.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.GOOD,
            this_update=WITHIN,
            next_update=WITHIN + DAY,
            revocation_time=None,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.issuer.x509)
        return builder.sign(self.issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def rows(attempts: tuple[Attempt, ...]) -> list[tuple[str, str, str]]:
    """Kind, address, and the reason, or `taken`."""
    return [(each.kind, each.address, "taken" if each.der is not None else each.reason) for each in attempts]


def test_a_crl_is_fetched_as_der_and_as_pem() -> None:
    pem = b"-----BEGIN X509 CRL-----\n" + base64.encodebytes(crl()) + b"-----END X509 CRL-----\n"
    for sent in (crl(), pem):
        with serving(sending(response(sent))) as server:
            (attempt,) = fetched(wanted(points((server.address(),))))
        assert attempt.kind == "crl"
        assert attempt.final_address == server.address()
        assert x509.load_der_x509_crl(attempt.der or b"").issuer == ROOT.x509.subject


def test_one_crl_answers_for_all_certificates_that_name_it() -> None:
    with serving(sending(response(crl()))) as server:
        both = wanted(points((server.address(),))) + wanted(points((server.address(),)), name="Second")
        (attempt,) = fetched(both)
    assert attempt.certificates == tuple(each.certificate_sha256 for each in both)
    assert len(server.requests) == 1


def test_another_address_of_the_same_point_is_asked_only_when_the_first_fails() -> None:
    with serving(sending(response(b"", code="503 Busy"))) as busy, serving(sending(response(crl()))) as well:
        group = ("ldap://ca.gov.example/cn=CRL", busy.address(), well.address("/a"), well.address("/b"))
        attempts = fetched(wanted(points(group)))
    assert rows(attempts) == [("crl", busy.address(), "http-error"), ("crl", well.address("/a"), "taken")]


def test_every_distribution_point_is_asked() -> None:
    with serving(sending(response(crl()))) as server:
        attempts = fetched(wanted(points((server.address("/a"),), (server.address("/b"),))))
    assert [attempt.address for attempt in attempts] == [server.address("/a"), server.address("/b")]


def test_addresses_of_other_protocols_are_told_and_not_asked() -> None:
    (attempt,) = fetched(wanted(points(("ldap://ca.gov.example/cn=CRL",))))
    assert (attempt.reason, attempt.detail) == ("scheme", "ldap")


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        pytest.param(b"<!DOCTYPE html><title>Trang chu</title>", "not-a-crl", id="a page"),
        pytest.param(b"", "not-a-crl", id="nothing"),
        pytest.param(ROOT.der, "not-a-crl", id="a certificate"),
        pytest.param(crl()[:-1], "not-a-crl", id="cut short"),
        pytest.param(b"-----BEGIN X509 CRL-----\n" * 100_000, "not-a-crl", id="PEM without end"),
        pytest.param(crl(OTHER), "crl-of-another-issuer", id="the CRL of another CA"),
    ],
)
def test_what_is_not_the_crl_asked_for_is_not_taken(sent: bytes, reason: str) -> None:
    with serving(sending(response(sent))) as server:
        (attempt,) = fetched(wanted(points((server.address(),))))
    assert (attempt.der, attempt.reason) == (None, reason)


def test_a_short_request_goes_as_get_so_that_caches_can_answer() -> None:
    responder = Responder()
    with serving(responder) as server:
        those = wanted(responders(server.address("/ocsp")))
        (attempt,) = fetched(those)
    (request,) = [asked for method, asked in responder.asked if method == "GET"]
    assert attempt.der is not None
    assert len(responder.asked) == 1
    assert request.serial_number == those[0].serial_number
    assert isinstance(request.hash_algorithm, hashes.SHA1), "RFC 5019, 2.1.1"
    assert list(request.extensions) == [], "RFC 5019, 2.1.1: no nonce"


def test_a_request_goes_as_post_where_get_is_not_known_or_the_address_is_long() -> None:
    for path, methods in (("/ocsp", ["GET", "POST"]), (f"/{'x' * 200}", ["POST"]), ("/ocsp?of=root", ["POST"])):
        responder = Responder(methods=("POST",))
        with serving(responder) as server:
            (attempt,) = fetched(wanted(responders(server.address(path))))
        assert attempt.der is not None
        assert [method for method, _ in responder.asked] == methods


@pytest.mark.parametrize(
    ("sent", "reason", "detail"),
    [
        pytest.param(b"<html>", "not-an-ocsp-response", "", id="a page"),
        pytest.param(bytes.fromhex("30030a0103"), "responder-refused", "tryLater", id="try later"),
        pytest.param(bytes.fromhex("30030a0106"), "responder-refused", "unauthorized", id="unauthorized"),
        pytest.param(bytes.fromhex("30030a0100"), "not-an-ocsp-response", "", id="successful without a response"),
        pytest.param(crl(), "not-an-ocsp-response", "", id="a CRL"),
    ],
)
def test_what_is_no_answer_is_not_taken(sent: bytes, reason: str, detail: str) -> None:
    with serving(sending(response(sent))) as server:
        (attempt,) = fetched(wanted(responders(server.address("/ocsp"))))
    assert (attempt.der, attempt.reason, attempt.detail) == (None, reason, detail)


def test_an_answer_about_another_certificate_is_not_taken() -> None:
    with serving(Responder(serial_number=4711)) as server:
        (attempt,) = fetched(wanted(responders(server.address("/ocsp"))))
    assert attempt.reason == "response-about-another-certificate"


def test_the_next_responder_is_asked_when_the_first_gives_nothing() -> None:
    with serving(sending(response(b"", code="500 Error"))) as broken, serving(Responder()) as well:
        attempts = fetched(wanted(responders(broken.address("/ocsp"), well.address("/ocsp"))))
    assert rows(attempts) == [("ocsp", broken.address("/ocsp"), "http-error"), ("ocsp", well.address("/ocsp"), "taken")]


def test_a_server_that_fails_is_asked_once_in_a_run() -> None:
    with serving(silent(3)) as server:
        those = wanted(points((server.address("/a"),), (server.address("/b"),)), responders(server.address("/ocsp")))
        began = time.monotonic()
        attempts = fetched(those)
        took = time.monotonic() - began
    assert sorted(attempt.reason for attempt in attempts) == ["server-failed-before", "server-failed-before", "timed-out"]
    assert len(server.requests) == 1
    assert took < 2


def test_a_run_ends_at_its_limit_whatever_is_left_to_ask() -> None:
    limits = FetchLimits(seconds=30, run_seconds=1, threads=2)
    with serving(silent(5)) as one, serving(silent(5)) as two, serving(silent(5)) as three:
        those = wanted(points(*((server.address(),) for server in (one, two, three))))
        began = time.monotonic()
        attempts = fetched(those, limits=limits)
        took = time.monotonic() - began
    assert [attempt.reason for attempt in attempts] == ["run-over"] * 3
    assert took < 2


def test_a_run_asks_no_more_than_its_limit() -> None:
    limits = FetchLimits(requests=2, threads=1)
    with serving(sending(response(crl()))) as server:
        attempts = fetched(wanted(points(*((server.address(f"/{number}"),) for number in range(4)))), limits=limits)
    assert [attempt.reason for attempt in attempts] == ["", "", "run-over", "run-over"]


def test_nothing_is_asked_twice_in_a_run() -> None:
    with serving(sending(response(crl()))) as server:
        those = wanted(points((server.address(),)), responders(server.address("/ocsp")))
        run = Run(limits=QUICK, allow_private=True)
        assert len(fetched(those, run=run)) == 2
        assert fetched(those, run=run) == ()


def test_servers_are_asked_at_the_same_time_and_answers_stay_in_order() -> None:
    def slowly(connection: socket.socket, _: bytes) -> None:
        time.sleep(0.4)
        connection.sendall(response(crl()))

    with serving(slowly) as one, serving(sending(response(crl()))) as two, serving(slowly) as three:
        addresses = [server.address() for server in (one, two, three)]
        began = time.monotonic()
        attempts = fetched(wanted(points(*((address,) for address in addresses))))
        took = time.monotonic() - began
    assert rows(attempts) == [("crl", address, "taken") for address in addresses]
    assert took < 0.75


def test_private_addresses_need_to_be_allowed() -> None:
    with serving(sending(response(crl()))) as server:
        (attempt,) = fetch_all(wanted(points((server.address(),))), limits=QUICK)
    assert (attempt.reason, attempt.detail) == ("address-forbidden", "loopback")
    assert server.requests == []


def test_a_redirect_leads_only_to_servers_that_certificates_name() -> None:
    with serving(sending(response(crl()))) as inside, serving(redirecting(inside.address())) as server:
        (attempt,) = fetched(wanted(points((server.address(),))))
    assert (attempt.reason, attempt.detail) == ("server-not-allowed", inside.name)
    assert inside.requests == []


def test_without_network_only_a_moment_is_lost() -> None:
    began = time.monotonic()
    attempts = fetched(wanted(points((NOWHERE,)), responders("http://ocsp.invalid")))
    assert {attempt.reason for attempt in attempts} == {"not-resolved"}
    assert time.monotonic() - began < 3


def test_a_certificate_without_a_complete_path_makes_nobody_ask() -> None:
    signer = issue("Signer", OTHER, extra=(points((NOWHERE,)),))
    trust = trusting(listed(ROOT, "root"))
    paths = find_paths(signer.facts, candidates=(OTHER.facts,), trust=trust, purpose=Purpose.SIGNER)
    assert wanted_of_paths(paths.found, trust) == ()


def test_the_anchor_is_not_asked_about_and_what_names_no_address_neither() -> None:
    root = issue("Named", ca=True, extra=(points((NOWHERE,)),))
    signer = issue("Signer", root)
    trust = trusting(listed(root, "root", whole=True))
    paths = find_paths(signer.facts, candidates=(), trust=trust, purpose=Purpose.SIGNER)
    assert paths.found
    assert wanted_of_paths(paths.found, trust) == ()


def test_what_the_trust_list_states_of_a_ca_is_asked_too() -> None:
    sub = issue("Sub", ROOT, ca=True)
    signer = issue("Signer", sub)
    with serving(sending(response(crl()))) as server:
        stated = replace(listed(sub, "sub", "root"), crl_urls=(server.address(),))
        trust = trusting(listed(ROOT, "root"), stated)
        paths = find_paths(signer.facts, candidates=(), trust=trust, purpose=Purpose.SIGNER)
        below = wanted_of_paths(paths.found, trust)
        assert [each.certificate_sha256 for each in below] == [sub.facts.sha256]
        assert wanted_of_anchors(trust) == below
        assert rows(fetched(below)) == [("crl", server.address(), "taken")]


def test_of_an_anchor_its_own_crls_are_wanted() -> None:
    stated = replace(listed(ROOT, "root"), crl_urls=(NOWHERE,), ocsp_urls=("http://ocsp.invalid",))
    (own,) = wanted_of_anchors(trusting(stated))
    assert (own.crl_addresses, own.ocsp_addresses) == (((NOWHERE,),), ())
    assert own.issuer_names == (ROOT.facts.subject_der,)


NOT_LOOKED_AT: Any = None
"""What a question about revocation does not look at."""


def test_of_a_document_everything_below_its_anchors_is_wanted() -> None:
    """Signers, time-stamp servers, and responders that say nothing of their own status (RFC 6960, 4.2.2.2.1)."""
    named = [points((f"http://ca.gov.example/{number}.crl",)) for number in range(4)]
    signer = issue("Signer", ROOT, extra=(named[0],))
    tsa = issue("TSA", ROOT, purposes=("timeStamping",), purposes_critical=True, usage=("digitalSignature",), extra=(named[1],))
    asked, silent_one = (issue(f"Responder {n}", ROOT, purposes=("OCSPSigning",), extra=(named[n],)) for n in (2, 3))
    trust = trusting(listed(ROOT, "root"))

    def paths(issued: Issued, purpose: Purpose) -> Paths:
        return find_paths(issued.facts, candidates=(), trust=trust, purpose=purpose)

    def said_by(responder: Issued, *, no_check: bool) -> RevocationStatement:
        own = paths(responder, Purpose.OCSP)
        good = RevocationStatement(
            signer.facts.sha256, "ocsp", "good", WITHIN, None, WITHIN, None, None, "cms", None, authorised=True, flaw=None,
            issuer_paths=own, issuer_no_check=no_check,
        )  # fmt: skip
        assert own.found
        return good

    stamp = TimestampEvidence(
        b"", NOT_LOOKED_AT, None, 0, None, None, None, None, NOT_LOOKED_AT, tsa.facts, paths(tsa, Purpose.TIMESTAMP)
    )
    statements = (said_by(asked, no_check=False), said_by(silent_one, no_check=True))
    signature = SignatureEvidence(NOT_LOOKED_AT, NOT_LOOKED_AT, signer.facts, paths(signer, Purpose.SIGNER), statements, (stamp,))
    evidence = DocumentEvidence(NOT_LOOKED_AT, (signature,), (), ())
    assert [each.certificate_sha256 for each in wanted_of(evidence, trust)] == [
        issued.facts.sha256 for issued in (signer, asked, tsa)
    ]
