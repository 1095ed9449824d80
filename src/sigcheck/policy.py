"""What we require: a policy as plain values, and its reading from TOML text.

Unknown keys are errors. No value of any key can turn a broken digest, a broken signature, an unsound ByteRange, a forbidden
modification or a chain to an unknown anchor into `valid`: those checks do not ask the policy.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any


class PolicyError(ValueError):
    """A policy file that cannot be used; the message says where and why, for people."""


ALGORITHM_USES = ("document-digest", "signature", "certificate", "timestamp-imprint", "timestamp-signature")
CHOICES: dict[str, tuple[str, ...]] = {
    "revocation": ("require", "when-available", "ignore"),
    "time": ("proven", "claimed"),
    "expired_with_claimed_time": ("refuse", "accept"),
    "tsa_after_expiry": ("accept", "require-proof"),
    "ocsp_responder_without_nocheck": ("accept", "check-status"),
    "changes_after_last_signature": ("refuse", "report"),
    "order_contradiction": ("refuse", "report"),
    "profile": ("any", "issued", "copy", "appendix"),
}


LIMITS = (
    "file_bytes",
    "object_depth",
    "object_bytes",
    "objects",
    "revisions",
    "decoded_stream_bytes",
    "decoded_total_bytes",
    "filters",
    "signatures",
    "contents_bytes",
    "hashed_bytes",
    "certificates",
    "timestamps",
    "asn1_depth",
    "asn1_elements",
    "path_steps",
    "paths",
    "path_length",
    "page_tree_nodes",
    "field_nodes",
    "changes",
    "seconds",
)
"""The limits that protect the checker, by the names that reports use; each with its reason and value in engine/limits.py."""
HIGHEST_LIMIT = 2**53
"""Numbers beyond are no longer exact where TOML or JSON is read as floating point."""


@dataclass(frozen=True, slots=True)
class DatedAlgorithm:
    """An algorithm, what it is used for, and the last moment at which that use is accepted."""

    name: str
    """`sha1`, `md5`, `rsa`, `dsa`, …"""
    use: str
    """One of ALGORITHM_USES."""
    until: datetime | None
    """End of the day named in the file, UTC; None: accepted without an end."""
    minimum_bits: int = 0
    """The entry speaks of keys of at least this many bits."""
    issued_before: datetime | None = None
    """For `certificate`: certificates that the trust list does not name by fingerprint need a notBefore before this day."""


@dataclass(frozen=True, slots=True)
class Demands:
    """What a caller asks beyond the policy; only signatures that pass count."""

    expect_signers: tuple[str, ...] = ()
    min_signatures: int = 0
    require_timestamp: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    sha256: str
    revocation: str = "require"
    time: str = "proven"
    expired_with_claimed_time: str = "refuse"
    tsa_after_expiry: str = "require-proof"
    accept_later_signature_timestamp: bool = True
    ocsp_responder_without_nocheck: str = "check-status"
    changes_after_last_signature: str = "refuse"
    time_tolerance_seconds: int = 1800
    order_contradiction: str = "refuse"
    profile: str = "any"
    algorithms: tuple[DatedAlgorithm, ...] = ()
    advisory_checks: frozenset[str] = frozenset()
    """Codes of findings that never decide."""
    demands: Demands = field(default_factory=Demands)
    limits: tuple[tuple[str, int], ...] = ()
    """Limits that are other than the engine's own, each once, by name."""


def parse_policy(text: str, *, name: str) -> Policy:
    """Read a policy from TOML text. `name` is used when the file has no `name` of its own.

    Raises PolicyError on bad TOML, unknown keys and values of the wrong kind.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{name}: not TOML: {error}") from error
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    values: dict[str, Any] = {"name": str(table.pop("name", name)), "sha256": digest}
    for key, value in table.items():
        values |= _entry(name, key, value)
    return Policy(**values)


def _entry(name: str, key: str, value: Any) -> dict[str, Any]:
    if key in CHOICES:
        if value not in CHOICES[key]:
            raise PolicyError(f"{name}: {key} is {value!r}, not one of {', '.join(CHOICES[key])}")
        return {key: value}
    match key, value:
        case "accept_later_signature_timestamp", bool():
            return {key: value}
        case "time_tolerance_seconds", int() if not isinstance(value, bool) and value >= 0:
            return {key: value}
        case "algorithm", list():
            return {"algorithms": tuple(_algorithm(name, row) for row in value)}
        case "advisory", {"checks": list() as codes, **rest} if not rest:
            return {"advisory_checks": frozenset(str(code) for code in codes)}
        case "demands", dict():
            return {"demands": _demands(name, value)}
        case "limits", dict():
            return {"limits": _limits(name, value)}
        case (("accept_later_signature_timestamp" | "time_tolerance_seconds" | "algorithm" | "advisory" | "limits"), _):
            raise PolicyError(f"{name}: {key} has a value of the wrong kind: {value!r}")
        case _:
            raise PolicyError(f"{name}: unknown key {key!r}")


def _algorithm(name: str, row: Mapping[str, Any]) -> DatedAlgorithm:
    unknown = set(row) - {"name", "use", "until", "minimum_bits", "issued_before"}
    if unknown:
        raise PolicyError(f"{name}: [[algorithm]] has an unknown key {sorted(unknown)[0]!r}")
    if row.get("use") not in ALGORITHM_USES or not isinstance(row.get("name"), str):
        raise PolicyError(f"{name}: [[algorithm]] needs a name and a use out of {', '.join(ALGORITHM_USES)}")
    minimum = row.get("minimum_bits", 0)
    if not isinstance(minimum, int) or isinstance(minimum, bool):
        raise PolicyError(f"{name}: [[algorithm]] minimum_bits is {minimum!r}, not a whole number")
    return DatedAlgorithm(
        row["name"],
        row["use"],
        _day_end(name, "until", row.get("until")),
        minimum,
        _day_start(name, "issued_before", row.get("issued_before")),
    )


def _demands(name: str, table: Mapping[str, Any]) -> Demands:
    unknown = set(table) - {"expect_signers", "min_signatures", "require_timestamp"}
    if unknown:
        raise PolicyError(f"{name}: [demands] has an unknown key {sorted(unknown)[0]!r}")
    signers, minimum, stamp = (
        table.get("expect_signers", []),
        table.get("min_signatures", 0),
        table.get("require_timestamp", False),
    )
    if not isinstance(signers, list) or not isinstance(minimum, int) or not isinstance(stamp, bool):
        raise PolicyError(f"{name}: [demands] has a value of the wrong kind")
    return Demands(tuple(str(signer) for signer in signers), minimum, stamp)


def _limits(name: str, table: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """Limits may be lowered and raised: less of them gives fewer answers, never better ones."""
    for key, value in table.items():
        if key not in LIMITS:
            raise PolicyError(f"{name}: [limits] has an unknown key {key!r}; the limits are {', '.join(LIMITS)}")
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= HIGHEST_LIMIT:
            raise PolicyError(f"{name}: [limits] {key} is {value!r}, not a whole number from 1 to {HIGHEST_LIMIT}")
    return tuple(sorted(table.items()))


def _day_end(name: str, key: str, value: object) -> datetime | None:
    day = _day(name, key, value)
    return None if day is None else datetime.combine(day, time(23, 59, 59), UTC)


def _day_start(name: str, key: str, value: object) -> datetime | None:
    day = _day(name, key, value)
    return None if day is None else datetime.combine(day, time(0, 0, 0), UTC)


def _day(name: str, key: str, value: object) -> date | None:
    if value is None:
        return None
    if isinstance(value, datetime) or not isinstance(value, date):
        raise PolicyError(f"{name}: {key} is {value!r}, not a date such as 2030-12-31")
    return value
