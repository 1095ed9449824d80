"""The signing block against the certificate (docs/rules.md, 13 to 15)."""

from __future__ import annotations

from sigcheck.blocktext import TRIAL_PHRASE
from sigcheck.evidence import PathFound
from sigcheck.facts import Certificate, SigningBlock
from sigcheck.formula import named_in_other_words, read_formula
from sigcheck.judging.blocks import claims_government_ca, comparable, email_matches, name_difference, same_name
from sigcheck.judging.case import SignatureCase
from sigcheck.judging.codes import finding
from sigcheck.judging.signer_kind import reads_as_a_person
from sigcheck.judging.wording import entry_name
from sigcheck.verdict import FactValue, Finding, Severity

FEWEST_WORDS = 3
"""Of a name in /Location: many provinces' names are two words of which the first is a family name as well."""


def block_name_is_the_certificates(case: SignatureCase) -> tuple[Finding, ...]:
    """Only the name in the Reason pattern fails; the mobile signer writes another Reason, and names nobody there."""
    signer = case.evidence.signer
    names = [name for name, _ in _claims(case) if name is not None]
    return () if signer is None else tuple(found for name in dict.fromkeys(names) for found in _name_compared(name, signer))


def _claims(case: SignatureCase) -> tuple[tuple[str | None, str | None], ...]:
    """Name and e-mail of everybody whom the block names by the sentence."""
    block = case.facts.block
    return ((block.signer_name, block.signer_email), *block.other_signers)


def _name_compared(name: str, signer: Certificate) -> tuple[Finding, ...]:
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
    """With the addresses of the subject alternative name and of the subject."""
    signer = case.evidence.signer
    emails = dict.fromkeys(email for _, email in _claims(case) if email is not None)
    if signer is None:
        return ()
    if not signer.emails:
        return tuple(finding("email-not-in-certificate", block_email=email) for email in emails)
    return tuple(
        finding("email-differs-from-certificate", block_email=email, certificate_emails=list(signer.emails))
        for email in emails
        if not email_matches(email, signer.emails)
    )


def formula_is_written_plainly(case: SignatureCase) -> tuple[Finding, ...]:
    """Signing software writes one sentence in one way; what departs from it was made to be read by people alone."""
    oddities = case.facts.block.formula_oddities
    return (finding("block-formula-disguised", how=list(oddities), reason=case.facts.block.reason),) if oddities else ()


def other_entries_name_the_signer(case: SignatureCase) -> tuple[Finding, ...]:
    """`Ký bởi: …` in /Reason, and /Location of the mobile signer, which writes the unit as /Reason and the name as /Location.
    The sentence itself in /Location or /ContactInfo counts where it names somebody with an address. Warnings: other programs
    write other things there."""
    block, signer = case.facts.block, case.evidence.signer
    if signer is None or not signer.common_name:
        return ()
    found = []
    named = named_in_other_words(block.reason) if not block.formula_oddities and block.signer_name is None else None
    entries = [("reason", named), ("location", _mobile_name(block, signer))]
    for where, text in (("location", block.location), ("contact-info", block.contact_info)):
        entries += [(where, one.name) for one in read_formula(text).signers if one.email and "@" in one.email]
    for where, entry in dict.fromkeys(entries):
        if entry is not None and name_difference(entry, signer.common_name, ()) == "name" and not _within(entry, signer):
            found.append(finding("block-names-another", where=where, entry=entry, certificate_name=signer.common_name))
    return tuple(found)


def _within(entry: str, signer: Certificate) -> bool:
    """One of the two holds the other: titles and units stand beside names."""
    one, other = comparable(entry), comparable(signer.common_name or "")
    return one in other or other in one


def _mobile_name(block: SigningBlock, signer: Certificate) -> str | None:
    """/Location where /Reason is the certificate's own organisation or unit, and /Location reads as a person's name."""
    units = [unit for unit in (signer.organisation, *signer.organisational_units) if unit]
    location, reason = (block.location or "").strip(), (block.reason or "").strip()
    if not reason or len(location.split()) < FEWEST_WORDS or not any(same_name(reason, unit) for unit in units):
        return None
    return location if reads_as_a_person(location) else None


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
