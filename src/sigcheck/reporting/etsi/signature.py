"""The report of one signature (SignatureValidationReport, clause 4.3), with the signature's own indication."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sigcheck.policy import Policy
from sigcheck.reporting.etsi.attributes import attributes
from sigcheck.reporting.etsi.blocks import blocks_of
from sigcheck.reporting.etsi.case import Case, Signature
from sigcheck.reporting.etsi.elements import Node, child, digest, is_fingerprint, octets, policy_hash, reference, told, written
from sigcheck.reporting.etsi.names import (
    APPLIED,
    BASIC,
    CHECK,
    DISABLED,
    FACT,
    OF_PART,
    POLICY,
    PROVEN_BY_VALIDATION,
    WITH_ARCHIVE,
    WITH_TIME,
    XADES,
    digest_of,
    digest_uri,
    proof_type,
)
from sigcheck.reporting.etsi.objects import Objects
from sigcheck.reporting.etsi.outcome import algorithm, chain, indications, messages, related, revocation, revocations
from sigcheck.verdict import DocumentReport, SignatureReport

_LATER_PROOFS: Final = frozenset({"later-signature-timestamp", "document-timestamp", "received"})
_SHA1_ENCAPSULATED: Final = "adbe.pkcs7.sha1"
_CHOICES: Final = {
    "revocation": "revocation",
    "certificate-period-without-proof": "expired_with_claimed_time",
    "changes-after-last-signature": "changes_after_last_signature",
}
"""The keys of the policy that switch these checks off; others are named among its advisory checks."""


def signature_report(parent: Node, one: Signature, case: Case, objects: Objects) -> None:
    """One signature; document time-stamps are validation objects, see `timestamp`."""
    made = child(parent, "SignatureValidationReport")
    _identifier(made, one, case.personal)
    constraints = policy_report(made, case.report, case.policy, case.personal)
    _blocks(constraints, one.report)
    disabled_checks(constraints, case.report, case.policy)
    _times(made, one, case)
    _signers_document(made, one, objects)
    attributes(made, one, case, objects)
    _signer(made, one.report, case.personal, objects)
    child(child(made, "SignatureValidationProcess"), "SignatureValidationProcessID", _process(one, case))
    _outcome(made, one, case.personal, objects)


def _identifier(parent: Node, one: Signature, personal: bool) -> None:
    """The data to be signed by its digest, the signature value, and the field (clause 4.3.3)."""
    made = child(parent, "SignatureIdentifier")
    made.set("id", one.identifier)
    signed = _signed_representation(one)
    if signed is not None:
        digest(made, "DigestAlgAndValue", *signed)
    value = _signature_value(one)
    if value is not None:
        octets(made, "SignatureValue", value, namespace="http://www.w3.org/2000/09/xmldsig#")
    child(made, "HashOnly", "false")
    child(made, "DocHashOnly", "false")
    told(child(child(made, "OtherInformation"), "SignatureReference"), "PAdESFieldName", one.report.field, personal)


def _signature_value(one: Signature) -> bytes | None:
    if one.cms is not None:
        return one.cms.signature
    return None if one.evidence is None else one.evidence.facts.raw_signature


def _signed_representation(one: Signature) -> tuple[str, bytes] | None:
    """The digest of what the signature value is over: the signed attributes, or without them the content."""
    cms = one.cms
    if cms is None or digest_uri(cms.digest_algorithm) is None:
        return None
    signed = cms.signed_attributes if cms.signed_attributes is not None else cms.content
    value = None if signed is None else digest_of(cms.digest_algorithm, signed)
    return None if value is None else (cms.digest_algorithm, value)


def policy_report(parent: Node, report: DocumentReport, policy: Policy, personal: bool) -> Node:
    """The policy by its digest and name (clause 4.3.5); gives the element that the constraints go into."""
    made = child(parent, "ValidationConstraintsEvaluationReport")
    sha256 = report.policy.sha256 or policy.sha256
    if is_fingerprint(sha256):
        stated = child(made, "SignatureValidationPolicy")
        identifier = child(child(stated, "SignaturePolicyIdentifier"), "SignaturePolicyId", namespace=XADES)
        child(child(identifier, "SigPolicyId", namespace=XADES), "Identifier", POLICY + sha256, namespace=XADES)
        policy_hash(identifier, sha256)
        told(stated, "PolicyName", report.policy.name, personal)
    return made


def _blocks(parent: Node, report: SignatureReport) -> None:
    """The building blocks of EN 319 102-1, each with its answer."""
    for block in blocks_of(report):
        made = child(parent, "ValidationConstraint")
        child(made, "ValidationConstraintIdentifier", block.name)
        child(child(made, "ConstraintStatus"), "Status", APPLIED)
        indications(made, block.indication, block.sub_indications, name="ValidationStatus", uris=OF_PART)


def disabled_checks(parent: Node, report: DocumentReport, policy: Policy) -> None:
    """What the policy switched off (EN 319 102-1, 5.1.4.1), with the policy's own word on it."""
    for name in report.disabled_checks:
        made = child(parent, "ValidationConstraint")
        child(made, "ValidationConstraintIdentifier", CHECK + name)
        key = _CHOICES.get(name)
        parameter = child(made, "ValidationConstraintParameter")
        child(parameter, "Type", FACT + (key or "advisory"))
        child(parameter, "Value", str(getattr(policy, key)) if key else "true")
        child(child(made, "ConstraintStatus"), "Status", DISABLED)


def _times(parent: Node, one: Signature, case: Case) -> None:
    """The validation time and the best signature time with what proves it (clause 4.3.6)."""
    times = one.report.times
    made = child(parent, "ValidationTimeInfo")
    child(made, "ValidationTime", written(case.report.validation_time))
    best = times.best_signature_time or case.report.validation_time
    proof = child(made, "BestSignatureTime")
    child(proof, "POETime", written(best))
    child(proof, "TypeOfProof", PROVEN_BY_VALIDATION if times.best_signature_time is None else proof_type(times.basis))
    token = case.proof(_prover(one.report), best)
    if token is not None:
        reference(proof, "POEObject", token.identifier)


def _prover(report: SignatureReport) -> str | None:
    """The field whose time-stamp proves the best signature time."""
    return None if report.times.proof is None else report.times.proof.signature


def _signers_document(parent: Node, one: Signature, objects: Objects) -> None:
    """The signed bytes by the digest that was found to match; where none did, the file (clause 4.3.7)."""
    cms, file = one.cms, objects.file
    if one.report.integrity.digest_matches is True and cms is not None and cms.message_digest is not None:
        algorithm_, value = cms.digest_algorithm, cms.message_digest
        if one.report.sub_filter == _SHA1_ENCAPSULATED:
            algorithm_, value = "sha1", cms.content or b""
        if digest_uri(algorithm_) is not None and value:
            made = child(parent, "SignersDocument")
            digest(made, "DigestAlgAndValue", algorithm_, value)
            reference(made, "SignersDocumentRepresentation", objects.signed_data(algorithm_, value))
            if file is not None:
                reference(made, "SignersDocumentRef", file)
            return
    if file is not None:
        reference(child(parent, "SignersDocument"), "SignersDocumentRepresentation", file)


def _signer(parent: Node, report: SignatureReport, personal: bool, objects: Objects) -> None:
    signer = report.signer
    if signer.sha256 is None:
        return
    made = child(parent, "SignerInformation")
    reference(made, "SignerCertificate", objects.certificate(signer.sha256))
    name = signer.common_name or signer.subject
    if name is not None:
        told(made, "Signer", name, personal)


def _process(one: Signature, case: Case) -> str:
    """The process of EN 319 102-1 (5.3, 5.5, 5.6) that the material at hand allowed."""
    later = any(each.report.revision > one.report.revision for each in case.document_timestamps)
    if one.report.times.basis in _LATER_PROOFS or later or case.report.received is not None:
        return WITH_ARCHIVE
    return WITH_TIME if one.tokens or one.report.revocation.statements else BASIC


def _outcome(parent: Node, one: Signature, personal: bool, objects: Objects) -> None:
    """The signature's own indication and what it rests on (clauses 4.3.4 and 4.3.12)."""
    report = one.report
    subs = () if report.sub_indication is None else (report.sub_indication,)
    status = indications(parent, report.indication, subs)
    made = child(status, "AssociatedValidationReportData")
    chain(made, report.chain, objects)
    related(made, report.revocation.statements, objects)
    revoked = revocations(report.revocation.statements)
    if revoked:
        revocation(made, revoked[0], objects)
    hash_ = None if one.evidence is None else one.evidence.integrity.signature_hash
    algorithm(made, one.identifier, (report.integrity.signature_algorithm, hash_), report.findings)
    messages(made, report.findings, _facts(report), personal)
    for another in revoked[1:]:
        revocation(child(status, "AssociatedValidationReportData"), another, objects)


def _facts(report: SignatureReport) -> list[tuple[str, str]]:
    """What the schema has no element for."""
    facts: list[tuple[str, str | None]] = [
        ("revision", str(report.revision)),
        ("signer-kind", report.signer.kind),
        ("best-signature-time-basis", report.times.basis),
        ("control-time", _moment(report.revocation.control_time)),
        ("changes-after-signing", report.modifications.level),
    ]
    lower = report.times.lower_bound
    if lower is not None:
        facts += [("lower-bound", written(lower.at)), ("lower-bound-basis", lower.basis)]
    return [(name, value) for name, value in facts if value is not None]


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else written(moment)
