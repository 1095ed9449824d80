"""What later revisions changed (ISO 32000-2, 12.8.2.2 to 12.8.2.4)."""

from __future__ import annotations

from sigcheck.evidence import ChangeLevel
from sigcheck.judging.case import SignatureCase
from sigcheck.judging.codes import finding
from sigcheck.judging.modifications import highest_level
from sigcheck.verdict import About, Finding

MOST_NAMED = 5
"""Changes that a finding spells out; the report's list has the rest."""


def no_forbidden_change(case: SignatureCase) -> tuple[Finding, ...]:
    forbidden = [item for item in case.later_changes if not item.allowed]
    if not forbidden:
        return ()
    first = forbidden[0]
    return (
        finding(
            "modified-after-signing",
            about=About(first.change.revision, first.change.object, first.change.page),
            revision=first.change.revision,
            count=len(forbidden),
            changes=[item.change.what for item in forbidden[:MOST_NAMED]],
            permissions=first.permissions,
        ),
    )


def changes_are_known(case: SignatureCase) -> tuple[Finding, ...]:
    """Nothing follows from not knowing when nothing came later."""
    unknown = case.changes.unknown
    if unknown is None or not case.later_revisions:
        return ()
    return (finding("changes-unknown", reason=unknown.reason, detail=unknown.detail),)


def nothing_was_changed(case: SignatureCase) -> tuple[Finding, ...]:
    """Allowed changes are reported, not hidden."""
    allowed = [item for item in case.later_changes if item.allowed and item.change.level is not ChangeLevel.NONE]
    if not allowed:
        return ()
    return (finding("changes-allowed", level=highest_level(allowed).value, count=len(allowed)),)
