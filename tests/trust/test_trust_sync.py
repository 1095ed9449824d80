"""`trust sync --from`: what is taken, what is there, what is missing, what is refused; and that links become signatures."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from click.testing import Result
from invented_certificates import OTHER_ROOT, PERSON, ROOT, SUB_CA, certificate, pem, sha256
from typer.testing import CliRunner

from sigcheck.cli_trust import trust_app
from sigcheck.engine.bytesource import FileSource
from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.paths import find_paths
from sigcheck.evidence import Purpose
from sigcheck.pipeline import check_document
from sigcheck.policies import shipped_policy
from sigcheck.policy import parse_policy
from sigcheck.trust.load import load_trust
from sigcheck.trust.sync import SYNCED_FILE, addresses
from sigcheck.trust.tomltext import entry_toml

SHIPPED = 89
"""Entries of the shipped list."""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A user's folder that lists an invented root and a CA below it as facts, without their certificates."""
    bare, folder = tmp_path / "bare", tmp_path / "own"
    bare.mkdir()
    folder.mkdir()
    (bare / "root.pem").write_bytes(pem(ROOT))
    (bare / "ca.toml").write_text(
        f"[[sub_ca]]\nname = 'ca'\nissuer = 'root'\ncertificate = '{base64.b64encode(SUB_CA).decode()}'\n"
        f"[[anchor]]\nname = 'root'\ncertificate = '{base64.b64encode(ROOT).decode()}'\n",
        encoding="utf-8",
    )
    entries = [entry for entry in load_trust(folder=bare).entries if entry.name in ("root", "ca")]
    text = "\n".join(entry_toml(entry).split("certificate = ")[0] for entry in entries)
    (folder / "invented.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def offered(tmp_path: Path) -> Path:
    folder = tmp_path / "offered"
    (folder / "inside").mkdir(parents=True)
    return folder


def sync(own: Path, offered: Path, *options: str, lang: str = "en") -> Result:
    arguments = ["sync", *options, "--from", str(offered), "--user-folder", str(own), "--lang", lang]
    return CliRunner().invoke(trust_app, arguments)


def completed(own: Path) -> set[str]:
    return {entry.name for entry in load_trust(user_folder=own).entries if entry.certificate is not None}


def bundle(*ders: bytes) -> bytes:
    """A certs-only SignedData (RFC 8551, 3.8)."""
    certificates = [asn1_cms.CertificateChoices("certificate", asn1_x509.Certificate.load(der)) for der in ders]
    signed = asn1_cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "data"},
            "certificates": certificates,
            "signer_infos": [],
        }
    )
    return bytes(asn1_cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


@pytest.mark.parametrize("form", ["pem", "der", "bundle", "pem-bundle"])
def test_what_has_the_listed_fingerprint_is_taken_from_any_form_of_file(own: Path, offered: Path, form: str) -> None:
    if form == "pem":
        (offered / "inside" / "all.PEM").write_bytes(pem(ROOT, SUB_CA))
    elif form == "der":
        (offered / "root.der").write_bytes(ROOT)
        (offered / "inside" / "ca.cer").write_bytes(SUB_CA)
    elif form == "bundle":
        (offered / "all.p7b").write_bytes(bundle(ROOT, SUB_CA))
    else:
        body = base64.encodebytes(bundle(ROOT, SUB_CA))
        (offered / "all.p7c").write_bytes(b"-----BEGIN PKCS7-----\n" + body + b"-----END PKCS7-----\n")
    shown = sync(own, offered, "root")
    assert (shown.exit_code, "2 taken, 0 already there, 0 not obtained" in shown.stdout) == (0, True)
    assert completed(own) == {"root", "ca"}
    checked = CliRunner().invoke(trust_app, ["check", "--user-folder", str(own), "--lang", "en"])
    assert "1 links proven by signature: 0 problems" in checked.stdout


def test_a_second_run_finds_everything_there_and_changes_nothing(own: Path, offered: Path) -> None:
    (offered / "all.pem").write_bytes(pem(ROOT, SUB_CA))
    sync(own, offered, "root")
    before = (own / SYNCED_FILE).read_bytes()
    shown = sync(own, offered, "root")
    assert (shown.exit_code, "0 taken, 2 already there" in shown.stdout) == (0, True)
    assert (own / SYNCED_FILE).read_bytes() == before


def test_a_later_run_keeps_what_an_earlier_one_took(own: Path, offered: Path) -> None:
    (offered / "a.pem").write_bytes(pem(ROOT))
    assert sync(own, offered, "root").exit_code == 3
    (offered / "a.pem").write_bytes(pem(SUB_CA))
    assert sync(own, offered, "root").exit_code == 0
    assert completed(own) == {"root", "ca"}


def test_what_is_missing_is_named_with_its_reason_and_exit_3(own: Path, offered: Path) -> None:
    (offered / "a.pem").write_bytes(pem(ROOT))
    english, vietnamese = sync(own, offered, "--dry-run"), sync(own, offered, "--dry-run", lang="vi")
    assert (english.exit_code, vietnamese.exit_code) == (3, 3)
    assert "Not obtained   ca: not in the folder given" in english.stdout
    assert "Chưa có     ca: không có trong thư mục đã nêu" in vietnamese.stdout
    assert f"1 taken, 0 already there, {SHIPPED + 1} not obtained" in english.stdout


def test_a_preview_writes_nothing(own: Path, offered: Path) -> None:
    (offered / "all.pem").write_bytes(pem(ROOT, SUB_CA))
    assert "nothing was written" in sync(own, offered, "root", "--dry-run").stdout
    assert not (own / SYNCED_FILE).exists()


def test_a_listed_name_with_another_fingerprint_is_refused_loudly(own: Path, offered: Path) -> None:
    false = certificate("CA thử  NGHIỆM", "Gốc Thử Nghiệm", ca=True, signed_with="Kẻ Mạo Danh")
    (offered / "all.pem").write_bytes(pem(ROOT, false))
    shown = sync(own, offered, "root")
    assert shown.exit_code == 1
    assert "REFUSED" in shown.stderr
    assert sha256(false) in shown.stderr
    assert sha256(SUB_CA) in shown.stderr
    assert completed(own) == {"root"}


def test_strangers_are_left_out_and_no_entry_comes_of_them(own: Path, offered: Path) -> None:
    before = {entry.name for entry in load_trust(user_folder=own).entries}
    (offered / "all.pem").write_bytes(pem(ROOT, SUB_CA, OTHER_ROOT, PERSON))
    shown = sync(own, offered, "root")
    assert (shown.exit_code, "Left out 2 certificates" in shown.stderr) == (0, True)
    assert {entry.name for entry in load_trust(user_folder=own).entries} == before


def test_files_that_hold_no_certificate_are_said_and_stop_nothing(own: Path, offered: Path) -> None:
    useless = {"a.pem": b"", "b.der": b"\x30\x80", "c.p7b": bundle()[:-9], "d.cer": b"\xff" * 99, "not-looked-at.txt": b"x"}
    for name, octets in useless.items():
        (offered / name).write_bytes(octets)
    (offered / "z.pem").write_bytes(pem(ROOT, SUB_CA))
    shown = sync(own, offered, "root")
    assert shown.exit_code == 0
    assert [Path(line.split(": ")[1]).name for line in shown.stderr.splitlines()] == ["a.pem", "b.der", "c.p7b", "d.cer"]


@pytest.mark.parametrize(("options", "word"), [(["nobody"], "nobody"), (["--from", "/nowhere"], "no such trust folder")])
def test_what_cannot_run_is_exit_2(own: Path, offered: Path, options: list[str], word: str) -> None:
    arguments = ["sync", "--from", str(offered), *options, "--user-folder", str(own), "--lang", "en"]
    shown = CliRunner().invoke(trust_app, arguments)
    assert (shown.exit_code, word in shown.stderr) == (2, True)


def test_addresses_are_those_of_files_the_publishers_first() -> None:
    listed = {entry.name: entry for entry in load_trust().entries}
    assert addresses(listed["vgca-root-g2"]) == (
        "http://ca.gov.vn/pki/pub/crt/rootcag2.crt",
        "http://ca.dcs.vn/pki/pub/crt/rootcag2.crt",
    )
    assert addresses(listed["vgca-g1-chinh-phu"]) == ("http://ca.gov.vn/pki/pub/cert/cp.crt",)
    assert addresses(listed["vgca-g1-bo-tai-chinh"]) == (), "http://ca.gov.vn is a page"


def test_a_path_through_listed_facts_is_proven_once_the_certificates_are_there(own: Path, offered: Path) -> None:
    person = parse_certificate(PERSON)
    for offer, proven in ((b"", ["signature", "listed", None]), (pem(ROOT, SUB_CA), ["signature", "signature", None])):
        (offered / "all.pem").write_bytes(offer)
        sync(own, offered, "root")
        (path,) = find_paths(person, candidates=(), trust=load_trust(user_folder=own), purpose=Purpose.SIGNER).found
        assert [entry.link for entry in path.entries] == proven


def links(document: Path, own: Path) -> list[list[str | None]]:
    policy, at = parse_policy(shipped_policy("archive"), name="archive"), datetime(2026, 11, 20, tzinfo=UTC)
    with FileSource(document) as source:
        report = check_document(source, path=document.name, trust=load_trust(user_folder=own), policy=policy, at=at)
    return [[entry.link for entry in signature.chain] for signature in report.signatures]


def test_listed_links_become_signature_links(own: Path, shared: Path) -> None:
    """A genuine document with the signer's certificate alone, and the genuine certificates of its CAs."""
    document = shared / "vietnam" / "2bb1d76c.pdf"
    before = links(document, own)
    assert "listed" in [link for chain in before for link in chain]
    shown = sync(own, shared / "trust" / "vgca", "vgca-root-g1", "vgca-root-g2")
    assert shown.exit_code == 0
    after = links(document, own)
    assert [len(chain) for chain in after] == [len(chain) for chain in before]
    assert {link for chain in after for link in chain} == {"signature", None}, "None: the anchor hangs on nothing"


def test_every_shipped_entry_has_its_genuine_certificate(own: Path, shared: Path) -> None:
    shown = sync(own, shared / "trust")
    assert f"{SHIPPED} taken, 0 already there, 2 not obtained, 1 refused" in shown.stdout
    assert "b703d458" in shown.stderr, "the look-alike of the national root"
    assert shown.exit_code == 1
