"""What fuzzing found about certificates inside /Contents, which no ByteRange covers: written otherwise, they were believed."""

from __future__ import annotations

from sources import Source

ALGORITHM = bytes.fromhex("300d06092a864886f70d01010b0500")
"""sha256WithRSAEncryption with NULL."""
REPHRASED = bytes.fromhex("300d06092a864886f70d01010b0c00")
"""The same with an empty UTF8String."""


def rephrased_algorithm(source: Source) -> bytes:
    """The signer certificate's unsigned copy of the algorithm says something else (RFC 5280, 4.1.1.2): another fingerprint."""
    a, b, c, _ = source.ranges[0]
    digits = source.content[a + b : c]
    signed, at = ALGORITHM.hex().encode(), -1
    first = digits.find(signed)
    for _ in range(2):  # the first is signed, the second is not
        at = digits.find(signed, at + 1)
    if not 0 <= first < at:
        raise ValueError("no certificate with this algorithm")
    digits = digits[:at] + REPHRASED.hex().encode() + digits[at + len(signed) :]
    return source.content[: a + b] + digits + source.content[c:]


def other_address(source: Source) -> bytes:
    """One letter of the e-mail address in the signer's certificate, which is the anchor itself."""
    a, b, c, _ = source.ranges[0]
    digits = source.content[a + b : c]
    named = b"@so-mau.gov.example".hex().encode()
    at = digits.rindex(named)
    return source.content[: a + b] + digits[: at + 2] + b"7a" + digits[at + 4 :] + source.content[c:]
