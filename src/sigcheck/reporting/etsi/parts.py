"""Validation objects with reports of their own: time-stamps, CRLs and OCSP responses, and the file as a whole (clause 4.4)."""

from __future__ import annotations

from collections.abc import Sequence

from sigcheck.evidence import RevocationStatement
from sigcheck.reporting.etsi.case import Case, Signature, Token, sha256
from sigcheck.reporting.etsi.elements import Node, by_fingerprint, child, octets, reference, told, written
from sigcheck.reporting.etsi.names import BASIC, OF_PART, OTHER, TIMESTAMP, proof_type
from sigcheck.reporting.etsi.objects import Objects, validation_object
from sigcheck.reporting.etsi.outcome import algorithm, chain, indications, messages, related, revocation, revocations
from sigcheck.verdict import Finding, Indication, SubIndication


def file_object(parent: Node, case: Case, objects: Objects) -> None:
    """The document itself: its digest, the archive's record of it, and the verdict on it as a whole, which is sigcheck's own."""
    report = case.report
    if objects.file is None or report.document.sha256 is None:
        return
    made, representation = validation_object(parent, objects.file, OTHER)
    by_fingerprint(representation, report.document.sha256)
    if report.received is not None:
        poe = child(made, "POE")
        child(poe, "POETime", written(report.received))
        child(poe, "TypeOfProof", proof_type("received"))
    inner = child(made, "ValidationReport")
    document_status(inner, case, OF_PART)


def document_status(parent: Node, case: Case, uris: dict[str, str]) -> None:
    """The document's state as an indication: what is unsigned or unreadable is INDETERMINATE, CUSTOM, with the reason."""
    report = case.report
    subs = () if report.sub_indication is None else (report.sub_indication,)
    if report.indication is None:
        subs = (SubIndication.CUSTOM,)
    status = indications(parent, report.indication or Indication.INDETERMINATE, subs, uris=uris)
    facts = [("state", report.state.value), ("path", report.document.path), ("profile", report.profile)]
    if report.document.revisions is not None:
        facts.append(("revisions", str(report.document.revisions)))
    facts.append(("trust-list-sha256", report.trust.sha256))
    if report.revocation_store.sha256 is not None:
        facts.append(("revocation-store-sha256", report.revocation_store.sha256))
    messages(child(status, "AssociatedValidationReportData"), report.findings, facts, case.personal)


def token_objects(parent: Node, case: Case, objects: Objects, proven: dict[str, tuple[str, ...]]) -> None:
    """Every time-stamp of the document, signature by signature, then those that no field reaches."""
    for one in case.signatures:
        if one.is_document_timestamp and not one.tokens:
            _unreadable_timestamp(parent, one, case)
        for token in one.tokens:
            _token(parent, token, one, case, objects, proven.get(token.identifier, ()))
        for identifier, stamp in one.content_tokens:
            octets(validation_object(parent, identifier, TIMESTAMP)[1], "base64", stamp.token)
    for token in case.loose_tokens:
        _token(parent, token, None, case, objects, ())


def _token(parent: Node, token: Token, holder: Signature | None, case: Case, objects: Objects, proven: Sequence[str]) -> None:
    made, representation = validation_object(parent, token.identifier, TIMESTAMP)
    if token.evidence is not None:
        octets(representation, "base64", token.evidence.token)
        objects.write_proof(made, "timestamp", sha256(token.evidence.token))
    else:
        told(representation, "direct", f"{token.field} {token.index}", case.personal)
    if token.proves is not None:
        _provisioning(made, token, holder, case, proven)
    inner = child(made, "ValidationReport")
    tsa = None if token.evidence is None else token.evidence.tsa
    if tsa is not None:
        signer = child(inner, "SignerInformation")
        reference(signer, "SignerCertificate", objects.certificate(tsa.sha256))
        told(signer, "Signer", token.report.tsa or tsa.subject, case.personal)
    child(child(inner, "SignatureValidationProcess"), "SignatureValidationProcessID", BASIC)
    _token_outcome(inner, token, holder, case, objects)


def _provisioning(parent: Node, token: Token, holder: Signature | None, case: Case, proven: Sequence[str]) -> None:
    """What the token proves to have existed: objects, and the signatures whose best time it gives (clause 4.4.7)."""
    assert token.proves is not None  # noqa: S101 - asked before
    made = child(parent, "POEProvisioning")
    child(made, "POETime", written(token.proves))
    for identifier in proven:
        reference(made, "ValidationObject", identifier)
    fields = [] if holder is None or holder.is_document_timestamp else [holder.report.field]
    fields += case.proven_fields.get(token.identifier, ())
    for field in dict.fromkeys(fields):
        told(child(made, "SignatureReference"), "PAdESFieldName", field, case.personal)


def _token_outcome(parent: Node, token: Token, holder: Signature | None, case: Case, objects: Objects) -> None:
    """The token's own indication; of a document time-stamp that of the field, which knows its ByteRange too."""
    stamp, findings = token.report, _findings(token, holder)
    indication, sub = stamp.indication, stamp.sub_indication
    if holder is not None and holder.is_document_timestamp:
        indication, sub = holder.report.indication, holder.report.sub_indication
    status = indications(parent, indication, () if sub is None else (sub,), uris=OF_PART)
    made = child(status, "AssociatedValidationReportData")
    chain(made, stamp.chain, objects)
    related(made, stamp.revocation.statements, objects)
    revoked = revocations(stamp.revocation.statements)
    if revoked:
        revocation(made, revoked[0], objects)
    if token.evidence is not None:
        integrity = token.evidence.integrity
        algorithm(made, token.identifier, (integrity.signature_algorithm, integrity.signature_hash), findings)
    facts = [] if holder is None else [("field", holder.report.field), ("revision", str(holder.report.revision))]
    facts += [] if stamp.policy is None else [("timestamp-policy", stamp.policy)]
    messages(made, findings, facts, case.personal)
    for another in revoked[1:]:
        revocation(child(status, "AssociatedValidationReportData"), another, objects)


def _findings(token: Token, holder: Signature | None) -> list[Finding]:
    if holder is None:
        return []
    if holder.is_document_timestamp:
        return holder.report.findings
    return [one for one in holder.report.findings if one.about.timestamp == token.index]


def _unreadable_timestamp(parent: Node, one: Signature, case: Case) -> None:
    """A document time-stamp whose token could not be read."""
    made, representation = validation_object(parent, one.identifier, TIMESTAMP)
    contents = b"" if one.evidence is None else one.evidence.facts.contents
    by_fingerprint(representation, sha256(contents))
    sub = one.report.sub_indication
    status = indications(child(made, "ValidationReport"), one.report.indication, () if sub is None else (sub,), uris=OF_PART)
    facts = [("field", one.report.field), ("revision", str(one.report.revision))]
    messages(child(status, "AssociatedValidationReportData"), one.report.findings, facts, case.personal)


def revocation_objects(parent: Node, case: Case, objects: Objects) -> None:
    """CRLs and OCSP responses, with whoever made them and whether they may speak."""
    for kind in ("crl", "ocsp"):
        for fingerprint, made in objects.write(parent, kind):
            statement = objects.at_hand.statements.get(fingerprint)
            if statement is not None:
                _statement(child(made, "ValidationReport"), statement, case, objects)


def _statement(parent: Node, statement: RevocationStatement, case: Case, objects: Objects) -> None:
    paths = statement.issuer_paths
    reached = () if paths is None else (*paths.found, *(() if paths.failure is None else (paths.failure,)))
    leaf = next((path.entries[0] for path in reached if path.entries), None)
    if leaf is not None and leaf.sha256 is not None:
        signer = child(parent, "SignerInformation")
        reference(signer, "SignerCertificate", objects.certificate(leaf.sha256))
        told(signer, "Signer", leaf.common_name or leaf.subject, case.personal)
    indication = Indication.TOTAL_PASSED if statement.authorised else Indication.INDETERMINATE
    subs = () if statement.authorised else (SubIndication.CUSTOM,)
    status = indications(parent, indication, subs, uris=OF_PART)
    moments = (
        ("this-update", statement.this_update),
        ("next-update", statement.next_update),
        ("produced-at", statement.produced_at),
        ("received-at", statement.received_at),
    )
    facts = [(name, written(moment)) for name, moment in moments if moment is not None]
    facts += [("source", statement.source)] + ([("flaw", statement.flaw)] if statement.flaw else [])
    messages(child(status, "AssociatedValidationReportData"), (), facts, case.personal)
