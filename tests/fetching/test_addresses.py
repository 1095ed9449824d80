"""Which addresses may be asked: the forms of a URL, and every special-purpose range that IANA registers."""

from __future__ import annotations

import ipaddress

import pytest

from sigcheck.fetching.addresses import Address, kind_of, parse_address, servers_of
from sigcheck.fetching.outcome import NotFetched, Reason


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0.0.0.0", "unspecified"),  # noqa: S104 - nothing is bound: it is refused
        ("0.1.2.3", "unspecified"),
        ("10.1.2.3", "private"),
        ("100.64.0.1", "shared"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("169.254.169.254", "link-local"),
        ("172.31.255.255", "private"),
        ("192.0.0.8", "special"),
        ("192.0.2.1", "documentation"),
        ("192.88.99.1", "6to4"),
        ("192.168.1.1", "private"),
        ("198.19.0.1", "benchmarking"),
        ("198.51.100.7", "documentation"),
        ("203.0.113.9", "documentation"),
        ("224.0.0.1", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::127.0.0.1", "reserved"),
        ("::ffff:8.8.8.8", "ipv4-mapped"),
        ("::ffff:127.0.0.1", "ipv4-mapped"),
        ("64:ff9b::7f00:1", "nat64"),
        ("64:ff9b:1::a00:1", "nat64"),
        ("100::1", "reserved"),
        ("2001::1", "teredo"),
        ("2001:2::1", "special"),
        ("2001:db8::1", "documentation"),
        ("2002:7f00:1::", "6to4"),
        ("3fff::1", "documentation"),
        ("5f00::1", "reserved"),
        ("fc00::1", "private"),
        ("fd12:3456::1", "private"),
        ("fe80::1", "link-local"),
        ("fec0::1", "reserved"),
        ("ff02::1", "multicast"),
        ("8.8.8.8", None),
        ("113.160.1.1", None),
        ("172.32.0.1", None),
        ("2001:ee0::1", None),
        ("2400:cb00::1", None),
    ],
)
def test_special_purpose_addresses_are_told(text: str, kind: str | None) -> None:
    assert kind_of(ipaddress.ip_address(text), allow_private=False) == kind


@pytest.mark.parametrize("text", ["10.1.2.3", "127.0.0.1", "::1", "fd12::1", "fe80::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"])
def test_private_addresses_can_be_allowed(text: str) -> None:
    assert kind_of(ipaddress.ip_address(text), allow_private=True) is None


@pytest.mark.parametrize(
    "text", ["0.1.2.3", "224.0.0.1", "255.255.255.255", "::", "ff02::1", "::ffff:224.0.0.1", "::ffff:0.0.0.0"]
)
def test_what_is_never_a_host_stays_forbidden(text: str) -> None:
    assert kind_of(ipaddress.ip_address(text), allow_private=True) is not None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://ca.gov.example/a.crl", Address("http", "ca.gov.example", 80, "/a.crl")),
        (" HTTP://CA.Gov.Example./a b.crl#part ", Address("http", "ca.gov.example", 80, "/a%20b.crl")),
        ("https://ca.gov.example:8443?of=1&b=ô", Address("https", "ca.gov.example", 8443, "/?of=1&b=%C3%B4")),
        ("http://bücher.example/%20.crl", Address("http", "xn--bcher-kva.example", 80, "/%20.crl")),
        ("http://[2001:EE0::1]:80/a", Address("http", "2001:ee0::1", 80, "/a")),
    ],
)
def test_addresses_are_read_as_certificates_write_them(text: str, address: Address) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ldap://ca.gov.example/cn=CRL", Reason.SCHEME),
        ("ftp://ca.gov.example/", Reason.SCHEME),
        ("file:///etc/hosts", Reason.SCHEME),
        ("javascript:alert(1)", Reason.SCHEME),
        ("ca.gov.example/a.crl", Reason.SCHEME),
        ("", Reason.SCHEME),
        ("http://", Reason.ADDRESS),
        ("http:///a.crl", Reason.ADDRESS),
        ("http://user@ca.gov.example/", Reason.ADDRESS),
        ("http://u:p@ca.gov.example/", Reason.ADDRESS),
        ("http://ca.gov.example:99999/", Reason.ADDRESS),
        ("http://ca.gov.example:0/", Reason.ADDRESS),
        ("http://ca.gov.example:x/", Reason.ADDRESS),
        ("http://[::1/", Reason.ADDRESS),
        ("http://[fe80::1%25eth0]/", Reason.ADDRESS),
        ("http://a\r\nHost: b/", Reason.ADDRESS),
        ("http://a/\tb", Reason.ADDRESS),
        ("http://a/\x00", Reason.ADDRESS),
        (f"http://a/{'x' * 3000}", Reason.ADDRESS),
        (f"http://{'a' * 64}.example/", Reason.ADDRESS),
    ],
)
def test_what_cannot_be_asked_has_a_reason(text: str, reason: Reason) -> None:
    outcome = parse_address(text)
    assert isinstance(outcome, NotFetched)
    assert outcome.reason is reason


def test_a_named_server_may_be_asked_at_its_port_and_the_usual_ones() -> None:
    named = servers_of(["http://ca.gov.example:8080/a", "ldap://directory.example/"])
    assert named == {"ca.gov.example:8080", "ca.gov.example:80", "ca.gov.example:443"}
