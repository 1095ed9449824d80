"""PEM and fingerprints, as files, servers and people write them, read in one place each."""

from __future__ import annotations

import base64
import time

import pytest

from sigcheck.fingerprints import sha256_digits
from sigcheck.pem import CERTIFICATES, PemBlock, pem_blocks

BODY = base64.encodebytes(bytes(range(100)))
DIGITS = "75e969c07ba35c29c72bbc1bfb880f20f3891a619b00b77eb02ca6160736a1fe"


def armoured(label: str, body: bytes = BODY) -> bytes:
    return f"-----BEGIN {label}-----\n".encode() + body + f"-----END {label}-----\n".encode()


def test_blocks_are_read_in_order_with_text_around_them() -> None:
    """RFC 7468, 2: parsers ignore text before, between and after."""
    file = b"issued by\n" + armoured("CERTIFICATE") + b"and\r\n" + armoured("X509 CRL").replace(b"\n", b"\r\n") + b"end"
    assert pem_blocks(file) == (PemBlock("CERTIFICATE", bytes(range(100))), PemBlock("X509 CRL", bytes(range(100))))


def test_other_blocks_keep_their_label_and_what_is_no_base64_is_told() -> None:
    file = armoured("PRIVATE KEY") + armoured("CERTIFICATE", b"not base64!\n")
    assert [(block.label, block.octets is None) for block in pem_blocks(file)] == [("PRIVATE KEY", False), ("CERTIFICATE", True)]
    assert "PRIVATE KEY" not in CERTIFICATES


@pytest.mark.parametrize("file", [b"", b"\x30\x82", b"-----BEGIN CERTIFICATE-----\nMII", b"-----END CERTIFICATE-----"])
def test_without_a_whole_block_there_is_none(file: bytes) -> None:
    assert pem_blocks(file) == ()


def test_a_beginning_without_an_end_does_not_hide_the_block_behind_it() -> None:
    assert [block.label for block in pem_blocks(b"-----BEGIN PKCS7-----\nMII\n" + armoured("CERTIFICATE"))] == ["CERTIFICATE"]


def test_a_megabyte_of_beginnings_costs_one_look() -> None:
    begun = time.process_time()
    assert len(pem_blocks(b"-----BEGIN CERTIFICATE-----\n" * 40_000 + armoured("CERTIFICATE"))) == 1
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "written", [DIGITS, DIGITS.upper(), ":".join(DIGITS[i : i + 2] for i in range(0, 64, 2)), f" {DIGITS[:32]} {DIGITS[32:]}\n"]
)
def test_a_fingerprint_is_taken_as_people_write_it(written: str) -> None:
    assert sha256_digits(written) == DIGITS


@pytest.mark.parametrize("written", ["", "abc", "g" * 64, DIGITS + "00", DIGITS[:-1] + "\u0661"])
def test_anything_else_is_none(written: str) -> None:
    assert sha256_digits(written) is None
