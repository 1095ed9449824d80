"""What CRLs say about one certificate (RFC 5280, 6.3), delta CRLs and CRLs for some reasons only put together first.

A statement carries its own thisUpdate and nextUpdate; which of several counts at a moment is for judging to say. CRLs that cover
only some reasons make one statement together, as old as its oldest part.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from sigcheck.engine.revoking.crl import Crl, CrlEntry, crl_issuer, parse_crl
from sigcheck.engine.revoking.distribution_points import ALL_REASONS, covered_reasons
from sigcheck.engine.revoking.received import Received
from sigcheck.engine.revoking.revocation_issuers import Authority, crl_authority
from sigcheck.engine.revoking.revocation_subjects import PIECES, Means, Subject
from sigcheck.evidence import RevocationStatement

OUT_OF_SCOPE: Final = "scope"
CRITICAL_EXTENSION: Final = "critical-extension"
NO_BASE: Final = "delta-without-base"
SOME_REASONS: Final = "some-reasons-only"


class _Reading(Struct, frozen=True):
    """One CRL, or a base and its delta, as read for one certificate."""

    crl: Crl
    received: Received
    authority: Authority
    reasons: frozenset[str]
    entry: CrlEntry | None
    this_update: datetime
    next_update: datetime | None

    @property
    def usable(self) -> bool:
        return self.authority.flaw is None


def crl_statements(subject: Subject, crls: Sequence[Received], means: Means) -> list[RevocationStatement]:
    """A statement for every CRL that is, by its issuer's name, about the certificate."""
    readings = [_read(crl, received, subject, means) for crl, received in relevant_crls(subject, crls)]
    unusable = [reading for reading in readings if not reading.usable]
    bases = [reading for reading in readings if reading.usable and reading.crl.base_number is None]
    deltas = [reading for reading in readings if reading.usable and reading.crl.base_number is not None]
    combined = [_combine(delta, bases) for delta in deltas]
    whole = [base for base in bases if not any(_supersedes(other, base) for other in combined)]
    whole += [reading for reading in combined if reading.usable]
    unusable += [reading for reading in combined if not reading.usable]
    return [_statement(_with_all_reasons(r, whole), subject) for r in whole] + [_statement(r, subject) for r in unusable]


def relevant_crls(subject: Subject, crls: Sequence[Received]) -> list[tuple[Crl, Received]]:
    """CRLs of the certificate's issuer or of a CRL issuer that it names, each once; of the document's own at most PIECES."""
    issuers = {subject.issuer_key, *(key for point in subject.points for key in point.crl_issuer_keys)}
    out: dict[str, tuple[Crl, Received]] = {}
    own = 0
    for received in crls:
        if crl_issuer(received.der) not in issuers:
            continue
        own += received.source != "store"
        crl = parse_crl(received.der) if received.source == "store" or own <= PIECES else None
        if crl is not None:
            out.setdefault(crl.digest, (crl, received))
    return list(out.values())


def _read(crl: Crl, received: Received, subject: Subject, means: Means) -> _Reading:
    reasons = covered_reasons(crl.scope, subject.points, issuer_key=subject.issuer_key, is_ca=subject.is_ca)
    if reasons is None:
        authority, entry = Authority(OUT_OF_SCOPE), None
    elif not crl.usable:
        authority, entry = Authority(CRITICAL_EXTENSION), None
    else:
        authority = crl_authority(crl, subject, means)
        entry = crl.entry(subject.serial_number, subject.issuer_key) if authority.flaw is None else None
    return _Reading(crl, received, authority, reasons or frozenset(), entry, crl.this_update, crl.next_update)


def _combine(delta: _Reading, bases: Sequence[_Reading]) -> _Reading:
    """The delta on top of its newest base (RFC 5280, 5.2.4 and 6.3.3 (c)): what it lists counts, else what the base lists."""
    fitting = [base for base in bases if _is_base(base.crl, delta.crl)]
    if not fitting:
        return replace(delta, authority=Authority(NO_BASE), entry=None)
    base = max(fitting, key=lambda reading: reading.crl.number or 0)
    return replace(delta, entry=delta.entry or base.entry)


def _is_base(base: Crl, delta: Crl) -> bool:
    if base.number is None or delta.number is None or delta.base_number is None:
        return False
    same_scope = base.scope.issuer_key == delta.scope.issuer_key and base.scope.point == delta.scope.point
    return same_scope and base.authority_key == delta.authority_key and delta.base_number <= base.number <= delta.number


def _supersedes(combined: _Reading, base: _Reading) -> bool:
    """A base says nothing of its own beside a usable delta of the same moment."""
    return combined.usable and _is_base(base.crl, combined.crl) and combined.this_update <= base.this_update


def _with_all_reasons(reading: _Reading, readings: Sequence[_Reading]) -> _Reading:
    """A CRL for some reasons that does not list the certificate, with others that are not newer and cover the rest."""
    if reading.entry is not None or reading.reasons == ALL_REASONS:
        return reading
    covered, together = reading.reasons, [reading]
    older = [other for other in readings if other.entry is None and other.this_update <= reading.this_update]
    for other in sorted(older, key=lambda other: other.this_update, reverse=True):
        if not other.reasons <= covered:
            covered |= other.reasons
            together.append(other)
    if covered != ALL_REASONS:
        return replace(reading, authority=replace(reading.authority, flaw=SOME_REASONS))
    delegated = next((part.authority for part in together if part.authority.issuer_paths is not None), reading.authority)
    ends = [part.next_update for part in together if part.next_update is not None]
    return replace(
        reading,
        authority=delegated,
        this_update=min(part.this_update for part in together),
        next_update=min(ends) if len(ends) == len(together) else None,
    )


def _state(reading: _Reading) -> str:
    if reading.entry is None:
        return "good" if reading.usable or reading.authority.flaw == SOME_REASONS else "unknown"
    return {"certificateHold": "on-hold", "removeFromCRL": "removed"}.get(reading.entry.reason or "", "revoked")


def _statement(reading: _Reading, subject: Subject) -> RevocationStatement:
    entry = reading.entry
    return RevocationStatement(
        certificate_sha256=subject.sha256,
        kind="crl",
        state=_state(reading),
        this_update=reading.this_update,
        next_update=reading.next_update,
        produced_at=None,
        revoked_at=entry.revoked_at if entry is not None else None,
        reason=entry.reason if entry is not None else None,
        source=reading.received.source,
        received_at=reading.received.received_at,
        authorised=reading.usable,
        flaw=reading.authority.flaw,
        issuer_paths=reading.authority.issuer_paths,
        issuer_no_check=reading.authority.no_check,
        digest=reading.crl.digest,
        signature_hash=reading.crl.algorithm.hash,
        covered_from=reading.received.covered_from,
        signed=reading.received.signed,
        covers_expired_since=reading.crl.covers_expired_since,
    )
