"""What may stand at the end of a signed file: viewers that do not find the cross-reference there show something of their own."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "samples"))

from sample_checking import codes_of, report_on

HIDDEN = b"7 0 obj\n<</Length 47>>\nstream\nendstream endobj 4 0 obj <</Type /Page>> endobj\nendstream\nendobj\n"
"""A stream that nothing refers to, and inside it an object as a viewer that rebuilds would find it."""


@pytest.fixture(scope="module")
def content(samples: Path) -> bytes:
    return (samples / "person-and-office.pdf").read_bytes()


def _updated(content: bytes, ending: bytes = b"startxref\n%d\n%%%%EOF\n", trailer: bytes = b"") -> bytes:
    """An update that writes nothing but HIDDEN, listed in its cross-reference."""
    previous = int(re.findall(rb"startxref\s+(\d+)", content)[-1])
    size, root = (re.findall(pattern, content)[-1] for pattern in (rb"/Size (\d+)", rb"/Root (\d+ 0 R)"))
    number = int(size)
    body = HIDDEN.replace(b"7 0 obj", b"%d 0 obj" % number, 1)
    xref = len(content) + len(body)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, len(content))
    entries = trailer or b"/Size %d /Prev %d" % (number + 1, previous)
    made: bytes = content + body + table + b"trailer\n<<" + entries + b" /Root " + root + b">>\n" + ending % xref
    return made


@pytest.mark.parametrize("behind", [b"", b"\n", b"\r\n" * 20, b" " * 900], ids=["nothing", "line", "lines", "spaces"])
def test_some_white_space_is_nothing(content: bytes, behind: bytes) -> None:
    assert report_on(content + behind).state == "valid"


def test_white_space_that_pushes_the_cross_reference_away_is_not(content: bytes) -> None:
    report = report_on(content + b" " * 1100)
    assert (report.state, "cross-reference-irregular" in codes_of(report)) == ("insufficient", True)


@pytest.mark.parametrize(
    "ending", [b"startxref\n%%x\n%d\n%%%%EOF\n", b"startxref\n%d\n" + b" " * 3000 + b"%%%%EOF\n"], ids=["comment", "gap"]
)
def test_an_ending_that_viewers_do_not_read_is_told(content: bytes, ending: bytes) -> None:
    assert "cross-reference-irregular" in codes_of(report_on(_updated(content, ending)))


def test_an_object_hidden_in_a_stream_that_no_signature_covers_is_told(content: bytes) -> None:
    report = report_on(_updated(content))
    assert (report.state, "objects-outside-cross-reference" in codes_of(report)) == ("insufficient", True)
    assert "cross-reference-irregular" not in codes_of(report)
