"""A time-stamp over a digest alone, no document: what it proves under a policy. `pipeline` does the same for documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sigcheck.anchors import TrustList
from sigcheck.engine.limits import DEFAULT_LIMITS
from sigcheck.engine.paths import find_paths
from sigcheck.engine.pdf.objects import LimitReached
from sigcheck.engine.timestamps import read_timestamp
from sigcheck.evidence import Paths, Purpose
from sigcheck.facts import Certificate
from sigcheck.judging.tokens import TokenCase, TokenVerdict, judge_token
from sigcheck.policy import Policy


def judge_stamp(token: bytes, sha256: bytes, trust: TrustList, policy: Policy, at: datetime) -> TokenVerdict:
    """The verdict on a token over a SHA-256 value: `sound`, `trusted`, and `proves`, the moment it proves. Never raises.

    Nothing is at hand about revocation; a policy that requires it finds no trust.
    """

    def find(tsa: Certificate, near: Sequence[Certificate]) -> Paths:
        return find_paths(tsa, candidates=near, trust=trust, purpose=Purpose.TIMESTAMP)

    try:
        stamp = read_timestamp(token, {"sha256": sha256}, find=find, limits=DEFAULT_LIMITS)
    except LimitReached:
        stamp = read_timestamp(b"", {}, find=find)
    return judge_token(TokenCase(stamp, 0, False, policy, at, None))
