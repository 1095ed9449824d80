"""Text strings of PDF as Python text (ISO 32000-2, 7.9.2.2). Lenient: every sequence of octets is some text."""

from __future__ import annotations

import re

_LANGUAGE = re.compile("\x1b[A-Za-z]{2,8}\x1b")
"""Escape sequences naming the language of what follows (7.9.2.2.2), as they stand after decoding."""

_PDF_DOC = {
    **{code: chr(code) for code in range(0x100)},
    **dict(zip(range(0x18, 0x20), "\u02d8\u02c7\u02c6\u02d9\u02dd\u02db\u02da\u02dc", strict=True)),
    **dict(
        zip(
            range(0x80, 0xA1),
            "\u2022\u2020\u2021\u2026\u2014\u2013\u0192\u2044\u2039\u203a\u2212\u2030\u201e\u201c\u201d\u2018"
            "\u2019\u201a\u2122\ufb01\ufb02\u0141\u0152\u0160\u0178\u017d\u0131\u0142\u0153\u0161\u017e\ufffd\u20ac",
            strict=True,
        )
    ),
}
"""PDFDocEncoding (Annex D.3)."""


def text_string(octets: bytes) -> str:
    """The text: UTF-16 or UTF-8 behind its byte order mark, else PDFDocEncoding. What cannot be decoded becomes U+FFFD."""
    if octets.startswith(b"\xfe\xff"):
        return _LANGUAGE.sub("", octets[2:].decode("utf-16-be", "replace"))
    if octets.startswith(b"\xff\xfe"):  # not in the standard; viewers read it
        return _LANGUAGE.sub("", octets[2:].decode("utf-16-le", "replace"))
    if octets.startswith(b"\xef\xbb\xbf"):
        return _LANGUAGE.sub("", octets[3:].decode("utf-8", "replace"))
    return octets.decode("latin-1").translate(_PDF_DOC)
