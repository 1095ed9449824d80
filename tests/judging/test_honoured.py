"""Anchors that a trusted list honours for a time: judged at the best signature time, for the purpose at hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from build import AT, ROOT, SIGNED, document, entry, signature, signer_paths, stamp, tsa_paths, verdict

from sigcheck.anchors import ServicePeriod
from sigcheck.evidence import PathFlaw, PathFound, PathNotFound, Role

DAY = timedelta(days=1)
BEFORE, AFTER = SIGNED - DAY, SIGNED + DAY


def honoured(*periods: ServicePeriod) -> dict[str, tuple[ServicePeriod, ...]]:
    return {"periods": periods}


@pytest.mark.parametrize(
    ("period", "sub_indication"),
    [
        (ServicePeriod("signer", ROOT.not_before, None), None),
        (ServicePeriod("signer", ROOT.not_before, AFTER), None),
        (ServicePeriod("signer", SIGNED, AFTER), None),
        # EN 319 102-1, 5.2.6.4 steps 1a and 3: an anchor whose sunset has passed.
        (ServicePeriod("signer", ROOT.not_before, BEFORE), "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"),
        (ServicePeriod("signer", ROOT.not_before, SIGNED), "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"),
        (ServicePeriod("signer", AFTER, None), "NO_CERTIFICATE_CHAIN_FOUND"),
        (ServicePeriod("timestamp", ROOT.not_before, None), "NO_CERTIFICATE_CHAIN_FOUND"),
    ],
)
def test_the_service_has_to_be_granted_at_the_proven_time(period: ServicePeriod, sub_indication: str | None) -> None:
    report = verdict(document(signature(paths=signer_paths(root=honoured(period)), timestamps=(stamp(),))))
    (judged,) = report.signatures
    assert judged.sub_indication == sub_indication
    codes = [finding.code for finding in judged.findings]
    assert ("anchor-not-honoured" in codes) == (sub_indication is not None)


def test_without_proof_a_service_withdrawn_since_is_no_anchor_at_the_validation_time() -> None:
    paths = signer_paths(root=honoured(ServicePeriod("signer", ROOT.not_before, AFTER)))
    report = verdict(document(signature(paths=paths, timestamps=())))
    (judged,) = report.signatures
    assert (report.state, judged.sub_indication) == ("insufficient", "NO_CERTIFICATE_CHAIN_FOUND_NO_POE")


def test_a_time_stamp_of_a_service_withdrawn_by_then_is_no_proof() -> None:
    server, root = tsa_paths().found[0].entries
    late = entry(ROOT, Role.ANCHOR, None, in_trust_list=True, periods=(ServicePeriod("timestamp", ROOT.not_before, BEFORE),))
    assert root.role is Role.ANCHOR
    paths = type(tsa_paths())((PathFound((server, late), tsa_paths().found[0].purpose),), None)
    (judged,) = verdict(document(signature(timestamps=(stamp(paths=paths),)))).signatures
    (token,) = judged.times.timestamps
    assert (token.trusted, token.sub_indication) == (False, "NO_CERTIFICATE_CHAIN_FOUND_NO_POE")
    assert "untrusted-timestamp" in [finding.code for finding in judged.findings]


def test_the_moment_picks_the_period_and_the_bound_is_the_nearest_one_that_ended() -> None:
    periods = (ServicePeriod("signer", ROOT.not_before, BEFORE), ServicePeriod("signer", AFTER, AFTER + DAY))
    paths = signer_paths(root=honoured(*periods))
    for moment, bound in ((BEFORE - DAY, None), (SIGNED, BEFORE), (AFTER, None), (AFTER + 2 * DAY, AFTER + DAY)):
        answer = paths.at(moment)
        if bound is None:
            assert isinstance(answer, PathFound)
        else:
            assert isinstance(answer, PathNotFound)
            assert (answer.flaw, answer.bound) == (PathFlaw.NOT_HONOURED, bound)
    assert AT > AFTER
