"""A PDF file as facts: its signatures in revision order, what no field reaches, its security store and what stands behind it.

Claims only: nothing here is verified, and no digest is computed.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.engine.pdf.syntax import ReadFailed
from sigcheck.engine.reading.history import Appearance, signature_history
from sigcheck.engine.reading.remains import Orphan, as_remains, find_orphans, on_widgets, remains_of, saved_again
from sigcheck.engine.reading.security_store import count_embedded_pdfs, read_security_store
from sigcheck.engine.reading.signatures import Reading, read_permissions, read_signature
from sigcheck.engine.reading.tail import ends_regularly, find_tail, unexplained_objects
from sigcheck.engine.revisions import content_end
from sigcheck.facts import ByteRangeFlaw, DocumentFacts, SignatureFacts, SignatureRemains, Unreadable, UnreadableReason


def read_document(pdf: PdfFile, *, sha256: str = "") -> DocumentFacts | Unreadable:
    """Everything the document says about its signatures. Never raises for what a document holds."""
    try:
        return _read(pdf, sha256)
    except LimitReached as reached:
        return Unreadable(UnreadableReason.LIMIT, str(reached), reached.limit, size=pdf.source.size)
    except ReadFailed as failure:
        return Unreadable(UnreadableReason.IO, str(failure), size=pdf.source.size)
    except PdfDamaged as damage:
        return Unreadable(UnreadableReason.DAMAGED, str(damage), size=pdf.source.size)
    except RecursionError:
        return Unreadable(UnreadableReason.LIMIT, "objects nested too deeply", "object_depth", size=pdf.source.size)
    except OSError as error:
        return Unreadable(UnreadableReason.IO, error.strerror or "", size=pdf.source.size)


def _read(pdf: PdfFile, sha256: str) -> DocumentFacts:
    permissions = read_permissions(pdf)
    reading = Reading(pdf, content_end(pdf.source), permissions.certifying)
    history = signature_history(pdf)
    signatures, remains = _signatures(reading, history.appearances, permissions.usage_rights_contents)
    store, oddities = read_security_store(pdf)
    last = len(pdf.revisions)
    return DocumentFacts(
        sha256=sha256,
        size=pdf.source.size,
        revisions=pdf.revisions,
        signatures=signatures,
        remains=remains,
        tail=find_tail(pdf),
        header_offset=pdf.header_offset,
        encrypted=pdf.encrypted,
        usage_rights=permissions.usage_rights,
        embedded_pdfs=count_embedded_pdfs(pdf, last) if last else 0,
        security_store=store,
        oddities=_oddities(pdf, history.damaged, oddities),
        unexplained_objects=_unexplained(pdf, signatures),
    )


def _signatures(
    reading: Reading, appearances: tuple[Appearance, ...], rights: frozenset[int]
) -> tuple[tuple[SignatureFacts, ...], tuple[SignatureRemains, ...]]:
    """Signatures that a field reaches, in order, and signature bytes that none reaches."""
    pdf = reading.pdf
    orphans = find_orphans(pdf, appearances, rights)
    shown = on_widgets(pdf, orphans) if orphans else ()
    listed = [read_signature(reading, appearance) for appearance in appearances]
    on_pages = [read_signature(reading, appearance) for appearance in shown]
    signatures = listed + [s for s in on_pages if s.byte_range.sound or _has_form(pdf)]
    again = saved_again(signatures)
    kept = [signature for signature in signatures if not any(signature is other for other in again)]
    reached = {signature.object for signature in signatures}
    remains = [remains_of(reading, orphan) for orphan in orphans if _object(orphan) not in reached]
    remains += [as_remains(pdf, signature) for signature in again]
    return _in_order(kept), tuple(remains)


def _has_form(pdf: PdfFile) -> bool:
    """Whether any revision has a form. Without one, widgets are what a program that saved the document again left over."""
    return any(pdf.catalog(revision.number).get("AcroForm") is not None for revision in pdf.revisions)


def _object(orphan: Orphan) -> str:
    return f"{orphan.number} {orphan.generation}"


def _in_order(signatures: Iterable[SignatureFacts]) -> tuple[SignatureFacts, ...]:
    """Revision order; the same /Contents used once more is a flaw of the later use."""
    ordered = sorted(signatures, key=lambda s: (s.revision, s.byte_range.end or 0))
    used: set[tuple[tuple[int, ...], bytes]] = set()
    found = []
    for signature in ordered:
        key = (signature.byte_range.numbers, signature.contents)
        if key in used and signature.byte_range.flaw is None:
            shared = replace(signature.byte_range, flaw=ByteRangeFlaw.SHARED_CONTENTS, whole_file=False)
            found.append(replace(signature, byte_range=shared))
        else:
            found.append(signature)
        used.add(key)
    return tuple(found)


def _oddities(pdf: PdfFile, damaged: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    rebuilt = ("cross-reference-rebuilt",) if pdf.rebuilt else ()
    irregular = () if pdf.rebuilt or ends_regularly(pdf) else ("cross-reference-irregular",)
    return rebuilt + irregular + tuple(f"field-object-damaged:{name}" for name in damaged[:100]) + others


def _unexplained(pdf: PdfFile, signatures: tuple[SignatureFacts, ...]) -> tuple[int, ...]:
    """Unexplained objects behind the first signed revision; the original body is the signers' own affair."""
    signed = [s.byte_range.revision if s.byte_range.sound and s.byte_range.revision else s.revision for s in signatures]
    if not signed or pdf.rebuilt:
        return ()
    covered = max((s.byte_range.end or 0 for s in signatures if s.byte_range.sound), default=0)
    return unexplained_objects(pdf, min(signed), covered)
