"""`--trust DIR`: what is taken from a folder, what is named and left out, what is refused."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from invented_certificates import END, OTHER_ROOT, PERSON, ROOT, START, SUB_CA, pem, sha256
from msgspec.structs import replace

from sigcheck.trust.load import _stated, load_trust, read_trust, trust_digest
from sigcheck.trust.tomltext import entry_toml
from sigcheck.trust.words import TrustError


def refused(folder: Path) -> TrustError:
    with pytest.raises(TrustError) as caught:
        load_trust(folder=folder)
    return caught.value


def write_toml(folder: Path, text: str) -> None:
    (folder / "anchors.toml").write_text(text, encoding="utf-8")


def root_toml(folder: Path) -> str:
    """The root as listed facts, without its certificate."""
    bare = folder / "for-facts"
    bare.mkdir()
    (bare / "root.der").write_bytes(ROOT)
    (entry,) = load_trust(folder=bare).entries
    text = entry_toml(entry)
    (bare / "root.der").unlink()
    bare.rmdir()
    return text[: text.index("certificate = ")]


def test_every_extension_in_any_letter_case(tmp_path: Path) -> None:
    (tmp_path / "a.PEM").write_bytes(pem(ROOT))
    (tmp_path / "b.Crt").write_bytes(OTHER_ROOT)
    (tmp_path / "c.cer").write_bytes(pem(SUB_CA))
    (tmp_path / "d.der").write_bytes(PERSON)
    trust = load_trust(folder=tmp_path)
    assert {anchor.sha256 for anchor in trust.anchors} == {sha256(der) for der in (ROOT, OTHER_ROOT, SUB_CA, PERSON)}
    assert trust.sources == tuple(f"folder: {tmp_path / name}" for name in ("a.PEM", "b.Crt", "c.cer", "d.der"))


def test_a_pem_file_with_several_certificates_gives_several_anchors(tmp_path: Path) -> None:
    (tmp_path / "all.pem").write_bytes(b"text before\n" + pem(ROOT, OTHER_ROOT, ROOT))
    assert len(load_trust(folder=tmp_path).anchors) == 2


def test_an_end_entity_certificate_is_an_anchor_that_keeps_its_own_limits(tmp_path: Path) -> None:
    (tmp_path / "person.cer").write_bytes(PERSON)
    (anchor,) = load_trust(folder=tmp_path).anchors
    assert not anchor.is_ca
    assert anchor.authority == "user"
    assert (anchor.not_before, anchor.not_after) == (START, END)
    assert anchor.purposes == {"signer", "timestamp"}
    assert anchor.certificate == PERSON
    assert anchor.name.startswith("tran-thi-binh-")


def test_the_path_length_of_a_bare_ca_is_kept(tmp_path: Path) -> None:
    (tmp_path / "ca.der").write_bytes(SUB_CA)
    (anchor,) = load_trust(folder=tmp_path).anchors
    assert (anchor.is_ca, anchor.path_length) == (True, 0)


def test_the_shipped_anchors_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "root.der").write_bytes(ROOT)
    assert [entry.common_name for entry in load_trust(folder=tmp_path, user_folder=tmp_path).entries] == ["Gốc Thử Nghiệm"]


def test_other_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "root.der").write_bytes(ROOT)
    (tmp_path / "README.txt").write_text("notes", encoding="utf-8")
    (tmp_path / "key.pem").write_text("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", encoding="utf-8")
    (tmp_path / "more").mkdir()
    said = {one.code: one.text("en") for one in read_trust(folder=tmp_path).remarks}
    assert set(said) == {"other-file", "no-certificate-inside", "sub-folder"}
    assert "README.txt" in said["other-file"]


def test_no_anchor_is_an_error_with_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "README.txt").write_text("notes", encoding="utf-8")
    assert refused(tmp_path).code == "no-anchor"
    assert str(tmp_path) in str(refused(tmp_path))
    assert refused(tmp_path / "absent").code == "no-folder"


@pytest.mark.parametrize("octets", [b"", b"not a certificate", ROOT[:-1], ROOT + b"\0", pem(ROOT[:200])])
def test_an_unreadable_certificate_is_an_error(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "root.der").write_bytes(ROOT)
    (tmp_path / "damaged.crt").write_bytes(octets)
    assert refused(tmp_path).code == "not-a-certificate"
    assert "damaged.crt" in str(refused(tmp_path))


def test_listed_facts_alone_are_an_anchor(tmp_path: Path) -> None:
    write_toml(tmp_path, root_toml(tmp_path).replace("authority = 'user'", "authority = 'government'"))
    (anchor,) = load_trust(folder=tmp_path).anchors
    assert (anchor.authority, anchor.certificate, anchor.sha256) == ("government", None, sha256(ROOT))


def test_a_bare_certificate_completes_the_entry_of_its_fingerprint(tmp_path: Path) -> None:
    write_toml(tmp_path, root_toml(tmp_path).replace("authority = 'user'", "authority = 'government'"))
    before = load_trust(folder=tmp_path)
    (tmp_path / "root.pem").write_bytes(pem(ROOT))
    (anchor,) = load_trust(folder=tmp_path).anchors
    assert (anchor.authority, anchor.certificate) == ("government", ROOT)
    assert load_trust(folder=tmp_path).sha256 != before.sha256, "links may now be proven: the report can differ"


def with_certificate(table: str, name: str, der: bytes, more: str = "") -> str:
    return f"[[{table}]]\nname = '{name}'\ncertificate = '{base64.b64encode(der).decode()}'\n{more}\n"


def test_an_entry_may_leave_its_facts_to_its_certificate(tmp_path: Path) -> None:
    write_toml(
        tmp_path,
        with_certificate("anchor", "root", ROOT, "authority = 'government'")
        + with_certificate("sub_ca", "ca", SUB_CA, "issuer = 'root'\npurposes = ['signer']"),
    )
    root, sub_ca = load_trust(folder=tmp_path).entries
    assert (root.is_anchor, root.authority, root.common_name) == (True, "government", "Gốc Thử Nghiệm")
    assert (sub_ca.issuer, sub_ca.path_length, sub_ca.purposes) == ("root", 0, frozenset({"signer"}))


def test_a_certificate_unlike_its_fingerprint_is_refused(tmp_path: Path) -> None:
    write_toml(tmp_path, with_certificate("anchor", "root", ROOT, f"sha256 = '{sha256(OTHER_ROOT)}'"))
    error = refused(tmp_path)
    assert error.code == "fingerprint-differs"
    assert sha256(ROOT) in str(error)
    assert sha256(OTHER_ROOT) in str(error)


def test_a_fact_unlike_its_certificate_is_refused(tmp_path: Path) -> None:
    write_toml(tmp_path, with_certificate("anchor", "root", ROOT, "path_length = 3"))
    assert refused(tmp_path).code == "fact-differs"


BROKEN: dict[str, tuple[Callable[[str], str], str, str]] = {
    "unknown key": (lambda text: text + "colour = 'red'\n", "unknown-key", "colour"),
    "unknown table": (lambda text: text + "[[certificates]]\n", "unknown-table", "certificates"),
    "a table that is no array": (lambda _: "[anchor]\nname = 'x'\n", "not-tables", "anchor"),
    "not TOML": (lambda text: text + "name = \n", "not-toml", "anchors.toml"),
    "a missing key": (lambda text: text.replace("sha256 = ", "# "), "missing-key", "sha256"),
    "an anchor with an issuer": (lambda text: text + "issuer = 'x'\n", "unknown-key", "issuer"),
    "a CA without an issuer": (lambda text: text.replace("[[anchor]]", "[[sub_ca]]"), "missing-key", "issuer"),
    "a time without its zone": (lambda text: text.replace("00:00Z", "00:00"), "bad-value", "not_before"),
    "an authority nobody knows": (lambda text: text.replace("'user'", "'king'"), "bad-value", "authority"),
    "half a fingerprint": (lambda text: text.replace(sha256(ROOT), sha256(ROOT)[:32]), "bad-value", "sha256"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_file_and_key(tmp_path: Path, case: str) -> None:
    change, code, named = BROKEN[case]
    text = root_toml(tmp_path)
    write_toml(tmp_path, text)
    assert load_trust(folder=tmp_path).anchors, "unbroken, it is read"
    write_toml(tmp_path, change(text))
    error = refused(tmp_path)
    assert error.code == code
    assert named in str(error)
    assert "anchors.toml" in str(error)
    assert error.text("vi") != error.text("en")


def test_an_issuer_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    write_toml(tmp_path, with_certificate("anchor", "root", ROOT) + with_certificate("sub_ca", "ca", SUB_CA, "issuer = 'nobody'"))
    error = refused(tmp_path)
    assert error.code == "no-issuer"
    assert "nobody" in str(error)


def test_issuers_in_a_circle_are_refused(tmp_path: Path) -> None:
    write_toml(
        tmp_path,
        with_certificate("anchor", "root", ROOT)
        + with_certificate("sub_ca", "a", SUB_CA, "issuer = 'b'")
        + with_certificate("sub_ca", "b", OTHER_ROOT, "issuer = 'a'"),
    )
    assert refused(tmp_path).code == "issuer-loop"


def test_one_name_for_two_certificates_is_refused(tmp_path: Path) -> None:
    write_toml(tmp_path, with_certificate("anchor", "root", ROOT) + with_certificate("anchor", "root", OTHER_ROOT))
    assert refused(tmp_path).code == "name-twice"


def test_the_digest_is_that_of_the_contents_not_of_names_files_or_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, names in ((one, ("a.pem", "b.pem")), (two, ("z.crt", "b.pem"))):
        folder.mkdir()
        for name, der in zip(names, (ROOT, OTHER_ROOT), strict=True):
            (folder / name).write_bytes(pem(der))
    assert load_trust(folder=one).sha256 == load_trust(folder=two).sha256
    assert load_trust(folder=one).sources != load_trust(folder=two).sources
    entries = load_trust(folder=one).entries
    assert trust_digest(entries) == trust_digest(tuple(reversed(entries)))
    (two / "b.pem").unlink()
    assert load_trust(folder=one).sha256 != load_trust(folder=two).sha256


@pytest.mark.parametrize("url", ["http://a.example/x", "http://a.example/x\x7fy", 'http://cục.example/\\"\n'])
def test_the_digest_of_a_list_is_made_of_json_as_python_writes_it(tmp_path: Path, url: str) -> None:
    """Which fingerprints of lists in reports have been made of from the beginning, whatever writes it now."""
    (tmp_path / "root.der").write_bytes(ROOT)
    (entry,) = load_trust(folder=tmp_path).entries
    entry = replace(entry, crl_urls=(url,))
    written = json.dumps(_stated(entry, {entry.name: entry.sha256}), sort_keys=True, separators=(",", ":"))
    assert trust_digest((entry,)) == hashlib.sha256(written.encode("ascii")).hexdigest()
