"""`--changed-since`: the files under the sources that differ from a revision of their git repository, as git itself tells it.

Git is asked through its command, without a shell, with hooks, monitors and other programs' comparisons off.
Submodules are left out; a renamed file is a new path; a file that git does not track and does not ignore has changed.
"""

from __future__ import annotations

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
    "LC_ALL": "C",
}
"""No lock in the repository, no question to a person, no pattern in a name, no download."""
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
        folder, source, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", problem="no-revision", said=revision
    )
    return named.decode("ascii", "replace").strip()


def _differing(folder: str, source: str, name: str, commit: str, suffixes: tuple[str, ...]) -> list[str]:
    """Tracked files of other content than in the commit, the index or the work tree alike, and files that are not tracked."""
    only = ("--", name)
    quiet = ("--no-ext-diff", "--no-textconv", "--no-renames", "--ignore-submodules=all", "--no-color")
    tracked = _git(folder, source, "diff", "--name-only", "-z", "--relative", "--diff-filter=d", *quiet, commit, *only)
    fresh = _git(folder, source, "ls-files", "-z", "--others", "--exclude-standard", *only)
    names = {os.fsdecode(one) for listing in (tracked, fresh) for one in listing.split(b"\0") if one}
    named = os.path.dirname(source) if name != "." else folder  # noqa: PTH120 - the path as it was given
    paths = [os.path.join(named, one) for one in sorted(names, key=_place)]  # noqa: PTH118 - as above
    explicit = name != "."
    return [path for path in paths if (explicit or path.lower().endswith(suffixes)) and os.path.isfile(path)]  # noqa: PTH113


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
