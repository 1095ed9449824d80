"""One time-stamp token: sound, trusted at its own genTime, and whether it may still be relied on (RFC 3161; EN 319 102-1, 5.4).

A token proves something when its imprint and signature verify, its TSA's path holds at genTime, every algorithm in it was
acceptable then, the TSA was not revoked, and its certificate has not expired since. After expiry EN 319 102-1 asks for another
proof from before (`require-proof`); `accept` goes on without, a departure that the finding states.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from sigcheck.evidence import Link, PathEntry, PathFlaw, PathFound, PathNotFound, Role, TimestampEvidence
from sigcheck.facts import CmsUnreadable
from sigcheck.judging.algorithms import algorithm_finding, judge_uses, path_uses, timestamp_uses
from sigcheck.judging.codes import finding
from sigcheck.judging.existence import NOTHING_PROVEN, StatementProofs
from sigcheck.judging.revocation import Asking, PathRevocation, Revoked, judge_revocation, unchecked_sub_indication
from sigcheck.judging.wording import certificate_name, iso, iso_or_none
from sigcheck.policy import Policy
from sigcheck.verdict import About, Decides, FactValue, Finding, Indication, Severity, SubIndication

HARMLESS_REASONS = frozenset({"unspecified", "affiliationchanged", "superseded", "cessationofoperation"})
"""Reasons for which tokens from before a TSA's revocation stay good; without a stated reason none does (RFC 3161, 4 (1))."""


class TokenVerdict(Struct, frozen=True):
    """What a token is worth. `trusted` None: a needed answer is missing; it counts no more than False."""

    index: int
    evidence: TimestampEvidence
    sound: bool | None
    trusted: bool | None
    path: PathFound | PathNotFound
    revocation: PathRevocation
    indication: Indication
    sub_indication: SubIndication | None
    findings: tuple[Finding, ...]

    @property
    def proves(self) -> datetime | None:
        """The moment at which the stamped bytes existed, when the token is worth anything."""
        return self.evidence.gen_time if self.sound is True and self.trusted is True else None


class TokenCase(Struct, frozen=True):
    """A token and what judging it depends on."""

    evidence: TimestampEvidence
    index: int
    is_document_timestamp: bool
    policy: Policy
    at: datetime
    other_proof: datetime | None
    """The earliest other proof that the token itself existed: it comes from a later revision or from the archive."""
    proofs: StatementProofs = NOTHING_PROVEN
    """When the revocation statements about its path are proven to have existed."""

    @property
    def path(self) -> PathFound | PathNotFound:
        """The TSA's path at genTime."""
        return self.evidence.paths.at(self.evidence.gen_time or self.at)

    @property
    def about(self) -> About:
        return About(timestamp=self.index)

    @property
    def facts(self) -> dict[str, FactValue]:
        return {"gen_time": iso_or_none(self.evidence.gen_time), "tsa": certificate_name(self.evidence.tsa)}

    @property
    def decides(self) -> Decides | None:
        """An untrusted document time-stamp decides; an untrusted signature time-stamp is no proof, and others decide."""
        return Decides.INSUFFICIENT if self.is_document_timestamp else None

    @property
    def severity(self) -> Severity:
        return Severity.ERROR if self.is_document_timestamp else Severity.WARNING


NO_REVOCATION = PathRevocation(checked=False)


def judge_token(case: TokenCase) -> TokenVerdict:
    """Broken first, then everything that trust rests on; all of it is reported."""
    stamp = case.evidence
    sound = False if isinstance(stamp.cms, CmsUnreadable) else stamp.sound
    if sound is False:
        return _verdict(case, sound, False, NO_REVOCATION, (_broken(case),))
    if sound is None or stamp.gen_time is None:
        unknown = _untrusted(case, stamp.integrity.unknown or "unknown", None, SubIndication.CUSTOM)
        return _verdict(case, None, None, NO_REVOCATION, (unknown,))
    if isinstance(case.path, PathNotFound):
        return _verdict(case, sound, False, NO_REVOCATION, (_pathless(case, case.path),))
    revocation = judge_revocation(
        case.path, stamp.statements, Asking(stamp.gen_time, case.at, case.policy, case.proofs, stamp.paths.found)
    )
    outcomes = (
        _after_validation_time(case, stamp.gen_time),
        *_algorithms(case, case.path, stamp.gen_time),
        *_revoked(case, revocation, stamp.gen_time),
        _unchecked(case, revocation),
        _expired(case, case.path),
    )
    known = [outcome for outcome in outcomes if outcome is not None]
    trusted: bool | None = True
    if any(outcome.counts is None for outcome in known):
        trusted = None
    if any(outcome.counts is False for outcome in known):
        trusted = False
    return _verdict(case, sound, trusted, revocation, tuple(outcome.finding for outcome in known))


class _Outcome(Struct, frozen=True):
    """A finding, and whether the token still counts in spite of it (None: not determined)."""

    finding: Finding
    counts: bool | None
    sub_indication: SubIndication | None = None


def _verdict(
    case: TokenCase, sound: bool | None, trusted: bool | None, revocation: PathRevocation, findings: tuple[Finding, ...]
) -> TokenVerdict:
    indication = Indication.INDETERMINATE
    sub: SubIndication | None = _sub_indication(case, sound, findings, revocation)
    if sound is False:
        indication = Indication.TOTAL_FAILED
    elif sound is True and trusted is True:
        indication, sub = Indication.TOTAL_PASSED, None
    return TokenVerdict(case.index, case.evidence, sound, trusted, case.path, revocation, indication, sub, findings)


_SUBS = {
    "timestamp-after-validation-time": SubIndication.CUSTOM,
    "weak-digest": SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
    "weak-key": SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
    "tsa-expired-since": SubIndication.OUT_OF_BOUNDS_NO_POE,
}


def _sub_indication(
    case: TokenCase, sound: bool | None, findings: tuple[Finding, ...], revocation: PathRevocation
) -> SubIndication:
    """The token's own sub-indication (EN 319 102-1, 5.4): the first finding that keeps it from passing says it."""
    if sound is False:
        return _broken_sub(case)
    for one in findings:
        if one.code == "revocation-not-checked":
            return unchecked_sub_indication(revocation.unchecked)
        if one.facts.get("accepted") is not True:
            return _SUBS.get(one.code) or _flaw_sub(str(one.facts.get("reason")))
    return SubIndication.CUSTOM


def _flaw_sub(reason: str) -> SubIndication:
    if reason in ("revoked", "on-hold"):
        return SubIndication.REVOKED_NO_POE if reason == "revoked" else SubIndication.TRY_LATER
    if reason in _PURPOSE_FLAWS:
        return SubIndication.CHAIN_CONSTRAINTS_FAILURE
    if reason in (PathFlaw.EXPIRED, PathFlaw.NOT_YET_VALID):
        return SubIndication.OUT_OF_BOUNDS_NO_POE
    if reason == PathFlaw.NOT_HONOURED:
        return SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE
    if reason in (PathFlaw.NO_ISSUER, PathFlaw.UNKNOWN_ANCHOR, PathFlaw.LINK_SIGNATURE):
        return SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    if reason in (PathFlaw.NO_CERTIFICATE, "no-signer-certificate"):
        return SubIndication.NO_SIGNING_CERTIFICATE_FOUND
    return SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE if reason in set(PathFlaw) else SubIndication.CUSTOM


_PURPOSE_FLAWS = frozenset({PathFlaw.PURPOSE, PathFlaw.KEY_USAGE, PathFlaw.EXTENDED_KEY_USAGE, PathFlaw.IS_A_CA})


def _broken(case: TokenCase) -> Finding:
    stamp = case.evidence
    if isinstance(stamp.cms, CmsUnreadable):
        reason = stamp.cms.reason
    elif stamp.imprint_matches is False:
        reason = "imprint"
    elif stamp.integrity.digest_matches is False:
        reason = "content"
    elif stamp.integrity.signature_verifies is False:
        reason = "signature"
    else:
        reason = "signing-certificate"
    if case.is_document_timestamp:
        return finding(
            "broken-timestamp",
            case.facts,
            decides=Decides.INVALID,
            sub_indication=_broken_sub(case),
            about=case.about,
            reason=reason,
        )
    return finding("broken-timestamp", case.facts, about=case.about, reason=reason)


def _broken_sub(case: TokenCase) -> SubIndication:
    stamp = case.evidence
    if isinstance(stamp.cms, CmsUnreadable):
        return SubIndication.FORMAT_FAILURE
    hashes = (stamp.imprint_matches, stamp.integrity.digest_matches)
    return SubIndication.HASH_FAILURE if False in hashes else SubIndication.SIG_CRYPTO_FAILURE


def _untrusted(case: TokenCase, reason: str, missing: str | None, sub: SubIndication) -> Finding:
    return finding(
        "untrusted-timestamp",
        case.facts,
        severity=case.severity,
        decides=case.decides,
        sub_indication=sub,
        about=case.about,
        reason=reason,
        missing=missing,
    )


def _pathless(case: TokenCase, path: PathNotFound) -> Finding:
    found = _untrusted(case, path.flaw.value, path.about or None, _flaw_sub(path.flaw.value))
    return replace(found, facts={**found.facts, "imitates": path.imitates}) if path.imitates else found


def _after_validation_time(case: TokenCase, gen_time: datetime) -> _Outcome | None:
    if gen_time <= case.at:
        return None
    young = finding("timestamp-after-validation-time", case.facts, about=case.about, validation_time=iso(case.at))
    return _Outcome(young, False)


def _algorithms(case: TokenCase, path: PathFound, gen_time: datetime) -> tuple[_Outcome, ...]:
    """Judged at genTime (docs/rules.md, 11); nothing later can make a token younger."""
    answers = judge_uses((*timestamp_uses(case.evidence), *path_uses(path)), case.policy, gen_time)
    return tuple(
        _Outcome(algorithm_finding(answer, gen_time, proven=True, decides=case.decides, about=case.about), answer.accepted)
        for answer in answers
    )


def _revoked(case: TokenCase, revocation: PathRevocation, gen_time: datetime) -> tuple[_Outcome, ...]:
    if case.policy.revocation == "ignore":
        return ()
    hits = [hit for hit in revocation.revoked if not _survives(case, hit, gen_time)]
    return tuple(
        _Outcome(_untrusted(case, reason, hit.entry.subject, _flaw_sub(reason)), False)
        for hit, reason in ((hit, "on-hold" if hit.held else "revoked") for hit in hits)
    )


def _survives(case: TokenCase, hit: Revoked, gen_time: datetime) -> bool:
    """Stamped before the revocation, which was harmless or has another proof before it (RFC 3161, 4 (1))."""
    if hit.since(gen_time) or hit.statement.revoked_at is None:
        return False
    reason = (hit.statement.reason or "").lower().replace("_", "").replace("-", "")
    proven = case.other_proof is not None and case.other_proof < hit.statement.revoked_at
    return proven or reason in HARMLESS_REASONS


def _unchecked(case: TokenCase, revocation: PathRevocation) -> _Outcome | None:
    """Under `require`, a TSA whose status is not known proves nothing."""
    if case.policy.revocation != "require" or not revocation.unchecked:
        return None
    unchecked = finding(
        "revocation-not-checked",
        severity=case.severity,
        decides=case.decides,
        sub_indication=unchecked_sub_indication(revocation.unchecked),
        about=case.about,
        certificates=[one.entry.subject for one in revocation.unchecked],
        reason=revocation.unchecked[0].reason,
    )
    return _Outcome(unchecked, None)


def expired_since(path: PathFound, at: datetime) -> PathEntry | None:
    """The entry that expired first, of those whose period is judged at the validation time: anchors and listed sub-CAs never are
    (docs/rules.md, 11); the time-stamp server's own certificate is, listed or not."""
    server, *above = path.entries
    asked = [e for e in above if e.link is not Link.LISTED and not e.in_trust_list]
    expired = [e for e in (server, *asked) if e.role is not Role.ANCHOR and e.not_after < at]
    return min(expired, key=lambda entry: entry.not_after, default=None)


def _expired(case: TokenCase, path: PathFound) -> _Outcome | None:
    entry = expired_since(path, case.at)
    if entry is None:
        return None
    proven = case.other_proof is not None and case.other_proof <= entry.not_after
    accepted = proven or case.policy.tsa_after_expiry == "accept"
    expired = finding(
        "tsa-expired-since",
        case.facts,
        severity=Severity.INFO if accepted else case.severity,
        decides=None if accepted else case.decides,
        about=case.about,
        not_after=iso(entry.not_after),
        accepted=accepted,
        proof=iso_or_none(case.other_proof) if proven else None,
    )
    return _Outcome(expired, accepted)
