"""`audit --online`: the revocation store is filled first, within limits; the check itself only reads it, as it always does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sigcheck.cli_audit_question import AuditOptions, revocation_file
from sigcheck.cli_interruption import Interruption
from sigcheck.cli_settings import validation_time
from sigcheck.cli_store import refusing_store, tell_failures
from sigcheck.cli_streams import cannot, say
from sigcheck.reporting.catalogue import Catalogue

if TYPE_CHECKING:
    from sigcheck.auditing.errand import Errand
    from sigcheck.engine.revoking.wanted import Wanted
    from sigcheck.fetching.run import Run
    from sigcheck.running.places import Located, NotLocated
    from sigcheck.running.pool import PoolLimits

BATCH: Final = 64
"""Certificates that are asked about at once, while the workers wait."""


def filled(
    options: AuditOptions,
    errand: Errand,
    found: Iterable[Located | NotLocated],
    limits: PoolLimits,
    interruption: Interruption,
    clock: Callable[[], datetime],
    words: Catalogue,
) -> Errand:
    """The errand with what could be had in its store, judged as of now: what came in just now must not lie in the future.

    Raises CannotRunError, and KeyboardInterrupt when it is interrupted: what had come in is kept.
    """
    from sigcheck.auditing.looking import wanted_in  # noqa: PLC0415 - the engine is loaded once there is a run
    from sigcheck.fetching.limits import COLLECTING  # noqa: PLC0415 - the network only where it is asked for
    from sigcheck.fetching.run import Run  # noqa: PLC0415 - as above
    from sigcheck.running.pool import NoWorkersError  # noqa: PLC0415 - as above
    from sigcheck.store.revocation import read_store  # noqa: PLC0415 - as above

    path = revocation_file(options, words)
    if path is None:
        return errand
    asking = _Asking(path, Run(limits=COLLECTING, allow_private=options.allow_private), clock, words)
    try:
        with closing(wanted_in(found, errand, limits, interruption.during_check)) as wanted:
            for each in wanted:
                asking.add(each)
    except NoWorkersError as error:
        raise cannot(words, "no-workers", detail=error) from error
    asking.ask()
    with refusing_store(words):
        store = read_store(path)
    return replace(errand, revocation_store=store, at=validation_time(options.at, clock(), words))


@dataclass(slots=True)
class _Asking:
    """What was asked, each certificate once, and what is to be asked next."""

    path: Path
    run: Run
    clock: Callable[[], datetime]
    words: Catalogue
    known: set[str] = field(default_factory=set)
    next: list[Wanted] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def add(self, wanted: Sequence[Wanted]) -> None:
        for one in wanted:
            if one.certificate_sha256 not in self.known:
                self.known.add(one.certificate_sha256)
                self.next.append(one)
        if len(self.next) >= BATCH:
            self.ask()

    def ask(self) -> None:
        """Ask, and keep what came."""
        from sigcheck.fetching.revocation import fetch_all  # noqa: PLC0415 - as above
        from sigcheck.running.desk import arrivals  # noqa: PLC0415 - as above
        from sigcheck.store.revocation_keeping import keep  # noqa: PLC0415 - as above

        if not self.next:
            return
        say(self.words, "audit-asking", count=len(self.next))
        attempts = fetch_all(self.next, run=self.run)
        self.next = []
        with refusing_store(self.words):
            keep(self.path, arrivals(attempts, self.clock()))
        tell_failures(attempts, self.told, self.words)
