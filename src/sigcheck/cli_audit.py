"""`sigcheck audit`: the documents of an archive, through workers, to records in a result store. Continued where it stopped."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec import structs

from sigcheck.cli_audit_progress import Telling
from sigcheck.cli_audit_question import AuditOptions, LookedFor, errand_of, looked_for, run_asked
from sigcheck.cli_baseline import Accepting
from sigcheck.cli_exit import exit_code, states_to_fail_on
from sigcheck.cli_files_read import read_by, refuse_input_as_output
from sigcheck.cli_interruption import ENDING, Interruption
from sigcheck.cli_output import ReaderLeftError, write_out
from sigcheck.cli_redact import hiding, hiding_records
from sigcheck.cli_streams import Outcome, cannot, report_options, say, write_error
from sigcheck.reporting.catalogue import Catalogue, load_catalogue
from sigcheck.reporting.formats import FORMATS, ONE_DOCUMENT
from sigcheck.reporting.hostile import shown

if TYPE_CHECKING:
    from sigcheck.auditing.errand import Errand
    from sigcheck.auditing.run import Progress, Workers
    from sigcheck.checked import Checked
    from sigcheck.reporting.options import ReportOptions
    from sigcheck.running.places import Located, NotLocated
    from sigcheck.running.pool import PoolLimits
    from sigcheck.store.results import Record, ResultStore
    from sigcheck.store.summary import Altered
    from sigcheck.store.writing import Run

_MEGABYTE: Final = 1024**2


def audit(options: AuditOptions, clock: Callable[[], datetime]) -> int:
    """Check what the sources hold and keep the results. Gives the exit code; raises CannotRunError before the first check."""
    from sigcheck.store.results import ResultStore  # noqa: PLC0415 - SQLite is loaded for a store alone
    from sigcheck.store.writing import begin  # noqa: PLC0415 - as above

    words = load_catalogue(options.language)
    failing = states_to_fail_on(options.fail_on, words)
    if options.form in ONE_DOCUMENT:
        raise cannot(words, "one-document-only", form=options.form)
    refuse_input_as_output(options.output, read_by(options, files=options.files_read), words)
    hidden = hiding(options.redact, options.redact_key, options.form, False, words)
    altered = hiding_records(options.redact, options.redact_key, words) if options.form == "html" else None
    accepting = Accepting(options.baseline, words)
    found = looked_for(options, words)
    errand = errand_of(options, clock(), words)
    outcome = Outcome()
    interruption = Interruption(ENDING)
    with refusing_results(words), ResultStore(options.store, write=True) as store, interruption.listening():
        going = _Going(store, options, found, accepting, outcome, words, interruption)
        if options.online:
            errand = going.filled(errand, clock)
        run = begin(store, run_asked(options, found, errand, words))
        errand = replace(errand, at=datetime.fromisoformat(run.validation_time))  # a run that goes on has its own
        form = structs.replace(_form(options), failing=failing, ended=lambda: exit_code(outcome, failing))
        try:
            with closing(going.documents(run, errand)) as documents:
                passed = hidden(documents)
                written = going.written(passed, run, form, altered)
                write_out(written, options.output, words, lambda: outcome.has_reports() or not outcome.could_not_run)
                for _ in passed:  # a format that ended early leaves none unchecked
                    pass
        except ReaderLeftError:
            outcome.interrupted = outcome.interrupted or not run.finished
        if run.finished and options.timestamp_log is not None:
            going.stamp(run)
        going.tell_end(run)
        accepting.end(outcome)
    return exit_code(outcome, failing)


def _form(options: AuditOptions) -> ReportOptions:
    return report_options(
        language=options.language,
        personal=False,  # the store holds no ID number
        single=False,
        to_file=options.output is not None,
        for_people=options.form == "text",
    )


@dataclass(slots=True)
class _Going:
    """The audit that is going on, as the command sees it."""

    store: ResultStore
    options: AuditOptions
    looked_for: LookedFor
    accepting: Accepting
    outcome: Outcome
    words: Catalogue
    interruption: Interruption
    states: Counter[str] = field(default_factory=Counter)
    problems: int = 0
    progress: Progress | None = None

    def documents(self, run: Run, errand: Errand) -> Generator[Checked, None, None]:
        """Every document as its record is written; those that were recorded before the run was broken off come first."""
        if run.continued:
            for record in self.store.records(run.number):
                yield from self._document(run, record, errand)
        try:
            with closing(self._records(run, errand)) as records:
                for record in records:
                    yield from self._document(run, record, errand)
        except KeyboardInterrupt:
            self.outcome.interrupted = True
            say(self.words, "audit-interrupted", store=self.options.store)

    def _records(self, run: Run, errand: Errand) -> Generator[Record, None, None]:
        from sigcheck.auditing.run import Progress, audit  # noqa: PLC0415 - the engine is loaded once there is a run
        from sigcheck.running.pool import NoWorkersError  # noqa: PLC0415 - as above

        self.progress = Progress()
        local = None if self.options.files_from is not None else self.looked_for.sources
        telling = Telling(self.progress, self.words, run.count, local)
        try:
            with self._workers() as workers:
                records = audit(
                    self.located(), run, errand, self.limits(), workers=workers, progress=self.progress,
                    waiting=self.interruption.during_check,
                )  # fmt: skip
                with closing(records):
                    for record in records:
                        telling.note()
                        yield record
        except NoWorkersError as error:
            raise cannot(self.words, "no-workers", detail=error) from error
        finally:
            telling.end()

    def _workers(self) -> AbstractContextManager[Workers]:
        """Processes of this machine, or a cluster's."""
        from sigcheck.running.pool import run_in_order  # noqa: PLC0415 - as above

        if self.options.cluster is None:
            return nullcontext(run_in_order)
        from sigcheck.cli_audit_cluster import on_cluster  # noqa: PLC0415 - the extra `cluster`

        return on_cluster(self.options.cluster, self.words)

    def located(self) -> Iterator[Located | NotLocated]:
        from sigcheck.running.sources import SourceOptions, find_located, own_files  # noqa: PLC0415 - loaded once there is a run

        never = own_files(self.options.store, self.options.output, self.options.baseline.path)
        wanted = SourceOptions(self.options.files_from, self.options.null_separated, self.options.archives, never)
        return find_located(self.looked_for.sources, wanted)

    def limits(self) -> PoolLimits:
        from sigcheck.running.pool import PoolLimits  # noqa: PLC0415 - as above

        workers = self.options.workers or _processors()
        return PoolLimits(workers, self.options.seconds, self.options.memory * _MEGABYTE or None, window=64 + 8 * workers)

    def filled(self, errand: Errand, clock: Callable[[], datetime]) -> Errand:
        """The errand with a revocation store in which there is what could be had."""
        from sigcheck.cli_audit_online import filled  # noqa: PLC0415 - only a run that may ask

        return filled(self.options, errand, self.located(), self.limits(), self.interruption, clock, self.words)

    def _document(self, run: Run, record: Record, errand: Errand) -> Iterator[Checked]:
        from sigcheck.checked import Checked  # noqa: PLC0415 - loaded with the engine
        from sigcheck.facts import Unreadable, UnreadableReason  # noqa: PLC0415 - as above
        from sigcheck.reporting.report_reading import ReportUnreadableError, read_report  # noqa: PLC0415 - as above

        if record.problem is not None:
            self._tell_problem(record)
            return
        self.states[str(record.state)] += 1
        if self._brief and record.state == "valid":
            self.outcome.states.add("valid")
            return
        try:
            report = read_report(self.store.report(run.number, record.position) or b"", record.path)
        except ReportUnreadableError as error:
            raise cannot(self.words, "results-damaged", path=self.options.store, detail=error) from error
        not_kept = Unreadable(UnreadableReason.IO)
        document = self.accepting.marked(Checked(report, not_kept, errand.policy, errand.trust))
        self.outcome.states.add(self.accepting.state(document).value)
        yield document

    @property
    def _brief(self) -> bool:
        """Whether documents that are valid need not be read back: people are told their number."""
        return self.options.form in {"text", "html"} and self.options.baseline.path is None

    def _tell_problem(self, record: Record) -> None:
        from sigcheck.auditing.run import FAULT  # noqa: PLC0415 - as above

        self.problems += 1
        if record.problem == FAULT:
            self.outcome.fault = True
        else:
            self.outcome.could_not_run = True
        say(self.words, str(record.problem), path=record.path, detail=record.detail or "", suffixes="*.pdf")

    def written(self, documents: Iterator[Checked], run: Run, form: ReportOptions, altered: Altered | None) -> Iterator[str]:
        """What goes to the output, as documents end."""
        match self.options.form:
            case "text":
                return self.lines(documents)
            case "html":
                return self.page(documents, run, form, altered)
            case other:
                return FORMATS[other](documents, form)

    def lines(self, documents: Iterator[Checked]) -> Iterator[str]:
        """A line for every document that is not valid, then the counts."""
        from sigcheck.reporting.audit_text import document_line, summary  # noqa: PLC0415 - only for people

        for document in documents:
            if document.report.state != "valid":
                yield document_line(document.report, self.words)
        done = self.progress
        yield from summary(self.states, self.problems, done.checked if done else 0, self.words)

    def page(self, documents: Iterator[Checked], run: Run, form: ReportOptions, altered: Altered | None) -> Iterator[str]:
        """The archive's page, when the last document is done: one with every document's report would open in no browser."""
        from sigcheck.reporting.html.archive import archive_page  # noqa: PLC0415 - only for people
        from sigcheck.store.summary import summarise  # noqa: PLC0415 - as above

        for _ in documents:
            pass
        asked = next(one for one in self.store.runs() if one.number == run.number)
        yield from archive_page(summarise(self.store, asked, altered), form)

    def stamp(self, run: Run) -> None:
        from sigcheck.cli_log_stamps import stamp_head  # noqa: PLC0415 - the network only where it is asked for

        if not stamp_head(self.store, run.number, run.head, self.options.timestamp_log or "", self.words):
            self.outcome.could_not_run = True

    def tell_end(self, run: Run) -> None:
        key = "audit-finished" if run.finished else "audit-unfinished"
        say(self.words, key, store=self.options.store, run=run.number, head=run.head, count=run.count)
        if self.outcome.fault:
            say(self.words, "fault-report")
            for traceback in self.progress.faults if self.options.debug and self.progress else ():
                for line in traceback.splitlines():
                    write_error(shown(line))


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


@contextmanager
def refusing_results(words: Catalogue) -> Iterator[None]:
    """A result store that cannot be used ends in one sentence and exit code 2."""
    from sigcheck.store.results_file import ResultStoreError  # noqa: PLC0415 - loaded with the store

    try:
        yield
    except ResultStoreError as error:
        raise cannot(words, f"results-{error.code}", **error.values) from error
