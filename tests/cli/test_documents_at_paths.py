"""Folders to documents: every PDF once, in a fixed order, whatever links and odd files lie about."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sigcheck.running.paths import Found, NotFound, PathProblem, find_documents, is_folder


def names(root: Path, *paths: str, suffixes: tuple[str, ...] = (".pdf",)) -> list[str]:
    """What was found, relative to `root`; problems as their reason."""
    found = find_documents(paths or (str(root),), suffixes)
    return [Path(one.path).relative_to(root).as_posix() if isinstance(one, Found) else str(one.problem) for one in found]


def make(root: Path, *relative: str) -> None:
    for name in relative:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")


def test_a_folder_gives_its_pdfs_in_order_in_any_letter_case(tmp_path: Path) -> None:
    make(tmp_path, "b.PDF", "a.pdf", "c.txt", "sub/Đề án.Pdf", "sub/deep/z.pdf", "pdf", ".hidden.pdf")
    assert names(tmp_path) == [".hidden.pdf", "a.pdf", "b.PDF", "sub/Đề án.Pdf", "sub/deep/z.pdf"]
    assert names(tmp_path, suffixes=(".txt",)) == ["c.txt"]


def test_a_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    make(tmp_path, "letter.bin")
    assert names(tmp_path, str(tmp_path / "letter.bin")) == ["letter.bin"]


def test_what_gives_no_document_says_why(tmp_path: Path) -> None:
    make(tmp_path, "empty/readme.txt", "a.pdf")
    found = list(find_documents([str(tmp_path / "gone"), str(tmp_path / "empty"), "bad\0name", str(tmp_path / "a.pdf")]))
    assert [one.problem for one in found if isinstance(one, NotFound)] == [
        PathProblem.MISSING, PathProblem.NO_DOCUMENT, PathProblem.MISSING,
    ]  # fmt: skip
    assert isinstance(found[-1], Found)


def test_standard_input_is_one_document_named_once() -> None:
    assert list(find_documents(["-", "-"])) == [Found("-", None), NotFound("-", PathProblem.INPUT_TWICE)]
    assert not is_folder("-")


def test_a_folder_is_told_from_a_file(tmp_path: Path) -> None:
    make(tmp_path, "a.pdf")
    assert is_folder(str(tmp_path))
    assert not is_folder(str(tmp_path / "a.pdf"))
    assert not is_folder("bad\0name")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_links_are_followed_and_loops_end(tmp_path: Path) -> None:
    make(tmp_path, "root/a.pdf", "root/sub/b.pdf", "elsewhere/c.pdf")
    try:
        (tmp_path / "root/sub/up").symlink_to(tmp_path / "root", target_is_directory=True)
        (tmp_path / "root/x").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
        (tmp_path / "root/gone.pdf").symlink_to(tmp_path / "nowhere.pdf")
        (tmp_path / "root/self.pdf").symlink_to(tmp_path / "root/self.pdf")
    except OSError:
        pytest.skip("this system allows no symbolic links")
    assert names(tmp_path / "root") == ["a.pdf", "gone.pdf", "self.pdf", "sub/b.pdf", "x/c.pdf"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_are_never_opened(tmp_path: Path) -> None:
    make(tmp_path, "a.pdf")
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "link.pdf").symlink_to(tmp_path / "pipe.pdf")
    assert names(tmp_path) == ["a.pdf"]
    assert names(tmp_path, str(tmp_path / "pipe.pdf")) == ["not-a-file-or-folder"]
