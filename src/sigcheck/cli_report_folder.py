"""A folder of pages that appears whole or not at all: written beside its place, then renamed. Nothing of others is removed."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sigcheck.cli_interruption import ENDING, Interruption
from sigcheck.cli_output import failing_as_unwritable, mode_for, place_of
from sigcheck.cli_streams import cannot
from sigcheck.reporting.catalogue import Catalogue
from sigcheck.reporting.html.places import FILES, FOLDERS, MARK

_LONGEST_MARK: Final = 64 * 1024


@contextmanager
def report_folder(asked: Path, words: Catalogue) -> Iterator[Path]:
    """A new folder to write into, which takes the place of `asked` when all went well; otherwise it is removed.

    An empty folder and an older report are replaced; anything else raises CannotRunError, as does what cannot be written.
    """
    with failing_as_unwritable(asked, words):
        target = place_of(asked)
    _refuse_others(asked, target, words)
    with failing_as_unwritable(asked, words):
        made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".part"))
    try:
        with _failing_to_write(asked, words):
            yield made
        _refuse_others(asked, target, words)
        with failing_as_unwritable(asked, words), Interruption(ENDING).listening():
            _exchange(made, target)
    finally:
        with Interruption(ENDING).listening(ending=True):  # a second Ctrl-C leaves nothing behind either
            shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _failing_to_write(asked: Path, words: Catalogue) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot(words, "output-unwritable", path=asked, detail=error.strerror or error) from error


def write_mark(folder: Path, said: dict[str, object]) -> None:
    (folder / MARK).write_text(json.dumps({"written_by": "sigcheck results report", **said}, indent=2) + "\n", "utf-8")


def _refuse_others(asked: Path, target: Path, words: Catalogue) -> None:
    with failing_as_unwritable(asked, words):
        try:
            mode = target.lstat().st_mode
        except FileNotFoundError:
            return
        if not stat.S_ISDIR(mode):
            raise cannot(words, "report-folder-file", path=asked)
        names = sorted(entry.name for entry in target.iterdir())
        if names and (MARK not in names or not _is_mark(target / MARK)):
            raise cannot(words, "report-folder-full", path=asked)
        foreign = next(_foreign(target), None)
        if foreign is not None:
            raise cannot(words, "report-folder-foreign", path=asked, found=foreign)


def _is_mark(path: Path) -> bool:
    """Whether this is the mark that we write; a link, or what else stands there, is none."""
    if not stat.S_ISREG(path.lstat().st_mode):
        return False
    with path.open("rb") as file:
        content = file.read(_LONGEST_MARK)
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("written_by") == "sigcheck results report"


def _entries(folder: Path, within: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All below a folder, those below first; links are not followed."""
    with os.scandir(folder) as found:
        for entry in found:
            name = within + entry.name
            if entry.is_dir(follow_symlinks=False) and FOLDERS.fullmatch(name):
                yield from _entries(folder / entry.name, f"{name}/")
            yield name, entry


def _foreign(folder: Path) -> Iterator[str]:
    for name, entry in _entries(folder):
        ours = FOLDERS if entry.is_dir(follow_symlinks=False) else FILES
        if not ours.fullmatch(name) or entry.is_symlink():
            yield name


def _exchange(made: Path, target: Path) -> None:
    """Rename `made` to `target`; what stands there is put back when that fails, and removed when it does not."""
    made.chmod(mode_for(target, 0o777))
    if not target.exists():
        made.replace(target)
        return
    aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".old"))
    try:
        target.replace(aside / "report")
        try:
            made.replace(target)
        except BaseException:
            (aside / "report").replace(target)
            raise
        _remove_report(aside / "report")
    finally:
        with suppress(OSError):  # somebody put something into it in this very moment: that stays
            aside.rmdir()


def _remove_report(folder: Path) -> None:
    """Remove what we write, and folders that are empty then."""
    with suppress(OSError):
        for name, entry in _entries(folder):
            if entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    Path(entry.path).rmdir()
            elif FILES.fullmatch(name):
                Path(entry.path).unlink()
        folder.rmdir()
