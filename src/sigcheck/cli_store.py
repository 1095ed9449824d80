"""The revocation store as the commands use it: where it lies, what is said when it cannot be used, and the desk that fills it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from sigcheck.checked import Checked
from sigcheck.cli_streams import CannotRunError, cannot, say, write_error
from sigcheck.reporting.catalogue import Catalogue
from sigcheck.store.refusal import RevocationStoreError
from sigcheck.trust.words import sentence, sentences

if TYPE_CHECKING:
    from sigcheck.fetching.revocation import Attempt
    from sigcheck.running.desk import Desk
    from sigcheck.store.revocation import RevocationStore

STORE_FILE = "revocation.sqlite3"
NOT_TOLD = frozenset({"server-failed-before", "run-over"})
"""Reasons that repeat what was said before, or what is said once for all."""


def default_store_file() -> Path | None:
    """Where the operating system keeps this user's data; None for a user without a home folder."""
    from platformdirs import user_data_path  # noqa: PLC0415 - only a run without --revocation-store asks

    from sigcheck.trust.user_folder import place_of_the_user  # noqa: PLC0415 - as above

    folder = place_of_the_user(lambda: user_data_path("sigcheck", appauthor=False))
    return folder and folder / STORE_FILE


def needed_store_file(file: Path | None, words: Catalogue) -> Path:
    """The store of a command that is about nothing else. Raises CannotRunError when none is named and there is no home, and
    when the folder of the one that is named is not there: only the user's own is made."""
    if file is not None:
        _refuse_missing_folder(file, words)
    path = file or default_store_file()
    if path is None:
        raise CannotRunError(sentence("no-store-folder", words.language))
    return path


def _refuse_missing_folder(file: Path, words: Catalogue) -> None:
    try:
        file.parent.stat()
    except (OSError, ValueError) as error:
        raise cannot(words, "store-unusable", path=file, detail=getattr(error, "strerror", None) or error) from error


def store_files(file: Path | None, left_out: bool) -> Iterator[Path]:
    """The store that a run would use, whether it is there or not; none when it is left out or has no place."""
    path = None if left_out else file or default_store_file()
    if path is not None:
        yield path


def opened_store(path: Path, words: Catalogue, *, must_be_there: bool) -> RevocationStore | None:
    """The store; None when the file is not there, which is refused when a check was told to read it. Raises CannotRunError."""
    if not _is_there(path):
        if must_be_there:
            raise cannot(words, "store-missing", path=path)
        return None
    from sigcheck.store.revocation import read_store  # noqa: PLC0415 - SQLite is loaded for a store that is there

    with refusing_store(words):
        return read_store(path)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return True  # what stands in the way is said when it is opened


@contextmanager
def refusing_store(words: Catalogue) -> Iterator[None]:
    """A store that cannot be used ends in one sentence and exit code 2."""
    from sigcheck.store.refusal import RevocationStoreError  # noqa: PLC0415 - see above

    try:
        yield
    except RevocationStoreError as error:
        raise cannot(words, f"store-{error.code}", **error.values) from error


class StoreOptions(Struct, frozen=True):
    """What the options of a check say about the store and the network."""

    file: Path | None
    left_out: bool
    online: bool
    offline: bool
    at: str | None
    allow_private: bool = False

    def may_ask(self, words: Catalogue) -> bool:
        """With `--at` only when told to: what can be had today seldom says anything about a moment in the past."""
        if self.online and self.offline:
            raise cannot(words, "online-offline")
        if self.left_out and self.online:
            raise cannot(words, "online-without-store")
        if self.left_out and self.file is not None:
            raise cannot(words, "store-twice")
        return not self.offline and not self.left_out and (self.at is None or self.online)


def checking_with_store(
    options: StoreOptions, at: datetime, clock: Callable[[], datetime] | None, words: Catalogue
) -> Callable[..., Checked]:
    """`pipeline.check` with the store beside it: read, and filled first where servers may be asked. Raises CannotRunError."""
    may_ask = options.may_ask(words) and clock is not None
    path = next(store_files(options.file, options.left_out), None)
    if may_ask and path is None:
        if options.online:
            raise CannotRunError(sentence("no-store-folder", words.language))
        write_error(words.word("error.prefix", text=sentence("not-asking-without-store", words.language)))
    must_be_there = options.file is not None and not may_ask
    if may_ask and options.file is not None:
        _refuse_missing_folder(options.file, words)
    store = None if path is None else opened_store(path, words, must_be_there=must_be_there)
    if may_ask and path is not None and clock is not None:
        return _refused_in_words(desk_for(path, store, at, options, clock=clock, words=words).check, words)
    from sigcheck.pipeline import check  # noqa: PLC0415 - the engine is loaded once there is a document

    if store is None:
        return check
    from sigcheck.running.desk import store_reference, stored_material  # noqa: PLC0415 - only with a store

    material, reference = stored_material(store), store_reference(store)
    return _refused_in_words(partial(check, material=material, revocation_store=reference), words)


def _refused_in_words(check: Callable[..., Checked], words: Catalogue) -> Callable[..., Checked]:
    def refusing(*positional: object, **named: object) -> Checked:
        with refusing_store(words):
            return check(*positional, **named)

    return refusing


def desk_for(
    path: Path,
    store: RevocationStore | None,
    at: datetime,
    options: StoreOptions,
    *,
    clock: Callable[[], datetime],
    words: Catalogue,
) -> Desk:
    """The desk of one run; what it meets is said on standard error, each failure once."""
    from sigcheck.running.desk import Desk  # noqa: PLC0415 - only a run that may ask

    told: set[str] = set()

    def tell_attempts(attempts: Sequence[Attempt]) -> None:
        tell_failures(attempts, told, words)

    def tell_store(error: RevocationStoreError) -> None:
        say(words, "store-not-filled", detail=words.word(f"error.store-{error.code}", **error.values))

    def before_asking(count: int) -> None:
        if sys.stderr is not None and sys.stderr.isatty():
            say(words, "asking", count=count)

    moves = options.at is None
    return Desk(path, store, at, clock, moves, tell_attempts, tell_store, before_asking, options.allow_private)


def tell_failures(attempts: Iterable[Attempt], told: set[str], words: Catalogue) -> None:
    """What could not be had, and why; the same sentence once."""
    for attempt in attempts:
        if not attempt.reason or attempt.reason in NOT_TOLD:
            continue
        text = failure_text(attempt, words)
        if text not in told:
            told.add(text)
            say(words, "not-obtained", text=text)


def failure_text(attempt: Attempt, words: Catalogue) -> str:
    """The address and the reason in words; what only a developer understands stays in brackets."""
    detail = f" ({attempt.detail})" if attempt.detail else ""
    if (key := f"fetch-{attempt.reason}") in sentences():
        return sentence(key, words.language, address=attempt.address, detail=detail)
    return f"{attempt.address}: {words.word(f'fetching.{attempt.reason}')}{detail}"
