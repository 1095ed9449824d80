"""Time scenarios: what ETSI EN 319 102-1 V1.4.1 (or the clause named) says of each, and what sigcheck says.

    python -m pytest tests/conformance/test_time_scenarios.py -s

prints the table. Documents and material are made from the declarations in time_scenarios/; expectations stand beside them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from time_scenarios.issuing import certificate
from time_scenarios.page import PAGE, row_of
from time_scenarios.scenarios import Scenario, found_in, misses, report_on, scenarios

FEWEST = 40
"""The scenarios that the project asks for."""
COMMANDED = (
    "crl-in-the-security-store-alone",
    "b-lt",
    "ocsp-responder-expired-under-a-document-timestamp",
    "expired-without-any-proof",
    "no-revocation-data-for-an-archive",
)
"""Scenarios without material beside the document, asked through the command too."""


def ids(one: Scenario) -> str:
    return one.name


@pytest.mark.parametrize("one", scenarios(), ids=ids)
def test_the_clause_is_met(one: Scenario) -> None:
    assert not misses(one), f"{one.says} ({one.clause})"


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Printed whole; a miss above shows here as a line with `!`."""
    rows = scenarios()
    failing = [one.name for one in rows if misses(one)]
    with capsys.disabled():
        print()
        part = ""
        for one in rows:
            if one.part != part:
                part = one.part
                print(f"\n{part}")
            found = found_in(report_on(one.name))
            print(f"{'!' if one.name in failing else ' '} {one.name:57} {one.policy:8} {found.pop('state'):13} {_said(found)}")
        print(f"\n{len(rows)} scenarios, {len(rows) - len(failing)} as their clauses have it")
    assert len(rows) >= FEWEST


def _said(found: dict[str, str]) -> str:
    return ", ".join(f"{about} {verdict}" for about, verdict in found.items())


@pytest.mark.parametrize("name", COMMANDED)
def test_the_command_says_the_same(name: str, tmp_path: Path) -> None:
    one = next(one for one in scenarios() if one.name == name)
    assert one.alone
    (tmp_path / "trust").mkdir()
    for label in one.trust:
        (tmp_path / "trust" / f"{label}.der").write_bytes(certificate(label).dump())
    document = tmp_path / f"{name}.pdf"
    document.write_bytes(one.pdf)
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "sigcheck", "verify", "--offline", "--no-user-trust", "--format", "json"),
            *("--policy", one.policy, "--at", one.at.isoformat(), "--trust", str(tmp_path / "trust"), str(document)),
        ],
        capture_output=True,
        check=False,
    )
    report = json.loads(ran.stdout)
    said = {"state": report["state"]} | {s["field"]: _words(s) for s in report["signatures"]}
    assert said.items() <= found_in(report_on(name)).items()
    assert ran.returncode == {"valid": 0, "insufficient": 3, "invalid": 1}[one.expect["state"]]


def _words(signature: dict[str, str | None]) -> str:
    return " ".join(filter(None, (signature["indication"], signature["sub_indication"])))


def test_the_page_shows_every_scenario() -> None:
    """docs/time-scenarios.md is written by time_scenarios/peers.py; what it expects is what is declared."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for one in scenarios():
        beginning = row_of(one)
        assert any(line.startswith(beginning) for line in lines), f"python tests/conformance/time_scenarios/peers.py ({one.name})"
