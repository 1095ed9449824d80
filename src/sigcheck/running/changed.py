"""`--changed-since`: the files under the sources that differ from a revision of their git repository, as git itself tells it.

Git only lists (the revision's tree, the index, what it does not track), without a shell, with hooks and monitors off. Contents
are compared here, by the numbers that git gives them: git's own comparison runs the filters that the repository names.
A file that git keeps in another form (Git LFS, line endings) has therefore always changed.
Submodules are left out; a renamed file is a new path; a file that git does not track and does not ignore has changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sigcheck.running.archives.recognising import SUFFIXES
from sigcheck.running.paths import PDF_ONLY

SECONDS: Final = 600
"""For one question to git; a repository with a million files takes some ten."""
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_QUIET: Final = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}", "-c", "core.quotePath=false")
_ENVIRONMENT: Final = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}
"""No lock in the repository, no question to a person, no pattern in a name, no download."""
_PIECE: Final = 1024**2
"""Octets read at once."""
_OF_THE_CALLER: Final = frozenset(
    {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE", "GIT_PREFIX"}
)
"""Where git stands when it calls us from a hook: the sources say which repository is meant."""


class ChangedSinceError(Exception):
    """Git does not answer; `reason` is the last part of an `error.changed-…` message."""

    def __init__(self, reason: str, path: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {path} {detail}")
        self.reason, self.path, self.detail = reason, path, detail


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs: paths as the walk of the sources would name them, in its order, and the commits that were compared with."""

    paths: tuple[str, ...]
    commits: tuple[str, ...]


def changed_since(sources: Sequence[str], revision: str, *, archives: bool = True) -> Changes:
    """The documents, and archives by their names, under `sources` that differ from `revision`. Raises ChangedSinceError.

    A source that is not there is given as it is: whoever walks the sources says so.
    """
    paths: dict[str, None] = {}
    commits: dict[str, None] = {}
    suffixes = (*PDF_ONLY, *SUFFIXES) if archives else PDF_ONLY
    for source in sources:
        if _URL.match(source):
            raise ChangedSinceError("no-repository", source)
        if not os.path.lexists(source):
            paths[source] = None
            continue
        folder, name = (source, ".") if os.path.isdir(source) else os.path.split(source)  # noqa: PTH112 - never normalised
        commit = _commit(folder or ".", source, revision)
        commits[commit] = None
        for found in _differing(folder or ".", source, name, commit, suffixes):
            paths[found] = None
    return Changes(tuple(paths), tuple(commits))


def _commit(folder: str, source: str, revision: str) -> str:
    if revision.startswith("-") or "\0" in revision or not revision.strip():
        raise ChangedSinceError("no-revision", source, revision)
    if _git(folder, source, "rev-parse", "--is-inside-work-tree").strip() != b"true":
        raise ChangedSinceError("no-repository", source)
    named = _git(
        folder,
        source,
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        f"{revision}^{{commit}}",
        problem="no-revision",
        said=revision,
    )
    return named.decode("ascii", "replace").strip()


def _differing(folder: str, source: str, name: str, commit: str, suffixes: tuple[str, ...]) -> list[str]:
    """Tracked files of other content than in the commit, and files that are not tracked."""
    explicit = name != "."
    only = ("--", name) if explicit else ()
    kept = _blobs(_git(folder, source, "ls-tree", "-r", "-z", commit, *only))
    listing = _git(folder, source, "ls-files", "-z", "--cached", "--others", "--exclude-standard", *only)
    names = sorted({os.fsdecode(one) for one in listing.split(b"\0") if one}, key=_place)
    named = os.path.dirname(source) if explicit else folder  # noqa: PTH120 - the path as it was given
    links: dict[str, bool] = {"": False}
    paths = []
    for one in names:
        path = os.path.join(named, one)  # noqa: PTH118 - the path as it was given
        if not (explicit or path.lower().endswith(suffixes)) or _behind_link(named, os.path.dirname(one), links):  # noqa: PTH120
            continue
        if os.path.isfile(path) and not _same(path, kept.get(one)):  # noqa: PTH113 - as above
            paths.append(path)
    return paths


def _blobs(listing: bytes) -> dict[str, tuple[str, bool]]:
    """From `ls-tree -z`: name to the number of its content, and whether it is a symbolic link."""
    found = {}
    for line in listing.split(b"\0"):
        about, _, name = line.partition(b"\t")
        mode, kind, number = (*about.decode("ascii", "replace").split(), "", "", "")[:3]
        if kind == "blob":
            found[os.fsdecode(name)] = (number, mode == "120000")
    return found


def _behind_link(named: str, folder: str, known: dict[str, bool]) -> bool:
    """Whether a folder below the source is reached through a symbolic link: git tracks nothing behind one."""
    above = []
    while folder not in known:
        above.append(folder)
        folder = os.path.dirname(folder)  # noqa: PTH120 - never normalised
    for one in reversed(above):
        known[one] = known[os.path.dirname(one)] or os.path.islink(os.path.join(named, one))  # noqa: PTH114, PTH118, PTH120
    return bool(above and known[above[0]]) or (not above and known[folder])


def _same(path: str, kept: tuple[str, bool] | None) -> bool:
    """Whether a file's own octets are those of the blob: SHA-1 or SHA-256 over `blob LENGTH`, a null and the content."""
    if kept is None:
        return False
    number, link = kept
    digest = hashlib.sha256() if len(number) == 64 else hashlib.sha1(usedforsecurity=False)
    try:
        if os.path.islink(path) or link:  # noqa: PTH114 - the path as it was given
            target = os.fsencode(os.readlink(path)) if link else b""  # noqa: PTH115 - as above
            digest.update(b"blob %d\0" % len(target) + target)
            return link and digest.hexdigest() == number
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            digest.update(b"blob %d\0" % os.fstat(file.fileno()).st_size)
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError:
        return False  # whoever reads it says so
    return digest.hexdigest() == number


def _place(name: str) -> tuple[tuple[int, str], ...]:
    """As a walk goes: the files of a folder before the folders below it."""
    *folders, file = name.split("/")
    return (*((1, folder) for folder in folders), (0, file))


def _git(folder: str, source: str, *arguments: str, problem: str = "no-repository", said: str = "") -> bytes:
    command = ["git", *_QUIET, "-C", folder, *arguments]
    inherited = {name: value for name, value in os.environ.items() if name not in _OF_THE_CALLER}
    try:
        done = subprocess.run(  # noqa: S603 - no shell; the revision and the paths cannot be read as options
            command,
            env=inherited | _ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise ChangedSinceError("no-git", source) from error
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise ChangedSinceError("git-failed", source, str(error)) from error
    if done.returncode:
        raise ChangedSinceError(problem, source, said or done.stderr.decode("utf-8", "replace").strip())
    return done.stdout
