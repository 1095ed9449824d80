"""What the signature shows on its page against the certificate and the times (docs/rules.md, 21).

The text is what the file says that it shows: agreement proves nothing, and a name that is another's is as bad as a block that
contradicts. Everything else is a warning at most: stamps print what their templates say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sigcheck.facts import Certificate
from sigcheck.judging.blocks import email_matches, name_difference, without_diacritics
from sigcheck.judging.case import SignatureCase
from sigcheck.judging.checks.time import LOCAL_OFFSET
from sigcheck.judging.codes import finding
from sigcheck.judging.wording import iso
from sigcheck.verdict import FactValue, Finding, Severity

if TYPE_CHECKING:
    from sigcheck.judging.printed_times import PrintedTime
    from sigcheck.judging.shown_claims import ShownClaim

UNKNOWN_GLYPH = "\ufffd"
SHORTEST_CLAIM = 8
"""Characters of a line that can hold a label and a value; numbers, days and months are shorter."""
INDOCHINA = timezone(LOCAL_OFFSET)
_BEST_FIRST = ("diacritics", "look-alike", "other-attribute", "part", "name")
"""Differences from the least to the greatest; of several readings of a value the best counts."""


def shown_name_is_the_certificates(case: SignatureCase) -> tuple[Finding, ...]:
    """`Ký bởi: …`, and the signing software's sentence. It decides where neither name holds all words of the other."""
    signer = case.evidence.signer
    if signer is None or not signer.common_name:
        return ()
    found = []
    for claim in _claims(case, "name"):
        difference = _difference(claim.readings, signer)
        if difference is None:
            continue
        facts: dict[str, FactValue] = {
            "shown_name": claim.readings[0],
            "certificate_name": signer.common_name,
            "difference": difference,
        }
        if difference == "name" and case.facts.appearance.complete:
            found.append(finding("appearance-name-differs-from-certificate", facts))
        else:
            found.append(finding("appearance-name-differs-from-certificate", facts, severity=Severity.WARNING, decides=None))
    return tuple(found)


def shown_email_is_the_certificates(case: SignatureCase) -> tuple[Finding, ...]:
    """A warning: templates print the office's address too."""
    signer = case.evidence.signer
    if signer is None or not signer.emails:
        return ()
    return tuple(
        finding(
            "appearance-email-differs-from-certificate", shown_email=claim.readings[0], certificate_emails=list(signer.emails)
        )
        for claim in _claims(case, "email")
        if not any(email_matches(reading, signer.emails) for reading in claim.readings)
    )


def shown_organisation_is_the_certificates(case: SignatureCase) -> tuple[Finding, ...]:
    """`Cơ quan: …` against every part of the subject. A warning: units are named in many ways."""
    signer = case.evidence.signer
    if signer is None or not signer.organisation:
        return ()
    return tuple(
        finding(
            "appearance-organisation-differs-from-certificate",
            shown_organisation=claim.readings[0],
            certificate_organisation=signer.organisation,
        )
        for claim in _claims(case, "organisation")
        if _difference(claim.readings, signer) == "name"
        and not any(_shares_words(reading, value) for reading in claim.readings for _, value in signer.subject_attributes)
    )


def shown_time_is_the_claimed(case: SignatureCase) -> tuple[Finding, ...]:
    """A time that genuine stamps print equals /M; without a claim it is held against the proven time. Clocks decide nothing."""
    text, basis, moments, offset = _known_time(case)
    found = []
    for time in filter(None, map(_printed, _claims(case, "time", "date"))):
        differences = [time.differs(moment, case.policy.time_tolerance_seconds, offset) for moment in moments]
        seconds = min((each for each in differences if each is not None), key=abs, default=None)
        if seconds is not None and None not in differences:
            found.append(
                finding("appearance-time-differs", shown_time=time.raw, compared_with=text, basis=basis, seconds=seconds)
            )
    return tuple(found)


def _known_time(case: SignatureCase) -> tuple[str | None, str, list[datetime], timezone | None]:
    """What a print is held against: the text, its basis, the moments that it can mean, the offset in which it was written."""
    written, claim = case.facts.block.claimed_time, case.times.claim
    if written is not None and written.iso is not None:
        local = datetime.fromisoformat(written.iso)
        moment = written.moment or local.replace(tzinfo=INDOCHINA)
        delta = local.utcoffset()
        return written.iso, "claimed", [moment], None if delta is None else timezone(delta)
    if claim.moment is not None:  # the CMS signing-time, which programs of 2021 to 2026 write seven hours ahead
        return claim.text, "claimed", [claim.moment, claim.moment - LOCAL_OFFSET], None
    if case.times.proof is not None:
        return iso(case.times.best), case.times.basis, [case.times.best], None
    return None, "none", [], None


def shown_text_is_readable(case: SignatureCase) -> tuple[Finding, ...]:
    """What cannot be read was not compared with anything, and the report says so."""
    shown = case.facts.appearance
    if shown.complete and not shown.unmapped:
        return ()
    return (finding("appearance-read-partly", unmapped=shown.unmapped, complete=shown.complete),)


def _claims(case: SignatureCase, *kinds: str) -> list[ShownClaim]:
    """Claims of some kinds whose every letter is known."""
    lines = case.facts.appearance.lines
    if all(len(line) < SHORTEST_CLAIM for line in lines):
        return []
    from sigcheck.judging.shown_claims import shown_claims  # noqa: PLC0415 - most stamps are a number, or a picture

    return [claim for claim in shown_claims(lines) if claim.kind in kinds and UNKNOWN_GLYPH not in claim.readings[0]]


def _difference(readings: Sequence[str], signer: Certificate) -> str | None:
    """How the value differs from the certificate's name at best; None when a reading is that name."""
    others = [value for _, value in signer.subject_attributes]
    found: list[str] = []
    for reading in readings:
        difference = name_difference(reading, signer.common_name or "", others)
        if difference is None:
            return None
        found.append("part" if difference == "name" and _shares_words(reading, signer.common_name or "") else difference)
    return min(found, key=_BEST_FIRST.index)


def _shares_words(one: str, other: str) -> bool:
    """Whether all words of one stand in the other: titles and units stand beside names, and long names are cut short."""
    words, more = set(without_diacritics(one).split()), set(without_diacritics(other).split())
    return bool(words and more) and (words <= more or more <= words)


def _printed(claim: ShownClaim) -> PrintedTime | None:
    """The time of the reading that has a clock, else of the first; a mere date counts behind labels of signing alone."""
    from sigcheck.judging.printed_times import printed_time  # noqa: PLC0415 - few stamps print a time

    times = [time for time in map(printed_time, claim.readings) if time is not None]
    with_clock = next((time for time in times if time.has_clock), None)
    return with_clock or (times[0] if times and claim.kind == "time" else None)
