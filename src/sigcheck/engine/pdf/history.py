"""Which cross-reference entry was in force at which revision."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter

from sigcheck.engine.pdf.xref import SMALL_SUBSECTION, Section, XrefEntry

_WRITTEN_IN = itemgetter(0)


class History:
    """The entries of all revisions: which one was in force at which revision. Sections oldest first."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._long: list[int] = []
        self._short: dict[int, list[tuple[int, XrefEntry | None]]] = {}
        """The revisions that list a number, with the entry where it is unfolded already."""
        for index, section in enumerate(sections):
            if len(section) > SMALL_SUBSECTION * SMALL_SUBSECTION:
                self._long.append(index)
            else:
                unfolded, folded = section.unfolded(), (index + 1, None)
                for number in section:
                    entry = unfolded.get(number)
                    self._short.setdefault(number, []).append(folded if entry is None else (index + 1, entry))

    def find(self, number: int, revision: int) -> tuple[int, XrefEntry] | None:
        """The revision (from 1) that wrote the entry in force at the end of `revision`, and the entry."""
        newest, entry = 0, None
        if listed := self._short.get(number):
            newest, entry = listed[-1]
            if newest > revision:
                before = bisect_right(listed, revision, key=_WRITTEN_IN)
                newest, entry = listed[before - 1] if before else (0, None)
            if newest and entry is None:
                entry = self._sections[newest - 1][number]
        for index in reversed(self._long):
            if index < newest:
                break
            found = self._sections[index].get(number) if index < revision else None
            if found is not None:
                return index + 1, found
        return None if entry is None else (newest, entry)
