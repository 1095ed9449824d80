"""What later revisions changed (ISO 32000-2, 12.8.2.2 to 12.8.2.4)."""

from __future__ import annotations

from collections.abc import Sequence

from sigcheck.evidence import Change
from sigcheck.judging.case import SignatureCase
from sigcheck.judging.codes import finding
from sigcheck.verdict import About, FactValue, Finding

MOST_NAMED = 5
"""Changes that a finding spells out; the report's list has the rest."""


def no_forbidden_change(case: SignatureCase) -> tuple[Finding, ...]:
    forbidden = [case.changes.items[position] for position in case.changes.forbidden_after(case.covered, MOST_NAMED)]
    if not forbidden:
        return ()
    first = forbidden[0]
    return (
        finding(
            "modified-after-signing",
            named([item.change for item in forbidden]),
            about=About(first.change.revision, first.change.object, first.change.page),
            revision=first.change.revision,
            count=case.later_changes.forbidden_count,
            permissions=first.permissions,
        ),
    )


def named(changes: Sequence[Change]) -> dict[str, FactValue]:
    """Changes as facts: in English words, and for other languages by rule and page (empty where it is of no one page)."""
    return {
        "changes": [change.what for change in changes],
        "rules": [change.rule for change in changes],
        "pages": ["" if change.page is None else str(change.page) for change in changes],
    }


def changes_are_known(case: SignatureCase) -> tuple[Finding, ...]:
    """Nothing follows from not knowing when nothing came later."""
    unknown = case.changes.unknown
    if unknown is None or not case.later_revisions:
        return ()
    return (finding("changes-unknown", reason=unknown.reason, detail=unknown.detail),)


def nothing_was_changed(case: SignatureCase) -> tuple[Finding, ...]:
    """Allowed changes are reported, not hidden."""
    later = case.later_changes
    if not later.allowed_count:
        return ()
    return (finding("changes-allowed", level=later.allowed_level.value, count=later.allowed_count),)
