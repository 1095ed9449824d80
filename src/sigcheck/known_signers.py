"""Signers whose kind somebody has settled: rows of a policy that say of a certificate whether it is a person's.

No field of a certificate says so, and judging only infers it (judging/signer_kind.py); a row wins over every inference.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from sigcheck.facts import Certificate
from sigcheck.fingerprints import sha256_digits
from sigcheck.policy_words import PolicyError, written

KINDS = ("person", "organisation")
MEANS = ("sha256", "subject", "email")
"""By what a row names certificates, the surest first."""


class KnownSigner(Struct, frozen=True):
    """One row: certificates with this fingerprint, subject or address are of this kind."""

    by: str
    """One of MEANS."""
    value: str
    kind: str


def known_kind(certificate: Certificate, known: Sequence[KnownSigner]) -> KnownSigner | None:
    """The surest row that names the certificate."""
    if not known:
        return None
    values = {
        "sha256": {certificate.sha256},
        "subject": {certificate.subject},
        "email": {email.strip().casefold() for email in certificate.emails},
    }
    fitting = (row for by in MEANS for row in known if row.by == by and row.value in values[by])
    return next(fitting, None)


def parse_known_signers(where: str, rows: list[object]) -> tuple[KnownSigner, ...]:
    """Read `[[signer]]`. Raises PolicyError on unknown keys, wrong kinds and certificates that are settled twice."""
    read = tuple(_row(where, row) for row in rows)
    seen: set[tuple[str, str]] = set()
    for one in read:
        if (one.by, one.value) in seen:
            raise PolicyError("signer-twice", where, value=one.value)
        seen.add((one.by, one.value))
    return read


def _row(where: str, row: object) -> KnownSigner:
    if not isinstance(row, dict):
        raise PolicyError("wrong-kind", where, key="signer", value=written(row))
    unknown = set(row) - {*MEANS, "kind"}
    if unknown:
        raise PolicyError("unknown-key-in", where, table="[[signer]]", key=repr(min(unknown)))
    means = [by for by in MEANS if by in row]
    if len(means) != 1:
        raise PolicyError("signer-means", where, choices=", ".join(MEANS))
    kind, value = row.get("kind"), row[means[0]]
    if kind not in KINDS:
        raise PolicyError("not-a-choice", where, key="[[signer]] kind", value=written(kind), choices=", ".join(KINDS))
    if not isinstance(value, str) or not value.strip():
        raise PolicyError("wrong-kind", where, key=f"[[signer]] {means[0]}", value=written(value))
    return KnownSigner(means[0], _plain(where, means[0], value.strip()), kind)


def _plain(where: str, by: str, value: str) -> str:
    if by == "email":
        return value.casefold()
    if by == "subject":
        return value
    digits = sha256_digits(value)
    if digits is None:
        raise PolicyError("not-a-fingerprint", where, value=written(value))
    return digits
