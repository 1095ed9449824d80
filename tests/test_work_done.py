"""How much work a check does: bytes read and hashed, objects parsed, paths built, modules loaded. No clock decides here."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

import documents as made  # noqa: E402 - the benchmark's own documents, found beside it

from sigcheck import formula  # noqa: E402 - likewise
from sigcheck.anchors import TrustList  # noqa: E402 - after the path is set
from sigcheck.engine import gather, paths  # noqa: E402 - likewise
from sigcheck.engine.appearances import cmaps  # noqa: E402 - likewise
from sigcheck.engine.bytesource import CHUNK, ByteSource, MemorySource  # noqa: E402 - likewise
from sigcheck.engine.crypto import signature_values  # noqa: E402 - likewise
from sigcheck.engine.pdf.syntax import ObjectReader  # noqa: E402 - likewise
from sigcheck.engine.revisions import Digests  # noqa: E402 - likewise
from sigcheck.pipeline import check_document  # noqa: E402 - likewise
from sigcheck.policies import shipped_policy  # noqa: E402 - likewise
from sigcheck.policy import parse_policy  # noqa: E402 - likewise
from sigcheck.trust.load import load_trust  # noqa: E402 - likewise
from sigcheck.verdict import State  # noqa: E402 - likewise

AT = datetime(2026, 11, 20, tzinfo=UTC)
MEGABYTE = 1024**2
ARCHIVE = parse_policy(shipped_policy("archive"), name="archive")


@cache
def trust() -> TrustList:
    return load_trust(folder=ROOT / "samples" / "trust")


def check(source: ByteSource) -> None:
    """Check completely; every document here is valid."""
    assert check_document(source, path="made.pdf", trust=trust(), policy=ARCHIVE, at=AT).state is State.VALID


@cache
def with_signatures(count: int, stamp: bool = True) -> bytes:
    *_, (_, content) = made.chain(made.images(100_000, "work"), (count,), stamp=stamp)
    return content


@cache
def with_objects(count: int, signatures: int, streams: bool) -> bytes:
    *_, (_, content) = made.chain(made.structure(count, "work", streams=streams), (signatures,), stamp=False)
    return content


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> Iterator[list[object]]:
    """What a function gave, call by call, while it does its work."""
    given: list[object] = []
    function: Callable[..., object] = getattr(owner, name)

    def counting(*arguments: object, **named: object) -> object:
        given.append(answer := function(*arguments, **named))
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, counting)
        yield given


class Counted:
    """A document that remembers what was read of it."""

    def __init__(self, content: bytes) -> None:
        self._content = MemorySource(content)
        self.octets = 0
        self.largest = 0

    @property
    def size(self) -> int:
        return self._content.size

    def read(self, start: int, length: int) -> bytes:
        piece = self._content.read(start, length)
        self.octets += len(piece)
        self.largest = max(self.largest, len(piece))
        return piece


# bytes


@pytest.mark.parametrize("count", [1, 10])
def test_each_byte_is_hashed_once_whatever_the_number_of_signatures(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash over the file is forked where a range leaves it; what a range has of its own lies behind its /Contents."""
    content = with_signatures(count)
    with counted(monkeypatch, gather, "range_digests") as given:
        check(MemorySource(content))
    (digests,) = given
    assert isinstance(digests, Digests)
    behind_contents = 4_000  # the revision's cross-reference, its trailer, and objects written after the signature
    assert len(content) <= digests.hashed_bytes <= len(content) + count * behind_contents


def test_a_large_file_is_read_once_in_pieces() -> None:
    """Beside the pass that hashes, nothing is read but objects: the data of large streams is not looked into."""
    *_, (_, content) = made.chain(made.images(40 * MEGABYTE, "large"), (2,))
    source = Counted(content)
    check(source)
    assert source.largest <= CHUNK + 16
    assert len(content) <= source.octets <= 1.1 * len(content)


@pytest.mark.parametrize("streams", [False, True], ids=["table", "streams"])
def test_a_checked_document_is_freed_at_once(streams: bool) -> None:
    """Nothing of it waits for garbage to be collected, which comes late: files of 10 MB would pile up meanwhile."""
    source = MemorySource(with_objects(1_000, 2, streams))
    left = weakref.ref(source)
    gc.disable()
    try:
        check(source)
        del source
        assert left() is None
    finally:
        gc.enable()


# objects


@pytest.mark.parametrize("streams", [False, True], ids=["table", "streams"])
def test_one_signature_over_all_parses_no_more_objects_in_a_larger_document(
    streams: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = []
    for count in (1_000, 3_000):
        with counted(monkeypatch, ObjectReader, "indirect_at") as given:
            check(MemorySource(with_objects(count, 1, streams)))
        parsed.append(len(given))
    assert parsed[0] == parsed[1] < 40


def test_later_revisions_parse_what_they_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all others only the references are read, without making objects of them."""
    parsed = []
    for count in (1_000, 3_000):
        with counted(monkeypatch, ObjectReader, "indirect_at") as given:
            check(MemorySource(with_objects(count, 2, False)))
        parsed.append(len(given))
    assert parsed[1] - parsed[0] < 10
    assert parsed[0] < 100


def test_objects_parsed_grow_with_signatures_not_with_their_square(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = []
    for count in (5, 20):
        with counted(monkeypatch, ObjectReader, "indirect_at") as given:
            check(MemorySource(with_signatures(count)))
        parsed.append(len(given))
    assert parsed[1] <= 4 * parsed[0]


# paths and signatures


def test_paths_and_signatures_of_certificates_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four signers and one time-stamp server sign 20 times: five paths, and none for the next document."""
    paths._remembered.cache_clear()
    with counted(monkeypatch, paths._Search, "paths") as built:
        check(MemorySource(with_signatures(20)))
        assert len(built) == 5
        check(MemorySource(with_signatures(10)))
        assert len(built) == 5


def test_each_signature_value_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    content = with_signatures(10)
    check(MemorySource(content))
    with counted(monkeypatch, signature_values, "_verify_pkcs1") as verified:
        check(MemorySource(content))
    assert len(verified) == 10 + 10  # ten signatures, ten time-stamps; the certificates' own are known


def test_what_documents_have_in_common_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code table of the stamps' font and the sentence in /Reason are those of the document before."""
    check(MemorySource(with_signatures(5)))
    with counted(monkeypatch, cmaps, "_read") as tables, counted(monkeypatch, formula, "skeleton") as sentences:
        check(MemorySource(with_signatures(10)))
    assert (tables, sentences) == ([], [])


# modules

LEFT_OUT = {
    "asn1crypto",
    "asyncio",
    "click",
    "cryptography.x509",
    "csv",
    "dataclasses",
    "email",
    "holidays",
    "http",
    "importlib.metadata",
    "inspect",
    "lxml",
    "multiprocessing",
    "pyhanko",
    "rich",
    "sigcheck.cli",
    "sigcheck.engine.changes",
    "sigcheck.engine.revocation",
    "sigcheck.fetching",
    "sigcheck.keeping",
    "socket",
    "sqlite3",
    "ssl",
    "traceback",
    "typer",
    "typing_extensions",
}
"""What one signature over a whole document, without revocation data, needs nothing of."""


def loaded_by(*arguments: str, tmp_path: Path) -> set[str]:
    """The modules that a command loads in a process of its own."""
    code = (
        "import sys\n"
        "from sigcheck.__main__ import main\n"
        f"sys.argv = ['sigcheck', *{list(arguments)!r}]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('\\n'.join(sorted(sys.modules)), file=sys.stderr)\n"
    )
    home = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=60, env=os.environ | home, text=True
    )
    return set(ended.stderr.split())


def test_a_small_document_loads_only_what_it_needs(tmp_path: Path) -> None:
    document = tmp_path / "a.pdf"
    document.write_bytes(with_signatures(1, stamp=False))
    trust_folder = str(ROOT / "samples" / "trust")
    modules = loaded_by(
        *("verify", "--offline", "--policy", "archive", "--trust", trust_folder, "--format", "json", str(document)),
        tmp_path=tmp_path,
    )
    assert modules & LEFT_OUT == set()
    assert sum(name.startswith("sigcheck") for name in modules) <= 157


def test_the_version_loads_nothing_that_checks(tmp_path: Path) -> None:
    modules = loaded_by("--version", tmp_path=tmp_path)
    assert modules & (LEFT_OUT - {"asn1crypto"} | {"sigcheck.pipeline", "tomllib"}) == set()
