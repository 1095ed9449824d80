"""Signing blocks as text: dates, the Reason pattern, and the four lines that text extraction leaves of a block.

Whatever is read here is a claim. Text proves nothing.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

from msgspec import Struct

from sigcheck.facts import ClaimedTime, SigningBlock
from sigcheck.formula import MAX_TEXT, read_formula
from sigcheck.remembering import remembered

TRIAL_PHRASE = "PHIÊN BẢN THỬ NGHIỆM"
"""What trial versions of the signing software write, usually as /Location."""

_PDF_DATE = re.compile(
    r"(?:D:)?(?P<year>\d{4})(?P<month>\d\d)?(?P<day>\d\d)?(?P<hour>\d\d)?(?P<minute>\d\d)?(?P<second>\d\d)?"
    r"(?:(?P<utc>Z)(?:00'?00'?)?|(?P<sign>[+-])(?P<oh>\d\d)(?:'?(?P<om>\d\d)?'?)?)?"
)
_ISO_DATE = (
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:\.\d{1,9})?"
    r"\s?(?:(?P<utc>Z)|(?P<sign>[+-])(?P<oh>\d\d):?(?P<om>\d\d)?)?"
)


def parse_pdf_date(raw: str) -> ClaimedTime:
    """Read /M (ISO 32000-2, 7.9.4). `D:` and what follows the year may be missing; a bad date keeps only `raw`."""
    found = _PDF_DATE.fullmatch(raw.strip().rstrip("\0"))
    return ClaimedTime(raw, *_written(found))


def parse_iso_time(raw: str) -> ClaimedTime:
    """Read a time as extracted text shows it: `2023-05-25T15:30:57+0700`."""
    return ClaimedTime(raw, *_written(re.fullmatch(_ISO_DATE, raw.strip())))


def _written(found: re.Match[str] | None) -> tuple[str | None, datetime | None]:
    if found is None:
        return None, None
    parts = found.groupdict()
    numbers = [int(parts[key]) if parts.get(key) else least for key, least in _FIELDS]
    try:
        local = datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - the offset follows, or is missing in the document
        if parts["utc"]:
            return f"{local.isoformat()}Z", local.replace(tzinfo=UTC)
        if not parts["sign"]:
            return local.isoformat(), None
        hours, minutes = int(parts["oh"]), int(parts["om"] or 0)
        if minutes > 59:
            return None, None
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if parts["sign"] == "-" else 1)
        moment = local.replace(tzinfo=timezone(offset))
        return f"{local.isoformat()}{parts['sign']}{hours:02d}:{minutes:02d}", moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None, None


_FIELDS = (("year", 1), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))


def signer_in_reason(reason: str | None) -> tuple[str | None, str | None]:
    """Name and e-mail of the first whom the signing software's sentence names; (None, None) for any other text."""
    signers = read_formula(reason).signers
    return (signers[0].name, signers[0].email) if signers else (None, None)


def signing_block(
    *, contact_info: str | None, m: str | None, location: str | None, reason: str | None, name: str | None
) -> SigningBlock:
    """The block that a signature dictionary's own entries make."""
    formula = read_formula(reason)
    signers = [(one.name, one.email) for one in formula.signers] or [(None, None)]
    return SigningBlock(
        contact_info=contact_info,
        claimed_time=None if m is None else parse_pdf_date(m),
        location=location,
        reason=reason,
        name=name,
        signer_name=signers[0][0],
        signer_email=signers[0][1],
        trial=any(_is_trial(text) for text in (contact_info, location, reason, name) if text is not None),
        other_signers=tuple(signers[1:]),
        formula_oddities=formula.oddities,
    )


@remembered(entries=1024, longest=512)
def _is_trial(text: str) -> bool:
    return TRIAL_PHRASE in " ".join(unicodedata.normalize("NFC", text[:MAX_TEXT]).upper().split())


_PHRASE_END = r"(?i)đã\s+ký\s+lên\s+văn\s+bản\s+này\s*!"
_TIME_LINE = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d"
_CONTACT = r"(?i)ĐT\s*:|Email\s*:|Fax\s*:|Phone\s*:|CƠ YẾU|CHỨNG THỰC SỐ"
_MOST_LINES = 12
"""Lines that one block may take, wrapped lines included; more is running text, not a block."""
_MOST_WRAPS = 3
"""Lines over which the phrase or the contact line may be wrapped."""


class _Line(Struct, frozen=True):
    text: str
    indented: bool
    """Extraction puts a tab before each entry of a block; a line without one then continues the entry above."""


def blocks_in_text(text: str) -> tuple[SigningBlock, ...]:
    """Signing blocks in text extracted from a PDF, in the order found.

    A block ends with the phrase and reaches back over its lines: ContactInfo, time, Location, Name if any, Reason. Tabs, blank
    lines inside or around, wrapped lines and missing entries are tolerated; without a time line above it, a phrase makes a block
    only when a name stands before it.
    """
    lines = [_line(line) for line in unicodedata.normalize("NFC", text).splitlines()]
    blocks: list[SigningBlock] = []
    first = at = 0
    while at < len(lines):
        end = _phrase_end(lines, at)
        if end is None:
            at += 1
            continue
        block = _block(lines, max(first, at - _MOST_LINES), at, end)
        blocks += [block] if block else []
        first = at = end + 1
    return tuple(blocks)


def _line(raw: str) -> _Line:
    return _Line(raw.strip(" \t\u00a0\ufeff"), raw[:1] == "\t")


def _phrase_end(lines: list[_Line], at: int) -> int | None:
    """The line in which the phrase that begins in line `at` ends."""
    if re.search(_PHRASE_END, lines[at].text):
        return at
    if not re.search(r"\bđã\b", lines[at].text, re.IGNORECASE):
        return None
    for end in range(at + 1, min(at + _MOST_WRAPS, len(lines))):
        if re.search(_PHRASE_END, lines[end].text):
            return None
        if re.search(_PHRASE_END, " ".join(line.text for line in lines[at : end + 1])):
            return end
    return None


def _block(lines: list[_Line], start: int, at: int, end: int) -> SigningBlock | None:
    time_at = next((i for i in range(at, start - 1, -1) if re.match(_TIME_LINE, lines[i].text)), None)
    if time_at is None:
        contact, claimed, entries = None, None, _entries(lines[at : end + 1])
    else:
        contact, claimed = _contact(lines, start, time_at), parse_iso_time(lines[time_at].text)
        entries = _entries(lines[time_at + 1 : end + 1])
    reason, above = _reason(entries)
    name, email = signer_in_reason(reason)
    if name is None and claimed is None:
        return None
    written_name = above.pop() if len(above) > 1 and name is not None and _same(above[-1], name) else None
    location = " ".join(above) or None
    trial = any(_is_trial(text) for text in (contact, location, reason, written_name) if text is not None)
    return SigningBlock(contact, claimed, location, reason, written_name, name, email, trial)


def _entries(lines: list[_Line]) -> list[str]:
    """Non-blank lines, those without a tab joined to the entry above when entries are indented."""
    filled = [line for line in lines if line.text]
    wraps = any(line.indented for line in filled)
    entries: list[str] = []
    for line in filled:
        if entries and wraps and not line.indented:
            entries[-1] = _joined(entries[-1], line.text)
        else:
            entries.append(line.text)
    return entries


def _reason(entries: list[str]) -> tuple[str, list[str]]:
    """The Reason at the end, with the lines above it that belong to it because the name or `<email>` was cut in two."""
    above = list(entries)
    reason = above.pop()
    while above and not _begins_reason(reason):
        reason = _joined(above.pop(), reason)
    return reason, above


def _begins_reason(text: str) -> bool:
    """The text holds a whole Reason: a name before the phrase, and a `<` for its `>`."""
    parts = re.split(_PHRASE_END, text, maxsplit=1)
    before = parts[0].strip()
    return len(parts) > 1 and bool(before) and not before.startswith("<") and before.count(">") <= before.count("<")


def _joined(one: str, other: str) -> str:
    """Two parts of a wrapped entry; inside `<email>` nothing comes between them."""
    return f"{one}{'' if one.count('<') > one.count('>') else ' '}{other}"


def _contact(lines: list[_Line], start: int, time_at: int) -> str | None:
    """The authority's line above the time, wrapped or not; None when what stands there is something else."""
    end = time_at
    while end > start and not lines[end - 1].text:
        end -= 1
    begin = end
    while begin > start and lines[begin - 1].text and end - begin < _MOST_WRAPS:
        begin -= 1
    entries = _entries(lines[begin:end])
    for first in range(len(entries) - 1, -1, -1):
        joined = " ".join(entries[first:])
        if re.search(_CONTACT, entries[first]) and not (first and re.search(_CONTACT, entries[first - 1])):
            return joined
    adjacent = end == time_at and bool(entries) and lines[end - 1].indented
    return entries[-1] if adjacent else None


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
