"""From bytes to evidence: steps 2 to 9 of one document's check, in their order.

2 read the PDF, 3 revisions, 4 signature dictionaries, 5 CMS objects (reader); 6 digests in one pass and signature values;
7 time-stamp tokens; 8 changes of later revisions; 9 certification paths and revocation statements, which carry their periods and
so answer for every candidate time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from sigcheck.anchors import TrustList
from sigcheck.digests import sha256_of_pieces
from sigcheck.engine.bytesource import ByteSource, chunks
from sigcheck.engine.deadline import Clock, Deadline, TimeSpent
from sigcheck.engine.integrity import needed_hashes, verify_cms, verify_raw_rsa
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.offered import Offered, read_offered
from sigcheck.engine.paths import find_paths
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged
from sigcheck.engine.pdf.pdffile import PdfFile, open_pdf
from sigcheck.engine.reader import read_document
from sigcheck.engine.revisions import Digests, range_digests
from sigcheck.engine.revoking.received import Received, RevocationMaterial
from sigcheck.engine.timestamps import read_timestamp
from sigcheck.evidence import (
    Change,
    ChangesUnknown,
    DocumentEvidence,
    Integrity,
    Paths,
    Purpose,
    RemainsEvidence,
    RevocationStatement,
    SignatureEvidence,
    TimestampEvidence,
)
from sigcheck.facts import (
    Certificate,
    CmsFacts,
    DocumentFacts,
    SignatureFacts,
    SignatureRemains,
    Unreadable,
    UnreadableReason,
)
from sigcheck.material import OfferedMaterial

NO_MATERIAL = RevocationMaterial((), ())
NOTHING_OFFERED = OfferedMaterial()

FIELD_DAMAGED = "field-object-damaged:"
"""Begins the oddities that name form fields whose objects could not be read."""


class _Means(Struct, frozen=True):
    """What every step after reading needs: the trust list, all certificates of the document, revocation material, limits."""

    trust: TrustList
    candidates: tuple[Certificate, ...]
    material: RevocationMaterial
    offered: Offered
    limits: Limits
    deadline: Deadline

    def paths(self, certificate: Certificate | None, near: Sequence[Certificate], purpose: Purpose) -> Paths:
        """Paths for a certificate; those that came with it are tried before those of other signatures."""
        candidates = tuple({c.sha256: c for c in (*near, *self.candidates)}.values())
        return find_paths(
            certificate,
            candidates=candidates,
            trust=self.trust,
            purpose=purpose,
            limits=self.limits,
            deadline=self.deadline,
        )

    def tsa_paths(self, certificate: Certificate, near: Sequence[Certificate]) -> Paths:
        return self.paths(certificate, near, Purpose.TIMESTAMP)

    def statements(
        self, paths: Paths, material: RevocationMaterial, near: Sequence[Certificate]
    ) -> tuple[RevocationStatement, ...]:
        """What the material says about the paths; most documents bring none, and nothing is loaded for them."""
        if not paths.found or not (material.crls or material.ocsp_responses or material.lookup):
            return ()
        from sigcheck.engine.revocation import statements_for  # noqa: PLC0415 - see above

        return statements_for(paths, material=material, candidates=(*near, *self.candidates), trust=self.trust)


def gather_evidence(
    source: ByteSource,
    *,
    trust: TrustList,
    material: RevocationMaterial = NO_MATERIAL,
    offered: OfferedMaterial = NOTHING_OFFERED,
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    clock: Clock | None = None,
) -> DocumentEvidence | Unreadable:
    """Read a document and prove what can be proven about it. Never raises for what a document holds.

    `offered` is what somebody handed over beside the document: it is looked at last, and nothing is known of when it came.
    With a `clock`, such as `time.monotonic`, a document that takes longer than the limit `seconds` is unreadable.
    """
    deadline = Deadline(clock, limits.seconds)
    return _or_unreadable(source, lambda: _gather(source, trust, material, offered, password, limits, deadline))


def read_facts(
    source: ByteSource, *, password: str | None = None, limits: Limits = DEFAULT_LIMITS, clock: Clock | None = None
) -> DocumentFacts | Unreadable:
    """Only what the document says: steps 2 to 5. Never raises for what a document holds. `clock` as in `gather_evidence`."""
    deadline = Deadline(clock, limits.seconds)
    read = _or_unreadable(source, lambda: _read(source, password, limits, deadline))
    return read if isinstance(read, Unreadable) else read.facts


class _Read(Struct, frozen=True):
    pdf: PdfFile
    facts: DocumentFacts
    digests: Digests


T = TypeVar("T")


def _or_unreadable(source: ByteSource, step: Callable[[], T | Unreadable]) -> T | Unreadable:
    """Turn everything that a document can cause into a value with a reason."""
    try:
        found = step()
    except OSError as error:
        return Unreadable(UnreadableReason.IO, error.strerror or "")
    except LimitReached as reached:
        found = Unreadable(UnreadableReason.LIMIT, str(reached), reached.limit)
    except TimeSpent:
        found = Unreadable(UnreadableReason.LIMIT, "seconds", "seconds")
    except PdfDamaged as damage:
        found = Unreadable(UnreadableReason.DAMAGED, str(damage))
    except RecursionError:
        found = Unreadable(UnreadableReason.LIMIT, "nesting", "object_depth")
    return _identified(source, found) if isinstance(found, Unreadable) else found


def _read(source: ByteSource, password: str | None, limits: Limits, deadline: Deadline) -> _Read | Unreadable:
    pdf = open_pdf(source, password=password, limits=limits, deadline=deadline)
    if isinstance(pdf, Unreadable):
        return pdf
    facts = read_document(pdf)
    if isinstance(facts, Unreadable):
        return facts
    if not pdf.rebuilt and any(oddity.startswith(FIELD_DAMAGED) for oddity in facts.oddities):
        pdf, facts = _as_viewers_do(pdf, facts, password)
    ranges = [(s.byte_range.numbers, needed_hashes(s)) for s in facts.signatures]
    digests = range_digests(source, ranges, limits=limits, deadline=deadline)
    return _Read(pdf, replace(facts, sha256=digests.file_sha256), digests)


def _as_viewers_do(pdf: PdfFile, facts: DocumentFacts, password: str | None) -> tuple[PdfFile, DocumentFacts]:
    """A field lies elsewhere than the cross-reference says: scan for objects, and keep that reading if it finds more signatures.

    It can never be valid, but it says whose signatures a viewer would show.
    """
    scanned = open_pdf(pdf.source, password=password, limits=pdf.limits, deadline=pdf.deadline, rebuild=True)
    found = scanned if isinstance(scanned, Unreadable) else read_document(scanned)
    if isinstance(scanned, Unreadable) or isinstance(found, Unreadable) or len(found.signatures) <= len(facts.signatures):
        return pdf, facts
    return scanned, found


def _gather(
    source: ByteSource,
    trust: TrustList,
    material: RevocationMaterial,
    offered: OfferedMaterial,
    password: str | None,
    limits: Limits,
    deadline: Deadline,
) -> DocumentEvidence | Unreadable:
    read = _read(source, password, limits, deadline)
    if isinstance(read, Unreadable):
        return read
    pdf, facts, digests = read.pdf, read.facts, read.digests
    beside = read_offered(offered, limits, deadline)
    candidates = (*_all_certificates(facts), *beside.certificates)
    means = _Means(trust, candidates, _with_document(material, facts, beside), beside, limits, deadline)
    signatures = tuple(_signature(s, d, means) for s, d in zip(facts.signatures, digests.ranges, strict=True))
    remains = tuple(_remains(r, means) for r in facts.remains)
    changes = _changes(pdf, facts)
    pdf.forget()
    return DocumentEvidence(facts, signatures, remains, changes)


def _changes(pdf: PdfFile, facts: DocumentFacts) -> tuple[Change, ...] | ChangesUnknown:
    """What later revisions changed; the rules are loaded for documents that have any."""
    signed = [signature.byte_range.revision or signature.revision for signature in facts.signatures]
    if not signed or min(signed) >= len(pdf.revisions):
        return ()
    from sigcheck.engine.changes import compare_revisions  # noqa: PLC0415 - see above

    return compare_revisions(pdf, facts)


def _identified(source: ByteSource, unreadable: Unreadable) -> Unreadable:
    """An unreadable document is still known by its digest and size, unless it is too large to hash."""
    if unreadable.limit == "file_bytes":
        return replace(unreadable, size=source.size)
    try:
        sha256 = sha256_of_pieces(chunks(source, 0, source.size))
    except OSError:
        return replace(unreadable, size=source.size)
    return replace(unreadable, sha256=sha256, size=source.size)


def _all_certificates(facts: DocumentFacts) -> tuple[Certificate, ...]:
    """Every certificate of the document once: a renewed sub-CA may stand in another signature of the same file."""
    found: dict[str, Certificate] = {}
    for cms in (*(s.cms for s in facts.signatures), *(r.cms for r in facts.remains)):
        if isinstance(cms, CmsFacts):
            found |= {c.sha256: c for c in cms.certificates}
    found |= {c.sha256: c for s in facts.signatures for c in s.certificates}
    return tuple((found | {c.sha256: c for c in facts.security_store.certificates}).values())


def _with_document(material: RevocationMaterial, facts: DocumentFacts, beside: Offered) -> RevocationMaterial:
    """The given material, what the document's security store brings, and last what was handed over beside it."""
    store = facts.security_store
    return RevocationMaterial(
        material.crls + _in_store(store.crls, store.crl_revisions) + beside.crls,
        material.ocsp_responses + _in_store(store.ocsp_responses, store.ocsp_revisions) + beside.ocsp_responses,
        material.lookup,
    )


def _in_store(pieces: tuple[bytes, ...], revisions: tuple[int, ...]) -> tuple[Received, ...]:
    return tuple(Received(der, "document", None, revision) for der, revision in zip(pieces, revisions, strict=True))


def _with_cms(material: RevocationMaterial, cms: CmsFacts, revision: int | None, *, token: bool = False) -> RevocationMaterial:
    """With what one CMS object of that revision brings; a token's own signed attributes prove nothing of the signature.

    /Contents is what no range of its own revision covers, only those of later ones.
    """
    if not cms.crls and not cms.ocsp_responses:
        return material
    before = frozenset[bytes]() if token else cms.signed_revocation

    def received(pieces: tuple[bytes, ...]) -> tuple[Received, ...]:
        covered_from = None if revision is None else revision + 1
        return tuple(Received(der, "cms", None, covered_from, der in before) for der in pieces)

    return RevocationMaterial(
        received(cms.crls) + material.crls, received(cms.ocsp_responses) + material.ocsp_responses, material.lookup
    )


def _signature(facts: SignatureFacts, digests: Mapping[str, bytes], means: _Means) -> SignatureEvidence:
    means.deadline.check()
    if facts.kind == "document-timestamp" and isinstance(facts.cms, CmsFacts):
        return _document_timestamp(facts, digests, means)
    if facts.raw_signature is not None:
        signer = facts.certificates[0] if facts.certificates else None
        integrity = verify_raw_rsa(facts.raw_signature, signer, digests)
        return _signed(facts, integrity, signer, facts.certificates, means.material, (), means)
    if not isinstance(facts.cms, CmsFacts):
        reason = "sub-filter-unsupported" if facts.cms is None else "cms-unreadable"
        unknown = Integrity(None, None, None, None, None, None, None, unknown=reason)
        return SignatureEvidence(facts, unknown, None, Paths((), None), (), ())
    cms = facts.cms
    integrity = verify_cms(cms, digests, cms.signer_certificate, sub_filter=facts.sub_filter)
    stamps = _signature_timestamps(cms, facts.revision, means)
    material = _with_cms(means.material, cms, facts.revision)
    signed = _signed(facts, integrity, cms.signer_certificate, cms.certificates, material, stamps, means)
    contents = cms.content_timestamp_tokens[: means.limits.timestamps]
    if not contents:
        return signed
    return replace(signed, content_timestamps=tuple(_timestamp(token, digests, means, facts.revision) for token in contents))


def _signed(
    facts: SignatureFacts,
    integrity: Integrity,
    signer: Certificate | None,
    near: Sequence[Certificate],
    material: RevocationMaterial,
    stamps: tuple[TimestampEvidence, ...],
    means: _Means,
) -> SignatureEvidence:
    paths = means.paths(signer, near, Purpose.SIGNER)
    statements = means.statements(paths, material, near)
    return SignatureEvidence(facts, integrity, signer, paths, statements, stamps)


def _signature_timestamps(cms: CmsFacts, revision: int, means: _Means) -> tuple[TimestampEvidence, ...]:
    """The signature's own time-stamps, then those over its value that were handed over beside the document."""
    stamps = [_timestamp(token, cms.signature, means, revision) for token in cms.timestamp_tokens[: means.limits.timestamps]]
    for token in means.offered.tokens_over(cms.signature, cms.timestamp_tokens):
        if len(stamps) < means.limits.timestamps:
            stamps.append(replace(_timestamp(token, cms.signature, means, None), in_document=False))
    return tuple(stamps)


def _document_timestamp(facts: SignatureFacts, digests: Mapping[str, bytes], means: _Means) -> SignatureEvidence:
    """A document time-stamp is its own token: the imprint is the digest over the ByteRange (ISO 32000-2, 12.8.5)."""
    stamp = _timestamp(facts.contents, digests, means, facts.revision)
    both = (stamp.imprint_matches, stamp.integrity.digest_matches)
    matches = False if False in both else None if None in both else True
    integrity = replace(stamp.integrity, digest_matches=matches)
    return SignatureEvidence(facts, integrity, stamp.tsa, stamp.paths, stamp.statements, (stamp,))


def _timestamp(token: bytes, stamped: bytes | Mapping[str, bytes], means: _Means, revision: int | None) -> TimestampEvidence:
    means.deadline.check()
    stamp = read_timestamp(token, stamped, find=means.tsa_paths, limits=means.limits)
    if not isinstance(stamp.cms, CmsFacts):
        return stamp
    material = _with_cms(means.material, stamp.cms, revision, token=True)
    return replace(stamp, statements=means.statements(stamp.paths, material, stamp.cms.certificates))


def _remains(facts: SignatureRemains, means: _Means) -> RemainsEvidence:
    if not isinstance(facts.cms, CmsFacts):
        return RemainsEvidence(facts, None, ())
    integrity = verify_cms(facts.cms, None, facts.cms.signer_certificate)
    tokens = facts.cms.timestamp_tokens[: means.limits.timestamps]
    return RemainsEvidence(
        facts, integrity.signature_verifies, tuple(_timestamp(token, facts.cms.signature, means, None) for token in tokens)
    )
