"""Documents in zip and tar archives: names, places, packings, archives in archives, and what hostile archives try."""

from __future__ import annotations

import io
import os
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_archives import PDF, local_member, made_tar, made_zip, raw_zip, written

from sigcheck.running.archives import limits
from sigcheck.running.archives.lending import Lending
from sigcheck.running.opening import TooLargeSource, opened_place
from sigcheck.running.places import Located, MemberPlace, MemoryPlace, NotLocated
from sigcheck.running.sources import SourceOptions, find_located

NFC = unicodedata.normalize("NFC", "thư mục/Quyết định.pdf")
NFD = unicodedata.normalize("NFD", "thư mục/Quyết định.pdf")
DOCUMENTS = {
    NFC: PDF,
    NFD: PDF + b"2",
    "a/B.PDF": PDF * 300,
    "ghi chú.txt": b"no document",
    "dài/" + "x" * 300 + ".Pdf": PDF + b"3",
}
PACKINGS = ("", "gz", "bz2", "xz")


def contents(path: str) -> dict[str, bytes]:
    """What workers would read, by the path of the report; what was not located fails the test."""
    out = {}
    for found in find_located([path]):
        assert isinstance(found, Located), found
        with opened_place(found.place, 10**9) as source:
            assert found.size == source.size
            out[found.path.removeprefix(f"{path}!/")] = source.read(0, source.size)
    return out


def problems(*sources: str) -> list[tuple[str, str]]:
    return [(one.path.rpartition("/")[2], one.problem) for one in find_located(sources) if isinstance(one, NotLocated)]


DOCUMENTS_ALONE = {name: content for name, content in DOCUMENTS.items() if not name.endswith(".txt")}


@pytest.mark.parametrize("packed", [True, False])
def test_a_zip(tmp_path: Path, packed: bool) -> None:
    assert contents(written(tmp_path, "hộp.zip", made_zip(DOCUMENTS, packed=packed))) == DOCUMENTS_ALONE


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
@pytest.mark.parametrize("packing", PACKINGS)
def test_a_tar(tmp_path: Path, packing: str, form: int) -> None:
    assert contents(written(tmp_path, "box.tar", made_tar(DOCUMENTS, packing, form))) == DOCUMENTS_ALONE


def test_a_tar_packed_with_zstd(tmp_path: Path) -> None:
    zstd = pytest.importorskip("backports.zstd")
    packed = zstd.compress(made_tar(DOCUMENTS))
    assert contents(written(tmp_path, "box.tar.zst", packed)) == DOCUMENTS_ALONE


def test_an_archive_is_known_by_its_content_not_by_its_name(tmp_path: Path) -> None:
    for number, content in enumerate((made_zip(DOCUMENTS), *(made_tar(DOCUMENTS, packing) for packing in PACKINGS))):
        written(tmp_path, f"{number}.dat", content)
    written(tmp_path, "letter.docx", made_zip({"word/document.xml": b"<x/>"}))
    written(tmp_path, "log.gz", zlib.compress(b"no tar", wbits=31))
    found = [one.path for one in find_located([str(tmp_path)])]
    assert len(found) == 5 * len(DOCUMENTS_ALONE)
    assert all(".dat!/" in path for path in found)
    only_pdf = find_located([str(tmp_path)], SourceOptions(archives=False))
    assert [getattr(one, "problem", "") for one in only_pdf] == ["no-document-in-folder"]


def test_names_that_promise_an_archive_are_held_to_it(tmp_path: Path) -> None:
    written(tmp_path, "a.zip", b"")
    written(tmp_path, "b.tar.gz", b"\x1f\x8b\x08 no gzip")
    written(tmp_path, "c.tgz", zlib.compress(b"no tar", wbits=31))
    written(tmp_path, "d.txt", b"\x1f\x8b\x08 nobody called it one")
    written(tmp_path, "empty.zip", made_zip({}))
    assert problems(str(tmp_path)) == [
        ("a.zip", "archive-not-recognised"),
        ("b.tar.gz", "archive-damaged"),
        ("c.tgz", "archive-not-recognised"),
    ]
    assert problems(str(tmp_path / "empty.zip")) == [("empty.zip", "no-document-in-archive")]


def test_a_program_that_unpacks_itself_is_a_zip(tmp_path: Path) -> None:
    assert contents(written(tmp_path, "setup.zip", b"MZ" + bytes(70_000) + made_zip(DOCUMENTS))) == DOCUMENTS_ALONE


def test_names_of_zip_members_in_every_encoding(tmp_path: Path) -> None:
    """APPNOTE.TXT 6.3.10, appendix D (flag 11, IBM 437) and 4.6.9 (Unicode path); macOS writes UTF-8 without the flag."""
    utf8 = NFD.encode()
    assert list(contents(written(tmp_path, "flag.zip", raw_zip([(utf8, PDF)], flags=0x800)))) == [NFD]
    assert list(contents(written(tmp_path, "macos.zip", raw_zip([(utf8, PDF)])))) == [NFD]
    assert list(contents(written(tmp_path, "437.zip", raw_zip([("Straße.pdf".encode("cp437"), PDF)])))) == ["Straße.pdf"]
    legacy = "Quy?t d?nh.pdf".encode("cp437")
    extra = struct.pack("<HHBL", 0x7075, 5 + len(utf8), 1, zlib.crc32(legacy)) + utf8
    assert list(contents(written(tmp_path, "extra.zip", raw_zip([(legacy, PDF)], extra=extra)))) == [NFD]
    stale = struct.pack("<HHBL", 0x7075, 5 + len(utf8), 1, 0) + utf8
    assert list(contents(written(tmp_path, "stale.zip", raw_zip([(legacy, PDF)], extra=stale)))) == ["Quy?t d?nh.pdf"]
    broken = contents(written(tmp_path, "broken.zip", raw_zip([(b"\xff\xfe.pdf", PDF)], flags=0x800)))
    assert [name.encode("utf-8", "surrogateescape") for name in broken] == [b"\xff\xfe.pdf"]


def test_names_that_would_leave_a_folder_are_only_names(tmp_path: Path) -> None:
    """Nothing is unpacked, so nothing can be overwritten; the document is checked under its name."""
    names = {"../../etc/a.pdf": PDF, "/etc/b.pdf": PDF, "C:\\c.pdf": PDF, "..\\d.pdf": PDF}
    assert contents(written(tmp_path, "a.zip", raw_zip((name.encode(), PDF) for name in names))) == names
    assert contents(written(tmp_path, "a.tar", made_tar(names))) == names


def test_members_with_one_name_are_told_apart(tmp_path: Path) -> None:
    """The second would hide behind the first; its number in the archive makes it another path."""
    twice = [(b"a.pdf", PDF), (b"a.pdf#3", b"named to collide"), (b"a.pdf", PDF + b"2")]
    path = written(tmp_path, "a.zip", raw_zip(twice))
    found = [one.path.removeprefix(f"{path}!/") for one in find_located([path])]
    assert found == ["a.pdf", "a.pdf#3#3"]
    both = contents(written(tmp_path, "b.zip", raw_zip([twice[0], (b"a.pdf#3.pdf", PDF), twice[2]])))
    assert both == {"a.pdf": PDF, "a.pdf#3.pdf": PDF, "a.pdf#3": PDF + b"2"}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for content in (PDF, PDF + b"2"):
            about = tarfile.TarInfo("a.pdf")
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    assert contents(written(tmp_path, "b.tar", out.getvalue())) == {"a.pdf": PDF, "a.pdf#2": PDF + b"2"}


def test_links_in_archives(tmp_path: Path) -> None:
    written(tmp_path, "link.zip", raw_zip([(b"a.pdf", b"/etc/passwd")], mode=0o120777))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind in (("soft.pdf", tarfile.SYMTYPE), ("hard.pdf", tarfile.LNKTYPE), ("folder.pdf", tarfile.DIRTYPE)):
            about = tarfile.TarInfo(name)
            about.type, about.linkname = kind, "/etc/passwd"
            archive.addfile(about)
    written(tmp_path, "links.tar", out.getvalue())
    assert problems(str(tmp_path)) == [(name, "member-is-a-link") for name in ("a.pdf", "soft.pdf", "hard.pdf")]


def test_encrypted_and_unknown_members(tmp_path: Path) -> None:
    written(tmp_path, "1.zip", raw_zip([(b"a.pdf", PDF), (b"inner.zip", PDF)], flags=1))
    with zipfile.ZipFile(tmp_path / "2.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("b.pdf", PDF)
    assert problems(str(tmp_path)) == [
        ("a.pdf", "member-encrypted"), ("inner.zip", "member-encrypted"), ("b.pdf", "member-not-supported"),
    ]  # fmt: skip


def test_a_member_that_is_encrypted_behind_the_directory_s_back(tmp_path: Path) -> None:
    content = bytearray(raw_zip([(b"a.pdf", PDF)]))
    content[6] |= 1
    (found,) = find_located([written(tmp_path, "a.zip", bytes(content))])
    assert isinstance(found, Located)
    with opened_place(found.place, 10**6) as source, pytest.raises(OSError, match="encrypted"):
        source.read(0, 1)


@pytest.mark.parametrize(("outer", "inner"), [(outer, inner) for outer in ("zip", *PACKINGS) for inner in ("zip", *PACKINGS)])
def test_archives_in_archives(tmp_path: Path, outer: str, inner: str) -> None:
    """Also without a name that says so; each document the same as in the archive that holds it."""
    held = made_zip(DOCUMENTS) if inner == "zip" else made_tar(DOCUMENTS, inner)
    members = {"trong.bin": held, "z.pdf": PDF}
    whole = made_zip(members) if outer == "zip" else made_tar(members, outer)
    found = contents(written(tmp_path, "outer.bin", whole))
    assert found == {**{f"trong.bin!/{name}": content for name, content in DOCUMENTS_ALONE.items()}, "z.pdf": PDF}


def test_depth_is_bounded(tmp_path: Path) -> None:
    content = made_zip({"a.pdf": PDF})
    for depth in range(limits.DEPTH):
        content = made_zip({f"{depth}.zip": content, f"{depth}.pdf": PDF})
    path = written(tmp_path, "deep.zip", content)
    found = list(find_located([path]))
    assert [one.path.count("!/") for one in found if isinstance(one, Located)] == [3, 2, 1]
    assert problems(path) == [("0.zip", "archive-too-deep")]


def test_a_document_of_a_packed_tar_passes_once_and_waits_in_memory_within_bounds(tmp_path: Path) -> None:
    path = written(tmp_path, "a.tar.gz", made_tar({f"{number}.pdf": os.urandom(1000) for number in range(20)}, "gz"))
    finder = find_located([path])
    first = next(finder)
    assert isinstance(first, Located)
    assert isinstance(first.place, MemoryPlace)
    lending = Lending(2500)
    held = [lending.lend(bytes(1000)) for _ in range(2)]
    assert not lending.may_lend(1000)
    held.pop()
    assert lending.may_lend(1000)


def test_a_document_that_was_not_lent_is_reached_by_reading_the_tar_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sigcheck.running.archives.lending.LENT_AT_ONCE", 0)
    inner = made_zip(DOCUMENTS)
    whole = made_tar({**DOCUMENTS, "box.zip": inner, "box.tgz": made_tar(DOCUMENTS, "gz")}, "xz")
    path = written(tmp_path, "a.txz", whole)
    assert {type(one.place) for one in find_located([path]) if isinstance(one, Located)} == {MemberPlace}
    assert len(contents(path)) == 3 * len(DOCUMENTS_ALONE)


def test_the_version_of_a_member_changes_with_its_archive(tmp_path: Path) -> None:
    path = written(tmp_path, "a.zip", made_zip({"a.pdf": PDF}))
    (before,) = find_located([path])
    (again,) = find_located([path])
    written(tmp_path, "a.zip", made_zip({"a.pdf": PDF}))
    (after,) = find_located([path])
    assert isinstance(before, Located)
    assert isinstance(after, Located)
    assert before == again
    assert before.version != after.version


def test_a_packed_member_beyond_the_limit_is_not_unpacked(tmp_path: Path) -> None:
    (found,) = find_located([written(tmp_path, "a.zip", made_zip({"a.pdf": PDF * 100}))])
    assert isinstance(found, Located)
    with opened_place(found.place, 1000) as source:
        assert isinstance(source, TooLargeSource)
        assert source.size == len(PDF) * 100


# What hostile archives try


def _zeros(packing: str, size: int) -> bytes:
    """A tar with one member of so many zeros, packed hard."""
    about = tarfile.TarInfo("a.pdf")
    about.size = size
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{packing}", format=tarfile.GNU_FORMAT) as archive:  # type: ignore[call-overload]  # by name
        archive.addfile(about, io.BytesIO(bytes(size)))
    return out.getvalue()


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz"])
def test_a_packed_tar_that_grows_beyond_measure_is_left(tmp_path: Path, packing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ALLOWANCE", 1_000_000)
    path = written(tmp_path, f"a.tar.{packing}", _zeros(packing, 50_000_000))
    assert problems(path) == [(f"a.tar.{packing}", "archive-bomb")]


def test_a_zip_that_states_more_than_it_can_hold_is_left(tmp_path: Path) -> None:
    """1,000 members, each with 500 MB by its own word, behind 100 octets."""
    body, directory = b"", b""
    for number in range(1000):
        name = b"%d.pdf" % number
        local, fields = local_member(name, b"x" * 100, method=8, size=500_000_000)
        directory += b"PK\x01\x02" + struct.pack("<BB", 20, 3) + fields[:-4]
        directory += struct.pack("<HHHHHLL", len(name), 0, 0, 0, 0, 0, len(body)) + name
        body += local
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1000, 1000, len(directory), len(body), 0)
    assert problems(written(tmp_path, "a.zip", body + directory + end)) == [("a.zip", "archive-bomb")]


def test_one_member_that_is_larger_than_a_worker_holds(tmp_path: Path) -> None:
    local, fields = local_member(b"a.pdf", bytes(6_000_000), method=8, size=limits.MEMBER_OCTETS + 1)
    entry = b"PK\x01\x02" + struct.pack("<BB", 20, 3) + fields[:-4] + struct.pack("<HHHHHLL", 5, 0, 0, 0, 0, 0, 0) + b"a.pdf"
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, len(entry), len(local), 0)
    assert problems(written(tmp_path, "a.zip", local + entry + end)) == [("a.pdf", "member-too-large")]


def test_members_that_lie_over_one_another(tmp_path: Path) -> None:
    """The construction of the bombs that reach 28 million to one without packing twice: many entries, one content."""
    path = written(tmp_path, "a.zip", raw_zip([(b"a.pdf", PDF)], copies=5))
    assert problems(path) == [("a.zip", "archive-overlapping")]


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sigcheck.running.archives.zip_directory.MEMBERS", 10)
    path = written(tmp_path, "a.zip", made_zip({f"{number}.pdf": PDF for number in range(11)}))
    assert problems(path) == [("a.zip", "archive-too-many-members")]


def test_a_tar_whose_headers_want_memory(tmp_path: Path) -> None:
    """A long name of 8 GiB, and names upon names."""
    huge = tarfile.TarInfo("././@LongLink")
    huge.type, huge.size = tarfile.GNUTYPE_LONGNAME, 8 * 1024**3
    assert problems(written(tmp_path, "a.tar", huge.tobuf(tarfile.GNU_FORMAT) + bytes(4096))) == [("a.tar", "archive-damaged")]
    small = tarfile.TarInfo("././@LongLink")
    small.type, small.size = tarfile.GNUTYPE_LONGNAME, 1
    chain = (small.tobuf(tarfile.GNU_FORMAT) + b"x" + bytes(511)) * 5000
    assert problems(written(tmp_path, "b.tar", chain)) == [("b.tar", "archive-damaged")]


def test_an_archive_that_ends_too_early_gives_what_came_before(tmp_path: Path) -> None:
    members = {f"{number}.pdf": os.urandom(5000) for number in range(5)}
    for packing in PACKINGS:
        whole = made_tar(members, packing)
        path = written(tmp_path, f"a.tar.{packing}".rstrip("."), whole[: len(whole) // 2])
        found = list(find_located([path]))
        assert isinstance(found[-1], NotLocated)
        assert (found[-1].path, found[-1].problem) == (path, "archive-damaged")
        assert packing in {"xz", "bz2"} or len(found) > 1  # xz and bz2 give nothing of a block that is not whole
    whole = made_zip(members)
    assert problems(written(tmp_path, "a.zip", whole[:-30])) == [("a.zip", "archive-damaged")]


def test_content_that_is_not_what_the_archive_says(tmp_path: Path) -> None:
    """A wrong CRC, and packed octets that give another length: a document that cannot be read, not one that is cut short."""
    whole = bytearray(made_zip({"a.pdf": PDF * 50}))
    middle = whole.index(b"a.pdf") + 100
    whole[middle] ^= 1
    (found,) = find_located([written(tmp_path, "a.zip", bytes(whole))])
    assert isinstance(found, Located)
    with opened_place(found.place, 10**6) as source, pytest.raises(OSError, match=r"damaged|CRC|long"):
        source.read(0, 1)


WHOLE = {
    "zip": made_zip({**DOCUMENTS, "in.zip": made_zip({"a.pdf": PDF}), "in.tgz": made_tar({"b.pdf": PDF}, "gz")}),
    "tar": made_tar({**DOCUMENTS, "in.zip": made_zip({"a.pdf": PDF}), "in.tgz": made_tar({"b.pdf": PDF}, "gz")}),
    "tgz": made_tar({**DOCUMENTS, "in.zip": made_zip({"a.pdf": PDF})}, "gz"),
}


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(sorted(WHOLE)),
    edits=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6),
    cut=st.integers(0, 10**6),
)
def test_damage_of_any_kind_is_never_an_exception(
    tmp_path_factory: pytest.TempPathFactory, kind: str, edits: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray(WHOLE[kind])
    for at, octet in edits:
        content[at % len(content)] = octet
    content = content[: len(content) - (cut % len(content) if cut % 3 == 0 else 0)]
    path = written(tmp_path_factory.mktemp("damaged"), f"a.{kind}", bytes(content))
    for found in find_located([path]):
        if isinstance(found, Located):
            with opened_place(found.place, 10**7) as source:
                try:
                    source.read(0, source.size)
                except OSError:
                    continue
