"""What the samples share: letters to sign, people and offices of the test PKI, times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

from generator.cms import Recipe
from generator.pages import Letter, letter
from generator.pdf import Pdf
from generator.signing import Block, Signing
from generator.tokens import Stamp
from generator.wording import AUTHORITY_LINE, SHORT, SIGNED

VIETNAM = timezone(timedelta(hours=7))
STAMP_LETTERS = "Đã ký số"
PERSON_BOX = (340.0, 420.0, 480.0, 480.0)
SEAL_BOX = (300.0, 400.0, 410.0, 510.0)


@dataclass(frozen=True, slots=True)
class Sample:
    """One document and what is to be said of it under `--policy archive --offline --at 2026-11-20T00:00:00Z`."""

    name: str
    make: Callable[[], bytes]
    about: str
    state: str
    codes: tuple[str, ...] = ()
    """Codes that the report must hold, at whatever place."""
    signatures: int = 1
    """Document time-stamps and removed signatures included."""
    revisions: int = 2
    password: str | None = None
    committed: bool = True
    """False: made in tests only."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Somebody of the test PKI, with the name and e-mail of the certificate."""

    label: str
    name: str
    email: str


LEADER = Signatory("leader", "Nguyễn Văn Thí Điểm", "nguyenvanthidiem@so-mau.gov.example")
SEAL = Signatory("seal", "SỞ MẪU", "vanthu@so-mau.gov.example")
HEAD = Signatory("head", "Trần Thị Ví Dụ", "tranthividu@so-mau.gov.example")
OFFICE = Signatory("office", "PHÒNG VĂN HOÁ VÀ THÔNG TIN", "phongvhtt@so-mau.gov.example")
EXPIRED = Signatory("expired", "Lê Văn Hết Hạn", "levanhethan@so-mau.gov.example")
REVOKED = Signatory("revoked", "Ngô Thị Thu Hồi", "ngothithuhoi@so-mau.gov.example")
OLD_LEADER = Signatory("old-leader", "Đỗ Thị Ví Dụ", "dothividu@so-mau.gov.example")
PORTAL = Signatory("portal", "Cổng Thông tin điện tử Tỉnh Mẫu", "congthongtin@so-mau.gov.example")
COMPANY = Signatory("company", "CÔNG TY TNHH MẪU", "lienhe@cong-ty-mau.example")
CURVE = Signatory("curve", "Vũ Thị Đường Cong", "vuthiduongcong@so-mau.gov.example")
EDWARDS = Signatory("edwards", "Hoàng Văn Ét Uốt", "hoangvanetuot@so-mau.gov.example")
WEAK_KEY = Signatory("weak-key", "Phạm Văn Khoá Ngắn", "phamvankhoangan@so-mau.gov.example")
STRANDED = Signatory("stranded", "DỊCH VỤ PHẦN MỀM MẪU", "dichvu@so-mau.gov.example")

USUAL = datetime(2025, 9, 8, 10, 28, 55, tzinfo=VIETNAM)
"""When the samples that care for no particular time are signed."""
EARLIER = datetime(2023, 5, 25, 15, 30, 57, tzinfo=VIETNAM)


def vietnam(year: int, month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)


def fresh(seed: str, lines: Sequence[str] = SHORT, also: str = "", **kind: bool | str) -> Letter:
    """An unsigned letter, written as its first revision; `kind` goes to the writer."""
    return letter(Pdf(seed=seed, **kind), lines, also=STAMP_LETTERS + also)  # type: ignore[arg-type] # each is what Pdf declares


def finished(document: Letter) -> bytes:
    return bytes(document.pdf.out)


def reason(who: Signatory) -> str:
    return SIGNED.format(name=who.name, email=who.email)


def block(who: Signatory, at: datetime, **other: str) -> Block:
    """The block that current signing software writes."""
    return replace(Block(AUTHORITY_LINE, at, f"{who.name} - Tỉnh Mẫu", None, reason(who)), **other)


def stamped(at: datetime, seconds: int = 4, **other: str) -> Stamp:
    """A time-stamp some seconds behind the claimed time."""
    return replace(Stamp((at + timedelta(seconds=seconds)).astimezone(UTC)), **other)  # type: ignore[arg-type] # texts only


def recipe(who: Signatory, at: datetime | None = None) -> Recipe:
    """A leaf-only CMS with SHA-256; time-stamped when a time is given."""
    return Recipe(who.label, stamp=stamped(at) if at else None)


def signing(who: Signatory, at: datetime = USUAL, *, stamp: bool = True, **other: object) -> Signing:
    """One signature as current software makes it: a person's name in the page, or an office's seal."""
    usual = Signing(recipe(who, at if stamp else None), block=block(who, at))
    if who.name.isupper():
        usual = replace(usual, rectangle=SEAL_BOX, seal=True)
    else:
        usual = replace(usual, rectangle=PERSON_BOX, text=("Đã ký số", at.strftime("%d/%m/%Y")))
    return replace(usual, **other)  # type: ignore[arg-type] # fields of Signing
