"""Signatures that read as one: number, day, month and seal are stamps of one certificate within minutes, not approvals."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from sigcheck.verdict import SignatureReport


class Group(Struct, frozen=True):
    """Consecutive signatures of one certificate with the same outcome; `number` is the first one's place, from 1."""

    number: int
    members: tuple[SignatureReport, ...]

    @property
    def first(self) -> SignatureReport:
        return self.members[0]

    @property
    def last(self) -> SignatureReport:
        return self.members[-1]


def group_signatures(signatures: Sequence[SignatureReport]) -> tuple[Group, ...]:
    """Group neighbours by certificate and outcome. A signature without a known certificate stands alone."""
    groups: list[Group] = []
    for number, signature in enumerate(signatures, start=1):
        if groups and signature.signer.sha256 is not None and _outcome(groups[-1].last) == _outcome(signature):
            groups[-1] = Group(groups[-1].number, (*groups[-1].members, signature))
        else:
            groups.append(Group(number, (signature,)))
    return tuple(groups)


def _outcome(signature: SignatureReport) -> tuple[object, ...]:
    """What has to be equal before two signatures may share a card: nothing that went wrong hides among the others."""
    return (
        signature.signer.sha256,
        signature.kind,
        signature.indication,
        signature.sub_indication,
        signature.integrity.digest_matches,
        signature.integrity.signature_verifies,
        signature.coverage.sound,
        signature.modifications.allowed,
        signature.times.basis,
        tuple((stamp.sound, stamp.trusted is True) for stamp in signature.times.timestamps),
        tuple((entry.sha256, entry.link) for entry in signature.chain),
        signature.revocation.checked,
        frozenset(finding.code for finding in signature.findings if finding.decides is not None),
    )
