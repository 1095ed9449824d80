"""The profiles that come with the program."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sigcheck.profile import SHIPPED_PROFILES, Profile, parse_profile


@cache
def shipped_profile(name: str) -> Profile:
    """A shipped profile, read once a process. Raises KeyError for any other name."""
    if name not in SHIPPED_PROFILES:
        raise KeyError(name)
    return parse_profile(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"), name=name)
