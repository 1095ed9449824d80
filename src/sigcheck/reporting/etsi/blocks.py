"""Which building block of EN 319 102-1 a finding belongs to, by the clause it cites, and what a block then says.

A block is reported only when something is known about it: it passed with its own evidence, or a finding decides it. One that
nothing could be said about (a signature that cannot be read has no certificate to validate) is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from sigcheck.verdict import Decides, Finding, Indication, SignatureReport, SubIndication

FORMAT: Final = "urn:cef:dss:bbb:formatChecking"
SIGNING_CERTIFICATE: Final = "urn:cef:dss:bbb:identificationOfTheSigningCertificate"
VALIDATION_CONTEXT: Final = "urn:cef:dss:bbb:validationContextInitialization"
CRYPTOGRAPHY: Final = "urn:cef:dss:bbb:cryptographicVerification"
ACCEPTANCE: Final = "urn:cef:dss:bbb:signatureAcceptanceValidation"
PATH: Final = "urn:cef:dss:bbb:x509CertificateValidation"
TIME: Final = "urn:sigcheck:block:time"
CHANGES: Final = "urn:sigcheck:block:changes-after-signing"
"""The standard names no identifiers of its blocks; these are those of the European Commission's DSS, which readers of such
reports know. Time (EN 319 102-1, 5.4 to 5.6) and changes (ISO 32000-2, 12.8.2) have none there."""

_BY_CLAUSE: Final = (
    ("EN 319 102-1, 5.2.2", FORMAT),
    ("EN 319 102-1, 5.2.3", SIGNING_CERTIFICATE),
    ("EN 319 102-1, 5.2.4", VALIDATION_CONTEXT),
    ("EN 319 102-1, 5.2.7", CRYPTOGRAPHY),
    ("RFC 8017", CRYPTOGRAPHY),
    ("EN 319 102-1, 5.2.8", ACCEPTANCE),
    ("EN 319 102-1, 5.2.5", PATH),
    ("EN 319 102-1, 5.2.6", PATH),
    ("EN 319 102-1, 5.3.4", PATH),
    ("RFC 5280", PATH),
    ("RFC 6960", PATH),
    ("EN 319 102-1, 5.4", TIME),
    ("EN 319 102-1, 5.5", TIME),
    ("EN 319 102-1, 5.6", TIME),
    ("RFC 5652, 11", TIME),
    ("ISO 32000-2, 7.9.4", TIME),
    ("ISO 32000-2, 12.8.1, /M", TIME),
    ("ISO 32000-2, 12.8.1, /", ACCEPTANCE),
    ("ISO 32000-2, 12.8.2", CHANGES),
    ("sigcheck, rule 9", CHANGES),
    ("ISO 32000-2", FORMAT),
    ("RFC 5652", FORMAT),
)
"""The first row whose clause a finding cites; SAV (5.2.8) has what none fits: our constraints on attributes and blocks."""
_BY_USE: Final = {
    "certificate": PATH,
    "document-digest": ACCEPTANCE,
    "signature": ACCEPTANCE,
    "timestamp-imprint": TIME,
    "timestamp-signature": TIME,
}
"""A weak algorithm belongs where it was used."""
_FAILS_TOTALLY: Final = frozenset(
    {
        SubIndication.FORMAT_FAILURE,
        SubIndication.HASH_FAILURE,
        SubIndication.SIG_CRYPTO_FAILURE,
        SubIndication.REVOKED,
        SubIndication.EXPIRED,
        SubIndication.NOT_YET_VALID,
    }
)
"""Sub-indications of FAILED (EN 319 102-1, table 6); all others go with INDETERMINATE."""


_UNPROVEN: Final = frozenset({None, "claimed", "validation-time"})
"""Bases of the best signature time that prove nothing: without a proof nothing was validated with time."""


class Block(Struct, frozen=True):
    """One building block's answer."""

    name: str
    indication: Indication
    sub_indications: tuple[SubIndication, ...]


def block_of(finding: Finding) -> str:
    """The building block that a finding belongs to; whatever is said of a time-stamp belongs to time."""
    if finding.about.timestamp is not None:
        return TIME
    use = finding.facts.get("use")
    if isinstance(use, str) and use in _BY_USE:
        return _BY_USE[use]
    return next((block for clause, block in _BY_CLAUSE if clause in finding.clause), ACCEPTANCE)


def blocks_of(signature: SignatureReport) -> tuple[Block, ...]:
    """The building blocks of one signature, in the order in which the standard goes through them."""
    known = {
        FORMAT: signature.coverage.sound and signature.integrity.unknown != "cms-unreadable",
        SIGNING_CERTIFICATE: signature.signer.sha256 is not None,
        VALIDATION_CONTEXT: True,
        PATH: bool(signature.chain) and signature.chain[-1].role == "anchor",
        CRYPTOGRAPHY: signature.integrity.digest_matches is True and signature.integrity.signature_verifies is True,
        ACCEPTANCE: signature.integrity.signature_verifies is True,
        TIME: signature.times.basis not in _UNPROVEN,
        CHANGES: signature.modifications.allowed is True,
    }
    found: dict[str, list[Finding]] = {name: [] for name in known}
    for one in signature.findings:
        found[block_of(one)].append(one)
    answers = (_answer(name, found[name], evident) for name, evident in known.items())
    return tuple(one for one in answers if one is not None)


def _answer(name: str, findings: Sequence[Finding], evident: bool) -> Block | None:
    deciding = [one for one in findings if one.decides is not None]
    if deciding:
        return Block(name, indication_of(deciding), _subs(deciding))
    return Block(name, Indication.TOTAL_PASSED, ()) if evident else None


def indication_of(deciding: Iterable[Finding]) -> Indication:
    """FAILED as soon as one fails totally, otherwise INDETERMINATE."""
    failed = any(one.decides is Decides.INVALID and one.sub_indication in _FAILS_TOTALLY for one in deciding)
    return Indication.TOTAL_FAILED if failed else Indication.INDETERMINATE


def _subs(deciding: Sequence[Finding]) -> tuple[SubIndication, ...]:
    """Each once; those that fail totally stand alone, as the indication does."""
    subs = [one.sub_indication or SubIndication.CUSTOM for one in deciding]
    total = [one for one in subs if one in _FAILS_TOTALLY]
    return tuple(dict.fromkeys(total if indication_of(deciding) is Indication.TOTAL_FAILED else subs))
