"""check_document: one document, from its bytes to its report. Called identically by the command, a pool and the tests.

`check` gives the evidence beside the report.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Required, TypedDict, Unpack

from msgspec.structs import replace

from sigcheck import __version__
from sigcheck.anchors import TrustList
from sigcheck.checked import Checked, Kept
from sigcheck.engine.bytesource import ByteSource
from sigcheck.engine.deadline import Clock
from sigcheck.engine.gather import NO_MATERIAL, NOTHING_OFFERED, gather_evidence, read_facts
from sigcheck.engine.limits import DEFAULT_LIMITS, Limits
from sigcheck.engine.revoking.received import RevocationMaterial
from sigcheck.facts import SigningBlock, Unreadable
from sigcheck.judging.judge import judge
from sigcheck.material import OfferedMaterial
from sigcheck.policy import Demands, Policy
from sigcheck.profile import Profile
from sigcheck.profiles import shipped_profile
from sigcheck.question import Question
from sigcheck.references import EvidenceBundleReference, RevocationStoreReference, TrustReference
from sigcheck.verdict import DocumentReport

if TYPE_CHECKING:

    class Asked(TypedDict, total=False):
        """The keywords of `check`."""

        path: Required[str]
        trust: Required[TrustList]
        policy: Required[Policy]
        at: Required[datetime]
        material: RevocationMaterial
        revocation_store: RevocationStoreReference
        received: datetime | None
        password: str | None
        profile: Profile | str | None
        demands: Demands | None
        online: bool
        offered: OfferedMaterial
        evidence_bundle: EvidenceBundleReference | None
        keep: bool
        limits: Limits | None
        clock: Clock | None


NO_STORE = RevocationStoreReference(None)


def check_document(source: ByteSource, **asked: Unpack[Asked]) -> DocumentReport:
    """The report alone; the keywords are those of `check`."""
    return check(source, **asked).report


def check(
    source: ByteSource,
    *,
    path: str,
    trust: TrustList,
    policy: Policy,
    at: datetime,
    material: RevocationMaterial = NO_MATERIAL,
    revocation_store: RevocationStoreReference = NO_STORE,
    received: datetime | None = None,
    password: str | None = None,
    profile: Profile | str | None = None,
    demands: Demands | None = None,
    online: bool = False,
    offered: OfferedMaterial = NOTHING_OFFERED,
    evidence_bundle: EvidenceBundleReference | None = None,
    keep: bool = False,
    limits: Limits | None = None,
    clock: Clock | None = time.monotonic,
) -> Checked:
    """Check one document as of `at` (aware, UTC). Whatever the document holds becomes part of the report; nothing is raised.

    `path` is only the name to report. `profile` (read, or the name of a shipped one) and `demands` override those of the policy.
    `received` is an archive's own proof that the document existed then. `material` is what is at hand for revocation beside the
    document's own, out of the store that `revocation_store` names. `offered` is what somebody handed over in the bundle that
    `evidence_bundle` names: nobody vouches for it. With `keep`, what is needed to repeat the check is given too. `limits` are the
    policy's when they are not given; `clock` counts their `seconds`.
    """
    limits = limits or limits_of(policy)
    if keep:
        from sigcheck.engine.revoking.recorded import recorded, store_use  # noqa: PLC0415 - few checks are kept

        material, lookup = recorded(material)
    evidence = gather_evidence(
        source, trust=trust, material=material, offered=offered, password=password, limits=limits, clock=clock
    )
    question = _question(path, trust, policy, at, revocation_store, received, profile, demands, online, evidence_bundle)
    kept = Kept(question, offered, store_use(material, lookup)) if keep else None
    return Checked(judge(evidence, question), evidence, policy, trust, kept)


def not_checked(
    why: Unreadable,
    *,
    path: str,
    trust: TrustList,
    policy: Policy,
    at: datetime,
    revocation_store: RevocationStoreReference = NO_STORE,
    received: datetime | None = None,
    profile: Profile | str | None = None,
    demands: Demands | None = None,
    online: bool = False,
) -> DocumentReport:
    """The report of a document that could not be checked to its end, by whoever knows why; the keywords are those of `check`."""
    return judge(why, _question(path, trust, policy, at, revocation_store, received, profile, demands, online, None))


def _question(
    path: str,
    trust: TrustList,
    policy: Policy,
    at: datetime,
    revocation_store: RevocationStoreReference,
    received: datetime | None,
    profile: Profile | str | None,
    demands: Demands | None,
    online: bool,
    evidence_bundle: EvidenceBundleReference | None,
) -> Question:
    """What is asked about a document, by the keywords of `check`."""
    return Question(
        path=path,
        at=at,
        policy=policy,
        profile=profile if isinstance(profile, Profile) else shipped_profile(profile or policy.profile),
        demands=demands or policy.demands,
        received=received,
        trust=TrustReference(trust.sha256, len(trust.anchors), list(trust.sources)),
        revocation_store=revocation_store,
        online=online,
        sigcheck_version=__version__,
        evidence_bundle=evidence_bundle,
    )


def limits_of(policy: Policy) -> Limits:
    """The engine's limits as the policy changes them."""
    return replace(DEFAULT_LIMITS, **dict(policy.limits))


def read_blocks(
    source: ByteSource,
    *,
    password: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    clock: Clock | None = time.monotonic,
) -> tuple[str, tuple[SigningBlock, ...]] | Unreadable:
    """The signing blocks of a PDF, reachable or not, with the document's SHA-256. Proves nothing."""
    facts = read_facts(source, password=password, limits=limits, clock=clock)
    if isinstance(facts, Unreadable):
        return facts
    return facts.sha256, (*(s.block for s in facts.signatures), *(r.block for r in facts.remains))


__all__ = ["NO_STORE", "Asked", "Checked", "check", "check_document", "limits_of", "not_checked", "read_blocks"]
