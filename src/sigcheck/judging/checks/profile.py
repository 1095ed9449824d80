"""What kind of document it is: the rows of a profile, each asking for something of the signatures.

A requirement that hangs on a signer whose kind is unknown is undecided; "missing" needs all kinds known (docs/rules.md, 10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from msgspec.structs import replace

from sigcheck.facts import SignatureBox
from sigcheck.judging.case import DocumentCase, JudgedSignature
from sigcheck.judging.checks.demands import certificate_identity
from sigcheck.judging.codes import finding
from sigcheck.judging.wording import iso
from sigcheck.profile import VIETNAM, Rule
from sigcheck.verdict import Decides, FactValue, Finding, Severity, SubIndication

PERSON, ORGANISATION, UNKNOWN = "person", "organisation", "unknown"

A4_MIDDLE = (297.6, 420.9)
"""Points. The page's own size is not known here, so A4 is assumed."""

MISSING = {PERSON: "person-signature-missing", ORGANISATION: "organisation-signature-missing"}


def of_kind(case: DocumentCase, kind: str) -> tuple[JudgedSignature, ...]:
    return tuple(one for one in case.signatures if one.case.kind.kind == kind)


def unmet(case: DocumentCase, rule: Rule, code: str, facts: Mapping[str, FactValue]) -> Finding:
    """The finding of a row that is not met: its severity, basis and remedy are the row's."""
    decides = None if rule.decides is None else Decides(rule.decides)
    made = finding(
        code,
        {"profile": case.question.profile.name, **facts},
        severity=Severity(rule.severity),
        decides=decides,
        sub_indication=SubIndication.SIG_CONSTRAINTS_FAILURE,
    )
    return replace(made, clause=rule.basis or made.clause, action=dict(rule.action))


def undecided(case: DocumentCase, rule: Rule, needed: str, who: Iterable[JudgedSignature]) -> Finding:
    """It hangs on signers of unknown kind: never more than insufficient, and no more than the row itself."""
    fields = [one.case.facts.field for one in who]
    facts: dict[str, FactValue] = {"profile": case.question.profile.name, "fields": fields, "needed": needed}
    made = finding("signer-kind-unknown", facts)
    if rule.decides is None:
        made = replace(made, severity=Severity(rule.severity), decides=None, sub_indication=None)
    return replace(made, clause=f"{made.clause}; {rule.basis}" if rule.basis else made.clause)


def needed_kinds_signed(case: DocumentCase) -> tuple[Finding, ...]:
    """Asked only of signed documents: an unsigned one is `unsigned`, which says more. One certificate is one signer."""
    found = []
    for rule in case.question.profile.asking("signed-by") if case.signatures else ():
        signers = {certificate_identity(one.case.evidence.signer) for one in of_kind(case, rule.kind)}
        if len(signers) >= rule.least:
            continue
        unknown = of_kind(case, UNKNOWN)
        if unknown:
            found.append(undecided(case, rule, rule.kind, unknown))
        else:
            found.append(unmet(case, rule, MISSING[rule.kind], {"required": rule.least, "found": len(signers)}))
    return tuple(found)


def person_signed_first(case: DocumentCase) -> tuple[Finding, ...]:
    """The agency's key signs only what a person has signed; revisions prove the order, clocks only annotate it (item 5)."""
    rules = case.question.profile.asking("organisation-after-person")
    by_revision = [found for rule in rules if rule.by == "revision" for found in _revision_order(case, rule)]
    if by_revision:
        return tuple(by_revision)
    return tuple(found for rule in rules if rule.by == "time" for found in _clock_order(case, rule))


def _revision_order(case: DocumentCase, rule: Rule) -> tuple[Finding, ...]:
    persons, organisations = of_kind(case, PERSON), of_kind(case, ORGANISATION)
    first_person = min((one.case.facts.revision for one in persons), default=None)
    early = [one for one in organisations if first_person is None or one.case.facts.revision <= first_person]
    if not early:
        return ()
    field, revision = early[0].case.facts.field, early[0].case.facts.revision
    unknown_before = [one for one in of_kind(case, UNKNOWN) if one.case.facts.revision < revision]
    if unknown_before:
        return (undecided(case, rule, PERSON, unknown_before),)
    if first_person is None:
        return ()  # `person-signature-missing` or `signer-kind-unknown` says it
    return (unmet(case, rule, "organisation-before-person", {"field": field, "by": "revision", "seconds": None}),)


def _clock_order(case: DocumentCase, rule: Rule) -> tuple[Finding, ...]:
    approved = [one.case.times.own_stamp for one in of_kind(case, PERSON) if one.case.times.own_stamp is not None]
    if not approved:
        return ()
    for one in of_kind(case, ORGANISATION):
        stamp = one.case.times.own_stamp
        seconds = int((min(approved) - stamp).total_seconds()) if stamp is not None else 0
        if seconds > case.policy.time_tolerance_seconds:
            facts: dict[str, FactValue] = {"field": one.case.facts.field, "by": "times", "seconds": seconds}
            return (unmet(case, rule, "organisation-before-person", facts),)
    return ()


def every_person_is_sealed(case: DocumentCase) -> tuple[Finding, ...]:
    """Behind each person's signature stands an organisation's, by revision: it has seen what the person signed."""
    found = []
    for rule in case.question.profile.asking("organisation-after-every-person"):
        last_seal = max((one.case.facts.revision for one in of_kind(case, ORGANISATION)), default=0)
        bare = [one for one in of_kind(case, PERSON) if one.case.facts.revision >= last_seal]
        if not bare:
            continue
        first = min(one.case.facts.revision for one in bare)
        unknown = [one for one in of_kind(case, UNKNOWN) if one.case.facts.revision > first]
        if unknown:
            found.append(undecided(case, rule, ORGANISATION, unknown))
        else:
            found.append(unmet(case, rule, "person-not-sealed", {"fields": [one.case.facts.field for one in bare]}))
    return tuple(found)


def issued_in_time(case: DocumentCase) -> tuple[Finding, ...]:
    """From the last person's best time to the organisation's, in working days at +07:00 (Điều 18)."""
    for rule in case.question.profile.asking("issued-in-time"):
        last_person = max((day for one in of_kind(case, PERSON) if (day := day_of(one)) is not None), default=None)
        if last_person is None:
            return ()
        from sigcheck.judging.working_days import next_working_day  # noqa: PLC0415 - few profiles ask

        latest = next_working_day(last_person, case.question.profile.calendar, rule.working_days)
        for one in of_kind(case, ORGANISATION):
            day = day_of(one)
            if day is not None and day > latest:
                facts: dict[str, FactValue] = {
                    "field": one.case.facts.field,
                    "person_day": last_person.isoformat(),
                    "organisation_day": day.isoformat(),
                    "latest_day": latest.isoformat(),
                }
                return (unmet(case, rule, "issued-late", facts),)
    return ()


def day_of(one: JudgedSignature) -> date | None:
    """The day in Vietnam on which it was signed: by its own time-stamp, else as its signer claims."""
    moment: datetime | None = one.case.times.own_stamp or one.case.times.claim.moment
    return None if moment is None else moment.astimezone(VIETNAM).date()


def signed_by_the_deadline(case: DocumentCase) -> tuple[Finding, ...]:
    """By each signature's own time-stamp, else by the time it claims; a claim that is in time proves nothing, which
    `time-claimed-only` says."""
    found = []
    for rule in case.question.profile.asking("deadline"):
        for one in case.signatures:
            moment = one.case.times.own_stamp or one.case.times.claim.moment
            if moment is not None and rule.until is not None and moment > rule.until:
                proven = one.case.times.own_stamp is not None
                facts: dict[str, FactValue] = {
                    "field": one.case.facts.field,
                    "moment": iso(moment),
                    "until": iso(rule.until),
                    "proven": proven,
                }
                found.append(unmet(case, rule, "deadline-missed", facts))
    return tuple(found)


def stamp_stands_in_its_corner(case: DocumentCase) -> tuple[Finding, ...]:
    """The organisation's box; the first one that stands elsewhere."""
    for rule in case.question.profile.asking("box"):
        for one in of_kind(case, ORGANISATION):
            box = one.case.facts.box
            if box is not None and not _stands(box, rule):
                facts: dict[str, FactValue] = {"field": one.case.facts.field, "page": box.page, "corner": rule.corner}
                return (unmet(case, rule, "stamp-box-elsewhere", facts | {"wanted_page": rule.page}),)
    return ()


def _stands(box: SignatureBox, rule: Rule) -> bool:
    """Its lower left corner lies in that quarter of the page."""
    vertical, _, horizontal = rule.corner.partition("-")
    right, top = box.rectangle[0] >= A4_MIDDLE[0], box.rectangle[1] >= A4_MIDDLE[1]
    return box.page == rule.page and right == (horizontal == "right") and top == (vertical == "top")
