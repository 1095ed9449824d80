"""Imports point one way (docs/decisions/0001-architecture.md), read from the source of every module."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "sigcheck"
TYPES = {
    "facts",
    "evidence",
    "verdict",
    "policy",
    "policy_words",
    "anchors",
    "archive_summary",
    "blocktext",
    "fingerprints",
    "formula",
    "known_signers",
    "lineage",
    "look_alikes",
    "skeleton",
    "profile",
    "checked",
    "digests",
    "material",
    "question",
    "references",
    "remembering",
    "tables",
    "moments",
    "pem",
}
SECOND_OPINION = {"pyhanko", "pyhanko_certvalidator", "certomancer"}
CRYPTOGRAPHY = {"asn1crypto", "cryptography", "oscrypto"} | SECOND_OPINION

MAY_IMPORT: dict[str, set[str]] = {
    **dict.fromkeys(TYPES, TYPES),
    "engine": TYPES | {"engine"},
    "judging": TYPES | {"judging"},
    "policies": set(),
    "profiles": TYPES,
    "pipeline": TYPES | {"engine", "judging", "profiles"},
    "comparing": TYPES | {"engine", "judging"},
    "proof": TYPES | {"engine", "judging"},
    "trust": TYPES
    | {"trust", "engine.certificates", "engine.integrity", "engine.crypto.keys", "engine.x509.names"}
    | {"engine.x509.certificate_bundles", "reporting.hostile"},
    "fetching": TYPES
    | {
        "fetching",
        "engine.crypto.stamp_requests",
        "engine.revoking.answers",
        "engine.revoking.wanted",
        "engine.x509.certificate_bundles",
    },
    "checked": TYPES | {"picturing.picture"},
    "picturing": TYPES | {"picturing", "engine.bytesource"},
    "reporting": TYPES | {"reporting", "judging.codes", "baseline", "picturing.picture"},
    "baseline": TYPES | {"reporting.hostile"},
    "baseline_file": TYPES | {"baseline", "reporting.hostile"},
    "keeping": TYPES | {"keeping"},
    "store": TYPES | {"store", "reporting.hostile", "engine.revoking", "engine.x509.names"},
    "auditing": TYPES
    | {
        "auditing",
        "engine.bytesource",
        "engine.limits",
        "engine.revocation",
        "engine.revoking.wanted",
        "keeping",
        "pipeline",
        "reporting.json_report",
        "running",
        "store",
    },
    "service": TYPES
    | {"service", "engine.bytesource", "engine.revocation", "picturing", "pipeline", "profiles", "reporting", "running", "store"},
    "running": TYPES
    | {"running", "pipeline", "engine.bytesource", "engine.revocation", "engine.revoking.wanted", "fetching", "store"},
}
"""What each module or package may import of sigcheck; `__init__` is free, and so are the commands, which stand outside."""

MODULES = sorted(SOURCE.rglob("*.py"))


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_one_way(path: Path) -> None:
    layer = path.relative_to(SOURCE).with_suffix("").parts[0]
    if layer not in MAY_IMPORT:
        assert layer.startswith(("cli", "__"))
        return
    own = {name.removeprefix("sigcheck.") for name in _imports(path) if name.startswith("sigcheck.")}
    strangers = {name for name in own if not any(name == may or name.startswith(may + ".") for may in MAY_IMPORT[layer])}
    assert strangers == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_cryptography_stays_in_the_engine(path: Path) -> None:
    """But for digests, which every layer takes from one place (docs/decisions/0015)."""
    if path.relative_to(SOURCE).parts[0] not in {"engine", "digests.py"}:
        assert {name.split(".")[0] for name in _imports(path)} & CRYPTOGRAPHY == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_second_opinion_is_no_part_of_the_program(path: Path) -> None:
    """docs/decisions/0003: what answers are held against must not be what gives them."""
    assert {name.split(".")[0] for name in _imports(path)} & SECOND_OPINION == set()


def test_the_rule_can_fail(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("from sigcheck.judging.judge import judge\nimport pyhanko.sign\n", "utf-8")
    assert _imports(module) == {"sigcheck.judging.judge", "pyhanko.sign"}
