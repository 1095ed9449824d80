"""Other validators' own test files against the outcomes their sources state (../shared/corpora/open/manifest.json).

Each file's own certificates are taken as anchors, as the contract allows for bare certificates, so that only the document
layer is asked. Run with `-s` to see the table. A miss fails unless `divergences.toml` lists it with a reason from a standard's
clause; a listed one that no longer differs fails too.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from measures import MEASURES, PASSWORD, Said, asked, said_by_sigcheck
from own_certificates import own_certificates

from sigcheck.anchors import TrustList
from sigcheck.engine.bytesource import MemorySource
from sigcheck.pipeline import check_document
from sigcheck.policy import Policy, parse_policy
from sigcheck.reporting.json_report import report_object
from sigcheck.trust.load import load_trust
from sigcheck.verdict import DocumentReport

HERE = Path(__file__).resolve().parent
AT = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the manifest and what sigcheck says of its file."""

    name: str
    asked: bool
    expected: dict[str, Any]
    report: DocumentReport
    said: Said


def _anchors(content: bytes, password: str | None, folder: Path, roots: list[Path]) -> TrustList:
    """The file's own certificates, and the roots that the source names, as bare anchors."""
    found = own_certificates(content, password)
    folder.mkdir()
    for sha256, certificate in found.items():
        (folder / f"{sha256}.der").write_bytes(certificate.der)
    for root in roots:
        (folder / root.name).write_bytes(root.read_bytes())
    return load_trust(folder=folder) if found or roots else TrustList((), (), hashlib.sha256(b"").hexdigest())


@pytest.fixture(scope="module")
def policy() -> Policy:
    path = HERE / "open-corpus-policy.toml"
    return parse_policy(path.read_text("utf-8"), name=path.stem)


@pytest.fixture(scope="module")
def cases(shared: Path, policy: Policy, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    corpus = shared / "corpora" / "open"
    folders = tmp_path_factory.mktemp("anchors")
    found = []
    for number, row in enumerate(json.loads((corpus / "manifest.json").read_text("utf-8"))):
        content = (corpus / row["file"]).read_bytes()
        roots = [corpus / root for root in row["expected"].get("trust_roots_used", [])]
        password = row.get(PASSWORD)
        trust = _anchors(content, password, folders / str(number), roots)
        report = check_document(MemorySource(content), path=row["id"], trust=trust, policy=policy, at=AT, password=password)
        found.append(Case(row["id"], asked(row), row["expected"], report, said_by_sigcheck(report_object(report))))
    return found


def test_every_file_gets_an_answer_with_a_reason(cases: list[Case]) -> None:
    assert len(cases) == 221
    for case in cases:
        if case.report.state != "valid":
            assert case.report.findings or any(s.findings for s in case.report.signatures), case.name


def test_outcomes_are_those_that_the_sources_state(cases: list[Case]) -> None:
    listed = tomllib.loads((HERE / "divergences.toml").read_text("utf-8"))
    known = {(row["case"], row["measure"]) for row in listed.get("divergence", [])}
    missed: set[tuple[str, str]] = set()
    print("\n\n| measure | met | of |\n|---|---|---|")
    print(f"| answered without crash | {len(cases)} | {len(cases)} |")
    for measure in MEASURES:
        held = [case for case in cases if case.asked and measure.applies(case.expected)]
        failed = [case for case in held if not measure.met(case.expected, case.said)]
        missed |= {(case.name, measure.name) for case in failed}
        print(f"| {measure.name} | {len(held) - len(failed)} | {len(held)} |")
    unlisted, vanished = sorted(missed - known), sorted(known - missed)
    assert not unlisted, "\n".join(f"{measure}: {name}" for name, measure in unlisted)
    assert not vanished, f"listed, but no longer different: {vanished}"


def test_divergences_have_a_reason_from_a_clause() -> None:
    for row in tomllib.loads((HERE / "divergences.toml").read_text("utf-8")).get("divergence", []):
        assert row["reason"].strip()
        assert row["clause"].strip()
        assert row["measure"] in {measure.name for measure in MEASURES}
        assert row["measure"] != "must-not-pass rejected", "a document that must not pass is never listed away"


def test_a_measure_can_fail(cases: list[Case]) -> None:
    met = {measure.name: measure.met for measure in MEASURES}
    sound = next(case for case in cases if case.said.passes)
    assert not met["must-not-pass rejected"](sound.expected, sound.said)
    assert not met["bad time-stamp not passed"](sound.expected, sound.said)
    assert not met["broken recognised"](sound.expected, sound.said)
    assert not met["signature count"]({"n_signatures": 99}, sound.said)
    assert not met["coverage"]({"covers_whole_file": {"no such field": True}}, sound.said)
