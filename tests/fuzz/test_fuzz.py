"""Fuzzing with a fixed seed and a fixed number: about a minute. What longer runs found stands in `cases`.

python tests/fuzz/run.py --documents 20000 --processes 2 --seed tonight --findings /tmp/findings
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "cases")]

from after_signing import CASES, Case  # noqa: E402 - after the path is set
from mutator import Mutant, Pool, mutate  # noqa: E402 - likewise
from oracle import Oracle, check  # noqa: E402 - likewise
from parsers import PARSERS, mutated, seeds  # noqa: E402 - likewise
from sources import SHARED, Source, all_sources, sample_sources  # noqa: E402 - likewise
from visible import drawn  # noqa: E402 - likewise
from written_otherwise import other_address, rephrased_algorithm  # noqa: E402 - likewise

from sigcheck.engine.bytesource import MemorySource  # noqa: E402 - likewise
from sigcheck.engine.gather import read_facts  # noqa: E402 - likewise
from sigcheck.facts import CmsFacts, Unreadable  # noqa: E402 - likewise
from sigcheck.trust.load import load_trust  # noqa: E402 - likewise
from sigcheck.verdict import State  # noqa: E402 - likewise

SEED = "20261120"
MUTANTS = 2_000
"""Of the samples; half as many again of the shared documents where they are there."""
PARSED = 400
"""Octet strings for each parser."""


@cache
def _samples() -> tuple[Source, ...]:
    return sample_sources()


@cache
def _oracle(*, shared: bool) -> tuple[Pool, Oracle]:
    sources = all_sources(SHARED, 60_000) if shared else _samples()
    oracle = Oracle(sources)
    return Pool(sources, oracle.states), oracle


def _run(count: int, *, shared: bool) -> Counter[str]:
    """Examine the mutants; the states that came out. A violation fails with what it takes to see it again."""
    pool, oracle = _oracle(shared=shared)
    states: Counter[str] = Counter()
    wrong = []
    for index in range(count):
        mutant = mutate(pool, f"{SEED}/{index}")
        checked = oracle.examine(mutant, written=index % 4 == 0, all_formats=index % 40 == 0)
        states[checked.report.state if checked.report else "none"] += 1
        wrong += [f"{SEED}/{index} {mutant.source.name} {mutant.steps}: {v.kind}: {v.detail}" for v in checked.violations]
    assert not wrong, "\n".join(wrong)
    return states


def test_mutants_of_the_samples() -> None:
    """All five states occur, so that the oracle was asked in earnest."""
    states = _run(MUTANTS, shared=False)
    assert set(states) == {state.value for state in State}, states


def test_mutants_of_real_documents(shared: Path) -> None:
    states = _run(MUTANTS // 2, shared=True)
    assert states["valid"], states


@pytest.mark.parametrize("name", PARSERS)
def test_parsers_answer_whatever_the_octets(name: str) -> None:
    good, chance = seeds(name), Random(f"{SEED} {name}")  # noqa: S311 - not for secrets
    for number in range(PARSED):
        PARSERS[name](mutated(good[number % len(good)], chance))


def _sample(name: str) -> Source:
    return next(source for source in _samples() if source.name == name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_was_found_behind_the_last_signature(case: Case) -> None:
    source = _sample(case.sample)
    assert check(source, source.content).state == "valid"
    assert check(source, case.build(source)).state != "valid"


def test_a_certificate_has_one_fingerprint() -> None:
    source = _sample("no-time-at-all")
    report = check(source, rephrased_algorithm(source))
    assert report.state == "insufficient"
    assert "chain-incomplete" in {finding.code for one in report.signatures for finding in one.findings}


def test_an_anchor_at_the_end_of_its_path_is_that_very_certificate(tmp_path: Path) -> None:
    """Another e-mail address beside the same name and key is nobody's word."""
    source = _sample("no-time-at-all")
    facts = read_facts(MemorySource(source.content))
    assert not isinstance(facts, Unreadable)
    cms = facts.signatures[0].cms
    assert isinstance(cms, CmsFacts)
    assert cms.signer_certificate is not None
    (tmp_path / "signer.der").write_bytes(cms.signer_certificate.der)
    alone = replace(source, trust=load_trust(folder=tmp_path))
    assert check(alone, source.content).state == "valid"
    changed = check(alone, other_address(source))
    assert changed.state != "valid"


def test_the_oracle_sees_what_it_is_there_for() -> None:
    """A verdict taken from the sound document for a mutant of it is caught: other covered octets, another page."""
    source = _sample("person-and-office")
    oracle, sound = Oracle([source]), check(source, source.content)
    altered = source.content.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    assert altered != source.content
    kinds = {v.kind for v in oracle._valid_violations(Mutant(source, altered, ()), sound)}
    assert kinds == {"covered"}
    assert not list(oracle._valid_violations(Mutant(source, source.content, ()), sound))


@pytest.mark.parametrize("case", CASES[:1], ids=lambda case: case.name)
def test_viewers_see_the_difference(case: Case) -> None:
    """The programs that the oracle asks, where they are installed, draw the found document otherwise."""
    source = _sample(case.sample)
    before, after = drawn(source.content, None), drawn(case.build(source), None)
    assert not before or before != after
