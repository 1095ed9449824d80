"""NIST PKITS: 247 cases of RFC 5280 path validation with CRLs; the outcomes are the manifest's, the decision is ours.

Paths and statements come from the engine; the small decision below is RFC 5280's at one moment, without any of our policies.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sigcheck.anchors import ListedCertificate, Sureness, TrustList
from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.paths import find_paths
from sigcheck.engine.revocation import Received, RevocationMaterial, statements_for
from sigcheck.engine.x509.certificate_policies import PolicyInputs
from sigcheck.evidence import PathFound, Purpose, RevocationStatement
from sigcheck.facts import Certificate

MOMENT = datetime(2015, 6, 1, tzinfo=UTC)
"""Within the periods of the sound certificates and CRLs (2010 to 2030), after those that are out of date."""

SIGNING_CA = (
    "a target that is a CA is no document signer (docs/rules.md, 12); RFC 5280 alone is asked with the purpose of a CRL issuer"
)
PATH_FAILURES = frozenset({"PathValidationError"})
"""Error classes of the manifest that mean the path itself; the others speak of revocation."""


def read(path: Path) -> Certificate:
    certificate = parse_certificate(path.read_bytes())
    assert certificate is not None, path
    return certificate


def anchored(certificate: Certificate) -> TrustList:
    entry = ListedCertificate(
        name="anchor",
        subject=certificate.subject,
        subject_der=certificate.subject_der,
        common_name=certificate.common_name,
        public_key=certificate.public_key,
        serial_number=certificate.serial_number,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        sha256=certificate.sha256,
        issuer=None,
        authority="user",
        purposes=frozenset({"signer"}),
        is_ca=certificate.is_ca,
        path_length=certificate.path_length,
        key_usage=certificate.key_usage,
        extended_key_usage=certificate.extended_key_usage,
        subject_key_identifier=certificate.subject_key_identifier,
        crl_urls=certificate.crl_urls,
        ocsp_urls=certificate.ocsp_urls,
        signature_hash=certificate.signature_hash,
        publisher=None,
        confirmed=None,
        sureness=Sureness.HIGH,
        source="test",
        certificate=certificate.der,
    )
    return TrustList((entry,), ("test",), hashlib.sha256(certificate.der).hexdigest())


def usable(statement: RevocationStatement, statements: Iterable[RevocationStatement], moment: datetime) -> bool:
    """Authorised, current, and made by an issuer whose own path holds and is not revoked (RFC 5280, 6.3.3)."""
    if not statement.authorised or statement.this_update > moment:
        return False
    if statement.next_update is not None and statement.next_update < moment:
        return False
    if statement.issuer_paths is None:
        return True
    issuer = statement.issuer_paths.at(moment)
    others = [other for other in statements if other is not statement and other.issuer_paths is None]
    return isinstance(issuer, PathFound) and not any(
        other.state == "revoked" and usable(other, (), moment)
        for entry in issuer.entries
        for other in others
        if other.certificate_sha256 == entry.sha256
    )


def not_revoked(path: PathFound, statements: tuple[RevocationStatement, ...], moment: datetime) -> bool:
    """Every certificate but the anchor is covered by a current statement, and none of them is revoked or on hold."""
    for entry in path.entries[:-1]:
        about = [s for s in statements if s.certificate_sha256 == entry.sha256 and usable(s, statements, moment)]
        if not about or any(s.state == "revoked" for s in about):
            return False
        if max(about, key=lambda s: s.this_update).state not in {"good", "removed"}:
            return False
    return True


def outcome(folder: Path, case: dict[str, Any]) -> str:
    params = case["params"] or {}
    policies = PolicyInputs(
        initial_policies=frozenset(params.get("user_initial_policy_set", ())),
        require_explicit_policy=params.get("initial_explicit_policy", False),
        inhibit_policy_mapping=params.get("initial_policy_mapping_inhibit", False),
        inhibit_any_policy=params.get("initial_any_policy_inhibit", False),
    )
    trust = anchored(read(folder / case["trust_anchor"]))
    candidates = [read(folder / name) for name in case["intermediates"]]
    target = read(folder / case["target"])
    purpose = Purpose.SIGNER
    if target.is_ca:
        refused = find_paths(target, candidates=candidates, trust=trust, purpose=purpose, policies=policies)
        assert refused.failure is not None, SIGNING_CA
        purpose = Purpose.CRL
    paths = find_paths(target, candidates=candidates, trust=trust, purpose=purpose, policies=policies)
    path = paths.at(MOMENT)
    if not isinstance(path, PathFound):
        return f"INVALID, path: {path.flaw}, {path.about}"
    crls = tuple(Received((folder / name).read_bytes(), "store", None) for name in case["crls"])
    statements = statements_for(paths, material=RevocationMaterial(crls, ()), candidates=candidates, trust=trust)
    if case["revocation_required"] and not not_revoked(path, statements, MOMENT):
        return "INVALID, revocation"
    return "VALID"


def expected(case: dict[str, Any]) -> str:
    if case["expected"] == "VALID":
        return "VALID"
    return "INVALID, path" if case["error_class"] in PATH_FAILURES else "INVALID, revocation"


def test_every_case_of_pkits_ends_as_its_manifest_states_and_for_that_reason(shared: Path) -> None:
    folder = shared / "corpora" / "pkits"
    cases = json.loads((folder / "pkits-manifest.json").read_text(encoding="utf-8"))["tests"]
    wrong = []
    for case in cases:
        found = outcome(folder, case)
        if not found.startswith(expected(case)):
            wrong.append(f"{case['id']}: expected {case['expected']}, found {found}")
    print(f"\nPKITS: {len(cases) - len(wrong)} of {len(cases)} as stated")
    assert not wrong, "\n".join(wrong)
    assert len(cases) == 247
