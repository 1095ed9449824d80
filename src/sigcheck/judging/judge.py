"""judge: evidence and a question in, the report of one document out. Pure: no clock, no file, no network.

1 times and proofs of existence, 2 paths at the best signature time, 3 every check of every signature, 4 every check of the
document, 5 one conclusion. The same evidence can be judged again under another policy.
"""

from __future__ import annotations

from sigcheck.evidence import DocumentEvidence, PathFound, RemainsEvidence, SignatureEvidence
from sigcheck.facts import Unreadable
from sigcheck.judging.case import DocumentCase, JudgedSignature, SignatureCase, never_signed
from sigcheck.judging.checks import CHECKS, DOCUMENT_CHECKS
from sigcheck.judging.codes import finding
from sigcheck.judging.conclude import document_state, signature_indication, under_policy
from sigcheck.judging.describe import ChangeListing, describe_changes, describe_clocks, describe_remains, describe_signature
from sigcheck.judging.describe_proofs import existence_proofs
from sigcheck.judging.existence import Existence, StatementProofs
from sigcheck.judging.modifications import JudgedChanges, judge_changes
from sigcheck.judging.order import order_of, timeline_of
from sigcheck.judging.revocation import Asking, judge_revocation
from sigcheck.judging.signer_kind import signer_kind
from sigcheck.judging.times import SignatureTimes, document_times
from sigcheck.judging.tokens import TokenCase, TokenVerdict, judge_token
from sigcheck.policy import Policy
from sigcheck.question import Question
from sigcheck.references import DocumentReference, PolicyReference
from sigcheck.verdict import (
    SCHEMA_VERSION,
    DocumentReport,
    ExistenceProofReport,
    FactValue,
    Finding,
    Indication,
    OrderReport,
    RemainsReport,
    SignatureReport,
    State,
    SubIndication,
    TimelineEntry,
)

TIMESTAMP_CHECKS = tuple(check for check in CHECKS if check.timestamps_too)

MOST_CHANGES_LISTED = 100_000
"""Changes listed in one report, all signatures together: each lists what came after it, which grows with the square."""

FEWEST_CHANGES_LISTED = 20
"""What each signature may list at least."""


def judge(evidence: DocumentEvidence | Unreadable, question: Question) -> DocumentReport:
    """The report of one document. Total: whatever the evidence holds becomes a finding."""
    if isinstance(evidence, Unreadable):
        return _unreadable(evidence, question)
    present = tuple(s for s in evidence.signatures if not never_signed(s.facts))
    known = document_times(present, question)
    times = known.signatures
    changes = judge_changes(evidence.changes, [s.facts for s in present])
    cases = (_case(evidence, question, changes, known.existence, *pair) for pair in zip(present, times, strict=True))
    judged = tuple(_judge_signature(case) for case in cases)
    order = order_of(present, times, question.policy.time_tolerance_seconds)
    placeholders = tuple(s.facts for s in evidence.signatures if never_signed(s.facts))
    document = DocumentCase(evidence, question, judged, placeholders, changes, order)
    most = max(FEWEST_CHANGES_LISTED, MOST_CHANGES_LISTED // max(len(judged), 1))
    findings = _document_findings(document, most)
    return _report(document, findings, timeline_of(present, times, question), most)


def _case(
    evidence: DocumentEvidence,
    question: Question,
    changes: JudgedChanges,
    existence: Existence,
    signature: SignatureEvidence,
    times: SignatureTimes,
) -> SignatureCase:
    path = signature.paths.at(times.best)
    complete = path if isinstance(path, PathFound) else next(iter(signature.paths.found), None)
    revocation = None
    if complete is not None:
        proofs = StatementProofs(existence, times.proof)
        asking = Asking(times.judged_at, question.at, question.policy, proofs, signature.paths.found)
        revocation = judge_revocation(complete, signature.statements, asking)
    return SignatureCase(
        signature,
        evidence,
        question,
        times,
        path,
        revocation,
        changes,
        signer_kind(signature.signer, question.policy.known_signers),
        existence,
    )


def _judge_signature(case: SignatureCase) -> JudgedSignature:
    """All checks run; none hides another."""
    asked = TIMESTAMP_CHECKS if case.is_document_timestamp else CHECKS
    found = tuple(one for check in asked for one in check.function(case))
    return JudgedSignature(case, under_policy(found, case.policy))


def _document_findings(document: DocumentCase, most: int) -> tuple[Finding, ...]:
    found = [one for check in DOCUMENT_CHECKS for one in check.function(document)]
    longest = max((one.case.later_changes.count for one in document.judged), default=0)
    if longest > most:
        found.append(finding("changes-listed-partly", listed=most, count=longest))
    return under_policy(found, document.policy)


def _report(document: DocumentCase, findings: tuple[Finding, ...], timeline: list[TimelineEntry], most: int) -> DocumentReport:
    every = [*findings, *(found for one in document.judged for found in one.findings)]
    state, indication, sub = document_state(every, signed=bool(document.signatures))
    listing = ChangeListing(describe_changes(document.changes.items), most)
    facts = document.evidence.facts
    reference = DocumentReference(document.question.path, facts.sha256, facts.size, len(facts.revisions))
    return _document_report(
        document.question,
        reference,
        (state, indication, sub),
        signatures=[_signature_report(one, listing) for one in document.judged],
        remains=[_remains_report(one, document.question) for one in document.evidence.remains],
        timeline=timeline,
        order=document.order,
        findings=list(findings),
        proofs=existence_proofs(document),
    )


def _signature_report(judged: JudgedSignature, listing: ChangeListing) -> SignatureReport:
    indication, sub = signature_indication(judged.findings)
    return describe_signature(judged.case, judged.findings, indication, sub, listing)


def _remains_report(remains: RemainsEvidence, question: Question) -> RemainsReport:
    cases = (TokenCase(stamp, i, False, question.policy, question.at, None) for i, stamp in enumerate(remains.timestamps))
    tokens: tuple[TokenVerdict, ...] = tuple(judge_token(case) for case in cases)
    return describe_remains(remains, tokens, question)


def _unreadable(unreadable: Unreadable, question: Question) -> DocumentReport:
    facts: dict[str, FactValue] = {"detail": unreadable.detail}
    if unreadable.reason.value == "limit-reached":
        facts["limit"] = unreadable.limit or ""
    reference = DocumentReference(question.path, unreadable.sha256, unreadable.size, None)
    return _document_report(
        question,
        reference,
        (State.UNREADABLE, None, None),
        signatures=[],
        remains=[],
        timeline=timeline_of((), (), question),
        order=OrderReport(True, [], []),
        findings=[finding(unreadable.reason.value, facts)],
        proofs=[],
    )


def _document_report(
    question: Question,
    reference: DocumentReference,
    verdict: tuple[State, Indication | None, SubIndication | None],
    *,
    signatures: list[SignatureReport],
    remains: list[RemainsReport],
    timeline: list[TimelineEntry],
    order: OrderReport,
    findings: list[Finding],
    proofs: list[ExistenceProofReport],
) -> DocumentReport:
    policy = question.policy
    return DocumentReport(
        schema_version=SCHEMA_VERSION,
        sigcheck_version=question.sigcheck_version,
        document=reference,
        state=verdict[0],
        indication=verdict[1],
        sub_indication=verdict[2],
        validation_time=question.at,
        online=question.online,
        policy=PolicyReference(policy.name, policy.sha256),
        disabled_checks=disabled_checks(policy),
        profile=question.profile.name,
        profile_sha256=question.profile.sha256,
        demands=_demands(question),
        trust=question.trust,
        revocation_store=question.revocation_store,
        received=question.received,
        signatures=signatures,
        signature_remains=remains,
        timeline=timeline,
        order=order,
        findings=findings,
        proofs_of_existence=proofs,
        evidence_bundle=question.evidence_bundle,
        clock_differences=describe_clocks(signatures),
    )


def disabled_checks(policy: Policy) -> list[str]:
    """What the policy switches off and the standard would ask for (EN 319 102-1, 5.1.4.1: the report shall list it)."""
    off = []
    if policy.revocation != "require":
        off.append("revocation")
    if policy.time == "claimed" and policy.expired_with_claimed_time == "accept":
        off.append("certificate-period-without-proof")
    if policy.changes_after_last_signature == "report":
        off.append("changes-after-last-signature")
    return off + sorted(policy.advisory_checks)


def _demands(question: Question) -> dict[str, FactValue]:
    """Only what is demanded."""
    asked = question.asked_demands
    said: dict[str, FactValue] = {}
    if asked.expect_signers:
        said["expect_signers"] = list(asked.expect_signers)
    if asked.min_signatures:
        said["min_signatures"] = asked.min_signatures
    if asked.require_timestamp:
        said["require_timestamp"] = True
    return said
