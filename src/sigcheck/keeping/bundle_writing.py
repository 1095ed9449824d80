"""Writing an evidence bundle, document by document. The same checks give the same octets on every machine.

Members are stored, not compressed: what a compressor makes of them differs between its versions. Times are those of the zip
format's first day.
"""

from __future__ import annotations

import hashlib
import re
from typing import IO, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from msgspec.structs import replace

from sigcheck import __version__
from sigcheck.anchors import TrustList
from sigcheck.checked import Checked, Kept
from sigcheck.keeping import jsonfile
from sigcheck.keeping.bundle import (
    DOCUMENT_FOLDER,
    MANIFEST,
    MOST_MEMBERS,
    MOST_OCTETS,
    NOTE,
    TRUST,
    BundledDocument,
    KeptAnswer,
    KeptOffer,
    KeptPiece,
    KeptStoreUse,
    Manifest,
    Member,
    member_name,
)
from sigcheck.keeping.flaws import EvidenceFileError
from sigcheck.keeping.record import EvidenceRecord, write_record
from sigcheck.keeping.rests_on import pieces_of, sha256_of
from sigcheck.material import OfferedMaterial, StoredPiece, StoreUse

FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_FOLDERS: Final = re.compile(r".*[/\\]", re.DOTALL)
_OVERHEAD: Final = 512
"""Octets that a member costs beside its own: its name three times, and three headers."""


class BundleWriter:
    """A bundle that is being written to `file`, which has to be seekable."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w", ZIP_STORED, allowZip64=False)
        self._members: dict[str, Member] = {}
        self._documents: list[BundledDocument] = []
        self._octets = 0

    @property
    def is_empty(self) -> bool:
        return not self._documents

    def add(self, checked: Checked, report: str) -> None:
        """One document, with its report as JSON text. Raises EvidenceFileError when the bundle gets too large."""
        kept = checked.kept
        if kept is None:
            raise ValueError("the check was not asked to keep its grounds")
        new = self._members_of(checked, kept, report)
        size = sum(len(octets) + _OVERHEAD for name, octets in new.items() if name not in self._members)
        if self._octets + size > MOST_OCTETS or len(self._members) + len(new) >= MOST_MEMBERS:
            raise EvidenceFileError("bundle-full", found=MOST_OCTETS)
        for name, octets in sorted(new.items()):
            self._write(name, octets)
        self._documents.append(self._document(checked, kept))

    def close(self) -> None:
        """Write the manifest and end the file, which stays open."""
        manifest = Manifest(__version__, NOTE, tuple(self._documents), tuple(self._members.values()))
        self._write(MANIFEST, jsonfile.written("manifest", Manifest, manifest, for_people=True))
        self._zip.close()

    def _members_of(self, checked: Checked, kept: Kept, report: str) -> dict[str, bytes]:
        pieces = pieces_of(checked.evidence, kept.store, kept.offered)
        folder = self._folder()
        named = {
            f"{folder}/report.json": report.encode("utf-8"),
            f"{folder}/evidence.json": write_record(EvidenceRecord(kept.question, checked.evidence)),
        }
        octets = _trust_list(checked.trust)
        named[member_name("trust", sha256_of(octets))] = octets
        policy = checked.policy.text.encode("utf-8")
        if sha256_of(policy) == checked.policy.sha256:
            named[member_name("policies", checked.policy.sha256)] = policy
        for kind, several in (
            ("certificates", pieces.certificates),
            ("crls", pieces.crls),
            ("ocsp", pieces.ocsp_responses),
            ("timestamps", pieces.timestamp_tokens),
        ):
            named |= {member_name(kind, sha256): octets for sha256, octets in several.items()}
        return named

    def _document(self, checked: Checked, kept: Kept) -> BundledDocument:
        policy = member_name("policies", checked.policy.sha256)
        return BundledDocument(
            path=checked.report.document.path,
            sha256=checked.report.document.sha256,
            report=f"{self._folder()}/report.json",
            evidence=f"{self._folder()}/evidence.json",
            policy=policy if policy in self._members else None,
            trust=member_name("trust", sha256_of(_trust_list(checked.trust))),
            store=_store(kept.store),
            offered=_offer(kept.offered),
        )

    def _folder(self) -> str:
        return f"{DOCUMENT_FOLDER}/{len(self._documents) + 1}"

    def _write(self, name: str, octets: bytes) -> None:
        if name in self._members:
            return
        entry = ZipInfo(name, FIRST_DAY)
        entry.create_system = _UNIX
        entry.external_attr = 0o644 << 16
        self._zip.writestr(entry, octets)
        self._octets += len(octets) + _OVERHEAD
        self._members[name] = Member(name, hashlib.sha256(octets).hexdigest(), len(octets))


def _trust_list(trust: TrustList) -> bytes:
    """The list as a file. Where on this machine an entry was read from is nobody else's business: the file's name is enough."""
    entries = tuple(replace(entry, source=_FOLDERS.sub("", entry.source)) for entry in trust.entries)
    return jsonfile.written(TRUST, TrustList, replace(trust, entries=entries))


def _store(use: StoreUse) -> KeptStoreUse:
    return KeptStoreUse(
        _kept(use.crls),
        _kept(use.ocsp_responses),
        tuple(
            KeptAnswer(answer.issuer_names, answer.serial_number, _kept(answer.crls), _kept(answer.ocsp_responses))
            for answer in use.answers
        ),
    )


def _kept(pieces: tuple[StoredPiece, ...]) -> tuple[KeptPiece, ...]:
    return tuple(KeptPiece(sha256_of(piece.der), piece.received_at) for piece in pieces)


def _offer(offered: OfferedMaterial) -> KeptOffer:
    return KeptOffer(
        tuple(map(sha256_of, offered.certificates)),
        tuple(map(sha256_of, offered.crls)),
        tuple(map(sha256_of, offered.ocsp_responses)),
        tuple(map(sha256_of, offered.timestamp_tokens)),
    )
