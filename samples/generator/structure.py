"""What happens to a file after it was signed: changes, removals, re-saving, bytes that nothing covers, encryption."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import Any

from generator import pki
from generator.drafting import LEADER, REVOKED, SEAL, STAMP_LETTERS, USUAL, Sample, finished, fresh, signing, vietnam
from generator.encryption import standard
from generator.pages import Letter, letter, page_content
from generator.pdf import Name, Pdf, Ref, Stream
from generator.signing import sign
from generator.wording import SHORT


def signed(seed: str, **kind: Any) -> Letter:
    document = fresh(seed)
    sign(document, signing(LEADER, **kind))
    return document


def stripped() -> bytes:
    """A later revision takes the field out of the form and the widget off the page."""
    document = signed("stripped")
    pdf = document.pdf
    pdf.touch(document.pages[0])["Annots"] = []
    assert document.form is not None  # noqa: S101 - it was signed
    pdf.touch(document.form)["Fields"] = []
    pdf.commit()
    return finished(document)


def rewritten() -> bytes:
    """A later revision defines the signature dictionary anew, with another reason."""
    document = signed("rewritten")
    pdf = document.pdf
    number = next(iter(pdf.plain))
    pdf.touch(Ref(number))["Reason"] = "Đồng ý"
    pdf.commit()
    return finished(document)


def saved_again(seed: str, *, field_kept: bool) -> Letter:
    """All objects written into a new file, as PDF printers and editors do; the bytes that were signed are gone."""
    old = signed(seed + "-original").pdf
    new = Pdf(seed=seed, producer="another program")
    new.objects, new.next_number, new.root, new.info = dict(old.objects), old.next_number, old.root, old.info
    new.changed = dict.fromkeys(sorted(new.objects))
    page = next(Ref(n) for n, value in new.objects.items() if isinstance(value, dict) and value.get("Type") == "Page")
    if not field_kept:
        new.objects[new.root.number] = {k: v for k, v in new.get(new.root).items() if k != "AcroForm"}
        new.objects[page.number] = {k: v for k, v in new.get(page).items() if k != "Annots"}
    new.commit()
    again = fresh(seed)
    return Letter(new, new.get(page)["Resources"]["Font"]["F1"], again.codes, [page], [new.get(page)["Contents"]])


def range_beyond() -> bytes:
    """Saved again by a program that kept the field and made the file shorter: the ByteRange ends behind the file."""
    document = saved_again("range-beyond", field_kept=True)
    out = document.pdf.out
    numbers = re.search(rb"/ByteRange\[0 (\d+) (\d+) (\d+)( *)\]", out)
    assert numbers is not None  # noqa: S101 - it was signed
    longer = b"/ByteRange[0 %b %b %d" % (numbers[1], numbers[2], int(numbers[3]) + 90_000)
    out[numbers.start() : numbers.end()] = longer.ljust(numbers.end() - numbers.start() - 1) + b"]"
    return finished(document)


def saved_again_then_stamped() -> bytes:
    document = saved_again("saved-then-stamped", field_kept=False)
    sign(document, signing(SEAL))
    return finished(document)


def tampered() -> bytes:
    """One letter of the page differs: the content stream is stored plain, so that the change is plain to see."""
    document = fresh("tampered")
    pdf = document.pdf
    plain = Stream({}, page_content(document.codes, SHORT), compress=False)
    pdf.put(document.contents[0], plain)
    pdf.commit()
    sign(document, signing(LEADER))
    return finished(document).replace(b"y 15 h", b"y 25 h", 1)


def page_replaced() -> bytes:
    document = signed("page-replaced")
    lines = [line.replace("ngày 15", "ngày 25") for line in SHORT]
    document.pdf.put(document.contents[0], Stream({}, page_content(document.codes, lines)))
    document.pdf.commit()
    return finished(document)


def annotated(seed: str, **kind: Any) -> bytes:
    """A note is put on the page after the last signature."""
    document = signed(seed, **kind)
    pdf = document.pdf
    entries = {"Type": Name("Annot"), "Subtype": Name("FreeText"), "Rect": [60, 500, 260, 540], "DA": b"/Helv 10 Tf 0 g", "F": 4}
    note = pdf.add(entries | {"Contents": "Đã duyệt chi 500 triệu đồng"})
    pdf.touch(document.pages[0])["Annots"].append(note)
    pdf.commit()
    return finished(document)


def form_filled(seed: str, **kind: Any) -> bytes:
    """A text field of the form is filled in after the last signature."""
    document = fresh(seed)
    pdf = document.pdf
    field = {
        "Type": Name("Annot"),
        "Subtype": Name("Widget"),
        "FT": Name("Tx"),
        "T": "SoTien",
        "V": "",
        "Rect": [60, 500, 260, 520],
    }
    text = pdf.add(field | {"F": 4, "P": document.pages[0], "DA": b"/Helv 10 Tf 0 g"})
    pdf.touch(document.pages[0])["Annots"] = [text]
    document.form = pdf.add({"Fields": [text], "SigFlags": 3, "DA": b"/Helv 10 Tf 0 g"})
    pdf.touch(pdf.root)["AcroForm"] = document.form
    pdf.commit()
    sign(document, signing(LEADER, **kind))
    pdf.touch(text)["V"] = "500 triệu đồng"
    pdf.commit()
    return finished(document)


def archived() -> bytes:
    """A security store is added after the signature, as archives do: nothing more is missing, even under `strict`."""
    document = signed("archived", certify=1)
    later = (USUAL + timedelta(days=40)).astimezone(UTC)
    add_store(
        document,
        certificates=[pki.certificate("g2-sub").dump()],
        crls=[pki.revocation_list("g2-root", later).dump()],
        ocsp_responses=[pki.ocsp_response("g2-ocsp", LEADER.label, later).dump()],
    )
    return finished(document)


def revoked(seed: str, *, stamp: bool) -> bytes:
    """The certificate was revoked half a year after the signature; the CRL that says so lies in the document."""
    document = fresh(seed)
    sign(document, signing(REVOKED, stamp=stamp))
    add_store(document, crls=[pki.revocation_list("g2-sub", vietnam(2026, 10, 1).astimezone(UTC)).dump()])
    return finished(document)


def add_store(document: Letter, **kinds: list[bytes]) -> None:
    """A document security store (12.8.4.3) in a revision of its own."""
    pdf = document.pdf
    names = {"certificates": "Certs", "crls": "CRLs", "ocsp_responses": "OCSPs"}
    store = {names[kind]: [pdf.add(Stream({}, one)) for one in ders] for kind, ders in kinds.items()}
    pdf.touch(pdf.root)["DSS"] = pdf.add({"Type": Name("DSS")} | store)
    pdf.commit()


def objects_behind_the_end() -> bytes:
    """An object behind the last %%EOF that no cross-reference lists; viewers that rebuild the file show it."""
    document = signed("objects-behind")
    number = document.contents[0].number
    content = page_content(document.codes, ["Nội dung khác"])
    return finished(document) + b"%d 0 obj\n<</Length %d>>stream\n%b\nendstream\nendobj\n" % (number, len(content), content)


def junk_behind_the_end() -> bytes:
    return finished(signed("junk-behind")) + b"<html><body>502 Bad Gateway</body></html>\n"


def bytes_behind_the_cms() -> bytes:
    return finished(signed("bytes-behind-cms", spare=64, behind=b"hidden in the gap"))


def encrypted(seed: str, password: bytes, *, aes: bool) -> bytes:
    pdf = Pdf(seed=seed, version="1.6")
    number = pdf.add(None).number
    identifiers = pdf._trailer()["ID"]  # noqa: SLF001 - the key depends on the identifier to come
    first = bytes.fromhex(bytes(identifiers[0])[1:-1].decode())
    pdf.encryption = standard(number, password, b"owner", first, aes=aes)
    if aes:
        crypt = {"AuthEvent": Name("DocOpen"), "CFM": Name("AESV2"), "Length": 16}
        pdf.encryption.dictionary.update({"CF": {"StdCF": crypt}, "StmF": Name("StdCF"), "StrF": Name("StdCF")})
    pdf.encryption.dictionary["Filter"] = Name("Standard")
    document = letter(pdf, SHORT, also=STAMP_LETTERS)
    sign(document, signing(LEADER))
    return finished(document)


SAMPLES = (
    Sample(
        "stripped-signature",
        stripped,
        "a later revision took the signature's field away",
        "invalid",
        ("signature-removed",),
        revisions=3,
    ),
    Sample(
        "rewritten-signature",
        rewritten,
        "a later revision wrote the signature dictionary anew",
        "invalid",
        ("signature-removed",),
        revisions=3,
    ),
    Sample(
        "saved-again",
        lambda: finished(saved_again("saved-again", field_kept=False)),
        "saved again by another program: signature bytes that no field reaches",
        "invalid",
        ("signature-remains-unreachable",),
        signatures=0,
        revisions=1,
    ),
    Sample(
        "saved-again-range-beyond",
        range_beyond,
        "saved again and shorter: the ByteRange ends behind the file",
        "invalid",
        ("signature-remains-unreachable",),
        signatures=0,
        revisions=1,
    ),
    Sample(
        "saved-again-then-stamped",
        saved_again_then_stamped,
        "saved again, then stamped by an office whose signature is sound",
        "valid",
        ("signature-remains-unreachable",),
    ),
    Sample("tampered-page", tampered, "one digit on the page was changed", "invalid", ("digest-mismatch",), revisions=3),
    Sample(
        "page-replaced-in-update",
        page_replaced,
        "an appended revision shows another page",
        "invalid",
        ("modified-after-signing",),
        revisions=3,
    ),
    Sample(
        "annotation-after-signing",
        lambda: annotated("annotated"),
        "a note was put on the page after the last signature",
        "insufficient",
        ("changed-after-last-signature",),
        revisions=3,
    ),
    Sample(
        "form-filled-after-signing",
        lambda: form_filled("form-filled"),
        "a form field was filled in after the last signature",
        "insufficient",
        ("changed-after-last-signature",),
        revisions=4,
    ),
    Sample(
        "certified-then-annotated",
        lambda: annotated("certified", certify=1),
        "certified P=1 (no changes), then a note was added",
        "invalid",
        ("modified-after-signing",),
        revisions=3,
    ),
    Sample(
        "certified-then-filled",
        lambda: form_filled("certified-filled", certify=1),
        "certified P=1 (no changes), then a field was filled in",
        "invalid",
        ("modified-after-signing",),
        revisions=4,
        committed=False,
    ),
    Sample(
        "certified-then-archived",
        archived,
        "certified P=1, then a security store with all revocation data was added: permitted, and enough for `strict`",
        "valid",
        revisions=3,
    ),
    Sample(
        "revoked-after-timestamp",
        lambda: revoked("revoked-stamped", stamp=True),
        "the certificate was revoked later than its time-stamp; the CRL lies in the document",
        "valid",
        ("certificate-revoked-later",),
        revisions=3,
    ),
    Sample(
        "revoked-without-timestamp",
        lambda: revoked("revoked", stamp=False),
        "the certificate was revoked, and nothing proves the signature older; the CRL lies in the document",
        "insufficient",
        ("certificate-revoked",),
        revisions=3,
    ),
    Sample("objects-behind-the-end", objects_behind_the_end, "an object behind the last %%EOF", "invalid", ("uncovered-bytes",)),
    Sample(
        "junk-behind-the-end",
        junk_behind_the_end,
        "a web server's error text behind the last %%EOF",
        "insufficient",
        ("uncovered-bytes",),
    ),
    Sample(
        "bytes-behind-cms",
        bytes_behind_the_cms,
        "bytes other than zero behind the CMS in /Contents",
        "insufficient",
        ("uncovered-bytes",),
    ),
    Sample(
        "encrypted-with-password",
        lambda: encrypted("encrypted", b"sigcheck", aes=True),
        "AES-128, opens with `sigcheck`",
        "valid",
        ("revocation-not-checked",),
        password="sigcheck",
    ),
    Sample(
        "encrypted-without-password",
        lambda: encrypted("encrypted-open", b"", aes=False),
        "RC4-128, opens with the empty user password",
        "valid",
        ("revocation-not-checked",),
    ),
)
