"""fetch against servers that do everything but answer: within its limits, every one of them is a value with a reason."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from misbehaving import Answer, dripping, endless, redirecting, response, sending, serving, silent

from sigcheck.fetching.addresses import servers_of
from sigcheck.fetching.fetch import Question, fetch
from sigcheck.fetching.limits import FetchLimits
from sigcheck.fetching.outcome import Fetched, NotFetched, Reason

QUICK = FetchLimits(seconds=1, connect_seconds=1)
BODY = b"0\x03\x02\x01\x05"
OK = b"HTTP/1.1 200 OK\r\n"


def asked(
    address: str, *, most: int = 1000, allow_private: bool = True, also: tuple[str, ...] = (), body: bytes | None = None
) -> Fetched | NotFetched:
    servers = servers_of([address, *also])
    question = Question(most, body, "application/ocsp-request")
    return fetch(address, question, servers=servers, allow_private=allow_private, limits=QUICK)


def reason_of(answer: Answer, *, most: int = 1000) -> Reason | None:
    with serving(answer) as server:
        outcome = asked(server.address(), most=most)
    return outcome.reason if isinstance(outcome, NotFetched) else None


def test_what_a_server_answers_is_given_as_it_came() -> None:
    with serving(sending(response(BODY))) as server:
        assert asked(server.address("/a list.crl?of=2026")) == Fetched(BODY, server.address("/a%20list.crl?of=2026"))
    request = server.requests[0].decode().splitlines()
    assert request[0] == "GET /a%20list.crl?of=2026 HTTP/1.1"
    assert f"Host: {server.name}" in request
    assert "Accept-Encoding: identity" in request


def test_nothing_of_the_environment_is_sent_or_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9/")
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret\n", "utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(sending(response(BODY, "Set-Cookie: a=b"))) as server:
        assert isinstance(asked(server.address()), Fetched)
        assert isinstance(asked(server.address()), Fetched)
    said = b"".join(server.requests).lower()
    assert b"cookie" not in said
    assert b"authorization" not in said


def test_a_chunked_response_is_put_together() -> None:
    with serving(sending(OK + b"Transfer-Encoding: chunked\r\n\r\n2;x=y\r\n0\x03\r\n3\r\n\x02\x01\x05\r\n0\r\n\r\n")) as server:
        assert asked(server.address()) == Fetched(BODY, server.address())


def test_a_response_without_length_ends_with_the_connection() -> None:
    with serving(sending(OK + b"\r\n" + BODY)) as server:
        assert asked(server.address()) == Fetched(BODY, server.address())


def test_a_post_carries_its_body_and_media_type() -> None:
    with serving(sending(response(BODY))) as server:
        assert isinstance(asked(server.address("/"), body=b"request"), Fetched)
    assert server.requests[0].startswith(b"POST / HTTP/1.1\r\n")
    assert b"Content-Type: application/ocsp-request\r\n" in server.requests[0]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(silent(3), Reason.TIMED_OUT, id="silent"),
        pytest.param(dripping(response(BODY), 0.1), Reason.TIMED_OUT, id="drips its header"),
        pytest.param(
            dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 99, 0.03), Reason.TIMED_OUT, id="drips"
        ),
        pytest.param(endless(OK + b"\r\n", b"x" * 4096), Reason.TOO_LARGE, id="endless"),
        pytest.param(
            endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10\r\n" + b"x" * 16 + b"\r\n"),
            Reason.TOO_LARGE,
            id="endless chunks",
        ),
        pytest.param(
            endless(OK + b"Transfer-Encoding: chunked\r\n\r\n1", b";extension=1"), Reason.BROKEN_OFF, id="endless chunk extension"
        ),
        pytest.param(
            endless(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"Trailer: x\r\n"), Reason.TOO_LARGE, id="endless trailers"
        ),
        pytest.param(endless(OK, b"Field: x\r\n"), Reason.NOT_HTTP, id="endless header of fields"),
        pytest.param(endless(OK + b"Field: ", b"x" * 4096), Reason.HEADER_TOO_LARGE, id="endless header line"),
        pytest.param(endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), Reason.HEADER_TOO_LARGE, id="endless 100 Continue"),
        pytest.param(sending(response(b"x" * 1001)), Reason.TOO_LARGE, id="one octet too long"),
        pytest.param(sending(response(BODY, length=10**40)), Reason.TOO_LARGE, id="says it is huge"),
        pytest.param(sending(response(BODY, length=500)), Reason.BROKEN_OFF, id="shorter than it says"),
        pytest.param(sending(OK + b"Transfer-Encoding: chunked\r\n\r\n40\r\nabc"), Reason.BROKEN_OFF, id="chunk cut off"),
        pytest.param(sending(OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nabc"), Reason.BROKEN_OFF, id="chunk of minus one"),
        pytest.param(sending(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc"), Reason.BROKEN_OFF, id="chunk without a size"),
        pytest.param(sending(b""), Reason.BROKEN_OFF, id="closes at once"),
        pytest.param(sending(b"HTTP/1.1"), Reason.NOT_HTTP, id="closes within the status line"),
        pytest.param(sending(b"220 mail.example ESMTP\r\n"), Reason.NOT_HTTP, id="speaks another protocol"),
        pytest.param(sending(b"\x16\x03\x01\x02\x00" * 100), Reason.NOT_HTTP, id="speaks TLS"),
        pytest.param(sending(response(BODY, code="404 Not Found")), Reason.HTTP_ERROR, id="has nothing"),
        pytest.param(sending(b"HTTP/1.1 204 No Content\r\n\r\n"), Reason.HTTP_ERROR, id="no content"),
        pytest.param(sending(response(BODY, code="206 Partial Content")), Reason.HTTP_ERROR, id="a part"),
        pytest.param(sending(response(gzip.compress(BODY), "Content-Encoding: GZIP")), Reason.ENCODED, id="compressed"),
        pytest.param(redirecting(""), Reason.REDIRECTS, id="redirects nowhere"),
        pytest.param(redirecting("/list.crl"), Reason.REDIRECTS, id="redirects to itself"),
        pytest.param(redirecting("file:///etc/passwd"), Reason.SCHEME, id="redirects to a file"),
        pytest.param(redirecting("gopher://127.0.0.1/"), Reason.SCHEME, id="redirects to another scheme"),
        pytest.param(redirecting("http://[::1/"), Reason.ADDRESS, id="redirects to half an address"),
        pytest.param(redirecting("http://user:secret@127.0.0.1/"), Reason.ADDRESS, id="redirects with a password"),
        pytest.param(redirecting("http://internal.example/"), Reason.SERVER_NOT_ALLOWED, id="redirects to a stranger"),
        pytest.param(redirecting("http://127.0.0.1:22/"), Reason.SERVER_NOT_ALLOWED, id="redirects to another port"),
    ],
)
def test_whatever_a_server_does_has_a_reason(answer: Answer, reason: Reason) -> None:
    began = time.monotonic()
    assert reason_of(answer) is reason
    assert time.monotonic() - began < 2


def test_a_bomb_within_the_limit_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(10**7))
    with serving(sending(response(bomb, "Content-Encoding: gzip"))) as server:
        outcome = asked(server.address(), most=len(bomb))
    assert outcome == NotFetched(Reason.ENCODED, "gzip", server.name)


def test_redirects_are_followed_to_servers_that_are_allowed() -> None:
    with serving(sending(response(BODY))) as end, serving(redirecting(end.address("/new.crl"), "301 Moved Permanently")) as start:
        assert asked(start.address(), also=(end.address(),)) == Fetched(BODY, end.address("/new.crl"))
        assert asked(start.address()) == NotFetched(Reason.SERVER_NOT_ALLOWED, end.name)
    assert len(end.requests) == 1


def test_a_redirect_within_the_server_may_be_relative_and_ends_after_three_steps() -> None:
    def onward(connection: object, header: bytes) -> None:
        number = int(header.split()[1][1:])
        redirecting(f"{number + 1}")(connection, header)  # type: ignore[arg-type] # the connection is handed on

    with serving(onward) as server:
        assert asked(server.address("/1")) == NotFetched(Reason.REDIRECTS, "", server.name)
    assert [request.split()[1] for request in server.requests] == [b"/1", b"/2", b"/3", b"/4"]


def test_after_307_a_post_is_sent_again_and_after_302_it_is_not() -> None:
    with serving(sending(response(BODY))) as end:
        with serving(redirecting(end.address("/"), "307 Temporary Redirect")) as start:
            assert asked(start.address(), also=(end.address(),), body=b"request") == Fetched(BODY, end.address("/"))
        with serving(redirecting(end.address("/"))) as start:
            outcome = asked(start.address(), also=(end.address(),), body=b"request")
    assert outcome == NotFetched(Reason.HTTP_ERROR, "302", start.name)
    assert [request.split()[0] for request in end.requests] == [b"POST"]


def test_loopback_is_asked_only_when_private_addresses_are_allowed() -> None:
    with serving(sending(response(BODY))) as server:
        forbidden = NotFetched(Reason.ADDRESS_FORBIDDEN, "loopback", server.name)
        assert asked(server.address(), allow_private=False) == forbidden
        assert asked(server.address(host="2130706433"), allow_private=False) == replace(
            forbidden, server=f"2130706433:{server.port}"
        )
        name = asked(server.address(host="localhost"), allow_private=False)
        assert isinstance(name, NotFetched)
        assert (name.reason, name.detail) == (Reason.ADDRESS_FORBIDDEN, "loopback")
    assert server.requests == []


def test_ipv6_is_spoken() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("needs IPv6 on loopback, which is not here")
    with serving(sending(response(BODY)), host="::1") as server:
        assert asked(server.address()) == Fetched(BODY, server.address())
        closed = asked(server.address(), allow_private=False)
    assert f"Host: [::1]:{server.port}".encode() in server.requests[0]
    assert closed == NotFetched(Reason.ADDRESS_FORBIDDEN, "loopback", f"[::1]:{server.port}")


def test_who_refuses_the_connection_did_not_answer() -> None:
    with serving(silent(0)) as server:
        pass
    assert asked(server.address()) == NotFetched(Reason.NO_CONNECTION, "ECONNREFUSED", server.name)


def test_a_name_that_does_not_exist_is_not_resolved() -> None:
    outcome = asked("http://crl.invalid/root.crl")
    assert isinstance(outcome, NotFetched)
    assert outcome.reason is Reason.NOT_RESOLVED


def test_only_addresses_that_were_handed_over_are_asked() -> None:
    with serving(sending(response(BODY))) as server:
        outcome = fetch(server.address(), Question(1000), servers=frozenset(), allow_private=True)
    assert outcome == NotFetched(Reason.SERVER_NOT_ALLOWED, server.name)
    assert server.requests == []


def test_https_needs_a_certificate_that_the_system_trusts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, context = server_certificate(tmp_path)
    with serving(sending(response(BODY)), tls=context) as server:
        address = server.address(host="localhost").replace("http:", "https:")
        untrusted = asked(address)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert asked(address) == Fetched(BODY, address)
        elsewhere = asked(server.address().replace("http:", "https:"))
    for outcome in (untrusted, elsewhere):
        assert isinstance(outcome, NotFetched)
        assert outcome.reason is Reason.TLS
    assert len(server.requests) == 1


def test_a_redirect_from_https_to_http_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, context = server_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(sending(response(BODY))) as plain, serving(redirecting(plain.address()), tls=context) as server:
        outcome = asked(server.address(host="localhost").replace("http:", "https:"), also=(plain.address(),))
    assert isinstance(outcome, NotFetched)
    assert outcome.reason is Reason.REDIRECTS
    assert plain.requests == []


def test_a_server_that_speaks_no_tls_is_told(tmp_path: Path) -> None:
    with serving(sending(response(BODY))) as server:
        outcome = asked(server.address().replace("http:", "https:"))
    assert isinstance(outcome, NotFetched)
    assert outcome.reason in {Reason.TLS, Reason.TIMED_OUT, Reason.NO_CONNECTION}


def server_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for `localhost`, valid around the wall clock: TLS knows no other time."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "server.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return certificate, context
