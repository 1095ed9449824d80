"""What somebody hands over beside a document, read for use: candidates for paths, revocation material, tokens by what they stamp.

None of it is trusted: it lies behind everything that the document brings, and has to prove itself in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from sigcheck.digests import digest
from sigcheck.engine.certificates import parse_certificate
from sigcheck.engine.cms import read_cms
from sigcheck.engine.crypto.tokens import TokenContent, read_token_content
from sigcheck.engine.deadline import Deadline
from sigcheck.engine.limits import Limits
from sigcheck.engine.revoking.received import Received
from sigcheck.facts import Certificate, CmsFacts
from sigcheck.material import OfferedMaterial

BUNDLE: Final = "bundle"
"""The source of CRLs and responses that were handed over."""
MOST_TOKENS: Final = 2_000
"""Tokens that are read: a document with 40 signatures that was renewed ten times has fewer."""


class Offered(Struct, frozen=True):
    """Material that could be read; the rest is left out, it proves nothing."""

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[Received, ...] = ()
    ocsp_responses: tuple[Received, ...] = ()
    tokens: tuple[tuple[bytes, TokenContent], ...] = ()

    def tokens_over(self, stamped: bytes, known: tuple[bytes, ...]) -> Iterator[bytes]:
        """The tokens whose imprint is that of these octets, but for those at hand already."""
        digests: dict[str, bytes | None] = {}
        for token, content in self.tokens:
            if content.imprint_algorithm not in digests:
                digests[content.imprint_algorithm] = digest(content.imprint_algorithm, stamped)
            if digests[content.imprint_algorithm] == content.imprint and token not in known:
                yield token


def read_offered(material: OfferedMaterial, limits: Limits, deadline: Deadline) -> Offered:
    """The material, each piece once. Raises TimeSpent."""
    return Offered(
        tuple(_certificates(material, limits)),
        tuple(Received(der, BUNDLE, None) for der in dict.fromkeys(material.crls)),
        tuple(Received(der, BUNDLE, None) for der in dict.fromkeys(material.ocsp_responses)),
        tuple(_tokens(material, limits, deadline)),
    )


def _certificates(material: OfferedMaterial, limits: Limits) -> Iterator[Certificate]:
    for der in tuple(dict.fromkeys(material.certificates))[: limits.certificates]:
        certificate = parse_certificate(der)
        if certificate is not None:
            yield certificate


def _tokens(material: OfferedMaterial, limits: Limits, deadline: Deadline) -> Iterator[tuple[bytes, TokenContent]]:
    for token in tuple(dict.fromkeys(material.timestamp_tokens))[:MOST_TOKENS]:
        deadline.check()
        cms = read_cms(token, limits)
        content = read_token_content(cms.content) if isinstance(cms, CmsFacts) and cms.content_type == "tst_info" else None
        if content is not None:
            yield token, content
