"""One table of sub-indications, and a green tick only where everything was proven."""

from __future__ import annotations

from typing import Any

import pytest
from build import (
    ARCHIVE,
    DAY,
    SIGNED,
    STRICT,
    byte_range,
    certificate,
    change,
    cms,
    document,
    document_stamp,
    findings,
    integrity,
    no_path,
    office,
    signature,
    signer_paths,
    stamp,
    verdict,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sigcheck.evidence import ChangeLevel, DocumentEvidence, PathFlaw
from sigcheck.facts import ByteRangeFlaw, CmsUnreadable, Tail, TailKind, Trailing
from sigcheck.judging.codes import CODES, ROWS, finding
from sigcheck.judging.conclude import RANK, document_state, signature_indication
from sigcheck.policy import Policy
from sigcheck.verdict import Decides, Indication, State, SubIndication

TOTAL_FAILURES = {"FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "REVOKED", "EXPIRED", "NOT_YET_VALID"}
"""EN 319 102-1 V1.4.1, 5.1.3, table 5."""


def test_every_sub_indication_has_its_rank_once_and_its_main_indication() -> None:
    assert sorted(sub for sub, _ in RANK) == sorted(SubIndication)
    assert {sub.value for sub, main in RANK if main is Indication.TOTAL_FAILED} == TOTAL_FAILURES


def test_the_table_of_codes_is_consistent() -> None:
    """What decides says what it makes of the indication; only what is worse than a warning decides."""
    assert len(CODES) == len(ROWS)
    for row in ROWS:
        assert (row.severity == "error") is (row.decides is not None) or row.sub_indication is None, row.name
        if row.decides is not None:
            assert row.sub_indication is not None, row.name
        if row.decides is Decides.INSUFFICIENT:
            assert row.sub_indication not in TOTAL_FAILURES, row.name


def test_a_finding_is_one_of_the_table() -> None:
    with pytest.raises(KeyError):
        finding("no-such-code")
    with pytest.raises(KeyError):
        finding("no-signature", field="x")


def test_cryptographic_failure_outranks_trouble_with_certificates() -> None:
    broken = signature(integrity=integrity(signature_verifies=False), paths=no_path(PathFlaw.NO_ISSUER))
    report = verdict(document(broken))
    assert (report.signatures[0].indication, report.sub_indication) == ("TOTAL-FAILED", "SIG_CRYPTO_FAILURE")
    assert "chain-incomplete" in [one.code for one in findings(report)]


def test_form_outranks_hash_outranks_value() -> None:
    all_wrong = signature(
        integrity=integrity(signature_verifies=False, digest_matches=False), byte_range=byte_range(2, flaw=ByteRangeFlaw.GAP)
    )
    assert verdict(document(all_wrong)).sub_indication == "FORMAT_FAILURE"
    two_wrong = signature(integrity=integrity(signature_verifies=False, digest_matches=False))
    assert verdict(document(two_wrong)).sub_indication == "HASH_FAILURE"


def test_a_document_is_as_good_as_its_worst_signature() -> None:
    open_one = office(paths=no_path(PathFlaw.NO_ISSUER))
    assert verdict(document(signature(), open_one)).state == "insufficient"
    broken = office(4, integrity=integrity(digest_matches=False))
    report = verdict(document(signature(), open_one, broken))
    assert (report.state, report.sub_indication) == ("invalid", "HASH_FAILURE")


def test_an_undecided_finding_with_a_total_sub_indication_never_passes() -> None:
    """No row does this; if one did, the signature would be CUSTOM, not passed."""
    odd = replace(finding("changes-unknown"), sub_indication=SubIndication.HASH_FAILURE)
    assert signature_indication([odd]) == (Indication.INDETERMINATE, SubIndication.CUSTOM)
    nameless = replace(finding("changes-unknown"), sub_indication=None)
    assert signature_indication([nameless]) == (Indication.INDETERMINATE, SubIndication.CUSTOM)
    assert document_state([nameless], signed=True)[0] is State.INSUFFICIENT


# Advisory checks.


def test_an_advisory_finding_is_a_warning_and_listed_as_switched_off() -> None:
    policy = replace(ARCHIVE, advisory_checks=frozenset({"name-differs-from-certificate"}))
    other = replace(signature().facts.block, signer_name="Lê Văn Khác")
    report = verdict(document(signature(block=other)), policy)
    assert (report.state, report.disabled_checks) == ("valid", ["revocation", "name-differs-from-certificate"])
    assert findings(report)[0].severity == "warning"


EVERY_CODE = frozenset(CODES)
SILENT_AS_CAN_BE = replace(
    ARCHIVE,
    revocation="ignore",
    time="claimed",
    expired_with_claimed_time="accept",
    changes_after_last_signature="report",
    advisory_checks=EVERY_CODE,
)

NEVER_SILENCED = {
    "broken digest": document(signature(integrity=integrity(digest_matches=False))),
    "broken signature": document(signature(integrity=integrity(signature_verifies=False))),
    "unknown digest": document(signature(integrity=integrity(digest_matches=None))),
    "unsound ByteRange": document(signature(byte_range=byte_range(2, flaw=ByteRangeFlaw.BEYOND_FILE))),
    "forbidden change": document(signature(), revisions=3, changes=(change(3, ChangeLevel.OTHER),)),
    "unknown anchor": document(signature(paths=no_path(PathFlaw.UNKNOWN_ANCHOR))),
    "missing issuer": document(signature(paths=no_path(PathFlaw.NO_ISSUER))),
    "no certificate": document(signature(signer=None, cms=cms(None))),
    "broken document time-stamp": document(signature(), document_stamp(token=stamp(imprint_matches=False))),
    "not yet valid": document(signature(paths=signer_paths(leaf={"not_before": SIGNED + DAY}))),
    "unreadable CMS": document(signature(cms=CmsUnreadable("not-asn1"))),
    "removed": document(signature(removed_in=3), office(4)),
}


@pytest.mark.parametrize("name", NEVER_SILENCED)
def test_no_policy_makes_it_valid(name: str) -> None:
    report = verdict(NEVER_SILENCED[name], SILENT_AS_CAN_BE)
    assert report.state in ("invalid", "insufficient")
    assert any(one.decides for one in findings(report))


# The green tick.

TRISTATE = st.sampled_from([True, False, None])
FLAWED = st.sampled_from([None, None, ByteRangeFlaw.GAP, ByteRangeFlaw.ENDS_ELSEWHERE])
PATHS = st.sampled_from([signer_paths(), signer_paths(), no_path(PathFlaw.NO_ISSUER), no_path(PathFlaw.KEY_USAGE)])
CMS = st.sampled_from([cms(), cms(), cms(trailing=Trailing.OTHER), CmsUnreadable("truncated"), None])
SIGNERS = st.sampled_from([certificate(), certificate(), None])
STAMPS = st.sampled_from([(), (stamp(),), (stamp(imprint_matches=False),), (stamp(paths=no_path(PathFlaw.NO_ISSUER)),)])
TAILS = st.sampled_from([TailKind.NOTHING, TailKind.NOTHING, TailKind.JUNK, TailKind.OBJECTS])
CHANGES = st.lists(
    st.sampled_from([change(3, level, visible=seen) for level in ChangeLevel for seen in (True, False)]), max_size=2
)


@st.composite
def anything(draw: Any) -> DocumentEvidence:
    proof = integrity(
        digest_matches=draw(TRISTATE), signature_verifies=draw(TRISTATE), signing_certificate_matches=draw(TRISTATE)
    )
    one = signature(
        signer=draw(SIGNERS),
        integrity=proof if draw(st.booleans()) else integrity(),
        paths=draw(PATHS),
        cms=draw(CMS),
        timestamps=draw(STAMPS),
        byte_range=byte_range(2, flaw=draw(FLAWED)),
        removed_in=draw(st.sampled_from([None, None, 3])),
    )
    return document(one, revisions=3, changes=tuple(draw(CHANGES)), tail=Tail(draw(TAILS), 3000, 1))


@settings(max_examples=400, deadline=None)
@given(evidence=anything(), policy=st.sampled_from([ARCHIVE, STRICT, SILENT_AS_CAN_BE]))
def test_valid_means_that_everything_was_proven(evidence: DocumentEvidence, policy: Policy) -> None:
    report = verdict(evidence, policy)
    decided = [one for one in findings(report) if one.decides]
    assert (report.state == "valid") is (not decided)
    if report.state != "valid":
        assert any(one.decides.value == report.state.value for one in decided if one.decides)
        return
    (one,) = evidence.signatures
    assert one.integrity.sound
    assert one.facts.byte_range.sound
    assert one.paths.found
    assert one.facts.removed_in is None
    assert report.signatures[0].modifications.allowed is True
    assert evidence.facts.tail.kind is TailKind.NOTHING
