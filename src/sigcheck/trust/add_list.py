"""`sigcheck trust add --tsl`: a signed trusted list, taken only with its signer's fingerprint, into the user's folder.

The list itself is kept, with a small trust file that names it and its signer; its signature is verified whenever it is read.
A later issue takes the place of an earlier one, never the other way round.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from sigcheck.anchors import ListedCertificate
from sigcheck.trust.entries import ListReference, parse_trust_toml
from sigcheck.trust.load import LoadedTrust
from sigcheck.trust.readers import AUTHORITIES, fingerprint
from sigcheck.trust.sources import read_bytes, read_text
from sigcheck.trust.tomltext import list_reference_toml
from sigcheck.trust.trusted_list import TrustedList, list_entries, read_trusted_list
from sigcheck.trust.user_folder import write_text
from sigcheck.trust.words import fault

_HEAD = "# Written by `sigcheck trust add --tsl`; the signer's fingerprint was given by the user and matched.\n\n"


class ListAddition(Struct, frozen=True):
    """What an added list will be: the file that names it, the file that holds it, and what makes room for it."""

    trusted: TrustedList
    entries: tuple[ListedCertificate, ...]
    path: Path
    text: str
    list_path: Path
    list_text: str
    replaces: Path | None
    already_there: bool


def plan_list(
    path: Path, signers: Sequence[str], trust: LoadedTrust, user_folder: Path, *, at: datetime, authority: str | None = None
) -> ListAddition:
    """What adding the list would do. Raises TrustError when it is refused: another signer, expired at `at`, an older issue."""
    reference = ListReference(path.name, _fingerprints(signers), _authority(authority), str(path))
    trusted = read_trusted_list(path, reference)
    if trusted.next_update is None:
        raise fault("list-closed", path=path, sequence=trusted.sequence)
    if trusted.expired(at):
        raise fault("list-expired", path=path, sequence=trusted.sequence, until=trusted.next_update.isoformat())
    octets = read_bytes(path)
    scheme = hashlib.sha256(f"{trusted.operator}\n{trusted.scheme}".encode()).hexdigest()[:8]
    stem = f"trusted-list-{trusted.territory.lower() or 'xx'}-{scheme}"
    target = user_folder / f"{stem}.toml"
    list_path = user_folder / f"{stem}-{hashlib.sha256(octets).hexdigest()[:16]}.xml"
    earlier = _earlier(target)
    known = next((one for one in trust.lists if earlier is not None and one.path == str(earlier)), None)
    if known is not None and known.sequence > trusted.sequence:
        raise fault("list-older", path=path, sequence=trusted.sequence, known=known.sequence)
    text = _HEAD + list_reference_toml(list_path.name, reference.signers, reference.authority)
    there = target.exists() and read_text(target) == text and list_path.exists() and read_bytes(list_path) == octets
    replaces = earlier if earlier != list_path else None
    return ListAddition(trusted, list_entries(trusted), target, text, list_path, octets.decode("utf-8"), replaces, there)


def write_list(addition: ListAddition) -> Path:
    """Write what was planned, unless it is there already. Raises TrustError when that fails."""
    if not addition.already_there:
        write_text(addition.list_path, addition.list_text)
        write_text(addition.path, addition.text)
        if addition.replaces is not None:
            with suppress(OSError):  # an issue that stays behind is named by nothing, and said as such
                addition.replaces.unlink(missing_ok=True)
    return addition.path


def service_remarks(addition: ListAddition, trust: LoadedTrust) -> Sequence[tuple[str, dict[str, str], ListedCertificate | None]]:
    """One sentence for each service and certificate: its code and facts, and the entry whose periods it will have."""
    listed = {standing.entry.sha256: standing.entry for standing in trust.standings}
    mine = {entry.sha256: entry for entry in addition.entries}
    rows: list[tuple[str, dict[str, str], ListedCertificate | None]] = []
    for service in addition.trusted.services:
        if not service.certificates:
            rows.append(("list-no-certificate", {"name": service.name}, None))
        for certificate in service.certificates:
            entry, known = mine[certificate.sha256], listed.get(certificate.sha256)
            facts = {"name": service.name, "subject": certificate.subject}
            if known is not None and not known.source.startswith("trusted-list: "):
                rows.append(("list-already-listed", facts | {"entry": known.name}, None))
            else:
                rows.append(("list-used", facts, entry))
    return rows


def _fingerprints(signers: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for stated in signers:
        try:
            found.append(fingerprint(stated))
        except ValueError as error:
            raise fault("bad-fingerprint", stated=stated) from error
    return tuple(found)


def _authority(given: str | None) -> str:
    if given is not None and given not in AUTHORITIES:
        raise fault("bad-choice", option="--authority", given=given, choices=", ".join(AUTHORITIES))
    return given or "user"


def _earlier(target: Path) -> Path | None:
    """The list that the trust file of the same scheme names now."""
    if not target.exists():
        return None
    references = parse_trust_toml(read_text(target), source=str(target)).lists
    return target.parent / references[0].file if references else None
