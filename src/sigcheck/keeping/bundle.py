"""What an evidence bundle holds: its manifest, the names of its members, and what a check needs to be repeated.

A bundle is a zip of stored members. Certificates, CRLs, OCSP responses, time-stamp tokens, policies and trust lists lie in it
once each, named for their SHA-256, however many documents rest on them; each document has a folder with its report and its
evidence record. The documents themselves are never in it.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from msgspec import Struct

MANIFEST: Final = "manifest.json"
TRUST: Final = "trust"
"""The name of the trust list in its member."""
SUFFIXES: Final = {
    "certificates": ".cer",
    "crls": ".crl",
    "ocsp": ".ors",
    "timestamps": ".tst",
    "policies": ".toml",
    "trust": ".json",
}
"""Folders of members that are named for their SHA-256, with the suffixes that RFC 2585 and RFC 6960, C.1 ask for."""
DOCUMENT_FOLDER: Final = "documents"
MEMBER: Final = re.compile(
    rf"{MANIFEST}|(?:{'|'.join(SUFFIXES)})/([0-9a-f]{{64}})\.[a-z]+|{DOCUMENT_FOLDER}/[0-9]{{1,6}}/(?:report|evidence)\.json"
)
"""What members may be called; the group is the SHA-256 that a name states."""
MOST_OCTETS: Final = 256 * 1024**2
"""Of a bundle: it is read as a whole. A bundle of one document has some 100 KB, and a large CRL a few megabytes."""
MOST_MEMBERS: Final = 20_000
NOTE: Final = (
    "The certificates, and the evidence that was read from them, are whole: they hold national ID numbers where the authority"
    " wrote them in. The reports mask those numbers. The documents are not in this file."
)


class KeptPiece(Struct, frozen=True):
    """A CRL or OCSP response that the revocation store gave, by its SHA-256."""

    sha256: str
    received_at: datetime | None


class KeptAnswer(Struct, frozen=True):
    """What the store gave when it was asked about one certificate."""

    issuer_names: tuple[bytes, ...]
    serial_number: int
    crls: tuple[KeptPiece, ...]
    ocsp_responses: tuple[KeptPiece, ...]


class KeptStoreUse(Struct, frozen=True):
    """All that the check took from the store."""

    crls: tuple[KeptPiece, ...]
    ocsp_responses: tuple[KeptPiece, ...]
    answers: tuple[KeptAnswer, ...]


class KeptOffer(Struct, frozen=True):
    """What had been handed over to the check as untrusted material, each piece by its SHA-256."""

    certificates: tuple[str, ...]
    crls: tuple[str, ...]
    ocsp_responses: tuple[str, ...]
    timestamp_tokens: tuple[str, ...]


class BundledDocument(Struct, frozen=True):
    """One document and where in the bundle its grounds lie."""

    path: str
    sha256: str | None
    """None when the document could not be read at all."""
    report: str
    evidence: str
    policy: str | None
    """None when the policy was not read from a file."""
    trust: str
    store: KeptStoreUse
    offered: KeptOffer


class Member(Struct, frozen=True):
    name: str
    sha256: str
    size: int


class Manifest(Struct, frozen=True):
    """Everything in the bundle but the manifest itself."""

    sigcheck_version: str
    note: str
    documents: tuple[BundledDocument, ...]
    members: tuple[Member, ...]


def member_name(folder: str, sha256: str) -> str:
    """The name of a member that is found by its SHA-256."""
    return f"{folder}/{sha256}{SUFFIXES[folder]}"
