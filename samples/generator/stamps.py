"""Stamps whose text speaks of the signer and the time: truly, falsely, or in letters that nobody can read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from generator.drafting import LEADER, SEAL, USUAL, Sample, block, finished, fresh, recipe
from generator.pages import Letter, form, text
from generator.pdf import Name, Ref
from generator.signing import Signing, sign

BOX = (320.0, 780.0, 578.0, 833.0)
UNIT = "Cơ quan: SỞ MẪU"
COMMON_ADDRESS = "Email: vanthu@so-mau.gov.example"


def stamp(seed: str, *lines: str) -> bytes:
    """A leader's signature that shows these lines in the layers of iText: /FRM draws /n0, which is blank, and /n2."""
    document = fresh(seed, also="".join(lines))
    shown = Signing(recipe(LEADER, USUAL), block=block(LEADER, USUAL), rectangle=BOX, shows=lambda *at: _layers(*at, lines=lines))
    sign(document, shown)
    return finished(document)


def _layers(document: Letter, width: float, height: float, *, lines: tuple[str, ...]) -> Ref:
    pdf = document.pdf
    content = [b"BT /F1 8 Tf 9.6 TL 1 %g Td" % (height - 9), *(text(document.codes, line) + b" Tj T*" for line in lines), b"ET"]
    blank = pdf.add(form({}, width, height, b"% DSBlank\n"))
    words = pdf.add(form({"Font": {"F1": document.font}}, width, height, b"\n".join(content)))
    inner = pdf.add(form({"XObject": {"n0": blank, "n2": words}}, width, height, b"q /n0 Do Q\nq /n2 Do Q\n"))
    return pdf.add(form({"XObject": {"FRM": inner}}, width, height, b"q /FRM Do Q\n"))


def _nameless(document: Letter, width: float, height: float) -> Ref:
    """A font whose codes are glyph numbers and which has no ToUnicode: its letters can be seen and not read."""
    pdf = document.pdf
    system = {"Registry": b"Adobe", "Ordering": b"Identity", "Supplement": 0}
    descendant = {"Type": Name("Font"), "Subtype": Name("CIDFontType2"), "BaseFont": Name("CourierNewPSMT"), "DW": 600}
    font: dict[str, Any] = {
        "Type": Name("Font"),
        "Subtype": Name("Type0"),
        "BaseFont": Name("CourierNewPSMT"),
        "Encoding": Name("Identity-H"),
    }
    font |= {"DescendantFonts": [pdf.add(descendant | {"CIDSystemInfo": system})]}
    return pdf.add(form({"Font": {"F1": pdf.add(font)}}, width, height, b"BT /F1 9 Tf 1 20 Td <002C0057004A> Tj ET"))


def unreadable_stamp() -> bytes:
    document = fresh("unreadable-stamp")
    sign(document, Signing(recipe(SEAL, USUAL), block=block(SEAL, USUAL), rectangle=BOX, shows=_nameless))
    return finished(document)


def _printed(days: int = 0) -> str:
    return f"Thời gian ký: {USUAL + timedelta(days=days):%d.%m.%Y %H:%M:%S} +07:00"


SAMPLES = (
    Sample(
        "stamp-with-name-and-time",
        lambda: stamp("stamp", f"Ký bởi: {LEADER.name}", f"Email: {LEADER.email}", UNIT, _printed()),
        "the stamp prints its signer's name, e-mail, unit and /M",
        "valid",
        ("revocation-not-checked",),
    ),
    Sample(
        "forged-stamp-name",
        lambda: stamp("forged-stamp", "Người ký: Phạm Văn Người Khác", UNIT, _printed()),
        "the block is right, the stamp on the page names another person than the certificate",
        "invalid",
        ("appearance-name-differs-from-certificate",),
    ),
    Sample(
        "stamp-of-another-day",
        lambda: stamp("other-stamp", f"Ký bởi: {LEADER.name}", COMMON_ADDRESS, "Cơ quan: BỘ KHÁC", _printed(-3)),
        "the stamp prints another time than /M, the office's common e-mail, and another agency",
        "valid",
        (
            "appearance-time-differs",
            "appearance-email-differs-from-certificate",
            "appearance-organisation-differs-from-certificate",
        ),
        committed=False,
    ),
    Sample(
        "unreadable-stamp",
        unreadable_stamp,
        "the stamp's font says of no glyph which letter it is",
        "valid",
        ("appearance-read-partly",),
        committed=False,
    ),
)
