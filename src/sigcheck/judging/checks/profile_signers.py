"""Who a profile expects to sign: domains of e-mail addresses, agencies by name or by certificate."""

from __future__ import annotations

from sigcheck.facts import Certificate
from sigcheck.judging.blocks import comparable
from sigcheck.judging.case import DocumentCase, JudgedSignature
from sigcheck.judging.checks.profile import UNKNOWN, of_kind, undecided, unmet
from sigcheck.profile import ANYBODY, Rule
from sigcheck.verdict import Finding


def domains_are_expected(case: DocumentCase) -> tuple[Finding, ...]:
    """Every address of the certificate, never the block's; a certificate without one fails too."""
    found: list[Finding] = []
    for rule in case.question.profile.asking("email-domains"):
        strangers = [one for one in _asked(case, rule) if not _in_domains(one.case.evidence.signer, rule.domains)]
        found += _told(case, rule, strangers, "signer-domain-unexpected", list(rule.domains))
    return tuple(found)


def agencies_are_expected(case: DocumentCase) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for rule in case.question.profile.asking("agencies"):
        strangers = [one for one in _asked(case, rule) if not _is_listed(one.case.evidence.signer, rule)]
        found += _told(case, rule, strangers, "signer-agency-unexpected", list(rule.names) or list(rule.sha256))
    return tuple(found)


def _asked(case: DocumentCase, rule: Rule) -> tuple[JudgedSignature, ...]:
    """The signatures that the row speaks of, and those of unknown kind, which it may speak of."""
    if rule.kind == ANYBODY:
        return case.signatures
    return (*of_kind(case, rule.kind), *of_kind(case, UNKNOWN))


def _told(case: DocumentCase, rule: Rule, strangers: list[JudgedSignature], code: str, expected: list[str]) -> list[Finding]:
    """One finding a signer, with the fields of all that he signed; of unknown kind, it is undecided whether he is meant."""
    doubtful = [one for one in strangers if rule.kind != ANYBODY and one.case.kind.kind == UNKNOWN]
    fields: dict[str, list[str]] = {}
    for one in strangers:
        if one not in doubtful:
            fields.setdefault(_signer(one.case.evidence.signer), []).append(one.case.facts.field)
    found = [unmet(case, rule, code, {"fields": of, "signer": signer, "expected": expected}) for signer, of in fields.items()]
    return found + ([undecided(case, rule, rule.kind, doubtful)] if doubtful else [])


def _signer(certificate: Certificate | None) -> str:
    if certificate is None:
        return "?"
    name = certificate.common_name or certificate.subject
    return f"{name} <{', '.join(certificate.emails)}>" if certificate.emails else name


def _in_domains(certificate: Certificate | None, domains: tuple[str, ...]) -> bool:
    """Each address lies in one of the domains or below it."""
    if certificate is None or not certificate.emails:
        return False
    hosts = [email.strip().casefold().rpartition("@")[2] for email in certificate.emails]
    return all(any(host == domain or host.endswith(f".{domain}") for domain in domains) for host in hosts)


def _is_listed(certificate: Certificate | None, rule: Rule) -> bool:
    """By its fingerprint, or by its common name, its organisation or one of its units."""
    if certificate is None:
        return False
    names = (certificate.common_name, certificate.organisation, *certificate.organisational_units)
    wanted = {comparable(name) for name in rule.names}
    return certificate.sha256 in rule.sha256 or any(comparable(name) in wanted for name in names if name)
