"""One signature dictionary as facts: its block, ByteRange, CMS, certification and locks (ISO 32000-2, 12.8.1 and 12.8.2)."""

from __future__ import annotations

import re

from msgspec import Struct, field
from msgspec.structs import replace

from sigcheck.blocktext import signing_block
from sigcheck.engine.appearance import Allowance, read_appearances
from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.change_rules.comparison import table
from sigcheck.engine.cms import read_cms
from sigcheck.engine.pdf.objects import LimitReached, Name, PdfDamaged, PdfObject, Reference, String
from sigcheck.engine.pdf.pages import page_number, page_rotation, page_tree, pages, shown_area
from sigcheck.engine.pdf.pdffile import PdfFile
from sigcheck.engine.pdf.syntax import ReadFailed
from sigcheck.engine.pdf.textstrings import text_string
from sigcheck.engine.reading.fields import SignatureField, Table
from sigcheck.engine.reading.history import Appearance
from sigcheck.engine.revisions import check_byte_range
from sigcheck.facts import (
    ByteRangeFlaw,
    Certificate,
    CmsFacts,
    CmsUnreadable,
    DocMDP,
    FieldLock,
    SignatureBox,
    SignatureFacts,
    SigningBlock,
)

CMS_SUB_FILTERS = frozenset({"adbe.pkcs7.detached", "adbe.pkcs7.sha1", "ETSI.CAdES.detached", "ETSI.RFC3161"})
RAW_SUB_FILTER = "adbe.x509.rsa_sha1"

DEFAULT_PERMISSIONS = 2
"""P of DocMDP when it is left out (12.8.2.2, Table 257)."""

MOST_REFERENCES = 64
"""Signature reference dictionaries looked at in one signature."""

DICTIONARY_PART = 64 * 1024
"""Bytes before and behind /Contents in which the other keys of a signature dictionary are looked for."""

FIRST_PART = 2048
"""Of them, those in which a dictionary nearly always ends."""

HIDDEN = 2 | 32
"""Flags of an annotation (12.5.3, Table 167) that keep it off the screen: Hidden and NoView, bits 2 and 6."""
NO_ROTATE = 16

_STRINGS = re.compile(rb"\((?:[^()\\]++|\\.)*+\)|<[0-9A-Fa-f\s]*+>", re.DOTALL)
_KEYS = re.compile(rb"/(Contents|ByteRange)(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])")


class Page(Struct, frozen=True):
    """A page by its number from 1, and its object."""

    number: int
    reference: Reference


class Reading(Struct):
    """The place where one document's signature dictionaries are read; remembers what is dear to find."""

    pdf: PdfFile
    last_content: int
    """First byte behind the file's last byte that is no white space."""
    certifying: frozenset[int]
    """Objects that /Perms /DocMDP of any revision names."""
    widget_pages: dict[int, dict[int, Page]] = field(default_factory=dict)
    """Page of each annotation by its object number, per revision; filled for widgets without /P only."""
    allowance: Allowance = field(default_factory=Allowance)
    """What the signatures' own appearances may cost together."""

    def value(self, node: Table, key: str, revision: int) -> PdfObject:
        """An entry with its references followed; None when it is damaged or absent."""
        try:
            return self.pdf.resolve(node.get(key), revision)
        except ReadFailed:
            raise
        except PdfDamaged:
            return None

    def text(self, node: Table, key: str, revision: int) -> str | None:
        found = self.value(node, key, revision)
        return text_string(found) if isinstance(found, String) else None

    def name(self, node: Table, key: str, revision: int) -> str | None:
        found = self.value(node, key, revision)
        return str(found) if isinstance(found, Name) else None

    def items(self, node: Table, key: str, revision: int) -> list[PdfObject]:
        """The items of an array; a lone value counts as an array of one."""
        found = self.value(node, key, revision)
        return found if isinstance(found, list) else [] if found is None else [found]


def read_signature(reading: Reading, appearance: Appearance) -> SignatureFacts:
    """The facts of one signature. Raises PdfDamaged, LimitReached or OSError."""
    found, revision = appearance.field, appearance.revision
    node = found.value
    direct = node.get("Contents")
    byte_range = check_byte_range(
        reading.pdf,
        node.get("ByteRange"),
        direct if isinstance(direct, String) else None,
        revision,
        last_content=reading.last_content,
    )
    if byte_range.sound and _is_ambiguous(reading.pdf, appearance):
        byte_range = replace(byte_range, flaw=ByteRangeFlaw.GAP, whole_file=False)
    contents = contents_of(reading, node, revision)
    sub_filter = reading.name(node, "SubFilter", revision)
    raw = octet_string(contents) if sub_filter == RAW_SUB_FILTER else None
    doc_mdp, field_mdp = _transforms(reading, node, revision)
    if doc_mdp is None and found.value_number in reading.certifying:
        doc_mdp = DocMDP(DEFAULT_PERMISSIONS)
    return SignatureFacts(
        field=found.name,
        object=found.object,
        kind=_kind(reading.name(node, "Type", revision), sub_filter),
        revision=revision,
        filter=reading.name(node, "Filter", revision),
        sub_filter=sub_filter,
        block=read_block(reading, node, revision),
        byte_range=byte_range,
        contents=contents,
        cms=cms_of(reading.pdf, contents, sub_filter),
        raw_signature=raw,
        certificates=_certificates(reading, node, revision) if sub_filter == RAW_SUB_FILTER else (),
        doc_mdp=doc_mdp,
        field_mdp=field_mdp,
        lock=_lock(reading, found.table, revision),
        box=_box(reading, found, revision),
        removed_in=appearance.removed_in,
        rewritten_in=appearance.rewritten_in,
        contents_placeholder_only=appearance.placeholder,
        appearance=read_appearances(reading.pdf, (found.widget, *found.other_widgets), revision, reading.allowance),
    )


def _is_ambiguous(pdf: PdfFile, appearance: Appearance) -> bool:
    """Whether the signature dictionary writes /Contents or /ByteRange twice, so that readers may see different signatures."""
    number, contents = appearance.field.value_number, appearance.field.value.get("Contents")
    entry = None if number is None else pdf.entry(number, appearance.revision)
    if entry is None or entry.kind != "offset" or not isinstance(contents, String):
        return False
    before = pdf.source.read(entry.offset, min(contents.start - entry.offset, DICTIONARY_PART))
    behind, found, _ = pdf.source.read(contents.end, FIRST_PART).partition(b"endobj")
    if not found:
        behind = pdf.source.read(contents.end, DICTIONARY_PART).partition(b"endobj")[0]
    keys = _KEYS.findall(_STRINGS.sub(b"", before) + b" " + _STRINGS.sub(b"", behind))
    return keys.count(b"Contents") > 1 or keys.count(b"ByteRange") > 1


def contents_of(reading: Reading, node: Table, revision: int) -> bytes:
    """The octets of /Contents, padding included; empty when there are none."""
    found = reading.value(node, "Contents", revision)
    return bytes(found) if isinstance(found, String) else b""


def cms_of(pdf: PdfFile, contents: bytes, sub_filter: str | None) -> CmsFacts | CmsUnreadable | None:
    """The CMS object of the sub-filters that hold one; None for the others."""
    if sub_filter not in CMS_SUB_FILTERS:
        return None
    if len(contents) > pdf.limits.contents_bytes:
        return CmsUnreadable("limit-reached", "contents_bytes")
    return read_cms(contents, pdf.limits)


def read_block(reading: Reading, node: Table, revision: int) -> SigningBlock:
    """The signing block: five entries that anyone can write."""
    return signing_block(
        contact_info=reading.text(node, "ContactInfo", revision),
        m=reading.text(node, "M", revision),
        location=reading.text(node, "Location", revision),
        reason=reading.text(node, "Reason", revision),
        name=reading.text(node, "Name", revision),
    )


def octet_string(contents: bytes) -> bytes | None:
    """The content of the DER OCTET STRING that adbe.x509.rsa_sha1 puts into /Contents (12.8.3.2); None for anything else."""
    if len(contents) < 2 or contents[0] != 0x04:
        return None
    length, start = contents[1], 2
    if length >= 0x80:
        count = length - 0x80
        start += count
        if not 1 <= count <= 4 or len(contents) < start:
            return None
        length = int.from_bytes(contents[2:start], "big")
    return contents[start : start + length] if start + length <= len(contents) else None


def _kind(dictionary_type: str | None, sub_filter: str | None) -> str:
    return "document-timestamp" if dictionary_type == "DocTimeStamp" or sub_filter == "ETSI.RFC3161" else "signature"


def _certificates(reading: Reading, node: Table, revision: int) -> tuple[Certificate, ...]:
    """/Cert: a string or an array of strings, the signer's certificate first."""
    strings = [
        reading.pdf.resolve(item, revision) for item in reading.items(node, "Cert", revision)[: reading.pdf.limits.path_length]
    ]
    parsed = [parse_certificate(bytes(item)) for item in strings if isinstance(item, String)]
    return tuple(certificate for certificate in parsed if certificate is not None)


def _transforms(reading: Reading, node: Table, revision: int) -> tuple[DocMDP | None, FieldLock | None]:
    """DocMDP and FieldMDP among the signature reference dictionaries (12.8.1, Table 256)."""
    doc_mdp: DocMDP | None = None
    field_mdp: FieldLock | None = None
    for item in reading.items(node, "Reference", revision)[:MOST_REFERENCES]:
        reference = table(reading.pdf.resolve(item, revision))
        method = reading.name(reference, "TransformMethod", revision)
        parameters = table(reading.value(reference, "TransformParams", revision))
        if method == "DocMDP":
            stated = _permissions(reading, parameters, revision) or DEFAULT_PERMISSIONS
            doc_mdp = DocMDP(min(stated, doc_mdp.permissions) if doc_mdp else stated)
        elif method == "FieldMDP" and field_mdp is None:
            field_mdp = _field_lock(reading, parameters, revision)
    return doc_mdp, field_mdp


def _permissions(reading: Reading, node: Table, revision: int) -> int | None:
    """P: 1 to 3. A value that is none of them is read as 1: permissions that nobody can read permit nothing."""
    stated = reading.value(node, "P", revision)
    if stated is None:
        return None
    return int(stated) if isinstance(stated, (int, float)) and stated in (1, 2, 3) else 1


def _field_lock(reading: Reading, node: Table, revision: int) -> FieldLock:
    names = [reading.pdf.resolve(item, revision) for item in reading.items(node, "Fields", revision)]
    fields = tuple(text_string(name) for name in names if isinstance(name, String))
    return FieldLock(reading.name(node, "Action", revision) or "All", fields)


def _lock(reading: Reading, node: Table, revision: int) -> FieldLock | None:
    """The /Lock of the signature's field (12.7.5.5, Table 236)."""
    lock = reading.value(node, "Lock", revision)
    if not isinstance(lock, dict):
        return None
    read = _field_lock(reading, lock, revision)
    return FieldLock(read.action, read.fields, _permissions(reading, lock, revision))


def _box(reading: Reading, found: SignatureField, revision: int) -> SignatureBox | None:
    """Where the widget stands. The page is what the file claims: information, never a ground for a verdict."""
    numbers = [reading.pdf.resolve(item, revision) for item in reading.items(found.widget, "Rect", revision)[:4]]
    corners = [float(n) for n in numbers if isinstance(n, (int, float)) and abs(n) < 1e9]
    if len(corners) != 4:
        return None
    left, right = sorted((corners[0], corners[2]))
    bottom, top = sorted((corners[1], corners[3]))
    flags = _flags(reading, found, revision)
    box = SignatureBox(None, (left, bottom, right, top), hidden=bool(flags & HIDDEN), no_rotate=bool(flags & NO_ROTATE))
    try:
        page = _page(reading, found, revision)
        if page is None:
            return box
        box = replace(box, page=page.number, page_sure=_same_for_all(reading.pdf, page))
        shown, rotation = shown_area(reading.pdf, page.reference, revision), page_rotation(reading.pdf, page.reference, revision)
    except ReadFailed:
        raise
    except (PdfDamaged, LimitReached):
        return box
    return replace(box, shown=shown, rotation=rotation)


def _flags(reading: Reading, found: SignatureField, revision: int) -> int:
    """/F of the annotation (12.5.2, Table 166)."""
    flags = reading.value(found.widget, "F", revision)
    return flags if isinstance(flags, int) and not isinstance(flags, bool) else 0


def _same_for_all(pdf: PdfFile, page: Page) -> bool:
    """Whether whoever reads the whole file as it is now finds this page under its number."""
    last = page_tree(pdf, len(pdf.revisions))
    return last.sound and last.numbers.get(page.reference.number) == page.number


def _page(reading: Reading, found: SignatureField, revision: int) -> Page | None:
    page = found.widget.get("P")
    if isinstance(page, Reference) and (number := page_number(reading.pdf, page.number, revision)) is not None:
        return Page(number, page)
    if found.widget_number is None:
        return None
    if revision not in reading.widget_pages:
        reading.widget_pages[revision] = _annotation_pages(reading.pdf, revision)
    return reading.widget_pages[revision].get(found.widget_number)


def _annotation_pages(pdf: PdfFile, revision: int) -> dict[int, Page]:
    found: dict[int, Page] = {}
    for number, page in pages(pdf, revision):
        annotations = pdf.resolve(table(pdf.get(page, revision)).get("Annots"), revision)
        for item in annotations if isinstance(annotations, list) else []:
            if isinstance(item, Reference):
                found.setdefault(item.number, Page(number, page))
    return found


class Permissions(Struct, frozen=True):
    """The catalog's /Perms in all revisions (12.8.6, Table 263)."""

    certifying: frozenset[int]
    """Objects named as /DocMDP."""
    usage_rights: bool
    """/UR or /UR3 is present."""
    usage_rights_contents: frozenset[int]
    """Where the /Contents of usage-rights signatures begin in the file."""


def read_permissions(pdf: PdfFile) -> Permissions:
    """What the revisions' catalogs say of permissions; what is damaged counts as none."""
    certifying, contents = set[int](), set[int]()
    present = False
    for revision in (known.number for known in pdf.revisions):
        try:
            holders = table(pdf.resolve(pdf.catalog(revision).get("Perms"), revision))
            if isinstance(reference := holders.get("DocMDP"), Reference):
                certifying.add(reference.number)
            for rights in (table(pdf.resolve(holders[key], revision)) for key in ("UR", "UR3") if key in holders):
                present = True
                if isinstance(token := rights.get("Contents"), String):
                    contents.add(token.start)
        except PdfDamaged:
            continue
    return Permissions(frozenset(certifying), present, frozenset(contents))
