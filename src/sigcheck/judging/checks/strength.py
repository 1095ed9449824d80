"""Dated algorithms of the signature and its path, at the best signature time; unproven, at the validation time."""

from __future__ import annotations

from sigcheck.evidence import PathFound
from sigcheck.judging.algorithms import algorithm_finding, judge_uses, path_uses, signature_uses
from sigcheck.judging.case import SignatureCase
from sigcheck.verdict import Decides, Finding


def digests_accepted(case: SignatureCase) -> tuple[Finding, ...]:
    return _findings(case, of_keys=False)


def keys_accepted(case: SignatureCase) -> tuple[Finding, ...]:
    return _findings(case, of_keys=True)


def _findings(case: SignatureCase, *, of_keys: bool) -> tuple[Finding, ...]:
    moment = case.times.judged_at
    links = path_uses(case.path) if isinstance(case.path, PathFound) else ()
    uses = (*signature_uses(case.facts, case.evidence.integrity), *links)
    answers = judge_uses((use for use in uses if use.is_key is of_keys), case.policy, moment)
    proven = case.times.proof is not None
    return tuple(algorithm_finding(answer, moment, proven=proven, decides=Decides.INSUFFICIENT) for answer in answers)
