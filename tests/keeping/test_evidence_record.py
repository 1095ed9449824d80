"""Evidence records: exactly the evidence again, the same report from it, and refusals of what is no record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from kept_checks import SAMPLES, checked, checked_file, policy, record_of
from msgspec.structs import replace

from sigcheck.checked import Checked
from sigcheck.facts import Certificate
from sigcheck.judging.judge import judge
from sigcheck.keeping import codec, jsonfile
from sigcheck.keeping.flaws import EvidenceFileError
from sigcheck.keeping.record import read_record, write_record
from sigcheck.reporting.json_report import as_text, report_object

NAMES = sorted(path.stem for path in SAMPLES.glob("*.pdf"))


def holds(document: Checked) -> None:
    """The record is equal after JSON, and judging both gives the same octets of report."""
    record = record_of(document)
    written = write_record(record)
    again = read_record(written)
    assert again == record
    assert write_record(again) == written
    assert as_text(report_object(judge(again.evidence, again.question))) == as_text(report_object(document.report))


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_comes_back_equal_and_is_judged_the_same(name: str) -> None:
    holds(checked(name))


def test_every_genuine_document_comes_back_equal_and_is_judged_the_same(shared: Path) -> None:
    documents = sorted((shared / "vietnam").glob("*.pdf"))
    assert documents
    for path in documents:
        holds(checked_file(path))


def test_every_document_of_the_open_corpus_comes_back_equal(shared: Path) -> None:
    every = sorted((shared / "corpora" / "open" / "pdf").glob("*.pdf"))
    documents = [path for path in every[::12] if path.stat().st_size < 2_000_000]
    assert documents
    for path in documents:
        holds(checked_file(path))


def test_a_record_is_judged_under_another_policy_as_the_document_would_be() -> None:
    record = read_record(write_record(record_of(checked("generation-2", "archive"))))
    strict = replace(record.question, policy=policy("strict"), demands=policy("strict").demands)
    assert judge(record.evidence, strict) == checked("generation-2", "strict").report


def test_each_certificate_is_written_once() -> None:
    written = json.loads(write_record(record_of(checked("twenty-stamps"))))
    certificates = [one["sha256"] for one in written["tables"]["Certificate"]]
    assert len(certificates) == len(set(certificates))
    assert len(written["record"]["evidence"]["DocumentEvidence"]["signatures"]) == 21


def test_numbers_beyond_other_readers_are_text() -> None:
    """RFC 8259, 6: beyond 2**53 readers agree on no number; serial numbers have 160 bits (RFC 5280, 4.1.2.2)."""
    numbers = [
        one["serial_number"] for one in json.loads(write_record(record_of(checked("generation-2"))))["tables"]["Certificate"]
    ]
    assert all(isinstance(number, str) or abs(number) <= 2**53 for number in numbers)
    tables = codec.Tables()
    assert codec.codec_of(int).write(-(2**159), tables) == "-0x8" + "0" * 39
    assert codec.codec_of(int).read("-0x8" + "0" * 39, codec.Shelf()) == -(2**159)


@pytest.mark.parametrize("value", [0.5, 7, float("inf"), float("-inf")])
def test_a_number_keeps_its_kind(value: float) -> None:
    written = json.loads(json.dumps(codec.codec_of(float).write(value, codec.Tables()), allow_nan=False))
    again = codec.codec_of(float).read(written, codec.Shelf())
    assert (again, type(again)) == (value, type(value))


def sample() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(write_record(record_of(checked("generation-2"))))
    return whole


def refusal(whole: object) -> EvidenceFileError:
    with pytest.raises(EvidenceFileError) as caught:
        read_record(whole if isinstance(whole, bytes) else json.dumps(whole).encode())
    return caught.value


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"", "not-json"),
        (b"\xff\xfe", "not-json"),
        (b"[]", "not-evidence"),
        (b"{}", "not-evidence"),
        (b'{"evidence_version": "2"}', "version"),
        (b'{"evidence_version": 1}', "version"),
        (b'{"evidence_version": "1"}', "missing-field"),
        (b'{"evidence_version": "1", "tables": {}}', "missing-field"),
        (b'{"evidence_version": "1", "evidence_version": "1"}', "member-twice"),
        (b'{"evidence_version": NaN}', "not-json"),
        (b"[" * 100_000, "not-json"),
        (b"[" + b"1" * 10_000 + b"]", "not-json"),
        (b"[" + b"{}," * jsonfile.MOST_MARKS, "too-much"),
        (b" " * (jsonfile.MOST_OCTETS + 1), "too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_record_is_refused_with_the_reason(octets: bytes, reason: str) -> None:
    assert refusal(octets).reason == reason


def test_unknown_fields_are_refused_where_they_stand() -> None:
    whole = sample()
    whole["record"]["question"]["colour"] = "red"
    assert (refusal(whole).reason, refusal(whole).where) == ("unknown-field", "record.question")
    whole = sample()
    whole["more"] = 1
    assert refusal(whole).reason == "unknown-field"
    whole = sample()
    whole["tables"]["Colours"] = []
    assert refusal(whole).reason == "unknown-field"


def test_values_of_the_wrong_kind_are_refused_where_they_stand() -> None:
    for change in ({"at": "2026-11-20"}, {"at": "2026-11-20T00:00:00"}, {"at": 5}, {"path": None}, {"online": 1}):
        whole = sample()
        whole["record"]["question"] |= change
        assert (refusal(whole).reason, refusal(whole).where) == ("wrong-kind", f"record.question.{next(iter(change))}")


def test_a_place_in_a_table_has_to_be_there_and_to_lie_before() -> None:
    for place in (-1, 10_000, True, 1.0, "0"):
        whole = sample()
        whole["tables"]["PathEntry"][0]["certificate"] = place
        assert refusal(whole).reason in {"no-such-place", "wrong-kind"}
    whole = sample()
    whole["tables"]["PathFound"][0]["entries"] = []
    whole["tables"]["Certificate"][0]["der"] = len(whole["tables"]["octets"])
    assert refusal(whole).reason == "no-such-place"


def test_tables_that_multiply_end_at_the_limit() -> None:
    """Rows that each refer thousands of times to the row before: what judging would walk through is counted."""
    whole = sample()
    tables = whole["tables"]
    entry = tables["PathFound"][0]["entries"][0]
    tables["PathFound"][0]["entries"] = [entry] * 20_000
    tables["Paths"][0]["found"] = [0] * 20_000
    assert refusal(whole).reason == "too-much"


def test_what_judging_would_compare_for_hours_is_refused() -> None:
    """One path of 20,000 certificates, and 20,000 statements about it: 30 million values are not needed for that."""
    whole = sample()
    entry = whole["tables"]["PathFound"][0]["entries"][0]
    whole["tables"]["PathFound"][0]["entries"] = [entry] * 20_000
    said = {
        "certificate_sha256": "",
        "kind": "crl",
        "state": "good",
        "this_update": "2020-01-01T00:00:00+00:00",
        "next_update": None,
    }
    said |= dict.fromkeys(("produced_at", "revoked_at", "reason", "received_at", "flaw", "issuer_paths"))
    whole["tables"]["RevocationStatement"] = [{**said, "source": "cms", "authorised": True}]
    signature = whole["record"]["evidence"]["DocumentEvidence"]["signatures"][0]
    signature["statements"] = [0] * 20_000
    assert (refusal(whole).reason, refusal(whole).where) == ("too-much", "record")


def test_a_field_that_came_later_takes_its_default_in_an_older_record() -> None:
    whole = sample()
    for signature in whole["record"]["evidence"]["DocumentEvidence"]["signatures"]:
        for stamp in signature["timestamps"]:
            del stamp["in_document"]
    assert read_record(json.dumps(whole).encode()) == record_of(checked("generation-2"))
    del whole["tables"]["Certificate"][0]["subject"]
    assert refusal(whole).reason == "missing-field"


def test_every_kind_that_evidence_may_hold_has_a_form() -> None:
    """`codec_of` raises TypeError at the first field that it has no form for."""
    from sigcheck.keeping.record import EvidenceRecord  # noqa: PLC0415 - what is tested is that this does not raise

    assert codec.codec_of(EvidenceRecord) is not None
    with pytest.raises(TypeError):
        codec.codec_of(complex)
    assert Certificate in codec.REPEATED
