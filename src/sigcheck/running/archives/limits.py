"""What an archive may ask of us. Archives are hostile: each limit ends in a reason, never in an exception."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEMBERS: Final = 1_000_000
"""Entries of one archive, those of archives inside it included."""
DEPTH: Final = 3
"""Archives inside archives: a zip in a tar in a zip. A quine holds itself without end."""
MEMBER_OCTETS: Final = 512 * 1024**2
"""Of one packed document: a worker holds it in memory."""
NESTED_OCTETS: Final = 256 * 1024**2
"""Of one archive that is packed inside another: it is held in memory while its members are read."""
ALLOWANCE: Final = 1024**3
RATIO: Final = 200
"""An archive unpacks to at most ALLOWANCE + RATIO × its size. Documents pack to a tenth at best; deflate can reach 1 : 1032,
overlapping members any ratio, bzip2 and xz 1 : 10,000 and more."""
LENT_OCTETS: Final = 256 * 1024**2
"""Of documents that came past in a packed tar and wait in memory for their workers; beyond, workers read the tar again."""
LENT_AT_ONCE: Final = 32 * 1024**2
"""A larger document is not lent at all."""
HEADER_OCTETS: Final = 1024**2
"""Of a long name or an extended header in a tar; PATH_MAX of the systems that write them is 4096."""
XZ_MEMORY: Final = 128 * 1024**2
"""For an xz dictionary: `xz -9` needs 65 MiB."""
ZSTD_WINDOW_LOG: Final = 27
"""128 MiB: what the zstd tool itself accepts without being told."""


class ArchiveRefusedError(Exception):
    """The archive cannot be read, or no further: a code with words in the catalogues, and a detail."""

    def __init__(self, problem: str, detail: str = "") -> None:
        super().__init__(problem, detail)
        self.problem, self.detail = problem, detail


class BudgetSpentError(ArchiveRefusedError):
    """The outermost archive has used up what it and all inside it may use."""


@dataclass(slots=True)
class Budget:
    """What the outermost archive and all inside it may still use."""

    octets: int
    members: int = MEMBERS

    @classmethod
    def of(cls, size: int) -> Budget:
        return cls(ALLOWANCE + RATIO * size)

    def unpack(self, octets: int) -> None:
        """Count unpacked octets. Raises BudgetSpentError."""
        self.octets -= octets
        if self.octets < 0:
            raise BudgetSpentError("archive-bomb")

    def enter(self, members: int = 1) -> None:
        """Count entries. Raises BudgetSpentError."""
        self.members -= members
        if self.members < 0:
            raise BudgetSpentError("archive-too-many-members", str(MEMBERS))
