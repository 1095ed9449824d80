"""Live on loopback: a CA, its CRLs, OCSP responder and time-stamp server answer over real HTTP, then everything is turned off.

What was fetched carries the verdict from then on. With servers that are slow, huge, lying or lead astray the limits hold, and the
document is `insufficient`, with the reason.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import live_behaviour as live
import pytest
from live_authority import Authority, Behaviour, living
from live_signing import signed

from sigcheck.checked import Checked
from sigcheck.engine.bytesource import MemorySource
from sigcheck.fetching.limits import AT_A_DESK, FetchLimits
from sigcheck.fetching.revocation import Attempt
from sigcheck.fetching.run import Run
from sigcheck.pipeline import check
from sigcheck.policies import shipped_policy
from sigcheck.policy import Policy, parse_policy
from sigcheck.running.desk import Desk, store_reference, stored_material
from sigcheck.store.refusal import RevocationStoreError
from sigcheck.store.revocation import read_store
from sigcheck.trust.load import load_trust

NOW = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - pyHanko signs by the clock; no expectation depends on it
TAKEN = ""
BEHIND = timedelta(seconds=60)
"""The authority's clock is slow, as that of a real server was: what it makes is never younger than the check."""
STRICT: Policy = parse_policy(shipped_policy("strict"), name="strict")
IMPATIENT = replace(AT_A_DESK, seconds=1)
"""For tests of slow servers; all else are the limits of a desk."""


def stopped(error: RevocationStoreError) -> None:
    raise error


@dataclass
class Case:
    """A folder with the anchor and the store, and a document to check at a desk."""

    authority: Authority
    document: bytes
    folder: Path
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def store(self) -> Path:
        return self.folder / "revocation.sqlite3"

    @property
    def anchors(self) -> Path:
        return self.folder / "trust"

    def at_a_desk(self, limits: FetchLimits = AT_A_DESK, *, allow_private: bool = True) -> Checked:
        """Checked by a run that may ask servers, and keeps what it gets."""
        run = Run(limits=limits, allow_private=allow_private)
        desk = Desk(self.store, read_store(self.store), NOW, lambda: NOW, True, self.attempts.extend, stopped, lambda _: None)
        desk.run = run
        return desk.check(MemorySource(self.document), path="d.pdf", trust=load_trust(folder=self.anchors), policy=STRICT, at=NOW)

    def offline(self) -> Checked:
        store = read_store(self.store)
        return check(
            MemorySource(self.document),
            path="d.pdf",
            trust=load_trust(folder=self.anchors),
            policy=STRICT,
            at=NOW,
            material=stored_material(store),
            revocation_store=store_reference(store),
        )

    def reason(self, kind: str, part: str) -> str:
        """Of the only attempt of a kind at an address with this part; empty when what came was taken."""
        (attempt,) = [each for each in self.attempts if each.kind == kind and part in each.address]
        return attempt.reason


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with living(NOW - BEHIND) as authority:
        yield authority


@pytest.fixture(scope="module")
def document(authority: Authority, samples: Path) -> bytes:
    return signed((samples / "unsigned-plan.pdf").read_bytes(), authority)


def prepared(authority: Authority, document: bytes, folder: Path) -> Case:
    (folder / "trust").mkdir()
    (folder / "trust" / "root.der").write_bytes(authority.certificate("root"))
    return Case(authority, document, folder)


@pytest.fixture
def case(authority: Authority, document: bytes, tmp_path: Path) -> Iterator[Case]:
    yield prepared(authority, document, tmp_path)
    authority.misbehaves = None


def test_what_was_fetched_carries_the_verdict_when_everything_is_off(samples: Path, tmp_path: Path) -> None:
    with living(NOW - BEHIND) as authority:
        document = signed((samples / "unsigned-plan.pdf").read_bytes(), authority)
        case = prepared(authority, document, tmp_path)
        before = case.offline().report
        online = case.at_a_desk().report
    after = case.offline().report
    assert (before.state, online.state, after.state) == ("insufficient", "valid", "valid")
    assert "revocation-not-checked" in {finding.code for finding in before.signatures[0].findings}
    assert [(attempt.kind, attempt.reason) for attempt in case.attempts] == [("ocsp", TAKEN), ("crl", TAKEN), ("crl", TAKEN)]
    statements = [(each.kind, each.source, each.usable) for each in after.signatures[0].revocation.statements]
    assert statements
    assert all(source == "store" and usable for _, source, usable in statements)


def test_the_commands_fetch_while_it_lives_and_verify_when_it_is_off(samples: Path, tmp_path: Path) -> None:
    with living(NOW - BEHIND) as authority:
        case = prepared(authority, signed((samples / "unsigned-plan.pdf").read_bytes(), authority), tmp_path)
        (tmp_path / "d.pdf").write_bytes(case.document)
        before = command("verify", case, "--offline", "--no-revocation-store")
        fetched = command("revocation fetch", case, "--allow-private-addresses")
    again = command("revocation fetch", case, "--allow-private-addresses")
    after = command("verify", case, "--offline", "--revocation-store", str(case.store))
    assert (before.returncode, fetched.returncode, again.returncode, after.returncode) == (3, 0, 3, 0), fetched.stderr
    assert fetched.stdout.count("127.0.0.1") == len({"responder", "sub", "root"})
    assert "127.0.0.1" in again.stderr


def command(name: str, case: Case, *options: str) -> subprocess.CompletedProcess[str]:
    """A command as people run it, in a process of its own, about the case's document."""
    stored = ("--revocation-store", str(case.store)) if name != "verify" else ()
    told = (*name.split(), str(case.folder / "d.pdf"), "--trust", str(case.anchors), "--lang", "en", *stored, *options)
    return subprocess.run([sys.executable, "-m", "sigcheck", *told], capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize(
    ("behaves", "crl", "ocsp", "why"),
    [
        pytest.param(live.slowly, "server-failed-before", "timed-out", "no-statement", id="slow"),
        pytest.param(live.hugely, "too-large", "too-large", "no-statement", id="huge"),
        pytest.param(live.with_a_page, "not-a-crl", "not-an-ocsp-response", "no-statement", id="an HTML page"),
        pytest.param(
            live.with_another_list,
            "crl-of-another-issuer",
            "response-about-another-certificate",
            "no-statement",
            id="the CRL of another CA",
        ),
        pytest.param(live.with_a_forgery, TAKEN, "not-an-ocsp-response", "issuer-unknown", id="a forged CRL"),
        pytest.param(live.with_old_answers, TAKEN, TAKEN, "not-fresh", id="run out"),
        pytest.param(live.with_nothing_known, "http-error", TAKEN, "unknown-to-the-responder", id="unknown"),
        pytest.param(live.leading_astray, "server-not-allowed", "server-not-allowed", "no-statement", id="leading astray"),
        pytest.param(live.leading_in_circles, "redirects", "http-error", "no-statement", id="leading in circles"),
        pytest.param(live.refusing, "http-error", "http-error", "no-statement", id="503"),
        pytest.param(live.hanging_up, "broken-off", "broken-off", "no-statement", id="hanging up"),
    ],
)
def test_servers_that_misbehave_leave_the_document_insufficient_with_the_reason(
    case: Case, behaves: Behaviour, crl: str, ocsp: str, why: str
) -> None:
    case.authority.misbehaves = behaves
    began = time.monotonic()
    report = case.at_a_desk(IMPATIENT).report
    assert time.monotonic() - began < 5
    assert (case.reason("crl", "/sub/"), case.reason("ocsp", "/responder")) == (crl, ocsp)
    assert report.state == "insufficient"
    last = report.signatures[0].findings[-1]
    assert (last.code, last.decides, last.facts["reason"]) == ("revocation-not-checked", "insufficient", why)


def test_a_revocation_told_by_the_responder_is_heeded(case: Case) -> None:
    """Revoked before the earliest proof of the signature: ETSI EN 319 102-1, 5.2.6.4 step 4b."""
    case.authority.misbehaves = live.with_a_revocation
    report = case.at_a_desk().report
    assert report.state == "insufficient"
    assert (report.signatures[0].indication, report.signatures[0].sub_indication) == ("INDETERMINATE", "REVOKED_NO_POE")


def test_a_server_that_lied_once_is_believed_when_it_tells_the_truth(case: Case) -> None:
    """What was kept of the lie does no harm: a later run asks again."""
    case.authority.misbehaves = live.with_a_forgery
    assert case.at_a_desk().report.state == "insufficient"
    case.authority.misbehaves = None
    assert case.at_a_desk().report.state == "valid"
    assert case.offline().report.state == "valid"


def test_without_private_addresses_loopback_is_not_asked(case: Case) -> None:
    asked = len(case.authority.asked)
    report = case.at_a_desk(allow_private=False).report
    assert report.state == "insufficient"
    assert {(attempt.reason, attempt.detail) for attempt in case.attempts} == {("address-forbidden", "loopback")}
    assert len(case.authority.asked) == asked


def test_a_document_cannot_make_anybody_ask(case: Case, authority: Authority, tmp_path: Path) -> None:
    """Under other anchors its certificates end nowhere, and the addresses in them are anybody's words."""
    (case.anchors / "root.der").write_bytes(authority.certificate("other-root"))
    asked = len(authority.asked)
    report = case.at_a_desk().report
    assert report.state == "insufficient"
    assert case.attempts == []
    assert len(authority.asked) == asked
