"""Where documents are looked for: folders, links, files that change, lists, what is ours; each once, in a fixed order."""

from __future__ import annotations

import io
import os
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from made_archives import PDF, made_zip, written

from sigcheck.running.opening import opened_place
from sigcheck.running.places import FilePlace, Located, NotLocated
from sigcheck.running.sources import REMEMBERED, SourceOptions, find_located, own_files

NFC = unicodedata.normalize("NFC", "Quyết định số 5.pdf")
NFD = unicodedata.normalize("NFD", "Quyết định số 5.pdf")


def paths(found: object, folder: Path) -> list[str]:
    return [one.path.removeprefix(f"{folder}{os.sep}") for one in found]  # type: ignore[attr-defined]  # an iterator of both


def problems(*sources: str, options: SourceOptions | None = None) -> list[tuple[str, str]]:
    return [(one.path, one.problem) for one in find_located(sources, options or SourceOptions()) if isinstance(one, NotLocated)]


def test_files_of_a_folder_come_before_those_below_each_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.pdf", "a.PDF", "năm 2023/c.pdf", "năm 2023/một/d.Pdf", "năm 2022/e.pdf", "note.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(PDF)
    listed = paths(find_located([str(tmp_path)]), tmp_path)
    assert listed == ["a.PDF", "b.pdf", "năm 2022/e.pdf", "năm 2023/c.pdf", "năm 2023/một/d.Pdf"]


def test_a_name_stays_in_its_normal_form(tmp_path: Path) -> None:
    for name in (NFC, NFD):
        (tmp_path / name).write_bytes(PDF)
    found = paths(find_located([str(tmp_path)]), tmp_path)
    if len(list(tmp_path.iterdir())) == 2:  # a file system that keeps both, as most do
        assert sorted(found) == sorted([NFC, NFD])


def test_a_document_named_twice_is_found_once(tmp_path: Path) -> None:
    one = written(tmp_path, "a.pdf", PDF)
    assert [found.path for found in find_located([one, str(tmp_path), one, str(tmp_path)])] == [one]


def test_paths_are_remembered_within_bounds(tmp_path: Path) -> None:
    names = tmp_path / "list"
    names.write_text("\n".join(f"gone-{number}.pdf" for number in range(REMEMBERED + 1)) + "\ngone-1.pdf\ngone-0.pdf\n", "utf-8")
    found = [one.path for one in find_located([], SourceOptions(files_from=str(names)))]
    assert len(found) == REMEMBERED + 2  # what was named 65,536 paths ago, the records of the run know


def test_links(tmp_path: Path) -> None:
    """A link is followed, a loop is entered once, and a link that leads nowhere is a document that cannot be read."""
    folder, other = tmp_path / "archive", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    written(other, "linked.pdf", PDF)
    try:
        (folder / "loop").symlink_to(folder, target_is_directory=True)
        (folder / "to-other").symlink_to(other, target_is_directory=True)
        (folder / "nowhere.pdf").symlink_to(tmp_path / "gone.pdf")
        (folder / "nowhere.zip").symlink_to(tmp_path / "gone.zip")
    except OSError:
        pytest.skip("this system lets nobody make links")
    found = list(find_located([str(folder)]))
    assert paths(found, folder) == ["nowhere.pdf", "nowhere.zip", "to-other/linked.pdf"]
    assert isinstance(found[1], NotLocated)
    assert isinstance(found[0], Located)
    with opened_place(found[0].place, 10**6) as source, pytest.raises(OSError, match=r"gone|No such|nowhere"):
        source.read(0, 1)


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own are closed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        (folder / "closed").chmod(0o755)


@contextmanager
def as_nobody_special() -> Iterator[None]:
    """As another user when we are the one whom no rights stop."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_cannot_be_read_is_said_and_the_others_are_read(open_to_all: Path) -> None:
    for name in ("closed", "open"):
        (open_to_all / name).mkdir()
        written(open_to_all / name, "a.pdf", PDF)
    (open_to_all / "closed").chmod(0)
    if os.name == "nt":
        pytest.skip("rights are another matter on Windows")
    with as_nobody_special():
        found = [(type(one), one.path.removeprefix(f"{open_to_all}/")) for one in find_located([str(open_to_all)])]
    assert found == [(NotLocated, "closed"), (Located, "open/a.pdf")]


def test_a_changed_file_has_another_version_even_with_its_old_times_and_size(tmp_path: Path) -> None:
    path = written(tmp_path, "a.pdf", PDF)
    known = os.stat(path)  # noqa: PTH116 - times in nanoseconds
    (before,) = find_located([path])
    Path(path).write_bytes(PDF[:-1] + b"!")
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
    (after,) = find_located([path])
    assert isinstance(before, Located)
    assert isinstance(after, Located)
    assert before.size == after.size
    assert before.version != after.version


def test_a_file_that_is_gone_when_it_is_opened(tmp_path: Path) -> None:
    path = written(tmp_path, "a.pdf", PDF)
    (found,) = find_located([path])
    Path(path).unlink()
    assert isinstance(found, Located)
    with opened_place(found.place, 10**6) as source, pytest.raises(FileNotFoundError):
        source.read(0, 1)


def test_sources_that_give_nothing(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    gone = str(tmp_path / "gone")
    assert problems(str(empty), gone, "-", "a\0b", "gopher://host.example/a.pdf", "s3://") == [
        (str(empty), "no-document-in-folder"),
        (gone, "no-such-path"),
        ("-", "standard-input-in-audit"),
        ("a\0b", "no-such-path"),
        ("gopher://host.example/a.pdf", "scheme-not-supported"),
        ("s3://", "store-cannot-be-read"),
    ]


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names here")
    os.mkfifo(tmp_path / "a.pdf")
    os.mkfifo(tmp_path / "b.zip")
    assert problems(str(tmp_path)) == [(str(tmp_path), "no-document-in-folder")]
    assert problems(str(tmp_path / "b.zip")) == [(str(tmp_path / "b.zip"), "not-a-file-or-folder")]


def test_what_is_named_itself_is_a_document_whatever_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, "van-ban.bin", PDF)
    assert [found.path for found in find_located([path])] == [path]
    assert problems(str(tmp_path)) == [(str(tmp_path), "no-document-in-folder")]


def test_our_own_files_are_no_documents(tmp_path: Path) -> None:
    """A store or a report that is called like a document is left alone, and said when it is named itself."""
    store, report = tmp_path / "kết quả.pdf", tmp_path / "out" / ".." / "report.pdf"
    options = SourceOptions(never=own_files(store, report, None))
    for name in ("kết quả.pdf", "kết quả.pdf-wal", "report.pdf", "a.pdf"):
        written(tmp_path, name, PDF)
    (tmp_path / "below").mkdir()
    written(tmp_path / "below", "report.pdf", PDF)
    assert paths(find_located([str(tmp_path)], options), tmp_path) == ["a.pdf", "below/report.pdf"]
    assert problems(str(store), options=options) == [(str(store), "own-file")]


def test_a_list_of_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, folders and archives; line ends of Windows, its byte order mark, empty lines."""
    (tmp_path / "folder").mkdir()
    written(tmp_path / "folder", "b.pdf", PDF)
    written(tmp_path, NFD, PDF)
    written(tmp_path, "box.zip", made_zip({"trong/c.pdf": PDF}))
    monkeypatch.chdir(tmp_path)
    content = f"\ufeff{NFD}\r\n\r\nfolder\nbox.zip\r\n{NFD}\ngone.pdf".encode()
    wanted = [NFD, os.path.join("folder", "b.pdf"), "box.zip!/trong/c.pdf", "gone.pdf"]  # noqa: PTH118 - as the walk has it
    listed = written(tmp_path, "list.txt", content)
    assert [one.path for one in find_located([], SourceOptions(files_from=listed))] == wanted
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert [one.path for one in find_located([], SourceOptions(files_from="-"))] == wanted


def test_a_list_with_null_bytes_holds_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "hai\ndòng\r.pdf"
    try:
        written(tmp_path, name, PDF)
    except OSError:
        pytest.skip("this file system has no such names")
    monkeypatch.chdir(tmp_path)
    listed = written(tmp_path, "list", f"{name}\0gone.pdf\0".encode())
    found = list(find_located([], SourceOptions(files_from=listed, null_separated=True)))
    assert [(type(one), one.path) for one in found] == [(Located, name), (NotLocated, "gone.pdf")]


def test_lists_that_cannot_be_read(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    assert problems(options=SourceOptions(files_from=gone)) == [(gone, "list-cannot-be-read")]
    endless = written(tmp_path, "endless", b"a.pdf\n" + b"x" * 1_000_000)
    assert problems(options=SourceOptions(files_from=endless)) == [("a.pdf", "no-such-path"), (endless, "list-entry-too-long")]


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    for number in range(3):
        written(tmp_path, f"{number}.pdf", PDF)
    found = find_located([str(tmp_path), str(tmp_path / "later.pdf")])
    assert next(found).path.endswith("0.pdf")
    later = written(tmp_path, "later.pdf", PDF)
    assert list(found)[-1] == Located(later, FilePlace(later), len(PDF), _version(later))


def _version(path: str) -> str:
    (found,) = find_located([path])
    assert isinstance(found, Located)
    return found.version
