"""Person or organisation: a guess from the certificate that says why, and `unknown` rather than a wrong claim.

No field of a Vietnamese certificate says which it is (it is inferred). Cues are collected; when they disagree, or there is none,
the answer is `unknown`. A policy's `[[signer]]` settles known certificates. The word lists are data about names, to be extended
here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from sigcheck.facts import Certificate
from sigcheck.known_signers import KnownSigner, known_kind
from sigcheck.remembering import remembered


class SignerKind(Struct, frozen=True):
    kind: str
    """person, organisation or unknown."""
    reason: str
    """Codes of the rules that say so, joined by ", "; each has words in the catalogues, `values-kind`."""


AGENCY_BEGINNINGS = frozenset(
    {
        "bộ", "sở", "cục", "tổng cục", "chi cục", "vụ", "viện", "ban", "phòng", "văn phòng", "văn thư", "ủy ban",
        "ubnd", "hđnd", "hội đồng", "thanh tra", "trung tâm", "trường", "đại học", "học viện", "bệnh viện", "trạm",
        "công ty", "tổng công ty", "tập đoàn", "doanh nghiệp", "ngân hàng", "quỹ", "hợp tác xã", "công an",
        "công đoàn", "quân khu", "chi nhánh", "kho bạc", "bảo hiểm", "tòa án", "viện kiểm sát", "hải quan", "thuế",
        "đảng ủy", "tỉnh ủy", "thành ủy", "huyện ủy", "quận ủy", "đảng bộ", "chi bộ", "liên đoàn", "mặt trận",
        "hội liên hiệp", "hội nông dân", "hội cựu", "đoàn thanh niên", "đoàn đại biểu", "đài truyền hình",
        "đài phát thanh", "tạp chí", "báo", "nhà xuất bản", "nhà máy", "cổng thông tin", "cổng dịch vụ", "hệ thống",
        "chính phủ", "quốc hội", "thủ tướng chính phủ", "cơ quan", "đơn vị", "xã", "phường", "thị trấn", "huyện",
        "quận", "tỉnh", "thành phố", "đội", "khoa", "thư viện", "bảo tàng", "ban quản lý", "tổ chức", "trụ sở",
    }
)  # fmt: skip
"""Beginnings of agencies' names; none is a family name written this way."""

MOST_WORDS = max(len(start.split()) for start in AGENCY_BEGINNINGS)

FAMILY_NAMES = frozenset(
    {
        "nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi", "đỗ", "hồ", "ngô",
        "dương", "lý", "đào", "đoàn", "vương", "trịnh", "trương", "đinh", "lâm", "phùng", "mai", "tô", "hà", "tạ",
        "lương", "thái", "cao", "châu", "chu", "quách", "la", "lưu", "tăng", "tống", "giang", "nông", "triệu", "kiều",
        "hứa", "văn", "cù", "doãn", "lại", "nghiêm", "từ", "khổng", "bạch", "âu", "ninh", "đàm", "thạch", "kim", "vi",
        "ma", "hầu", "sầm", "lò", "lường", "quàng", "cầm", "giàng", "thào", "vàng", "mùa", "lầu", "sùng", "hạng",
        "tôn", "khuất", "khúc", "mạc", "mẫn", "ngụy", "nhữ", "ông", "phí", "phó", "quản", "tiêu", "tiết", "trà",
        "trầm", "uông", "ung", "viên", "biện", "cấn", "chử", "cung", "danh", "diệp", "đồng", "đường", "hàn", "hàng",
        "khương", "lục", "lộ", "mã", "mạch", "mông", "nghị", "nhan", "ong", "phương", "quan", "sơn", "tào", "thân",
        "thang", "thi", "thiều", "tiền", "tín", "trình", "ứng", "xa", "y", "đậu", "đới", "bế", "bàn", "bành", "cái",
        "chung", "cổ", "hạ", "hồng", "kha", "lã", "lều", "lỗ", "luân", "luyện", "ngọ", "ngân", "nhâm", "phù", "quế",
        "sái", "thẩm", "thôi", "tưởng", "vạn", "vòng",
    }
)  # fmt: skip
"""Vietnamese family names, of minorities too; together with the form of the name they make a person likely."""

ORGANISATION_IDENTIFIERS = ("MST:", "MNS:")
"""Tax code and budget number. BHXH:… (social insurance) is given to persons and to units alike, and tells nothing."""
PERSON_IDENTIFIERS = ("CCCD:", "CMND:", "CMTND:", "CMT:", "DCN:", "ĐDCN:", "HC:", "CMSQ:", "CMSQĐ:", "CC:")
"""Papers that only people have."""
PERSONAL_TAX_CODE = re.compile(r"MST:\s*\d{12}")
"""A person's tax code is the national ID number since 2025 and has 12 digits; an organisation's has 10 or 13."""
IDENTIFIER_ATTRIBUTES = frozenset({"uid", "userid", "user_id", "0.9.2342.19200300.100.1.1", "serialnumber", "serial_number"})
PERSONAL_ATTRIBUTES = frozenset({"sn", "gn", "title", "initials", "givenname", "surname"})
"""Surname, given name, office held: attributes of people (X.520, 6.2.3, 6.2.6, 6.4.1)."""


def signer_kind(certificate: Certificate | None, known: Sequence[KnownSigner] = ()) -> SignerKind:
    """What a row of the policy says; else weigh the subject: its identifier (UID), attributes, common name, repeated units."""
    settled = None if certificate is None else known_kind(certificate, known)
    if settled is not None:
        return SignerKind(settled.kind, f"settled-by-{settled.by}")
    if certificate is None or not certificate.common_name:
        return SignerKind("unknown", "no-common-name")
    weighed = (_identifier(certificate), _attributes(certificate), _name(certificate.common_name), _repeated(certificate))
    cues = [cue for cue in weighed if cue]
    reasons = ", ".join(reason for _, reason in cues)
    if not cues:
        return SignerKind("unknown", "nothing-tells")
    if len({kind for kind, _ in cues}) > 1:
        return SignerKind("unknown", f"cues-disagree, {reasons}")
    return SignerKind(cues[0][0], reasons)


@remembered(entries=4096, longest=256)
def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _identifier(certificate: Certificate) -> tuple[str, str] | None:
    """UID=MST:… (tax number) or MNS:… (budget number) is an organisation's, UID=CCCD:… a person's. A person of an enterprise may
    carry both; then nothing follows."""
    attributes = certificate.subject_attributes
    values = [value.strip().upper() for name, value in attributes if name.lower() in IDENTIFIER_ATTRIBUTES]
    own_tax_code = [value for value in values if PERSONAL_TAX_CODE.fullmatch(value)]
    organisation = any(value.startswith(ORGANISATION_IDENTIFIERS) for value in values if value not in own_tax_code)
    person = bool(own_tax_code) or any(value.startswith(PERSON_IDENTIFIERS) for value in values)
    if person and not organisation:
        return "person", "personal-identifier"
    if organisation and not person:
        return "organisation", "organisation-identifier"
    return None


def _attributes(certificate: Certificate) -> tuple[str, str] | None:
    names = {name.lower() for name, value in certificate.subject_attributes if value.strip()}
    person, organisation = bool(names & PERSONAL_ATTRIBUTES), "organizationidentifier" in names
    if person == organisation:
        return None  # EN 319 412-1: a person in an organisation carries both
    return ("person", "personal-attribute") if person else ("organisation", "organisation-attribute")


@remembered(entries=1024, longest=256)
def _name(common_name: str) -> tuple[str, str] | None:
    name = plain(common_name)
    words = name.split()
    if any(" ".join(words[:count]) in AGENCY_BEGINNINGS for count in range(1, MOST_WORDS + 1)):
        return "organisation", "name-of-an-agency"
    return ("person", "personal-name") if reads_as_a_person(name) else None


def reads_as_a_person(name: str) -> bool:
    """A family name with one to five words behind it."""
    words = plain(name).split()
    return 2 <= len(words) <= 6 and words[0] in FAMILY_NAMES and all(word.isalpha() for word in words)


def _repeated(certificate: Certificate) -> tuple[str, str] | None:
    """An organisation's name often stands in O or OU again; a person's never does."""
    units = {plain(unit) for unit in (certificate.organisation or "", *certificate.organisational_units) if unit}
    if plain(certificate.common_name or "") in units:
        return "organisation", "name-equals-unit"
    return None
