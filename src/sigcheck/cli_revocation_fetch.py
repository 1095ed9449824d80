"""`sigcheck revocation fetch`: everything that documents and anchors name, asked for and kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sigcheck.anchors import TrustList
from sigcheck.cli_output import write_out
from sigcheck.cli_settings import load_anchors, one_folder, read_password
from sigcheck.cli_store import needed_store_file, opened_store, refusing_store, tell_failures
from sigcheck.cli_streams import COULD_NOT_RUN, Outcome, cannot, say
from sigcheck.cli_verify import tell_not_found
from sigcheck.engine.gather import gather_evidence
from sigcheck.engine.limits import DEFAULT_LIMITS
from sigcheck.engine.revoking.wanted import Wanted, wanted_of, wanted_of_anchors
from sigcheck.facts import Unreadable
from sigcheck.fetching.limits import COLLECTING
from sigcheck.fetching.revocation import fetch_all
from sigcheck.fetching.run import Run
from sigcheck.reporting.catalogue import Catalogue
from sigcheck.reporting.hostile import shown
from sigcheck.running.desk import arrivals, stored_material
from sigcheck.running.paths import PDF_ONLY, Found, NotFound, find_documents
from sigcheck.running.reading import opened
from sigcheck.store.revocation import RevocationStore, read_store
from sigcheck.store.revocation_keeping import Arrival, keep

NOT_OBTAINED: Final = 3
ROUNDS: Final = 3
"""Documents are looked at again when something came in: an OCSP responder may have to be asked about too."""


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """The options of `revocation fetch` as they were given."""

    documents: tuple[str, ...]
    anchors: bool
    allow_private: bool
    store: Path | None
    trust: tuple[str, ...]
    user_trust: bool
    password_file: Path | None


def fetch(options: FetchOptions, clock: Callable[[], datetime], words: Catalogue) -> int:
    """Ask for everything that is named, keep what came, and say what did not. Gives the exit code."""
    if not options.documents and not options.anchors:
        raise cannot(words, "fetch-nothing-named")
    trust = load_anchors(one_folder(options.trust, words), options.user_trust, clock(), words)
    password = read_password(options.password_file, words)
    path = needed_store_file(options.store, words)
    run = Run(limits=COLLECTING, allow_private=options.allow_private)
    collecting = Collecting(path, opened_store(path, words, must_be_there=False), clock, run, words)
    if options.anchors:
        collecting.ask(wanted_of_anchors(trust))
    outcome = Outcome()
    for found in find_documents(options.documents):
        if isinstance(found, NotFound):
            tell_not_found(found, PDF_ONLY, outcome, words)
        else:
            collecting.ask_for(found, trust, password)
    write_out(
        [words.word("revocation-store.fetched", asked=len(collecting.asked), open=collecting.unanswered) + "\n"], None, words
    )
    if outcome.could_not_run:
        return COULD_NOT_RUN
    return NOT_OBTAINED if collecting.unanswered or collecting.unreadable else 0


@dataclass(slots=True)
class Collecting:
    """What one run has asked for, and what came."""

    path: Path
    store: RevocationStore | None
    clock: Callable[[], datetime]
    run: Run
    words: Catalogue
    asked: dict[str, Wanted] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    """Addresses of CRLs that came, and certificates that a responder answered for."""
    told: set[str] = field(default_factory=set)
    unreadable: bool = False

    def ask_for(self, found: Found, trust: TrustList, password: str | None) -> None:
        """Everything that one document names; again when something came in, for its responder may have to be asked about."""
        for _ in range(ROUNDS):
            with opened(found, DEFAULT_LIMITS.file_bytes) as source, refusing_store(self.words):
                material = stored_material(self.store)
                evidence = gather_evidence(source, trust=trust, material=material, password=password, clock=time.monotonic)
            if isinstance(evidence, Unreadable):
                self.unreadable = True
                say(self.words, "fetch-unreadable", path=found.path)
                return
            if not self.ask(wanted_of(evidence, trust)) or found.file is None:
                return

    def ask(self, wanted: Sequence[Wanted]) -> bool:
        """Ask, keep and tell; whether anything was new."""
        self.asked |= {each.certificate_sha256: each for each in wanted}
        attempts = fetch_all(wanted, run=self.run)
        for attempt in attempts:
            if attempt.der is not None:
                self.taken |= {attempt.address} if attempt.kind == "crl" else set(attempt.certificates)
        came = arrivals(attempts, self.clock())
        with refusing_store(self.words):
            kept = keep(self.path, came)
            self.store = read_store(self.path)
        write_out((self._line(arrival, arrival in kept) for arrival in came), None, self.words)
        tell_failures(attempts, self.told, self.words)
        return bool(kept)

    def _line(self, arrival: Arrival, new: bool) -> str:
        told = self.words.word(
            "revocation-store.obtained" if new else "revocation-store.obtained-known", origin=shown(arrival.origin)
        )
        return told + "\n"

    @property
    def unanswered(self) -> int:
        """Certificates for which neither a CRL nor a responder's answer came."""
        return sum(not self._is_answered(wanted) for wanted in self.asked.values())

    def _is_answered(self, wanted: Wanted) -> bool:
        addresses = {address for group in wanted.crl_addresses for address in group}
        return wanted.certificate_sha256 in self.taken or not addresses.isdisjoint(self.taken)
