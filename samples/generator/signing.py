"""Puts a signature into a document: dictionary, field, widget, appearance, and the CMS into the reserved /Contents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import core

from generator import cms, pki
from generator.cms import Recipe
from generator.pages import Letter, seal_appearance, text_appearance
from generator.pdf import Name, Raw, Ref
from generator.primitives import raw_pkcs1
from generator.tokens import Stamp, token_over_digest

RANGE_ROOM = 44
"""Characters kept free for the four numbers of a ByteRange."""


@dataclass(frozen=True, slots=True)
class Block:
    """The lines that a signing program writes, in the order of real files: ContactInfo, M, Location, Name, Reason."""

    contact: str | None = None
    m: datetime | str | None = None
    location: str | None = None
    name: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Signing:
    """One signature to be put into a document."""

    recipe: Recipe | Stamp
    """A Stamp makes a document time-stamp."""
    field: str = "Signature1"
    block: Block = Block()
    sub_filter: str = "adbe.pkcs7.detached"
    page: int = 0
    rectangle: tuple[float, float, float, float] = (0, 0, 0, 0)
    text: tuple[str, ...] = ()
    seal: bool = False
    shows: Callable[[Letter, float, float], Ref] | None = None
    """Makes the appearance for a width and a height, where neither text nor seal is asked for."""
    certify: int | None = None
    software: str | None = None
    spare: int = 32
    """Octets kept free behind the CMS."""
    behind: bytes = b""
    """Octets written there instead of zeros."""
    more: tuple[tuple[str, Any], ...] = ()
    """Further entries of the signature dictionary."""


def pdf_date(moment: datetime | str) -> str:
    """A date string (ISO 32000-2, 7.9.4) with the apostrophes that real signing software writes."""
    if isinstance(moment, str):
        return moment
    zone = moment.strftime("%z")
    offset = f"{zone[:3]}'{zone[3:]}'" if zone else ""
    return moment.strftime("D:%Y%m%d%H%M%S") + offset


def sign(document: Letter, signing: Signing) -> int:
    """Append a revision with this signature; returns the offset of the /Contents token."""
    pdf = document.pdf
    room = len(_contents(signing, b"")) + signing.spare + 8 * (signing.sub_filter == "ETSI.CAdES.detached")
    dictionary = pdf.add(_dictionary(signing, room))
    pdf.plain.add(dictionary.number)
    _add_field(document, signing, dictionary)
    if signing.certify is not None:
        pdf.touch(pdf.root)["Perms"] = {"DocMDP": dictionary}
    before = len(pdf.out)
    pdf.commit()
    return _fill(document, signing, dictionary, room, before)


def _dictionary(signing: Signing, room: int) -> dict[str, Any]:
    stamp = isinstance(signing.recipe, Stamp)
    entries: dict[str, Any] = {"Type": Name("DocTimeStamp" if stamp else "Sig"), "Filter": Name("Adobe.PPKLite")}
    entries["SubFilter"] = Name("ETSI.RFC3161" if stamp else signing.sub_filter)
    block = signing.block
    lines = {"ContactInfo": block.contact, "Location": block.location, "Name": block.name, "Reason": block.reason}
    if block.m is not None:
        lines = {"ContactInfo": block.contact, "M": pdf_date(block.m)} | lines
    entries |= {key: line for key, line in lines.items() if line is not None}
    if signing.software:
        entries["Prop_Build"] = {"App": {"Name": Name(signing.software)}}
    if signing.certify is not None:
        permissions = {"Type": Name("TransformParams"), "V": Name("1.2"), "P": signing.certify}
        entries["Reference"] = [{"Type": Name("SigRef"), "TransformMethod": Name("DocMDP"), "TransformParams": permissions}]
    if signing.sub_filter == "adbe.x509.rsa_sha1" and isinstance(signing.recipe, Recipe):
        entries["Cert"] = Raw(b"<" + pki.certificate(signing.recipe.signer).dump().hex().encode() + b">")
    entries |= dict(signing.more)
    entries["ByteRange"] = Raw(b"[0".ljust(RANGE_ROOM) + b"]")
    entries["Contents"] = Raw(b"<" + b"0" * (2 * room) + b">")
    return entries


def _add_field(document: Letter, signing: Signing, dictionary: Ref) -> None:
    pdf = document.pdf
    left, bottom, right, top = signing.rectangle
    page = document.pages[signing.page]
    widget: dict[str, Any] = {"Type": Name("Annot"), "Subtype": Name("Widget"), "FT": Name("Sig"), "T": signing.field}
    widget |= {"V": dictionary, "F": 132, "P": page, "Rect": list(signing.rectangle)}
    if signing.text:
        widget["AP"] = {"N": text_appearance(document, signing.text, right - left, top - bottom)}
    elif signing.seal:
        widget["AP"] = {"N": seal_appearance(pdf, right - left, top - bottom)}
    elif signing.shows:
        widget["AP"] = {"N": signing.shows(document, right - left, top - bottom)}
    reference = pdf.add(widget)
    pdf.touch(page).setdefault("Annots", []).append(reference)
    if document.form is None:
        document.form = pdf.add({"Fields": [], "SigFlags": 3})
        pdf.touch(pdf.root)["AcroForm"] = document.form
    pdf.touch(document.form)["Fields"].append(reference)


def _fill(document: Letter, signing: Signing, dictionary: Ref, room: int, before: int) -> int:
    out = document.pdf.out
    start = out.index(b"/Contents<000", before) + len(b"/Contents")
    end = start + 2 * room + 2
    numbers = b"[0 %d %d %d" % (start, end, len(out) - end)
    position = out.index(b"/ByteRange[0 ", before) + len(b"/ByteRange")
    out[position : position + RANGE_ROOM] = numbers.ljust(RANGE_ROOM)
    covered = bytes(out[:start]) + bytes(out[end:])
    contents = _contents(signing, covered) + signing.behind
    if len(contents) > room:
        raise ValueError(f"{signing.field}: {len(contents)} octets do not fit {room}")
    token = b"<" + contents.ljust(room, b"\x00").hex().encode() + b">"
    out[start:end] = token
    document.pdf.objects[dictionary.number] |= {
        "ByteRange": Raw(numbers.ljust(RANGE_ROOM) + b"]"),
        "Contents": Raw(token),
    }
    return start


def _contents(signing: Signing, covered: bytes) -> bytes:
    if isinstance(signing.recipe, Stamp):
        stamped = b"quite other bytes" if signing.recipe.flaw == "other-imprint" else covered
        return token_over_digest(signing.recipe, hashlib.new(signing.recipe.imprint, stamped).digest())
    if signing.sub_filter == "adbe.x509.rsa_sha1":
        digest = hashlib.sha1(covered, usedforsecurity=False).digest()
        value: bytes = core.OctetString(raw_pkcs1(pki.private_key(signing.recipe.signer), "sha1", digest)).dump()
        return value
    return cms.build(signing.recipe, covered)
