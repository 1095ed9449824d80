"""States of whole documents: remains, removed signatures, bytes behind the end, time-stamps alone, unreadable files."""

from __future__ import annotations

from typing import Any

import pytest
from build import (
    ARCHIVE,
    AT,
    DAY,
    HOUR,
    OFFICE,
    OFFICE_CERTIFICATE,
    PERSON,
    SIGNED,
    SIGNER,
    STRICT,
    block,
    byte_range,
    certificate,
    change,
    cms,
    codes,
    document,
    document_stamp,
    integrity,
    issued,
    no_path,
    office,
    remains,
    signature,
    signer_paths,
    stamp,
    the,
    unsigned,
    verdict,
)
from msgspec.structs import replace

from sigcheck.evidence import ChangeLevel, PathFlaw, RemainsEvidence
from sigcheck.facts import (
    ByteRangeFlaw,
    CmsUnreadable,
    SignatureBox,
    SigningBlock,
    Tail,
    TailKind,
    Unreadable,
    UnreadableReason,
)
from sigcheck.judging.codes import CODES
from sigcheck.policy import Demands
from sigcheck.verdict import DocumentReport


def summary(report: DocumentReport) -> tuple[str, str | None, str | None]:
    return report.state.value, report.indication, report.sub_indication


# Unsigned, and time-stamps alone (item 6).


def test_an_unsigned_document() -> None:
    report = verdict(unsigned())
    assert summary(report) == ("unsigned", None, None)
    assert codes(report) == ["no-signature"]
    assert report.document.revisions == 1


@pytest.mark.parametrize(
    "token", [stamp(SIGNED), stamp(SIGNED, paths=no_path(PathFlaw.UNKNOWN_ANCHOR))], ids=["trusted", "untrusted"]
)
def test_a_document_timestamp_alone_is_no_signature(token: Any) -> None:
    report = verdict(document(document_stamp(2, token=token)))
    assert summary(report) == ("unsigned", None, None)
    assert "document-timestamp-only" in codes(report)


def test_a_broken_document_timestamp_alone_is_invalid() -> None:
    report = verdict(document(document_stamp(2, token=stamp(imprint_matches=False))))
    assert summary(report) == ("invalid", "TOTAL-FAILED", "HASH_FAILURE")


def test_a_form_object_that_cannot_be_read_may_hide_a_signature() -> None:
    report = verdict(unsigned(oddities=("field-object-damaged:7 0", "security-store-damaged")))
    assert summary(report) == ("insufficient", "INDETERMINATE", "CUSTOM")
    assert the("form-field-damaged", report).facts == {"objects": ["7 0"], "count": 1}


# Remains, removed signatures, placeholders (item 7).


def left(**changes: Any) -> RemainsEvidence:
    return RemainsEvidence(remains(**changes), True, (stamp(),))


def test_saved_again() -> None:
    """In words "saved again", never "forged"; what is left is described."""
    report = verdict(unsigned(remains=(left(cms=cms(signing_time=SIGNED), block=SigningBlock()),)))
    assert summary(report) == ("invalid", "TOTAL-FAILED", "FORMAT_FAILURE")
    assert the("signature-remains-unreachable", report).facts == {"count": 1, "signers": [PERSON], "covered": False}
    (one,) = report.signature_remains
    assert (one.signer.common_name, one.block.claimed_time) == (PERSON, "2024-05-10T03:00:00Z")
    assert (one.timestamps[0].trusted, one.attributes_signature_verifies) == (True, True)


def test_remains_without_a_readable_cms_are_named_by_their_block() -> None:
    unreadable = left(cms=CmsUnreadable("not-asn1"))
    nameless = left(cms=None, block=SigningBlock())
    by_name = left(cms=None, block=SigningBlock(name="Bộ Thí dụ"))
    report = verdict(unsigned(remains=(unreadable, nameless, by_name)))
    assert the("signature-remains-unreachable", report).facts["signers"] == [PERSON, "?", "Bộ Thí dụ"]
    assert report.signature_remains[1].signer.common_name is None
    assert report.signature_remains[0].block.claimed_time == "2024-05-10T03:00:00Z"


@pytest.mark.parametrize(
    ("where", "state"),
    [
        ({"offset": 1999}, "valid"),
        ({"offset": 2000}, "invalid"),
        ({"covered_by_revision": 2}, "valid"),
        ({"covered_by_revision": 3}, "invalid"),
        ({}, "invalid"),
    ],
)
def test_remains_beside_a_sound_signature(where: dict[str, int], state: str) -> None:
    report = verdict(document(signature(), revisions=3, remains=(left(**where),)))
    assert report.state == state
    assert the("signature-remains-unreachable", report).severity == ("warning" if state == "valid" else "error")


def test_remains_beside_an_unsound_signature() -> None:
    broken = signature(integrity=integrity(signature_verifies=False))
    assert verdict(document(broken, remains=(left(offset=5),))).sub_indication == "FORMAT_FAILURE"


@pytest.mark.parametrize(("change_of", "how"), [({"removed_in": 3}, "removed"), ({"rewritten_in": 3}, "rewritten")])
def test_a_removed_or_rewritten_signature(change_of: dict[str, Any], how: str) -> None:
    report = verdict(document(signature(**change_of), office(4)))
    assert summary(report) == ("invalid", "TOTAL-FAILED", "SIG_CONSTRAINTS_FAILURE")
    said = the("signature-removed", report)
    assert (said.facts, said.about.revision) == ({"field": "Signature1", "how": how, "signer": PERSON}, 3)


def prepared(revision: int, **changes: Any) -> Any:
    unfilled = byte_range(revision, numbers=(0, 0, 0, 0), flaw=ByteRangeFlaw.GAP)
    empty: dict[str, Any] = {
        "contents_placeholder_only": True,
        "cms": CmsUnreadable("not-asn1"),
        "byte_range": unfilled,
        "timestamps": (),
    }
    return signature(revision, **(empty | changes))


def test_a_signature_that_was_emptied_is_not_taken_for_a_prepared_field() -> None:
    emptied = prepared(2, byte_range=byte_range(2))
    assert verdict(document(emptied)).state == "invalid"


def test_a_prepared_field_alone_is_no_signature() -> None:
    report = verdict(document(prepared(2)))
    assert (report.state, report.signatures) == ("unsigned", [])
    assert codes(report) == ["no-signature", "signature-placeholder"]


def test_a_prepared_field_behind_the_last_signature_may_show_a_seal() -> None:
    assert summary(verdict(document(signature(), prepared(3)))) == ("insufficient", "INDETERMINATE", "SIG_CONSTRAINTS_FAILURE")
    covered = verdict(document(prepared(2), signature(3)))
    assert (covered.state, the("signature-placeholder", covered).severity) == ("valid", "warning")


# Bytes that nothing covers (item 8).


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (TailKind.NOTHING, ("valid", "TOTAL-PASSED", None)),
        (TailKind.JUNK, ("insufficient", "INDETERMINATE", "CUSTOM")),
        (TailKind.OBJECTS, ("invalid", "TOTAL-FAILED", "FORMAT_FAILURE")),
    ],
)
def test_bytes_behind_the_end(kind: TailKind, expected: tuple[str, str, str | None]) -> None:
    report = verdict(document(tail=Tail(kind, 2000, 30, "<html>lỗi")))
    assert summary(report) == expected
    if kind is not TailKind.NOTHING:
        assert the("uncovered-bytes", report).facts == {"where": "tail", "start": 2000, "length": 30, "preview": "<html>lỗi"}


def test_junk_inside_the_signed_range_is_the_signers_own() -> None:
    reaching = signature(byte_range=byte_range(2, end=2030))
    assert codes(verdict(document(reaching, tail=Tail(TailKind.JUNK, 2000, 30)))) == []


def test_an_unsigned_document_may_have_anything_behind_its_end() -> None:
    report = verdict(
        unsigned(tail=Tail(TailKind.OBJECTS, 1000, 5), unexplained_objects=(1001,), oddities=("cross-reference-rebuilt",))
    )
    assert report.state == "unsigned"
    assert codes(report) == ["no-signature", "cross-reference-rebuilt"]


@pytest.mark.parametrize(("offsets", "state"), [((1500, 1999), "valid"), ((1500, 2000), "insufficient")])
def test_objects_outside_every_cross_reference(offsets: tuple[int, ...], state: str) -> None:
    report = verdict(document(unexplained_objects=offsets))
    assert report.state == state
    assert the("objects-outside-cross-reference", report).facts["covered"] is (state == "valid")


@pytest.mark.parametrize("oddity", ["cross-reference-rebuilt", "rebuilt-cross-reference"])
def test_a_rebuilt_cross_reference_is_never_valid(oddity: str) -> None:
    assert summary(verdict(document(oddities=(oddity,)))) == ("insufficient", "INDETERMINATE", "CUSTOM")


# Signatures that cannot be checked.


@pytest.mark.parametrize(
    ("reason", "state", "sub"),
    [
        ("not-asn1", "invalid", "FORMAT_FAILURE"),
        ("not-signed-data", "invalid", "FORMAT_FAILURE"),
        ("no-signer-info", "invalid", "FORMAT_FAILURE"),
        ("truncated", "invalid", "FORMAT_FAILURE"),
        ("several-signer-infos", "insufficient", "NO_SIGNING_CERTIFICATE_FOUND"),
        ("limit-reached", "insufficient", "NO_SIGNING_CERTIFICATE_FOUND"),
    ],
)
def test_an_unreadable_cms(reason: str, state: str, sub: str) -> None:
    unknown = integrity(digest_matches=None, signature_verifies=None, unknown="cms-unreadable")
    broken = signature(signer=None, cms=CmsUnreadable(reason), integrity=unknown, timestamps=())
    report = verdict(document(broken))
    assert (report.state, report.sub_indication) == (state, sub)
    assert "integrity-unknown" not in codes(report)


def test_a_known_sub_filter_without_any_cms_is_a_failure_of_form() -> None:
    report = verdict(document(signature(cms=None)))
    assert the("cms-unreadable", report).facts["reason"] == "missing"


def test_a_document_timestamp_that_is_no_token() -> None:
    lost = replace(document_stamp(3, cms=CmsUnreadable("truncated")), timestamps=())
    report = verdict(document(signature(), lost))
    assert (report.state, report.sub_indication) == ("invalid", "FORMAT_FAILURE")
    assert report.signatures[1].revocation.checked is False


def test_another_sub_filter_is_named() -> None:
    report = verdict(document(signature(sub_filter=None, cms=None)))
    assert report.state == "insufficient"
    assert the("sub-filter-unsupported", report).facts == {"sub_filter": None}


@pytest.mark.parametrize(
    ("proof", "sub"),
    [
        (integrity(signature_verifies=None, unknown="no-signer-certificate"), "NO_SIGNING_CERTIFICATE_FOUND"),
        (integrity(signature_verifies=None, unknown="algorithm-unsupported"), "CUSTOM"),
        (integrity(digest_matches=None), "CUSTOM"),
        (integrity(signing_certificate_matches=False), "NO_SIGNING_CERTIFICATE_FOUND"),
    ],
)
def test_null_never_counts_as_true(proof: Any, sub: str) -> None:
    assert summary(verdict(document(signature(integrity=proof)))) == ("insufficient", "INDETERMINATE", sub)


def test_unreadable_documents_have_a_code_each() -> None:
    for reason in UnreadableReason:
        limit = "objects" if reason is UnreadableReason.LIMIT else None
        report = verdict(Unreadable(reason, "vì", limit, "ab" * 32, 7))
        assert summary(report) == ("unreadable", None, None)
        assert codes(report) == [reason.value]
        assert (report.document.sha256, report.document.size, report.document.revisions) == ("ab" * 32, 7, None)
        assert [entry.what for entry in report.timeline] == ["validation"]
    assert the("limit-reached", verdict(Unreadable(UnreadableReason.LIMIT, limit="objects"))).facts["limit"] == "objects"


# Chains.


@pytest.mark.parametrize(
    ("path_flaw", "code", "sub"),
    [
        (PathFlaw.NO_ISSUER, "chain-incomplete", "NO_CERTIFICATE_CHAIN_FOUND"),
        (PathFlaw.UNKNOWN_ANCHOR, "chain-incomplete", "NO_CERTIFICATE_CHAIN_FOUND"),
        (PathFlaw.LINK_SIGNATURE, "chain-incomplete", "NO_CERTIFICATE_CHAIN_FOUND"),
        (PathFlaw.KEY_USAGE, "key-usage-not-for-signing", "CHAIN_CONSTRAINTS_FAILURE"),
        (PathFlaw.EXTENDED_KEY_USAGE, "key-usage-not-for-signing", "CHAIN_CONSTRAINTS_FAILURE"),
        (PathFlaw.IS_A_CA, "key-usage-not-for-signing", "CHAIN_CONSTRAINTS_FAILURE"),
        (PathFlaw.PURPOSE, "key-usage-not-for-signing", "CHAIN_CONSTRAINTS_FAILURE"),
        (PathFlaw.NOT_A_CA, "chain-invalid", "CERTIFICATE_CHAIN_GENERAL_FAILURE"),
        (PathFlaw.PATH_LENGTH, "chain-invalid", "CERTIFICATE_CHAIN_GENERAL_FAILURE"),
        (PathFlaw.BUDGET, "chain-invalid", "CERTIFICATE_CHAIN_GENERAL_FAILURE"),
        (PathFlaw.KEY_UNUSABLE, "chain-invalid", "CERTIFICATE_CHAIN_GENERAL_FAILURE"),
        (PathFlaw.NO_CERTIFICATE, "chain-invalid", "CERTIFICATE_CHAIN_GENERAL_FAILURE"),
    ],
)
def test_every_flaw_of_a_path_decides(path_flaw: PathFlaw, code: str, sub: str) -> None:
    report = verdict(document(signature(paths=no_path(path_flaw))))
    assert summary(report) == ("insufficient", "INDETERMINATE", sub)
    assert code in codes(report)


def test_the_usages_are_said() -> None:
    odd = certificate(key_usage=None, extended_key_usage=("codeSigning",))
    report = verdict(document(signature(signer=odd, paths=no_path(PathFlaw.EXTENDED_KEY_USAGE), cms=cms(odd))))
    said = the("key-usage-not-for-signing", report).facts
    assert (said["key_usage"], said["extended_key_usage"]) == (None, ["codeSigning"])


def test_the_chain_runs_from_the_signer_to_the_root() -> None:
    chain = verdict(document()).signatures[0].chain
    assert [(entry.role, entry.link, entry.authority) for entry in chain] == [
        ("signer", "signature", None),
        ("intermediate", "signature", None),
        ("anchor", None, "government"),
    ]


# The order of times (item 5).


def test_the_latest_time_before_is_what_contradicts() -> None:
    """159 s back is within the tolerance; revisions prove the order."""
    back = office(timestamps=(stamp(SIGNED - HOUR / 20),))
    report = verdict(document(signature(), back))
    assert report.order.consistent
    (one,) = report.order.within_tolerance
    assert (one.earlier, one.later, one.seconds, one.proven) == ("Signature1", "Signature2", 180, True)
    assert "timestamp-order" not in codes(report)


@pytest.mark.parametrize(("policy", "state"), [(ARCHIVE, "valid"), (STRICT, "insufficient")], ids=["report", "refuse"])
def test_proven_contradictions_decide_only_where_the_policy_refuses(policy: Any, state: str) -> None:
    early = stamp(SIGNED - 2 * HOUR)
    back = office(timestamps=(early,), statements=(), block=block(OFFICE, None, SIGNED - 2 * HOUR))
    report = verdict(
        document(signature(), replace(back, statements=signature().statements)), replace(policy, revocation="ignore")
    )
    said = the("timestamp-order", report)
    assert (said.facts["seconds"], said.facts["proven"], report.state) == (7200, True, state)
    if state == "insufficient":
        assert report.sub_indication == "CUSTOM"


def test_claimed_times_never_decide() -> None:
    claimed_only = signature(3, timestamps=(), block=block(moment=SIGNED - 3 * DAY))
    report = verdict(document(signature(), claimed_only), replace(ARCHIVE, order_contradiction="refuse"))
    said = the("timestamp-order", report)
    assert (said.facts["proven"], said.decides, report.state) == (False, None, "valid")


def test_a_claim_far_ahead_does_not_hide_a_proven_contradiction() -> None:
    dreamer = signature(3, field="Mo", timestamps=(), block=block(moment=SIGNED + 3 * DAY))
    back = office(4, field="Dau", timestamps=(stamp(SIGNED - 2 * HOUR),))
    report = verdict(document(signature(), dreamer, back))
    (one,) = report.order.contradictions
    assert (one.earlier, one.later, one.proven, one.seconds) == ("Signature1", "Dau", True, 7200)
    ahead = verdict(document(signature(), dreamer, office(4, field="Dau")))
    (other,) = ahead.order.contradictions
    assert (other.earlier, other.proven) == ("Mo", False)


def test_signatures_of_one_revision_and_without_any_time_have_no_order() -> None:
    twins = (signature(), signature(2, field="B", timestamps=(stamp(SIGNED - DAY),)))
    timeless = signature(3, field="C", timestamps=(), block=SigningBlock())
    order = verdict(document(*twins, timeless)).order
    assert (order.contradictions, order.within_tolerance) == ([], [])


def test_the_latest_of_a_revision_counts() -> None:
    twins = (signature(timestamps=(stamp(SIGNED + DAY),)), signature(2, field="B"), office())
    (one,) = verdict(document(*twins)).order.contradictions
    assert one.earlier == "Signature1"


# Demands and profiles.


def test_only_signatures_that_pass_count() -> None:
    failing = signature(integrity=integrity(digest_matches=False))
    report = verdict(document(failing, office()), demands=Demands(("mautt@vidu.gov.vn",), 2))
    assert {"expected-signer-missing", "too-few-signatures"} <= set(codes(report))
    assert the("too-few-signatures", report).facts == {"required": 2, "found": 1}


def test_stamps_of_one_office_are_one_signer() -> None:
    twice = document(office(2), office(3, field="B"))
    assert verdict(twice, demands=Demands(min_signatures=2)).state == "invalid"
    assert verdict(twice, demands=Demands(min_signatures=1)).state == "valid"


def test_a_later_signatures_timestamp_is_not_ones_own() -> None:
    report = verdict(document(signature(timestamps=()), office()), demands=Demands(require_timestamp=True))
    assert (report.state, the("timestamp-missing", report).facts["fields"]) == ("invalid", ["Signature1"])


def test_an_unmet_demand_fails_an_unsigned_document_too() -> None:
    assert verdict(unsigned(), demands=Demands(min_signatures=1)).state == "invalid"
    assert verdict(unsigned(), profile="issued").state == "unsigned"


def test_the_policys_demands_and_profile_hold_beside_the_callers() -> None:
    policy = replace(ARCHIVE, profile="copy", demands=Demands(("a@b.vn",), 1))
    report = verdict(document(office(2)), policy, demands=Demands(("c@d.vn",), 0, require_timestamp=True))
    assert report.profile == "copy"
    assert report.demands == {"expect_signers": ["a@b.vn", "c@d.vn"], "min_signatures": 1, "require_timestamp": True}


UNKNOWN = certificate("C07", "c07@vidu.gov.vn")


def unknown(revision: int, **changes: Any) -> Any:
    said = block("C07", "c07@vidu.gov.vn")
    return signature(revision, UNKNOWN, **({"block": said, "cms": cms(UNKNOWN)} | changes))


@pytest.mark.parametrize(
    ("profile", "signatures", "state", "code"),
    [
        ("issued", (signature(2), office(3)), "valid", None),
        ("issued", (signature(2),), "invalid", "organisation-signature-missing"),
        ("issued", (office(2),), "invalid", "person-signature-missing"),
        ("issued", (office(2), signature(3)), "invalid", "organisation-before-person"),
        ("issued", (unknown(2),), "insufficient", "signer-kind-unknown"),
        ("issued", (unknown(2), office(3)), "insufficient", "signer-kind-unknown"),
        ("issued", (unknown(2), office(3), signature(4)), "insufficient", "signer-kind-unknown"),
        ("issued", (signature(2), unknown(3)), "insufficient", "signer-kind-unknown"),
        ("issued", (signature(2), unknown(3), office(4)), "valid", None),
        ("issued", (office(2), unknown(3), signature(4)), "invalid", "organisation-before-person"),
        ("copy", (office(2),), "valid", None),
        ("appendix", (office(2),), "valid", None),
        ("copy", (signature(2),), "invalid", "organisation-signature-missing"),
        ("copy", (unknown(2),), "insufficient", "signer-kind-unknown"),
        ("any", (unknown(2),), "valid", None),
    ],
)
def test_profiles(profile: str, signatures: Any, state: str, code: str | None) -> None:
    report = verdict(document(*signatures), profile=profile)
    assert report.state == state, codes(report)
    assert code is None or code in codes(report)


def test_clocks_alone_never_say_that_the_agency_signed_first() -> None:
    early = office(timestamps=(stamp(SIGNED - 2 * HOUR),), block=block(OFFICE, None, SIGNED - 2 * HOUR))
    report = verdict(document(signature(), early, changes=(change(3),)), profile="issued")
    said = the("organisation-before-person", report)
    assert (said.severity, said.facts["by"], said.facts["seconds"], report.state) == ("warning", "times", 7200, "valid")


@pytest.mark.parametrize(
    ("days", "late"),
    [(0, False), (3, False), (4, True)],
    ids=["the same Friday", "Monday", "Tuesday"],
)
def test_issued_at_latest_the_next_working_day(days: int, late: bool) -> None:
    """SIGNED is a Friday, 10:00 in Vietnam."""
    then = SIGNED + days * DAY
    sealed = office(timestamps=(stamp(then),), block=block(OFFICE, None, then))
    assert ("issued-late" in codes(verdict(document(signature(), sealed), profile="issued"))) is late


def test_without_a_day_nothing_is_late() -> None:
    timeless: dict[str, Any] = {"timestamps": (), "block": SigningBlock()}
    assert "issued-late" not in codes(verdict(document(signature(**timeless), office()), profile="issued"))
    assert "issued-late" not in codes(verdict(document(signature(), office(**timeless)), profile="issued"))


@pytest.mark.parametrize(
    ("page", "rectangle", "elsewhere"),
    [
        (1, (320.0, 780.0, 578.0, 808.0), False),
        (2, (320.0, 780.0, 578.0, 808.0), True),
        (1, (20.0, 780.0, 278.0, 808.0), True),
        (1, (320.0, 100.0, 578.0, 128.0), True),
    ],
)
def test_where_the_stamp_of_a_copy_stands(page: int, rectangle: Any, elsewhere: bool) -> None:
    report = verdict(document(office(2, box=SignatureBox(page, rectangle))), profile="copy")
    assert ("stamp-box-elsewhere" in codes(report)) is elsewhere
    assert report.state == "valid"
    assert report.signatures[0].box is not None


def test_every_fact_of_every_finding_is_listed() -> None:
    for report in (verdict(issued(), STRICT), verdict(document(signature(timestamps=()), office()))):
        for one in report.signatures:
            for found in one.findings:
                assert set(found.facts) <= set(CODES[found.code].facts)


def test_coverage_says_what_is_covered() -> None:
    whole = verdict(document(signature(byte_range=byte_range(2, whole_file=True)))).signatures[0].coverage
    assert (whole.sound, whole.whole_document, whole.flaw) == (True, True, None)
    lying = byte_range(2, whole_file=True, flaw=ByteRangeFlaw.GAP)
    broken = verdict(document(signature(byte_range=lying))).signatures[0].coverage
    assert (broken.sound, broken.whole_document, broken.flaw) == (False, False, "gap-is-not-the-contents")


def test_signers_of_both_kinds_are_described() -> None:
    report = verdict(issued())
    assert [one.signer.kind for one in report.signatures] == ["person", "organisation"]
    assert report.signatures[1].signer.sha256 == OFFICE_CERTIFICATE.sha256
    assert report.signatures[0].signer.email == SIGNER.emails[0]
    assert report.validation_time == AT
    assert report.signatures[0].modifications.level == ChangeLevel.FORM_FILLING
    assert signer_paths().found[0].authority == "government"
