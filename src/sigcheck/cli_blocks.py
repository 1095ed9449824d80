"""`sigcheck blocks`: only read the signing blocks, from PDFs or from extracted text. Judges nothing, proves nothing."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from sigcheck.cli_files_read import read_by, refuse_input_as_output
from sigcheck.cli_interruption import Interruption
from sigcheck.cli_output import ReaderLeftError, write_out
from sigcheck.cli_settings import read_password
from sigcheck.cli_streams import Outcome, report_options, say
from sigcheck.cli_verify import tell_fault, tell_not_found
from sigcheck.facts import Unreadable, UnreadableReason
from sigcheck.reporting.blocks_report import BLOCK_FORMATS, DocumentBlocks
from sigcheck.reporting.catalogue import Catalogue, load_catalogue
from sigcheck.running.paths import Found, NotFound, find_documents
from sigcheck.verdict import State

SUFFIXES: Final = (".pdf", ".txt")
LONGEST_TEXT: Final = 64 * 1024 * 1024
"""Bytes of extracted text; a thousand-page document has two or three million."""
_PDF_HEAD: Final = 1024
"""Bytes in which a reader looks for `%PDF-` (ISO 32000-2, Annex I)."""


class BlocksOptions(Struct, frozen=True):
    """The options of `blocks` as they were given."""

    paths: tuple[str, ...]
    form: str = "text"
    output: Path | None = None
    language: str = "vi"
    password_file: Path | None = None
    personal: bool = False
    debug: bool = False


def blocks(options: BlocksOptions) -> int:
    """Read blocks and write them. Gives the exit code: 0 also with none, 5 when a document cannot be read."""
    words, outcome = load_catalogue(options.language), Outcome()
    output = None if options.output == Path("-") else options.output
    refuse_input_as_output(output, read_by(options, documents=options.paths, suffixes=SUFFIXES), words)
    password = read_password(options.password_file, words)
    form = report_options(
        language=options.language,
        personal=options.personal,
        single=False,
        to_file=output is not None,
        for_people=options.form == "text",
    )
    interruption = Interruption()
    with interruption.listening(), suppress(ReaderLeftError):
        documents = _documents(options, password, outcome, words, interruption)
        write_out(BLOCK_FORMATS[options.form](documents, form), output, words, outcome.has_reports)
    return outcome.exit_code()


def _documents(
    options: BlocksOptions, password: str | None, outcome: Outcome, words: Catalogue, interruption: Interruption
) -> Iterator[DocumentBlocks]:
    try:
        for found in interruption.each(find_documents(options.paths, SUFFIXES)):
            if isinstance(found, NotFound):
                tell_not_found(found, SUFFIXES, outcome, words)
                continue
            try:
                with interruption.during_check():
                    document = read(found, password)
            except Exception as error:  # noqa: BLE001 - a fault of ours at one document must not hide the others' blocks
                outcome.fault = True
                tell_fault(found.path, error, words, options.debug)
                continue
            outcome.states.add(State.VALID if document.unreadable is None else State.UNREADABLE)  # read, code 0
            yield document
    except KeyboardInterrupt:
        outcome.interrupted = True
        say(words, "interrupted")


def read(found: Found, password: str | None = None) -> DocumentBlocks:
    """The blocks of one document: of text when it is named .txt (or standard input without a PDF's head), else of a PDF."""
    from sigcheck.engine.limits import DEFAULT_LIMITS  # noqa: PLC0415 - the engine is loaded once there is a document
    from sigcheck.running.reading import opened  # noqa: PLC0415 - as above

    with opened(found, DEFAULT_LIMITS.file_bytes) as source:
        try:
            is_text = found.path.lower().endswith(".txt") if found.file else b"%PDF-" not in source.read(0, _PDF_HEAD)
            if is_text:
                return _text_blocks(found.path, source.read(0, LONGEST_TEXT + 1))
        except OSError as error:
            return DocumentBlocks(found.path, None, "text", (), Unreadable(UnreadableReason.IO, error.strerror or ""))
        from sigcheck.pipeline import read_blocks  # noqa: PLC0415 - text is read without the engine

        known = read_blocks(source, password=password)
        if isinstance(known, Unreadable):
            return DocumentBlocks(found.path, known.sha256, "pdf", (), known)
        sha256, blocks_found = known
        return DocumentBlocks(found.path, sha256, "pdf", blocks_found)


def _text_blocks(path: str, content: bytes) -> DocumentBlocks:
    from sigcheck.blocktext import blocks_in_text  # noqa: PLC0415 - only text needs it

    digest = hashlib.sha256(content).hexdigest()
    if len(content) > LONGEST_TEXT:
        refused = Unreadable(UnreadableReason.LIMIT, f"more than {LONGEST_TEXT} bytes of text", "text_bytes")
        return DocumentBlocks(path, None, "text", (), refused)
    text = decode_text(content)
    if text is None:
        return DocumentBlocks(path, digest, "text", (), Unreadable(UnreadableReason.DAMAGED, "neither UTF-8 nor UTF-16 text"))
    return DocumentBlocks(path, digest, "text", blocks_in_text(text))


def decode_text(content: bytes) -> str | None:
    """UTF-8, or UTF-16 with its byte order mark; None for anything else."""
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None
