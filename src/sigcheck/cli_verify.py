"""`sigcheck verify`: paths to reports. One document's failure is one report; the others are still checked."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypedDict

from msgspec import Struct
from msgspec.structs import replace

from sigcheck.checked import Checked
from sigcheck.cli_exit import exit_code, states_to_fail_on
from sigcheck.cli_interruption import Interruption
from sigcheck.cli_output import ReaderLeftError, write_out
from sigcheck.cli_settings import (
    Receipts,
    load_anchors,
    load_policy,
    load_profile,
    one_folder,
    read_password,
    receipts,
    signers_expected,
    validation_time,
)
from sigcheck.cli_streams import CannotRunError, Outcome, cannot, report_options, say, write_error
from sigcheck.reporting.catalogue import Catalogue, load_catalogue
from sigcheck.reporting.formats import FORMATS, ONE_DOCUMENT
from sigcheck.reporting.hostile import shown
from sigcheck.running.paths import PDF_ONLY, Found, NotFound, find_documents, is_folder

if TYPE_CHECKING:
    from sigcheck.cli_baseline import Accepting
    from sigcheck.cli_pictures import Illustrate
    from sigcheck.material import OfferedMaterial
    from sigcheck.policy import Demands
    from sigcheck.references import EvidenceBundleReference

    class _Beside(TypedDict, total=False):
        """What a check gets beside the document: keywords of `pipeline.check`."""

        offered: OfferedMaterial
        evidence_bundle: EvidenceBundleReference
        keep: bool


class VerifyOptions(Struct, frozen=True):
    """The options of `verify` as they were given."""

    paths: tuple[str, ...]
    form: str = "text"
    output: Path | None = None
    fail_on: str | None = None
    baseline: Path | None = None
    trust: tuple[str, ...] = ()
    user_trust: bool = True
    policy: str = "strict"
    profile: str | None = None
    at: str | None = None
    received_at: str | None = None
    received_from: Path | None = None
    online: bool = False
    offline: bool = False
    expect_signers: tuple[str, ...] = ()
    min_signatures: int = 0
    require_timestamp: bool = False
    language: str = "vi"
    password_file: Path | None = None
    personal: bool = False
    pictures: bool = True
    redact: bool = False
    redact_key: Path | None = None
    debug: bool = False
    evidence: Path | None = None
    from_evidence: Path | None = None
    evidence_sha256: str | None = None
    revocation_store: Path | None = None
    no_revocation_store: bool = False
    allow_private: bool = False
    """Servers in private networks may be asked."""
    given: frozenset[str] = frozenset()
    """The parameters of the command that were given, not left at their defaults."""


Check = Callable[[Found], Checked]


def verify(options: VerifyOptions, now: datetime, clock: Callable[[], datetime] | None = None) -> int:
    """Check what the paths name and write the reports. Gives the exit code; raises CannotRunError before the first check.

    With a `clock` servers may be asked first, unless the options forbid it; it says when an answer came in.
    """
    words = load_catalogue(options.language)
    output = None if options.output == Path("-") else options.output
    for place, other in ((output, options.evidence), (options.evidence, output)):
        if place is not None:
            from sigcheck.cli_files_read import read_by, refuse_input_as_output  # noqa: PLC0415 - only where a file is written

            refuse_input_as_output(place, read_by(options, documents=options.paths, files=(options.baseline, other)), words)
    hidden = _hiding(options, words)
    failing = states_to_fail_on(options.fail_on, words)
    accepting = _accepting(options.baseline, words)
    check = prepare(options, now, words, clock)
    outcome = Outcome()
    single = len(options.paths) == 1 and not is_folder(options.paths[0])
    if options.form in ONE_DOCUMENT and not single:
        raise cannot(words, "one-document-only", form=options.form)
    form = report_options(
        language=options.language,
        personal=options.personal,
        single=single,
        to_file=output is not None,
        for_people=options.form == "text",
    )
    if options.evidence_sha256 is not None:
        form = replace(form, grounds=words.word("label.grounds-bundle", sha256=shown(options.evidence_sha256)))
    form = replace(form, failing=failing, ended=lambda: exit_code(outcome, failing))
    gc.freeze()  # modules, trust and words stay: garbage is looked for in what documents leave behind
    gc.enable()
    interruption = Interruption()
    with interruption.listening(), _kept(options.evidence, words) as kept, suppress(ReaderLeftError):
        written = FORMATS[options.form](hidden(kept(_reports(options, check, outcome, accepting, words, interruption))), form)
        write_out(written, output, words, outcome.has_reports)
    if accepting is not None:
        accepting.end(outcome)
    return exit_code(outcome, failing)


def _accepting(baseline: Path | None, words: Catalogue) -> Accepting | None:
    """What reports pass through when there is a baseline. Raises CannotRunError."""
    if baseline is None:
        return None
    from sigcheck.cli_baseline import Accepting, BaselineOptions  # noqa: PLC0415 - few runs have a baseline

    return Accepting(BaselineOptions(baseline, partly=True), words)


def _hiding(options: VerifyOptions, words: Catalogue) -> Callable[[Iterator[Checked]], Iterator[Checked]]:
    """What documents pass through when names are to be hidden."""
    if not options.redact and options.redact_key is None:
        return lambda documents: documents
    from sigcheck.cli_redact import hiding  # noqa: PLC0415 - few reports leave the house

    return hiding(options.redact, options.redact_key, options.form, options.personal, words)


@contextmanager
def _kept(evidence: Path | None, words: Catalogue) -> Iterator[Callable[[Iterator[Checked]], Iterator[Checked]]]:
    """What documents pass through when evidence is to be kept."""
    if evidence is None:
        yield lambda documents: documents
        return
    from sigcheck.cli_evidence import evidence_kept  # noqa: PLC0415 - few runs keep evidence

    with evidence_kept(evidence, words) as kept:
        yield kept


def prepare(options: VerifyOptions, now: datetime, words: Catalogue, clock: Callable[[], datetime] | None = None) -> Check:
    """The check of one document under these options: everything that can be refused is refused here."""
    password = read_password(options.password_file, words)
    illustrate = _illustrating(options, password)
    beside = _from_evidence(options, password, illustrate, words)
    if callable(beside):
        return beside
    from sigcheck.cli_store import StoreOptions, checking_with_store  # noqa: PLC0415 - as below
    from sigcheck.pipeline import limits_of  # noqa: PLC0415 - as above
    from sigcheck.running.reading import opened, sha256_of  # noqa: PLC0415 - as above

    at = validation_time(options.at, now, words)
    known = receipts(options.received_at, options.received_from, at, words)
    policy = load_policy(options.policy, words)
    profile = load_profile(options.profile, policy, options.policy, words)
    signers = signers_expected(options.expect_signers, words)
    trust = load_anchors(one_folder(options.trust, words), options.user_trust, at, words)
    demands = _demands(options, signers)
    limits = limits_of(policy)
    stored = StoreOptions(
        options.revocation_store,
        options.no_revocation_store,
        options.online,
        options.offline,
        options.at,
        options.allow_private,
    )
    check_one = checking_with_store(stored, at, clock, words)

    def check(found: Found) -> Checked:
        with opened(found, limits.file_bytes) as source:
            received = known.everywhere
            if known.by_sha256:
                received = known.by_sha256.get(sha256_of(source) or "")
            checked = check_one(
                source,
                path=found.path,
                trust=trust,
                policy=policy,
                at=at,
                received=received,
                password=password,
                profile=profile,
                demands=demands,
                limits=limits,
                **beside,
            )
            return illustrate(checked, source)

    return check


def _illustrating(options: VerifyOptions, password: str | None) -> Illustrate:
    """Pictures for the one format that shows them. A redacted report has none: the pages show names."""
    if options.form != "html":
        return lambda checked, _: checked
    from sigcheck.cli_pictures import illustrating  # noqa: PLC0415 - for one format alone

    return illustrating(options.pictures and not options.redact and options.redact_key is None, password)


def _from_evidence(options: VerifyOptions, password: str | None, illustrate: Illustrate, words: Catalogue) -> Check | _Beside:
    """The check that a bundle repeats when its SHA-256 is known; otherwise what it may give to another one."""
    keep = options.evidence is not None
    if options.from_evidence is None:
        if options.evidence_sha256 is not None:
            raise cannot(words, "evidence-sha256-alone")
        return {"keep": keep}
    from sigcheck.cli_evidence import given_bundle, repeating, untrusted_material  # noqa: PLC0415 - few runs have a bundle

    bundle, believed = given_bundle(options.from_evidence, options.evidence_sha256, options.given, words)
    if believed:
        return repeating(bundle, options.from_evidence, password, keep, illustrate, words)
    offered, reference = untrusted_material(bundle, options.from_evidence, words)
    return {"offered": offered, "evidence_bundle": reference, "keep": keep}


def _demands(options: VerifyOptions, signers: tuple[str, ...]) -> Demands | None:
    from sigcheck.policy import Demands  # noqa: PLC0415 - loaded with the policy

    if not (signers or options.min_signatures or options.require_timestamp):
        return None
    return Demands(signers, options.min_signatures, options.require_timestamp)


def _reports(
    options: VerifyOptions,
    check: Check,
    outcome: Outcome,
    accepting: Accepting | None,
    words: Catalogue,
    interruption: Interruption,
) -> Iterator[Checked]:
    """The documents, one as each document ends. An interruption ends them early; formats finish what they began."""
    done = 0
    several = len(options.paths) > 1 or is_folder(options.paths[0])
    progress = several and _is_terminal(sys.stderr) and (options.output is not None or not _is_terminal(sys.stdout))
    try:
        for found in interruption.each(find_documents(options.paths)):
            if isinstance(found, NotFound):
                tell_not_found(found, PDF_ONLY, outcome, words)
                continue
            if progress:
                write_error(words.word("error.progress", done=done + 1, path=shown(found.path)))
            with interruption.during_check():
                document = _checked(found, check, outcome, words, options.debug)
            if document is not None:
                done += 1
                marked = document if accepting is None else accepting.marked(document)
                outcome.states.add(marked.report.state if accepting is None else accepting.state(marked))
                yield marked
    except KeyboardInterrupt:
        outcome.interrupted = True
        say(words, "interrupted")


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def tell_not_found(found: NotFound, suffixes: tuple[str, ...], outcome: Outcome, words: Catalogue) -> None:
    outcome.could_not_run = True
    say(words, str(found.problem), path=found.path, detail=found.detail, suffixes=", ".join(f"*{suffix}" for suffix in suffixes))


def _checked(found: Found, check: Check, outcome: Outcome, words: Catalogue, debug: bool) -> Checked | None:
    try:
        return check(found)
    except CannotRunError as error:  # of this document alone: it is not the one that a bundle is about
        outcome.could_not_run = True
        write_error(words.word("error.prefix", text=str(error)))
        return None
    except Exception as error:  # noqa: BLE001 - a fault of ours at one document must not hide the others' reports
        outcome.fault = True
        tell_fault(found.path, error, words, debug)
        return None


def tell_fault(where: str, error: BaseException, words: Catalogue, debug: bool) -> None:
    """Say that this is a fault of sigcheck and how to report it; the traceback only when asked for."""
    say(words, "fault", path=where, detail=f"{type(error).__name__}: {error}")
    say(words, "fault-report")
    if debug:
        import traceback  # noqa: PLC0415 - only for who looks for the fault

        for line in "".join(traceback.format_exception(error)).splitlines():
            write_error(shown(line))


__all__ = ["Receipts", "VerifyOptions", "prepare", "tell_fault", "tell_not_found", "verify"]
