"""Clocks: claimed times against time-stamps, for each signature and all together; inversions within the tolerance."""

from __future__ import annotations

from datetime import timedelta

import pytest
from build import HOUR, SIGNED, block, change, cms, codes, document, document_stamp, office, signature, stamp, the, verdict

from sigcheck.facts import ClaimedTime
from sigcheck.verdict import ClockDifferences


@pytest.mark.parametrize("seconds", [-516, 0, 1368])
def test_the_difference_is_said_for_each_signature(seconds: int) -> None:
    """-516 and 1,368 s: the ends of what genuine documents show."""
    one = signature(block=block(moment=SIGNED + timedelta(seconds=seconds)))
    report = verdict(document(one))
    assert report.signatures[0].times.claimed_minus_timestamp_seconds == seconds
    assert report.clock_differences == ClockDifferences(1, seconds, seconds)
    assert "claimed-time-differs" not in codes(report)


def test_all_signatures_are_summed_up_as_a_span() -> None:
    late = signature(block=block(moment=SIGNED - timedelta(seconds=40)))
    early = office(block=block("VĂN PHÒNG SỞ THÍ DỤ", None, SIGNED + HOUR + timedelta(seconds=7)))
    report = verdict(document(late, early, document_stamp(4), changes=(change(3), change(4))))
    assert report.clock_differences == ClockDifferences(2, -40, 7)
    assert report.signatures[2].times.claimed_minus_timestamp_seconds is None


def test_without_a_time_stamp_or_an_offset_there_is_no_difference() -> None:
    bare = signature(timestamps=())
    local = signature(block=block(moment=None, claimed_time=ClaimedTime("D:2024", "2024-05-10T10:00:00", None)))
    for one in (bare, local):
        report = verdict(document(one))
        assert report.signatures[0].times.claimed_minus_timestamp_seconds is None
        assert report.clock_differences == ClockDifferences(0, None, None)


def test_seven_hours_ahead_is_named_for_what_it_is() -> None:
    """The CMS signing-time is local time labelled Z; /M and the time-stamp agree."""
    report = verdict(document(signature(cms=cms(signing_time=SIGNED + 7 * HOUR))))
    assert codes(report) == ["signing-time-local-as-utc"]
    assert the("signing-time-local-as-utc", report).facts["seconds"] == 25200
    assert report.state == "valid"


@pytest.mark.parametrize(("seconds", "within"), [(1368, True), (1801, False)])
def test_an_inversion_within_the_tolerance_is_reported_as_such(seconds: int, within: bool) -> None:
    """A server node was 22.5 minutes slow for a week: time-stamps of genuine revisions run back by 1,368 s."""
    then = SIGNED - timedelta(seconds=seconds)
    report = verdict(document(signature(), office(timestamps=(stamp(then),), block=block("VĂN PHÒNG SỞ THÍ DỤ", None, then))))
    (found,) = report.order.within_tolerance if within else report.order.contradictions
    assert (found.earlier, found.later, found.seconds, found.proven) == ("Signature1", "Signature2", seconds, True)
    assert report.order.consistent is within
    assert ("timestamp-order" in codes(report)) is not within
