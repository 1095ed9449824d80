"""Documents under a trusted list: a service withdrawn before and after signing, one for time-stamps alone; and the command."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from made_lists import AT, GRANTED, TYPE, WITHDRAWN, Service, Status, signed, signer_sha256
from typer.testing import CliRunner

from sigcheck.cli_trust import trust_app
from sigcheck.engine.bytesource import FileSource
from sigcheck.pipeline import check_document
from sigcheck.policies import shipped_policy
from sigcheck.policy import parse_policy
from sigcheck.trust.load import load_trust
from sigcheck.verdict import DocumentReport

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
sys.path.insert(0, str(SAMPLES))

from generator.pki import certificate  # noqa: E402 - the generator lies beside the samples, outside every package

BEGINNING = datetime(2019, 1, 1, tzinfo=UTC)
BETWEEN = datetime(2023, 5, 26, tzinfo=UTC)
"""The first of the five signatures is time-stamped on 25 May 2023, the other four on 26 May (UTC)."""
SIGNING, STAMPING = f"{TYPE}CA/QC", f"{TYPE}TSA/QTST"


def ca(*statuses: Status, type: str = SIGNING) -> Service:  # noqa: A002 - the standard's word
    return Service([certificate("g2-sub").dump()], type=type, statuses=statuses or (Status(BEGINNING),), name="CA mẫu")


def server(*statuses: Status) -> Service:
    """The time-stamp server's own certificate, as lists have it."""
    return Service([certificate("g2-tsa-01").dump()], type=STAMPING, statuses=statuses or (Status(BEGINNING),), name="TSA mẫu")


def check(tmp_path: Path, *services: Service, document: str = "five-blocks-stamped.pdf") -> DocumentReport:
    (tmp_path / "list.xml").write_bytes(signed(*services))
    text = f"[[trusted-list]]\nfile = 'list.xml'\nsigners = '{signer_sha256()}'\n"
    (tmp_path / "list.toml").write_text(text, encoding="utf-8")
    trust = load_trust(folder=tmp_path, at=AT)
    policy = parse_policy(shipped_policy("archive"), name="archive")
    with FileSource(SAMPLES / document) as source:
        return check_document(source, path=document, trust=trust, policy=policy, at=AT)


def codes(report: DocumentReport) -> list[list[str]]:
    return [[finding.code for finding in signature.findings if finding.decides] for signature in report.signatures]


def test_a_document_below_granted_services_passes_by_signature_links_alone(tmp_path: Path) -> None:
    report = check(tmp_path, ca(), server())
    assert report.state == "valid"
    assert {entry.link for signature in report.signatures for entry in signature.chain} == {"signature", None}
    assert [source.partition(": ")[0] for source in report.trust.sources] == ["folder", "trusted-list"]


def test_a_service_withdrawn_later_stays_good_for_what_is_proven_to_be_older(tmp_path: Path) -> None:
    report = check(tmp_path, ca(Status(BETWEEN, WITHDRAWN), Status(BEGINNING, GRANTED)), server())
    assert report.state == "insufficient"
    assert codes(report) == [[], *([["anchor-not-honoured"]] * 4)]
    assert [signature.sub_indication for signature in report.signatures] == [None, *["NO_CERTIFICATE_CHAIN_FOUND_NO_POE"] * 4]


def test_a_service_granted_later_was_none_before(tmp_path: Path) -> None:
    report = check(tmp_path, ca(Status(BETWEEN, GRANTED)), server())
    assert codes(report) == [["anchor-not-honoured"], [], [], [], []]
    assert report.signatures[0].sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"


def test_a_service_for_time_stamps_alone_is_no_anchor_for_signers(tmp_path: Path) -> None:
    report = check(tmp_path, ca(type=STAMPING), server())
    assert report.state == "insufficient"
    assert codes(report) == [["key-usage-not-for-signing"]] * 5
    assert {s.sub_indication for s in report.signatures} == {"CHAIN_CONSTRAINTS_FAILURE"}


def test_a_service_for_signatures_alone_is_no_anchor_for_time_stamps(tmp_path: Path) -> None:
    signing_only = Service([certificate("g2-tsa-01").dump()], type=SIGNING, statuses=(Status(BEGINNING),))
    report = check(tmp_path, ca(), signing_only)
    assert not any(stamp.trusted for signature in report.signatures for stamp in signature.times.timestamps)


def test_stamps_of_a_server_withdrawn_by_then_prove_nothing(tmp_path: Path) -> None:
    report = check(tmp_path, ca(), server(Status(BETWEEN, WITHDRAWN), Status(BEGINNING, GRANTED)))
    trusted = [stamp.trusted for signature in report.signatures for stamp in signature.times.timestamps]
    assert trusted == [True, False, False, False, False]


# The command.


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


def add(own: Path, xml: bytes, *options: str, signer: str | None = None, lang: str = "en") -> Result:
    file = own.parent / "given.xml"
    file.write_bytes(xml)
    arguments = ["add", "--tsl", str(file), "--signer-sha256", signer or signer_sha256(), *options]
    return CliRunner().invoke(trust_app, [*arguments, "--user-folder", str(own), "--lang", lang])


def sequences(own: Path) -> list[str]:
    return [source for source in load_trust(user_folder=own).sources if source.startswith("trusted-list: ")]


def far(*services: Service, sequence: int = 5) -> bytes:
    """A list that the clock of no test run will find expired."""
    return signed(*services, sequence=sequence, next_update=datetime(9000, 1, 1, tzinfo=UTC))


def test_a_list_is_added_shown_and_named_as_the_source(own: Path) -> None:
    shown = add(own, far(ca(), server(), Service(type="http://example.invalid/other", name="Lạ")))
    assert shown.exit_code == 0
    for words in ("Danh sách thí dụ", signer_sha256(), "2 services used, 1 not used", "Not used, Lạ", "THE TRUST ANCHORS"):
        assert words in shown.stdout
    run = CliRunner().invoke
    listed = run(trust_app, ["list", "--user-folder", str(own), "--lang", "en"])
    assert "Trusted list: Danh sách thí dụ (Cơ quan vận hành thí dụ), no. 5" in listed.stdout
    assert "trusted list: " in listed.stdout
    (entry,) = (e for e in load_trust(user_folder=own).entries if e.common_name == "CA phục vụ các cơ quan Mẫu G2")
    detailed = run(trust_app, ["show", entry.name, "--user-folder", str(own), "--lang", "en"]).stdout
    assert "Honoured by the trusted list: signatures 2019-01-01T00:00:00Z – now" in detailed
    assert "no. 5, Danh sách thí dụ" in detailed
    assert run(trust_app, ["check", "--user-folder", str(own), "--lang", "en"]).exit_code == 0


def test_adding_again_changes_nothing_and_a_preview_writes_nothing(own: Path) -> None:
    xml = far(ca())
    assert "nothing was written" in add(own, xml, "--dry-run").stdout
    assert not own.exists()
    add(own, xml)
    before = {path: path.read_bytes() for path in own.iterdir()}
    assert "Nothing was changed" in add(own, xml).stdout
    assert {path: path.read_bytes() for path in own.iterdir()} == before


def test_a_later_issue_takes_the_place_of_an_earlier_one_never_the_other_way_round(own: Path) -> None:
    add(own, far(ca(), sequence=5))
    assert add(own, far(ca(), server(), sequence=6)).exit_code == 0
    assert ["no. 6" in source for source in sequences(own)] == [True]
    assert len(list(own.iterdir())) == 2, "the list and the file that names it"
    shown = add(own, far(ca(), sequence=5))
    assert (shown.exit_code, "older" in shown.stderr) == (2, True)
    assert ["no. 6" in source for source in sequences(own)] == [True]


def test_a_list_that_was_changed_in_the_users_folder_stops_everything_with_its_name(own: Path) -> None:
    add(own, far(ca()))
    (kept,) = own.glob("*.xml")
    kept.write_bytes(kept.read_bytes().replace(b"2019-01-01", b"2009-01-01"))
    shown = CliRunner().invoke(trust_app, ["list", "--user-folder", str(own), "--lang", "en"])
    assert (shown.exit_code, kept.name in shown.stderr) == (2, True)
    assert "does not verify" in shown.stderr


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--sha256", "0" * 64], "--signer-sha256"),
        (["--purpose", "signer"], "--signer-sha256"),
        (["--authority", "mine"], "--authority"),
        (["--signer-sha256", "short"], "64"),
    ],
)
def test_options_that_do_not_go_together_are_refused(own: Path, options: list[str], word: str) -> None:
    shown = add(own, far(ca()), *options)
    assert (shown.exit_code, word in shown.stderr) == (2, True)
    assert not own.exists()


@pytest.mark.parametrize(
    ("xml", "word"),
    [
        (lambda: signed(ca(), next_update=datetime(2001, 9, 2, tzinfo=UTC)), "replaced by 2001-09-02"),
        (lambda: signed(ca(), next_update=None), "closed"),
        (lambda: far(ca())[:-30], "not UTF-8 XML"),
    ],
)
def test_a_list_that_cannot_be_used_is_not_added(own: Path, xml: object, word: str) -> None:
    assert callable(xml)
    shown = add(own, xml())
    assert (shown.exit_code, word in shown.stderr) == (2, True)
    assert not own.exists()


def test_another_signer_is_refused_with_both_fingerprints(own: Path) -> None:
    shown = add(own, far(ca()), signer="ab" * 32)
    assert shown.exit_code == 2
    assert signer_sha256() in shown.stderr
    assert "ab" * 32 in shown.stderr


def test_a_certificate_is_added_as_before_and_needs_its_own_options(own: Path) -> None:
    shown = CliRunner().invoke(trust_app, ["add", "--user-folder", str(own), "--lang", "en"])
    assert (shown.exit_code, "--sha256" in shown.stderr) == (2, True)


def test_lists_are_not_read_where_nobody_added_one() -> None:
    """Start-up: no XML library for those who need none."""
    code = "import sys; from sigcheck.trust.load import load_trust; load_trust(); print({'lxml', 'signxml'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert said.strip() == "set()"
