"""`sigcheck audit`: the documents of an archive, through workers, to records in a result store. Continued where it stopped."""

from __future__ import annotations

import calendar
import hashlib
import os
import re
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sigcheck.cli_baseline import Accepting, BaselineOptions
from sigcheck.cli_exit import exit_code, states_to_fail_on
from sigcheck.cli_output import ReaderLeftError, refuse_input_as_output, write_out
from sigcheck.cli_settings import (
    load_anchors,
    load_policy,
    load_profile,
    one_folder,
    parse_moment,
    read_password,
    receipts,
    signers_expected,
    validation_time,
)
from sigcheck.cli_store import default_store_file, opened_store
from sigcheck.cli_streams import CannotRunError, Outcome, cannot, report_options, say, write_error
from sigcheck.reporting.catalogue import Catalogue, load_catalogue
from sigcheck.reporting.formats import FORMATS, ONE_DOCUMENT

if TYPE_CHECKING:
    from sigcheck.auditing.errand import Errand
    from sigcheck.auditing.run import Progress
    from sigcheck.checked import Checked
    from sigcheck.store.results import Record, ResultStore, Run, RunAsked

DEFAULT_STORE: Final = "sigcheck-results.sqlite"
_AGE: Final = re.compile(r"(\d{1,4})([dwmy])")
_MEGABYTE: Final = 1024**2
EVERY_SECONDS: Final = 1.0
"""Between two lines of progress."""


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """The options of `audit` as they were given."""

    sources: tuple[str, ...]
    store: Path = Path(DEFAULT_STORE)
    form: str = "text"
    output: Path | None = None
    workers: int = 0
    """0: one for each processor."""
    seconds: float = 120.0
    memory: int = 2048
    """Megabytes of address space for one worker; 0: not limited."""
    older_than: str | None = None
    full: bool = False
    fail_on: str | None = None
    trust: tuple[str, ...] = ()
    user_trust: bool = True
    policy: str = "strict"
    profile: str | None = None
    at: str | None = None
    received_at: str | None = None
    received_from: Path | None = None
    expect_signers: tuple[str, ...] = ()
    min_signatures: int = 0
    require_timestamp: bool = False
    revocation_store: Path | None = None
    no_revocation_store: bool = False
    language: str = "vi"
    password_file: Path | None = None
    personal: bool = False
    baseline: BaselineOptions = field(default_factory=BaselineOptions)
    changed_since: str | None = None
    files_from: str | None = None
    null_separated: bool = False
    archives: bool = True


def audit(options: AuditOptions, now: datetime) -> int:
    """Check what the sources hold and keep the results. Gives the exit code; raises CannotRunError before the first check."""
    from sigcheck.store.results import ResultStore  # noqa: PLC0415 - SQLite is loaded for a store alone

    words = load_catalogue(options.language)
    failing = states_to_fail_on(options.fail_on, words)
    if options.form in ONE_DOCUMENT:
        raise cannot(words, "one-document-only", form=options.form)
    refuse_input_as_output(options.output, (), (), (options.baseline.path,), words)
    accepting = Accepting(options.baseline, words)
    found = _looked_for(options, words)
    errand, described = _errand(options, now, words)
    asked = _asked(options, found, errand, described, words)
    outcome = Outcome()
    form = report_options(
        language=options.language,
        personal=False,
        single=False,
        to_file=options.output is not None,
        for_people=options.form == "text",
    )
    form = replace(form, failing=failing, ended=lambda: exit_code(outcome, failing))
    with refusing_results(words), ResultStore(options.store, write=True) as store, suppress(ReaderLeftError):
        audited = _Audited(store, store.begin(asked), errand, options, found, accepting, outcome, words)
        with closing(audited.documents()) as documents:
            written = audited.lines(documents) if options.form == "text" else FORMATS[options.form](documents, form)
            write_out(written, options.output, words, lambda: outcome.has_reports() or not outcome.could_not_run)
            for _ in documents:  # a format that ended early leaves none unchecked
                pass
        audited.tell_end()
        accepting.end(outcome)
    return exit_code(outcome, failing)


@dataclass(slots=True)
class _Audited:
    """The run that is going on, as the command sees it."""

    store: ResultStore
    run: Run
    errand: Errand
    options: AuditOptions
    found: _LookedFor
    accepting: Accepting
    outcome: Outcome
    words: Catalogue
    progress: Progress | None = None

    def documents(self) -> Generator[Checked, None, None]:
        """Every document as its record is written; those that were recorded before the run was broken off come first."""
        for record, report in list(self._before()):
            yield from self._document(record, report)
        try:
            with closing(self._records()) as records:
                for record in records:
                    yield from self._document(record, self.store.report(record))
        except KeyboardInterrupt:
            self.outcome.interrupted = True
            say(self.words, "audit-interrupted", store=self.options.store)

    def _before(self) -> Iterator[tuple[Record, bytes | None]]:
        return self.store.reports(self.run.number) if self.run.continued else iter(())

    def _records(self) -> Generator[Record, None, None]:
        from sigcheck.auditing.run import Progress, audit  # noqa: PLC0415 - the engine is loaded once there is a run
        from sigcheck.running.pool import PoolLimits  # noqa: PLC0415 - as above
        from sigcheck.running.sources import SourceOptions, find_located, own_files  # noqa: PLC0415 - as above

        self.progress = Progress()
        workers = self.options.workers or len(_processors())
        memory = self.options.memory * _MEGABYTE or None
        limits = PoolLimits(workers, self.options.seconds, memory, window=64 + 8 * workers)
        told, began = time.monotonic(), time.monotonic()
        never = own_files(self.options.store, self.options.output, self.options.baseline.path)
        wanted = SourceOptions(self.options.files_from, self.options.null_separated, self.options.archives, never)
        found = find_located(self.found.sources, wanted)
        with closing(audit(found, self.run, self.errand, limits, progress=self.progress)) as records:
            for record in records:
                if time.monotonic() - told > EVERY_SECONDS and sys.stderr is not None and sys.stderr.isatty():
                    told = time.monotonic()
                    self._tell(told - began)
                yield record

    def _tell(self, seconds: float) -> None:
        done = self.progress
        if done is not None:
            counts = ", ".join(f"{self.words.word(f'state.{state}')} {count}" for state, count in sorted(done.states.items()))
            rate = f"{done.documents / seconds:.0f}"
            write_error(self.words.word("audit.progress", done=done.documents, rate=rate, counts=counts))

    def _document(self, record: Record, report: bytes | None) -> Iterator[Checked]:
        from sigcheck.checked import Checked  # noqa: PLC0415 - loaded with the engine
        from sigcheck.facts import Unreadable, UnreadableReason  # noqa: PLC0415 - as above
        from sigcheck.reporting.report_reading import read_report  # noqa: PLC0415 - as above

        if report is None:
            self.outcome.could_not_run = True
            say(self.words, str(record.problem), path=record.path, detail=record.detail or "", suffixes="*.pdf")
            return
        not_kept = Unreadable(UnreadableReason.IO)
        checked = Checked(read_report(report, record.path), not_kept, self.errand.policy, self.errand.trust)
        document = self.accepting.marked(checked)
        self.outcome.states.add(self.accepting.state(document).value)
        yield document

    def lines(self, documents: Iterator[Checked]) -> Iterator[str]:
        """A line for every document that is not valid, then the counts."""
        from collections import Counter  # noqa: PLC0415 - loaded with the engine

        from sigcheck.reporting.audit_text import document_line, summary  # noqa: PLC0415 - only for people

        states: Counter[str] = Counter()
        for document in documents:
            states[document.report.state.value] += 1
            if document.report.state != "valid":
                yield document_line(document.report, self.words)
        done = self.progress
        yield from summary(states, done.problems if done else 0, done.checked if done else 0, self.words)

    def tell_end(self) -> None:
        key = "audit-unfinished" if self.outcome.interrupted else "audit-finished"
        say(self.words, key, store=self.options.store, run=self.run.number, head=self.run.head, count=self.run.count)


@dataclass(frozen=True, slots=True)
class _LookedFor:
    """Where documents are looked for; with `--changed-since` the changed files alone, and the commits they were compared with."""

    sources: tuple[str, ...]
    commits: tuple[str, ...] | None = None


def _looked_for(options: AuditOptions, words: Catalogue) -> _LookedFor:
    if not options.sources and options.files_from is None:
        raise cannot(words, "no-source")
    if options.files_from is not None and options.changed_since is not None:
        raise cannot(words, "changed-since-of-list")
    if options.changed_since is None:
        return _LookedFor(options.sources)
    from sigcheck.running.changed import ChangedSinceError, changed_since  # noqa: PLC0415 - few runs ask git

    try:
        changes = changed_since(options.sources, options.changed_since)
    except ChangedSinceError as error:
        raise cannot(words, f"changed-{error.reason}", path=error.path, detail=error.detail) from error
    if not changes.paths:
        say(words, "changed-nothing", revision=options.changed_since)
    return _LookedFor(changes.paths, changes.commits)


def _processors() -> range:
    affinity = getattr(os, "sched_getaffinity", None)
    return range(len(affinity(0)) if affinity is not None else os.cpu_count() or 1)


def _errand(options: AuditOptions, now: datetime, words: Catalogue) -> tuple[Errand, dict[str, Any]]:
    """What workers are told, and all of it that answers depend on in words. Raises CannotRunError."""
    from sigcheck import __version__  # noqa: PLC0415 - loaded with the engine
    from sigcheck.auditing.errand import Errand  # noqa: PLC0415 - as above
    from sigcheck.pipeline import limits_of  # noqa: PLC0415 - as above
    from sigcheck.policy import Demands  # noqa: PLC0415 - as above
    from sigcheck.store.chain import canonical  # noqa: PLC0415 - as above

    at = validation_time(options.at, now, words)
    known = receipts(options.received_at, options.received_from, at, words)
    policy = load_policy(options.policy, words)
    profile = load_profile(options.profile, policy, options.policy, words)
    signers = signers_expected(options.expect_signers, words)
    trust = load_anchors(one_folder(options.trust, words), options.user_trust, at, words)
    demands = None
    if signers or options.min_signatures or options.require_timestamp:
        demands = Demands(signers, options.min_signatures, options.require_timestamp)
    store = None
    if not options.no_revocation_store:
        path = options.revocation_store or default_store_file()
        store = opened_store(path, words, must_be_there=options.revocation_store is not None)
    errand = Errand(
        trust=trust,
        policy=policy,
        at=at,
        limits=limits_of(policy),
        profile=profile,
        demands=demands,
        password=read_password(options.password_file, words),
        revocation_store=store,
        received_everywhere=known.everywhere,
        received_by_sha256=known.by_sha256,
    )
    described = {
        "sigcheck": __version__,
        "policy": {"name": policy.name, "sha256": policy.sha256},
        "profile": hashlib.sha256(repr(profile).encode()).hexdigest(),
        "demands": canonical(None if demands is None else asdict(demands)),
        "trust": trust.sha256,
        "revocation_store": None if store is None else store.sha256,
    }
    return errand, described


def _asked(options: AuditOptions, found: _LookedFor, errand: Errand, described: dict[str, Any], words: Catalogue) -> RunAsked:
    from sigcheck.store.chain import canonical  # noqa: PLC0415 - loaded with the store
    from sigcheck.store.results import RunAsked  # noqa: PLC0415 - as above

    question = hashlib.sha256(canonical(described).encode()).hexdigest()
    oldest = oldest_for(options.older_than, errand.at, words)
    sources = [os.fsencode(source).decode("utf-8", "backslashreplace") for source in options.sources]
    since: dict[str, Any] = {} if found.commits is None else {"changed_since": list(found.commits)}
    if options.files_from is not None:
        since["files_from"] = os.fsencode(options.files_from).decode("utf-8", "backslashreplace")
    if not options.archives:
        since["archives"] = False
    return RunAsked(
        question=question,
        described={**described, "sources": sources, "at": options.at, **since},
        validation_time=errand.at.isoformat(),
        oldest=None if oldest is None else oldest.isoformat(),
        full=options.full,
    )


def oldest_for(given: str | None, at: datetime, words: Catalogue) -> datetime | None:
    """The earliest validation time of a report that is still taken over under `--older-than 3y` (or 6m, 2w, 90d)."""
    if given is None:
        return None
    found = _AGE.fullmatch(given)
    if found is None:
        raise cannot(words, "older-than", given=given)
    count, unit = int(found[1]), found[2]
    months = {"m": count, "y": 12 * count}.get(unit, 0)
    try:
        return (
            months_before(at, months)
            if months
            else datetime.fromtimestamp(at.timestamp() - count * {"d": 1, "w": 7}[unit] * 86_400, at.tzinfo)
        )
    except (OverflowError, ValueError, KeyError) as error:
        raise cannot(words, "older-than", given=given) from error


def months_before(at: datetime, months: int) -> datetime:
    """The same day of an earlier month, or that month's last."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))


@contextmanager
def refusing_results(words: Catalogue) -> Iterator[None]:
    """A result store that cannot be used ends in one sentence and exit code 2."""
    from sigcheck.store.results_file import ResultStoreError  # noqa: PLC0415 - loaded with the store

    try:
        yield
    except ResultStoreError as error:
        raise cannot(words, f"results-{error.code}", **error.values) from error


__all__ = [
    "AuditOptions",
    "CannotRunError",
    "audit",
    "oldest_for",
    "parse_moment",
    "refusing_results",
]
