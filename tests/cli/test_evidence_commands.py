"""`verify --evidence`, `verify --from-evidence` and `judge` on real files: what is believed, used as material, refused."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest
from asn1crypto import cms as asn1_cms
from typer.testing import CliRunner

from sigcheck.cli import app

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
sys.path.insert(0, str(SAMPLES))

from generator.pki import certificate  # noqa: E402 - the generator lies beside the samples

AT = "2026-11-20T00:00:00Z"
RECEIVED = "2025-09-10T08:00:00+07:00"
TRUST = ("--trust", str(SAMPLES / "trust"))
JUDGED = ("--policy", "archive", "--at", AT)


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "80", "NO_COLOR": "1"})


def verify(*arguments: object, lang: str = "en") -> Any:
    return run("verify", "--offline", "--lang", lang, *arguments)


def without_store(*arguments: object) -> Any:
    return verify("--no-revocation-store", *TRUST, *JUDGED, *arguments)


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sample(folder: Path, name: str, as_name: str = "doc.pdf") -> Path:
    return Path(shutil.copy(SAMPLES / f"{name}.pdf", folder / as_name))


def kept(folder: Path, *arguments: object) -> tuple[Any, Path]:
    """A check whose evidence is kept."""
    bundle = folder / "bundle.zip"
    result = without_store("--format", "json", "--evidence", bundle, *arguments)
    assert bundle.is_file(), result.stderr
    return result, bundle


def zipped_again(bundle: Path, **members: bytes) -> Path:
    with ZipFile(bundle) as file:
        content = {name: file.read(name) for name in file.namelist()} | members
    with ZipFile(bundle, "w") as file:
        for name, octets in content.items():
            file.writestr(ZipInfo(name), octets)
    return bundle


# ---- What the archive gets ----


def test_its_own_sha256_is_said_and_the_document_is_not_in_it(here: Path) -> None:
    document = sample(here, "generation-2")
    result, bundle = kept(here, document)
    assert digest_of(bundle) in result.stderr
    octets = bundle.read_bytes()
    assert document.read_bytes()[:200] not in octets
    with ZipFile(BytesIO(octets)) as file:
        assert file.read("documents/1/report.json").decode() == result.stdout
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_same_check_keeps_the_same_octets(here: Path) -> None:
    document = sample(here, "generation-2")
    _, bundle = kept(here, document)
    first = bundle.read_bytes()
    bundle.unlink()
    kept(here, document)
    assert bundle.read_bytes() == first


def test_the_report_in_it_masks_national_id_numbers_and_the_manifest_says_what_does_not(here: Path) -> None:
    """CONTRACT: masked everywhere, except inside whole certificates, which say so."""
    document = sample(here, "hostile-names")
    result = without_store("--format", "json", "--show-personal-data", "--evidence", "bundle.zip", document)
    masked = without_store("--format", "json", document)
    with ZipFile(here / "bundle.zip") as file:
        assert file.read("documents/1/report.json").decode() == masked.stdout
        assert "national ID numbers" in file.read("manifest.json").decode()
    assert result.exit_code == 0


def test_several_documents_share_one_bundle(here: Path) -> None:
    first, second = sample(here, "generation-2", "a.pdf"), sample(here, "person-and-office", "b.pdf")
    result, bundle = kept(here, first, second)
    again = verify("--format", "json", "--from-evidence", bundle, "--evidence-sha256", digest_of(bundle), first, second)
    assert again.stdout == result.stdout
    only = verify("--format", "json", "--from-evidence", bundle, "--evidence-sha256", digest_of(bundle), second)
    assert json.loads(only.stdout) == json.loads(result.stdout)[1]


def test_every_document_of_a_folder_is_kept_whatever_its_state(here: Path) -> None:
    folder = here / "docs"
    folder.mkdir()
    for name in ("unsigned-plan", "tampered-page", "encrypted-with-password"):
        sample(folder, name, f"{name}.pdf")
    (folder / "empty.pdf").write_bytes(b"")
    result, bundle = kept(here, folder)
    again = verify("--format", "json", "--from-evidence", bundle, "--evidence-sha256", digest_of(bundle), folder)
    assert again.stdout == result.stdout
    assert again.exit_code == result.exit_code == 1


def test_evidence_is_not_written_over_what_is_read(here: Path) -> None:
    document = sample(here, "generation-2")
    before = document.read_bytes()
    assert without_store("--evidence", document, document).exit_code == 2
    assert document.read_bytes() == before
    assert without_store("--evidence", here, document).exit_code == 2
    assert without_store("--evidence", here / "no-such" / "b.zip", document).exit_code == 2
    assert without_store("--evidence", "b.zip", here / "no-such.pdf").exit_code == 2
    assert sorted(path.name for path in here.iterdir()) == ["doc.pdf"]


# ---- Years later ----


def test_on_a_copy_of_the_project_without_the_store_the_report_is_the_same_octet_for_octet(here: Path) -> None:
    """The real command, in another home, without trust folder, policy, times and store: all that is in the bundle."""
    document = sample(here, "person-and-office")
    store = here / "kho.sqlite3"
    crls = [SAMPLES / "revocation" / f"{name}-2025-09-01.crl" for name in ("g2-sub", "g2-root")]
    assert run("revocation", "add", "--revocation-store", store, *TRUST, "--received-at", RECEIVED, *crls).exit_code == 0
    asked = (
        "--policy",
        "strict",
        "--at",
        AT,
        "--received-at",
        "2026-01-01T00:00:00Z",
        "--profile",
        "issued",
        "--min-signatures",
        2,
    )
    first = verify("--revocation-store", store, *TRUST, *asked, "--format", "json", "--evidence", "bundle.zip", document)
    report = json.loads(first.stdout)
    assert (first.exit_code, report["state"]) == (0, "valid")
    assert {said["source"] for one in report["signatures"] for said in one["revocation"]["statements"]} == {"store"}

    later = here / "later"
    shutil.copytree(ROOT / "src", later / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "trust", later / "trust")
    for path in (document, here / "bundle.zip"):
        shutil.move(path, later / path.name)
    digest = digest_of(later / "bundle.zip")
    store.unlink()
    shutil.move(later / "doc.pdf", later / "renamed.pdf")
    home = {"HOME": str(later), "USERPROFILE": str(later), "XDG_DATA_HOME": str(later / "data"), "LOCALAPPDATA": str(later)}
    kept_variables = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    command = [
        "verify",
        "--offline",
        "--format",
        "json",
        "--from-evidence",
        "bundle.zip",
        "--evidence-sha256",
        digest,
        "renamed.pdf",
    ]
    second = subprocess.run(
        [sys.executable, "-m", "sigcheck", *command],
        cwd=later,
        env={**kept_variables, **home, "PYTHONPATH": str(later / "src")},
        capture_output=True,
        check=False,
    )
    assert second.returncode == 0, second.stderr.decode()
    assert second.stdout.decode() == first.stdout
    assert digest in second.stderr.decode()


def test_without_the_digest_store_policy_and_times_of_the_bundle_do_not_count(here: Path) -> None:
    """The same bundle as material: its CRLs answer, but nobody knows when they came; no archive's record proves anything."""
    document = sample(here, "person-and-office")
    store = here / "kho.sqlite3"
    crls = [SAMPLES / "revocation" / f"{name}-2025-09-01.crl" for name in ("g2-sub", "g2-root")]
    run("revocation", "add", "--revocation-store", store, *TRUST, "--received-at", RECEIVED, *crls)
    asked = ("--policy", "archive", "--at", AT, "--received-at", "2026-01-01T00:00:00Z")
    verify("--revocation-store", store, *TRUST, *asked, "--format", "json", "--evidence", "bundle.zip", document)
    strict = ("--policy", "strict", "--at", AT, "--no-revocation-store", *TRUST, "--format", "json")
    alone, beside = verify(*strict, document), verify(*strict, "--from-evidence", "bundle.zip", document)
    assert json.loads(alone.stdout)["state"] == "insufficient"
    report = json.loads(beside.stdout)
    assert report["state"] == "valid"
    assert report["evidence_bundle"] == {"sha256": digest_of(here / "bundle.zip"), "used_for": "material"}
    assert (report["policy"]["name"], report["received"], report["revocation_store"]["sha256"]) == ("strict", None, None)
    assert {said["source"] for one in report["signatures"] for said in one["revocation"]["statements"]} == {"bundle"}
    assert not [proof for proof in report["proofs_of_existence"] if proof["basis"] == "stored"]
    assert "untrusted material" in beside.stderr


def test_a_check_with_material_can_itself_be_repeated(here: Path) -> None:
    document = sample(here, "person-and-office")
    store = here / "kho.sqlite3"
    crls = [SAMPLES / "revocation" / f"{name}-2025-09-01.crl" for name in ("g2-sub", "g2-root")]
    run("revocation", "add", "--revocation-store", store, *TRUST, "--received-at", RECEIVED, *crls)
    verify("--revocation-store", store, *TRUST, *JUDGED, "--evidence", "first.zip", document)
    with_first = without_store("--format", "json", "--from-evidence", "first.zip", "--evidence", "second.zip", document)
    digest = digest_of(here / "second.zip")
    again = verify("--format", "json", "--from-evidence", "second.zip", "--evidence-sha256", digest, document)
    assert again.stdout == with_first.stdout
    assert json.loads(again.stdout)["evidence_bundle"]["used_for"] == "material"


# ---- Whom to believe ----


def forgers_trust(folder: Path) -> Path:
    trust = folder / "forger"
    trust.mkdir()
    (trust / "root.cer").write_bytes(certificate("forger-root").dump())
    return trust


def test_a_forgers_document_with_the_forgers_bundle_stays_red(here: Path) -> None:
    document = sample(here, "look-alike-chain")
    made = verify(
        "--no-revocation-store", "--trust", forgers_trust(here), *JUDGED, "--format", "json", "--evidence", "bundle.zip", document
    )
    assert json.loads(made.stdout)["state"] == "valid"
    beside = without_store("--format", "json", "--from-evidence", "bundle.zip", document)
    assert beside.exit_code == 3
    assert {one["indication"] for one in json.loads(beside.stdout)["signatures"]} == {"INDETERMINATE"}
    wrong = verify("--from-evidence", "bundle.zip", "--evidence-sha256", "0" * 64, document)
    assert (wrong.exit_code, wrong.stdout) == (2, "")


def test_the_digest_is_the_archives_own_word_and_the_text_says_so(here: Path) -> None:
    """Whoever gives the digest of a forger's bundle believes the forger: docs/evidence.md."""
    document = sample(here, "look-alike-chain")
    verify("--no-revocation-store", "--trust", forgers_trust(here), *JUDGED, "--evidence", "bundle.zip", document)
    digest = digest_of(here / "bundle.zip")
    believed = verify("--from-evidence", "bundle.zip", "--evidence-sha256", digest, document)
    assert believed.exit_code == 0
    first = " ".join(believed.stdout.split())
    assert first.startswith("! Trust list, policy, times and revocation data come from the evidence file")
    assert digest in believed.stdout.replace("\n", " ")
    assert digest in believed.stderr


def test_certificates_of_a_bundle_are_candidates_under_the_configured_anchors(here: Path) -> None:
    document = sample(here, "missing-intermediate")
    assert json.loads(without_store("--format", "json", document).stdout)["state"] == "insufficient"
    shutil.copytree(SAMPLES / "trust", here / "with-unlisted")
    (here / "with-unlisted" / "unlisted.cer").write_bytes(certificate("g2-unlisted").dump())
    made = verify(
        "--no-revocation-store",
        "--trust",
        here / "with-unlisted",
        *JUDGED,
        "--format",
        "json",
        "--evidence",
        "bundle.zip",
        document,
    )
    assert json.loads(made.stdout)["signatures"][0]["chain"]
    beside = json.loads(without_store("--format", "json", "--from-evidence", "bundle.zip", document).stdout)
    chain = beside["signatures"][0]["chain"]
    assert [entry["common_name"] for entry in chain][1:] == ["CA phục vụ dịch vụ phần mềm Mẫu G2", "RootCA Mẫu G2"]
    assert [entry["link"] for entry in chain] == ["signature", "signature", None]


def without_tokens(document: bytes) -> bytes:
    """The same document without the time-stamp of any signature: ranges leave /Contents out, so that they stay sound."""
    out, start = document, 0
    while (start := out.find(b"/Contents", start + 1)) >= 0:
        first = out.index(b"<", start) + 1
        if not out[start + 9 : first - 1].strip(b" \r\n") and (end := out.index(b">", first)) - first > 1000:
            whole = asn1_cms.ContentInfo.load(bytes.fromhex(out[first:end].decode()))
            whole["content"]["signer_infos"][0]["unsigned_attrs"] = None
            stripped = whole.dump(force=True).hex().encode()
            out = out[:first] + stripped + b"0" * (end - first - len(stripped)) + out[end:]
    return out


def test_time_stamps_of_a_bundle_over_the_signature_value_count_like_its_own(here: Path) -> None:
    document = sample(here, "expired-with-timestamp")
    original, _ = kept(here, document)
    document.write_bytes(without_tokens(document.read_bytes()))
    alone = json.loads(without_store("--format", "json", document).stdout)["signatures"][0]
    assert (alone["times"]["timestamps"], alone["indication"]) == ([], "INDETERMINATE")
    beside = json.loads(without_store("--format", "json", "--from-evidence", "bundle.zip", document).stdout)["signatures"][0]
    assert beside["times"]["basis"] == "signature-timestamp"
    then = json.loads(original.stdout)["signatures"][0]
    assert beside["times"]["best_signature_time"] == then["times"]["best_signature_time"]
    assert beside["indication"] == then["indication"] == "TOTAL-PASSED"
    assert beside["integrity"]["signature_verifies"] is True


def test_time_stamps_of_other_documents_are_left_alone(here: Path) -> None:
    kept(here, sample(here, "expired-with-timestamp", "other.pdf"))
    document = sample(here, "expired-without-timestamp")
    beside = json.loads(without_store("--format", "json", "--from-evidence", "bundle.zip", document).stdout)
    assert beside["signatures"][0]["times"]["timestamps"] == []
    assert beside["state"] == "insufficient"


def test_a_document_with_its_own_bundle_as_material_is_judged_as_without(here: Path) -> None:
    for name in ("generation-2", "certified-then-archived", "five-blocks-stamped", "timestamps-out-of-order"):
        document = sample(here, name)
        first, bundle = kept(here, document)
        beside = without_store("--format", "json", "--from-evidence", bundle, document)
        differing = {"evidence_bundle"}
        alone, report = json.loads(first.stdout), json.loads(beside.stdout)
        assert {key for key in report if report[key] != alone[key]} == differing, name
        bundle.unlink()


# ---- Refusals ----


def test_another_document_is_refused_and_the_others_are_still_checked(here: Path) -> None:
    document, other = sample(here, "generation-2"), sample(here, "generation-1", "other.pdf")
    _, bundle = kept(here, document)
    result = verify("--format", "jsonl", "--from-evidence", bundle, "--evidence-sha256", digest_of(bundle), other, document)
    assert result.exit_code == 2
    assert [json.loads(line)["document"]["path"] for line in result.stdout.splitlines()] == [str(document)]
    assert "other.pdf" in result.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--policy", "strict"),
        ("--policy", "archive"),
        TRUST,
        ("--at", AT),
        ("--received-at", RECEIVED),
        ("--profile", "any"),
        ("--online",),
        ("--no-user-trust",),
        ("--no-revocation-store",),
        ("--min-signatures", "1"),
        ("--require-timestamp",),
        ("--expect-signer", "a@b.example"),
    ],
    ids=lambda options: options[0],
)
def test_what_the_bundle_decides_cannot_be_asked_for_beside_its_digest(here: Path, options: tuple[str, ...]) -> None:
    document = sample(here, "generation-2")
    _, bundle = kept(here, document)
    arguments = ["verify", "--from-evidence", bundle, "--evidence-sha256", digest_of(bundle), *options, document]
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert options[0] in result.stderr


@pytest.mark.parametrize("digest", ["", "0" * 63, "g" * 64, "0" * 64])
def test_a_digest_that_is_not_the_files_is_refused(here: Path, digest: str) -> None:
    document = sample(here, "generation-2")
    _, bundle = kept(here, document)
    for arguments in (("verify", "--from-evidence", bundle, document), ("judge", bundle)):
        result = run(*arguments, "--evidence-sha256", digest)
        assert (result.exit_code, result.stdout) == (2, "")
    assert run("verify", "--evidence-sha256", digest_of(bundle), document).exit_code == 2


def test_what_is_no_bundle_is_refused_before_any_check(here: Path) -> None:
    document = sample(here, "generation-2")
    _, bundle = kept(here, document)
    zipped_again(bundle, **{"documents/1/report.json": b"{}"})
    for path in (bundle, document, here / "no-such.zip", here):
        result = verify("--from-evidence", path, document)
        assert (result.exit_code, result.stdout) == (2, ""), path
        assert result.stderr.startswith("sigcheck: ")
        if path != document:
            assert run("judge", path).exit_code == 2


# ---- judge ----


def test_judging_without_options_gives_the_report_of_the_check(here: Path) -> None:
    for name in ("generation-2", "tampered-page", "unsigned-plan", "encrypted-with-password"):
        document = sample(here, name)
        first, bundle = kept(here, document)
        document.unlink()
        known = run("judge", "--format", "json", "--evidence-sha256", digest_of(bundle), bundle)
        assert (known.stdout, known.exit_code) == (first.stdout, first.exit_code)
        believed = run("judge", "--format", "json", bundle)
        report = json.loads(believed.stdout)
        assert report.pop("evidence_bundle") == {"sha256": digest_of(bundle), "used_for": "evidence"}
        assert report == {key: value for key, value in json.loads(first.stdout).items() if key != "evidence_bundle"}
        assert believed.exit_code == first.exit_code
        bundle.unlink()


def test_judging_under_another_question_answers_as_the_check_would(here: Path) -> None:
    document = sample(here, "person-and-office")
    _, bundle = kept(here, document)
    for options in (
        ("--policy", "strict"),
        ("--policy", "archive", "--at", "2025-10-01T00:00:00Z"),
        ("--policy", "archive", "--profile", "issued", "--received-at", "2025-12-01T00:00:00Z"),
        ("--policy", "archive", "--expect-signer", "nobody@example.invalid"),
        ("--policy", "archive", "--min-signatures", "3", "--require-timestamp"),
    ):
        at = () if "--at" in options else ("--at", AT)
        checked = verify("--no-revocation-store", *TRUST, "--format", "json", *options, *at, document)
        judged = run("judge", "--format", "json", "--evidence-sha256", digest_of(bundle), *options, bundle)
        assert judged.stdout == checked.stdout, options
        assert judged.exit_code == checked.exit_code


def test_a_record_alone_can_be_judged(here: Path) -> None:
    first, bundle = kept(here, sample(here, "generation-2"))
    with ZipFile(bundle) as file:
        (here / "record.json").write_bytes(file.read("documents/1/evidence.json"))
    judged = run("judge", "--format", "json", "--evidence-sha256", digest_of(here / "record.json"), "record.json")
    assert judged.stdout == first.stdout


def test_judging_says_that_the_record_was_believed(here: Path) -> None:
    _, bundle = kept(here, sample(here, "generation-2"))
    judged = run("judge", "--lang", "en", bundle)
    assert "not checked again" in judged.stderr
    assert " ".join(judged.stdout.split()).startswith("! Judged by stored evidence; the document was not checked again.")
    assert digest_of(bundle) in judged.stdout


def test_judging_several_documents_gives_an_array(here: Path) -> None:
    result, bundle = kept(here, sample(here, "generation-2", "a.pdf"), sample(here, "tampered-page", "b.pdf"))
    judged = run("judge", "--format", "json", "--evidence-sha256", digest_of(bundle), bundle)
    assert (judged.stdout, judged.exit_code) == (result.stdout, 1)


def test_a_receipt_after_the_moment_that_is_asked_for_proves_nothing(here: Path) -> None:
    _, bundle = kept(here, "--received-at", "2026-06-01T00:00:00Z", sample(here, "person-and-office"))
    earlier = run("judge", "--format", "json", "--at", "2026-01-01T00:00:00Z", bundle)
    assert json.loads(earlier.stdout)["received"] is None
    assert run("judge", "--received-at", "2026-12-01T00:00:00Z", bundle).exit_code == 2
    assert run("judge", "--at", "2999-01-01T00:00:00Z", bundle).exit_code == 2


def test_a_record_that_contradicts_itself_is_refused(here: Path) -> None:
    """Forged: a path without certificates. The engine never gives one."""
    _, bundle = kept(here, sample(here, "generation-2"))
    with ZipFile(bundle) as file:
        whole = json.loads(file.read("documents/1/evidence.json"))
    for path in whole["tables"]["PathFound"]:
        path["entries"] = []
    (here / "record.json").write_text(json.dumps(whole), "utf-8")
    judged = run("judge", "--format", "json", "--lang", "en", "record.json")
    assert judged.exit_code == 2
    assert "contradicts itself" in judged.stderr
