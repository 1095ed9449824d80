"""Moments proven to lie before a signature make EXPIRED and REVOKED (EN 319 102-1, 5.3.4 step 4; docs/rules.md, 18)."""

from __future__ import annotations

from typing import Any

import pytest
from build import (
    ARCHIVE,
    DAY,
    HOUR,
    SIGNED,
    SIGNER,
    STRICT,
    SUB_CA,
    anchor,
    certificate,
    cms,
    codes,
    document,
    document_stamp,
    entry,
    found,
    no_path,
    office,
    revoked,
    signature,
    signer_paths,
    stamp,
    statement,
    the,
    verdict,
)
from msgspec.structs import replace

from sigcheck.evidence import PathFlaw, Purpose, RevocationStatement
from sigcheck.facts import ByteRangeFlaw
from sigcheck.verdict import DocumentReport

ENDED = certificate(not_after=SIGNED - 10 * DAY)
RESPONDER = found(entry(certificate("Máy trả lời OCSP", None)), anchor())


def of_ended(revision: int = 3, **changes: Any) -> Any:
    """A signature whose certificate had ended ten days before SIGNED, with no time-stamp of its own."""
    given: dict[str, Any] = {
        "signer": ENDED,
        "cms": cms(ENDED),
        "paths": signer_paths(ENDED),
        "timestamps": (),
        "statements": (),
    } | changes
    return signature(revision, **given)


def answer(**changes: Any) -> RevocationStatement:
    return statement(SUB_CA, SIGNED, **({"kind": "ocsp", "produced_at": SIGNED, "signed": True, "source": "cms"} | changes))


BOUND = {
    "earlier-signature-timestamp": document(office(2, timestamps=(stamp(),)), of_ended()),
    "earlier-document-timestamp": document(document_stamp(2, SIGNED), of_ended()),
    "signed-revocation": document(of_ended(2, statements=(answer(),))),
    "content-timestamp": document(of_ended(2, content_timestamps=(stamp(),))),
}


@pytest.mark.parametrize("basis", BOUND)
@pytest.mark.parametrize("policy", [ARCHIVE, STRICT], ids=["archive", "strict"])
def test_signed_after_its_certificate_ended_is_a_total_failure(basis: str, policy: Any) -> None:
    report = verdict(BOUND[basis], policy if basis == "signed-revocation" else ARCHIVE)
    last = report.signatures[-1]
    assert (last.indication, last.sub_indication) == ("TOTAL-FAILED", "EXPIRED")
    assert report.state == "invalid"
    facts = the("signed-after-expiry", report).facts
    assert (facts["bound"], facts["made_after"]) == (basis, "2024-05-10T03:00:00Z")
    assert last.times.lower_bound is not None
    assert (last.times.lower_bound.basis, last.times.lower_bound.at) == (basis, SIGNED)


NO_BOUND = {
    "the time-stamp's server is unknown": document(
        office(2, timestamps=(stamp(paths=no_path(PathFlaw.UNKNOWN_ANCHOR, purpose=Purpose.TIMESTAMP)),)), of_ended()
    ),
    "the time-stamp is broken": document(office(2, timestamps=(stamp(imprint_matches=False),)), of_ended()),
    "it is of the same revision": document(office(3, timestamps=(stamp(),)), of_ended(3)),
    "it is of a later revision": document(of_ended(2), office(3, timestamps=(stamp(SIGNED + DAY),))),
    "the answer is not among the signed attributes": document(of_ended(2, statements=(answer(signed=False),))),
    "the answer is nobody's": document(of_ended(2, statements=(answer(authorised=False, flaw="issuer-unknown"),))),
    "only the clock of the signer says so": document(of_ended(2)),
    "within the tolerance of clocks": document(
        document_stamp(2, ENDED.not_after + HOUR / 4),
        of_ended(),
    ),
    "clocks contradict each other": document(document_stamp(2, SIGNED), of_ended(timestamps=(stamp(ENDED.not_after + HOUR),))),
}


@pytest.mark.parametrize("name", NO_BOUND)
def test_what_proves_nothing_leaves_it_open(name: str) -> None:
    report = verdict(NO_BOUND[name], ARCHIVE)
    assert "signed-after-expiry" not in codes(report)
    assert "certificate-expired" in codes(report)


def test_signed_after_the_revocation_is_a_total_failure() -> None:
    hit = revoked(SIGNER, SIGNED - DAY, reason="superseded")
    report = verdict(document(document_stamp(2, SIGNED), signature(3, statements=(hit,), timestamps=())), ARCHIVE)
    last = report.signatures[-1]
    assert (last.indication, last.sub_indication) == ("TOTAL-FAILED", "REVOKED")
    assert the("signed-after-revocation", report).facts["revoked_at"] == "2024-05-09T03:00:00Z"


@pytest.mark.parametrize(
    "hit",
    [
        revoked(SIGNER, None),
        revoked(SIGNER, SIGNED + DAY),
        revoked(SUB_CA, SIGNED - DAY),
        revoked(SIGNER, SIGNED - DAY, state="on-hold"),
    ],
    ids=["no time of revocation", "revoked later", "the CA was revoked", "on hold"],
)
def test_other_revocations_stay_open(hit: RevocationStatement) -> None:
    report = verdict(document(document_stamp(2, SIGNED), signature(3, statements=(hit,), timestamps=())), ARCHIVE)
    assert report.state == "insufficient"
    assert report.indication == "INDETERMINATE"


def test_a_sound_signature_between_its_bounds_passes() -> None:
    report = verdict(document(document_stamp(2, SIGNED - DAY), signature(3)), ARCHIVE)
    assert report.state == "valid"
    assert report.signatures[1].times.lower_bound is not None
    assert replace(report.signatures[1].times.lower_bound, signature=None).basis == "earlier-document-timestamp"


def test_a_bound_needs_a_sound_range() -> None:
    """What the signature does not cover may have been put before it afterwards."""
    torn = of_ended()
    flawed = replace(torn, facts=replace(torn.facts, byte_range=replace(torn.facts.byte_range, flaw=ByteRangeFlaw.GAP)))
    report: DocumentReport = verdict(document(document_stamp(2, SIGNED), flawed), ARCHIVE)
    assert "signed-after-expiry" not in codes(report)
