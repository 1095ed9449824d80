"""What is asked of a document: the moment, the policy and everything else that judging depends on beside the evidence."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, field

from sigcheck.policy import Demands, Policy
from sigcheck.profile import NO_PROFILE, Profile
from sigcheck.references import EvidenceBundleReference, RevocationStoreReference, TrustReference


class Question(Struct, frozen=True):
    """One question to one document. All moments are aware."""

    path: str
    at: datetime
    """The validation time; material and time-stamps younger than it prove nothing."""
    policy: Policy
    trust: TrustReference
    sigcheck_version: str
    profile: Profile = NO_PROFILE
    """What the kind of document asks; whoever asks the question has looked at the policy's too."""
    demands: Demands = field(default_factory=Demands)
    """What the caller asks beyond the policy's own demands; both hold."""
    received: datetime | None = None
    """The archive's own proof that the document existed then; not later than `at`."""
    revocation_store: RevocationStoreReference = field(default_factory=lambda: RevocationStoreReference(None))
    online: bool = False
    evidence_bundle: EvidenceBundleReference | None = None
    """A bundle that somebody handed over and nobody vouches for."""

    @property
    def asked_demands(self) -> Demands:
        """The policy's demands and the caller's together."""
        ours, theirs = self.policy.demands, self.demands
        signers = tuple(dict.fromkeys((*ours.expect_signers, *theirs.expect_signers)))
        return Demands(
            signers, max(ours.min_signatures, theirs.min_signatures), ours.require_timestamp or theirs.require_timestamp
        )
