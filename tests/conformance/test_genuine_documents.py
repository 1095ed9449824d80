"""Genuine documents of government bodies, field by field against what independent tools measured in them (measured.json)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sigcheck.blocktext import parse_pdf_date
from sigcheck.engine.bytesource import FileSource
from sigcheck.pipeline import check_document
from sigcheck.policies import shipped_policy
from sigcheck.policy import parse_policy
from sigcheck.reporting.json_report import report_object
from sigcheck.trust.load import load_trust

AT = datetime(2026, 11, 20, tzinfo=UTC)
GENUINE = ("651f0024", "cfabef4c", "97ebb674", "f2c62bd1", "2bb1d76c", "ce7f1dc8")
SAVED_AGAIN = ("92aebfd7", "7aacd1c6")


def _report(shared: Path, name: str, policy: str) -> dict[str, Any]:
    path = shared / "vietnam" / f"{name}.pdf"
    with FileSource(path) as source:
        report = check_document(
            source,
            path=path.name,
            trust=load_trust(),
            policy=parse_policy(shipped_policy(policy), name=policy),
            at=AT,
        )
    return report_object(report)


def _codes(report: dict[str, Any]) -> set[str]:
    findings = [*report["findings"], *(f for s in report["signatures"] for f in s["findings"])]
    return {finding["code"] for finding in findings}


@pytest.mark.parametrize("name", GENUINE)
def test_a_genuine_document_passes_under_archive(shared: Path, name: str) -> None:
    report = _report(shared, name, "archive")
    assert (report["state"], report["indication"], report["order"]["consistent"]) == ("valid", "TOTAL-PASSED", True)
    errors = [f["code"] for s in report["signatures"] for f in s["findings"] if f["severity"] == "error"]
    assert errors == []


@pytest.mark.parametrize("name", GENUINE)
def test_every_signature_is_as_measured(shared: Path, name: str) -> None:
    measured = next(
        d for d in json.loads((shared / "vietnam" / "measured.json").read_text("utf-8")) if d["file"] == f"{name}.pdf"
    )
    report = _report(shared, name, "archive")
    assert (report["document"]["sha256"], report["document"]["size"]) == (measured["sha256"], measured["size"])
    assert len(report["signatures"]) == len(measured["signatures"])
    for ours, theirs in zip(report["signatures"], measured["signatures"], strict=True):
        assert _as_measured(ours) == _expected(theirs)


def _as_measured(signature: dict[str, Any]) -> dict[str, Any]:
    block, (stamp,) = signature["block"], signature["times"]["timestamps"]
    return {
        "field": signature["field"],
        "sub_filter": signature["sub_filter"],
        "block": {key: block[key] for key in ("contact_info", "claimed_time", "location", "reason", "name")},
        "digest_algorithm": signature["integrity"]["digest_algorithm"],
        "signature_algorithm": signature["integrity"]["signature_algorithm"],
        "signer_common_name": signature["signer"]["common_name"],
        "signer_organisation": signature["signer"]["organisation"],
        "signer_email": signature["signer"]["email"],
        "issuer_common_name": signature["chain"][1]["common_name"],
        "cert_validity": (signature["signer"]["not_before"], signature["signer"]["not_after"]),
        "timestamp": (
            stamp["gen_time"],
            stamp["imprint_algorithm"],
            stamp["tsa"],
            stamp["policy"],
            stamp["sound"],
            stamp["trusted"],
        ),
        "byte_range": signature["coverage"]["byte_range"],
        "covers_whole_file": signature["coverage"]["whole_document"],
        "chain_anchor_first": [entry["common_name"] for entry in reversed(signature["chain"])],
        "holds": (
            signature["integrity"]["digest_matches"],
            signature["integrity"]["signature_verifies"],
            signature["coverage"]["sound"],
        ),
        "modifications": signature["modifications"]["allowed"],
    }


def _expected(measured: dict[str, Any]) -> dict[str, Any]:
    stamp, block = measured["timestamp"], measured["block"]
    same = (
        "field",
        "sub_filter",
        "digest_algorithm",
        "signature_algorithm",
        "byte_range",
        "covers_whole_file",
        "chain_anchor_first",
    )
    certificate = ("signer_common_name", "signer_organisation", "signer_email", "issuer_common_name")
    return {key: measured[key] for key in (*same, *certificate)} | {
        "block": block | {"claimed_time": parse_pdf_date(block["claimed_time"]).iso},
        "cert_validity": tuple(_utc(moment) for moment in measured["cert_validity"].split("..")),
        "timestamp": (_utc(stamp["gen_time"]), stamp["imprint_digest"], stamp["tsa"], stamp["policy"], True, True),
        "holds": (True, True, True),
        "modifications": True,
    }


def _utc(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize("name", SAVED_AGAIN)
def test_a_copy_that_was_saved_again_proves_nothing(shared: Path, name: str) -> None:
    report = _report(shared, name, "archive")
    assert report["state"] == "invalid"
    assert "signature-remains-unreachable" in _codes(report)


@pytest.mark.parametrize("name", GENUINE)
def test_strict_asks_for_revocation_data_and_says_so(shared: Path, name: str) -> None:
    report = _report(shared, name, "strict")
    assert report["state"] == "insufficient"
    for signature in report["signatures"]:
        said = [f for f in signature["findings"] if f["code"] == "revocation-not-checked"]
        assert "insufficient" in {finding["decides"] for finding in said}
        assert all("thu hồi" in finding["message"]["vi"] for finding in said)


def test_both_roots_stand_behind_one_document(shared: Path) -> None:
    report = _report(shared, "2bb1d76c", "archive")
    anchors = {signature["chain"][-1]["common_name"] for signature in report["signatures"]}
    assert anchors == {"Co quan chung thuc so chuyen dung Chinh phu (RootCA)", "RootCA chuyên dùng Chính phủ G2"}
    assert len(report["signatures"]) == 23
