"""The four lines that people know from the government CA's own tool: integrity, certificate, time-stamp, signature.

Each speaks of the whole document, and of one thing alone: a document can be unchanged while its signer's certificate is not
known. Null never counts as true.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sigcheck.reporting.phrases import PROVEN_BASES, Phrases
from sigcheck.verdict import Decides, DocumentReport, SignatureReport

OF_THE_CERTIFICATE: Final = frozenset(
    {
        "signer-certificate-missing", "signing-certificate-mismatch", "chain-incomplete", "chain-invalid",
        "key-usage-not-for-signing", "certificate-expired", "certificate-not-yet-valid", "certificate-revoked",
        "certificate-on-hold", "anchor-not-honoured", "signed-after-expiry", "signed-after-revocation", "revocation-not-checked",
    }
)  # fmt: skip
"""Findings that speak of the signer's certificate and its path."""
NOT_SIGNED_NOW: Final = frozenset({"signature-remains-unreachable", "signature-removed"})


GOOD: Final = frozenset(
    {
        "intact", "intact-then-allowed", "certificate-good", "timestamp-good", "timestamp-good-one", "signature-valid",
        "signature-valid-one",
    }
)  # fmt: skip
BAD: Final = frozenset(
    {"changed-behind", "changed", "intact-but-stamp-broken", "certificate-invalid", "timestamp-broken", "signature-invalid"}
)


class _Said(NamedTuple):
    """A line's key among the words, and what fills it."""

    key: str
    values: dict[str, object] = {}  # noqa: RUF012 - never changed


def four_lines(phrases: Phrases, report: DocumentReport) -> tuple[tuple[str, str], ...]:
    """Label and words of each line; none where nothing was signed or nothing could be read."""
    return tuple((label, words) for label, words, _ in toned_lines(phrases, report))


def toned_lines(phrases: Phrases, report: DocumentReport) -> tuple[tuple[str, str, str], ...]:
    """Label, words and tone of each line: `good`, `bad`, or `open` for what is not settled."""
    signatures = [signature for signature in report.signatures if signature.kind == "signature"]
    if not signatures:
        return ()
    said = (
        ("integrity", _integrity(report)),
        ("certificate", _certificate(phrases, signatures)),
        ("timestamp", _timestamp(phrases, report, signatures)),
        ("signature", _signature(phrases, signatures)),
    )
    return tuple(
        (phrases.word(f"four.{name}"), phrases.word(f"four.{one.key}", **one.values), _tone(one.key)) for name, one in said
    )


def _tone(key: str) -> str:
    return "good" if key in GOOD else "bad" if key in BAD else "open"


def _integrity(report: DocumentReport) -> _Said:
    """The worst that is known; then what is not known; then how far the last signature reaches.

    The digest of the content stands among the signed attributes: where the signature's value does not verify, anybody can
    have written it, and its matching proves nothing (RFC 5652, 5.4 and 5.6).
    """
    every = report.signatures
    broken = [s for s in every if s.integrity.digest_matches is False or not s.coverage.sound or s.modifications.allowed is False]
    codes = {found.code for found in report.findings if found.decides is not None}
    unknown = any(s.integrity.digest_matches is None or s.modifications.allowed is None or _unprotected(s) for s in every)
    if broken or codes & NOT_SIGNED_NOW:
        intact = all(_holds(s) for s in every) and not codes & NOT_SIGNED_NOW
        if not intact and not codes & NOT_SIGNED_NOW and not unknown and _stamps_alone(broken):
            return _Said("intact-but-stamp-broken")
        return _Said("changed-behind" if intact else "changed")
    if unknown:
        return _Said("integrity-unprotected" if any(map(_refuted, every)) else "integrity-unknown")
    if any(map(_refuted, every)):
        return _Said("intact-but-stamp-broken")
    if codes & {"uncovered-bytes", "changed-after-last-signature", "cross-reference-rebuilt", "objects-outside-cross-reference"}:
        return _Said("intact-but-uncovered")
    return _Said("intact" if any(s.coverage.whole_document for s in every) else "intact-then-allowed")


def _holds(signature: SignatureReport) -> bool:
    proof = signature.integrity
    return proof.digest_matches is True and proof.signature_verifies is True and signature.coverage.sound


def _refuted(signature: SignatureReport) -> bool:
    return signature.integrity.signature_verifies is False


def _unprotected(signature: SignatureReport) -> bool:
    """Nothing stands behind the digest that it states. A stamp known to be broken takes nothing from the signers' own."""
    broken_stamp = signature.kind == "document-timestamp" and _refuted(signature)
    return signature.integrity.signature_verifies is not True and not broken_stamp


def _stamps_alone(broken: Sequence[SignatureReport]) -> bool:
    """Nothing is known to be changed but what document time-stamps state: the signers' own digests and later changes hold."""
    return all(s.kind == "document-timestamp" and s.coverage.sound and s.modifications.allowed is not False for s in broken)


def _certificate(phrases: Phrases, signatures: Sequence[SignatureReport]) -> _Said:
    for decision in (Decides.INVALID, Decides.INSUFFICIENT):
        bad = [s for s in signatures if any(f.code in OF_THE_CERTIFICATE and f.decides is decision for f in s.findings)]
        if bad:
            return _Said(f"certificate-{decision}", {"fields": phrases.fields(bad)})
    if any(not signature.chain for signature in signatures):
        return _Said("certificate-unknown")
    checked = all(signature.revocation.checked for signature in signatures)
    return _Said("certificate-good" if checked else "certificate-good-unchecked")


def _timestamp(phrases: Phrases, report: DocumentReport, signatures: Sequence[SignatureReport]) -> _Said:
    stamps = [(signature, stamp) for signature in report.signatures for stamp in signature.times.timestamps]
    broken = list(dict.fromkeys(signature.field for signature, stamp in stamps if stamp.sound is False))
    if broken:
        return _Said("timestamp-broken", {"fields": phrases.fields([s for s in report.signatures if s.field in broken])})
    if not stamps:
        return _Said("timestamp-none")
    proven = [signature for signature in signatures if signature.times.basis in PROVEN_BASES - {"received"}]
    if len(proven) == len(signatures):
        return _counted("timestamp-good", len(signatures))
    if proven:
        return _Said("timestamp-some", {"count": len(proven), "of": len(signatures)})
    return _Said("timestamp-unused")


def _signature(phrases: Phrases, signatures: Sequence[SignatureReport]) -> _Said:
    """What the signatures' own findings decide, apart from what the document as a whole lacks."""
    for decision in (Decides.INVALID, Decides.INSUFFICIENT):
        bad = [signature for signature in signatures if any(found.decides is decision for found in signature.findings)]
        if bad:
            return _Said(f"signature-{decision}", {"fields": phrases.fields(bad), "count": len(bad), "of": len(signatures)})
    return _counted("signature-valid", len(signatures))


def _counted(key: str, count: int) -> _Said:
    return _Said(f"{key}-one" if count == 1 else key, {"count": count})
