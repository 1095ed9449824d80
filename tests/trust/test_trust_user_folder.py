"""What a user adds, enables and disables: round trips through the command, and what is refused."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from click.testing import Result
from invented_certificates import FALSE_SUB_CA, HOSTILE_ROOT, OTHER_ROOT, PERSON, ROOT, SUB_CA, certificate, pem, sha256
from typer.testing import CliRunner

from sigcheck.cli_trust import trust_app
from sigcheck.trust.load import load_trust, read_trust
from sigcheck.trust.offered import certificates_of
from sigcheck.trust.words import sentence, sentences


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own" / "trust"


def run(own: Path, *arguments: str, lang: str = "en") -> Result:
    return CliRunner().invoke(trust_app, [*arguments, "--user-folder", str(own), "--lang", lang])


def add(own: Path, der: bytes, *options: str, stated: str | None = None) -> Result:
    file = own.parent.parent / "given.cer"
    file.write_bytes(der)
    return run(own, "add", str(file), "--sha256", stated or sha256(der), *options)


def names_on(own: Path) -> set[str]:
    return {entry.name for entry in load_trust(user_folder=own).entries}


def test_without_a_users_folder_the_shipped_list_alone(own: Path) -> None:
    assert load_trust(user_folder=own) == load_trust()
    assert not own.exists()


def test_an_added_root_becomes_an_anchor_and_is_said(own: Path) -> None:
    shown = add(own, ROOT)
    assert shown.exit_code == 0
    assert "NEW TRUST ANCHOR" in shown.stdout
    assert str(own) in shown.stdout
    trust = load_trust(user_folder=own)
    (anchor,) = (entry for entry in trust.anchors if entry.authority == "user")
    assert (anchor.sha256, anchor.certificate) == (sha256(ROOT), ROOT)
    assert any(source.startswith(f"user: {own}") for source in trust.sources)
    assert trust.sha256 != load_trust().sha256
    assert load_trust().sha256 == load_trust(user_folder=None).sha256, "--no-user-trust leaves it out"


def test_fingerprints_may_be_written_as_people_write_them(own: Path) -> None:
    written = ":".join(sha256(ROOT)[place : place + 2] for place in range(0, 64, 2)).upper()
    assert add(own, pem(ROOT), stated=written).exit_code == 0


def test_another_fingerprint_is_refused_and_nothing_is_written(own: Path) -> None:
    shown = add(own, ROOT, stated=sha256(OTHER_ROOT))
    assert shown.exit_code == 2
    assert sha256(ROOT) in shown.stderr
    assert sha256(OTHER_ROOT) in shown.stderr
    assert shown.stdout == ""
    assert not own.exists()


@pytest.mark.parametrize("stated", ["", "abc", "g" * 64])
def test_what_is_no_fingerprint_is_refused(own: Path, stated: str) -> None:
    file = own.parent.parent / "given.cer"
    file.write_bytes(ROOT)
    shown = run(own, "add", str(file), "--sha256", stated)
    assert shown.exit_code == 2
    assert "64" in shown.stderr


def test_a_preview_writes_nothing(own: Path) -> None:
    assert add(own, ROOT, "--dry-run").exit_code == 0
    assert not own.exists()


def test_a_ca_of_a_known_entry_becomes_an_intermediate_never_an_anchor(own: Path) -> None:
    add(own, ROOT, "--authority", "government", "--purpose", "signer")
    shown = add(own, SUB_CA)
    assert "intermediate" in shown.stdout
    (entry,) = (entry for entry in load_trust(user_folder=own).entries if entry.sha256 == sha256(SUB_CA))
    assert entry.issuer is not None
    assert entry.issuer.startswith("goc-thu-nghiem-")
    assert (entry.authority, entry.purposes, entry.path_length) == ("government", frozenset({"signer"}), 0)
    assert run(own, "check").exit_code == 0


def test_a_ca_that_only_claims_its_issuer_is_refused(own: Path) -> None:
    add(own, ROOT)
    shown = add(own, FALSE_SUB_CA)
    assert shown.exit_code == 2
    assert "does not verify" in shown.stderr
    assert sha256(FALSE_SUB_CA) not in {entry.sha256 for entry in load_trust(user_folder=own).entries}


@pytest.mark.parametrize(
    "name",
    [
        "Gốc Thử Nghiệm\u200b",
        "GỐC  THỬ NGHIỆM",
        "Goc Thu Nghiem",
        "Gốс Тһử Nghіệm",  # Cyrillic с, Т, һ, і
        "G0c Thử Nghlệm",  # a digit and a small l
    ],
)
def test_a_look_alike_of_a_listed_certificate_is_taken_only_with_consent(own: Path, name: str) -> None:
    add(own, ROOT)
    before = {path: path.read_bytes() for path in own.iterdir()}
    alike = certificate(name, name, ca=True, signed_with="Kẻ Mạo Danh")
    for options in ((), ("--dry-run",)):
        refused = add(own, alike, *options)
        assert refused.exit_code == 1, "as `trust sync` refuses"
        assert "REFUSED" in refused.stderr
        assert sha256(ROOT) in refused.stderr
        assert sha256(alike) in refused.stderr
        assert {path: path.read_bytes() for path in own.iterdir()} == before
    taken = add(own, alike, "--yes")
    assert taken.exit_code == 0
    assert "WARNING" in taken.stderr
    assert sha256(alike) in {anchor.sha256 for anchor in load_trust(user_folder=own).anchors}


def test_another_generation_or_a_renewal_of_its_issuer_is_no_look_alike(own: Path) -> None:
    generations = [certificate(name, name, ca=True) for name in ("Gốc Thử Nghiệm G5", "Gốc Thử Nghiệm G6")]
    renewed = certificate("CA thử nghiệm", "Gốc Thử Nghiệm", ca=True)
    for der in (ROOT, *generations, SUB_CA, renewed):
        shown = add(own, der)
        assert (shown.exit_code, shown.stderr) == (0, "")


def test_the_look_alike_of_the_national_root_is_not_added(own: Path, shared: Path) -> None:
    (file,) = (shared / "trust/look-alikes").glob("*.pem")
    given = certificates_of(file.read_bytes())[0].sha256
    shown = run(own, "add", str(file), "--sha256", given, lang="vi")
    assert shown.exit_code == 1
    assert "TỪ CHỐI" in shown.stderr
    assert "national-root-" in shown.stderr
    assert not own.exists()


def test_a_person_can_be_an_anchor(own: Path) -> None:
    assert add(own, PERSON).exit_code == 0
    assert sha256(PERSON) in {anchor.sha256 for anchor in load_trust(user_folder=own).anchors}


def test_adding_twice_changes_nothing(own: Path) -> None:
    add(own, ROOT)
    before = {path: path.read_bytes() for path in own.iterdir()}
    shown = add(own, ROOT)
    assert shown.exit_code == 0
    assert "Nothing was changed" in shown.stdout
    assert {path: path.read_bytes() for path in own.iterdir()} == before


def test_a_shipped_entry_is_completed_with_its_real_certificate(own: Path, shared: Path) -> None:
    file = next((shared / "trust/vgca").glob("*75e969c0.pem"))
    fingerprint = "75e969c07ba35c29c72bbc1bfb880f20f3891a619b00b77eb02ca6160736a1fe"
    assert run(own, "add", str(file), "--sha256", fingerprint).exit_code == 0
    (entry,) = (entry for entry in load_trust(user_folder=own).entries if entry.name == "vgca-g1-chinh-phu")
    assert entry.certificate is not None
    assert entry.issuer == "vgca-root-g1"
    assert names_on(own) == {entry.name for entry in load_trust().entries}
    assert "1 links proven by signature" in run(own, "check").stdout


def test_a_changed_certificate_in_the_users_folder_is_an_error(own: Path, shared: Path) -> None:
    file = next((shared / "trust/vgca").glob("*75e969c0.pem"))
    run(own, "add", str(file), "--sha256", "75e969c07ba35c29c72bbc1bfb880f20f3891a619b00b77eb02ca6160736a1fe")
    (written,) = own.iterdir()
    written.write_text(written.read_text(encoding="utf-8").replace("MII", "MIJ", 1), encoding="utf-8")
    shown = run(own, "list")
    assert shown.exit_code == 2
    assert "fingerprint" in shown.stderr
    assert "Traceback" not in shown.output


def test_enable_and_disable_round_trip(own: Path) -> None:
    shipped = {entry.name for entry in load_trust().entries}
    assert "neac-root-rs" not in shipped
    enabled = run(own, "enable", "neac-root-rs")
    assert (enabled.exit_code, "5 entries" in enabled.stdout) == (0, True)
    assert names_on(own) - shipped == {
        "neac-root-rs",
        "mk-ca-smartca",
        "viettel-ca-rs-2026",
        "vnpt-smartca-rs-2026",
        "misa-ca-rs-2026",
    }
    assert "Nothing was changed" in run(own, "enable", "neac-root-rs").stdout
    assert run(own, "disable", "neac-root-rs").exit_code == 0
    assert names_on(own) == shipped


def test_a_disabled_root_takes_all_below_it_along(own: Path) -> None:
    assert run(own, "disable", "vgca-root-g2").exit_code == 0
    assert not [name for name in names_on(own) if name.startswith("vgca-g2")]
    assert run(own, "enable", "vgca-root-g2").exit_code == 0
    assert names_on(own) == {entry.name for entry in load_trust().entries}


def test_an_entry_below_one_that_is_off_says_which_to_enable_first(own: Path) -> None:
    shown = run(own, "enable", "neac-ca-erd")
    assert shown.exit_code == 2
    assert "sigcheck trust enable neac-root-ema" in shown.stderr


@pytest.mark.parametrize("command", ["show", "enable", "disable"])
def test_an_unknown_name_is_one_sentence(own: Path, command: str) -> None:
    shown = run(own, command, "nobody")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "nobody" in shown.stderr
    assert len(shown.stderr.splitlines()) == 1


def test_everything_off_is_an_error_for_a_check_but_can_be_looked_at(own: Path) -> None:
    for name in ("vgca-root-g1", "vgca-root-g2", "national-root-2008", "national-root-2014", "national-root-g3"):
        run(own, "disable", name)
    with pytest.raises(Exception, match="switched off"):
        load_trust(user_folder=own)
    assert run(own, "list").exit_code == 0


def test_a_certificate_dropped_into_the_folder_is_not_taken(own: Path) -> None:
    own.mkdir(parents=True)
    (own / "root.pem").write_bytes(pem(ROOT))
    trust = read_trust(user_folder=own)
    assert [said.code for said in trust.remarks] == ["bare-in-user-folder"]
    assert trust.trust_list == load_trust()
    assert "root.pem" in run(own, "list").stderr


def test_a_switched_name_that_no_entry_has_is_said(own: Path) -> None:
    own.mkdir(parents=True)
    (own / "enabled.toml").write_text("enabled = ['gone']\n", encoding="utf-8")
    assert [said.code for said in read_trust(user_folder=own).remarks] == ["choice-without-entry"]
    (own / "enabled.toml").write_text("enable = ['gone']\n", encoding="utf-8")
    assert run(own, "list").exit_code == 2


def test_hostile_names_are_made_visible(own: Path) -> None:
    assert add(own, HOSTILE_ROOT).exit_code == 0
    for shown in (run(own, "list"), run(own, "check")):
        assert shown.exit_code == 0
        assert "\x1b" not in shown.stdout
        assert "\u202e" not in shown.stdout
    assert "⟨U+202E⟩" in run(own, "list").stdout
    (written,) = own.iterdir()
    assert "\u202e" not in written.read_text(encoding="utf-8")
    assert written.name.isascii()


def test_list_is_a_tree_with_sureness_dates_and_states_in_both_languages(own: Path) -> None:
    english, vietnamese = run(own, "list").stdout, run(own, "list", lang="vi").stdout
    assert "vgca-root-g1  2010-03-10 – 2030-03-05  very sure, on" in english
    assert "├─ vgca-g1-chinh-phu  2010-03-25 – 2030-03-04  sure, on" in english
    assert "neac-root-rs  2025-11-25 – 2050-11-19  less sure, OFF" in english
    assert "neac-root-rs  2025-11-25 – 2050-11-19  kém chắc chắn, TẮT" in vietnamese
    assert load_trust().sha256 in english


def test_show_says_everything_of_one_entry(own: Path) -> None:
    shown = run(own, "show", "vgca-g2-co-quan-nha-nuoc").stdout
    for fact in (
        "CA phục vụ các cơ quan Nhà nước G2", "vgca-root-g2", "2018-08-22", "50becfa0bdea0f9f4e9128a32aeb7ceef02fc8ba",
        "http://ca.gov.vn/pki/pub/crl/rootcag2.crl", "vgca.toml", "http://ca.gov.vn/pki/pub/crt/cpcag2.crt", "2026-11-20",
    ):  # fmt: skip
        assert fact in shown


def test_check_finds_a_listed_name_unlike_its_der_and_exits_1(own: Path) -> None:
    add(own, ROOT)
    folder = own.parent.parent / "facts"
    folder.mkdir()
    (written,) = own.iterdir()
    facts = written.read_text(encoding="utf-8").split("certificate = ")[0]
    (folder / "root.toml").write_text(facts, encoding="utf-8")
    assert run(own, "check", "--trust", str(folder)).exit_code == 0
    (folder / "root.toml").write_text(facts.replace("subject = 'CN=Gốc Thử Nghiệm'", "subject = 'CN=Gốc Khác'"), encoding="utf-8")
    shown = run(own, "check", "--trust", str(folder))
    assert shown.exit_code == 1
    assert "PROBLEM" in shown.stdout


def test_every_sentence_exists_in_both_languages_with_the_same_facts() -> None:
    for code, (vietnamese, english) in sentences().items():
        fields = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in (vietnamese, english)]
        assert fields[0] == fields[1], code
    assert "\x1b" not in sentence("no-such-name", "vi", name="\x1b[2J")


def test_national_id_numbers_in_names_are_masked(own: Path) -> None:
    person = certificate("Lê Văn Cường CCCD:001234567890", "Gốc Khác", ca=False)
    shown = add(own, person)
    name = next(entry.name for entry in load_trust(user_folder=own).entries if entry.sha256 == sha256(person))
    for text in (shown.stdout, run(own, "list").stdout, run(own, "show", name).stdout):
        assert "Lê Văn Cường" in text
        assert "001234567890" not in text
    assert "001234567" not in name
