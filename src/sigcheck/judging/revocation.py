"""Revocation statements against a path at a moment: what each says, whether it counts, and what stays unchecked.

A good statement counts for a moment when it is authorised, not younger than the validation time, and either was in force then
(thisUpdate to nextUpdate, ETSI EN 319 102-1, 5.2.5; NĐ 68/2024, Điều 31: published then) or was made later, while the
certificate had not expired or with the word that expired ones are kept (an issuer may drop them, RFC 5280, 5). Without nextUpdate
none is fresh (5.2.5). A revocation counts always, fresh or not: nothing takes it back but `removeFromCRL`.

Who made the statement is judged too: whether their certificate still held when the statement is proven to have existed
(5.2.6.4 step 8, 5.6.2.2), was not revoked, and how old the hash of its signature was by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from sigcheck.evidence import Link, PathEntry, PathFound, PathNotFound, RevocationStatement, Role
from sigcheck.judging.algorithms import AlgorithmUse, judge_use
from sigcheck.judging.existence import NOTHING_PROVEN, StatementProofs
from sigcheck.policy import Policy
from sigcheck.verdict import SubIndication

ISSUER_EXPIRED: Final = "issuer-expired-since"
"""The issuer's certificate has expired since, and nothing proves the statement older."""


class Asking(Struct, frozen=True):
    """The moment that statements are asked about, and what decides whether they may answer."""

    moment: datetime
    at: datetime
    policy: Policy
    proofs: StatementProofs = NOTHING_PROVEN
    paths: tuple[PathFound, ...] = ()
    """All paths that were found: one may hold a renewed certificate of the same name and key."""


class Revoked(Struct, frozen=True):
    """A statement that a certificate of the path is revoked or suspended."""

    entry: PathEntry
    is_leaf: bool
    statement: RevocationStatement

    @property
    def held(self) -> bool:
        return self.statement.state == "on-hold"

    def since(self, moment: datetime) -> bool:
        """Revoked at `moment`; a statement without its time counts for every moment."""
        return self.statement.revoked_at is None or self.statement.revoked_at <= moment


class Unchecked(Struct, frozen=True):
    """A certificate that no statement answers for, and why: `no-statement`, or why the best one does not count."""

    entry: PathEntry
    reason: str


class JudgedStatement(Struct, frozen=True):
    """A statement, and why it does not count; None when it does."""

    statement: RevocationStatement
    unusable_because: str | None


class PathRevocation(Struct, frozen=True):
    """What is known about a whole path at a moment."""

    checked: bool
    """Every certificate below the anchor has a statement that counts."""
    unchecked: tuple[Unchecked, ...] = ()
    revoked: tuple[Revoked, ...] = ()
    without_nocheck: tuple[str, ...] = ()
    """Responders that were relied on although their own status is not known."""
    statements: tuple[JudgedStatement, ...] = ()
    """All of them, those about certificates outside the path too."""
    control_time: datetime | None = None
    """Up to when the statements that count speak for every certificate of the path; None where one has none (5.6.2.2)."""


class _Ledger(Struct, frozen=True):
    """The statements of one path, by the certificate they are about."""

    about: Mapping[str, Sequence[RevocationStatement]]
    asking: Asking


def judge_revocation(path: PathFound, statements: tuple[RevocationStatement, ...], asking: Asking) -> PathRevocation:
    """Ask for every certificate of the path but the anchor (NĐ 68/2024, Điều 32; RFC 5280, 6.1.3 (a)(3))."""
    if not statements:
        silent = tuple(Unchecked(entry, "no-statement") for entry in path.entries[:-1])
        return PathRevocation(checked=False, unchecked=silent)
    about: dict[str, list[RevocationStatement]] = {}
    for statement in statements:
        about.setdefault(statement.certificate_sha256, []).append(statement)
    ledger = _Ledger(about, asking)
    unchecked: list[Unchecked] = []
    revoked: list[Revoked] = []
    responders: dict[str, None] = {}
    judged: dict[int, str | None] = {}
    ends: list[datetime | None] = []
    for index, (entry, issuer) in enumerate(zip(path.entries, path.entries[1:], strict=False)):
        said = about.get(entry.sha256, []) if entry.sha256 else []
        reasons = [_unusable(one, entry.not_after, issuer, ledger) for one in said]
        judged |= dict(zip(map(id, said), reasons, strict=True))
        good = [one for one, why in zip(said, reasons, strict=True) if why is None and one.state in ("good", "removed")]
        youngest = max((one.this_update for one in good), default=None)
        hits = [one for one in said if _speaks(one, ledger) and (one.state == "revoked" or _still_held(one, youngest))]
        revoked += [Revoked(entry, index == 0, hit) for hit in _worst(hits)]
        if not good and not hits:
            unchecked.append(Unchecked(entry, _nearest([reason for reason in reasons if reason])))
        if good and all(_lacks_nocheck(one) and not _responder_answered(one, ledger) for one in good):
            responders |= dict.fromkeys(_responder(one) for one in good[:1])
        ends.append(_control_time(good, hits))
    return PathRevocation(
        checked=len(path.entries) > 1 and not unchecked,
        unchecked=tuple(unchecked),
        revoked=tuple(revoked),
        without_nocheck=tuple(responders),
        statements=tuple(JudgedStatement(one, _known_reason(one, judged, ledger)) for one in statements),
        control_time=min((end for end in ends if end is not None), default=None) if None not in ends else None,
    )


NOT_FRESH: Final = ("not-fresh", "no-next-update")
"""Usable but for their age (5.2.6.4 step 4a)."""
OUT_OF_BOUNDS: Final = ("issuer-path", ISSUER_EXPIRED)
"""The certificate of the statement's issuer does not hold (step 8)."""


def _nearest(reasons: Sequence[str]) -> str:
    """Of the reasons why no statement counts, that of the one that came nearest to it."""
    if not reasons:
        return "no-statement"
    ranked = [*NOT_FRESH, *OUT_OF_BOUNDS]
    return min(reasons, key=lambda reason: ranked.index(reason) if reason in ranked else len(ranked))


def unchecked_sub_indication(unchecked: Sequence[Unchecked]) -> SubIndication:
    """Without a statement that could speak, path validation fails (step 4e); not fresh: step 4a; its issuer out of bounds: 8."""
    reasons = {one.reason for one in unchecked}
    if reasons <= {*NOT_FRESH}:
        return SubIndication.TRY_LATER
    if reasons <= {*NOT_FRESH, *OUT_OF_BOUNDS}:
        return SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE
    return SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE


def _known_reason(statement: RevocationStatement, judged: Mapping[int, str | None], ledger: _Ledger) -> str | None:
    """Of a statement about a certificate outside the path (a responder, another path) it is asked at its own moment."""
    if id(statement) in judged:
        return judged[id(statement)]
    return _unusable(statement, statement.this_update, None, ledger)


def _worst(hits: list[RevocationStatement]) -> list[RevocationStatement]:
    """One statement is enough: a revocation before a suspension, the earliest time first."""
    return sorted(hits, key=lambda s: (s.state != "revoked", s.revoked_at is not None, s.revoked_at or s.this_update))[:1]


def _still_held(statement: RevocationStatement, youngest_good: datetime | None) -> bool:
    """Suspended, and no younger statement says that the suspension ended."""
    return statement.state == "on-hold" and (youngest_good is None or youngest_good <= statement.this_update)


def _speaks(statement: RevocationStatement, ledger: _Ledger, asked: frozenset[str] = frozenset()) -> bool:
    """Whether a revocation is heeded: authorised, known at the validation time, by an issuer who held and was not revoked then.

    `asked` are the issuers whose own revocation is being asked about: none of them is heard on another's, or for ever.
    """
    made = statement.produced_at or statement.this_update
    if not statement.authorised or max(made, statement.this_update) > ledger.asking.at:
        return False
    if statement.issuer_paths is None:
        return True
    path = statement.issuer_paths.at(made)
    if isinstance(path, PathNotFound) or any(entry.sha256 in asked for entry in path.entries):
        return False
    return not _issuer_revoked(path, _known_by(statement, ledger), ledger, asked)


def _known_by(statement: RevocationStatement, ledger: _Ledger) -> datetime:
    """When the statement is proven to have existed, at the latest the validation time."""
    proof = ledger.asking.proofs.of(statement)
    return ledger.asking.at if proof is None else proof.time


def _control_time(good: Sequence[RevocationStatement], hits: Sequence[RevocationStatement]) -> datetime | None:
    """The end of what is known of one certificate: when the last good statement ceases, or the first revocation."""
    until = max((one.next_update or one.this_update for one in good), default=None)
    stops = [hit.revoked_at for hit in hits if hit.revoked_at is not None]
    known = [moment for moment in (until, *stops) if moment is not None]
    return min(known, default=None)


def _unusable(
    statement: RevocationStatement, not_after: datetime, issuer: PathEntry | None, ledger: _Ledger, *, responders: bool = True
) -> str | None:
    """Why a statement does not answer for the moment asked about; None when it does. `responders`: theirs are asked too."""
    asking = ledger.asking
    if not statement.authorised:
        return statement.flaw or "not-authorised"
    made = statement.produced_at or statement.this_update
    if statement.this_update > asking.at or made > asking.at:
        return "after-validation-time"
    if statement.state == "unknown":
        return "unknown-to-the-responder"
    age = asking.policy.revocation_max_age_seconds
    if statement.next_update is None and age is None:
        return "no-next-update"
    if not _in_force(statement, asking.moment, age) and not _later(statement, asking.moment, not_after):
        return "not-fresh" if statement.this_update <= asking.moment else "after-expiry"
    known_by = _known_by(statement, ledger)
    flaw = _issuer_flaw(statement, issuer, known_by, ledger, responders=responders)
    if flaw is not None:
        return flaw
    weak = statement.signature_hash is not None and not _hash_accepted(statement.signature_hash, asking.policy, known_by)
    return "weak-digest" if weak else None


def _in_force(statement: RevocationStatement, moment: datetime, age: int | None) -> bool:
    """Fresh at the moment: by the policy's greatest age, else by nextUpdate (5.2.5)."""
    end = statement.next_update if age is None else statement.this_update + timedelta(seconds=age)
    return end is not None and statement.this_update <= moment <= end


def _later(statement: RevocationStatement, moment: datetime, not_after: datetime) -> bool:
    """Made after the moment, when the certificate would still have been on the list."""
    kept = statement.covers_expired_since is not None and statement.covers_expired_since <= not_after
    return moment <= statement.this_update and (statement.this_update <= not_after or kept)


def _issuer_flaw(
    statement: RevocationStatement, issuer: PathEntry | None, known_by: datetime, ledger: _Ledger, *, responders: bool
) -> str | None:
    """`known_by` is when the statement is proven to have existed, at the latest the validation time."""
    if statement.issuer_paths is None:
        return ISSUER_EXPIRED if issuer is not None and _expired(issuer, known_by, ledger.asking.paths) else None
    path = statement.issuer_paths.at(statement.produced_at or statement.this_update)
    if isinstance(path, PathNotFound):
        return "issuer-path"
    if any(_expired(entry, known_by, statement.issuer_paths.found) for entry in path.entries):
        return ISSUER_EXPIRED
    if not responders:
        return None
    if _issuer_revoked(path, known_by, ledger):
        return "issuer-revoked"
    asked = _lacks_nocheck(statement) and ledger.asking.policy.ocsp_responder_without_nocheck != "accept"
    return "responder-status-unknown" if asked and not _responder_answered(statement, ledger) else None


def _expired(entry: PathEntry, known_by: datetime, paths: Sequence[PathFound]) -> bool:
    """Anchors and listed sub-CAs are never asked for more than their path's own moment (docs/rules.md, 11).

    A renewed certificate of the same name and key speaks for the older one's words.
    """
    listed = entry.role is Role.ANCHOR or entry.link is Link.LISTED or (entry.in_trust_list and entry.role is Role.INTERMEDIATE)
    if listed or known_by <= entry.not_after:
        return False
    same = (other for path in paths for other in path.entries if other.subject == entry.subject and _same_key(other, entry))
    return not any(other.not_before <= known_by <= other.not_after for other in same)


def _same_key(one: PathEntry, other: PathEntry) -> bool:
    return (
        one.certificate is not None
        and other.certificate is not None
        and one.certificate.public_key == other.certificate.public_key
    )


def _issuer_revoked(path: PathFound, known_by: datetime, ledger: _Ledger, asked: frozenset[str] = frozenset()) -> bool:
    """Any certificate of the issuer's path was revoked before the statement is proven to have existed.

    What an issuer says of itself is no answer.
    """
    names = asked | {path.entries[0].sha256 or ""}
    return any(
        one.state in ("revoked", "on-hold") and (one.revoked_at is None or one.revoked_at <= known_by)
        for entry in path.entries[:-1]
        for one in ledger.about.get(entry.sha256 or "", ())
        if _speaks(one, ledger, names)
    )


def _responder_answered(statement: RevocationStatement, ledger: _Ledger) -> bool:
    """Another authority's statement answers for the responder when it spoke (RFC 6960, 4.2.2.2.1)."""
    made = statement.produced_at or statement.this_update
    path = statement.issuer_paths.at(made) if statement.issuer_paths is not None else None
    if not isinstance(path, PathFound) or len(path.entries) < 2:
        return False
    responder, issuer = path.entries[:2]
    then = _Ledger(ledger.about, replace(ledger.asking, moment=made))
    about = ledger.about.get(responder.sha256 or "", ())
    others = [one for one in about if one.issuer_paths is None or _responder(one) != responder.subject]
    return any(
        one.state in ("good", "removed") and _unusable(one, responder.not_after, issuer, then, responders=False) is None
        for one in others
    )


def _hash_accepted(name: str, policy: Policy, moment: datetime) -> bool:
    return judge_use(AlgorithmUse(name, "signature"), policy, moment).accepted


def _lacks_nocheck(statement: RevocationStatement) -> bool:
    return statement.kind == "ocsp" and statement.issuer_paths is not None and not statement.issuer_no_check


def _responder(statement: RevocationStatement) -> str:
    found = statement.issuer_paths.found if statement.issuer_paths is not None else ()
    return found[0].entries[0].subject if found else ""
