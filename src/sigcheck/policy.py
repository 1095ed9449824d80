"""What we require: a policy as plain values, and its reading from TOML text.

Unknown keys are errors. No value of any key can turn a broken digest, a broken signature, an unsound ByteRange, a forbidden
modification or a chain to an unknown anchor into `valid`: those checks do not ask the policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from msgspec import Struct, field

from sigcheck.digests import sha256_hex
from sigcheck.known_signers import KnownSigner, parse_known_signers
from sigcheck.policy_words import PolicyError, written
from sigcheck.profile import SHIPPED_PROFILES
from sigcheck.tables import tables

ALGORITHM_USES = ("document-digest", "signature", "certificate", "timestamp-imprint", "timestamp-signature")
CHOICES: dict[str, tuple[str, ...]] = {
    "revocation": ("require", "when-available", "ignore"),
    "time": ("proven", "claimed"),
    "expired_with_claimed_time": ("refuse", "accept"),
    "tsa_after_expiry": ("accept", "require-proof"),
    "ocsp_responder_without_nocheck": ("accept", "check-status"),
    "changes_after_last_signature": ("refuse", "report"),
    "order_contradiction": ("refuse", "report"),
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


class DatedAlgorithm(Struct, frozen=True):
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


class Demands(Struct, frozen=True):
    """What a caller asks beyond the policy; only signatures that pass count."""

    expect_signers: tuple[str, ...] = ()
    min_signatures: int = 0
    require_timestamp: bool = False


class Policy(Struct, frozen=True):
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
    revocation_max_age_seconds: int | None = None
    """How old revocation data may be at the moment it answers for; None: it says so itself, nextUpdate (EN 319 102-1, 5.2.5)."""
    profile: str = "any"
    """The name of a shipped profile, or of a .toml file beside the policy's."""
    algorithms: tuple[DatedAlgorithm, ...] = ()
    advisory_checks: frozenset[str] = frozenset()
    """Codes of findings that never decide."""
    demands: Demands = field(default_factory=Demands)
    known_signers: tuple[KnownSigner, ...] = ()
    """Certificates of which it is settled whether they are a person's or an organisation's."""
    limits: tuple[tuple[str, int], ...] = ()
    """Limits that are other than the engine's own, each once, by name."""
    text: str = ""
    """The file it was read from, whose digest is `sha256`."""


class Vocabulary(Struct, frozen=True):
    """The words that a policy file may use for what other modules define; None: not asked."""

    advisory: frozenset[str] | None = None
    """Codes of the findings that a policy can make advisory."""
    algorithms: frozenset[str] | None = None
    """Names of algorithms, as `plain_name` spells them."""


def plain_name(name: str) -> str:
    """One spelling for sha3_256, SHA3-256 and sha3-256."""
    return name.lower().replace("-", "").replace("_", "")


def parse_policy(text: str, *, name: str, where: str | None = None, vocabulary: Vocabulary | None = None) -> Policy:
    """Read a policy from TOML text. `name` is used when the file has no `name` of its own; `where` is what messages call it.

    Raises PolicyError on bad TOML, unknown keys and words, values of the wrong kind and rows that say a thing twice.
    """
    where = where or name
    try:
        table = tables(text)
    except (ValueError, RecursionError) as error:
        raise PolicyError("not-toml", where, reason=error) from error
    own = table.pop("name", name)
    if not isinstance(own, str):
        raise PolicyError("wrong-kind", where, key="name", value=written(own))
    if not own.strip():
        raise PolicyError("name-empty", where)
    values: dict[str, Any] = {"name": own, "sha256": sha256_hex(text.encode("utf-8")), "text": text}
    for key, value in table.items():
        values |= _entry(where, key, value, vocabulary or Vocabulary())
    return Policy(**values)


def _entry(where: str, key: str, value: Any, known: Vocabulary) -> dict[str, Any]:
    if key in CHOICES:
        if value not in CHOICES[key]:
            raise PolicyError("not-a-choice", where, key=key, value=written(value), choices=", ".join(CHOICES[key]))
        return {key: value}
    if key not in _KEYS:
        raise PolicyError("unknown-key", where, key=repr(key))
    match key, value:
        case "accept_later_signature_timestamp", bool():
            return {key: value}
        case (("time_tolerance_seconds" | "revocation_max_age_seconds"), int()) if (
            not isinstance(value, bool) and value >= _LEAST[key]
        ):
            return {key: value}
        case "profile", _:
            return {key: _profile(where, value)}
        case (("algorithm" | "signer"), list()):
            return _rows(where, key, value, known)
        case "advisory", {"checks": list() as codes, **rest} if not rest:
            return {"advisory_checks": _advisory(where, codes, known)}
        case "demands", dict():
            return {"demands": _demands(where, value)}
        case "limits", dict():
            return {"limits": _limits(where, value)}
        case _:
            raise PolicyError("wrong-kind", where, key=key, value=written(value))


_KEYS = frozenset(
    {
        "accept_later_signature_timestamp", "time_tolerance_seconds", "revocation_max_age_seconds", "profile", "algorithm",
        "signer", "advisory", "demands", "limits",
    }
)  # fmt: skip
"""Keys of a policy file beside CHOICES and `name`."""


_LEAST = {"time_tolerance_seconds": 0, "revocation_max_age_seconds": 1}


def _profile(where: str, value: object) -> str:
    if isinstance(value, str) and (value in SHIPPED_PROFILES or value.endswith(".toml")):
        return value
    raise PolicyError("not-a-profile", where, value=written(value), choices=", ".join(SHIPPED_PROFILES))


def _rows(where: str, key: str, rows: list[object], known: Vocabulary) -> dict[str, Any]:
    if key == "signer":
        return {"known_signers": parse_known_signers(where, rows)}
    return {"algorithms": _algorithms(where, rows, known)}


def _advisory(where: str, codes: list[object], known: Vocabulary) -> frozenset[str]:
    for code in codes:
        if not isinstance(code, str) or (known.advisory is not None and code not in known.advisory):
            raise PolicyError("not-advisory", where, value=written(code))
    return frozenset(str(code) for code in codes)


def _algorithms(where: str, rows: list[object], known: Vocabulary) -> tuple[DatedAlgorithm, ...]:
    read = tuple(_algorithm(where, row, known) for row in rows)
    seen: set[tuple[str, str, int]] = set()
    for one in read:
        same = (plain_name(one.name), one.use, one.minimum_bits)
        if same in seen:
            raise PolicyError("algorithm-twice", where, value=one.name, use=one.use, bits=one.minimum_bits)
        seen.add(same)
    return read


def _algorithm(where: str, row: object, known: Vocabulary) -> DatedAlgorithm:
    table = "[[algorithm]]"
    if not isinstance(row, dict):
        raise PolicyError("wrong-kind", where, key="algorithm", value=written(row))
    unknown = set(row) - {"name", "use", "until", "minimum_bits", "issued_before"}
    if unknown:
        raise PolicyError("unknown-key-in", where, table=table, key=repr(min(unknown)))
    name, use, minimum = row.get("name"), row.get("use"), row.get("minimum_bits", 0)
    if use not in ALGORITHM_USES or not isinstance(name, str):
        raise PolicyError("algorithm-incomplete", where, choices=", ".join(ALGORITHM_USES))
    if not name.strip() or (known.algorithms is not None and plain_name(name) not in known.algorithms):
        raise PolicyError("algorithm-unknown", where, value=written(name), choices=", ".join(sorted(known.algorithms or ())))
    if not isinstance(minimum, int) or isinstance(minimum, bool) or not 0 <= minimum <= HIGHEST_LIMIT:
        key = f"{table} minimum_bits"
        raise PolicyError("not-a-number", where, key=key, value=written(minimum), least=0, most=HIGHEST_LIMIT)
    until, before = (_day(where, f"{table} {key}", row.get(key)) for key in ("until", "issued_before"))
    return DatedAlgorithm(
        name,
        use,
        None if until is None else datetime.combine(until, time(23, 59, 59), UTC),
        minimum,
        None if before is None else datetime.combine(before, time(0, 0, 0), UTC),
    )


def _demands(where: str, table: Mapping[str, Any]) -> Demands:
    unknown = set(table) - {"expect_signers", "min_signatures", "require_timestamp"}
    if unknown:
        raise PolicyError("unknown-key-in", where, table="[demands]", key=repr(min(unknown)))
    signers, minimum, stamp = (
        table.get("expect_signers", []),
        table.get("min_signatures", 0),
        table.get("require_timestamp", False),
    )
    if not isinstance(signers, list) or not isinstance(stamp, bool):
        raise PolicyError("wrong-kind", where, key="[demands]", value=written(dict(table)))
    if not isinstance(minimum, int) or isinstance(minimum, bool) or not 0 <= minimum <= HIGHEST_LIMIT:
        key = "[demands] min_signatures"
        raise PolicyError("not-a-number", where, key=key, value=written(minimum), least=0, most=HIGHEST_LIMIT)
    for signer in signers:
        if not isinstance(signer, str) or not is_address(signer):
            raise PolicyError("not-an-address", where, value=written(signer))
    return Demands(tuple(signers), minimum, stamp)


def is_address(text: str) -> bool:
    """Whether `text` can be an e-mail address at all: something on both sides of an `@`."""
    before, _, domain = text.strip().partition("@")
    return bool(before and domain)


def _limits(where: str, table: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    """Limits may be lowered and raised: less of them gives fewer answers, never better ones."""
    for key, value in table.items():
        if key not in LIMITS:
            raise PolicyError("unknown-limit", where, key=repr(key), choices=", ".join(LIMITS))
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= HIGHEST_LIMIT:
            raise PolicyError("not-a-number", where, key=f"[limits] {key}", value=written(value), least=1, most=HIGHEST_LIMIT)
    return tuple(sorted(table.items()))


def _day(where: str, key: str, value: object) -> date | None:
    if value is None:
        return None
    if isinstance(value, datetime) or not isinstance(value, date):
        raise PolicyError("not-a-date", where, key=key, value=written(value))
    return value


__all__ = [
    "ALGORITHM_USES", "CHOICES", "HIGHEST_LIMIT", "LIMITS", "DatedAlgorithm", "Demands", "Policy", "PolicyError", "Vocabulary",
    "is_address", "parse_policy", "plain_name",
]  # fmt: skip
