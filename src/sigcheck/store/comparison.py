"""Two runs side by side: which documents have another answer, and why. Both are read in the order of their paths, never whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sigcheck.store.characteristics import reason_codes, text
from sigcheck.store.kept_reports import parsed, reading
from sigcheck.store.results import Record, ResultStore, RunRow, path_octets, path_of

REASONS: Final = ("sigcheck", "policy", "profile", "demands", "trust", "revocation_store", "at", "password", "online")
"""What answers depend on beside the content and the times, as runs describe it."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one run says of a document."""

    state: str | None
    indication: str | None
    sub_indication: str | None
    codes: tuple[str, ...]
    """Of the reason, sorted; the problem where there is no report."""
    sha256: str | None
    validation_time: str | None
    received: str | None

    @property
    def answer(self) -> tuple[object, ...]:
        return self.state, self.indication, self.sub_indication, self.codes


@dataclass(frozen=True, slots=True)
class Difference:
    """A document whose answer is another one; a side is None where the run does not have it."""

    path: str
    before: Side | None
    after: Side | None
    because: tuple[str, ...]
    """content, received, validation-time, those of REASONS; machine: nothing of these, but the limits or the luck of one run.

    absent: the other run does not have the document; unanswered: it could not be had in one of them.
    """


def changed_questions(before: RunRow, after: RunRow) -> tuple[str, ...]:
    """Which of REASONS differ between two runs."""
    return tuple(name for name in REASONS if before.described.get(name) != after.described.get(name))


def compare_runs(before: tuple[ResultStore, RunRow], after: tuple[ResultStore, RunRow]) -> Iterator[Difference]:
    """Every document with another answer, by path. Raises ResultStoreError."""
    questions = changed_questions(before[1], after[1])
    for path, left, right in _side_by_side(before, after):
        found = _difference(path, left, right, questions)
        if found is not None:
            yield found


Told = tuple[ResultStore, int, Record]
"""A record, with the store and the run that it stands in."""


def _side_by_side(
    before: tuple[ResultStore, RunRow], after: tuple[ResultStore, RunRow]
) -> Iterator[tuple[str, Told | None, Told | None]]:
    """Both runs by the octets of their paths; None where one does not have it."""
    olds, news = _by_path(*before), _by_path(*after)
    old, new = next(olds, None), next(news, None)
    while old is not None or new is not None:
        keys = [path_octets(told[2].path) if told is not None else None for told in (old, new)]
        first = min(key for key in keys if key is not None)
        left, right = old if keys[0] == first else None, new if keys[1] == first else None
        yield path_of(first), left, right
        old, new = next(olds, None) if left is not None else old, next(news, None) if right is not None else new


def _by_path(store: ResultStore, run: RunRow) -> Iterator[Told]:
    for record in store.records(run.number, by_path=True):
        yield store, run.number, record


def _difference(path: str, left: Told | None, right: Told | None, questions: tuple[str, ...]) -> Difference | None:
    if all(told is None or told[2].problem is not None for told in (left, right)):
        return None  # no answer, and so no other one
    if left is None or right is None:
        return Difference(path, left and _side(left), right and _side(right), ("absent",))
    if left[2].report_sha256 == right[2].report_sha256:
        return None
    before, after = _side(left), _side(right)
    if before.state is None or after.state is None:
        return Difference(path, before, after, ("unanswered",))
    if before.answer == after.answer:
        return None
    because = [
        *(["content"] if before.sha256 != after.sha256 else []),
        *(["received"] if before.received != after.received else []),
        *questions,
        *(["validation-time"] if before.validation_time != after.validation_time else []),
    ]
    return Difference(path, before, after, tuple(because) or ("machine",))


def _side(told: Told) -> Side:
    store, run, record = told
    octets = store.report(run, record.position)
    if octets is None:
        return Side(None, None, None, (record.problem or "",), None, None, None)
    with reading(store, record):
        report = parsed(octets)
        return Side(
            report["state"],
            report["indication"],
            None if report["sub_indication"] is None else text(report["sub_indication"]),
            tuple(sorted(reason_codes(report))),
            record.sha256,
            report["validation_time"],
            report["received"],
        )
