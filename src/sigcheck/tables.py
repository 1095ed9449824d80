"""TOML text to tables. What comes with sigcheck is at hand already read, found by the SHA-256 of its text.

Policies, profiles, catalogues and the trust list are written and reviewed as TOML. Reading them again at every start would take
longer than checking a small document, so tools/prepare_tables.py keeps each as JSON in prepared/. A text that differs by one
letter has another digest and is read as what it is: the prepared form can be missing, but never out of date.
"""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

import msgspec

from sigcheck.digests import sha256_hex

FOLDER: Final = Path(__file__).parent / "prepared"
LONGEST_SHIPPED: Final = 1024 * 1024
"""Characters or octets; no shipped text has more, and no digest is made of longer ones."""
_MOMENT: Final = "toml"
"""The only key of an object that stands for a date or time, which JSON has no form for."""
_MOMENT_KEY: Final = b'"toml":'


def tables(text: str | bytes) -> dict[str, Any]:
    """The tables of a TOML text, or of its UTF-8. Raises ValueError, or RecursionError for one that nests too deeply."""
    written = _at_hand(text)
    if written is not None:
        found: dict[str, Any] = msgspec.json.decode(written)
        return _with_moments(found) if _MOMENT_KEY in written else found
    import tomllib  # noqa: PLC0415 - only for texts of users

    return tomllib.loads(text if isinstance(text, str) else text.decode("utf-8"))


def entries(text: bytes) -> dict[str, dict[str, msgspec.Raw]]:
    """The tables of a TOML text that has nothing else, each entry still JSON: of a large one little is asked.

    Raises as `tables`.
    """
    return _ENTRIES.decode(_at_hand(text) or msgspec.json.encode(tables(text)))


_ENTRIES: Final = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]])


def _at_hand(text: str | bytes) -> bytes | None:
    """What is prepared of a shipped text; None of any other. Raises ValueError."""
    if len(text) > LONGEST_SHIPPED:
        return None
    try:
        return (FOLDER / prepared_name(text)).read_bytes()
    except OSError:
        return None


def prepared_name(text: str | bytes) -> str:
    """The file that holds the tables of a shipped text. Raises ValueError for what is no Unicode text."""
    return sha256_hex(text.encode("utf-8") if isinstance(text, str) else text)[:32] + ".json"


def prepared(parsed: dict[str, Any]) -> str:
    """Tables in their prepared form."""
    import json  # noqa: PLC0415 - only who makes the files writes

    return json.dumps(parsed, ensure_ascii=False, separators=(",", ":"), default=_as_object) + "\n"


def _as_object(value: object) -> dict[str, str]:
    assert isinstance(value, date | time), value  # noqa: S101 - TOML has nothing else that JSON has not
    return {_MOMENT: value.isoformat()}


def _with_moments(found: Any) -> Any:
    """What `_as_object` wrote as what it was."""
    if isinstance(found, list):
        return [_with_moments(item) for item in found]
    if not isinstance(found, dict):
        return found
    if len(found) == 1 and _MOMENT in found:
        written = found[_MOMENT]
        return date.fromisoformat(written) if len(written) == 10 else datetime.fromisoformat(written)
    return {key: _with_moments(item) for key, item in found.items()}
