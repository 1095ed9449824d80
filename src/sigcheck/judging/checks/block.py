"""The signing block against the certificate (docs/rules.md, 13 to 15)."""

from __future__ import annotations

from sigcheck.blocktext import TRIAL_PHRASE
from sigcheck.evidence import PathFound
from sigcheck.judging.blocks import claims_government_ca, email_matches, name_difference, same_name
from sigcheck.judging.case import SignatureCase
from sigcheck.judging.codes import finding
from sigcheck.judging.wording import entry_name
from sigcheck.verdict import FactValue, Finding, Severity


def block_name_is_the_certificates(case: SignatureCase) -> tuple[Finding, ...]:
    """Only the name in the Reason pattern fails; the mobile signer writes another Reason, and names nobody there."""
    name, signer = case.facts.block.signer_name, case.evidence.signer
    if name is None or signer is None:
        return ()
    if not signer.common_name:
        return (finding("name-not-in-certificate", block_name=name),)
    others = [value for _, value in signer.subject_attributes]
    difference = name_difference(name, signer.common_name, others)
    if difference is None:
        return ()
    facts: dict[str, FactValue] = {"block_name": name, "certificate_name": signer.common_name, "difference": difference}
    if difference == "name":
        return (finding("name-differs-from-certificate", facts),)
    return (finding("name-differs-from-certificate", facts, severity=Severity.WARNING, decides=None),)


def block_email_is_the_certificates(case: SignatureCase) -> tuple[Finding, ...]:
    email, signer = case.facts.block.signer_email, case.evidence.signer
    if email is None or signer is None:
        return ()
    if not signer.emails:
        return (finding("email-not-in-certificate", block_email=email),)
    if email_matches(email, signer.emails):
        return ()
    return (finding("email-differs-from-certificate", block_email=email, certificate_emails=list(signer.emails)),)


def name_entry_is_the_certificates(case: SignatureCase) -> tuple[Finding, ...]:
    """/Name: a constant in one ministry's genuine documents, so a warning at most."""
    entry, signer = case.facts.block.name, case.evidence.signer
    if not entry or signer is None or not signer.common_name or same_name(entry, signer.common_name):
        return ()
    return (finding("name-entry-differs", entry=entry, certificate_name=signer.common_name),)


def government_ca_claimed_rightly(case: SignatureCase) -> tuple[Finding, ...]:
    """An error only when a complete path ends elsewhere; an incomplete one is `chain-incomplete`, which names what is missing."""
    found = case.evidence.paths.found
    if not claims_government_ca(case.facts.block.contact_info) or any(path.authority == "government" for path in found):
        return ()
    path = case.path if isinstance(case.path, PathFound) else next(iter(found), None)
    if path is None:
        return ()
    facts: dict[str, FactValue] = {
        "contact_info": case.facts.block.contact_info,
        "authority": path.authority,
        "anchor": entry_name(path.entries[-1]),
    }
    if path.authority in ("user", "unknown"):
        return (finding("claims-government-ca", facts, severity=Severity.WARNING, decides=None),)
    return (finding("claims-government-ca", facts),)


def software_is_no_trial(case: SignatureCase) -> tuple[Finding, ...]:
    return (finding("trial-software", phrase=TRIAL_PHRASE),) if case.facts.block.trial else ()
