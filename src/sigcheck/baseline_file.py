"""The baseline's file: JSON with one accepted finding a line, so that a change of it reads well and merges well."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from sigcheck.baseline import Accepted, Key
from sigcheck.reporting.hostile import shown

VERSION: Final = 1
LONGEST: Final = 256 * 1024**2
"""Octets; a million accepted findings have some 200 MB."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REQUIRED: Final = ("sha256", "signature", "code")
_REMARKS: Final = ("path", "reason")


class BaselineError(Exception):
    """The file is no baseline of this version; `reason` is the last part of an `error.baseline-…` message."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


def read_baseline(octets: bytes) -> tuple[Accepted, ...]:
    """The accepted findings of a file. Raises BaselineError; nothing that it does not know is passed over."""
    try:
        written = json.loads(octets.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BaselineError("not-json", str(error)) from error
    if not isinstance(written, dict) or set(written) != {"sigcheck_baseline", "accepted"}:
        raise BaselineError("not-a-baseline")
    if written["sigcheck_baseline"] != VERSION:
        raise BaselineError("newer", str(written["sigcheck_baseline"]))
    if not isinstance(written["accepted"], list):
        raise BaselineError("not-a-baseline")
    return tuple(_accepted(number, row) for number, row in enumerate(written["accepted"], start=1))


def _accepted(number: int, row: Any) -> Accepted:
    if not isinstance(row, dict) or not all(isinstance(value, str) for value in row.values()):
        raise BaselineError("row", str(number))
    if not set(_REQUIRED) <= set(row) <= {*_REQUIRED, *_REMARKS}:
        raise BaselineError("row", str(number))
    if not _SHA256.fullmatch(row["sha256"]) or not _CODE.fullmatch(row["code"]):
        raise BaselineError("row", str(number))
    key = Key(row["sha256"], shown(row["signature"]), row["code"])
    return Accepted(key, row.get("path", ""), row.get("reason", ""))


def written_baseline(accepted: Iterable[Accepted]) -> Iterator[str]:
    """The file's text: the same for the same findings, in the order of their keys."""
    yield f'{{\n"sigcheck_baseline": {VERSION},\n"accepted": ['
    separator = "\n"
    for one in sorted(accepted, key=lambda one: one.key):
        yield separator + _line(one)
        separator = ",\n"
    yield "\n]\n}\n"


def _line(one: Accepted) -> str:
    row = {"sha256": one.key.sha256, "signature": one.key.signature, "code": one.key.code}
    remarks = {"path": shown(one.path), "reason": shown(one.reason)}
    return json.dumps(row | {name: text for name, text in remarks.items() if text}, ensure_ascii=False)
