"""Whatever is changed in a signed document after signing, the answer is never `valid`.

Seeds are fixed: the same bytes are changed in every run, and a failure names sample, offset and octet.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "samples"))

from sample_checking import ALL, Sample, codes_of, content_of, findings_of, report_on

from sigcheck.verdict import DocumentReport

SEED = 20261120
CHANGES_A_SAMPLE = 40
"""Changed octets tried in each sample: some 1,400 reports together, about ten seconds of one core."""
SOUND = [sample for sample in ALL if sample.state == "valid" and sample.signatures]
STRUCTURE = re.compile(
    rb"/(?:ByteRange|Contents|SubFilter|Filter|Type|AcroForm|Fields|Kids|Annots|Perms|Root|Prev|Size|FT|V|T|M)\b|xref|trailer|startxref|obj\b|%%EOF"
)
"""Where a changed octet could lead a reader astray, beside making a digest differ."""
sound_samples = pytest.mark.parametrize("sample", SOUND, ids=lambda sample: sample.name)


@cache
def sound(sample: Sample) -> tuple[bytes, DocumentReport]:
    content = content_of(sample)
    return content, report_on(content, password=sample.password)


def covered(sample: Sample) -> list[range]:
    """What the sample's signatures cover, all together."""
    content, report = sound(sample)
    assert report.state == "valid"
    parts = []
    for one in report.signatures:
        first, second, third, fourth = one.coverage.byte_range
        parts += [range(first, first + second), range(third, third + fourth)]
    assert all(part.stop <= len(content) for part in parts)
    return parts


def changed_octets(sample: Sample) -> Iterator[tuple[int, int]]:
    """Offsets in covered bytes and what to write there: half anywhere, half in the words that hold a PDF together."""
    content, _ = sound(sample)
    chance = random.Random(f"{SEED} {sample.name}")  # noqa: S311 - not for secrets
    parts = covered(sample)
    anywhere = [offset for part in parts for offset in (part.start, part.stop - 1)]
    structural = [offset for match in STRUCTURE.finditer(content) for offset in range(*match.span())]
    words = [offset for offset in structural if any(offset in part for part in parts)]
    for number in range(CHANGES_A_SAMPLE):
        if number % 2:
            offset = chance.choice(words)
        else:
            part = chance.choice(parts)
            offset = chance.randrange(part.start, part.stop) if number else chance.choice(anywhere)
        new = chance.randrange(256)
        yield offset, new if new != content[offset] else new ^ 1


@sound_samples
def test_a_changed_octet_is_never_valid(sample: Sample) -> None:
    """And `invalid` whenever the file still parses and the sub-filters are still known ones."""
    content, _ = sound(sample)
    for offset, new in changed_octets(sample):
        report = report_on(content[:offset] + bytes([new]) + content[offset + 1 :], password=sample.password)
        place = f"{sample.name} at {offset}: {content[offset]:#04x} -> {new:#04x}: {sorted(codes_of(report))}"
        assert report.state != "valid", place
        if report.state != "unreadable" and "sub-filter-unsupported" not in codes_of(report):
            assert report.state == "invalid", place


@sound_samples
def test_an_octet_behind_the_cms_is_found(sample: Sample) -> None:
    """/Contents is padded with zeros, which no signature covers: anything else there is said, and not `valid`."""
    content, report = sound(sample)
    one = report.signatures[-1]
    gap = range(one.coverage.byte_range[1], one.coverage.byte_range[2])
    padded = content[gap.start : gap.stop].endswith(b"00>")  # where nothing is kept free, the octet is the CMS object's own
    offset = gap.stop - 3
    other = b"41" if content[offset : offset + 2] != b"41" else b"42"
    changed = report_on(content[:offset] + other + content[offset + 2 :], password=sample.password)
    assert changed.state != "valid"
    assert ("uncovered-bytes" in codes_of(changed)) is padded


@sound_samples
def test_an_appended_revision_is_counted_and_told(sample: Sample) -> None:
    """A page's content written anew behind the last signature: one revision more, and a change or a finding that decides."""
    content, report = sound(sample)
    later = report_on(with_new_page_content(content), password=sample.password)
    assert report.document.revisions is not None
    assert later.document.revisions == report.document.revisions + 1
    decided = any(finding.decides for finding in findings_of(later))
    assert decided or any(one.modifications.changes for one in later.signatures)
    assert later.state != "valid"


@sound_samples
def test_an_empty_revision_is_counted_and_harms_nothing(sample: Sample) -> None:
    """The other side of it: a revision that changes nothing is counted, and genuine documents are not refused for it."""
    content, report = sound(sample)
    later = report_on(appended(content, b""), password=sample.password)
    assert report.document.revisions is not None
    assert later.document.revisions == report.document.revisions + 1
    assert later.state == "valid"


def with_new_page_content(content: bytes) -> bytes:
    """The first page shows nothing any more; found by its bytes, or in an object stream by its number."""
    match = re.search(rb"/Contents (\d+) 0 R", content)
    number = int(match[1]) if match else FIRST_CONTENT
    return appended(content, b"%d 0 obj\n<</Length 0>>stream\n\nendstream\nendobj\n" % number, number)


FIRST_CONTENT = 5
"""The object that the samples' writer gives to the content of the first page, where pages lie in object streams."""


def appended(content: bytes, body: bytes, number: int | None = None) -> bytes:
    """A further revision with a cross-reference table of its own."""
    previous = int(re.findall(rb"startxref\s+(\d+)", content)[-1])
    trailer = b"".join(b"/%b %b" % (key, re.findall(rb"/%b ?(\d+ 0 R|\d+)" % key, content)[-1]) for key in (b"Size", b"Root"))
    encrypt = re.findall(rb"/Encrypt (\d+ 0 R)", content)
    trailer += b"/Encrypt " + encrypt[-1] if encrypt else b""
    trailer += b"".join(re.findall(rb"/ID ?\[[^\]]*\]", content)[-1:])
    rows = b"%d 1\n%010d 00000 n\r\n" % (number, len(content)) if number is not None else b"0 0\n"
    start = len(content) + len(body)
    return content + body + b"xref\n%btrailer\n<<%b/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (rows, trailer, previous, start)
