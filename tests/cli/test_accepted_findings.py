"""`--baseline`, `--fail-on` and `--changed-since` as commands: exit codes, files, and what standard error says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = ("person-and-office", "tampered-page", "unsigned-plan")
OPTIONS = ("--policy", "archive", "--lang", "en", "--at", "2026-11-20T00:00:00Z", "--no-user-trust")


@pytest.fixture
def archive(tmp_path: Path, samples: Path) -> Path:
    folder = tmp_path / "kho"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(samples / f"{name}.pdf", folder)
    return folder


@pytest.fixture
def baseline(tmp_path: Path) -> Path:
    return tmp_path / "accepted.json"


def run(command: str, samples: Path, folder: Path, *more: object) -> tuple[int, str, str]:
    fixed = [sys.executable, "-m", "sigcheck", command, *OPTIONS, "--trust", str(samples / "trust")]
    fixed += ["--workers", "1", "--store", str(folder.parent / "results.sqlite")] if command == "audit" else ["--offline"]
    environment = {**os.environ, "PYTHONPATH": str(samples.parent / "src")}  # the folder that it runs in is another
    done = subprocess.run([*fixed, *map(str, more)], cwd=folder.parent, env=environment, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def codes(baseline: Path) -> list[tuple[str, str]]:
    return sorted((one["path"], one["code"]) for one in json.loads(baseline.read_text("utf-8"))["accepted"])


def test_a_baseline_is_made_held_and_pruned(samples: Path, archive: Path, baseline: Path) -> None:
    assert run("audit", samples, archive, "kho")[0] == 1
    code, _, said = run("audit", samples, archive, "kho", "--baseline", baseline, "--update-baseline")
    assert (code, "2 entries" in said) == (0, True), said
    assert codes(baseline) == [("kho/tampered-page.pdf", "digest-mismatch"), ("kho/unsigned-plan.pdf", "no-signature")]
    assert run("audit", samples, archive, "kho", "--baseline", baseline)[0] == 0
    before = baseline.read_bytes()

    shutil.copy(samples / "wrong-key.pdf", archive / "tampered-page.pdf")
    code, _, said = run("audit", samples, archive, "kho", "--baseline", baseline)
    assert (code, baseline.read_bytes() == before) == (1, True)
    assert "did not meet: kho/tampered-page.pdf, signature Signature1, digest-mismatch" in said

    code, _, said = run("audit", samples, archive, "kho", "nowhere", "--baseline", baseline, "--prune-baseline")
    assert (code, len(codes(baseline))) == (2, 2), "what could not be looked at proves nothing"
    assert run("audit", samples, archive, "kho", "--baseline", baseline, "--prune-baseline")[0] == 1
    assert codes(baseline) == [("kho/unsigned-plan.pdf", "no-signature")]


def test_verify_knows_accepted_findings_and_states_that_do_not_fail(samples: Path, archive: Path, baseline: Path) -> None:
    run("audit", samples, archive, "kho", "--baseline", baseline, "--update-baseline")
    code, report, _ = run("verify", samples, archive, "kho", "--baseline", baseline, "--format", "json")
    assert code == 0
    assert [one["state"] for one in json.loads(report)] == ["valid", "invalid", "unsigned"]
    assert run("verify", samples, archive, "kho", "--fail-on", "unsigned")[0] == 4
    assert run("verify", samples, archive, "kho", "--fail-on", "insufficient")[0] == 0
    assert run("verify", samples, archive, "kho", "--fail-on", "")[0] == 0
    assert run("verify", samples, archive, "kho", "--fail-on", "wrong")[0] == 2


def test_a_redacted_report_still_says_what_was_accepted(samples: Path, archive: Path, baseline: Path) -> None:
    run("audit", samples, archive, "kho", "--baseline", baseline, "--update-baseline")
    code, report, _ = run("verify", samples, archive, "kho", "--baseline", baseline, "--redact", "--format", "sarif")
    assert code == 0
    assert "Nguyễn" not in report
    assert "tampered-page" not in report
    results = json.loads(report)["runs"][0]["results"]
    assert {one["ruleId"] for one in results if "suppressions" in one} == {"digest-mismatch", "no-signature"}


@pytest.mark.parametrize(
    "given",
    [
        ("--update-baseline",),
        ("--prune-baseline",),
        ("--baseline", "gone.json"),
        ("--baseline", "gone.json", "--prune-baseline"),
        ("--baseline", "kho/unsigned-plan.pdf", "--update-baseline"),
        ("--baseline", "."),
        ("--fail-on", "valid"),
        ("--format", "etsi-xml"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_checked(samples: Path, archive: Path, given: tuple[str, ...]) -> None:
    content = (archive / "unsigned-plan.pdf").read_bytes()
    code, report, said = run("audit", samples, archive, "kho", *given)
    assert (code, report) == (2, "")
    assert said.startswith("sigcheck: ")
    assert not (archive.parent / "results.sqlite").exists()
    assert (archive / "unsigned-plan.pdf").read_bytes() == content


def test_a_report_does_not_overwrite_the_baseline(samples: Path, archive: Path, baseline: Path) -> None:
    run("audit", samples, archive, "kho", "--baseline", baseline, "--update-baseline")
    before = baseline.read_bytes()
    assert run("audit", samples, archive, "kho", "--baseline", baseline, "--output", baseline)[0] == 2
    assert run("verify", samples, archive, "kho", "--baseline", baseline, "--output", baseline)[0] == 2
    assert baseline.read_bytes() == before


@pytest.mark.skipif(shutil.which("git") is None, reason="needs the program git")
def test_only_what_changed_is_audited(samples: Path, archive: Path, baseline: Path) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=Mẫu", "-c", "user.email=mau@example.invalid")
        subprocess.run(["git", "-C", archive, *who, *arguments], check=True, capture_output=True)

    assert run("audit", samples, archive, "kho", "--changed-since", "HEAD")[0] == 2
    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "x")
    run("audit", samples, archive, "kho", "--baseline", baseline, "--update-baseline")
    code, report, said = run("audit", samples, archive, "kho", "--changed-since", "HEAD", "--format", "gitlab")
    assert (code, report, "no document has changed" in said) == (0, "[]\n", True)
    os.rename(archive / "tampered-page.pdf", archive / "mới.pdf")  # noqa: PTH104 - as a person would
    code, report, _ = run("audit", samples, archive, "kho", "--changed-since", "HEAD", "--format", "gitlab")
    assert {one["location"]["path"] for one in json.loads(report)} == {"kho/mới.pdf"}
    assert code == 1
    given = ("--changed-since", "HEAD", "--baseline", baseline, "--prune-baseline")
    assert run("audit", samples, archive, "kho", *given)[0] == 0
    assert codes(baseline) == [("kho/mới.pdf", "digest-mismatch"), ("kho/unsigned-plan.pdf", "no-signature")]
    assert run("audit", samples, archive, "kho", "--changed-since", "no-such")[0] == 2
