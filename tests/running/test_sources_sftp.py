"""Files behind SFTP, over loopback: names, links, archives, dropped connections, hosts that are not known."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("sshfs")

from loopback_sftp import LOOPBACK, USER, Server, sftp_server
from made_archives import PDF, made_tar, made_zip

from sigcheck.running.opening import opened_place
from sigcheck.running.places import Located, NotLocated
from sigcheck.running.remote.stores import store_at
from sigcheck.running.sources import find_located

NFC = unicodedata.normalize("NFC", "Công báo/Quyết định.pdf")
NFD = unicodedata.normalize("NFD", "Công văn/Quyết định %20#1?.pdf")
FILES = {
    "a.PDF": PDF,
    "note.txt": b"no document",
    NFC: PDF + b"2",
    NFD: PDF + b"3",
    "box.zip": made_zip({"trong/b.pdf": PDF + b"4"}),
    "lớn.tar": made_tar({"c.pdf": os.urandom(9 * 1024**2)}),
    "trống.pdf": b"",
}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    root, home = tmp_path / "root", tmp_path / "home"
    root.mkdir()
    home.mkdir()
    for name, content in FILES.items():
        (root / "kho" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "kho" / name).write_bytes(content)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setattr("sigcheck.running.remote.patience.PAUSES", (0.0, 0.0, 0.0))
    store_at.cache_clear()
    with sftp_server(root, home) as running:
        yield running
        store_at.cache_clear()


def url(server: Server, path: str = "kho") -> str:
    return f"sftp://{USER}@{LOOPBACK}:{server.port}/{path}"


def contents(server: Server, path: str = "kho", between: object = None) -> dict[str, bytes]:
    out = {}
    for found in find_located([url(server, path)]):
        if callable(between):
            between()
        if isinstance(found, Located):
            with opened_place(found.place, 10**9) as source:
                out[found.path.removeprefix(url(server, "kho/"))] = source.read(0, source.size)
    return out


def _expected() -> dict[str, bytes]:
    documents = {name: content for name, content in FILES.items() if name.lower().endswith(".pdf")}
    return {**documents, "box.zip!/trong/b.pdf": PDF + b"4", "lớn.tar!/c.pdf": FILES["lớn.tar"][512 : 512 + 9 * 1024**2]}


def test_files_and_archives_by_their_names(server: Server) -> None:
    assert contents(server) == _expected()
    assert list(contents(server)) == list(contents(server))
    assert contents(server, f"kho/{NFD}") == {NFD: FILES[NFD]}


def test_dropped_connections_are_made_again(server: Server) -> None:
    assert contents(server, between=server.drop) == _expected()


def test_links(server: Server, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "links").mkdir()
    (root / "links" / "a.pdf").symlink_to("../kho/a.PDF")
    (root / "links" / "below").symlink_to("../kho")
    (root / "links" / "nowhere.pdf").symlink_to("../gone.pdf")
    found = list(find_located([url(server, "links")]))
    assert [(one.path.rpartition("/")[2], getattr(one, "problem", "")) for one in found] == [
        ("a.pdf", ""), ("below", "link-to-folder-not-followed"), ("nowhere.pdf", "link-cannot-be-followed"),
    ]  # fmt: skip


def test_the_version_changes_with_the_file(server: Server, tmp_path: Path) -> None:
    (before,) = find_located([url(server, "kho/a.PDF")])
    os.utime(tmp_path / "root" / "kho" / "a.PDF", (1_600_000_000, 1_600_000_000))
    (after,) = find_located([url(server, "kho/a.PDF")])
    assert isinstance(before, Located)
    assert isinstance(after, Located)
    assert before.version != after.version


def problem(address: str) -> tuple[str, str]:
    (found,) = find_located([address])
    assert isinstance(found, NotLocated)
    return found.problem, found.detail


def test_an_unknown_host_is_refused(server: Server, tmp_path: Path) -> None:
    """sshfs itself would ask nobody and believe anybody."""
    (tmp_path / "home" / ".ssh" / "known_hosts").write_text("", "utf-8")
    code, detail = problem(url(server))
    assert code == "store-cannot-be-read"
    assert "key" in detail


def test_a_user_without_a_key_is_refused(server: Server, tmp_path: Path) -> None:
    (tmp_path / "home" / ".ssh" / "id_ed25519").unlink()
    assert problem(url(server))[0] == "store-cannot-be-read"


def test_what_is_not_there(server: Server) -> None:
    assert problem(url(server, "gone"))[0] == "store-cannot-be-read"
    assert problem(f"sftp://{LOOPBACK}:none/x")[0] == "store-cannot-be-read"
