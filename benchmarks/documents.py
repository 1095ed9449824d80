"""The documents of the benchmark, written into a folder: always the same, by the samples' writer and made-up authorities.

    python benchmarks/documents.py FOLDER [--quick]

    size-100K-1 …        SIZE bytes of page images, N signatures below them; `-stamped`: each with a time-stamp
    lta-1M-N             N time-stamped signatures, a security store, a document time-stamp
    objects-N-FORM-2     N objects of a structure tree in a table or in object streams (FORM), two signatures
    many-N               100 KB, N signatures
    batch/               small files of every kind
    crl/                 a CRL of many entries, and small files whose signer it is about
    pki/                 the authorities' certificates as PEM, for the other programs

Each state of a growing chain of signatures is kept, so that size-1M-5 begins with the bytes of size-1M-1. Every document is valid
under the shipped `archive` policy. Needs the `test` extra, whose certomancer makes the certificates.
"""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT / "samples"))

from cryptography import x509  # noqa: E402 - the path comes first
from cryptography.hazmat.primitives import hashes  # noqa: E402 - likewise
from cryptography.hazmat.primitives.serialization import Encoding  # noqa: E402 - likewise

from generator import pki  # noqa: E402 - likewise
from generator.drafting import HEAD, LEADER, OFFICE, SEAL, USUAL, signing, stamped  # noqa: E402 - likewise
from generator.pages import Letter, letter  # noqa: E402 - likewise
from generator.pdf import Name, Pdf, Ref, Stream  # noqa: E402 - likewise
from generator.signing import Signing, sign  # noqa: E402 - likewise
from generator.structure import add_store  # noqa: E402 - likewise

SIZES = {"100K": 100_000, "1M": 1_000_000, "10M": 10_000_000, "100M": 100_000_000}
SIGNERS = (LEADER, SEAL, HEAD, OFFICE)
"""People and offices whose certificates were all in force when the documents are signed."""
LINES = ("VĂN BẢN ĐO TỐC ĐỘ", "Ảnh của trang nằm bên dưới.")
PAGE_BYTES = 200_000
MOST_PAGES = 100
OBJECTS_A_STREAM = 200
"""What common writers put into one object stream."""
CHILDREN = 20
"""Elements below one element of a structure tree."""
CRL_ENTRIES = 50_000
SPARE = 9_000
"""Octets kept free in /Contents: genuine documents reserve 12,384 (iTextSharp's 8,192 and 4,192 for a time-stamp)."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of each kind is written."""

    batch: int
    crl_documents: int
    most_signatures: int


WHOLE = Amount(batch=1_000, crl_documents=100, most_signatures=100)
QUICK = Amount(batch=400, crl_documents=40, most_signatures=100)


def images(total: int, seed: str, **kind: Any) -> Letter:
    """A letter whose pages show images that no filter makes smaller, about `total` bytes in all."""
    pages = max(1, min(MOST_PAGES, total // PAGE_BYTES))
    document = letter(Pdf(seed=seed, **kind), LINES * 30 * pages, also="Đã ký số")
    room = max(total - len(document.pdf.out), 1_000) // pages
    noise = Random(seed)  # noqa: S311 - pictures, no secrets
    # Written anew as one revision: a document as it leaves an office.
    new = Pdf(seed=seed, objects=document.pdf.objects, next_number=document.pdf.next_number, **kind)
    new.root, new.info = document.pdf.root, document.pdf.info
    entries = {"Type": Name("XObject"), "Subtype": Name("Image"), "Width": 1654, "Height": 2339, "BitsPerComponent": 8}
    entries |= {"ColorSpace": Name("DeviceRGB"), "Filter": Name("DCTDecode")}
    for page in document.pages:
        image = new.add(Stream(dict(entries), noise.randbytes(room), compress=False))
        new.objects[page.number]["Resources"]["XObject"] = {"Im0": image}
    new.changed = dict.fromkeys(sorted(new.objects))
    new.commit()
    return replace(document, pdf=new)


def structure(count: int, seed: str, *, streams: bool) -> Letter:
    """A tagged letter of `count` objects: elements that name parent, page and children, as writers tag texts."""
    document = letter(
        Pdf(seed=seed, xref_streams=streams, object_streams=streams, objects_a_stream=OBJECTS_A_STREAM), LINES, also="Đã ký số"
    )
    pdf, page = document.pdf, document.pages[0]
    tree = pdf.add({"Type": Name("StructTreeRoot")})
    pdf.touch(pdf.root)["StructTreeRoot"] = tree
    pdf.touch(pdf.root)["MarkInfo"] = {"Marked": True}
    parents: list[tuple[Ref, list[Any]]] = [(tree, [])]
    below = iter(parents)
    parent, children = next(below)
    for number in range(count - len(pdf.objects)):
        if len(children) == CHILDREN:
            parent, children = next(below)
        element = pdf.add({"Type": Name("StructElem"), "S": Name("P"), "P": parent, "Pg": page, "T": f"Đoạn {number}"})
        children.append(element)
        parents.append((element, []))
    for element, kids in parents:
        pdf.objects[element.number]["K"] = kids or [0]
    pdf.commit()
    return document


def numbered(position: int, *, stamp: bool) -> Signing:
    """The signature at this place of a chain: another signer, a later time, another box of the page."""
    who, at = SIGNERS[position % len(SIGNERS)], USUAL + timedelta(minutes=position)
    column, row = position % 10, position // 10 % 20
    box = (20.0 + 56 * column, 20.0 + 20 * row, 70.0 + 56 * column, 36.0 + 20 * row)
    return replace(
        signing(who, at, stamp=stamp),
        field=f"Signature{position + 1}",
        rectangle=box,
        seal=False,
        text=("Đã ký số",),
        spare=SPARE,
    )


def chain(document: Letter, steps: Sequence[int], *, stamp: bool = True, first: int = 0) -> Iterator[tuple[int, bytes]]:
    """The document with as many signatures as each step says."""
    for done in range(1, max(steps) + 1):
        sign(document, numbered(first + done - 1, stamp=stamp))
        if done in steps:
            yield done, bytes(document.pdf.out)


def archived(document: Letter) -> bytes:
    """What archives add: certificates, CRLs and OCSP responses, and a time-stamp over the whole."""
    later = (USUAL + timedelta(days=1)).astimezone(UTC)
    add_store(
        document,
        certificates=[pki.certificate(label).dump() for label in ("g2-root", "g2-sub")],
        crls=[pki.revocation_list(label, later).dump() for label in ("g2-root", "g2-sub")],
        ocsp_responses=[pki.ocsp_response("g2-ocsp", who.label, later).dump() for who in SIGNERS],
    )
    sign(document, Signing(stamped(USUAL + timedelta(days=2)), "DocTimeStamp1"))
    return bytes(document.pdf.out)


def mixed(number: int) -> bytes:
    """One small file of a batch: 40 to 250 KB, one to three signatures, a table or streams, three in four stamped."""
    chosen = Random(number)  # noqa: S311 - sizes, no secrets
    streams = bool(number % 2)
    total = chosen.choice((40_000, 100_000, 250_000))
    document = images(total, f"mixed-{number}", xref_streams=streams, object_streams=streams)
    count, first = chosen.choice((1, 1, 2, 3)), chosen.randrange(len(SIGNERS))
    *_, (_, content) = chain(document, (count,), stamp=number % 4 != 0, first=first)
    return content


def long_crl(entries: int) -> bytes:
    """The CRL of the sub-CA with so many entries, none of which is a signer of these documents."""
    made = datetime(2025, 9, 1, tzinfo=UTC)
    issuer = x509.load_der_x509_certificate(pki.certificate("g2-sub").dump())
    builder = x509.CertificateRevocationListBuilder(issuer.subject, made, made + timedelta(days=3650))
    listed = [
        x509.RevokedCertificateBuilder(10**30 + 7 * number, made - timedelta(days=number % 900)).build()
        for number in range(entries)
    ]
    for entry in listed:
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(pki.private_key("g2-sub"), hashes.SHA256()).public_bytes(Encoding.DER)


def authorities(folder: Path) -> None:
    """The certificates that samples/trust lists, and that of the time-stamp server, as PEM."""
    for label in ("g2-root", "g2-sub", "g2-tsa-01"):
        text = base64.encodebytes(pki.certificate(label).dump()).decode("ascii")
        write(folder / f"{label}.pem", f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n".encode("ascii"))


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def sizes(folder: Path, amount: Amount) -> None:  # noqa: ARG001 - all kinds are called alike
    for name, total in SIZES.items():
        steps = (1, 5, 10)
        for count, content in chain(images(total, f"plain-{name}"), steps, stamp=False):
            write(folder / f"size-{name}-{count}.pdf", content)
        for count, content in chain(images(total, f"stamped-{name}"), steps[: 2 if total > 10**7 else 3]):
            write(folder / f"size-{name}-{count}-stamped.pdf", content)


def lta(folder: Path, amount: Amount) -> None:  # noqa: ARG001 - likewise
    for count in (1, 5):
        document = images(SIZES["1M"], f"lta-{count}")
        list(chain(document, (count,)))
        write(folder / f"lta-1M-{count}.pdf", archived(document))


def objects(folder: Path, amount: Amount) -> None:  # noqa: ARG001 - likewise
    for count in (1_000, 10_000, 100_000):
        for form in ("table", "streams"):
            document = structure(count, f"objects-{count}-{form}", streams=form == "streams")
            for signatures, content in chain(document, (2,), stamp=False):
                write(folder / f"objects-{count}-{form}-{signatures}.pdf", content)


def many(folder: Path, amount: Amount) -> None:
    for count, content in chain(images(SIZES["100K"], "many"), (1, 10, amount.most_signatures)):
        write(folder / f"many-{count}.pdf", content)


def batch(folder: Path, amount: Amount) -> None:
    for number in range(amount.batch):
        write(folder / "batch" / f"{number:04}.pdf", mixed(number))


def crl(folder: Path, amount: Amount) -> None:
    write(folder / "crl" / "long.crl", long_crl(CRL_ENTRIES))
    for number in range(amount.crl_documents):
        *_, (_, content) = chain(images(40_000, f"crl-{number}"), (1,), first=number)
        write(folder / "crl" / "documents" / f"{number:03}.pdf", content)


KINDS: tuple[Callable[[Path, Amount], None], ...] = (sizes, lta, objects, many, batch, crl)


def generate(folder: Path, amount: Amount) -> None:
    """Write all of it."""
    authorities(folder / "pki")
    for kind in KINDS:
        kind(folder, amount)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Write the documents of the benchmark.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true", help="fewer small files")
    asked = parser.parse_args(arguments)
    generate(asked.folder, QUICK if asked.quick else WHOLE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
