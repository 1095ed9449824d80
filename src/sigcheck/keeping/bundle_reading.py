"""Reading an evidence bundle that comes from outside. Nothing is written to disk, and nothing is believed but digests.

Only what `bundle_writing` writes is read: stored members with known names, one behind the other, each listed in the manifest with
its SHA-256. A zip has many other faces (compressed and encrypted members, 64-bit sizes, things before, between and behind); all
are refused.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from typing import Final
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from msgspec import Struct

from sigcheck.anchors import TrustList
from sigcheck.keeping import jsonfile
from sigcheck.keeping.bundle import (
    MANIFEST,
    MEMBER,
    MOST_MEMBERS,
    MOST_OCTETS,
    TRUST,
    BundledDocument,
    KeptPiece,
    Manifest,
    member_name,
)
from sigcheck.keeping.flaws import EvidenceFileError
from sigcheck.keeping.record import EvidenceRecord, read_record
from sigcheck.material import OfferedMaterial, StoreAnswer, StoredPiece, StoreUse

ZIP_START: Final = b"PK\x03\x04"
_END: Final = struct.Struct("<4s4H2LH")
"""End of central directory record (APPNOTE.TXT, 4.3.16)."""
_END_MARK: Final = b"PK\x05\x06"
_ZIP64_LOCATOR: Final = b"PK\x06\x07"
_ZIP64_LOCATOR_OCTETS: Final = 20
_LONGEST_ENTRY: Final = 46 + 128
"""Octets of one central directory entry: a fixed part, and a name that is never longer than this."""
_LOCAL_HEADER: Final = 30
"""Octets before a member's name (APPNOTE.TXT, 4.3.7)."""
_FLAGS: Final = 0
"""Of every member: not encrypted (bit 0), sizes before the octets (bit 3), a plain name (bit 11)."""


class Bundle(Struct, frozen=True):
    """A bundle whose members are those that its manifest lists."""

    sha256: str
    manifest: Manifest
    members: Mapping[str, bytes]

    def record(self, document: BundledDocument) -> EvidenceRecord:
        """A document's evidence record. Raises EvidenceFileError."""
        try:
            return read_record(self._named(document.evidence))
        except EvidenceFileError as error:
            raise error.within(document.evidence) from None

    def trust(self, document: BundledDocument) -> TrustList:
        """The trust list that the document was checked with. Raises EvidenceFileError."""
        try:
            return _trust_list(self._named(document.trust))
        except EvidenceFileError as error:
            raise error.within(document.trust) from None

    def store_use(self, document: BundledDocument) -> StoreUse:
        """What the revocation store gave then. Raises EvidenceFileError."""
        kept = document.store
        answers = tuple(
            StoreAnswer(
                answer.issuer_names,
                answer.serial_number,
                self._pieces("crls", answer.crls),
                self._pieces("ocsp", answer.ocsp_responses),
            )
            for answer in kept.answers
        )
        return StoreUse(self._pieces("crls", kept.crls), self._pieces("ocsp", kept.ocsp_responses), answers)

    def offered_then(self, document: BundledDocument) -> OfferedMaterial:
        """What had been handed over to the check then. Raises EvidenceFileError."""
        kept = document.offered
        return OfferedMaterial(
            tuple(self._named(member_name("certificates", one)) for one in kept.certificates),
            tuple(self._named(member_name("crls", one)) for one in kept.crls),
            tuple(self._named(member_name("ocsp", one)) for one in kept.ocsp_responses),
            tuple(self._named(member_name("timestamps", one)) for one in kept.timestamp_tokens),
        )

    def offered(self) -> OfferedMaterial:
        """All certificates, CRLs, responses and tokens, as material that nobody vouches for."""
        folders = [
            tuple(octets for name, octets in sorted(self.members.items()) if name.startswith(f"{folder}/"))
            for folder in ("certificates", "crls", "ocsp", "timestamps")
        ]
        return OfferedMaterial(*folders)

    def document(self, sha256: str, path: str) -> BundledDocument | None:
        """The document with these octets; of several under different paths the one of this path, else the first."""
        same = [one for one in self.manifest.documents if one.sha256 == sha256]
        return next((one for one in same if one.path == path), same[0] if same else None)

    def _pieces(self, folder: str, kept: tuple[KeptPiece, ...]) -> tuple[StoredPiece, ...]:
        return tuple(StoredPiece(self._named(member_name(folder, piece.sha256)), piece.received_at) for piece in kept)

    def _named(self, name: str) -> bytes:
        octets = self.members.get(name)
        if octets is None:
            raise EvidenceFileError("member-missing", found=name)
        return octets


@lru_cache(maxsize=4)
def _trust_list(octets: bytes) -> TrustList:
    return jsonfile.read(octets, TRUST, TrustList)


def read_bundle(octets: bytes) -> Bundle:
    """The bundle in these octets. Raises EvidenceFileError."""
    if len(octets) > MOST_OCTETS:
        raise EvidenceFileError("too-large", found=MOST_OCTETS)
    members = _members(octets)
    if MANIFEST not in members:
        raise EvidenceFileError("member-missing", found=MANIFEST)
    try:
        manifest = jsonfile.read(members.pop(MANIFEST), "manifest", Manifest)
    except EvidenceFileError as error:
        raise error.within(MANIFEST) from None
    _compare(manifest, members)
    return Bundle(hashlib.sha256(octets).hexdigest(), manifest, members)


def _members(octets: bytes) -> dict[str, bytes]:
    """Every member by its name."""
    end = _check_end(octets)
    members: dict[str, bytes] = {}
    position = 0
    try:
        with ZipFile(BytesIO(octets)) as file:
            for entry in file.infolist():
                position = _check_entry(entry, position)
                if entry.filename in members:
                    raise EvidenceFileError("member-twice", found=entry.filename)
                if position > end:
                    raise EvidenceFileError("not-zip", found=entry.filename)
                members[entry.filename] = file.read(entry)
    except (BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, struct.error) as error:
        raise EvidenceFileError("not-zip", found=error) from None
    if position != end:
        raise EvidenceFileError("not-zip")
    return members


def _check_end(octets: bytes) -> int:
    """Where the members end. The central directory is short, complete and the last thing in the file; no 64-bit sizes."""
    start = len(octets) - _END.size
    if not octets.startswith(ZIP_START) or start < 0:
        raise EvidenceFileError("not-zip")
    mark, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(octets, start)
    if mark != _END_MARK or comment or disk or first_disk or here != count or offset + size != start:
        raise EvidenceFileError("not-zip")
    if octets[start - _ZIP64_LOCATOR_OCTETS : start].startswith(_ZIP64_LOCATOR):
        raise EvidenceFileError("zip64")
    if count > MOST_MEMBERS or size > count * _LONGEST_ENTRY:
        raise EvidenceFileError("too-many-members", found=MOST_MEMBERS)
    return int(offset)


def _check_entry(entry: ZipInfo, position: int) -> int:
    """Where the member ends, which has to begin at `position`: stored, in the clear, called something we know."""
    name = entry.orig_filename
    if not MEMBER.fullmatch(name) or name != entry.filename:
        raise EvidenceFileError("member-name", found=name)
    if entry.flag_bits & 1:
        raise EvidenceFileError("encrypted", found=name)
    if entry.compress_type != ZIP_STORED or entry.compress_size != entry.file_size:
        raise EvidenceFileError("compressed", found=name)
    if entry.flag_bits != _FLAGS or entry.extra or entry.comment:
        raise EvidenceFileError("not-zip", found=name)
    if entry.header_offset != position:
        raise EvidenceFileError("not-zip", found=name)
    return position + _LOCAL_HEADER + len(name) + entry.file_size


def _compare(manifest: Manifest, members: Mapping[str, bytes]) -> None:
    """The manifest lists every member, and every member is what it lists and what its own name says."""
    listed = {member.name: member for member in manifest.members}
    if len(listed) != len(manifest.members):
        raise EvidenceFileError("member-twice", MANIFEST)
    for name in sorted(listed.keys() ^ members.keys()):
        raise EvidenceFileError("member-missing" if name in listed else "member-unlisted", found=name)
    for name, octets in members.items():
        sha256 = hashlib.sha256(octets).hexdigest()
        stated = MEMBER.fullmatch(name)
        own = stated[1] if stated is not None else None
        if sha256 != listed[name].sha256 or len(octets) != listed[name].size or own not in (None, sha256):
            raise EvidenceFileError("member-changed", found=name)
