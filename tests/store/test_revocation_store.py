"""The revocation store: what is kept, how it is found again, by several processes, and from files that are damaged or foreign."""

from __future__ import annotations

import hashlib
import multiprocessing
import pickle
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from made_crls import MONTH, certificate, crl_of, day, pki

from sigcheck.engine.revoking import crl as crl_module
from sigcheck.store import revocation, revocation_file
from sigcheck.store.refusal import RevocationStoreError
from sigcheck.store.revocation import RevocationStore, read_store
from sigcheck.store.revocation_file import SCHEMA
from sigcheck.store.revocation_keeping import Arrival, keep
from sigcheck.store.revocation_pieces import piece_of, pieces_in

RECEIVED = day("2025-09-10")
LEADER, SUB_CA, ROOT = "leader", "g2-sub", "g2-root"


def arrival(octets: bytes, received_at: datetime = RECEIVED, origin: str = "http://so-mau.gov.example/g2.crl") -> Arrival:
    piece = piece_of(octets)
    assert piece is not None
    return Arrival(piece, received_at, origin)


def answer(label: str, at: str) -> bytes:
    """The responder's word on a certificate of the samples, at a day."""
    return pki.ocsp_response("g2-ocsp", label, day(at)).dump()  # type: ignore[no-any-return] # asn1crypto carries no types


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kho dữ liệu" / "revocation.sqlite3"


def opened(path: Path) -> RevocationStore:
    store = read_store(path)
    assert store is not None
    return store


def found(store: RevocationStore, issuer: str = SUB_CA, label: str = LEADER) -> tuple[list[bytes], list[bytes]]:
    names = [certificate(issuer).subject.public_bytes()]
    crls, responses = store.about(names, certificate(label).serial_number)
    return [one.der for one in crls], [one.der for one in responses]


def test_crls_are_found_by_their_issuer_and_responses_by_serial_number(path: Path) -> None:
    of_sub, of_root = crl_of(SUB_CA, "2025-09-01"), crl_of(ROOT, "2025-09-01")
    leader, seal = answer(LEADER, "2025-09-08"), answer("seal", "2025-09-08")
    keep(path, [arrival(one) for one in (of_sub, of_root, leader, seal)])
    assert found(opened(path)) == ([of_sub], [leader])
    assert found(opened(path), ROOT, "seal") == ([of_root], [seal])
    assert found(opened(path), "g1-root", "company") == ([], [])


def test_an_issuer_is_found_however_its_name_is_written(path: Path) -> None:
    """RFC 5280, 7.1: case and string types make no difference. The CRL writes the name otherwise than the certificate."""
    attributes = list(certificate(SUB_CA).subject)
    shouted = x509.Name([x509.NameAttribute(one.oid, str(one.value).upper()) for one in attributes])
    made = day("2025-09-01")
    builder = x509.CertificateRevocationListBuilder(shouted, made, made + MONTH)
    octets = builder.sign(pki.private_key(SUB_CA), hashes.SHA256()).public_bytes(Encoding.DER)
    keep(path, [arrival(octets)])
    assert found(opened(path))[0] == [octets]


def test_a_piece_is_kept_once_with_the_earliest_time_it_was_received(path: Path) -> None:
    octets = crl_of(SUB_CA, "2025-09-01")
    assert len(keep(path, [arrival(octets)])) == 1
    size = path.stat().st_size
    assert keep(path, [arrival(octets, RECEIVED + timedelta(days=1))] * 50) == ()
    assert path.stat().st_size == size
    assert len(keep(path, [arrival(octets, RECEIVED - timedelta(days=1), "sổ lưu trữ")])) == 1
    crls, _ = opened(path).about([certificate(SUB_CA).subject.public_bytes()], 1)
    assert [(one.der, one.received_at, one.source) for one in crls] == [(octets, RECEIVED - timedelta(days=1), "store")]


def test_the_digest_is_that_of_the_contents_and_their_receipts(path: Path) -> None:
    """As documented: SHA-256 of the lines `SHA-256 seconds`, in order; the order of adding makes no difference."""
    pieces = [crl_of(SUB_CA, "2025-09-01"), crl_of(ROOT, "2025-09-01")]
    keep(path, [arrival(one) for one in pieces])
    lines = sorted(f"{hashlib.sha256(one).hexdigest()} {int(RECEIVED.timestamp())}\n" for one in pieces)
    assert opened(path).sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()
    other = path.with_name("other.sqlite3")
    keep(other, [arrival(one) for one in reversed(pieces)])
    assert opened(other).sha256 == opened(path).sha256
    keep(other, [arrival(pieces[0], RECEIVED - timedelta(seconds=1))])
    assert opened(other).sha256 != opened(path).sha256


def test_no_file_is_no_store_and_an_empty_one_has_no_digest(path: Path) -> None:
    assert read_store(path) is None
    assert keep(path, []) == ()
    assert not path.exists()
    path.parent.mkdir()
    path.touch()
    assert read_store(path) is None


def test_what_is_added_later_does_not_change_what_a_run_sees(path: Path) -> None:
    """A run is to give the same answers from its first document to its last, in every process."""
    keep(path, [arrival(crl_of(SUB_CA, "2025-09-01"))])
    before = opened(path)
    keep(path, [arrival(crl_of(SUB_CA, "2025-10-01")), arrival(crl_of(SUB_CA, "2025-09-01"), RECEIVED - timedelta(days=3))])
    crls, _ = before.about([certificate(SUB_CA).subject.public_bytes()], 1)
    assert [one.received_at for one in crls] == [RECEIVED]
    assert len(found(opened(path))[0]) == 2


def test_newer_pieces_come_first_and_there_is_an_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revocation, "RESPONSES", 3)
    monkeypatch.setattr(revocation, "CRLS", 2)
    days = [f"2025-0{month}-08" for month in range(1, 8)]
    responses, crls = [answer(LEADER, one) for one in days], [crl_of(SUB_CA, one) for one in days]
    keep(path, [arrival(one) for one in (*responses, *crls)])
    assert found(opened(path)) == (crls[:-3:-1], responses[:-4:-1])


def test_a_store_goes_to_another_process_as_it_is(path: Path) -> None:
    keep(path, [arrival(crl_of(SUB_CA, "2025-09-01"))])
    store = opened(path)
    found(store)
    assert pickle.loads(pickle.dumps(store)) == store  # noqa: S301 - our own
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(count_crls, (store, certificate(SUB_CA).subject.public_bytes())) == 1


def count_crls(store: RevocationStore, name: bytes) -> int:
    return len(store.about([name], 1)[0])


def add_one(task: tuple[str, bytes, int]) -> int:
    path, octets, seconds = task
    piece = piece_of(octets)
    assert piece is not None
    return len(keep(Path(path), [Arrival(piece, RECEIVED + timedelta(seconds=seconds), "x")]))


def test_processes_that_add_at_once_lose_nothing(path: Path) -> None:
    """Four processes make the file together and add eight pieces, each of them twice."""
    pieces = [crl_of(issuer, f"2025-0{month}-01") for issuer in (SUB_CA, ROOT) for month in (6, 7, 8, 9)]
    tasks = [(str(path), octets, 0) for octets in pieces * 2]
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        kept = pool.map(add_one, tasks, chunksize=1)
    assert sum(kept) == len(pieces)
    store = opened(path)
    assert sorted(found(store)[0] + found(store, ROOT)[0]) == sorted(pieces)


def test_a_large_crl_is_read_and_parsed_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """50,000 entries: the octets leave the file once in a process, and are parsed once, whatever the number of questions."""
    made = day("2025-09-01")
    builder = x509.CertificateRevocationListBuilder(certificate(SUB_CA).subject, made, made + MONTH)
    for number in range(50_000):
        builder = builder.add_revoked_certificate(x509.RevokedCertificateBuilder(2**80 + number, made).build())
    octets = builder.sign(pki.private_key(SUB_CA), hashes.SHA256()).public_bytes(Encoding.DER)
    keep(path, [arrival(octets)])
    counted: Counter[str] = Counter()
    monkeypatch.setattr(revocation, "octets_of", counting(counted, "read", revocation.octets_of))
    monkeypatch.setattr(crl_module, "_parse", counting(counted, "parsed", crl_module._parse))
    crl_module._memory.kept.clear()
    store = opened(path)
    for number in range(100):
        crls, _ = store.about([certificate(SUB_CA).subject.public_bytes()], 2**80 + number)
        crl = crl_module.parse_crl(crls[0].der)
        assert crl is not None
        assert crl.entry(2**80 + number, crl.issuer_key) is not None
    assert counted == {"read": 1, "parsed": 1}


def counting(counted: Counter[str], name: str, genuine: Callable[..., Any]) -> Callable[..., Any]:
    def around(*asked: Any) -> Any:
        counted[name] += 1
        return genuine(*asked)

    return around


def damaged(path: Path) -> Iterator[tuple[str, bytes]]:
    whole = path.read_bytes()
    yield "text", b"not a database" * 100
    yield "half", whole[: len(whole) // 2]
    yield "zeros", whole[:100] + bytes(len(whole) - 100)
    yield "head", b"\0" * 50 + whole[50:]


def test_a_damaged_file_is_refused(path: Path) -> None:
    keep(path, [arrival(crl_of(SUB_CA, "2025-09-01")), arrival(answer(LEADER, "2025-09-08"))])
    for what, octets in damaged(path):
        bad = path.with_name(f"{what}.sqlite3")
        bad.write_bytes(octets)
        with pytest.raises(RevocationStoreError):
            found(opened(bad))
        with pytest.raises(RevocationStoreError):
            keep(bad, [arrival(crl_of(ROOT, "2025-09-01"))])
        assert bad.read_bytes() == octets


@pytest.mark.parametrize("place", range(0, 100, 4))
def test_octets_that_changed_never_reach_a_check(path: Path, place: int) -> None:
    """One byte in every place of a page: what comes out is what went in, or a refusal, or nothing."""
    octets = crl_of(SUB_CA, "2025-09-01")
    keep(path, [arrival(octets)])
    content = bytearray(path.read_bytes())
    content[len(content) * place // 100] ^= 0x5A
    bad = path.with_name("bad.sqlite3")
    bad.write_bytes(bytes(content))
    with suppress(RevocationStoreError):
        assert found(opened(bad))[0] in ([octets], [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("CREATE VIEW extra AS SELECT 1", "foreign"),
        ("CREATE TRIGGER extra AFTER INSERT ON piece BEGIN DELETE FROM receipt; END", "foreign"),
        ("DROP INDEX crl_by_issuer", "foreign"),
        ("PRAGMA application_id = 7", "foreign"),
        ("PRAGMA user_version = 2", "newer"),
        ("UPDATE octets SET octets = x'00'", "damaged"),
        ("UPDATE octets SET octets = 'text'", "damaged"),
        ("DELETE FROM octets", "damaged"),
        ("UPDATE receipt SET received_at = 'yesterday'", "damaged"),
        ("UPDATE receipt SET received_at = 9223372036854775807", "damaged"),
        ("UPDATE receipt SET sha256 = 7", "damaged"),
        ("UPDATE piece SET issuer = 1000000000", "damaged"),
        ("UPDATE piece SET issuer = CAST(x'ff' AS TEXT)", "damaged"),
    ],
)
def test_rows_and_tables_of_another_hand_are_refused(path: Path, change: str, code: str) -> None:
    keep(path, [arrival(crl_of(SUB_CA, "2025-09-01"))])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(change)
    with pytest.raises(RevocationStoreError) as refused:
        found(opened(path))
    assert refused.value.code in {code, "unusable"}


def test_a_store_of_an_older_form_is_told_as_old(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(path, [arrival(crl_of(SUB_CA, "2025-09-01"))])
    monkeypatch.setattr(revocation_file, "FORM", revocation_file.FORM + 1)
    with pytest.raises(RevocationStoreError) as refused:
        opened(path)
    assert refused.value.code == "older"


def test_the_form_is_raised_with_the_tables() -> None:
    """Whoever changes SCHEMA raises FORM and writes the new digest here: older stores are then told as old, not as another's."""
    digests = {1: "96397ab1a842d985"}
    written = "\n".join(revocation_file.SCHEMA).encode()
    assert digests == {revocation_file.FORM: hashlib.sha256(written).hexdigest()[:16]}


def test_a_folder_or_an_unreadable_name_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "file" / "store", Path("a\0b")):
        (tmp_path / "file").write_text("no folder")
        with pytest.raises(RevocationStoreError):
            keep(path, [arrival(crl_of(SUB_CA, "2025-09-01"))])
    with pytest.raises(RevocationStoreError):
        read_store(tmp_path)


def test_what_was_half_written_is_taken_back(path: Path) -> None:
    """A process that dies in the middle leaves what was there before."""
    keep(path, [arrival(crl_of(SUB_CA, "2025-09-01"))])
    before = opened(path).sha256
    context = multiprocessing.get_context("spawn")
    dying = context.Process(target=die_while_adding, args=(str(path),))
    dying.start()
    dying.join()
    assert dying.exitcode == 9
    assert opened(path).sha256 == before
    assert len(keep(path, [arrival(crl_of(ROOT, "2025-09-01"))])) == 1


def die_while_adding(path: str) -> None:
    import os  # noqa: PLC0415 - of the process that dies

    from sigcheck.store.revocation_file import open_to_add  # noqa: PLC0415 - as above

    with open_to_add(Path(path)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        for number in range(2_000):
            connection.execute("INSERT INTO octets VALUES (?, ?)", (number.to_bytes(32, "big"), bytes(3_000)))
        os._exit(9)


def test_files_are_told_apart(samples: Path) -> None:
    crl, response = crl_of(SUB_CA, "2025-09-01"), answer(LEADER, "2025-09-08")
    pem = x509.load_der_x509_crl(crl).public_bytes(Encoding.PEM)
    assert [piece and piece.kind for piece in pieces_in(crl)] == ["crl"]
    assert [piece and piece.kind for piece in pieces_in(response)] == ["ocsp"]
    assert [piece and piece.octets for piece in pieces_in(b"CRL of the sub-CA\n" + pem * 2)] == [crl, crl]
    certificate_file = certificate(LEADER).public_bytes(Encoding.DER)
    refusal = bytes.fromhex("30030a0106")  # OCSPResponse with the status `unauthorized` and nothing else (RFC 6960, 4.2.1)
    for other in (b"", b"\x30\x80", certificate_file, refusal, (samples / "curve.pdf").read_bytes(), crl[:-1]):
        assert pieces_in(other) == (None,)


def test_the_form_of_the_file_is_what_is_checked() -> None:
    """A statement of the schema that SQLite writes otherwise would make every file foreign."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in SCHEMA:
            connection.execute(statement)
        assert {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")} == set(SCHEMA)
