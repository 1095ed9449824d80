"""From findings to an indication and a state: one table of sub-indications, after ETSI EN 319 102-1 V1.4.1 .

A signature's indication is the standard's: what fails there fails here, and what we alone refuse (forbidden changes, a block that
contradicts the certificate) is INDETERMINATE, SIG_CONSTRAINTS_FAILURE. The document's is ours: the same findings are
TOTAL-FAILED there, a stated departure (docs/rules.md, 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from sigcheck.judging.codes import CODES
from sigcheck.policy import Policy
from sigcheck.verdict import Decides, Finding, Indication, Severity, State, SubIndication

_S = SubIndication

RANK: tuple[tuple[SubIndication, Indication], ...] = (
    # Cryptographic failure outranks trouble with certificates (5.3.4 step 5).
    (_S.FORMAT_FAILURE, Indication.TOTAL_FAILED),
    (_S.HASH_FAILURE, Indication.TOTAL_FAILED),
    (_S.SIG_CRYPTO_FAILURE, Indication.TOTAL_FAILED),
    (_S.REVOKED, Indication.TOTAL_FAILED),
    (_S.EXPIRED, Indication.TOTAL_FAILED),
    (_S.NOT_YET_VALID, Indication.TOTAL_FAILED),
    # What was not found outranks what was found wanting, in the order of the algorithm.
    (_S.SIGNED_DATA_NOT_FOUND, Indication.INDETERMINATE),
    (_S.NO_SIGNING_CERTIFICATE_FOUND, Indication.INDETERMINATE),
    (_S.SIGNATURE_POLICY_NOT_AVAILABLE, Indication.INDETERMINATE),
    (_S.POLICY_PROCESSING_ERROR, Indication.INDETERMINATE),
    (_S.SIG_CONSTRAINTS_FAILURE, Indication.INDETERMINATE),
    (_S.NO_CERTIFICATE_CHAIN_FOUND, Indication.INDETERMINATE),
    (_S.NO_CERTIFICATE_CHAIN_FOUND_NO_POE, Indication.INDETERMINATE),
    (_S.CHAIN_CONSTRAINTS_FAILURE, Indication.INDETERMINATE),
    (_S.REVOKED_NO_POE, Indication.INDETERMINATE),
    (_S.REVOKED_CA_NO_POE, Indication.INDETERMINATE),
    (_S.OUT_OF_BOUNDS_NOT_REVOKED, Indication.INDETERMINATE),
    (_S.OUT_OF_BOUNDS_NO_POE, Indication.INDETERMINATE),
    (_S.CRYPTO_CONSTRAINTS_FAILURE, Indication.INDETERMINATE),
    (_S.CRYPTO_CONSTRAINTS_FAILURE_NO_POE, Indication.INDETERMINATE),
    (_S.REVOCATION_OUT_OF_BOUNDS_NO_POE, Indication.INDETERMINATE),
    (_S.CERTIFICATE_CHAIN_GENERAL_FAILURE, Indication.INDETERMINATE),
    (_S.TRY_LATER, Indication.INDETERMINATE),
    (_S.TIMESTAMP_ORDER_FAILURE, Indication.INDETERMINATE),
    (_S.NO_POE, Indication.INDETERMINATE),
    (_S.CUSTOM, Indication.INDETERMINATE),
)
"""Every sub-indication with its main indication, the one that matters most first."""

_PLACE = {sub: place for place, (sub, _) in enumerate(RANK)}
_MAIN = dict(RANK)


def under_policy(findings: Iterable[Finding], policy: Policy) -> tuple[Finding, ...]:
    """Advisory codes never decide, but for those that the table of codes marks `fixed` and whatever fails totally (5.1.4.1)."""
    return tuple(_advisory(found) if _is_advisory(found, policy) else found for found in findings)


def _is_advisory(found: Finding, policy: Policy) -> bool:
    if found.code not in policy.advisory_checks or CODES[found.code].fixed or found.decides is None:
        return False
    return not (found.decides is Decides.INVALID and _main(found) is Indication.TOTAL_FAILED)


def _advisory(found: Finding) -> Finding:
    return replace(found, severity=Severity.WARNING, decides=None, sub_indication=None)


def _worst(findings: Sequence[Finding]) -> SubIndication:
    return min((found.sub_indication or _S.CUSTOM for found in findings), key=_PLACE.__getitem__, default=_S.CUSTOM)


def signature_indication(findings: Sequence[Finding]) -> tuple[Indication, SubIndication | None]:
    """EN 319 102-1, 5.1.3, over the findings of one signature."""
    deciding = [found for found in findings if found.decides is not None]
    if not deciding:
        return Indication.TOTAL_PASSED, None
    failed = [found for found in deciding if found.decides is Decides.INVALID and _main(found) is Indication.TOTAL_FAILED]
    if failed:
        return Indication.TOTAL_FAILED, _worst(failed)
    return Indication.INDETERMINATE, _worst([found for found in deciding if _main(found) is Indication.INDETERMINATE])


def _main(found: Finding) -> Indication:
    return _MAIN[found.sub_indication or _S.CUSTOM]


def document_state(findings: Sequence[Finding], *, signed: bool) -> tuple[State, Indication | None, SubIndication | None]:
    """The worst finding of all signatures and of the document: invalid, then unsigned, then insufficient, then valid.

    Without a signature the answer is `unsigned`, unless something fails or hides a signature (`form-field-damaged`).
    """
    invalid = [found for found in findings if found.decides is Decides.INVALID]
    if invalid:
        return State.INVALID, Indication.TOTAL_FAILED, _worst(invalid)
    insufficient = [found for found in findings if found.decides is Decides.INSUFFICIENT]
    if not signed and not any(found.code in HIDES_SIGNATURES for found in insufficient):
        return State.UNSIGNED, None, None
    if insufficient:
        return State.INSUFFICIENT, Indication.INDETERMINATE, _worst(insufficient)
    return State.VALID, Indication.TOTAL_PASSED, None


HIDES_SIGNATURES = frozenset({"form-field-damaged"})
"""Findings after which "not signed" would say too much."""
