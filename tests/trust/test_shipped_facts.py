"""The shipped trust list against the real certificates: every one listed, every fact identical, every link verified."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sigcheck.anchors import ListedCertificate, Sureness
from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.integrity import verify_certificate_signature
from sigcheck.engine.x509.names import name_key, name_text
from sigcheck.facts import Certificate
from sigcheck.trust.certificatefile import read_certificates
from sigcheck.trust.check import check_trust
from sigcheck.trust.entries import differing_facts
from sigcheck.trust.load import load_trust, read_trust
from sigcheck.trust.shipped import shipped_folder

ROOT = Path(__file__).resolve().parents[2]
GOVERNMENT_ROOTS = {
    "vgca-root-g1": "f7bc89054cec7f12730d7b8cd3eb7955b163835087e5eb873edfb584763b3f90",
    "vgca-root-g2": "f04ba4b459a7c9a1b971ad9b1cb833e695a80c79aea63b174b66a70edfe2fdb8",
}
LESS_SURE_ROOTS = {"neac-root-rs", "neac-root-usbtoken", "neac-root-mobilepki", "neac-root-tsa", "neac-root-ema"}


def listed() -> dict[str, ListedCertificate]:
    return {standing.entry.name: standing.entry for standing in read_trust().standings}


def real_certificates(shared: Path) -> list[tuple[str, Certificate]]:
    found = [
        (folder, read_certificates(path)[0])
        for folder in ("vgca", "national", "public-ca")
        for path in sorted((shared / "trust" / folder).glob("*.pem"))
    ]
    assert len(found) == 89
    return found


def test_every_real_certificate_is_listed_with_its_own_facts(shared: Path) -> None:
    by_sha256 = {entry.sha256: entry for entry in listed().values()}
    real = real_certificates(shared)
    assert {certificate.sha256 for _, certificate in real} == set(by_sha256)
    for folder, certificate in real:
        entry = by_sha256[certificate.sha256]
        assert differing_facts(entry, certificate) == (), entry.name
        assert entry.subject == certificate.subject, entry.name
        assert entry.authority == {"vgca": "government", "national": "national", "public-ca": "public"}[folder]


def test_every_issuer_link_verifies_with_the_key_of_the_entry_above(shared: Path) -> None:
    entries = listed()
    by_sha256 = {entry.sha256: entry for entry in entries.values()}
    for _, certificate in real_certificates(shared):
        entry = by_sha256[certificate.sha256]
        above = entry if entry.issuer is None else entries[entry.issuer]
        assert name_key(certificate.issuer_der) == name_key(above.subject_der), entry.name
        assert verify_certificate_signature(certificate, above.public_key).verifies is True, entry.name


def test_a_wrong_issuer_would_be_noticed(shared: Path) -> None:
    certificate = read_certificates(next((shared / "trust/vgca").glob("*75e969c0.pem")))[0]
    assert verify_certificate_signature(certificate, listed()["vgca-root-g2"].public_key).verifies is not True


def test_the_look_alike_shares_a_name_and_nothing_else(shared: Path) -> None:
    (look_alike,) = (read_certificates(path)[0] for path in (shared / "trust/look-alikes").glob("*.pem"))
    entries = listed().values()
    assert any(entry.common_name == look_alike.common_name for entry in entries), "it would not be a look-alike"
    assert all(look_alike.sha256 != entry.sha256 for entry in entries)
    assert all(look_alike.public_key != entry.public_key for entry in entries)
    assert all(look_alike.subject_key_identifier != entry.subject_key_identifier for entry in entries)


def test_the_list_agrees_with_itself() -> None:
    checked = check_trust(read_trust())
    assert checked.problems == ()
    assert checked.notes == (), "every key identifier is a known digest of its key"


def test_only_roots_are_anchors_and_the_government_has_two() -> None:
    anchors = load_trust().anchors
    assert {one.name: one.sha256 for one in anchors if one.authority == "government"} == GOVERNMENT_ROOTS
    assert {one.name for one in anchors if one.authority == "national"} == {
        "national-root-2008", "national-root-2014", "national-root-g3",
    }  # fmt: skip
    assert all(entry.is_ca for entry in anchors)
    assert not [entry for entry in anchors if entry.authority not in ("government", "national")]


def test_less_sure_roots_and_all_below_them_are_off() -> None:
    standings = read_trust().standings
    off = {standing.entry.name for standing in standings if not standing.on}
    assert off >= LESS_SURE_ROOTS
    below = {standing.entry.name for standing in standings if standing.entry.issuer in LESS_SURE_ROOTS}
    assert off == LESS_SURE_ROOTS | below
    assert all((standing.entry.sureness is Sureness.MEDIUM) == (not standing.on) for standing in standings)


def test_time_stamp_services_are_for_time_stamps_alone() -> None:
    for entry in listed().values():
        if entry.extended_key_usage == ("timeStamping",):
            assert entry.purposes == {"timestamp"}, entry.name
        elif not entry.is_anchor and entry.is_ca:
            assert entry.purposes == {"signer"}, entry.name


def test_every_entry_says_where_it_comes_from() -> None:
    for entry in listed().values():
        assert entry.publisher, entry.name
        assert entry.publisher.startswith("http"), entry.name
        assert entry.confirmed, entry.name
        assert entry.confirmed.startswith("20"), entry.name


def test_readable_names_are_what_the_der_says() -> None:
    for entry in listed().values():
        assert name_text(entry.subject_der) == entry.subject


def test_no_certificate_file_is_shipped_and_no_certificate_inside_a_file() -> None:
    assert {path.suffix for path in shipped_folder().iterdir()} == {".toml", ".md"}
    for path in shipped_folder().glob("*.toml"):
        for rows in tomllib.loads(path.read_text(encoding="utf-8")).values():
            assert not [row for row in rows if "certificate" in row or "der" in row]


def test_the_wheel_carries_the_list_where_the_loader_looks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    mapping = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert mapping == {"trust": "sigcheck/trust/shipped"}
    assert shipped_folder() == ROOT / "trust"


@pytest.mark.parametrize("name", ["vgca-root-g1", "national-root-2014"])
def test_public_keys_are_whole(name: str) -> None:
    entry = listed()[name]
    assert entry.public_key[:2] == b"\x30\x82"
    assert len(entry.public_key) == 4 + int.from_bytes(entry.public_key[2:4], "big")
    assert parse_certificate(entry.public_key) is None
