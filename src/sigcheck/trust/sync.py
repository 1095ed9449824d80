"""`sigcheck trust sync`: whole certificates for what the list states, from their publishers or from a folder.

Only a certificate whose SHA-256 an entry states is taken, and no entry changes otherwise. What will happen is a value first;
writing is another step. What bears an entry's name with another fingerprint is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from sigcheck.anchors import ListedCertificate
from sigcheck.look_alikes import namesake, namesakes
from sigcheck.trust.entries import parse_trust_toml
from sigcheck.trust.load import LoadedTrust, line_above
from sigcheck.trust.offered import OFFERED_EXTENSIONS, Offered
from sigcheck.trust.sources import read_text
from sigcheck.trust.tomltext import certificate_toml
from sigcheck.trust.user_folder import write_text
from sigcheck.trust.words import Remark, fault, remark

SYNCED_FILE: Final = "synced.toml"
"""In the user's folder; one file, written whole."""
_HEAD: Final = "# Written by `sigcheck trust sync`: whole certificates of listed entries, each with the SHA-256 that is listed.\n"


class Had(StrEnum):
    """What became of one entry."""

    PRESENT = "present"
    TAKEN = "taken"
    MISSING = "missing"


class Answer(Struct, frozen=True):
    """What an address gave for a fingerprint: the certificate, or why not; `false` when it gave another one."""

    der: bytes | None
    reason: Remark | None = None
    false: bool = False


Fetch = Callable[[str, str], Answer]
"""An address and the SHA-256 that is wanted, to what came back."""


class SyncRow(Struct, frozen=True):
    """One entry, what became of it, where its certificate came from, and why it could not be had."""

    entry: ListedCertificate
    had: Had
    source: str = ""
    reasons: tuple[Remark, ...] = ()
    der: bytes = b""


class Sync(Struct, frozen=True):
    """What a run would take. `refused` came with a listed name and another fingerprint; `remarks` are by the way."""

    rows: tuple[SyncRow, ...]
    refused: tuple[Remark, ...]
    remarks: tuple[Remark, ...]

    def count(self, had: Had) -> int:
        return sum(row.had is had for row in self.rows)


def asked_entries(trust: LoadedTrust, names: Sequence[str]) -> tuple[ListedCertificate, ...]:
    """The entries of these names with all below them; every entry when no name is given. Raises TrustError on an unknown name."""
    by_name = {standing.entry.name: standing.entry for standing in trust.standings}
    for name in names:
        if name not in by_name:
            raise fault("no-such-name", name=name)
    wanted = frozenset(names)
    return tuple(
        entry
        for entry in by_name.values()
        if not wanted or entry.name in wanted or any(above.name in wanted for above in line_above(entry, by_name))
    )


def sync_from_folder(
    entries: Sequence[ListedCertificate],
    listed: Sequence[ListedCertificate],
    offered: Sequence[Offered],
    remarks: Sequence[Remark],
) -> Sync:
    """What the offered certificates give to the entries asked for; look-alikes are held against the whole list, `listed`."""
    by_sha256 = {one.certificate.sha256: one for one in offered}
    rows: list[SyncRow] = []
    for entry in entries:
        found = by_sha256.get(entry.sha256)
        if entry.certificate is not None:
            rows.append(SyncRow(entry, Had.PRESENT, entry.source))
        elif found is None:
            rows.append(SyncRow(entry, Had.MISSING, reasons=(remark("sync-not-in-folder"),)))
        else:
            rows.append(SyncRow(entry, Had.TAKEN, found.source, der=found.certificate.der))
    refused, strangers = _held_against(offered, listed)
    said = (*remarks, *((remark("sync-strangers", count=strangers),) if strangers else ()))
    return Sync(tuple(rows), refused, said)


def _held_against(offered: Iterable[Offered], listed: Sequence[ListedCertificate]) -> tuple[tuple[Remark, ...], int]:
    """Certificates with a listed name and another fingerprint, and the number of those that nothing in the list is about."""
    fingerprints = {entry.sha256 for entry in listed}
    by_name = namesakes(listed)
    refused: list[Remark] = []
    strangers = 0
    for one in offered:
        certificate = one.certificate
        if certificate.sha256 in fingerprints:
            continue
        alike = namesake(certificate, by_name)
        if alike is None:
            strangers += 1
            continue
        refused.append(
            remark(
                "sync-look-alike", path=one.source, subject=certificate.subject, name=alike.name, sha256=certificate.sha256,
                listed=alike.sha256,
            )
        )  # fmt: skip
    return tuple(refused), strangers


def sync_from_publishers(entries: Sequence[ListedCertificate], fetch: Fetch) -> Sync:
    """What the publishers' addresses give; each address of an entry is asked until one has the certificate."""
    rows: list[SyncRow] = []
    refused: list[Remark] = []
    for entry in entries:
        if entry.certificate is not None:
            rows.append(SyncRow(entry, Had.PRESENT, entry.source))
            continue
        row, false = _fetched(entry, fetch)
        rows.append(row)
        refused += false
    return Sync(tuple(rows), tuple(refused), ())


def _fetched(entry: ListedCertificate, fetch: Fetch) -> tuple[SyncRow, list[Remark]]:
    reasons: list[Remark] = []
    false: list[Remark] = []
    for address in addresses(entry):
        answer = fetch(address, entry.sha256)
        if answer.der is not None:
            return SyncRow(entry, Had.TAKEN, address, der=answer.der), false
        if answer.false:
            false.append(remark("sync-address-false", address=address, name=entry.name, sha256=entry.sha256))
        if answer.reason is not None:
            reasons.append(answer.reason)
    return SyncRow(entry, Had.MISSING, reasons=tuple(reasons) or (remark("sync-no-address"),)), false


def addresses(entry: ListedCertificate) -> tuple[str, ...]:
    """Where this certificate's file may be had: `certificate_urls`, and `publisher` where it is a file's address."""
    published = (entry.publisher,) if entry.publisher is not None and _is_file(entry.publisher) else ()
    return tuple(dict.fromkeys((*published, *entry.certificate_urls)))


def _is_file(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.path.lower().endswith(OFFERED_EXTENSIONS)


def write_sync(sync: Sync, user_folder: Path) -> Path | None:
    """Write what was taken beside what earlier runs took; None when nothing is new. Raises TrustError when that fails."""
    taken = {row.entry.sha256: row for row in sync.rows if row.had is Had.TAKEN}
    if not taken:
        return None
    path = user_folder / SYNCED_FILE
    kept = {sha256: der for sha256, der in _earlier(path) if sha256 not in taken}
    certificates: Mapping[str, bytes] = kept | {sha256: row.der for sha256, row in taken.items()}
    text = "\n".join(certificate_toml(sha256, der) for sha256, der in sorted(certificates.items()))
    return write_text(path, f"{_HEAD}\n{text}")


def _earlier(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.exists():
        earlier = parse_trust_toml(read_text(path), source=str(path))
        yield from ((whole.sha256, whole.der) for whole in earlier.certificates)
