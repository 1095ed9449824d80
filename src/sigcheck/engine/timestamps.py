"""Time-stamp tokens (RFC 3161): what they state, whether it was stated of these bytes, and by whom.

Whether the authority may be trusted is left to `find` and to judging.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sigcheck.digests import digest
from sigcheck.engine.cms import read_cms
from sigcheck.engine.crypto.tokens import TokenContent, read_token_content
from sigcheck.engine.integrity import verify_cms
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.evidence import Integrity, Paths, TimestampEvidence
from sigcheck.facts import Certificate, CmsFacts, CmsUnreadable

Find = Callable[[Certificate, Sequence[Certificate]], Paths]

NO_PATHS: Final = Paths((), None)


def read_timestamp(
    token: bytes, stamped: bytes | Mapping[str, bytes], *, find: Find, limits: Limits = DEFAULT_LIMITS
) -> TimestampEvidence:
    """One token over `stamped`: the bytes themselves (a signature value), or ready digests by hash name (a ByteRange).

    `find` builds the paths of the authority's certificate, with the token's certificates at hand. Never raises by itself.
    """
    cms = read_cms(token, limits)
    if isinstance(cms, CmsUnreadable):
        return _without_content(token, cms, _unknown("cms-unreadable", cms.reason), None, NO_PATHS)
    tsa = cms.signer_certificate
    integrity = verify_cms(cms, None, tsa, content=cms.content or b"")
    paths = find(tsa, cms.certificates) if tsa is not None else NO_PATHS
    content = read_token_content(cms.content) if cms.content_type == "tst_info" else None
    if content is None:
        return _without_content(token, cms, integrity, tsa, paths)
    return TimestampEvidence(
        token=token,
        cms=cms,
        gen_time=content.gen_time,
        accuracy_seconds=content.accuracy_seconds,
        policy_oid=content.policy_oid,
        serial_number=content.serial_number,
        imprint_algorithm=content.imprint_algorithm,
        imprint_matches=_imprint_matches(content, stamped),
        integrity=integrity,
        tsa=tsa,
        paths=paths,
        oddities=_oddities(cms),
    )


def _imprint_matches(content: TokenContent, stamped: bytes | Mapping[str, bytes]) -> bool | None:
    """The imprint is the digest of what was stamped (RFC 3161, 2.4.2); None when the hash cannot be computed."""
    if isinstance(stamped, bytes):
        digested = digest(content.imprint_algorithm, stamped)
    else:
        digested = stamped.get(content.imprint_algorithm)
    return None if digested is None else digested == content.imprint


def _oddities(cms: CmsFacts) -> tuple[str, ...]:
    """Those of the CMS; and RFC 3161, 2.4.2 asks for the attribute that names the authority's certificate."""
    named = {"signing_certificate", "signing_certificate_v2"} & set(cms.signed_attribute_types)
    return cms.oddities if named else (*cms.oddities, "signing-certificate-missing")


def _unknown(reason: str, detail: str) -> Integrity:
    return Integrity(None, None, None, None, None, None, None, unknown=reason, detail=detail)


def _without_content(
    token: bytes, cms: CmsFacts | CmsUnreadable, integrity: Integrity, tsa: Certificate | None, paths: Paths
) -> TimestampEvidence:
    """A token that states nothing: no CMS, or no TSTInfo in it."""
    oddities = ("not-a-time-stamp-token", *(cms.oddities if isinstance(cms, CmsFacts) else ()))
    return TimestampEvidence(token, cms, None, 0.0, None, None, None, None, integrity, tsa, paths, (), oddities)
