"""Files that differ from a revision, as git itself tells it; the repositories are made here, with names that could be misread."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sigcheck.running.changed import ChangedSinceError, changed_since
from sigcheck.running.paths import Found, find_documents

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs the program git")
POSIX = pytest.mark.skipif(os.name != "posix", reason="names that other systems refuse")
Git = Callable[..., str]
WHO = {
    "GIT_AUTHOR_NAME": "Người Mẫu",
    "GIT_COMMITTER_NAME": "Người Mẫu",
    "GIT_AUTHOR_EMAIL": "mau@example.invalid",
    "GIT_COMMITTER_EMAIL": "mau@example.invalid",
}
WHEN = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2026-01-05T08:00:00+07:00")
NOBODYS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git_in(folder: Path) -> Git:
    def git(*arguments: str, **environment: str) -> str:
        command = ["git", "-C", str(folder), "-c", "protocol.file.allow=always", *arguments]
        done = subprocess.run(
            command, env={**os.environ, **WHO, **WHEN, **NOBODYS, **environment}, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    return git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two committed documents, one of them in a folder, and a text."""
    folder = tmp_path / "kho"
    folder.mkdir()
    git = git_in(folder)
    git("init", "-q")
    for name in ("a.pdf", "hồ sơ/b.PDF", "đọc.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name, "utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "first")
    return folder


def names(folder: Path, revision: str = "HEAD") -> list[str]:
    return [os.path.relpath(path, folder) for path in changed_since([str(folder)], revision).paths]


def test_nothing_differs_from_the_commit_at_hand(repository: Path) -> None:
    changes = changed_since([str(repository)], "HEAD")
    assert changes.paths == ()
    assert changes.commits == (git_in(repository)("rev-parse", "HEAD"),)


def test_committed_staged_changed_and_new_files_differ(repository: Path) -> None:
    git = git_in(repository)
    (repository / "c.pdf").write_text("committed", "utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "second")
    (repository / "d.pdf").write_text("staged", "utf-8")
    git("add", "d.pdf")
    (repository / "a.pdf").write_text("changed", "utf-8")
    (repository / "e.pdf").write_text("new", "utf-8")
    (repository / "f.txt").write_text("no document", "utf-8")
    (repository / ".gitignore").write_text("g.pdf\n", "utf-8")
    (repository / "g.pdf").write_text("ignored", "utf-8")
    assert names(repository, "HEAD~1") == ["a.pdf", "c.pdf", "d.pdf", "e.pdf"]
    assert names(repository) == ["a.pdf", "d.pdf", "e.pdf"]


def test_a_renamed_file_is_a_new_path_and_a_deleted_one_is_none(repository: Path) -> None:
    git = git_in(repository)
    git("mv", "a.pdf", "z.pdf")
    git("rm", "-q", "hồ sơ/b.PDF")
    git("commit", "-q", "-m", "moved")
    assert names(repository, "HEAD~1") == ["z.pdf"]


def test_paths_are_named_as_a_walk_names_them(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("hồ sơ/x.pdf", "hồ sơ/con/y.pdf", "b.pdf"):
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text("new", "utf-8")
    for name in ("a.pdf", "hồ sơ/b.PDF"):
        (repository / name).write_text("changed", "utf-8")
    monkeypatch.chdir(repository)
    for sources in (["."], ["hồ sơ"], ["hồ sơ/"], [str(repository)], ["hồ sơ/b.PDF", "a.pdf"], ["./a.pdf"]):
        walked = [found.path for found in find_documents(sources) if isinstance(found, Found)]
        assert list(changed_since(sources, "HEAD").paths) == walked


def test_a_source_below_the_repository_limits_it(repository: Path) -> None:
    (repository / "a.pdf").write_text("changed", "utf-8")
    (repository / "hồ sơ" / "x.pdf").write_text("new", "utf-8")
    assert changed_since([str(repository / "hồ sơ")], "HEAD").paths == (str(repository / "hồ sơ" / "x.pdf"),)


def test_archives_are_documents_unless_they_are_left_alone(repository: Path) -> None:
    for name in ("hộp.ZIP", "hộp.tar.gz", "hộp.docx"):
        (repository / name).write_text("new", "utf-8")
    assert names(repository) == ["hộp.ZIP", "hộp.tar.gz"]
    assert changed_since([str(repository)], "HEAD", archives=False).paths == ()


def test_what_lies_in_a_store_elsewhere_is_in_no_repository() -> None:
    with pytest.raises(ChangedSinceError) as refused:
        changed_since(["s3://kho/van-ban"], "HEAD")
    assert refused.value.reason == "no-repository"


@POSIX
def test_hostile_names_stay_what_they_are(repository: Path) -> None:
    hostile = [
        "-rf.pdf",
        "a\nb.pdf",
        "x\t.pdf",
        ":(top)a.pdf",
        "*.pdf",
        '"quoted".pdf',
        "$(touch pwned).pdf",
        "e\u0301.pdf",
        "é.pdf",
    ]
    for name in hostile:
        (repository / name).write_text("new", "utf-8")
    with open(os.fsencode(repository) + b"/\xff.pdf", "wb") as file:  # noqa: PTH123 - a name that is not UTF-8
        file.write(b"new")
    found = names(repository)
    assert sorted(found) == sorted([*hostile, os.fsdecode(b"\xff.pdf")])
    assert changed_since([str(repository / "*.pdf")], "HEAD").paths == (str(repository / "*.pdf"),)
    assert not (repository / "pwned").exists()


def test_submodules_are_left_out(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    inner = git_in(other)
    inner("init", "-q")
    (other / "inner.pdf").write_text("one", "utf-8")
    inner("add", "-A")
    inner("commit", "-q", "-m", "inner")
    git = git_in(repository)
    git("submodule", "--quiet", "add", str(other), "sub.pdf")
    git("commit", "-q", "-m", "with a submodule")
    (repository / "sub.pdf" / "inner.pdf").write_text("changed", "utf-8")
    (repository / "sub.pdf" / "fresh.pdf").write_text("new", "utf-8")
    assert names(repository) == []
    assert names(repository, "HEAD~1") == []


def test_nothing_of_the_repositorys_own_configuration_runs(repository: Path, tmp_path: Path) -> None:
    script, ran = tmp_path / "script.sh", tmp_path / "ran"
    script.write_text(f"#!/bin/sh\necho x >> '{ran}'\n", "utf-8")
    script.chmod(0o755)
    git = git_in(repository)
    for key in ("core.fsmonitor", "diff.external", "core.pager", "core.sshCommand"):
        git("config", key, str(script))
    git("config", "diff.x.textconv", str(script))
    (repository / ".gitattributes").write_text("*.pdf diff=x\n", "utf-8")
    (repository / "a.pdf").write_text("changed", "utf-8")
    ran.unlink(missing_ok=True)  # git's own commands above may have asked the monitor
    assert names(repository) == ["a.pdf"]
    assert not ran.exists()


def test_no_filter_of_the_repository_runs(repository: Path, tmp_path: Path) -> None:
    """gitattributes(5), `filter`: git's own comparison runs the clean filter of a file whose time has changed."""
    script, ran = tmp_path / "script.sh", tmp_path / "ran"
    script.write_text(f"#!/bin/sh\necho x >> '{ran}'\ncat\n", "utf-8")
    script.chmod(0o755)
    git = git_in(repository)
    git("config", "filter.evil.clean", str(script))
    git("config", "filter.evil.process", str(script))
    git("config", "filter.evil.smudge", str(script))
    (repository / ".gitattributes").write_text("*.pdf filter=evil\n*.PDF filter=evil\n", "utf-8")
    os.utime(repository / "a.pdf", (1577836800, 1577836800))
    (repository / "hồ sơ" / "b.PDF").write_text("B other", "utf-8")
    assert names(repository) == ["hồ sơ/b.PDF"]
    assert not ran.exists()


def test_a_repository_of_sha256(tmp_path: Path) -> None:
    git = git_in(tmp_path)
    git("init", "-q", "--object-format=sha256")
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_text(name, "utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "first")
    (tmp_path / "b.pdf").write_text("x.pdf", "utf-8")
    assert names(tmp_path) == ["b.pdf"]


@POSIX
def test_symbolic_links_are_compared_by_where_they_lead(repository: Path, tmp_path: Path) -> None:
    git = git_in(repository)
    (repository / "l.pdf").symlink_to("a.pdf")
    (repository / "m.pdf").symlink_to("a.pdf")
    git("add", "-A")
    git("commit", "-q", "-m", "links")
    assert names(repository) == []
    (repository / "m.pdf").unlink()
    (repository / "m.pdf").symlink_to("hồ sơ/b.PDF")
    (repository / "hồ sơ").rename(tmp_path / "elsewhere")
    (repository / "hồ sơ").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "b.PDF").write_text("behind a link", "utf-8")
    assert names(repository) == ["m.pdf"]


def test_a_hooks_own_git_does_not_lead_elsewhere(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (repository / "a.pdf").write_text("changed", "utf-8")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert names(repository) == ["a.pdf"]


@pytest.mark.parametrize("revision", ["no-such", "--output=x", "-h", "", " ", "HEAD\0", "HEAD:a.pdf", "$(id)", "HEAD..HEAD"])
def test_what_is_no_revision_is_refused(repository: Path, revision: str) -> None:
    with pytest.raises(ChangedSinceError) as refused:
        changed_since([str(repository)], revision)
    assert refused.value.reason == "no-revision"
    assert {path.name for path in repository.iterdir()} == {".git", "a.pdf", "hồ sơ", "đọc.txt"}


def test_a_folder_outside_every_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "plain").mkdir()
    with pytest.raises(ChangedSinceError) as refused:
        changed_since([str(tmp_path / "plain")], "HEAD")
    assert refused.value.reason == "no-repository"
    bare = tmp_path / "bare"
    bare.mkdir()
    git_in(bare)("init", "-q", "--bare")
    with pytest.raises(ChangedSinceError) as refused:
        changed_since([str(bare)], "HEAD")
    assert refused.value.reason == "no-repository"


def test_without_git_that_is_said(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ChangedSinceError) as refused:
        changed_since([str(repository)], "HEAD")
    assert refused.value.reason == "no-git"


def test_a_source_that_is_not_there_is_left_to_whoever_walks(tmp_path: Path) -> None:
    assert changed_since([str(tmp_path / "gone"), "x\0"], "HEAD").paths == (str(tmp_path / "gone"), "x\0")
