"""One reader a key of a trust file: a TOML value to the field's value, or ValueError with what was expected."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from sigcheck.anchors import Sureness
from sigcheck.fingerprints import sha256_digits

AUTHORITIES = ("government", "national", "public", "user")
PURPOSES = ("signer", "timestamp")


def text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is needed")
    return value


def texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("a list of texts is needed")
    return tuple(text(item) for item in value)


def base64_octets(value: Any) -> bytes:
    try:
        return base64.b64decode("".join(text(value).split()), validate=True)
    except ValueError:  # binascii.Error is one too
        raise ValueError("base64 is needed") from None


def hex_octets(value: Any) -> bytes:
    try:
        return bytes.fromhex(text(value))
    except ValueError:
        raise ValueError("hexadecimal digits are needed") from None


def fingerprint(value: Any) -> str:
    """A SHA-256 as people write it (colons, spaces, capitals) in lower-case hex; ValueError otherwise."""
    digits = sha256_digits(text(value))
    if digits is None:
        raise ValueError("64 hexadecimal digits are needed")
    return digits


def fingerprints(value: Any) -> tuple[str, ...]:
    """One or several fingerprints."""
    found = tuple(fingerprint(item) for item in (value if isinstance(value, list) else [value]))
    if not found:
        raise ValueError("at least one fingerprint is needed")
    return found


def file_name(value: Any) -> str:
    """A file beside the trust file: a name, no path."""
    name = text(value)
    if name in (".", "..") or any(mark in name for mark in "/\\:\0"):
        raise ValueError("the name of a file in the same folder is needed")
    return name


def serial(value: Any) -> int:
    return int.from_bytes(hex_octets(value), "big")


def moment(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("a date and time with Z or an offset is needed")
    return value.astimezone(UTC)


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is needed")
    return value


def count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("a whole number from 0 is needed")
    return value


def authority(value: Any) -> str:
    if value not in AUTHORITIES:
        raise ValueError("one of " + ", ".join(AUTHORITIES) + " is needed")
    return str(value)


def purposes(value: Any) -> frozenset[str]:
    found = frozenset(texts(value))
    if not found <= set(PURPOSES):
        raise ValueError("only " + ", ".join(PURPOSES) + " are known")
    return found


def sureness(value: Any) -> Sureness:
    try:
        return Sureness(value)
    except ValueError:
        raise ValueError("one of " + ", ".join(Sureness) + " is needed") from None
