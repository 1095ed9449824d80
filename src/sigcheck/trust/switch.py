"""`sigcheck trust enable` and `disable`: what the user switched, kept by name in the user's folder."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from sigcheck.anchors import Sureness
from sigcheck.trust.load import LoadedTrust, Standing, line_above, read_trust
from sigcheck.trust.user_folder import read_choices, write_choices
from sigcheck.trust.words import fault


class Switched(Struct, frozen=True):
    """What switching one entry did: `count` entries, those below it included, are now on (or off). `path` is None for nothing."""

    name: str
    count: int
    path: Path | None


def find_standing(trust: LoadedTrust, name: str) -> Standing:
    """The entry of this name. Raises TrustError when there is none."""
    for standing in trust.standings:
        if standing.entry.name == name:
            return standing
    raise fault("no-such-name", name=name)


def enable(trust: LoadedTrust, name: str, user_folder: Path) -> Switched:
    """Switch on an entry and all below it that are only off because of it. Raises TrustError when the entry above is off."""
    standing = find_standing(trust, name)
    if standing.on:
        return Switched(name, 0, None)
    by_name = {one.entry.name: one for one in trust.standings}
    for above in reversed(line_above(standing.entry, {key: one.entry for key, one in by_name.items()})):
        if not by_name[above.name].on:
            raise fault("parent-off", name=name, parent=above.name)
    enabled, disabled = read_choices(user_folder)
    needed = frozenset((name,)) if standing.entry.sureness is Sureness.MEDIUM else frozenset()
    path = write_choices(user_folder, enabled | needed, disabled - {name})
    return Switched(name, abs(_count_on(user_folder) - len(trust.trust_list.entries)), path)


def disable(trust: LoadedTrust, name: str, user_folder: Path) -> Switched:
    """Switch off an entry and all below it. Raises TrustError when there is no such name."""
    standing = find_standing(trust, name)
    if not standing.on:
        return Switched(name, 0, None)
    enabled, disabled = read_choices(user_folder)
    path = write_choices(user_folder, enabled - {name}, disabled | {name})
    return Switched(name, abs(_count_on(user_folder) - len(trust.trust_list.entries)), path)


def _count_on(user_folder: Path) -> int:
    return len(read_trust(user_folder=user_folder, anchors_needed=False).trust_list.entries)
