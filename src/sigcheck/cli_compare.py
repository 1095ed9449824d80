"""`sigcheck compare`: whether one file is a later revision of the other, and what came between. Checks no signature."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sigcheck.cli_files_read import read_by, refuse_input_as_output
from sigcheck.cli_interruption import Interruption
from sigcheck.cli_output import ReaderLeftError, write_out
from sigcheck.cli_settings import read_password
from sigcheck.cli_streams import COULD_NOT_RUN, Outcome, cannot, report_options
from sigcheck.cli_verify import tell_not_found
from sigcheck.lineage import Lineage, NotCompared, Relation
from sigcheck.reporting.catalogue import Catalogue, load_catalogue
from sigcheck.running.paths import Found, NotFound, find_documents, is_folder

if TYPE_CHECKING:
    from sigcheck.picturing.picture import SideBySide

NOT_LATER: Final = 1
"""Exit code where the second file is neither the first one nor a later revision of it."""
UNREADABLE: Final = 5
_SUFFIXES: Final = (".pdf",)


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """The options of `compare` as they were given."""

    before: str
    after: str
    form: str = "text"
    output: Path | None = None
    language: str = "vi"
    password_file: Path | None = None
    personal: bool = False
    pictures: bool = True
    """Of the page: draw the pages of the documents, where the extra `pictures` is there."""


def compare(options: CompareOptions) -> int:
    """Compare two files and write the answer. Gives the exit code: 0 the same or later, 1 not, 5 unreadable, 2 no such file."""
    words, paths = load_catalogue(options.language), (options.before, options.after)
    output = None if options.output == Path("-") else options.output
    refuse_input_as_output(output, read_by(options, documents=paths, suffixes=_SUFFIXES), words)
    password = read_password(options.password_file, words)
    found = [_document(path, words) for path in paths]
    documents = [one for one in found if one is not None]
    if len(documents) != len(paths):
        return COULD_NOT_RUN
    form = report_options(
        language=options.language,
        personal=options.personal,
        single=True,
        to_file=output is not None,
        for_people=options.form == "text",
    )
    from sigcheck.reporting.comparison_report import COMPARE_FORMATS  # noqa: PLC0415 - loaded once there is something to compare

    interruption = Interruption()
    with interruption.listening(), suppress(ReaderLeftError):
        with interruption.during_check():
            compared, pictures = _compared(
                documents[0], documents[1], password, drawn=options.pictures and options.form == "html"
            )
        write_out(COMPARE_FORMATS[options.form](compared, form, pictures), output, words)
    return _code(compared)


def _document(path: str, words: Catalogue) -> Found | None:
    """One file; None for what is none, which is then said."""
    if is_folder(path):
        raise cannot(words, "compare-folder", path=path)
    for found in find_documents((path,), _SUFFIXES):
        if isinstance(found, NotFound):
            tell_not_found(found, _SUFFIXES, Outcome(), words)
            return None
        return found
    return None


def _compared(
    before: Found, after: Found, password: str | None, *, drawn: bool
) -> tuple[Lineage | NotCompared, SideBySide | None]:
    from sigcheck.comparing import compare_files  # noqa: PLC0415 - the engine is loaded once there are two files
    from sigcheck.engine.limits import DEFAULT_LIMITS  # noqa: PLC0415 - as above
    from sigcheck.running.reading import opened  # noqa: PLC0415 - as above

    with ExitStack() as stack:
        sources = [(one.path, stack.enter_context(opened(one, DEFAULT_LIMITS.file_bytes))) for one in (before, after)]
        found = compare_files(sources[0], sources[1], password=password, clock=time.monotonic)
        if not drawn or isinstance(found, NotCompared) or not found.pages or not found.pages_sure:
            return found, None
        from sigcheck.picturing.differences import picture_side_by_side  # noqa: PLC0415 - only the page shows pictures

        if found.relation is Relation.EARLIER:
            sources.reverse()
        pairs = [(one.earlier.page if one.earlier else None, one.later.page if one.later else None) for one in found.pages]
        return found, picture_side_by_side(sources[0][1], sources[1][1], pairs, password=password)


def _code(compared: Lineage | NotCompared) -> int:
    if isinstance(compared, NotCompared):
        return UNREADABLE
    return 0 if compared.relation in {Relation.SAME, Relation.LATER} else NOT_LATER
