"""fetch_certificate: only the certificate whose fingerprint is listed, in whatever form its publisher hands it out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from misbehaving import redirecting, response, sending, serving

from sigcheck.fetching.certificates import OtherCertificate, fetch_certificate
from sigcheck.fetching.outcome import NotFetched, Reason

sys.path.append(str(Path(__file__).resolve().parents[1] / "engine"))
from small_pki import issue

ROOT = issue("Root", ca=True)
SUB = issue("Sub", ROOT, ca=True)
PEM = b"-----BEGIN CERTIFICATE-----\n"
BOTH = [ROOT.x509, SUB.x509]


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(SUB.der, id="DER"),
        pytest.param(SUB.x509.public_bytes(Encoding.PEM), id="PEM"),
        pytest.param(b"".join(each.public_bytes(Encoding.PEM) for each in BOTH), id="several in PEM"),
        pytest.param(pkcs7.serialize_certificates(BOTH, Encoding.DER), id="a bundle"),
        pytest.param(pkcs7.serialize_certificates(BOTH, Encoding.PEM), id="a bundle in PEM"),
        pytest.param(
            b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n" + SUB.x509.public_bytes(Encoding.PEM), id="junk"
        ),
    ],
)
def test_the_listed_certificate_is_found(sent: bytes) -> None:
    with serving(sending(response(sent))) as server:
        assert fetch_certificate(server.address(), SUB.facts.sha256, allow_private=True) == SUB.der


def test_a_look_alike_is_not_taken() -> None:
    look_alike = issue("Sub", issue("Root", ca=True), ca=True)
    with serving(sending(response(look_alike.der))) as server:
        answer = fetch_certificate(server.address(), SUB.facts.sha256, allow_private=True)
    assert answer == OtherCertificate((look_alike.facts.sha256,))


@pytest.mark.parametrize("sent", [b"", b"<html>", SUB.der[:-1], SUB.der + b"\n", PEM * 30_000, PEM * 30_000 + b"-----END "])
def test_what_holds_no_certificate_gives_none(sent: bytes) -> None:
    with serving(sending(response(sent))) as server:
        assert fetch_certificate(server.address(), SUB.facts.sha256, allow_private=True) == OtherCertificate(())


def test_servers_are_held_to_the_same_rules() -> None:
    with serving(sending(response(SUB.der))) as inside, serving(redirecting(inside.address())) as server:
        elsewhere = fetch_certificate(server.address(), SUB.facts.sha256, allow_private=True)
        private = fetch_certificate(server.address(), SUB.facts.sha256)
    assert elsewhere == NotFetched(Reason.SERVER_NOT_ALLOWED, inside.name)
    assert private == NotFetched(Reason.ADDRESS_FORBIDDEN, "loopback", server.name)
    assert inside.requests == []
