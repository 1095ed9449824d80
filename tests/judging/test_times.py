"""Proofs of existence, the best signature time and its basis, and what a time-stamp is worth (docs/rules.md, 3, 4, 11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from build import (
    ARCHIVE,
    AT,
    DAY,
    HOUR,
    SIGNED,
    SIGNER,
    STRICT,
    SUB_CA,
    TSA,
    YEAR,
    block,
    byte_range,
    certificate,
    cms,
    codes,
    document,
    document_stamp,
    findings,
    integrity,
    no_path,
    office,
    revoked,
    signature,
    signer_paths,
    stamp,
    statement,
    the,
    tsa_paths,
    verdict,
)
from msgspec.structs import replace

from sigcheck.evidence import DocumentEvidence, PathFlaw, PathNotFound, Paths, Purpose, TimestampEvidence
from sigcheck.facts import ByteRangeFlaw, ClaimedTime, CmsUnreadable, SigningBlock
from sigcheck.policy import Policy
from sigcheck.verdict import DocumentReport

ENDED = certificate(not_after=SIGNED + 30 * DAY)
"""A signer whose certificate has expired at AT."""

OLD_TSA = certificate("Máy chủ dấu thời gian cũ", None, not_after=SIGNED + 60 * DAY)
CLAIMS_ACCEPTED = replace(ARCHIVE, expired_with_claimed_time="accept")


def leader(**changes: Any) -> Any:
    """An expired signer without a time-stamp of his own."""
    made: dict[str, Any] = {"signer": ENDED, "cms": cms(ENDED), "paths": signer_paths(ENDED), "timestamps": ()} | changes
    return signature(2, **made)


def basis(report: DocumentReport, index: int = 0) -> tuple[str | None, datetime | None, str | None]:
    times = report.signatures[index].times
    return times.basis, times.best_signature_time, times.proof.signature if times.proof else None


def test_the_own_timestamp_proves_the_time() -> None:
    assert basis(verdict(document(leader(timestamps=(stamp(),))))) == ("signature-timestamp", SIGNED, "Signature1")


def test_of_several_the_earliest_trusted_one_proves() -> None:
    untrusted = stamp(SIGNED - DAY, paths=no_path(PathFlaw.UNKNOWN_ANCHOR))
    report = verdict(document(leader(timestamps=(stamp(SIGNED + DAY), untrusted, stamp(SIGNED + HOUR)))))
    assert basis(report) == ("signature-timestamp", SIGNED + HOUR, "Signature1")
    assert [token.trusted for token in report.signatures[0].times.timestamps] == [True, False, True]


def test_a_later_stamped_seal_proves_the_leaders_signature() -> None:
    report = verdict(document(leader(), office()))
    assert basis(report) == ("later-signature-timestamp", SIGNED + HOUR, "Signature2")
    assert report.state == "valid"


@pytest.mark.parametrize(
    "seal",
    [
        office(integrity=integrity(digest_matches=False)),
        office(byte_range=byte_range(3, flaw=ByteRangeFlaw.GAP)),
        office(byte_range=byte_range(3, revision=None)),
        office(byte_range=byte_range(3, revision=1)),
        office(paths=no_path(PathFlaw.UNKNOWN_ANCHOR)),
        office(timestamps=(stamp(SIGNED + HOUR, imprint_matches=False),)),
        office(revision=2),
    ],
    ids=["broken", "unsound range", "no revision", "covers less", "unknown signer", "broken stamp", "not later"],
)
def test_a_later_signature_that_is_not_sound_proves_nothing(seal: Any) -> None:
    """A token stamps a value; only a sound signature under a known key binds that value to the bytes it covers."""
    assert basis(verdict(document(leader(), seal)))[0] == "validation-time"


def test_a_later_signature_proves_only_where_the_policy_takes_it() -> None:
    policy = replace(ARCHIVE, accept_later_signature_timestamp=False)
    assert basis(verdict(document(leader(), office()), policy))[0] == "validation-time"


def test_a_document_timestamp_proves_what_it_covers() -> None:
    report = verdict(document(leader(), document_stamp()))
    assert basis(report) == ("document-timestamp", SIGNED + DAY, "Signature2")
    assert basis(report, 1) == ("document-timestamp", SIGNED + DAY, "Signature2")
    assert report.state == "valid"


def test_the_archives_record_proves_but_never_from_after_the_validation_time() -> None:
    assert basis(verdict(document(leader()), received=SIGNED + 2 * DAY)) == ("received", SIGNED + 2 * DAY, None)
    assert basis(verdict(document(leader()), received=AT + DAY))[0] == "validation-time"


def test_the_earliest_proof_is_the_best_signature_time() -> None:
    evidence = document(leader(timestamps=(stamp(SIGNED + 5 * DAY),)), document_stamp(gen_time=SIGNED + 3 * DAY))
    assert basis(verdict(evidence)) == ("document-timestamp", SIGNED + 3 * DAY, "Signature2")
    assert basis(verdict(document(leader(timestamps=())), received=SIGNED + DAY)) == ("received", SIGNED + DAY, None)


def test_a_receipt_before_a_time_stamp_of_the_same_bytes_is_not_believed() -> None:
    evidence = document(leader(timestamps=(stamp(SIGNED + 5 * DAY),)))
    report = verdict(evidence, received=SIGNED + DAY)
    assert basis(report)[0] == "signature-timestamp"
    assert "received-before-timestamp" in codes(report)
    within = verdict(evidence, received=SIGNED + 5 * DAY - timedelta(seconds=ARCHIVE.time_tolerance_seconds))
    assert basis(within)[0] == "received"
    assert "received-before-timestamp" not in codes(within)


def test_a_timestamp_younger_than_the_validation_time_proves_nothing() -> None:
    report = verdict(document(), at=SIGNED - HOUR)
    assert "timestamp-after-validation-time" in codes(report)
    assert basis(report)[:2] == ("validation-time", SIGNED - HOUR)
    assert report.signatures[0].times.timestamps[0].trusted is False


# A claimed time is never proof.


def test_without_proof_an_expired_certificate_is_insufficient() -> None:
    report = verdict(document(leader()))
    assert (report.state, report.sub_indication) == ("insufficient", "OUT_OF_BOUNDS_NO_POE")
    assert the("certificate-expired", report).facts["not_after"] == "2024-06-09T03:00:00Z"


def test_without_proof_a_certificate_in_its_period_is_judged_at_the_validation_time() -> None:
    report = verdict(document(signature(timestamps=(), statements=())))
    assert report.state == "valid"
    assert basis(report) == ("validation-time", AT, None)
    assert the("time-claimed-only", report).severity == "warning"


def test_strict_asks_for_proof() -> None:
    good_now = (statement(SIGNER, AT), statement(SUB_CA, AT))
    report = verdict(document(signature(timestamps=(), statements=good_now)), STRICT)
    assert (report.state, report.indication, report.sub_indication) == ("insufficient", "INDETERMINATE", "NO_POE")


def test_an_expired_certificate_counts_at_its_claimed_time_only_where_the_policy_says_so() -> None:
    report = verdict(document(leader()), CLAIMS_ACCEPTED)
    assert report.state == "valid"
    assert basis(report) == ("claimed", SIGNED, None)
    assert the("time-claimed-only", report).facts["basis"] == "claimed"
    assert report.disabled_checks == ["revocation", "certificate-period-without-proof"]


@pytest.mark.parametrize(
    "claim",
    [block(moment=None), block(moment=SIGNED + YEAR), block(moment=AT + DAY)],
    ids=["no claim", "claims a time after expiry", "claims the future"],
)
def test_a_claim_that_does_not_help_is_not_taken(claim: SigningBlock) -> None:
    assert verdict(document(leader(block=claim)), CLAIMS_ACCEPTED).state == "insufficient"


def test_a_claimed_time_never_helps_an_algorithm_or_a_revocation() -> None:
    weak = document(leader(integrity=integrity(signature_hash="sha1"), block=block(moment=datetime(2019, 1, 1, tzinfo=UTC))))
    weak_report = verdict(weak, replace(CLAIMS_ACCEPTED, time="claimed"))
    assert the("weak-digest", weak_report).sub_indication == "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    late = verdict(document(leader(statements=(revoked(ENDED, SIGNED + DAY),))), CLAIMS_ACCEPTED)
    assert late.sub_indication == "REVOKED_NO_POE"


def test_the_claim_is_m_and_without_it_the_cms_signing_time() -> None:
    written = ClaimedTime("D:20240510100000+07'00'", "2024-05-10T10:00:00+07:00", SIGNED)
    both = signature(block=replace(block(), claimed_time=written), cms=cms(signing_time=SIGNED))
    assert verdict(document(both)).signatures[0].times.claimed == "2024-05-10T10:00:00+07:00"
    only_cms = signature(block=block(moment=None), cms=cms(signing_time=SIGNED))
    report = verdict(document(only_cms)).signatures[0]
    assert (report.times.claimed, report.block.claimed_time) == ("2024-05-10T03:00:00Z", "2024-05-10T03:00:00Z")


def test_an_unreadable_date_is_named_and_never_shown_as_a_time() -> None:
    report = verdict(document(signature(block=replace(block(), claimed_time=ClaimedTime("hôm qua", None, None)))))
    assert report.signatures[0].block.claimed_time is None
    assert the("claimed-time-without-offset", report).facts["claimed"] == "hôm qua"


# Periods at the best signature time.


def test_proven_before_the_certificate_began_is_a_total_failure() -> None:
    young = certificate(not_before=SIGNED + DAY)
    report = verdict(document(signature(signer=young, paths=signer_paths(young))))
    assert (report.state, report.signatures[0].indication) == ("invalid", "TOTAL-FAILED")
    assert report.sub_indication == "NOT_YET_VALID"


def test_not_yet_begun_without_proof_is_open() -> None:
    future = certificate(not_before=AT + DAY, not_after=AT + YEAR)
    report = verdict(document(signature(signer=future, paths=signer_paths(future), timestamps=())))
    assert (report.state, report.sub_indication) == ("insufficient", "OUT_OF_BOUNDS_NO_POE")


def test_an_anchor_that_ended_since_is_judged_at_the_best_signature_time() -> None:
    ended = {"not_after": SIGNED + YEAR}
    assert verdict(document(signature(paths=signer_paths(root=ended)))).state == "valid"
    unproven = verdict(document(signature(paths=signer_paths(root=ended), timestamps=())))
    assert (unproven.state, unproven.sub_indication) == ("insufficient", "NO_CERTIFICATE_CHAIN_FOUND_NO_POE")


def test_an_intermediate_that_had_ended_is_a_failure_of_the_chain() -> None:
    paths = signer_paths()
    sub_ca = replace(paths.found[0].entries[1], not_after=SIGNED - DAY)
    first, _, last = paths.found[0].entries
    broken = replace(paths, found=(replace(paths.found[0], entries=(first, sub_ca, last)),))
    assert verdict(document(signature(paths=broken))).sub_indication == "CERTIFICATE_CHAIN_GENERAL_FAILURE"


def test_an_expired_path_that_does_not_say_where_is_open() -> None:
    vague = Paths((), PathNotFound(PathFlaw.EXPIRED, (), Purpose.SIGNER, "CN=ai đó", AT, SIGNED))
    assert verdict(document(signature(paths=vague))).sub_indication == "OUT_OF_BOUNDS_NO_POE"


def test_expired_and_known_good_to_the_end_is_not_revoked() -> None:
    """A list from behind the end that keeps expired certificates knows; the last one from before it does not (step 7, note 8)."""
    good = statement(ENDED, ENDED.not_after + DAY, covers_expired_since=ENDED.not_after - DAY)
    assert verdict(document(leader(statements=(good,)))).sub_indication == "OUT_OF_BOUNDS_NOT_REVOKED"
    for other in (statement(ENDED, ENDED.not_after), replace(good, covers_expired_since=ENDED.not_after + DAY)):
        assert verdict(document(leader(statements=(other,)))).sub_indication == "OUT_OF_BOUNDS_NO_POE"
    held = replace(good, state="on-hold")
    assert the("certificate-expired", verdict(document(leader(statements=(good, held))))).sub_indication == "OUT_OF_BOUNDS_NO_POE"
    ignoring = replace(ARCHIVE, revocation="ignore")
    assert verdict(document(leader(statements=(good,))), ignoring).sub_indication == "OUT_OF_BOUNDS_NO_POE"


# What a time-stamp is worth.


def stamped(token: TimestampEvidence) -> DocumentEvidence:
    return document(leader(timestamps=(token,)))


def with_document_stamp(token: TimestampEvidence) -> DocumentEvidence:
    return document(signature(), document_stamp(token=token))


BROKEN = [
    (stamp(imprint_matches=False), "imprint", "HASH_FAILURE"),
    (stamp(integrity=integrity(digest_matches=False)), "content", "HASH_FAILURE"),
    (stamp(integrity=integrity(signature_verifies=False)), "signature", "SIG_CRYPTO_FAILURE"),
    (stamp(integrity=integrity(signing_certificate_matches=False)), "signing-certificate", "SIG_CRYPTO_FAILURE"),
    (stamp(None, cms=CmsUnreadable("not-asn1"), imprint_matches=None), "not-asn1", "FORMAT_FAILURE"),
]


@pytest.mark.parametrize(("token", "reason", "sub"), BROKEN, ids=[reason for _, reason, _ in BROKEN])
def test_a_broken_timestamp(token: TimestampEvidence, reason: str, sub: str) -> None:
    """A signature time-stamp makes insufficient, a document time-stamp invalid (docs/rules.md, 4)."""
    signed = verdict(document(signature(timestamps=(token,))))
    assert (signed.state, signed.sub_indication) == ("insufficient", "SIG_CONSTRAINTS_FAILURE")
    assert the("broken-timestamp", signed).facts["reason"] == reason
    token_report = signed.signatures[0].times.timestamps[0]
    assert (token_report.indication, token_report.sub_indication, token_report.sound) == ("TOTAL-FAILED", sub, False)
    stamped_document = verdict(with_document_stamp(token))
    assert (stamped_document.state, stamped_document.sub_indication) == ("invalid", sub)
    assert stamped_document.signatures[0].indication == "TOTAL-PASSED"


UNTRUSTED = [
    (stamp(paths=no_path(PathFlaw.UNKNOWN_ANCHOR)), "NO_CERTIFICATE_CHAIN_FOUND"),
    (stamp(paths=no_path(PathFlaw.EXTENDED_KEY_USAGE)), "CHAIN_CONSTRAINTS_FAILURE"),
    (stamp(paths=no_path(PathFlaw.NOT_A_CA)), "CERTIFICATE_CHAIN_GENERAL_FAILURE"),
    (stamp(paths=no_path(PathFlaw.NO_CERTIFICATE)), "NO_SIGNING_CERTIFICATE_FOUND"),
    (stamp(paths=tsa_paths(leaf={"not_after": SIGNED - DAY})), "OUT_OF_BOUNDS_NO_POE"),
    (stamp(statements=(revoked(TSA, SIGNED - DAY),)), "REVOKED_NO_POE"),
    (stamp(statements=(revoked(TSA, SIGNED - DAY, state="on-hold"),)), "TRY_LATER"),
    (stamp(integrity=integrity(signature_hash="md5")), "CRYPTO_CONSTRAINTS_FAILURE"),
    (stamp(integrity=integrity(key_bits=1024)), "CRYPTO_CONSTRAINTS_FAILURE"),
    (stamp(integrity=integrity(signature_verifies=None, unknown="key-cannot-be-used")), "CERTIFICATE_CHAIN_GENERAL_FAILURE"),
    (stamp(integrity=integrity(signature_verifies=None, unknown="algorithm-unsupported")), "CUSTOM"),
]


@pytest.mark.parametrize(("token", "sub"), UNTRUSTED)
def test_an_untrusted_timestamp(token: TimestampEvidence, sub: str) -> None:
    """A signature time-stamp is no proof and a warning, other proofs decide; a document time-stamp makes insufficient."""
    now = (statement(SIGNER, AT), statement(SUB_CA, AT))
    signed = verdict(document(signature(timestamps=(token,), statements=now)))
    assert signed.state == "valid"
    assert signed.signatures[0].times.basis == "validation-time"
    token_report = signed.signatures[0].times.timestamps[0]
    assert (token_report.indication, token_report.sub_indication) == ("INDETERMINATE", sub)
    assert token_report.trusted is not True
    assert verdict(with_document_stamp(token)).state == "insufficient"


def test_a_document_timestamp_whose_time_is_unknown_has_no_best_signature_time() -> None:
    report = verdict(with_document_stamp(stamp(paths=no_path(PathFlaw.UNKNOWN_ANCHOR))))
    assert basis(report, 1) == (None, None, None)


def test_a_tsa_that_expired_since_counts_where_the_policy_accepts_it() -> None:
    token = stamp(tsa=OLD_TSA)
    report = verdict(stamped(token))
    assert report.state == "valid"
    said = the("tsa-expired-since", report)
    assert (said.severity, said.facts["accepted"], said.facts["proof"]) == ("info", True, None)


def test_require_proof_asks_for_another_proof_from_before_the_tsa_expired() -> None:
    token = stamp(tsa=OLD_TSA)
    alone = verdict(stamped(token), replace(ARCHIVE, tsa_after_expiry="require-proof"))
    assert (alone.state, alone.sub_indication) == ("insufficient", "OUT_OF_BOUNDS_NO_POE")
    assert alone.signatures[0].times.timestamps[0].sub_indication == "OUT_OF_BOUNDS_NO_POE"
    policy = replace(ARCHIVE, tsa_after_expiry="require-proof")
    in_time = verdict(document(leader(timestamps=(token,)), document_stamp(gen_time=SIGNED + 50 * DAY)), policy)
    assert (in_time.state, basis(in_time)[:2]) == ("valid", ("signature-timestamp", SIGNED))
    assert the("tsa-expired-since", in_time).facts["proof"] == "2024-06-29T03:00:00Z"
    late = verdict(document(leader(timestamps=(token,)), document_stamp(gen_time=SIGNED + 70 * DAY)), policy)
    assert late.state == "insufficient"
    assert verdict(stamped(token), policy, received=SIGNED + DAY).state == "valid"


def test_a_chain_of_document_timestamps_renews_the_proof() -> None:
    """LTA: each renewal lies before the one before it expired (EN 319 102-1, 5.6.3)."""
    policy = replace(ARCHIVE, tsa_after_expiry="require-proof")
    middle = certificate("Máy chủ dấu thời gian giữa", None, not_after=SIGNED + YEAR)
    evidence = document(
        leader(timestamps=(stamp(tsa=OLD_TSA),)),
        document_stamp(3, token=stamp(SIGNED + 50 * DAY, tsa=middle)),
        document_stamp(4, token=stamp(SIGNED + 300 * DAY)),
    )
    assert verdict(evidence, policy).state == "valid"
    without_last = document(*evidence.signatures[:2])
    assert verdict(without_last, policy).state == "insufficient"


def test_the_servers_own_certificate_expires_listed_or_not() -> None:
    """Only anchors and listed sub-CAs are judged at genTime (docs/rules.md, 11); the government's servers are listed too."""
    token = stamp(tsa=OLD_TSA, paths=tsa_paths(OLD_TSA, leaf={"in_trust_list": True}))
    assert "tsa-expired-since" in codes(verdict(stamped(token)))


@pytest.mark.parametrize(
    ("reason", "survives"),
    [
        ("superseded", True),
        ("cessation_of_operation", True),
        ("affiliationChanged", True),
        ("key_compromise", False),
        (None, False),
    ],
)
def test_a_tsa_revoked_later(reason: str | None, survives: bool) -> None:
    """RFC 3161, 4 (1): tokens from before stay good only when the reason says that the key was not lost."""
    token = stamp(statements=(revoked(TSA, SIGNED + DAY, reason=reason),))
    assert (verdict(document(leader(timestamps=(token,)))).state == "valid") is survives
    proven = document(leader(timestamps=(token,)), document_stamp(gen_time=SIGNED + HOUR))
    assert basis(verdict(proven))[0] == "signature-timestamp"


def test_a_tsa_revoked_at_an_unknown_time_is_not_trusted() -> None:
    assert verdict(stamped(stamp(statements=(revoked(TSA, None),)))).state == "insufficient"


def test_a_policy_may_ignore_revocation_of_tsas_too() -> None:
    token = stamp(statements=(revoked(TSA, SIGNED - DAY),))
    report = verdict(stamped(token), replace(ARCHIVE, revocation="ignore"))
    assert report.state == "valid"
    assert report.signatures[0].times.timestamps[0].revocation.checked is False


def test_under_strict_a_tsa_of_unknown_status_proves_nothing() -> None:
    report = verdict(document(signature(timestamps=(stamp(statements=()),))), STRICT)
    assert report.state == "insufficient"
    token = report.signatures[0].times.timestamps[0]
    assert (token.trusted, token.indication, token.sub_indication) == (
        None,
        "INDETERMINATE",
        "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    )
    unchecked = [one for one in findings(report) if one.code == "revocation-not-checked" and one.about.timestamp == 0]
    assert [one.decides for one in unchecked] == [None]
    on_document = verdict(with_document_stamp(stamp(SIGNED + DAY, statements=())), STRICT)
    assert (on_document.state, on_document.signatures[1].indication) == ("insufficient", "INDETERMINATE")


def test_sha1_imprints_are_accepted_until_their_day_and_said() -> None:
    token = stamp(imprint_algorithm="sha1")
    report = verdict(stamped(token))
    said = the("weak-digest", report)
    assert report.state == "valid"
    assert (said.severity, said.decides, said.facts["use"]) == ("warning", None, "timestamp-imprint")
    assert (said.facts["until"], said.about.timestamp) == ("2030-12-31T23:59:59Z", 0)


# Clocks.


@pytest.mark.parametrize(("seconds", "differs"), [(1800, False), (-1800, False), (1801, True), (-1801, True)])
def test_claimed_times_differ_beyond_the_tolerance(seconds: int, differs: bool) -> None:
    report = verdict(document(signature(block=block(moment=SIGNED + timedelta(seconds=seconds)))))
    assert ("claimed-time-differs" in codes(report)) is differs
    assert report.state == "valid"


@pytest.mark.parametrize(
    ("hours", "code"), [(7, "signing-time-local-as-utc"), (6, "signing-time-local-as-utc"), (4, "claimed-time-differs")]
)
def test_local_time_written_as_utc_is_named_and_nothing_else(hours: int, code: str) -> None:
    report = verdict(document(signature(cms=cms(signing_time=SIGNED + timedelta(hours=hours)))))
    assert codes(report) == [code]


def test_local_time_is_seen_without_a_timestamp_too() -> None:
    alone = signature(timestamps=(), cms=cms(signing_time=SIGNED + 7 * HOUR))
    assert "signing-time-local-as-utc" in codes(verdict(document(alone)))
    nothing_to_compare = replace(alone, facts=replace(alone.facts, block=SigningBlock()))
    assert "signing-time-local-as-utc" not in codes(verdict(document(nothing_to_compare)))


def test_the_timeline_is_sorted_and_says_what_is_proven() -> None:
    evidence = document(
        leader(
            cms=cms(ENDED, signing_time=SIGNED),
            timestamps=(stamp(tsa=OLD_TSA),),
            block=replace(block(), claimed_time=ClaimedTime("…", "2024-05-10T10:00:00", None)),
        ),
        document_stamp(token=stamp(SIGNED + DAY)),
        document_stamp(4, token=stamp(None, cms=CmsUnreadable("not-asn1"))),
    )
    line = verdict(evidence, received=SIGNED + 2 * DAY).timeline
    assert [(entry.what, entry.proven, entry.signature) for entry in line] == [
        ("signing-time", False, "Signature1"),
        ("signature-timestamp", True, "Signature1"),
        ("claimed", False, "Signature1"),
        ("document-timestamp", True, "Signature2"),
        ("received", True, None),
        ("certificate-expiry", True, "Signature1"),
        ("certificate-expiry", True, "Signature1"),
        ("validation", True, None),
        ("certificate-expiry", True, "Signature2"),
    ]
    assert line[2].at == "2024-05-10T10:00:00"


@pytest.mark.parametrize("policy", [ARCHIVE, STRICT], ids=["archive", "strict"])
def test_judging_again_gives_the_same(policy: Policy) -> None:
    evidence = document(leader(), office(), document_stamp(4))
    assert verdict(evidence, policy) == verdict(evidence, policy)
