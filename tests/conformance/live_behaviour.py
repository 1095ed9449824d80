"""What the live authority can be told to do in place of answering honestly about revocation."""

from __future__ import annotations

import time
from datetime import timedelta

from asn1crypto import core, ocsp
from live_authority import Request, honestly


def slowly(request: Request) -> None:
    """A header that drips for ten minutes."""
    for octet in b"HTTP/1.1 200 OK\r\nX-Wait: " + b"." * 6000:
        request.handler.wfile.write(bytes((octet,)))
        request.handler.wfile.flush()
        time.sleep(0.1)


def hugely(request: Request) -> None:
    """An answer that never ends."""
    request.handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n0\x85\x02\x00\x00\x00\x00")
    while True:
        request.handler.wfile.write(bytes(1024**2))


def with_a_page(request: Request) -> None:
    request.answer("<!DOCTYPE html><title>Trang chủ</title><h1>Cổng thông tin</h1>".encode(), "text/html")


def with_another_list(request: Request) -> None:
    """The CRL of another CA, and a good word about another certificate."""
    authority = request.authority
    if request.kind == "crl":
        request.answer(authority.revocation_list("sub" if request.label == "root" else "root", authority.moment))
    else:
        request.answer(authority.ocsp_response(authority.ocsp_request("responder"), authority.moment))


def with_a_forgery(request: Request) -> None:
    """A CRL of the right name and scope, signed with a forger's key; the responder gives nothing."""
    if request.kind == "ocsp":
        with_a_page(request)
    elif request.label == "root":
        honestly(request)
    else:
        request.answer(request.authority.revocation_list("other-sub", request.authority.moment))


def with_old_answers(request: Request) -> None:
    """What was said ten years ago, and has run out since."""
    then = request.authority.moment - timedelta(days=3650)
    if request.kind == "crl":
        request.answer(request.authority.revocation_list(request.label, then))
    else:
        request.answer(request.authority.ocsp_response(request.body, then))


def with_nothing_known(request: Request) -> None:
    """`unknown` from the responder (RFC 6960, 2.2), and no CRL of the signer's CA."""
    _instead(request, ocsp.CertStatus("unknown", core.Null()))


def with_a_revocation(request: Request) -> None:
    """The responder says that the signer was revoked a year before; no CRL of the signer's CA."""
    at = request.authority.moment - timedelta(days=365)
    _instead(request, ocsp.CertStatus("revoked", {"revocation_time": at, "revocation_reason": "key_compromise"}))


def _instead(request: Request, says: ocsp.CertStatus) -> None:
    if request.kind == "ocsp":
        request.answer(request.authority.ocsp_response(request.body, request.authority.moment, says))
    elif request.label == "root":
        honestly(request)
    else:
        request.handler.send_error(404)


def leading_astray(request: Request) -> None:
    """A redirect to the address where machines in a cloud find their secrets."""
    request.handler.send_response(302)
    request.handler.send_header("Location", "http://169.254.169.254/latest/meta-data/")
    request.handler.end_headers()


def leading_in_circles(request: Request) -> None:
    request.handler.send_response(302)
    request.handler.send_header("Location", request.handler.path)
    request.handler.end_headers()


def refusing(request: Request) -> None:
    request.handler.send_error(503)


def hanging_up(request: Request) -> None:
    request.handler.connection.close()
