"""Runs of an audit over the samples: records in order, one check for one content, continued where it stopped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sigcheck.auditing.errand import Errand
from sigcheck.auditing.run import Progress, audit
from sigcheck.pipeline import limits_of
from sigcheck.policies import shipped_policy
from sigcheck.policy import parse_policy
from sigcheck.running.places import FilePlace, Located, NotLocated
from sigcheck.running.pool import PoolLimits
from sigcheck.store.results import Record, ResultStore, RunAsked
from sigcheck.store.writing import begin
from sigcheck.trust.load import load_trust

AT = datetime(2026, 11, 20, tzinfo=UTC)
LIMITS = PoolLimits(processes=2, seconds=60, memory_bytes=None, window=16)
ASKED = RunAsked("question", {"sources": ["samples"]}, AT.isoformat())
NAMES = ("unsigned-plan", "person-and-office", "tampered-page", "weak-key", "encrypted-with-password", "saved-again")
STATES = ["unsigned", "valid", "invalid", "insufficient", "unreadable", "invalid"]
"""As samples/expected.toml has them; without the password the encrypted one is unreadable."""


@pytest.fixture(scope="module")
def errand(samples: Path) -> Errand:
    policy = parse_policy(shipped_policy("archive"), name="archive")
    trust = load_trust(folder=samples / "trust", user_folder=None)
    return Errand(trust, policy, AT, limits_of(policy))


def located(folder: Path, *names: str) -> list[Located]:
    return [Located(f"{name}.pdf", FilePlace(str(folder / f"{name}.pdf")), None, "1") for name in names]


def ran(
    store: Path, found: list[Located | NotLocated] | list[Located], errand: Errand, asked: RunAsked = ASKED
) -> tuple[list[Record], Progress]:
    progress = Progress()
    with ResultStore(store, write=True) as results:
        return list(audit(found, begin(results, asked), errand, LIMITS, progress=progress)), progress


def test_every_document_has_its_record_in_order(tmp_path: Path, samples: Path, errand: Errand) -> None:
    found: list[Located | NotLocated] = [
        *located(samples, *NAMES[:3]),
        NotLocated("nowhere", "no-such-path"),
        *located(samples, *NAMES[3:]),
    ]
    records, progress = ran(tmp_path / "results.sqlite", found, errand)
    assert [record.state for record in records] == [*STATES[:3], None, *STATES[3:]]
    assert [record.position for record in records] == list(range(7))
    assert (progress.documents, progress.checked, progress.problems) == (7, 6, 1)
    with ResultStore(tmp_path / "results.sqlite") as results:
        assert list(results.records(1)) == records
        assert results.runs()[0].finished


def test_one_content_is_checked_once(tmp_path: Path, samples: Path, errand: Errand) -> None:
    copies = [replace(one, path=f"copy-{n}.pdf") for n in range(6) for one in located(samples, "person-and-office")]
    records, progress = ran(tmp_path / "results.sqlite", copies, errand)
    assert {record.state for record in records} == {"valid"}
    assert len({record.report_sha256 for record in records}) == 1
    assert progress.checked == 1


def test_a_run_broken_off_is_continued_to_the_same_records(tmp_path: Path, samples: Path, errand: Errand) -> None:
    whole, _ = ran(tmp_path / "whole.sqlite", located(samples, *NAMES), errand)
    broken = tmp_path / "broken.sqlite"
    with ResultStore(broken, write=True) as results:
        run = audit(located(samples, *NAMES), begin(results, ASKED), errand, LIMITS)
        assert [next(run).path for _ in range(3)] == [one.path for one in whole[:3]]
        run.close()
    later = replace(ASKED, validation_time=datetime(2026, 11, 21, tzinfo=UTC).isoformat())
    rest, _ = ran(broken, located(samples, *NAMES), errand, later)
    assert [one.path for one in rest] == [one.path for one in whole[3:]]
    with ResultStore(tmp_path / "whole.sqlite") as one, ResultStore(broken) as other:
        assert list(one.records(1)) == list(other.records(1))
        assert one.runs() == other.runs()


def test_a_second_run_checks_only_what_changed(tmp_path: Path, samples: Path, errand: Errand) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    for name in NAMES[:3]:
        shutil.copy(samples / f"{name}.pdf", folder)
    store, found = tmp_path / "results.sqlite", located(folder, *NAMES[:3])
    ran(store, found, errand)
    records, progress = ran(store, found, errand)
    assert (progress.checked, [record.state for record in records]) == (0, STATES[:3])
    shutil.copy(samples / "weak-key.pdf", folder / "tampered-page.pdf")
    changed = [replace(one, version="2") if "tampered" in one.path else one for one in found]
    records, progress = ran(store, changed, errand)
    assert (progress.checked, [record.state for record in records]) == (1, ["unsigned", "valid", "insufficient"])
    _, progress = ran(store, changed, errand, replace(ASKED, question="another policy"))
    assert progress.checked == 3
    year_later = AT.replace(year=2027).isoformat()
    _, progress = ran(store, changed, errand, replace(ASKED, validation_time=year_later, older_than="6m"))
    assert progress.checked == 3
    _, progress = ran(store, changed, errand, replace(ASKED, full=True, validation_time=AT.replace(year=2028).isoformat()))
    assert progress.checked == 3


def test_a_document_that_cannot_be_opened_is_a_record(tmp_path: Path, errand: Errand) -> None:
    records, _ = ran(tmp_path / "results.sqlite", located(tmp_path, "gone"), errand)
    assert [(record.state, record.sha256) for record in records] == [("unreadable", None)]


@pytest.fixture
def endless(samples: Path) -> Iterator[Located]:
    def each() -> Iterator[Located]:
        number = 0
        while True:
            number += 1
            yield replace(located(samples, "person-and-office")[0], path=f"{number}.pdf")

    return each()


def test_an_archive_without_end_needs_no_memory_for_what_is_to_come(
    tmp_path: Path, endless: Iterator[Located], errand: Errand
) -> None:
    with ResultStore(tmp_path / "results.sqlite", write=True) as results:
        run = audit(endless, begin(results, ASKED), errand, LIMITS)
        for _ in range(100):
            next(run)
        run.close()
    assert int(next(endless).path.removesuffix(".pdf")) <= 100 + LIMITS.window + 2
