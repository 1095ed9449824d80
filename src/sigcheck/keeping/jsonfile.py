"""A kept file: JSON with a version, one value of a known kind under its name, and the tables that the value refers to."""

from __future__ import annotations

import json
from typing import Any, Final, TypeVar

from sigcheck.keeping.codec import Shelf, Tables, codec_of
from sigcheck.keeping.flaws import EvidenceFileError

EVIDENCE_VERSION: Final = "1"
MOST_OCTETS: Final = 64 * 1024**2
"""Of one file: CRLs of several megabytes among a document's revocation data make some ten."""
MOST_MARKS: Final = 4_000_000
"""Commas and opening brackets, of which every JSON value but the first has one before it: Python takes a hundred times the
octets for a file of nothing else."""

Kind = TypeVar("Kind")


def written(name: str, kind: Any, value: Any, *, for_people: bool = False) -> bytes:
    """The file, UTF-8, in one line unless people are to read it; the same value gives the same octets."""
    tables = Tables()
    content = codec_of(kind).write(value, tables)
    whole = {"evidence_version": EVIDENCE_VERSION, name: content, "tables": tables.rows}
    # Lone surrogates, which stand for octets of paths, come through as escapes alone.
    layout: dict[str, Any] = {"indent": 1} if for_people else {"separators": (",", ":")}
    return (json.dumps(whole, ensure_ascii=True, allow_nan=False, **layout) + "\n").encode("ascii")


def read(octets: bytes, name: str, kind: type[Kind]) -> Kind:
    """The value back, equal in every field. Raises EvidenceFileError."""
    whole = _parsed(octets)
    if not isinstance(whole, dict) or "evidence_version" not in whole:
        raise EvidenceFileError("not-evidence")
    if whole["evidence_version"] != EVIDENCE_VERSION:
        raise EvidenceFileError("version", found=whole["evidence_version"])
    unknown = sorted(set(whole) - {"evidence_version", name, "tables"})
    if unknown:
        raise EvidenceFileError("unknown-field", found=unknown[0])
    if name not in whole or "tables" not in whole:
        raise EvidenceFileError("missing-field", found=name if name not in whole else "tables")
    shelf = Shelf()
    codec = codec_of(kind)  # type: ignore[arg-type] # a class is hashable, which mypy does not see through a type variable
    try:
        shelf.fill(whole["tables"])
    except EvidenceFileError as error:
        raise error.within("tables") from None
    try:
        value: Kind = codec.read(whole[name], shelf)
    except EvidenceFileError as error:
        raise error.within(name) from None
    return value


def _parsed(octets: bytes) -> Any:
    if len(octets) > MOST_OCTETS:
        raise EvidenceFileError("too-large", found=MOST_OCTETS)
    if sum(octets.count(mark) for mark in (b",", b"[", b"{")) > MOST_MARKS:
        raise EvidenceFileError("too-much", found=MOST_MARKS)
    try:
        return json.loads(octets.decode("utf-8"), object_pairs_hook=_object, parse_constant=_refused)
    except EvidenceFileError:
        raise
    except (ValueError, RecursionError) as error:  # bad JSON, no UTF-8, a number of too many digits, nesting without end
        raise EvidenceFileError("not-json", found=error) from None


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise EvidenceFileError("member-twice", found=_twice(members))
    return found


def _refused(word: str) -> Any:
    raise EvidenceFileError("not-json", found=word)


def _twice(members: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    return next(name for name, _ in members if name in seen or seen.add(name))  # type: ignore[func-returns-value]
