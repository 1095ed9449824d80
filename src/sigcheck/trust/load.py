"""The trust list out of all its sources: what is listed, what of it is on, and the digest of what it states.

Nothing is verified here; `check.py` does that. One rule decides what is on: an entry is on when the entry above it is on and
the user did not switch it off, and it is sure enough or the user switched it, or one above it, on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sigcheck.anchors import ListedCertificate, Sureness, TrustList
from sigcheck.digests import sha256_hex
from sigcheck.trust.entries import WholeCertificate, with_certificate
from sigcheck.trust.folder import from_folder
from sigcheck.trust.shipped import from_shipped
from sigcheck.trust.sources import Gathered, Settings
from sigcheck.trust.user_folder import from_user_folder
from sigcheck.trust.words import Remark, TrustError, fault, remark

if TYPE_CHECKING:
    from sigcheck.trust.trusted_list import TrustedList

SOURCES: tuple[tuple[str, Callable[[Settings], Gathered]], ...] = (
    ("shipped", from_shipped),
    ("user", from_user_folder),
    ("folder", from_folder),
)
"""Where anchors come from; each source says nothing when the settings are not about it."""
_AUTHORITY_ORDER = ("government", "national", "public", "user")


class State(StrEnum):
    """Why an entry is on or off."""

    DEFAULT = "default"
    ENABLED = "enabled"
    DISABLED = "disabled"
    LESS_SURE = "less-sure"
    PARENT_OFF = "parent-off"


class Standing(Struct, frozen=True):
    """An entry of the list, on or off."""

    entry: ListedCertificate
    state: State

    @property
    def on(self) -> bool:
        return self.state in (State.DEFAULT, State.ENABLED)


class LoadedTrust(Struct, frozen=True):
    """The trust list, what stands behind it, and what people should hear of on standard error."""

    trust_list: TrustList
    standings: tuple[Standing, ...]
    """Every listed entry, those that are off too, in the fixed order."""
    remarks: tuple[Remark, ...]
    lists: tuple[TrustedList, ...] = ()
    """The signed trusted lists among the sources, verified."""


def load_trust(*, folder: Path | None = None, user_folder: Path | None = None, at: datetime | None = None) -> TrustList:
    """The enabled entries: of `folder` alone, or the shipped ones and the user's. Raises TrustError."""
    return read_trust(folder=folder, user_folder=user_folder, at=at).trust_list


def read_trust(
    *, folder: Path | None = None, user_folder: Path | None = None, at: datetime | None = None, anchors_needed: bool = True
) -> LoadedTrust:
    """Like `load_trust`, with the entries that are off and the remarks. `at` is the validation time, which trusted lists that
    were to be replaced before it are left out by; without it none is.

    Raises TrustError when a file cannot be used, the entries contradict each other, or no anchor is on (unless not needed:
    whoever switched everything off has to be able to look at it).
    """
    settings = Settings(folder, user_folder)
    gathered = [source(settings) for _, source in SOURCES]
    entries, remarks = _completed(
        _merged([entry for one in gathered for entry in one.entries]), [whole for one in gathered for whole in one.certificates]
    )
    references = [reference for one in gathered for reference in one.lists]
    lists: tuple[TrustedList, ...] = ()
    expiries: tuple[Remark, ...] = ()
    if references:
        from sigcheck.trust.listed import read_lists, with_lists  # noqa: PLC0415 - XML is read for those who added a list

        lists = read_lists(references)
        entries, expiries = with_lists(entries, lists, at)
        entries = tuple(sorted(entries, key=_place))
    by_name = {entry.name: entry for entry in entries}
    _check_issuers(entries, by_name)
    enabled = frozenset(name for one in gathered for name in one.enabled)
    disabled = frozenset(name for one in gathered for name in one.disabled)
    if user_folder is not None:
        missing = [
            (key, name) for key, names in (("enabled", enabled), ("disabled", disabled)) for name in sorted(names - set(by_name))
        ]
        remarks += [remark("choice-without-entry", path=user_folder, key=key, name=name) for key, name in missing]
    standings = tuple(Standing(entry, _state(entry, by_name, enabled, disabled)) for entry in entries)
    chosen = tuple(standing.entry for standing in standings if standing.on)
    if anchors_needed and not any(entry.is_anchor for entry in chosen):
        raise TrustError(expiries[0]) if expiries else fault("nothing-on")
    names = tuple(name for one in gathered for name in one.names) + tuple(one.source for one in lists)
    said = tuple(found for one in gathered for found in one.remarks) + expiries + tuple(remarks)
    return LoadedTrust(TrustList(chosen, names, trust_digest(chosen)), standings, said, lists)


def _merged(entries: Sequence[ListedCertificate]) -> list[ListedCertificate]:
    """Each certificate once, in an order that content alone decides; what contradicts itself is a TrustError."""
    by_sha256: dict[str, ListedCertificate] = {}
    by_name: dict[str, ListedCertificate] = {}
    for entry in entries:
        known = by_sha256.setdefault(entry.sha256, entry)
        if known is not entry and _deciding(known) != _deciding(entry):
            raise fault("listed-twice", sha256=entry.sha256, first=known.source, second=entry.source)
        namesake = by_name.setdefault(entry.name, entry)
        if namesake.sha256 != entry.sha256:
            raise fault("name-twice", name=entry.name, first=namesake.source, second=entry.source)
        if known.certificate is None and entry.certificate is not None:
            by_sha256[entry.sha256] = entry
    return sorted(by_sha256.values(), key=_place)


def _deciding(entry: ListedCertificate) -> ListedCertificate:
    """The entry without its file, its certificate and the addresses of it."""
    return replace(entry, source="", certificate=None, certificate_urls=())


def _place(entry: ListedCertificate) -> tuple[int, bool, str, str]:
    return _AUTHORITY_ORDER.index(entry.authority), not entry.is_anchor, entry.not_before.isoformat(), entry.sha256


def _completed(
    entries: Sequence[ListedCertificate], wholes: Sequence[WholeCertificate]
) -> tuple[tuple[ListedCertificate, ...], list[Remark]]:
    by_sha256 = {whole.sha256: whole for whole in wholes}
    stated = {entry.sha256 for entry in entries}
    orphans = [
        remark("certificate-without-entry", path=whole.source, sha256=whole.sha256)
        for whole in wholes
        if whole.sha256 not in stated
    ]
    completed = tuple(
        with_certificate(entry, by_sha256[entry.sha256]) if entry.sha256 in by_sha256 else entry for entry in entries
    )
    return completed, orphans


def _check_issuers(entries: Sequence[ListedCertificate], by_name: Mapping[str, ListedCertificate]) -> None:
    for entry in entries:
        above, seen = entry, {entry.name}
        while above.issuer is not None:
            if above.issuer not in by_name:
                raise fault("no-issuer", path=above.source, name=above.name, issuer=above.issuer)
            above = by_name[above.issuer]
            if above.name in seen:
                raise fault("issuer-loop", path=entry.source, name=entry.name)
            seen.add(above.name)


def _state(
    entry: ListedCertificate, by_name: Mapping[str, ListedCertificate], enabled: frozenset[str], disabled: frozenset[str]
) -> State:
    if entry.name in disabled:
        return State.DISABLED
    above = line_above(entry, by_name)
    if above and _state(above[0], by_name, enabled, disabled) not in (State.DEFAULT, State.ENABLED):
        return State.PARENT_OFF
    if entry.sureness is not Sureness.MEDIUM:
        return State.DEFAULT
    return State.ENABLED if any(one.name in enabled for one in (entry, *above)) else State.LESS_SURE


def line_above(entry: ListedCertificate, by_name: Mapping[str, ListedCertificate]) -> tuple[ListedCertificate, ...]:
    """The entries above this one, the nearest first; the caller has made sure that they are listed and end."""
    above: list[ListedCertificate] = []
    while entry.issuer is not None:
        entry = by_name[entry.issuer]
        above.append(entry)
    return tuple(above)


def trust_digest(entries: Sequence[ListedCertificate]) -> str:
    """SHA-256 over what the entries state that can decide anything, whatever their order, names and files.

    Left out: names, files, publisher, confirmation and sureness. Whether the whole certificate is at hand counts: the report
    says of each link how it was shown.
    """
    issuers = {entry.name: entry.sha256 for entry in entries}
    stated = sorted(_json(_stated(entry, issuers)) for entry in entries)
    return sha256_hex("\n".join(stated).encode("ascii"))


def _json(stated: dict[str, object]) -> str:
    """As Python's json writes it, sorted and in ASCII, which fingerprints of lists have been made of since there are any."""
    written = msgspec.json.encode(stated, order="sorted")
    if written.isascii() and b"\x7f" not in written:
        return written.decode("ascii")
    import json  # noqa: PLC0415 - what it escapes and msgspec does not is rare in addresses

    return json.dumps(stated, sort_keys=True, separators=(",", ":"))


def _stated(entry: ListedCertificate, issuers: Mapping[str, str]) -> dict[str, object]:
    periods = None if entry.periods is None else [[one.purpose, one.start.isoformat(), str(one.end)] for one in entry.periods]
    limited = {} if periods is None else {"periods": periods}
    return limited | {
        "authority": entry.authority,
        "certificate": entry.certificate is not None,
        "crl_urls": entry.crl_urls,
        "extended_key_usage": entry.extended_key_usage,
        "is_ca": entry.is_ca,
        "issuer": None if entry.issuer is None else issuers[entry.issuer],
        "key_usage": entry.key_usage,
        "not_after": entry.not_after.isoformat(),
        "not_before": entry.not_before.isoformat(),
        "ocsp_urls": entry.ocsp_urls,
        "path_length": entry.path_length,
        "public_key": entry.public_key.hex(),
        "purposes": sorted(entry.purposes),
        "serial_number": entry.serial_number,
        "sha256": entry.sha256,
        "signature_hash": entry.signature_hash,
        "subject_der": entry.subject_der.hex(),
        "subject_key_identifier": None if entry.subject_key_identifier is None else entry.subject_key_identifier.hex(),
    }
