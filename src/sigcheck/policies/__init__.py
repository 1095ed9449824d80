"""The policies that come with the program, as text."""

from __future__ import annotations

from pathlib import Path

SHIPPED_POLICIES = ("strict", "archive")


def shipped_policy(name: str) -> str:
    """The TOML text of a shipped policy. Raises KeyError for any other name."""
    if name not in SHIPPED_POLICIES:
        raise KeyError(name)
    return Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")
