"""What kind of document it is: which signatures NĐ 30/2020/NĐ-CP asks for.

A requirement that hangs on a signer whose kind is unknown is undecided; "missing" needs all kinds known (docs/rules.md, 10).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from sigcheck.judging.case import DocumentCase, JudgedSignature
from sigcheck.judging.codes import finding
from sigcheck.verdict import FactValue, Finding, Severity

PERSON, ORGANISATION, UNKNOWN = "person", "organisation", "unknown"
VIETNAM = timezone(timedelta(hours=7))
"""The rules count working days in the country's own time, which has no daylight saving."""

A4_MIDDLE = (297.6, 420.9)
"""Points: the stamp of a copy stands right of and above the middle of an A4 page."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One row: which kinds must have signed, whether a person comes first, and where a stamp belongs."""

    name: str
    needs: tuple[str, ...]
    person_first: bool
    stamp_top_right: bool


PROFILES: dict[str, Profile] = {
    row.name: row
    for row in (
        Profile("any", (), person_first=False, stamp_top_right=False),
        Profile("issued", (PERSON, ORGANISATION), person_first=True, stamp_top_right=False),  # Điều 5, 13, 14, 18, 32
        Profile("copy", (ORGANISATION,), person_first=False, stamp_top_right=True),  # Điều 25, 26 and Annex I
        Profile("appendix", (ORGANISATION,), person_first=False, stamp_top_right=True),  # Annex I
    )
}

MISSING = {PERSON: "person-signature-missing", ORGANISATION: "organisation-signature-missing"}


def profile_of(case: DocumentCase) -> Profile:
    return PROFILES[case.question.asked_profile]


def needed_kinds_signed(case: DocumentCase) -> tuple[Finding, ...]:
    """Asked only of signed documents: an unsigned one is `unsigned`, which says more."""
    profile = profile_of(case)
    if not case.signatures:
        return ()
    kinds = {one.case.kind.kind for one in case.signatures}
    found = []
    for needed in profile.needs:
        if needed in kinds:
            continue
        if UNKNOWN in kinds:
            found.append(_unknown(profile, needed, _of_kind(case, UNKNOWN)))
        else:
            found.append(finding(MISSING[needed], profile=profile.name))
    return tuple(found)


def _unknown(profile: Profile, needed: str, who: tuple[JudgedSignature, ...]) -> Finding:
    fields = [one.case.facts.field for one in who]
    return finding("signer-kind-unknown", profile=profile.name, fields=fields, needed=needed)


def _of_kind(case: DocumentCase, kind: str) -> tuple[JudgedSignature, ...]:
    return tuple(one for one in case.signatures if one.case.kind.kind == kind)


def person_signed_first(case: DocumentCase) -> tuple[Finding, ...]:
    """The agency's key signs only what a person has signed; revisions prove the order, clocks only warn (item 5)."""
    profile = profile_of(case)
    persons, organisations = _of_kind(case, PERSON), _of_kind(case, ORGANISATION)
    if not profile.person_first or not organisations:
        return ()
    first_person = min((one.case.facts.revision for one in persons), default=None)
    early = [one for one in organisations if first_person is None or one.case.facts.revision <= first_person]
    if not early:
        return _clock_order(case, profile, persons, organisations)
    first = early[0]
    unknown_before = [one for one in _of_kind(case, UNKNOWN) if one.case.facts.revision < first.case.facts.revision]
    if unknown_before:
        return (_unknown(profile, PERSON, tuple(unknown_before)),)
    if first_person is None:
        return ()  # `person-signature-missing` or `signer-kind-unknown` says it
    return (
        finding("organisation-before-person", profile=profile.name, field=first.case.facts.field, by="revision", seconds=None),
    )


def _clock_order(
    case: DocumentCase, profile: Profile, persons: tuple[JudgedSignature, ...], organisations: tuple[JudgedSignature, ...]
) -> tuple[Finding, ...]:
    approved = [one.case.times.own_stamp for one in persons if one.case.times.own_stamp is not None]
    if not approved:
        return ()
    for one in organisations:
        stamp = one.case.times.own_stamp
        seconds = int((min(approved) - stamp).total_seconds()) if stamp is not None else 0
        if seconds > case.policy.time_tolerance_seconds:
            facts: dict[str, FactValue] = {
                "profile": profile.name,
                "field": one.case.facts.field,
                "by": "times",
                "seconds": seconds,
            }
            return (finding("organisation-before-person", facts, severity=Severity.WARNING, decides=None),)
    return ()


def issued_in_time(case: DocumentCase) -> tuple[Finding, ...]:
    """Issued at latest the next working day (Điều 18); public holidays are not known here, so it only warns."""
    if not profile_of(case).person_first:
        return ()
    last_person = max((day for one in _of_kind(case, PERSON) if (day := _day(one)) is not None), default=None)
    if last_person is None:
        return ()
    for one in _of_kind(case, ORGANISATION):
        day = _day(one)
        if day is not None and day > _next_working_day(last_person):
            facts: dict[str, FactValue] = {"person_day": last_person.isoformat(), "organisation_day": day.isoformat()}
            return (finding("issued-late", facts, field=one.case.facts.field),)
    return ()


def _day(one: JudgedSignature) -> date | None:
    moment: datetime | None = one.case.times.own_stamp or one.case.times.claim.moment
    return None if moment is None else moment.astimezone(VIETNAM).date()


def _next_working_day(day: date) -> date:
    day += timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day


def stamp_stands_top_right(case: DocumentCase) -> tuple[Finding, ...]:
    """Information only: the page's own size is not known here, A4 is assumed."""
    if not profile_of(case).stamp_top_right:
        return ()
    found = []
    for one in _of_kind(case, ORGANISATION):
        box = one.case.facts.box
        if box is not None and (box.page != 1 or box.rectangle[0] < A4_MIDDLE[0] or box.rectangle[1] < A4_MIDDLE[1]):
            found.append(finding("stamp-box-elsewhere", field=one.case.facts.field, page=box.page))
    return tuple(found[:1])
