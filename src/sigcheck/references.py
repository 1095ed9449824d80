"""What a report is about and what it was judged by, each by its digest: the document, the policy, the trust list, and so on.

As the other types of the report they mirror the JSON field by field, and their names never change.
"""

from __future__ import annotations

from msgspec import Struct


class DocumentReference(Struct, frozen=True):
    path: str
    sha256: str | None
    size: int | None
    revisions: int | None


class PolicyReference(Struct, frozen=True):
    name: str
    sha256: str


class TrustReference(Struct, frozen=True):
    sha256: str
    anchors: int
    sources: list[str]


class RevocationStoreReference(Struct, frozen=True):
    sha256: str | None


class EvidenceBundleReference(Struct, frozen=True):
    """An evidence bundle that was given as untrusted material."""

    sha256: str
    used_for: str
    """`material`: its certificates, CRLs, OCSP responses and tokens; never its anchors, policy or times."""
