"""What some octets are: CRLs and OCSP responses, in DER or PEM, and by what a store finds them again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sigcheck.engine.revoking.crl import Crl, parse_crl
from sigcheck.engine.revoking.ocsp import OcspResponse, parse_ocsp_response
from sigcheck.pem import pem_blocks

FILE_LONGEST: Final = 96 * 1024**2
"""Octets of one file: a CRL of 64 MB, the longest that is read, in PEM."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One CRL or OCSP response."""

    octets: bytes
    sha256: str
    parsed: Crl | OcspResponse

    @property
    def kind(self) -> str:
        return "crl" if isinstance(self.parsed, Crl) else "ocsp"

    @property
    def issuer(self) -> bytes | None:
        """The name of a CRL's issuer, DER; a response names its issuer only by hashes."""
        return self.parsed.scope.issuer_der if isinstance(self.parsed, Crl) else None

    @property
    def serial_numbers(self) -> tuple[int, ...]:
        """The certificates that a response is about."""
        if isinstance(self.parsed, Crl):
            return ()
        return tuple(dict.fromkeys(single.serial_number for single in self.parsed.responses))

    @property
    def this_update(self) -> datetime:
        """The latest moment that it speaks of as its present."""
        if isinstance(self.parsed, Crl):
            return self.parsed.this_update
        return max((single.this_update for single in self.parsed.responses), default=self.parsed.produced_at)

    @property
    def made_at(self) -> datetime:
        """It did not exist before."""
        return self.parsed.this_update if isinstance(self.parsed, Crl) else self.parsed.produced_at


def piece_of(octets: bytes) -> Piece | None:
    """The CRL or successful OCSP response that these octets are, unverified; None when they are neither."""
    parsed = parse_crl(octets) or parse_ocsp_response(octets)
    if parsed is None or (isinstance(parsed, OcspResponse) and not parsed.responses):
        return None
    return Piece(octets, hashlib.sha256(octets).hexdigest(), parsed)


def pieces_in(content: bytes) -> tuple[Piece | None, ...]:
    """Every piece of a file, DER or PEM; None stands for each part that is neither a CRL nor a response."""
    blocks = pem_blocks(content)
    if not blocks:
        return (piece_of(content),)
    return tuple(None if block.octets is None else piece_of(block.octets) for block in blocks)
