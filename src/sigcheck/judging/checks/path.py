"""The certification path at the best signature time (RFC 5280, 6.1; EN 319 102-1, 5.2.6). Anchors too are judged at that time."""

from __future__ import annotations

from sigcheck.evidence import PathEntry, PathFlaw, PathFound, PathNotFound, Role
from sigcheck.facts import CmsFacts
from sigcheck.judging.case import SignatureCase
from sigcheck.judging.codes import finding
from sigcheck.judging.wording import certificate_name, iso, iso_or_none
from sigcheck.verdict import Decides, FactValue, Finding, SubIndication

INCOMPLETE = frozenset({PathFlaw.NO_ISSUER, PathFlaw.UNKNOWN_ANCHOR, PathFlaw.LINK_SIGNATURE})
WRONG_PURPOSE = frozenset({PathFlaw.PURPOSE, PathFlaw.KEY_USAGE, PathFlaw.EXTENDED_KEY_USAGE, PathFlaw.IS_A_CA})
SAID_BY_OTHERS = INCOMPLETE | WRONG_PURPOSE | {PathFlaw.EXPIRED, PathFlaw.NOT_YET_VALID, PathFlaw.NOT_HONOURED}


def signer_certificate_present(case: SignatureCase) -> tuple[Finding, ...]:
    if case.evidence.signer is not None:
        return ()
    cms = case.facts.cms
    named = cms.signer_identifier if isinstance(cms, CmsFacts) else None
    return (finding("signer-certificate-missing", signer_identifier=named),)


def path_reaches_an_anchor(case: SignatureCase) -> tuple[Finding, ...]:
    """The name of what is missing is the helpful thing to say."""
    path = case.path
    if not isinstance(path, PathNotFound) or path.flaw not in INCOMPLETE or case.evidence.signer is None:
        return ()
    signer = certificate_name(case.evidence.signer)
    suspected: dict[str, FactValue] = {"imitates": path.imitates} if path.imitates else {}
    return (finding("chain-incomplete", suspected, flaw=path.flaw.value, missing=path.about or None, signer=signer),)


def path_keeps_the_rules(case: SignatureCase) -> tuple[Finding, ...]:
    """Whatever stands in the way that no other check of this module speaks of."""
    path = case.path
    if not isinstance(path, PathNotFound) or path.flaw in SAID_BY_OTHERS or case.evidence.signer is None:
        return ()
    return (finding("chain-invalid", flaw=path.flaw.value, certificate=path.about or certificate_name(case.evidence.signer)),)


def path_is_for_signing(case: SignatureCase) -> tuple[Finding, ...]:
    path, signer = case.path, case.evidence.signer
    if not isinstance(path, PathNotFound) or path.flaw not in WRONG_PURPOSE or signer is None:
        return ()
    return (
        finding(
            "key-usage-not-for-signing",
            flaw=path.flaw.value,
            certificate=path.about or certificate_name(signer),
            key_usage=None if signer.key_usage is None else list(signer.key_usage),
            extended_key_usage=None if signer.extended_key_usage is None else list(signer.extended_key_usage),
        ),
    )


def path_had_not_expired(case: SignatureCase) -> tuple[Finding, ...]:
    """A proof is an upper bound: after notAfter it leaves the answer open; a lower bound makes EXPIRED (5.3.4 step 4)."""
    path = case.path
    if not isinstance(path, PathNotFound) or path.flaw is not PathFlaw.EXPIRED:
        return ()
    is_signer = bool(path.entries) and _entry_in_question(path) is path.entries[0]
    facts: dict[str, FactValue] = {"certificate": path.about, "not_after": iso_or_none(path.bound)}
    if is_signer and path.bound is not None and case.made_after(path.bound):
        return (finding("signed-after-expiry", facts | case.lower_facts),)
    moment = iso(path.moment or case.times.best)
    return (
        finding(
            "certificate-expired",
            facts,
            sub_indication=_expired_sub(case, path),
            moment=moment,
            basis=case.times.basis,
        ),
    )


def _expired_sub(case: SignatureCase, path: PathNotFound) -> SubIndication:
    entry = _entry_in_question(path)
    if entry is not None and entry.role is Role.ANCHOR and len(path.entries) > 1:
        return SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE
    if entry is not None and path.entries and entry is not path.entries[0]:
        return SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
    return SubIndication.OUT_OF_BOUNDS_NOT_REVOKED if _known_good_to_the_end(case) else SubIndication.OUT_OF_BOUNDS_NO_POE


def _entry_in_question(path: PathNotFound) -> PathEntry | None:
    for entry in path.entries:
        if entry.subject == path.about and path.bound in (entry.not_after, entry.not_before):
            return entry
    return None


def _known_good_to_the_end(case: SignatureCase) -> bool:
    """A statement from behind the end of the signer's certificate that keeps expired ones and does not name it (step 7, note 8).

    The last one from before does not know what came between it and the end.
    """
    signer = case.evidence.signer
    if signer is None or case.policy.revocation == "ignore":
        return False
    about = [s for s in case.evidence.statements if s.certificate_sha256 == signer.sha256 and s.authorised]
    if any(s.state in ("revoked", "on-hold") for s in about):
        return False
    kept = [s for s in about if s.covers_expired_since is not None and s.covers_expired_since <= signer.not_after]
    return any(s.state == "good" and signer.not_after <= s.this_update <= case.at for s in kept)


def path_had_begun(case: SignatureCase) -> tuple[Finding, ...]:
    """Proven to exist before the signer's notBefore is a total failure (5.5.4 step 4); without proof it is open."""
    path = case.path
    if not isinstance(path, PathNotFound) or path.flaw is not PathFlaw.NOT_YET_VALID:
        return ()
    entry = _entry_in_question(path)
    proven = case.times.proof is not None and entry is not None and entry is path.entries[0]
    return (
        finding(
            "certificate-not-yet-valid",
            decides=Decides.INVALID if proven else Decides.INSUFFICIENT,
            sub_indication=SubIndication.NOT_YET_VALID if proven else SubIndication.OUT_OF_BOUNDS_NO_POE,
            certificate=path.about,
            not_before=iso_or_none(path.bound),
            moment=iso(path.moment or case.times.best),
            basis=case.times.basis,
        ),
    )


def path_is_honoured(case: SignatureCase) -> tuple[Finding, ...]:
    """Outside the periods that a trusted list honours there is no anchor; after them it may only be a proof that is missing."""
    path = case.path
    if not isinstance(path, PathNotFound) or path.flaw is not PathFlaw.NOT_HONOURED:
        return ()
    moment = path.moment or case.times.best
    ended = path.bound is not None and path.bound <= moment
    sub = SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE if ended else SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    return (
        finding(
            "anchor-not-honoured",
            sub_indication=sub,
            certificate=path.about,
            bound=iso_or_none(path.bound),
            moment=iso(moment),
            basis=case.times.basis,
        ),
    )


def signer_certificate_still_valid(case: SignatureCase) -> tuple[Finding, ...]:
    signer = case.evidence.signer
    if signer is None or not isinstance(case.path, PathFound) or case.times.proof is None or signer.not_after >= case.at:
        return ()
    name = certificate_name(signer)
    return (finding("certificate-expired-since", certificate=name, not_after=iso(signer.not_after), moment=iso(case.times.best)),)
