"""How grave a finding is when it departs from its usual severity; every way in which judging makes a finding has a document."""

from __future__ import annotations

import ast
import inspect
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from build import ARCHIVE, STRICT, findings, verdict
from msgspec.structs import replace
from test_every_check import EVERY
from variants import NOTHING, VARIANTS, Variant

from sigcheck import judging
from sigcheck.judging import codes as table
from sigcheck.judging.checks import CHECKS, DOCUMENT_CHECKS
from sigcheck.judging.codes import CODES
from sigcheck.verdict import Finding

POLICIES = {"strict": STRICT, "archive": ARCHIVE}
FOLDER = Path(inspect.getfile(judging)).parent
GRAVITY = {"severity", "decides"}
Place = tuple[str, int, int]


def gravity(found: Finding) -> str:
    return f"{found.severity}, `{found.decides}`" if found.decides is not None else str(found.severity)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda one: f"{one.code}: {one.when}")
def test_the_finding_is_as_grave_as_the_variant_says(variant: Variant, policy: str) -> None:
    report = verdict(variant.evidence, replace(POLICIES[policy], **variant.policy), **variant.asked)
    said = {gravity(one) for one in findings(report) if one.code == variant.code}
    expected = getattr(variant, policy)
    assert said == ({expected} if expected != NOTHING else set())


def test_every_variant_is_of_a_check_and_a_code_and_says_when_it_departs() -> None:
    known = {*(check.name for check in CHECKS), *(check.name for check in DOCUMENT_CHECKS)}
    for variant in VARIANTS:
        assert variant.code in CODES
        assert not variant.check or variant.check in known
        row = CODES[variant.code]
        usual = f"{row.severity}, `{row.decides}`" if row.decides is not None else str(row.severity)
        assert variant.when or (variant.strict, variant.archive) == (usual, usual), variant.code


def _calls(path: Path) -> Iterator[tuple[Place, bool]]:
    """Where a module makes findings, and whether the place itself weighs how grave they are."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "finding":
            weighs = any(one.arg in GRAVITY and not _is_fixed(one.value) for one in node.keywords)
            yield (path.name, node.lineno, node.end_lineno or node.lineno), weighs


def _is_fixed(value: ast.expr) -> bool:
    """`None`, `Severity.WARNING`: the same whatever the document."""
    named = isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id in {"Severity", "Decides"}
    return named or isinstance(value, ast.Constant)


PLACES = dict(call for path in sorted(FOLDER.rglob("*.py")) if path.name != "codes.py" for call in _calls(path))


def test_every_place_that_makes_a_finding_is_reached_in_every_gravity(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[Place, set[str]] = defaultdict(set)

    def noted(*arguments: Any, **more: Any) -> Finding:
        made = table.finding(*arguments, **more)
        caller = sys._getframe(1)  # who made it is the question
        here = Path(caller.f_code.co_filename).name
        for place in PLACES:
            if place[0] == here and place[1] <= caller.f_lineno <= place[2]:
                seen[place].add(gravity(made))
        return made

    for module in _judging_modules():
        if getattr(module, "finding", None) is table.finding and module is not table:
            monkeypatch.setattr(module, "finding", noted)
    for policy in POLICIES.values():
        for case in EVERY.values():
            verdict(case.evidence, policy, **case.asked)
        for variant in VARIANTS:
            verdict(variant.evidence, replace(policy, **variant.policy), **variant.asked)
    unreached = sorted(place for place in PLACES if not seen[place])
    assert unreached == [], "no document makes this finding: add a row to variants.py"
    once = sorted(place for place, weighs in PLACES.items() if weighs and len(seen[place]) < 2)
    assert once == [], "only one gravity is shown: add a row to variants.py"


def _judging_modules() -> list[ModuleType]:
    return [module for name, module in sorted(sys.modules.items()) if name.startswith("sigcheck.judging.")]
