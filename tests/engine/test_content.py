"""Content streams: numbers taken without a look at what else a token can be are those that the lexer reads."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigcheck.engine.pdf import content
from sigcheck.engine.pdf.content import Budget, operations
from sigcheck.engine.pdf.lexer import SKIP, Incomplete
from sigcheck.engine.pdf.objects import LimitReached, PdfDamaged

_PIECES = [
    "0",
    "12",
    "-3",
    "+4",
    "1.5",
    "1.",
    ".5",
    "--6",
    "1.2.3",
    "9999999999",
    "99999999999",
    "R",
    "RG",
    "Tf",
    "true",
    "/N",
    "(s)",
]
_PIECES += ["[1 2", "]", "<<", ">>", "%c\n", "ID", "x EI", "endobj", "<0", ">"]


@given(st.lists(st.sampled_from(_PIECES), max_size=10), st.sampled_from([" ", "\n", "\0", "\f", "\v", ""]), st.integers(0, 12))
def test_operands_are_those_that_the_lexer_reads(pieces: list[str], gap: str, left: int) -> None:
    octets = gap.join(pieces).encode()
    quickly = _outcome(octets, left)
    with pytest.MonkeyPatch.context() as patched:
        only_operators = SKIP + rb"(?:([A-Za-z'\"][A-Za-z0-9*]*+)|((?!))|(\Z))"
        patched.setattr(content, "_PIECE", re.compile(only_operators))
        assert _outcome(octets, left) == quickly


def _outcome(octets: bytes, left: int) -> list[str]:
    """Operators and operands with their types, how it ends, and what is left of the budget."""
    budget, found = Budget(left), list[str]()
    try:
        found += [repr(each) for each in operations(octets, budget)]
    except (Incomplete, LimitReached, PdfDamaged) as error:
        found.append(repr(error))
    return [*found, str(budget.left)]
