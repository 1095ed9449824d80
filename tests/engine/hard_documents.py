"""Documents made to stall a reader or to fill its memory, each a function that writes its bytes on the spot."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher
from made_cms import certificate_der, key, make_cms, signed_attributes
from small_pki import Issued, issue, new_key

HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
RANGE = b"/ByteRange [0 1111111111 2222222222 3333333333]"
PAGES = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"
FREE_ROW = b"0000000000 65535 f \n"


def catalog(fields: Iterable[int] = (), more: bytes = b"") -> bytes:
    listed = b" ".join(b"%d 0 R" % number for number in fields)
    return b"<</Type /Catalog /Pages 2 0 R /AcroForm <</SigFlags 3 /Fields [%s]>> %s>>" % (listed, more)


def page(more: bytes = b"") -> bytes:
    return b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s>>" % more


def field(value: int, name: bytes = b"S", more: bytes = b"/P 3 0 R") -> bytes:
    return b"<</FT /Sig /T (%s) /V %d 0 R /Type /Annot /Subtype /Widget /Rect [10 20 110 60] %s>>" % (name, value, more)


def signature(room: int = 1200) -> bytes:
    """A signature dictionary that `Document.signed` fills in; `room` octets for the CMS."""
    return b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached %s /Contents <%s>>>" % (RANGE, b"0" * 2 * room)


def stream(octets: bytes, terms: bytes = b"") -> bytes:
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (terms, len(octets), octets)


class Document:
    """A file in the making, revision by revision, fast enough for a million objects."""

    def __init__(self) -> None:
        self.content = bytearray(HEAD)
        self.previous: int | None = None
        self.size = 1

    def revision(self, objects: dict[int, bytes], trailer: bytes = b"") -> Document:
        """Append objects and their cross-reference, in as few subsections as there can be."""
        offsets = self._write(objects)
        if self.previous is None:
            offsets[0] = 0
        self.size = max(self.size, *(number + 1 for number in offsets))
        more = trailer + (b"" if self.previous is None else b" /Prev %d" % self.previous)
        at = len(self.content)
        self._table(offsets, more)
        self.content += b"startxref\n%d\n%%%%EOF\n" % at
        self.previous = at
        return self

    def packed(self, objects: dict[int, bytes], inside: dict[int, bytes], each: int = 500) -> Document:
        """A revision with a cross-reference stream whose objects `inside` lie in object streams."""
        rows: dict[int, tuple[int, int, int]] = {0: (0, 0, 255)} if self.previous is None else {}
        number = max(*objects, *inside, self.size) + 1
        listed = list(inside.items())
        for start in range(0, len(listed), each):
            part = dict(listed[start : start + each])
            head, body = bytearray(), bytearray()
            for index, (inner, text) in enumerate(part.items()):
                head += b"%d %d " % (inner, len(body))
                body += text + b" "
                rows[inner] = (2, number, index)
            terms = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(part), len(head))
            objects = {**objects, number: stream(zlib.compress(bytes(head + body)), terms)}
            number += 1
        rows |= {number: (1, offset, 0) for number, offset in self._write(objects).items()}
        self.size = number
        at = len(self.content)
        self._stream(rows, b"" if self.previous is None else b" /Prev %d" % self.previous)
        self.content += b"startxref\n%d\n%%%%EOF\n" % at
        self.previous = at
        return self

    def _write(self, objects: dict[int, bytes]) -> dict[int, int]:
        offsets: dict[int, int] = {}
        for number, text in objects.items():
            offsets[number] = len(self.content)
            self.content += b"%d 0 obj\n%s\nendobj\n" % (number, text)
        return offsets

    def _table(self, offsets: dict[int, int], trailer: bytes) -> None:
        self.content += b"xref\n"
        for run in _runs(sorted(offsets)):
            self.content += b"%d %d\n" % (run[0], len(run))
            self.content += b"".join(b"%010d 00000 n \n" % offsets[number] if number else FREE_ROW for number in run)
        self.content += b"trailer\n<</Size %d /Root 1 0 R%s>>\n" % (self.size, trailer)

    def _stream(self, rows: dict[int, tuple[int, int, int]], trailer: bytes) -> None:
        number = self.size
        self.size += 1
        rows = {**rows, number: (1, len(self.content), 0)}
        octets = b"".join(rows[n][0].to_bytes(1) + rows[n][1].to_bytes(4) + rows[n][2].to_bytes(2) for n in sorted(rows))
        index = b" ".join(b"%d %d" % (run[0], len(run)) for run in _runs(sorted(rows)))
        terms = b"/Type /XRef /W [1 4 2] /Index [%s] /Size %d /Root 1 0 R /Filter /FlateDecode%s" % (index, self.size, trailer)
        self.content += b"%d 0 obj\n%s\nendobj\n" % (number, stream(zlib.compress(octets), terms))

    def signed(self, cms: Callable[[bytes], bytes] | None = None) -> Document:
        """Fill in the last signature dictionary: its range ends where the file does now, its CMS is what `cms` makes of it."""
        at = self.content.rindex(RANGE)
        opening = self.content.index(b"/Contents <", at) + len(b"/Contents ")
        closing = self.content.index(b">", opening) + 1
        text = b"/ByteRange [0 %d %d %d]" % (opening, closing, len(self.content) - closing)
        self.content[at : at + len(RANGE)] = text.ljust(len(RANGE))
        covered = bytes(self.content[:opening] + self.content[closing:])
        digits = (cms or cms_over)(covered).hex().encode()
        assert len(digits) <= closing - opening - 2
        self.content[opening + 1 : opening + 1 + len(digits)] = digits
        return self


def _runs(numbers: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def cms_over(covered: bytes, certificates: list[bytes] | None = None) -> bytes:
    """A sound signature by an invented person."""
    return make_cms("ec", signed_attributes(covered), "sha256_ecdsa", sign=_ecdsa, certificates=certificates)


def _ecdsa(private: Any, message: bytes) -> bytes:
    return bytes(private.sign(message, ec.ECDSA(hashes.SHA256())))


def twice_signed(objects: dict[int, bytes] | None = None, more: bytes = b"") -> Document:
    """Page 3 and fields 4 and 6, signed in two revisions, with other objects from 10 on."""
    base = {1: catalog([4], more), 2: PAGES, 3: page(b"/Annots [4 0 R]"), 4: field(5), 5: signature()}
    document = Document().revision({**base, **(objects or {})}).signed()
    update = {1: catalog([4, 6], more), 3: page(b"/Annots [4 0 R 6 0 R]"), 6: field(7, b"S2"), 7: signature()}
    return document.revision(update).signed()


def once_signed(
    cms: Callable[[bytes], bytes] | None = None, room: int = 1200, objects: dict[int, bytes] | None = None
) -> Document:
    base = {1: catalog([4]), 2: PAGES, 3: page(b"/Annots [4 0 R]"), 4: field(5), 5: signature(room)}
    return Document().revision({**base, **(objects or {})}).signed(cms)


# Certificates


@lru_cache
def _keys(count: int) -> tuple[ec.EllipticCurvePrivateKey, ...]:
    return tuple(new_key() for _ in range(count))


def same_subject_chain() -> bytes:
    """100 intermediates of one name, each signed by the next, without key identifiers."""
    top = issue("Sao Mai CA", ca=True, key=key("ec"), key_ids=False)
    chain = [top]
    for private in _keys(100):
        chain.append(issue("Sao Mai CA", chain[-1], ca=True, key=private, key_ids=False))
    return _signed_by(chain[-1], [issued.der for issued in chain])


def same_subject_mesh() -> bytes:
    """40 keys of one name that certify one another, so that there are more paths than atoms."""
    members = [issue("Sao Mai CA", ca=True, key=private, key_ids=False) for private in _keys(40)]
    crossed = [
        issue("Sao Mai CA", members[(index + step) % 40], ca=True, key=member.key, key_ids=False).der
        for index, member in enumerate(members)
        for step in range(1, 25)
    ]
    return _signed_by(members[0], crossed)


def _signed_by(issuer: Issued, certificates: list[bytes]) -> bytes:
    """A document signed with a certificate that `issuer` issued to the key of the invented person."""
    person = issue("Nguyễn Văn Mẫu", issuer, key=key("ec"), key_ids=False)

    def cms(covered: bytes) -> bytes:
        plain = cms_over(covered, [person.der, *certificates])
        loaded = asn1_cms.ContentInfo.load(plain)
        info, own = loaded["content"]["signer_infos"][0], asn1_x509.Certificate.load(person.der)
        info["sid"] = asn1_cms.SignerIdentifier(
            {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}}
        )
        return bytes(loaded.dump(force=True))

    return bytes(once_signed(cms, sum(map(len, certificates)) + 4000).content)


def many_certificates(count: int) -> bytes:
    """A CMS with so many certificates, all different."""
    der = certificate_der("ec")
    at = der.index((4711).to_bytes(2))
    listed = [der] + [der[:at] + (0x1000 + number).to_bytes(2) + der[at + 2 :] for number in range(count - 1)]
    return bytes(once_signed(lambda covered: cms_over(covered, listed), len(der) * count + 4000).content)


def nested_tlvs(*, indefinite: bool) -> bytes:
    """A CMS whose certificates field is 100,000 constructed values, one in another."""
    if indefinite:
        nested = b"\x30\x80" * 100_000 + b"\x00\x00" * 100_000
    else:
        heads: list[bytes] = []
        length = 0
        for _ in range(100_000):
            heads.append(b"\x30" + (bytes((length,)) if length < 128 else b"\x84" + length.to_bytes(4)))
            length += len(heads[-1])
        nested = b"".join(reversed(heads))
    return bytes(once_signed(lambda covered: cms_over(covered, [nested]), 700_000).content)


# Many signatures


def many_signatures(count: int, *, shared_dictionary: bool = False, whole_cms: bool = False) -> bytes:
    """So many fields in one revision: each with a dictionary of its own, or all with one."""
    contents = cms_over(b"something else") if whole_cms else b"\x30\x03\x02\x01\x05"
    objects = {2: PAGES, 3: page(), 5: signature(), 1: catalog([4, *range(10, 9 + count)]), 4: field(5)}
    for number in range(10, 9 + count):
        objects[number] = field(5 if shared_dictionary else 1_000_000 + number, b"S%d" % number)
        if not shared_dictionary:
            text = (
                b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 100 %d 1000] /Contents <%s>>>"
            )
            objects[1_000_000 + number] = text % (300 + number, contents.hex().encode())
    return bytes(Document().revision(objects).signed().content)


def many_signed_revisions(count: int) -> bytes:
    """So many revisions, each with a signature of its own."""
    document = once_signed()
    fields = [4]
    for number in range(10, 10 + 2 * (count - 1), 2):
        fields.append(number)
        listed = b" ".join(b"%d 0 R" % one for one in fields)
        objects = {
            1: catalog(fields),
            3: page(b"/Annots [%s]" % listed),
            number: field(number + 1, b"S%d" % number),
            number + 1: signature(800),
        }
        document.revision(objects).signed(lambda _: cms_over(b"not this"))
    return bytes(document.content)


def many_revisions(count: int) -> bytes:
    """A signature, and so many updates behind it that each change the page's annotations."""
    document = once_signed()
    for number in range(10, 10 + count):
        listed = b" ".join(b"%d 0 R" % one for one in range(10, number + 1))
        note = b"<</Type /Annot /Subtype /Text /Rect [300 300 320 320] /Contents (%d)>>" % number
        document.revision({3: page(b"/Annots [4 0 R %s]" % listed), number: note})
    return bytes(document.content)


# Many objects


def outline(count: int) -> bytes:
    """Linked siblings of one outline, signed twice; then one in the middle is rewritten."""
    objects = {10: b"<</Type /Outlines /First 11 0 R /Last %d 0 R /Count %d>>" % (10 + count, count)}
    for number in range(11, 11 + count):
        links = (b"/Next %d 0 R " % (number + 1) if number < 10 + count else b"") + (
            b"/Prev %d 0 R" % (number - 1) if number > 11 else b""
        )
        objects[number] = b"<</Title (Part %d) /Parent 10 0 R /Dest [3 0 R /Fit] %s>>" % (number, links)
    document = twice_signed(objects, b"/Outlines 10 0 R")
    middle = 11 + count // 2
    return bytes(document.revision({middle: objects[middle].replace(b"Part", b"Other")}).content)


def many_objects(count: int, *, packed: bool) -> bytes:
    """So many objects, reached from the page's resources, signed twice: with tables, or in object streams."""
    objects = {
        number: b"<</Type /Font /Subtype /Type1 /BaseFont /F%d /Next %d 0 R>>" % (number, number + 1)
        for number in range(10, 10 + count)
    }
    if not packed:
        return bytes(twice_signed(objects, b"/Extra 10 0 R").content)
    base = {1: catalog([4], b"/Extra 10 0 R"), 2: PAGES, 3: page(b"/Annots [4 0 R]"), 4: field(5), 5: signature()}
    document = Document().packed(base, objects).signed()
    update = {1: catalog([4, 6], b"/Extra 10 0 R"), 3: page(b"/Annots [4 0 R 6 0 R]"), 6: field(7, b"S2"), 7: signature()}
    return bytes(document.packed(update, {9: b"null"}).signed().content)


def rewritten_objects(count: int) -> bytes:
    """So many objects, and an update behind the signature that writes every one anew."""
    objects = {number: b"<</A %d /B %d 0 R>>" % (number, number + 1) for number in range(10, 10 + count)}
    changed = {number: text.replace(b"/A", b"/C") for number, text in objects.items()}
    base = {1: catalog([4], b"/Extra 10 0 R"), 2: PAGES, 3: page(b"/Annots [4 0 R]"), 4: field(5), 5: signature()}
    return bytes(Document().revision({**base, **objects}).signed().revision(changed).content)


def listed_objects(count: int) -> bytes:
    """A cross-reference table that lists so many objects, all at one place, in an update behind the signature."""
    document = once_signed()
    document.content += b"/ByteRange [0 1 2 3] /Contents <30>\n"
    at = len(document.content)
    document.content += b"xref\n10 %d\n" % count + b"0000000020 00000 n \n" * count
    document.content += b"trailer\n<</Size %d /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        10 + count,
        document.previous or 0,
        at,
    )
    return bytes(document.content)


def fake_objects(count: int) -> bytes:
    """No cross-reference and so many object headers."""
    document = once_signed()
    heads = b"".join(b"%d 0 obj\n" % number for number in range(10, 10 + count))
    return bytes(document.content + heads + b"startxref\n7\n%%EOF\n")


def array_entries(where: str, *, own: bool) -> bytes:
    """/Fields, /Annots or /Kids of 100,000 entries: absent objects, or each of its own."""
    numbers = range(100, 100_100)
    listed = b" ".join(b"%d 0 R" % number for number in numbers)
    more = b"4 0 R " + listed
    objects = {1: catalog([4]), 2: PAGES, 3: page(b"/Annots [4 0 R]"), 4: field(5, more=b""), 5: signature()}
    if own:
        text = {"Fields": b"<</FT /Tx /T (a) /V (b)>>", "Annots": b"<</Subtype /Text /Rect [0 0 1 1]>>", "Kids": page()}[where]
        objects |= dict.fromkeys(numbers, text)
    if where == "Fields":
        objects[1] = b"<</Type /Catalog /Pages 2 0 R /AcroForm <</SigFlags 3 /Fields [%s]>>>>" % more
    elif where == "Annots":
        objects[3] = page(b"/Annots [%s]" % more)
    else:
        objects[2] = b"<</Type /Pages /Kids [3 0 R %s] /Count 100001>>" % listed
    document = Document().revision(objects).signed()
    return bytes(document.revision({6: b"(later)", 4: objects[4].replace(b"/Rect", b"/F 4 /Rect")}).content)


# Trees and loops


def page_loop() -> bytes:
    objects = {
        1: catalog([4]),
        2: b"<</Type /Pages /Kids [3 0 R 2 0 R 8 0 R] /Parent 8 0 R /Count 1>>",
        3: page(b"/Annots [4 0 R]"),
    }
    objects |= {4: field(5, more=b""), 5: signature(), 8: b"<</Type /Pages /Kids [2 0 R 8 0 R] /Parent 2 0 R /Count 1>>"}
    return bytes(Document().revision(objects).signed().revision({3: page(b"/Annots [4 0 R] /Rotate 90")}).content)


def deep_pages(depth: int) -> bytes:
    """A page tree of so many levels with the signed widget on its only page."""
    nodes = {
        n: b"<</Type /Pages /Kids [%d 0 R] /Parent %d 0 R /Count 1>>" % (n + 1, n - 1 if n > 10 else 2)
        for n in range(10, 10 + depth)
    }
    last = 10 + depth
    objects = {
        1: catalog([4]),
        2: b"<</Type /Pages /Kids [10 0 R] /Count 1>>",
        4: field(5, more=b"/P %d 0 R" % last),
        5: signature(),
    }
    leaf = b"<</Type /Page /Parent %d 0 R /Annots [4 0 R]%s>>"
    document = Document().revision({**objects, **nodes, last: leaf % (last - 1, b"")}).signed()
    return bytes(document.revision({last: leaf % (last - 1, b" /Rotate 90")}).content)


def deep_fields(depth: int) -> bytes:
    """A field tree of so many levels with the signature at its end."""
    nodes = {number: b"<</T (a) /Kids [%d 0 R]>>" % (number + 1) for number in range(10, 10 + depth)}
    objects = {1: catalog([10]), 2: PAGES, 3: page(b"/Annots [4 0 R]"), 5: signature(), 10 + depth: field(5)}
    return bytes(Document().revision({**objects, **nodes}).signed().content)


def deep_object(opening: bytes) -> bytes:
    """An object of 100,000 brackets, one in another."""
    closing = {b"[": b"]", b"<</A": b">>", b"(": b")"}[opening]
    nested = opening * 100_000 + closing * 100_000
    return bytes(once_signed(objects={1: catalog([4], b"/Extra 10 0 R"), 10: nested}).revision({10: b"[]"}).content)


def previous_loop() -> bytes:
    """Two cross-reference sections that each name the other as the one before."""
    document = once_signed()
    section = b"xref\n0 0\ntrailer\n<</Size 11 /Root 1 0 R /Prev %010d>>\n"
    first = len(document.content)
    second = first + len(section % 0)
    document.content += section % second + section % first + b"startxref\n%d\n%%%%EOF\n" % second
    return bytes(document.content)


def many_sections(count: int) -> bytes:
    """A chain of so many empty cross-reference sections."""
    document = once_signed()
    previous = document.previous or 0
    parts: list[bytes] = []
    at = len(document.content)
    for _ in range(count):
        part = b"xref\n0 0\ntrailer\n<</Size 6 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (previous, at)
        parts.append(part)
        previous, at = at, at + len(part)
    return bytes(document.content + b"".join(parts))


# Claims


def claims_in_table(count: int) -> bytes:
    document = once_signed()
    at = len(document.content)
    document.content += b"xref\n0 %d\n%strailer\n<</Size 9 /Root 1 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        count, FREE_ROW, document.previous or 0, at,
    )  # fmt: skip
    return bytes(document.content)


def xref_stream_of(octets: bytes, terms: bytes) -> bytes:
    """A document whose newest cross-reference is this stream."""
    document = once_signed()
    at = len(document.content)
    entries = b"/Type /XRef /Root 1 0 R /Prev %d %s" % (document.previous or 0, terms)
    document.content += b"90 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(octets, entries), at)
    return bytes(document.content)


def object_stream_of(octets: bytes, terms: bytes, copies: int = 1) -> bytes:
    """A document whose catalog has entries in these object streams."""
    document = once_signed()
    start = 1000
    holder = stream(octets, b"/Type /ObjStm " + terms)
    rows = {start + n: (2, 2000 + n, 0) for n in range(copies)}
    objects = {
        1: catalog([4], b"/Extra [%s]" % b" ".join(b"%d 0 R" % n for n in rows)),
        **{2000 + n: holder for n in range(copies)},
    }
    rows |= {number: (1, offset, 0) for number, offset in document._write(objects).items()}
    at = len(document.content)
    document.size = 2000 + copies
    document._stream(rows, b" /Prev %d" % (document.previous or 0))
    document.content += b"startxref\n%d\n%%%%EOF\n" % at
    return bytes(document.content)


def false_lengths(count: int) -> bytes:
    """Streams that claim to reach to the end of the file, and whose `endstream` is missing."""
    objects = {number: b"<</Length 999999999 /Next %d 0 R>>\nstream\nabc" % (number + 1) for number in range(10, 10 + count)}
    document = once_signed(objects={1: catalog([4], b"/Extra 10 0 R"), **objects})
    return bytes(
        document.revision({8: b"[%s]" % b" ".join(b"%d 0 R" % n for n in objects), 1: catalog([4], b"/Extra 8 0 R")}).content
    )


@lru_cache
def zeros(octets: int) -> bytes:
    """So many zeros, deflated: 1,000 to 1."""
    packer = zlib.compressobj(9)
    piece = bytes(1024**2)
    return b"".join([*(packer.compress(piece) for _ in range(octets // len(piece))), packer.flush()])


def painted_page(octets: bytes, terms: bytes) -> bytes:
    """A page with this content, over which an annotation is painted after signing."""
    content = stream(octets, terms)
    objects = {3: page(b"/Annots [4 0 R] /Contents 10 0 R"), 10: content}
    box = stream(b"0 0 9 9 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 400 400]")
    stamp = b"<</Type /Annot /Subtype /Stamp /Rect [0 0 400 400] /P 3 0 R /AP <</N 12 0 R>>>>"
    update = {3: page(b"/Annots [4 0 R 11 0 R] /Contents 10 0 R"), 11: stamp, 12: box}
    return bytes(once_signed(objects=objects).revision(update).content)


def encrypted_bomb(octets: int) -> bytes:
    """An object stream that is a bomb, encrypted with RC4 of 40 bits and the empty password (7.6.3, Algorithms 1 to 4)."""
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    owner, identifier = bytes(32), b"0123456789abcdef"
    file_key = hashlib.md5(pad + owner + (0xFFFFFFFC).to_bytes(4, "little") + identifier).digest()[:5]  # noqa: S324 - the standard's
    user = _rc4(file_key, pad)
    object_key = hashlib.md5(file_key + (2000).to_bytes(3, "little") + bytes(2)).digest()[:10]  # noqa: S324 - the standard's
    document = Document()
    bomb = stream(_rc4(object_key, zeros(octets)), b"/Type /ObjStm /N 1 /First 8 /Filter /FlateDecode")
    encrypt = b"<</Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s>>>" % (owner.hex().encode(), user.hex().encode())
    rows = {0: (0, 0, 255), 4: (2, 2000, 0)}
    rows |= {
        n: (1, offset, 0) for n, offset in document._write({1: catalog([4]), 2: PAGES, 3: page(), 9: encrypt, 2000: bomb}).items()
    }
    at, document.size = len(document.content), 2001
    document._stream(rows, b" /Encrypt 9 0 R /ID [<%s> <%s>]" % ((identifier.hex().encode(),) * 2))
    document.content += b"startxref\n%d\n%%%%EOF\n" % at
    return bytes(document.content)


def _rc4(secret: bytes, octets: bytes) -> bytes:
    encryptor = Cipher(ARC4(secret), mode=None).encryptor()
    return bytes(encryptor.update(octets) + encryptor.finalize())


MIB = 1024**2
FLATE = b"/Filter /FlateDecode "
ROWS = b"/W [1 4 2] /Size 9 "

DOCUMENTS: dict[str, Callable[[], bytes]] = {
    "same-subject-chain": same_subject_chain,
    "same-subject-mesh": same_subject_mesh,
    "certificates-2000": lambda: many_certificates(2_000),
    "certificates-10000": lambda: many_certificates(10_000),
    "tlvs-definite": lambda: nested_tlvs(indefinite=False),
    "tlvs-indefinite": lambda: nested_tlvs(indefinite=True),
    "signatures-10000-cms": lambda: many_signatures(10_000, whole_cms=True),
    "signatures-10000-shared": lambda: many_signatures(10_000, shared_dictionary=True),
    "signatures-10001": lambda: many_signatures(10_001),
    "signed-revisions-1000": lambda: many_signed_revisions(1_000),
    "revisions-1000": lambda: many_revisions(1_000),
    "sections-20010": lambda: many_sections(20_010),
    "outline-340": lambda: outline(340),
    "outline-10000": lambda: outline(10_000),
    "objects-in-tables": lambda: many_objects(100_000, packed=False),
    "objects-in-streams": lambda: many_objects(100_000, packed=True),
    "objects-rewritten": lambda: rewritten_objects(60_000),
    "objects-listed": lambda: listed_objects(990_000),
    "objects-fake": lambda: fake_objects(1_500_000),
    "objects-fake-within": lambda: fake_objects(980_000),
    "fields-absent": lambda: array_entries("Fields", own=False),
    "annots-own": lambda: array_entries("Annots", own=True),
    "kids-absent": lambda: array_entries("Kids", own=False),
    "page-loop": page_loop,
    "pages-deep": lambda: deep_pages(100_000),
    "fields-deep": lambda: deep_fields(100_000),
    "arrays-deep": lambda: deep_object(b"["),
    "dictionaries-deep": lambda: deep_object(b"<</A"),
    "parentheses-deep": lambda: deep_object(b"("),
    "previous-loop": previous_loop,
    "table-claims": lambda: claims_in_table(10**9),
    "xref-claims": lambda: xref_stream_of(bytes(70), b"/W [1 4 2] /Size 1000000000"),
    "xref-bomb": lambda: xref_stream_of(zeros(200 * MIB), FLATE + ROWS),
    "xref-bomb-within": lambda: xref_stream_of(zeros(60 * MIB), FLATE + b"/W [1 4 2] /Size 990000"),
    "xref-bomb-predicted": lambda: xref_stream_of(zeros(60 * MIB), FLATE + ROWS + b"/DecodeParms <</Predictor 12 /Columns 7>>"),
    "xref-bomb-nested": lambda: xref_stream_of(
        zlib.compress(zeros(200 * MIB), 9), b"/Filter [/FlateDecode /FlateDecode] " + ROWS
    ),
    "xref-slow-predictor": lambda: xref_stream_of(
        zlib.compress(b"\x04\x01\x02\x03\x04\x05\x06\x07" * MIB), FLATE + ROWS + b"/DecodeParms <</Predictor 15 /Columns 7>>"
    ),
    "objstm-claims": lambda: object_stream_of(b"1000 0 (text)", b"/N 1000000000 /First 7"),
    "objstm-bomb": lambda: object_stream_of(zeros(200 * MIB), FLATE + b"/N 1 /First 8"),
    "objstm-bombs": lambda: object_stream_of(zeros(20 * MIB), FLATE + b"/N 1 /First 8", 200),
    "objstm-numbers": lambda: object_stream_of(zlib.compress(b"7 0 " * 12 * MIB), FLATE + b"/N 99999999 /First 50331648"),
    "objstm-values": lambda: object_stream_of(zlib.compress(b"1000 0 [" + b"[]" * 5 * MIB + b"]"), FLATE + b"/N 1 /First 7", 8),
    "encrypted-bomb": lambda: encrypted_bomb(200 * MIB),
    "false-lengths": lambda: false_lengths(20_000),
    "painted-bomb": lambda: painted_page(zeros(60 * MIB), FLATE),
    "painted-long": lambda: painted_page(zlib.compress(b"0 0 1 1 re f " * 4 * MIB), FLATE),
}
