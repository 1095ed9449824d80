"""Sources of an archive to located documents, in a fixed order, lazily: folders, files, lists, archives, object stores, SFTP."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sigcheck.engine.bytesource import FileSource
from sigcheck.running.archives.lending import Lending
from sigcheck.running.file_lists import listed
from sigcheck.running.paths import PDF_ONLY, STANDARD_INPUT, Found, NotFound, find_documents, walk
from sigcheck.running.places import FilePlace, Located, NotLocated

if TYPE_CHECKING:
    from sigcheck.running.archives.recognising import Kind

REMEMBERED: Final = 65_536
"""Paths that are remembered, so that a document named twice is checked once: more than any window of a pool. What was named
longer ago is in the records of the run."""
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_EVERY_FILE: Final = ("",)


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What is looked for, and what is left alone."""

    files_from: str | None = None
    """A file with a source on each line; `-`: standard input."""
    null_separated: bool = False
    archives: bool = True
    """Look into zip and tar archives."""
    never: frozenset[str] = frozenset()
    """Files of our own (`own_files`), wherever a source has them."""


def own_files(*paths: Path | None) -> frozenset[str]:
    """The files that a run writes, and those that SQLite lays beside a store, as `SourceOptions.never` has them."""
    real = (os.path.realpath(path) for path in paths if path is not None)
    return frozenset(file + suffix for file in real for suffix in ("", "-wal", "-shm", "-journal", "-lock"))


def find_located(sources: Sequence[str], options: SourceOptions = SourceOptions()) -> Iterator[Located | NotLocated]:
    """The documents of every source, one after the other; a path that was just named is not named again."""
    finder = _Finder(options, {os.path.basename(path) for path in options.never})  # noqa: PTH119 - text, not a path of this system
    recent: dict[str, None] = {}
    for found in finder.all(sources):
        if found.path not in recent:
            recent[found.path] = None
            if len(recent) > REMEMBERED:
                del recent[next(iter(recent))]
            yield found


@dataclass(frozen=True, slots=True)
class _Finder:
    options: SourceOptions
    own_names: set[str]
    lending: Lending = field(default_factory=Lending)

    def all(self, sources: Sequence[str]) -> Iterator[Located | NotLocated]:
        for source in sources:
            yield from self._source(source)
        if self.options.files_from is not None:
            for entry in listed(self.options.files_from, null_separated=self.options.null_separated):
                yield from (entry,) if isinstance(entry, NotLocated) else self._source(entry)

    def _source(self, source: str) -> Iterator[Located | NotLocated]:
        if _URL.match(source):
            from sigcheck.running.remote.finding import find_remote  # noqa: PLC0415 - the extra `remote`, where it is used

            yield from find_remote(source, archives=self.options.archives, lending=self.lending)
        elif source == STANDARD_INPUT:
            yield NotLocated(source, "standard-input-in-audit")
        elif _is_folder(source):
            yield from self._folder(source)
        else:
            for found in find_documents([source], PDF_ONLY):
                yield from self._named(found)

    def _named(self, found: Found | NotFound) -> Iterator[Located | NotLocated]:
        """A file that was named itself is a document whatever it is called, unless it is an archive."""
        if isinstance(found, NotFound):
            yield NotLocated(found.path, str(found.problem), found.detail)
        elif self._is_own(found.path):
            yield NotLocated(found.path, "own-file")
        elif found.path.lower().endswith(PDF_ONLY) or not self.options.archives:
            yield _file(found.path)
        else:
            members = self._archive(found.path, named=True)
            yield from (_file(found.path),) if members is None else _or_empty(members, found.path, "no-document-in-archive")

    def _folder(self, folder: str) -> Iterator[Located | NotLocated]:
        yield from _or_empty(self._walked(folder), folder, "no-document-in-folder")

    def _walked(self, folder: str) -> Iterator[Located | NotLocated]:
        for found in walk(folder, _EVERY_FILE if self.options.archives else PDF_ONLY):
            if isinstance(found, NotFound):
                yield NotLocated(found.path, str(found.problem), found.detail)
            elif self._is_own(found.path):
                continue
            elif found.path.lower().endswith(PDF_ONLY):
                yield _file(found.path)
            else:
                yield from self._archive(found.path, named=False) or ()

    def _archive(self, path: str, *, named: bool) -> Iterator[Located | NotLocated] | None:
        """What an archive holds; None for a file that is none. Damage is told where somebody called it an archive."""
        from sigcheck.running.archives.recognising import named_as_archive  # noqa: PLC0415 - only where files are no PDFs

        promised = named_as_archive(path)
        kind = _kind(path)
        if kind is None:
            return iter((NotLocated(path, "archive-not-recognised"),)) if promised else None
        if isinstance(kind, NotLocated):
            return iter((kind,)) if named or promised else None
        members = self._members(path, kind)
        return members if named or promised else (found for found in members if found.path != path)

    def _members(self, path: str, kind: Kind) -> Iterator[Located | NotLocated]:
        from sigcheck.running.archives.finding import find_in_archive  # noqa: PLC0415 - only where there are archives

        version = _file(path).version
        try:
            with FileSource(Path(path)) as source:
                yield from find_in_archive(path, FilePlace(path), version, source, kind, lending=self.lending, by_content=True)
        except OSError as error:
            yield NotLocated(path, "archive-cannot-be-read", error.strerror or "")

    def _is_own(self, path: str) -> bool:
        return os.path.basename(path) in self.own_names and os.path.realpath(path) in self.options.never  # noqa: PTH119 - as above


def _kind(path: str) -> Kind | NotLocated | None:
    from sigcheck.running.archives.limits import ArchiveRefusedError  # noqa: PLC0415 - only where files are no PDFs
    from sigcheck.running.archives.recognising import recognised  # noqa: PLC0415 - as above

    try:
        with FileSource(Path(path)) as source:
            return recognised(source, path)
    except OSError as error:
        return NotLocated(path, "archive-cannot-be-read", error.strerror or "")
    except ArchiveRefusedError as error:
        return NotLocated(path, error.problem, error.detail)


def _or_empty(found: Iterator[Located | NotLocated], path: str, problem: str) -> Iterator[Located | NotLocated]:
    """What was found; a source that gives nothing at all says so."""
    empty = True
    for one in found:
        empty = False
        yield one
    if empty:
        yield NotLocated(path, problem)


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116 - the path as it was given
    except (OSError, ValueError):
        return False


def _file(path: str) -> Located:
    """What the file system says without reading: when it cannot, the document is read again each time."""
    try:
        known = os.stat(path)  # noqa: PTH116 - the path as it was given
    except (OSError, ValueError):
        return Located(path, FilePlace(path), None, "")
    version = f"{known.st_size} {known.st_mtime_ns} {known.st_ctime_ns} {known.st_ino}"
    return Located(path, FilePlace(path), known.st_size, version)
