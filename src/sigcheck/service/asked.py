"""What a request asks beside its document: few options, each of them safe to be chosen by whoever sends the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sigcheck.moments import parse_moment
from sigcheck.profile import SHIPPED_PROFILES
from sigcheck.service.problems import Problem
from sigcheck.service.words import LANGUAGES

OPTIONS: Final = ("policy", "profile", "at", "received_at", "lang")


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds where a request says nothing."""

    policies: tuple[str, ...]
    policy: str
    clock: Callable[[], datetime]
    at: datetime | None = None
    received: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of one request. Moments are aware, in UTC."""

    policy: str
    profile: str | None
    at: datetime
    received: datetime | None
    language: str


def read_options(given: Iterable[tuple[str, str]], standing: Standing, known: tuple[str, ...] = OPTIONS) -> Wanted:
    """The options in the query of an address. Raises Problem."""
    options: dict[str, str] = {}
    for name, value in given:
        if name not in known or name in options:
            raise Problem("bad-option", name=name, given=value, allowed=", ".join(known))
        options[name] = value
    now = standing.clock()
    at = _moment(options, "at") or standing.at or now
    if at > now:
        raise Problem("bad-option", name="at", given=options.get("at", ""), allowed="≤ " + now.isoformat())
    received = _moment(options, "received_at") or standing.received
    if received is not None and received > at:
        raise Problem("bad-option", name="received_at", given=received.isoformat(), allowed="≤ " + at.isoformat())
    profile = _one_of(options, "profile", SHIPPED_PROFILES)
    return Wanted(
        policy=_one_of(options, "policy", standing.policies) or standing.policy,
        profile=profile,
        at=at,
        received=received,
        language=_one_of(options, "lang", LANGUAGES) or "vi",
    )


def _moment(options: dict[str, str], name: str) -> datetime | None:
    if name not in options:
        return None
    moment = parse_moment(options[name])
    if moment is None:
        raise Problem("bad-option", name=name, given=options[name], allowed="2026-01-31T08:00:00+07:00 (%2B07:00)")
    return moment


def _one_of(options: dict[str, str], name: str, allowed: tuple[str, ...]) -> str | None:
    value = options.get(name)
    if value is not None and value not in allowed:
        raise Problem("bad-option", name=name, given=value, allowed=", ".join(allowed))
    return value
