"""Sources of an archive to located documents, in a fixed order, lazily."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from sigcheck.running.paths import PDF_ONLY, NotFound, find_documents
from sigcheck.running.places import FilePlace, Located, NotLocated


def find_located(sources: Sequence[str]) -> Iterator[Located | NotLocated]:
    """The documents of every source, one after the other."""
    for found in find_documents(sources, PDF_ONLY):
        if isinstance(found, NotFound):
            yield NotLocated(found.path, str(found.problem), found.detail)
        elif found.file is None:
            yield NotLocated(found.path, "standard-input-in-audit")
        else:
            yield _file(found.path, found.file)


def _file(path: str, file: Path) -> Located:
    """What the file system says without reading: when it cannot, the document is read again each time."""
    try:
        known = os.stat(file)  # noqa: PTH116 - the path as it was given
    except (OSError, ValueError):
        return Located(path, FilePlace(path), None, "")
    version = f"{known.st_size} {known.st_mtime_ns} {known.st_ctime_ns} {known.st_ino}"
    return Located(path, FilePlace(path), known.st_size, version)
