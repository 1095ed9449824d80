"""A check at a desk: what the store cannot answer is asked for first and kept there, then the document is checked again.

The check itself only ever reads the store. Servers are those that certificates of complete paths and the trust list name; each
question is asked once in a run, and a server that failed is left alone. Without network a run loses the time of a few failures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Unpack

from sigcheck.checked import Checked
from sigcheck.engine.bytesource import ByteSource
from sigcheck.engine.revocation import RevocationMaterial
from sigcheck.engine.revoking.wanted import Wanted
from sigcheck.pipeline import check
from sigcheck.references import RevocationStoreReference
from sigcheck.running.unanswered import unanswered
from sigcheck.store.refusal import RevocationStoreError

if TYPE_CHECKING:
    from sigcheck.fetching.revocation import Attempt
    from sigcheck.fetching.run import Run
    from sigcheck.pipeline import Asked
    from sigcheck.store.revocation import RevocationStore
    from sigcheck.store.revocation_keeping import Arrival

CONNECT_SECONDS: Final = 2
"""Until a name is found, and until a connection stands: time for one lost packet, and no longer wait where no network is."""
ROUNDS: Final = 3
"""Times that a document is checked again: the responder of an answer may have to be asked about, and its CA."""
CLOCK_DIFFERENCE: Final = timedelta(seconds=60)
"""A server's clock may be so far ahead of ours: what just came in exists, whatever second it says."""


def stored_material(store: RevocationStore | None) -> RevocationMaterial:
    """What the store offers a check; nothing without one."""
    return RevocationMaterial((), (), store)


def store_reference(store: RevocationStore | None) -> RevocationStoreReference:
    return RevocationStoreReference(None if store is None else store.sha256)


@dataclass(slots=True)
class Desk:
    """One run that may ask. `moment` is the validation time of what comes next; it moves on when something came in."""

    path: Path
    store: RevocationStore | None
    moment: datetime
    clock: Callable[[], datetime]
    moves: bool
    """False when the caller named the validation time: what is made after it proves nothing."""
    tell_attempts: Callable[[Sequence[Attempt]], None]
    tell_store: Callable[[RevocationStoreError], None]
    before_asking: Callable[[int], None]
    allow_private: bool = False
    run: Run | None = None
    _closed: bool = field(default=False, init=False)
    """The store cannot be written: what would come in could not be used."""

    def check(self, source: ByteSource, **asked: Unpack[Asked]) -> Checked:
        """Check, and again each time that an answer came in. Raises RevocationStoreError when the store is damaged."""
        checked = self._check(source, asked)
        for _ in range(ROUNDS):
            wanted = () if self._closed else unanswered(checked)
            if not wanted or not self._fill(wanted):
                break
            checked = self._check(source, asked)
        return checked

    def _check(self, source: ByteSource, asked: Asked) -> Checked:
        now: Asked = {
            **asked,
            "at": self.moment,
            "material": stored_material(self.store),
            "revocation_store": store_reference(self.store),
            "online": True,
        }
        return check(source, **now)

    def _fill(self, wanted: Sequence[Wanted]) -> bool:
        """Ask, and keep what came; whether anything is new."""
        from sigcheck.fetching.limits import AT_A_DESK  # noqa: PLC0415 - the network only when there is something to ask
        from sigcheck.fetching.revocation import fetch_all  # noqa: PLC0415 - the network only when there is something to ask
        from sigcheck.fetching.run import Run  # noqa: PLC0415 - as above
        from sigcheck.store.revocation import read_store  # noqa: PLC0415 - as above
        from sigcheck.store.revocation_keeping import keep  # noqa: PLC0415 - as above

        if self.run is None:
            self.run = Run(limits=replace(AT_A_DESK, connect_seconds=CONNECT_SECONDS), allow_private=self.allow_private)
        self.before_asking(len(wanted))
        attempts = fetch_all(wanted, run=self.run)
        arrived = arrivals(attempts, self.clock())
        try:
            kept = keep(self.path, arrived)
            self.store = read_store(self.path)
        except RevocationStoreError as error:
            self._closed = True
            self.tell_store(error)
            return False
        self.tell_attempts(attempts)
        if self.moves and kept:
            self.moment = max(self.moment, *(arrival.received_at for arrival in kept))
        return bool(kept)


def arrivals(attempts: Sequence[Attempt], moment: datetime) -> tuple[Arrival, ...]:
    """What came in, received at `moment`, or at the second that a server's clock shows when that is a little ahead."""
    from sigcheck.store.revocation_keeping import Arrival  # noqa: PLC0415 - see above
    from sigcheck.store.revocation_pieces import piece_of  # noqa: PLC0415 - see above

    out: list[Arrival] = []
    for attempt in attempts:
        piece = piece_of(attempt.der) if attempt.der is not None else None
        if piece is None:
            continue
        ahead = moment < piece.made_at <= moment + CLOCK_DIFFERENCE
        out.append(Arrival(piece, piece.made_at if ahead else moment, attempt.final_address or attempt.address))
    return tuple(out)
