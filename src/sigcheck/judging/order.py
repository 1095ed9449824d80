"""The order of signatures in time against their order in revisions, and the time line (docs/rules.md, 5).

What a later signature covers existed before it, whatever the clocks say: contradictions are faults of clocks. Each signature is
compared with the latest one before it, so that a document costs one pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from sigcheck.evidence import SignatureEvidence
from sigcheck.judging.times import SignatureTimes
from sigcheck.judging.wording import certificate_name, iso
from sigcheck.question import Question
from sigcheck.verdict import Contradiction, OrderReport, TimelineEntry


class _Moment(Struct, frozen=True):
    field: str
    time: datetime
    proven: bool


def order_of(signatures: Sequence[SignatureEvidence], times: Sequence[SignatureTimes], tolerance_seconds: int) -> OrderReport:
    """Every signature whose time lies before that of an earlier revision, beyond the tolerance or within it."""
    beyond: list[Contradiction] = []
    within: list[Contradiction] = []
    latest: _Moment | None = None
    latest_proven: _Moment | None = None
    latest_revision = 0
    waiting: list[_Moment] = []
    for signature, one in zip(signatures, times, strict=True):
        if signature.facts.revision > latest_revision:
            latest, latest_proven = _later(latest, latest_proven, waiting)
            waiting, latest_revision = [], signature.facts.revision
        moment = _moment(signature, one)
        if moment is None:
            continue
        waiting.append(moment)
        found = _contradiction(moment, latest, latest_proven, tolerance_seconds)
        if found is not None:
            (beyond if found.seconds > tolerance_seconds else within).append(found)
    return OrderReport(not beyond, beyond, within)


def _moment(signature: SignatureEvidence, times: SignatureTimes) -> _Moment | None:
    """The trusted time-stamp, else the claimed time. A token beside the document has no place among its revisions."""
    stamped = times.stamp_in_document
    if stamped is not None:
        return _Moment(signature.facts.field, stamped, True)
    return None if times.claim.moment is None else _Moment(signature.facts.field, times.claim.moment, False)


def _later(latest: _Moment | None, proven: _Moment | None, group: list[_Moment]) -> tuple[_Moment | None, _Moment | None]:
    for moment in group:
        if latest is None or moment.time > latest.time:
            latest = moment
        if moment.proven and (proven is None or moment.time > proven.time):
            proven = moment
    return latest, proven


def _contradiction(moment: _Moment, latest: _Moment | None, proven: _Moment | None, tolerance: int) -> Contradiction | None:
    """Against the latest proven time when that alone goes beyond the tolerance, else against the latest time of any kind."""
    if moment.proven and proven is not None:
        seconds = _behind(moment, proven)
        if seconds > tolerance or (seconds > 0 and proven is latest):
            return Contradiction(proven.field, moment.field, seconds, True)
    if latest is None or _behind(moment, latest) <= 0:
        return None
    return Contradiction(latest.field, moment.field, _behind(moment, latest), latest.proven and moment.proven)


def _behind(moment: _Moment, before: _Moment) -> int:
    return int((before.time - moment.time).total_seconds())


def timeline_of(
    signatures: Sequence[SignatureEvidence], times: Sequence[SignatureTimes], question: Question
) -> list[TimelineEntry]:
    """Everything with a date, by moment; a claimed time without a zone is placed as if it were UTC and stays as written."""
    entries = [entry for pair in zip(signatures, times, strict=True) for entry in _entries(*pair)]
    entries += list(_expiries(signatures, times))
    if question.received is not None:
        entries.append((question.received, TimelineEntry(iso(question.received), "received", True, None, "archive")))
    entries.append((question.at, TimelineEntry(iso(question.at), "validation", True, None, question.policy.name)))
    return [entry for _, entry in sorted(entries, key=lambda pair: pair[0])]


_Placed = tuple[datetime, TimelineEntry]


def _entries(signature: SignatureEvidence, times: SignatureTimes) -> Iterator[_Placed]:
    facts, claim = signature.facts, times.claim
    written = facts.block.claimed_time
    if written is not None and written.iso is not None:
        yield _place(written.moment, written.iso), TimelineEntry(written.iso, "claimed", False, facts.field, "/M")
    if claim.signing_time is not None:
        yield claim.signing_time, TimelineEntry(iso(claim.signing_time), "signing-time", False, facts.field, "CMS")
    what = "document-timestamp" if facts.kind == "document-timestamp" else "signature-timestamp"
    for token in times.tokens:
        if token.evidence.gen_time is not None:
            source = certificate_name(token.evidence.tsa) or ""
            proven = token.proves is not None
            yield token.evidence.gen_time, TimelineEntry(iso(token.evidence.gen_time), what, proven, facts.field, source)


def _place(moment: datetime | None, written: str) -> datetime:
    return moment if moment is not None else datetime.fromisoformat(written).replace(tzinfo=UTC)


def _expiries(signatures: Sequence[SignatureEvidence], times: Iterable[SignatureTimes]) -> Iterator[_Placed]:
    """The end of each signer's and TSA's certificate, once."""
    seen: set[str] = set()
    for signature, one in zip(signatures, times, strict=True):
        for certificate in (signature.signer, *(token.evidence.tsa for token in one.tokens)):
            if certificate is None or certificate.sha256 in seen:
                continue
            seen.add(certificate.sha256)
            entry = TimelineEntry(
                iso(certificate.not_after), "certificate-expiry", True, signature.facts.field, certificate_name(certificate) or ""
            )
            yield certificate.not_after, entry
