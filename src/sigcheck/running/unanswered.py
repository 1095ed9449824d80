"""Which certificates nobody has answered for, and whether asking could change a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sigcheck.checked import Checked
from sigcheck.engine.revoking.wanted import Wanted, wanted_of
from sigcheck.evidence import DocumentEvidence, RevocationStatement
from sigcheck.facts import Unreadable
from sigcheck.verdict import ChainEntryReport, RevocationReport, State

OPEN: Final = frozenset({State.VALID, State.INSUFFICIENT})
"""More revocation data never change a total failure (EN 319 102-1, 5.1.3), nor what could not be read or bears no signature."""


def unanswered(checked: Checked) -> tuple[Wanted, ...]:
    """The certificates of complete paths, and the responders that need it, for which no statement counts yet."""
    if isinstance(checked.evidence, Unreadable) or checked.report.state not in OPEN or checked.policy.revocation == "ignore":
        return ()
    open_ones = frozenset(_below_anchors(checked))
    if checked.policy.ocsp_responder_without_nocheck != "accept":
        open_ones |= frozenset(_responders(checked.evidence))
    if not open_ones:
        return ()
    return tuple(wanted for wanted in wanted_of(checked.evidence, checked.trust) if wanted.certificate_sha256 in open_ones)


def _below_anchors(checked: Checked) -> Iterator[str]:
    for signature in checked.report.signatures:
        yield from _open_in(signature.chain, signature.revocation)
        for stamp in signature.times.timestamps:
            if stamp.sound:
                yield from _open_in(stamp.chain, stamp.revocation)


def _open_in(chain: Iterable[ChainEntryReport], revocation: RevocationReport) -> Iterator[str]:
    answered = {said.certificate_sha256 for said in revocation.statements if said.usable}
    return (entry.sha256 for entry in chain if entry.sha256 is not None and entry.sha256 not in answered)


def _responders(evidence: DocumentEvidence) -> Iterator[str]:
    """Delegates whose own revocation matters and for whom nobody has spoken."""
    for signature in evidence.signatures:
        for statements in (signature.statements, *(stamp.statements for stamp in signature.timestamps)):
            spoken_for = {said.certificate_sha256 for said in statements if said.authorised}
            yield from (sha256 for sha256 in _delegates(statements) if sha256 not in spoken_for)


def _delegates(statements: Iterable[RevocationStatement]) -> Iterator[str]:
    for said in statements:
        if said.authorised and not said.issuer_no_check and said.issuer_paths is not None:
            for path in said.issuer_paths.found:
                yield from (entry.sha256 for entry in path.entries[:-1] if entry.sha256 is not None)
