"""Limits that a policy sets, from its text to the report; and the time that a document may take, on a clock that tests wind."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from sigcheck.anchors import TrustList
from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.pipeline import check_document, limits_of, read_blocks
from sigcheck.policy import LIMITS, Policy, PolicyError, parse_policy
from sigcheck.verdict import DocumentReport

ENGINE = Path(__file__).resolve().parents[1] / "src" / "sigcheck" / "engine"


def report_under(text: str, samples: Path, seconds_a_step: float = 0.0) -> DocumentReport:
    """The report on a document with two signatures, on a clock that each question moves on."""
    ticks = count()
    content = (samples / "person-and-office.pdf").read_bytes()
    return check_document(
        MemorySource(content),
        path="signed.pdf",
        trust=TrustList((), (), "0" * 64),
        policy=parse_policy(text, name="own"),
        at=datetime(2026, 11, 20, tzinfo=UTC),
        clock=lambda: next(ticks) * seconds_a_step,
    )


def limit_of(report: DocumentReport) -> object:
    """The limit that the report names; None when it names none."""
    return next((finding.facts["limit"] for finding in report.findings if finding.code == "limit-reached"), None)


def test_the_names_of_a_policy_are_the_engines() -> None:
    assert Limits.__struct_fields__ == LIMITS


def test_every_limit_that_is_reported_can_be_set() -> None:
    named = {
        name for module in ENGINE.rglob("*.py") for name in re.findall(r'LimitReached\(\s*"(\w+)"', module.read_text("utf-8"))
    }
    assert named >= {"objects", "asn1_elements", "signatures"}
    assert named - {"crl_entries"} <= set(LIMITS)  # entries of CRLs, which are not the document's


@pytest.mark.parametrize("name", LIMITS)
def test_each_limit_is_taken_from_the_policy(name: str) -> None:
    policy = parse_policy(f"[limits]\n{name} = 7\n", name="own")
    assert policy.limits == ((name, 7),)
    changed = {name for name in LIMITS if getattr(limits_of(policy), name) != getattr(DEFAULT_LIMITS, name)}
    assert changed == {name}


def test_without_a_table_the_engines_limits_hold() -> None:
    assert limits_of(Policy("own", "0" * 64)) == DEFAULT_LIMITS


def test_limits_may_be_raised() -> None:
    assert limits_of(parse_policy("limits.signatures = 50_000", name="own")).signatures == 50_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[limits]\nsignature = 5", "unknown key 'signature'"),
        ("[limits]\nsignatures = 0", "signatures is 0, not a whole number from 1"),
        ("[limits]\nsignatures = -1", "signatures is -1"),
        ("[limits]\nsignatures = true", "signatures is True"),
        ("[limits]\nsignatures = 1.5", "signatures is 1.5"),
        ('[limits]\nseconds = "10"', "seconds is '10'"),
        ("[limits]\nfile_bytes = 99999999999999999999", "file_bytes is 99999999999999999999"),
        ("limits = 5", "limits has a value of the wrong kind: 5"),
    ],
)
def test_what_is_no_limit_is_refused(text: str, words: str) -> None:
    with pytest.raises(PolicyError, match=re.escape(words)):
        parse_policy(text, name="own")


@pytest.mark.parametrize("limit", ["signatures", "file_bytes", "field_nodes"])
def test_a_document_beyond_a_policys_limit_is_unreadable(limit: str, samples: Path) -> None:
    report = report_under(f"[limits]\n{limit} = 1", samples)
    assert (str(report.state), limit_of(report)) == ("unreadable", limit)


def test_a_document_within_a_policys_limits_is_judged(samples: Path) -> None:
    report = report_under("[limits]\nsignatures = 2\nseconds = 1", samples)
    assert len(report.signatures) == 2
    assert limit_of(report) is None


def test_a_document_that_takes_longer_than_its_seconds_is_unreadable(samples: Path) -> None:
    report = report_under("[limits]\nseconds = 5", samples, seconds_a_step=0.1)
    assert (str(report.state), limit_of(report), len(report.signatures)) == ("unreadable", "seconds", 0)
    assert report.document.sha256 is not None


def test_the_seconds_end_a_document_wherever_it_is_or_not_at_all(samples: Path) -> None:
    """Never half an answer: under any time the report is the whole one, or says that the time was spent."""
    whole = report_under("", samples)
    outcomes = set[str]()
    for seconds in (1, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 100_000):
        report = report_under(f"[limits]\nseconds = {seconds}", samples, seconds_a_step=1)
        outcomes.add(str(report.state))
        if limit_of(report) is None:
            assert (report.signatures, report.findings) == (whole.signatures, whole.findings)
        else:
            assert (str(report.state), limit_of(report)) == ("unreadable", "seconds")
    assert outcomes == {"unreadable", str(whole.state)}


def test_blocks_are_read_within_the_seconds_too(samples: Path) -> None:
    source = MemorySource((samples / "person-and-office.pdf").read_bytes())
    ticks = count()
    late = read_blocks(source, limits=Limits(seconds=2), clock=lambda: float(next(ticks)))
    assert getattr(late, "limit", None) == "seconds"
    assert isinstance(read_blocks(source), tuple)
