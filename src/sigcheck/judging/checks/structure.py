"""The signature dictionary and its CMS: is this a signature that can be checked at all (EN 319 102-1, 5.2.2)?"""

from __future__ import annotations

from sigcheck.facts import CmsFacts, CmsUnreadable, Trailing
from sigcheck.judging.case import SignatureCase
from sigcheck.judging.codes import finding
from sigcheck.verdict import Decides, Finding, SubIndication

SUPPORTED_SUB_FILTERS = frozenset(
    {"adbe.pkcs7.detached", "ETSI.CAdES.detached", "ETSI.RFC3161", "adbe.pkcs7.sha1", "adbe.x509.rsa_sha1"}
)

NOT_DECIDED_BY_FORM = frozenset({"several-signer-infos", "limit-reached"})
"""Why a CMS may be unreadable to us without being malformed."""


def byte_range_covers_revision(case: SignatureCase) -> tuple[Finding, ...]:
    covered = case.facts.byte_range
    if covered.sound:
        return ()
    numbers = " ".join(str(number) for number in covered.numbers[:8])
    return (finding("byte-range-unsound", flaw=covered.flaw.value if covered.flaw else None, byte_range=numbers),)


def sub_filter_supported(case: SignatureCase) -> tuple[Finding, ...]:
    facts = case.facts
    if facts.sub_filter in SUPPORTED_SUB_FILTERS:
        return ()
    return (finding("sub-filter-unsupported", sub_filter=facts.sub_filter),)


def cms_readable(case: SignatureCase) -> tuple[Finding, ...]:
    """What is no CMS is a failure of form; what we decline to read is undecided."""
    facts = case.facts
    if isinstance(facts.cms, CmsFacts) or facts.raw_signature is not None or facts.sub_filter not in SUPPORTED_SUB_FILTERS:
        return ()
    reason, detail = (facts.cms.reason, facts.cms.detail) if isinstance(facts.cms, CmsUnreadable) else ("missing", "")
    if reason in NOT_DECIDED_BY_FORM:
        return (
            finding(
                "cms-unreadable", reason=reason, detail=detail, decides=Decides.INSUFFICIENT, sub_indication=SubIndication.CUSTOM
            ),
        )
    return (finding("cms-unreadable", reason=reason, detail=detail),)


def nothing_behind_cms(case: SignatureCase) -> tuple[Finding, ...]:
    """/Contents is outside the ByteRange: whatever stands behind the CMS object there is covered by nothing."""
    cms = case.facts.cms
    if not isinstance(cms, CmsFacts) or cms.trailing is not Trailing.OTHER:
        return ()
    length = max(len(case.facts.contents) - cms.length, 0)
    return (finding("uncovered-bytes", where="contents", start=cms.length, length=length, preview=None),)


def cms_without_oddities(case: SignatureCase) -> tuple[Finding, ...]:
    cms = case.facts.cms
    return tuple(finding("cms-oddity", oddity=oddity) for oddity in cms.oddities) if isinstance(cms, CmsFacts) else ()
