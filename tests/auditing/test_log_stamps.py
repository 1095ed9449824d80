"""The head of a run, time-stamped by a living server over real HTTP, and what the log then proves."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archives import audited
from asn1crypto import tsp
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "conformance"))

from live_authority import Authority, living

from sigcheck.cli_results import results_app
from sigcheck.engine.crypto.stamp_requests import NotStamped, StampRefusal, timestamp_request, token_of
from sigcheck.store.results import ResultStore

STAMPED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
DIGEST = hashlib.sha256(b"log").digest()
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with living(STAMPED) as alive:
        yield alive


@pytest.fixture(scope="module")
def trust(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trust")
    (folder / "root.cer").write_bytes(authority.certificate("root"))
    return folder


@pytest.fixture
def store(tmp_path: Path, samples: Path) -> Path:
    audited(tmp_path / "s", samples / "unsigned-plan.pdf")
    return tmp_path / "s"


def address(authority: Authority) -> str:
    return f"http://127.0.0.1:{authority.port}/live/tsa/tsa"


def test_a_request_is_what_others_read(authority: Authority) -> None:
    """RFC 3161, 2.4.1: version 1, the imprint, a nonce, and the certificate asked for."""
    request = tsp.TimeStampReq.load(timestamp_request(DIGEST, 2**63 - 1), strict=True)
    assert request["version"].native == "v1"
    assert request["message_imprint"]["hash_algorithm"]["algorithm"].native == "sha256"
    assert request["message_imprint"]["hashed_message"].native == DIGEST
    assert (request["nonce"].native, request["cert_req"].native) == (2**63 - 1, True)


def test_an_answer_to_something_else_is_not_taken(authority: Authority) -> None:
    response = authority.timestamp_response(timestamp_request(DIGEST, 7))
    assert isinstance(token_of(response, DIGEST, 7), bytes)
    refusals = {
        token_of(response, DIGEST, 8): StampRefusal.OTHER_NONCE,
        token_of(response, hashlib.sha256(b"other").digest(), 7): StampRefusal.OTHER_IMPRINT,
        token_of(b"<html>", DIGEST, 7): StampRefusal.NOT_A_RESPONSE,
        token_of(response[:-1], DIGEST, 7): StampRefusal.NOT_A_RESPONSE,
        token_of(bytes.fromhex("30053003020102"), DIGEST, 7): StampRefusal.NOT_GRANTED,
        token_of(bytes.fromhex("30053003020100"), DIGEST, 7): StampRefusal.NO_TOKEN,
        token_of(bytes.fromhex("30073003020100" + "0500"), DIGEST, 7): StampRefusal.NO_TOKEN,
    }
    assert {refused.reason for refused in refusals if isinstance(refused, NotStamped)} == set(refusals.values())


def verified(store: Path, trust: Path) -> tuple[int, str, str]:
    said = RUNNER.invoke(results_app, ["verify-log", str(store), "--trust", str(trust), "--no-user-trust", "--lang", "en"])
    return said.exit_code, said.stdout, said.stderr


def test_the_log_proves_its_time(authority: Authority, trust: Path, store: Path) -> None:
    asked = RUNNER.invoke(results_app, ["timestamp-log", str(store), address(authority), "--lang", "en"])
    assert asked.exit_code == 0, asked.stderr
    code, said, _ = verified(store, trust)
    assert code == 0
    assert "Run 1 existed before 2026-11-20T08:30:00+00:00" in said
    with ResultStore(store) as results:
        assert results.runs()[0].head in said


def test_the_servers_own_word_is_needed(authority: Authority, store: Path, samples: Path) -> None:
    """Under other anchors the token is sound and proves nothing."""
    RUNNER.invoke(results_app, ["timestamp-log", str(store), address(authority)])
    code, said, _ = verified(store, samples / "trust")
    assert code == 0
    assert "proves nothing" in said


def test_a_chain_written_anew_does_not_fit_its_time_stamp(
    authority: Authority, trust: Path, store: Path, tmp_path: Path, samples: Path
) -> None:
    RUNNER.invoke(results_app, ["timestamp-log", str(store), address(authority)])
    audited(tmp_path / "other", samples / "weak-key.pdf")
    with sqlite3.connect(store) as connection:
        (token,) = connection.execute("SELECT token FROM run").fetchone()
    connection.close()
    with sqlite3.connect(tmp_path / "other") as connection:
        connection.execute("UPDATE run SET token = ?", (token,))
    connection.close()
    code, _, said = verified(tmp_path / "other", trust)
    assert code == 1
    assert "not one over its head" in said


@pytest.mark.parametrize("token", [b"", b"\x30\x00", b"\xff" * 100, "text"])
def test_nonsense_for_a_token_is_no_fault(trust: Path, store: Path, tmp_path: Path, token: bytes | str) -> None:
    shutil.copy(store, tmp_path / "t")
    with sqlite3.connect(tmp_path / "t") as connection:
        connection.execute("UPDATE run SET token = ?", (token,))
    connection.close()
    code, _, said = verified(tmp_path / "t", trust)
    assert code in {1, 2}, said


@pytest.mark.parametrize(
    "server", ["http://127.0.0.1:1/", "ftp://127.0.0.1/", "nothing", "http://127.0.0.1:{port}/live/crls/root/latest.crl"]
)
def test_a_server_that_gives_none_is_said(authority: Authority, store: Path, server: str) -> None:
    asked = RUNNER.invoke(results_app, ["timestamp-log", str(store), server.format(port=authority.port), "--lang", "en"])
    assert asked.exit_code == 2
    assert "could not be time-stamped" in asked.stderr
    with ResultStore(store) as results:
        assert results.runs()[0].token is None
