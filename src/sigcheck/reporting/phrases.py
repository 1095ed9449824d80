"""Parts of a report as phrases in one language: who, when, how sure. Every value passes the sanitiser here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from sigcheck.reporting.catalogue import Catalogue
from sigcheck.reporting.grouping import Group
from sigcheck.reporting.hostile import shown
from sigcheck.verdict import Decides, Indication, SignatureReport, State, SubIndication, TimestampReport

_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_MARKS = {
    State.VALID: ("✔", "[OK]", "bold green"),
    State.INVALID: ("✘", "[X]", "bold red"),
    State.INSUFFICIENT: ("?", "[?]", "bold yellow"),
    State.UNSIGNED: ("–", "[-]", "bold yellow"),
    State.UNREADABLE: ("✘", "[X]", "bold red"),
}
_STATE_OF = {
    Indication.TOTAL_PASSED: State.VALID,
    Indication.TOTAL_FAILED: State.INVALID,
    Indication.INDETERMINATE: State.INSUFFICIENT,
}
PROVEN_BASES = frozenset({"signature-timestamp", "later-signature-timestamp", "document-timestamp", "received"})


def signature_state(signature: SignatureReport) -> State:
    """What people are told of a signature: EN 319 102-1's answer, or what a finding of our own decides where that is worse."""
    decided = {found.decides for found in signature.findings}
    if Decides.INVALID in decided:
        return State.INVALID
    state = indicated_state(signature)
    return State.INSUFFICIENT if Decides.INSUFFICIENT in decided and state is State.VALID else state


def indicated_state(signature: SignatureReport) -> State:
    """The state that its indication alone stands for."""
    return _STATE_OF[signature.indication]


NOT_READ = frozenset({"sub-filter-unsupported", "cms-unreadable"})


def not_read(signature: SignatureReport) -> bool:
    """Its dictionary is known and the signature inside is not: nothing can be said to be missing from it."""
    return any(found.code in NOT_READ for found in signature.findings)


def unused_stamps(signature: SignatureReport) -> frozenset[int]:
    """Indexes of the time-stamps that are sound and no proof yet."""
    stamps = enumerate(signature.times.timestamps)
    return frozenset(index for index, stamp in stamps if stamp.sound is True and stamp.trusted is not True)


_NO_PROOF_YET = {
    SubIndication.OUT_OF_BOUNDS_NO_POE: "anchored-expired",
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: "anchored-weak",
    SubIndication.TRY_LATER: "anchored-unchecked",
    SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE: "anchored-unchecked",
    SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE: "anchored-unchecked",
}


def _anchored(stamp: TimestampReport) -> str | None:
    """Its server's path ends at a configured anchor and nothing says revoked: no distrust of the source, only no proof yet."""
    ends_at_anchor = bool(stamp.chain) and stamp.chain[-1].role == "anchor"
    revoked = any(statement.revoked_at is not None for statement in stamp.revocation.statements)
    if not ends_at_anchor or revoked or stamp.sub_indication is None:
        return None
    return _NO_PROOF_YET.get(stamp.sub_indication)


class Phrases(Struct, frozen=True):
    """The words of one language, and whether ID numbers may be shown."""

    catalogue: Catalogue
    personal: bool = False
    ascii_marks: bool = False

    def word(self, key: str, **values: object) -> str:
        return self.catalogue.word(key, **values)

    @property
    def bullet(self) -> str:
        return "-" if self.ascii_marks else "•"

    def safe(self, text: str | None) -> str:
        return self.word("label.unknown") if text is None else shown(text, personal=self.personal)

    def mark(self, state: State) -> tuple[str, str]:
        """The mark of a state, and its style."""
        sign, plain, style = _MARKS[state]
        return (plain if self.ascii_marks else sign), style

    def moment(self, moment: datetime | None) -> str:
        return self.word("label.unknown") if moment is None else self.catalogue.time(moment)

    def written(self, iso: str | None) -> str:
        return self.word("label.unknown") if iso is None else self.catalogue.written_time(iso)

    def signer(self, signature: SignatureReport) -> str:
        """The certificate's name, and whether it is a person's or an organisation's."""
        signer = signature.signer
        name = self.safe(signer.common_name or signer.organisation or signer.subject)
        return f"{name} ({self.word(f'kind.{signer.kind}')})" if signer.kind and signer.sha256 else name

    def tongue(self, text: str) -> str | None:
        """`vi` for a name with letters that only Vietnamese writes, where the page speaks another language: so it is read out."""
        return "vi" if self.catalogue.language != "vi" and _VIETNAMESE.search(text) else None

    def fields(self, signatures: Iterable[SignatureReport], most: int = 4) -> str:
        """Field names, shortened beyond `most`."""
        names = [self.safe(signature.field) for signature in signatures]
        if len(names) <= most:
            return ", ".join(names)
        return f"{names[0]} … {names[-1]} ({len(names)})"

    def when(self, signature: SignatureReport) -> str:
        """The time and the basis on which it stands; a claim is called a claim."""
        times, proof = signature.times, signature.times.proof
        if times.basis in PROVEN_BASES and times.best_signature_time is not None:
            by = self.safe(proof.signature) if proof is not None and proof.signature is not None else self.word("label.unknown")
            return f"{self.moment(times.best_signature_time)}, {self.word(f'basis.{times.basis}', signature=by)}"
        if signature.kind == "document-timestamp":  # its time is the server's, not a signer's claim
            at = times.timestamps[0].gen_time if times.timestamps else None
            return self.word("basis.stamp-only", at=self.moment(at))
        claim = self.claim(signature)
        said = self.word("basis.no-claim") if claim is None else self.word("basis.claims", claimed=self.written(claim))
        return f"{said}; {self.basis(signature)}"

    def claim(self, signature: SignatureReport) -> str | None:
        times = signature.times
        return times.claimed or (times.signing_time.isoformat() if times.signing_time else None)

    def basis(self, signature: SignatureReport) -> str:
        if signature.times.basis == "validation-time" and unused_stamps(signature):
            return self.word("basis.stamp-unused")
        return self.word(f"basis.{signature.times.basis or 'none'}")

    def group_when(self, group: Group) -> str:
        """The span of times of a group, on the basis that all its members share."""
        if len(group.members) == 1:
            return self.when(group.first)
        if group.first.times.basis in PROVEN_BASES:
            moments = [s.times.best_signature_time for s in group.members if s.times.best_signature_time is not None]
            by = {
                s.times.proof.signature
                for s in group.members
                if s.times.proof is not None and s.times.proof.signature is not None
            }
            basis = self.word(f"basis.{group.first.times.basis}", signature=self.safe(", ".join(sorted(by))))
            if moments:
                return f"{self.span(self.moment(min(moments)), self.moment(max(moments)))}, {basis}"
        claims = [claim for claim in map(self.claim, group.members) if claim is not None]
        if not claims or group.first.kind == "document-timestamp":
            return self.when(group.first)
        first, last = self.written(claims[0]), self.written(claims[-1])
        if first == last:
            return self.when(group.first)
        return f"{self.word('basis.claims-several', first=first, last=last)}; {self.basis(group.first)}"

    def span(self, first: str, last: str) -> str:
        return first if first == last else self.word("label.from-to", first=first, last=last)

    def timestamp(self, stamp: TimestampReport) -> str:
        return f"{self.moment(stamp.gen_time)} – {self.timestamp_source(stamp)}"

    def timestamp_source(self, stamp: TimestampReport) -> str:
        """The server, and whether the token is sound and trusted; null never counts as true."""
        match stamp.sound, stamp.trusted:
            case True, True:
                verdict = "good"
            case True, False:
                verdict = _anchored(stamp) or "untrusted"
            case True, None:
                verdict = _anchored(stamp) or "undecided"
            case False, _:
                verdict = "broken"
            case _:
                verdict = "unknown"
        return f"{self.safe(stamp.tsa)} – {self.word(f'timestamp.{verdict}')}"
