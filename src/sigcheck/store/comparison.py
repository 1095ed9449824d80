"""Two runs side by side: which documents have another answer, and why. Both are read in the order of their paths, never whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sigcheck.store.results import Record, ResultStore, RunRow

REASONS: Final = ("sigcheck", "policy", "profile", "demands", "trust", "revocation_store")
"""What answers depend on beside the content and the times, as runs describe it."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one run says of a document."""

    state: str | None
    indication: str | None
    sub_indication: str | None
    codes: tuple[str, ...]
    """Of the findings that decide; the problem where there is no report."""
    sha256: str | None
    validation_time: str | None
    received: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """A document whose answer is another one; a side is None where the run does not have it."""

    path: str
    before: Side | None
    after: Side | None
    because: tuple[str, ...]
    """content, received, validation-time, or one of REASONS."""


def changed_questions(before: RunRow, after: RunRow) -> tuple[str, ...]:
    """Which of REASONS differ between two runs."""
    return tuple(name for name in REASONS if before.described.get(name) != after.described.get(name))


def compare_runs(before: tuple[ResultStore, RunRow], after: tuple[ResultStore, RunRow]) -> Iterator[Difference]:
    """Every document with another answer, by path. Raises ResultStoreError."""
    questions = changed_questions(before[1], after[1])
    olds, news = _by_path(*before), _by_path(*after)
    old, new = next(olds, None), next(news, None)
    while old is not None or new is not None:
        first = min(key for key in (old and old[0], new and new[0]) if key is not None)
        left = old if old is not None and old[0] == first else None
        right = new if new is not None and new[0] == first else None
        found = _difference(
            first, None if left is None else (before[0], left[1]), None if right is None else (after[0], right[1]), questions
        )
        if found is not None:
            yield found
        old, new = next(olds, None) if left is not None else old, next(news, None) if right is not None else new


def _by_path(store: ResultStore, run: RunRow) -> Iterator[tuple[bytes, Record]]:
    query = """SELECT path, position, version, record.sha256, size, state, report_sha256, evidence_sha256, problem, detail
               FROM record LEFT JOIN report ON report.id = record.report WHERE run = ? ORDER BY path"""
    for path, position, *rest in store.rows(query, run.number):
        yield bytes(path), Record(position, bytes(path).decode("utf-8", "surrogateescape"), *rest)


def _difference(
    path: bytes,
    left: tuple[ResultStore, Record] | None,
    right: tuple[ResultStore, Record] | None,
    questions: tuple[str, ...],
) -> Difference | None:
    name = path.decode("utf-8", "surrogateescape")
    if left is None or right is None:
        return Difference(name, left and _side(*left), right and _side(*right), ("content",))
    if left[1].report_sha256 == right[1].report_sha256 and left[1].problem == right[1].problem:
        return None
    before, after = _side(*left), _side(*right)
    if (before.state, before.indication, before.sub_indication, before.codes) == (
        after.state, after.indication, after.sub_indication, after.codes,
    ):  # fmt: skip
        return None
    because = [
        *(["content"] if before.sha256 != after.sha256 else []),
        *(["received"] if before.received != after.received else []),
        *questions,
        *(["validation-time"] if before.validation_time != after.validation_time else []),
    ]
    return Difference(name, before, after, tuple(because))


def _side(store: ResultStore, record: Record) -> Side:
    octets = store.report(record)
    if octets is None:
        return Side(None, None, None, (record.problem or "",), None, None, None)
    report: dict[str, Any] = json.loads(octets)
    findings = [*report["findings"], *(found for signature in report["signatures"] for found in signature["findings"])]
    return Side(
        report["state"],
        report["indication"],
        report["sub_indication"],
        tuple(sorted({found["code"] for found in findings if found["decides"]})),
        record.sha256,
        report["validation_time"],
        report["received"],
    )
