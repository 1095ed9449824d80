"""Documents as they should be: letters, blocks, and the three generations of signing software."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

from generator import pki, wording
from generator.cms import Recipe
from generator.drafting import (
    COMPANY,
    CURVE,
    EARLIER,
    HEAD,
    LEADER,
    OFFICE,
    OLD_LEADER,
    PORTAL,
    SEAL,
    USUAL,
    Sample,
    block,
    finished,
    fresh,
    reason,
    recipe,
    signing,
    stamped,
    vietnam,
)  # fmt: skip
from generator.primitives import Scheme
from generator.signing import Block, Signing, sign
from generator.wording import OLDER_AUTHORITY_LINE

FIVE_TIMES = (
    EARLIER,
    vietnam(2023, 5, 26, 9, 45, 13),
    vietnam(2023, 5, 26, 9, 45, 22),
    vietnam(2023, 5, 26, 9, 45, 50),
    vietnam(2023, 5, 26, 9, 47, 44),
)
"""Those of the real document whose shape this follows."""


def unsigned(seed: str, lines: list[str]) -> bytes:
    return finished(fresh(seed, lines))


def five_blocks(*, person_stamped: bool, office_stamped: bool) -> bytes:
    """A person's signature by trial software, then number, day, month and seal by one office."""
    document = fresh(f"five-blocks-{person_stamped}-{office_stamped}", wording.OFFICE_LETTER)
    first = FIVE_TIMES[0]
    person = block(HEAD, first, contact=OLDER_AUTHORITY_LINE, location="PHIÊN BẢN THỬ NGHIỆM")
    sign(document, signing(HEAD, first, stamp=person_stamped, block=person))
    boxes = ((90.0, 742.0, 125.0, 762.0), (118.0, 670.0, 140.0, 690.0), (185.0, 670.0, 207.0, 690.0))
    for number, (at, box, text) in enumerate(zip(FIVE_TIMES[1:4], boxes, ("123", "26", "05"), strict=True), 2):
        lines = block(OFFICE, at, location="ỦY BAN NHÂN DÂN TỈNH MẪU")
        one = Signing(recipe(OFFICE, at if office_stamped else None), f"Signature{number}", lines, rectangle=box, text=(text,))
        sign(document, one)
    last = FIVE_TIMES[4]
    lines = block(OFFICE, last, location="ỦY BAN NHÂN DÂN TỈNH MẪU")
    sign(document, signing(OFFICE, last, stamp=office_stamped, field="Signature5", block=lines))
    return finished(document)


def person_and_office() -> bytes:
    document = fresh("person-and-office")
    sign(document, signing(LEADER))
    sign(document, signing(SEAL, USUAL + timedelta(hours=3), field="Signature2"))
    return finished(document)


def generation_1(renewed: bool = False) -> bytes:
    """2018: SHA-1, BER with indefinite length and zeros behind it, an attribute of raw letters before the time-stamp.

    Renewed: a document time-stamp of another server, while the first one's certificate still held.
    """
    at = vietnam(2018, 1, 15, 16, 21, 46)
    document = fresh("generation-1", version="1.4", producer="scan; modified using VGCA.Base 5.2.1 (sample)")
    cms = Recipe(
        PORTAL.label, digest="sha1", signing_time=at.astimezone(UTC), indefinite=True, raw_attribute=True,
        stamp=stamped(at, 13, tsa="g1-tsa", imprint="sha1", digest="sha1", policy="1.1.2"),
    )  # fmt: skip
    lines = Block(m=at, location="Việt Nam", name=PORTAL.name, reason=reason(PORTAL))
    sign(document, Signing(cms, block=lines, rectangle=(56.0, 790.0, 256.0, 820.0), text=("Đã ký số",), spare=400))
    if renewed:
        sign(document, Signing(stamped(vietnam(2022, 6, 20), tsa="g1-tsa-01"), "DocTimeStamp1"))
    return finished(document)


def generation_2() -> bytes:
    """2022: DER, SHA-256, signing-time in local time labelled Z, signers and time-stamps under both roots."""
    at = vietnam(2022, 8, 26, 10, 42, 28)
    document = fresh("generation-2", producer="Word; modified using iTextSharp 5.5.5 (sample)")
    mobile = Recipe(OLD_LEADER.label, stamp=stamped(at, 18, tsa="g1-tsa-01", imprint="sha1"))
    lines = Block("", at, OLD_LEADER.name, None, "Sở Mẫu")
    sign(document, signing(OLD_LEADER, at, recipe=mobile, block=lines, field="_10:42:28 26/08/2022", certify=2))
    later = at + timedelta(minutes=14)
    cms = Recipe(OFFICE.label, signing_time=later.replace(tzinfo=UTC), stamp=stamped(later))
    lines = block(
        OFFICE, later, contact="Phòng CNTT - Phone: 024.00000000 - Email: cntt@so-mau.gov.example\r\n", location="  Sở Mẫu"
    )
    sign(document, signing(OFFICE, later, recipe=cms, block=lines))
    return finished(document)


def generation_3() -> bytes:
    """2025: CAdES with PSS and plain PKCS#7 in one file, xref streams that list themselves as free, no signing-time."""
    software = "iTextSharp 5.5.9 (sample)"
    document = fresh("generation-3", xref_streams=True, object_streams=True, free_own_xref_stream=True)
    cms = Recipe(LEADER.label, scheme=Scheme("pss"), signing_certificate=True, stamp=stamped(USUAL))
    sign(document, signing(LEADER, recipe=cms, sub_filter="ETSI.CAdES.detached", certify=2, software=software))
    later = USUAL + timedelta(minutes=4)
    sign(document, signing(SEAL, later, field="Signature2", software=software))
    return finished(document)


def curve_with_key_identifier() -> bytes:
    """ECDSA whose signatureAlgorithm says id-ecPublicKey, as one ministry's software writes it."""
    document = fresh("curve")
    cms = Recipe(CURVE.label, scheme=Scheme("ecdsa", "ec-public-key"), stamp=stamped(USUAL))
    sign(document, signing(CURVE, recipe=cms))
    return finished(document)


def twenty_stamps() -> bytes:
    """A leader, then number, day and month on every annex, and seals: twenty signatures of one office."""
    document = fresh("twenty-stamps")
    sign(document, signing(LEADER))
    for number in range(20):
        at = USUAL + timedelta(minutes=10, seconds=8 * number)
        row = 340.0 - 30 * (number // 4)
        column = (90.0, 150.0, 210.0)[number % 4] if number % 4 < 3 else 0.0
        text = ("0123", f"{at:%d}", f"{at:%m}")[number % 4] if number % 4 < 3 else ""
        one = signing(SEAL, at, field=f"Signature{number + 2}", spare=0)
        if text:
            one = replace(one, rectangle=(column, row, column + 30, row + 18), text=(text,), seal=False)
        sign(document, one)
    return finished(document)


def provincial_system() -> bytes:
    """Fields named by role, whole chains and an OCSP response inside, no block at all, DocMDP on the second signature."""
    document = fresh("provincial-system", producer="iText 5.5.8 (sample)")
    roles = ((HEAD, "NguoiKyNhay_01", 0), (LEADER, "NguoiKyPhatHanh_02", 5), (SEAL, "ConDauCoQuan_03", 9))
    for number, (who, field, minutes) in enumerate(roles):
        at = USUAL + timedelta(minutes=minutes)
        answer = pki.ocsp_response("g2-ocsp", who.label, at.astimezone(UTC)).dump()
        cms = Recipe(who.label, embed=(who.label, "g2-sub", "g2-root"), ocsp_responses=(answer,), stamp=stamped(at))
        sign(document, signing(who, at, recipe=cms, block=Block(), field=field, certify=2 if number == 1 else None))
    return finished(document)


def copy_stamp() -> bytes:
    """SAO Y: one text stamp of the agency, top right of page 1, with date, time and zone; the time printed is /M."""
    document = fresh("copy-stamp", also="SAO Y; SỞ MẪU Thời gian ký: +07:00")
    text = ("SAO Y; SỞ MẪU", f"Thời gian ký: {USUAL:%d/%m/%Y %H:%M:%S} +07:00")
    one = Signing(recipe(SEAL, USUAL), block=block(SEAL, USUAL), rectangle=(320.0, 805.0, 578.0, 833.0), text=text)
    sign(document, one)
    return finished(document)


def public_ca() -> bytes:
    """A company's certificate under a public CA, time-stamped by a server of the government CA: trusted apart."""
    document = fresh("public-ca")
    cms = Recipe(COMPANY.label, embed=(COMPANY.label, "public-ca"), stamp=stamped(USUAL))
    lines = Block(m=USUAL, location="Tỉnh Mẫu", reason=reason(COMPANY))
    sign(document, signing(COMPANY, recipe=cms, block=lines))
    return finished(document)


SAMPLES = (
    Sample(
        "unsigned-department-letter",
        lambda: unsigned("department", wording.DEPARTMENT_LETTER),
        "a letter of a department, not signed",
        "unsigned",
        ("no-signature",),
        signatures=0,
        revisions=1,
    ),
    Sample(
        "unsigned-party-letter",
        lambda: unsigned("party", wording.PARTY_LETTER),
        "a letter of a party committee, not signed",
        "unsigned",
        ("no-signature",),
        signatures=0,
        revisions=1,
    ),
    Sample(
        "unsigned-plan",
        lambda: unsigned("plan", wording.PLAN_LETTER),
        "a plan of a department of culture, not signed",
        "unsigned",
        ("no-signature",),
        signatures=0,
        revisions=1,
    ),
    Sample(
        "unsigned-guidance",
        lambda: unsigned("guidance", wording.GUIDANCE),
        "a guidance of two pages, not signed",
        "unsigned",
        ("no-signature",),
        signatures=0,
        revisions=1,
    ),
    Sample(
        "five-blocks",
        lambda: five_blocks(person_stamped=False, office_stamped=False),
        "a person by trial software, then number, day, month and seal by one office; no time-stamp at all",
        "valid",
        ("trial-software", "time-claimed-only", "revocation-not-checked"),
        signatures=5,
        revisions=6,
    ),
    Sample(
        "five-blocks-stamped",
        lambda: five_blocks(person_stamped=True, office_stamped=True),
        "the same five, each with a time-stamp",
        "valid",
        ("trial-software", "revocation-not-checked"),
        signatures=5,
        revisions=6,
    ),
    Sample(
        "five-blocks-leader-unstamped",
        lambda: five_blocks(person_stamped=False, office_stamped=True),
        "the same five, the person's without a time-stamp: the office's prove when it existed",
        "valid",
        ("trial-software", "revocation-not-checked"),
        signatures=5,
        revisions=6,
        committed=False,
    ),
    Sample(
        "person-and-office",
        person_and_office,
        "what an issued document bears: a leader's signature, then the agency's seal",
        "valid",
        ("revocation-not-checked",),
        signatures=2,
        revisions=3,
    ),
    Sample(
        "generation-1",
        generation_1,
        "2018: SHA-1, BER of indefinite length, raw letters as an attribute; TSA expired since",
        "valid",
        ("weak-digest", "tsa-expired-since", "revocation-not-checked"),
    ),
    Sample(
        "generation-1-renewed",
        lambda: generation_1(renewed=True),
        "the same, kept by an archive that had a document time-stamp put on it in 2022, in time",
        "valid",
        ("weak-digest", "revocation-not-checked"),
        signatures=2,
        revisions=3,
    ),
    Sample(
        "generation-2",
        generation_2,
        "2022: signers and time-stamps under both roots; signing-time is local time labelled Z",
        "valid",
        ("signing-time-local-as-utc", "weak-digest", "revocation-not-checked"),
        signatures=2,
        revisions=3,
    ),
    Sample(
        "generation-3",
        generation_3,
        "2025: CAdES with PSS beside PKCS#7, certified P=2, xref streams listed as free",
        "valid",
        ("revocation-not-checked",),
        signatures=2,
        revisions=3,
    ),
    Sample("curve", curve_with_key_identifier, "ECDSA whose signatureAlgorithm says id-ecPublicKey", "valid"),
    Sample(
        "twenty-stamps",
        twenty_stamps,
        "a leader and twenty stamps by one office",
        "valid",
        ("revocation-not-checked",),
        signatures=21,
        revisions=22,
    ),
    Sample(
        "provincial-system",
        provincial_system,
        "fields named by role, chains and OCSP embedded, no block, DocMDP on the second",
        "valid",
        signatures=3,
        revisions=4,
    ),
    Sample("copy-stamp", copy_stamp, "a copy (SAO Y): one text stamp of the agency, top right of page 1", "valid"),
    Sample(
        "public-ca-with-government-timestamp",
        public_ca,
        "a company under a public CA, time-stamped by the government CA",
        "valid",
    ),
)
