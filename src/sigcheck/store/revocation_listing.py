"""What a store holds, explained piece by piece: whose it is, what it covers, from when to when, when it came and from where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sigcheck.anchors import TrustList
from sigcheck.engine.revoking.crl import Crl
from sigcheck.engine.revoking.known_issuers import crl_signed, listed_issuer, ocsp_signed, responders
from sigcheck.engine.revoking.ocsp import OcspResponse, SingleResponse
from sigcheck.engine.x509.names import name_text
from sigcheck.store.refusal import RevocationStoreError
from sigcheck.store.revocation import octets_of
from sigcheck.store.revocation_file import moment_of, open_to_read, refusing, size_of
from sigcheck.store.revocation_pieces import Piece, piece_of


@dataclass(frozen=True, slots=True)
class CrlAccount:
    """What a CRL covers."""

    entries: int
    """Certificates that it lists as revoked or suspended."""
    number: int | None
    delta_of: int | None
    """The number of the base that a delta CRL starts from."""
    indirect: bool
    expired_since: datetime | None
    """Certificates that expired after this moment are kept on it (expiredCertsOnCRL)."""


@dataclass(frozen=True, slots=True)
class AnswerAccount:
    """What an OCSP response says of one certificate."""

    serial_number: str
    """Hexadecimal."""
    state: str
    revoked_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """One piece explained. A name is that of a listed CA, or what the CRL itself says."""

    sha256: str
    kind: str
    octets: int
    received_at: datetime
    origin: str
    issuer: str | None
    """The CA for whose certificates it speaks; None when a response names one that is not in the trust list."""
    signature: str
    """`issuer`, `responder`, `issuer-unknown` or `signature-does-not-verify`, as far as the trust list can tell."""
    responder: str | None
    this_update: datetime
    next_update: datetime | None
    produced_at: datetime | None
    fresh: bool
    """In force at the moment of the list: not before thisUpdate, not after nextUpdate; without nextUpdate never."""
    crl: CrlAccount | None
    answers: tuple[AnswerAccount, ...]


def accounts(path: Path, trust: TrustList, now: datetime) -> Iterator[Account]:
    """Every piece of the store, CRLs first, then by issuer and age, newest first. Raises RevocationStoreError."""
    if not size_of(path):
        return
    with refusing(path), closing(open_to_read(path)) as connection:
        for sha256, *rest in connection.execute(
            "SELECT piece.sha256, min(received_at), origin FROM piece JOIN receipt USING (sha256) GROUP BY piece.sha256 "
            "ORDER BY kind, issuer, this_update DESC, piece.sha256"
        ).fetchall():
            piece = piece_of(octets_of(connection, sha256, path))
            if piece is None or not isinstance(rest[1], str):
                raise RevocationStoreError("damaged", path, sha256.hex())
            yield account_of(piece, moment_of(rest[0], path), rest[1], trust, now)


def account_of(piece: Piece, received_at: datetime, origin: str, trust: TrustList, now: datetime) -> Account:
    """One piece explained with the names and keys of the trust list."""
    parsed = piece.parsed
    answers: tuple[AnswerAccount, ...] = ()
    if isinstance(parsed, Crl):
        signed, _ = crl_signed(parsed, trust)
        issuer: str | None = name_text(parsed.scope.issuer_der)
        responder, produced_at, next_update = None, None, parsed.next_update
    else:
        listed = listed_issuer(parsed.responses[0], trust)
        signed, issuer = ocsp_signed(parsed, listed), None if listed is None else listed.subject
        responder = next((one.subject for one in responders(parsed)), None)
        produced_at, next_update, answers = parsed.produced_at, _until(parsed), tuple(map(_answer, parsed.responses))
    return Account(
        sha256=piece.sha256,
        kind=piece.kind,
        octets=len(piece.octets),
        received_at=received_at,
        origin=origin,
        issuer=issuer,
        signature=signed,
        responder=responder,
        this_update=piece.this_update,
        next_update=next_update,
        produced_at=produced_at,
        fresh=next_update is not None and piece.this_update <= now <= next_update,
        crl=_crl(parsed) if isinstance(parsed, Crl) else None,
        answers=answers,
    )


def _crl(crl: Crl) -> CrlAccount:
    return CrlAccount(len(crl.library), crl.number, crl.base_number, crl.scope.point.indirect, crl.covers_expired_since)


def _until(response: OcspResponse) -> datetime | None:
    """When the first of its answers ceases; None when one says no end."""
    ends = [single.next_update for single in response.responses]
    return min((end for end in ends if end is not None), default=None) if None not in ends else None


def _answer(single: SingleResponse) -> AnswerAccount:
    return AnswerAccount(f"{single.serial_number:x}", single.state, single.revoked_at, single.reason)
