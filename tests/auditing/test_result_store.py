"""The result store under bad conditions: a full disk, others' hands, paths of any octets, a medium that is read only."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archives import NOW, audited

from sigcheck.store.ages import earliest
from sigcheck.store.chain_checking import check_chain
from sigcheck.store.results import KeptReport, Record, ResultStore, RunAsked
from sigcheck.store.results_file import FORM, SCHEMA, ResultStoreError
from sigcheck.store.writing import Run, begin

ASKED = RunAsked("question", {"sources": ["kho"]}, NOW.isoformat())


def kept(number: int, **more: object) -> KeptReport:
    sha256 = f"{number:064x}"
    octets = f'{{"state":"valid","document":{{"sha256":"{sha256}"}},"noise":"{sha256 * 50}"}}'.encode()
    report = KeptReport(sha256, "", "valid", octets, hashlib.sha256(octets).hexdigest(), None)
    return replace(report, **more)  # type: ignore[arg-type]  # fields of KeptReport


def written(run: Run, first: int, last: int) -> None:
    for number in range(first, last):
        if run.has(f"{number}.pdf"):
            continue
        report = kept(number)
        run.append(f"{number}.pdf", "1", sha256=report.sha256, size=1, report=run.keep(report))
        if number % 10 == 9:
            run.commit()


def records(store: Path) -> list[Record]:
    with ResultStore(store) as results:
        return list(results.records(1))


def test_a_full_disk_leaves_a_store_to_go_on_with(tmp_path: Path) -> None:
    """What was committed is whole, what came after is not there; with room again the run ends as if nothing had been."""
    with ResultStore(tmp_path / "whole", write=True) as results:
        run = begin(results, ASKED)
        written(run, 0, 400)
        run.finish()
    with ResultStore(tmp_path / "s", write=True) as results:
        results.connection.execute("PRAGMA max_page_count = 40")
        run = begin(results, ASKED)
        with pytest.raises(ResultStoreError) as full:
            written(run, 0, 400)
        assert full.value.code == "unusable"
        with pytest.raises(ResultStoreError):
            run.commit()  # nothing that was taken back is ever written again
        with pytest.raises(ResultStoreError):
            run.finish()
    assert 0 < len(records(tmp_path / "s")) < 400
    with ResultStore(tmp_path / "s") as results:
        assert len(records(tmp_path / "s")) == results.runs()[0].records
    with ResultStore(tmp_path / "s", write=True) as results:
        run = begin(results, ASKED)
        written(run, 0, 400)
        run.finish()
        assert list(check_chain(results)) == []
    assert records(tmp_path / "s") == records(tmp_path / "whole")


NAMES = ["Quyết định.pdf", "Quye\u0302\u0301t.pdf", "a\udcffb.pdf", "\ud800.pdf", "a\nb.pdf", "\\udcff.pdf", "😀.pdf", "a" * 5000]


def test_paths_of_any_octets(tmp_path: Path) -> None:
    """Octets that are no UTF-8 (POSIX), halves of characters (Windows): all come back, and no two are one."""
    with ResultStore(tmp_path / "s", write=True) as results:
        run = begin(results, ASKED)
        for number, name in enumerate(NAMES):
            run.append(name, "1", problem="no-such-path", detail=f"\udcfe{number}")
            assert run.has(name)
        run.finish()
        assert list(check_chain(results)) == []
    assert [record.path for record in records(tmp_path / "s")] == NAMES
    assert [record.path for record in ResultStore(tmp_path / "s").records(1, by_path=True)] == sorted(
        NAMES, key=lambda name: name.encode("utf-8", "surrogatepass")
    )


@pytest.mark.parametrize("at", range(0, 40_000, 2_500))
def test_a_damaged_file_is_an_error_or_a_flaw_never_a_fault(tmp_path: Path, at: int) -> None:
    with ResultStore(tmp_path / "s", write=True) as results:
        run = begin(results, ASKED)
        written(run, 0, 60)
        run.finish()
    octets = bytearray((tmp_path / "s").read_bytes())
    octets[at : at + 64] = bytes(byte ^ 0x5A for byte in octets[at : at + 64])
    (tmp_path / "s").write_bytes(octets)
    for use in (read_all, check_all, write_more):
        try:
            use(tmp_path / "s")
        except ResultStoreError as error:
            assert error.code in {"damaged", "unusable", "not-a-store", "newer"}  # noqa: PT017 - one of two outcomes


def read_all(store: Path) -> None:
    with ResultStore(store) as results:
        for run in results.runs():
            list(results.reports(run.number))


def check_all(store: Path) -> None:
    with ResultStore(store) as results:
        list(check_chain(results))


def write_more(store: Path) -> None:
    with ResultStore(store, write=True) as results:
        run = begin(results, ASKED)
        run.append("mới.pdf", "1", problem="no-such-path")
        run.finish()


def test_a_store_cut_short(tmp_path: Path) -> None:
    with ResultStore(tmp_path / "s", write=True) as results:
        written(begin(results, ASKED), 0, 60)
    octets = (tmp_path / "s").read_bytes()
    (tmp_path / "s").write_bytes(octets[: len(octets) // 2])
    with pytest.raises(ResultStoreError):
        read_all(tmp_path / "s")


@pytest.mark.parametrize(
    ("path", "code"),
    [("nowhere", "missing"), ("folder", "missing"), ("with\0null", "missing")],
)
def test_what_cannot_be_opened(tmp_path: Path, path: str, code: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ResultStoreError) as refused:
        ResultStore(tmp_path / path)
    assert refused.value.code == code


def test_a_newer_form_is_refused(tmp_path: Path) -> None:
    ResultStore(tmp_path / "s", write=True).close()
    with sqlite3.connect(tmp_path / "s") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    for write in (False, True):
        with pytest.raises(ResultStoreError, match="newer"):
            ResultStore(tmp_path / "s", write=write)


@pytest.mark.parametrize("tables", ["today's", "others"])
def test_an_older_form_is_told_as_old_and_left_as_it_is(tmp_path: Path, tables: str) -> None:
    ResultStore(tmp_path / "s", write=True).close()
    with sqlite3.connect(tmp_path / "s") as connection:
        connection.execute("PRAGMA user_version = 1")
        if tables == "others":
            connection.execute("DROP INDEX record_of_report")
    connection.close()
    before = (tmp_path / "s").read_bytes()
    for write in (False, True):
        with pytest.raises(ResultStoreError, match="older"):
            ResultStore(tmp_path / "s", write=write)
    assert (tmp_path / "s").read_bytes() == before


def test_the_form_is_raised_with_the_tables() -> None:
    """Whoever changes SCHEMA raises FORM and writes the new digest here: older stores are then told as old, not as damaged."""
    digests = {2: "4b4112acacba6042"}
    assert digests == {FORM: hashlib.sha256("\n".join(SCHEMA).encode()).hexdigest()[:16]}


def test_a_read_only_folder_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disc, or a snapshot: SQLite cannot lay its index beside the file."""
    from sigcheck.store import results_file  # noqa: PLC0415 - to stand in its way

    with ResultStore(tmp_path / "s", write=True) as results:
        run = begin(results, ASKED)
        written(run, 0, 5)
        run.finish()
    opened = results_file._opened

    def read_only(path: Path, mode: str, seconds: float = 1) -> sqlite3.Connection:
        if "rw" in mode:
            raise sqlite3.OperationalError("attempt to write a readonly database")
        return opened(path, mode, seconds)

    monkeypatch.setattr(results_file, "_opened", read_only)
    assert len(records(tmp_path / "s")) == 5


def test_others_read_while_one_writes(tmp_path: Path) -> None:
    with ResultStore(tmp_path / "s", write=True) as results:
        run = begin(results, ASKED)
        written(run, 0, 15)
        with ResultStore(tmp_path / "s") as other:
            assert len(list(other.records(1))) == other.runs()[0].records == 10
        with pytest.raises(ResultStoreError, match="busy"):
            ResultStore(tmp_path / "s", write=True)
    ResultStore(tmp_path / "s", write=True).close()


CHANGES: dict[str, Callable[[RunAsked], RunAsked]] = {
    "question": lambda asked: replace(asked, question="other"),
    "sources": lambda asked: replace(asked, described={"sources": ["khác"]}),
    "full": lambda asked: replace(asked, full=True),
    "age": lambda asked: replace(asked, older_than="3y"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_only_the_same_run_goes_on(tmp_path: Path, name: str) -> None:
    with ResultStore(tmp_path / "s", write=True) as results:
        first = begin(results, ASKED)
        written(first, 0, 10)
        later = begin(results, replace(ASKED, validation_time="2026-12-01T00:00:00+00:00"))
        assert (later.number, later.validation_time, later.count) == (1, NOW.isoformat(), 10)
        other = begin(results, CHANGES[name](ASKED))
        assert (other.number, other.count) == (2, 0)


def test_a_report_is_taken_over_only_where_it_answers(tmp_path: Path) -> None:
    later = "2027-11-20T00:00:00+00:00"
    with ResultStore(tmp_path / "s", write=True) as results:
        run = begin(results, ASKED)
        written(run, 0, 10)
        lost = run.keep(kept(10, lasting=False))
        run.append("10.pdf", "1", sha256=kept(10).sha256, report=lost)
        run.keep(kept(11))  # no record speaks of it
        run.finish()

        def answers(asked: RunAsked, number: int, received: str = "") -> bool:
            asking = begin(results, asked)
            try:
                return asking.report_of(kept(number).sha256 or "", received) is not None
            finally:
                asking.finish()

        assert answers(replace(ASKED, validation_time=later), 1)
        assert answers(replace(ASKED, validation_time=later, older_than="1y"), 1), "a year old to the day is not older"
        assert not answers(replace(ASKED, validation_time=later, older_than="11m"), 1)
        assert not answers(replace(ASKED, validation_time=later, full=True), 1)
        assert not answers(replace(ASKED, question="other"), 1)
        assert not answers(ASKED, 1, "2026-01-01T00:00:00+00:00"), "another receipt"
        assert not answers(replace(ASKED, validation_time="2020-01-01T00:00:00+00:00"), 1), "it was judged later"
        assert not answers(ASKED, 10), "it held for its own run"
        assert not answers(ASKED, 11), "nobody recorded it"


@pytest.mark.parametrize(
    ("age", "at", "expected"),
    [
        ("3y", "2026-11-20", "2023-11-20"),
        ("1y", "2024-02-29", "2023-02-28"),
        ("6m", "2026-08-31", "2026-02-28"),
        ("13m", "2026-01-15", "2024-12-15"),
        ("2w", "2026-01-10", "2025-12-27"),
        ("90d", "2026-03-31", "2025-12-31"),
        ("9999y", "2026-01-01", None),
        ("0d", "2026-01-01", None),
        ("3", "2026-01-01", None),
        ("-3y", "2026-01-01", None),
        ("٣y", "2026-01-01", None),
    ],
)
def test_ages_by_the_calendar(age: str, at: str, expected: str | None) -> None:
    found = earliest(age, datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert found == (None if expected is None else datetime.fromisoformat(expected).replace(tzinfo=UTC))


def test_one_content_is_read_again_only_where_it_may_have_changed(tmp_path: Path, samples: Path) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    for number in range(3):
        shutil.copy(samples / "unsigned-plan.pdf", folder / f"{number}.pdf")
    first = audited(tmp_path / "s", folder)
    assert len({record.report_sha256 for record in first}) == 1
    (folder / "1.pdf").write_bytes((samples / "weak-key.pdf").read_bytes())
    assert [record.state for record in audited(tmp_path / "s", folder)] == ["unsigned", "insufficient", "unsigned"]
    with sqlite3.connect(tmp_path / "s") as connection:
        assert connection.execute("SELECT count(*) FROM report").fetchone() == (2,)
    connection.close()
