"""Every sample is what expected.toml says of it, and the generator still makes it."""

from __future__ import annotations

import re
import tomllib
import zlib
from typing import Any

import pytest
from sample_checking import ALL, SAMPLES, Sample, codes_of, content_of, findings_of, report_on, trust

from generator import catalogue, trustfiles  # isort: skip - found once sample_checking has set the path
from sigcheck.engine.bytesource import MemorySource
from sigcheck.engine.pdf.pdffile import open_pdf
from sigcheck.engine.reader import read_document
from sigcheck.facts import CmsFacts, DocumentFacts, Unreadable
from sigcheck.trust.load import load_trust

EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((SAMPLES / "expected.toml").read_text(encoding="utf-8"))
every_sample = pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.name)
every_committed = pytest.mark.parametrize("sample", [one for one in ALL if one.committed], ids=lambda sample: sample.name)


def facts_of(content: bytes, password: str | None = None) -> DocumentFacts:
    pdf = open_pdf(MemorySource(content), password=password)
    assert not isinstance(pdf, Unreadable)
    facts = read_document(pdf)
    assert isinstance(facts, DocumentFacts)
    return facts


@every_sample
def test_the_report_is_as_expected(sample: Sample) -> None:
    expected = EXPECTED[sample.name]
    report = report_on(content_of(sample), password=sample.password)
    said = [(finding.code, finding.facts) for finding in findings_of(report)]
    assert report.state == expected["state"], said
    assert set(expected["codes"]) <= codes_of(report), said
    assert report.document.revisions == expected["revisions"]
    assert len(report.signatures) == expected["signatures"]


@every_sample
def test_every_state_but_valid_has_a_finding_that_decides_it(sample: Sample) -> None:
    report = report_on(content_of(sample), password=sample.password)
    findings = findings_of(report)
    if report.state in ("invalid", "insufficient"):
        assert any(finding.decides is not None and finding.decides.value == report.state.value for finding in findings)
    if report.state == "valid":
        assert not any(finding.decides for finding in findings)


@every_committed
def test_the_generator_makes_the_committed_documents(sample: Sample) -> None:
    """Byte for byte where this Python's zlib compresses as the one that wrote them; in structure everywhere."""
    committed, made = content_of(sample), sample.make()
    if _compresses_alike():
        assert made == committed, "run python samples/generate.py"
    assert _structure(made, sample.password) == _structure(committed, sample.password)


def test_the_texts_and_the_trust_folder_are_up_to_date() -> None:
    assert (SAMPLES / "expected.toml").read_text(encoding="utf-8") == catalogue.expected_toml()
    assert (SAMPLES / "README.md").read_text(encoding="utf-8") == catalogue.readme()
    for name, content in trustfiles.files().items():
        assert (SAMPLES / name).read_bytes() == content


def test_no_document_lies_there_unexplained_and_all_are_small() -> None:
    documents = list(SAMPLES.glob("*.pdf"))
    assert {path.stem for path in documents} == {sample.name for sample in ALL if sample.committed}
    assert set(EXPECTED) == {sample.name for sample in ALL}
    assert sum(path.stat().st_size for path in documents) < 1_200_000


def test_made_up_authorities_are_never_shipped() -> None:
    invented = {entry.sha256 for entry in trust().entries} | {entry.public_key for entry in trust().entries}
    assert len(trust().anchors) == 3
    shipped = load_trust()
    assert invented.isdisjoint({entry.sha256 for entry in shipped.entries} | {entry.public_key for entry in shipped.entries})


def test_without_their_trust_no_sample_is_valid() -> None:
    """The shipped anchors know none of these people, however sound their signatures are."""
    shipped = load_trust()
    for sample in ALL:
        assert report_on(content_of(sample), password=sample.password, trusting=shipped).state != "valid", sample.name


def test_all_revocation_data_in_the_document_is_enough_for_strict() -> None:
    report = report_on((SAMPLES / "certified-then-archived.pdf").read_bytes(), under="strict")
    assert report.state == "valid", findings_of(report)
    assert report.signatures[0].revocation.checked


def test_strict_asks_for_revocation_data_where_archive_only_warns() -> None:
    content = (SAMPLES / "person-and-office.pdf").read_bytes()
    assert report_on(content, under="archive").state == "valid"
    strict = report_on(content, under="strict")
    assert strict.state == "insufficient"
    assert "revocation-not-checked" in codes_of(strict)


@pytest.mark.parametrize(
    ("name", "profile", "state", "code"),
    [
        ("person-and-office", "issued", "valid", None),
        ("organisation-before-person", "issued", "invalid", "organisation-before-person"),
        ("copy-stamp", "issued", "invalid", "person-signature-missing"),
        ("copy-stamp", "copy", "valid", None),
        ("expired-with-timestamp", "copy", "invalid", "organisation-signature-missing"),
    ],
)
def test_profiles_ask_for_what_the_kind_of_document_must_bear(name: str, profile: str, state: str, code: str | None) -> None:
    report = report_on((SAMPLES / f"{name}.pdf").read_bytes(), profile=profile)
    assert report.state == state, findings_of(report)
    assert code is None or code in codes_of(report)


def test_an_encrypted_sample_says_that_it_needs_its_password() -> None:
    content = (SAMPLES / "encrypted-with-password.pdf").read_bytes()
    assert report_on(content).state == "unreadable"
    assert report_on(content, password="wrong").state == "unreadable"
    assert report_on(content, password="sigcheck").state == "valid"


def test_the_five_blocks_have_the_times_and_order_of_the_real_document() -> None:
    facts = facts_of((SAMPLES / "five-blocks.pdf").read_bytes())
    claimed = [signature.block.claimed_time for signature in facts.signatures]
    assert [time.iso if time else None for time in claimed] == [
        "2023-05-25T15:30:57+07:00",
        "2023-05-26T09:45:13+07:00",
        "2023-05-26T09:45:22+07:00",
        "2023-05-26T09:45:50+07:00",
        "2023-05-26T09:47:44+07:00",
    ]
    assert [signature.block.trial for signature in facts.signatures] == [True, False, False, False, False]


def test_the_first_generation_has_its_quirks() -> None:
    (signature,) = facts_of((SAMPLES / "generation-1.pdf").read_bytes()).signatures
    assert isinstance(signature.cms, CmsFacts)
    assert signature.cms.encoding == "ber"
    assert len(signature.cms.certificates) == 1
    assert signature.cms.unsigned_attribute_types[0] == "1.2.840.113549.1.9.16.2.10"
    assert len(signature.cms.timestamp_tokens) == 1


def _compresses_alike() -> bool:
    content = (SAMPLES / "unsigned-guidance.pdf").read_bytes()
    streams = re.findall(rb"/Filter/FlateDecode/Length (\d+)>>stream\n", content)
    starts = [match.end() for match in re.finditer(rb"/Filter/FlateDecode/Length \d+>>stream\n", content)]
    packed = [content[start : start + int(length)] for start, length in zip(starts, streams, strict=True)]
    return bool(packed) and all(zlib.compress(zlib.decompress(one), 9) == one for one in packed)


def _structure(content: bytes, password: str | None) -> list[object]:
    facts = facts_of(content, password)
    signatures: list[object] = [
        (one.field, one.kind, one.revision, one.sub_filter, one.block, one.byte_range.flaw, one.removed_in, len(one.contents))
        for one in facts.signatures
    ]
    return [len(facts.revisions), facts.tail.kind, len(facts.remains), *signatures]
