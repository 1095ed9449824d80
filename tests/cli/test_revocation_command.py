"""`sigcheck revocation` and the store options of `verify`, as processes and on real files; servers are on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner

sys.path.append(str(Path(__file__).resolve().parents[1] / "store"))
from loopback_authority import Authority, authority
from made_crls import crl_of

from sigcheck import cli, cli_revocation
from sigcheck.cli import app
from sigcheck.cli_arguments import read_verify
from sigcheck.cli_verify import VerifyOptions

AT = "2026-11-20T00:00:00Z"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificates of the samples have fixed dates."""
    for module in (cli, cli_revocation):
        monkeypatch.setattr(module, "clock", lambda: NOW)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments], env={"COLUMNS": "80", "NO_COLOR": "1"})


def revocation(command: str, store: Path, *arguments: object) -> Any:
    return run("revocation", command, "--revocation-store", store, *arguments)


def pieces(store: Path, *options: object) -> list[dict[str, Any]]:
    listed = revocation("list", store, "--format", "json", *options)
    assert listed.exit_code == 0
    held: list[dict[str, Any]] = json.loads(listed.stdout)["pieces"]
    return held


def verify(document: Path, samples: Path, *options: object) -> Any:
    fixed = ("--offline", "--policy", "strict", "--trust", samples / "trust", "--at", AT, "--format", "json")
    return run("verify", *fixed, *options, document)


@pytest.fixture
def crl(tmp_path: Path) -> Path:
    path = tmp_path / "g2-sub.crl"
    path.write_bytes(crl_of("g2-sub", "2025-09-01"))
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_leaves_loses_no_piece(store: Path, crl: Path, samples: Path, tmp_path: Path) -> None:
    """`revocation add … | head -1`: everything is kept before anything is said."""
    files = [crl]
    for number in range(300):  # more than a pipe holds
        files.append(tmp_path / f"{'x' * 200}{number}.crl")
        files[-1].write_bytes(crl.read_bytes())
    other = tmp_path / "g2-root.crl"
    other.write_bytes(crl_of("g2-root", "2025-09-01"))
    asked = ["revocation", "add", "--revocation-store", store, "--trust", samples / "trust", *files, other]
    with subprocess.Popen(
        [sys.executable, "-m", "sigcheck", *map(str, asked)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert str(crl) in running.stdout.readline().decode("utf-8")
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0
    assert len(pieces(store)) == 2


def test_files_are_named_kept_and_listed(store: Path, crl: Path, samples: Path, tmp_path: Path) -> None:
    pem = tmp_path / "g2-root.pem"
    pem.write_bytes(x509.load_der_x509_crl(crl_of("g2-root", "2025-09-01")).public_bytes(Encoding.PEM))
    trust = ("--trust", samples / "trust")
    added = revocation("add", store, *trust, "--received-at", "2025-09-10T08:00:00+07:00", crl, pem)
    assert (added.exit_code, added.stderr) == (0, "")
    assert f"{crl}: đã lưu" in added.stdout
    again = revocation("add", store, *trust, "--lang", "en", crl)
    assert (again.exit_code, f"{crl}: already there" in again.stdout) == (0, True)
    held = pieces(store, *trust)
    assert sorted(one["origin"] for one in held) == ["g2-root.pem", "g2-sub.crl"]
    assert {one["received_at"] for one in held} == {"2025-09-10T01:00:00Z"}
    assert {(one["signature"], one["fresh"], one["crl"]["entries"]) for one in held} == {("issuer", False, 0)}
    told = revocation("list", store, *trust, "--lang", "en").stdout
    assert "2 CRLs and OCSP responses, 0 in force, 2 past their time" in told
    assert "CRL of CA phục vụ các cơ quan Mẫu G2" in told


def test_whose_name_is_not_listed_is_said_to_be_unchecked(store: Path, crl: Path) -> None:
    revocation("add", store, "--no-user-trust", crl)
    assert pieces(store, "--no-user-trust")[0]["signature"] == "issuer-unknown"


def test_a_crl_of_another_key_is_said_to_prove_nothing(store: Path, samples: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged.crl"
    forged.write_bytes(crl_of("forger-sub", "2025-09-01"))  # the name of g2-sub, another key
    added = revocation("add", store, "--trust", samples / "trust", "--lang", "en", forged)
    assert "THE SIGNATURE DOES NOT VERIFY" in added.stdout


def test_what_is_neither_is_refused_and_the_others_are_kept(store: Path, crl: Path, samples: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing.crl"
    added = revocation("add", store, samples / "curve.pdf", missing, crl)
    assert added.exit_code == 2
    assert len(added.stderr.splitlines()) == 2
    assert "curve.pdf: không phải CRL, cũng không phải phản hồi OCSP" in added.stderr
    assert len(pieces(store)) == 1


@pytest.mark.parametrize(
    ("given", "word"),
    [("2999-01-01T00:00:00Z", "tương lai"), ("2025-09-10", "múi giờ"), ("2025-08-31T00:00:00Z", "sau thời điểm")],
)
def test_a_receipt_that_cannot_be_is_refused(store: Path, crl: Path, given: str, word: str) -> None:
    """In the future; without its zone; before the CRL was made."""
    added = revocation("add", store, "--received-at", given, crl)
    assert (added.exit_code, added.stdout, store.exists()) == (2, "", False)
    assert word in added.stderr


def test_an_empty_list_is_no_fault(store: Path) -> None:
    assert run("revocation", "list").exit_code == 0
    assert revocation("list", store).exit_code == 2  # named, and not there


def test_names_from_certificates_and_files_are_made_harmless(store: Path, samples: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "\x1b[31m::error::x.crl"
    hostile.write_bytes(crl_of("g2-sub", "2025-09-01"))
    added = revocation("add", store, "--trust", samples / "trust", hostile)
    listed = revocation("list", store), revocation("list", store, "--format", "json")
    assert added.exit_code == 0
    assert not any("\x1b" in one.stdout for one in (added, *listed))


@pytest.mark.parametrize("command", ["list", "add", "verify"])
def test_a_damaged_store_ends_in_one_sentence(store: Path, crl: Path, samples: Path, command: str) -> None:
    store.write_bytes(b"SQLite format 3\0" + bytes(5_000))
    if command == "verify":
        ended = verify(samples / "curve.pdf", samples, "--revocation-store", store)
    else:
        ended = revocation(command, store, *([crl] if command == "add" else []))
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "--no-revocation-store" in ended.stderr or "không phải kho" in ended.stderr or "không dùng được" in ended.stderr


def test_verify_says_which_store_it_read(store: Path, crl: Path, samples: Path) -> None:
    document = samples / "person-and-office.pdf"
    assert json.loads(verify(document, samples).stdout)["revocation_store"] == {"sha256": None}
    revocation("add", store, crl)
    read = json.loads(verify(document, samples, "--revocation-store", store).stdout)
    held = json.loads(revocation("list", store, "--format", "json").stdout)
    assert read["revocation_store"] == held["revocation_store"]
    assert read["revocation_store"]["sha256"] is not None
    left_out = json.loads(verify(document, samples, "--no-revocation-store").stdout)
    assert left_out["revocation_store"] == {"sha256": None}


def test_verify_may_ask_unless_told_otherwise(store: Path, served: Authority, tmp_path: Path) -> None:
    """What may not be asked is said on standard error; the report says that asking was allowed."""
    document = tmp_path / "letter.pdf"
    document.write_bytes(served.document("desk"))
    fixed = ("verify", "--format", "json", "--trust", served.trust(), "--revocation-store", store)
    asked = len(served.asked)
    at_a_desk, named = run(*fixed, document), run(*fixed, "--at", AT, "--online", document)
    for ended in (at_a_desk, named):
        assert (ended.exit_code, json.loads(ended.stdout)["online"]) == (3, True)
        assert "127.0.0.1" in ended.stderr
    keep_one = revocation("add", store, "--trust", served.trust(), write_crl(tmp_path))
    assert keep_one.exit_code == 0
    for options in (("--offline",), ("--at", AT), ("--no-revocation-store",)):
        allowed = fixed[:-2] if "--no-revocation-store" in options else fixed
        silent = run(*allowed, *options, document)
        assert (silent.stderr, json.loads(silent.stdout)["online"]) == ("", False)
    assert len(served.asked) == asked


def test_verify_asks_in_private_networks_when_told(tmp_path: Path, served: Authority) -> None:
    """For those who run an authority of their own; the usual command line and the one read without typer."""
    served.crls = {issuer: crl_of(issuer, "2026-11-10") for issuer in ("g2-sub", "g2-root")}
    document = tmp_path / "letter.pdf"
    document.write_bytes(served.document("own network"))
    store = tmp_path / "own.sqlite3"
    allowed = ("--allow-private-addresses", "--trust", served.trust(), "--revocation-store", store, "--format", "json")
    told = run("verify", *allowed, document)
    assert (told.exit_code, told.stderr) == (0, "")
    report = json.loads(told.stdout)
    assert (report["state"], report["online"]) == ("valid", True)
    assert {one["kind"] for one in pieces(store, "--trust", served.trust())} == {"crl", "ocsp"}
    fields = read_verify(["--allow-private-addresses", str(document)])
    assert fields is not None
    assert VerifyOptions(**fields).allow_private is True


def write_crl(folder: Path) -> Path:
    path = folder / "kept.crl"
    path.write_bytes(crl_of("g2-sub", "2025-09-01"))
    return path


@pytest.mark.parametrize("options", [("--offline",), ()])
def test_a_document_that_asks_nothing_loads_neither_network_nor_store(samples: Path, options: tuple[str, ...]) -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from sigcheck.cli import app; "
        f"CliRunner().invoke(app, {['verify', *options, str(samples / 'unsigned-plan.pdf')]!r}); "
        "print(sorted({'sqlite3', 'ssl', 'http.client', 'sigcheck.fetching.fetch'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "options",
    [
        ("--online", "--offline"),
        ("--online", "--no-revocation-store"),
        ("--revocation-store", "x", "--no-revocation-store"),
        ("--offline", "--revocation-store", "not-there.sqlite3"),
    ],
)
def test_options_that_contradict_each_other_are_refused(samples: Path, options: tuple[str, ...]) -> None:
    ended = run("verify", *options, "--trust", samples / "trust", samples / "curve.pdf")
    assert (ended.exit_code, ended.stdout) == (2, "")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    """A server whose responder answers as of the commands' clock."""
    with authority(tmp_path_factory.mktemp("served"), NOW) as holds:
        yield holds


def test_fetch_collects_what_a_document_names(store: Path, served: Authority, tmp_path: Path) -> None:
    """Then everything is off, and the verdict stands."""
    served.crls = {issuer: crl_of(issuer, "2026-11-10") for issuer in ("g2-sub", "g2-root")}
    document = tmp_path / "letter.pdf"
    document.write_bytes(served.document())
    trust = ("--trust", served.trust())
    fetched = revocation("fetch", store, *trust, "--allow-private-addresses", document)
    assert (fetched.exit_code, fetched.stderr) == (0, "")
    assert {one["kind"] for one in pieces(store, *trust)} == {"crl", "ocsp"}
    assert all(one["origin"].startswith("http://127.0.0.1") for one in pieces(store, *trust))
    served.crls, served.responds = {}, False
    asked = len(served.asked)
    again = run("verify", "--offline", "--format", "json", *trust, "--revocation-store", store, document)
    assert (again.exit_code, json.loads(again.stdout)["state"], len(served.asked)) == (0, "valid", asked)
    failing = revocation("fetch", store, *trust, "--allow-private-addresses", document)
    assert failing.exit_code == 3
    assert "404" in failing.stderr
    served.responds = True


def test_fetch_leaves_private_networks_alone_unless_told(store: Path, served: Authority, tmp_path: Path) -> None:
    document = tmp_path / "letter.pdf"
    document.write_bytes(served.document("private"))
    asked = len(served.asked)
    fetched = revocation("fetch", store, "--trust", served.trust(), document)
    assert (fetched.exit_code, len(served.asked)) == (3, asked)
    assert "--allow-private-addresses" in fetched.stderr


def test_fetch_refuses_nothing_and_names_what_it_cannot_read(store: Path, samples: Path, tmp_path: Path) -> None:
    assert revocation("fetch", store).exit_code == 2
    assert revocation("fetch", store, tmp_path / "not-there.pdf").exit_code == 2
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(b"%PDF-1.4 and nothing else")
    ended = revocation("fetch", store, "--trust", samples / "trust", damaged)
    assert (ended.exit_code, str(damaged) in ended.stderr) == (3, True)


def test_the_genuine_pieces_are_explained(store: Path, shared: Path) -> None:
    """Three responses of the government CA and a CRL of the third national root, held against the shipped trust list."""
    files = [*sorted((shared / "vietnam" / "ocsp").glob("*.der")), *(shared / "vietnam" / "crl").glob("*.crl")]
    added = revocation("add", store, "--no-user-trust", *files)
    assert (added.exit_code, added.stderr) == (0, "")
    held = pieces(store, "--no-user-trust")
    assert sorted((one["kind"], one["signature"]) for one in held) == [("crl", "issuer"), *[("ocsp", "responder")] * 3]
    crl = next(one for one in held if one["kind"] == "crl")
    assert "CN=Vietnam National Root CA G3" in crl["issuer"]
    responses = [one for one in held if one["kind"] == "ocsp"]
    assert {one["answers"][0]["state"] for one in responses} == {"good"}
    for one in responses:  # VIETNAM.md: nextUpdate three hours later, produced at once
        start, end = (datetime.fromisoformat(one[key]) for key in ("this_update", "next_update"))
        assert end - start == timedelta(hours=3)
        assert one["produced_at"] == one["this_update"]
    issuers = {one["issuer"].partition(",")[0] for one in responses}
    assert issuers == {"CN=Co quan chung thuc so Chinh phu", "CN=CA phục vụ các cơ quan Nhà nước G2"}
