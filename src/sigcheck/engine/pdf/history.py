"""Which cross-reference entry was in force at which revision."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from sigcheck.engine.pdf.xref import SMALL_SUBSECTION, Section, XrefEntry


class History:
    """The entries of all revisions: which one was in force at which revision. Sections oldest first."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._long: list[int] = []
        self._short: dict[int, list[int]] = {}
        for index, section in enumerate(sections):
            if len(section) > SMALL_SUBSECTION * SMALL_SUBSECTION:
                self._long.append(index)
            else:
                for number in section:
                    self._short.setdefault(number, []).append(index)

    def find(self, number: int, revision: int) -> tuple[int, XrefEntry] | None:
        """The revision (from 1) that wrote the entry in force at the end of `revision`, and the entry."""
        newest, entry = -1, None
        listed = self._short.get(number)
        if listed and listed[0] < revision:
            newest = listed[-1] if listed[-1] < revision else listed[bisect_left(listed, revision) - 1]
            entry = self._sections[newest][number]
        for index in reversed(self._long):
            if index <= newest:
                break
            found = self._sections[index].get(number) if index < revision else None
            if found is not None:
                newest, entry = index, found
                break
        return None if entry is None else (newest + 1, entry)
