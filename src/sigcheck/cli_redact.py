"""`--redact` and `--redact-key`: what documents pass through before a report of them is written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sigcheck.checked import Checked
from sigcheck.cli_streams import cannot
from sigcheck.reporting.catalogue import Catalogue

if TYPE_CHECKING:
    from sigcheck.reporting.pseudonyms import Pseudonyms
    from sigcheck.store.summary import Altered

LONGEST_KEY = 64 * 1024
"""Bytes; a key of more than a few dozen is a mistaken file."""
WHOLE_CERTIFICATES = frozenset({"etsi-xml"})
"""Formats that hold whole certificates, whose names nothing can replace."""


def hiding(
    redact: bool, key_file: Path | None, form: str, personal: bool, words: Catalogue
) -> Callable[[Iterator[Checked]], Iterator[Checked]]:
    """Redacts documents where that is asked. Without a key file the key is made for this run alone and kept nowhere."""
    if not redact and key_file is None:
        return lambda documents: documents
    if form in WHOLE_CERTIFICATES:
        raise cannot(words, "redact-form", form=form)
    if personal:
        raise cannot(words, "redact-personal")
    key = _key_of(key_file, words)
    from sigcheck.reporting.redacting import redacting  # noqa: PLC0415 - few reports leave the house

    return lambda documents: redacting(documents, key)


def hiding_records(redact: bool, key_file: Path | None, words: Catalogue) -> Altered | None:
    """Redacts what a result store holds where that is asked."""
    if not redact and key_file is None:
        return None
    from sigcheck.reporting.pseudonyms import Pseudonyms  # noqa: PLC0415 - few reports leave the house

    return _HiddenRecords(Pseudonyms(_key_of(key_file, words)))


class _HiddenRecords:
    """What redacted pages show of a store: pseudonyms in reports and in place of paths."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms

    def path(self, path: str) -> str:
        return self._pseudonyms.of("document", path)

    def report(self, octets: bytes) -> bytes | None:
        from sigcheck.reporting.json_report import as_line, report_object  # noqa: PLC0415 - few reports leave the house
        from sigcheck.reporting.redacting import redacted  # noqa: PLC0415 - as above
        from sigcheck.reporting.report_reading import ReportUnreadableError, read_report  # noqa: PLC0415 - as above

        try:
            return as_line(report_object(redacted(read_report(octets, ""), self._pseudonyms.key))).encode()
        except ReportUnreadableError:
            return None


def _key_of(key_file: Path | None, words: Catalogue) -> bytes:
    """The key that is kept, or one for this run alone."""
    return _key(key_file, words) if key_file is not None else os.urandom(32)


def _key(path: Path, words: Catalogue) -> bytes:
    """The whole file, without white space at its end: a line of text has the same key on every system."""
    from sigcheck.reporting.pseudonyms import SHORTEST_KEY  # noqa: PLC0415 - as above

    try:
        with path.open("rb") as file:
            key = file.read(LONGEST_KEY + 1).rstrip()
    except OSError as error:
        raise cannot(words, "redact-key-unreadable", path=path, detail=error.strerror or error) from error
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise cannot(words, "redact-key-length", path=path, least=SHORTEST_KEY, most=LONGEST_KEY)
    return key
