"""`sigcheck results`: what a result store holds. Loaded only when it is called."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from click import Choice

from sigcheck.cli_audit import refusing_results
from sigcheck.cli_clock import clock
from sigcheck.cli_ending import ending
from sigcheck.cli_files_read import FilesRead, refuse_input_as_output
from sigcheck.cli_options import Debug, Lang, Language, NoUserTrust, Output, Redact, RedactKey, TrustFolder
from sigcheck.cli_output import failing_as_unwritable, mode_for, place_of, write_out
from sigcheck.cli_streams import COULD_NOT_RUN, cannot, say, write_error
from sigcheck.fingerprints import sha256_digits
from sigcheck.reporting.catalogue import Catalogue, load_catalogue
from sigcheck.reporting.hostile import shown
from sigcheck.reporting.json_report import as_line

if TYPE_CHECKING:
    from sigcheck.store.comparison import Difference
    from sigcheck.store.results import ResultStore, RunRow

results_app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Kết quả đã lưu: so sánh, xuất bảng, trang tổng hợp, nhật ký · what a store holds: compared, exported, as a page.",
)

_RUN: Final = re.compile(r"(?P<file>.*)#(?P<run>\d{1,9})", re.DOTALL)
CHANGED: Final = 1
"""Exit code of `diff` when an answer changed, and of `verify-log` when a record did."""


class Table(StrEnum):
    DOCUMENTS = "documents"
    SIGNATURES = "signatures"
    FINDINGS = "findings"


class ExportForm(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


class PagesOf(StrEnum):
    NOT_VALID = "not-valid"
    ALL = "all"
    NONE = "none"


class DiffForm(StrEnum):
    TEXT = "text"
    JSONL = "jsonl"


OneStore = Annotated[str, typer.Argument(metavar="STORE", help="Kho kết quả · a result store; STORE#2 names a run of it.")]
Stores = Annotated[
    list[str],
    typer.Argument(metavar="STORE [STORE]", help="Hai lần chạy · two runs: A.sqlite B.sqlite, or A.sqlite#1 A.sqlite#2."),
]
TableName = Annotated[Table, typer.Option("--table", help="Bảng · which table: see docs/audit.md.")]
Form = Annotated[ExportForm, typer.Option("--format", help="Dạng tệp · form of the file.")]
Separator = Annotated[
    str,
    typer.Option(
        "--separator",
        click_type=Choice([",", ";"]),
        help="Dấu tách cột của CSV · of CSV columns; Excel set to Vietnamese wants ;",
    ),
]
DiffFormName = Annotated[DiffForm, typer.Option("--format", help="Dạng kết quả · form of the output.")]
Head = Annotated[
    list[str] | None,
    typer.Option("--head", metavar="HEX", help="Mã đầu chuỗi đã giữ ở nơi khác · a head that was kept elsewhere (repeatable)."),
]
Folder = Annotated[
    Path | None,
    typer.Option("--folder", metavar="DIR", help="Thư mục các trang · a folder of pages: the index, lists, and documents."),
]
Pages = Annotated[
    PagesOf | None,
    typer.Option("--pages", help="Văn bản nào có trang riêng · which documents get a page in the folder (not-valid)."),
]
Server = Annotated[str, typer.Argument(metavar="URL", help="Máy chủ dấu thời gian · the time-stamp server.")]


@results_app.command()
def diff(
    stores: Stores, form: DiffFormName = DiffForm.TEXT, output: Output = None, lang: Lang = Language.VI, debug: Debug = False
) -> None:
    """Câu trả lời nào đã khác, và vì sao · which answers differ between two runs, and why."""
    with ending(lang, debug), ExitStack() as stack:
        words = load_catalogue(lang)
        stack.enter_context(refusing_results(words))
        _refuse_stores(output, stores, words)
        before, after = _two_runs(stores, stack, words)
        from sigcheck.store.comparison import compare_runs  # noqa: PLC0415 - loaded with the command

        count = 0

        def lines() -> Iterator[str]:
            nonlocal count
            for found in compare_runs(before, after):
                count += 1
                yield as_line(_difference_object(found)) + "\n" if form is DiffForm.JSONL else _difference_text(found, words)

        write_out(lines(), output, words)
        say(words, "results-differences", count=count)
        raise typer.Exit(CHANGED if count else 0)


@results_app.command()
def export(
    store: OneStore,
    table: TableName = Table.DOCUMENTS,
    form: Form = ExportForm.CSV,
    separator: Separator = ",",
    output: Output = None,
    lang: Lang = Language.VI,
    debug: Debug = False,
) -> None:
    """Xuất kết quả ra bảng · a run's results as JSON Lines, CSV for spreadsheets, or Parquet."""
    with ending(lang, debug), ExitStack() as stack:
        words = load_catalogue(lang)
        stack.enter_context(refusing_results(words))
        _refuse_stores(output, [store], words)
        opened, run = _one_run(store, stack, words)
        from sigcheck.store.exporting import as_csv, as_jsonl  # noqa: PLC0415 - loaded with the command
        from sigcheck.store.tables import rows_of  # noqa: PLC0415 - as above

        rows = rows_of(opened, run.number, table)
        if form is ExportForm.PARQUET:
            _write_parquet(rows, table, output, words)
        else:
            write_out(as_csv(rows, table, separator) if form is ExportForm.CSV else as_jsonl(rows), output, words)


@results_app.command()
def report(
    store: OneStore,
    output: Output = None,
    folder: Folder = None,
    pages: Pages = None,
    redact: Redact = False,
    redact_key: RedactKey = None,
    lang: Lang = Language.VI,
    debug: Debug = False,
) -> None:
    """Trang tổng hợp của kho · an archive's page (HTML): answers over time, by agency, issuing CA and reason, the worst first."""
    with ending(lang, debug), ExitStack() as stack:
        words = load_catalogue(lang)
        stack.enter_context(refusing_results(words))
        if folder is not None and output is not None:
            raise cannot(words, "report-folder-output")
        if folder is None and pages is not None:
            raise cannot(words, "report-pages-alone")
        output = None if output == Path("-") else output
        _refuse_stores(output or folder, [store], words, redact_key)
        opened, run = _one_run(store, stack, words)
        from sigcheck.cli_redact import hiding_records  # noqa: PLC0415 - loaded with the command

        altered = hiding_records(redact, redact_key, words)
        if folder is not None:
            from sigcheck.cli_archive_report import ReportAsked, write_archive  # noqa: PLC0415 - loaded with the command

            write_archive(opened, run, ReportAsked(folder, pages or PagesOf.NOT_VALID, lang, altered), words)
            return
        from sigcheck.reporting.html.archive import archive_page  # noqa: PLC0415 - loaded with the command
        from sigcheck.reporting.options import ReportOptions  # noqa: PLC0415 - as above
        from sigcheck.store.summary import summarise  # noqa: PLC0415 - as above

        summary = summarise(opened, run, altered)
        write_out(archive_page(summary, ReportOptions(language=lang)), output, words)


@results_app.command("verify-log")
def verify_log(
    store: OneStore,
    head: Head = None,
    trust: TrustFolder = None,
    no_user_trust: NoUserTrust = False,
    lang: Lang = Language.VI,
    debug: Debug = False,
) -> None:
    """Có bản ghi nào bị sửa, xoá hay đổi chỗ không · whether any record was altered, removed or moved."""
    with ending(lang, debug), ExitStack() as stack:
        words = load_catalogue(lang)
        stack.enter_context(refusing_results(words))
        opened = stack.enter_context(_opened(_file_and_run(store)[0], words))
        from sigcheck.cli_log_stamps import stamp_lines  # noqa: PLC0415 - loaded with the command
        from sigcheck.store.chain_checking import check_chain  # noqa: PLC0415 - loaded with the command

        flaws = 0
        for given in head or ():
            if sha256_digits(given) is None:
                raise cannot(words, "results-head", given=given)
        for found in check_chain(opened, frozenset(filter(None, map(sha256_digits, head or ())))):
            flaws += 1
            place = words.word("results.place", run=found.run, position=found.position, path=shown(found.path or ""))
            say(words, "results-flaw", what=words.word(f"chain-flaw.{found.flaw}"), place=place if found.run else "")
        stamps = list(stamp_lines(opened, tuple(trust or ()), not no_user_trust, clock, words))
        for broken, line in stamps:
            flaws += broken
            if broken:
                write_error(words.word("error.prefix", text=line))
        runs = opened.runs()
        if flaws:
            say(words, "results-log-broken", count=flaws)
            raise typer.Exit(CHANGED)
        last = runs[-1] if runs else None
        count = sum(run.records for run in runs)
        said = words.word("results.log-sound", runs=len(runs), records=count, head=last.head if last else "-")
        write_out([said + "\n", *(f"{line}\n" for _, line in stamps)], None, words)


@results_app.command("timestamp-log")
def timestamp_log(store: OneStore, server: Server, lang: Lang = Language.VI, debug: Debug = False) -> None:
    """Đóng dấu thời gian cho nhật ký · have the head of a run time-stamped by a server (RFC 3161)."""
    with ending(lang, debug), ExitStack() as stack:
        words = load_catalogue(lang)
        stack.enter_context(refusing_results(words))
        path, number = _file_and_run(store)
        with _opened(path, words) as known:
            runs = [run for run in known.runs() if run.finished and number in {None, run.number}]
        if not runs:
            raise cannot(words, "results-no-run", path=path, run=number or "")
        from sigcheck.cli_log_stamps import stamp_head  # noqa: PLC0415 - the network only where it is asked for
        from sigcheck.store.results import ResultStore  # noqa: PLC0415 - SQLite is loaded with the command

        opened = stack.enter_context(ResultStore(path, write=True))
        raise typer.Exit(0 if stamp_head(opened, runs[-1].number, runs[-1].head, server, words) else COULD_NOT_RUN)


def _file_and_run(given: str) -> tuple[Path, int | None]:
    """`STORE#2` is run 2 of STORE, unless there is a file of that very name."""
    named = _RUN.fullmatch(given)
    if named is None or Path(given).exists():
        return Path(given), None
    return Path(named["file"]), int(named["run"])


def _refuse_stores(output: Path | None, stores: list[str], words: Catalogue, key: Path | None = None) -> None:
    """Raise CannotRunError when the output is a store, what SQLite lays beside one, or the key."""
    refuse_input_as_output(output, FilesRead(files=(key,), stores=tuple(_file_and_run(one)[0] for one in stores)), words)


def _opened(path: Path, words: Catalogue) -> ResultStore:
    from sigcheck.store.results import ResultStore  # noqa: PLC0415 - SQLite is loaded with the command

    with refusing_results(words):
        return ResultStore(path)


def _one_run(given: str, stack: ExitStack, words: Catalogue) -> tuple[ResultStore, RunRow]:
    """The run that is named, else the last one."""
    path, number = _file_and_run(given)
    store = stack.enter_context(_opened(path, words))
    runs = [run for run in store.runs() if number is None or run.number == number]
    if not runs:
        raise cannot(words, "results-no-run", path=path, run=number or "")
    return store, runs[-1]


def _two_runs(
    given: list[str], stack: ExitStack, words: Catalogue
) -> tuple[tuple[ResultStore, RunRow], tuple[ResultStore, RunRow]]:
    """Two runs as named; of one store alone its last two."""
    if len(given) == 2:
        return _one_run(given[0], stack, words), _one_run(given[1], stack, words)
    if len(given) != 1:
        raise cannot(words, "results-two")
    store, last = _one_run(given[0], stack, words)
    before = [run for run in store.runs() if run.number < last.number]
    if not before:
        raise cannot(words, "results-one-run", path=given[0])
    return (store, before[-1]), (store, last)


def _difference_object(found: Difference) -> dict[str, object]:
    def side(one: object) -> object:
        if one is None:
            return None
        names = ("state", "indication", "sub_indication", "codes", "sha256", "validation_time", "received")
        return {name: getattr(one, name) for name in names}

    return {
        "path": shown(found.path),
        "before": side(found.before),
        "after": side(found.after),
        "because": list(found.because),
    }


def _difference_text(found: Difference, words: Catalogue) -> str:
    before, after = (
        shown(words.word(f"state.{side.state}")) if side and side.state else "-" for side in (found.before, found.after)
    )
    codes = [side.codes if side else () for side in (found.before, found.after)]
    gained, lost = sorted(set(codes[1]) - set(codes[0])), sorted(set(codes[0]) - set(codes[1]))
    because = ", ".join(words.word(f"because.{reason}") for reason in found.because)
    line = words.word("results.difference", path=shown(found.path), before=before, after=after, because=because)
    marks = [*(f"    + {shown(code)}\n" for code in gained), *(f"    - {shown(code)}\n" for code in lost)]
    return line + "\n" + "".join(marks)


def _write_parquet(rows: Iterator[dict[str, str | int | bool | None]], table: str, output: Path | None, words: Catalogue) -> None:
    """Whole or not at all; Parquet cannot be written to a stream."""
    from sigcheck.store.exporting import write_parquet  # noqa: PLC0415 - loaded with the command

    if output is None or output == Path("-"):
        raise cannot(words, "parquet-needs-file")
    with failing_as_unwritable(output, words):
        place = place_of(output)
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=".new-", suffix=".tmp")
        os.close(handle)
        try:
            write_parquet(rows, table, Path(name))
            Path(name).chmod(mode_for(place))
            Path(name).replace(place)
        except ImportError:
            say(words, "extra-missing", extra="parquet")
            raise typer.Exit(COULD_NOT_RUN) from None
        finally:
            Path(name).unlink(missing_ok=True)
