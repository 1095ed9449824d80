"""A check at a desk against a server on loopback: what is asked, kept and used; what is never asked; and a network that fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from loopback_authority import Authority, authority
from made_crls import crl_of, day

from sigcheck.anchors import TrustList
from sigcheck.engine.bytesource import MemorySource
from sigcheck.fetching.revocation import Attempt
from sigcheck.pipeline import check
from sigcheck.policies import shipped_policy
from sigcheck.policy import Policy, parse_policy
from sigcheck.running.desk import Desk, store_reference, stored_material
from sigcheck.store.refusal import RevocationStoreError
from sigcheck.store.revocation import read_store
from sigcheck.trust.load import load_trust
from sigcheck.verdict import DocumentReport

START = day("2026-11-20")
LATER = START + timedelta(seconds=7)
"""When an answer has come in."""


@cache
def policy(name: str) -> Policy:
    return parse_policy(shipped_policy(name), name=name)


@dataclass
class Sitting:
    """A desk, and what it said."""

    path: Path
    trust: TrustList
    attempts: list[Attempt] = field(default_factory=list)
    refusals: list[RevocationStoreError] = field(default_factory=list)
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = self.sit()

    def sit(self, *, moves: bool = True, allow_private: bool = True, at: datetime = START) -> Desk:
        def tell(attempts: Sequence[Attempt]) -> None:
            self.attempts += attempts

        store = read_store(self.path)
        return Desk(
            self.path, store, at, lambda: LATER, moves, tell, self.refusals.append, lambda _: None, allow_private=allow_private
        )

    def check(self, document: bytes, under: str = "strict") -> DocumentReport:
        asked = self.desk.check(MemorySource(document), path="x.pdf", trust=self.trust, policy=policy(under), at=START)
        return asked.report

    def check_offline(self, document: bytes, at: datetime = LATER) -> DocumentReport:
        store = read_store(self.path)
        source, material, reference = MemorySource(document), stored_material(store), store_reference(store)
        strict = policy("strict")
        offline = check(
            source, path="x.pdf", trust=self.trust, policy=strict, at=at, material=material, revocation_store=reference
        )
        return offline.report


@pytest.fixture(scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with authority(tmp_path_factory.mktemp("authority"), START) as holds:
        yield holds


@pytest.fixture
def served(_server: Authority) -> Authority:
    """The server as each test finds it: CRLs of both authorities, and a responder whose answers are seconds old."""
    _server.answers_at, _server.responds = START + timedelta(seconds=3), True
    _server.crls = {issuer: crl_of(issuer, "2026-11-10") for issuer in ("g2-sub", "g2-root")}
    _server.asked.clear()
    return _server


@pytest.fixture
def sitting(tmp_path: Path, served: Authority) -> Sitting:
    return Sitting(tmp_path / "store.sqlite3", load_trust(folder=served.trust()))


def test_what_was_fetched_serves_when_everything_is_off(sitting: Sitting, served: Authority) -> None:
    document = served.document()
    assert sitting.check_offline(document).state == "insufficient"
    at_the_desk = sitting.check(document)
    assert (at_the_desk.state, at_the_desk.online) == ("valid", True)
    asked = list(served.asked)
    assert len(asked) == 3  # the CRL of each authority, and the responder's word on the leader: each once
    served.crls.clear()
    served.responds = False
    offline = sitting.check_offline(document)
    assert (offline.state, offline.online) == ("valid", False)
    assert offline.revocation_store == at_the_desk.revocation_store
    assert offline.revocation_store.sha256 is not None
    assert {said.source for said in offline.signatures[0].revocation.statements} == {"store"}
    assert served.asked == asked


def test_a_second_document_asks_nothing_that_was_answered(sitting: Sitting, served: Authority) -> None:
    sitting.check(served.document("one"))
    asked = len(served.asked)
    assert sitting.check(served.document("two")).state == "valid"
    sitting.desk = sitting.sit(at=LATER)
    assert sitting.check(served.document("three")).state == "valid"
    assert len(served.asked) == asked


def test_the_validation_time_is_when_the_answers_came(sitting: Sitting, served: Authority) -> None:
    """The responder's answer was made after the run began; it would prove nothing as of then (EN 319 102-1, 5.2.5)."""
    served.crls.pop("g2-sub")
    report = sitting.check(served.document())
    assert (report.state, report.validation_time) == ("valid", LATER)
    assert sitting.check(served.document("another")).validation_time == LATER


def test_a_time_that_was_named_stays(sitting: Sitting, served: Authority) -> None:
    served.crls.pop("g2-sub")
    sitting.desk = sitting.sit(moves=False)
    report = sitting.check(served.document())
    assert (report.state, report.validation_time) == ("insufficient", START)


def test_a_server_whose_clock_is_a_little_ahead_is_believed(sitting: Sitting, served: Authority) -> None:
    served.crls.pop("g2-sub")
    served.answers_at = LATER + timedelta(seconds=40)
    assert sitting.check(served.document()).state == "valid"


def test_a_server_whose_clock_is_far_ahead_is_not(sitting: Sitting, served: Authority) -> None:
    served.crls.pop("g2-sub")
    served.answers_at = LATER + timedelta(hours=6)
    report = sitting.check(served.document())
    assert (report.state, report.validation_time) == ("insufficient", LATER)


def test_a_server_without_answers_costs_the_verdict_only(sitting: Sitting, served: Authority) -> None:
    served.crls.clear()
    served.responds = False
    report = sitting.check(served.document())
    assert report.state == "insufficient"
    assert "revocation-not-checked" in {finding.code for finding in report.signatures[0].findings}
    assert {attempt.reason for attempt in sitting.attempts} == {"http-error"}
    asked = len(served.asked)
    sitting.check(served.document("another"))
    assert len(served.asked) == asked


def test_a_server_that_is_off_is_tried_once_in_a_run(tmp_path: Path) -> None:
    with authority(tmp_path, START) as gone:
        trust, documents = load_trust(folder=gone.trust()), [gone.document(str(number)) for number in range(5)]
    sitting = Sitting(tmp_path / "store.sqlite3", trust)
    assert {sitting.check(document).state for document in documents} == {"insufficient"}
    failures = [attempt.reason for attempt in sitting.attempts]
    assert failures.count("no-connection") == 1
    assert set(failures) == {"no-connection", "server-failed-before"}
    assert len(failures) == 3  # two CRLs and a responder on that server; the documents after the first asked nothing


def test_a_revocation_that_came_in_decides(sitting: Sitting, served: Authority) -> None:
    """The leader was revoked before the time-stamp: INDETERMINATE, REVOKED_NO_POE (EN 319 102-1, 5.2.6.4 step 4b)."""
    served.crls["g2-sub"] = crl_of("g2-sub", "2026-11-10", revoked={"leader": "2025-09-01"})
    served.responds = False
    report = sitting.check(served.document())
    assert (report.state, report.sub_indication) == ("insufficient", "REVOKED_NO_POE")


@pytest.mark.parametrize("name", ["unsigned-plan", "tampered-page", "look-alike-chain", "missing-intermediate"])
def test_nobody_is_asked_where_no_answer_could_help(sitting: Sitting, served: Authority, samples: Path, name: str) -> None:
    """Unsigned, changed, below a foreign root, or without a path to an anchor."""
    sitting.check((samples / f"{name}.pdf").read_bytes())
    sitting.check(b"no document at all")
    assert (served.asked, sitting.attempts) == ([], [])


def test_nobody_is_asked_under_a_policy_that_ignores_revocation(sitting: Sitting, served: Authority) -> None:
    ignoring = parse_policy(shipped_policy("strict").replace('revocation = "require"', 'revocation = "ignore"'), name="own")
    assert ignoring.revocation == "ignore"
    sitting.desk.check(MemorySource(served.document()), path="x.pdf", trust=sitting.trust, policy=ignoring, at=START)
    assert served.asked == []


def test_private_networks_are_left_alone_unless_allowed(sitting: Sitting, served: Authority) -> None:
    sitting.desk = sitting.sit(allow_private=False)
    assert sitting.check(served.document()).state == "insufficient"
    assert served.asked == []
    assert {attempt.reason for attempt in sitting.attempts} == {"address-forbidden"}


def test_a_store_that_cannot_be_written_is_said_once(sitting: Sitting, served: Authority) -> None:
    sitting.path.mkdir()
    sitting.desk.store = None
    assert sitting.check(served.document()).state == "insufficient"
    assert sitting.check(served.document("another")).state == "insufficient"
    assert [refused.code for refused in sitting.refusals] == ["unusable"]
