"""What is raised when a store cannot be used."""

from __future__ import annotations

from pathlib import Path


class RevocationStoreError(Exception):
    """The store cannot be used; `code` names the sentence that says why, `values` fill it. Exit code 2."""

    def __init__(self, code: str, path: str | Path, detail: object = "") -> None:
        super().__init__(f"{path}: {code} {detail}")
        self.code = code
        self.values = {"path": str(path), "detail": str(detail)}
