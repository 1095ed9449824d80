"""Other validators' own test files against the outcomes their sources state (../shared/corpora/open/manifest.json).

Each file's own certificates are taken as anchors, as the contract allows for bare certificates, so that only the document
layer is asked. Run with `-s` to see the table. A miss fails unless `divergences.toml` lists it with a reason from a standard's
clause; a listed one that no longer differs fails too.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sigcheck.anchors import TrustList
from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.cms import read_cms
from sigcheck.engine.gather import read_facts
from sigcheck.facts import Certificate, CmsFacts, Unreadable
from sigcheck.pipeline import check_document
from sigcheck.policy import Policy, parse_policy
from sigcheck.trust.load import load_trust
from sigcheck.verdict import DocumentReport, SignatureReport

HERE = Path(__file__).resolve().parent
AT = datetime(2026, 11, 20, tzinfo=UTC)
SKIPPED_WITH_PASSWORD = "password"


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the manifest and what sigcheck says of its file."""

    name: str
    crisp: bool
    expected: dict[str, Any]
    report: DocumentReport

    @property
    def signatures(self) -> list[SignatureReport]:
        return [signature for signature in self.report.signatures if signature.kind == "signature"]


def _anchors(content: bytes, password: str | None, folder: Path, roots: list[Path]) -> TrustList:
    """The file's own certificates, and the roots that the source names, as bare anchors."""
    facts = read_facts(MemorySource(content), password=password)
    found: dict[str, bytes] = {}
    for certificate in () if isinstance(facts, Unreadable) else _certificates(facts):
        found[certificate.sha256] = certificate.der
    folder.mkdir()
    for sha256, der in found.items():
        (folder / f"{sha256}.der").write_bytes(der)
    for root in roots:
        (folder / root.name).write_bytes(root.read_bytes())
    return load_trust(folder=folder) if found or roots else TrustList((), (), hashlib.sha256(b"").hexdigest())


def _certificates(facts: Any) -> Iterator[Certificate]:
    yield from facts.security_store.certificates
    for item in (*facts.signatures, *facts.remains):
        if isinstance(item.cms, CmsFacts):
            yield from item.cms.certificates
            for token in (*item.cms.timestamp_tokens, *item.cms.content_timestamp_tokens):
                yield from _token_certificates(token)
    for signature in facts.signatures:
        yield from signature.certificates


@cache
def _token_certificates(token: bytes) -> tuple[Certificate, ...]:
    cms = read_cms(token)
    return cms.certificates if isinstance(cms, CmsFacts) else ()


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
        password = row.get(SKIPPED_WITH_PASSWORD)
        trust = _anchors(content, password, folders / str(number), roots)
        report = check_document(MemorySource(content), path=row["id"], trust=trust, policy=policy, at=AT, password=password)
        found.append(Case(row["id"], row["crisp"] and not password, row["expected"], report))
    return found


def _intact(case: Case) -> bool:
    """Every signature's digest and value verify; what the ByteRange covers is another measure."""
    checked = [s.integrity for s in case.report.signatures]
    return bool(case.signatures) and all(i.digest_matches is True and i.signature_verifies is True for i in checked)


def _recognised_as_broken(case: Case) -> bool:
    sound = _intact(case) and all(s.coverage.sound for s in case.report.signatures)
    return not sound and case.report.state not in {"valid", "unsigned"}


def _flagged(case: Case) -> bool:
    """A change that is not allowed was found, or the document is refused for what was done to its signatures."""
    codes = {f.code for f in case.report.findings} | {f.code for s in case.report.signatures for f in s.findings}
    return bool(
        codes
        & {"modified-after-signing", "signature-removed", "byte-range-unsound", "digest-mismatch", "cross-reference-rebuilt"}
    )


def _not_flagged(case: Case) -> bool:
    return "modified-after-signing" not in {f.code for s in case.report.signatures for f in s.findings}


def _passes(case: Case) -> bool:
    return case.report.state == "valid"


def _bad_timestamp_not_passed(case: Case) -> bool:
    stamps = [stamp for s in case.report.signatures for stamp in s.times.timestamps]
    return case.report.state != "valid" and any(stamp.sound is not True for stamp in stamps)


def _coverage(case: Case) -> bool:
    return all(
        signature.coverage.whole_document is case.expected["covers_whole_file"][signature.field]
        for signature in case.report.signatures
        if signature.field in case.expected["covers_whole_file"]
    )


def _count(case: Case) -> bool:
    return case.expected["n_signatures"] in {len(case.report.signatures), len(case.signatures)}


def _good(expected: dict[str, Any]) -> bool:
    return (
        expected.get("all_intact") is True
        and expected.get("unauthorized_modification") is False
        and not expected.get("must_not_pass")
        and expected.get("timestamps_intact") is not False
        and not {"indication", "subindication"} & expected.keys()
    )


MEASURES: tuple[tuple[str, Callable[[dict[str, Any]], bool], Callable[[Case], bool]], ...] = (
    ("must-not-pass rejected", lambda e: e.get("must_not_pass") is True, lambda case: not _passes(case)),
    ("intact recognised", lambda e: e.get("all_intact") is True, _intact),
    ("good file passes", _good, _passes),
    ("broken recognised", lambda e: e.get("all_intact") is False, _recognised_as_broken),
    ("forbidden change flagged", lambda e: e.get("unauthorized_modification") is True, _flagged),
    ("permitted change not flagged", lambda e: e.get("unauthorized_modification") is False, _not_flagged),
    ("bad time-stamp not passed", lambda e: e.get("timestamps_intact") is False, _bad_timestamp_not_passed),
    ("coverage", lambda e: isinstance(e.get("covers_whole_file"), dict), _coverage),
    ("signature count", lambda e: e.get("n_signatures") is not None, _count),
)
"""Name of a measure, to which expectations it applies, and whether a case meets it."""


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
    for name, applies, met in MEASURES:
        asked = [case for case in cases if case.crisp and applies(case.expected)]
        failed = [case for case in asked if not met(case)]
        missed |= {(case.name, name) for case in failed}
        print(f"| {name} | {len(asked) - len(failed)} | {len(asked)} |")
    unlisted, vanished = sorted(missed - known), sorted(known - missed)
    assert not unlisted, "\n".join(f"{measure}: {name}" for name, measure in unlisted)
    assert not vanished, f"listed, but no longer different: {vanished}"


def test_divergences_have_a_reason_from_a_clause() -> None:
    for row in tomllib.loads((HERE / "divergences.toml").read_text("utf-8")).get("divergence", []):
        assert row["reason"].strip()
        assert row["clause"].strip()
        assert row["measure"] in {name for name, _, _ in MEASURES}
        assert row["measure"] != "must-not-pass rejected", "a document that must not pass is never listed away"


def test_a_measure_can_fail(cases: list[Case]) -> None:
    sound = next(case for case in cases if _passes(case))
    assert not _bad_timestamp_not_passed(sound)
    assert not _recognised_as_broken(sound)
    wrong = replace(sound, expected={"n_signatures": 99})
    assert not _count(wrong)
