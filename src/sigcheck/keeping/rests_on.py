"""The pieces that a verdict rests on, collected out of the evidence: certificates, CRLs, OCSP responses, time-stamp tokens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from sigcheck.evidence import DocumentEvidence, RevocationStatement, TimestampEvidence
from sigcheck.facts import Certificate, CmsFacts, SecurityStore, Unreadable
from sigcheck.material import OfferedMaterial, StoredPiece, StoreUse


class Pieces(Struct, frozen=True):
    """Octets by their SHA-256."""

    certificates: dict[str, bytes]
    crls: dict[str, bytes]
    ocsp_responses: dict[str, bytes]
    timestamp_tokens: dict[str, bytes]


def pieces_of(evidence: DocumentEvidence | Unreadable, store: StoreUse, offered: OfferedMaterial) -> Pieces:
    """Every certificate and token that the evidence speaks of, the CRLs and responses that say something about a certificate, and
    all that was taken from the store or had been handed over."""
    found = list(_values_in(evidence))
    said = {one.digest for one in found if isinstance(one, RevocationStatement)}
    crls = [crl for one in found if isinstance(one, CmsFacts | SecurityStore) for crl in one.crls]
    responses = [each for one in found if isinstance(one, CmsFacts | SecurityStore) for each in one.ocsp_responses]
    stored_crls = [*store.crls, *(piece for answer in store.answers for piece in answer.crls)]
    stored_responses = [*store.ocsp_responses, *(piece for answer in store.answers for piece in answer.ocsp_responses)]
    return Pieces(
        _by_sha256([*(one.der for one in found if isinstance(one, Certificate)), *offered.certificates]),
        _of_them(crls, said) | _by_sha256([*_octets(stored_crls), *offered.crls]),
        _of_them(responses, said) | _by_sha256([*_octets(stored_responses), *offered.ocsp_responses]),
        _by_sha256([*(_token(one) for one in found if isinstance(one, TimestampEvidence)), *offered.timestamp_tokens]),
    )


def sha256_of(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()


def _octets(pieces: Iterable[StoredPiece]) -> list[bytes]:
    return [piece.der for piece in pieces]


def _by_sha256(pieces: Iterable[bytes]) -> dict[str, bytes]:
    return {sha256_of(octets): octets for octets in dict.fromkeys(pieces)}


def _of_them(pieces: Iterable[bytes], wanted: set[str]) -> dict[str, bytes]:
    return {sha256: octets for sha256, octets in _by_sha256(pieces).items() if sha256 in wanted}


def _token(stamp: TimestampEvidence) -> bytes:
    """The token itself: of a document time-stamp the evidence holds all of /Contents, zeros behind it too."""
    return stamp.token[: stamp.cms.length] if isinstance(stamp.cms, CmsFacts) else stamp.token


def _values_in(value: Any) -> Iterator[Any]:
    """All structs inside a value, each object once."""
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting += one
        elif isinstance(one, Struct) and id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting += [getattr(one, name) for name in one.__struct_fields__]
