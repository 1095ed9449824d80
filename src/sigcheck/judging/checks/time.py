"""Time-stamps, proofs of time, and what the signer's clock says (EN 319 102-1, 5.4, 5.5.4, 5.6.2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sigcheck.judging.case import SignatureCase
from sigcheck.judging.codes import finding
from sigcheck.judging.wording import iso
from sigcheck.verdict import Decides, FactValue, Finding, Severity, SubIndication

LOCAL_OFFSET = timedelta(hours=7)
"""Indochina Time: what signing programs of 2021 to 2026 write as UTC."""
LOCAL_TOLERANCE = timedelta(hours=1)


def timestamps_hold(case: SignatureCase) -> tuple[Finding, ...]:
    """Every time-stamp is judged and listed, also those that prove nothing."""
    return tuple(found for token in case.times.tokens for found in token.findings)


def timestamps_are_in_order(case: SignatureCase) -> tuple[Finding, ...]:
    """A content-time-stamp is older than the signature, whose own time-stamps are younger (5.5.4 step 4e), clocks being what
    they are: beyond the tolerance, and under a policy that refuses contradictions."""
    lower, stamp = case.times.lower, case.times.own_stamp
    if lower is None or lower.basis != "content-timestamp" or stamp is None:
        return ()
    seconds = int((lower.time - stamp).total_seconds())
    if seconds <= case.policy.time_tolerance_seconds:
        return ()
    facts: dict[str, FactValue] = {"content_time": iso(lower.time), "gen_time": iso(stamp), "seconds": seconds}
    if case.policy.order_contradiction == "refuse":
        return (finding("content-timestamp-order", facts, severity=Severity.ERROR, decides=Decides.INSUFFICIENT),)
    return (finding("content-timestamp-order", facts),)


def time_is_proven(case: SignatureCase) -> tuple[Finding, ...]:
    """A claimed time is never proof (docs/rules.md, 3)."""
    if case.times.proof is not None:
        return ()
    claimed, judged_at, basis = case.times.claim.text, iso(case.times.best), case.times.basis
    stamp_unused = any(token.sound is True and token.proves is None for token in case.times.tokens)
    if case.policy.time == "proven":
        return (
            finding(
                "time-claimed-only",
                severity=Severity.ERROR,
                decides=Decides.INSUFFICIENT,
                sub_indication=SubIndication.NO_POE,
                claimed=claimed,
                judged_at=judged_at,
                basis=basis,
                stamp_unused=stamp_unused,
            ),
        )
    return (finding("time-claimed-only", claimed=claimed, judged_at=judged_at, basis=basis, stamp_unused=stamp_unused),)


def claimed_time_agrees(case: SignatureCase) -> tuple[Finding, ...]:
    """/M, and the CMS signing-time unless it is the known fault, against the signature's own trusted time-stamp."""
    stamp = case.times.own_stamp
    if stamp is None:
        return ()
    block = case.facts.block.claimed_time
    claims: list[tuple[str, str | None, datetime]] = []
    if block is not None and block.moment is not None:
        claims.append(("claimed", block.iso, block.moment))
    signing_time = case.times.claim.signing_time
    if signing_time is not None and not _is_local_as_utc(signing_time, _reference(case)):
        claims.append(("signing-time", iso(signing_time), signing_time))
    found = []
    for which, text, moment in claims:
        seconds = int((moment - stamp).total_seconds())
        if abs(seconds) > case.policy.time_tolerance_seconds:
            found.append(finding("claimed-time-differs", which=which, claimed=text, gen_time=iso(stamp), seconds=seconds))
    return tuple(found)


def claimed_time_has_an_offset(case: SignatureCase) -> tuple[Finding, ...]:
    written = case.facts.block.claimed_time
    if written is None or written.moment is not None:
        return ()
    return (finding("claimed-time-without-offset", claimed=written.iso or written.raw),)


def signing_time_is_utc(case: SignatureCase) -> tuple[Finding, ...]:
    signing_time, reference = case.times.claim.signing_time, _reference(case)
    if signing_time is None or reference is None or not _is_local_as_utc(signing_time, reference):
        return ()
    seconds = int((signing_time - reference).total_seconds())
    facts: dict[str, FactValue] = {"signing_time": iso(signing_time), "reference": iso(reference), "seconds": seconds}
    return (finding("signing-time-local-as-utc", facts),)


def _reference(case: SignatureCase) -> datetime | None:
    """A trusted time-stamp, else /M with its own offset."""
    written = case.facts.block.claimed_time
    return case.times.own_stamp or (written.moment if written is not None else None)


def _is_local_as_utc(signing_time: datetime, reference: datetime | None) -> bool:
    return reference is not None and abs(signing_time - reference - LOCAL_OFFSET) <= LOCAL_TOLERANCE
