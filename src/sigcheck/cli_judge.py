"""`sigcheck judge`: stored evidence judged again, under its own question or another one, without the document."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sigcheck import __version__
from sigcheck.anchors import TrustList
from sigcheck.checked import Checked
from sigcheck.cli_evidence import octets_of, refusal, vouched_for
from sigcheck.cli_files_read import read_by, refuse_input_as_output
from sigcheck.cli_output import ReaderLeftError, write_out
from sigcheck.cli_redact import hiding
from sigcheck.cli_settings import load_policy, load_profile, moment_given, signers_expected, validation_time
from sigcheck.cli_streams import Outcome, cannot, report_options, say, write_error
from sigcheck.judging.judge import judge as judge_again
from sigcheck.keeping.bundle_reading import ZIP_START, Bundle, read_bundle
from sigcheck.keeping.flaws import EvidenceFileError
from sigcheck.keeping.record import EvidenceRecord, read_record
from sigcheck.policy import Demands, Policy
from sigcheck.references import EvidenceBundleReference
from sigcheck.reporting.catalogue import Catalogue, load_catalogue
from sigcheck.reporting.formats import FORMATS, ONE_DOCUMENT
from sigcheck.reporting.hostile import shown

if TYPE_CHECKING:
    from sigcheck.question import Question


class JudgeOptions(Struct, frozen=True):
    """The options of `judge` as they were given."""

    evidence: Path
    form: str = "text"
    output: Path | None = None
    policy: str | None = None
    profile: str | None = None
    at: str | None = None
    received_at: str | None = None
    expect_signers: tuple[str, ...] = ()
    min_signatures: int = 0
    require_timestamp: bool = False
    evidence_sha256: str | None = None
    language: str = "vi"
    personal: bool = False
    redact: bool = False
    redact_key: Path | None = None
    debug: bool = False


class _Evidence(Struct, frozen=True):
    """What the file holds, and whether the user knows it by its digest."""

    records: tuple[tuple[EvidenceRecord, TrustList], ...]
    reference: EvidenceBundleReference | None
    """None when it is known: its reports are then those of the check."""


def judge(options: JudgeOptions, now: datetime) -> int:
    """Judge what the file holds and write the reports. Gives the exit code; raises CannotRunError."""
    words = load_catalogue(options.language)
    output = None if options.output == Path("-") else options.output
    refuse_input_as_output(output, read_by(options, files=(options.evidence,)), words)
    hidden = hiding(options.redact, options.redact_key, options.form, options.personal, words)
    evidence = _read(options, words)
    if options.form in ONE_DOCUMENT and len(evidence.records) != 1:
        raise cannot(words, "one-document-only", form=options.form)
    outcome = Outcome()
    form = report_options(
        language=options.language,
        personal=options.personal,
        single=len(evidence.records) == 1,
        to_file=output is not None,
        for_people=options.form == "text",
    )
    key = "record" if evidence.reference is not None else "record-known"
    form = replace(form, grounds=words.word(f"label.grounds-{key}"))
    say(words, f"evidence-{key}", path=options.evidence)
    documents = _judged(options, evidence, _asked(options, evidence, now, words), outcome, words)
    with suppress(ReaderLeftError):
        write_out(FORMATS[options.form](hidden(documents), form), output, words, outcome.has_reports)
    return outcome.exit_code()


def _read(options: JudgeOptions, words: Catalogue) -> _Evidence:
    """The records of a bundle, or the one record."""
    path = options.evidence
    octets = octets_of(path, words)
    known = vouched_for(octets, options.evidence_sha256, path, words)
    try:
        if octets.startswith(ZIP_START):
            bundle = read_bundle(octets)
            sha256, records = bundle.sha256, _records(bundle)
        else:
            record = read_record(octets)
            sha256, records = _sha256(octets), ((record, _nothing_but_its_name(record)),)
    except EvidenceFileError as error:
        raise refusal(error, path, words) from None
    return _Evidence(records, None if known else EvidenceBundleReference(sha256, "evidence"))


def _sha256(octets: bytes) -> str:
    import hashlib  # noqa: PLC0415 - a bundle brings its own

    return hashlib.sha256(octets).hexdigest()


def _records(bundle: Bundle) -> tuple[tuple[EvidenceRecord, TrustList], ...]:
    return tuple((bundle.record(document), bundle.trust(document)) for document in bundle.manifest.documents)


def _nothing_but_its_name(record: EvidenceRecord) -> TrustList:
    """A record says which trust list its paths were built with; the list itself is not in it, and judging does not ask."""
    trust = record.question.trust
    return TrustList((), tuple(trust.sources), trust.sha256)


def _asked(options: JudgeOptions, evidence: _Evidence, now: datetime, words: Catalogue) -> tuple[Question, ...]:
    """The question to each record: its own, but for what the options say."""
    policy = None if options.policy is None else load_policy(options.policy, words)
    signers = signers_expected(options.expect_signers, words)
    demands = Demands(signers, options.min_signatures, options.require_timestamp)
    asked = []
    for record, _ in evidence.records:
        question = replace(record.question, sigcheck_version=__version__)
        if evidence.reference is not None:
            question = replace(question, evidence_bundle=evidence.reference)
        if policy is not None:
            question = _under(policy, question, options.policy or "", words)
        if options.profile is not None:
            question = replace(question, profile=load_profile(options.profile, question.policy, options.policy or "", words))
        if demands != Demands():
            question = replace(question, demands=demands)
        asked.append(_at_its_time(question, options, now, words))
    return tuple(asked)


def _under(policy: Policy, question: Question, name: str, words: Catalogue) -> Question:
    """Under another policy. A profile and demands that were the first policy's own are those of the new one."""
    profile, demands = question.profile, question.demands
    if profile.name == question.policy.profile:
        profile = load_profile(None, policy, name, words)
    if demands == question.policy.demands:
        demands = policy.demands
    return replace(question, policy=policy, profile=profile, demands=demands)


def _at_its_time(question: Question, options: JudgeOptions, now: datetime, words: Catalogue) -> Question:
    """With the times of the options. A record of receipt that is younger than `--at` proves nothing then, and is left out."""
    if options.at is not None:
        question = replace(question, at=validation_time(options.at, now, words))
    if options.received_at is not None:
        received = moment_given("--received-at", options.received_at, question.at, words, "received-after-at")
        return replace(question, received=received)
    if question.received is not None and question.received > question.at:
        return replace(question, received=None)
    return question


def _judged(
    options: JudgeOptions, evidence: _Evidence, asked: tuple[Question, ...], outcome: Outcome, words: Catalogue
) -> Iterator[Checked]:
    from sigcheck.reporting.json_report import as_line, report_object  # noqa: PLC0415 - both catalogues are loaded for it

    for (record, trust), question in zip(evidence.records, asked, strict=True):
        try:
            report = judge_again(record.evidence, question)
            as_line(report_object(report))  # numbers and times may be such that nobody can write them
        except Exception as error:  # noqa: BLE001 - what a file from outside claims need not fit together; the engine's does
            outcome.could_not_run = True
            say(words, "evidence-contradicts-itself", path=options.evidence, detail=f"{type(error).__name__}: {error}")
            if options.debug:
                for line in "".join(traceback.format_exception(error)).splitlines():
                    write_error(shown(line))
            continue
        outcome.states.add(report.state)
        yield Checked(report, record.evidence, question.policy, trust)
