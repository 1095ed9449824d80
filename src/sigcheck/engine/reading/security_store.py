"""What else a document brings: the document security store and embedded PDF files (ISO 32000-2, 12.8.4.3 and 7.11.4)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from msgspec import Struct, field

from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.change_rules.comparison import table
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged, PdfObject, Reference, Stream
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.engine.reading.fields import MOST_HOPS, Table
from sigcheck.facts import SecurityStore

MOST_STREAMS = 20_000
"""Streams of the security store that are looked at, all revisions together."""

MOST_REVOCATION = 2_000
"""CRLs, and OCSP responses, that are kept."""

MOST_TREE_NODES = 10_000
"""Nodes of the names tree and files that are looked at."""

_KINDS = {"Certs": "Cert", "CRLs": "CRL", "OCSPs": "OCSP"}
"""Entries of the store, and of its validation-related information dictionaries (Table 261, Table 262)."""


class _Store(Struct):
    """Streams of every revision by kind, each object once, with the revision that first holds it."""

    found: dict[str, dict[bytes, int]] = field(default_factory=lambda: {kind: {} for kind in _KINDS})
    seen: set[tuple[int, object]] = field(default_factory=set)
    visited: set[int] = field(default_factory=set)

    def follow(self, pdf: PdfFile, value: PdfObject, revision: int) -> PdfObject:
        for _ in range(MOST_HOPS):
            if not isinstance(value, Reference):
                return value
            self.visited.add(value.number)
            entry = pdf.entry(value.number, revision)
            if entry is not None and entry.kind == "compressed":
                self.visited.add(entry.offset)
            value = pdf.get(value, revision)
        return None

    def take(self, pdf: PdfFile, kind: str, value: PdfObject, revision: int) -> None:
        """The streams of one array. What is damaged is passed over. Raises LimitReached."""
        array = self.follow(pdf, value, revision)
        for item in array if isinstance(array, list) else []:
            if not isinstance(item, Reference) or (item.number, pdf.entry(item.number, revision)) in self.seen:
                continue
            self.seen.add((item.number, pdf.entry(item.number, revision)))
            if len(self.seen) > MOST_STREAMS:
                raise LimitReached("certificates", "security store")
            try:
                stream = self.follow(pdf, item, revision)
                if isinstance(stream, Stream):
                    self.found[kind].setdefault(stream.decoded(), revision)
            except PdfDamaged:
                continue


def read_security_store(pdf: PdfFile) -> tuple[SecurityStore, tuple[str, ...]]:
    """The security stores of all revisions together, and oddities. What the limits leave out is an oddity, not a failure."""
    store = _Store()
    oddities: list[str] = []
    root: PdfObject = None
    try:
        for revision in (known.number for known in pdf.revisions):
            new_root = pdf.trailer(revision).get("Root")
            if revision > 1 and new_root == root and store.visited.isdisjoint(pdf.section(revision)):
                continue
            root = new_root
            _take_revision(pdf, store, root, revision)
    except LimitReached as reached:
        oddities.append(f"security-store-limit:{reached.limit}")
    except PdfDamaged:
        oddities.append("security-store-damaged")
    certificates = [parse_certificate(der) for der in list(store.found["Certs"])[: pdf.limits.certificates]]
    return (
        SecurityStore(
            tuple(certificate for certificate in certificates if certificate is not None),
            tuple(store.found["CRLs"])[:MOST_REVOCATION],
            tuple(store.found["OCSPs"])[:MOST_REVOCATION],
            tuple(store.found["CRLs"].values())[:MOST_REVOCATION],
            tuple(store.found["OCSPs"].values())[:MOST_REVOCATION],
        ),
        tuple(oddities),
    )


def _take_revision(pdf: PdfFile, store: _Store, root: PdfObject, revision: int) -> None:
    catalog = table(store.follow(pdf, root, revision))
    dss = table(store.follow(pdf, catalog.get("DSS"), revision))
    related = table(store.follow(pdf, dss.get("VRI"), revision)) if dss else {}
    for entry, entry_in_related in _KINDS.items():
        store.take(pdf, entry, dss.get(entry), revision)
        for value in related.values():
            information = table(store.follow(pdf, value, revision))
            store.take(pdf, entry, information.get(entry_in_related), revision)


def count_embedded_pdfs(pdf: PdfFile, revision: int) -> int:
    """Embedded files of the catalog's names tree that begin like a PDF. Damaged entries count as none."""
    count = 0
    try:
        names = table(pdf.resolve(pdf.catalog(revision).get("Names"), revision))
        for specification in _leaves(pdf, names.get("EmbeddedFiles"), revision):
            files = table(pdf.resolve(table(specification).get("EF"), revision))
            stream = next((pdf.resolve(files[key], revision) for key in ("F", "UF") if key in files), None)
            count += isinstance(stream, Stream) and begins_as_pdf(stream)
    except (PdfDamaged, LimitReached):
        return count
    return count


def _leaves(pdf: PdfFile, root: PdfObject, revision: int) -> Iterator[PdfObject]:
    """Values of a name tree (7.9.6), loops ended."""
    pending, seen, left = [root], set[Reference](), MOST_TREE_NODES
    while pending and left > 0:
        raw = pending.pop()
        left -= 1
        if isinstance(raw, Reference):
            if raw in seen:
                continue
            seen.add(raw)
        node: Table = table(pdf.resolve(raw, revision))
        values = pdf.resolve(node.get("Names"), revision)
        for value in values[1 : 2 * left : 2] if isinstance(values, list) else []:
            left -= 1
            yield pdf.resolve(value, revision)
        kids = pdf.resolve(node.get("Kids"), revision)
        pending.extend(reversed(kids[:left]) if isinstance(kids, list) else [])


def begins_as_pdf(stream: Stream) -> bool:
    """Whether the first bytes are a PDF header; only as much is decompressed as that takes."""
    filters = stream.dictionary.get("Filter")
    if isinstance(filters, list) and len(filters) == 1:
        filters = filters[0]
    try:
        if filters is None or filters == []:
            return stream.raw()[:5] == b"%PDF-"
        if filters == "FlateDecode":
            return zlib.decompressobj().decompress(stream.raw(), 1024)[:5] == b"%PDF-"
        return stream.decoded()[:5] == b"%PDF-"
    except (PdfDamaged, zlib.error):
        return False
