"""The certificates that a document itself carries: its signatures', its time-stamps' and its security store's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.cms import read_cms
from sigcheck.engine.gather import read_facts
from sigcheck.facts import Certificate, CmsFacts, Unreadable


def own_certificates(content: bytes, password: str | None = None) -> dict[str, Certificate]:
    """By SHA-256; none when the document cannot be read."""
    facts = read_facts(MemorySource(content), password=password)
    return {} if isinstance(facts, Unreadable) else {certificate.sha256: certificate for certificate in _certificates(facts)}


def _certificates(facts: Any) -> Iterator[Certificate]:
    yield from facts.security_store.certificates
    for item in (*facts.signatures, *facts.remains):
        if isinstance(item.cms, CmsFacts):
            yield from item.cms.certificates
            for token in (*item.cms.timestamp_tokens, *item.cms.content_timestamp_tokens):
                yield from _token_certificates(token)
    for signature in facts.signatures:
        yield from signature.certificates


@cache
def _token_certificates(token: bytes) -> tuple[Certificate, ...]:
    cms = read_cms(token)
    return cms.certificates if isinstance(cms, CmsFacts) else ()
