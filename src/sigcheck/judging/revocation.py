"""Revocation statements against a path at a moment: what each says, whether it counts, and what stays unchecked.

A good statement counts for a moment when it is authorised, not younger than the validation time, and either was in force then
(thisUpdate to nextUpdate, ETSI EN 319 102-1, 5.2.5; NĐ 68/2024, Điều 31: published then) or was made later, while the
certificate had not expired (an issuer may drop expired certificates from its list, RFC 5280, 5). Without nextUpdate none is
fresh (5.2.5). A revocation counts always, fresh or not: nothing takes it back but `removeFromCRL`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sigcheck.evidence import PathEntry, PathFound, PathNotFound, RevocationStatement
from sigcheck.judging.algorithms import AlgorithmUse, judge_use
from sigcheck.policy import Policy


@dataclass(frozen=True, slots=True)
class Revoked:
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


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A certificate that no statement answers for, and why: `no-statement`, or why the best one does not count."""

    entry: PathEntry
    reason: str


@dataclass(frozen=True, slots=True)
class PathRevocation:
    """What is known about a whole path at a moment."""

    checked: bool
    """Every certificate below the anchor has a statement that counts."""
    unchecked: tuple[Unchecked, ...] = ()
    revoked: tuple[Revoked, ...] = ()
    without_nocheck: tuple[str, ...] = ()
    """Responders that were relied on although their own status is not known."""


def judge_revocation(
    path: PathFound, statements: tuple[RevocationStatement, ...], *, moment: datetime, at: datetime, policy: Policy
) -> PathRevocation:
    """Ask for every certificate of the path but the anchor (NĐ 68/2024, Điều 32; RFC 5280, 6.1.3 (a)(3))."""
    by_certificate: dict[str, list[RevocationStatement]] = {}
    for statement in statements:
        by_certificate.setdefault(statement.certificate_sha256, []).append(statement)
    unchecked: list[Unchecked] = []
    revoked: list[Revoked] = []
    responders: dict[str, None] = {}
    below = path.entries[:-1]
    for index, entry in enumerate(below):
        about = by_certificate.get(entry.sha256, []) if entry.sha256 else []
        reasons = [(s, unusable(s, entry.not_after, moment=moment, at=at, policy=policy)) for s in about]
        good = [s for s, reason in reasons if reason is None and s.state in ("good", "removed")]
        hits = [s for s in about if _speaks(s, at) and (s.state == "revoked" or _still_held(s, good))]
        revoked += [Revoked(entry, index == 0, hit) for hit in _worst(hits)]
        if not good and not hits:
            unchecked.append(Unchecked(entry, next((reason for _, reason in reasons if reason), "no-statement")))
        if good and all(_lacks_nocheck(s) for s in good):
            responders |= dict.fromkeys(_responder(s) for s in good[:1])
    return PathRevocation(bool(below) and not unchecked, tuple(unchecked), tuple(revoked), tuple(responders))


def _worst(hits: list[RevocationStatement]) -> list[RevocationStatement]:
    """One statement is enough: a revocation before a suspension, the earliest time first."""
    return sorted(hits, key=lambda s: (s.state != "revoked", s.revoked_at is not None, s.revoked_at or s.this_update))[:1]


def _still_held(statement: RevocationStatement, good: list[RevocationStatement]) -> bool:
    """Suspended, and no younger statement says that the suspension ended."""
    return statement.state == "on-hold" and all(other.this_update <= statement.this_update for other in good)


def _speaks(statement: RevocationStatement, at: datetime) -> bool:
    """Authorised, and known at the validation time."""
    return statement.authorised and statement.this_update <= at


def unusable(
    statement: RevocationStatement, not_after: datetime, *, moment: datetime, at: datetime, policy: Policy
) -> str | None:
    """Why a statement does not answer for `moment`; None when it does."""
    if not statement.authorised:
        return statement.flaw or "not-authorised"
    made = statement.produced_at or statement.this_update
    if statement.this_update > at or made > at:
        return "after-validation-time"
    if statement.state == "unknown":
        return "unknown-to-the-responder"
    if statement.next_update is None:
        return "no-next-update"
    in_force = statement.this_update <= moment <= statement.next_update
    later = moment <= statement.this_update <= not_after
    if not in_force and not later:
        return "not-fresh" if statement.this_update <= moment else "after-expiry"
    if statement.issuer_paths is not None:
        if isinstance(statement.issuer_paths.at(made), PathNotFound):
            return "issuer-path"
        if _lacks_nocheck(statement) and policy.ocsp_responder_without_nocheck != "accept":
            return "responder-status-unknown"
    weak = statement.signature_hash is not None and not _hash_accepted(statement.signature_hash, policy, made)
    return "weak-digest" if weak else None


def _hash_accepted(name: str, policy: Policy, moment: datetime) -> bool:
    return judge_use(AlgorithmUse(name, "signature"), policy, moment).accepted


def _lacks_nocheck(statement: RevocationStatement) -> bool:
    return statement.kind == "ocsp" and statement.issuer_paths is not None and not statement.issuer_no_check


def _responder(statement: RevocationStatement) -> str:
    found = statement.issuer_paths.found if statement.issuer_paths is not None else ()
    return found[0].entries[0].subject if found else ""
