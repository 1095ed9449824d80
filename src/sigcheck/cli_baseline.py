"""`--baseline`: accepted findings are read, marked in the reports as these come, and written again at the end."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from sigcheck.cli_output import write_out
from sigcheck.cli_streams import Outcome, cannot, say
from sigcheck.reporting.catalogue import Catalogue

if TYPE_CHECKING:
    from sigcheck.baseline import Accepted, Baseline
    from sigcheck.checked import Checked
    from sigcheck.verdict import State

MOST_NAMED: Final = 20
"""Accepted findings that standard error names one by one."""


class BaselineOptions(Struct, frozen=True):
    """The options about the baseline as they were given."""

    path: Path | None = None
    update: bool = False
    prune: bool = False
    partly: bool = False
    """The run does not look at every document there is: those that it does not meet are no reason to prune."""


class Accepting:
    """What reports pass through in a run with a baseline; without one they pass as they are."""

    def __init__(self, options: BaselineOptions, words: Catalogue) -> None:
        self._options, self._words = options, words
        self._baseline = _opened(options, words)

    def marked(self, document: Checked) -> Checked:
        """The document with the findings that are accepted; under `--update-baseline` every one that decides."""
        if self._baseline is None:
            return document
        from sigcheck.baseline import deciding, key_of  # noqa: PLC0415 - few runs have a baseline

        report = document.report
        accepted = self._baseline.note(report)
        if self._options.update:
            marks = {(index, found.code) for index, found in deciding(report)}
            accepted |= {mark for mark in marks if key_of(report, *mark) is not None}
        return replace(document, accepted=accepted)

    def state(self, document: Checked) -> State:
        """What the exit code goes by."""
        if not document.accepted:
            return document.report.state
        from sigcheck.baseline import state_left  # noqa: PLC0415 - as above

        return state_left(document.report, document.accepted)

    def end(self, outcome: Outcome) -> None:
        """Say what came of the accepted findings, and write the file where that is asked. Raises CannotRunError."""
        if self._baseline is None or self._options.path is None:
            return
        if outcome.interrupted or outcome.fault:
            say(self._words, "baseline-unfinished", path=self._options.path)
            return
        whole = not (self._options.partly or outcome.could_not_run)
        self._tell(whole)
        if self._options.update or self._options.prune:
            self._write(self._options.path, whole)

    def _tell(self, whole: bool) -> None:
        if self._baseline is None:
            return
        review, path = self._baseline.review(), self._options.path
        self._name("baseline-gone", review.gone)
        if whole:
            self._name("baseline-stale", review.stale)
        counts = {"accepted": len(review.accepted), "new": len(review.new), "gone": len(review.gone), "stale": len(review.stale)}
        say(self._words, "baseline-told", path=path, **counts)

    def _name(self, key: str, missing: Iterable[Accepted]) -> None:
        named = list(missing)
        for one in named[:MOST_NAMED]:
            about = one.key.sha256[:16] if not one.path else one.path
            say(self._words, key, path=about, signature=one.key.signature or "–", code=one.key.code)
        if len(named) > MOST_NAMED:
            say(self._words, "baseline-more", count=len(named) - MOST_NAMED)

    def _write(self, path: Path, whole: bool) -> None:
        from sigcheck.baseline_file import written_baseline  # noqa: PLC0415 - as above

        if self._baseline is not None:
            kept = self._baseline.next(update=self._options.update, prune=self._options.prune, whole=whole)
            write_out(written_baseline(kept), path, self._words)
            say(self._words, "baseline-written", path=path, count=len(kept))


def _opened(options: BaselineOptions, words: Catalogue) -> Baseline | None:
    """The baseline; an empty one where `--update-baseline` is about to make the file. Raises CannotRunError."""
    if options.path is None:
        for given, option in ((options.update, "--update-baseline"), (options.prune, "--prune-baseline")):
            if given:
                raise cannot(words, "baseline-alone", option=option)
        return None
    from sigcheck.baseline import Baseline  # noqa: PLC0415 - as above
    from sigcheck.baseline_file import LONGEST, BaselineError, read_baseline  # noqa: PLC0415 - as above

    try:
        with options.path.open("rb") as file:
            octets = file.read(LONGEST + 1)
        if len(octets) > LONGEST:
            raise cannot(words, "baseline-too-long", path=options.path, most=LONGEST)
        return Baseline(read_baseline(octets))
    except BaselineError as error:
        raise cannot(words, f"baseline-{error.reason}", path=options.path, detail=error.detail) from error
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError) and options.update:
            return Baseline()
        detail = (error.strerror if isinstance(error, OSError) else None) or error
        raise cannot(words, "baseline-unreadable", path=options.path, detail=detail) from error
