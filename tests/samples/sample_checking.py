"""The samples, their made-up authorities, and one way to check a document against them: as the samples' README says."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
sys.path.insert(0, str(SAMPLES))

from generator.catalogue import SAMPLES as ALL  # noqa: E402 - the generator lies beside the samples, outside every package
from generator.drafting import Sample  # noqa: E402 - likewise
from sigcheck.anchors import TrustList  # noqa: E402 - after the path is set
from sigcheck.engine.bytesource import MemorySource  # noqa: E402 - likewise
from sigcheck.policy import Policy, parse_policy  # noqa: E402 - likewise
from sigcheck.trust.load import load_trust  # noqa: E402 - likewise
from sigcheck.verdict import DocumentReport, Finding  # noqa: E402 - likewise

AT = datetime(2026, 11, 20, tzinfo=UTC)
POLICIES = Path(__file__).resolve().parents[2] / "src" / "sigcheck" / "policies"

__all__ = ["ALL", "AT", "SAMPLES", "Sample", "codes_of", "content_of", "findings_of", "report_on", "trust"]


@cache
def trust() -> TrustList:
    """samples/trust and nothing else."""
    return load_trust(folder=SAMPLES / "trust")


@cache
def policy(name: str) -> Policy:
    """A shipped policy."""
    return parse_policy((POLICIES / f"{name}.toml").read_text(encoding="utf-8"), name=name)


def content_of(sample: Sample) -> bytes:
    """The committed file, or a fresh one where none is committed."""
    return (SAMPLES / f"{sample.name}.pdf").read_bytes() if sample.committed else sample.make()


def report_on(
    content: bytes,
    *,
    password: str | None = None,
    under: str = "archive",
    profile: str | None = None,
    trusting: TrustList | None = None,
) -> DocumentReport:
    """The report, offline, as of AT."""
    from sigcheck.pipeline import check_document  # noqa: PLC0415 - what needs no report runs without judging

    source, anchors = MemorySource(content), trusting or trust()
    return check_document(
        source, path="sample.pdf", trust=anchors, policy=policy(under), at=AT, password=password, profile=profile
    )


def findings_of(report: DocumentReport) -> list[Finding]:
    """Every finding in the report, at whatever place."""
    return [*report.findings, *(finding for one in report.signatures for finding in one.findings)]


def codes_of(report: DocumentReport) -> set[str]:
    return {finding.code for finding in findings_of(report)}
