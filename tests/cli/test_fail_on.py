"""`--fail-on`: every combination of states against every combination of documents."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from sigcheck.cli_exit import FAIL_ON, exit_code, states_to_fail_on
from sigcheck.cli_streams import CannotRunError, Outcome
from sigcheck.reporting.catalogue import load_catalogue

EN = load_catalogue("en")
CODES = (("invalid", 1), ("unreadable", 5), ("unsigned", 4), ("insufficient", 3))
"""The table of exit codes, its first row that holds counting; valid is 0."""
STATES = ("valid", *(state for state, _ in CODES))
SUBSETS = tuple(chain.from_iterable(combinations(FAIL_ON, size) for size in range(5)))


@pytest.mark.parametrize("named", SUBSETS, ids=",".join)
def test_only_the_states_that_are_named_give_a_code(named: tuple[str, ...]) -> None:
    failing = states_to_fail_on(",".join(named), EN)
    for size in range(1, 6):
        for states in combinations(STATES, size):
            expected = next((code for state, code in CODES if state in states and state in named), 0)
            outcome = Outcome(states=set(states))
            assert exit_code(outcome, failing) == expected
            assert outcome.states == set(states)


def test_without_the_option_every_state_counts() -> None:
    failing = states_to_fail_on(None, EN)
    assert [exit_code(Outcome(states={state}), failing) for state, _ in CODES] == [code for _, code in CODES]


def test_what_could_not_run_fails_whatever_is_named() -> None:
    assert exit_code(Outcome(states={"invalid"}, could_not_run=True), frozenset()) == 2
    assert exit_code(Outcome(interrupted=True), frozenset()) == 130
    assert exit_code(Outcome(fault=True), frozenset()) == 70


@pytest.mark.parametrize("given", ["valid", "invalid,broken", "INVALID", "invalid unsigned"])
def test_a_word_that_is_no_state_is_refused(given: str) -> None:
    with pytest.raises(CannotRunError):
        states_to_fail_on(given, EN)


def test_blanks_between_states_do_no_harm() -> None:
    assert states_to_fail_on(" invalid, ,unsigned,", EN) == {"invalid", "unsigned"}
