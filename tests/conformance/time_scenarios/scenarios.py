"""The declared scenarios as values, and what sigcheck says of each."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from msgspec.structs import replace

from sigcheck.anchors import TrustList
from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.revocation import Received, RevocationMaterial
from sigcheck.pipeline import check_document
from sigcheck.policies import shipped_policy
from sigcheck.policy import Policy, parse_policy
from sigcheck.trust.entries import entry_of_certificate
from sigcheck.trust.load import load_trust
from sigcheck.verdict import DocumentReport, SignatureReport, TimestampReport
from time_scenarios.documents import build
from time_scenarios.issuing import HERE, certificate, moment, piece

AT = "2026-01-15"
PASSED = "TOTAL-PASSED"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of the table."""

    part: str
    name: str
    says: str
    clause: str
    policy: str
    change: dict[str, Any]
    at: datetime
    received: datetime | None
    trust: tuple[str, ...]
    listed: tuple[str, ...]
    material: tuple[str, ...]
    stored: tuple[tuple[str, datetime], ...]
    document: list[dict[str, Any]]
    expect: dict[str, str]
    best: dict[str, tuple[datetime, str]]
    """Field to best signature time and its basis, where the point is the proof."""

    @property
    def pdf(self) -> bytes:
        return _pdf(self.name)

    @property
    def alone(self) -> bool:
        """Nothing outside the document is at hand."""
        return not self.material and not self.stored


KEYS = frozenset({"says", "clause", "policy", "change", "at", "received", "trust", "listed", "material", "stored"})
KEYS |= {"document", "expect", "best"}


@cache
def scenarios() -> tuple[Scenario, ...]:
    """All of scenarios.yml, in its order."""
    table = yaml.safe_load((HERE / "scenarios.yml").read_text(encoding="utf-8"))
    return tuple(_scenario(part, name, declared) for part, rows in table.items() for name, declared in rows.items())


def scenario(name: str) -> Scenario:
    return next(one for one in scenarios() if one.name == name)


def _scenario(part: str, name: str, declared: dict[str, Any]) -> Scenario:
    unknown = set(declared) - KEYS
    if unknown:
        raise ValueError(f"{name}: {sorted(unknown)}")
    return Scenario(
        part=part,
        name=name,
        says=declared["says"],
        clause=declared["clause"],
        policy=declared.get("policy", "strict"),
        change=declared.get("change", {}),
        at=moment(declared.get("at", AT)),
        received=moment(declared["received"]) if "received" in declared else None,
        trust=tuple(declared.get("trust", ("root",))),
        listed=tuple(declared.get("listed", ())),
        material=tuple(declared["material"]),
        stored=tuple((name, moment(received)) for name, received in declared.get("stored", {}).items()),
        document=declared["document"],
        expect=declared["expect"],
        best={field: (moment(at), basis) for field, (at, basis) in declared.get("best", {}).items()},
    )


@cache
def _pdf(name: str) -> bytes:
    return build(name, scenario(name).document)


def policy_of(one: Scenario) -> Policy:
    return replace(parse_policy(shipped_policy(one.policy), name=one.policy), **one.change)


@cache
def trust_of(anchors: tuple[str, ...], listed: tuple[str, ...]) -> TrustList:
    """Bare anchors as `--trust` reads them from a folder, and sub-CAs listed below the first of them."""
    with tempfile.TemporaryDirectory() as name:
        for label in anchors:
            Path(name, f"{label}.der").write_bytes(certificate(label).dump())
        trust = replace(load_trust(folder=Path(name)), sources=("folder",))
    above = next(entry for entry in trust.entries if entry.sha256 == certificate(anchors[0]).sha256.hex())
    entries = [entry for entry in trust.entries if entry.is_anchor]
    for label in listed:
        facts = parse_certificate(certificate(label).dump())
        assert facts is not None, label
        below = entry_of_certificate(facts, name=label, source="list")
        entries.append(replace(below, issuer=above.name, certificate=None))
    return replace(trust, entries=tuple(entries))


def material_of(one: Scenario) -> RevocationMaterial:
    rows = [*((name, None) for name in one.material), *one.stored]
    pieces = [(piece(name), received) for name, received in rows]
    crls, responses = (
        tuple(Received(found.der, "store", received) for found, received in pieces if found.kind == kind)
        for kind in ("crl", "ocsp")
    )
    return RevocationMaterial(crls, responses)


@cache
def report_on(name: str) -> DocumentReport:
    """What sigcheck says."""
    one = scenario(name)
    return check_document(
        MemorySource(one.pdf),
        path=f"{name}.pdf",
        trust=trust_of(one.trust, one.listed),
        policy=policy_of(one),
        at=one.at,
        material=material_of(one),
        received=one.received,
        clock=None,
    )


def verdict_on(report: SignatureReport | TimestampReport) -> str:
    return " ".join(filter(None, (report.indication.value, report.sub_indication and report.sub_indication.value)))


def found_in(report: DocumentReport) -> dict[str, str]:
    """The state, and the verdict on every signature by field and on its time-stamps by `field/number`."""
    found = {"state": report.state.value}
    for signature in report.signatures:
        found[signature.field] = verdict_on(signature)
        found |= {f"{signature.field}/{i}": verdict_on(token) for i, token in enumerate(signature.times.timestamps)}
    return found


def misses(one: Scenario) -> list[str]:
    """Where the report differs from what the clause gives; several sub-indications may fit (5.1.3), `|` between them."""
    report = report_on(one.name)
    found = found_in(report)
    said = [
        f"{about}: {found.get(about, 'not there')}, not {wanted}"
        for about, wanted in one.expect.items()
        if found.get(about) not in wanted.split(" | ")
    ]
    times = {signature.field: signature.times for signature in report.signatures}
    for field, (at, basis) in one.best.items():
        got = times[field].best_signature_time, times[field].basis
        if got != (at, basis):
            said.append(f"{field} best signature time: {got[0]} by {got[1]}, not {at} by {basis}")
    return said
