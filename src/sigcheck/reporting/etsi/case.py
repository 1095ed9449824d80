"""What a report is written from: the document's report, signature by signature with its evidence, and every time-stamp."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from sigcheck.checked import Checked
from sigcheck.evidence import DocumentEvidence, SignatureEvidence, TimestampEvidence
from sigcheck.facts import CmsFacts, SecurityStore
from sigcheck.policy import Policy
from sigcheck.verdict import DocumentReport, SignatureReport, TimestampReport

DOCUMENT_TIMESTAMP = "document-timestamp"


class Signature(Struct, frozen=True):
    """One signature or document time-stamp of the report, with its evidence and the identifier that others refer to it by."""

    report: SignatureReport
    evidence: SignatureEvidence | None
    identifier: str
    tokens: tuple[Token, ...]
    content_tokens: tuple[tuple[str, TimestampEvidence], ...]
    """Content-time-stamps, which the report only speaks of as a lower bound, with their identifiers."""

    @property
    def cms(self) -> CmsFacts | None:
        cms = None if self.evidence is None else self.evidence.facts.cms
        return cms if isinstance(cms, CmsFacts) else None

    @property
    def is_document_timestamp(self) -> bool:
        return self.report.kind == DOCUMENT_TIMESTAMP


class Token(Struct, frozen=True):
    """One time-stamp token where it stands; the same octets at another place are another."""

    report: TimestampReport
    evidence: TimestampEvidence | None
    identifier: str
    index: int
    field: str | None
    """Of the signature that holds it; None for what no field reaches."""

    @property
    def proves(self) -> datetime | None:
        """The moment it proves, when it is sound and trusted."""
        return self.report.gen_time if self.report.sound is True and self.report.trusted is True else None


class Case(Struct, frozen=True):
    """One document, and how its report is to be written."""

    report: DocumentReport
    evidence: DocumentEvidence | None
    policy: Policy
    signatures: tuple[Signature, ...]
    """Document time-stamps included, in revision order."""
    loose_tokens: tuple[Token, ...]
    """Time-stamps in signature remains."""
    personal: bool
    provers: Mapping[tuple[str | None, datetime], Token]
    """The tokens that prove something, by their field and the moment."""

    proven_fields: Mapping[str, tuple[str, ...]]
    """The signatures whose best signature time a token proves, by the token's identifier."""
    stored: Mapping[str, tuple[str, ...]]
    """The fingerprints of what lies in /DSS, by `certificate`, `crl` and `ocsp`."""

    @property
    def document_timestamps(self) -> Iterator[Signature]:
        return (one for one in self.signatures if one.is_document_timestamp)

    def tokens(self) -> Iterator[Token]:
        """Every time-stamp token, in the order of the report."""
        for one in self.signatures:
            yield from one.tokens
        yield from self.loose_tokens

    def proof(self, field: str | None, moment: datetime | None) -> Token | None:
        """The token by which a time-stamp of that field proves that moment."""
        return None if field is None or moment is None else self.provers.get((field, moment))


def case_of(checked: Checked, *, personal: bool) -> Case:
    """The report and its evidence side by side."""
    report = checked.report
    evidence = checked.evidence if isinstance(checked.evidence, DocumentEvidence) else None
    naming = _Naming({})
    signatures = tuple(
        _signature(one, proof, naming)
        for one, proof in _paired(report.signatures, () if evidence is None else evidence.signatures)
    )
    remains = () if evidence is None else evidence.remains
    loose = [
        token
        for position, each in enumerate(report.signature_remains)
        for token in _tokens(each.timestamps, remains[position].timestamps if position < len(remains) else (), None, naming)
    ]
    provers: dict[tuple[str | None, datetime], Token] = {}
    for one in (token for signature in signatures for token in signature.tokens):
        if one.proves is not None:
            provers.setdefault((one.field, one.proves), one)
    fields: dict[str, tuple[str, ...]] = {}
    for signature in signatures:
        times = signature.report.times
        field = None if times.proof is None else times.proof.signature
        if field is not None and times.best_signature_time is not None and not signature.is_document_timestamp:
            token = provers.get((field, times.best_signature_time))
            if token is not None:
                fields[token.identifier] = (*fields.get(token.identifier, ()), signature.report.field)
    stored = _stored(evidence)
    return Case(report, evidence, checked.policy, signatures, tuple(loose), personal, provers, fields, stored)


def _stored(evidence: DocumentEvidence | None) -> dict[str, tuple[str, ...]]:
    store = SecurityStore() if evidence is None else evidence.facts.security_store
    return {
        "certificate": tuple(one.sha256 for one in store.certificates),
        "crl": tuple(sha256(one) for one in store.crls),
        "ocsp": tuple(sha256(one) for one in store.ocsp_responses),
    }


def _paired(
    reports: Sequence[SignatureReport], evidence: Sequence[SignatureEvidence]
) -> Iterator[tuple[SignatureReport, SignatureEvidence | None]]:
    """Reports leave out fields that were never signed; what is there stands in the same order."""
    place = 0
    for report in reports:
        found = next((at for at in range(place, len(evidence)) if _same(report, evidence[at])), None)
        yield report, None if found is None else evidence[found]
        place = place if found is None else found + 1


def _same(report: SignatureReport, evidence: SignatureEvidence) -> bool:
    facts = evidence.facts
    return (report.field, report.revision, report.kind) == (facts.field, facts.revision, facts.kind) and tuple(
        report.coverage.byte_range
    ) == facts.byte_range.numbers


def _signature(report: SignatureReport, evidence: SignatureEvidence | None, naming: _Naming) -> Signature:
    contents = (
        f"{report.field} {report.revision}".encode("utf-8", "backslashreplace") if evidence is None else evidence.facts.contents
    )
    stamps = () if evidence is None else evidence.timestamps
    tokens = tuple(_tokens(report.times.timestamps, stamps, report.field, naming))
    content = () if evidence is None else evidence.content_timestamps
    named = tuple((naming.name("T", sha256(one.token)), one) for one in content)
    return Signature(report, evidence, naming.name("S", sha256(contents)), tokens, named)


def _tokens(
    reports: Sequence[TimestampReport], evidence: Sequence[TimestampEvidence], field: str | None, naming: _Naming
) -> Iterator[Token]:
    for index, report in enumerate(reports):
        stamp = evidence[index] if index < len(evidence) else None
        seed = sha256(stamp.token) if stamp is not None else sha256(f"{field} {index}".encode("utf-8", "backslashreplace"))
        yield Token(report, stamp, naming.name("T", seed), index, field)


class _Naming(Struct, frozen=True):
    """Identifiers by content; what occurs again is numbered."""

    counts: dict[str, int]

    def name(self, kind: str, digest: str) -> str:
        name = f"{kind}-{digest}"
        self.counts[name] = count = self.counts.get(name, 0) + 1
        return name if count == 1 else f"{name}-{count}"


def sha256(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()
