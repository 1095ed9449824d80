"""CMaps: what is remembered is what would be read again, at the same cost."""

from __future__ import annotations

import pytest

from sigcheck.engine.appearances import cmaps
from sigcheck.engine.appearances.cmaps import MOST_MAPPED, MOST_REMEMBERED, read_cmap
from sigcheck.engine.pdf.content import Budget

SMALL = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
1 begincodespacerange <00> <ff> endcodespacerange
2 beginbfchar <01> <0110> <02> <00e3> endbfchar
1 beginbfrange <10> <1f> <0041> endbfrange
endcmap"""
WIDE = b"1 beginbfrange <0000> <%04x> <0100> endbfrange" % MOST_REMEMBERED
DAMAGED = b"1 beginbfchar <01> <0110> endbfchar 1 beginbfchar <02> <00e3 >> endbfchar"


@pytest.mark.parametrize("octets", [b"", SMALL, WIDE, DAMAGED, SMALL + DAMAGED + WIDE])
@pytest.mark.parametrize("left", [-1, 0, 1, 7, 20, 30, 40, 10_000])
def test_a_remembered_table_is_the_one_read_anew(octets: bytes, left: int) -> None:
    """With the same left of the budget behind it; where the budget does not suffice, too."""
    anew, fresh = Budget(left), cmaps._read(octets, before := Budget(left), MOST_MAPPED)
    for _ in range(2):
        again = read_cmap(octets, anew)
        assert (again.letters, again.spaces, anew.left) == (fresh.letters, fresh.spaces, before.left)
        anew.left = left


def test_a_table_of_many_codes_is_not_remembered() -> None:
    assert cmaps._remembered(WIDE) is None
    assert len(read_cmap(WIDE, Budget(10_000)).letters) == MOST_REMEMBERED + 1
