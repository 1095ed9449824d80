"""Documents as the rules of administrative work see them: issued in time or late, whole or not, and blocks that pretend."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from generator import wording
from generator.drafting import (
    HEAD,
    LEADER,
    OFFICE,
    OLD_LEADER,
    PORTAL,
    SEAL,
    USUAL,
    Sample,
    Signatory,
    block,
    finished,
    fresh,
    reason,
    recipe,
    signing,
    vietnam,
)  # fmt: skip
from generator.signing import Block, Signing, sign

OTHER = Signatory("leader", "Phạm Văn Người Khác", "nguoikhac@so-mau.gov.example")
BEFORE_TET = vietnam(2026, 2, 13, 16, 20)
"""The last working day before Tết Bính Ngọ; 14 to 22 February were days off."""
AFTER_TET = vietnam(2026, 2, 23, 8, 15)
DISGUISE = f"{OTHER.name}<{OTHER.email}> đã ký lên văn bản nà\u0443"
"""The sentence without its mark, its last letter Cyrillic."""


def five_blocks_expired() -> bytes:
    """The five blocks in May 2018, no time-stamp at all; both certificates have expired since."""
    document = fresh("five-blocks-expired", wording.OFFICE_LETTER)
    first = vietnam(2018, 5, 24, 15, 30, 57)
    sign(document, signing(OLD_LEADER, first, stamp=False))
    boxes = ((90.0, 742.0, 125.0, 762.0), (118.0, 670.0, 140.0, 690.0), (185.0, 670.0, 207.0, 690.0))
    for number, (box, text) in enumerate(zip(boxes, ("123", "25", "05"), strict=True), 2):
        at = first + timedelta(hours=18, minutes=14, seconds=9 * number)
        sign(document, Signing(recipe(PORTAL), f"Signature{number}", block(PORTAL, at), rectangle=box, text=(text,)))
    at = first + timedelta(hours=18, minutes=16)
    sign(document, signing(PORTAL, at, stamp=False, field="Signature5"))
    return finished(document)


def issued(seed: str, person: datetime, office: datetime) -> bytes:
    """A leader's signature, and the agency's some time later."""
    document = fresh(seed)
    sign(document, signing(LEADER, person))
    sign(document, signing(SEAL, office, field="Signature2"))
    return finished(document)


def office_alone() -> bytes:
    """Number and seal of an office, and nobody who approved it."""
    document = fresh("office-alone", wording.OFFICE_LETTER)
    box = (90.0, 742.0, 125.0, 762.0)
    sign(document, Signing(recipe(OFFICE, USUAL), "Signature1", block(OFFICE, USUAL), rectangle=box, text=("123",)))
    sign(document, signing(OFFICE, USUAL + timedelta(seconds=20), field="Signature2"))
    return finished(document)


def two_persons() -> bytes:
    """A drafter and a leader, then the agency."""
    document = fresh("two-persons")
    sign(document, signing(HEAD, USUAL - timedelta(minutes=50), rectangle=(340.0, 520.0, 480.0, 560.0)))
    sign(document, signing(LEADER, USUAL, field="Signature2"))
    sign(document, signing(SEAL, USUAL + timedelta(minutes=9), field="Signature3"))
    return finished(document)


def appendix_stamp() -> bytes:
    """An appendix in a file of its own: the agency's stamp top right of page 1, number and date of the document it belongs to."""
    document = fresh("appendix-stamp", also="PHỤ LỤC kèm theo 123/QĐ-SM")
    text = ("PHỤ LỤC kèm theo 123/QĐ-SM", f"{USUAL:%d/%m/%Y %H:%M:%S} +07:00")
    box = (320.0, 805.0, 578.0, 833.0)
    sign(document, Signing(recipe(SEAL, USUAL), block=block(SEAL, USUAL), rectangle=box, text=text))
    return finished(document)


def written(seed: str, text: str) -> bytes:
    """A leader's signature with another sentence in its block."""
    document = fresh(seed)
    sign(document, signing(LEADER, block=block(LEADER, USUAL, reason=text)))
    return finished(document)


def mobile(seed: str, name: str) -> bytes:
    """The mobile signer's block: the unit as /Reason, the name as /Location."""
    document = fresh(seed)
    sign(document, signing(LEADER, block=Block("", USUAL, name, None, "SỞ MẪU")))
    return finished(document)


LATE = USUAL + timedelta(days=3)
SAMPLES = (
    Sample(
        "five-blocks-expired",
        five_blocks_expired,
        "five blocks of 2018 without a time-stamp; the certificates have expired since",
        "insufficient",
        ("certificate-expired",),
        5,
        6,
    ),
    Sample(
        "office-alone",
        office_alone,
        "number and seal of an office, no person's signature (an error for --profile issued)",
        "valid",
        ("revocation-not-checked",),
        2,
        3,
    ),
    Sample(
        "issued-three-days-late",
        lambda: issued("late", USUAL, LATE),
        "the seal came three days after the leader's signature (a warning for --profile issued)",
        "valid",
        ("revocation-not-checked",),
        2,
        3,
    ),
    Sample(
        "issued-after-tet",
        lambda: issued("tet", BEFORE_TET, AFTER_TET),
        "signed before Tết and sealed on the next working day, ten days later",
        "valid",
        ("revocation-not-checked",),
        2,
        3,
    ),
    Sample(
        "two-persons",
        two_persons,
        "a drafter, a leader and the agency",
        "valid",
        ("revocation-not-checked",),
        3,
        4,
    ),
    Sample(
        "appendix-stamp",
        appendix_stamp,
        "an appendix in a file of its own: one text stamp of the agency, top right of page 1",
        "valid",
        ("revocation-not-checked",),
    ),
    Sample(
        "forged-name-disguised",
        lambda: written("disguised", DISGUISE),
        "the block names another person, in a sentence without its mark and with a letter of another alphabet",
        "invalid",
        ("name-differs-from-certificate", "email-differs-from-certificate", "block-formula-disguised"),
    ),
    Sample(
        "forged-second-sentence",
        lambda: written("second-sentence", f"{reason(LEADER)}\n{reason(OTHER)}"),
        "behind the right sentence the block has one that names another person",
        "invalid",
        ("name-differs-from-certificate", "block-formula-disguised"),
    ),
    Sample(
        "sentence-in-decomposed-letters",
        lambda: written("decomposed", unicodedata.normalize("NFD", reason(LEADER))),
        "the right sentence in decomposed letters",
        "valid",
        ("revocation-not-checked",),
    ),
    Sample(
        "mobile-signer-other-name",
        lambda: mobile("mobile-other", OTHER.name),
        "the mobile signer's block names another person than the certificate",
        "valid",
        ("block-names-another",),
    ),
)
