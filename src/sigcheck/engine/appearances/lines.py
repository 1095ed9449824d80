"""Lines of text out of strings where they are shown: what shares a baseline is one line, and lines go from the top down."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from itertools import accumulate

from sigcheck.engine.appearances.painting import Run

SAME_LINE = 0.5
"""Of an em: baselines that lie nearer are one, so that raised and lowered letters stay in their line."""
SPACE = 0.2
"""Of an em: a wider gap is a space; the narrowest space of a text font measures a quarter."""
COLUMN = 3.0
"""Ems: a wider gap parts two columns, which are lines of their own."""
OTHER_SIZE = 1.25
"""Columns in type of such a ratio are read one after the other: a name in large letters stands beside lines in small ones."""
TWICE = 0.15
"""Of an em: the same text shown again so near is one text in bold or with a shadow."""


_Placed = tuple[float, float, Run]
"""A run and its start along the baseline and across it."""


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
    return [line for part in _parts(placed) for line in _rows(part)]


def _parts(placed: list[_Placed]) -> list[list[_Placed]]:
    """Left and right of a line that no run crosses, where all type on one side is larger than on the other; else all in one."""
    if len(placed) == 1:
        return [placed]
    placed.sort(key=lambda one: one[0])
    sizes = [run.size for _, _, run in placed]
    left_least, left_most = list(accumulate(sizes, min)), list(accumulate(sizes, max))
    right_least, right_most = list(accumulate(reversed(sizes), min))[::-1], list(accumulate(reversed(sizes), max))[::-1]
    ends = list(accumulate((along + run.width - SPACE * run.size for along, _, run in placed), max))
    for cut in range(1, len(placed)):
        larger = left_least[cut - 1] > OTHER_SIZE * right_most[cut] or right_least[cut] > OTHER_SIZE * left_most[cut - 1]
        if larger and ends[cut - 1] <= placed[cut][0]:
            return [placed[:cut], placed[cut:]]
    return [placed]


def _rows(placed: Sequence[_Placed]) -> list[str]:
    """Lines of runs, from the top down."""
    rows: list[list[_Placed]] = []
    for one in sorted(placed, key=lambda one: -one[1]):
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
