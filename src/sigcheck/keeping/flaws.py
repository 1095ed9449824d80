"""Why a kept file cannot be used. The reasons are keys of the catalogues: `error.evidence-REASON`."""

from __future__ import annotations


class EvidenceFileError(Exception):
    """A file of evidence is refused: the reason by its name, where in the file, and what was found there."""

    def __init__(self, reason: str, where: str = "", found: object = "") -> None:
        super().__init__(reason, where, found)
        self.reason = reason
        self.where = where
        self.found = str(found)[:200]

    def within(self, place: str) -> EvidenceFileError:
        """The same, seen from further out."""
        separator = "" if not self.where or self.where.startswith("[") else "."
        return EvidenceFileError(self.reason, f"{place}{separator}{self.where}", self.found)
