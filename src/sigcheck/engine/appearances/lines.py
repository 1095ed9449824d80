"""Lines of text out of strings where they are shown: what shares a baseline is one line, and lines go from the top down."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

from sigcheck.engine.appearances.painting import Run

SAME_LINE = 0.5
"""Of an em: baselines that lie nearer are one, so that raised and lowered letters stay in their line."""
SPACE = 0.2
"""Of an em: a wider gap is a space; the narrowest space of a text font measures a quarter."""
COLUMN = 3.0
"""Ems: a wider gap parts two columns, which are lines of their own."""
TWICE = 0.15
"""Of an em: the same text shown again so near is one text in bold or with a shadow."""


def lines_of(runs: Sequence[Run]) -> tuple[str, ...]:
    """The lines in NFC, without those that are blank; text that runs in another direction follows as it comes.

    None at all when no letter is known.
    """
    angles = list(dict.fromkeys(map(_angle, runs)))
    found = [line for angle in angles for line in _parallel([run for run in runs if _angle(run) == angle])]
    cleaned = [" ".join(unicodedata.normalize("NFC", line).split()) for line in found]
    known = any(character not in "\ufffd " for line in cleaned for character in line)
    return tuple(line for line in cleaned if line) if known else ()


def _angle(run: Run) -> int:
    """The direction in steps of five degrees."""
    return round(math.degrees(math.atan2(run.right[1], run.right[0])) / 5) % 72


def _parallel(runs: Sequence[Run]) -> list[str]:
    """Lines of runs in one direction."""
    right = runs[0].right
    placed = [(run.x * right[0] + run.y * right[1], run.y * right[0] - run.x * right[1], run) for run in runs]
    placed.sort(key=lambda one: -one[1])
    rows: list[list[tuple[float, float, Run]]] = []
    for one in placed:
        if rows and abs(rows[-1][0][1] - one[1]) < SAME_LINE * max(rows[-1][0][2].size, one[2].size):
            rows[-1].append(one)
        else:
            rows.append([one])
    return [line for row in rows for line in _columns([(along, run) for along, _, run in row])]


def _columns(row: Sequence[tuple[float, Run]]) -> list[str]:
    """The texts of one row, parted where a wide gap lies; spaces where a narrow one does."""
    found: list[str] = []
    end = 0.0
    before: tuple[float, Run] | None = None
    for along, run in sorted(row, key=lambda one: one[0]):
        if before is not None and run.text == before[1].text and along - before[0] < TWICE * run.size:
            continue
        gap = along - end
        if before is None or gap > COLUMN * run.size:
            found.append(run.text)
        else:
            found[-1] += (" " if gap > SPACE * run.size else "") + run.text
        before, end = (along, run), along + run.width
    return found
