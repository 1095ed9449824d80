"""What a worker needs for every document of an audit, and what it gives back for one: plain values, for any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from sigcheck.anchors import TrustList
from sigcheck.checked import Checked
from sigcheck.engine.bytesource import ByteSource
from sigcheck.engine.limits import Limits
from sigcheck.engine.revocation import RevocationMaterial
from sigcheck.facts import Unreadable, UnreadableReason
from sigcheck.pipeline import check, not_checked
from sigcheck.policy import Demands, Policy
from sigcheck.profile import Profile
from sigcheck.references import RevocationStoreReference
from sigcheck.reporting.json_report import as_line, report_object
from sigcheck.running.opening import opened_place
from sigcheck.running.places import Located, NotLocated
from sigcheck.running.pool import Ask
from sigcheck.running.reading import sha256_of
from sigcheck.store.results import KeptReport
from sigcheck.store.revocation import RevocationStore
from sigcheck.verdict import DocumentReport

READINGS: Final = 2
"""A document that somebody was just writing is read once more."""


@dataclass(frozen=True, slots=True)
class Errand:
    """The same for all documents of a run."""

    trust: TrustList
    policy: Policy
    at: datetime
    limits: Limits
    profile: Profile | None = None
    demands: Demands | None = None
    password: str | None = None
    revocation_store: RevocationStore | None = None
    received_everywhere: datetime | None = None
    received_by_sha256: Mapping[str, datetime] = field(default_factory=dict)
    online: bool = False
    """The revocation store was filled for this run."""
    with_evidence: bool = True
    """Keep the digest of the evidence beside the report."""

    def received(self, sha256: str | None) -> datetime | None:
        """The archive's own record of a content."""
        return self.received_by_sha256.get(sha256 or "") if self.received_by_sha256 else self.received_everywhere

    def receipt(self, sha256: str | None) -> str:
        """The same as text, empty without one: with the content it decides which report answers."""
        received = self.received(sha256)
        return "" if received is None else received.isoformat()

    @property
    def store_reference(self) -> RevocationStoreReference:
        return RevocationStoreReference(None if self.revocation_store is None else self.revocation_store.sha256)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one document."""

    sha256: str | None
    size: int | None
    report: KeptReport | None
    """None: the content is known, or changed."""
    changed: bool = False
    """The content changed while it was read."""


def identity(sha256: str, errand: Errand) -> str:
    """What makes two documents the same question."""
    return f"{sha256} {errand.receipt(sha256)}"


def start(errand: Errand) -> Callable[[Located | NotLocated, Ask], Answer]:
    """The work function of a worker."""
    return partial(answer, errand)


def answer(errand: Errand, located: Located | NotLocated, ask: Ask) -> Answer:
    """Read, ask whether the content is known, check. What a place or a document does wrong is an answer."""
    assert isinstance(located, Located)  # noqa: S101 - what is not located needs no worker
    found = Answer(None, None, None, changed=True)
    for _ in range(READINGS):
        with opened_place(located.place, errand.limits.file_bytes) as source:
            found = _answer(errand, source, ask)
        if not found.changed:
            break
    return found


def _answer(errand: Errand, source: ByteSource, ask: Ask) -> Answer:
    sha256 = sha256_of(source)
    if sha256 is not None and not ask(identity(sha256, errand)):
        return Answer(sha256, _size(source), None)
    checked = checked_once(errand, source, sha256, keep=errand.with_evidence)
    document = checked.report.document
    if document.sha256 != sha256:
        return Answer(None, None, None, changed=True)
    lasting = not (isinstance(checked.evidence, Unreadable) and _of_this_time(checked.evidence))
    report = kept(checked.report, errand.receipt(sha256), _evidence_digest(checked), lasting=lasting)
    return Answer(sha256, document.size, report)


def checked_once(errand: Errand, source: ByteSource, sha256: str | None, *, keep: bool) -> Checked:
    """The check of one document under this errand; `sha256` finds its receipt."""
    return check(
        source,
        path="",
        trust=errand.trust,
        policy=errand.policy,
        at=errand.at,
        material=RevocationMaterial((), (), errand.revocation_store),
        revocation_store=errand.store_reference,
        received=errand.received(sha256),
        password=errand.password,
        profile=errand.profile,
        demands=errand.demands,
        online=errand.online,
        limits=errand.limits,
        keep=keep,
    )


def _evidence_digest(checked: Checked) -> str | None:
    if checked.kept is None:
        return None
    from sigcheck.keeping.record import EvidenceRecord, write_record  # noqa: PLC0415 - only where evidence is kept

    return hashlib.sha256(write_record(EvidenceRecord(checked.kept.question, checked.evidence))).hexdigest()


def _of_this_time(why: Unreadable) -> bool:
    """Whether another time may give another answer: with a password, a quieter machine, a medium that works."""
    match why.reason:
        case UnreadableReason.PASSWORD_NEEDED | UnreadableReason.PASSWORD_WRONG | UnreadableReason.IO | UnreadableReason.CRASHED:
            return True
        case UnreadableReason.LIMIT:
            return why.limit == "seconds"
        case _:
            return False


def _size(source: ByteSource) -> int | None:
    try:
        return source.size
    except OSError:
        return None


def lost(errand: Errand, sha256: str | None, why: Unreadable) -> KeptReport:
    """The report of a document over which a worker was lost; it holds for this run alone."""
    report = not_checked(
        why,
        path="",
        trust=errand.trust,
        policy=errand.policy,
        at=errand.at,
        revocation_store=errand.store_reference,
        received=errand.received(sha256),
        profile=errand.profile,
        demands=errand.demands,
        online=errand.online,
    )
    return kept(report, errand.receipt(sha256), None, lasting=False)


def kept(report: DocumentReport, received: str, evidence_sha256: str | None, *, lasting: bool) -> KeptReport:
    """A report as the store keeps it: one line of JSON without a path, national ID numbers masked."""
    octets = as_line(report_object(report)).encode("utf-8", "backslashreplace")
    digest = hashlib.sha256(octets).hexdigest()
    return KeptReport(report.document.sha256, received, report.state.value, octets, digest, evidence_sha256, lasting)
