"""What validation came to: indications, the path, revocation, algorithms, and findings as messages (clause 4.3.12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml.etree import QName

from sigcheck.reporting.catalogue import LANGUAGES, load_catalogue
from sigcheck.reporting.etsi.elements import Node, child, reference, told, written, written_claim
from sigcheck.reporting.etsi.names import FACT, FINDING, OF_SIGNATURE, OURS, SUB_INDICATION, revocation_reason, signature_uri
from sigcheck.reporting.etsi.objects import KINDS, Objects
from sigcheck.verdict import ChainEntryReport, Finding, Indication, StatementReport, SubIndication

_LANGUAGE = QName("http://www.w3.org/XML/1998/namespace", "lang")
_REVOKED = frozenset({"revoked", "on-hold"})
_OF_THE_SIGNATURE = frozenset({"document-digest", "signature", "timestamp-imprint", "timestamp-signature"})
"""Uses of an algorithm that speak of a signature itself, not of the certificates above it."""


def indications(
    parent: Node,
    indication: Indication,
    subs: Iterable[SubIndication],
    *,
    name: str = "SignatureValidationStatus",
    uris: dict[str, str] = OF_SIGNATURE,
) -> Node:
    """A new element of the type ValidationStatusType."""
    made = child(parent, name)
    child(made, "MainIndication", uris[indication.value])
    for sub in subs:
        child(made, "SubIndication", SUB_INDICATION + sub.value)
    return made


def chain(parent: Node, entries: Sequence[ChainEntryReport], objects: Objects) -> None:
    """The trust anchor and the path, as far as it was reached; entries without a fingerprint cannot be referred to."""
    named = [(entry.role, objects.certificate(entry.sha256)) for entry in entries if entry.sha256 is not None]
    anchor = named[-1][1] if named and named[-1][0] == "anchor" else None
    if anchor is not None:
        reference(parent, "TrustAnchor", anchor)
    if not entries or entries[0].sha256 is None:
        return
    made = child(parent, "CertificateChain")
    reference(made, "SigningCertificate", named[0][1])
    for role, identifier in named[1:]:
        if role != "anchor":
            reference(made, "IntermediateCertificate", identifier)
    if anchor is not None:
        reference(made, "TrustAnchor", anchor)


def related(parent: Node, statements: Sequence[StatementReport], objects: Objects) -> None:
    """The CRLs and responses that were asked."""
    for kind, fingerprint in dict.fromkeys((one.kind, one.sha256) for one in statements if one.kind in KINDS and one.sha256):
        reference(parent, "RelatedValidationObject", objects.named(kind, fingerprint))


def revocation(parent: Node, statement: StatementReport, objects: Objects) -> None:
    """One certificate that is revoked or suspended (clause 4.3.12.6)."""
    made = child(parent, "RevocationStatusInformation")
    reference(made, "ValidationObjectId", objects.certificate(statement.certificate_sha256))
    assert statement.revoked_at is not None  # noqa: S101 - `revocations` chose it
    child(made, "RevocationTime", written(statement.revoked_at))
    reason = revocation_reason(statement.reason)
    if reason is not None:
        child(made, "RevocationReason", reason)
    if statement.sha256 and statement.kind in KINDS:
        reference(made, "RevocationObject", objects.named(statement.kind, statement.sha256))


def revocations(statements: Sequence[StatementReport]) -> list[StatementReport]:
    """Statements that a certificate is revoked since a moment, each certificate once."""
    found = {one.certificate_sha256: one for one in reversed(statements) if one.state in _REVOKED and one.revoked_at is not None}
    return list(reversed(found.values()))


def algorithm(parent: Node, identifier: str, names: tuple[str | None, str | None], findings: Sequence[Finding]) -> None:
    """The signature algorithm, whether the policy takes it, and until when where it says so (clause 4.3.12.7)."""
    uri = signature_uri(*names)
    if uri is None:
        return
    weak = [one for one in findings if one.code.startswith("weak-") and one.facts.get("use") in _OF_THE_SIGNATURE]
    made = child(parent, "CryptoInformation")
    reference(made, "ValidationObjectId", identifier)
    child(made, "Algorithm", uri)
    child(made, "SecureAlgorithm", "false" if any(one.facts.get("accepted") is not True for one in weak) else "true")
    untils = [str(one.facts["until"]) for one in weak if one.facts.get("until")]
    until = written_claim(min(untils, default=None))
    if until is not None:
        child(made, "NotAfter", until)


def messages(parent: Node, findings: Sequence[Finding], facts: Sequence[tuple[str, str]], personal: bool) -> None:
    """Findings in both languages, and single facts of ours, as additional report data (clause 4.3.12.8)."""
    if not findings and not facts:
        return
    made = child(parent, "AdditionalValidationReportData")
    for name, value in facts:
        written_fact = child(made, "ReportData")
        child(written_fact, "Type", FACT + name)
        told(written_fact, "Value", value, personal)
    for finding in findings:
        data = child(made, "ReportData")
        child(data, "Type", FINDING + finding.code)
        _finding(child(data, "Value"), finding, personal)


def _finding(parent: Node, finding: Finding, personal: bool) -> None:
    made = child(parent, "Finding", namespace=OURS)
    made.set("severity", finding.severity.value)
    if finding.decides is not None:
        made.set("decides", finding.decides.value)
    made.set("clause", finding.clause)
    if finding.sub_indication is not None and finding.decides is not None:
        made.set("subIndication", finding.sub_indication.value)
    for language in LANGUAGES:
        message = load_catalogue(language).message(finding.code, finding.facts, personal=personal)
        told(made, "Message", message, personal, namespace=OURS).set(str(_LANGUAGE), language)
