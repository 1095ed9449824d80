"""What the caller demands; only signatures that pass count, and an unmet demand fails the document (docs/rules.md, 16)."""

from __future__ import annotations

from sigcheck.facts import Certificate
from sigcheck.judging.case import DocumentCase, JudgedSignature
from sigcheck.judging.codes import finding
from sigcheck.verdict import Finding


def expected_signers_signed(case: DocumentCase) -> tuple[Finding, ...]:
    """The certificate's e-mail is compared, never the block's."""
    signers = (one.case.evidence.signer for one in _passing(case))
    signed = {email.strip().casefold() for signer in signers if signer is not None for email in signer.emails}
    wanted = case.question.asked_demands.expect_signers
    return tuple(finding("expected-signer-missing", email=email) for email in wanted if email.strip().casefold() not in signed)


def enough_signers(case: DocumentCase) -> tuple[Finding, ...]:
    """Distinct certificates: twenty stamps of one office are one signer."""
    required = case.question.asked_demands.min_signatures
    signers = {certificate_identity(one.case.evidence.signer) for one in _passing(case) if one.case.evidence.signer}
    return (finding("too-few-signatures", required=required, found=len(signers)),) if len(signers) < required else ()


def certificate_identity(signer: Certificate | None) -> tuple[bytes, int, bytes] | None:
    """What tells certificates apart: the issuer's number and the key. One certificate can be encoded in many ways, each with a
    fingerprint of its own."""
    return None if signer is None else (signer.issuer_der, signer.serial_number, signer.public_key)


def every_signature_is_stamped(case: DocumentCase) -> tuple[Finding, ...]:
    """Each by a trusted time-stamp of its own."""
    if not case.question.asked_demands.require_timestamp:
        return ()
    without = [one.case.facts.field for one in case.signatures if one.case.times.own_stamp is None]
    return (finding("timestamp-missing", fields=without),) if without else ()


def _passing(case: DocumentCase) -> tuple[JudgedSignature, ...]:
    return tuple(one for one in case.signatures if one.passes)
