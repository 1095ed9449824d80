"""`trust sync` over real HTTP on loopback: what is taken, refused, forbidden and missing; and a word for every reason."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import Result
from invented_certificates import OTHER_ROOT, ROOT, SUB_CA, pem
from msgspec.structs import replace
from typer.testing import CliRunner

from sigcheck.cli_trust import trust_app
from sigcheck.fetching.outcome import Reason
from sigcheck.trust.load import load_trust
from sigcheck.trust.tomltext import entry_toml
from sigcheck.trust.words import sentences


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name in the base class
        pass


@pytest.fixture
def published(tmp_path: Path) -> Path:
    folder = tmp_path / "published"
    folder.mkdir()
    return folder


@pytest.fixture
def server(published: Path) -> Iterator[str]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(published)))
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    running.server_close()


@pytest.fixture
def own(tmp_path: Path, server: str) -> Path:
    """A user's folder that lists an invented root, whose file is at two addresses, and a CA with one, as facts alone."""
    bare, folder = tmp_path / "bare", tmp_path / "own"
    bare.mkdir()
    folder.mkdir()
    (bare / "all.pem").write_bytes(pem(ROOT, SUB_CA))
    root, ca = sorted(load_trust(folder=bare).entries, key=lambda entry: entry.path_length == 0)
    root = replace(root, name="root", certificate=None, publisher=f"{server}/old.crt", certificate_urls=(f"{server}/root.crt",))
    ca = replace(ca, name="ca", issuer="root", certificate=None, certificate_urls=(f"{server}/ca.cer",))
    (folder / "invented.toml").write_text(entry_toml(root) + entry_toml(ca), encoding="utf-8")
    return folder


def sync(own: Path, *options: str) -> Result:
    return CliRunner().invoke(trust_app, ["sync", "root", *options, "--user-folder", str(own), "--lang", "en"])


def completed(own: Path) -> set[str]:
    return {entry.name for entry in load_trust(user_folder=own).entries if entry.certificate is not None}


def test_certificates_come_from_their_addresses_one_after_another(own: Path, published: Path) -> None:
    (published / "root.crt").write_bytes(ROOT)
    (published / "ca.cer").write_bytes(pem(SUB_CA))
    shown = sync(own, "--allow-private-addresses")
    assert (shown.exit_code, completed(own)) == (0, {"root", "ca"})
    assert "/root.crt" in shown.stdout, "old.crt is not there any more"


def test_another_certificate_at_the_address_is_refused_loudly(own: Path, published: Path) -> None:
    (published / "root.crt").write_bytes(OTHER_ROOT)
    (published / "ca.cer").write_bytes(SUB_CA)
    shown = sync(own, "--allow-private-addresses")
    assert (shown.exit_code, completed(own)) == (1, {"ca"})
    assert "REFUSED" in shown.stderr
    assert "/root.crt" in shown.stderr


def test_what_is_no_certificate_or_not_there_is_missing_with_the_reason(own: Path, published: Path) -> None:
    (published / "root.crt").write_bytes(b"<html>moved</html>")
    shown = sync(own, "--allow-private-addresses")
    assert (shown.exit_code, completed(own)) == (3, set())
    assert "/root.crt: no certificate that can be read is there" in shown.stdout
    assert "/ca.cer: the server reports an error (404)" in shown.stdout


def test_private_networks_are_not_asked_unless_allowed(own: Path, published: Path) -> None:
    (published / "root.crt").write_bytes(ROOT)
    shown = sync(own)
    assert (shown.exit_code, completed(own)) == (3, set())
    assert "only with --allow-private-addresses" in shown.stdout


def test_a_server_that_is_gone_is_asked_once(own: Path, tmp_path: Path) -> None:
    text = (own / "invented.toml").read_text(encoding="utf-8")
    gone = "http://127.0.0.1:9"
    (own / "invented.toml").write_text(text.replace(load_address(text), gone), encoding="utf-8")
    shown = sync(own, "--allow-private-addresses")
    assert shown.exit_code == 3
    assert shown.stdout.count("no connection") == 1
    assert shown.stdout.count("failed earlier in this run") == 2


def load_address(text: str) -> str:
    return text.split("publisher = '")[1].split("/old.crt", maxsplit=1)[0]


def test_every_reason_has_its_words() -> None:
    assert {f"fetch-{reason}" for reason in Reason} <= set(sentences())
