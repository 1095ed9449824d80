"""A stored report is read back exactly: every sample's report to JSON, back to a report, and to the same JSON again."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sigcheck.anchors import TrustList
from sigcheck.checked import Checked
from sigcheck.engine.bytesource import FileSource
from sigcheck.facts import Unreadable, UnreadableReason
from sigcheck.pipeline import check_document
from sigcheck.policies import shipped_policy
from sigcheck.policy import Policy, parse_policy
from sigcheck.reporting.formats import FORMATS
from sigcheck.reporting.json_report import as_line, report_object
from sigcheck.reporting.options import ReportOptions
from sigcheck.reporting.report_reading import ReportUnreadableError, read_report, with_path
from sigcheck.trust.load import load_trust

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NAMES = [
    name for name, said in tomllib.loads((SAMPLES / "expected.toml").read_text("utf-8")).items() if said.get("committed", True)
]


NOTHING = Unreadable(UnreadableReason.IO)


def policy_of(name: str) -> Policy:
    return parse_policy(shipped_policy(name), name=name)


@pytest.fixture(scope="module")
def trust() -> TrustList:
    return load_trust(folder=SAMPLES / "trust", user_folder=None)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("policy", ["archive", "strict"])
def test_there_and_back(name: str, policy: str, trust: TrustList) -> None:
    with FileSource(SAMPLES / f"{name}.pdf") as source:
        report = check_document(
            source,
            path="",
            trust=trust,
            policy=policy_of(policy),
            at=datetime(2026, 11, 20, tzinfo=UTC),
            received=datetime(2025, 10, 1, tzinfo=UTC),
            profile="issued",
        )
    written = as_line(report_object(report))
    again = read_report(written.encode(), "")
    assert as_line(report_object(again)) == written
    for form in ("text", "jsonl", "sarif", "junit", "csv", "gitlab", "github"):
        options = ReportOptions(language="vi")
        both = ["".join(FORMATS[form]([Checked(one, NOTHING, policy_of(policy), trust)], options)) for one in (report, again)]
        assert both[0] == both[1], form


def test_a_report_from_before_boxes_had_flags_is_read(trust: TrustList) -> None:
    """Stores keep reports of earlier versions, which say nothing of them: the page is sure, the box seen and turned."""
    with FileSource(SAMPLES / "person-and-office.pdf") as source:
        at = datetime(2026, 11, 20, tzinfo=UTC)
        written = report_object(check_document(source, path="", trust=trust, policy=policy_of("archive"), at=at))
    boxes = [one["box"] for one in written["signatures"]]
    for box in boxes:
        assert (box.pop("page_sure"), box.pop("hidden"), box.pop("no_rotate")) == (True, False, False)
    read = [one.box for one in read_report(as_line(written).encode(), "a.pdf").signatures]
    assert [box is not None and (box.page_sure, box.hidden, box.no_rotate) for box in read] == [(True, False, False)] * len(boxes)


def test_the_document_gets_its_own_name() -> None:
    with FileSource(SAMPLES / "unsigned-plan.pdf") as source:
        trust = load_trust(folder=SAMPLES / "trust", user_folder=None)
        policy = parse_policy(shipped_policy("archive"), name="archive")
        report = check_document(source, path="", trust=trust, policy=policy, at=datetime(2026, 11, 20, tzinfo=UTC))
    octets = as_line(report_object(report)).encode()
    name = "Công văn \udcff.pdf"
    assert read_report(octets, name).document.path == name
    assert report_object(read_report(octets, name))["document"]["path_bytes"].endswith("ff2e706466")
    assert with_path(octets, "a.pdf")["document"]["path"] == "a.pdf"


@pytest.mark.parametrize("octets", [b"", b"{}", b"[]", b"\xff", b"null", b"[" * 100_000, b'{"findings": 1, "signatures": []}'])
def test_what_is_no_report_is_refused(octets: bytes) -> None:
    with pytest.raises(ReportUnreadableError):
        read_report(octets, "")
