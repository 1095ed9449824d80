"""Checks of sample documents that keep their grounds, made once a process."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sigcheck.checked import Checked
from sigcheck.engine.bytesource import MemorySource
from sigcheck.keeping.record import EvidenceRecord
from sigcheck.pipeline import check
from sigcheck.policies import shipped_policy
from sigcheck.policy import Policy, parse_policy
from sigcheck.trust.load import load_trust

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
sys.path.insert(0, str(SAMPLES))
AT = datetime(2026, 11, 20, tzinfo=UTC)


@cache
def policy(name: str) -> Policy:
    return parse_policy(shipped_policy(name), name=name)


@cache
def checked(name: str, under: str = "archive") -> Checked:
    """A sample checked against the samples' trust as of AT."""
    return checked_file(SAMPLES / f"{name}.pdf", under)


def checked_file(path: Path, under: str = "archive") -> Checked:
    trust = load_trust(folder=SAMPLES / "trust")
    return check(MemorySource(path.read_bytes()), path=path.name, trust=trust, policy=policy(under), at=AT, keep=True)


def record_of(document: Checked) -> EvidenceRecord:
    assert document.kept is not None
    return EvidenceRecord(document.kept.question, document.evidence)
