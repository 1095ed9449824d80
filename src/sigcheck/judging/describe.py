"""Evidence as the plain values of the report. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sigcheck.evidence import (
    Integrity,
    PathEntry,
    PathFound,
    PathNotFound,
    RemainsEvidence,
    RevocationStatement,
    SignatureEvidence,
)
from sigcheck.facts import Appearance, Certificate, CmsFacts, SignatureBox, SignatureFacts, SigningBlock
from sigcheck.judging.case import SignatureCase
from sigcheck.judging.modifications import JudgedChange
from sigcheck.judging.revocation import JudgedStatement, PathRevocation
from sigcheck.judging.signer_kind import signer_kind
from sigcheck.judging.times import SignatureTimes, claim_of
from sigcheck.judging.tokens import TokenVerdict
from sigcheck.judging.wording import certificate_name, hexadecimal, iso
from sigcheck.question import Question
from sigcheck.verdict import (
    AppearanceReport,
    BlockReport,
    BoxReport,
    ChainEntryReport,
    ChangeReport,
    ClockDifferences,
    CoverageReport,
    Finding,
    Indication,
    IntegrityReport,
    LowerBoundReport,
    ModificationsReport,
    ProofReport,
    RemainsReport,
    RevocationReport,
    SignatureReport,
    SignerReport,
    StatementReport,
    SubIndication,
    TimesReport,
    TimestampReport,
)


class ChangeListing(Struct, frozen=True):
    """All changes of a document as the report has them, and how many of them one signature may list."""

    reports: tuple[ChangeReport, ...]
    most: int


def describe_signature(
    case: SignatureCase, findings: Sequence[Finding], indication: Indication, sub: SubIndication | None, listing: ChangeListing
) -> SignatureReport:
    """One signature; `listing` bounds its list of changes."""
    facts, evidence = case.facts, case.evidence
    return SignatureReport(
        field=facts.field,
        kind=facts.kind,
        revision=facts.revision,
        sub_filter=facts.sub_filter,
        block=_block(facts.block, evidence),
        signer=_signer(evidence.signer, None if case.is_document_timestamp else (case.kind.kind, case.kind.reason)),
        integrity=_integrity(evidence.integrity),
        coverage=_coverage(facts),
        modifications=_modifications(case, listing),
        chain=_chain(case.path),
        revocation=_signature_revocation(case),
        times=_times(case.times, case),
        box=_box(facts.box),
        appearance=_appearance(facts.appearance),
        indication=indication,
        sub_indication=sub,
        findings=list(findings),
    )


def _box(box: SignatureBox | None) -> BoxReport | None:
    if box is None:
        return None
    shown = None if box.shown is None else list(box.shown)
    return BoxReport(box.page, list(box.rectangle), shown, box.rotation, box.page_sure, box.hidden, box.no_rotate)


def _appearance(shown: Appearance) -> AppearanceReport:
    return AppearanceReport(shown.kind.value, shown.text, shown.unmapped, shown.complete)


def _block(block: SigningBlock, evidence: SignatureEvidence | None) -> BlockReport:
    """What the file says; without /M the time is the CMS signing-time."""
    claimed = block.claimed_time.iso or block.claimed_time.raw if block.claimed_time is not None else None
    if block.claimed_time is None and evidence is not None:
        claimed = claim_of(evidence).text
    return BlockReport(
        contact_info=block.contact_info,
        claimed_time=_iso_only(claimed),
        location=block.location,
        reason=block.reason,
        name=block.name,
        signer_name=block.signer_name,
        signer_email=block.signer_email,
        trial=block.trial,
    )


def _iso_only(claimed: str | None) -> str | None:
    """A date that could not be read is no ISO 8601 text; its finding holds what was written."""
    return claimed if claimed is not None and len(claimed) > 10 and claimed[4:5] == "-" and claimed[10] == "T" else None


def _signer(certificate: Certificate | None, kind: tuple[str, str] | None) -> SignerReport:
    named, reason = kind or (None, None)
    if certificate is None:
        return SignerReport(None, None, None, named, reason, None, None, None, None, None, None)
    return SignerReport(
        common_name=certificate.common_name,
        email=certificate.emails[0] if certificate.emails else None,
        organisation=certificate.organisation,
        kind=named,
        kind_reason=reason,
        sha256=certificate.sha256,
        subject=certificate.subject,
        issuer=certificate.issuer,
        serial_number=hexadecimal(certificate.serial_number),
        not_before=certificate.not_before,
        not_after=certificate.not_after,
    )


def _integrity(integrity: Integrity) -> IntegrityReport:
    return IntegrityReport(
        digest_matches=integrity.digest_matches,
        signature_verifies=integrity.signature_verifies,
        digest_algorithm=integrity.digest_algorithm,
        signature_algorithm=integrity.signature_algorithm,
        key_algorithm=integrity.key_algorithm,
        key_bits=integrity.key_bits,
        unknown=integrity.unknown,
    )


def _coverage(facts: SignatureFacts) -> CoverageReport:
    byte_range = facts.byte_range
    return CoverageReport(
        byte_range=list(byte_range.numbers),
        sound=byte_range.sound,
        whole_document=byte_range.sound and byte_range.whole_file,
        flaw=None if byte_range.flaw is None else byte_range.flaw.value,
    )


def describe_changes(items: Iterable[JudgedChange]) -> tuple[ChangeReport, ...]:
    """Every change once; the signatures' lists share them."""
    return tuple(
        ChangeReport(
            item.change.revision,
            item.change.object,
            item.change.page,
            item.change.rule,
            item.change.level.value,
            item.allowed,
            item.change.what,
        )
        for item in items
    )


def _modifications(case: SignatureCase, listing: ChangeListing) -> ModificationsReport:
    """At most so many changes, forbidden ones first where the list has to be cut; level and answer are of all."""
    if case.changes.unknown is not None and case.later_revisions:
        return ModificationsReport(None, None, [])
    later = case.later_changes
    listed = case.changes.listed_after(case.covered, listing.most)
    return ModificationsReport(later.level.value, not later.forbidden_count, [listing.reports[position] for position in listed])


def _chain(path: PathFound | PathNotFound) -> list[ChainEntryReport]:
    """The path, or as far as it was reached."""
    return [_entry(entry) for entry in path.entries]


def _entry(entry: PathEntry) -> ChainEntryReport:
    return ChainEntryReport(
        subject=entry.subject,
        common_name=entry.common_name,
        sha256=entry.sha256,
        serial_number=hexadecimal(entry.serial_number),
        not_before=entry.not_before,
        not_after=entry.not_after,
        role=str(entry.role),
        link=None if entry.link is None else str(entry.link),
        authority=entry.authority,
    )


def _signature_revocation(case: SignatureCase) -> RevocationReport:
    if case.is_document_timestamp and case.times.tokens:
        return _token_revocation(case.times.tokens[0], case.question)
    return _revocation(case.revocation, case.evidence.statements, case.question)


def _token_revocation(token: TokenVerdict, question: Question) -> RevocationReport:
    return _revocation(token.revocation, token.evidence.statements, question)


NOT_ASKED = "no-path"
"""Why a statement does not count where no path was found that it could be asked about."""


def _revocation(
    known: PathRevocation | None, statements: tuple[RevocationStatement, ...], question: Question
) -> RevocationReport:
    """Every statement with its own answer, those about certificates outside the path too."""
    ignored = question.policy.revocation == "ignore"
    judged = known.statements if known is not None else ()
    if not judged:
        judged = tuple(JudgedStatement(one, NOT_ASKED) for one in statements)
    listed = [_statement(one.statement, one.unusable_because) for one in judged]
    if known is None or ignored:
        return RevocationReport(False, listed)
    return RevocationReport(known.checked, listed, known.control_time)


def _statement(statement: RevocationStatement, because: str | None) -> StatementReport:
    return StatementReport(
        certificate_sha256=statement.certificate_sha256,
        kind=statement.kind,
        this_update=statement.this_update,
        next_update=statement.next_update,
        produced_at=statement.produced_at,
        revoked_at=statement.revoked_at,
        reason=statement.reason,
        source=statement.source,
        usable=because is None,
        unusable_because=because,
        state=statement.state,
        sha256=statement.digest,
    )


def _times(times: SignatureTimes, case: SignatureCase) -> TimesReport:
    proof = None if times.proof is None else ProofReport(times.proof.field)
    nothing_known = case.is_document_timestamp and times.proof is None
    return TimesReport(
        claimed=times.claim.text,
        signing_time=times.claim.signing_time,
        timestamps=[_timestamp(token, case.question) for token in times.tokens],
        best_signature_time=None if nothing_known else times.best,
        basis=None if nothing_known else times.basis,
        proof=proof,
        lower_bound=None if times.lower is None else LowerBoundReport(times.lower.time, times.lower.basis, times.lower.field),
        claimed_minus_timestamp_seconds=None if case.is_document_timestamp else _claimed_minus_timestamp(times),
    )


def _claimed_minus_timestamp(times: SignatureTimes) -> int | None:
    """The claimed time, when it has an offset, against the earliest trusted time-stamp of the signature itself."""
    if times.own_stamp is None or times.claim.moment is None:
        return None
    return int((times.claim.moment - times.own_stamp).total_seconds())


def describe_clocks(signatures: Iterable[SignatureReport]) -> ClockDifferences:
    """All signatures' differences, as a span."""
    differences = (one.times.claimed_minus_timestamp_seconds for one in signatures)
    known = [seconds for seconds in differences if seconds is not None]
    return ClockDifferences(len(known), min(known, default=None), max(known, default=None))


def _timestamp(token: TokenVerdict, question: Question) -> TimestampReport:
    stamp = token.evidence
    return TimestampReport(
        gen_time=stamp.gen_time,
        tsa=certificate_name(stamp.tsa),
        policy=stamp.policy_oid,
        serial_number=hexadecimal(stamp.serial_number),
        imprint_algorithm=stamp.imprint_algorithm,
        sound=token.sound,
        trusted=token.trusted,
        chain=_chain(token.path),
        revocation=_token_revocation(token, question),
        indication=token.indication,
        sub_indication=token.sub_indication,
    )


def describe_remains(remains: RemainsEvidence, tokens: Sequence[TokenVerdict], question: Question) -> RemainsReport:
    """Signature bytes that no field reaches: what they say, and whether the CMS still holds over its own attributes."""
    facts = remains.facts
    cms = facts.cms if isinstance(facts.cms, CmsFacts) else None
    signer = cms.signer_certificate if cms is not None else None
    block = _block(facts.block, None)
    if facts.block.claimed_time is None and cms is not None and cms.signing_time is not None:
        block = replace(block, claimed_time=iso(cms.signing_time))
    kind = signer_kind(signer, question.policy.known_signers)
    return RemainsReport(
        object=facts.object,
        offset=facts.offset,
        sub_filter=facts.sub_filter,
        byte_range=list(facts.byte_range),
        block=block,
        signer=_signer(signer, (kind.kind, kind.reason)),
        timestamps=[_timestamp(token, question) for token in tokens],
        attributes_signature_verifies=remains.attributes_signature_verifies,
    )
