"""The log of an audit: whoever changes, removes, moves or adds a record is found out, and so is who changes a report."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from archives import SAMPLES, audited

from sigcheck.cli_results import DiffForm, diff
from sigcheck.store.chain import chained, ended, record_fields
from sigcheck.store.chain_checking import ChainFlaw, check_chain
from sigcheck.store.comparison import compare_runs
from sigcheck.store.results import ResultStore
from sigcheck.store.results_file import ResultStoreError
from sigcheck.store.summary import summarise
from sigcheck.store.tables import TABLES, rows_of

F = ChainFlaw
WRONG_KEY = hashlib.sha256((SAMPLES / "wrong-key.pdf").read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    """Two runs over four documents; the second takes the reports of the first over, but for one document that changed."""
    folder = tmp_path_factory.mktemp("log")
    documents = folder / "hồ sơ"
    documents.mkdir()
    for name in ("person-and-office", "tampered-page", "unsigned-plan", "weak-key"):
        shutil.copy(samples / f"{name}.pdf", documents)
    audited(folder / "s", documents)
    shutil.copy(samples / "office-alone.pdf", documents / "weak-key.pdf")
    audited(folder / "s", documents)
    return folder / "s"


def head(store: Path) -> str:
    with ResultStore(store) as results:
        return results.runs()[-1].head


def flaws(store: Path, *heads: str) -> list[tuple[ChainFlaw, int | None, int | None]]:
    with ResultStore(store) as results:
        return [(found.flaw, found.run, found.position) for found in check_chain(results, frozenset(heads))]


def test_a_sound_log(sound: Path) -> None:
    assert flaws(sound, head(sound)) == []


def test_a_hash_is_that_of_rfc_8785_and_sha_256() -> None:
    """Names sorted, no white space, letters as they are: whoever wants can compute it without sigcheck."""
    text = '{"a":"văn bản","b":null,"c":7,"previous":"00"}'
    assert chained("00", {"c": 7, "b": None, "a": "văn bản"}) == hashlib.sha256(text.encode()).hexdigest()


ALTERATIONS = {
    "a state": ("UPDATE report SET state = 'valid' WHERE state = 'invalid'", F.RECORD_ALTERED),
    "a path": ("UPDATE record SET path = CAST('khác.pdf' AS BLOB) WHERE run = 1 AND position = 1", F.RECORD_ALTERED),
    "a content": ("UPDATE record SET sha256 = zeroblob(0) || '00' WHERE run = 1 AND position = 1", F.RECORD_ALTERED),
    "a removal": ("DELETE FROM record WHERE run = 1 AND position = 1", F.RECORD_MISSING),
    "an order": ("UPDATE record SET position = position + 10 WHERE run = 1 AND position = 1", F.RECORD_MISSING),
    "a truncation": ("DELETE FROM record WHERE run = 2 AND position = 3", F.END_ALTERED),
    "a truncation with its count": (
        "DELETE FROM record WHERE run = 2 AND position = 3; UPDATE run SET records = 3 WHERE number = 2",
        F.END_ALTERED,
    ),
    "a report that others rest on": ("UPDATE record SET report = 1 WHERE run = 1 AND position = 1", F.RECORD_ALTERED),
    "a report": ("UPDATE report SET octets = (SELECT octets FROM report WHERE id = 1) WHERE id = 2", F.REPORT_ALTERED),
    "a report's octets": ("UPDATE report SET octets = x'00' WHERE id = 2", F.REPORT_ALTERED),
    "a report that is gone": ("DELETE FROM report WHERE id = 2", F.RECORD_ALTERED),
    "an evidence digest": ("UPDATE report SET evidence_sha256 = NULL WHERE id = 2", F.RECORD_ALTERED),
    "what was asked": ("UPDATE run SET asked = replace(asked, 'archive', 'strict') WHERE number = 1", F.RECORD_ALTERED),
    "the question": ("UPDATE run SET question = '00' WHERE number = 1", F.RUN_ALTERED),
    "the validation time": ("UPDATE run SET validation_time = '2020-01-01T00:00:00+00:00' WHERE number = 2", F.RECORD_ALTERED),
    "a run that is gone": ("DELETE FROM record WHERE run = 1; DELETE FROM run WHERE number = 1", F.RUN_ALTERED),
    "a record that is added": (
        "INSERT INTO record SELECT run, 4, CAST('thêm.pdf' AS BLOB), version, sha256, size, report, problem, detail, hash "
        "FROM record WHERE run = 2 AND position = 3",
        F.RECORD_ALTERED,
    ),
    "what a report answers": ("UPDATE report SET question = 'another policy' WHERE id = 2", F.RECORD_ALTERED),
    "the receipt of a report": ("UPDATE report SET received = '2019-01-01T00:00:00+00:00' WHERE id = 2", F.RECORD_ALTERED),
    "when a report was asked for": (
        "UPDATE report SET validation_time = '2020-01-01T00:00:00+00:00' WHERE id = 2",
        F.RECORD_ALTERED,
    ),
    "whether a report lasts": ("UPDATE report SET lasting = NOT lasting WHERE id = 2", F.RECORD_ALTERED),
    "an end that is taken back": ("UPDATE run SET finished = 0 WHERE number = 2", F.END_ALTERED),
    "the head": ("UPDATE run SET head = replace(head, substr(head, 1, 1), 'x') WHERE number = 2", F.END_ALTERED),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_what_somebody_altered_is_found(tmp_path: Path, sound: Path, name: str) -> None:
    script, flaw = ALTERATIONS[name]
    kept = head(sound)
    connection = altered(sound, tmp_path)
    connection.executescript(script)
    connection.close()
    assert flaw in {found for found, _, _ in flaws(tmp_path / "s", kept)}


def altered(sound: Path, folder: Path) -> sqlite3.Connection:
    shutil.copy(sound, folder / "s")
    return sqlite3.connect(folder / "s")


def test_two_records_that_change_places(tmp_path: Path, sound: Path) -> None:
    connection = altered(sound, tmp_path)
    for old, new in ((0, 99), (1, 0), (99, 1)):
        connection.execute("UPDATE record SET position = ? WHERE run = 1 AND position = ?", (new, old))
    connection.commit()
    connection.close()
    assert (F.RECORD_ALTERED, 1, 0) in flaws(tmp_path / "s")


def test_one_alteration_is_named_once(tmp_path: Path, sound: Path) -> None:
    connection = altered(sound, tmp_path)
    connection.executescript("UPDATE record SET version = 'x' WHERE run = 1 AND position = 2")
    connection.close()
    assert flaws(tmp_path / "s") == [(F.RECORD_ALTERED, 1, 2)]


def test_a_chain_written_anew_is_found_by_the_head_that_was_kept(tmp_path: Path, sound: Path) -> None:
    """Whoever can write the file can compute every hash again; the head that somebody else has tells."""
    connection = altered(sound, tmp_path)
    connection.executescript("DELETE FROM record WHERE run = 2; UPDATE run SET records = 0 WHERE number = 2")
    with ResultStore(sound) as results:
        run = results.runs()[1]
        value = chained(run.previous, {"asked": run.asked, "run": 2, "validation_time": run.validation_time})
        for position, record in enumerate([each for each in results.records(2) if each.position != 1]):
            fields = {**record_fields(record), "position": position}
            value = chained(value, fields)
            row = (position, record.path.encode(), record.version, record.sha256, record.size, record.report_sha256, value)
            connection.execute(
                "INSERT INTO record SELECT 2, ?, ?, ?, ?, ?, id, NULL, NULL, ? FROM report WHERE report_sha256 = ?",
                (*row[:5], row[6], row[5]),
            )
    connection.execute("UPDATE run SET records = 3, head = ? WHERE number = 2", (ended(value, 3),))
    connection.commit()
    connection.close()
    assert flaws(tmp_path / "s") == []
    assert flaws(tmp_path / "s", head(sound)) == [(F.HEAD_UNKNOWN, None, None)]


def forged_report(store: Path, run: int) -> None:
    """The report of a sound document, put under the content of another that a later audit will meet."""
    connection = sqlite3.connect(store)
    row = "SELECT octets, question, received, validation_time FROM report WHERE state = 'valid' AND run = 1"
    octets, question, received, validation_time = connection.execute(row).fetchone()
    (sound,) = connection.execute("SELECT sha256 FROM report WHERE state = 'valid' AND run = 1").fetchone()
    octets = zlib.compress(zlib.decompress(octets).replace(sound.encode(), WRONG_KEY.encode()))
    digest = hashlib.sha256(zlib.decompress(octets)).hexdigest()
    values = (run, WRONG_KEY, question, received, validation_time, digest, octets)
    connection.execute("INSERT INTO report VALUES (NULL, ?, 1, ?, ?, ?, ?, 'valid', ?, NULL, ?)", values)
    connection.commit()
    connection.close()


def test_a_report_that_no_run_recorded_answers_for_nothing(tmp_path: Path, sound: Path, samples: Path) -> None:
    altered(sound, tmp_path).close()
    forged_report(tmp_path / "s", 1)
    (record,) = audited(tmp_path / "s", samples / "wrong-key.pdf")
    assert record.state == "invalid"


def test_a_record_that_rests_on_what_nobody_recorded(tmp_path: Path, sound: Path) -> None:
    """A whole run that rests on a planted report, its chain computed as it should be."""
    connection = altered(sound, tmp_path)
    forged_report(tmp_path / "s", 1)
    (digest,) = connection.execute("SELECT report_sha256 FROM report ORDER BY id DESC LIMIT 1").fetchone()
    with ResultStore(tmp_path / "s") as results:
        *_, last = results.records(2)
        run = results.runs()[1]
        assert last.position == 3
    (previous,) = connection.execute("SELECT hash FROM record WHERE run = 2 AND position = 3").fetchone()
    stated = "SELECT question, received, validation_time, lasting FROM report ORDER BY id DESC LIMIT 1"
    question, received, asked_at, lasting = connection.execute(stated).fetchone()
    fields = {
        "position": 4, "path": "giả.pdf", "version": "", "sha256": WRONG_KEY, "size": 1, "state": "valid",
        "report_sha256": digest, "evidence_sha256": None, "problem": None, "detail": None,
        "question": question, "received": received, "asked_at": asked_at, "lasting": lasting,
    }  # fmt: skip
    value = chained(previous, fields)
    connection.execute(
        "INSERT INTO record VALUES (2, 4, ?, '', ?, 1, (SELECT max(id) FROM report), NULL, NULL, ?)",
        ("giả.pdf".encode(), WRONG_KEY, value),
    )
    connection.execute("UPDATE run SET records = 5, head = ? WHERE number = ?", (ended(value, 5), run.number))
    connection.commit()
    connection.close()
    assert flaws(tmp_path / "s") == [(F.REPORT_UNRECORDED, 2, 4)]


@pytest.mark.parametrize("kind", ["run", "report", "record"])
def test_a_store_of_nonsense_is_damaged_and_no_fault(tmp_path: Path, sound: Path, kind: str) -> None:
    """SQLite takes any value in any column: each one put wherever it fits ends in a flaw or an error of the store."""
    with sqlite3.connect(sound) as connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({kind})")]
    check: Callable[[Path], object] = flaws
    for column in columns:
        for value in (b"\xff", "chữ", -1, 1.5, None, 2**62, "[" * 5000):
            connection = altered(sound, tmp_path)
            where = "run = 1 AND position = 1" if kind == "record" else "rowid = 1"
            try:
                connection.execute(f"UPDATE {kind} SET {column} = ? WHERE {where}", (value,))  # noqa: S608 - our own names
                connection.commit()
            except sqlite3.Error:
                continue
            finally:
                connection.close()
            try:
                check(tmp_path / "s")
            except ResultStoreError as error:
                assert error.code in {"damaged", "unusable"}  # noqa: PT017 - some values are flaws, some errors


OF_NO_REPORT = {
    "an array": b"[1]",
    "nothing in it": b"{}",
    "too deep": b"[" * 200_000,
    "too deep below a name": b'{"a":' * 200_000,
    "a number of 5,000 digits": b'{"state":' + b"9" * 5_000 + b"}",
    "no UTF-8": b"\xff\xfe",
    "another type": b'{"state":"valid","indication":[1],"signatures":5,"findings":{"a":1},"document":5}',
    "too many parts": b"[" + b"[]," * 5_000_000 + b"[]]",
}


@pytest.mark.parametrize("name", OF_NO_REPORT)
def test_what_is_no_report_is_a_damaged_store(sound: Path, tmp_path: Path, name: str) -> None:
    """Whoever can write the file can put anything there, and chain its digest: each reader says so, and none falls over it."""
    octets = OF_NO_REPORT[name]
    with sqlite3.connect(sound) as source, sqlite3.connect(tmp_path / "s") as copy:
        source.backup(copy)
        copy.execute(
            "UPDATE report SET octets = ?, report_sha256 = ?", (zlib.compress(octets), hashlib.sha256(octets).hexdigest())
        )
    copy.close()
    assert (F.REPORT_ALTERED, 1, 0) in flaws(tmp_path / "s")
    with ResultStore(sound) as before, ResultStore(tmp_path / "s") as after:
        runs = before.runs()[-1], after.runs()[-1]
        readers: list[Callable[[], object]] = [
            *(lambda table=table: list(rows_of(after, runs[1].number, table)) for table in TABLES),
            lambda: list(compare_runs((before, runs[0]), (after, runs[1]))),
            lambda: summarise(after, runs[1]),
        ]
        for reader in readers:
            with pytest.raises(ResultStoreError) as refused:
                reader()
            assert refused.value.code == "damaged"


@pytest.mark.parametrize(
    "script",
    [
        "DROP TABLE run; CREATE VIEW run AS WITH RECURSIVE r(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM r) SELECT * FROM r",
        "CREATE TRIGGER t AFTER UPDATE ON run BEGIN DELETE FROM record; END",
        "ALTER TABLE report ADD COLUMN more GENERATED ALWAYS AS (zeroblob(1000000000)) VIRTUAL",
    ],
)
def test_a_store_of_other_tables_is_refused(sound: Path, tmp_path: Path, script: str) -> None:
    """A view in the place of a table can go on for ever: the tables are compared with ours before anything is asked of them."""
    with sqlite3.connect(sound) as source, sqlite3.connect(tmp_path / "s") as copy:
        source.backup(copy)
        copy.executescript(script)
    copy.close()
    with pytest.raises(ResultStoreError) as refused:
        ResultStore(tmp_path / "s")
    assert refused.value.code == "damaged"


def test_what_a_store_says_cannot_command_a_terminal(sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with sqlite3.connect(sound) as source, sqlite3.connect(tmp_path / "s") as copy:
        source.backup(copy)
        report = json.loads(zlib.decompress(copy.execute("SELECT octets FROM report WHERE id = 1").fetchone()[0]))
        report |= {"state": "\x1b[31mok", "indication": "\x1b[2J"}
        octets = json.dumps(report).encode()
        copy.execute(
            "UPDATE report SET octets = ?, report_sha256 = ?", (zlib.compress(octets), hashlib.sha256(octets).hexdigest())
        )
    copy.close()
    for form in (DiffForm.TEXT, DiffForm.JSONL):
        with pytest.raises(typer.Exit):
            diff([str(sound), str(tmp_path / "s")], form)
        said = capsys.readouterr().out
        assert "[31mok" in said
        assert "\x1b" not in said
