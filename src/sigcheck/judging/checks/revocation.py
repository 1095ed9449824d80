"""Revocation of every certificate of the path at the best signature time (EN 319 102-1, 5.2.6.4; NĐ 68/2024, Điều 31, 32)."""

from __future__ import annotations

from sigcheck.judging.case import SignatureCase
from sigcheck.judging.codes import finding
from sigcheck.judging.revocation import unchecked_sub_indication
from sigcheck.judging.wording import iso, iso_or_none
from sigcheck.verdict import Decides, FactValue, Finding, Severity, SubIndication


def path_is_not_revoked(case: SignatureCase) -> tuple[Finding, ...]:
    """A proof is an upper bound: after the revocation it leaves the answer open. A lower bound makes REVOKED (5.3.4 step 4)."""
    if case.revocation is None or case.policy.revocation == "ignore":
        return ()
    moment = case.times.judged_at
    found = []
    for hit in case.revocation.revoked:
        facts: dict[str, FactValue] = {
            "certificate": hit.entry.subject,
            "revoked_at": iso_or_none(hit.statement.revoked_at),
            "moment": iso(moment),
        }
        if not hit.since(moment):
            found.append(finding("certificate-revoked-later", facts, reason=hit.statement.reason))
        elif hit.is_leaf and not hit.held and hit.statement.revoked_at is not None and case.made_after(hit.statement.revoked_at):
            facts |= {"reason": hit.statement.reason, "source": hit.statement.source}
            del facts["moment"]
            found.append(finding("signed-after-revocation", facts | case.lower_facts))
        elif hit.held:
            found.append(finding("certificate-on-hold", facts, source=hit.statement.source))
        else:
            sub = SubIndication.REVOKED_NO_POE if hit.is_leaf else SubIndication.REVOKED_CA_NO_POE
            reason, source = hit.statement.reason, hit.statement.source
            found.append(finding("certificate-revoked", facts, sub_indication=sub, reason=reason, source=source))
    return tuple(found)


def revocation_is_checked(case: SignatureCase) -> tuple[Finding, ...]:
    """If the status cannot be checked, say so (TT 15/2025/TT-BKHCN, Annex II). Under `require` it decides.

    Where it only warns, the time-stamp servers' certificates stand in the same sentence; under `require` each time-stamp has
    its own finding.
    """
    if case.policy.revocation == "ignore":
        return ()
    own = () if case.revocation is None or case.is_document_timestamp else case.revocation.unchecked
    required = case.policy.revocation == "require"
    unchecked = own if required else (*own, *(one for token in case.times.tokens for one in token.revocation.unchecked))
    if not unchecked:
        return ()
    certificates = list(dict.fromkeys(one.entry.subject for one in unchecked))
    reason = unchecked[0].reason
    if not required:
        return (finding("revocation-not-checked", certificates=certificates, reason=reason),)
    return (
        finding(
            "revocation-not-checked",
            severity=Severity.ERROR,
            decides=Decides.INSUFFICIENT,
            sub_indication=unchecked_sub_indication(unchecked),
            certificates=certificates,
            reason=reason,
        ),
    )


def responders_are_known(case: SignatureCase) -> tuple[Finding, ...]:
    """RFC 6960, 4.2.2.2.1 leaves open how a responder without ocsp-nocheck is checked; accepting it is said."""
    if case.revocation is None or case.policy.revocation == "ignore":
        return ()
    return tuple(finding("responder-status-not-checked", certificate=name) for name in case.revocation.without_nocheck)
