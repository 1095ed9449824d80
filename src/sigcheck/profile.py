"""What the kind of a document asks of its signatures: a profile as plain values, and its reading from TOML text.

A profile is a list of rules, one `[[rule]]` a row; what a rule asks is one of ASKS, and judging/checks reads the rows. Unknown
keys are errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

from msgspec import Struct, field

from sigcheck.digests import sha256_hex
from sigcheck.fingerprints import sha256_digits
from sigcheck.policy_words import PolicyError, written
from sigcheck.tables import tables

SHIPPED_PROFILES = ("any", "issued", "copy", "appendix")
VIETNAM = timezone(timedelta(hours=7))
"""The rules count days in the country's own time, which has no daylight saving."""

KINDS = ("person", "organisation")
ANYBODY = "any"

ASKS: dict[str, tuple[str, ...]] = {
    "signed-by": ("kind", "least"),
    "organisation-after-person": ("by",),
    "organisation-after-every-person": (),
    "issued-in-time": ("working_days",),
    "box": ("page", "corner"),
    "email-domains": ("of", "domains"),
    "agencies": ("of", "names", "sha256"),
    "deadline": ("until",),
}
"""What a rule can ask, with the keys that are its own."""

_OF_EVERY_RULE = ("asks", "severity", "decides", "basis", "action")
_REQUIRED = {"signed-by": "kind", "email-domains": "domains", "deadline": "until"}
_CHOICES: dict[str, tuple[str, ...]] = {
    "asks": tuple(ASKS),
    "kind": KINDS,
    "of": (ANYBODY, *KINDS),
    "by": ("revision", "time"),
    "corner": ("top-right", "top-left", "bottom-right", "bottom-left"),
    "severity": ("error", "warning", "info"),
    "decides": ("invalid", "insufficient", "none"),
    "holidays": ("vietnam", "none"),
}
_MOST = 10_000


class Rule(Struct, frozen=True):
    """One row: what it asks, how grave it is when unmet, on which legal basis, and what to do about it."""

    asks: str
    severity: str
    """error, warning or info."""
    decides: str | None
    """invalid or insufficient, of errors alone."""
    basis: str
    action: tuple[tuple[str, str], ...] = ()
    """(language, words); empty: the words of the finding's own code."""
    kind: str = ANYBODY
    """Of `signed-by`: person or organisation; elsewhere (`of`) those whose certificates are looked at."""
    least: int = 1
    """Of `signed-by`: so many different signers."""
    by: str = "revision"
    """Of `organisation-after-person`: what the order is read from."""
    working_days: int = 1
    page: int = 1
    corner: str = "top-right"
    domains: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sha256: tuple[str, ...] = ()
    until: datetime | None = None


class Calendar(Struct, frozen=True):
    """Which days are worked: Monday to Friday but for public holidays, and what the Government decides year by year."""

    holidays: str = "vietnam"
    """`vietnam` (the public holidays with Tết and their substitutes) or `none`."""
    days_off: tuple[date, ...] = ()
    working_days: tuple[date, ...] = ()
    """Weekend days worked in exchange; they win over everything else."""


class Profile(Struct, frozen=True):
    """A kind of document."""

    name: str
    sha256: str
    rules: tuple[Rule, ...] = ()
    calendar: Calendar = field(default_factory=Calendar)

    def asking(self, asks: str) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.asks == asks)


NO_PROFILE = Profile("any", sha256_hex(b""))
"""Asks for nothing."""


def parse_profile(text: str, *, name: str, where: str | None = None) -> Profile:
    """Read a profile from TOML text. `name` is used when the file has none of its own; `where` is what messages call it.

    Raises PolicyError on bad TOML, unknown keys and words, and values of the wrong kind.
    """
    where = where or name
    try:
        table = tables(text)
    except (ValueError, RecursionError) as error:
        raise PolicyError("not-toml", where, reason=error) from error
    _known(where, "", table, ("name", "rule", "calendar"))
    own = table.get("name", name)
    if not isinstance(own, str) or not own.strip():
        raise PolicyError("wrong-kind", where, key="name", value=written(own))
    rows = table.get("rule", [])
    if not isinstance(rows, list):
        raise PolicyError("wrong-kind", where, key="rule", value=written(rows))
    return Profile(
        own,
        sha256_hex(text.encode("utf-8")),
        tuple(_rule(where, row) for row in rows),
        _calendar(where, table.get("calendar", {})),
    )


def _known(where: str, table: str, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    unknown = set(given) - set(known)
    if unknown and table:
        raise PolicyError("unknown-key-in", where, table=table, key=repr(min(unknown)))
    if unknown:
        raise PolicyError("unknown-key", where, key=repr(min(unknown)))


def _rule(where: str, row: object) -> Rule:
    if not isinstance(row, dict):
        raise PolicyError("wrong-kind", where, key="rule", value=written(row))
    asks = _chosen(where, row, "asks", None)
    table = f"[[rule]] {asks}"
    _known(where, table, row, (*_OF_EVERY_RULE, *ASKS[asks]))
    needed = _REQUIRED.get(asks)
    if needed is not None and needed not in row:
        raise PolicyError("key-missing", where, table=table, key=needed)
    if asks == "agencies" and not (row.get("names") or row.get("sha256")):
        raise PolicyError("key-missing", where, table=table, key="names")
    severity = _chosen(where, row, "severity", "error")
    decides = _chosen(where, row, "decides", "invalid" if severity == "error" else "none")
    if (decides == "none") == (severity == "error"):
        raise PolicyError("decides-beside-severity", where, table=table, severity=severity, decides=decides)
    return Rule(
        asks=asks,
        severity=severity,
        decides=None if decides == "none" else decides,
        basis=_text(where, row, "basis"),
        action=_words(where, f"{table} action", row.get("action", {})),
        kind=_chosen(where, row, "kind" if asks == "signed-by" else "of", "organisation" if asks == "agencies" else ANYBODY),
        least=_number(where, row, "least"),
        by=_chosen(where, row, "by", "revision"),
        working_days=_number(where, row, "working_days"),
        page=_number(where, row, "page"),
        corner=_chosen(where, row, "corner", "top-right"),
        domains=tuple(_domain(where, one) for one in _texts(where, row, "domains")),
        names=_texts(where, row, "names"),
        sha256=tuple(_fingerprint(where, one) for one in _texts(where, row, "sha256")),
        until=_until(where, row.get("until")),
    )


def _chosen(where: str, row: Mapping[str, Any], key: str, otherwise: str | None) -> str:
    value = row.get(key, otherwise)
    if value not in _CHOICES[key]:
        raise PolicyError("not-a-choice", where, key=f"[[rule]] {key}", value=written(value), choices=", ".join(_CHOICES[key]))
    return str(value)


def _text(where: str, row: Mapping[str, Any], key: str) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise PolicyError("wrong-kind", where, key=f"[[rule]] {key}", value=written(value))
    return value.strip()


def _texts(where: str, row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = row.get(key, [])
    if not isinstance(values, list) or not all(isinstance(one, str) and one.strip() for one in values):
        raise PolicyError("wrong-kind", where, key=f"[[rule]] {key}", value=written(values))
    if key in row and not values:
        raise PolicyError("list-empty", where, key=f"[[rule]] {key}")
    return tuple(one.strip() for one in values)


def _number(where: str, row: Mapping[str, Any], key: str) -> int:
    value = row.get(key, 1)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST:
        raise PolicyError("not-a-number", where, key=f"[[rule]] {key}", value=written(value), least=1, most=_MOST)
    return value


def _domain(where: str, text: str) -> str:
    """`gov.vn`, also written `@gov.vn` or `.gov.vn`: that domain and all below it."""
    domain = text.casefold().removeprefix("@").strip(".")
    if not domain or "@" in domain or any(one.isspace() for one in domain):
        raise PolicyError("not-a-domain", where, value=written(text))
    return domain


def _fingerprint(where: str, text: str) -> str:
    digits = sha256_digits(text)
    if digits is None:
        raise PolicyError("not-a-fingerprint", where, value=written(text))
    return digits


def _until(where: str, value: object) -> datetime | None:
    """A moment with its offset, or a day: then its end in Vietnam."""
    if value is None:
        return None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise PolicyError("not-a-moment", where, key="[[rule]] until", value=written(value))
        return value.astimezone(UTC)
    if not isinstance(value, date):
        raise PolicyError("not-a-date", where, key="[[rule]] until", value=written(value))
    return datetime.combine(value, time(23, 59, 59), VIETNAM).astimezone(UTC)


def _words(where: str, key: str, value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not set(value) <= {"vi", "en"} or not all(isinstance(one, str) for one in value.values()):
        raise PolicyError("wrong-kind", where, key=key, value=written(value))
    return tuple(sorted(value.items()))


def _calendar(where: str, value: object) -> Calendar:
    if not isinstance(value, dict):
        raise PolicyError("wrong-kind", where, key="calendar", value=written(value))
    _known(where, "[calendar]", value, ("holidays", "days_off", "working_days"))
    holidays = _chosen(where, value, "holidays", "vietnam")
    return Calendar(holidays, _days(where, value, "days_off"), _days(where, value, "working_days"))


def _days(where: str, table: Mapping[str, Any], key: str) -> tuple[date, ...]:
    values = table.get(key, [])
    if not isinstance(values, list):
        raise PolicyError("wrong-kind", where, key=f"[calendar] {key}", value=written(values))
    for one in values:
        if isinstance(one, datetime) or not isinstance(one, date):
            raise PolicyError("not-a-date", where, key=f"[calendar] {key}", value=written(one))
    return tuple(sorted(set(values)))
