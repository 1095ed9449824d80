"""docs/time-scenarios.md: one line a scenario. What is declared makes the first columns, other programs' words the last."""

from __future__ import annotations

import re

from time_scenarios.issuing import HERE
from time_scenarios.scenarios import Scenario

PAGE = HERE.parents[2] / "docs" / "time-scenarios.md"


def cell(text: str) -> str:
    """One line of text that stays in its cell and is no markup."""
    return re.sub(r"([\\|`*<>&\[\]])", r"\\\1", " ".join(text.split()))


def row_of(one: Scenario) -> str:
    """The declared columns: name, what it is, clause, policy, what the clause gives."""
    expected = "; ".join(f"{about} {verdict}" for about, verdict in one.expect.items() if about != "state")
    policy = one.policy + "".join(f", {key} = {value}".lower() for key, value in one.change.items())
    cells = (one.name, one.says, one.clause, policy, f"{one.expect['state']}: {expected}")
    return "| " + " | ".join(map(cell, cells)) + " |"
