"""Integrity: the signed bytes, the signature value, the signer's certificate named in the signature (EN 319 102-1, 5.2.7)."""

from __future__ import annotations

from sigcheck.judging.case import SignatureCase
from sigcheck.judging.codes import finding
from sigcheck.judging.wording import certificate_name
from sigcheck.verdict import Finding, SubIndication

SAID_ELSEWHERE = frozenset({"sub-filter-unsupported", "cms-unreadable"})
"""Reasons for not knowing that have a finding of their own."""


def digest_matches(case: SignatureCase) -> tuple[Finding, ...]:
    integrity = case.evidence.integrity
    if integrity.digest_matches is not False:
        return ()
    return (finding("digest-mismatch", digest_algorithm=integrity.digest_algorithm),)


def signature_verifies(case: SignatureCase) -> tuple[Finding, ...]:
    integrity = case.evidence.integrity
    if integrity.signature_verifies is not False:
        return ()
    return (finding("signature-mismatch", signature_algorithm=integrity.signature_algorithm),)


def integrity_determined(case: SignatureCase) -> tuple[Finding, ...]:
    """Null never counts as true."""
    integrity = case.evidence.integrity
    if None not in (integrity.digest_matches, integrity.signature_verifies) or integrity.unknown in SAID_ELSEWHERE:
        return ()
    reason = integrity.unknown or "unknown"
    missing = reason == "no-signer-certificate"
    sub = SubIndication.NO_SIGNING_CERTIFICATE_FOUND if missing else SubIndication.CUSTOM
    return (finding("integrity-unknown", sub_indication=sub, reason=reason, detail=integrity.detail),)


def signing_certificate_named(case: SignatureCase) -> tuple[Finding, ...]:
    if case.evidence.integrity.signing_certificate_matches is not False:
        return ()
    return (finding("signing-certificate-mismatch", signer=certificate_name(case.evidence.signer)),)


def digest_info_exact(case: SignatureCase) -> tuple[Finding, ...]:
    integrity = case.evidence.integrity
    if not integrity.digest_info_without_null:
        return ()
    return (finding("digest-info-without-null", signature_algorithm=integrity.signature_algorithm),)
