"""`--fail-on`: which states of documents give an exit code."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from sigcheck.cli_streams import Outcome, cannot
from sigcheck.reporting.catalogue import Catalogue
from sigcheck.reporting.options import NOT_VALID

FAIL_ON: Final = ("invalid", "unreadable", "unsigned", "insufficient")
"""In the order of the table of exit codes."""


def states_to_fail_on(given: str | None, words: Catalogue) -> frozenset[str]:
    """The states that are named, separated by commas: every one without the option, none when it names nothing.

    Raises CannotRunError for a word that is no state, or `valid`, which never fails.
    """
    if given is None:
        return NOT_VALID
    states = frozenset(state.strip() for state in given.split(",") if state.strip())
    for state in sorted(states - NOT_VALID):
        raise cannot(words, "fail-on", given=state, choices=", ".join(FAIL_ON))
    return states


def exit_code(outcome: Outcome, failing: frozenset[str]) -> int:
    """The contract's table over the states that fail; any other state gives 0."""
    return replace(outcome, states=outcome.states & failing).exit_code()
